// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-security-rule-json.h"

#include "ns3/azure-resource-name.h"
#include "ns3/azure-text-fields.h"

namespace ns3::azure
{

namespace
{

using Kind = JsonValue::Kind;

/// Kind of the resources that names follow in resource ids.
const std::string APPLICATION_SECURITY_GROUPS = "applicationSecurityGroups";

// clang-format off
/// What a rule may have on top of its name.
const std::vector<std::string> RULE_PROPERTIES{
    "priority", "direction", "access", "protocol",
    "sourceAddressPrefix", "sourceAddressPrefixes",
    "sourcePortRange", "sourcePortRanges",
    "destinationAddressPrefix", "destinationAddressPrefixes",
    "destinationPortRange", "destinationPortRanges",
    "sourceApplicationSecurityGroups", "destinationApplicationSecurityGroups"};
// clang-format on

/// Reads one rule.
class RuleReader
{
  public:
    /// @param reader remembers what is wrong
    explicit RuleReader(ResourceReader& reader)
        : m_reader(reader)
    {
    }

    /// @return the rule, as far as nothing is wrong
    SecurityRuleOfDocument Read(const JsonValue& value, const std::string& path)
    {
        const auto resource =
            m_reader.ReadResource(value, path, "a security rule", RULE_PROPERTIES);
        SecurityRuleOfDocument rule;
        rule.place = resource.place;
        rule.text.name = resource.name;
        if (!resource.properties)
        {
            return rule;
        }
        const auto& object = *resource.properties;
        const auto& place = resource.place;
        if (const auto* priority =
                m_reader.Require(object, place, "priority", Kind::Number, "a whole number"))
        {
            rule.text.priority = priority->text;
        }
        rule.text.direction = m_reader.ReadText(object, place, "direction", "Inbound or Outbound");
        rule.text.access = m_reader.ReadText(object, place, "access", "Allow or Deny");
        rule.text.protocol = m_reader.ReadText(object, place, "protocol", "a text, as Tcp or *");
        ReadSide(object,
                 "source",
                 rule,
                 rule.text.sourceAddressPrefixes,
                 rule.text.sourcePortRanges,
                 rule.text.sourceApplicationSecurityGroups);
        ReadSide(object,
                 "destination",
                 rule,
                 rule.text.destinationAddressPrefixes,
                 rule.text.destinationPortRanges,
                 rule.text.destinationApplicationSecurityGroups);
        return rule;
    }

  private:
    void ReadSide(const JsonValue& object,
                  const std::string& side,
                  SecurityRuleOfDocument& rule,
                  std::vector<std::string>& prefixes,
                  std::vector<std::string>& ports,
                  std::vector<std::string>& groups)
    {
        const auto groupsName = side + "ApplicationSecurityGroups";
        groups = ReadGroupNames(object, rule.place, groupsName);
        const auto prefix = side + "AddressPrefix";
        prefixes = ReadPair(object, rule, prefix, prefix + "es");
        if (prefixes.empty() && groups.empty())
        {
            m_reader.Refuse(ResourceReader::Join(rule.place, prefix),
                            ResourceReader::Describe(object.Find(prefix)),
                            "it, " + prefix + "es or " + groupsName);
        }
        if (!groups.empty() && std::count(prefixes.begin(), prefixes.end(), "*") > 0)
        {
            m_reader.Refuse(ResourceReader::Join(rule.place, groupsName),
                            ResourceReader::Describe(object.Find(groupsName)),
                            "it without the prefix *");
        }
        const auto range = side + "PortRange";
        ports = ReadPair(object, rule, range, range + "s");
        if (ports.empty())
        {
            m_reader.Refuse(ResourceReader::Join(rule.place, range),
                            ResourceReader::Describe(object.Find(range)),
                            "it or " + range + "s");
        }
    }

    /// @return the texts of the one property of a pair that says something; none if neither does
    std::vector<std::string> ReadPair(const JsonValue& object,
                                      SecurityRuleOfDocument& rule,
                                      const std::string& singular,
                                      const std::string& plural)
    {
        auto texts = m_reader.ReadTexts(object, rule.place, plural);
        const auto* one = object.Find(singular);
        if (!one || one->kind == Kind::Null || (one->kind == Kind::String && one->text.empty()))
        {
            return texts;
        }
        if (one->kind != Kind::String)
        {
            m_reader.Refuse(ResourceReader::Join(rule.place, singular),
                            ResourceReader::Describe(one),
                            "a text, as \"*\"");
        }
        else if (!texts.empty())
        {
            m_reader.Refuse(ResourceReader::Join(rule.place, singular),
                            ResourceReader::Describe(one),
                            "it or " + plural + ", not both");
        }
        rule.singulars.push_back(singular);
        return {one->text};
    }

    /// @return the names at the ends of resource ids
    std::vector<std::string> ReadGroupNames(const JsonValue& object,
                                            const std::string& path,
                                            const std::string& name)
    {
        std::vector<std::string> names;
        for (const auto* value : m_reader.ReadArray(object, path, name))
        {
            const auto at = ResourceReader::Join(ResourceReader::Join(path, name), names.size());
            const std::string allowed =
                "a resource id that ends in /" + APPLICATION_SECURITY_GROUPS + "/NAME";
            if (value->kind != Kind::Object)
            {
                m_reader.Refuse(at, ResourceReader::Describe(value), "an object with an id");
                continue;
            }
            const auto id = SplitFields(m_reader.ReadText(*value, at, "id", allowed), '/');
            if (id.size() < 3 || !IsSameWord(id[id.size() - 2], APPLICATION_SECURITY_GROUPS) ||
                id.back().empty())
            {
                m_reader.Refuse(ResourceReader::Join(at, "id"),
                                ResourceReader::Describe(value->Find("id")),
                                allowed);
            }
            else if (!IsResourceName(id.back()))
            {
                m_reader.Refuse(ResourceReader::Join(at, "id"),
                                id.back(),
                                "a name of " + GetAllowedResourceNames());
            }
            names.push_back(id.back());
        }
        return names;
    }

    ResourceReader& m_reader; //!< remembers what is wrong
};

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
    explicit RuleWriter(const SecurityRuleText& rule)
    {
        AddText("access", rule.access);
        AddSide("destination",
                rule.destinationAddressPrefixes,
                rule.destinationApplicationSecurityGroups,
                rule.destinationPortRanges);
        AddText("direction", rule.direction);
        AddText("name", rule.name);
        Add("priority", {Kind::Number, rule.priority, {}, {}});
        AddText("protocol", rule.protocol);
        AddSide("source",
                rule.sourceAddressPrefixes,
                rule.sourceApplicationSecurityGroups,
                rule.sourcePortRanges);
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

    void AddText(const std::string& name, const std::string& text)
    {
        Add(name, {Kind::String, text, {}, {}});
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

    void AddSide(const std::string& side,
                 const std::vector<std::string>& prefixes,
                 const std::vector<std::string>& groups,
                 const std::vector<std::string>& ports)
    {
        AddTexts(side + "AddressPrefix", side + "AddressPrefixes", prefixes);
        JsonValue ids;
        for (const auto& group : groups)
        {
            ids.kind = Kind::Array;
            const auto id =
                "/providers/Microsoft.Network/" + APPLICATION_SECURITY_GROUPS + "/" + group;
            ids.values.push_back({Kind::Object, "", {"id"}, {{Kind::String, id, {}, {}}}});
        }
        Add(side + "ApplicationSecurityGroups", ids);
        AddTexts(side + "PortRange", side + "PortRanges", ports);
    }

    JsonValue m_rule{Kind::Object, "", {}, {}}; //!< so far
};

/// @return prefixes and tag of a side, as users write them
std::vector<std::string>
GetPrefixTexts(const SecurityRuleEndpoint& endpoint)
{
    std::vector<std::string> texts;
    for (const auto& prefix : endpoint.prefixes)
    {
        texts.push_back(prefix == ANY_ADDRESS ? "*" : GetText(prefix));
    }
    if (endpoint.serviceTag)
    {
        texts.push_back(GetText(*endpoint.serviceTag));
    }
    return texts;
}

/// @return port ranges of a side, as users write them
std::vector<std::string>
GetPortTexts(const SecurityRuleEndpoint& endpoint)
{
    std::vector<std::string> texts;
    for (const auto& range : endpoint.ports)
    {
        texts.push_back(GetPortRangeText(range));
    }
    return texts;
}

} // namespace

SecurityRuleOfDocument
ReadSecurityRule(ResourceReader& reader, const JsonValue& value, const std::string& path)
{
    return RuleReader(reader).Read(value, path);
}

std::string
GetErrorInDocument(const std::string& source,
                   const std::string& group,
                   const SecurityRuleOfDocument& rule,
                   const std::string& error)
{
    const auto head = "group " + group + ", rule " + GetOneLine(rule.text.name) + ", ";
    if (error.compare(0, head.size(), head) != 0)
    {
        return ResourceReader::GetField(source, rule.place) + ": " + error;
    }
    const auto line = error.substr(head.size());
    const auto property = line.substr(0, line.find(':'));
    const auto rest = line.substr(property.size());
    for (const auto& singular : rule.singulars)
    {
        if (property == singular + "s" || property == singular + "es")
        {
            return ResourceReader::GetField(source, ResourceReader::Join(rule.place, singular)) +
                   rest;
        }
    }
    return ResourceReader::GetField(source, ResourceReader::Join(rule.place, property)) + rest;
}

SecurityRuleText
MakeSecurityRuleText(const SecurityRule& rule)
{
    return {rule.name,
            std::to_string(rule.priority),
            rule.direction == FlowDirection::Inbound ? "Inbound" : "Outbound",
            GetName(rule.access),
            GetName(rule.protocol),
            GetPrefixTexts(rule.source),
            GetPortTexts(rule.source),
            GetPrefixTexts(rule.destination),
            GetPortTexts(rule.destination),
            rule.source.applicationSecurityGroups,
            rule.destination.applicationSecurityGroups};
}

JsonValue
MakeSecurityRuleJson(const SecurityRule& rule)
{
    return RuleWriter(MakeSecurityRuleText(rule)).GetRule();
}

} // namespace ns3::azure
