// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-equal-cost-routes.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <random>
#include <utility>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr AddressPrefix WIDE{0xc6120000, 16};   // 198.18.0.0
constexpr AddressPrefix NARROW{0xc6120100, 24}; // 198.18.1.0, within it
constexpr AddressPrefix OTHER{0xc6336400, 24};  // 198.51.100.0

const Ipv4Address IN_WIDE("198.18.0.1");
const Ipv4Address IN_NARROW("198.18.1.1");

/// @return the address of a mux
Ipv4Address
Mux(uint32_t number)
{
    return Ipv4Address(0x0a800000U + 4 * number + 2);
}

/// Routes that are checked after each step of a story; times in seconds.
class EqualCost : public ::testing::Test
{
  protected:
    ~EqualCost() override
    {
        EXPECT_EQ(m_routes.CheckInvariants(), std::nullopt);
    }

    /// @return whether the route is new
    bool Announce(const AddressPrefix& prefix, uint32_t mux, double at, double holdTime = 30)
    {
        return m_routes.Announce({prefix, Mux(mux)}, Seconds(holdTime), Seconds(at));
    }

    /// @return who gets packets to the destination, for hash 0, 1, ... as many as there are; the
    /// number of the mux
    std::vector<uint32_t> GetChoice(Ipv4Address destination, uint32_t hashes) const
    {
        std::vector<uint32_t> choice;
        for (uint32_t hash = 0; hash < hashes; ++hash)
        {
            const auto nextHop = m_routes.Select(destination, hash);
            choice.push_back(nextHop ? (nextHop->Get() - 0x0a800002U) / 4 : 999);
        }
        return choice;
    }

    using Choice = std::vector<uint32_t>;

    EqualCostRoutes m_routes;
};

constexpr uint32_t NOBODY = 999;

TEST_F(EqualCost, NobodyAnnouncesNobodyIsSelected)
{
    EXPECT_EQ(GetChoice(IN_WIDE, 1), Choice{NOBODY});
    EXPECT_FALSE(m_routes.HasRoute(IN_WIDE));
    EXPECT_FALSE(m_routes.GetNextDeadline());
    EXPECT_TRUE(m_routes.Expire(Seconds(1000)).empty());
}

TEST_F(EqualCost, HashSelectsAmongNextHopsInAscendingOrder)
{
    EXPECT_TRUE(Announce(WIDE, 3, 0));
    EXPECT_TRUE(Announce(WIDE, 1, 0));
    EXPECT_TRUE(Announce(WIDE, 2, 0));
    EXPECT_EQ(GetChoice(IN_WIDE, 7), (Choice{1, 2, 3, 1, 2, 3, 1}));
    EXPECT_EQ(m_routes.Select(IN_WIDE, 0xffffffffffffffffU), Mux(1)); // 2^64 - 1 = 3 n
    EXPECT_EQ(GetChoice(Ipv4Address("198.19.0.0"), 1), Choice{NOBODY});
    EXPECT_TRUE(m_routes.HasRoute(IN_WIDE));
    EXPECT_FALSE(m_routes.HasRoute(Ipv4Address("198.17.255.255")));
}

TEST_F(EqualCost, LongestPrefixWithANextHopCounts)
{
    Announce(ANY_ADDRESS, 9, 0);
    Announce(WIDE, 1, 0);
    Announce(NARROW, 2, 0);
    Announce(OTHER, 3, 0);
    EXPECT_EQ(GetChoice(IN_NARROW, 2), (Choice{2, 2}));
    EXPECT_EQ(GetChoice(IN_WIDE, 2), (Choice{1, 1}));
    EXPECT_EQ(GetChoice(Ipv4Address("198.51.100.255"), 1), Choice{3});
    EXPECT_EQ(GetChoice(Ipv4Address("203.0.113.1"), 1), Choice{9});
    EXPECT_TRUE(m_routes.Withdraw({NARROW, Mux(2)}));
    EXPECT_EQ(GetChoice(IN_NARROW, 2), (Choice{1, 1}));
    EXPECT_TRUE(m_routes.Withdraw({WIDE, Mux(1)}));
    EXPECT_EQ(GetChoice(IN_NARROW, 2), (Choice{9, 9}));
}

TEST_F(EqualCost, RoutesEndWithTheirHoldTimeUnlessAnnouncedAgain)
{
    Announce(WIDE, 1, 0);
    Announce(WIDE, 2, 5);
    EXPECT_EQ(m_routes.GetNextDeadline(), Seconds(30));
    EXPECT_FALSE(Announce(WIDE, 1, 10)) << "it is there already";
    EXPECT_EQ(m_routes.GetNextDeadline(), Seconds(35));
    EXPECT_TRUE(m_routes.Expire(Seconds(35) - NanoSeconds(1)).empty());
    EXPECT_EQ(GetChoice(IN_WIDE, 2), (Choice{1, 2}));
    EXPECT_EQ(m_routes.Expire(Seconds(35)), (std::vector<NextHopRoute>{{WIDE, Mux(2)}}));
    EXPECT_EQ(GetChoice(IN_WIDE, 2), (Choice{1, 1}));
    EXPECT_EQ(m_routes.Expire(Seconds(40)), (std::vector<NextHopRoute>{{WIDE, Mux(1)}}));
    EXPECT_EQ(GetChoice(IN_WIDE, 1), Choice{NOBODY});
    EXPECT_FALSE(m_routes.GetNextDeadline());
    EXPECT_TRUE(Announce(WIDE, 1, 50)) << "it is new again";
}

TEST_F(EqualCost, HoldTimeOfTheLastAnnouncementCountsEvenIfShorter)
{
    Announce(WIDE, 1, 0, 300);
    Announce(WIDE, 1, 1, 3);
    EXPECT_EQ(m_routes.GetNextDeadline(), Seconds(4));
}

TEST_F(EqualCost, OtherRoutesOfANextHopStayWhenOneGoes)
{
    Announce(WIDE, 1, 0);
    Announce(OTHER, 1, 0, 60);
    EXPECT_EQ(m_routes.Expire(Seconds(30)).size(), 1U);
    EXPECT_TRUE(m_routes.IsNextHop(Mux(1)));
    EXPECT_EQ(GetChoice(Ipv4Address("198.51.100.1"), 1), Choice{1});
    EXPECT_TRUE(m_routes.Withdraw({OTHER, Mux(1)}));
    EXPECT_FALSE(m_routes.IsNextHop(Mux(1)));
}

TEST_F(EqualCost, WithdrawingWhatIsNotThereDoesNothing)
{
    Announce(WIDE, 1, 0);
    EXPECT_FALSE(m_routes.Withdraw({WIDE, Mux(2)}));
    EXPECT_FALSE(m_routes.Withdraw({NARROW, Mux(1)})) << "another prefix";
    EXPECT_FALSE(m_routes.Withdraw({{WIDE.network, 17}, Mux(1)})) << "another length";
    EXPECT_EQ(GetChoice(IN_WIDE, 1), Choice{1});
    EXPECT_TRUE(m_routes.Withdraw({WIDE, Mux(1)}));
    EXPECT_FALSE(m_routes.Withdraw({WIDE, Mux(1)}));
}

TEST_F(EqualCost, StaticRoutesStayForEver)
{
    EXPECT_TRUE(m_routes.InsertStatic({WIDE, Mux(1)}));
    EXPECT_FALSE(m_routes.InsertStatic({WIDE, Mux(1)}));
    EXPECT_FALSE(m_routes.GetNextDeadline());
    EXPECT_FALSE(Announce(WIDE, 1, 0));
    EXPECT_FALSE(m_routes.GetNextDeadline());
    EXPECT_FALSE(m_routes.Withdraw({WIDE, Mux(1)}));
    Announce(WIDE, 2, 0);
    EXPECT_FALSE(m_routes.InsertStatic({WIDE, Mux(2)})) << "from now on it is static";
    EXPECT_TRUE(m_routes.Expire(Seconds(1000)).empty());
    EXPECT_EQ(GetChoice(IN_WIDE, 2), (Choice{1, 2}));
}

TEST_F(EqualCost, ExpiredRoutesComeInOrder)
{
    Announce(WIDE, 2, 1);
    Announce(WIDE, 1, 2);
    Announce(NARROW, 7, 3);
    Announce({0xc6110000, 16}, 5, 0);
    const std::vector<NextHopRoute> expected{{NARROW, Mux(7)},
                                             {{0xc6110000, 16}, Mux(5)},
                                             {WIDE, Mux(1)},
                                             {WIDE, Mux(2)}};
    EXPECT_EQ(m_routes.GetRoutes(), expected);
    EXPECT_EQ(m_routes.Expire(Seconds(33)), expected);
}

/// The reference: all routes in one map, searched from end to end.
struct PlainRoutes
{
    using Key = std::pair<AddressPrefix, Ipv4Address>;
    std::map<Key, std::optional<Time>> deadlines; // none: static

    bool Announce(const NextHopRoute& route, Time deadline)
    {
        const auto [at, isNew] = deadlines.insert({{route.prefix, route.nextHop}, deadline});
        at->second = at->second ? std::optional<Time>(deadline) : std::nullopt;
        return isNew;
    }

    bool InsertStatic(const NextHopRoute& route)
    {
        const auto [at, isNew] = deadlines.insert({{route.prefix, route.nextHop}, std::nullopt});
        at->second.reset();
        return isNew;
    }

    bool Withdraw(const NextHopRoute& route)
    {
        const auto at = deadlines.find({route.prefix, route.nextHop});
        const bool isThere = at != deadlines.end() && at->second;
        if (isThere)
        {
            deadlines.erase(at);
        }
        return isThere;
    }

    std::size_t Expire(Time now)
    {
        std::size_t expired = 0;
        for (auto at = deadlines.begin(); at != deadlines.end();)
        {
            const bool isOver = at->second && *at->second <= now;
            expired += isOver ? 1 : 0;
            at = isOver ? deadlines.erase(at) : std::next(at);
        }
        return expired;
    }

    std::optional<Time> GetNextDeadline() const
    {
        std::optional<Time> next;
        for (const auto& [route, deadline] : deadlines)
        {
            next = deadline && (!next || *deadline < *next) ? deadline : next;
        }
        return next;
    }

    std::optional<Ipv4Address> Select(Ipv4Address destination, uint64_t hash) const
    {
        int longest = -1;
        std::vector<Ipv4Address> nextHops; // ascending, as the map is
        for (const auto& [route, deadline] : deadlines)
        {
            const auto& prefix = route.first;
            if (!prefix.Contains(destination.Get()) || prefix.length < longest)
            {
                continue;
            }
            if (prefix.length > longest)
            {
                nextHops.clear();
            }
            longest = prefix.length;
            nextHops.push_back(route.second);
        }
        return nextHops.empty() ? std::nullopt
                                : std::optional<Ipv4Address>(nextHops[hash % nextHops.size()]);
    }
};

TEST(EqualCostWalk, AgreesWithPlainRoutes)
{
    constexpr AddressPrefix PREFIXES[] = {WIDE, NARROW, OTHER, {0xc6120180, 25}, ANY_ADDRESS};
    const Ipv4Address destinations[] = {IN_WIDE,
                                        IN_NARROW,
                                        Ipv4Address("198.18.1.200"),
                                        Ipv4Address("198.51.100.7"),
                                        Ipv4Address("8.8.8.8")};
    std::mt19937_64 random(30);
    EqualCostRoutes routes;
    PlainRoutes plain;
    Time now;
    std::size_t expired = 0;
    std::size_t withdrawn = 0;
    for (int step = 0; step < 100'000; ++step)
    {
        SCOPED_TRACE(step);
        now += MilliSeconds(static_cast<int64_t>(random() % 1000));
        const NextHopRoute route{PREFIXES[random() % 5], Mux(random() % 6)};
        const auto kind = random() % 100;
        if (kind < 40)
        {
            const Time holdTime = MilliSeconds(1 + static_cast<int64_t>(random() % 10'000));
            ASSERT_EQ(routes.Announce(route, holdTime, now), plain.Announce(route, now + holdTime));
        }
        else if (kind < 60)
        {
            const bool isWithdrawn = routes.Withdraw(route);
            ASSERT_EQ(isWithdrawn, plain.Withdraw(route));
            withdrawn += isWithdrawn ? 1 : 0;
        }
        else if (kind == 60 && step % 1000 == 0)
        {
            ASSERT_EQ(routes.InsertStatic(route), plain.InsertStatic(route));
        }
        const auto over = routes.Expire(now).size();
        ASSERT_EQ(over, plain.Expire(now));
        expired += over;
        ASSERT_EQ(routes.CheckInvariants(), std::nullopt);
        ASSERT_EQ(routes.GetRoutes().size(), plain.deadlines.size());
        ASSERT_EQ(routes.GetNextDeadline(), plain.GetNextDeadline());
        for (const auto& destination : destinations)
        {
            const auto hash = random();
            ASSERT_EQ(routes.Select(destination, hash), plain.Select(destination, hash));
        }
    }
    EXPECT_GT(expired, 1000U);
    EXPECT_GT(withdrawn, 1000U);
}

/// @return the chi-square statistic of the counts against evenness
double
GetChiSquare(const std::vector<uint32_t>& counts)
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

/// Kinds of flows that a good hash must spread evenly.
struct FlowsCase
{
    const char* name;      // test name
    uint32_t sourceStep;   // from flow to flow
    uint16_t portStep;     // from flow to flow
    uint32_t destinations; // how many, one after the other
    IpProtocol protocol;   // of all
};

void
PrintTo(const FlowsCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
constexpr FlowsCase FLOWS_CASES[] = {
    // name                  source port destinations protocol
    {"PortsOfOneClient",          0,   1,          1, IpProtocol::Tcp},
    {"EvenPortsOfOneClient",      0,   2,          1, IpProtocol::Udp},
    {"OnePortOfManyClients",      1,   0,          1, IpProtocol::Tcp},
    {"ClientsOfManySubnets",    256,   0,          1, IpProtocol::Udp},
    {"ManyFrontends",             0,   1,        250, IpProtocol::Tcp},
    {"NoPorts",                   1,   0,          1, IpProtocol::Icmp},
};
// clang-format on

class EqualCostHash : public ::testing::TestWithParam<FlowsCase>
{
  protected:
    static constexpr uint32_t FLOWS = 16'000;

    /// @return the number's flow
    FlowKey MakeFlow(uint32_t i) const
    {
        const auto& c = GetParam();
        return {0xcb007100U + i * c.sourceStep,
                WIDE.network + 1 + i % c.destinations,
                static_cast<uint16_t>(1024 + i * c.portStep),
                443,
                c.protocol};
    }
};

TEST_P(EqualCostHash, SpreadsFlowsEvenlyOverEightNextHops)
{
    // 7 degrees of freedom: a chi-square above 24.32 has probability 0.001, and of 20 seeds at most
    // one may be there (two: 2e-4); 29.88 has 0.0001.
    uint32_t suspects = 0;
    for (uint64_t seed = 0; seed < 20; ++seed)
    {
        std::vector<uint32_t> counts(8);
        for (uint32_t i = 0; i < FLOWS; ++i)
        {
            ++counts[GetEqualCostHash(MakeFlow(i), seed) % 8];
        }
        const double chiSquare = GetChiSquare(counts);
        EXPECT_LT(chiSquare, 29.88) << "seed " << seed;
        suspects += chiSquare > 24.32 ? 1 : 0;
    }
    EXPECT_LE(suspects, 1U);
}

TEST_P(EqualCostHash, SeedsAreIndependent)
{
    // Of the flows that one seed gives one next hop of eight, another gives an eighth to each; so
    // does a plain GetHash().
    std::vector<uint32_t> bySeed(64);
    std::vector<uint32_t> byKey(64);
    for (uint32_t i = 0; i < FLOWS; ++i)
    {
        const auto key = MakeFlow(i);
        const auto first = GetEqualCostHash(key, 1) % 8;
        ++bySeed[8 * first + GetEqualCostHash(key, 2) % 8];
        ++byKey[8 * first + key.GetHash() % 8];
    }
    // 63 degrees of freedom: a chi-square above 103.4 has probability 0.001.
    EXPECT_LT(GetChiSquare(bySeed), 103.4);
    EXPECT_LT(GetChiSquare(byKey), 103.4);
}

INSTANTIATE_TEST_SUITE_P(EqualCost,
                         EqualCostHash,
                         ::testing::ValuesIn(FLOWS_CASES),
                         [](const auto& row) { return row.param.name; });

TEST_F(EqualCost, MostFlowsMoveWhenOneOfEightNextHopsGoes)
{
    // h mod 8 and h mod 7 choose the same of the first seven for 7 of 56 remainders of h: an eighth
    // stays, and those of the last one, another eighth, had to move.  Routers of Ananta behave so.
    for (uint32_t mux = 0; mux < 8; ++mux)
    {
        Announce(WIDE, mux, 0);
    }
    const auto before = GetChoice(IN_WIDE, 56);
    m_routes.Withdraw({WIDE, Mux(7)});
    const auto after = GetChoice(IN_WIDE, 56);
    uint32_t stayed = 0;
    for (std::size_t i = 0; i < before.size(); ++i)
    {
        stayed += before[i] == after[i] ? 1 : 0;
    }
    EXPECT_EQ(stayed, 7U);
}

} // namespace

} // namespace ns3::azure
