// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-resources.h"

#include "ns3/azure-virtual-network.h"

#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>

namespace ns3::azure
{

namespace
{

/// One row: an address space, and whether a virtual network can have it.
struct SpaceCase
{
    const char* name;
    const char* space;
    bool isAllowed;
};

void
PrintTo(const SpaceCase& c, std::ostream* os)
{
    *os << c.space;
}

// clang-format off
const SpaceCase SPACE_CASES[] = {
    {"Ten",               "10.0.0.0/8",     true},
    {"PartOfTen",         "10.255.255.0/24", true},
    {"BelowTen",          "9.255.255.0/24", false},
    {"AboveTen",          "11.0.0.0/24",    false},
    {"WiderThanTen",      "10.0.0.0/7",     false},
    {"Shared",            "100.64.0.0/10",  true},
    {"AboveShared",       "100.128.0.0/24", false},
    {"Loopback",          "127.0.0.0/8",    false},
    {"S3_50_Host",        "168.63.129.0/24", false},
    {"S3_50_Metadata",    "169.254.0.0/16", false},
    {"Seventeen",         "172.16.0.0/12",  true},
    {"AboveSeventeen",    "172.32.0.0/24",  false},
    {"Home",              "192.168.0.0/16", true},
    {"AboveHome",         "192.169.0.0/24", false},
    {"S3_43_Services",    "198.18.128.0/24", false},
    {"Public",            "20.0.0.0/16",    false},
    {"Multicast",         "224.0.0.0/4",    false},
    {"Everything",        "0.0.0.0/0",      false},
};
// clang-format on

class AddressSpaces : public ::testing::TestWithParam<SpaceCase>
{
};

TEST_P(AddressSpaces, ArePrivate)
{
    NetworkResources resources;
    const auto& c = GetParam();
    EXPECT_EQ(!resources.AddVirtualNetwork(MakeNetwork("new", c.space, c.space)), c.isAllowed);
}

INSTANTIATE_TEST_SUITE_P(VirtualNetwork,
                         AddressSpaces,
                         ::testing::ValuesIn(SPACE_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(VirtualNetwork, S3_43_S3_44_AddressSpacesHaveNothingThatIsOnTheInternet)
{
    // what is on the Internet and has a route is the way to a service; see SelectPath()
    for (const auto& prefix : VIRTUAL_NETWORK_PREFIXES)
    {
        EXPECT_TRUE(IsNonInternet(prefix.GetFirst())) << GetText(prefix);
        EXPECT_TRUE(IsNonInternet(prefix.GetLast())) << GetText(prefix);
    }
}

/// One row: an address, and whether a network interface in 10.0.1.0/28 can have it.
struct AddressCase
{
    const char* address;
    bool isAllowed;
};

// clang-format off
constexpr AddressCase ADDRESS_CASES[] = {
    {"10.0.0.255", false}, // outside
    {"10.0.1.0",   false}, // kept: the first four
    {"10.0.1.3",   false},
    {"10.0.1.4",   true},
    {"10.0.1.14",  true},
    {"10.0.1.15",  false}, // kept: the last
    {"10.0.1.16",  false}, // outside
};
// clang-format on

TEST(VirtualNetwork, SubnetsKeepTheFirstFourAddressesAndTheLast)
{
    for (const auto& c : ADDRESS_CASES)
    {
        NetworkResources resources;
        Must(resources.AddVirtualNetwork(MakeNetwork("net", "10.0.1.0/28", "10.0.1.0/28")));
        const auto placement = MakePlacement("net", "main", c.address, "10.128.0.9");
        EXPECT_EQ(!resources.AddNetworkInterface(placement), c.isAllowed) << c.address;
    }
}

TEST(VirtualNetwork, SubnetsHaveRoomForAllButFiveAddresses)
{
    EXPECT_EQ(GetRoom(MakePrefix("10.0.0.0/8")), (1U << 24) - 5);
    EXPECT_EQ(GetRoom(MakePrefix("10.0.1.0/28")), 11U);
    EXPECT_EQ(GetRoom(MakePrefix("10.0.1.0/29")), 3U);
    EXPECT_EQ(GetRoom(MakePrefix("10.0.1.0/30")), 0U);
    EXPECT_EQ(GetRoom(MakePrefix("10.0.1.0/32")), 0U);
}

} // namespace

} // namespace ns3::azure
