// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fuzz-promise.h"
#include "azure-fuzz-target.h"
#include "azure-plain-flows.h"
#include "azure-step-reader.h"

#include "ns3/azure-load-balancing-table.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

/**
 * @file
 * @brief A mux's tables: the input is a story of packets, goal states, health and time.
 */
namespace ns3::azure
{

namespace
{

constexpr uint32_t FRONTEND = 0xc6336401;                               //!< 198.51.100.1
const MuxFlowLimits LIMITS{MilliSeconds(400), MilliSeconds(100), 5, 6}; //!< that are soon reached

/// Hears of choices; requires that each member that is told of is one.
class Listener : public LoadBalancingObserver
{
  public:
    void MemberChosen(const LoadBalancingDecision& decision) override
    {
        ++m_decisions;
        Require((decision.cause == DistributionCause::NoHealthyBackend) ==
                    !decision.networkInterface.has_value(),
                "a decision names a member, or says that there is none");
    }

    void MemberHealthChanged(const MemberHealth& health) override
    {
        Require(health.stage == HealthStage::Applied, "a mux applies what others have found");
    }

    /// @return how many choices it was told of
    uint64_t GetDecisions() const
    {
        return m_decisions;
    }

  private:
    uint64_t m_decisions{0}; //!< so far
};

/// The story of a LoadBalancingTable.
class MuxWorld
{
  public:
    explicit MuxWorld(const std::string& input)
        : m_steps(input),
          m_table(m_listener, LIMITS)
    {
    }

    /// Go on to the end of the input.
    void Run()
    {
        for (std::size_t step = 0; !m_steps.IsEmpty(); ++step)
        {
            Step();
            if (step % STEPS_PER_CHECK == 0)
            {
                Check();
            }
        }
        Check();
    }

  private:
    void Check() const
    {
        const auto broken = m_table.CheckInvariants();
        Require(!broken, broken.value_or("").c_str());
    }

    void Step()
    {
        const auto bits = m_steps.Take8();
        m_now += MilliSeconds(bits >> 4 == 15 ? 200 : bits >> 4);
        switch (bits & 15)
        {
        case 0:
            return ApplyGoalState();
        case 1:
        case 2:
            return ApplyHealth();
        case 3:
            return AskQuoted();
        default:
            return Send();
        }
    }

    /// A goal state comes, with other rules and members.
    void ApplyGoalState()
    {
        const auto bits = m_steps.Take8();
        MuxGoalState goalState;
        goalState.generation = m_goalState.generation + 1;
        goalState.memberSelection =
            (bits & 1) != 0 ? MemberSelection::Maglev : MemberSelection::Modulo;
        goalState.hashSeed = bits >> 1 & 1;
        goalState.backendSets.resize(1 + (bits >> 2 & 1));
        for (auto& set : goalState.backendSets)
        {
            const auto members = m_steps.Take8();
            set.noHealthyBackendsBehavior = (members & 0x40) != 0
                                                ? NoHealthyBackendsBehavior::AllProbedUp
                                                : NoHealthyBackendsBehavior::AllProbedDown;
            set.keepsFlowsWhenAllDown = (members & 0x80) != 0;
            for (uint32_t i = 0; i < 5; ++i)
            {
                if ((members >> i & 1) != 0)
                {
                    set.members.push_back({11 + i, Ipv4Address(0x0a800000U + i), true, m_sequence});
                }
            }
        }
        TakeRules(goalState);
        m_goalState = goalState;
        m_table.Apply(goalState, m_now);
        const auto again = goalState; // what is known already changes nothing
        m_table.Apply(again, m_now);
    }

    /// Rules for some of the frontend's ports; each port once.
    void TakeRules(MuxGoalState& goalState)
    {
        std::set<std::tuple<TransportProtocol, uint16_t, bool>> places;
        const auto rules = m_steps.TakeBelow(6);
        for (uint16_t i = 1; i <= rules; ++i)
        {
            const auto bits = m_steps.Take8();
            MuxRule rule;
            rule.rule = i;
            rule.frontend = Ipv4Address(FRONTEND);
            rule.protocol = static_cast<TransportProtocol>((bits & 3) % 3);
            rule.frontendPort = rule.protocol == TransportProtocol::All
                                    ? 0
                                    : static_cast<uint16_t>(80 + (bits >> 2 & 1));
            rule.distribution = static_cast<LoadDistribution>((bits >> 3 & 3) % 3);
            rule.backendSet = static_cast<uint16_t>((bits >> 5 & 1) % goalState.backendSets.size());
            const bool isInternal = (bits & 64) != 0;
            if (isInternal)
            {
                rule.virtualNetwork = 7;
            }
            if (places.insert({rule.protocol, rule.frontendPort, isInternal}).second)
            {
                goalState.rules.push_back(rule);
            }
        }
    }

    /// A member goes down or comes up; some news are old.
    void ApplyHealth()
    {
        const auto bits = m_steps.Take8();
        const auto set = static_cast<uint16_t>(bits & 1);
        const uint32_t number = 11 + (bits >> 1) % 5;
        const bool isUp = (bits & 0x80) != 0;
        const auto sequence = (bits & 0x40) != 0 ? m_sequence : ++m_sequence;
        const bool isKnown =
            m_table.Apply(m_goalState.generation, {{set, number, isUp, sequence}}, m_now);
        Require(isKnown == (m_goalState.generation > 0),
                "news are for the goal state that is there");
        if (set < m_goalState.backendSets.size())
        {
            for (auto& member : m_goalState.backendSets[set].members)
            {
                if (member.networkInterface == number && member.sequence < sequence)
                {
                    member.isAvailable = isUp;
                    member.sequence = sequence;
                }
            }
        }
    }

    /// @return a packet to the frontend
    FrontendPacket TakePacket()
    {
        const auto bits = m_steps.Take8();
        const auto client = m_steps.TakeBelow(24);
        const auto protocol = (bits & 1) != 0 ? IpProtocol::Udp : IpProtocol::Tcp;
        FrontendPacket packet;
        packet.key = {0xcb007100U + client / 8,
                      FRONTEND,
                      static_cast<uint16_t>(50'000 + client),
                      static_cast<uint16_t>(80 + (bits >> 1 & 1)),
                      (bits & 0xf0) == 0xf0 ? IpProtocol::Icmp : protocol};
        packet.isFirst = packet.key.GetProtocol() == IpProtocol::Tcp && (bits & 4) != 0;
        packet.virtualNetwork = (bits & 8) != 0 ? std::optional<uint32_t>(7) : std::nullopt;
        packet.bytes = 60;
        return packet;
    }

    /// @return the member, of any of the sets; null if there is none
    const BackendMember* FindMember(uint32_t networkInterface) const
    {
        for (const auto& set : m_goalState.backendSets)
        {
            for (const auto& member : set.members)
            {
                if (member.networkInterface == networkInterface)
                {
                    return &member;
                }
            }
        }
        return nullptr;
    }

    void Send()
    {
        const auto packet = TakePacket();
        const auto* rule = m_table.FindRule(packet);
        if (!rule)
        {
            return;
        }
        const auto told = m_listener.GetDecisions();
        const auto choice = m_table.Decide(*rule, packet, m_now);
        Require(m_listener.GetDecisions() <= told + 1, "a packet is decided on once");
        Require(!packet.isFirst || m_listener.GetDecisions() == told + 1,
                "of each first packet is told");
        const auto* member = choice ? FindMember(choice->networkInterface) : nullptr;
        Require(!choice || (member && member->host == choice->host),
                "a packet goes to a member of the goal state");
        if (packet.isFirst)
        {
            RequireSameElsewhere(packet, choice);
        }
        else if (choice && packet.key.GetProtocol() == IpProtocol::Tcp)
        {
            const auto next = m_table.Decide(*rule, packet, m_now);
            Require(next && next->networkInterface == choice->networkInterface,
                    "a flow's next packet goes to the same member");
        }
    }

    /// Requires that a mux that has just begun chooses the same member (Ananta 3.2.2).
    void RequireSameElsewhere(const FrontendPacket& packet,
                              const std::optional<MemberChoice>& choice)
    {
        Listener listener;
        LoadBalancingTable other(listener, LIMITS);
        other.Apply(m_goalState, m_now);
        const auto* rule = other.FindRule(packet);
        Require(rule, "every mux has the same rules");
        const auto same = other.Decide(*rule, packet, m_now);
        Require(same.has_value() == choice.has_value() &&
                    (!same || same->networkInterface == choice->networkInterface),
                "every mux chooses the same member for a first packet");
    }

    /// An ICMP error is about a packet that went to a client.
    void AskQuoted()
    {
        const auto packet = TakePacket();
        const auto flows = m_table.GetFlows().GetTrusted();
        const auto choice = m_table.FindQuoted(packet.key.Reverse(), packet.virtualNetwork, m_now);
        Require(!choice || FindMember(choice->networkInterface),
                "an error goes to a member of the goal state");
        Require(m_table.GetFlows().GetTrusted() <= flows, "an error is no packet of its flow");
    }

    StepReader m_steps;         //!< the input
    Listener m_listener;        //!< hears of choices
    LoadBalancingTable m_table; //!< under test
    MuxGoalState m_goalState;   //!< what it knows, with members' latest availability
    uint32_t m_sequence{1};     //!< of the latest change of a member
    Time m_now;                 //!< of the story
};

} // namespace

void
CheckLoadBalancing(const std::string& input)
{
    MuxWorld(input).Run();
}

void
CheckMuxFlows(const std::string& input)
{
    StepReader steps(input);
    MuxFlowTable table(LIMITS);
    PlainFlows plain{LIMITS, {}};
    Time now;
    while (!steps.IsEmpty())
    {
        const auto what = steps.Take8();
        const auto which = steps.Take8();
        now += MilliSeconds(what >> 4 == 15 ? 300 : what >> 4);
        const FlowKey key{0xcb007100U,
                          FRONTEND,
                          static_cast<uint16_t>(which % 32),
                          80,
                          IpProtocol::Tcp};
        const uint32_t member = which / 32;
        switch ((what & 15) % 6)
        {
        case 0:
        case 1:
            Require(table.Insert(key, member, now) == plain.Insert(key, member, now),
                    "a flow is kept as a plain map keeps it");
            break;
        case 2:
            Require(table.Touch(key, now) == plain.Touch(key, now), "a packet finds its member");
            break;
        case 3:
            Require(table.Lookup(key, now) == plain.Lookup(key, now), "a lookup finds its member");
            break;
        case 4:
            table.Replace(key, member);
            plain.Replace(key, member);
            break;
        default:
            table.Remove(key);
            plain.flows.erase(key);
            break;
        }
        const auto broken = table.CheckInvariants();
        Require(!broken, broken.value_or("").c_str());
        table.Lookup(key, now); // tells the time
        plain.Expire(now);
        Require(table.GetTrusted() == plain.Count(true) &&
                    table.GetUntrusted() == plain.Count(false),
                "as many flows are kept as in a plain map");
    }
}

} // namespace ns3::azure
