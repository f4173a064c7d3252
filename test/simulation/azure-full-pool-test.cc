// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-flow-statistics.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <map>
#include <ostream>
#include <set>

/**
 * @file
 * @brief The largest backend pool, when every VM opens more flows than it has ports.
 */
namespace ns3::azure
{

namespace
{

constexpr uint32_t VMS = 1000;    // the most of a pool (sources.rst B.1)
constexpr uint32_t PORTS = 32;    // of each of 801 to 1,000 VMs (sources.rst B.1)
constexpr uint32_t FIRST = 1024;  // of all ports
constexpr uint32_t ATTEMPTS = 40; // flows of each VM, all to one destination
constexpr uint32_t VMS_PER_HOST = 20;

/// One row: by what the flows go.
struct PoolCase
{
    const char* name;           // test name
    VmStack stack;              // of the VMs
    TrafficTransport transport; // of both ends
    IpProtocol protocol;        // of the flows
};

void
PrintTo(const PoolCase& c, std::ostream* os)
{
    *os << c.name;
}

// Not TCP over sockets: a server that accepts 32,000 connections takes ns-3 minutes.
// clang-format off
constexpr PoolCase POOL_CASES[] = {
    // name          stack              transport                  protocol
    {"CompactTcp",   VmStack::Compact,  TrafficTransport::Compact, IpProtocol::Tcp},
    {"CompactUdp",   VmStack::Compact,  TrafficTransport::Compact, IpProtocol::Udp},
    {"BesideSockets", VmStack::Internet, TrafficTransport::Compact, IpProtocol::Tcp},
    {"SocketUdp",    VmStack::Internet, TrafficTransport::Socket,  IpProtocol::Udp},
};
// clang-format on

class FullPool : public ::testing::TestWithParam<PoolCase>
{
  protected:
    /// Run the simulation.
    void Simulate()
    {
        m_scenario.SetProfile("2017"); // ports by the size of the pool, for each destination anew
        m_scenario.SetVms(VMS);
        m_scenario.SetVmsPerHost(VMS_PER_HOST);
        m_scenario.SetVmStack(GetParam().stack);
        m_scenario.Create();
        TrafficHelper traffic;
        traffic.SetAttribute("Transport", MakeEnumValue(GetParam().transport));
        traffic.SetAttribute("Protocol", MakeEnumValue(GetParam().protocol));
        traffic.SetAttribute("Flows", UintegerValue(ATTEMPTS));
        traffic.Install(m_scenario, VMS);
        traffic.AssignStreams(m_scenario.AssignStreams(0));
        m_scenario.Connect(m_statistics);
        Simulator::Stop(Seconds(2));
        Simulator::Run();
    }

    /// Check that each flow has a port that no other one has, in its VM's block.
    void ExpectPortsOfTheirOwn() const;

    void TearDown() override
    {
        EXPECT_EQ(m_scenario.CheckInvariants(), std::nullopt);
        Simulator::Destroy();
    }

    OutboundScenarioHelper m_scenario{OutboundScenario::LoadBalanced};
    FlowStatistics m_statistics; // of all VMs
};

TEST_P(FullPool, GivesEveryVmItsPortsAndNoMore)
{
    Simulate();

    const auto totals = m_statistics.GetTotals();
    EXPECT_EQ(totals.attempted, uint64_t{VMS} * ATTEMPTS);
    EXPECT_EQ(totals.established, uint64_t{VMS} * PORTS);
    EXPECT_EQ(totals.refused, uint64_t{VMS} * (ATTEMPTS - PORTS));
    EXPECT_EQ(totals.unanswered, 0U);
    EXPECT_EQ(totals.denied, 0U);
    EXPECT_EQ(m_scenario.GetHostAgents().size(), VMS / VMS_PER_HOST);

    std::set<uint32_t> vms;
    for (const auto& agent : m_scenario.GetHostAgents())
    {
        for (const auto& usage : agent->GetSnatPortUsage())
        {
            vms.insert(usage.networkInterface);
            EXPECT_EQ(usage.portsAllocated, PORTS) << usage.networkInterface;
            EXPECT_EQ(usage.portsInUse, PORTS) << usage.networkInterface;
        }
    }
    EXPECT_EQ(vms.size(), VMS);
    ExpectPortsOfTheirOwn();
}

void
FullPool::ExpectPortsOfTheirOwn() const
{
    std::map<uint32_t, uint32_t> vmOfPort;
    std::map<uint32_t, uint32_t> flowsOfVm;
    for (const auto& agent : m_scenario.GetHostAgents())
    {
        for (const auto& flow : agent->GetOpenFlows())
        {
            if (flow.translated)
            {
                const auto port = flow.translated->GetSourcePort();
                ++flowsOfVm[flow.networkInterface];
                EXPECT_TRUE(vmOfPort.emplace(port, flow.networkInterface).second) << port;
            }
        }
    }
    ASSERT_EQ(vmOfPort.size(), std::size_t{VMS} * PORTS);
    EXPECT_EQ(vmOfPort.begin()->first, FIRST);
    EXPECT_EQ(vmOfPort.rbegin()->first, FIRST + VMS * PORTS - 1);
    for (const auto& [port, vm] : vmOfPort)
    {
        // Blocks are consecutive: the port's VM is that of its block's first port.
        EXPECT_EQ(vm, vmOfPort.at(port - (port - FIRST) % PORTS)) << port;
    }
    for (const auto& [vm, flows] : flowsOfVm)
    {
        EXPECT_EQ(flows, PORTS) << vm;
    }
}

INSTANTIATE_TEST_SUITE_P(All, FullPool, ::testing::ValuesIn(POOL_CASES), [](const auto& row) {
    return row.param.name;
});

} // namespace

} // namespace ns3::azure
