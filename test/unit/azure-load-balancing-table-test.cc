// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancing-story.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <vector>

namespace ns3::azure
{

namespace
{

const Ipv4Address INTERNAL("10.0.0.100");

constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;

TEST_F(LoadBalancing, FlowIsAskedAboutOnceAndThenGoesToItsMember)
{
    Apply();
    const auto member = Begin(Tcp(1));
    const auto decision = TakeDecision();
    ASSERT_TRUE(decision);
    EXPECT_EQ(decision->key, Tcp(1));
    EXPECT_EQ(decision->cause, Cause::NewFlow);
    EXPECT_EQ(decision->networkInterface, member);
    EXPECT_EQ(decision->membersAvailable, 4U);
    EXPECT_TRUE(decision->isTracked);
    for (int i = 0; i < 10; ++i)
    {
        EXPECT_EQ(Continue(Tcp(1)), member);
    }
    EXPECT_FALSE(TakeDecision());
}

TEST_F(LoadBalancing, SynIsAlwaysAFirstPacket)
{
    Apply();
    const auto member = Begin(Tcp(1));
    Continue(Tcp(1));
    EXPECT_EQ(m_table->GetFlows().GetTrusted(), 1U);
    TakeDecision();
    EXPECT_EQ(Begin(Tcp(1)), member) << "the same hash, the same members";
    EXPECT_EQ(TakeDecision()->cause, Cause::NewFlow);
    EXPECT_EQ(m_table->GetFlows().GetTrusted(), 1U) << "the same member";
    Set(member, false);
    EXPECT_NE(Begin(Tcp(1)), member);
    EXPECT_EQ(m_table->GetFlows().GetTrusted(), 0U);
    EXPECT_EQ(m_table->GetFlows().GetUntrusted(), 1U) << "another one";
}

TEST_F(LoadBalancing, ChoicesAreAllToldWhenNothingCanBeTracked)
{
    LoadBalancingListener listener;
    LoadBalancingTable table(listener, {Minutes(4), Seconds(10), 0, 0});
    Apply();
    table.Apply(m_goal, m_now);
    const FrontendPacket packet{Udp(1), std::nullopt, false, 60};
    const auto* rule = table.FindRule(packet);
    ASSERT_TRUE(rule);
    const auto first = table.Decide(*rule, packet, m_now);
    const auto second = table.Decide(*rule, packet, m_now);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->networkInterface, second->networkInterface) << "by hash alone";
    ASSERT_EQ(listener.decisions.size(), 2U);
    for (const auto& decision : listener.decisions)
    {
        EXPECT_FALSE(decision.isTracked);
        EXPECT_EQ(decision.cause, Cause::NewFlow);
    }
}

TEST_F(LoadBalancing, ModeChangesWithoutDowntime)
{
    // B.8 (DM-2601): changing the mode makes no downtime.
    Apply();
    std::map<uint32_t, uint32_t> memberOf;
    for (uint32_t client = 0; client < 200; ++client)
    {
        memberOf[client] = Begin(Tcp(client));
    }
    m_goal.rules[0].distribution = LoadDistribution::SourceIp;
    Apply();
    m_listener.decisions.clear();
    uint32_t others = 0;
    for (uint32_t client = 0; client < 200; ++client)
    {
        EXPECT_EQ(Continue(Tcp(client)), memberOf[client]);
    }
    EXPECT_TRUE(m_listener.decisions.empty());
    for (uint32_t client = 0; client < 200; ++client)
    {
        others += Begin(Tcp(client)) != memberOf[client] ? 1 : 0;
    }
    EXPECT_NEAR(others, 150, 4 * 6.1) << "new flows go by the new mode: sqrt(200*3/4*1/4) = 6.1";
}

TEST_F(LoadBalancing, SourceIpModeSendsAClientsRulesOfOnePoolToOneMember)
{
    m_goal.rules.push_back(MakeRule(3, TransportProtocol::Tcp, 443));
    for (auto& rule : m_goal.rules)
    {
        rule.distribution = LoadDistribution::SourceIp;
    }
    Apply();
    for (uint32_t client = 0; client < 200; ++client)
    {
        const auto member = Begin(Tcp(client));
        EXPECT_EQ(Begin(Udp(client)), member);
        EXPECT_EQ(Begin(Tcp(client).WithDestination(FRONTEND, 443)), member);
        EXPECT_EQ(Begin(Tcp(client).WithSource(Tcp(client).GetSource(), 1234)), member);
    }
}

TEST_F(LoadBalancing, HighAvailabilityPortsTakeWhatNoOtherRuleTakes)
{
    m_goal.backendSets.push_back({{MakeMember(21)}});
    auto rule = MakeRule(3, TransportProtocol::All, 0);
    rule.backendSet = 1;
    m_goal.rules.push_back(rule);
    Apply();
    const auto goesTo = [this](IpProtocol protocol, uint16_t port) {
        return Continue({0xcb007100U, FRONTEND.Get(), 50'000, port, protocol});
    };
    EXPECT_NE(goesTo(TCP, 80), 21U) << "rule 1";
    EXPECT_NE(goesTo(UDP, 53), 21U) << "rule 2";
    EXPECT_EQ(goesTo(TCP, 53), 21U);
    EXPECT_EQ(goesTo(UDP, 80), 21U);
    EXPECT_EQ(goesTo(TCP, 0), 21U);
    EXPECT_EQ(goesTo(TCP, 65535), 21U);
    EXPECT_FALSE(HasRule(FlowKey{1, FRONTEND.Get(), 0, 0, IpProtocol::Icmp}));
    EXPECT_FALSE(HasRule(FlowKey{1, FRONTEND.Get() + 1, 0, 80, TCP}));
}

/// Who has a rule for what.
struct RuleCase
{
    const char* name;                       // test name
    FlowKey key;                            // of the packet
    std::optional<uint32_t> virtualNetwork; // it came through
    bool hasRule;                           // expected
};

void
PrintTo(const RuleCase& c, std::ostream* os)
{
    *os << c.name;
}

class RuleLookup : public LoadBalancing, public ::testing::WithParamInterface<RuleCase>
{
};

TEST_P(RuleLookup, GoesByAddressNetworkProtocolAndPort)
{
    auto rule = MakeRule(3, TransportProtocol::Tcp, 80);
    rule.frontend = INTERNAL;
    rule.virtualNetwork = 0;
    m_goal.rules.push_back(rule);
    Apply();
    const auto& c = GetParam();
    EXPECT_EQ(m_table->FindRule({c.key, c.virtualNetwork, false, 60}) != nullptr, c.hasRule);
}

// clang-format off
const RuleCase RULE_CASES[] = {
    // name             source, destination, ports, protocol              network       has rule
    {"Tcp",             {1, FRONTEND.Get(), 2, 80, TCP},                  std::nullopt, true},
    {"Udp",             {1, FRONTEND.Get(), 2, 53, UDP},                  std::nullopt, true},
    {"OtherPort",       {1, FRONTEND.Get(), 2, 81, TCP},                  std::nullopt, false},
    {"OtherProtocol",   {1, FRONTEND.Get(), 2, 80, UDP},                  std::nullopt, false},
    {"Icmp",            {1, FRONTEND.Get(), 2, 80, IpProtocol::Icmp},     std::nullopt, false},
    {"NoProtocol",      {1, FRONTEND.Get(), 2, 80, IpProtocol{0}},        std::nullopt, false},
    {"OtherAddress",    {1, FRONTEND.Get() + 1, 2, 80, TCP},              std::nullopt, false},
    {"PublicInNetwork", {1, FRONTEND.Get(), 2, 80, TCP},                  0,            false},
    {"Internal",        {1, INTERNAL.Get(), 2, 80, TCP},                  0,            true},
    {"OtherNetwork",    {1, INTERNAL.Get(), 2, 80, TCP},                  1,            false},
    {"InternalOutside", {1, INTERNAL.Get(), 2, 80, TCP},                  std::nullopt, false},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(LoadBalancingTable,
                         RuleLookup,
                         ::testing::ValuesIn(RULE_CASES),
                         [](const auto& row) { return row.param.name; });

TEST_F(LoadBalancing, TwoVirtualNetworksMayUseOneAddress)
{
    m_goal.backendSets.assign(3, {});
    m_goal.rules.clear();
    const std::vector<std::optional<uint32_t>> networks{std::nullopt, 0, (1U << 24) - 1};
    for (uint16_t i = 0; i < 3; ++i)
    {
        m_goal.backendSets[i].members = {MakeMember(31U + i)};
        auto rule = MakeRule(i + 1, TransportProtocol::Tcp, 80);
        rule.virtualNetwork = networks[i];
        rule.backendSet = i;
        m_goal.rules.push_back(rule);
    }
    Apply();
    for (uint16_t i = 0; i < 3; ++i)
    {
        EXPECT_EQ(Send({Tcp(1), networks[i], true, 60}), 31U + i);
    }
    EXPECT_EQ(m_table->GetFlows().GetUntrusted(), 3U) << "one key, three flows";
    for (uint16_t i = 0; i < 3; ++i)
    {
        EXPECT_EQ(Send({Tcp(1), networks[i], false, 60}), 31U + i);
    }
    EXPECT_EQ(m_table->GetFlows().GetTrusted(), 3U);
}

TEST_F(LoadBalancing, QuotedPacketFindsTheFlowsMemberAndLeavesNoTrace)
{
    Apply();
    const auto member = Begin(Tcp(1));
    const auto quoted = Tcp(1).Reverse(); // as the member's answer comes to the client
    Set(member, false);
    m_listener.decisions.clear();
    const auto traffic = m_table->GetTraffic();
    const auto found = m_table->FindQuoted(quoted, std::nullopt, m_now);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->networkInterface, member) << "it may be down";
    EXPECT_EQ(found->host, MakeMember(member).host);
    EXPECT_EQ(m_table->GetFlows().GetUntrusted(), 1U) << "it is no second packet";
    const auto unknown = m_table->FindQuoted(Tcp(2).Reverse(), std::nullopt, m_now);
    ASSERT_TRUE(unknown);
    EXPECT_EQ(m_table->GetFlows().GetUntrusted(), 1U) << "nothing is kept";
    EXPECT_EQ(unknown->networkInterface, Begin(Tcp(2))) << "by the same hash";
    EXPECT_FALSE(m_table->FindQuoted(quoted, 1, m_now)) << "another network";
    EXPECT_FALSE(m_table->FindQuoted(Tcp(1), std::nullopt, m_now)) << "the wrong way round";
    EXPECT_EQ(m_listener.decisions.size(), 1U) << "that of the SYN";
    EXPECT_EQ(m_table->GetTraffic()[0].packets, traffic[0].packets + 1) << "likewise";
    SetAll(false);
    EXPECT_FALSE(m_table->FindQuoted(Tcp(3).Reverse(), std::nullopt, m_now));
}

TEST_F(LoadBalancing, TrafficIsCountedByRule)
{
    Apply();
    Send({Tcp(1), std::nullopt, true, 60});
    Send({Tcp(1), std::nullopt, false, 1500});
    Send({Tcp(1), std::nullopt, false, 52});
    Send({Udp(1), std::nullopt, false, 100});
    const auto expectCounts = [this](size_t index, FrontendTraffic expected) {
        const auto traffic = m_table->GetTraffic();
        ASSERT_LT(index, traffic.size());
        EXPECT_EQ(traffic[index].rule, expected.rule);
        EXPECT_EQ(traffic[index].packets, expected.packets);
        EXPECT_EQ(traffic[index].bytes, expected.bytes);
        EXPECT_EQ(traffic[index].syns, expected.syns);
    };
    expectCounts(0, {1, 3, 1612, 1});
    expectCounts(1, {2, 1, 100, 0});
    m_goal.rules.erase(m_goal.rules.begin());
    Apply();
    SetAll(false);
    EXPECT_EQ(Begin(Udp(2)), NOBODY);
    expectCounts(0, {1, 3, 1612, 1});
    expectCounts(1, {2, 1, 100, 0}); // what is dropped does not count
}

} // namespace

} // namespace ns3::azure
