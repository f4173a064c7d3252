// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-security-rule-table.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace ns3::azure
{

namespace
{

void
Append(std::vector<RuleInterval>& intervals,
       uint32_t rule,
       const std::vector<AddressPrefix>& prefixes)
{
    for (const auto& prefix : prefixes)
    {
        intervals.push_back({prefix.GetFirst(), prefix.GetLast(), rule});
    }
}

void
Append(std::vector<RuleInterval>& intervals, uint32_t rule, const std::vector<PortRange>& ranges)
{
    for (const auto& range : ranges)
    {
        intervals.push_back({range.first, range.last, rule});
    }
}

/// @return whether any port will do, so that packets without ports match too
bool
IsAnyPort(const std::vector<PortRange>& ranges)
{
    return ranges.size() == 1 && ranges[0] == PortRange{};
}

/// Append the IP protocols that a rule takes; none if it asks for ports of one that has none.
void
AppendProtocols(std::vector<RuleInterval>& intervals,
                uint32_t number,
                const ResolvedSecurityRule& rule)
{
    const auto protocol = GetIpProtocol(rule.protocol);
    if (IsAnyPort(rule.sourcePorts) && IsAnyPort(rule.destinationPorts))
    {
        const uint32_t only = static_cast<uint8_t>(protocol.value_or(IpProtocol{}));
        intervals.push_back(protocol ? RuleInterval{only, only, number}
                                     : RuleInterval{0, 255, number});
        return;
    }
    for (const auto withPorts : {IpProtocol::Tcp, IpProtocol::Udp})
    {
        if (!protocol || *protocol == withPorts)
        {
            const uint32_t only = static_cast<uint8_t>(withPorts);
            intervals.push_back({only, only, number});
        }
    }
}

/// Orders inbound rules before outbound ones, as Azure lists them, and each by priority.
bool
ComesFirst(const ResolvedSecurityRule& a, const ResolvedSecurityRule& b)
{
    return a.direction != b.direction ? a.direction == FlowDirection::Inbound
                                      : a.priority < b.priority;
}

} // namespace

SecurityRuleTable::SecurityRuleTable(ResolvedSecurityGroup group)
    : m_group(std::move(group))
{
    auto& rules = m_group.rules;
    std::stable_sort(rules.begin(), rules.end(), ComesFirst);
    const auto outbound = std::find_if(rules.begin(), rules.end(), [](const auto& rule) {
        return rule.direction == FlowDirection::Outbound;
    });
    const auto inboundRules = static_cast<std::size_t>(outbound - rules.begin());
    m_inbound = MakeIndex(0, inboundRules);
    m_outbound = MakeIndex(inboundRules, rules.size());
}

SecurityRuleTable::DirectionIndex
SecurityRuleTable::MakeIndex(std::size_t begin, std::size_t end) const
{
    std::vector<RuleInterval> sources;
    std::vector<RuleInterval> destinations;
    std::vector<RuleInterval> sourcePorts;
    std::vector<RuleInterval> destinationPorts;
    std::vector<RuleInterval> protocols;
    for (std::size_t i = begin; i < end; ++i)
    {
        const auto& rule = m_group.rules[i];
        const auto number = static_cast<uint32_t>(i - begin);
        Append(sources, number, rule.sources);
        Append(destinations, number, rule.destinations);
        Append(sourcePorts, number, rule.sourcePorts);
        Append(destinationPorts, number, rule.destinationPorts);
        AppendProtocols(protocols, number, rule);
    }
    const std::size_t rules = end - begin;
    return {begin,
            (rules + 63) / 64,
            RuleSetIndex(sources, rules),
            RuleSetIndex(destinations, rules),
            RuleSetIndex(sourcePorts, rules),
            RuleSetIndex(destinationPorts, rules),
            RuleSetIndex(protocols, rules)};
}

const ResolvedSecurityRule*
SecurityRuleTable::Lookup(FlowDirection direction, const FlowKey& key) const
{
    const auto& index = direction == FlowDirection::Inbound ? m_inbound : m_outbound;
    const uint64_t* sources = index.sources.Lookup(key.GetSourceNumber());
    const uint64_t* destinations = index.destinations.Lookup(key.GetDestinationNumber());
    const uint64_t* sourcePorts = index.sourcePorts.Lookup(key.GetSourcePort());
    const uint64_t* destinationPorts = index.destinationPorts.Lookup(key.GetDestinationPort());
    const uint64_t* protocols = index.protocols.Lookup(static_cast<uint8_t>(key.GetProtocol()));
    for (std::size_t word = 0; word < index.words; ++word)
    {
        const uint64_t matching = sources[word] & destinations[word] & sourcePorts[word] &
                                  destinationPorts[word] & protocols[word];
        if (matching != 0)
        {
            const auto first = static_cast<std::size_t>(__builtin_ctzll(matching));
            return &m_group.rules[index.begin + 64 * word + first];
        }
    }
    return nullptr;
}

const ResolvedSecurityGroup&
SecurityRuleTable::GetGroup() const
{
    return m_group;
}

} // namespace ns3::azure
