// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-equal-cost-world.h"

#include "ns3/azure-route-message.h"
#include "ns3/boolean.h"
#include "ns3/channel.h"
#include "ns3/error-model.h"
#include "ns3/ipv4-header.h"
#include "ns3/pointer.h"
#include "ns3/udp-header.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

/**
 * @file
 * @brief Next hops that come and go: what they announce and withdraw, and when they die.
 */
namespace ns3::azure
{

namespace
{

using RouteAnnouncements = EqualCostWorld;

/// @return a UDP datagram with a message to the router's route port
Ptr<Packet>
MakeRouteDatagram(Ipv4Address source, Ipv4Address router, const std::vector<uint8_t>& bytes)
{
    const auto packet = Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size()));
    UdpHeader udp;
    udp.SetSourcePort(ROUTE_PORT);
    udp.SetDestinationPort(ROUTE_PORT);
    packet->AddHeader(udp);
    Ipv4Header ip;
    ip.SetSource(source);
    ip.SetDestination(router);
    ip.SetProtocol(17);
    ip.SetTtl(64);
    ip.SetPayloadSize(static_cast<uint16_t>(packet->GetSize()));
    packet->AddHeader(ip);
    return packet;
}

TEST_F(RouteAnnouncements, C_1_DeadMuxLosesItsFlowsUntilTheHoldTimeIsOver)
{
    // Ananta 3.3.4.  The last announcement comes at 100 s, so the route goes at 130 s; of each flow
    // a packet is sent every second.
    constexpr uint32_t FLOWS = 800;
    Share();
    At(Seconds(105), [this] { Kill(*m_sinks[3]); });
    for (int i = 0; i < 40; ++i)
    {
        SendFlowsAt(Seconds(100.5 + i), FLOWS);
    }
    RunUntil(Seconds(141));
    const auto before = GetSinksOfFlows(Seconds(104.5));
    ASSERT_EQ(before.size(), FLOWS);
    const auto lost = Count(before)[3];
    EXPECT_NEAR(lost, 100, 38); // an eighth of 800, 4 sigma = 4 sqrt(800 / 8 * 7 / 8)
    for (int i = 0; i < 40; ++i)
    {
        const auto sinks = GetSinksOfFlows(Seconds(100.5 + i));
        const bool isLosing = 105 <= 100.5 + i && 100.5 + i < 130;
        EXPECT_EQ(sinks.size(), isLosing ? FLOWS - lost : FLOWS) << 100.5 + i << " s";
        for (const auto& [key, sink] : sinks)
        {
            ASSERT_TRUE(100.5 + i > 130 || sink == before.at(key)) << "others are not touched";
        }
    }
    ASSERT_EQ(m_changes.size(), 1U);
    EXPECT_NEAR(m_changes.front().time.GetSeconds(), 130, 1e-4);
    EXPECT_EQ(TakeChanges(), (Texts{"3 hold-timer-expired"}));
    EXPECT_EQ(Count(GetSinksOfFlows(Seconds(139.5)))[3], 0U);
}

TEST_F(RouteAnnouncements, C_1_WithdrawalMovesFlowsAtOnceAndARestartBringsThemBack)
{
    constexpr uint32_t FLOWS = 800;
    Share();
    SendFlowsAt(Seconds(49), FLOWS);
    // A fabric link takes 10 us: the router knows before the next packets come.
    At(Seconds(50), [this] { m_sinks[5]->announcer.Close(true); });
    SendFlowsAt(Seconds(50) + MicroSeconds(1), FLOWS);
    SendFlowsAt(Seconds(51), FLOWS);
    At(Seconds(60), [this] { Open(*m_sinks[5]); });
    SendFlowsAt(Seconds(60) + MicroSeconds(1), FLOWS);
    SendFlowsAt(Seconds(200), FLOWS);
    RunUntil(Seconds(61));
    const auto before = GetSinksOfFlows(Seconds(49));
    const auto without = GetSinksOfFlows(Seconds(50));
    ASSERT_EQ(before.size(), FLOWS);
    EXPECT_GT(Count(before)[5], 0U);
    EXPECT_EQ(without.size(), FLOWS);
    EXPECT_EQ(Count(without)[5], 0U);
    EXPECT_EQ(GetSinksOfFlows(Seconds(51)), without);
    EXPECT_EQ(GetSinksOfFlows(Seconds(60)), before) << "the same next hops, the same choice";
    EXPECT_EQ(TakeChanges(), (Texts{"5 withdrawn", "5 announced"}));
    RunUntil(Seconds(201));
    EXPECT_EQ(GetSinksOfFlows(Seconds(200)), before);
    EXPECT_TRUE(TakeChanges().empty());
}

/// One row: announcements that get lost, and what becomes of the route.
struct LossCase
{
    const char* name;                 // test name
    double end;                       // of the loss, which begins at 105 s; seconds
    std::vector<std::string> changes; // of the sink's route
    std::vector<double> times;        // of the changes, seconds
};

void
PrintTo(const LossCase& c, std::ostream* os)
{
    *os << "loss until " << c.end << " s";
}

class LostAnnouncements : public EqualCostWorld, public ::testing::WithParamInterface<LossCase>
{
};

TEST_P(LostAnnouncements, CostTheRouteOnlyAfterTheHoldTime)
{
    const auto& c = GetParam();
    Share();
    const auto channel = m_sinks[1]->place.device->GetChannel();
    const auto first = channel->GetDevice(0);
    const auto loss = CreateObject<RateErrorModel>();
    loss->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
    loss->SetRate(1);
    loss->Disable();
    (first == m_sinks[1]->place.device ? channel->GetDevice(1) : first)
        ->SetAttribute("ReceiveErrorModel", PointerValue(loss));
    At(Seconds(105), [loss] { loss->Enable(); });
    At(Seconds(c.end), [loss] { loss->Disable(); });
    RunUntil(Seconds(200));
    ASSERT_EQ(m_changes.size(), c.times.size());
    for (std::size_t i = 0; i < m_changes.size(); ++i)
    {
        EXPECT_NEAR(m_changes[i].time.GetSeconds(), c.times[i], 1e-4);
    }
    EXPECT_EQ(TakeChanges(), c.changes);
}

// Announcements come every 10 s, and hold for 30 s.
INSTANTIATE_TEST_SUITE_P(
    EqualCost,
    LostAnnouncements,
    ::testing::Values(LossCase{"One", 115, {}, {}},
                      // What would have saved the route comes in the very instant when it ends.
                      LossCase{"Two", 125, {"1 hold-timer-expired", "1 announced"}, {130, 130}},
                      LossCase{"Three", 135, {"1 hold-timer-expired", "1 announced"}, {130, 140}}),
    [](const auto& row) { return row.param.name; });

TEST_F(RouteAnnouncements, RoutesOfTimeZeroLastAHoldTimeIfNobodyAnnounces)
{
    ShareQuietly();
    EXPECT_EQ(m_routing->GetRoutes().GetNextDeadline(), Seconds(30));
    SendFlowsAt(Seconds(29), 100);
    SendFlowsAt(Seconds(31), 100);
    RunUntil(Seconds(40));
    EXPECT_EQ(GetSinksOfFlows(Seconds(29)).size(), 100U);
    EXPECT_TRUE(GetSinksOfFlows(Seconds(31)).empty());
    EXPECT_EQ(m_drops, std::vector(100, Ipv4L3Protocol::DROP_ROUTE_ERROR))
        << "dropped at the router, not led to the edge and back";
    EXPECT_EQ(TakeChanges().size(), SINKS);
    EXPECT_FALSE(m_routing->GetRoutes().GetNextDeadline());
}

TEST_F(RouteAnnouncements, SimulationEndsByItselfWhenNobodyAnnounces)
{
    ShareQuietly();
    Simulator::Run();
    EXPECT_EQ(Simulator::Now(), Seconds(30)) << "nothing is scheduled where nothing can expire";
}

TEST_F(RouteAnnouncements, StrangersAreNotHeardUnlessAllNeighborsAre)
{
    for (const bool isAnyHeeded : {false, true})
    {
        Begin(SinkLink::PointToPoint);
        Share();
        m_fabric->GetFabricRouter()->GetApplication(0)->SetAttribute("AnyNeighbor",
                                                                     BooleanValue(isAnyHeeded));
        At(Seconds(1), [this] { Open(*m_client); });
        RunUntil(Seconds(2));
        EXPECT_EQ(TakeChanges(), isAnyHeeded ? Texts{"8 announced"} : Texts());
    }
}

/// One row: a datagram with a withdrawal of a mux, and whether it is heeded.
struct ForgedCase
{
    const char* name;  // test name
    bool isFromEdge;   // comes in by the edge router's link; else by the mux's own
    uint8_t lastOctet; // put in place of the message's last one, which is 0
    bool isHeeded;     // whether the route goes
};

void
PrintTo(const ForgedCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
constexpr ForgedCase FORGED_CASES[] = {
    // name           isFromEdge lastOctet isHeeded
    {"Genuine",       false,             0, true},
    {"FromInternet",  true,              0, false},
    {"Malformed",     false,             1, false}, // a bit beyond the prefix
};
// clang-format on

class RouteMessageFromAnywhere : public RouteAnnouncements,
                                 public ::testing::WithParamInterface<ForgedCase>
{
};

TEST_P(RouteMessageFromAnywhere, IsHeededOnlyIfTheSenderSaidIt)
{
    const auto& c = GetParam();
    const auto server = CreateObject<Node>();
    FabricHelper::InstallStack(server);
    m_fabric->AttachServer(server, 1);
    Share();
    At(Seconds(1), [&] {
        auto bytes = Encode(WithdrawRoutes{FabricHelper::GetPublicPrefixes()});
        bytes.back() = c.lastOctet;
        const auto& place = m_sinks[4]->place;
        const auto packet = MakeRouteDatagram(place.address.address, place.address.gateway, bytes);
        const auto device = c.isFromEdge ? server->GetDevice(1) : place.device;
        ASSERT_TRUE(device->Send(packet, device->GetBroadcast(), IPV4_ETHERTYPE));
    });
    RunUntil(Seconds(2));
    EXPECT_EQ(TakeChanges(), c.isHeeded ? Texts{"4 withdrawn"} : Texts());
}

INSTANTIATE_TEST_SUITE_P(EqualCost,
                         RouteMessageFromAnywhere,
                         ::testing::ValuesIn(FORGED_CASES),
                         [](const auto& row) { return row.param.name; });

TEST_F(RouteAnnouncements, RoutesEndWithTheirHoldTimesWhenTheListenerStops)
{
    Share();
    m_fabric->GetFabricRouter()->GetApplication(0)->SetStopTime(Seconds(55));
    RunUntil(Seconds(79));
    EXPECT_TRUE(m_changes.empty());
    RunUntil(Seconds(81)); // 30 s after the announcements of 50 s
    EXPECT_EQ(TakeChanges().size(), SINKS);
}

TEST_F(RouteAnnouncements, ListenerAndAnnouncerAgreeOnAnotherPort)
{
    ShareQuietly();
    m_fabric->GetFabricRouter()->GetApplication(0)->SetAttribute("Port", UintegerValue(9000));
    auto& sink = *m_sinks[1];
    At(Seconds(5), [&sink] {
        RouteAnnouncerOptions options;
        options.port = 9000;
        options.keepaliveInterval = MilliSeconds(700);
        options.holdTime = Seconds(2);
        Open(sink, FabricHelper::GetPublicPrefixes(), options);
        EXPECT_TRUE(sink.announcer.IsOpen());
    });
    At(Seconds(10), [&sink] { sink.announcer.Close(false); });
    RunUntil(Seconds(29)); // the others' routes of time zero last longer
    // Announced at 5 s + n * 0.7 s, the last time at 9.9 s.
    ASSERT_EQ(m_changes.size(), 1U);
    EXPECT_NEAR(m_changes.front().time.GetSeconds(), 11.9, 1e-4);
    EXPECT_EQ(TakeChanges(), (Texts{"1 hold-timer-expired"}));
    RunUntil(Seconds(31));
    EXPECT_EQ(TakeChanges().size(), SINKS - 1);
    EXPECT_FALSE(sink.announcer.IsOpen());
}

TEST_F(RouteAnnouncements, LeaveByTheUplinkWhateverTheNodesRoutesSay)
{
    ShareQuietly();
    auto& sink = *m_sinks[1];
    const auto node = sink.place.device->GetNode();
    const auto vm = CreateObject<Node>();
    FabricHelper::InstallStack(vm);
    const auto device = m_fabric->AttachVm(vm, node, Ipv4Address("10.0.0.4"));
    const auto interface =
        FabricPort::AddAddress(device, {Ipv4Address("10.0.0.1"), Ipv4Mask("255.128.0.0")});
    FabricPort::AddHostRoute(node, sink.place.address.gateway, interface);
    At(Seconds(5), [&sink] { Open(sink); });
    RunUntil(Seconds(31));
    const auto changes = TakeChanges();
    EXPECT_EQ(changes.size(), SINKS - 1) << "the others' routes of time zero";
    EXPECT_EQ(std::count(changes.begin(), changes.end(), "1 hold-timer-expired"), 0);
}

TEST_F(RouteAnnouncements, ManyPrefixesTakeSeveralMessages)
{
    ShareQuietly();
    std::vector<AddressPrefix> prefixes;
    for (uint32_t i = 0; i < 250; ++i)
    {
        prefixes.push_back({0xc0000000 + i, 32});
    }
    auto& sink = *m_sinks[0];
    At(Seconds(1), [&] { Open(sink, prefixes); });
    RunUntil(Seconds(2));
    EXPECT_EQ(m_changes.size(), 250U);
    EXPECT_EQ(m_routing->GetRoutes().GetRoutes().size(), SINKS + 250);
    At(Seconds(3), [&sink] { sink.announcer.Close(true); });
    RunUntil(Seconds(4));
    EXPECT_EQ(m_changes.size(), 500U);
    EXPECT_EQ(m_routing->GetRoutes().GetRoutes().size(), SINKS);
    EXPECT_EQ(m_routing->GetRoutes().CheckInvariants(), std::nullopt);
}

using RouteAnnouncementsDeathTest = RouteAnnouncements;

TEST_F(RouteAnnouncementsDeathTest, EndTheProgramOnMistakes)
{
    ShareQuietly();
    EXPECT_DEATH(ShareQuietly(), "shared once");
    EXPECT_DEATH(Begin(SinkLink::PointToPoint, 0); ShareQuietly(), "need a mux");
    EXPECT_DEATH(Open(*m_sinks[0]); Open(*m_sinks[0]), "open already");
    const auto open = [this](const std::vector<AddressPrefix>& prefixes, double interval) {
        RouteAnnouncerOptions options;
        options.keepaliveInterval = Seconds(interval);
        Open(*m_sinks[0], prefixes, options);
    };
    EXPECT_DEATH(open({}, 10), "needs prefixes");
    EXPECT_DEATH(open({ANY_ADDRESS}, 0), "keepaliveInterval: .* is not allowed");
    EXPECT_DEATH(open({ANY_ADDRESS}, 30), "keepaliveInterval: .* is not allowed");
    EXPECT_DEATH(CreateObject<EqualCostRouting>()->FindDevice(Ipv4Address("10.0.0.1")),
                 "no IPv4 stack");
}

} // namespace

} // namespace ns3::azure
