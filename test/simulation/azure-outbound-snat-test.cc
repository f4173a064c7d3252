// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"

#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <ostream>
#include <set>
#include <string>

/**
 * @file
 * @brief SNAT ports, by real packets: all of it standalone and load-balanced (S0-29).
 */
namespace ns3::azure
{

namespace
{

/// One row: a scenario with SNAT.
struct SnatCase
{
    const char* name;          // test name
    OutboundScenario scenario; // how the VM is set up
    const char* address;       // public address of its ports
};

void
PrintTo(const SnatCase& c, std::ostream* os)
{
    *os << GetName(c.scenario);
}

// clang-format off
constexpr SnatCase SNAT_CASES[] = {
    {"Standalone",   OutboundScenario::Standalone,   "198.18.16.1"},
    {"LoadBalanced", OutboundScenario::LoadBalanced, "198.18.0.1"},
};
// clang-format on

class OutboundSnat : public OutboundWorld, public ::testing::WithParamInterface<SnatCase>
{
  protected:
    /// A world of one VM with that many SNAT ports.
    void BeginWithPorts(const std::string& profile, uint32_t ports, uint32_t addresses = 1)
    {
        const auto extra = "AllocatedPorts=" + std::to_string(ports);
        const auto open = profile.find('[');
        Begin(GetParam().scenario,
              open == std::string::npos
                  ? profile + "[" + extra + "]"
                  : profile.substr(0, open + 1) + extra + "|" + profile.substr(open + 1));
        m_scenario->SetServerAddresses(addresses);
        Assemble();
    }

    const Ipv4Address m_address{GetParam().address}; //!< public address of the ports
};

TEST_P(OutboundSnat, S0_13_FlowsToOneDestinationDifferInTheirPorts)
{
    BeginWithPorts("2017", 64);
    Generate(0, {{"Flows", "64"}});
    Run("5s");
    const std::set<FlowKey> seen(m_accepted.begin(), m_accepted.end());
    EXPECT_EQ(seen.size(), 64U);
    std::set<uint16_t> ports;
    for (const auto& key : seen)
    {
        EXPECT_EQ(key.GetSource(), m_address);
        ports.insert(key.GetSourcePort());
    }
    EXPECT_EQ(ports.size(), 64U);
    EXPECT_EQ(*ports.begin(), 1024);
    EXPECT_EQ(*ports.rbegin(), 1024 + 63);
}

TEST_P(OutboundSnat, S0_14_PortsAreTakenWhenFlowsAreCreated)
{
    BeginWithPorts("2017", 8);
    At("999ms", [this] { EXPECT_EQ(GetPortsHeld(), 0U); });
    Generate(0, {{"Flows", "3"}})->SetStartTime(Seconds(1));
    Run("2s");
    EXPECT_EQ(GetPortsHeld(), 3U);
    ASSERT_EQ(m_ports.size(), 3U);
    EXPECT_EQ(m_ports[0].stage, SnatPortStage::Acquired);
    EXPECT_GE(m_ports[0].time, Seconds(1));
    ASSERT_EQ(m_allocated.size(), 1U) << "the block is there from the beginning";
    EXPECT_EQ(m_allocated[0].time, Seconds(0));
    EXPECT_EQ(m_allocated[0].publicAddress, m_address);
    EXPECT_EQ(m_allocated[0].ports.GetSize(), 8U);
}

TEST_P(OutboundSnat, S0_16_PortsAreFinite)
{
    BeginWithPorts("2017", 8);
    const auto generator = Generate(0, {{"Flows", "20"}});
    Run("30s");
    EXPECT_EQ(generator->GetEstablished(), 8U);
    EXPECT_EQ(generator->GetFailed(), 12U);
    EXPECT_EQ(GetCounts().established, 8U);
    EXPECT_EQ(GetCounts().refused, 12U);
    EXPECT_EQ(GetCounts().peakPortsUsed, 8U);
    EXPECT_EQ(CountDrops(DropReason::SnatPortsExhausted), 12U);
}

TEST_P(OutboundSnat, S0_17_EachFlowToOneAddressConsumesOnePort)
{
    BeginWithPorts("2017", 64);
    Generate(0, {{"Flows", "10"}});
    Run("5s");
    EXPECT_EQ(GetPortsHeld(), 10U);
}

TEST_P(OutboundSnat, S0_18_FlowsToSeveralPortsOfOneAddressConsumeOnePortEach)
{
    BeginWithPorts("2017", 8);
    Generate(0, {{"Flows", "20"}, {"DestinationPorts", "20"}});
    Run("30s");
    // Must-show 5: 8 of 20. Where nobody listens the server answers with RST, which is no flow
    // established, but a port all the same.
    EXPECT_EQ(GetPortsHeld(), 8U);
    EXPECT_EQ(GetCounts().refused, 12U);
    EXPECT_EQ(CountDrops(DropReason::SnatPortsExhausted), 12U);
}

TEST_P(OutboundSnat, S0_20_FlowsToSeveralAddressesShareOnePort)
{
    for (const auto* profile : {"2017", "2018"}) // must-show 5
    {
        BeginWithPorts(profile, 8, 20);
        const auto generator = Generate(0, {{"Flows", "20"}}, 20);
        Run("30s");
        EXPECT_EQ(generator->GetEstablished(), 20U) << profile;
        EXPECT_EQ(GetCounts().refused, 0U);
        EXPECT_EQ(GetCounts().peakPortsUsed, 1U);
    }
}

TEST_P(OutboundSnat, S0_20_FlowsToSeveralPortsShareOnePortSince2018)
{
    BeginWithPorts("2018", 8); // must-show 5: 20 of 20 with one port
    m_servers.at(0)->SetAttribute("Ports", UintegerValue(20));
    const auto generator = Generate(0, {{"Flows", "20"}, {"DestinationPorts", "20"}});
    Run("30s");
    EXPECT_EQ(generator->GetEstablished(), 20U);
    EXPECT_EQ(GetCounts().peakPortsUsed, 1U);
}

TEST_P(OutboundSnat, S0_19_NoTwoFlowsShareAnOuterFiveTuple)
{
    BeginWithPorts("2018", 32, 5);
    Generate(0, {{"Flows", "100"}}, 5);
    Generate(0, {{"Flows", "60"}, {"Protocol", "Udp"}, {"FirstSourcePort", "1024"}}, 5);
    Run("5s");
    std::set<FlowKey> outer;
    for (const auto& flow : GetFlows())
    {
        if (flow.translated)
        {
            EXPECT_TRUE(outer.insert(*flow.translated).second) << *flow.translated;
        }
    }
    EXPECT_EQ(outer.size(), 100U + 32U) << "one port per UDP flow, whatever its destination";
}

TEST_P(OutboundSnat, S0_21_ExhaustionIsReported)
{
    BeginWithPorts("2017", 2);
    Generate(0, {{"Flows", "3"}, {"FirstSourcePort", "5000"}});
    Run("30s");
    ASSERT_EQ(m_exhausted.size(), 1U);
    const auto& report = m_exhausted[0];
    EXPECT_EQ(report.networkInterface, 1U);
    EXPECT_EQ(report.flow, 3U);
    EXPECT_EQ(report.attempt, 1U);
    EXPECT_EQ(report.key.GetSourcePort(), 5002);
    EXPECT_EQ(report.portsAllocated, 2U);
    EXPECT_EQ(report.portsInUse, 2U);
    EXPECT_EQ(report.portsCoolingDown, 0U);
}

TEST_P(OutboundSnat, S0_22_FlowsFailUntilOthersReleaseTheirPorts)
{
    BeginWithPorts("2018", 4);
    // Four flows that are reset after 10 s; four that come at 5 s, and four at 30 s.
    Generate(0,
             {{"Flows", "4"},
              {"Hold", "ns3::ConstantRandomVariable[Constant=10]"},
              {"Close", "Rst"},
              {"FirstSourcePort", "5000"}});
    const auto early = Generate(0, {{"Flows", "4"}, {"FirstSourcePort", "6000"}});
    early->SetStartTime(Seconds(5));
    const auto late = Generate(0, {{"Flows", "4"}, {"FirstSourcePort", "7000"}});
    late->SetStartTime(Seconds(30));
    Run("60s");
    EXPECT_EQ(early->GetEstablished(), 0U);
    EXPECT_EQ(late->GetEstablished(), 4U);
}

TEST_P(OutboundSnat, S0_22_RefusedFlowGetsItsPortWhenTcpTriesAgain)
{
    BeginWithPorts("2018[RstHold=1s]", 1);
    Listen(GetVm());
    Generate(0,
             {{"Hold", "ns3::ConstantRandomVariable[Constant=2]"},
              {"Close", "Rst"},
              {"FirstSourcePort", "5000"}});
    const auto second =
        Generate(0,
                 {{"ConnectAttempts", "2"}, {"ConnectTimeout", "5s"}, {"FirstSourcePort", "6000"}});
    second->SetStartTime(Seconds(1));
    Run("10s");
    EXPECT_EQ(second->GetEstablished(), 1U) << "at the second SYN";
    const auto flows = GetFlows();
    ASSERT_EQ(flows.size(), 2U) << "the second SYN is no new flow";
    EXPECT_EQ(flows[1].refusals, 1U);
    EXPECT_EQ(flows[1].outcome, FlowOutcome::Established);
    EXPECT_GE(flows[1].accepted, Seconds(6));
    EXPECT_EQ(GetCounts().refused, 0U);
    EXPECT_EQ(CountDrops(DropReason::SnatPortsExhausted), 1U);
    for (const auto& datagram : GetReceived(GetVm()))
    {
        EXPECT_NE(datagram[9], 1) << "the VM is told nothing of the refusal, not even by ICMP";
    }
}

TEST_P(OutboundSnat, S0_23_PortIsReclaimedAfterFourMinutesWithoutPackets)
{
    BeginWithPorts("2017", 1);
    const auto generate = [this](const char* start, const char* port) {
        const auto generator = Generate(0, {{"FirstSourcePort", port}, {"Protocol", "Udp"}});
        generator->SetStartTime(Time(start));
        return generator;
    };
    generate("10s", "5000");
    const auto early = generate("249s", "6000"); // 239 s after
    const auto late = generate("252s", "7000");  // more than 241 s after the response
    Run("300s");
    EXPECT_EQ(early->GetEstablished(), 0U);
    EXPECT_EQ(late->GetEstablished(), 1U);
    const auto& released = m_ports.at(1);
    EXPECT_EQ(released.stage, SnatPortStage::Released);
    EXPECT_EQ(released.cause, FlowEnd::Idle);
    EXPECT_NEAR(released.time.GetSeconds(), 250.02, 0.001);
}

TEST_P(OutboundSnat, S0_22_NewConnectionSucceedsOnAPortThatWasReclaimed)
{
    BeginWithPorts("2017", 1);
    Generate(0, {{"FirstSourcePort", "5000"}}); // never closed
    const auto late = Generate(0, {{"FirstSourcePort", "7000"}});
    late->SetStartTime(Seconds(242));
    Run("300s");
    EXPECT_EQ(late->GetEstablished(), 1U) << "the server has forgotten the old connection";
}

TEST_P(OutboundSnat, PortsThatCoolDownCountAsUsedInThePeak)
{
    BeginWithPorts("2018", 4);
    Generate(0,
             {{"Flows", "6"},
              {"Arrival", "Periodic"},
              {"Rate", "1"},
              {"Hold", "ns3::ConstantRandomVariable[Constant=0.1]"}});
    Run("10s");
    EXPECT_EQ(GetCounts().refused, 2U);
    EXPECT_EQ(GetCounts().peakPortsUsed, 4U) << "one open at a time, the others cooling down";
}

TEST_P(OutboundSnat, S0_23_ClosedFlowsOf2017HoldTheirPortsForFourMinutes)
{
    BeginWithPorts("2017", 4);
    Generate(0, {{"Flows", "4"}, {"Hold", "ns3::ConstantRandomVariable[Constant=1]"}});
    At("240s", [this] { EXPECT_EQ(GetPortsHeld(), 4U); });
    At("242s", [this] { EXPECT_EQ(GetPortsHeld(), 0U); });
    Run("250s");
}

TEST_P(OutboundSnat, FinHoldOf2018CanBeShortened)
{
    BeginWithPorts("2018[FinHold=30s]", 4);
    Generate(0, {{"Flows", "4"}, {"Hold", "ns3::ConstantRandomVariable[Constant=1]"}});
    At("31s", [this] { EXPECT_EQ(GetPortsHeld(), 4U); });
    At("32s", [this] { EXPECT_EQ(GetPortsHeld(), 0U); });
    Run("40s");
    ASSERT_EQ(m_ended.size(), 4U);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Fin);
}

TEST_P(OutboundSnat, S0_28_PortsSeparateTheFlowsOfOneAddress)
{
    BeginWithPorts("2017", 16);
    Generate(0, {{"Flows", "16"}});
    Run("5s");
    std::set<uint16_t> ports;
    for (const auto& flow : GetFlows())
    {
        EXPECT_EQ(flow.translated->GetSource(), m_address);
        ports.insert(flow.translated->GetSourcePort());
    }
    EXPECT_EQ(ports.size(), 16U);
}

TEST_P(OutboundSnat, S0_29_BothScenariosConsumeAndRefuseAlike)
{
    // Compared with numbers, not with each other: 12 flows to 2 addresses, 4 ports.
    BeginWithPorts("2017", 4, 2);
    const auto generator = Generate(0, {{"Flows", "12"}}, 2);
    Run("300s");
    EXPECT_EQ(generator->GetEstablished(), 8U);
    EXPECT_EQ(GetCounts().refused, 4U);
    EXPECT_EQ(GetCounts().peakPortsUsed, 4U);
    EXPECT_EQ(GetPortsHeld(), 0U);
}

TEST_P(OutboundSnat, S0_43_ConnectionsMayBeMoreThanPorts)
{
    BeginWithPorts("2017", 4, 10);
    const auto generator = Generate(0, {{"Flows", "40"}}, 10);
    Run("5s");
    EXPECT_EQ(generator->GetEstablished(), 40U);
    EXPECT_EQ(GetPortsHeld(), 4U);
}

TEST_P(OutboundSnat, S4_03_LimitOfPortsIsNoLimitOfConnections)
{
    BeginWithPorts("2016", 2, 10);
    const auto generator = Generate(0, {{"Flows", "20"}}, 10);
    Run("5s");
    EXPECT_EQ(generator->GetEstablished(), 20U);
    EXPECT_EQ(GetPortsHeld(), 2U);
}

INSTANTIATE_TEST_SUITE_P(S0_29,
                         OutboundSnat,
                         ::testing::ValuesIn(SNAT_CASES),
                         [](const auto& info) { return info.param.name; });

} // namespace

} // namespace ns3::azure
