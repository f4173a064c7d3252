// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-virtual-network-routes.h"

#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <ostream>

namespace ns3::azure
{

namespace
{

/// @return a table of two addresses
RouteTable
MakeTable()
{
    return {{{0x0a000000, 16}, {0xc6128000, 24}},
            {{Ipv4Address("10.0.0.4"), Ipv4Address("10.128.0.2"), 1},
             {Ipv4Address("10.0.0.5"), Ipv4Address("10.128.0.6"), 1, true}},
            RouteNextHop::None};
}

TEST(VirtualNetworkRoutes, AreSharedByEqualTablesWhileInUse)
{
    auto first = VirtualNetworkRoutes::Share(MakeTable());
    EXPECT_EQ(VirtualNetworkRoutes::Share(MakeTable()), first);
    EXPECT_EQ(first.use_count(), 1) << "only users hold it";
    const std::weak_ptr<const VirtualNetworkRoutes> before = first;
    first.reset();
    EXPECT_TRUE(before.expired());
    EXPECT_TRUE(VirtualNetworkRoutes::Share(MakeTable())->IsMadeOf(MakeTable()));
}

/// One row: a change to a table.
struct TableChange
{
    const char* name;                        // test name
    std::function<void(RouteTable&)> change; // makes another one
};

void
PrintTo(const TableChange& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
const TableChange TABLE_CHANGES[] = {
    {"Prefix",        [](auto& table) { table.prefixes[1].length = 25; }},
    {"FewerPrefixes", [](auto& table) { table.prefixes.pop_back(); }},
    {"Address",       [](auto& table) { table.routes[1].address = Ipv4Address("10.0.0.6"); }},
    {"Host",          [](auto& table) { table.routes[0].host = Ipv4Address("10.128.0.6"); }},
    {"Network",       [](auto& table) { table.routes[0].virtualNetwork = 2; }},
    {"Frontend",      [](auto& table) { table.routes[1].isFrontend = false; }},
    {"FewerRoutes",   [](auto& table) { table.routes.pop_back(); }},
    {"DefaultRoute",  [](auto& table) { table.defaultRoute.reset(); }},
};
// clang-format on

TEST(VirtualNetworkRoutes, AreNotSharedWithTableThatHasAnAddressTwice)
{
    const auto routes = VirtualNetworkRoutes::Share(MakeTable());
    auto doubled = MakeTable();
    doubled.routes[1] = doubled.routes[0]; // as many routes, all of them known

    EXPECT_FALSE(routes->IsMadeOf(doubled));
    EXPECT_DEATH(VirtualNetworkRoutes::Share(doubled), "two network interfaces have the address");
}

class ChangedRouteTable : public ::testing::TestWithParam<TableChange>
{
};

TEST_P(ChangedRouteTable, IsNotTheSame)
{
    auto changed = MakeTable();
    GetParam().change(changed);
    const auto routes = VirtualNetworkRoutes::Share(MakeTable());

    EXPECT_FALSE(routes->IsMadeOf(changed));
    EXPECT_NE(VirtualNetworkRoutes::Share(changed), routes);
}

INSTANTIATE_TEST_SUITE_P(All,
                         ChangedRouteTable,
                         ::testing::ValuesIn(TABLE_CHANGES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
