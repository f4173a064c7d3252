// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-header-writer.h"
#include "ns3/icmpv4.h"
#include "ns3/ipv4-header.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-option-ts.h"
#include "ns3/udp-header.h"

#include <gtest/gtest.h>
#include <sstream>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr uint32_t PAYLOAD = 7; // bytes

/// ns-3 checks each header that is taken off, which it has to be told before the first packet.
class HeaderWriterTest : public testing::Test
{
  protected:
    void SetUp() override
    {
        if (testing::UnitTest::GetInstance()->test_to_run_count() > 1)
        {
            GTEST_SKIP() << "ns-3 can be told to print before the first packet only: run it alone";
        }
        Packet::EnablePrinting();
        Packet::EnableChecking();
    }

    /// @return an IPv4 header without options
    static Ipv4Header MakeIpv4(uint8_t protocol, uint32_t payload)
    {
        Ipv4Header header;
        header.SetSource("10.0.0.4");
        header.SetDestination("198.19.0.1");
        header.SetProtocol(protocol);
        header.SetPayloadSize(static_cast<uint16_t>(payload));
        header.SetTtl(64);
        return header;
    }

    /// @return the packet's first bytes, which are taken off it
    static std::vector<uint8_t> Cut(Packet& packet, uint32_t size)
    {
        std::vector<uint8_t> bytes(size);
        packet.CopyData(bytes.data(), size);
        packet.RemoveAtStart(size);
        return bytes;
    }

    /// @return the packet as a text trace has it
    static std::string Print(const Packet& packet)
    {
        std::ostringstream text;
        packet.Print(text);
        return text.str();
    }
};

TEST_F(HeaderWriterTest, TcpWithOptionsIsWholeThoughItsFirstBytesOnlyAreGiven)
{
    Packet packet(PAYLOAD);
    TcpHeader tcp;
    tcp.SetSourcePort(1025);
    tcp.SetDestinationPort(80);
    tcp.AppendOption(CreateObject<TcpOptionTS>());
    packet.AddHeader(tcp);
    const uint32_t tcpSize = packet.GetSize() - PAYLOAD;
    EXPECT_GT(tcpSize, 20U);
    packet.AddHeader(MakeIpv4(6, packet.GetSize()));
    const auto before = Print(packet);

    const auto bytes = Cut(packet, 40);
    AddDatagramHeaders(packet, bytes.data(), 40);
    EXPECT_EQ(Print(packet), before);

    Ipv4Header ipv4;
    packet.RemoveHeader(ipv4);
    TcpHeader found;
    EXPECT_EQ(packet.RemoveHeader(found), tcpSize);
    EXPECT_EQ(found.GetSourcePort(), 1025);
    EXPECT_EQ(packet.GetSize(), PAYLOAD);
}

TEST_F(HeaderWriterTest, InnerHeadersFollowThoseOfATunnel)
{
    for (const uint8_t protocol : {4, 47})
    {
        const uint32_t greSize = protocol == 47 ? 8 : 0;
        Packet packet(PAYLOAD);
        UdpHeader udp;
        udp.SetSourcePort(53);
        packet.AddHeader(udp);
        packet.AddHeader(MakeIpv4(17, packet.GetSize()));
        const Packet inner(packet);

        std::vector<uint8_t> bytes(20 + greSize + 28);
        Packet outer;
        outer.AddHeader(MakeIpv4(protocol, greSize + inner.GetSize()));
        outer.CopyData(bytes.data(), 20);
        inner.CopyData(bytes.data() + 20 + greSize, 28);
        packet.RemoveAtStart(28);
        AddDatagramHeaders(packet, bytes.data(), static_cast<uint32_t>(bytes.size()));

        EXPECT_EQ(Print(packet),
                  Print(outer) + (greSize > 0 ? " ns3::azure::RawHeader (8 raw bytes) " : " ") +
                      Print(inner));
        Ipv4Header ipv4;
        packet.RemoveHeader(ipv4);
        packet.RemoveAtStart(greSize);
        packet.RemoveHeader(ipv4);
        packet.RemoveHeader(udp);
        EXPECT_EQ(udp.GetSourcePort(), 53);
        EXPECT_EQ(packet.GetSize(), PAYLOAD);
    }
}

TEST_F(HeaderWriterTest, EchoIsOneHeaderToItsEnd)
{
    Packet packet;
    Icmpv4Echo echo;
    echo.SetIdentifier(9);
    echo.SetData(Create<Packet>(30));
    packet.AddHeader(echo);
    Icmpv4Header icmp;
    icmp.SetType(Icmpv4Header::ICMPV4_ECHO);
    packet.AddHeader(icmp);
    packet.AddHeader(MakeIpv4(1, packet.GetSize()));

    const auto bytes = Cut(packet, 28);
    AddDatagramHeaders(packet, bytes.data(), 28);
    Ipv4Header ipv4;
    packet.RemoveHeader(ipv4);
    packet.RemoveHeader(icmp);
    packet.RemoveHeader(echo);
    EXPECT_EQ(echo.GetIdentifier(), 9);
    EXPECT_EQ(packet.GetSize(), 0U);
}

TEST_F(HeaderWriterTest, WhatHasNoHeaderOfNs3StaysBytes)
{
    const std::vector<uint8_t> withOptions(28, 0x46);
    Packet packet(PAYLOAD);
    AddDatagramHeaders(packet, withOptions.data(), 28);
    EXPECT_EQ(Print(packet), "ns3::azure::RawHeader (28 raw bytes) Payload (size=7)");

    Packet cutOff(0);
    AddTransportHeader(cutOff, IpProtocol::Tcp, withOptions.data(), 12);
    EXPECT_EQ(Print(cutOff), "ns3::azure::RawHeader (12 raw bytes)");
}

TEST_F(HeaderWriterTest, ALaterFragmentHasNoTransportHeader)
{
    auto ipv4 = MakeIpv4(6, 24);
    ipv4.SetFragmentOffset(800);
    Packet packet(24);
    packet.AddHeader(ipv4);
    const auto before = Print(packet);
    const auto bytes = Cut(packet, 20);
    AddDatagramHeaders(packet, bytes.data(), 20);
    EXPECT_EQ(Print(packet), before);
}

TEST_F(HeaderWriterTest, SomePayloadMayStandBehindATransportHeader)
{
    Packet packet(PAYLOAD);
    TcpHeader tcp;
    tcp.SetDestinationPort(443);
    packet.AddHeader(tcp);
    const auto bytes = Cut(packet, 23);
    AddTransportHeader(packet, IpProtocol::Tcp, bytes.data(), 23);
    TcpHeader found;
    packet.RemoveHeader(found);
    EXPECT_EQ(found.GetDestinationPort(), 443);
    EXPECT_EQ(Print(packet), "ns3::azure::RawHeader (3 raw bytes) Payload Fragment [3:7]");
}

} // namespace

} // namespace ns3::azure
