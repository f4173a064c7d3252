// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include "azure-test-profiles.h"
#include "azure-test-resources.h"

#include "ns3/azure-address-set.h"

#include <algorithm>
#include <utility>

namespace ns3::azure
{

namespace
{

const AddressPrefix VIRTUAL_NETWORK{0x0a000000, 16};        // 10.0.0.0/16
const AddressPrefix SERVICE_PREFIX{0xc6336400, 24};         // 198.51.100.0/24
const AddressPrefix PROBE_SOURCE{HOST_SERVICE_ADDRESS, 32}; // AzureLoadBalancer (B.9)

/// @return the Internet tag: what is outside the virtual network and no special address (S3-42)
std::vector<AddressPrefix>
MakeInternet()
{
    AddressSet internet({ANY_ADDRESS});
    for (const auto& prefix : NON_INTERNET_PREFIXES)
    {
        internet.Subtract(prefix);
    }
    return internet.GetPrefixes();
}

/// @return the rules, and the six of S3-32 to S3-37
ResolvedSecurityGroup
MakeGroup(const std::string& name, const BriefRules& rules)
{
    constexpr auto INBOUND = FlowDirection::Inbound;
    constexpr auto OUTBOUND = FlowDirection::Outbound;
    constexpr auto ALLOW = SecurityRuleAccess::Allow;
    constexpr auto DENY = SecurityRuleAccess::Deny;
    ResolvedSecurityGroup group;
    group.name = name;
    using Prefixes = std::vector<AddressPrefix>;
    const auto add =
        [&group](const BriefRule& rule, const Prefixes& sources, const Prefixes& destinations) {
            group.rules.push_back({rule.name,
                                   rule.priority,
                                   rule.priority > MAX_RULE_PRIORITY,
                                   rule.direction,
                                   rule.access,
                                   rule.protocol,
                                   sources,
                                   {{0, 65535}},
                                   destinations,
                                   {rule.ports},
                                   rule.targetsHostServices});
        };
    for (const auto& rule : rules)
    {
        add(rule, {MakePrefix(rule.source)}, {MakePrefix(rule.destination)});
    }
    const Prefixes network{VIRTUAL_NETWORK};
    const Prefixes any{ANY_ADDRESS};
    add({"AllowVNetInBound", 65000, INBOUND, ALLOW}, network, network);
    add({"AllowAzureLoadBalancerInBound", 65001, INBOUND, ALLOW}, {PROBE_SOURCE}, any);
    add({"DenyAllInBound", 65500, INBOUND, DENY}, any, any);
    add({"AllowVnetOutBound", 65000, OUTBOUND, ALLOW}, network, network);
    add({"AllowInternetOutBound", 65001, OUTBOUND, ALLOW}, any, MakeInternet());
    add({"DenyAllOutBound", 65500, OUTBOUND, DENY}, any, any);
    return group;
}

} // namespace

VnicStory::VnicStory()
{
    auto& observer = static_cast<FlowObserver&>(*this);
    m_pipeline = std::make_unique<VnicPipeline>(1, VM, observer, [this](uint32_t n) {
        EXPECT_FALSE(m_draws.empty()) << "no frontend is to be drawn";
        const auto drawn = m_draws.front();
        m_draws.pop_front();
        EXPECT_LT(drawn, n);
        return drawn;
    });
}

void
VnicStory::TearDown()
{
    uint64_t uses = 0;
    for (const auto& usage : m_pipeline->GetSnatPortUsage())
    {
        uses += usage.flows;
    }
    EXPECT_EQ(CountStages(SnatPortStage::Acquired), CountStages(SnatPortStage::Released) + uses);
    EXPECT_EQ(m_created.size(), m_ended.size() + m_pipeline->GetOpenFlows().size());
    EXPECT_TRUE(m_draws.empty()) << "a frontend was to be drawn";
}

void
VnicStory::WithSnat(const std::string& profile, uint16_t ports, uint32_t frontends)
{
    Program(MakeSnat(profile, ports, frontends));
}

void
VnicStory::WithPublicIp(const std::string& profile)
{
    Program(MakePublicIp(profile));
}

void
VnicStory::Program(const ProgramNetworkInterface& instruction)
{
    m_pipeline->Program(instruction, m_now);
    SetPolicy();
}

SnatPortChanges
VnicStory::ChangePorts(const std::vector<PortRange>& given,
                       const std::vector<PortRange>& taken,
                       SnatAllocationCause cause)
{
    ProgramSnatPorts instruction;
    instruction.networkInterface = 1;
    instruction.sequence = m_pipeline->GetSequence() + 1;
    instruction.cause = cause;
    for (const auto& ports : given)
    {
        instruction.given.push_back({GetFrontend(0), ports});
    }
    for (const auto& ports : taken)
    {
        instruction.taken.push_back({GetFrontend(0), ports});
    }
    const auto changes = m_pipeline->Program(instruction, m_now);
    EXPECT_EQ(m_pipeline->CheckInvariants(), std::nullopt);
    return changes;
}

void
VnicStory::WithNatGateway(const std::string& profile)
{
    ProgramNetworkInterface instruction;
    instruction.networkInterface = 1;
    instruction.sequence = m_pipeline->GetSequence() + 1;
    instruction.method = OutboundMethod::NatGateway;
    instruction.natGateway = GATEWAY;
    instruction.profile = MakeProfile(profile);
    Program(instruction);
}

ProgramNetworkInterface
VnicStory::MakeSnat(const std::string& profile, uint16_t ports, uint32_t frontends)
{
    ProgramNetworkInterface instruction;
    instruction.networkInterface = 1;
    instruction.method = OutboundMethod::LoadBalancerFrontend;
    instruction.profile = MakeProfile(profile);
    for (uint32_t i = 0; i < frontends; ++i)
    {
        instruction.blocks.push_back({GetFrontend(i), {1024, static_cast<uint16_t>(1023 + ports)}});
    }
    return instruction;
}

ProgramNetworkInterface
VnicStory::MakePublicIp(const std::string& profile)
{
    ProgramNetworkInterface instruction;
    instruction.networkInterface = 1;
    instruction.method = OutboundMethod::InstanceLevelPublicIp;
    instruction.instanceLevelPublicIp = OWN;
    instruction.profile = MakeProfile(profile);
    return instruction;
}

bool
VnicStory::WithEndpoints(const std::vector<InboundEndpoint>& endpoints)
{
    return m_pipeline->AddInboundEndpoints({1, {MUX}, endpoints});
}

void
VnicStory::WithGroups(const std::optional<BriefRules>& subnet,
                      const std::optional<BriefRules>& networkInterface)
{
    const auto make = [this](const char* name, const std::optional<BriefRules>& rules) {
        const auto group = rules ? MakeGroup(name, *rules) : ResolvedSecurityGroup();
        return rules
                   ? std::pair{MakeTable(group),
                               MakeTable(SelectHostServiceRules(group, m_areHostServicesFiltered))}
                   : std::pair<std::shared_ptr<const SecurityRuleTable>,
                               std::shared_ptr<const SecurityRuleTable>>();
    };
    const auto [first, firstForHost] = make("subnet-group", subnet);
    const auto [second, secondForHost] = make("interface-group", networkInterface);
    m_policy.security = SecurityPolicy(first, second);
    m_policy.hostServices = SecurityPolicy(firstForHost, secondForHost);
    const auto makeLicensing = [this](const char* name, const std::optional<BriefRules>& rules) {
        return rules ? MakeTable(SelectHostServiceRules(MakeGroup(name, *rules), false)) : nullptr;
    };
    m_policy.licensing = SecurityPolicy(makeLicensing("subnet-group", subnet),
                                        makeLicensing("interface-group", networkInterface));
    SetPolicy();
}

std::shared_ptr<const SecurityRuleTable>
VnicStory::MakeTable(const ResolvedSecurityGroup& group)
{
    m_tables.push_back(std::make_shared<SecurityRuleTable>(group));
    return m_tables.back();
}

void
VnicStory::WithNeighbors(const std::vector<Ipv4Address>& addresses,
                         std::optional<RouteNextHop> defaultRoute,
                         const std::vector<Ipv4Address>& frontends)
{
    RouteTable table;
    table.prefixes = {VIRTUAL_NETWORK, SERVICE_PREFIX};
    table.defaultRoute = defaultRoute;
    for (const auto& address : addresses)
    {
        table.routes.push_back({address, GetHost(address), NETWORK});
    }
    for (const auto& address : frontends)
    {
        table.routes.push_back({address, GetHost(address), NETWORK, true});
    }
    m_policy.routes = std::make_shared<VirtualNetworkRoutes>(table);
    SetPolicy();
}

void
VnicStory::SetPolicy()
{
    m_pipeline->SetPolicy(m_policy);
}

VnicStory&
VnicStory::At(const std::string& time)
{
    const Time at(time);
    EXPECT_GE(at, m_now) << "stories go forward";
    m_now = at;
    return *this;
}

PacketHeaders
VnicStory::Read(const Bytes& datagram)
{
    m_datagram = datagram;
    PacketHeaders headers;
    EXPECT_TRUE(headers.Read(*ToPacket(datagram)));
    return headers;
}

VnicStory&
VnicStory::Send(const Bytes& datagram)
{
    const auto headers = Read(datagram);
    m_verdict = m_pipeline->Outbound(headers, m_now);
    EXPECT_EQ(m_pipeline->CheckInvariants(), std::nullopt);
    if (const auto* forward = std::get_if<Forward>(&m_verdict); forward && forward->rewrite)
    {
        const auto& rewrite = forward->rewrite;
        const auto key = headers.GetKey();
        m_sent[key.GetSourcePort()] = key.WithSource(Ipv4Address(rewrite->address),
                                                     rewrite->port.value_or(key.GetSourcePort()));
    }
    return *this;
}

VnicStory&
VnicStory::Receive(const Bytes& datagram)
{
    const auto headers = Read(datagram);
    m_verdict = m_pipeline->Inbound(headers, m_now);
    EXPECT_EQ(m_pipeline->CheckInvariants(), std::nullopt);
    return *this;
}

VnicStory&
VnicStory::ReceiveFromMux(const Bytes& datagram)
{
    return ReceiveFromMux(datagram, MUX);
}

VnicStory&
VnicStory::ReceiveFromMux(const Bytes& datagram, Ipv4Address mux)
{
    const auto headers = Read(datagram);
    m_verdict = m_pipeline->InboundFrontend(headers, mux, m_now);
    EXPECT_EQ(m_pipeline->CheckInvariants(), std::nullopt);
    return *this;
}

VnicStory&
VnicStory::ReceiveFromNetwork(const Bytes& datagram)
{
    return ReceiveFromNetwork(datagram, GetHost(ReadFlowKey(datagram).GetSource()));
}

VnicStory&
VnicStory::ReceiveFromNetwork(const Bytes& datagram, Ipv4Address host)
{
    const auto headers = Read(datagram);
    m_verdict = m_pipeline->InboundVirtualNetwork(headers, host, m_now);
    EXPECT_EQ(m_pipeline->CheckInvariants(), std::nullopt);
    return *this;
}

VnicStory&
VnicStory::ReceiveFromGateway(const Bytes& datagram, Ipv4Address gateway)
{
    const auto headers = Read(datagram);
    m_verdict = m_pipeline->InboundNatGateway(headers, gateway, m_now);
    EXPECT_EQ(m_pipeline->CheckInvariants(), std::nullopt);
    return *this;
}

VnicStory&
VnicStory::ReceiveFromHost(const Bytes& datagram)
{
    const auto headers = Read(datagram);
    m_verdict = m_pipeline->InboundHostService(headers, m_now);
    EXPECT_EQ(m_pipeline->CheckInvariants(), std::nullopt);
    return *this;
}

VnicStory&
VnicStory::Send(uint8_t flags, uint16_t port, Ipv4Address destination, uint16_t to)
{
    DatagramTraits traits;
    traits.tcpFlags = flags;
    return Send(MakeDatagram({VM, destination, port, to, IpProtocol::Tcp}, traits));
}

VnicStory&
VnicStory::Syn(uint16_t port)
{
    return Syn(port, SERVER);
}

VnicStory&
VnicStory::Syn(uint16_t port, Ipv4Address destination, uint16_t to)
{
    return Send(TCP_SYN, port, destination, to);
}

VnicStory&
VnicStory::Udp(uint16_t port, Ipv4Address destination, uint16_t to)
{
    return Send(MakeDatagram({VM, destination, port, to, IpProtocol::Udp}));
}

VnicStory&
VnicStory::Reply(uint16_t port, uint8_t flags)
{
    DatagramTraits traits;
    traits.tcpFlags = flags;
    return Receive(MakeDatagram(GetTranslated(port).Reverse(), traits));
}

VnicStory&
VnicStory::Connect(uint16_t port)
{
    Syn(port);
    Reply(port, TCP_SYN | TCP_ACK);
    return Send(TCP_ACK, port, SERVER);
}

VnicStory&
VnicStory::FinBoth(uint16_t port)
{
    Send(TCP_FIN | TCP_ACK, port, SERVER);
    Reply(port, TCP_FIN | TCP_ACK);
    return Send(TCP_ACK, port, SERVER);
}

void
VnicStory::CheckPassed() const
{
    const auto* discard = std::get_if<Discard>(&m_verdict);
    ASSERT_EQ(discard, nullptr) << "dropped: " << GetName(discard->reason) << ' ' << discard->rule;
    ASSERT_TRUE(std::holds_alternative<Forward>(m_verdict)) << "it waits";
}

const std::optional<Rewrite>&
VnicStory::GetRewrite() const
{
    return std::get<Forward>(m_verdict).rewrite;
}

void
VnicStory::ExpectPort(uint16_t port, uint32_t frontend)
{
    ASSERT_NO_FATAL_FAILURE(CheckPassed());
    const auto& rewrite = GetRewrite();
    ASSERT_TRUE(rewrite);
    EXPECT_EQ(std::get<Forward>(m_verdict).nextHop, NextHop::Internet);
    EXPECT_EQ(rewrite->field, RewriteField::Source);
    EXPECT_EQ(Ipv4Address(rewrite->address), GetFrontend(frontend));
    EXPECT_EQ(rewrite->port, port);
}

void
VnicStory::ExpectOwnAddress()
{
    ASSERT_NO_FATAL_FAILURE(CheckPassed());
    const auto& rewrite = GetRewrite();
    ASSERT_TRUE(rewrite);
    EXPECT_EQ(rewrite->field, RewriteField::Source);
    EXPECT_EQ(Ipv4Address(rewrite->address), OWN);
    if (rewrite->port)
    {
        EXPECT_EQ(m_sent.count(*rewrite->port), 1U) << "not the port it was sent from";
    }
}

void
VnicStory::ExpectDelivered(std::optional<uint16_t> port)
{
    ASSERT_NO_FATAL_FAILURE(CheckPassed());
    const auto& rewrite = GetRewrite();
    ASSERT_TRUE(rewrite);
    EXPECT_EQ(std::get<Forward>(m_verdict).nextHop, NextHop::VirtualMachine);
    EXPECT_EQ(rewrite->field, RewriteField::Destination);
    EXPECT_EQ(Ipv4Address(rewrite->address), VM);
    EXPECT_EQ(rewrite->port, port);
}

Bytes
VnicStory::GetTranslatedPacket() const
{
    const auto packet = ToPacket(m_datagram);
    PacketHeaders headers;
    EXPECT_TRUE(headers.Read(*packet));
    headers.Apply(GetRewrite(), true);
    headers.Write(*packet);
    return ToBytes(*packet);
}

void
VnicStory::CheckTranslated(NextHop nextHop,
                           RewriteField field,
                           Ipv4Address address,
                           uint16_t port) const
{
    ASSERT_NO_FATAL_FAILURE(CheckPassed());
    EXPECT_EQ(std::get<Forward>(m_verdict).nextHop, nextHop);
    const auto before = ReadFlowKey(m_datagram);
    const auto packet = GetTranslatedPacket();
    const auto after = ReadFlowKey(packet);
    EXPECT_EQ(FindBadChecksum(packet), std::nullopt);
    if (before.GetProtocol() == IpProtocol::Icmp)
    {
        port = 0; // what an ICMP error quotes is checked by the test
    }
    EXPECT_EQ(after,
              field == RewriteField::Source ? before.WithSource(address, port)
                                            : before.WithDestination(address, port));
}

void
VnicStory::ExpectDeliveredTo(Ipv4Address address, uint16_t port)
{
    CheckTranslated(NextHop::VirtualMachine, RewriteField::Destination, address, port);
}

void
VnicStory::ExpectSentFrom(Ipv4Address address, uint16_t port)
{
    CheckTranslated(NextHop::Internet, RewriteField::Source, address, port);
}

void
VnicStory::ExpectCarriedTo(Ipv4Address neighbor, Ipv4Address address, uint16_t port)
{
    ASSERT_NO_FATAL_FAILURE(
        CheckTranslated(NextHop::VirtualNetwork, RewriteField::Source, address, port));
    const auto& forward = std::get<Forward>(m_verdict);
    EXPECT_EQ(forward.host, GetHost(neighbor));
    EXPECT_EQ(forward.virtualNetwork, uint32_t{NETWORK});
}

void
VnicStory::ExpectDeliveredUntouched()
{
    ASSERT_NO_FATAL_FAILURE(CheckPassed());
    EXPECT_FALSE(GetRewrite());
    EXPECT_EQ(std::get<Forward>(m_verdict).nextHop, NextHop::VirtualMachine);
}

void
VnicStory::ExpectCarriedTo(Ipv4Address neighbor)
{
    ASSERT_NO_FATAL_FAILURE(CheckPassed());
    EXPECT_FALSE(GetRewrite());
    const auto& forward = std::get<Forward>(m_verdict);
    EXPECT_EQ(forward.nextHop, NextHop::VirtualNetwork);
    EXPECT_EQ(forward.host, GetHost(neighbor));
    EXPECT_EQ(forward.virtualNetwork, uint32_t{NETWORK});
}

void
VnicStory::ExpectCarriedToGateway()
{
    ASSERT_NO_FATAL_FAILURE(CheckPassed());
    EXPECT_FALSE(GetRewrite());
    EXPECT_EQ(std::get<Forward>(m_verdict).nextHop, NextHop::NatGateway);
    EXPECT_EQ(std::get<Forward>(m_verdict).host, GATEWAY);
}

void
VnicStory::ExpectAwaits(uint64_t flow)
{
    const auto* await = std::get_if<Await>(&m_verdict);
    ASSERT_NE(await, nullptr) << "it passed, or was dropped";
    EXPECT_EQ(await->flow, flow);
}

void
VnicStory::ExpectCarriedToHost()
{
    ASSERT_NO_FATAL_FAILURE(CheckPassed());
    EXPECT_FALSE(GetRewrite());
    EXPECT_EQ(std::get<Forward>(m_verdict).nextHop, NextHop::HostService);
}

void
VnicStory::ExpectDeniedBy(const std::string& rule)
{
    ASSERT_NO_FATAL_FAILURE(ExpectDropped(DropReason::SecurityRule));
    const auto& discard = std::get<Discard>(m_verdict);
    EXPECT_EQ(discard.rule, rule);
    ASSERT_FALSE(m_decisions.empty());
    EXPECT_EQ(m_decisions.back().time, m_now);
    EXPECT_EQ(m_decisions.back().access, SecurityRuleAccess::Deny);
    EXPECT_EQ(m_decisions.back().rule, rule);
    EXPECT_EQ(m_decisions.back().group, discard.group);
}

std::vector<std::string>
VnicStory::GetDecisions() const
{
    std::vector<std::string> texts;
    for (const auto& decision : m_decisions)
    {
        texts.push_back(std::string(GetName(decision.attachment)) + ":" +
                        std::string(decision.rule));
    }
    return texts;
}

void
VnicStory::ExpectDropped(DropReason reason)
{
    const auto* dropped = std::get_if<Discard>(&m_verdict);
    ASSERT_NE(dropped, nullptr) << "it passed";
    EXPECT_STREQ(GetName(dropped->reason), GetName(reason));
}

void
VnicStory::ExpectRefused()
{
    ExpectDropped(DropReason::SnatPortsExhausted);
    ASSERT_FALSE(m_exhausted.empty());
    EXPECT_EQ(m_exhausted.back().time, m_now);
}

void
VnicStory::ExpectUsage(uint32_t inUse, uint32_t coolingDown)
{
    m_pipeline->Expire(m_now);
    uint32_t actualInUse = 0;
    uint32_t actualCoolingDown = 0;
    for (const auto& usage : m_pipeline->GetSnatPortUsage())
    {
        actualInUse += usage.portsInUse;
        actualCoolingDown += usage.portsCoolingDown;
    }
    EXPECT_EQ(actualInUse, inUse);
    EXPECT_EQ(actualCoolingDown, coolingDown);
}

void
VnicStory::ExpectFree()
{
    ExpectUsage(0, 0);
}

FlowKey
VnicStory::GetTranslated(uint16_t port) const
{
    return m_sent.at(port);
}

Ipv4Address
VnicStory::GetHost(Ipv4Address neighbor)
{
    return Ipv4Address(0x0a800000 | (neighbor.Get() & 0xffff)); // 10.128.x.y
}

Ipv4Address
VnicStory::GetFrontend(uint32_t frontend)
{
    return Ipv4Address(0xc6120001 + frontend); // 198.18.0.1
}

std::size_t
VnicStory::CountStages(SnatPortStage stage) const
{
    return std::count_if(m_ports.begin(), m_ports.end(), [stage](const SnatPortEvent& event) {
        return event.stage == stage;
    });
}

void
VnicStory::FlowCreated(const FlowRecord& flow)
{
    m_created.push_back(flow);
    m_decisionsBeforeFlow.push_back(m_decisions.size());
}

void
VnicStory::FlowEnded(const FlowRecord& flow)
{
    m_ended.push_back(flow);
}

void
VnicStory::SnatPortChanged(const SnatPortEvent& event)
{
    m_ports.push_back(event);
}

void
VnicStory::SnatExhausted(const SnatExhaustion& exhaustion)
{
    m_exhausted.push_back(exhaustion);
}

void
VnicStory::SecurityGroupDecided(const SecurityGroupDecision& decision)
{
    m_decisions.push_back(decision);
    if (m_onDecision)
    {
        m_onDecision();
    }
}

void
VnicStory::TcpResetOrdered(const TcpResetOrder& order)
{
    m_resets.push_back(order);
}

} // namespace ns3::azure
