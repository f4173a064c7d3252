// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-net-module.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/trace-helper.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <sstream>
#include <string>

namespace ns3::azure
{

namespace
{

constexpr uint32_t FLOWS = 3;

/// Scenarios, and what carries their connections.
class TextTrace : public testing::TestWithParam<std::tuple<OutboundScenario, std::string>>
{
};

// Text traces print each packet's headers; ns-3 checks all that are taken off.
TEST_P(TextTrace, HasTheHeadersOfEveryPacket)
{
    if (testing::UnitTest::GetInstance()->test_to_run_count() > 1)
    {
        GTEST_SKIP() << "ns-3 can be told to print before the first packet only: run it alone";
    }
    Packet::EnablePrinting();
    Packet::EnableChecking();
    const auto [kind, transport] = GetParam();
    OutboundScenarioHelper scenario(kind);
    scenario.SetVms(2);
    scenario.Create();
    TrafficHelper traffic;
    traffic.SetAttribute("Flows", UintegerValue(FLOWS));
    traffic.SetAttribute("Transport", StringValue(transport));
    traffic.Install(scenario, 1);
    std::ostringstream text;
    PointToPointHelper().EnableAsciiAll(Create<OutputStreamWrapper>(&text));
    Simulator::Stop(Seconds(10));
    Simulator::Run();
    EXPECT_EQ(traffic.GetGenerators().front()->GetEstablished(), FLOWS);
    Simulator::Destroy();

    const auto lines = text.str();
    EXPECT_NE(lines.find(" > 198.19.0.1) ns3::TcpHeader ("), std::string::npos);
    EXPECT_NE(lines.find(") ns3::Ipv4Header ("), std::string::npos); // the mux sends replies on
    if (transport == "Socket") // of the other one, what connections carry is bytes
    {
        EXPECT_EQ(lines.find("raw bytes"), std::string::npos);
    }
}

INSTANTIATE_TEST_SUITE_P(OutboundScenarios,
                         TextTrace,
                         testing::Combine(testing::Values(OutboundScenario::Standalone,
                                                          OutboundScenario::LoadBalanced,
                                                          OutboundScenario::PublicIp),
                                          testing::Values("Socket", "Compact")));

} // namespace

} // namespace ns3::azure
