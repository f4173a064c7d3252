// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-random-security-rules.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <utility>

namespace ns3::azure
{

namespace
{

/// Ports that ranges begin and end at.
constexpr std::array<uint16_t, 10> PORTS{0, 1, 22, 80, 443, 1023, 1024, 49152, 65534, 65535};

/// Protocols of packets; GRE and 253 (RFC 3692, for experiments) have no name in a rule.
constexpr std::array<uint8_t, 8> PROTOCOLS{1, 6, 6, 17, 47, 50, 51, 253};

constexpr uint32_t NO_HOST_BITS = 0xffffffffU; //!< mask of a prefix of 32 bits

/// @return the prefix of that length around an address
AddressPrefix
MakePrefix(uint32_t address, uint32_t length)
{
    const uint32_t mask = length == 0 ? 0 : NO_HOST_BITS << (32 - length);
    return {address & mask, static_cast<uint8_t>(length)};
}

} // namespace

RandomSecurityRules::RandomSecurityRules(uint64_t seed)
    : m_generator(seed)
{
}

uint32_t
RandomSecurityRules::Draw(uint32_t bound)
{
    return static_cast<uint32_t>(m_generator() % bound);
}

bool
RandomSecurityRules::Happens(uint32_t percent)
{
    return Draw(100) < percent;
}

uint32_t
RandomSecurityRules::DrawAddress()
{
    return Happens(90) ? m_anchors[Draw(static_cast<uint32_t>(m_anchors.size()))]
                       : static_cast<uint32_t>(m_generator());
}

uint16_t
RandomSecurityRules::DrawPort()
{
    return Happens(80) ? PORTS[Draw(PORTS.size())] : static_cast<uint16_t>(Draw(65536));
}

std::vector<AddressPrefix>
RandomSecurityRules::DrawPrefixes()
{
    if (Happens(25))
    {
        return {ANY_ADDRESS};
    }
    // Now and then none: an application security group without members.
    std::vector<AddressPrefix> prefixes(Happens(4) ? 0 : 1 + Draw(4));
    for (auto& prefix : prefixes)
    {
        prefix = MakePrefix(DrawAddress(), Draw(33));
    }
    return prefixes;
}

std::vector<PortRange>
RandomSecurityRules::DrawPortRanges()
{
    if (Happens(50))
    {
        return {PortRange{}};
    }
    std::vector<PortRange> ranges(1 + Draw(3));
    for (auto& range : ranges)
    {
        const auto ends = std::minmax({DrawPort(), DrawPort()});
        range = {ends.first, Happens(30) ? ends.first : ends.second};
    }
    return ranges;
}

ResolvedSecurityGroup
RandomSecurityRules::DrawGroup(uint32_t rules, bool withDefault)
{
    m_anchors = {0, 0xffffffffU, 0x7fffffffU, 0x80000000U};
    for (uint32_t i = 0; i < 2 + rules / 8; ++i)
    {
        m_anchors.push_back(static_cast<uint32_t>(m_generator()));
    }
    std::vector<uint32_t> priorities(MAX_RULE_PRIORITY - MIN_RULE_PRIORITY + 1);
    std::iota(priorities.begin(), priorities.end(), MIN_RULE_PRIORITY);
    ResolvedSecurityGroup group{"group", {}};
    for (uint32_t i = 0; i < rules; ++i)
    {
        // Each priority once.
        const auto size = static_cast<uint32_t>(priorities.size());
        std::swap(priorities[i], priorities[i + Draw(size - i)]);
        ResolvedSecurityRule rule;
        rule.priority = priorities[i];
        rule.direction = Happens(50) ? FlowDirection::Inbound : FlowDirection::Outbound;
        rule.access = Happens(50) ? SecurityRuleAccess::Allow : SecurityRuleAccess::Deny;
        rule.protocol = static_cast<SecurityRuleProtocol>(Happens(30) ? 0 : Draw(6));
        rule.sources = DrawPrefixes();
        rule.sourcePorts = DrawPortRanges();
        rule.destinations = DrawPrefixes();
        rule.destinationPorts = DrawPortRanges();
        group.rules.push_back(rule);
    }
    for (const auto direction : {FlowDirection::Inbound, FlowDirection::Outbound})
    {
        if (withDefault)
        {
            ResolvedSecurityRule rule;
            rule.priority = 65500;
            rule.isDefault = true;
            rule.direction = direction;
            rule.access = SecurityRuleAccess::Deny;
            rule.sources = rule.destinations = {ANY_ADDRESS};
            rule.sourcePorts = rule.destinationPorts = {PortRange{}};
            group.rules.insert(group.rules.begin() +
                                   Draw(static_cast<uint32_t>(group.rules.size() + 1)),
                               rule);
        }
    }
    for (std::size_t i = 0; i < group.rules.size(); ++i)
    {
        group.rules[i].name = "rule-" + std::to_string(i);
    }
    return group;
}

uint32_t
RandomSecurityRules::DrawAddressNear(const std::vector<AddressPrefix>& prefixes)
{
    if (prefixes.empty() || Happens(20))
    {
        return DrawAddress();
    }
    const auto& prefix = prefixes[Draw(static_cast<uint32_t>(prefixes.size()))];
    const uint32_t inside =
        static_cast<uint32_t>(m_generator()) & (prefix.GetLast() - prefix.network);
    switch (Draw(8))
    {
    case 0:
        return prefix.GetFirst() - 1;
    case 1:
        return prefix.GetLast() + 1;
    case 2:
    case 3:
        return prefix.GetFirst();
    case 4:
    case 5:
        return prefix.GetLast();
    default:
        return prefix.network + inside;
    }
}

uint16_t
RandomSecurityRules::DrawPortNear(const std::vector<PortRange>& ranges)
{
    if (ranges.empty() || Happens(20))
    {
        return DrawPort();
    }
    const auto& range = ranges[Draw(static_cast<uint32_t>(ranges.size()))];
    switch (Draw(8))
    {
    case 0:
        return static_cast<uint16_t>(range.first - 1);
    case 1:
        return static_cast<uint16_t>(range.last + 1);
    case 2:
    case 3:
        return range.first;
    case 4:
    case 5:
        return range.last;
    default:
        return static_cast<uint16_t>(range.first + Draw(range.GetSize()));
    }
}

IpProtocol
RandomSecurityRules::DrawProtocolNear(SecurityRuleProtocol protocol)
{
    constexpr std::array<uint8_t, 6> OF_RULE{6, 6, 17, 1, 50, 51};
    return static_cast<IpProtocol>(Happens(70) ? OF_RULE[static_cast<uint8_t>(protocol)]
                                               : PROTOCOLS[Draw(PROTOCOLS.size())]);
}

GroupPacket
RandomSecurityRules::DrawPacket(const ResolvedSecurityGroup& group)
{
    const auto& rule = group.rules[Draw(static_cast<uint32_t>(group.rules.size()))];
    const auto protocol = DrawProtocolNear(rule.protocol);
    const bool hasPorts = protocol == IpProtocol::Tcp || protocol == IpProtocol::Udp;
    const uint32_t source = DrawAddressNear(rule.sources);
    const uint32_t destination = DrawAddressNear(rule.destinations);
    const uint16_t sourcePort = DrawPortNear(rule.sourcePorts);
    const uint16_t destinationPort = DrawPortNear(rule.destinationPorts);
    return {Happens(90) ? rule.direction : static_cast<FlowDirection>(Draw(2)),
            {source,
             destination,
             hasPorts ? sourcePort : uint16_t{0},
             hasPorts ? destinationPort : uint16_t{0},
             protocol}};
}

} // namespace ns3::azure
