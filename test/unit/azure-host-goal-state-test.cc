// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-host-goal-state.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

namespace
{

using Bytes = std::vector<uint8_t>;

/// One rule, one group, one route table with one route, one interface that uses them.
HostGoalState
MakeSmall()
{
    ResolvedSecurityRule rule;
    rule.name = "R";
    rule.priority = 258;
    rule.direction = FlowDirection::Inbound;
    rule.access = SecurityRuleAccess::Deny;
    rule.protocol = SecurityRuleProtocol::Udp;
    rule.sources = {{0x0a010000, 16}};
    rule.sourcePorts = {{0, 65535}};
    rule.destinations = {ANY_ADDRESS};
    rule.destinationPorts = {{80, 443}};
    rule.targetsHostServices = true;
    HostGoalState goalState;
    goalState.generation = 7;
    goalState.flowRecordTimeout = MicroSeconds(1);
    goalState.groups = {{"G", {rule}}};
    goalState.routeTables = {{{{0x0a000000, 8}},
                              {{Ipv4Address("10.0.0.4"), Ipv4Address("10.128.0.6"), 0x10203, true}},
                              RouteNextHop::None}};
    goalState.networkInterfaces = {{9, 0x10203, {}, 0, 0, true}};
    return goalState;
}

// clang-format off
const Bytes SMALL{0, 0, 0, 7,                           // generation
                  0, 0, 0, 0, 0, 0, 3, 0xe8,            // flow record timeout: 1,000 ns
                  1,                                    // host services are filtered
                  0, 1, 0, 1, 'G', 0, 0, 0, 1,          // one group, its name, one rule
                  0, 1, 'R', 0, 0, 1, 2, 0, 1, 1, 2,    // name, priority, not default, inbound, deny, UDP
                  0, 0, 0, 1, 10, 1, 0, 0, 16,          // sources
                  0, 1, 0, 0, 0xff, 0xff,               // source ports
                  0, 0, 0, 1, 0, 0, 0, 0, 0,            // destinations
                  0, 1, 0, 80, 1, 0xbb,                 // destination ports
                  1,                                    // targets host services
                  0, 1, 0, 0, 0, 1, 10, 0, 0, 0, 8,     // one route table, one prefix
                  0, 0, 0, 1, 10, 0, 0, 4, 10, 128, 0, 6, 0, 1, 2, 3, 1, // to a frontend
                  1, 1,                                 // default route: nowhere
                  0, 1, 0, 0, 0, 9, 0, 1, 2, 3,         // one interface, its number, virtual network
                  0, 1, 0, 0, 0, 0, 1};                 // no subnet group, group 0, route table 0, SMTP
// clang-format on

/// Draws goal states that Encode() takes.
class GoalStateDraw
{
  public:
    explicit GoalStateDraw(uint32_t seed)
        : m_random(seed)
    {
    }

    HostGoalState Draw()
    {
        HostGoalState goalState;
        goalState.generation = Number(0xffffffff);
        goalState.flowRecordTimeout = NanoSeconds(int64_t{Number(0xffffffff)} + 1);
        goalState.areHostServicesFiltered = Number(1);
        goalState.groups = List<ResolvedSecurityGroup>(3, [this] { return DrawGroup(); });
        goalState.routeTables = List<RouteTable>(3, [this] { return DrawRouteTable(); });
        if (!goalState.routeTables.empty())
        {
            goalState.networkInterfaces = List<NetworkInterfaceGoalState>(4, [this, &goalState] {
                return DrawInterface(goalState);
            });
        }
        return goalState;
    }

    uint32_t Number(uint32_t last)
    {
        return std::uniform_int_distribution<uint32_t>(0, last)(m_random);
    }

  private:
    template <typename T>
    std::vector<T> List(uint32_t most, const std::function<T()>& draw)
    {
        std::vector<T> list(Number(most));
        std::generate(list.begin(), list.end(), draw);
        return list;
    }

    std::string DrawText()
    {
        std::string text(Number(80), ' ');
        std::generate(text.begin(), text.end(), [this] { return static_cast<char>(Number(255)); });
        return text;
    }

    std::vector<AddressPrefix> DrawPrefixes()
    {
        return List<AddressPrefix>(5, [this] {
            const auto length = static_cast<uint8_t>(Number(32));
            const uint32_t mask = length == 0 ? 0 : 0xffffffffU << (32 - length);
            return AddressPrefix{Number(0xffffffff) & mask, length};
        });
    }

    std::vector<PortRange> DrawPorts()
    {
        return List<PortRange>(4, [this] {
            const auto last = static_cast<uint16_t>(Number(65535));
            return PortRange{static_cast<uint16_t>(Number(last)), last};
        });
    }

    ResolvedSecurityGroup DrawGroup()
    {
        return {DrawText(), List<ResolvedSecurityRule>(6, [this] {
                    ResolvedSecurityRule rule;
                    rule.name = DrawText();
                    rule.priority = Number(65500);
                    rule.isDefault = Number(1);
                    rule.direction = static_cast<FlowDirection>(Number(1));
                    rule.access = static_cast<SecurityRuleAccess>(Number(1));
                    rule.protocol = static_cast<SecurityRuleProtocol>(Number(5));
                    rule.sources = DrawPrefixes();
                    rule.sourcePorts = DrawPorts();
                    rule.destinations = DrawPrefixes();
                    rule.destinationPorts = DrawPorts();
                    rule.targetsHostServices = Number(1);
                    return rule;
                })};
    }

    RouteTable DrawRouteTable()
    {
        RouteTable table;
        table.prefixes = DrawPrefixes();
        uint32_t address = 0;
        table.routes = List<VirtualNetworkRoute>(5, [this, &address] {
            address += 1 + Number(0x1fffffff);
            return VirtualNetworkRoute{Ipv4Address(address),
                                       Ipv4Address(Number(0xffffffff)),
                                       Number(0xffffff),
                                       Number(1) == 1};
        });
        if (Number(1))
        {
            table.defaultRoute = static_cast<RouteNextHop>(Number(1));
        }
        return table;
    }

    std::optional<uint16_t> DrawIndex(std::size_t size)
    {
        return size > 0 && Number(1) ? std::make_optional(static_cast<uint16_t>(
                                           Number(static_cast<uint32_t>(size) - 1)))
                                     : std::nullopt;
    }

    NetworkInterfaceGoalState DrawInterface(const HostGoalState& goalState)
    {
        const auto tables = static_cast<uint32_t>(goalState.routeTables.size());
        return {Number(0xffffffff),
                Number(0xffffff),
                DrawIndex(goalState.groups.size()),
                DrawIndex(goalState.groups.size()),
                static_cast<uint16_t>(Number(tables - 1)),
                Number(1) == 1};
    }

    std::mt19937 m_random; //!< same seed, same goal states
};

TEST(HostGoalStates, HaveTheFormThatTheHeaderDescribes)
{
    EXPECT_EQ(Encode(MakeSmall()), SMALL);
}

TEST(HostGoalStates, CarryWhateverIsInThem)
{
    GoalStateDraw draw(1);
    std::size_t interfaces = 0;
    for (int i = 0; i < 500; ++i)
    {
        const auto goalState = draw.Draw();
        const auto decoded = DecodeHostGoalState(Encode(goalState));
        ASSERT_TRUE(decoded) << i;
        ASSERT_TRUE(*decoded == goalState) << i;
        interfaces += goalState.networkInterfaces.size();
    }
    EXPECT_GT(interfaces, 500U); // up to 4 each, unless there is no route table
}

TEST(HostGoalStates, CarryMoreRulesPrefixesAndRoutesThan16BitsCount)
{
    auto goalState = MakeSmall();
    constexpr std::size_t MANY = 70'000;
    goalState.groups[0].rules[0].sources.assign(MANY, {0x0a000000, 8});
    goalState.routeTables[0].prefixes.assign(MANY, {0x0a000000, 8});
    for (uint32_t i = 1; i < MANY; ++i)
    {
        goalState.routeTables[0].routes.push_back({Ipv4Address(0x0a000004 + i), Ipv4Address(), 1});
    }
    goalState.groups.push_back({"many", {}});
    goalState.groups[1].rules.resize(MANY);
    const auto decoded = DecodeHostGoalState(Encode(goalState));
    ASSERT_TRUE(decoded);
    EXPECT_TRUE(*decoded == goalState);
}

TEST(HostGoalStates, AreRefusedWhenCutShortAnywhere)
{
    GoalStateDraw draw(2);
    std::vector<Bytes> examples{SMALL};
    for (int i = 0; i < 10; ++i)
    {
        examples.push_back(Encode(draw.Draw()));
    }
    for (const auto& whole : examples)
    {
        for (std::size_t length = 0; length < whole.size(); ++length)
        {
            ASSERT_FALSE(DecodeHostGoalState(Bytes(whole.begin(), whole.begin() + length)))
                << length;
        }
    }
}

TEST(HostGoalStates, AreRefusedWithTrailingOctets)
{
    auto bytes = SMALL;
    bytes.push_back(0);
    EXPECT_FALSE(DecodeHostGoalState(bytes));
}

TEST(HostGoalStates, AreEitherRefusedOrWrittenBackTheSameWhateverIsChanged)
{
    GoalStateDraw draw(3);
    uint32_t accepted = 0;
    for (int i = 0; i < 20'000; ++i)
    {
        auto bytes = i % 2 == 0 ? SMALL : Encode(draw.Draw());
        for (auto changes = 1 + draw.Number(2); changes > 0; --changes)
        {
            bytes[draw.Number(static_cast<uint32_t>(bytes.size()) - 1)] =
                static_cast<uint8_t>(draw.Number(255));
        }
        if (const auto decoded = DecodeHostGoalState(bytes))
        {
            ++accepted;
            ASSERT_EQ(Encode(*decoded), bytes);
        }
    }
    EXPECT_GT(accepted, 200U); // most octets are texts and addresses, where any value is valid
}

/// One row: an octet of SMALL that, changed so, makes no goal state.
struct UnsoundCase
{
    const char* name;   // test name
    std::size_t offset; // in SMALL
    uint8_t value;      // instead
};

void
PrintTo(const UnsoundCase& c, std::ostream* os)
{
    *os << "octet " << c.offset << " = " << uint32_t{c.value};
}

// clang-format off
constexpr UnsoundCase UNSOUND_CASES[] = {
    // name                     offset  value
    {"NegativeTimeout",              4, 0x80},
    {"NeitherFilteredNorNot",       12, 2},
    {"NeitherDefaultNorNot",        29, 2},
    {"NoSuchDirection",             30, 2},
    {"NoSuchAccess",                31, 2},
    {"NoSuchProtocol",              32, 6},
    {"BitsBeyondThePrefix",         40, 1},
    {"ShorterPrefixThanBits",       41, 15},
    {"PrefixOf33Bits",              41, 33},
    {"EmptyPortRange",              59, 2}, // 592 to 443
    {"NeitherTargetsNorNot",        63, 2},
    {"LargeRouteIdentifier",        87, 1},
    {"NeitherFrontendNorNot",       91, 2},
    {"NeitherRouteNorNone",         92, 2},
    {"NoSuchNextHop",               93, 2},
    {"LargeInterfaceIdentifier",   100, 1},
    {"NeitherGroupNorNone",        104, 2},
    {"GroupThatIsNotThere",        107, 1},
    {"RouteTableThatIsNotThere",   109, 1},
    {"NeitherBlockedNorNot",       110, 2},
};
// clang-format on

class UnsoundGoalStates : public ::testing::TestWithParam<UnsoundCase>
{
};

TEST_P(UnsoundGoalStates, AreRefused)
{
    auto bytes = SMALL;
    bytes.at(GetParam().offset) = GetParam().value;
    EXPECT_FALSE(DecodeHostGoalState(bytes));
}

INSTANTIATE_TEST_SUITE_P(HostGoalStates,
                         UnsoundGoalStates,
                         ::testing::ValuesIn(UNSOUND_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(HostGoalStates, AreRefusedIfTheTimeoutIsNotOneOfAProfile)
{
    for (const auto& [timeout, isSound] : {std::pair{NanoSeconds(0), false},
                                           {NanoSeconds(1), true},
                                           {Hours(1000), true},
                                           {Hours(1000) + NanoSeconds(1), false},
                                           {Time::Max(), false}})
    {
        auto bytes = SMALL;
        for (std::size_t i = 0; i < 8; ++i)
        {
            bytes[4 + i] = static_cast<uint8_t>(timeout.GetNanoSeconds() >> (56 - 8 * i));
        }
        EXPECT_EQ(DecodeHostGoalState(bytes).has_value(), isSound) << timeout;
    }
}

TEST(HostGoalStates, AreRefusedIfRoutesDoNotAscend)
{
    auto goalState = MakeSmall();
    goalState.routeTables[0].routes.push_back({Ipv4Address("10.0.0.5"), Ipv4Address(), 1});
    const auto whole = Encode(goalState);
    constexpr std::size_t LAST_OCTET = 92 + 3; // of the second route's address, by SMALL
    ASSERT_EQ(whole.at(LAST_OCTET), 5U);
    for (const auto& [octet, isSound] : {std::pair{3, false}, {4, false}, {5, true}, {6, true}})
    {
        auto bytes = whole;
        bytes[LAST_OCTET] = static_cast<uint8_t>(octet);
        EXPECT_EQ(DecodeHostGoalState(bytes).has_value(), isSound) << "10.0.0.4, 10.0.0." << octet;
    }
}

TEST(HostGoalStatesDeathTest, EndTheProgramWhereTheyCouldNotBeRead)
{
    auto goalState = MakeSmall();
    goalState.networkInterfaces[0].routeTable = 1;
    EXPECT_DEATH(Encode(goalState), "goal state: .* index .* is not one");
    goalState = MakeSmall();
    goalState.groups[0].name.assign(65536, 'x');
    EXPECT_DEATH(Encode(goalState), "65536 do not fit");
}

} // namespace

} // namespace ns3::azure
