// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-traffic-flow.h"
#include "ns3/azure-traffic-spec.h"

#include <gtest/gtest.h>

namespace ns3::azure
{

namespace
{

TEST(TrafficSpec, EveryArrivalIsReadByItsName)
{
    for (const auto arrival :
         {TrafficArrival::Burst, TrafficArrival::Periodic, TrafficArrival::Poisson})
    {
        const auto read = ParseTrafficArrival("arrival", GetName(arrival));
        ASSERT_TRUE(read) << read.GetError();
        EXPECT_EQ(*read, arrival);
    }
    EXPECT_STREQ(GetName(TrafficArrival::Poisson), "poisson");
}

TEST(TrafficSpec, EveryCloseIsReadByItsName)
{
    for (const auto close : {TrafficClose::Fin, TrafficClose::Rst, TrafficClose::None})
    {
        const auto read = ParseTrafficClose("close", GetName(close));
        ASSERT_TRUE(read) << read.GetError();
        EXPECT_EQ(*read, close);
    }
    EXPECT_STREQ(GetName(TrafficClose::None), "none");
}

TEST(TrafficSpec, OnlyTcpAndUdpAreProtocolsOfTraffic)
{
    EXPECT_EQ(*ParseTrafficProtocol("protocol", "tcp"), IpProtocol::Tcp);
    EXPECT_EQ(*ParseTrafficProtocol("protocol", "udp"), IpProtocol::Udp);
    EXPECT_EQ(ParseTrafficProtocol("protocol", "icmp").GetError(),
              "protocol: 'icmp' is not allowed; give tcp or udp");
}

TEST(TrafficSpec, BadNamesAreRefusedWithTheGoodOnes)
{
    EXPECT_EQ(ParseTrafficArrival("arrival", "Burst").GetError(),
              "arrival: 'Burst' is not allowed; give burst, periodic or poisson");
    EXPECT_EQ(ParseTrafficArrival("arrival", "").GetError(),
              "arrival: '' is not allowed; give burst, periodic or poisson");
    EXPECT_EQ(ParseTrafficClose("close", "syn").GetError(),
              "close: 'syn' is not allowed; give fin, rst or none");
}

TEST(TrafficFlow, ReasonsHaveNames)
{
    EXPECT_STREQ(GetName(TrafficFailure::NoSourcePort), "no-source-port");
    EXPECT_STREQ(GetName(TrafficFailure::NoRoute), "no-route");
    EXPECT_STREQ(GetName(TrafficFailure::Timeout), "timeout");
    EXPECT_STREQ(GetName(TrafficFailure::Reset), "reset");
    EXPECT_STREQ(GetName(TrafficFailure::Stopped), "stopped");
    EXPECT_STREQ(GetName(TrafficFailure::Unreachable), "unreachable");
    EXPECT_STREQ(GetName(TrafficEnd::HoldOver), "hold-over");
    EXPECT_STREQ(GetName(TrafficEnd::NoResponse), "no-response");
    EXPECT_STREQ(GetName(TrafficEnd::PeerClosed), "peer-closed");
    EXPECT_STREQ(GetName(TrafficEnd::Error), "error");
    EXPECT_STREQ(GetName(TrafficEnd::Reset), "reset");
    EXPECT_STREQ(GetName(TrafficEnd::Stopped), "stopped");
    EXPECT_STREQ(GetName(TrafficEnd::Idle), "idle");
}

} // namespace

} // namespace ns3::azure
