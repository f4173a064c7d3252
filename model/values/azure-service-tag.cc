// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-service-tag.h"

#include "azure-address-set.h"
#include "azure-text-fields.h"

#include <array>
#include <cstddef>

namespace ns3::azure
{

namespace
{

/// One row of TAGS.
struct TagRow
{
    ServiceTagName name;   //!< which
    const char* spelling;  //!< Resource Manager's
    const char* classic;   //!< the classic model's; null if it is the same
    bool dependsOnNetwork; //!< its prefixes are not in PREFIXES
    bool hasRegions;       //!< S3-43
};

/// One row of PREFIXES: some addresses of a tag.
struct PrefixRow
{
    ServiceTagName name;  //!< the tag they belong to
    const char* region;   //!< and its region; empty for tags without regions
    AddressPrefix prefix; //!< the addresses
};

// clang-format off
/// Every tag once, in enum order.
constexpr std::array<TagRow, 11> TAGS{{
    // name                              spelling               classic                dependsOn- hasRegions
    //                                                                                 Network
    {ServiceTagName::VirtualNetwork,      "VirtualNetwork",      "VIRTUAL_NETWORK",    true,      false},
    {ServiceTagName::AzureLoadBalancer,   "AzureLoadBalancer",   "AZURE_LOADBALANCER", false,     false},
    {ServiceTagName::Internet,            "Internet",            "INTERNET",           true,      false},
    {ServiceTagName::AzureTrafficManager, "AzureTrafficManager", nullptr,              false,     false},
    {ServiceTagName::Storage,             "Storage",             nullptr,              false,     true},
    {ServiceTagName::Sql,                 "Sql",                 nullptr,              false,     true},
    {ServiceTagName::AzureCosmosDB,       "AzureCosmosDB",       nullptr,              false,     true},
    {ServiceTagName::AzureKeyVault,       "AzureKeyVault",       nullptr,              false,     true},
    {ServiceTagName::AzurePlatformDNS,    "AzurePlatformDNS",    nullptr,              false,     false},
    {ServiceTagName::AzurePlatformIMDS,   "AzurePlatformIMDS",   nullptr,              false,     false},
    {ServiceTagName::AzurePlatformLKM,    "AzurePlatformLKM",    nullptr,              false,     false},
}};

/// The registry, in the order of TAGS.  What is in 198.18.128.0/17 is our choice; so are the
/// servers that license Windows, whose addresses the sources do not name.
constexpr std::array<PrefixRow, 13> PREFIXES{{
    {ServiceTagName::AzureLoadBalancer,   "",           {HOST_SERVICE_ADDRESS, 32}},
    {ServiceTagName::AzureTrafficManager, "",           {0xc612c000, 24}}, // 198.18.192.0
    {ServiceTagName::Storage,             "EastUS",     {0xc6128000, 21}}, // 198.18.128.0
    {ServiceTagName::Storage,             "WestEurope", {0xc6128800, 21}}, // 198.18.136.0
    {ServiceTagName::Sql,                 "EastUS",     {0xc6129000, 21}}, // 198.18.144.0
    {ServiceTagName::Sql,                 "WestEurope", {0xc6129800, 21}}, // 198.18.152.0
    {ServiceTagName::AzureCosmosDB,       "EastUS",     {0xc612a000, 21}}, // 198.18.160.0
    {ServiceTagName::AzureCosmosDB,       "WestEurope", {0xc612a800, 21}}, // 198.18.168.0
    {ServiceTagName::AzureKeyVault,       "EastUS",     {0xc612b000, 21}}, // 198.18.176.0
    {ServiceTagName::AzureKeyVault,       "WestEurope", {0xc612b800, 21}}, // 198.18.184.0
    {ServiceTagName::AzurePlatformDNS,    "",           {HOST_SERVICE_ADDRESS, 32}},
    {ServiceTagName::AzurePlatformIMDS,   "",           {INSTANCE_METADATA_ADDRESS, 32}},
    {ServiceTagName::AzurePlatformLKM,    "",           {0xc612c100, 24}}, // 198.18.193.0
}};
// clang-format on

/// @return the row of TAGS
const TagRow&
GetRow(ServiceTagName name)
{
    return TAGS[static_cast<std::size_t>(name)];
}

/// @return what a user may write in place of an unknown tag
std::string
GetAllowedTags(AzureCloud cloud)
{
    std::vector<std::string> tags;
    std::vector<std::string> regional;
    for (const auto& row : TAGS)
    {
        tags.emplace_back(row.spelling);
        if (row.hasRegions)
        {
            regional.emplace_back(row.spelling);
        }
    }
    auto text = "a service tag: " + JoinAlternatives(tags);
    if (cloud == AzureCloud::Public)
    {
        text += ", and for a region of " + JoinAlternatives(regional) + " as in Storage.EastUS";
    }
    return text;
}

/// @return the region as the registry spells it; or the error
Parsed<ServiceTag>
ParseRegion(const std::string& field,
            const std::string& text,
            const TagRow& row,
            const std::string& region,
            AzureCloud cloud)
{
    const std::string tag = row.spelling;
    if (!row.hasRegions)
    {
        return Parsed<ServiceTag>::Refuse(field, text, tag + ", which has no regional forms");
    }
    if (cloud == AzureCloud::National)
    {
        return Parsed<ServiceTag>::Refuse(field,
                                          text,
                                          tag +
                                              ", which has no regional forms in a national cloud");
    }
    std::vector<std::string> allowed{tag};
    for (const auto& each : PREFIXES)
    {
        if (each.name == row.name && IsSameWord(each.region, region))
        {
            return ServiceTag{row.name, each.region};
        }
        if (each.name == row.name)
        {
            allowed.push_back(tag + "." + each.region);
        }
    }
    return Parsed<ServiceTag>::Refuse(field, text, JoinAlternatives(allowed));
}

} // namespace

const char*
GetName(ServiceTagName name)
{
    return GetRow(name).spelling;
}

std::ostream&
operator<<(std::ostream& os, const ServiceTag& tag)
{
    os << GetName(tag.name);
    return tag.region.empty() ? os : os << '.' << tag.region;
}

Parsed<ServiceTag>
ParseServiceTag(const std::string& field, const std::string& text, AzureCloud cloud)
{
    const auto dot = text.find('.');
    const auto word = text.substr(0, dot);
    for (const auto& row : TAGS)
    {
        if (IsSameWord(word, row.spelling))
        {
            return dot == std::string::npos
                       ? ServiceTag{row.name, ""}
                       : ParseRegion(field, text, row, text.substr(dot + 1), cloud);
        }
        if (row.classic != nullptr && IsSameWord(text, row.classic))
        {
            return ServiceTag{row.name, ""};
        }
    }
    return Parsed<ServiceTag>::Refuse(field, text, GetAllowedTags(cloud));
}

bool
LooksLikeServiceTag(const std::string& text)
{
    const char first = text.empty() ? '\0' : text.front();
    return ('A' <= first && first <= 'Z') || ('a' <= first && first <= 'z');
}

std::optional<std::vector<AddressPrefix>>
GetServiceTagPrefixes(const ServiceTag& tag)
{
    if (GetRow(tag.name).dependsOnNetwork)
    {
        return std::nullopt;
    }
    AddressSet addresses;
    for (const auto& row : PREFIXES)
    {
        if (row.name == tag.name && (tag.region.empty() || tag.region == row.region))
        {
            addresses.Add(row.prefix);
        }
    }
    return addresses.GetPrefixes();
}

std::vector<ServiceTag>
GetServiceTags()
{
    std::vector<ServiceTag> tags;
    for (const auto& row : TAGS)
    {
        tags.push_back({row.name, ""});
        for (const auto& each : PREFIXES)
        {
            if (row.hasRegions && each.name == row.name)
            {
                tags.push_back({row.name, each.region});
            }
        }
    }
    return tags;
}

} // namespace ns3::azure
