// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-world.h"

#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/udp-socket-factory.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

/**
 * @file
 * @brief What becomes of flows when members go down and come back (sources.rst B.7), over the whole
 * way: probe, report, mux, host.
 */
namespace ns3::azure
{

namespace
{

/// Before all members are down, from 40 s on, and then.
const std::vector<Time> AROUND{Seconds(30), Seconds(60)};

/// When members go down.
constexpr const char* DOWN_AT_40 = "0s=Answer;40s=Refuse";

/// When they come back, too.
constexpr const char* BACK_AT_70 = "0s=Answer;40s=Refuse;70s=Answer";

/// What is said to a flow that began while all was well, and to one that begins later.
struct AllDownCase
{
    const char* name;
    LoadBalancerSku sku;
    uint32_t vms;
    const char* profile;
    NoHealthyBackendsBehavior behavior;
    IpProtocol protocol;
    bool goesOn;        //!< the flow that began before is answered while all members are down
    bool isNewAnswered; //!< one that begins then is, too
    bool comesBack;     //!< the flow that began before is answered once members are up again
    const char* source;
};

// clang-format off
constexpr auto DOWN = NoHealthyBackendsBehavior::AllProbedDown;
constexpr auto UP = NoHealthyBackendsBehavior::AllProbedUp;
constexpr auto BASIC = LoadBalancerSku::Basic;
constexpr auto STANDARD = LoadBalancerSku::Standard;

constexpr AllDownCase ALL_DOWN_CASES[] = {
    // name                        sku       vms profile behavior protocol      goesOn isNewAnswered comesBack source
    {"B_7_TcpStandard",            STANDARD, 4,  "2018", DOWN,    IpProtocol::Tcp, true,  false, true,  "PR-1809"},
    {"B_7_TcpStandardAlone2018",   STANDARD, 1,  "2018", DOWN,    IpProtocol::Tcp, true,  false, true,  "PR-1809"},
    {"B_7_TcpStandardAlone2023",   STANDARD, 1,  "2023", DOWN,    IpProtocol::Tcp, false, false, false, "PR-2310"},
    {"B_7_TcpStandard2023",        STANDARD, 4,  "2023", DOWN,    IpProtocol::Tcp, true,  false, true,  "PR-2310"},
    {"B_7_TcpBasic",               BASIC,    4,  "2018", DOWN,    IpProtocol::Tcp, false, false, false, "SK-2307"},
    {"B_7_UdpStandard",            STANDARD, 4,  "2018", DOWN,    IpProtocol::Udp, false, false, true,  "PR-1809"},
    {"B_7_UdpBasic",               BASIC,    4,  "2018", DOWN,    IpProtocol::Udp, false, false, true,  "PR-1809"},
    {"B_7_TcpAllProbedUp",         STANDARD, 4,  "2023", UP,      IpProtocol::Tcp, true,  true,  true,  "SDK texts"},
    {"B_7_UdpAllProbedUp",         STANDARD, 4,  "2023", UP,      IpProtocol::Udp, true,  true,  true,  "SDK texts"},
};
// clang-format on

void
PrintTo(const AllDownCase& c, std::ostream* os)
{
    *os << c.name << " (" << c.source << ")";
}

/// The world of one case.
class AllDown : public LoadBalancerWorld, public ::testing::WithParamInterface<AllDownCase>
{
  protected:
    /// Make the world. @param c the case @param schedule of the members' answers to probes
    void Prepare(const AllDownCase& c, const char* schedule)
    {
        m_scenario.SetVms(c.vms);
        m_scenario.SetProfile(c.profile);
        AddRule("udp", TransportProtocol::Udp, PORT, PORT);
        AddProbe();
        m_scenario.ChangeLoadBalancer([c](LoadBalancer& loadBalancer) {
            loadBalancer.sku = c.sku;
            loadBalancer.probes.front().noHealthyBackendsBehavior = c.behavior;
        });
        SecurityRuleText rule; // Standard addresses are closed without one (B.8)
        rule.name = "AllowAll";
        m_scenario.AddNetworkSecurityGroup("web", {rule});
        m_scenario.AttachToSubnet("web");
        Begin();
        for (const auto& responder : m_responders)
        {
            responder->SetAttribute("Schedule", StringValue(schedule));
        }
    }
};

INSTANTIATE_TEST_SUITE_P(Rows, AllDown, ::testing::ValuesIn(ALL_DOWN_CASES), [](const auto& info) {
    return std::string(info.param.name);
});

TEST_P(AllDown, FlowsAreAnsweredAsTheTableSays)
{
    const auto& c = GetParam();
    Prepare(c, DOWN_AT_40);
    const auto& old = Say(c.protocol, AROUND);
    const auto& fresh = Say(c.protocol, {Seconds(60)});
    Run(Seconds(80));
    const auto members = old.GetMembers();
    EXPECT_NE(members[0], '-') << members;
    EXPECT_EQ(members[2] != '-', c.goesOn) << members;
    EXPECT_EQ(fresh.GetMembers() != "-", c.isNewAnswered) << fresh.GetMembers();
}

TEST_P(AllDown, EndedFlowsStayEndedWhenMembersComeUpAgain)
{
    const auto& c = GetParam();
    Prepare(c, BACK_AT_70);
    const auto& busy = Say(c.protocol, {Seconds(30), Seconds(60), Seconds(120)});
    const auto& quiet = Say(c.protocol, {Seconds(30), Seconds(120)});
    const auto& fresh = Say(c.protocol, {Seconds(130)});
    Run(Seconds(180));
    const auto ofBusy = busy.GetMembers();
    EXPECT_NE(ofBusy[0], '-') << ofBusy;
    EXPECT_EQ(ofBusy[2] != '-', c.goesOn)
        << ofBusy << ": a segment that is repeated is none either";
    EXPECT_EQ(ofBusy[4] != '-', c.comesBack) << ofBusy;
    const auto ofQuiet = quiet.GetMembers();
    EXPECT_NE(ofQuiet[0], '-') << ofQuiet;
    EXPECT_EQ(ofQuiet[2] != '-', c.comesBack) << ofQuiet;
    EXPECT_NE(fresh.GetMembers(), "-") << "new flows begin";
}

/// A server's answer: the first byte of what came.
void
AnswerWithFirstByte(Ptr<Socket> socket)
{
    Address from;
    while (const auto packet = socket->RecvFrom(from))
    {
        socket->SendTo(packet->CreateFragment(0, 1), 0, from);
    }
}

/// Worlds in which one member, the one that a first flow meets, goes down at 40 s.
class OneDown : public LoadBalancerWorld
{
  protected:
    /// Have the VM refuse its probes from now on.
    void TakeDown(uint32_t vm)
    {
        m_responders.at(vm)->SetResponse({ProbeResponseKind::Refuse});
    }
};

TEST_F(OneDown, B_7_S0_39_EstablishedTcpStaysUdpMovesAndNewFlowsAvoidTheMember)
{
    AddRule("udp", TransportProtocol::Udp, PORT, PORT);
    AddProbe();
    Begin();
    // Two messages make a flow trusted, so that the mux keeps it for minutes (Ananta 3.3.3).
    const std::vector<Time> times{Seconds(30), Seconds(31), Seconds(70), Seconds(90)};
    std::vector<Talk*> tcp;
    std::vector<Talk*> udp;
    for (uint32_t i = 0; i < 40; ++i)
    {
        tcp.push_back(&Say(IpProtocol::Tcp, times));
        udp.push_back(&Say(IpProtocol::Udp, times));
    }
    Simulator::Schedule(Seconds(40), [this] { TakeDown(0); });
    std::vector<Talk*> later;
    for (uint32_t i = 0; i < 40; ++i)
    {
        later.push_back(&Say(IpProtocol::Tcp, {Seconds(80)}));
    }
    Run(Seconds(100));
    uint32_t onDown = 0;
    uint32_t moved = 0;
    for (const auto* talk : tcp)
    {
        const auto members = talk->GetMembers();
        EXPECT_TRUE(members == "0 0 0 0" || members == "1 1 1 1" || members == "2 2 2 2" ||
                    members == "3 3 3 3")
            << members;
        onDown += members == "0 0 0 0";
    }
    for (const auto* talk : udp)
    {
        const auto members = talk->GetMembers();
        EXPECT_EQ(members.find('-'), std::string::npos) << members;
        EXPECT_EQ(members[0], members[2]) << members;
        EXPECT_EQ(members.find('0', 4), std::string::npos) << members;
        EXPECT_EQ(members[4], members[6]) << members; // it moves once
        EXPECT_TRUE(members[0] == '0' || members[0] == members[4]) << members;
        moved += members[0] == '0';
    }
    for (const auto* talk : later)
    {
        EXPECT_NE(talk->GetMembers(), "-");
        EXPECT_NE(talk->GetMembers(), "0");
    }
    EXPECT_GT(onDown, 0U);
    EXPECT_GT(moved, 0U);
}

TEST_F(OneDown, B_7_OutboundFlowsDoNotNotice)
{
    AddProbe();
    Begin();
    Simulator::Schedule(Seconds(40), [this] { TakeDown(0); });
    const auto server = m_scenario.GetServers().Get(0);
    const auto echo = Socket::CreateSocket(server, UdpSocketFactory::GetTypeId());
    echo->Bind(InetSocketAddress(Ipv4Address::GetAny(), 7));
    echo->SetRecvCallback(MakeCallback(&AnswerWithFirstByte));
    const auto& talk = SayFromVm(0,
                                 IpProtocol::Udp,
                                 m_scenario.GetServerAddresses().front(),
                                 {Seconds(30), Seconds(70)},
                                 7);
    const auto& fresh =
        SayFromVm(0, IpProtocol::Udp, m_scenario.GetServerAddresses().front(), {Seconds(80)}, 7);
    Run(Seconds(90));
    EXPECT_EQ(talk.GetMembers(), "0 0"); // the byte that was sent
    EXPECT_EQ(fresh.GetMembers(), "0");
}

TEST_F(OneDown, S0_39_TheMemberComesBackWhenItAnswersAgain)
{
    AddProbe();
    Begin();
    m_responders.at(2)->SetAttribute("Schedule", StringValue("0s=Answer;40s=Refuse;60s=Answer"));
    Run(Seconds(100));
    std::vector<std::string> story;
    for (const auto& health : m_health)
    {
        if (health.networkInterface == OutboundScenarioHelper::GetNetworkInterface(2))
        {
            story.push_back(std::string(health.isUp ? "up" : "down"));
        }
    }
    EXPECT_EQ(story, (std::vector<std::string>{"down", "up", "down", "up"})); // unknown is down
}

} // namespace

} // namespace ns3::azure
