// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-random-variable-text.h"

#include "azure-parse.h"
#include "azure-text-fields.h"

#include <algorithm>
#include <cctype>

namespace ns3::azure
{

namespace
{

bool
IsWord(const std::string& text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) != 0;
    });
}

bool
IsTypeName(const std::string& text)
{
    const std::string prefix = "ns3::";
    const std::string suffix = "RandomVariable";
    return text.size() > prefix.size() + suffix.size() && text.rfind(prefix, 0) == 0 &&
           text.compare(text.size() - suffix.size(), suffix.size(), suffix) == 0 &&
           IsWord(text.substr(prefix.size()));
}

/// @return the NAME=VALUE pairs between the brackets, or nothing if one is not such a pair
std::optional<std::vector<std::pair<std::string, std::string>>>
ParseAttributes(const std::string& text)
{
    std::vector<std::pair<std::string, std::string>> attributes;
    for (const auto& pair : SplitFields(text, '|'))
    {
        const auto equals = std::min(pair.find('='), pair.size());
        const auto name = pair.substr(0, equals);
        const auto value = pair.substr(std::min(equals + 1, pair.size()));
        const bool isValue = ParseDouble(value) || value == "true" || value == "false";
        if (!IsWord(name) || !isValue)
        {
            return std::nullopt;
        }
        attributes.emplace_back(name, value);
    }
    return attributes;
}

} // namespace

std::optional<RandomVariableText>
ParseRandomVariableText(const std::string& text)
{
    RandomVariableText parts;
    const auto bracket = text.find('[');
    parts.typeName = text.substr(0, bracket);
    if (!IsTypeName(parts.typeName))
    {
        return std::nullopt;
    }
    if (bracket == std::string::npos)
    {
        return parts;
    }
    if (text.back() != ']')
    {
        return std::nullopt;
    }
    auto attributes = ParseAttributes(text.substr(bracket + 1, text.size() - bracket - 2));
    if (!attributes)
    {
        return std::nullopt;
    }
    parts.attributes = std::move(*attributes);
    return parts;
}

} // namespace ns3::azure
