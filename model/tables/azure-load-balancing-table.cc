// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancing-table.h"

#include "ns3/abort.h"

#include <set>
#include <utility>

namespace ns3::azure
{

namespace
{

constexpr auto EITHER = FlowDirection::Inbound; //!< indexes here know one direction

/// @return what a rule is found by; \p protocol and \p port are 0 with HA ports
FlowKey
MakeRuleKey(uint32_t frontend,
            std::optional<uint32_t> virtualNetwork,
            IpProtocol protocol,
            uint16_t port)
{
    // Numbers of virtual networks are below 2^24.
    return {virtualNetwork ? *virtualNetwork + 1 : 0, frontend, 0, port, protocol};
}

/// @return what a member of a backend set is found by
FlowKey
MakeMemberKey(uint16_t backendSet, uint32_t networkInterface)
{
    return {networkInterface, 0, backendSet, 0, IpProtocol{0}};
}

/// @return the protocol in a rule's key
IpProtocol
GetKeyProtocol(TransportProtocol protocol)
{
    switch (protocol)
    {
    case TransportProtocol::Tcp:
        return IpProtocol::Tcp;
    case TransportProtocol::Udp:
        return IpProtocol::Udp;
    case TransportProtocol::All:
        break;
    }
    return IpProtocol{0};
}

constexpr uint8_t NO_EPOCH = 0;      //!< of flows that have ended, and been told of
constexpr uint32_t EPOCH_SHIFT = 24; //!< numbers of network interfaces are below 2^24
constexpr uint32_t MEMBER_MASK = 0xffffff;

/// @return what is kept of a tracked flow: its member, and the epoch it began in
uint32_t
MakeTracked(uint32_t networkInterface, uint8_t epoch)
{
    return uint32_t{epoch} << EPOCH_SHIFT | networkInterface;
}

/// @return the key a flow is tracked by: as it comes, but for the number of the frontend
FlowKey
MakeTrackedKey(const FlowKey& key, uint32_t frontend)
{
    return {key.GetSourceNumber(),
            frontend,
            key.GetSourcePort(),
            key.GetDestinationPort(),
            key.GetProtocol()};
}

} // namespace

/// A rule, ready to be found.
struct LoadBalancingTable::Rule
{
    MuxRule rule;                      //!< as told
    FlowKey key;                       //!< in the index
    uint32_t frontend{0};              //!< number of its frontend, for tracked keys
    FrontendTraffic* traffic{nullptr}; //!< its counters
};

LoadBalancingTable::LoadBalancingTable(LoadBalancingObserver& observer, const MuxFlowLimits& limits)
    : m_observer(observer),
      m_flows(limits)
{
}

LoadBalancingTable::~LoadBalancingTable() = default;

void
LoadBalancingTable::Apply(const MuxGoalState& goalState, Time now)
{
    if (goalState.generation <= m_generation)
    {
        return;
    }
    m_generation = goalState.generation;
    m_selection = goalState.memberSelection;
    m_seed = goalState.hashSeed;
    InsertPools(goalState.backendSets, GetKnownMembers(), now);
    InsertRules(goalState.rules);
}

LoadBalancingTable::KnownMembers
LoadBalancingTable::GetKnownMembers() const
{
    KnownMembers known;
    for (const auto& [member, key, isCandidate] : m_members)
    {
        known[{key.GetSourcePort(), member.networkInterface}] = member;
    }
    return known;
}

void
LoadBalancingTable::InsertPools(const std::vector<BackendSet>& sets,
                                const KnownMembers& known,
                                Time now)
{
    auto before = std::exchange(m_pools, {});
    m_members.clear();
    m_memberIndex = FlowIndex();
    SetMembers changed;
    for (const auto& set : sets)
    {
        const auto number = static_cast<uint16_t>(m_pools.size());
        const auto first = m_members.size();
        for (auto member : set.members)
        {
            const auto earlier = known.find({number, member.networkInterface});
            if (earlier != known.end() && earlier->second.sequence > member.sequence)
            {
                member.isAvailable = earlier->second.isAvailable;
                member.sequence = earlier->second.sequence;
            }
            if (earlier == known.end() || earlier->second.isAvailable != member.isAvailable)
            {
                changed.emplace_back(number, member);
            }
            const auto key = MakeMemberKey(number, member.networkInterface);
            m_memberIndex.Insert(key, {static_cast<uint32_t>(m_members.size()), EITHER});
            m_members.push_back({member, key});
        }
        m_pools.push_back(
            {set.noHealthyBackendsBehavior, set.keepsFlowsWhenAllDown, first, m_members.size()});
        if (number < before.size())
        {
            m_pools.back().candidates = std::move(before[number].candidates);
            m_pools.back().epoch = before[number].epoch;
        }
        UpdateCandidates(number);
    }
    TellHealth(changed, now);
}

void
LoadBalancingTable::InsertRules(const std::vector<MuxRule>& rules)
{
    m_rules.clear();
    m_ruleIndex = FlowIndex();
    for (const auto& rule : rules)
    {
        NS_ABORT_MSG_IF(rule.backendSet >= m_pools.size(),
                        "rule " << rule.rule << " has no backend set");
        const auto address = rule.frontend.Get();
        const auto next = static_cast<uint32_t>(m_frontends.size());
        const auto frontend = m_frontends.try_emplace({rule.virtualNetwork, address}, next);
        const auto key = MakeRuleKey(address,
                                     rule.virtualNetwork,
                                     GetKeyProtocol(rule.protocol),
                                     rule.frontendPort);
        NS_ABORT_MSG_IF(FindRule(key), "rule " << rule.rule << " is for the packets of another");
        auto& traffic = m_traffic[rule.rule];
        traffic.rule = rule.rule;
        m_ruleIndex.Insert(key, {static_cast<uint32_t>(m_rules.size()), EITHER});
        m_rules.push_back({rule, key, frontend.first->second, &traffic});
    }
}

bool
LoadBalancingTable::Apply(uint32_t generation,
                          const std::vector<MemberAvailability>& changes,
                          Time now)
{
    if (generation != m_generation || m_generation == 0)
    {
        return false;
    }
    std::set<uint16_t> changedSets;
    SetMembers changed;
    for (const auto& change : changes)
    {
        const auto slot = FindMemberSlot(change.backendSet, change.networkInterface);
        if (!slot || change.sequence <= m_members[*slot].member.sequence)
        {
            continue;
        }
        auto& member = m_members[*slot].member;
        member.sequence = change.sequence;
        if (member.isAvailable != change.isAvailable)
        {
            member.isAvailable = change.isAvailable;
            changedSets.insert(change.backendSet);
            changed.emplace_back(change.backendSet, member);
        }
    }
    for (const auto set : changedSets)
    {
        UpdateCandidates(set);
    }
    TellHealth(changed, now);
    return true;
}

void
LoadBalancingTable::UpdateCandidates(uint16_t backendSet)
{
    auto& pool = m_pools[backendSet];
    bool isAnyAvailable = false;
    for (auto i = pool.first; i < pool.end; ++i)
    {
        isAnyAvailable |= m_members[i].member.isAvailable;
    }
    const bool areAll = !isAnyAvailable && pool.behavior == NoHealthyBackendsBehavior::AllProbedUp;
    std::vector<uint32_t> candidates;
    for (auto i = pool.first; i < pool.end; ++i)
    {
        auto& member = m_members[i];
        member.isCandidate = member.member.isAvailable || areAll;
        if (member.isCandidate)
        {
            candidates.push_back(member.member.networkInterface);
        }
    }
    if (!pool.candidates.IsEmpty() && candidates.empty() && !pool.keepsFlowsWhenAllDown)
    {
        BeginEpoch(pool);
    }
    pool.candidates =
        FlowDistributor(std::move(candidates), m_selection, m_seed, pool.end - pool.first);
}

void
LoadBalancingTable::BeginEpoch(Pool& pool)
{
    // After 255 of them a flow of the first would count as one of now: our choice, as it would have
    // to be tracked through all of them without one packet.
    pool.epoch = pool.epoch == UINT8_MAX ? NO_EPOCH + 1 : pool.epoch + 1;
}

void
LoadBalancingTable::TellHealth(const SetMembers& members, Time now)
{
    for (const auto& [backendSet, member] : members)
    {
        MemberHealth health;
        health.time = now;
        health.stage = HealthStage::Applied;
        health.networkInterface = member.networkInterface;
        health.backendSet = backendSet;
        health.isUp = member.isAvailable;
        m_observer.MemberHealthChanged(health);
    }
}

const LoadBalancingTable::Rule*
LoadBalancingTable::FindRule(const FlowKey& ruleKey) const
{
    const auto found = m_ruleIndex.Lookup(ruleKey, [this](uint32_t slot, FlowDirection /* one */) {
        return m_rules[slot].key;
    });
    return found ? &m_rules[found->slot] : nullptr;
}

const LoadBalancingTable::Rule*
LoadBalancingTable::FindRule(const FlowKey& key, std::optional<uint32_t> virtualNetwork) const
{
    const auto protocol = key.GetProtocol();
    if (protocol != IpProtocol::Tcp && protocol != IpProtocol::Udp)
    {
        return nullptr;
    }
    const auto frontend = key.GetDestinationNumber();
    const auto* rule =
        FindRule(MakeRuleKey(frontend, virtualNetwork, protocol, key.GetDestinationPort()));
    return rule ? rule : FindRule(MakeRuleKey(frontend, virtualNetwork, IpProtocol{0}, 0));
}

std::optional<uint32_t>
LoadBalancingTable::FindMemberSlot(uint16_t backendSet, uint32_t networkInterface) const
{
    const auto found = m_memberIndex.Lookup(
        MakeMemberKey(backendSet, networkInterface),
        [this](uint32_t slot, FlowDirection /* one */) { return m_members[slot].key; });
    return found ? std::optional<uint32_t>(found->slot) : std::nullopt;
}

const LoadBalancingTable::Member*
LoadBalancingTable::FindMember(uint16_t backendSet, uint32_t networkInterface) const
{
    const auto slot = FindMemberSlot(backendSet, networkInterface);
    return slot ? &m_members[*slot] : nullptr;
}

const LoadBalancingTable::Rule*
LoadBalancingTable::FindRule(const FrontendPacket& packet) const
{
    return FindRule(packet.key, packet.virtualNetwork);
}

bool
LoadBalancingTable::MayGoOn(const Rule& rule, const Member& member, IpProtocol protocol) const
{
    const auto& pool = m_pools[rule.rule.backendSet];
    return member.isCandidate || (protocol == IpProtocol::Tcp &&
                                  (!pool.candidates.IsEmpty() || pool.keepsFlowsWhenAllDown));
}

std::optional<MemberChoice>
LoadBalancingTable::Decide(const Rule& rule, const FrontendPacket& packet, Time now)
{
    const auto protocol = packet.key.GetProtocol();
    if (packet.isFirst)
    {
        return Choose(rule, packet, DistributionCause::NewFlow, now);
    }
    const auto set = rule.rule.backendSet;
    const auto tracked = m_flows.Touch(MakeTrackedKey(packet.key, rule.frontend), now);
    const auto* member = tracked ? FindMember(set, *tracked & MEMBER_MASK) : nullptr;
    if (member && protocol == IpProtocol::Tcp && *tracked >> EPOCH_SHIFT != m_pools[set].epoch)
    {
        TellEnded(rule, packet, *tracked, now);
        return std::nullopt;
    }
    if (member && MayGoOn(rule, *member, protocol))
    {
        return PassOn(rule, packet, *member);
    }
    auto cause = DistributionCause::NoFlowState;
    if (protocol != IpProtocol::Tcp)
    {
        cause = tracked ? DistributionCause::MemberDown : DistributionCause::NewFlow;
    }
    return Choose(rule, packet, cause, now);
}

void
LoadBalancingTable::TellEnded(const Rule& rule,
                              const FrontendPacket& packet,
                              uint32_t tracked,
                              Time now)
{
    if (tracked >> EPOCH_SHIFT == NO_EPOCH)
    {
        return;
    }
    m_flows.Replace(MakeTrackedKey(packet.key, rule.frontend),
                    MakeTracked(tracked & MEMBER_MASK, NO_EPOCH));
    auto decision = MakeDecision(rule, packet, now);
    decision.cause = DistributionCause::NoHealthyBackend;
    m_observer.MemberChosen(decision);
}

LoadBalancingDecision
LoadBalancingTable::MakeDecision(const Rule& rule, const FrontendPacket& packet, Time now) const
{
    LoadBalancingDecision decision;
    decision.time = now;
    decision.rule = rule.rule.rule;
    decision.key = packet.key;
    decision.membersAvailable = m_pools[rule.rule.backendSet].candidates.GetSize();
    return decision;
}

std::optional<MemberChoice>
LoadBalancingTable::Choose(const Rule& rule,
                           const FrontendPacket& packet,
                           DistributionCause cause,
                           Time now)
{
    const auto& pool = m_pools[rule.rule.backendSet];
    const auto key = MakeTrackedKey(packet.key, rule.frontend);
    auto decision = MakeDecision(rule, packet, now);
    if (pool.candidates.IsEmpty())
    {
        m_flows.Remove(key);
        decision.cause = DistributionCause::NoHealthyBackend;
        m_observer.MemberChosen(decision);
        return std::nullopt;
    }
    const auto member =
        pool.candidates.Select(GetDistributionHash(packet.key, rule.rule.distribution, m_seed));
    decision.cause = cause;
    decision.networkInterface = member;
    decision.isTracked = m_flows.Insert(key, MakeTracked(member, pool.epoch), now);
    m_observer.MemberChosen(decision);
    return PassOn(rule, packet, *FindMember(rule.rule.backendSet, member));
}

MemberChoice
LoadBalancingTable::PassOn(const Rule& rule, const FrontendPacket& packet, const Member& member)
{
    ++rule.traffic->packets;
    rule.traffic->bytes += packet.bytes;
    rule.traffic->syns += packet.isFirst ? 1 : 0;
    return {member.member.networkInterface, member.member.host};
}

std::optional<MemberChoice>
LoadBalancingTable::FindQuoted(const FlowKey& quoted,
                               std::optional<uint32_t> virtualNetwork,
                               Time now)
{
    const auto key = quoted.Reverse();
    const auto* rule = FindRule(key, virtualNetwork);
    if (!rule)
    {
        return std::nullopt;
    }
    const auto set = rule->rule.backendSet;
    const auto tracked = m_flows.Lookup(MakeTrackedKey(key, rule->frontend), now);
    const auto* member = tracked ? FindMember(set, *tracked & MEMBER_MASK) : nullptr;
    const auto& candidates = m_pools[set].candidates;
    if (!member && !candidates.IsEmpty())
    {
        const auto hash = GetDistributionHash(key, rule->rule.distribution, m_seed);
        member = FindMember(set, candidates.Select(hash));
    }
    return member
               ? std::optional<MemberChoice>({member->member.networkInterface, member->member.host})
               : std::nullopt;
}

std::vector<FrontendTraffic>
LoadBalancingTable::GetTraffic() const
{
    std::vector<FrontendTraffic> traffic;
    traffic.reserve(m_traffic.size());
    for (const auto& [number, counts] : m_traffic)
    {
        traffic.push_back(counts);
    }
    return traffic;
}

std::optional<std::string>
LoadBalancingTable::CheckInvariants() const
{
    for (const auto& pool : m_pools)
    {
        std::vector<uint32_t> all;
        std::vector<uint32_t> available;
        for (auto i = pool.first; i < pool.end; ++i)
        {
            const auto& member = m_members[i].member;
            all.push_back(member.networkInterface);
            if (member.isAvailable)
            {
                available.push_back(member.networkInterface);
            }
        }
        const bool areAll =
            available.empty() && pool.behavior == NoHealthyBackendsBehavior::AllProbedUp;
        if (pool.candidates.GetMembers() != (areAll ? all : available))
        {
            return "the candidates of a backend set are not its available members";
        }
    }
    return m_flows.CheckInvariants();
}

} // namespace ns3::azure
