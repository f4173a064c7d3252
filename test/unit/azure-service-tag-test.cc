// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-address-set.h"
#include "ns3/azure-service-tag.h"
#include "ns3/azure-text-fields.h"

#include <cstddef>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Tag = ServiceTagName;

/// One row: a text, and the tag it stands for.
struct ReadCase
{
    const char* name; // test name
    const char* text;
    ServiceTagName tag;
    const char* region;
};

void
PrintTo(const ReadCase& c, std::ostream* os)
{
    *os << c.text;
}

// clang-format off
constexpr ReadCase READ_CASES[] = {
    {"S3_40_VirtualNetwork",           "VirtualNetwork",      Tag::VirtualNetwork,      ""},
    {"S3_40_ClassicVirtualNetwork",    "VIRTUAL_NETWORK",     Tag::VirtualNetwork,      ""},
    {"S3_40_LowerCase",                "virtualnetwork",      Tag::VirtualNetwork,      ""},
    {"S3_41_AzureLoadBalancer",        "AzureLoadBalancer",   Tag::AzureLoadBalancer,   ""},
    {"S3_41_ClassicAzureLoadBalancer", "AZURE_LOADBALANCER",  Tag::AzureLoadBalancer,   ""},
    {"S3_41_ClassicLowerCase",         "azure_loadbalancer",  Tag::AzureLoadBalancer,   ""},
    {"S3_42_Internet",                 "Internet",            Tag::Internet,            ""},
    {"S3_42_ClassicInternet",          "INTERNET",            Tag::Internet,            ""},
    {"S3_43_AzureTrafficManager",      "AzureTrafficManager", Tag::AzureTrafficManager, ""},
    {"S3_43_Storage",                  "Storage",             Tag::Storage,             ""},
    {"S3_43_StorageEastUs",            "Storage.EastUS",      Tag::Storage,             "EastUS"},
    {"S3_43_RegionInOtherCase",        "storage.westeurope",  Tag::Storage,             "WestEurope"},
    {"S3_43_Sql",                      "Sql.WestEurope",      Tag::Sql,                 "WestEurope"},
    {"S3_43_AzureCosmosDB",            "AzureCosmosDB.EastUS",Tag::AzureCosmosDB,       "EastUS"},
    {"S3_43_AzureKeyVault",            "AzureKeyVault.EastUS",Tag::AzureKeyVault,       "EastUS"},
    {"B_9_AzurePlatformDNS",           "AzurePlatformDNS",    Tag::AzurePlatformDNS,    ""},
    {"B_9_AzurePlatformIMDS",          "AzurePlatformIMDS",   Tag::AzurePlatformIMDS,   ""},
    {"B_9_AzurePlatformLKM",           "AzurePlatformLKM",    Tag::AzurePlatformLKM,    ""},
};
// clang-format on

class ReadTags : public ::testing::TestWithParam<ReadCase>
{
};

TEST_P(ReadTags, AreOfBothModelsAndAnyCase)
{
    const auto& c = GetParam();
    ASSERT_TRUE(LooksLikeServiceTag(c.text));
    const auto tag = ParseServiceTag("prefix", c.text);
    ASSERT_TRUE(tag) << tag.GetError();
    EXPECT_EQ(tag->name, c.tag);
    EXPECT_EQ(tag->region, c.region);
}

const auto CASE_NAME = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(ServiceTag, ReadTags, ::testing::ValuesIn(READ_CASES), CASE_NAME);

/// One row: a text that is no tag in a cloud, and what is allowed instead.
struct RefusedCase
{
    const char* name; // test name
    const char* text;
    AzureCloud cloud;
    const char* allowed;
};

void
PrintTo(const RefusedCase& c, std::ostream* os)
{
    *os << c.text;
}

// clang-format off
constexpr const char* ALL_TAGS =
    "a service tag: VirtualNetwork, AzureLoadBalancer, Internet, AzureTrafficManager, Storage, Sql, "
    "AzureCosmosDB, AzureKeyVault, AzurePlatformDNS, AzurePlatformIMDS or AzurePlatformLKM";
constexpr RefusedCase REFUSED_CASES[] = {
    {"S3_39_UsersMakeNoTags",       "MyTag",               AzureCloud::National, ALL_TAGS},
    {"S3_39_NoneIsNoTag",           "",                    AzureCloud::National, ALL_TAGS},
    {"S3_40_NoMixedSpelling",       "Virtual-Network",     AzureCloud::Public,   nullptr},
    {"S3_42_NoRegionOfInternet",    "Internet.EastUS",     AzureCloud::Public,   "Internet, which has no regional forms"},
    {"S3_43_NoRegionOfTraffic",     "AzureTrafficManager.EastUS", AzureCloud::Public, "AzureTrafficManager, which has no regional forms"},
    {"S3_43_UnknownRegion",         "Storage.Atlantis",    AzureCloud::Public,   "Storage, Storage.EastUS or Storage.WestEurope"},
    {"S3_43_EmptyRegion",           "Storage.",            AzureCloud::Public,   "Storage, Storage.EastUS or Storage.WestEurope"},
    {"S3_43_RegionOfRegion",        "Sql.EastUS.2",        AzureCloud::Public,   "Sql, Sql.EastUS or Sql.WestEurope"},
    {"S3_43_NoRegionInOtherClouds", "Storage.EastUS",      AzureCloud::National, "Storage, which has no regional forms in a national cloud"},
};
// clang-format on

class RefusedTags : public ::testing::TestWithParam<RefusedCase>
{
};

TEST_P(RefusedTags, NameFieldTextAndWhatIsAllowed)
{
    const auto& c = GetParam();
    const auto tag = ParseServiceTag("prefix", c.text, c.cloud);
    ASSERT_FALSE(tag);
    const auto begin = "prefix: '" + std::string(c.text) + "' is not allowed; give ";
    if (c.allowed != nullptr)
    {
        EXPECT_EQ(tag.GetError(), begin + c.allowed);
        return;
    }
    EXPECT_EQ(tag.GetError(),
              begin + ALL_TAGS +
                  ", and for a region of Storage, Sql, AzureCosmosDB or AzureKeyVault as in "
                  "Storage.EastUS");
}

INSTANTIATE_TEST_SUITE_P(ServiceTag, RefusedTags, ::testing::ValuesIn(REFUSED_CASES), CASE_NAME);

TEST(ServiceTag, IsReadBackFromWhatIsWritten)
{
    // 11 tags, and 2 regions of 4 of them
    EXPECT_EQ(GetServiceTags().size(), 11U + 2 * 4);
    for (const auto& tag : GetServiceTags())
    {
        const auto text = GetText(tag);
        EXPECT_EQ(*ParseServiceTag("prefix", text), tag) << text;
    }
}

TEST(ServiceTag, S3_43_CoversEachOfItsRegions)
{
    for (const auto& tag : GetServiceTags())
    {
        const auto prefixes = GetServiceTagPrefixes(tag);
        if (tag.region.empty())
        {
            continue;
        }
        ASSERT_TRUE(prefixes) << tag.region;
        ASSERT_EQ(prefixes->size(), 1U);
        const AddressSet everywhere(*GetServiceTagPrefixes({tag.name, ""}));
        EXPECT_TRUE(everywhere.Contains(prefixes->front().GetFirst())) << GetText(tag);
        EXPECT_TRUE(everywhere.Contains(prefixes->front().GetLast())) << GetText(tag);
    }
}

TEST(ServiceTag, S3_41_AzureLoadBalancerIsWhereProbesComeFrom)
{
    EXPECT_EQ(*GetServiceTagPrefixes({Tag::AzureLoadBalancer, ""}),
              (std::vector<AddressPrefix>{{HOST_SERVICE_ADDRESS, 32}}));
}

TEST(ServiceTag, B_9_PlatformTagsAreTheHostsAddresses)
{
    EXPECT_EQ(*GetServiceTagPrefixes({Tag::AzurePlatformDNS, ""}),
              (std::vector<AddressPrefix>{{HOST_SERVICE_ADDRESS, 32}}));
    EXPECT_EQ(*GetServiceTagPrefixes({Tag::AzurePlatformIMDS, ""}),
              (std::vector<AddressPrefix>{{INSTANCE_METADATA_ADDRESS, 32}}));
}

TEST(ServiceTag, S3_40_S3_42_DependsOnTheVirtualNetwork)
{
    EXPECT_FALSE(GetServiceTagPrefixes({Tag::VirtualNetwork, ""}));
    EXPECT_FALSE(GetServiceTagPrefixes({Tag::Internet, ""}));
}

TEST(ServiceTag, S3_43_ServicesAreOnTheInternetAndApart)
{
    const auto example = *ParseAddressPrefix("example", "198.18.128.0/17");
    AddressSet taken;
    std::size_t size = 0;
    for (const auto& tag : GetServiceTags())
    {
        const auto prefixes = GetServiceTagPrefixes(tag);
        const bool isService = tag.region.empty() && tag.name >= Tag::AzureTrafficManager &&
                               tag.name <= Tag::AzureKeyVault;
        for (std::size_t i = 0; isService && i < prefixes->size(); ++i)
        {
            const auto& prefix = (*prefixes)[i];
            EXPECT_TRUE(example.Contains(prefix)) << GetText(tag);
            EXPECT_FALSE(IsNonInternet(prefix.GetFirst())) << GetText(tag);
            EXPECT_FALSE(taken.Contains(prefix.GetFirst())) << GetText(tag);
            EXPECT_FALSE(taken.Contains(prefix.GetLast())) << GetText(tag);
            taken.Add(prefix);
            ++size;
        }
    }
    EXPECT_EQ(size, 5U); // the two regions of a service come out as one prefix
}

} // namespace

} // namespace ns3::azure
