// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fuzz-promise.h"
#include "azure-fuzz-target.h"

#include "ns3/azure-security-rule.h"
#include "ns3/azure-service-tag.h"

#include <algorithm>
#include <cstdint>

namespace ns3::azure
{

namespace
{

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

} // namespace

void
CheckAddressPrefix(const std::string& input)
{
    const auto prefix = ParseAddressPrefix("prefix", input);
    if (!prefix)
    {
        RequireOneLine(prefix.GetError());
        return;
    }
    RequireSound(*prefix);
    const auto again = ParseAddressPrefix("prefix", ToText(*prefix));
    Require(again && *again == *prefix, "a prefix is read back from what it prints");
    Require(ToText(*prefix) == (input.find('/') == std::string::npos ? input + "/32" : input),
            "a prefix is written as it was read, an address with /32");
    Require(!LooksLikeServiceTag(input), "a prefix does not look like a service tag");
}

void
CheckPortRange(const std::string& input)
{
    const auto ports = ParsePortRange("ports", input);
    if (!ports)
    {
        RequireOneLine(ports.GetError());
        return;
    }
    Require(ports->first <= ports->last, "the lower port comes first");
    const auto again = ParsePortRange("ports", GetPortRangeText(*ports));
    Require(again && *again == *ports, "a port range is read back from what it prints");
}

void
CheckServiceTag(const std::string& input)
{
    const auto tag = ParseServiceTag("tag", input);
    const auto national = ParseServiceTag("tag", input, AzureCloud::National);
    if (!tag)
    {
        Require(!national, "what no cloud has, a national one does not have either");
        RequireOneLine(tag.GetError());
        return;
    }
    Require(LooksLikeServiceTag(input), "a service tag looks like one");
    Require(!ParseAddressPrefix("tag", input), "a service tag is no prefix");
    Require(bool{national} == tag->region.empty(), "national clouds have no regional tags");
    const auto again = ParseServiceTag("tag", ToText(*tag));
    Require(again && *again == *tag, "a service tag is read back from what it prints");
    const auto prefixes = GetServiceTagPrefixes(*tag);
    Require(!prefixes || std::is_sorted(prefixes->begin(), prefixes->end()),
            "the prefixes of a tag are in order");
}

void
CheckSecurityRule(const std::string& input)
{
    const auto text = MakeRuleText(input);
    const auto rule = ParseSecurityRule(text);
    const auto begin = "rule " + GetOneLine(text.name) + ", ";
    if (!rule)
    {
        Require(rule.GetError().rfind(begin, 0) == 0, "an error names the rule");
        RequireOneLine(rule.GetError());
        return;
    }
    const auto again = ParseSecurityRule(MakeRuleText(*rule));
    Require(again && AreEqual(*again, *rule), "a rule is read back from what it says");
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
            Require(!error || error->rfind(begin, 0) == 0, "an error names the rule");
        }
    }
}

} // namespace ns3::azure
