// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-network-security-group-json.h"

#include "azure-json-value.h"
#include "azure-security-rule-json.h"

#include "ns3/azure-parse.h"
#include "ns3/azure-text-fields.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

namespace ns3::azure
{

namespace
{

using Kind = JsonValue::Kind;

/// What a group may have on top of its name.
constexpr std::array<const char*, 2> GROUP_PROPERTIES{"securityRules", "defaultSecurityRules"};

// clang-format off
/// What a rule may have on top of its name.
constexpr std::array<const char*, 14> RULE_PROPERTIES{
    "priority", "direction", "access", "protocol",
    "sourceAddressPrefix", "sourceAddressPrefixes",
    "sourcePortRange", "sourcePortRanges",
    "destinationAddressPrefix", "destinationAddressPrefixes",
    "destinationPortRange", "destinationPortRanges",
    "sourceApplicationSecurityGroups", "destinationApplicationSecurityGroups"};
// clang-format on

std::string
ToLower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

/// @return the path of an object's value
std::string
Join(const std::string& path, const std::string& name)
{
    return path.empty() ? name : path + "." + name;
}

/// @return the path of an array's value
std::string
Join(const std::string& path, std::size_t index)
{
    return path + "[" + std::to_string(index) + "]";
}

/// @return what an error begins with
std::string
GetField(const std::string& source, const std::string& path)
{
    if (source.empty() || path.empty())
    {
        return source.empty() && path.empty() ? "document" : source + path;
    }
    return source + ": " + path;
}

/// @return the value as an error shows it
std::string
Describe(const JsonValue* value)
{
    switch (value ? value->kind : Kind::Null)
    {
    case Kind::Array:
        return "[...]";
    case Kind::Object:
        return "{...}";
    case Kind::String:
        return '"' + GetPrintable(value->text) + '"';
    default:
        return value ? GetPrintable(value->text) : "nothing";
    }
}

/// @return the error of a rule, from where it says "rule NAME" to where the document has it
std::string
GetErrorAt(const std::string& source, const SecurityRuleOfDocument& rule, const std::string& error)
{
    const auto head = "rule " + rule.text.name + ", ";
    auto line = error;
    std::replace_if(
        line.begin(),
        line.end(),
        [](char c) { return c >= 0 && c < ' '; },
        '?');
    if (error.compare(0, head.size(), head) != 0)
    {
        return GetField(source, rule.place) + ": " + line;
    }
    line = line.substr(head.size());
    const auto property = line.substr(0, line.find(':'));
    const auto rest = line.substr(property.size());
    for (const auto& singular : rule.singulars)
    {
        if (property == singular + "s" || property == singular + "es")
        {
            return GetField(source, Join(rule.place, singular)) + rest;
        }
    }
    return GetField(source, Join(rule.place, property)) + rest;
}

/// @return all that a rule says, in a form that compares; names of rules ignore case
std::string
GetComparable(SecurityRule rule)
{
    rule.name = ToLower(rule.name);
    return WriteJson(MakeSecurityRuleJson(rule));
}

/// Walks a document and remembers the first thing that is wrong with it.
class GroupReader
{
  public:
    explicit GroupReader(const std::string& source)
        : m_source(source)
    {
    }

    /// @return the groups, as far as nothing is wrong
    std::vector<NetworkSecurityGroupText> Read(const JsonValue& document)
    {
        std::vector<NetworkSecurityGroupText> groups;
        if (document.kind != Kind::Array)
        {
            groups.push_back(ReadGroup(document, ""));
        }
        else if (document.values.empty())
        {
            Refuse("", "[]", "at least one network security group");
        }
        for (std::size_t i = 0; document.kind == Kind::Array && i < document.values.size(); ++i)
        {
            groups.push_back(ReadGroup(document.values[i], Join("", i)));
        }
        return groups;
    }

    /// @return what is wrong, or nothing
    const std::optional<Parsed<bool>>& GetError() const
    {
        return m_error;
    }

  private:
    /// An object whose properties may be below `properties`.
    struct Resource
    {
        const JsonValue* properties; //!< null if the object cannot be read
        std::string name;            //!< of the resource
        std::string place;           //!< of its properties
    };

    void Refuse(const std::string& path, const std::string& value, const std::string& allowed)
    {
        if (!m_error)
        {
            m_error = Parsed<bool>::Refuse(GetField(m_source, path), value, allowed);
        }
    }

    /// @return the value of that name if it is of that kind; null, with an error, if it is not
    const JsonValue* Require(const JsonValue& object,
                             const std::string& path,
                             const std::string& name,
                             Kind kind,
                             const std::string& allowed)
    {
        const auto* value = object.Find(name);
        if (!value || value->kind != kind)
        {
            Refuse(Join(path, name), Describe(value), allowed);
            return nullptr;
        }
        return value;
    }

    std::string ReadText(const JsonValue& object,
                         const std::string& path,
                         const std::string& name,
                         const std::string& allowed)
    {
        const auto* value = Require(object, path, name, Kind::String, allowed);
        return value ? value->text : "";
    }

    /// Refuse properties that only seem to be missing.
    template <std::size_t N>
    void CheckNames(const JsonValue& object,
                    const std::string& path,
                    const std::array<const char*, N>& known)
    {
        for (const auto& name : object.names)
        {
            for (const std::string exact : known)
            {
                if (name != exact && IsSameWord(name, exact))
                {
                    Refuse(path, name, exact + "; case matters");
                }
            }
        }
    }

    /// @param what it is, for the error if it is something else; @param known its properties
    template <std::size_t N>
    Resource ReadResource(const JsonValue& value,
                          const std::string& path,
                          const std::string& what,
                          const std::array<const char*, N>& known)
    {
        if (value.kind != Kind::Object)
        {
            Refuse(path, Describe(&value), what);
            return {nullptr, "", path};
        }
        CheckNames(value, path, known);
        CheckNames(value, path, std::array<const char*, 2>{"name", "properties"});
        Resource resource{&value, "", path};
        if (const auto* properties = value.Find("properties"))
        {
            resource.place = Join(path, "properties");
            for (const auto* name : known)
            {
                if (value.Find(name))
                {
                    Refuse(path, name, "it below properties, or no properties");
                }
            }
            if (properties->kind != Kind::Object)
            {
                Refuse(resource.place, Describe(properties), "an object");
                return {nullptr, "", path};
            }
            CheckNames(*properties, resource.place, known);
            resource.properties = properties;
        }
        resource.name = ReadText(value, path, "name", "a name");
        return resource;
    }

    NetworkSecurityGroupText ReadGroup(const JsonValue& value, const std::string& path)
    {
        const auto resource =
            ReadResource(value, path, "a network security group", GROUP_PROPERTIES);
        NetworkSecurityGroupText group{resource.name, m_source, path, {}};
        if (!resource.properties)
        {
            return group;
        }
        const auto& place = resource.place;
        if (const auto* rules = Require(*resource.properties,
                                        place,
                                        "securityRules",
                                        Kind::Array,
                                        "an array of rules"))
        {
            for (std::size_t i = 0; i < rules->values.size(); ++i)
            {
                const auto at = Join(Join(place, "securityRules"), i);
                group.rules.push_back(ReadRule(rules->values[i], at));
            }
        }
        if (resource.properties->Find("defaultSecurityRules"))
        {
            CheckDefaultRules(*resource.properties, place);
        }
        return group;
    }

    SecurityRuleOfDocument ReadRule(const JsonValue& value, const std::string& path)
    {
        const auto resource = ReadResource(value, path, "a security rule", RULE_PROPERTIES);
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
                Require(object, place, "priority", Kind::Number, "a whole number"))
        {
            rule.text.priority = priority->text;
        }
        rule.text.direction = ReadText(object, place, "direction", "Inbound or Outbound");
        rule.text.access = ReadText(object, place, "access", "Allow or Deny");
        rule.text.protocol = ReadText(object, place, "protocol", "a text, as Tcp or *");
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
            Refuse(Join(rule.place, prefix),
                   Describe(object.Find(prefix)),
                   "it, " + prefix + "es or " + groupsName);
        }
        if (!groups.empty() && std::count(prefixes.begin(), prefixes.end(), "*") > 0)
        {
            Refuse(Join(rule.place, groupsName),
                   Describe(object.Find(groupsName)),
                   "it without the prefix *");
        }
        const auto range = side + "PortRange";
        ports = ReadPair(object, rule, range, range + "s");
        if (ports.empty())
        {
            Refuse(Join(rule.place, range), Describe(object.Find(range)), "it or " + range + "s");
        }
    }

    /// @return the texts of the one property of a pair that says something; none if neither does
    std::vector<std::string> ReadPair(const JsonValue& object,
                                      SecurityRuleOfDocument& rule,
                                      const std::string& singular,
                                      const std::string& plural)
    {
        auto texts = ReadTexts(object, rule.place, plural);
        const auto* one = object.Find(singular);
        if (!one || one->kind == Kind::Null || (one->kind == Kind::String && one->text.empty()))
        {
            return texts;
        }
        if (one->kind != Kind::String)
        {
            Refuse(Join(rule.place, singular), Describe(one), "a text, as \"*\"");
        }
        else if (!texts.empty())
        {
            Refuse(Join(rule.place, singular), Describe(one), "it or " + plural + ", not both");
        }
        rule.singulars.push_back(singular);
        return {one->text};
    }

    /// @return the texts of an array, which may be null or missing
    std::vector<std::string> ReadTexts(const JsonValue& object,
                                       const std::string& path,
                                       const std::string& name)
    {
        std::vector<std::string> texts;
        for (const auto* value : ReadArray(object, path, name))
        {
            const auto at = Join(Join(path, name), texts.size());
            if (value->kind != Kind::String)
            {
                Refuse(at, Describe(value), "a text");
            }
            texts.push_back(value->text);
        }
        return texts;
    }

    /// @return the values of an array, which may be null or missing
    std::vector<const JsonValue*> ReadArray(const JsonValue& object,
                                            const std::string& path,
                                            const std::string& name)
    {
        std::vector<const JsonValue*> values;
        const auto* array = object.Find(name);
        if (!array || array->kind == Kind::Null)
        {
            return values;
        }
        if (array->kind != Kind::Array)
        {
            Refuse(Join(path, name), Describe(array), "an array, or null");
            return values;
        }
        for (const auto& value : array->values)
        {
            values.push_back(&value);
        }
        return values;
    }

    /// @return the names at the ends of resource ids
    std::vector<std::string> ReadGroupNames(const JsonValue& object,
                                            const std::string& path,
                                            const std::string& name)
    {
        std::vector<std::string> names;
        for (const auto* value : ReadArray(object, path, name))
        {
            const auto at = Join(Join(path, name), names.size());
            const std::string kind = APPLICATION_SECURITY_GROUPS;
            const std::string allowed = "a resource id that ends in " + kind + "NAME";
            const auto id = value->kind == Kind::Object ? ReadText(*value, at, "id", allowed) : "";
            const auto slash = ToLower(id).rfind(ToLower(kind));
            const auto found = slash == std::string::npos ? "" : id.substr(slash + kind.size());
            if (value->kind != Kind::Object)
            {
                Refuse(at, Describe(value), "an object with an id");
            }
            else if (found.empty() || found.find('/') != std::string::npos)
            {
                Refuse(Join(at, "id"), Describe(value->Find("id")), allowed);
            }
            names.push_back(found);
        }
        return names;
    }

    /// Refuse default rules that are not those that every group has (S3-31, S3-38).
    void CheckDefaultRules(const JsonValue& object, const std::string& place)
    {
        const std::string allowed = "the six default rules, which cannot be changed, or none";
        const auto path = Join(place, "defaultSecurityRules");
        std::vector<std::string> expected;
        for (const auto& rule : GetDefaultSecurityRules())
        {
            expected.push_back(GetComparable(rule));
        }
        const auto* array = object.Find("defaultSecurityRules");
        if (array->kind != Kind::Array || array->values.size() != expected.size())
        {
            Refuse(path,
                   array->kind == Kind::Array ? std::to_string(array->values.size()) + " rules"
                                              : Describe(array),
                   allowed);
            return;
        }
        for (std::size_t i = 0; i < array->values.size() && !m_error; ++i)
        {
            auto document = ReadRule(array->values[i], Join(path, i));
            const auto priority = std::exchange(document.text.priority, "100");
            const auto rule = ParseSecurityRule(document.text);
            auto found = expected.end();
            if (rule)
            {
                auto renumbered = *rule;
                renumbered.priority = ParseUnsigned(priority).value_or(0);
                found = std::find(expected.begin(), expected.end(), GetComparable(renumbered));
            }
            if (found == expected.end())
            {
                Refuse(Join(path, i), document.text.name, allowed);
                return;
            }
            expected.erase(found);
        }
    }

    const std::string& m_source;         //!< what errors begin with
    std::optional<Parsed<bool>> m_error; //!< the first
};

} // namespace

Parsed<std::vector<NetworkSecurityGroupText>>
ReadNetworkSecurityGroups(const std::string& text, const std::string& source)
{
    using Groups = Parsed<std::vector<NetworkSecurityGroupText>>;
    const auto document = ParseJson(source, text);
    if (!document)
    {
        return Groups::Refuse(document);
    }
    GroupReader reader(source);
    auto groups = reader.Read(*document);
    return reader.GetError() ? Groups::Refuse(*reader.GetError()) : Groups(std::move(groups));
}

Parsed<std::vector<NetworkSecurityGroupText>>
ReadNetworkSecurityGroupFile(const std::string& field, const std::string& path)
{
    using Groups = Parsed<std::vector<NetworkSecurityGroupText>>;
    constexpr std::size_t MAX_SIZE = 64 << 20;
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
    {
        return Groups::Refuse(field, path, "a file, not a folder");
    }
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file)
    {
        return Groups::Refuse(field,
                              path,
                              std::string("a file that can be read: ") + std::strerror(errno));
    }
    std::string text;
    std::array<char, 65536> part{};
    while (text.size() <= MAX_SIZE && file)
    {
        file.read(part.data(), part.size());
        text.append(part.data(), static_cast<std::size_t>(file.gcount()));
    }
    if (text.size() > MAX_SIZE)
    {
        return Groups::Refuse(field, path, "a file of at most 64 MiB");
    }
    return ReadNetworkSecurityGroups(text, path);
}

std::optional<std::string>
AddNetworkSecurityGroups(NetworkResources& resources,
                         const std::vector<NetworkSecurityGroupText>& groups)
{
    auto changed = resources;
    for (const auto& group : groups)
    {
        if (const auto error = changed.AddNetworkSecurityGroup(group.name))
        {
            return GetField(group.source, group.place) + ": " + *error;
        }
        for (const auto& rule : group.rules)
        {
            for (const auto& names : {rule.text.sourceApplicationSecurityGroups,
                                      rule.text.destinationApplicationSecurityGroups})
            {
                for (const auto& name : names)
                {
                    // Refused if it is there; if it cannot be, the rule is refused.
                    static_cast<void>(changed.AddApplicationSecurityGroup(name));
                }
            }
            if (const auto error = changed.AddSecurityRule(group.name, rule.text))
            {
                return GetErrorAt(group.source, rule, *error);
            }
        }
    }
    resources = changed;
    return std::nullopt;
}

std::string
WriteNetworkSecurityGroup(const NetworkSecurityGroup& group)
{
    const auto makeArray = [](const std::vector<SecurityRule>& rules) {
        JsonValue array{Kind::Array, "", {}, {}};
        for (const auto& rule : rules)
        {
            array.values.push_back(MakeSecurityRuleJson(rule));
        }
        return array;
    };
    return WriteJson({Kind::Object,
                      "",
                      {"defaultSecurityRules", "name", "securityRules"},
                      {makeArray(GetDefaultSecurityRules()),
                       {Kind::String, group.name, {}, {}},
                       makeArray(group.rules)}});
}

} // namespace ns3::azure
