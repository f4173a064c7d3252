// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-network-security-group-json.h"

#include "azure-json-value.h"
#include "azure-resource-document.h"
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
#include <set>
#include <utility>

namespace ns3::azure
{

namespace
{

using Kind = JsonValue::Kind;

/// ARM's name for network security groups.
const std::string GROUP_TYPE = "Microsoft.Network/networkSecurityGroups";

/// What a group may have on top of its name.
const std::vector<std::string> GROUP_PROPERTIES{"securityRules", "defaultSecurityRules"};

std::string
ToLower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

/// @return all that a rule says, in a form that compares; names of rules ignore case
std::string
GetComparable(SecurityRule rule)
{
    rule.name = ToLower(rule.name);
    return WriteJson(MakeSecurityRuleJson(rule));
}

/// @return all that a rule of a document says, but its name, in a form that compares; empty if it
///         cannot be a rule
std::string
GetComparableButName(const SecurityRuleText& text)
{
    const auto rule = ParseSecurityRule(text);
    if (!rule)
    {
        return "";
    }
    auto nameless = *rule;
    nameless.name.clear();
    return GetComparable(nameless);
}

/// Walks a document and remembers the first thing that is wrong with it.
class GroupReader
{
  public:
    explicit GroupReader(const std::string& source)
        : m_source(source),
          m_reader(source)
    {
    }

    /// @return the groups, as far as nothing is wrong
    std::vector<NetworkSecurityGroupText> Read(const JsonValue& document)
    {
        std::vector<NetworkSecurityGroupText> groups;
        for (const auto& [value, place] :
             FindResources(m_reader, document, GROUP_TYPE, "network security group"))
        {
            groups.push_back(ReadGroup(*value, place));
        }
        CheckRulesApart(document, groups);
        return groups;
    }

    /// @return what is wrong, or nothing
    const std::optional<Parsed<bool>>& GetError() const
    {
        return m_reader.GetError();
    }

  private:
    NetworkSecurityGroupText ReadGroup(const JsonValue& value, const std::string& path)
    {
        const auto resource =
            m_reader.ReadResource(value, path, "a network security group", GROUP_PROPERTIES);
        NetworkSecurityGroupText group{resource.name, m_source, path, {}};
        if (!resource.properties)
        {
            return group;
        }
        if (const auto* inner = value.Find("resources"); inner && !inner->values.empty())
        {
            m_reader.Refuse(ResourceReader::Join(path, "resources"),
                            ResourceReader::Describe(inner),
                            "rules among the securityRules of the group");
        }
        const auto& place = resource.place;
        for (const auto* rule : m_reader.ReadArray(*resource.properties, place, "securityRules"))
        {
            const auto at = ResourceReader::Join(ResourceReader::Join(place, "securityRules"),
                                                 group.rules.size());
            group.rules.push_back(ReadSecurityRule(m_reader, *rule, at));
        }
        if (resource.properties->Find("defaultSecurityRules"))
        {
            CheckDefaultRules(*resource.properties, place);
        }
        return group;
    }

    /// Refuse a template's rules that are resources of their own, but for those that their group
    /// has too: exported templates have every rule twice.
    void CheckRulesApart(const JsonValue& document,
                         const std::vector<NetworkSecurityGroupText>& groups)
    {
        const auto apart = FindTemplateResources(document, GROUP_TYPE + "/securityRules");
        std::set<std::string> known;
        for (const auto& group : groups)
        {
            for (const auto& rule : group.rules)
            {
                known.insert(GetComparableButName(rule.text));
            }
        }
        for (const auto& [value, place] : apart)
        {
            // Its name is GROUP/RULE, and mostly an expression, which is no error here.
            ResourceReader tolerant(m_source);
            const auto rule = ReadSecurityRule(tolerant, *value, place);
            if (known.count(GetComparableButName(rule.text)) == 0)
            {
                m_reader.Refuse(place,
                                ResourceReader::Describe(value->Find("name")),
                                "its rule among the securityRules of its group");
            }
        }
    }

    /// Refuse default rules that are not those that every group has (S3-31, S3-38).
    void CheckDefaultRules(const JsonValue& object, const std::string& place)
    {
        const std::string allowed = "the six default rules, which cannot be changed, or none";
        const auto path = ResourceReader::Join(place, "defaultSecurityRules");
        std::vector<std::string> expected;
        for (const auto& rule : GetDefaultSecurityRules())
        {
            expected.push_back(GetComparable(rule));
        }
        const auto* array = object.Find("defaultSecurityRules");
        if (array->kind != Kind::Array || array->values.size() != expected.size())
        {
            m_reader.Refuse(path,
                            array->kind == Kind::Array
                                ? std::to_string(array->values.size()) + " rules"
                                : ResourceReader::Describe(array),
                            allowed);
            return;
        }
        for (std::size_t i = 0; i < array->values.size() && !m_reader.GetError(); ++i)
        {
            auto document =
                ReadSecurityRule(m_reader, array->values[i], ResourceReader::Join(path, i));
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
                m_reader.Refuse(ResourceReader::Join(path, i), document.text.name, allowed);
                return;
            }
            expected.erase(found);
        }
    }

    std::string m_source;    //!< the document
    ResourceReader m_reader; //!< remembers what is wrong
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
            return ResourceReader::GetField(group.source, group.place) + ": " + *error;
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
                return GetErrorInDocument(group.source, group.name, rule, *error);
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
