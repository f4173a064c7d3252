// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-address-prefix.h"
#include "ns3/azure-text-fields.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>
#include <string>

namespace ns3::azure
{

namespace
{

/// One row: a text, and the prefix it stands for.
struct ReadCase
{
    const char* name; // test name
    const char* text;
    uint32_t first; // lowest address
    uint32_t last;  // highest address
    const char* writtenBack;
};

void
PrintTo(const ReadCase& c, std::ostream* os)
{
    *os << c.text;
}

// clang-format off
constexpr ReadCase READ_CASES[] = {
    // name      text                  first       last        writtenBack
    {"Address",  "10.0.0.4",           0x0a000004, 0x0a000004, "10.0.0.4/32"},
    {"Single",   "255.255.255.255/32", 0xffffffff, 0xffffffff, "255.255.255.255/32"},
    {"Two",      "10.0.0.4/31",        0x0a000004, 0x0a000005, "10.0.0.4/31"},
    {"Subnet",   "10.0.1.0/24",        0x0a000100, 0x0a0001ff, "10.0.1.0/24"},
    {"UpperHalf","128.0.0.0/1",        0x80000000, 0xffffffff, "128.0.0.0/1"},
    {"All",      "0.0.0.0/0",          0x00000000, 0xffffffff, "0.0.0.0/0"},
};
// clang-format on

class ReadPrefixes : public ::testing::TestWithParam<ReadCase>
{
};

TEST_P(ReadPrefixes, ReachFromTheLowestToTheHighestAddress)
{
    const auto& c = GetParam();
    const auto prefix = ParseAddressPrefix("address", c.text);
    ASSERT_TRUE(prefix) << prefix.GetError();
    EXPECT_TRUE(prefix->IsValid());
    EXPECT_EQ(prefix->GetFirst(), c.first);
    EXPECT_EQ(prefix->GetLast(), c.last);
    EXPECT_TRUE(prefix->Contains(c.first));
    EXPECT_TRUE(prefix->Contains(c.last));
    // the numbers before the lowest and after the highest address; all of them around zero
    const bool isAll = prefix->length == 0;
    EXPECT_EQ(prefix->Contains(c.first - 1), isAll);
    EXPECT_EQ(prefix->Contains(c.last + 1), isAll);
    EXPECT_EQ(GetText(*prefix), c.writtenBack);
}

const auto CASE_NAME = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(AddressPrefix, ReadPrefixes, ::testing::ValuesIn(READ_CASES), CASE_NAME);

/// One row: a text that is no prefix, and what is allowed instead.
struct RefusedCase
{
    const char* name; // test name
    const char* text;
    const char* allowed;
};

void
PrintTo(const RefusedCase& c, std::ostream* os)
{
    *os << c.text;
}

// clang-format off
constexpr RefusedCase REFUSED_CASES[] = {
    {"Empty",         "",              "an IPv4 address, or a prefix as 10.0.0.0/8"},
    {"Word",          "everywhere",    "an IPv4 address, or a prefix as 10.0.0.0/8"},
    {"ThreeNumbers",  "10.0.0/8",      "an IPv4 address, or a prefix as 10.0.0.0/8"},
    {"TooBigNumber",  "10.0.0.256",    "an IPv4 address, or a prefix as 10.0.0.0/8"},
    {"SpaceInFront",  " 10.0.0.4",     "an IPv4 address, or a prefix as 10.0.0.0/8"},
    {"NoLength",      "10.0.0.0/",     "a prefix length of 0 to 32, as in 10.0.0.0/8"},
    {"TooLong",       "10.0.0.0/33",   "a prefix length of 0 to 32, as in 10.0.0.0/8"},
    {"Negative",      "10.0.0.0/-1",   "a prefix length of 0 to 32, as in 10.0.0.0/8"},
    {"LengthAsMask",  "10.0.0.0/255.0.0.0", "a prefix length of 0 to 32, as in 10.0.0.0/8"},
    {"LeadingZero",   "10.0.0.0/08",   "a prefix length of 0 to 32, as in 10.0.0.0/8"},
    {"TwoZeros",      "0.0.0.0/00",    "a prefix length of 0 to 32, as in 10.0.0.0/8"},
    {"ZeroInAddress", "010.0.0.0/8",   "an IPv4 address, or a prefix as 10.0.0.0/8"},
    {"Ipv6Everywhere", "::/0",         "an IPv4 address or prefix; IPv6 is not modeled"},
    {"Ipv6Prefix",    "2001:db8::/32", "an IPv4 address or prefix; IPv6 is not modeled"},
    {"Ipv6Letters",   "fe80::1",       "an IPv4 address or prefix; IPv6 is not modeled"},
    {"Ipv6Mapped",    "::ffff:10.0.0.4", "an IPv4 address or prefix; IPv6 is not modeled"},
    {"PortBehind",    "10.0.0.4:80g",  "an IPv4 address, or a prefix as 10.0.0.0/8"},
    {"BitsBeyond",    "10.0.0.4/24",   "a prefix whose bits beyond its length are zero, as in 10.0.0.0/8"},
    {"BitsBeyondAll", "0.0.0.1/0",     "a prefix whose bits beyond its length are zero, as in 10.0.0.0/8"},
};
// clang-format on

class RefusedPrefixes : public ::testing::TestWithParam<RefusedCase>
{
};

TEST_P(RefusedPrefixes, NameFieldTextAndWhatIsAllowed)
{
    const auto& c = GetParam();
    const auto prefix = ParseAddressPrefix("addressSpace", c.text);
    ASSERT_FALSE(prefix);
    EXPECT_EQ(prefix.GetError(),
              "addressSpace: '" + std::string(c.text) + "' is not allowed; give " + c.allowed);
}

INSTANTIATE_TEST_SUITE_P(AddressPrefix,
                         RefusedPrefixes,
                         ::testing::ValuesIn(REFUSED_CASES),
                         CASE_NAME);

TEST(AddressPrefix, OverlapsWhatContainsItOrLiesInIt)
{
    const AddressPrefix wide{0x0a000000, 8};
    const AddressPrefix narrow{0x0a010000, 16};
    const AddressPrefix beside{0x0a020000, 16};
    EXPECT_TRUE(wide.Contains(narrow));
    EXPECT_FALSE(narrow.Contains(wide));
    EXPECT_TRUE(wide.Overlaps(narrow));
    EXPECT_TRUE(narrow.Overlaps(wide));
    EXPECT_TRUE(narrow.Overlaps(narrow));
    EXPECT_FALSE(narrow.Overlaps(beside));
    EXPECT_TRUE(ANY_ADDRESS.Contains(narrow));
}

TEST(AddressPrefix, IsNotValidWithBitsBeyondItsLength)
{
    EXPECT_TRUE((AddressPrefix{0xffffffff, 32}.IsValid()));
    EXPECT_FALSE((AddressPrefix{0x0a000001, 31}.IsValid()));
    EXPECT_FALSE((AddressPrefix{0x00000001, 0}.IsValid()));
    EXPECT_FALSE((AddressPrefix{0x0a000000, 33}.IsValid()));
}

TEST(AddressPrefix, S3_50_HostAddressesAreNoneOfTheInternet)
{
    EXPECT_TRUE(IsNonInternet(Ipv4Address("168.63.129.16")));
    EXPECT_FALSE(IsNonInternet(Ipv4Address("168.63.129.15")));
    EXPECT_FALSE(IsNonInternet(Ipv4Address("168.63.129.17")));
    EXPECT_TRUE(IsNonInternet(Ipv4Address("169.254.169.254")));
    EXPECT_EQ(Ipv4Address(HOST_SERVICE_ADDRESS), Ipv4Address("168.63.129.16"));
    EXPECT_EQ(Ipv4Address(INSTANCE_METADATA_ADDRESS), Ipv4Address("169.254.169.254"));
}

} // namespace

} // namespace ns3::azure
