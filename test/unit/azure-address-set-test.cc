// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-resources.h"

#include "ns3/azure-address-set.h"
#include "ns3/azure-text-fields.h"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// @return the set's prefixes, with a space after each
std::string
GetPrefixTexts(const AddressSet& addresses)
{
    std::string text;
    for (const auto& prefix : addresses.GetPrefixes())
    {
        text += GetText(prefix) + " ";
    }
    return text;
}

/// One row: what is done to an empty set, and the fewest prefixes of what is left.
struct WorkCase
{
    const char* name;               // test name
    std::vector<std::string> steps; // +prefix or -prefix
    const char* prefixes;           // expected, with a space after each
};

void
PrintTo(const WorkCase& c, std::ostream* os)
{
    *os << c.name;
}

const WorkCase WORK_CASES[] = {
    {"Empty", {}, ""},
    {"One", {"+10.0.0.0/8"}, "10.0.0.0/8 "},
    {"TwoHalves", {"+10.0.0.0/9", "+10.128.0.0/9"}, "10.0.0.0/8 "},
    {"TwoHalvesBackwards", {"+10.128.0.0/9", "+10.0.0.0/9"}, "10.0.0.0/8 "},
    // 10.0.1.0 is no multiple of 512 addresses: the neighbors do not make up a /23
    {"NeighborsThatDoNotPair", {"+10.0.1.0/24", "+10.0.2.0/24"}, "10.0.1.0/24 10.0.2.0/24 "},
    {"Inside", {"+10.0.0.0/8", "+10.1.0.0/16"}, "10.0.0.0/8 "},
    {"Around", {"+10.1.0.0/16", "+10.3.0.0/16", "+10.0.0.0/8"}, "10.0.0.0/8 "},
    {"Bridge", {"+10.0.0.0/26", "+10.0.0.128/25", "+10.0.0.64/26"}, "10.0.0.0/24 "},
    {"AllOfIt", {"+0.0.0.0/0"}, "0.0.0.0/0 "},
    {"BothEnds", {"+0.0.0.0/32", "+255.255.255.255/32"}, "0.0.0.0/32 255.255.255.255/32 "},
    {"HalvesOfAll", {"+128.0.0.0/1", "+0.0.0.0/1"}, "0.0.0.0/0 "},
    {"TakeAll", {"+10.0.0.0/8", "-0.0.0.0/0"}, ""},
    {"TakeWhatIsNotThere", {"+10.0.0.0/8", "-11.0.0.0/8"}, "10.0.0.0/8 "},
    {"TakeTheLowest", {"+10.0.0.0/30", "-10.0.0.0"}, "10.0.0.1/32 10.0.0.2/31 "},
    {"TakeTheHighest", {"+10.0.0.0/30", "-10.0.0.3"}, "10.0.0.0/31 10.0.0.2/32 "},
    {"TakeFromTwo", {"+10.0.0.0/25", "+10.0.1.0/25", "-10.0.0.0/23"}, ""},
    {"PutBack", {"+10.0.0.0/8", "-10.1.0.0/16", "+10.1.0.0/16"}, "10.0.0.0/8 "},
    // what is left after the highest address is taken: the lower half, the lower half of the rest,
    // ...
    {"TakeTheHighestOfEight",
     {"+255.255.255.248/29", "-255.255.255.255"},
     "255.255.255.248/30 255.255.255.252/31 255.255.255.254/32 "},
};

class WorkedSets : public ::testing::TestWithParam<WorkCase>
{
};

TEST_P(WorkedSets, AreTheFewestPrefixesOfWhatIsLeft)
{
    AddressSet addresses;
    for (const auto& step : GetParam().steps)
    {
        const auto prefix = MakePrefix(step.substr(1));
        step[0] == '+' ? addresses.Add(prefix) : addresses.Subtract(prefix);
    }
    EXPECT_EQ(GetPrefixTexts(addresses), GetParam().prefixes);
    EXPECT_EQ(GetPrefixTexts(AddressSet(addresses.GetPrefixes())), GetParam().prefixes);
}

INSTANTIATE_TEST_SUITE_P(AddressSet,
                         WorkedSets,
                         ::testing::ValuesIn(WORK_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(AddressSet, ContainsItsEndsAndNothingBeside)
{
    const AddressSet addresses({MakePrefix("10.0.0.0/24"), MakePrefix("10.0.2.0/24")});
    EXPECT_FALSE(addresses.Contains(0x09ffffff));
    EXPECT_TRUE(addresses.Contains(0x0a000000));
    EXPECT_TRUE(addresses.Contains(0x0a0000ff));
    EXPECT_FALSE(addresses.Contains(0x0a000100));
    EXPECT_FALSE(addresses.Contains(0x0a0001ff));
    EXPECT_TRUE(addresses.Contains(0x0a000200));
    EXPECT_TRUE(addresses.Contains(0x0a0002ff));
    EXPECT_FALSE(addresses.Contains(0x0a000300));
    EXPECT_FALSE(AddressSet().Contains(0));
    EXPECT_TRUE(AddressSet({ANY_ADDRESS}).Contains(0xffffffff));
}

/// Addresses of the random walk: 0 to 127 from a base, so that both ends of all can be reached.
constexpr std::size_t UNIVERSE = 128;

/// @return how many prefixes an aligned block of addresses takes at least, by trying all of it
std::size_t
CountFewest(const std::bitset<UNIVERSE>& model, std::size_t first, std::size_t size)
{
    std::size_t count = 0;
    for (std::size_t i = first; i < first + size; ++i)
    {
        count += model[i] ? 1 : 0;
    }
    if (count == 0 || count == size)
    {
        return count == 0 ? 0 : 1;
    }
    return CountFewest(model, first, size / 2) + CountFewest(model, first + size / 2, size / 2);
}

class AddressSetWalk : public ::testing::TestWithParam<uint32_t>
{
};

TEST_P(AddressSetWalk, AgreesWithASetOfSingleAddresses)
{
    const uint32_t base = GetParam();
    std::mt19937_64 random(base + 1);
    AddressSet addresses;
    std::bitset<UNIVERSE> model;
    for (int step = 0; step < 3000; ++step)
    {
        const auto bits = static_cast<uint8_t>(random() % 6);
        const auto size = std::size_t{1} << bits;
        const auto first = random() % (UNIVERSE / size) * size;
        const AddressPrefix prefix{base + static_cast<uint32_t>(first),
                                   static_cast<uint8_t>(32 - bits)};
        const bool isAdded = random() % 2 == 0;
        isAdded ? addresses.Add(prefix) : addresses.Subtract(prefix);
        for (std::size_t i = first; i < first + size; ++i)
        {
            model[i] = isAdded;
        }
        for (std::size_t i = 0; i < UNIVERSE; ++i)
        {
            ASSERT_EQ(addresses.Contains(base + static_cast<uint32_t>(i)), model[i])
                << "address " << i << " after step " << step;
        }
        const auto prefixes = addresses.GetPrefixes();
        ASSERT_EQ(prefixes.size(), CountFewest(model, 0, UNIVERSE)) << "after step " << step;
        const AddressSet again(prefixes);
        ASSERT_EQ(again.GetPrefixes(), prefixes) << "after step " << step;
    }
}

INSTANTIATE_TEST_SUITE_P(AddressSet,
                         AddressSetWalk,
                         ::testing::Values(0U, 0x0a000000U, 0xffffff80U));

} // namespace

} // namespace ns3::azure
