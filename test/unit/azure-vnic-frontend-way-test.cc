// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>

/**
 * @file
 * @brief A client that comes again by another way: direct, or through a frontend.
 */
namespace ns3::azure
{

namespace
{

constexpr auto TCP = IpProtocol::Tcp;

/// How a client gets to the VM's port 8080.
enum class Way : uint8_t
{
    Network,          //!< from PEER, to the private address
    InternalFrontend, //!< from PEER
    PublicIp,         //!< from SERVER
    PublicFrontend,   //!< from SERVER
};

/// A VM with an instance-level public IP behind two frontends.
class VnicFrontendWay : public VnicStory
{
  protected:
    VnicFrontendWay()
    {
        WithNeighbors({VM, PEER});
        EXPECT_TRUE(WithEndpoints({{PUBLIC, {}, TransportProtocol::Tcp, 80, 8080, false},
                                   {INTERNAL, NETWORK, TransportProtocol::Tcp, 80, 8080, false}}));
    }

    /// A segment from the client.
    VnicStory& FromClient(Way way, uint8_t tcpFlags)
    {
        switch (way)
        {
        case Way::Network:
            return ReceiveFromNetwork(Make({PEER, VM, 40000, 8080, TCP}, tcpFlags));
        case Way::InternalFrontend:
            return ReceiveFromMux(Make({PEER, INTERNAL, 40000, 80, TCP}, tcpFlags));
        case Way::PublicIp:
            return Receive(Make({SERVER, OWN, 40000, 8080, TCP}, tcpFlags));
        case Way::PublicFrontend:
            return ReceiveFromMux(Make({SERVER, PUBLIC, 40000, 80, TCP}, tcpFlags));
        }
        return *this;
    }

    /// A segment from the client passes.
    void Deliver(Way way, uint8_t tcpFlags)
    {
        FromClient(way, tcpFlags);
        if (way == Way::Network)
        {
            ExpectDeliveredUntouched();
        }
        else
        {
            ExpectDeliveredTo(VM, 8080);
        }
    }

    /// A segment from the VM to the client.
    VnicStory& ToClient(Way way, uint8_t tcpFlags)
    {
        const bool isNeighbor = way == Way::Network || way == Way::InternalFrontend;
        return Send(Make({VM, isNeighbor ? PEER : SERVER, 8080, 40000, TCP}, tcpFlags));
    }

    /// The VM's segment went back that way.
    void ExpectSentBack(Way way)
    {
        switch (way)
        {
        case Way::Network:
            ExpectCarriedTo(PEER);
            break;
        case Way::InternalFrontend:
            ExpectCarriedTo(PEER, INTERNAL, 80);
            break;
        case Way::PublicIp:
            ExpectOwnAddress();
            break;
        case Way::PublicFrontend:
            ExpectSentFrom(PUBLIC, 80);
            break;
        }
    }

    static Bytes Make(const FlowKey& key, uint8_t tcpFlags)
    {
        DatagramTraits traits;
        traits.tcpFlags = tcpFlags;
        return MakeDatagram(key, traits);
    }

    static inline const Ipv4Address PUBLIC{"198.18.0.1"};   //!< a frontend
    static inline const Ipv4Address INTERNAL{"10.0.0.100"}; //!< a frontend
};

/// One row: how the client comes, and comes again.
struct WayCase
{
    const char* name; // test name
    Way first;
    Way second;
};

void
PrintTo(const WayCase& c, std::ostream* os)
{
    *os << c.name;
}

constexpr WayCase WAY_CASES[] = {
    {"DirectThenFrontend", Way::Network, Way::InternalFrontend},
    {"FrontendThenDirect", Way::InternalFrontend, Way::Network},
    {"PublicIpThenFrontend", Way::PublicIp, Way::PublicFrontend},
    {"FrontendThenPublicIp", Way::PublicFrontend, Way::PublicIp},
};

class VnicFrontendWays : public VnicFrontendWay, public ::testing::WithParamInterface<WayCase>
{
  protected:
    VnicFrontendWays()
    {
        WithPublicIp();
    }

    const Way m_first{GetParam().first};   //!< of the first connection
    const Way m_second{GetParam().second}; //!< of the second one
};

TEST_P(VnicFrontendWays, SynAfterARefusalBeginsAnotherFlow)
{
    Deliver(m_first, TCP_SYN);
    ToClient(m_first, TCP_RST | TCP_ACK);
    ExpectSentBack(m_first);
    Deliver(m_second, TCP_SYN);
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Reopened);
    ASSERT_EQ(m_created.size(), 2U);
    EXPECT_TRUE(m_created[1].isInbound);
    ToClient(m_second, TCP_SYN | TCP_ACK);
    ExpectSentBack(m_second);
    Deliver(m_second, TCP_ACK);
    FromClient(m_first, TCP_ACK).ExpectDropped(DropReason::NoTrackedFlow);
}

TEST_P(VnicFrontendWays, SynAfterBothFinsBeginsAnotherFlow)
{
    Deliver(m_first, TCP_SYN);
    ToClient(m_first, TCP_SYN | TCP_ACK);
    Deliver(m_first, TCP_FIN | TCP_ACK);
    FromClient(m_second, TCP_SYN).ExpectDropped(DropReason::NoTrackedFlow); // it is half open
    ToClient(m_first, TCP_FIN | TCP_ACK);
    Deliver(m_second, TCP_SYN);
    EXPECT_EQ(m_ended.size(), 1U);
}

TEST_P(VnicFrontendWays, OnlyASynBeginsAnotherFlow)
{
    Deliver(m_first, TCP_SYN);
    FromClient(m_second, TCP_SYN).ExpectDropped(DropReason::NoTrackedFlow);
    Deliver(m_first, TCP_RST);
    for (const int flags : {+TCP_ACK, TCP_FIN | TCP_ACK, +TCP_RST, TCP_SYN | TCP_RST})
    {
        FromClient(m_second, static_cast<uint8_t>(flags)).ExpectDropped(DropReason::NoTrackedFlow);
    }
    EXPECT_TRUE(m_ended.empty());
    Deliver(m_first, TCP_SYN);
}

INSTANTIATE_TEST_SUITE_P(VnicFrontend,
                         VnicFrontendWays,
                         ::testing::ValuesIn(WAY_CASES),
                         [](const auto& row) { return row.param.name; });

TEST_F(VnicFrontendWay, SynAfterAConnectionOfTheVmBeginsAnotherFlow)
{
    WithPublicIp();
    ToClient(Way::PublicIp, TCP_SYN);
    ExpectSentBack(Way::PublicIp);
    Deliver(Way::PublicIp, TCP_RST);
    Deliver(Way::PublicFrontend, TCP_SYN);
    ToClient(Way::PublicFrontend, TCP_SYN | TCP_ACK);
    ExpectSentBack(Way::PublicFrontend);
}

TEST_F(VnicFrontendWay, SynWaitsForTheSnatPortOfTheFlowBefore)
{
    WithSnat("2017[RstHold=15s]", 1);
    At("0s").Send(Make({VM, SERVER, 8080, 40000, TCP}, TCP_SYN)).ExpectPort(1024);
    Receive(Make({SERVER, GetFrontend(0), 40000, 1024, TCP}, TCP_RST)).ExpectDelivered(8080);
    At("14s");
    FromClient(Way::PublicFrontend, TCP_SYN).ExpectDropped(DropReason::NoTrackedFlow);
    At("15s");
    Deliver(Way::PublicFrontend, TCP_SYN);
}

} // namespace

} // namespace ns3::azure
