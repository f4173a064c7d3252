// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-net-module.h"
#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <iostream>
#include <sstream>
#include <string>

namespace ns3::azure
{

namespace
{

constexpr uint32_t PORTS = 8;
constexpr uint32_t FLOWS = 9;

/// Collects what is logged while it lives, with the names of functions.
class Logging : public testing::Test
{
  protected:
    Logging()
        : m_before(std::clog.rdbuf(m_text.rdbuf()))
    {
    }

    ~Logging() override
    {
        LogComponentDisableAll(static_cast<LogLevel>(LOG_LEVEL_ALL | LOG_PREFIX_ALL));
        std::clog.rdbuf(m_before);
    }

    static void Enable(const std::string& component)
    {
        LogComponentEnable(component.c_str(),
                           static_cast<LogLevel>(LOG_LEVEL_ALL | LOG_PREFIX_FUNC));
    }

    /// @return how often a text was logged
    uint32_t Count(const std::string& text) const
    {
        const auto lines = m_text.str();
        uint32_t count = 0;
        for (auto at = lines.find(text); at != std::string::npos; at = lines.find(text, at + 1))
        {
            ++count;
        }
        return count;
    }

  private:
    std::ostringstream m_text;
    std::streambuf* m_before;
};

// A VM with 8 ports opens 9 connections to one destination.
TEST_F(Logging, TellsWhatBecomesOfFlowsAndPorts)
{
#ifndef NS3_LOG_ENABLE
    GTEST_SKIP() << "this build has no NS_LOG";
#endif
    for (const auto* part : {"HostAgent", "HostAgentPackets", "HostAgentSnat"})
    {
        Enable(std::string("Azure") + part);
    }
    Enable("AzureTrafficGenerator");
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile("2017[AllocatedPorts=" + std::to_string(PORTS) + "]");
    scenario.Create();
    TrafficHelper traffic;
    traffic.SetAttribute("Flows", UintegerValue(FLOWS));
    traffic.Install(scenario, 1);
    Simulator::Stop(Seconds(10));
    Simulator::Run();
    Simulator::Destroy();

    EXPECT_EQ(Count("AzureTrafficGenerator:BeginAttempt(): flow "), FLOWS);
    EXPECT_EQ(Count(" is established\n"), PORTS);
    EXPECT_EQ(Count(": acquired\n"), PORTS);
    EXPECT_EQ(Count(": none of 8 SNAT ports is free for its destination\n"), FLOWS - PORTS);
    EXPECT_EQ(Count(" drop: snat-ports-exhausted, "), FLOWS - PORTS);
}

} // namespace

} // namespace ns3::azure
