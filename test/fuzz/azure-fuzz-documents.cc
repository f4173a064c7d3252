// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fuzz-promise.h"
#include "azure-fuzz-target.h"
#include "azure-random-security-rules.h"

#include "ns3/azure-host-goal-state.h"
#include "ns3/azure-json-value.h"
#include "ns3/azure-limits.h"
#include "ns3/azure-network-resources.h"
#include "ns3/azure-network-security-group-json.h"
#include "ns3/azure-security-rule-table.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <utility>

namespace ns3::azure
{

namespace
{

bool
AreEqual(const JsonValue& a, const JsonValue& b)
{
    const bool isSameText =
        a.kind == JsonValue::Kind::Number
            ? std::strtod(a.text.c_str(), nullptr) == std::strtod(b.text.c_str(), nullptr)
            : a.text == b.text;
    return a.kind == b.kind && isSameText && a.names == b.names &&
           std::equal(a.values.begin(),
                      a.values.end(),
                      b.values.begin(),
                      b.values.end(),
                      [](const auto& x, const auto& y) { return AreEqual(x, y); });
}

/// Requires what must be true of a group that was added.
void
RequireSound(const NetworkSecurityGroup& group, const Profile& profile)
{
    Require(group.rules.size() <= MAX_SECURITY_RULES, "a group has 1000 rules at most");
    std::set<std::string> names;
    std::set<std::pair<FlowDirection, uint32_t>> priorities;
    for (const auto& rule : group.rules)
    {
        RequireSound(rule, group.model, profile);
        Require(names.insert(rule.name).second, "names of rules are unique");
        Require(priorities.insert({rule.direction, rule.priority}).second,
                "priorities of one direction are unique");
    }
}

bool
AreEqual(const NetworkSecurityGroup& a, const NetworkSecurityGroup& b)
{
    return a.name == b.name &&
           std::equal(a.rules.begin(),
                      a.rules.end(),
                      b.rules.begin(),
                      b.rules.end(),
                      [](const auto& x, const auto& y) { return AreEqual(x, y); });
}

} // namespace

void
CheckJson(const std::string& input)
{
    const auto value = ParseJson("document", input);
    if (!value)
    {
        RequireOneLine(value.GetError());
        return;
    }
    const auto text = WriteJson(*value);
    const auto again = ParseJson("document", text);
    Require(bool{again}, "what is written can be read");
    Require(AreEqual(*again, *value), "a JSON value is read back from what it writes");
    Require(WriteJson(*again) == text, "the same is written again");
}

void
CheckSecurityGroups(const std::string& input)
{
    const auto groups = ReadNetworkSecurityGroups(input);
    if (!groups)
    {
        RequireOneLine(groups.GetError());
        return;
    }
    const auto profile = *FindProfile("2023");
    NetworkResources resources(profile);
    if (const auto error = AddNetworkSecurityGroups(resources, *groups))
    {
        for (const auto& group : *groups)
        {
            Require(resources.FindNetworkSecurityGroup(group.name) == nullptr,
                    "nothing is added when there is an error");
        }
        RequireOneLine(*error);
        return;
    }
    for (const auto& group : *groups)
    {
        const auto* added = resources.FindNetworkSecurityGroup(group.name);
        Require(added != nullptr, "a group is added");
        RequireSound(*added, profile);
        const auto again = ReadNetworkSecurityGroups(WriteNetworkSecurityGroup(*added));
        NetworkResources others(profile);
        Require(again && !AddNetworkSecurityGroups(others, *again),
                "a group is read back from what it is written as");
        Require(AreEqual(*others.FindNetworkSecurityGroup(group.name), *added),
                "a group is the same when it is read back");
    }
}

namespace
{

/// @return the bytes of a host's goal state, which depends on the seed
std::string
MakeGoalState(uint64_t seed)
{
    RandomSecurityRules random(seed);
    HostGoalState goalState;
    goalState.generation = static_cast<uint32_t>(seed);
    goalState.flowRecordTimeout = Minutes(4);
    goalState.groups = {random.DrawGroup(static_cast<uint32_t>(seed % 4), true),
                        random.DrawGroup(static_cast<uint32_t>(seed % 3), false)};
    goalState.routeTables = {
        {{{0x0a000000, 16}, {0x0a010000, 24}},
         {{Ipv4Address("10.0.0.4"), Ipv4Address("100.64.0.1"), 5}},
         seed % 2 == 0 ? std::make_optional(RouteNextHop::None) : std::nullopt}};
    goalState.networkInterfaces = {{1, 5, uint16_t{0}, uint16_t{1}, 0, true},
                                   {2, 5, std::nullopt, uint16_t{0}, 0, false}};
    const auto bytes = Encode(goalState);
    return {bytes.begin(), bytes.end()};
}

} // namespace

std::vector<std::string>
MakeGoalStates()
{
    std::vector<std::string> seeds;
    for (uint64_t seed = 0; seed < 6; ++seed)
    {
        seeds.push_back(MakeGoalState(seed));
    }
    return seeds;
}

void
CheckGoalState(const std::string& input)
{
    const std::vector<uint8_t> bytes(input.begin(), input.end());
    const auto goalState = DecodeHostGoalState(bytes);
    if (!goalState)
    {
        return;
    }
    Require(Encode(*goalState) == bytes, "a goal state is only read from what it is written as");
    for (const auto& group : goalState->groups)
    {
        const SecurityRuleTable table(group);
        Require(table.GetGroup().rules.size() == group.rules.size(), "no rule is lost");
        RandomSecurityRules random(bytes.size());
        for (uint32_t i = 0; i < 20 && !group.rules.empty(); ++i)
        {
            const auto packet = random.DrawPacket(group);
            const auto* rule = table.Lookup(packet.direction, packet.key);
            Require(rule == nullptr || rule->direction == packet.direction,
                    "a rule decides in its direction only");
        }
    }
}

} // namespace ns3::azure
