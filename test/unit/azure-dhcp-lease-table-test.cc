// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-dhcp-lease-table.h"

#include <gtest/gtest.h>
#include <optional>
#include <ostream>

namespace ns3::azure
{

namespace
{

using Type = DhcpMessageType;

const Ipv4Address SERVER("168.63.129.16");
const Ipv4Address NONE("0.0.0.0");
const Ipv4Address OWN("10.0.0.4");
const Ipv4Address OTHER("10.0.0.5");
constexpr DhcpHardwareAddress HARDWARE{0, 0, 0, 0, 0, 4};
constexpr DhcpHardwareAddress STRANGER{0, 0, 0, 0, 0, 9};

/// One row: a message of a client whose address is 10.0.0.4, and the server's reply.
struct LeaseCase
{
    const char* name;                     // test name
    Type type;                            // of the message
    std::optional<Ipv4Address> requested; // option 50
    Ipv4Address clientAddress;            // ciaddr
    std::optional<Ipv4Address> server;    // option 54
    std::optional<Type> reply;            // type of the reply; none if nothing
};

void
PrintTo(const LeaseCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
const LeaseCase LEASE_CASES[] = {
    // name                  type            requested     ciaddr  server        reply
    {"Discover",             Type::Discover, std::nullopt, NONE,   std::nullopt, Type::Offer},
    {"DiscoverWithAWish",    Type::Discover, OTHER,        NONE,   std::nullopt, Type::Offer},
    {"Select",               Type::Request,  OWN,          NONE,   SERVER,       Type::Ack},
    {"SelectOtherServer",    Type::Request,  OWN,          NONE,   OTHER,        std::nullopt},
    {"SelectWithoutServer",  Type::Request,  OWN,          NONE,   std::nullopt, Type::Ack},
    {"SelectOtherAddress",   Type::Request,  OTHER,        NONE,   SERVER,       Type::Nak},
    {"Renew",                Type::Request,  std::nullopt, OWN,    std::nullopt, Type::Ack},
    {"RenewOtherAddress",    Type::Request,  std::nullopt, OTHER,  std::nullopt, Type::Nak},
    {"RenewAsNs3Does",       Type::Request,  OWN,          NONE,   std::nullopt, Type::Ack},
    {"RequestWithoutWish",   Type::Request,  std::nullopt, NONE,   std::nullopt, Type::Ack},
    {"Decline",              Type::Decline,  OWN,          NONE,   SERVER,       std::nullopt},
    {"Release",              Type::Release,  std::nullopt, OWN,    SERVER,       std::nullopt},
    {"Inform",               Type::Inform,   std::nullopt, OWN,    std::nullopt, std::nullopt},
    {"MessageOfAServer",     Type::Offer,    std::nullopt, NONE,   std::nullopt, std::nullopt},
};
// clang-format on

class DhcpLeases : public ::testing::TestWithParam<LeaseCase>
{
};

TEST_P(DhcpLeases, S3_50_AreAnsweredByTheTable)
{
    const auto& c = GetParam();
    DhcpLeaseTable table;
    ASSERT_TRUE(table.Insert(HARDWARE, {OWN, Ipv4Mask("255.128.0.0"), Ipv4Address("10.0.0.1")}));
    ASSERT_TRUE(table.Insert({1}, {OTHER, Ipv4Mask("255.128.0.0"), Ipv4Address("10.0.0.1")}));
    DhcpMessage message;
    message.type = c.type;
    message.transaction = 0xDEADBEEF;
    message.hardware = HARDWARE;
    message.requested = c.requested;
    message.clientAddress = c.clientAddress;
    message.server = c.server;

    const auto reply = table.Evaluate(message, SERVER, 101);

    ASSERT_EQ(reply.has_value(), c.reply.has_value());
    if (!reply)
    {
        return;
    }
    DhcpMessage expected;
    expected.type = *c.reply;
    expected.transaction = 0xDEADBEEF;
    expected.hardware = HARDWARE;
    expected.server = SERVER;
    if (*c.reply != Type::Nak)
    {
        expected.clientAddress = c.clientAddress;
        expected.yourAddress = OWN;
        expected.mask = Ipv4Mask("255.128.0.0");
        expected.router = Ipv4Address("10.0.0.1");
        expected.lease = 101;
        expected.renewal = 50;   // 101 / 2 = 50.5
        expected.rebinding = 88; // 101 * 7 / 8 = 88.375
    }
    EXPECT_EQ(*reply, expected);
}

INSTANTIATE_TEST_SUITE_P(DhcpLeaseTable,
                         DhcpLeases,
                         ::testing::ValuesIn(LEASE_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(DhcpLeaseTable, S3_50_StrangersGetNoReply)
{
    DhcpLeaseTable table;
    table.Insert(HARDWARE, {OWN, Ipv4Mask("255.128.0.0"), Ipv4Address("10.0.0.1")});
    DhcpMessage message;
    message.hardware = STRANGER;

    EXPECT_FALSE(table.Evaluate(message, SERVER, 100));
}

TEST(DhcpLeaseTable, FirstLeaseOfAHardwareAddressStays)
{
    DhcpLeaseTable table;
    EXPECT_TRUE(table.Insert(HARDWARE, {OWN, Ipv4Mask("255.128.0.0"), Ipv4Address("10.0.0.1")}));
    EXPECT_FALSE(table.Insert(HARDWARE, {OTHER, Ipv4Mask("255.0.0.0"), Ipv4Address("10.0.0.2")}));
    EXPECT_EQ(table.GetSize(), 1U);

    DhcpMessage message;
    message.hardware = HARDWARE;
    EXPECT_EQ(table.Evaluate(message, SERVER, 100).value().yourAddress, OWN);
}

TEST(DhcpLeaseTable, LongestLeaseHasItsTimes)
{
    DhcpLeaseTable table;
    table.Insert(HARDWARE, {OWN, Ipv4Mask("255.128.0.0"), Ipv4Address("10.0.0.1")});
    DhcpMessage message;
    message.hardware = HARDWARE;

    const auto reply = table.Evaluate(message, SERVER, 0xFFFFFFFF).value();

    EXPECT_EQ(reply.renewal, 0x7FFFFFFFU);
    EXPECT_EQ(reply.rebinding, 3758096383U); // (2^32 - 1) * 7 / 8 = 3758096383.1
}

} // namespace

} // namespace ns3::azure
