// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-random-security-rules.h"

#include "ns3/azure-security-rule-table.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <vector>

/**
 * @file
 * @brief The table agrees with a first match written a second time, as plainly as can be.
 *
 * Nothing here is shared with the table: prefixes are compared bit by bit, ports one by one.
 */
namespace ns3::azure
{

namespace
{

bool
IsOneOf(const std::vector<AddressPrefix>& prefixes, uint32_t address)
{
    for (const auto& prefix : prefixes)
    {
        uint32_t same = 0;
        while (same < 32 && (prefix.network >> (31 - same) & 1) == (address >> (31 - same) & 1))
        {
            ++same;
        }
        if (same >= prefix.length)
        {
            return true;
        }
    }
    return false;
}

bool
IsOneOf(const std::vector<PortRange>& ranges, uint16_t port)
{
    for (const auto& range : ranges)
    {
        if (port >= range.first && port <= range.last)
        {
            return true;
        }
    }
    return false;
}

bool
NamesPorts(const std::vector<PortRange>& ranges)
{
    return !(ranges.size() == 1 && ranges[0].first == 0 && ranges[0].last == 65535);
}

bool
Matches(const ResolvedSecurityRule& rule, const GroupPacket& packet)
{
    const auto& key = packet.key;
    const auto protocol = static_cast<uint8_t>(key.GetProtocol());
    const uint8_t asked[] = {protocol, 6, 17, 1, 50, 51}; // by SecurityRuleProtocol
    const bool hasPorts = protocol == 6 || protocol == 17;
    return rule.direction == packet.direction &&
           protocol == asked[static_cast<uint8_t>(rule.protocol)] &&
           (hasPorts || (!NamesPorts(rule.sourcePorts) && !NamesPorts(rule.destinationPorts))) &&
           IsOneOf(rule.sources, key.GetSourceNumber()) &&
           IsOneOf(rule.sourcePorts, key.GetSourcePort()) &&
           IsOneOf(rule.destinations, key.GetDestinationNumber()) &&
           IsOneOf(rule.destinationPorts, key.GetDestinationPort());
}

/// @return name of the rule that decides; empty if none matches
std::string
Decide(const ResolvedSecurityGroup& group, const GroupPacket& packet)
{
    std::string name;
    uint32_t lowest = UINT32_MAX;
    for (const auto& rule : group.rules)
    {
        if (rule.priority < lowest && Matches(rule, packet))
        {
            lowest = rule.priority;
            name = rule.name;
        }
    }
    return name;
}

/// What the packets of some groups met.
struct Coverage
{
    uint32_t packets{0};      //!< looked up
    uint32_t allowed{0};      //!< decided by a rule that allows
    uint32_t denied{0};       //!< decided by a custom rule that denies
    uint32_t byDefault{0};    //!< decided by a default rule
    uint32_t undecided{0};    //!< taken by no rule
    uint32_t withoutPorts{0}; //!< decided by a custom rule, neither TCP nor UDP
};

/// Looks up \p packets packets in a new group, and compares.
void
CompareGroup(RandomSecurityRules& random, uint32_t rules, uint32_t packets, Coverage& coverage)
{
    const auto group = random.DrawGroup(rules, random.Draw(2) == 0);
    const SecurityRuleTable table(group);
    for (uint32_t i = 0; i < packets && !group.rules.empty(); ++i)
    {
        const auto packet = random.DrawPacket(group);
        const auto expected = Decide(group, packet);
        const auto* rule = table.Lookup(packet.direction, packet.key);
        ASSERT_EQ(rule == nullptr ? "" : rule->name, expected)
            << GetName(packet.direction) << ' ' << packet.key << ", " << rules << " rules";
        const bool isAllowed = rule != nullptr && rule->access == SecurityRuleAccess::Allow;
        const bool isCustom = rule != nullptr && !rule->isDefault;
        ++coverage.packets;
        coverage.allowed += isAllowed;
        coverage.denied += isCustom && !isAllowed;
        coverage.byDefault += rule != nullptr && rule->isDefault;
        coverage.undecided += rule == nullptr;
        coverage.withoutPorts += isCustom && packet.key.GetProtocol() != IpProtocol::Tcp &&
                                 packet.key.GetProtocol() != IpProtocol::Udp;
    }
}

} // namespace

TEST(SecurityRuleEquivalence, S3_15_S3_23_TableAgreesWithPlainFirstMatch)
{
    RandomSecurityRules random(20260117);
    Coverage coverage;
    for (uint32_t i = 0; i < 4000 && !HasFatalFailure(); ++i)
    {
        CompareGroup(random, 1 + random.Draw(60), 50, coverage);
    }
    // About every 64th rule begins a new word of the table's sets.
    for (const uint32_t rules : {63, 64, 65, 127, 128, 129, 130, 1000, 1000, 1000})
    {
        if (!HasFatalFailure())
        {
            CompareGroup(random, rules, 1000, coverage);
        }
    }
    EXPECT_EQ(coverage.packets, 4000 * 50 + 10 * 1000);
    // The packets are worth their while: none of the outcomes is rare.
    EXPECT_GT(coverage.allowed, 30000U);
    EXPECT_GT(coverage.denied, 30000U);
    EXPECT_GT(coverage.byDefault, 10000U);
    EXPECT_GT(coverage.undecided, 10000U);
    EXPECT_GT(coverage.withoutPorts, 10000U);
}

} // namespace ns3::azure
