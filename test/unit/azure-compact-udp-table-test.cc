// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-compact-udp-table.h"

#include <cstdint>
#include <gtest/gtest.h>

namespace ns3::azure
{

namespace
{

/// Takes what comes, and does nothing about it.
class Nobody : public CompactUdpUser
{
  public:
    void HandleDatagram(uint32_t /* tag */,
                        const FlowKey& /* key */,
                        const uint8_t* /* bytes */,
                        uint32_t /* size */) override
    {
    }

    void HandleUnreachable(uint32_t /* tag */) override
    {
    }
};

/// @return from that port of the node to that port of a server
FlowKey
MakeKey(uint16_t port, uint16_t serverPort)
{
    return {Ipv4Address("10.0.0.4"), Ipv4Address("198.19.0.1"), port, serverPort, IpProtocol::Udp};
}

class CompactUdpTableTest : public ::testing::Test
{
  protected:
    CompactUdpTable m_table;
    Nobody m_client;
    Nobody m_server;
};

TEST_F(CompactUdpTableTest, KeyGoesBeforeThePortThatIsListenedTo)
{
    ASSERT_TRUE(m_table.Listen(53, m_server));
    ASSERT_TRUE(m_table.Bind(MakeKey(53, 80), m_client, 7));

    const auto bound = m_table.Lookup(MakeKey(53, 80));
    ASSERT_TRUE(bound);
    EXPECT_EQ(bound->user, &m_client);
    EXPECT_EQ(bound->tag, 7U);
    const auto other = m_table.Lookup(MakeKey(53, 81));
    ASSERT_TRUE(other);
    EXPECT_EQ(other->user, &m_server);
    EXPECT_EQ(other->tag, 0U);
    EXPECT_FALSE(m_table.LookupBound(MakeKey(53, 81))) << "nobody has sent that";
    EXPECT_FALSE(m_table.Lookup(MakeKey(54, 80)));
}

TEST_F(CompactUdpTableTest, KeyOrPortIsTakenOnce)
{
    EXPECT_TRUE(m_table.Listen(53, m_server));
    EXPECT_FALSE(m_table.Listen(53, m_client));
    EXPECT_TRUE(m_table.Bind(MakeKey(1, 2), m_client, 1));
    EXPECT_FALSE(m_table.Bind(MakeKey(1, 2), m_server, 2));
    EXPECT_EQ(m_table.Lookup(MakeKey(1, 2))->tag, 1U);
}

TEST_F(CompactUdpTableTest, WhatIsGivenBackCanBeTakenAgain)
{
    m_table.Listen(53, m_server);
    m_table.StopListening(53);
    m_table.StopListening(53);
    EXPECT_FALSE(m_table.Lookup(MakeKey(53, 80)));
    EXPECT_TRUE(m_table.Listen(53, m_client));

    m_table.Bind(MakeKey(1, 2), m_client, 1);
    m_table.Release(MakeKey(1, 2));
    m_table.Release(MakeKey(1, 2));
    EXPECT_FALSE(m_table.Lookup(MakeKey(1, 2)));
    EXPECT_TRUE(m_table.Bind(MakeKey(1, 2), m_server, 3));
    EXPECT_EQ(m_table.GetSize(), 1U);
}

TEST_F(CompactUdpTableTest, ManyKeysAreFoundAndTheirMemoryIsUsedAgain)
{
    const auto bindAll = [this](uint32_t tag) {
        for (uint32_t port = 1; port <= 5000; ++port)
        {
            ASSERT_TRUE(
                m_table.Bind(MakeKey(static_cast<uint16_t>(port), 80), m_client, tag + port));
        }
    };
    bindAll(0);
    const auto memory = m_table.GetMemory();
    EXPECT_GE(memory, 5000U * 32);
    EXPECT_LE(memory, 5000U * 80) << "32 bytes a key, and 8 bytes a cell of the index";
    for (uint32_t port = 5000; port >= 1; --port)
    {
        m_table.Release(MakeKey(static_cast<uint16_t>(port), 80));
    }
    EXPECT_EQ(m_table.GetSize(), 0U);
    bindAll(10000);
    EXPECT_EQ(m_table.GetMemory(), memory);
    EXPECT_EQ(m_table.Lookup(MakeKey(4321, 80))->tag, 14321U);
}

} // namespace

} // namespace ns3::azure
