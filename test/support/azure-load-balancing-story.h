// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_LOAD_BALANCING_STORY_H
#define AZURE_LOAD_BALANCING_STORY_H

#include "ns3/azure-load-balancing-table.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <vector>

namespace ns3::azure
{

inline const Ipv4Address FRONTEND("198.51.100.1");
constexpr uint32_t NOBODY = 999; // member of a packet that goes nowhere

using Cause = DistributionCause;

/// Keeps what it is told.
class LoadBalancingListener : public LoadBalancingObserver
{
  public:
    void MemberChosen(const LoadBalancingDecision& decision) override
    {
        decisions.push_back(decision);
    }

    void MemberHealthChanged(const MemberHealth& health) override
    {
        changes.push_back(health);
    }

    std::vector<LoadBalancingDecision> decisions; // in order
    std::vector<MemberHealth> changes;            // in order
};

/// @return a rule of the backend set 0, for a port of the public frontend
inline MuxRule
MakeRule(uint16_t number, TransportProtocol protocol, uint16_t port)
{
    MuxRule rule;
    rule.rule = number;
    rule.frontend = FRONTEND;
    rule.protocol = protocol;
    rule.frontendPort = port;
    return rule;
}

/// @return a member whose host is told from its number
inline BackendMember
MakeMember(uint32_t networkInterface)
{
    return {networkInterface, Ipv4Address(0x0a800000U + networkInterface), true, 0};
}

/// @return members 11, 12, 13, ...
inline std::vector<BackendMember>
MakeMembers(uint32_t count)
{
    std::vector<BackendMember> members;
    for (uint32_t i = 0; i < count; ++i)
    {
        members.push_back(MakeMember(11 + i));
    }
    return members;
}

/// A table with one pool, behind port 80 by TCP (rule 1) and port 53 by UDP (rule 2).
class LoadBalancing : public ::testing::Test
{
  protected:
    LoadBalancing()
    {
        BeginMux();
        m_goal.generation = 1;
        m_goal.backendSets.resize(1);
        m_goal.backendSets[0].members = MakeMembers(4);
        m_goal.rules = {MakeRule(1, TransportProtocol::Tcp, 80),
                        MakeRule(2, TransportProtocol::Udp, 53)};
    }

    /// A mux begins with nothing.
    void BeginMux()
    {
        m_table.emplace(m_listener, MuxFlowLimits{Minutes(4), Seconds(10), 100'000, 100'000});
    }

    ~LoadBalancing() override
    {
        EXPECT_EQ(m_table->CheckInvariants(), std::nullopt);
    }

    /// Learn m_goal, as the next generation.
    void Apply()
    {
        m_goal.generation = ++m_generation;
        m_table->Apply(m_goal, m_now);
        EXPECT_EQ(m_table->CheckInvariants(), std::nullopt);
    }

    /// A member of a set goes down or comes up.
    void Set(uint32_t member, bool isAvailable, uint16_t set = 0)
    {
        EXPECT_TRUE(
            m_table->Apply(m_generation, {{set, member, isAvailable, ++m_sequence}}, m_now));
        EXPECT_EQ(m_table->CheckInvariants(), std::nullopt);
    }

    void SetAll(bool isAvailable)
    {
        for (uint32_t member = 11; member <= 14; ++member)
        {
            Set(member, isAvailable);
        }
    }

    static FlowKey Tcp(uint32_t client)
    {
        return {0xcb007100U + client, FRONTEND.Get(), 50'000, 80, IpProtocol::Tcp};
    }

    static FlowKey Udp(uint32_t client)
    {
        return {0xcb007100U + client, FRONTEND.Get(), 50'000, 53, IpProtocol::Udp};
    }

    bool HasRule(const FlowKey& key) const
    {
        return m_table->FindRule({key, std::nullopt, false, 60}) != nullptr;
    }

    /// @return the member that a packet of a flow goes to
    uint32_t Send(const FrontendPacket& packet)
    {
        m_now += MilliSeconds(1);
        const auto* rule = m_table->FindRule(packet);
        EXPECT_TRUE(rule);
        const auto choice = rule ? m_table->Decide(*rule, packet, m_now) : std::nullopt;
        if (!choice)
        {
            return NOBODY;
        }
        EXPECT_EQ(choice->host, MakeMember(choice->networkInterface).host);
        return choice->networkInterface;
    }

    /// @return the member that a SYN, or a first packet of UDP, goes to
    uint32_t Begin(const FlowKey& key)
    {
        return Send({key, std::nullopt, key.GetProtocol() == IpProtocol::Tcp, 60});
    }

    /// @return the member that another packet goes to
    uint32_t Continue(const FlowKey& key)
    {
        return Send({key, std::nullopt, false, 60});
    }

    /// @return the last decision that was told, if one was since the last call
    std::optional<LoadBalancingDecision> TakeDecision()
    {
        std::optional<LoadBalancingDecision> decision;
        EXPECT_LE(m_listener.decisions.size(), 1U);
        if (!m_listener.decisions.empty())
        {
            decision = m_listener.decisions.back();
        }
        m_listener.decisions.clear();
        return decision;
    }

    LoadBalancingListener m_listener;
    std::optional<LoadBalancingTable> m_table; // of the mux that is there now
    MuxGoalState m_goal;
    uint32_t m_generation{0};
    uint32_t m_sequence{0};
    Time m_now;
};

} // namespace ns3::azure

#endif // AZURE_LOAD_BALANCING_STORY_H
