// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-soak-referee.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace ns3::azure
{

namespace
{

constexpr std::array<SecurityGroupAttachment, 2> ATTACHMENTS{
    SecurityGroupAttachment::Subnet,
    SecurityGroupAttachment::NetworkInterface};

/// Addresses that a host answers itself, 168.63.129.16 and 169.254.169.254, under rules of their
/// own (S3-50).
bool
IsHostService(uint32_t address)
{
    return address == 0xa83f8110 || address == 0xa9fea9fe;
}

bool
Matches(const std::vector<AddressPrefix>& prefixes, uint32_t address)
{
    return std::any_of(prefixes.begin(), prefixes.end(), [&](const auto& prefix) {
        return prefix.Contains(address);
    });
}

bool
Matches(const std::vector<PortRange>& ranges, uint16_t port)
{
    return std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) {
        return range.Contains(port);
    });
}

bool
Matches(const ResolvedSecurityRule& rule, FlowDirection direction, const FlowKey& key)
{
    const auto protocol = GetIpProtocol(rule.protocol);
    return rule.direction == direction && (!protocol || *protocol == key.GetProtocol()) &&
           Matches(rule.sources, key.GetSourceNumber()) &&
           Matches(rule.destinations, key.GetDestinationNumber()) &&
           Matches(rule.sourcePorts, key.GetSourcePort()) &&
           Matches(rule.destinationPorts, key.GetDestinationPort());
}

} // namespace

void
SoakReferee::Learn(const std::map<Ipv4Address, HostGoalState>& goalStates)
{
    for (const auto& [host, goalState] : goalStates)
    {
        auto& history = m_histories[host].told;
        if (history.empty() || !(history.back() == goalState))
        {
            history.push_back(goalState);
        }
        for (const auto& each : goalState.networkInterfaces)
        {
            m_hosts[each.networkInterface] = host;
        }
    }
}

bool
SoakReferee::IsJudged(const FlowKey& key)
{
    return IsTranslatedBySnat(key.GetProtocol()) && !IsHostService(key.GetSourceNumber()) &&
           !IsHostService(key.GetDestinationNumber());
}

std::optional<SecurityRuleAccess>
SoakReferee::Evaluate(const ResolvedSecurityGroup& group,
                      FlowDirection direction,
                      const FlowKey& key)
{
    const ResolvedSecurityRule* first = nullptr;
    for (const auto& rule : group.rules)
    {
        if (Matches(rule, direction, key) && (!first || rule.priority < first->priority))
        {
            first = &rule;
        }
    }
    return first ? std::optional(first->access) : std::nullopt;
}

const ResolvedSecurityGroup*
SoakReferee::FindGroup(const HostGoalState& goalState,
                       uint32_t networkInterface,
                       SecurityGroupAttachment attachment)
{
    for (const auto& each : goalState.networkInterfaces)
    {
        const auto& index =
            attachment == SecurityGroupAttachment::Subnet ? each.subnetGroup : each.interfaceGroup;
        if (each.networkInterface == networkInterface && index)
        {
            return &goalState.groups.at(*index);
        }
    }
    return nullptr;
}

const SoakReferee::History*
SoakReferee::FindHistory(uint32_t networkInterface) const
{
    const auto host = m_hosts.find(networkInterface);
    return host == m_hosts.end() ? nullptr : &m_histories.at(host->second);
}

const HostGoalState*
SoakReferee::FindFirst(Ipv4Address host) const
{
    const auto found = m_histories.find(host);
    return found == m_histories.end() ? nullptr : &found->second.told.front();
}

void
SoakReferee::NoteAcknowledged(Ipv4Address host, const HostGoalState& goalState)
{
    auto& history = m_histories.at(host);
    // Generations count up from 1 with each change of what the host has to know.
    const std::size_t position = goalState.generation - 1;
    auto comparable = goalState;
    comparable.generation = 0;
    if (position < history.told.size() && history.told[position] == comparable)
    {
        history.acknowledged = std::max(history.acknowledged, position);
    }
}

SoakReferee::Finding
SoakReferee::Judge(const SecurityGroupDecision& decision) const
{
    const auto* history = FindHistory(decision.networkInterface);
    if (!IsJudged(decision.key) || !history)
    {
        return std::nullopt;
    }
    const auto agrees = [&](const HostGoalState& goalState) {
        const auto* group = FindGroup(goalState, decision.networkInterface, decision.attachment);
        return group && group->name == decision.group &&
               Evaluate(*group, decision.direction, decision.key) == decision.access;
    };
    const auto first = history->told.begin() + static_cast<std::ptrdiff_t>(history->acknowledged);
    if (std::any_of(first, history->told.end(), agrees))
    {
        return std::nullopt;
    }
    std::ostringstream text;
    text << "group " << decision.group << " of interface " << decision.networkInterface << " says "
         << GetName(decision.access) << " by rule " << decision.rule << " of " << decision.key
         << ", but no rules that its host can have say so";
    return text.str();
}

bool
SoakReferee::IsAllowed(const HostGoalState& goalState,
                       uint32_t networkInterface,
                       FlowDirection direction,
                       const FlowKey& key)
{
    return std::all_of(ATTACHMENTS.begin(), ATTACHMENTS.end(), [&](auto attachment) {
        const auto* group = FindGroup(goalState, networkInterface, attachment);
        return !group || Evaluate(*group, direction, key) == SecurityRuleAccess::Allow;
    });
}

bool
SoakReferee::IsAllowedNow(uint32_t networkInterface,
                          FlowDirection direction,
                          const FlowKey& key) const
{
    const auto* history = FindHistory(networkInterface);
    return history && IsAllowed(history->told.back(), networkInterface, direction, key);
}

void
SoakReferee::NoteOutbound(uint32_t networkInterface, const FlowKey& key)
{
    m_outbound[networkInterface].insert(key);
}

SoakReferee::Finding
SoakReferee::JudgeDelivery(uint32_t networkInterface, const FlowKey& key) const
{
    const auto* history = FindHistory(networkInterface);
    const auto outbound = m_outbound.find(networkInterface);
    const bool isAnswer = outbound != m_outbound.end() && outbound->second.count(key.Reverse()) > 0;
    if (!IsJudged(key) || !history || isAnswer)
    {
        return std::nullopt;
    }
    const auto allows = [&](const HostGoalState& goalState) {
        return IsAllowed(goalState, networkInterface, FlowDirection::Inbound, key);
    };
    if (std::any_of(history->told.rbegin(), history->told.rend(), allows))
    {
        return std::nullopt;
    }
    std::ostringstream text;
    text << "interface " << networkInterface << " gets " << key
         << ", which no rules that its host was ever told allow";
    return text.str();
}

} // namespace ns3::azure
