// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <ostream>
#include <random>
#include <variant>

/**
 * @file
 * @brief 20,000 random steps: packets either way, other security groups, and time.
 */
namespace ns3::azure
{

namespace
{

/// One row: a configuration to walk through while its security groups change.
struct FilteredWalkCase
{
    const char* name;          // test name
    const char* profile;       // Azure's behavior; empty for an instance-level public IP
    uint32_t frontends;        // with 8 ports each
    const char* recordTimeout; // of flow records
    bool hasLongRecords;       // records outlive their flows
};

void
PrintTo(const FilteredWalkCase& c, std::ostream* os)
{
    *os << c.profile << ", flow records of " << c.recordTimeout;
}

// clang-format off
constexpr FilteredWalkCase FILTERED_WALK_CASES[] = {
    // name                profile                                        frontends recordTimeout hasLongRecords
    {"Of2017",             "2017",                                        2,        "240s", false},
    {"RecordsBelowIdle",   "2017",                                        1,        "10s", false},
    {"RecordsBeyondHolds", "2018[FinHold=2s|RstHold=1s|IdleTimeout=20s]", 1,        "60s", true},
    {"PublicIp",           "",                                            0,        "20s", false},
};
// clang-format on

/**
 * @brief Random packets to and from the Internet, a peer, a service and the host, while the
 * security groups change between allowing and denying about everything.
 */
class FilteredWalks : public VnicStory, public ::testing::WithParamInterface<FilteredWalkCase>
{
  protected:
    uint32_t Draw(uint32_t n)
    {
        return static_cast<uint32_t>(m_random() % n);
    }

    /// Attach another group to the subnet, and one or none to the interface.
    void ChangeGroups()
    {
        std::optional<BriefRules> groups[2]{BriefRules{}, {}};
        for (auto& group : groups)
        {
            if (Draw(3) > 0)
            {
                const auto first = static_cast<uint16_t>(79 + Draw(3));
                group = BriefRules{
                    {"Rule",
                     100,
                     Draw(2) == 0 ? FlowDirection::Outbound : FlowDirection::Inbound,
                     Draw(2) == 0 ? SecurityRuleAccess::Allow : SecurityRuleAccess::Deny,
                     Draw(2) == 0 ? SecurityRuleProtocol::Any : SecurityRuleProtocol::Tcp,
                     {first, 65535}}};
            }
        }
        WithGroups(groups[0], groups[1]);
    }

    /// One random packet; remembers its flow's key as the VM sends it, and its direction.
    void Step()
    {
        const Ipv4Address places[] = {SERVER, ANOTHER, PEER, SERVICE, HOST};
        const auto there = places[Draw(5)];
        const auto protocol = Draw(3) == 0 ? IpProtocol::Udp : IpProtocol::Tcp;
        const auto vmPort = static_cast<uint16_t>(5000 + Draw(12));
        const auto port = static_cast<uint16_t>(80 + Draw(2));
        constexpr uint8_t FLAGS[] = {TCP_SYN, TCP_SYN, TCP_ACK, TCP_FIN | TCP_ACK, TCP_RST};
        DatagramTraits traits;
        traits.tcpFlags = FLAGS[Draw(5)];
        m_key = {VM, there, vmPort, port, protocol};
        const auto known = m_known.find(m_key);
        const bool isPublic = there == SERVER || there == ANOTHER;
        const bool hasAnswer = known != m_known.end() && known->second.isOpen;
        m_isOutbound = Draw(5) < 3 || (isPublic && GetParam().frontends > 0 && !hasAnswer);
        if (m_isOutbound)
        {
            Send(MakeDatagram(m_key, traits));
        }
        else if (there == HOST)
        {
            ReceiveFromHost(MakeDatagram(m_key.Reverse(), traits));
        }
        else if (!isPublic)
        {
            ReceiveFromNetwork(MakeDatagram(m_key.Reverse(), traits));
        }
        else
        {
            Receive(MakeDatagram(
                (hasAnswer ? known->second.translated : m_key.WithSource(OWN, vmPort)).Reverse(),
                traits));
        }
    }

    /// @return whether the packet ended an open flow that began the other way
    bool IsTurned(bool wasInbound) const
    {
        return m_seen < m_ended.size() && m_ended.back().end == FlowEnd::Reopened &&
               m_ended.back().accepted && wasInbound == m_isOutbound;
    }

    /// Compare what became of the packet with what was known of its flow before.
    void CheckVerdict(std::size_t decisionsBefore)
    {
        const auto known = m_known.find(m_key);
        const bool hasRecord = known != m_known.end() &&
                               m_now < known->second.lastPacket + Time(GetParam().recordTimeout) &&
                               (known->second.isOpen || known->second.isInbound != m_isOutbound) &&
                               !IsTurned(known->second.isInbound);
        const auto* discard = std::get_if<Discard>(&m_verdict);
        if (hasRecord)
        {
            // The other side may not open a connection to a SNAT port that is still held.
            const bool isAgainstHeldPort = discard && !m_isOutbound && GetParam().frontends > 0 &&
                                           discard->reason == DropReason::NoTrackedFlow;
            ASSERT_TRUE(!discard || !known->second.isOpen || isAgainstHeldPort)
                << m_key << " was dropped: " << GetName(discard->reason);
            ASSERT_EQ(m_decisions.size(), decisionsBefore) << m_key << " has a flow record";
        }
        m_spared += hasRecord && !known->second.isOpen && !discard;
        if (discard && discard->reason == DropReason::SecurityRule)
        {
            ++m_denied;
            ASSERT_GT(m_decisions.size(), decisionsBefore);
            ASSERT_EQ(m_decisions.back().rule, discard->rule);
            ASSERT_EQ(m_decisions.back().access, SecurityRuleAccess::Deny);
        }
        for (auto at = decisionsBefore; at < m_decisions.size(); ++at)
        {
            const bool isLast = at + 1 == m_decisions.size();
            ASSERT_TRUE(isLast || m_decisions[at].access == SecurityRuleAccess::Allow)
                << "a group was asked after another's denial";
            ASSERT_EQ(m_decisions[at].key, m_isOutbound ? m_key : m_key.Reverse());
        }
    }

    /// Learn which flows have ended.
    void LearnEnds()
    {
        for (; m_seen < m_ended.size(); ++m_seen)
        {
            const auto& flow = m_ended[m_seen];
            if (flow.accepted)
            {
                m_known.at(flow.key).isOpen = false;
            }
        }
    }

    /// Learn from a packet that has passed.
    void LearnPacket()
    {
        if (std::holds_alternative<Discard>(m_verdict))
        {
            return;
        }
        auto& known = m_known[m_key];
        if (!known.isOpen)
        {
            known.isOpen = true;
            known.isInbound = !m_isOutbound;
        }
        known.lastPacket = m_now;
        if (m_isOutbound)
        {
            const auto& rewrite = GetRewrite();
            known.translated = rewrite ? m_key.WithSource(rewrite->address, *rewrite->port) : m_key;
        }
        else if (GetRewrite())
        {
            known.translated =
                known.isInbound ? m_key.WithSource(OWN, m_key.GetSourcePort()) : known.translated;
        }
    }

    /// Compare the open flows with the use of ports.
    void CheckOpenFlows()
    {
        uint64_t translated = 0;
        for (const auto& flow : m_pipeline->GetOpenFlows())
        {
            ASSERT_EQ(flow.translated.has_value(), flow.accepted.has_value());
            ASSERT_EQ(flow.outcome == FlowOutcome::Denied || flow.outcome == FlowOutcome::Refused,
                      !flow.accepted);
            ASSERT_TRUE(flow.accepted || flow.refusals + flow.denials > 0);
            translated += flow.accepted && flow.translated->GetSource() != VM;
        }
        uint64_t uses = 0;
        for (const auto& usage : m_pipeline->GetSnatPortUsage())
        {
            uses += usage.flows;
        }
        ASSERT_EQ(uses, GetParam().frontends > 0 ? translated : 0)
            << "a flow that is denied holds no port, and each that is accepted one";
    }

    /// What is known of a flow that was accepted once.
    struct Known
    {
        Time lastPacket;       //!< that passed
        bool isOpen{false};    //!< it is in the table
        bool isInbound{false}; //!< the other side began it
        FlowKey translated;    //!< outbound, as the other side sees it
    };

    std::mt19937 m_random{28};        //!< decides on everything
    std::map<FlowKey, Known> m_known; //!< by key as the VM sends
    std::size_t m_seen{0};            //!< ends that LearnEnds() has seen
    FlowKey m_key;                    //!< of the last packet's flow, as the VM sends it
    bool m_isOutbound{true};          //!< direction of the last packet
    uint32_t m_denied{0};             //!< packets denied
    uint32_t m_spared{0};             //!< passed because of a record of an ended flow
};

TEST_P(FilteredWalks, S0_07_S3_24_S3_27_S3_28_NeverDropWhatHasARecordAndGiveTheDeniedNoPort)
{
    const auto& c = GetParam();
    c.frontends > 0 ? WithSnat(c.profile, 8, c.frontends) : WithPublicIp();
    m_policy.flowRecordTimeout = Time(c.recordTimeout);
    WithNeighbors({VM, PEER, SERVICE});
    for (int step = 0; step < 20'000; ++step)
    {
        m_draws.assign(1, Draw(std::max(c.frontends, 1U)));
        m_now += MilliSeconds(Draw(20) == 0 ? Draw(20'000) : Draw(50));
        m_pipeline->Expire(m_now);
        LearnEnds();
        if (step % 50 == 0)
        {
            ASSERT_NO_FATAL_FAILURE(CheckOpenFlows()) << "in step " << step;
            ChangeGroups();
        }
        const auto decisionsBefore = m_decisions.size();
        Step(); // checks the pipeline's own laws
        ASSERT_NO_FATAL_FAILURE(CheckVerdict(decisionsBefore)) << "in step " << step;
        LearnEnds();
        LearnPacket();
    }
    m_draws.clear();
    EXPECT_GT(m_denied, 500U) << "the walk has seen denials";
    EXPECT_GT(m_ended.size(), 100U) << "the walk has seen the end of flows";
    EXPECT_TRUE(m_spared > 0 || !c.hasLongRecords);
    m_now += Hours(1000);
    ExpectFree();
    EXPECT_TRUE(m_pipeline->GetOpenFlows().empty());
}

INSTANTIATE_TEST_SUITE_P(Vnic,
                         FilteredWalks,
                         ::testing::ValuesIn(FILTERED_WALK_CASES),
                         [](const auto& info) { return info.param.name; });

} // namespace

} // namespace ns3::azure
