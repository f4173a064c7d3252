// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-public-endpoint-table.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>
#include <random>
#include <vector>

namespace ns3::azure
{

namespace
{

using Match = PublicEndpointMatch;

const Ipv4Address FRONTEND("198.51.100.1");
const Ipv4Address NEIGHBOR("198.51.100.2");
const Ipv4Address OWN("198.51.100.9");

/// Two members on a frontend, with a gap between their blocks, and an ILPIP.
class PublicEndpoints : public ::testing::Test
{
  protected:
    PublicEndpoints()
    {
        EXPECT_TRUE(m_table.Insert(FRONTEND, {1024, 2047}, 1));
        EXPECT_TRUE(m_table.Insert(FRONTEND, {4096, 5119}, 2));
        EXPECT_TRUE(m_table.Insert(OWN, {0, 65535}, 3));
    }

    void ExpectFound(Ipv4Address address, uint16_t port, uint32_t target) const
    {
        const auto found = m_table.Lookup(address, port);
        EXPECT_EQ(found.match, Match::Found) << address << ":" << port;
        EXPECT_EQ(found.target, target) << address << ":" << port;
    }

    void ExpectMissing(Ipv4Address address, uint16_t port, Match match) const
    {
        EXPECT_EQ(m_table.Lookup(address, port).match, match) << address << ":" << port;
    }

    PublicEndpointTable m_table;
};

TEST_F(PublicEndpoints, BlocksBelongToTheirTargetAtBothEnds)
{
    ExpectFound(FRONTEND, 1024, 1);
    ExpectFound(FRONTEND, 2047, 1);
    ExpectFound(FRONTEND, 4096, 2);
    ExpectFound(FRONTEND, 5119, 2);
}

TEST_F(PublicEndpoints, PortsOfNobodyAreToldFromAddressesOfNobody)
{
    for (const uint16_t port : {0, 1023, 2048, 4095, 5120, 65535})
    {
        ExpectMissing(FRONTEND, port, Match::UnownedPort);
    }
    for (const uint16_t port : {0, 1024, 65535})
    {
        ExpectMissing(NEIGHBOR, port, Match::UnknownAddress);
        ExpectMissing(Ipv4Address("0.0.0.0"), port, Match::UnknownAddress);
        ExpectMissing(Ipv4Address("255.255.255.255"), port, Match::UnknownAddress);
    }
    EXPECT_TRUE(m_table.IsKnown(FRONTEND));
    EXPECT_TRUE(m_table.IsKnown(OWN));
    EXPECT_FALSE(m_table.IsKnown(NEIGHBOR));
}

TEST_F(PublicEndpoints, InstanceLevelPublicIpIsOwnedWhole)
{
    ExpectFound(OWN, 0, 3);
    ExpectFound(OWN, 80, 3);
    ExpectFound(OWN, 65535, 3);
    EXPECT_EQ(m_table.LookupWhole(OWN).match, Match::Found);
    EXPECT_EQ(m_table.LookupWhole(OWN).target, 3U);
}

TEST_F(PublicEndpoints, SharedAddressIsOwnedWholeByNobody)
{
    EXPECT_EQ(m_table.LookupWhole(FRONTEND).match, Match::UnownedPort);
    EXPECT_EQ(m_table.LookupWhole(NEIGHBOR).match, Match::UnknownAddress);
    ASSERT_TRUE(m_table.Insert(NEIGHBOR, {0, 65534}, 4)); // all but one
    EXPECT_EQ(m_table.LookupWhole(NEIGHBOR).match, Match::UnownedPort);
}

TEST_F(PublicEndpoints, OverlapIsRefusedAndChangesNothing)
{
    // clang-format off
    constexpr PortRange TAKEN[] = {{1024, 1024}, {2047, 2047}, {0, 1024}, {2047, 4096}, {0, 65535}, {1500, 1600}, {5119, 65535}};
    // clang-format on
    for (const auto& ports : TAKEN)
    {
        EXPECT_FALSE(m_table.Insert(FRONTEND, ports, 9)) << ports;
    }
    EXPECT_FALSE(m_table.Insert(OWN, {80, 80}, 9));
    EXPECT_EQ(m_table.GetSize(), 3U);
    ExpectFound(FRONTEND, 1024, 1);
    ExpectMissing(FRONTEND, 3000, Match::UnownedPort);
}

TEST_F(PublicEndpoints, GapsAreFilledExactly)
{
    EXPECT_TRUE(m_table.Insert(FRONTEND, {2048, 4095}, 5));
    EXPECT_TRUE(m_table.Insert(FRONTEND, {0, 1023}, 6));
    EXPECT_TRUE(m_table.Insert(FRONTEND, {5120, 65535}, 7));
    ExpectFound(FRONTEND, 2048, 5);
    ExpectFound(FRONTEND, 1023, 6);
    ExpectFound(FRONTEND, 65535, 7);
    ExpectMissing(NEIGHBOR, 0, Match::UnknownAddress);
}

TEST_F(PublicEndpoints, RemovalTakesEveryEntryOfTheTarget)
{
    ASSERT_TRUE(m_table.Insert(NEIGHBOR, {1024, 2047}, 1));
    m_table.Remove(1);
    ExpectMissing(FRONTEND, 1024, Match::UnownedPort);
    ExpectMissing(NEIGHBOR, 1024, Match::UnknownAddress);
    ExpectFound(FRONTEND, 4096, 2);
    EXPECT_EQ(m_table.GetSize(), 2U);
    EXPECT_TRUE(m_table.Insert(FRONTEND, {1024, 2047}, 8));
    m_table.Remove(77); // has nothing
    EXPECT_EQ(m_table.GetSize(), 3U);
}

/// Ports that are taken away from {1024, 2047} of 1 and {4096, 5119} of 2, and what is left.
struct RemovalCase
{
    const char* name;                // test name
    PortRange ports;                 // taken away
    std::vector<uint16_t> leftToOne; // ports that 1 has
    std::vector<uint16_t> leftToTwo; // ports that 2 has
    std::vector<uint16_t> gone;      // ports of nobody
    std::size_t entries;             // of all three targets
};

void
PrintTo(const RemovalCase& c, std::ostream* os)
{
    *os << c.ports;
}

// clang-format off
const RemovalCase REMOVAL_CASES[] = {
    // name            ports          leftToOne           leftToTwo      gone                      entries
    {"Whole",          {1024, 2047},  {},                 {4096, 5119},  {1024, 1500, 2047},       2},
    {"LowerPart",      {1024, 1031},  {1032, 2047},       {4096, 5119},  {1024, 1031},             3},
    {"UpperPart",      {1536, 2047},  {1024, 1535},       {4096, 5119},  {1536, 2047},             3},
    {"Middle",         {1032, 1039},  {1024, 1031, 1040}, {4096, 5119},  {1032, 1039},             4},
    {"BeyondBothEnds", {0, 3000},     {},                 {4096, 5119},  {1024, 2047},             2},
    {"PartsOfTwo",     {2000, 4200},  {1024, 1999},       {4201, 5119},  {2000, 2047, 4096, 4200}, 3},
    {"Everything",     {0, 65535},    {},                 {},            {1024, 4096},             1},
    {"Nothing",        {2048, 4095},  {1024, 2047},       {4096, 5119},  {2048, 4095},             3},
};
// clang-format on

class RemovedPublicEndpoints : public PublicEndpoints,
                               public ::testing::WithParamInterface<RemovalCase>
{
};

TEST_P(RemovedPublicEndpoints, B_1_LeaveTheRestToItsOwners)
{
    const auto& c = GetParam();
    m_table.Remove(FRONTEND, c.ports);
    for (const auto port : c.leftToOne)
    {
        ExpectFound(FRONTEND, port, 1);
    }
    for (const auto port : c.leftToTwo)
    {
        ExpectFound(FRONTEND, port, 2);
    }
    for (const auto port : c.gone)
    {
        EXPECT_NE(m_table.Lookup(FRONTEND, port).match, Match::Found) << port;
    }
    ExpectFound(OWN, 1024, 3); // another address
    EXPECT_EQ(m_table.GetSize(), c.entries);
}

INSTANTIATE_TEST_SUITE_P(PublicEndpointTables,
                         RemovedPublicEndpoints,
                         ::testing::ValuesIn(REMOVAL_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(PublicEndpointTables, LastAddressAndPortFit)
{
    PublicEndpointTable table;
    EXPECT_TRUE(table.Insert(Ipv4Address("255.255.255.255"), {65535, 65535}, 1));
    EXPECT_TRUE(table.Insert(Ipv4Address("0.0.0.0"), {0, 0}, 2));
    EXPECT_EQ(table.Lookup(Ipv4Address("255.255.255.255"), 65535).target, 1U);
    EXPECT_EQ(table.Lookup(Ipv4Address("255.255.255.255"), 0).match, Match::UnownedPort);
    EXPECT_EQ(table.Lookup(Ipv4Address("0.0.0.0"), 0).target, 2U);
    EXPECT_EQ(table.Lookup(Ipv4Address("0.0.0.1"), 0).match, Match::UnknownAddress);
}

/// The reference: a list that is searched from end to end.
struct NaiveTable
{
    struct Entry
    {
        Ipv4Address address;
        PortRange ports;
        uint32_t target;
    };

    std::vector<Entry> entries;

    bool Insert(Ipv4Address address, PortRange ports, uint32_t target)
    {
        for (const auto& entry : entries)
        {
            if (entry.address == address && entry.ports.Overlaps(ports))
            {
                return false;
            }
        }
        entries.push_back({address, ports, target});
        return true;
    }

    void Remove(uint32_t target)
    {
        const auto isGone = [&](const Entry& entry) { return entry.target == target; };
        entries.erase(std::remove_if(entries.begin(), entries.end(), isGone), entries.end());
    }

    void Remove(Ipv4Address address, PortRange ports)
    {
        std::vector<Entry> rest;
        for (const auto& entry : entries)
        {
            if (entry.address != address || !entry.ports.Overlaps(ports))
            {
                rest.push_back(entry);
                continue;
            }
            if (entry.ports.first < ports.first)
            {
                const auto last = static_cast<uint16_t>(ports.first - 1);
                rest.push_back({address, {entry.ports.first, last}, entry.target});
            }
            if (entry.ports.last > ports.last)
            {
                const auto first = static_cast<uint16_t>(ports.last + 1);
                rest.push_back({address, {first, entry.ports.last}, entry.target});
            }
        }
        entries = rest;
    }

    PublicEndpointTable::Owner Lookup(Ipv4Address address, uint16_t port) const
    {
        auto match = Match::UnknownAddress;
        for (const auto& entry : entries)
        {
            if (entry.address == address && entry.ports.Contains(port))
            {
                return {Match::Found, entry.target};
            }
            match = entry.address == address ? Match::UnownedPort : match;
        }
        return {match};
    }
};

TEST(PublicEndpointTables, AgreeWithAPlainListOnARandomWalk)
{
    std::mt19937_64 random(1024);
    PublicEndpointTable table;
    NaiveTable naive;
    for (int step = 0; step < 100'000; ++step)
    {
        const Ipv4Address address(0xc6336400U + static_cast<uint32_t>(random() % 5));
        const auto target = static_cast<uint32_t>(random() % 20);
        const auto action = random() % 16;
        const auto first = static_cast<uint16_t>(random() % 65536);
        const auto size = random() % 3000; // many overlaps
        const PortRange ports{first,
                              static_cast<uint16_t>(std::min<uint64_t>(first + size, 65535))};
        if (action < 4)
        {
            ASSERT_EQ(table.Insert(address, ports, target), naive.Insert(address, ports, target));
        }
        if (action == 4)
        {
            table.Remove(address, ports);
            naive.Remove(address, ports);
        }
        if (random() % 64 == 0)
        {
            table.Remove(target);
            naive.Remove(target);
        }
        const auto port = static_cast<uint16_t>(random() % 65536);
        const auto found = table.Lookup(address, port);
        const auto expected = naive.Lookup(address, port);
        ASSERT_EQ(found.match, expected.match) << "step " << step;
        ASSERT_EQ(found.target, expected.target) << "step " << step;
        ASSERT_EQ(table.GetSize(), naive.entries.size()) << "step " << step;
    }
}

} // namespace

} // namespace ns3::azure
