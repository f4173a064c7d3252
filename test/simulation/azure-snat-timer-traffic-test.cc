// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-host-agent.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-snat-closed-forms.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/double.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <ostream>
#include <string>

namespace ns3::azure
{

namespace
{

/// A lone VM behind a load balancer, and a server.
class SnatTimerTraffic : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        RngSeedManager::SetSeed(1);
        RngSeedManager::SetRun(1);
    }

    void TearDown() override
    {
        EXPECT_EQ(m_scenario.CheckInvariants(), std::nullopt);
        Simulator::Destroy();
    }

    /// Build all, with that profile and hold time.
    void Create(const std::string& profile, const std::string& hold)
    {
        m_scenario.SetProfile(profile);
        m_scenario.SetVms(1);
        m_scenario.Create();
        m_traffic.SetHoldTime(*ParseHoldTime("hold", hold));
        m_traffic.Install(m_scenario, 1);
        m_traffic.AssignStreams(m_scenario.AssignStreams(0));
    }

    /// @return SNAT ports that open flows hold
    uint32_t GetPortsInUse() const
    {
        uint32_t ports = 0;
        for (const auto& usage : m_scenario.GetHostAgents().front()->GetSnatPortUsage())
        {
            ports += usage.portsInUse;
        }
        return ports;
    }

    OutboundScenarioHelper m_scenario{OutboundScenario::LoadBalanced};
    TrafficHelper m_traffic;
};

/// One row: connections at even intervals to one destination, and how many are refused.
struct RateCase
{
    const char* name;  // test name
    const char* close; // how the VM ends them
    double rate;       // connections a second
    uint64_t refused;  // of 90
};

void
PrintTo(const RateCase& c, std::ostream* os)
{
    *os << c.rate << " a second, " << c.close;
}

// 8 ports.  By FIN a port is held 30 s and three round trips of 20 ms, by RST 15 s and two.
// clang-format off
constexpr RateCase RATE_CASES[] = {
    // name                         close  rate   refused
    {"B_2_FinHoldSustains8Over30",  "Fin", 0.266, 0},  // 8 / 30.06 = 0.2661
    {"B_2_FinHoldDoesNotMore",      "Fin", 0.28,  10}, // 0.28 x 30.06 = 8.4: one of 9
    {"B_2_RstHoldSustains8Over15",  "Rst", 0.53,  0},  // 8 / 15.04 = 0.5319
    {"B_2_RstHoldDoesNotMore",      "Rst", 0.55,  10}, // 0.55 x 15.04 = 8.3: one of 9
};
// clang-format on

class SnatRate : public SnatTimerTraffic, public ::testing::WithParamInterface<RateCase>
{
};

TEST_P(SnatRate, IsPortsOverHold)
{
    const auto& c = GetParam();
    m_traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
    m_traffic.SetAttribute("Rate", DoubleValue(c.rate));
    m_traffic.SetAttribute("Flows", UintegerValue(90));
    m_traffic.SetAttribute("Close", StringValue(c.close));
    Create("2018[AllocatedPorts=8|FinHold=30s|RstHold=15s]", "0s");

    Simulator::Run();

    const auto& generator = m_traffic.GetGenerators().front();
    EXPECT_EQ(generator->GetFailed(), c.refused);
    EXPECT_EQ(generator->GetEstablished(), 90 - c.refused);
    const bool isFin = c.close == std::string("Fin");
    const auto hold = isFin ? MilliSeconds(30'060) : MilliSeconds(15'040);
    EXPECT_EQ(GetPeriodicRefusals(90, c.rate, 8, hold), c.refused);
}

INSTANTIATE_TEST_SUITE_P(SnatTimer, SnatRate, ::testing::ValuesIn(RATE_CASES), [](const auto& row) {
    return row.param.name;
});

/// One row: who keeps 5 flows alive, and whether their ports are still held.
struct KeepAliveCase
{
    const char* name;     // test name
    const char* protocol; // of the flows
    const char* client;   // its KeepAliveInterval
    const char* server;   // its KeepAliveInterval
    uint32_t ports;       // in use after five idle timeouts
};

void
PrintTo(const KeepAliveCase& c, std::ostream* os)
{
    *os << c.protocol << ", " << c.client << " and " << c.server;
}

// The idle timeout is 60 s.
// clang-format off
constexpr KeepAliveCase KEEP_ALIVE_CASES[] = {
    // name                          protocol client server ports
    {"B_5_SilenceFreesThePorts",     "Tcp",   "0s",  "0s",  0},
    {"B_5_TheClientAloneKeepsThem",  "Tcp",   "50s", "0s",  5},
    {"B_5_TheServerAloneKeepsThem",  "Tcp",   "0s",  "50s", 5},
    {"B_5_AClientTooLateDoesNot",    "Tcp",   "70s", "0s",  0},
    {"B_5_AServerTooLateDoesNot",    "Tcp",   "0s",  "70s", 0},
    {"B_2_SilenceFreesUdpPorts",     "Udp",   "0s",  "0s",  0},
    {"B_5_TheClientKeepsUdpPorts",   "Udp",   "50s", "0s",  5},
};
// clang-format on

class SnatKeepAlive : public SnatTimerTraffic, public ::testing::WithParamInterface<KeepAliveCase>
{
};

TEST_P(SnatKeepAlive, ResetsTheIdleTimer)
{
    const auto& c = GetParam();
    m_traffic.SetAttribute("Flows", UintegerValue(5));
    m_traffic.SetAttribute("Protocol", StringValue(c.protocol));
    m_traffic.SetAttribute("KeepAliveInterval", StringValue(c.client));
    Create("2018[IdleTimeout=60s]", "1h");
    const auto& server = m_traffic.GetServers().front();
    server->SetAttribute("KeepAliveInterval", StringValue(c.server));
    server->SetAttribute("IdleTimeout", StringValue("2h"));
    Simulator::Stop(Seconds(300));

    Simulator::Run();

    EXPECT_EQ(m_traffic.GetGenerators().front()->GetEstablished(), 5U);
    EXPECT_EQ(GetPortsInUse(), c.ports);
}

INSTANTIATE_TEST_SUITE_P(SnatTimer,
                         SnatKeepAlive,
                         ::testing::ValuesIn(KEEP_ALIVE_CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
