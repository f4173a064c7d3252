// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @file
 * @brief What it costs to find the security rule that decides on a new flow.
 *
 * Groups have 10, 100 and 1,000 rules for inbound packets, and the default ones.  Each rule has
 * two source prefixes, two destination prefixes and a range of destination ports: 4,000 prefixes in
 * the largest group.  Packets are of two kinds:
 *
 * - *any*: each is taken by a custom rule drawn at random, unless one before it takes the packet;
 * - *last*: by the last custom rule.
 *
 * - *table*: time that a lookup of SecurityRuleTable takes, for a packet; the ratio is that of
 *   *loop*, so that the goal is to be below 1;
 * - *loop*: that of a loop over the rules, which are in order, that ends at the first match;
 * - *make*: time that making the table takes;
 * - *memory*: what the table needs beyond the rules themselves.
 *
 * Medians of all repetitions.
 */

#include "azure-benchmark-measure.h"
#include "azure-benchmark-report.h"

#include "ns3/abort.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-security-rule-table.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace ns3;
using namespace ns3::azure;

namespace
{

constexpr auto INBOUND = FlowDirection::Inbound;
constexpr std::size_t PREFIXES_PER_SIDE = 2; //!< of a rule
constexpr uint32_t PACKETS = 4096;           //!< looked up in turn, again and again

/// What the command line can change.
struct Options
{
    BenchmarkOptions common; //!< of all benchmarks
    uint32_t seed{0};        //!< of rules and packets
};

/// Draws rules and packets; the same on every machine.
class Draws
{
  public:
    explicit Draws(uint32_t seed)
        : m_generator(seed)
    {
    }

    /// @return a group of as many custom rules, and a default one
    ResolvedSecurityGroup DrawGroup(uint32_t rules);

    /// @return a packet that the rule takes
    FlowKey DrawPacket(const ResolvedSecurityRule& rule);

    /// @return a number from 0 to below \p bound
    uint32_t Draw(std::size_t bound)
    {
        return static_cast<uint32_t>(m_generator() % bound);
    }

  private:
    /// @return prefixes within another one, of \p shortest to 8 bits more
    std::vector<AddressPrefix> DrawPrefixes(AddressPrefix within, uint8_t shortest);
    uint32_t DrawAddress(const std::vector<AddressPrefix>& prefixes);

    std::mt19937_64 m_generator; //!< of everything
};

std::vector<AddressPrefix>
Draws::DrawPrefixes(AddressPrefix within, uint8_t shortest)
{
    std::vector<AddressPrefix> prefixes(PREFIXES_PER_SIDE);
    for (auto& prefix : prefixes)
    {
        prefix.length = static_cast<uint8_t>(shortest + Draw(9));
        prefix.network = DrawAddress({within}) & (0xffffffffU << (32 - prefix.length));
    }
    return prefixes;
}

uint32_t
Draws::DrawAddress(const std::vector<AddressPrefix>& prefixes)
{
    const auto& prefix = prefixes[Draw(prefixes.size())];
    return prefix.network + Draw(uint64_t{prefix.GetLast()} - prefix.network + 1);
}

ResolvedSecurityGroup
Draws::DrawGroup(uint32_t rules)
{
    ResolvedSecurityRule rule;
    rule.direction = INBOUND;
    rule.sourcePorts = {PortRange{}};
    ResolvedSecurityGroup group{"group", {}};
    for (uint32_t i = 0; i < rules; ++i)
    {
        rule.name = "rule-" + std::to_string(i);
        rule.priority = MIN_RULE_PRIORITY + i;
        rule.protocol = i % 2 == 0 ? SecurityRuleProtocol::Tcp : SecurityRuleProtocol::Any;
        rule.sources = DrawPrefixes(ANY_ADDRESS, 16);
        rule.destinations = DrawPrefixes({0x0a000000, 8}, 24); // 10.0.0.0/8
        const auto port = static_cast<uint16_t>(Draw(65000));
        rule.destinationPorts = {{port, static_cast<uint16_t>(port + Draw(100))}};
        group.rules.push_back(rule);
    }
    rule.name = "DenyAllInBound";
    rule.priority = 65500;
    rule.protocol = SecurityRuleProtocol::Any;
    rule.sources = rule.destinations = {ANY_ADDRESS};
    rule.destinationPorts = {PortRange{}};
    group.rules.push_back(rule);
    return group;
}

FlowKey
Draws::DrawPacket(const ResolvedSecurityRule& rule)
{
    const auto& ports = rule.destinationPorts[0];
    return {DrawAddress(rule.sources),
            DrawAddress(rule.destinations),
            static_cast<uint16_t>(Draw(65536)),
            static_cast<uint16_t>(ports.first + Draw(ports.GetSize())),
            IpProtocol::Tcp};
}

template <typename Ranges, typename Value>
bool
IsInOne(const Ranges& ranges, Value value)
{
    return std::any_of(ranges.begin(), ranges.end(), [value](const auto& range) {
        return range.Contains(value);
    });
}

/// @return the first rule that takes the TCP packet
const ResolvedSecurityRule*
LookupInTurn(const std::vector<ResolvedSecurityRule>& rules, const FlowKey& key)
{
    for (const auto& rule : rules)
    {
        if ((rule.protocol == SecurityRuleProtocol::Any ||
             rule.protocol == SecurityRuleProtocol::Tcp) &&
            IsInOne(rule.sources, key.GetSourceNumber()) &&
            IsInOne(rule.destinations, key.GetDestinationNumber()) &&
            IsInOne(rule.sourcePorts, key.GetSourcePort()) &&
            IsInOne(rule.destinationPorts, key.GetDestinationPort()))
        {
            return &rule;
        }
    }
    return nullptr;
}

/// @return nanoseconds for each packet that a lookup takes
template <typename Lookup>
double
MeasureLookup(const Options& options, const std::vector<FlowKey>& packets, const Lookup& lookup)
{
    std::vector<double> times;
    std::size_t allowed = 0;
    for (uint32_t i = 0; i <= options.common.repetitions; ++i)
    {
        const double time = MeasureTime(options.common.clock, [&] {
            for (const auto& packet : packets)
            {
                allowed += lookup(packet)->access == SecurityRuleAccess::Allow;
            }
        });
        if (i > 0) // the first fills the caches
        {
            times.push_back(time / static_cast<double>(packets.size()));
        }
    }
    NS_ABORT_MSG_IF(allowed != packets.size() * (options.common.repetitions + 1),
                    "a packet is denied");
    return GetMedian(times);
}

void
MeasureGroup(const Options& options, uint32_t rules, BenchmarkReport& report)
{
    Draws draws(options.seed);
    const auto group = draws.DrawGroup(rules);
    std::unique_ptr<SecurityRuleTable> table;
    std::vector<double> makings;
    double bytes = 0;
    for (uint32_t i = 0; i < options.common.repetitions; ++i)
    {
        table.reset();
        auto copy = group;
        const double before = GetBytesInUse();
        makings.push_back(MeasureTime(options.common.clock, [&] {
            table = std::make_unique<SecurityRuleTable>(std::move(copy));
        }));
        bytes = GetBytesInUse() - before;
    }
    const auto number = std::to_string(rules);
    for (const bool isLast : {false, true})
    {
        std::vector<FlowKey> packets;
        while (packets.size() < PACKETS)
        {
            packets.push_back(
                draws.DrawPacket(group.rules[isLast ? rules - 1 : draws.Draw(rules)]));
        }
        const auto& inTurn = table->GetGroup().rules;
        const double compiled = MeasureLookup(options, packets, [&](const FlowKey& key) {
            return table->Lookup(INBOUND, key);
        });
        const double linear = MeasureLookup(options, packets, [&](const FlowKey& key) {
            return LookupInTurn(inTurn, key);
        });
        const char* kind = isLast ? "last" : "any";
        report.AddRow({"loop", {{"rules", number}, {"packet", kind}}, linear, "ns/packet", 1});
        report.AddRow({"table",
                       {{"rules", number}, {"packet", kind}},
                       compiled,
                       "ns/packet",
                       compiled / linear,
                       AtMost(1)});
    }
    report.AddRow({"make", {{"rules", number}}, GetMedian(makings) / 1000, "us"});
    report.AddRow({"memory", {{"rules", number}}, bytes, "bytes"});
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    OptionList list(__FILE__,
                    "Measures what it costs to find the security rule that decides on a new flow.");
    options.common.AddTo(list, {31, 3});
    list.AddUnsigned("seed", "of rules and packets", 1, {1, 1'000'000}, options.seed);
    if (!list.Accept(argc, argv))
    {
        return 1;
    }
    BenchmarkReport report("security-rule-cost",
                           options.common,
                           std::to_string(PACKETS) + " packets, " +
                               std::to_string(options.common.repetitions) + " repetitions");
    for (const uint32_t rules : {10, 100, 1000})
    {
        MeasureGroup(options, rules, report);
    }
    return report.Finish();
}
