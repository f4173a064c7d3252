// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-mux.h"

#include "ns3/abort.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <map>
#include <utility>

/**
 * @file
 * @brief What LoadBalancerMux learns, and how it begins, fails and ends.
 */
namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureLoadBalancerMux");

NS_OBJECT_ENSURE_REGISTERED(LoadBalancerMux);

LoadBalancerMux::LoadBalancerMux()
{
    ForgetLoadBalancing();
}

TypeId
LoadBalancerMux::GetTypeId()
{
    static TypeId tid = AddOverloadAttributes(
        TypeId("ns3::azure::LoadBalancerMux")
            .SetParent<ControlApplication>()
            .SetGroupName("AzureNet")
            .AddConstructor<LoadBalancerMux>()
            .AddAttribute("ControlPort",
                          "UDP port the SLB manager's messages come to, and that the mux's own "
                          "messages to it come from and go to: its ControlPort (1 to 65535).",
                          UintegerValue(SLB_CONTROL_PORT),
                          MakeUintegerAccessor(&LoadBalancerMux::m_controlPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute(
                "ManagerAddress",
                "Provider address of the SLB manager, the only one whose messages are heeded; "
                "0.0.0.0: all that come from the physical network.",
                Ipv4AddressValue(Ipv4Address::GetAny()),
                MakeIpv4AddressAccessor(&LoadBalancerMux::m_managerAddress),
                MakeIpv4AddressChecker())
            .AddAttribute("AnycastAddress",
                          "Address of all muxes at once, to which hosts send the packets for "
                          "internal frontends; 0.0.0.0: none.",
                          Ipv4AddressValue(Ipv4Address::GetAny()),
                          MakeIpv4AddressAccessor(&LoadBalancerMux::m_anycastAddress),
                          MakeIpv4AddressChecker())
            .AddAttribute("HostNetwork",
                          "Where hosts have their provider addresses: packets for internal "
                          "frontends are taken from there only.",
                          Ipv4AddressValue(Ipv4Address::GetAny()),
                          MakeIpv4AddressAccessor(&LoadBalancerMux::m_hostNetwork),
                          MakeIpv4AddressChecker())
            .AddAttribute("HostMask",
                          "Mask of HostNetwork; 0.0.0.0: they are taken from anybody. With the "
                          "defaults of both, they are taken from nobody.",
                          Ipv4MaskValue(Ipv4Mask::GetOnes()),
                          MakeIpv4MaskAccessor(&LoadBalancerMux::m_hostMask),
                          MakeIpv4MaskChecker())
            .AddAttribute("TrustedFlowTimeout",
                          "How long a flow of two packets and more is kept without packets (at "
                          "least 1 ms; read when the mux learns its first rule, and anew after "
                          "Restart(); the default is our choice).",
                          TimeValue(MuxFlowLimits().trustedTimeout),
                          MakeTimeAccessor(&LoadBalancerMux::m_trustedFlowTimeout),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddAttribute("UntrustedFlowTimeout",
                          "How long a flow of one packet is kept (at least 1 ms; read when the mux "
                          "learns its first rule, and anew after Restart(); the default is our "
                          "choice).",
                          TimeValue(MuxFlowLimits().untrustedTimeout),
                          MakeTimeAccessor(&LoadBalancerMux::m_untrustedFlowTimeout),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddAttribute("TrustedFlowQuota",
                          "Most flows of two packets and more that are kept (read when the mux "
                          "learns its first rule, and anew after Restart(); the default is our "
                          "choice).",
                          UintegerValue(MuxFlowLimits().trustedQuota),
                          MakeUintegerAccessor(&LoadBalancerMux::m_trustedFlowQuota),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute(
                "UntrustedFlowQuota",
                "Most flows of one packet that are kept (read when the mux learns its first "
                "rule, and anew after Restart(); the default is our choice).",
                UintegerValue(MuxFlowLimits().untrustedQuota),
                MakeUintegerAccessor(&LoadBalancerMux::m_untrustedFlowQuota),
                MakeUintegerChecker<uint32_t>())
            .AddTraceSource("Drop",
                            "A packet was dropped; once for each.",
                            MakeTraceSourceAccessor(&LoadBalancerMux::m_dropTrace),
                            "ns3::azure::LoadBalancerMux::DropCallback")
            .AddTraceSource("LoadBalancingDecision",
                            "A member was chosen for a packet to a frontend, or there was none; "
                            "not for packets of flows that are kept.",
                            MakeTraceSourceAccessor(&LoadBalancerMux::m_decisionTrace),
                            "ns3::azure::LoadBalancerMux::DecisionCallback")
            .AddTraceSource("MemberHealth",
                            "A pool member came into rotation or went out, or is known for the "
                            "first time.",
                            MakeTraceSourceAccessor(&LoadBalancerMux::m_memberHealthTrace),
                            "ns3::azure::LoadBalancerMux::MemberHealthCallback"));
    return tid;
}

void
LoadBalancerMux::SetUplink(Ptr<NetDevice> device, const FabricAddress& address)
{
    NS_ABORT_MSG_IF(m_uplink, "a mux has one uplink, and this one has it already");
    m_checksums = Node::ChecksumEnabled();
    m_uplink = FabricPort::Create(device, address, [this](const Ptr<const Packet>& packet) {
        return Receive(packet);
    });
}

void
LoadBalancerMux::SetRoutes(Ipv4Address router,
                           const std::vector<AddressPrefix>& prefixes,
                           const RouteAnnouncerOptions& options)
{
    NS_ABORT_MSG_IF(m_isRunning, "routes: the mux has started; set them before");
    m_routes = Routes{router, prefixes, options};
}

void
LoadBalancerMux::Apply(const MuxGoalState& goalState)
{
    if (m_isDown)
    {
        return;
    }
    m_isProgrammed |= !m_isRunning;
    if (!m_table && goalState.rules.empty())
    {
        return; // packets need not ask for rules
    }
    if (!m_table)
    {
        LoadBalancingObserver& observer = *this;
        m_table = std::make_shared<LoadBalancingTable>(observer,
                                                       MuxFlowLimits{m_trustedFlowTimeout,
                                                                     m_untrustedFlowTimeout,
                                                                     m_trustedFlowQuota,
                                                                     m_untrustedFlowQuota});
    }
    m_frontends.clear();
    for (const auto& rule : goalState.rules)
    {
        m_frontends.insert(rule.frontend);
    }
    m_table->Apply(goalState, Simulator::Now());
}

bool
LoadBalancerMux::Apply(const ProgramMembers& instruction)
{
    return m_table && m_table->Apply(instruction.generation, instruction.changes, Simulator::Now());
}

void
LoadBalancerMux::Fail()
{
    if (m_isDown)
    {
        return;
    }
    m_isDown = true;
    m_hasFailed = true;
    m_isProgrammed = false;
    m_retry.Cancel();
    m_announcer.Close(false);
    m_sender.Close();
    m_endpoints = {};
    m_endpointMessages.clear();
    m_trafficBefore = GetTraffic();
    ForgetLoadBalancing();
    ForgetOverload();
}

void
LoadBalancerMux::Restart()
{
    NS_ABORT_MSG_IF(m_managerAddress == Ipv4Address::GetAny(),
                    "ManagerAddress: '0.0.0.0' is not allowed; give the address that a mux asks "
                    "after its restart");
    if (std::exchange(m_isDown, false) && m_isRunning)
    {
        Listen();
    }
}

void
LoadBalancerMux::StartApplication()
{
    NS_LOG_FUNCTION(this);
    NS_ABORT_MSG_UNLESS(m_uplink, "the mux has no uplink");
    m_isRunning = true;
    if (m_isDown)
    {
        return;
    }
    Listen();
    if (m_isProgrammed)
    {
        BeginService();
    }
}

void
LoadBalancerMux::StopApplication()
{
    NS_LOG_FUNCTION(this);
    m_isRunning = false;
    m_retry.Cancel();
    m_announcer.Close(true);
    m_sender.Close();
}

void
LoadBalancerMux::DoDispose()
{
    m_retry.Cancel();
    m_announcer.Close(false);
    m_uplink = nullptr;
    m_dropVariable = nullptr;
    m_capacity = nullptr;
    m_table = nullptr;
    m_assembler = nullptr;
    ControlApplication::DoDispose();
}

void
LoadBalancerMux::Listen()
{
    OpenSender(m_controlPort, {m_uplink->GetStackDevice(), m_managerAddress});
    if (m_hasFailed)
    {
        RequestProgram();
    }
}

void
LoadBalancerMux::RequestProgram()
{
    m_request = MakeTransaction();
    m_isAsking = true;
    m_sender.Send({m_managerAddress, {m_request, azure::RequestProgram{}}});
}

void
LoadBalancerMux::MessageAcknowledged(const SlbInstruction& instruction)
{
    if (std::holds_alternative<azure::RequestProgram>(instruction.message.body))
    {
        m_isAsking = false; // the manager's messages follow, and ProgramComplete after them
    }
}

void
LoadBalancerMux::AgentUnreachable(const SlbInstruction& instruction)
{
    if (!std::holds_alternative<azure::RequestProgram>(instruction.message.body))
    {
        return; // an overload that lasts is reported again
    }
    m_retry = Simulator::Schedule(GetRetryInterval(), &LoadBalancerMux::RequestProgram, this);
}

void
LoadBalancerMux::MessageReceived(const SlbMessage& message, const InetSocketAddress& from)
{
    if (Take(message) && m_sender.IsOpen())
    {
        m_sender.SendAcknowledge(message.transaction, from);
    }
}

void
LoadBalancerMux::BeginService()
{
    m_isProgrammed = true;
    if (m_routes && !m_announcer.IsOpen())
    {
        m_announcer.Open(GetNode(),
                         m_uplink->GetStackDevice(),
                         m_routes->router,
                         m_routes->prefixes,
                         m_routes->options);
    }
}

void
LoadBalancerMux::ForgetLoadBalancing()
{
    if (m_table || m_assembler)
    {
        // Who is told by them may have asked for this: they go once they are done.
        Simulator::ScheduleNow([table = m_table, assembler = m_assembler] {});
    }
    m_table = nullptr;
    m_frontends.clear();
    m_assembler = std::make_shared<GoalStateAssembler>(
        MakeGoalStateTaker(&DecodeMuxGoalState, [this](const MuxGoalState& goalState) {
            Apply(goalState);
            return true;
        }));
}

void
LoadBalancerMux::MemberChosen(const LoadBalancingDecision& decision)
{
    NS_LOG_LOGIC("rule " << decision.rule << ", " << decision.key << ": "
                         << (decision.networkInterface
                                 ? "interface " + std::to_string(*decision.networkInterface)
                                 : "no member")
                         << ", " << decision.membersAvailable << " available, "
                         << GetName(decision.cause));
    m_decisionTrace(decision);
}

void
LoadBalancerMux::MemberHealthChanged(const MemberHealth& health)
{
    NS_LOG_INFO("interface " << health.networkInterface << " of backend set " << health.backendSet
                             << " is " << (health.isUp ? "up" : "down"));
    m_memberHealthTrace(health);
}

std::vector<FrontendTraffic>
LoadBalancerMux::GetTraffic() const
{
    std::map<uint16_t, FrontendTraffic> sum;
    for (const auto& traffics :
         {m_trafficBefore, m_table ? m_table->GetTraffic() : std::vector<FrontendTraffic>()})
    {
        for (const auto& traffic : traffics)
        {
            auto& total = sum[traffic.rule];
            total.rule = traffic.rule;
            total.packets += traffic.packets;
            total.bytes += traffic.bytes;
            total.syns += traffic.syns;
        }
    }
    std::vector<FrontendTraffic> all;
    for (const auto& [rule, total] : sum)
    {
        all.push_back(total);
    }
    return all;
}

uint32_t
LoadBalancerMux::GetTrustedFlows() const
{
    return m_table ? m_table->GetFlows().GetTrusted() : 0;
}

uint32_t
LoadBalancerMux::GetUntrustedFlows() const
{
    return m_table ? m_table->GetFlows().GetUntrusted() : 0;
}

std::optional<std::string>
LoadBalancerMux::CheckInvariants() const
{
    if (m_counts.received != m_counts.sent + m_counts.own + m_counts.dropped + GetWaitingPackets())
    {
        return "packets received differ from packets sent, own, dropped and waiting";
    }
    if (m_isDown && (m_table || m_sender.IsOpen() || m_announcer.IsOpen()))
    {
        return "a mux that is down knows or tells something";
    }
    return m_table ? m_table->CheckInvariants() : std::nullopt;
}

} // namespace ns3::azure
