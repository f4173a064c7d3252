// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-net-module.h"
#include "ns3/log.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr uint32_t PORTS = 8;
constexpr uint32_t FLOWS = 9;
constexpr uint16_t PROBE_PORT = 8080;

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

    void SetUp() override
    {
#ifndef NS3_LOG_ENABLE
        GTEST_SKIP() << "this build has no NS_LOG";
#endif
    }

    static void Enable(const std::vector<std::string>& components)
    {
        for (const auto& name : components)
        {
            LogComponentEnable(("Azure" + name).c_str(),
                               static_cast<LogLevel>(LOG_LEVEL_ALL | LOG_PREFIX_FUNC));
        }
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
    Enable({"HostAgent", "HostAgentPackets", "HostAgentSnat", "TrafficGenerator"});
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

// Nobody answers the probes of VM 0, so that connections from outside go to VM 1.
TEST_F(Logging, TellsWhatBecomesOfProbesMembersAndMessages)
{
    Enable({"HealthProber", "SlbManagerMessages", "ControlApplication", "LoadBalancerMux"});
    Enable({"TrafficServer"});
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetVms(2);
    scenario.ChangeLoadBalancer([](LoadBalancer& loadBalancer) {
        HealthProbe probe;
        probe.name = "alive";
        probe.port = PROBE_PORT;
        loadBalancer.probes.push_back(probe);
        loadBalancer.loadBalancingRules.front().probe = probe.name;
    });
    scenario.Create();
    const auto responder = CreateObject<HealthProbeResponder>();
    responder->SetAttribute("Port", UintegerValue(PROBE_PORT));
    scenario.GetVm(1)->AddApplication(responder);
    TrafficHelper traffic;
    traffic.SetAttribute("StartTime", TimeValue(Seconds(60)));
    traffic.SetAttribute("Flows", UintegerValue(FLOWS));
    traffic.InstallInbound(scenario, 1);
    Simulator::Stop(Seconds(70));
    Simulator::Run();
    Simulator::Destroy();

    EXPECT_GT(Count("HandleResult(): interface 1, probe 1, attempt 1: "), 0U);
    EXPECT_EQ(Count("HandleResult(): interface 2, probe 1, attempt 1: success\n"), 1U);
    EXPECT_EQ(Count("HandleResult(): interface 2 is up by probe 1\n"), 1U);
    EXPECT_GT(Count(": acknowledged, attempt 1\n"), 0U);
    EXPECT_EQ(Count(": interface 2, 1 available, new-flow\n"), FLOWS);
    EXPECT_EQ(Count(" is accepted\n"), FLOWS);
}

} // namespace

} // namespace ns3::azure
