// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-mux-goal-state.h"

#include "azure-byte-codec.h"

#include "ns3/abort.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace ns3::azure
{

namespace
{

constexpr uint32_t MAX_NUMBER = (1U << 24) - 1; //!< of an interface or a virtual network

/// Appends to a goal state.
class Writer : public ByteWriter
{
  public:
    void Put(const BackendMember& member)
    {
        Put32(member.networkInterface);
        Put32(member.host.Get());
        PutByte(member.isAvailable);
        Put32(member.sequence);
    }

    void Put(const BackendSet& set)
    {
        PutList(set.members);
        PutByte(set.noHealthyBackendsBehavior);
        PutByte(set.keepsFlowsWhenAllDown);
    }

    void Put(const MuxRule& rule)
    {
        Put16(rule.rule);
        Put32(rule.frontend.Get());
        PutOptional32(rule.virtualNetwork);
        PutByte(rule.protocol);
        Put16(rule.frontendPort);
        PutByte(rule.distribution);
        Put16(rule.backendSet);
    }

    template <typename T>
    void PutList(const std::vector<T>& list)
    {
        PutCount16(list.size());
        for (const auto& item : list)
        {
            Put(item);
        }
    }
};

/// Takes a goal state apart.
class Reader : public ByteReader
{
  public:
    using ByteReader::ByteReader;

    void Get(BackendMember& member)
    {
        member.networkInterface = Get32();
        member.host = Ipv4Address(Get32());
        member.isAvailable = GetByte(true);
        member.sequence = Get32();
    }

    void Get(BackendSet& set)
    {
        GetList(set.members);
        set.noHealthyBackendsBehavior = GetByte(NoHealthyBackendsBehavior::AllProbedUp);
        set.keepsFlowsWhenAllDown = GetByte(true);
    }

    void Get(MuxRule& rule)
    {
        rule.rule = Get16();
        rule.frontend = Ipv4Address(Get32());
        rule.virtualNetwork = GetOptional32();
        rule.protocol = GetByte(TransportProtocol::All);
        rule.frontendPort = Get16();
        rule.distribution = GetByte(LoadDistribution::SourceIpProtocol);
        rule.backendSet = Get16();
    }

    template <typename T>
    void GetList(std::vector<T>& list)
    {
        for (auto rest = GetCount16(); rest > 0 && m_good; --rest)
        {
            Get(list.emplace_back());
        }
    }
};

/// @return whether the items' numbers ascend, each once
template <typename T, typename Number>
bool
IsAscending(const std::vector<T>& list, Number T::*number)
{
    return std::adjacent_find(list.begin(), list.end(), [number](const T& item, const T& next) {
               return item.*number >= next.*number;
           }) == list.end();
}

/// @return whether the members' numbers are ones, and in order
bool
IsSound(const BackendSet& set)
{
    return IsAscending(set.members, &BackendMember::networkInterface) &&
           (set.members.empty() || set.members.back().networkInterface <= MAX_NUMBER);
}

/// @return whether no two rules are for one frontend, protocol and port
bool
AreApart(const std::vector<MuxRule>& rules)
{
    using Key = std::tuple<Ipv4Address, std::optional<uint32_t>, TransportProtocol, uint16_t>;
    std::set<Key> keys;
    return std::all_of(rules.begin(), rules.end(), [&keys](const MuxRule& rule) {
        return keys.emplace(rule.frontend, rule.virtualNetwork, rule.protocol, rule.frontendPort)
            .second;
    });
}

/// @return whether the goal state is as Encode() asks for, but for the lengths of lists
bool
IsSound(const MuxGoalState& goalState)
{
    const auto& sets = goalState.backendSets;
    const auto& rules = goalState.rules;
    return std::all_of(sets.begin(), sets.end(), [](const auto& set) { return IsSound(set); }) &&
           IsAscending(rules, &MuxRule::rule) && (rules.empty() || rules.front().rule > 0) &&
           std::all_of(rules.begin(),
                       rules.end(),
                       [&sets](const MuxRule& rule) {
                           const bool hasNoPort = rule.protocol == TransportProtocol::All;
                           return rule.virtualNetwork.value_or(0) <= MAX_NUMBER &&
                                  rule.backendSet < sets.size() &&
                                  (rule.frontendPort == 0) == hasNoPort;
                       }) &&
           AreApart(rules);
}

} // namespace

bool
operator==(const BackendMember& a, const BackendMember& b)
{
    const auto tie = [](const BackendMember& member) {
        return std::tie(member.networkInterface, member.host, member.isAvailable, member.sequence);
    };
    return tie(a) == tie(b);
}

bool
operator==(const BackendSet& a, const BackendSet& b)
{
    const auto tie = [](const BackendSet& set) {
        return std::tie(set.members, set.noHealthyBackendsBehavior, set.keepsFlowsWhenAllDown);
    };
    return tie(a) == tie(b);
}

bool
operator==(const MuxRule& a, const MuxRule& b)
{
    const auto tie = [](const MuxRule& rule) {
        return std::tie(rule.rule,
                        rule.frontend,
                        rule.virtualNetwork,
                        rule.protocol,
                        rule.frontendPort,
                        rule.distribution,
                        rule.backendSet);
    };
    return tie(a) == tie(b);
}

bool
operator==(const MuxGoalState& a, const MuxGoalState& b)
{
    const auto tie = [](const MuxGoalState& goalState) {
        return std::tie(goalState.generation,
                        goalState.memberSelection,
                        goalState.hashSeed,
                        goalState.backendSets,
                        goalState.rules);
    };
    return tie(a) == tie(b);
}

std::vector<uint8_t>
Encode(const MuxGoalState& goalState)
{
    NS_ABORT_MSG_UNLESS(IsSound(goalState),
                        "mux goal state: an order, number, port or index is not one, or rules "
                        "are for the same");
    Writer writer;
    writer.Put32(goalState.generation);
    writer.PutByte(goalState.memberSelection);
    writer.Put64(goalState.hashSeed);
    writer.PutList(goalState.backendSets);
    writer.PutList(goalState.rules);
    return std::move(writer.GetBytes());
}

std::optional<MuxGoalState>
DecodeMuxGoalState(const std::vector<uint8_t>& bytes)
{
    Reader reader(bytes);
    MuxGoalState goalState;
    goalState.generation = reader.Get32();
    goalState.memberSelection = reader.GetByte(MemberSelection::Maglev);
    goalState.hashSeed = reader.Get64();
    reader.GetList(goalState.backendSets);
    reader.GetList(goalState.rules);
    const bool isRead = reader.IsDone() && IsSound(goalState);
    return isRead ? std::optional<MuxGoalState>(std::move(goalState)) : std::nullopt;
}

} // namespace ns3::azure
