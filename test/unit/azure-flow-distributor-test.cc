// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-equal-cost-routes.h"
#include "ns3/azure-flow-distributor.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr uint32_t CLIENT = 0xcb007100;   // 203.0.113.0
constexpr uint32_t FRONTEND = 0xc6336401; // 198.51.100.1
constexpr uint32_t FLOWS = 10'000;
constexpr uint32_t SEEDS = 20;

/// @return so many network interfaces, with gaps between their numbers
std::vector<uint32_t>
MakeMembers(uint32_t count)
{
    std::vector<uint32_t> members;
    for (uint32_t i = 0; i < count; ++i)
    {
        members.push_back(3 + 7 * i);
    }
    return members;
}

/// @return the chi-square statistic of the counts against evenness
double
GetChiSquare(const std::vector<double>& counts)
{
    double total = 0;
    for (const auto count : counts)
    {
        total += count;
    }
    const double expected = total / static_cast<double>(counts.size());
    double sum = 0;
    for (const auto count : counts)
    {
        sum += (count - expected) * (count - expected) / expected;
    }
    return sum;
}

/// @return probability of a greater chi-square with 3 degrees of freedom
double
GetProbability(double chiSquare)
{
    return std::erfc(std::sqrt(chiSquare / 2)) +
           std::sqrt(2 * chiSquare / M_PI) * std::exp(-chiSquare / 2);
}

/// @return the greatest distance between the values' distribution and the uniform one on [0, 1]
double
GetDistanceFromUniform(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const auto count = static_cast<double>(values.size());
    double distance = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
    {
        const auto rank = static_cast<double>(i);
        distance = std::max({distance, values[i] - rank / count, (rank + 1) / count - values[i]});
    }
    return distance;
}

/// Flows of a kind that a good hash must spread evenly.
struct SpreadCase
{
    const char* name;          // test name
    uint32_t flowsOfOneClient; // then comes the next address
    uint16_t portStep;         // from flow to flow of one client
    MemberSelection selection; // how members are found
};

void
PrintTo(const SpreadCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
constexpr SpreadCase SPREAD_CASES[] = {
    // name                       per client  step  selection
    {"ManyPortsOfOneClient",           FLOWS,    1, MemberSelection::Modulo},
    {"EvenPortsOfOneClient",           FLOWS,    2, MemberSelection::Modulo},
    {"OnePortOfManyClients",               1,    0, MemberSelection::Modulo},
    {"HundredPortsOfHundredClients",     100,    1, MemberSelection::Modulo},
    {"ManyPortsMaglev",                FLOWS,    1, MemberSelection::Maglev},
    {"ManyClientsMaglev",                  1,    0, MemberSelection::Maglev},
};
// clang-format on

class FlowSpread : public ::testing::TestWithParam<SpreadCase>
{
  protected:
    /// @return the number's flow
    static FlowKey MakeFlow(uint32_t i)
    {
        const auto& c = GetParam();
        const auto port = 1024 + i % c.flowsOfOneClient * c.portStep;
        return {CLIENT + i / c.flowsOfOneClient,
                FRONTEND,
                static_cast<uint16_t>(port),
                80,
                IpProtocol::Tcp};
    }
};

TEST_P(FlowSpread, TenThousandFlowsSpreadEvenlyOverFourMembers)
{
    // A count is binomial with mean 2,500 and variance 10,000 * 1/4 * 3/4, sigma 43.3.  A
    // chi-square with 3 degrees of freedom is above 16.27 with probability 0.001.
    const double bound = 4 * std::sqrt(FLOWS * 0.25 * 0.75);
    const auto members = MakeMembers(4);
    std::vector<double> probabilities;
    for (uint64_t seed = 1; seed <= SEEDS; ++seed)
    {
        const FlowDistributor distributor(members, GetParam().selection, seed);
        std::map<uint32_t, double> countOf;
        for (uint32_t i = 0; i < FLOWS; ++i)
        {
            ++countOf[distributor.Select(
                GetDistributionHash(MakeFlow(i), LoadDistribution::Default, seed))];
        }
        std::vector<double> counts;
        for (const auto member : members)
        {
            EXPECT_NEAR(countOf[member], FLOWS / 4.0, bound) << "seed " << seed;
            counts.push_back(countOf[member]);
        }
        const double chiSquare = GetChiSquare(counts);
        EXPECT_LT(chiSquare, 16.27) << "seed " << seed;
        probabilities.push_back(GetProbability(chiSquare));
    }
    // Kolmogorov-Smirnov: of 20 uniform values the distance is above 0.422 with probability 0.001.
    // Neither too uneven nor too even.
    EXPECT_LT(GetDistanceFromUniform(probabilities), 0.422);
}

INSTANTIATE_TEST_SUITE_P(FlowDistributor,
                         FlowSpread,
                         ::testing::ValuesIn(SPREAD_CASES),
                         [](const auto& row) { return row.param.name; });

/// What a distribution looks at: which changes of a packet may change its member.
struct DistributionCase
{
    LoadDistribution distribution; // looked at
    bool seesPorts;                // another port may have another member
    bool seesProtocol;             // likewise, another protocol
};

void
PrintTo(const DistributionCase& c, std::ostream* os)
{
    *os << GetName(c.distribution);
}

// clang-format off
constexpr DistributionCase DISTRIBUTION_CASES[] = {
    // distribution                     ports  protocol
    {LoadDistribution::Default,          true,  true},
    {LoadDistribution::SourceIp,         false, false},
    {LoadDistribution::SourceIpProtocol, false, true},
};
// clang-format on

class DistributionModes : public ::testing::TestWithParam<DistributionCase>
{
  protected:
    static constexpr uint32_t CLIENTS = 4000;

    /// @return of how many clients two packets go to the same of four members
    static uint32_t CountAgreeing(FlowKey a, FlowKey b)
    {
        const FlowDistributor distributor(MakeMembers(4), MemberSelection::Modulo, 1);
        uint32_t agreeing = 0;
        for (uint32_t i = 0; i < CLIENTS; ++i)
        {
            const auto hashOf = [i](const FlowKey& key) {
                return GetDistributionHash(key.WithSource(CLIENT + i, key.GetSourcePort()),
                                           GetParam().distribution,
                                           1);
            };
            agreeing += distributor.Select(hashOf(a)) == distributor.Select(hashOf(b)) ? 1 : 0;
        }
        return agreeing;
    }

    /// Expect that all clients agree, or as many as by chance.
    static void ExpectAgreement(uint32_t agreeing, bool isByChance)
    {
        if (isByChance)
        {
            // A quarter; sigma is sqrt(4000 * 1/4 * 3/4) = 27.4, four of them 109.6.
            EXPECT_NEAR(agreeing, CLIENTS / 4.0, 109.6);
        }
        else
        {
            EXPECT_EQ(agreeing, CLIENTS);
        }
    }
};

TEST_P(DistributionModes, LookAtWhatTheirNamesSay)
{
    const auto& c = GetParam();
    const FlowKey packet{CLIENT, FRONTEND, 1024, 80, IpProtocol::Tcp};
    const FlowKey otherSourcePort{CLIENT, FRONTEND, 1025, 80, IpProtocol::Tcp};
    const FlowKey otherPort{CLIENT, FRONTEND, 1024, 443, IpProtocol::Tcp};
    const FlowKey otherProtocol{CLIENT, FRONTEND, 1024, 80, IpProtocol::Udp};
    const FlowKey otherFrontend{CLIENT, FRONTEND + 1, 1024, 80, IpProtocol::Tcp};
    ExpectAgreement(CountAgreeing(packet, otherSourcePort), c.seesPorts);
    ExpectAgreement(CountAgreeing(packet, otherPort), c.seesPorts);
    ExpectAgreement(CountAgreeing(packet, otherProtocol), c.seesProtocol);
    ExpectAgreement(CountAgreeing(packet, otherFrontend), true);
}

TEST_P(DistributionModes, ClientsSpreadEvenlyOverFourMembers)
{
    const FlowDistributor distributor(MakeMembers(4), MemberSelection::Modulo, 1);
    std::map<uint32_t, uint32_t> countOf;
    for (uint32_t i = 0; i < CLIENTS; ++i)
    {
        const FlowKey packet{CLIENT + i, FRONTEND, 1024, 80, IpProtocol::Tcp};
        ++countOf[distributor.Select(GetDistributionHash(packet, GetParam().distribution, 1))];
    }
    for (const auto member : MakeMembers(4))
    {
        EXPECT_NEAR(countOf[member], CLIENTS / 4.0, 109.6) << member; // 4 sigma, see above
    }
}

INSTANTIATE_TEST_SUITE_P(FlowDistributor,
                         DistributionModes,
                         ::testing::ValuesIn(DISTRIBUTION_CASES),
                         [](const auto& row) { return GetName(row.param.distribution); });

TEST(FlowDistributor, MemberDoesNotDependOnTheRoutersChoice)
{
    // 31 degrees of freedom: a chi-square above 61.1 has probability 0.001.  Equal seeds are the
    // default of both.
    for (const uint64_t seed : {0, 1})
    {
        std::vector<double> counts(32);
        for (uint32_t i = 0; i < 32'000; ++i)
        {
            const FlowKey key{CLIENT, FRONTEND, static_cast<uint16_t>(i), 80, IpProtocol::Tcp};
            const auto mux = GetEqualCostHash(key, seed) % 8;
            ++counts[4 * mux + GetDistributionHash(key, LoadDistribution::Default, seed) % 4];
        }
        EXPECT_LT(GetChiSquare(counts), 61.1);
    }
}

TEST(FlowDistributor, OtherSeedIsAnotherDistribution)
{
    const FlowDistributor distributor(MakeMembers(4), MemberSelection::Modulo, 1);
    uint32_t agreeing = 0;
    for (uint32_t i = 0; i < FLOWS; ++i)
    {
        const FlowKey key{CLIENT, FRONTEND, static_cast<uint16_t>(i), 80, IpProtocol::Tcp};
        const auto select = [&](uint64_t seed) {
            return distributor.Select(GetDistributionHash(key, LoadDistribution::Default, seed));
        };
        agreeing += select(1) == select(2) ? 1 : 0;
    }
    EXPECT_NEAR(agreeing, FLOWS / 4.0, 4 * std::sqrt(FLOWS * 0.25 * 0.75));
}

/// @return of the hashes whose member stays, the share that moves when one of the members goes
double
GetMoved(uint32_t members, MemberSelection selection, std::size_t gone)
{
    constexpr uint32_t HASHES = 100'000;
    auto rest = MakeMembers(members);
    const FlowDistributor before(rest, selection, 1, members);
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(gone));
    const FlowDistributor after(rest, selection, 1, members);
    std::mt19937_64 random(1);
    uint32_t others = 0;
    uint32_t moved = 0;
    for (uint32_t i = 0; i < HASHES; ++i)
    {
        const uint64_t hash = random();
        const auto member = before.Select(hash);
        if (member != MakeMembers(members)[gone])
        {
            ++others;
            moved += member != after.Select(hash) ? 1 : 0;
        }
    }
    return moved / static_cast<double>(others);
}

class MemberGoes : public ::testing::TestWithParam<uint32_t>
{
};

TEST_P(MemberGoes, FewOtherFlowsMoveWithMaglevMostWithModulo)
{
    const auto members = GetParam();
    double maglev = 0;
    for (std::size_t gone = 0; gone < 4; ++gone)
    {
        const auto modulo = GetMoved(members, MemberSelection::Modulo, gone);
        // h mod N and h mod (N-1) are independent: the N-1 pairs of places that belong to the same
        // member, of N(N-1), are 1/N of all flows, and 1/(N-1) of those of the other members.
        const double expected = (members - 2.0) / (members - 1.0);
        EXPECT_NEAR(modulo, expected, 0.01) << "4 sigma are at most 0.007";
        RecordProperty("modulo" + std::to_string(gone), std::to_string(modulo));
        const auto moved = GetMoved(members, MemberSelection::Maglev, gone);
        RecordProperty("maglev" + std::to_string(gone), std::to_string(moved));
        maglev = std::max(maglev, moved);
    }
    EXPECT_LT(maglev, 0.05);
}

INSTANTIATE_TEST_SUITE_P(FlowDistributor,
                         MemberGoes,
                         ::testing::Values(4, 10, 100),
                         ::testing::PrintToStringParamName());

class MaglevPlaces : public ::testing::TestWithParam<uint32_t>
{
};

TEST_P(MaglevPlaces, AreAPrimeNumberAndGiveAtMostOnePercentImbalance)
{
    const auto count = GetParam();
    const FlowDistributor distributor(MakeMembers(count), MemberSelection::Maglev, 1);
    const auto places = distributor.GetPlaces();
    ASSERT_GT(places, 100 * count);
    for (std::size_t divisor = 2; divisor * divisor <= places; ++divisor)
    {
        ASSERT_NE(places % divisor, 0U) << divisor;
    }
    std::map<uint32_t, uint32_t> countOf;
    for (uint64_t hash = 0; hash < places; ++hash)
    {
        ++countOf[distributor.Select(hash)];
    }
    const double mean = static_cast<double>(places) / count;
    for (const auto member : MakeMembers(count))
    {
        EXPECT_LE(std::abs(countOf[member] / mean - 1), 0.01) << member;
    }
}

INSTANTIATE_TEST_SUITE_P(FlowDistributor,
                         MaglevPlaces,
                         ::testing::Values(2, 3, 4, 10, 64, 65, 1000),
                         ::testing::PrintToStringParamName());

TEST(FlowDistributor, EverySizeOfMaglevsTableIsPrime)
{
    std::set<std::size_t> sizes;
    for (uint32_t row = 0; row <= 16; ++row)
    {
        const auto members = std::size_t{1} << row;
        const auto places =
            FlowDistributor({1, 2}, MemberSelection::Maglev, 1, members).GetPlaces();
        EXPECT_GT(places, 100 * members);
        for (std::size_t divisor = 2; divisor * divisor <= places; ++divisor)
        {
            ASSERT_NE(places % divisor, 0U) << places << " by " << divisor;
        }
        sizes.insert(places);
    }
    EXPECT_EQ(sizes.size(), 16U) << "two members need two members' places at least";
}

TEST(FlowDistributor, TableKeepsItsSizeWhileMembersAreOutOfRotation)
{
    // Between 64 and 65 members the number of places changes: without the pool's size, nearly all
    // flows would move.
    auto members = MakeMembers(65);
    const FlowDistributor before(members, MemberSelection::Maglev, 1, 65);
    members.pop_back();
    const FlowDistributor after(members, MemberSelection::Maglev, 1, 65);
    EXPECT_EQ(before.GetPlaces(), after.GetPlaces());
    EXPECT_NE(before.GetPlaces(), FlowDistributor(members, MemberSelection::Maglev, 1).GetPlaces());
}

TEST(FlowDistributor, OneMemberGetsEverything)
{
    for (const auto selection : {MemberSelection::Modulo, MemberSelection::Maglev})
    {
        const FlowDistributor distributor({42}, selection, 1);
        EXPECT_FALSE(distributor.IsEmpty());
        EXPECT_EQ(distributor.GetSize(), 1U);
        EXPECT_EQ(distributor.Select(0), 42U);
        EXPECT_EQ(distributor.Select(~uint64_t{0}), 42U);
    }
    EXPECT_TRUE(FlowDistributor().IsEmpty());
    EXPECT_TRUE(FlowDistributor({}, MemberSelection::Maglev, 1).IsEmpty());
}

TEST(FlowDistributor, ModuloGoesByPlaceInAscendingOrder)
{
    const FlowDistributor distributor({5, 9, 12}, MemberSelection::Modulo, 1);
    const std::vector<uint32_t> expected{5, 9, 12, 5};
    for (uint64_t hash = 0; hash < expected.size(); ++hash)
    {
        EXPECT_EQ(distributor.Select(hash), expected[hash]);
    }
}

} // namespace

} // namespace ns3::azure
