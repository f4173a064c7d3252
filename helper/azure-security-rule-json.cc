// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-security-rule-json.h"

#include "ns3/azure-text-fields.h"

#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Kind = JsonValue::Kind;

/// @return an array of texts
JsonValue
MakeArray(const std::vector<std::string>& texts)
{
    JsonValue array{Kind::Array, "", {}, {}};
    for (const auto& text : texts)
    {
        array.values.push_back({Kind::String, text, {}, {}});
    }
    return array;
}

/// Puts a rule together as JSON.
class RuleWriter
{
  public:
    explicit RuleWriter(const SecurityRule& rule)
    {
        Add("access", {Kind::String, GetName(rule.access), {}, {}});
        AddEndpoint("destination", rule.destination);
        Add("direction",
            {Kind::String,
             rule.direction == FlowDirection::Inbound ? "Inbound" : "Outbound",
             {},
             {}});
        Add("name", {Kind::String, rule.name, {}, {}});
        Add("priority", {Kind::Number, std::to_string(rule.priority), {}, {}});
        Add("protocol", {Kind::String, GetName(rule.protocol), {}, {}});
        AddEndpoint("source", rule.source);
    }

    /// @return the rule
    const JsonValue& GetRule() const
    {
        return m_rule;
    }

  private:
    void Add(const std::string& name, const JsonValue& value)
    {
        m_rule.names.push_back(name);
        m_rule.values.push_back(value);
    }

    /// One text is the singular's, several are the plural's; the other property says nothing.
    void AddTexts(const std::string& singular,
                  const std::string& plural,
                  const std::vector<std::string>& texts)
    {
        const bool isOne = texts.size() == 1;
        Add(singular, isOne ? JsonValue{Kind::String, texts.front(), {}, {}} : JsonValue{});
        Add(plural, MakeArray(isOne ? std::vector<std::string>{} : texts));
    }

    void AddEndpoint(const std::string& side, const SecurityRuleEndpoint& endpoint)
    {
        std::vector<std::string> prefixes;
        for (const auto& prefix : endpoint.prefixes)
        {
            prefixes.push_back(prefix == ANY_ADDRESS ? "*" : GetText(prefix));
        }
        if (endpoint.serviceTag)
        {
            prefixes.push_back(GetText(*endpoint.serviceTag));
        }
        std::vector<std::string> ports;
        for (const auto& range : endpoint.ports)
        {
            ports.push_back(GetPortRangeText(range));
        }
        AddTexts(side + "AddressPrefix", side + "AddressPrefixes", prefixes);
        JsonValue groups;
        for (const auto& name : endpoint.applicationSecurityGroups)
        {
            groups.kind = Kind::Array;
            const auto id = "/providers/Microsoft.Network" + (APPLICATION_SECURITY_GROUPS + name);
            groups.values.push_back({Kind::Object, "", {"id"}, {{Kind::String, id, {}, {}}}});
        }
        Add(side + "ApplicationSecurityGroups", groups);
        AddTexts(side + "PortRange", side + "PortRanges", ports);
    }

    JsonValue m_rule{Kind::Object, "", {}, {}}; //!< so far
};

} // namespace

JsonValue
MakeSecurityRuleJson(const SecurityRule& rule)
{
    return RuleWriter(rule).GetRule();
}

} // namespace ns3::azure
