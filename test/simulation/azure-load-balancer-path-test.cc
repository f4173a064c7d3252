// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-world.h"
#include "azure-test-resources.h"

#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4.h"
#include "ns3/simulator.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>
#include <set>
#include <string>
#include <vector>

/**
 * @file
 * @brief The way of packets from a frontend to a member and back (sources.rst B.8): what the member
 * and the client see, and what crosses a mux.
 */
namespace ns3::azure
{

namespace
{

const std::vector<Time> TWICE{Seconds(1), Seconds(2)};

/// Flows through the frontend, seen from all sides.
class LoadBalancerPath : public LoadBalancerWorld
{
  protected:
    /// Listen to the hosts' flows; after Begin().
    void CollectFlows()
    {
        for (const auto& agent : m_scenario.GetHostAgents())
        {
            agent->TraceConnectWithoutContext("FlowCreated",
                                              MakeCallback(&LoadBalancerPath::NoteFlow, this));
        }
    }

    /// @return all flows as they stand
    std::vector<FlowRecord> GetFlows() const
    {
        std::vector<FlowRecord> flows;
        for (const auto& agent : m_scenario.GetHostAgents())
        {
            const auto part = agent->GetOpenFlows();
            flows.insert(flows.end(), part.begin(), part.end());
        }
        return flows;
    }

    std::vector<FlowRecord> m_created; //!< flows as they were created

  private:
    void NoteFlow(const FlowRecord& flow)
    {
        m_created.push_back(flow);
    }
};

TEST_F(LoadBalancerPath, B_8_TheClientsAddressReachesTheMemberAndRepliesNeverCrossAMux)
{
    AddRule("udp", TransportProtocol::Udp, PORT, PORT);
    m_scenario.SetVmsPerHost(2);
    Begin();
    CollectFlows();
    std::set<Ipv4Address> clients;
    for (uint32_t client = 0; client < 4; ++client)
    {
        Say(IpProtocol::Tcp, TWICE, PORT, client);
        Say(IpProtocol::Udp, TWICE, PORT, client);
        clients.insert(m_scenario.GetServerAddresses().at(client));
    }
    Run(Seconds(4));
    std::set<Ipv4Address> seen;
    uint64_t in = 0;
    uint64_t out = 0;
    for (const auto& flow : GetFlows())
    {
        EXPECT_TRUE(flow.isInbound);
        EXPECT_EQ(flow.outcome, FlowOutcome::Established);
        EXPECT_EQ(flow.key.GetSourcePort(), PORT);
        EXPECT_EQ(flow.translated->GetSource(), m_scenario.GetFrontendAddress());
        EXPECT_EQ(flow.translated->GetSourcePort(), PORT);
        seen.insert(flow.key.GetDestination());
        in += flow.packetsIn;
        out += flow.packetsOut;
    }
    EXPECT_EQ(seen, clients);
    EXPECT_EQ(GetFlows().size(), 8U);
    EXPECT_GT(out, 0U);
    // Everything the mux got went in; not one packet of the members came to it.
    EXPECT_EQ(m_scenario.GetMux()->GetPacketCounts().sent, in);
    EXPECT_EQ(m_scenario.GetMux()->GetPacketCounts().received, in);
    EXPECT_TRUE(GetDrops().empty());
}

TEST_F(LoadBalancerPath, B_8_PortsAreTranslatedToTheBackendPortAndBack)
{
    AddRule("other", TransportProtocol::Tcp, 8443, 443);
    Begin({443});
    auto& talk = Say(IpProtocol::Tcp, TWICE, 8443);
    Run(Seconds(3));
    EXPECT_NE(talk.GetMembers(), "- -"); // ns-3's TCP accepts answers from port 8443 only
    ASSERT_EQ(GetFlows().size(), 1U);
    EXPECT_EQ(GetFlows()[0].key.GetSourcePort(), 443);
    EXPECT_EQ(GetFlows()[0].translated->GetSourcePort(), 8443);
}

TEST_F(LoadBalancerPath, PortsWithoutRuleAreDroppedAtTheMux)
{
    Begin();
    auto& talk = Say(IpProtocol::Udp, TWICE); // the rule is for TCP
    auto& other = Say(IpProtocol::Tcp, {Seconds(1)}, 81);
    Run(Seconds(3));
    EXPECT_EQ(talk.GetMembers(), "- -");
    EXPECT_EQ(other.GetMembers(), "-");
    EXPECT_EQ(m_scenario.GetMux()->GetPacketCounts().sent, 0U);
}

TEST_F(LoadBalancerPath, B_8_AnInboundNatRuleLeadsToItsVm)
{
    m_scenario.ChangeLoadBalancer([](LoadBalancer& loadBalancer) {
        for (uint32_t vm = 0; vm < 4; ++vm)
        {
            InboundNatRule rule;
            rule.name = "ssh-" + std::to_string(vm);
            rule.frontend = "frontend-0";
            rule.frontendPort = static_cast<uint16_t>(5000 + vm);
            rule.networkInterface = OutboundScenarioHelper::GetNetworkInterface(vm);
            rule.backendPort = 22;
            loadBalancer.inboundNatRules.push_back(rule);
        }
    });
    Begin({22});
    std::vector<Talk*> talks;
    for (uint16_t vm = 0; vm < 4; ++vm)
    {
        talks.push_back(&Say(IpProtocol::Tcp, TWICE, static_cast<uint16_t>(5000 + vm)));
    }
    Run(Seconds(3));
    for (uint32_t vm = 0; vm < 4; ++vm)
    {
        const auto number = std::to_string(vm);
        EXPECT_EQ(talks[vm]->GetMembers(), number + " " + number);
    }
}

TEST_F(LoadBalancerPath, B_8_WithFloatingIpTheVmSeesTheFrontendsAddress)
{
    m_scenario.ChangeLoadBalancer([](LoadBalancer& loadBalancer) {
        loadBalancer.loadBalancingRules.front().enableFloatingIp = true;
        loadBalancer.loadBalancingRules.front().backendPort = 8080; // may still be rewritten
    });
    Begin({});
    for (uint32_t vm = 0; vm < 4; ++vm)
    {
        const auto ipv4 = m_scenario.GetVm(vm)->GetObject<Ipv4>();
        ipv4->AddAddress(0, {m_scenario.GetFrontendAddress(), Ipv4Mask("255.255.255.255")});
        Answer(vm, m_scenario.GetFrontendAddress(), 8080);
    }
    auto& talk = Say(IpProtocol::Tcp, TWICE);
    Run(Seconds(3));
    EXPECT_EQ(talk.GetMembers().find('-'), std::string::npos) << talk.GetMembers();
    ASSERT_EQ(GetFlows().size(), 1U);
    EXPECT_EQ(GetFlows()[0].key.GetSource(), m_scenario.GetFrontendAddress());
    EXPECT_EQ(GetFlows()[0].key.GetSourcePort(), 8080);
}

TEST_F(LoadBalancerPath, B_8_AVmReachesItsOwnPublicFrontendBySnat)
{
    Begin();
    std::vector<Talk*> talks;
    for (uint32_t i = 0; i < 12; ++i)
    {
        talks.push_back(&SayFromVm(0, IpProtocol::Tcp, m_scenario.GetFrontendAddress(), TWICE));
    }
    Run(Seconds(4));
    std::set<std::string> members;
    for (const auto* talk : talks)
    {
        EXPECT_EQ(talk->GetMembers().find('-'), std::string::npos) << talk->GetMembers();
        members.insert(talk->GetMembers());
    }
    EXPECT_EQ(members.count("0 0"), 1U); // itself, too: what comes is from the frontend
    EXPECT_GT(members.size(), 1U);
}

TEST_F(LoadBalancerPath, ProgrammedByMessagesFromTimeZeroOn)
{
    m_scenario.SetProgrammedBefore(false);
    AddProbe();
    m_scenario.SetMuxes(3);
    Begin();
    auto& talk = Say(IpProtocol::Tcp, {Seconds(20), Seconds(21)});
    Run(Seconds(22));
    EXPECT_EQ(talk.GetMembers().find('-'), std::string::npos) << talk.GetMembers();
}

TEST_F(LoadBalancerPath, AMuxThatFailsBeforeTimeZeroIsProgrammedAfterItsRestart)
{
    AddRule("udp", TransportProtocol::Udp, PORT, PORT);
    Begin();
    m_scenario.GetMux()->Fail();
    auto& talk = Say(IpProtocol::Udp, {Seconds(1), Seconds(20)});
    Simulator::Schedule(Seconds(5), &LoadBalancerMux::Restart, m_scenario.GetMux());
    Run(Seconds(21));
    EXPECT_EQ(talk.GetMembers().substr(0, 2), "- ");
    EXPECT_NE(talk.GetMembers().substr(2), "-");
    EXPECT_EQ(GetDrops().at(DropReason::MuxDown), 1U);
}

/// Who may come in from the Internet without a security group, and with one.
struct OpennessCase
{
    const char* name;
    LoadBalancerSku sku;
    bool hasGroup;  //!< the subnet has a security group
    bool isAllowed; //!< it has a rule that allows the port
    bool isOpen;    //!< expected
};

constexpr OpennessCase OPENNESS_CASES[] = {
    {"B_8_BasicIsOpen", LoadBalancerSku::Basic, false, false, true},
    {"B_8_BasicBehindDefaultRules", LoadBalancerSku::Basic, true, false, false},
    {"B_8_BasicAllowed", LoadBalancerSku::Basic, true, true, true},
    {"B_8_StandardIsClosed", LoadBalancerSku::Standard, false, false, false},
    {"B_8_StandardBehindDefaultRules", LoadBalancerSku::Standard, true, false, false},
    {"B_8_S3_52_StandardAllowed", LoadBalancerSku::Standard, true, true, true},
};

void
PrintTo(const OpennessCase& c, std::ostream* os)
{
    *os << c.name;
}

/// The world of one case: the group sees the backend port (S3-52), 8080.
class Openness : public LoadBalancerWorld, public ::testing::WithParamInterface<OpennessCase>
{
};

INSTANTIATE_TEST_SUITE_P(Rows, Openness, ::testing::ValuesIn(OPENNESS_CASES), [](const auto& info) {
    return std::string(info.param.name);
});

TEST_P(Openness, IsBySkuAndSecurityGroup)
{
    const auto& c = GetParam();
    m_scenario.ChangeLoadBalancer([c](LoadBalancer& loadBalancer) {
        loadBalancer.sku = c.sku;
        loadBalancer.loadBalancingRules.front().backendPort = 8080;
    });
    std::vector<SecurityRuleText> rules;
    if (c.isAllowed)
    {
        SecurityRuleText rule;
        rule.name = "AllowWeb";
        rule.sourceAddressPrefixes = {"Internet"};
        rule.destinationPortRanges = {"8080"};
        rules.push_back(rule);
    }
    if (c.hasGroup)
    {
        m_scenario.AddNetworkSecurityGroup("web", rules);
        m_scenario.AttachToSubnet("web");
    }
    Begin({8080});
    auto& talk = Say(IpProtocol::Tcp, TWICE);
    Run(Seconds(3));
    EXPECT_EQ(talk.GetMembers() != "- -", c.isOpen);
    const auto reason = c.hasGroup ? DropReason::SecurityRule : DropReason::InboundClosed;
    EXPECT_EQ(GetDrops().count(reason), c.isOpen ? 0U : 1U);
}

/// Trace sink of a router's stack.
void
CountDropsTo(uint32_t* count,
             Ipv4Address destination,
             const Ipv4Header& header,
             Ptr<const Packet> /* packet */,
             Ipv4L3Protocol::DropReason /* reason */,
             Ptr<Ipv4> /* ipv4 */,
             uint32_t /* interface */)
{
    *count += header.GetDestination() == destination;
}

/// An internal load balancer of all VMs, in their subnet.
class InternalFrontend : public LoadBalancerWorld
{
  protected:
    /// @return an internal load balancer with a rule for TCP port 80
    static LoadBalancer MakeInternal(LoadBalancerSku sku)
    {
        LoadBalancer loadBalancer;
        loadBalancer.name = "internal";
        loadBalancer.sku = sku;
        loadBalancer.frontends.push_back({"inside", Ipv4Address()});
        BackendPool pool{"all", {}};
        for (uint32_t vm = 0; vm < 4; ++vm)
        {
            pool.members.push_back({OutboundScenarioHelper::GetNetworkInterface(vm)});
        }
        loadBalancer.backendPools.push_back(pool);
        LoadBalancingRule rule;
        rule.name = "web";
        rule.frontend = "inside";
        rule.backendPool = "all";
        loadBalancer.loadBalancingRules.push_back(rule);
        return loadBalancer;
    }

    /// @return its frontend
    Ipv4Address GetInside() const
    {
        return m_scenario.GetFrontendAddress("inside", "internal");
    }
};

TEST_F(InternalFrontend, B_8_ItsOwnMembersReachItUnlessTheyAreChosenThemselves)
{
    m_scenario.AddInternalLoadBalancer(MakeInternal(LoadBalancerSku::Standard));
    m_scenario.SetVmsPerHost(2);
    Begin();
    std::vector<Talk*> talks;
    for (uint32_t i = 0; i < 40; ++i)
    {
        talks.push_back(&SayFromVm(0, IpProtocol::Tcp, GetInside(), TWICE));
    }
    Run(Seconds(3));
    uint32_t failed = 0;
    for (const auto* talk : talks)
    {
        const auto members = talk->GetMembers();
        failed += members == "- -";
        EXPECT_TRUE(members == "- -" || members == "1 1" || members == "2 2" || members == "3 3")
            << members;
    }
    // A quarter on average; 4 standard deviations are 11.
    EXPECT_GT(failed, 0U);
    EXPECT_LT(failed, 22U);
    EXPECT_GE(GetDrops().at(DropReason::Hairpin), failed);
}

TEST_F(InternalFrontend, B_8_HighAvailabilityPortsTakeEveryPortAndBothProtocols)
{
    m_scenario.SetVms(5); // the last is no member
    auto loadBalancer = MakeInternal(LoadBalancerSku::Standard);
    auto& rule = loadBalancer.loadBalancingRules.front();
    rule.protocol = TransportProtocol::All;
    rule.frontendPort = 0;
    rule.backendPort = 0;
    m_scenario.AddInternalLoadBalancer(loadBalancer);
    Begin({22, 5353, 60000});
    std::vector<Talk*> talks;
    for (const uint16_t port : {22, 5353, 60000})
    {
        talks.push_back(&SayFromVm(4, IpProtocol::Tcp, GetInside(), TWICE, port));
        talks.push_back(&SayFromVm(4, IpProtocol::Udp, GetInside(), TWICE, port));
    }
    Run(Seconds(3));
    for (const auto* talk : talks)
    {
        EXPECT_EQ(talk->GetMembers().find('-'), std::string::npos) << talk->GetMembers();
    }
}

TEST_F(InternalFrontend, B_8_IsReachedFromAPeerButNotFromTheInternet)
{
    m_scenario.SetVms(5);
    m_scenario.AddVirtualNetwork(MakeNetwork("hub", "10.1.0.0/16", "10.1.0.0/24"));
    m_scenario.PlaceVm(4, "hub", "main");
    m_scenario.Change(
        [](auto& all) { return all.AddPeering(VmPlacementPlan::DEFAULT_NETWORK, "hub"); });
    m_scenario.AddInternalLoadBalancer(MakeInternal(LoadBalancerSku::Basic));
    Begin();
    uint32_t refused = 0;
    m_scenario.GetFabric().GetEdgeRouter()->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
        "Drop",
        MakeBoundCallback(&CountDropsTo, &refused, GetInside()));
    auto& peer = SayFromVm(4, IpProtocol::Tcp, GetInside(), TWICE);
    Talk outside(m_scenario.GetServers().Get(0),
                 IpProtocol::Tcp,
                 InetSocketAddress(GetInside(), PORT),
                 TWICE);
    Run(Seconds(3));
    EXPECT_EQ(peer.GetMembers().find('-'), std::string::npos) << peer.GetMembers();
    EXPECT_EQ(outside.GetMembers(), "- -");
    EXPECT_EQ(refused, 1U); // the SYN of 1 s; the next is sent at 4 s (RFC 1122's 3 s, as ns-3's)
}

/// What an internal load balancer alone does to outbound traffic.
struct InternalOnlyCase
{
    const char* name;
    LoadBalancerSku sku;
    OutboundMethod method; //!< expected
};

constexpr InternalOnlyCase INTERNAL_ONLY_CASES[] = {
    {"B_3_BasicHasDefaultSnat", LoadBalancerSku::Basic, OutboundMethod::DefaultSnat},
    {"B_3_StandardHasNone", LoadBalancerSku::Standard, OutboundMethod::None},
};

void
PrintTo(const InternalOnlyCase& c, std::ostream* os)
{
    *os << c.name;
}

/// Trace sink of a host agent.
void
CountNoMethod(uint32_t* count, const DropRecord& drop, Ptr<const Packet> /* packet */)
{
    *count += drop.reason == DropReason::NoOutboundMethod;
}

/// VMs in no public pool.
class InternalOnly : public ::testing::TestWithParam<InternalOnlyCase>
{
};

INSTANTIATE_TEST_SUITE_P(Rows,
                         InternalOnly,
                         ::testing::ValuesIn(INTERNAL_ONLY_CASES),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(InternalOnly, DecidesOnTheOutboundMethod)
{
    OutboundScenarioHelper scenario(OutboundScenario::Standalone);
    LoadBalancer loadBalancer;
    loadBalancer.name = "internal";
    loadBalancer.sku = GetParam().sku;
    loadBalancer.frontends.push_back({"inside", Ipv4Address()});
    loadBalancer.backendPools.push_back(
        {"all", {{OutboundScenarioHelper::GetNetworkInterface(0)}}});
    LoadBalancingRule rule;
    rule.name = "web";
    rule.frontend = "inside";
    rule.backendPool = "all";
    loadBalancer.loadBalancingRules.push_back(rule);
    scenario.AddInternalLoadBalancer(loadBalancer);
    scenario.Create();
    uint32_t noMethod = 0;
    scenario.GetHostAgents().front()->TraceConnectWithoutContext(
        "Drop",
        MakeBoundCallback(&CountNoMethod, &noMethod));
    Talk talk(scenario.GetVm(0),
              IpProtocol::Udp,
              InetSocketAddress(scenario.GetServerAddresses().front(), 7),
              {Seconds(1)});
    Simulator::Stop(Seconds(2));
    Simulator::Run();
    EXPECT_EQ(noMethod, GetParam().method == OutboundMethod::None ? 1U : 0U);
    EXPECT_EQ(scenario.GetHostAgents().front()->GetOpenFlows().size(), 1U - noMethod);
    Simulator::Destroy();
}

} // namespace

} // namespace ns3::azure
