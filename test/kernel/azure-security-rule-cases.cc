// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @file
 * @brief Random security groups, packets, and which rule decides on each: for nftables.py.
 *
 * Each line of the output is a JSON object with one group and its packets.  Rules are sorted by
 priority;
 * the last member of a packet is the name of the rule that SecurityRuleTable finds.
 *
 * @verbatim
   $ azure-security-rule-cases --groups=1 --packets=1 --seed=7
   {"rules": [{"name": "rule-0", "priority": 65500, "direction": "inbound", "access": "Deny",
   "protocol": "*", "sources": ["0.0.0.0/0"], "sourcePorts": ["0-65535"], "destinations": ...},
 ...], "packets": [{"direction": "inbound", "protocol": 17, "source": "10.0.0.4", "sourcePort": 53,
   "destination": "192.0.2.1", "destinationPort": 1024, "rule": "rule-0"}]}
   @endverbatim
 */

#include "azure-random-security-rules.h"

#include "ns3/abort.h"
#include "ns3/azure-security-rule-table.h"
#include "ns3/command-line.h"

#include <iostream>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::azure;

namespace
{

/// Write a list of what prints itself without quotation marks.
template <typename Item>
void
PrintList(const char* name, const std::vector<Item>& items)
{
    std::cout << ", \"" << name << "\": [";
    const char* separator = "";
    for (const auto& item : items)
    {
        std::cout << separator << '"' << item << '"';
        separator = ", ";
    }
    std::cout << "]";
}

void
Print(const ResolvedSecurityRule& rule)
{
    std::cout << "{\"name\": \"" << rule.name << "\", \"priority\": " << rule.priority
              << ", \"direction\": \"" << GetName(rule.direction) << "\", \"access\": \""
              << GetName(rule.access) << "\", \"protocol\": \"" << GetName(rule.protocol) << '"';
    PrintList("sources", rule.sources);
    PrintList("sourcePorts", rule.sourcePorts);
    PrintList("destinations", rule.destinations);
    PrintList("destinationPorts", rule.destinationPorts);
    std::cout << "}";
}

void
Print(const GroupPacket& packet, const ResolvedSecurityRule& rule)
{
    const auto& key = packet.key;
    std::cout << "{\"direction\": \"" << GetName(packet.direction)
              << "\", \"protocol\": " << static_cast<uint32_t>(key.GetProtocol())
              << ", \"source\": \"" << key.GetSource()
              << "\", \"sourcePort\": " << key.GetSourcePort() << ", \"destination\": \""
              << key.GetDestination() << "\", \"destinationPort\": " << key.GetDestinationPort()
              << ", \"rule\": \"" << rule.name << "\"}";
}

} // namespace

int
main(int argc, char* argv[])
{
    uint32_t groups = 20;
    uint32_t packets = 60;
    uint32_t maxRules = 60;
    uint64_t seed = 1;
    CommandLine cmd(__FILE__);
    cmd.Usage("Prints random security groups, packets, and the rules that decide on them.");
    cmd.AddValue("groups", "how many (0 or more)", groups);
    cmd.AddValue("packets", "of each group (0 or more)", packets);
    cmd.AddValue("maxRules", "custom rules of a group, at most (1 to 1000)", maxRules);
    cmd.AddValue("seed", "of everything random (a whole number)", seed);
    cmd.Parse(argc, argv);
    NS_ABORT_MSG_IF(maxRules < 1 || maxRules > 1000,
                    "maxRules: " << maxRules << " is not allowed, use 1 to 1000");

    RandomSecurityRules random(seed);
    for (uint32_t i = 0; i < groups; ++i)
    {
        const SecurityRuleTable table(random.DrawGroup(1 + random.Draw(maxRules), true));
        const auto& group = table.GetGroup();
        const char* separator = "{\"rules\": [";
        for (const auto& rule : group.rules)
        {
            std::cout << separator;
            Print(rule);
            separator = ", ";
        }
        separator = "], \"packets\": [";
        for (uint32_t j = 0; j < packets; ++j)
        {
            const auto packet = random.DrawPacket(group);
            std::cout << separator;
            Print(packet, *table.Lookup(packet.direction, packet.key));
            separator = ", ";
        }
        std::cout << (packets == 0 ? "], \"packets\": []}\n" : "]}\n");
    }
    return 0;
}
