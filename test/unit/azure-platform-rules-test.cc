// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-platform-rules.h"

#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>
#include <variant>

namespace ns3::azure
{

namespace
{

constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;

/// A subnet of 10.0.0.0/16 with an endpoint for 198.51.100.0/24, somebody at one address of each.
VirtualNetworkRoutes
MakeRoutes(std::optional<RouteNextHop> defaultRoute = std::nullopt)
{
    RouteTable table;
    table.prefixes = {{0x0a000000, 16}, {0xc6336400, 24}};
    table.routes = {{Ipv4Address("10.0.0.5"), Ipv4Address("10.128.0.2"), 7},
                    {Ipv4Address("198.51.100.7"), Ipv4Address("10.128.0.3"), 7}};
    table.defaultRoute = defaultRoute;
    return VirtualNetworkRoutes(table);
}

TEST(VirtualNetworkRoute, IsFoundByAddressOnly)
{
    const auto routes = MakeRoutes(RouteNextHop::None);
    const auto* route = routes.Lookup(0x0a000005);
    ASSERT_NE(route, nullptr);
    EXPECT_EQ(route->host, Ipv4Address("10.128.0.2"));
    EXPECT_EQ(route->virtualNetwork, 7U);
    EXPECT_EQ(routes.Lookup(0x0a000006), nullptr);
    EXPECT_TRUE(routes.Covers(0x0a000006));
    EXPECT_FALSE(routes.Covers(0x0a010005));
    EXPECT_EQ(routes.GetDefaultRoute(), RouteNextHop::None);
    const VirtualNetworkRoutes nobody;
    EXPECT_EQ(nobody.Lookup(0x0a000005), nullptr);
    EXPECT_FALSE(nobody.Covers(0x0a000005));
    EXPECT_FALSE(nobody.GetDefaultRoute());
}

TEST(VirtualNetworkRouteDeathTest, EndsTheProgramWhereTwoHaveOneAddress)
{
    RouteTable table;
    table.routes = {{Ipv4Address("10.0.0.5"), Ipv4Address("10.128.0.2"), 7},
                    {Ipv4Address("10.0.0.5"), Ipv4Address("10.128.0.3"), 7}};
    EXPECT_DEATH(VirtualNetworkRoutes{table}, "two network interfaces have the address 10.0.0.5");
}

/// One row: a packet of the VM, where it goes, and what the platform has to say about it.
struct PathCase
{
    const char* name;                       // test name
    const char* source;                     // address
    const char* destination;                // address
    uint16_t sourcePort;                    // port
    uint16_t port;                          // of the destination
    IpProtocol protocol;                    // of the packet
    std::variant<FlowPath, DropReason> way; // without a user's default route
    bool isMail;                            // expected of IsInternetMail()
    bool isLicense;                         // expected of IsLicenseRequest()
};

void
PrintTo(const PathCase& c, std::ostream* os)
{
    *os << GetName(c.protocol) << " to " << c.destination << ":" << c.port;
}

constexpr auto HOST = FlowPath::HostService;
constexpr auto PEER = FlowPath::VirtualNetwork;
constexpr auto SERVICE = FlowPath::ServiceEndpoint;
constexpr auto INTERNET = FlowPath::Internet;
constexpr auto NOBODY = DropReason::NoVirtualNetworkRoute;
constexpr auto NOWHERE = DropReason::NonInternetDestination;

// clang-format off
const PathCase PATH_CASES[] = {
    // name                    source      destination        from  port  proto way       mail   license
    {"S3_50_Dns",              "10.0.0.4", "168.63.129.16",   5000,   53, UDP,  HOST,     false, false},
    {"S3_50_Metadata",         "10.0.0.4", "169.254.169.254", 5000,   80, TCP,  HOST,     false, false},
    {"S3_50_NextToMetadata",   "10.0.0.4", "169.254.169.253", 5000,   80, TCP,  NOWHERE,  false, false},
    {"S3_50_NextToHost",       "10.0.0.4", "168.63.129.17",   5000,   53, UDP,  INTERNET, false, false},
    {"S3_50_DhcpDiscover",     "0.0.0.0",  "255.255.255.255",   68,   67, UDP,  HOST,     false, false},
    {"S3_50_DhcpRenewal",      "10.0.0.4", "168.63.129.16",     68,   67, UDP,  HOST,     false, false},
    {"S3_50_OtherBroadcast",   "10.0.0.4", "255.255.255.255",   68,   68, UDP,  NOWHERE,  false, false},
    {"S3_50_TcpIsNoDhcp",      "10.0.0.4", "255.255.255.255",   68,   67, TCP,  NOWHERE,  false, false},
    {"Peer",                   "10.0.0.4", "10.0.0.5",        5000,   80, TCP,  PEER,     false, false},
    {"Nobody",                 "10.0.0.4", "10.0.0.6",        5000,   80, TCP,  NOBODY,   false, false},
    {"Oneself",                "10.0.0.5", "10.0.0.5",        5000,   80, TCP,  NOBODY,   false, false},
    {"OneselfOutside",         "10.1.0.5", "10.1.0.5",        5000,   80, TCP,  NOBODY,   false, false},
    {"OtherNetwork",           "10.0.0.4", "10.1.0.5",        5000,   80, TCP,  NOWHERE,  false, false},
    {"S3_44_Service",          "10.0.0.4", "198.51.100.7",    5000,  443, TCP,  SERVICE,  false, false},
    {"S3_44_NobodyThere",      "10.0.0.4", "198.51.100.8",    5000,  443, TCP,  NOBODY,   false, false},
    {"S3_44_NextToService",    "10.0.0.4", "198.51.101.7",    5000,  443, TCP,  INTERNET, false, false},
    {"S3_53_Mail",             "10.0.0.4", "198.19.0.1",      5000,   25, TCP,  INTERNET, true,  false},
    {"S3_53_MailRelay",        "10.0.0.4", "198.19.0.1",      5000,  587, TCP,  INTERNET, false, false},
    {"S3_53_NoMail",           "10.0.0.4", "198.19.0.1",      5000,   25, UDP,  INTERNET, false, false},
    {"S3_53_MailToPeer",       "10.0.0.4", "10.0.0.5",        5000,   25, TCP,  PEER,     false, false},
    {"S3_53_AnswerToMail",     "10.0.0.4", "198.19.0.1",        25, 5000, TCP,  INTERNET, false, false},
    {"S3_51_License",          "10.0.0.4", "198.18.193.5",    5000, 1688, TCP,  INTERNET, false, true},
    {"S3_51_LastLicense",      "10.0.0.4", "198.18.193.255",  5000, 1688, TCP,  INTERNET, false, true},
    {"S3_51_NextToLicense",    "10.0.0.4", "198.18.194.0",    5000, 1688, TCP,  INTERNET, false, false},
    {"S3_51_NoLicense",        "10.0.0.4", "198.18.193.5",    5000, 1688, UDP,  INTERNET, false, false},
    {"S3_51_NoLicensePort",    "10.0.0.4", "198.18.193.5",    5000, 1687, TCP,  INTERNET, false, false},
    {"S3_51_NoLicenseServer",  "10.0.0.4", "198.19.0.1",      5000, 1688, TCP,  INTERNET, false, false},
    {"S3_51_LicenseOfService", "10.0.0.4", "198.51.100.7",    5000, 1688, TCP,  SERVICE,  false, false},
};
// clang-format on

class Paths : public ::testing::TestWithParam<PathCase>
{
};

TEST_P(Paths, AreSelectedByDestinationWithThePlatformsRulesForThem)
{
    const auto& c = GetParam();
    const FlowKey key(Ipv4Address(c.source),
                      Ipv4Address(c.destination),
                      c.sourcePort,
                      c.port,
                      c.protocol);
    const auto routes = MakeRoutes();
    EXPECT_EQ(SelectPath(key, routes), c.way);
    if (const auto* path = std::get_if<FlowPath>(&c.way))
    {
        EXPECT_EQ(IsInternetMail(*path, key), c.isMail);
        EXPECT_EQ(IsLicenseRequest(key, std::nullopt), c.isLicense);
    }
    const auto forced = MakeRoutes(RouteNextHop::Internet);
    EXPECT_EQ(SelectPath(key, forced), c.way);
    EXPECT_FALSE(IsLicenseRequest(key, RouteNextHop::Internet)) << "S3-51";
    using Way = std::variant<FlowPath, DropReason>;
    const auto otherwise = c.way == Way(INTERNET) ? Way(NOBODY) : c.way;
    EXPECT_EQ(SelectPath(key, MakeRoutes(RouteNextHop::None)), otherwise);
}

INSTANTIATE_TEST_SUITE_P(PlatformRules,
                         Paths,
                         ::testing::ValuesIn(PATH_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(DhcpReplies, S3_50_ComeFromTheHostsServerPort)
{
    const Ipv4Address host("168.63.129.16");
    const Ipv4Address vm("10.0.0.4");
    EXPECT_TRUE(IsDhcpReply({host, vm, 67, 68, UDP}));
    EXPECT_FALSE(IsDhcpReply({host, vm, 67, 67, UDP}));
    EXPECT_FALSE(IsDhcpReply({host, vm, 68, 68, UDP}));
    EXPECT_FALSE(IsDhcpReply({host, vm, 67, 68, TCP}));
    EXPECT_FALSE(IsDhcpReply({vm, vm, 67, 68, UDP}));
}

} // namespace

} // namespace ns3::azure
