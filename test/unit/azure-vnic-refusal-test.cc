// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>

namespace ns3::azure
{

namespace
{

constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;
constexpr auto ICMP = IpProtocol::Icmp;
constexpr auto ESP = static_cast<IpProtocol>(50);

/// One row: a packet, and why it does not pass; nothing if it does.
struct RefusalCase
{
    const char* name;                // test name
    const char* source;              // source address
    const char* destination;         // destination address
    IpProtocol protocol;             // what it carries
    uint16_t fragment;               // flags and offset
    uint8_t ttl;                     // time to live
    std::optional<DropReason> snat;  // with SNAT
    std::optional<DropReason> owned; // with an instance-level public IP
};

void
PrintTo(const RefusalCase& c, std::ostream* os)
{
    *os << GetName(c.protocol) << " from " << c.source << " to " << c.destination;
}

constexpr auto FOREIGN = DropReason::ForeignSource;
constexpr auto EXPIRED = DropReason::TtlExpired;
constexpr auto INTERNAL = DropReason::NonInternetDestination;
constexpr auto FRAGMENT = DropReason::Fragment;
constexpr auto UNSUPPORTED = DropReason::UnsupportedProtocol;
constexpr auto UNTRACKED = DropReason::NoTrackedFlow;

// clang-format off
const RefusalCase OUTBOUND_CASES[] = {
    // name                    source      destination        proto fragment ttl  with SNAT    with ILPIP
    {"Udp",                    "10.0.0.4", "198.19.0.1",      UDP,  0,       64,  {},          {}},
    {"TtlTwoIsEnough",         "10.0.0.4", "198.19.0.1",      UDP,  0,        2,  {},          {}},
    {"DontFragmentIsNone",     "10.0.0.4", "198.19.0.1",      UDP,  0x4000,  64,  {},          {}},
    {"TtlOne",                 "10.0.0.4", "198.19.0.1",      UDP,  0,        1,  EXPIRED,     EXPIRED},
    {"TtlZero",                "10.0.0.4", "198.19.0.1",      UDP,  0,        0,  EXPIRED,     EXPIRED},
    {"ForeignPrivateSource",   "10.0.0.5", "198.19.0.1",      UDP,  0,       64,  FOREIGN,     FOREIGN},
    {"ForgedPublicSource",     "198.18.0.1", "198.19.0.1",    UDP,  0,       64,  FOREIGN,     FOREIGN},
    {"ForeignBeforeTtl",       "10.0.0.5", "10.0.0.6",        ESP,  1,        1,  FOREIGN,     FOREIGN},
    {"ToPrivate10",            "10.0.0.4", "10.0.0.5",        TCP,  0,       64,  INTERNAL,    INTERNAL},
    {"ToPrivate172",           "10.0.0.4", "172.31.255.255",  UDP,  0,       64,  INTERNAL,    INTERNAL},
    {"ToPrivate192",           "10.0.0.4", "192.168.0.1",     ICMP, 0,       64,  INTERNAL,    INTERNAL},
    {"ToSharedSpace",          "10.0.0.4", "100.64.0.1",      UDP,  0,       64,  INTERNAL,    INTERNAL},
    {"PrivateBeforeFragment",  "10.0.0.4", "10.0.0.5",        UDP,  0x2000,  64,  INTERNAL,    INTERNAL},
    {"FirstFragment",          "10.0.0.4", "198.19.0.1",      UDP,  0x2000,  64,  FRAGMENT,    {}},
    {"LaterFragment",          "10.0.0.4", "198.19.0.1",      TCP,  0x0005,  64,  FRAGMENT,    FRAGMENT},
    {"FragmentOfEsp",          "10.0.0.4", "198.19.0.1",      ESP,  0x2005,  64,  FRAGMENT,    FRAGMENT},
    {"Ping",                   "10.0.0.4", "198.19.0.1",      ICMP, 0,       64,  UNSUPPORTED, {}},
    {"Esp",                    "10.0.0.4", "198.19.0.1",      ESP,  0,       64,  UNSUPPORTED, {}},
};

const RefusalCase INBOUND_CASES[] = {
    // name                    source        destination      proto fragment ttl  with SNAT    with ILPIP
    {"Udp",                    "198.19.0.1", "",              UDP,  0,       64,  UNTRACKED,   {}},
    {"TcpAck",                 "198.19.0.1", "",              TCP,  0,       64,  UNTRACKED,   {}},
    {"TtlTwoIsEnough",         "198.19.0.1", "",              UDP,  0,        2,  UNTRACKED,   {}},
    {"TtlOne",                 "198.19.0.1", "",              UDP,  0,        1,  EXPIRED,     EXPIRED},
    {"ForgedVmAddress",        "10.0.0.4",   "",              UDP,  0,       64,  FOREIGN,     FOREIGN},
    {"FirstFragment",          "198.19.0.1", "",              UDP,  0x2000,  64,  FRAGMENT,    {}},
    {"LaterFragment",          "198.19.0.1", "",              UDP,  0x0005,  64,  FRAGMENT,    FRAGMENT},
    {"Ping",                   "198.19.0.1", "",              ICMP, 0,       64,  UNSUPPORTED, {}},
    {"Esp",                    "198.19.0.1", "",              ESP,  0,       64,  UNSUPPORTED, {}},
};
// clang-format on

class Refusals : public VnicStory, public ::testing::WithParamInterface<RefusalCase>
{
  protected:
    /// Send or receive the packet, and compare.
    void Expect(bool isOutbound, bool hasPublicIp)
    {
        const auto& c = GetParam();
        hasPublicIp ? WithPublicIp() : WithSnat("2017", 4);
        DatagramTraits traits;
        traits.fragment = c.fragment;
        traits.ttl = c.ttl;
        const Ipv4Address to =
            isOutbound ? Ipv4Address(c.destination) : (hasPublicIp ? OWN : GetFrontend(0));
        const auto datagram =
            MakeDatagram({Ipv4Address(c.source), to, 5000, 1024, c.protocol}, traits);
        isOutbound ? Send(datagram) : Receive(datagram);
        const auto& expected = hasPublicIp ? c.owned : c.snat;
        if (expected)
        {
            ExpectDropped(*expected);
            EXPECT_TRUE(m_created.empty());
        }
        else if (isOutbound)
        {
            hasPublicIp ? ExpectOwnAddress() : ExpectPort(1024);
        }
        else
        {
            const bool hasPort = IsTranslatedBySnat(c.protocol) && (c.fragment & 0x1fff) == 0;
            ASSERT_TRUE(std::holds_alternative<Forward>(m_verdict));
            const auto& rewrite = GetRewrite();
            ASSERT_TRUE(rewrite);
            EXPECT_EQ(Ipv4Address(rewrite->address), VM);
            EXPECT_EQ(rewrite->port.value_or(0), hasPort ? 1024 : 0);
        }
    }
};

class OutboundRefusals : public Refusals
{
};

TEST_P(OutboundRefusals, WithSnat)
{
    Expect(true, false);
}

TEST_P(OutboundRefusals, WithInstanceLevelPublicIp)
{
    Expect(true, true);
}

INSTANTIATE_TEST_SUITE_P(Vnic,
                         OutboundRefusals,
                         ::testing::ValuesIn(OUTBOUND_CASES),
                         [](const auto& info) { return info.param.name; });

class InboundRefusals : public Refusals
{
};

TEST_P(InboundRefusals, WithSnat)
{
    Expect(false, false);
}

TEST_P(InboundRefusals, WithInstanceLevelPublicIp)
{
    Expect(false, true);
}

INSTANTIATE_TEST_SUITE_P(Vnic,
                         InboundRefusals,
                         ::testing::ValuesIn(INBOUND_CASES),
                         [](const auto& info) { return info.param.name; });

using PublicIpFlow = VnicStory;

TEST_F(PublicIpFlow, S0_31_UsesNoSnat)
{
    WithPublicIp();
    for (uint16_t port = 5000; port < 5100; ++port)
    {
        Syn(port).ExpectOwnAddress();
        EXPECT_EQ(GetTranslated(port).GetSourcePort(), port);
    }
    ExpectFree();
    EXPECT_TRUE(m_ports.empty());
    EXPECT_TRUE(m_exhausted.empty());
    const auto usage = m_pipeline->GetSnatPortUsage();
    ASSERT_EQ(usage.size(), 1U);
    EXPECT_EQ(usage[0].publicAddress, std::nullopt);
    EXPECT_EQ(usage[0].portsAllocated, 0U);
}

TEST_F(PublicIpFlow, MayBeginInTheMiddle)
{
    WithPublicIp();
    Send(TCP_ACK, 5000, SERVER).ExpectOwnAddress();
    EXPECT_EQ(m_created.size(), 1U);
}

TEST_F(PublicIpFlow, InboundIsTrackedAsOneFlowWithItsAnswers)
{
    WithPublicIp();
    const FlowKey request(SERVER, OWN, 40000, 22, TCP);
    DatagramTraits traits;
    traits.tcpFlags = TCP_SYN;
    At("1s").Receive(MakeDatagram(request, traits));
    ExpectDelivered(22);
    At("2s").Send(TCP_SYN | TCP_ACK, 22, SERVER, 40000);
    ExpectOwnAddress();
    ASSERT_EQ(m_created.size(), 1U);
    EXPECT_TRUE(m_created[0].isInbound);
    EXPECT_EQ(m_created[0].key, FlowKey(VM, SERVER, 22, 40000, TCP));
    EXPECT_EQ(m_created[0].translated, FlowKey(OWN, SERVER, 22, 40000, TCP));
    const auto record = m_pipeline->GetOpenFlows().at(0);
    EXPECT_EQ(record.outcome, FlowOutcome::Established);
    EXPECT_EQ(record.firstReply, Seconds(2));
    EXPECT_EQ(record.packetsIn, 1U);
    EXPECT_EQ(record.packetsOut, 1U);
    At("241s").ExpectFree();
    EXPECT_EQ(m_ended.size(), 0U);
    At("242s").ExpectFree();
    EXPECT_EQ(m_ended.size(), 1U);
}

TEST_F(PublicIpFlow, ClosesAndReopensWithoutAPort)
{
    WithPublicIp("2018");
    At("0s").Connect(5000).FinBoth(5000);
    At("1s").Syn(5000);
    ExpectOwnAddress();
    EXPECT_EQ(m_created.size(), 2U);
    EXPECT_EQ(m_ended.at(0).end, FlowEnd::Reopened);
    EXPECT_TRUE(m_ports.empty());
}

TEST_F(PublicIpFlow, InboundFlowIsReopenedByTheSideThatOpenedIt)
{
    WithPublicIp("2018");
    const FlowKey request(SERVER, OWN, 40000, 22, TCP);
    const auto receive = [&](uint8_t flags) {
        DatagramTraits traits;
        traits.tcpFlags = flags;
        Receive(MakeDatagram(request, traits));
    };
    receive(TCP_SYN);
    receive(TCP_FIN | TCP_ACK);
    Send(TCP_FIN | TCP_ACK, 22, SERVER, 40000);
    receive(TCP_SYN);
    ASSERT_EQ(m_created.size(), 2U);
    EXPECT_TRUE(m_created[1].isInbound);
    EXPECT_EQ(m_created[1].key, m_created[0].key);
}

TEST_F(PublicIpFlow, NobodyOnTheInternetHasAnAddressThatDefaultRulesTrust)
{
    WithPublicIp();
    WithGroups(BriefRules{});
    WithNeighbors({PEER, SERVICE});
    // A peer, nobody in the virtual network, the load balancer's probes, a service with an
    // endpoint, and what is private or special anywhere.
    for (const auto* source :
         {"10.0.0.5", "10.0.0.66", "168.63.129.16", "198.51.100.7", "192.168.0.1", "127.0.0.1"})
    {
        const Ipv4Address from(source);
        Receive(MakeDatagram({from, OWN, 4000, 22, UDP})).ExpectDropped(DropReason::ForeignSource);
    }
    EXPECT_TRUE(m_created.empty());
    Receive(MakeDatagram({SERVER, OWN, 4000, 22, UDP})).ExpectDeniedBy("DenyAllInBound");
}

TEST_F(PublicIpFlow, IcmpErrorsPassWithTheirFlowOnly)
{
    WithPublicIp();
    Udp(5000, SERVER);
    Receive(MakeIcmpError(SERVER, OWN, MakeDatagram(GetTranslated(5000)))).ExpectDelivered(5000);
    const FlowKey never(OWN, ANOTHER, 1, 2, UDP);
    Receive(MakeIcmpError(SERVER, OWN, MakeDatagram(never)))
        .ExpectDropped(DropReason::NoTrackedFlow);
    Send(MakeIcmpError(VM, ANOTHER, MakeDatagram({ANOTHER, VM, 1, 2, UDP})))
        .ExpectDropped(DropReason::NoTrackedFlow);
    DatagramTraits truncated;
    truncated.icmpType = ICMP_UNREACHABLE; // and quotes nothing
    const FlowKey none(VM, SERVER, 0, 0, ICMP);
    Send(MakeDatagram(none, truncated)).ExpectDropped(DropReason::NoTrackedFlow);
    EXPECT_EQ(m_created.size(), 1U);
}

} // namespace

} // namespace ns3::azure
