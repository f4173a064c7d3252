// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"

#include "ns3/boolean.h"
#include "ns3/callback.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/udp-socket-factory.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

/**
 * @file
 * @brief Packets that are no part of a TCP or UDP exchange: ICMP, fragments, other protocols, and
 * packets nobody asked for.  With checksums in use.
 */
namespace ns3::azure
{

namespace
{

constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;
constexpr auto ICMP = IpProtocol::Icmp;
constexpr auto ESP = static_cast<IpProtocol>(50);
constexpr auto LOAD_BALANCED = OutboundScenario::LoadBalanced;
constexpr auto PUBLIC_IP = OutboundScenario::PublicIp;

/// A world with checksums in use, and a UDP socket on the VM that hears ICMP errors.
class OutboundPackets : public OutboundWorld
{
  protected:
    void SetUp() override
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    }

    /// A world of one VM; its and the server's stack are listened to.
    void BeginListening(OutboundScenario scenario, const std::string& profile = "2017")
    {
        BeginWith(scenario, profile);
        Listen(GetVm());
        Listen(GetServer());
    }

    /// The VM's socket sends a datagram from port 5000.
    void SendFromSocket(uint16_t toPort, uint8_t ttl)
    {
        m_socket = Socket::CreateSocket(GetVm(), UdpSocketFactory::GetTypeId());
        m_socket->Bind(InetSocketAddress(GetPrivateAddress(), 5000));
        m_socket->SetIpTtl(ttl);
        m_socket->SetAttribute("IcmpCallback",
                               CallbackValue(MakeCallback(&OutboundPackets::OnIcmp, this)));
        m_socket->SendTo(Create<Packet>(100), 0, InetSocketAddress(GetServerAddress(), toPort));
    }

    void OnIcmp(Ipv4Address from,
                uint8_t /* ttl */,
                uint8_t type,
                uint8_t code,
                uint32_t /* info */)
    {
        m_icmp.push_back({from, type, code});
    }

    /// An ICMP error that the VM's socket was told of.
    struct IcmpHeard
    {
        Ipv4Address from;
        uint8_t type;
        uint8_t code;
    };

    Ptr<Socket> m_socket;          //!< of the VM
    std::vector<IcmpHeard> m_icmp; //!< what it was told
};

/// The same with every scenario.
class OutboundErrors : public OutboundPackets,
                       public ::testing::WithParamInterface<OutboundScenario>
{
};

TEST_P(OutboundErrors, UnreachablePortIsToldToTheVmsSocket)
{
    BeginListening(GetParam());
    At("1s", [this] { SendFromSocket(9999, 64); });
    Run("2s");
    ASSERT_EQ(m_icmp.size(), 1U);
    EXPECT_EQ(m_icmp[0].from, GetServerAddress());
    EXPECT_EQ(m_icmp[0].type, 3);
    EXPECT_EQ(m_icmp[0].code, 3);
    ASSERT_EQ(GetReceived(GetVm()).size(), 1U);
    const auto& error = GetReceived(GetVm())[0];
    EXPECT_EQ(FindBadChecksum(error), std::nullopt);
    EXPECT_EQ(ReadFlowKey(error).GetDestination(), GetPrivateAddress());
    EXPECT_EQ(ReadFlowKey(GetQuotation(error)),
              FlowKey(GetPrivateAddress(), GetServerAddress(), 5000, 9999, UDP));
}

TEST_P(OutboundErrors, TimeThatRunsOutAtARouterIsToldToTheVmsSocket)
{
    BeginListening(GetParam());
    At("1s", [this] { SendFromSocket(9999, 3); }); // host agent, fabric router, edge router
    Run("2s");
    ASSERT_EQ(m_icmp.size(), 1U);
    EXPECT_EQ(m_icmp[0].type, ICMP_TIME_EXCEEDED);
    EXPECT_TRUE(GetReceived(GetServer()).empty());
    const auto& error = GetReceived(GetVm()).at(0);
    EXPECT_EQ(FindBadChecksum(error), std::nullopt);
    EXPECT_EQ(ReadFlowKey(GetQuotation(error)).GetSource(), GetPrivateAddress());
}

TEST_P(OutboundErrors, TimeThatRunsOutAtTheHostAgentIsToldToNobody)
{
    BeginListening(GetParam());
    At("1s", [this] { SendFromSocket(9999, 1); });
    Run("2s");
    EXPECT_TRUE(m_icmp.empty());
    EXPECT_EQ(CountDrops(DropReason::TtlExpired), 1U);
    EXPECT_TRUE(m_created.empty());
}

TEST_P(OutboundErrors, ErrorOfTheVmReachesTheServerTranslated)
{
    BeginListening(GetParam());
    // Nobody on the VM waits for the server's response: its stack says so.
    SendRaw(0, MakeDatagram({GetPrivateAddress(), GetServerAddress(), 5000, 9999, UDP}));
    At("1s", [this] {
        const auto sent = ReadFlowKey(GetReceived(GetServer()).at(0));
        SendRawFromServer(MakeDatagram(sent.Reverse()));
    });
    Run("2s");
    ASSERT_EQ(GetReceived(GetServer()).size(), 2U);
    const auto& error = GetReceived(GetServer())[1];
    EXPECT_EQ(error[9], static_cast<uint8_t>(ICMP));
    EXPECT_EQ(FindBadChecksum(error), std::nullopt);
    const auto sent = ReadFlowKey(GetReceived(GetServer())[0]);
    EXPECT_EQ(ReadFlowKey(error).GetSource(), sent.GetSource());
    EXPECT_EQ(ReadFlowKey(GetQuotation(error)), sent.Reverse());
}

TEST_P(OutboundErrors, PacketsToPrivateAddressesAndFromForeignOnesAreDropped)
{
    const Ipv4Address elsewhere("192.168.0.1"); // private, and not in the virtual network
    const Ipv4Address stranger("10.0.0.11");
    BeginListening(GetParam());
    SendRaw(0, MakeDatagram({GetPrivateAddress(), elsewhere, 5000, 80, UDP}));
    SendRaw(0, MakeDatagram({stranger, GetServerAddress(), 5000, 80, UDP}));
    SendRaw(0, Bytes(10, 0x45));
    Run("1s");
    EXPECT_EQ(CountDrops(DropReason::NonInternetDestination), 1U);
    EXPECT_EQ(CountDrops(DropReason::ForeignSource), 1U);
    EXPECT_EQ(CountDrops(DropReason::Malformed), 1U);
    ASSERT_EQ(m_hostDrops.size(), 3U);
    EXPECT_EQ(m_hostDrops[1].networkInterface, 1U);
    EXPECT_EQ(m_hostDrops[1].bytes, 32U);
    EXPECT_EQ(m_hostDrops[1].key.GetSource(), stranger);
    EXPECT_EQ(m_hostDrops[2].bytes, 10U);
}

INSTANTIATE_TEST_SUITE_P(Outbound,
                         OutboundErrors,
                         ::testing::Values(OutboundScenario::Standalone,
                                           OutboundScenario::LoadBalanced,
                                           OutboundScenario::PublicIp),
                         [](const auto& info) {
                             std::string name = GetName(info.param);
                             name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
                             return name;
                         });

/// One row: a datagram that is neither whole TCP nor whole UDP.
struct OtherCase
{
    const char* name;    // test name
    IpProtocol protocol; // what it carries
    uint16_t fragment;   // flags and offset
    DropReason reason;   // why SNAT drops it
};

void
PrintTo(const OtherCase& c, std::ostream* os)
{
    *os << GetName(c.protocol) << ", " << GetName(c.reason);
}

// clang-format off
constexpr OtherCase OTHER_CASES[] = {
    // name            protocol fragment reason
    {"Ping",           ICMP,    0,       DropReason::UnsupportedProtocol},
    {"Esp",            ESP,     0,       DropReason::UnsupportedProtocol},
    {"FirstFragment",  UDP,     0x2000,  DropReason::Fragment},
    {"LaterFragment",  UDP,     0x0004,  DropReason::Fragment},
    {"EspFragment",    ESP,     0x2004,  DropReason::Fragment},
};
// clang-format on

class OutboundOthers : public OutboundPackets, public ::testing::WithParamInterface<OtherCase>
{
  protected:
    /// @return the row's datagram
    Bytes Make(Ipv4Address source, Ipv4Address destination)
    {
        return Make(source, destination, GetParam().fragment);
    }

    /// @return the row's datagram, or another fragment of it
    Bytes Make(Ipv4Address source, Ipv4Address destination, uint16_t fragment)
    {
        DatagramTraits traits;
        traits.fragment = fragment;
        traits.payload = 32;
        return MakeDatagram({source, destination, 5000, 1024, GetParam().protocol}, traits);
    }
};

TEST_P(OutboundOthers, AreDroppedBySnatWithTheirReason)
{
    BeginListening(LOAD_BALANCED);
    SendRaw(0, Make(GetPrivateAddress(), GetServerAddress()));
    At("1s", [this] { SendRawFromServer(Make(GetServerAddress(), GetFrontend())); });
    Run("2s");
    EXPECT_EQ(CountDrops(GetParam().reason), 2U) << "one each way";
    EXPECT_TRUE(GetReceived(GetServer()).empty());
    EXPECT_TRUE(GetReceived(GetVm()).empty());
}

TEST_P(OutboundOthers, PassWithAPublicIpOfOnesOwnEitherWay)
{
    BeginListening(PUBLIC_IP);
    const bool isLaterFragment = (GetParam().fragment & 0x1fff) != 0; // and follows the first
    if (isLaterFragment)
    {
        SendRaw(0, Make(GetPrivateAddress(), GetServerAddress(), MORE_FRAGMENTS));
    }
    SendRaw(0, Make(GetPrivateAddress(), GetServerAddress()));
    At("1s", [this, isLaterFragment] {
        if (isLaterFragment)
        {
            SendRawFromServer(Make(GetServerAddress(), GetInstanceLevelPublicIp(), MORE_FRAGMENTS));
        }
        SendRawFromServer(Make(GetServerAddress(), GetInstanceLevelPublicIp()));
    });
    Run("2s");
    EXPECT_TRUE(m_hostDrops.empty());
    EXPECT_TRUE(m_muxDrops.empty());
    ASSERT_GT(GetReceived(GetServer()).size(), isLaterFragment ? 1U : 0U);
    const auto& there = GetReceived(GetServer())[isLaterFragment ? 1 : 0];
    EXPECT_EQ(ReadFlowKey(there).GetSource(), GetInstanceLevelPublicIp());
    EXPECT_EQ(FindBadChecksum(there), std::nullopt);
    ASSERT_FALSE(GetReceived(GetVm()).empty());
    const auto& here = GetReceived(GetVm()).back();
    EXPECT_EQ(ReadFlowKey(here).GetDestination(), GetPrivateAddress());
    EXPECT_EQ(FindBadChecksum(here), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Outbound,
                         OutboundOthers,
                         ::testing::ValuesIn(OTHER_CASES),
                         [](const auto& info) { return info.param.name; });

TEST_F(OutboundPackets, PingThroughAPublicIpIsAnsweredEitherWay)
{
    BeginListening(PUBLIC_IP);
    SendRaw(0, MakeDatagram({GetPrivateAddress(), GetServerAddress(), 0, 0, ICMP}));
    Run("1s");
    ASSERT_EQ(GetReceived(GetVm()).size(), 1U);
    EXPECT_EQ(GetReceived(GetVm())[0][20], 0) << "an echo reply";
    SendRawFromServer(MakeDatagram({GetServerAddress(), GetInstanceLevelPublicIp(), 0, 0, ICMP}));
    Run("2s");
    ASSERT_EQ(GetReceived(GetServer()).size(), 2U);
    EXPECT_EQ(GetReceived(GetServer())[1][20], 0) << "an echo reply";
    EXPECT_EQ(ReadFlowKey(GetReceived(GetServer())[1]).GetSource(), GetInstanceLevelPublicIp());
}

TEST_F(OutboundPackets, ReassembledByTheServerWhenSentInFragmentsThroughAPublicIp)
{
    BeginListening(PUBLIC_IP);
    const auto socket = Socket::CreateSocket(GetServer(), UdpSocketFactory::GetTypeId());
    socket->Bind(InetSocketAddress(GetServerAddress(), 9000));
    At("1s", [this] {
        m_socket = Socket::CreateSocket(GetVm(), UdpSocketFactory::GetTypeId());
        m_socket->Bind(InetSocketAddress(GetPrivateAddress(), 5000));
        m_socket->SendTo(Create<Packet>(4000), 0, InetSocketAddress(GetServerAddress(), 9000));
    });
    Run("2s");
    EXPECT_EQ(GetReceived(GetServer()).size(), 3U);
    Address from;
    const auto packet = socket->RecvFrom(from);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->GetSize(), 4000U);
    EXPECT_EQ(InetSocketAddress::ConvertFrom(from).GetIpv4(), GetInstanceLevelPublicIp());
}

/// One row: a packet from the Internet that nobody asked for, and who drops it why.
struct UnaskedCase
{
    const char* name;        // test name
    const char* destination; // public address
    uint16_t port;           // public port
    DropReason reason;       // why it is dropped
    bool isAtMux;            // by the mux; otherwise by the host agent
};

void
PrintTo(const UnaskedCase& c, std::ostream* os)
{
    *os << c.destination << ":" << c.port;
}

// clang-format off
constexpr UnaskedCase UNASKED_CASES[] = {
    // name                 destination     port  reason                            at mux
    {"UnknownAddress",      "198.18.77.77", 1024, DropReason::UnknownPublicAddress, true},
    {"UnownedPort",         "198.18.0.1",   1032, DropReason::UnownedSnatPort,      true},
    {"PrivilegedPort",      "198.18.0.1",     80, DropReason::UnownedSnatPort,      true},
    {"OwnedPortOfNoFlow",   "198.18.0.1",   1025, DropReason::NoTrackedFlow,        false},
    {"FlowOfAnotherServer", "198.18.0.1",   1024, DropReason::NoTrackedFlow,        false},
};
// clang-format on

class OutboundUnasked : public OutboundPackets, public ::testing::WithParamInterface<UnaskedCase>
{
};

TEST_P(OutboundUnasked, IsDroppedAndCounted)
{
    const auto& c = GetParam();
    BeginListening(LOAD_BALANCED, "2017[AllocatedPorts=8]");
    SendUdp(0, 5000, GetServerAddress(), 9); // has port 1024
    At("1s", [&] {
        // From another port than the one the VM has sent to.
        SendRawFromServer(
            MakeDatagram({GetServerAddress(), Ipv4Address(c.destination), 4444, c.port, UDP}));
    });
    const auto before = m_muxDrops.size() + m_hostDrops.size();
    Run("2s");
    EXPECT_EQ(before, 0U);
    EXPECT_EQ(CountDrops(c.reason), 1U);
    EXPECT_EQ(m_muxDrops.size(), c.isAtMux ? 1U : 0U);
    EXPECT_EQ(m_hostDrops.size(), c.isAtMux ? 0U : 1U);
    if (!c.isAtMux)
    {
        EXPECT_EQ(m_hostDrops[0].networkInterface, 1U);
    }
    for (const auto& datagram : GetReceived(GetVm()))
    {
        EXPECT_NE(ReadFlowKey(datagram).GetSourcePort(), 4444);
    }
}

INSTANTIATE_TEST_SUITE_P(Outbound,
                         OutboundUnasked,
                         ::testing::ValuesIn(UNASKED_CASES),
                         [](const auto& info) { return info.param.name; });

TEST_F(OutboundPackets, TimeThatRunsOutAtTheMuxOrTheHostIsCountedThere)
{
    BeginListening(LOAD_BALANCED, "2017[AllocatedPorts=8]");
    SendUdp(0, 5000, GetServerAddress(), 9);
    const auto send = [this](uint8_t ttl) {
        DatagramTraits traits;
        traits.ttl = ttl;
        SendRawFromServer(MakeDatagram({GetServerAddress(), GetFrontend(), 9, 1024, UDP}, traits));
    };
    At("1s", [&] { send(3); }); // edge and fabric router leave 1
    At("2s", [&] { send(4); });
    At("3s", [&] { send(5); });
    Run("4s");
    EXPECT_EQ(m_muxDrops.size(), 1U);
    EXPECT_EQ(m_hostDrops.size(), 1U);
    EXPECT_EQ(CountDrops(DropReason::TtlExpired), 2U);
    EXPECT_EQ(GetReceived(GetVm()).back()[8], 1);
}

TEST_F(OutboundPackets, SynToAClosedPortIsAnsweredByARstThatReachesTheVm)
{
    BeginListening(LOAD_BALANCED, "2018");
    DatagramTraits traits;
    traits.tcpFlags = TCP_SYN;
    SendRaw(0, MakeDatagram({GetPrivateAddress(), GetServerAddress(), 5000, 81, TCP}, traits));
    Run("1s");
    ASSERT_EQ(GetReceived(GetVm()).size(), 1U);
    const auto& answer = GetReceived(GetVm())[0];
    EXPECT_EQ(ReadFlowKey(answer), FlowKey(GetServerAddress(), GetPrivateAddress(), 81, 5000, TCP));
    EXPECT_TRUE(answer[33] & TCP_RST);
    EXPECT_EQ(FindBadChecksum(answer), std::nullopt);
    EXPECT_EQ(GetAgent()->GetSnatPortUsage().at(0).portsCoolingDown, 1U);
    Run("16s");
    EXPECT_EQ(GetPortsHeld(), 0U) << "15 s after the RST";
}

} // namespace

} // namespace ns3::azure
