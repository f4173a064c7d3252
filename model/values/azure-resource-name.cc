// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-resource-name.h"

#include "azure-limits.h"
#include "azure-parsed.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

constexpr bool
IsLetterOrDigit(char c)
{
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9');
}

constexpr bool
IsInner(char c)
{
    return IsLetterOrDigit(c) || c == '_' || c == '.' || c == '-';
}

} // namespace

bool
IsResourceName(const std::string& text)
{
    return !text.empty() && text.size() <= MAX_SECURITY_RULE_NAME &&
           IsLetterOrDigit(text.front()) && std::all_of(text.begin(), text.end(), IsInner) &&
           (IsLetterOrDigit(text.back()) || text.back() == '_');
}

std::string
GetAllowedResourceNames()
{
    return "1 to " + std::to_string(MAX_SECURITY_RULE_NAME) +
           " letters, digits, underscores, periods or hyphens, beginning with a letter or digit "
           "and not ending in a period or hyphen";
}

std::optional<std::string>
CheckNewName(const std::string& field, const std::string& name, bool isTaken)
{
    if (!IsResourceName(name))
    {
        return GetRefusal(field, name, GetAllowedResourceNames());
    }
    return isTaken ? std::make_optional(GetRefusal(field, name, "a name that no other one has"))
                   : std::nullopt;
}

} // namespace ns3::azure
