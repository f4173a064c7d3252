// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fuzz-target.h"

#include "azure-random-security-rules.h"

#include "ns3/azure-json-value.h"
#include "ns3/azure-limits.h"
#include "ns3/azure-security-rule-json.h"
#include "ns3/azure-security-rule-table.h"
#include "ns3/azure-security-rule.h"
#include "ns3/azure-service-tag.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <sstream>
#include <utility>

namespace ns3::azure
{

namespace
{

template <typename T>
std::string
ToText(const T& value)
{
    std::ostringstream os;
    os << value;
    return os.str();
}

/// @return what came of a text that was refused
template <typename T>
std::string
Refused(const Parsed<T>& parsed, const std::string& input)
{
    const auto& error = parsed.GetError();
    Require(!error.empty(), "what is refused has an error");
    const auto isLineEnd = [](char c) { return c == '\n' || c == '\r'; };
    Require(std::any_of(input.begin(), input.end(), isLineEnd) ||
                std::none_of(error.begin(), error.end(), isLineEnd),
            "an error is one line");
    return GetErrorKind(error);
}

/// @return the parts of a text between separators, at least one
std::vector<std::string>
Split(const std::string& text, char separator)
{
    std::vector<std::string> parts{""};
    for (const char c : text)
    {
        if (c == separator)
        {
            parts.emplace_back();
        }
        else
        {
            parts.back() += c;
        }
    }
    return parts;
}

void
RequireSound(const AddressPrefix& prefix)
{
    Require(prefix.length <= 32, "a prefix has 32 bits at most");
    const uint64_t size = uint64_t{1} << (32 - prefix.length);
    Require(prefix.network % size == 0, "a prefix has no host bits");
}

std::string
CheckPrefix(const std::string& input)
{
    const auto prefix = ParseAddressPrefix("prefix", input);
    if (!prefix)
    {
        return Refused(prefix, input);
    }
    RequireSound(*prefix);
    const auto again = ParseAddressPrefix("prefix", ToText(*prefix));
    Require(again && *again == *prefix, "a prefix is read back from what it prints");
    Require(!LooksLikeServiceTag(input), "a prefix does not look like a service tag");
    return "length " + std::to_string(prefix->length);
}

std::string
CheckPortRange(const std::string& input)
{
    const auto ports = ParsePortRange("ports", input);
    if (!ports)
    {
        return Refused(ports, input);
    }
    Require(ports->first <= ports->last, "the lower port comes first");
    const auto again = ParsePortRange("ports", GetPortRangeText(*ports));
    Require(again && *again == *ports, "a port range is read back from what it prints");
    return ports->GetSize() == 1 ? "port" : input == "*" ? "any" : "range";
}

std::string
CheckServiceTag(const std::string& input)
{
    const auto tag = ParseServiceTag("tag", input);
    const auto national = ParseServiceTag("tag", input, AzureCloud::National);
    if (!tag)
    {
        Require(!national, "what no cloud has, a national one does not have either");
        return Refused(tag, input);
    }
    Require(LooksLikeServiceTag(input), "a service tag looks like one");
    Require(!ParseAddressPrefix("tag", input), "a service tag is no prefix");
    Require(bool{national} == tag->region.empty(), "national clouds have no regional tags");
    const auto again = ParseServiceTag("tag", ToText(*tag));
    Require(again && *again == *tag, "a service tag is read back from what it prints");
    const auto prefixes = GetServiceTagPrefixes(*tag);
    Require(!prefixes || std::is_sorted(prefixes->begin(), prefixes->end()),
            "the prefixes of a tag are in order");
    return ToText(*tag);
}

/// @return the rule of a line: fields separated by |, in the order of the structure, and the items
///         of a list by commas
SecurityRuleText
MakeRuleText(const std::string& line)
{
    auto fields = Split(line, '|');
    fields.resize(11);
    const auto list = [](const std::string& field) {
        return field.empty() ? std::vector<std::string>{} : Split(field, ',');
    };
    return {fields[0],
            fields[1],
            fields[2],
            fields[3],
            fields[4],
            list(fields[5]),
            list(fields[6]),
            list(fields[7]),
            list(fields[8]),
            list(fields[9]),
            list(fields[10])};
}

std::vector<std::string>
ToTexts(const std::vector<PortRange>& ports)
{
    std::vector<std::string> texts;
    for (const auto& range : ports)
    {
        texts.push_back(ports.size() == 1 ? GetPortRangeText(range) : ToText(range));
    }
    return texts;
}

std::vector<std::string>
GetPlaces(const SecurityRuleEndpoint& endpoint)
{
    std::vector<std::string> texts;
    for (const auto& prefix : endpoint.prefixes)
    {
        texts.push_back(ToText(prefix));
    }
    if (endpoint.serviceTag)
    {
        texts.push_back(ToText(*endpoint.serviceTag));
    }
    return texts;
}

/// @return the rule as a user would write it
SecurityRuleText
MakeRuleText(const SecurityRule& rule)
{
    return {rule.name,
            std::to_string(rule.priority),
            rule.direction == FlowDirection::Inbound ? "Inbound" : "Outbound",
            GetName(rule.access),
            GetName(rule.protocol),
            GetPlaces(rule.source),
            ToTexts(rule.source.ports),
            GetPlaces(rule.destination),
            ToTexts(rule.destination.ports),
            rule.source.applicationSecurityGroups,
            rule.destination.applicationSecurityGroups};
}

bool
AreEqual(const SecurityRuleEndpoint& a, const SecurityRuleEndpoint& b)
{
    return a.prefixes == b.prefixes && a.serviceTag == b.serviceTag && a.ports == b.ports &&
           a.applicationSecurityGroups == b.applicationSecurityGroups;
}

bool
AreEqual(const SecurityRule& a, const SecurityRule& b)
{
    return a.name == b.name && a.priority == b.priority && a.direction == b.direction &&
           a.access == b.access && a.protocol == b.protocol && AreEqual(a.source, b.source) &&
           AreEqual(a.destination, b.destination);
}

/// Requires what a sound rule must be, on one of its sides.
void
RequireSound(const SecurityRuleEndpoint& endpoint, const Profile& profile)
{
    const auto groups = endpoint.applicationSecurityGroups.size();
    Require(!endpoint.prefixes.empty() || endpoint.serviceTag || groups > 0,
            "a sound rule says where, on both sides");
    Require(groups <= profile.applicationSecurityGroupsPerSide,
            "a sound rule names no more application security groups than the profile allows");
    Require(!endpoint.ports.empty(), "a sound rule says which ports, on both sides");
    for (const auto& prefix : endpoint.prefixes)
    {
        RequireSound(prefix);
    }
    for (const auto& ports : endpoint.ports)
    {
        Require(ports.first <= ports.last, "a sound rule has no empty port range");
    }
}

void
RequireSound(const SecurityRule& rule, DeploymentModel model, const Profile& profile)
{
    Require(!rule.name.empty() && rule.name.size() <= 80, "a sound rule's name has 1 to 80 bytes");
    Require(rule.priority >= 100 && rule.priority <= 4096, "a sound priority is 100 to 4096");
    Require(profile.selectableIcmp || rule.protocol == SecurityRuleProtocol::Any ||
                rule.protocol == SecurityRuleProtocol::Tcp ||
                rule.protocol == SecurityRuleProtocol::Udp,
            "a sound rule's protocol can be chosen in the profile");
    Require(model == DeploymentModel::ResourceManager || !rule.IsAugmented(),
            "a sound classic rule is not an augmented one");
    RequireSound(rule.source, profile);
    RequireSound(rule.destination, profile);
}

std::string
CheckSecurityRule(const std::string& input)
{
    const auto rule = ParseSecurityRule(MakeRuleText(input));
    if (!rule)
    {
        return Refused(rule, input);
    }
    const auto again = ParseSecurityRule(MakeRuleText(*rule));
    Require(again && AreEqual(*again, *rule), "a rule is read back from what it says");
    std::string outcome = rule->IsAugmented() ? "augmented" : "single";
    for (const auto& name : GetProfileNames())
    {
        for (const auto model : {DeploymentModel::ResourceManager, DeploymentModel::Classic})
        {
            const auto profile = *FindProfile(name);
            const auto error = ValidateSecurityRule(*rule, model, profile);
            Require(!error || !error->empty(), "an unsound rule has an error");
            if (!error)
            {
                RequireSound(*rule, model, profile);
            }
            outcome += error ? "; " + GetErrorKind(*error) : "; sound";
        }
    }
    return outcome;
}

bool
AreEqual(const JsonValue& a, const JsonValue& b)
{
    return a.kind == b.kind && a.text == b.text && a.names == b.names &&
           std::equal(a.values.begin(),
                      a.values.end(),
                      b.values.begin(),
                      b.values.end(),
                      [](const auto& x, const auto& y) { return AreEqual(x, y); });
}

std::string
CheckJson(const std::string& input)
{
    const auto value = ParseJson("document", input);
    if (!value)
    {
        return Refused(value, "");
    }
    const auto text = WriteJson(*value);
    const auto again = ParseJson("document", text);
    Require(bool{again}, "what is written can be read");
    Require(AreEqual(*again, *value), "a JSON value is read back from what it writes");
    Require(WriteJson(*again) == text, "the same is written again");
    return "kind " + std::to_string(static_cast<int>(value->kind)) + " of " +
           std::to_string(std::min<std::size_t>(value->values.size(), 8));
}

/// @return a sound goal state's bytes
std::string
MakeGoalState(uint64_t seed)
{
    RandomSecurityRules random(seed);
    HostGoalState goalState;
    goalState.generation = static_cast<uint32_t>(seed);
    goalState.flowRecordTimeout = Minutes(4);
    goalState.groups = {random.DrawGroup(3, true), random.DrawGroup(1, false)};
    goalState.routeTables = {
        {{{0x0a000000, 16}, {0x0a010000, 24}},
         {{Ipv4Address("10.0.0.4"), Ipv4Address("100.64.0.1"), 5}},
         seed % 2 == 0 ? std::make_optional(RouteNextHop::None) : std::nullopt}};
    goalState.networkInterfaces = {{1, 5, uint16_t{0}, uint16_t{1}, 0, true},
                                   {2, 5, std::nullopt, uint16_t{0}, 0, false}};
    const auto bytes = Encode(goalState);
    return {bytes.begin(), bytes.end()};
}

std::string
CheckGoalState(const std::string& input)
{
    const std::vector<uint8_t> bytes(input.begin(), input.end());
    const auto goalState = DecodeHostGoalState(bytes);
    if (!goalState)
    {
        return "refused";
    }
    Require(Encode(*goalState) == bytes, "a goal state is only read from what it is written as");
    std::string outcome = std::to_string(goalState->networkInterfaces.size()) + " interfaces";
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
        outcome += ", " + std::to_string(group.rules.size()) + " rules";
    }
    return outcome;
}

} // namespace

std::string
GetErrorKind(const std::string& error)
{
    std::string kind;
    bool isQuoted = false;
    for (const char c : error)
    {
        isQuoted = isQuoted != (c == '\'');
        if (!isQuoted && (c < '0' || c > '9'))
        {
            kind += c;
        }
    }
    return kind.substr(0, 100);
}

std::vector<FuzzTarget>
GetFuzzTargets()
{
    return {
        {"address-prefix", {}, CheckPrefix},
        {"port-range", {}, CheckPortRange},
        {"service-tag", {}, CheckServiceTag},
        {"security-rule", {}, CheckSecurityRule},
        {"json", {}, CheckJson},
        {"goal-state", {MakeGoalState(1), MakeGoalState(2), MakeGoalState(3)}, CheckGoalState},
    };
}

} // namespace ns3::azure
