// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-nat-gateway-world.h"

#include "ns3/simulator.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

/**
 * @file
 * @brief How FabricHelper leads a NAT gateway's addresses to it, and what the edge keeps out.
 */
namespace ns3::azure
{

namespace
{

/// How the rest of the public addresses is led to muxes.
enum class MuxRoute : uint8_t
{
    None,         //!< there is no mux
    OneBefore,    //!< to one, before the gateway's
    OneAfter,     //!< to one, after the gateway's
    SharedBefore, //!< shared by two, before the gateway's
    SharedAfter,  //!< shared by two, after the gateway's
};

/// One row: what comes first must not matter.
struct RouteCase
{
    const char* name; // test name, [A-Za-z0-9]+
    MuxRoute route;   // of the other addresses
};

void
PrintTo(const RouteCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
constexpr RouteCase ROUTE_CASES[] = {
    {"WithoutMuxes",     MuxRoute::None},
    {"BehindOneMux",     MuxRoute::OneBefore},
    {"BeforeOneMux",     MuxRoute::OneAfter},
    {"BehindSharedOnes", MuxRoute::SharedBefore},
    {"BeforeSharedOnes", MuxRoute::SharedAfter},
};
// clang-format on

class NatGatewayRoutes : public NatGatewayWorld, public ::testing::WithParamInterface<RouteCase>
{
  protected:
    /// Two nodes in place of muxes; count what they get.
    std::vector<FabricAttachment> AttachMuxes()
    {
        std::vector<FabricAttachment> places;
        for (uint32_t i = 0; i < 2; ++i)
        {
            const auto node = CreateObject<Node>();
            FabricHelper::InstallStack(node);
            places.push_back(m_fabric->Attach(node));
            m_muxPorts.push_back(FabricPort::Create(places.back().device,
                                                    places.back().address,
                                                    [this](const Ptr<const Packet>& /* packet */) {
                                                        ++m_atMuxes;
                                                        return true;
                                                    }));
        }
        return places;
    }

    /// Lead all public addresses to muxes.
    void RouteToMuxes(const std::vector<FabricAttachment>& muxes, bool isShared)
    {
        if (isShared)
        {
            m_fabric->SharePublicAddressesAmong(muxes, Hours(1));
        }
        else
        {
            m_fabric->RoutePublicAddressesTo(muxes[0]);
        }
    }

    std::vector<Ptr<FabricPort>> m_muxPorts; //!< of the nodes in place of muxes
    uint32_t m_atMuxes{0};                   //!< packets that they got
};

TEST_P(NatGatewayRoutes, LeadItsOwnAddressesToIt)
{
    constexpr uint32_t OTHER = PUBLIC + 16; // nobody's, in the muxes' prefix
    const auto route = GetParam().route;
    const bool isShared = route == MuxRoute::SharedBefore || route == MuxRoute::SharedAfter;
    Begin();
    const auto muxes = AttachMuxes();
    if (route == MuxRoute::OneAfter || route == MuxRoute::SharedAfter)
    {
        RouteToMuxes(muxes, isShared); // Begin() has led the first address to the gateway
    }
    const Ipv4Address second(PUBLIC + 1);
    m_goalState.publicAddresses.push_back(second);
    m_fabric->RouteToNatGateway(m_gatewayPlace, {second});
    if (route == MuxRoute::OneBefore || route == MuxRoute::SharedBefore)
    {
        RouteToMuxes(muxes, isShared);
    }
    Program();
    for (const auto address : {PUBLIC, PUBLIC + 1, OTHER})
    {
        In(FlowKey(SERVER, address, 443, 2000, IpProtocol::Udp));
    }
    Run(MilliSeconds(1));
    EXPECT_EQ(CountDrops(DropReason::NoTrackedFlow), 2U);
    EXPECT_EQ(m_gateway->GetPacketCounts().received, 2U);
    EXPECT_EQ(m_atMuxes, route == MuxRoute::None ? 0U : 1U);
}

INSTANTIATE_TEST_SUITE_P(NatGateway,
                         NatGatewayRoutes,
                         ::testing::ValuesIn(ROUTE_CASES),
                         [](const auto& row) { return row.param.name; });

class NatGatewayEdge : public NatGatewayWorld
{
};

TEST_F(NatGatewayEdge, NobodyOnTheInternetHasTheGatewaysAddress)
{
    Begin();
    Program();
    const FlowKey forged(PUBLIC, PUBLIC, 443, 2000, IpProtocol::Tcp);
    In(forged); // would be answered by a RST to the gateway itself
    Run(MilliSeconds(1));
    EXPECT_EQ(m_gateway->GetPacketCounts().received, 0U);
    EXPECT_TRUE(m_resets.empty());
}

TEST_F(NatGatewayEdge, NobodyOnTheInternetPassesForAHost)
{
    Begin();
    Program();
    const auto flow = MakeFlow(1, 5000);
    const auto packet = ToPacket(MakeDatagram(flow));
    PacketHeaders headers;
    ASSERT_TRUE(headers.Read(*packet));
    EncapsulateForNatGateway(*packet,
                             headers,
                             {Ipv4Address(SERVER), m_gatewayPlace.address.address},
                             1,
                             0,
                             true);
    In(ToBytes(*packet));
    Run(MilliSeconds(1));
    EXPECT_EQ(m_gateway->GetPacketCounts().received, 0U);
}

TEST(NatGatewayAddresses, LieWhereScenariosHaveNoOthers)
{
    const auto prefix = FabricHelper::GetNatGatewayPrefix();
    EXPECT_TRUE(FabricHelper::GetPublicPrefixes().front().Contains(prefix.network));
    EXPECT_EQ(Ipv4Address(prefix.network), Ipv4Address("198.18.48.0"));
    EXPECT_EQ(prefix.length, 20); // behind 1,000 instance-level addresses from 198.18.32.1 on
}

using NatGatewayRouteDeathTest = NatGatewayWorld;

TEST_F(NatGatewayRouteDeathTest, RefusesWhatTheEdgeDoesNotKnow)
{
    Begin();
    EXPECT_DEATH(m_fabric->RouteToNatGateway(m_gatewayPlace, {Ipv4Address("203.0.113.1")}),
                 "addresses: '203.0.113.1' is not allowed; give addresses in 198.18.0.0/16");
}

} // namespace

} // namespace ns3::azure
