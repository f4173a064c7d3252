// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-inbound-endpoint-table.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>

namespace ns3::azure
{

namespace
{

constexpr auto TCP = TransportProtocol::Tcp;
constexpr auto UDP = TransportProtocol::Udp;
constexpr auto ALL = TransportProtocol::All;

const Ipv4Address MUX("10.128.0.9");
const Ipv4Address FIRST("198.18.0.1");
const Ipv4Address SECOND("10.0.0.100");

/// One row: what is asked, and the backend port of the answer.
struct LookupCase
{
    const char* name;    // test name
    const char* address; // destination
    uint16_t port;       // destination
    IpProtocol protocol; // of the packet
    int backendPort;     // of the endpoint; -1: there is none
};

// clang-format off
constexpr LookupCase LOOKUP_CASES[] = {
    // name             address         port   protocol          backendPort
    {"Tcp",             "198.18.0.1",   80,    IpProtocol::Tcp,  8080},
    {"Udp",             "198.18.0.1",   80,    IpProtocol::Udp,  8081},
    {"AnotherPort",     "198.18.0.1",   81,    IpProtocol::Tcp,  -1},
    {"AnotherAddress",  "198.18.0.2",   80,    IpProtocol::Tcp,  -1},
    {"HaPortsTcp",      "10.0.0.100",   4321,  IpProtocol::Tcp,  0},
    {"HaPortsUdp",      "10.0.0.100",   65535, IpProtocol::Udp,  0},
    {"HaPortsIcmp",     "10.0.0.100",   0,     IpProtocol::Icmp, -1},
    {"BesideHaPorts",   "10.0.0.100",   443,   IpProtocol::Tcp,  8443},
    {"BesideHaPortsUdp", "10.0.0.100",  443,   IpProtocol::Udp,  0},
};
// clang-format on

void
PrintTo(const LookupCase& c, std::ostream* os)
{
    *os << c.address << ':' << c.port;
}

class InboundEndpoints : public ::testing::TestWithParam<LookupCase>
{
};

TEST_P(InboundEndpoints, AreFoundByFrontendProtocolAndPort)
{
    const auto& c = GetParam();
    InboundEndpointTable table;
    EXPECT_TRUE(table.Insert({1,
                              {MUX},
                              {{FIRST, {}, TCP, 80, 8080, false},
                               {FIRST, {}, UDP, 80, 8081, false},
                               {SECOND, 1, ALL, 0, 0, false},
                               {SECOND, 1, TCP, 443, 8443, false}}}));
    const FlowKey key(Ipv4Address("198.19.0.1"), Ipv4Address(c.address), 5000, c.port, c.protocol);
    const auto* endpoint = table.Lookup(key);
    EXPECT_EQ(endpoint ? int{endpoint->backendPort} : -1, c.backendPort);
}

INSTANTIATE_TEST_SUITE_P(InboundEndpointTable,
                         InboundEndpoints,
                         ::testing::ValuesIn(LOOKUP_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(InboundEndpointTable, KnowsFrontendsAndMuxes)
{
    InboundEndpointTable table;
    EXPECT_FALSE(table.IsMux(MUX));
    EXPECT_FALSE(table.IsKnown(FIRST));
    EXPECT_TRUE(table.Insert({1, {MUX}, {{FIRST, {}, UDP, 80, 80, false}}}));
    EXPECT_TRUE(table.IsMux(MUX));
    EXPECT_FALSE(table.IsMux(FIRST));
    EXPECT_TRUE(table.IsKnown(FIRST));
    EXPECT_FALSE(table.IsKnown(Ipv4Address(FIRST.Get() - 1)));
    EXPECT_FALSE(table.IsKnown(Ipv4Address(FIRST.Get() + 1)));
}

TEST(InboundEndpointTable, RefusesTwoTranslationsOfOnePortWhole)
{
    const InboundEndpoint known{FIRST, 1, TCP, 80, 8080, false};
    const FlowKey fresh(FIRST, SECOND, 5000, 22, IpProtocol::Tcp);
    auto other = known;
    other.backendPort = 8081;
    auto floating = known;
    floating.isFloatingIp = true;
    auto elsewhere = known;
    elsewhere.virtualNetwork = 2;
    for (const auto& different : {other, floating, elsewhere})
    {
        InboundEndpointTable table;
        EXPECT_TRUE(table.Insert({1, {}, {known}}));
        EXPECT_FALSE(table.Insert({1, {MUX}, {{SECOND, 1, TCP, 22, 22, false}, different}}));
        EXPECT_FALSE(table.IsMux(MUX));
        EXPECT_EQ(table.Lookup(fresh), nullptr);
        EXPECT_TRUE(table.Insert({1, {MUX}, {{SECOND, 1, TCP, 22, 22, false}, known}}));
        EXPECT_NE(table.Lookup(fresh), nullptr);
    }
}

} // namespace

} // namespace ns3::azure
