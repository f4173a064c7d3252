// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-load-balancing-story.h"

#include "ns3/azure-member-traffic-meter.h"

#include <gtest/gtest.h>
#include <ostream>
#include <vector>

namespace ns3::azure
{

namespace
{

/// @return what a meter tells if these flows are open
std::vector<MemberTraffic>
GetTraffic(const MemberTrafficMeter& meter, const std::vector<FlowRecord>& openFlows)
{
    auto traffic = meter.GetEnded();
    for (const auto& flow : openFlows)
    {
        meter.Count(flow, traffic);
    }
    return traffic;
}

using Story = TraceLoadBalancingStory;

/// @return "rule/member:packets in", of all that passed something
std::vector<std::string>
Tell(const std::vector<MemberTraffic>& traffic)
{
    std::vector<std::string> told;
    for (const auto& each : traffic)
    {
        if (each.packetsIn > 0)
        {
            told.push_back(std::to_string(each.rule) + "/" + std::to_string(each.networkInterface) +
                           ":" + std::to_string(each.packetsIn));
        }
    }
    return told;
}

/// A meter that knows the rules of the story, and rule 3: HA ports of 10.0.0.100 to interface 2.
class MemberTrafficMeterStory : public ::testing::Test
{
  protected:
    MemberTrafficMeterStory()
    {
        m_meter.Add(PoolMemberFact{0, "balancer", "servers", 1, 1, AdministrativeState::None});
        m_meter.Add(PoolMemberFact{0, "balancer", "servers", 1, 2, AdministrativeState::None});
        m_meter.Add(PoolMemberFact{1, "balancer", "", 0, 1, AdministrativeState::None});
        m_meter.Add(PoolMemberFact{2, "inside", "servers", 0, 2, AdministrativeState::None});
        m_meter.Add(Story::WebRule());
        m_meter.Add(Story::NatRule());
        m_meter.Add(AllPorts());
    }

    static LoadBalancingRuleFact AllPorts()
    {
        auto rule = Story::WebRule();
        rule.rule = 3;
        rule.frontendAddress = Ipv4Address("10.0.0.100");
        rule.protocol = TransportProtocol::All;
        rule.frontendPort = rule.backendPort = 0;
        rule.backendSet = 2;
        return rule;
    }

    MemberTrafficMeter m_meter;
};

/// One row: a flow of one packet, and where it is counted.
struct FlowCase
{
    const char* name;
    uint32_t networkInterface;
    const char* publicAddress;
    uint16_t publicPort;
    IpProtocol protocol;
    bool isInbound;
    std::vector<std::string> counted;
};

void
PrintTo(const FlowCase& c, std::ostream* os)
{
    *os << c.publicAddress << " port " << c.publicPort << " of " << c.networkInterface;
}

// clang-format off
const FlowCase FLOW_CASES[] = {
    // name             interface address        port  protocol          inbound counted
    {"OfTheFirstMember",       1, "198.51.100.1",   80, IpProtocol::Tcp,  true,  {"1/1:1"}},
    {"OfTheSecondMember",      2, "198.51.100.1",   80, IpProtocol::Tcp,  true,  {"1/2:1"}},
    {"OfTheNatRule",           1, "198.51.100.1", 5001, IpProtocol::Tcp,  true,  {"2/1:1"}},
    {"OfNoMember",             2, "198.51.100.1", 5001, IpProtocol::Tcp,  true,  {}},
    {"OfAnotherPort",          1, "198.51.100.1",   81, IpProtocol::Tcp,  true,  {}},
    {"OfAnotherProtocol",      1, "198.51.100.1",   80, IpProtocol::Udp,  true,  {}},
    {"OfAnotherAddress",       1, "198.51.100.9",   80, IpProtocol::Tcp,  true,  {}},
    {"WithSnat",               1, "198.51.100.1",   80, IpProtocol::Tcp,  false, {}},
    {"OfAnyPort",              2, "10.0.0.100",   4321, IpProtocol::Udp,  true,  {"3/2:1"}},
    {"OfAllPortsIsNoIcmp",     2, "10.0.0.100",      0, IpProtocol::Icmp, true,  {}},
};
// clang-format on

class MemberTrafficFlow : public MemberTrafficMeterStory,
                          public ::testing::WithParamInterface<FlowCase>
{
};

TEST_P(MemberTrafficFlow, IsCountedForItsRule)
{
    const auto& c = GetParam();
    FlowRecord flow;
    flow.networkInterface = c.networkInterface;
    flow.isInbound = c.isInbound;
    flow.translated = FlowKey(Ipv4Address(c.publicAddress),
                              Ipv4Address("203.0.113.7"),
                              c.publicPort,
                              c.protocol == IpProtocol::Icmp ? 0 : 50000,
                              c.protocol);
    flow.packetsIn = 1;
    EXPECT_EQ(Tell(GetTraffic(m_meter, {flow})), c.counted);
    m_meter.NoteEnded(flow);
    EXPECT_EQ(Tell(GetTraffic(m_meter, {})), c.counted);
}

INSTANTIATE_TEST_SUITE_P(MemberTrafficMeter,
                         MemberTrafficFlow,
                         ::testing::ValuesIn(FLOW_CASES),
                         [](const auto& row) { return row.param.name; });

TEST_F(MemberTrafficMeterStory, EndedAndOpenFlowsAddUp)
{
    m_meter.NoteEnded(Story::Count(Story::Flow(1, 1, 50001, Story::WebRule()), 5, 300, 4, 4000));
    const auto open = Story::Count(Story::Flow(2, 1, 50002, Story::WebRule()), 2, 80, 1, 40);
    const auto traffic = GetTraffic(m_meter, {open}).at(0);
    EXPECT_EQ(traffic.rule, 1);
    EXPECT_EQ(traffic.networkInterface, 1U);
    EXPECT_EQ(traffic.packetsIn, 7U);
    EXPECT_EQ(traffic.bytesIn, 380U);
    EXPECT_EQ(traffic.packetsOut, 5U);
    EXPECT_EQ(traffic.bytesOut, 4040U);
    EXPECT_EQ(GetTraffic(m_meter, {}).at(0).packetsIn, 5U); // the open flow counts as it stands
}

TEST_F(MemberTrafficMeterStory, FlowsThatNeverPassedAreLeftOut)
{
    auto denied = Story::Flow(1, 1, 50001, Story::WebRule());
    denied.translated.reset();
    denied.packetsIn = 1;
    EXPECT_EQ(Tell(GetTraffic(m_meter, {denied})), std::vector<std::string>{});
}

TEST_F(MemberTrafficMeterStory, MemberThatJoinsLaterCountsFromThenOn)
{
    const auto flow = Story::Count(Story::Flow(1, 3, 50001, Story::WebRule()), 5, 300, 4, 4000);
    m_meter.NoteEnded(flow);
    m_meter.Add(PoolMemberFact{0, "balancer", "servers", 1, 3, AdministrativeState::None, false});
    EXPECT_EQ(Tell(GetTraffic(m_meter, {})), std::vector<std::string>{});
    EXPECT_EQ(Tell(GetTraffic(m_meter, {flow})), std::vector<std::string>{"1/3:5"});
}

TEST(MemberTrafficMeter, HasRulesOnceItKnowsOneWithMembers)
{
    MemberTrafficMeter meter;
    EXPECT_FALSE(meter.HasRules());
    meter.Add(PoolMemberFact{0, "balancer", "servers", 1, 1, AdministrativeState::None});
    EXPECT_FALSE(meter.HasRules());
    meter.Add(Story::WebRule());
    EXPECT_TRUE(meter.HasRules());
}

} // namespace

} // namespace ns3::azure
