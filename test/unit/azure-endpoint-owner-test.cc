// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-raw-datagram.h"

#include "ns3/azure-endpoint-owner.h"

#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

namespace ns3::azure
{

namespace
{

const Ipv4Address FRONTEND("198.18.0.1");  // SNAT: 1024 to 1031 belong to target 7
const Ipv4Address OWN("198.18.32.1");      // instance-level public IP of target 8
const Ipv4Address NOBODYS("198.18.99.99"); // in no entry
const Ipv4Address SERVER("198.19.0.1");
constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;
constexpr auto ICMP = IpProtocol::Icmp;
constexpr auto ESP = static_cast<IpProtocol>(50);

/// One row: a packet to a public address, and who gets it.
struct OwnerCase
{
    std::string name;                            // test name
    Bytes datagram;                              // the packet
    std::variant<uint32_t, DropReason> expected; // target, or why there is none
};

void
PrintTo(const OwnerCase& c, std::ostream* os)
{
    *os << ReadFlowKey(c.datagram);
}

Bytes
To(Ipv4Address destination, uint16_t port, IpProtocol protocol, uint16_t fragment = 0)
{
    DatagramTraits traits;
    traits.fragment = fragment;
    return MakeDatagram({SERVER, destination, 80, port, protocol}, traits);
}

/// An ICMP error about a packet from there.
Bytes
About(Ipv4Address source, uint16_t port, IpProtocol protocol)
{
    DatagramTraits traits;
    traits.payload = 16;
    return MakeIcmpError(SERVER,
                         source,
                         MakeDatagram({source, SERVER, port, 80, protocol}, traits));
}

std::vector<OwnerCase>
MakeOwnerCases()
{
    using D = DropReason;
    // clang-format off
    return {
        // name                     datagram                             expected
        {"SnatTcpFirstPort",        To(FRONTEND, 1024, TCP),             7U},
        {"SnatTcpLastPort",         To(FRONTEND, 1031, TCP),             7U},
        {"SnatUdp",                 To(FRONTEND, 1030, UDP),             7U},
        {"SnatPortAfterTheBlock",   To(FRONTEND, 1032, TCP),             D::UnownedSnatPort},
        {"SnatPortBeforeTheBlock",  To(FRONTEND, 1023, UDP),             D::UnownedSnatPort},
        {"SnatFirstFragment",       To(FRONTEND, 1024, UDP, 0x2000),     7U},
        {"SnatLaterFragment",       To(FRONTEND, 0, UDP, 0x0001),        D::Fragment},
        {"SnatPing",                To(FRONTEND, 0, ICMP),               D::UnsupportedProtocol},
        {"SnatEsp",                 To(FRONTEND, 0, ESP),                D::UnsupportedProtocol},
        {"SnatErrorAboutTcp",       About(FRONTEND, 1024, TCP),          7U},
        {"SnatErrorAboutUdp",       About(FRONTEND, 1031, UDP),          7U},
        {"SnatErrorUnownedPort",    About(FRONTEND, 1032, TCP),          D::UnownedSnatPort},
        {"SnatErrorAboutEsp",       About(FRONTEND, 0, ESP),             D::UnownedSnatPort},
        {"OwnTcp",                  To(OWN, 22, TCP),                    8U},
        {"OwnUdpPortZero",          To(OWN, 0, UDP),                     8U},
        {"OwnLastPort",             To(OWN, 65535, TCP),                 8U},
        {"OwnLaterFragment",        To(OWN, 0, UDP, 0x0001),             8U},
        {"OwnPing",                 To(OWN, 0, ICMP),                    8U},
        {"OwnEsp",                  To(OWN, 0, ESP),                     8U},
        {"OwnError",                About(OWN, 5000, TCP),               8U},
        {"NobodysTcp",              To(NOBODYS, 1024, TCP),              D::UnknownPublicAddress},
        {"NobodysPing",             To(NOBODYS, 0, ICMP),                D::UnknownPublicAddress},
        {"NobodysFragment",         To(NOBODYS, 0, UDP, 0x0001),         D::UnknownPublicAddress},
        {"NobodysError",            About(NOBODYS, 1024, TCP),           D::UnknownPublicAddress},
    };
    // clang-format on
}

class EndpointOwners : public ::testing::TestWithParam<OwnerCase>
{
};

TEST_P(EndpointOwners, GetThePackets)
{
    PublicEndpointTable table;
    ASSERT_TRUE(table.Insert(FRONTEND, {1024, 1031}, 7));
    ASSERT_TRUE(table.Insert(OWN, {}, 8));
    PacketHeaders headers;
    ASSERT_TRUE(headers.Read(*ToPacket(GetParam().datagram)));
    EXPECT_EQ(FindEndpointOwner(table, headers), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(EndpointOwner,
                         EndpointOwners,
                         ::testing::ValuesIn(MakeOwnerCases()),
                         [](const auto& info) { return info.param.name; });

} // namespace

} // namespace ns3::azure
