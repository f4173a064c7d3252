// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"
#include "azure-trace-dump.h"

#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-outbound-experiment.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/azure-traffic-statistics.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

/**
 * @file
 * @brief What happens to flows does not depend on what carries them, to the nanosecond.
 *
 * Left out is what CompactTcpTable, CompactTrafficConnections and CompactTrafficService say is
 * different: what comes to a connection that the other side has forgotten (RST, where ns-3's
 * sockets are silent, or still there), more than ns-3's first congestion window at once, and the
 * nanosecond that ns-3 waits before it sends what a timer asks for.
 */
namespace ns3::azure
{

namespace
{

/// One row: an experiment, and how many of its flows succeed, by arithmetic.
struct TransportCase
{
    const char* name;    // test name
    const char* options; // as on a command line
    uint64_t attempted;
    uint64_t established;
    uint64_t refused;
};

void
PrintTo(const TransportCase& c, std::ostream* os)
{
    *os << c.options;
}

// clang-format off
constexpr TransportCase TRANSPORT_CASES[] = {
    // Ports are held for 240 s after FIN, RST or the last packet: as many flows fit as ports.
    {"LoadBalancedFin", "--flows=40 --allocatedPorts=16 --hold=2s --arrival=periodic --rate=20", 40, 16, 24},
    {"LoadBalancedRst", "--flows=40 --allocatedPorts=16 --hold=2s --arrival=periodic --rate=20 --close=rst", 40, 16, 24},
    {"LoadBalancedNone", "--flows=40 --allocatedPorts=16 --hold=2s --arrival=periodic --rate=20 --close=none", 40, 16, 24},
    {"LoadBalancedUdp", "--flows=40 --allocatedPorts=16 --hold=2s --protocol=udp", 40, 16, 24},
    {"LoadBalancedBurst", "--flows=1100 --hold=2s", 1100, 1024, 76},
    {"StandaloneFin", "--scenario=standalone --vms=2 --flows=100 --allocatedPorts=64 --hold=2s", 100, 64, 36},
    {"StandalonePoisson", "--scenario=standalone --vms=2 --flows=100 --hold=exponential:3s --arrival=poisson --rate=10", 100, 100, 0},
    {"PublicIpFin", "--scenario=public-ip --vms=2 --flows=100 --hold=2s", 100, 100, 0},
    {"PublicIpRst", "--scenario=public-ip --flows=100 --hold=0s --close=rst", 100, 100, 0},
    {"PublicIpUdp", "--scenario=public-ip --flows=100 --hold=2s --protocol=udp", 100, 100, 0},
    {"NatGateway", "--profile=nat-gateway --flows=200 --hold=2s --destinations=2", 200, 200, 0},
    {"OnDemand", "--profile=ananta --flows=100 --hold=2s --arrival=poisson --rate=50", 100, 100, 0},
    {"ThreeDestinations", "--vms=2 --activeVms=2 --flows=60 --destinations=3 --destinationPorts=2 --allocatedPorts=16 --hold=1s", 120, 96, 24},
    // 16 ports in use for 2 s and held for 10 s or 4 s, or idle for 4 s: all get one in the end.
    {"RetriesAfterFin", "--profile=2018 --flows=40 --allocatedPorts=16 --hold=2s --finHold=10s --retry=fixed:4:6s --synAttempts=2", 40, 40, 0},
    {"RetriesAfterRst", "--profile=2018 --flows=40 --allocatedPorts=16 --hold=2s --rstHold=4s --close=rst --retry=exponential:6:5s", 40, 40, 0},
    {"RetriesOfUdp", "--flows=40 --allocatedPorts=16 --protocol=udp --idleTimeout=4s --retry=fixed:3:5s", 40, 40, 0},
    {"SynsAgain", "--flows=20 --allocatedPorts=8 --hold=1s --close=rst --rstHold=1s --synAttempts=4", 20, 20, 0},
    // Ports are free again after 240 s without a packet, and servers forget a second before.
    {"IdleToTheEnd", "--flows=20 --hold=none", 20, 20, 0},
    {"IdleThenSilent", "--flows=20 --hold=300s --close=none", 20, 20, 0},
    {"IdleThenRst", "--flows=20 --hold=300s --close=rst", 20, 20, 0},
    {"KeptAlive", "--flows=20 --hold=600s --keepAlive=100s", 20, 20, 0},
    {"KeptAliveUdp", "--flows=20 --hold=600s --keepAlive=100s --protocol=udp", 20, 20, 0},
    // The SYNs of those that are refused are in the middle of their 3 s.
    {"CutOff", "--flows=40 --allocatedPorts=16 --hold=2s --stop=1s", 40, 16, 24},
};
// clang-format on

/// @return the first lines that differ, or nothing
std::string
FindDifference(const std::string& socket, const std::string& compact)
{
    std::istringstream one(socket);
    std::istringstream other(compact);
    std::string a;
    std::string b;
    while (true)
    {
        const bool hasA = static_cast<bool>(std::getline(one, a));
        const bool hasB = static_cast<bool>(std::getline(other, b));
        if (!hasA && !hasB)
        {
            return "";
        }
        if (a != b || hasA != hasB)
        {
            return "socket:  " + a + "\ncompact: " + b;
        }
    }
}

class TransportDatabaseTest : public ::testing::TestWithParam<TransportCase>
{
  protected:
    /// Run the row's experiment.  @return its database, as text
    std::string Run(TrafficTransport transport, VmStack stack)
    {
        OutboundExperiment experiment;
        OptionList list(__FILE__, "A test.");
        experiment.AddTo(list);
        std::vector<std::string> arguments{"test"};
        std::istringstream options(GetParam().options);
        for (std::string option; options >> option;)
        {
            arguments.push_back(option);
        }
        arguments.push_back(std::string("--transport=") + GetName(transport));
        std::vector<char*> argv;
        for (auto& argument : arguments)
        {
            argv.push_back(argument.data());
        }
        const auto error = list.Parse(static_cast<int>(argv.size()), argv.data(), [&experiment] {
            return experiment.Validate();
        });
        EXPECT_EQ(error, std::nullopt);
        return Run(experiment, stack);
    }

    std::string Run(const OutboundExperiment& experiment, VmStack stack)
    {
        const std::string path = m_folder / (std::to_string(m_runs++) + ".db");
        const auto scenario = experiment.MakeScenario();
        scenario->SetVmStack(stack);
        scenario->Create();
        auto traffic = experiment.MakeTraffic();
        traffic.Install(*scenario, experiment.activeVms);
        traffic.AssignStreams(scenario->AssignStreams(0));
        TrafficStatistics statistics;
        for (const auto& agent : scenario->GetHostAgents())
        {
            statistics.Connect(agent);
        }
        for (const auto& generator : traffic.GetGenerators())
        {
            statistics.Connect(generator);
        }
        TraceRecorder recorder(path, {"test", GetName(experiment.scenario), "2017", {}});
        scenario->Connect(recorder);
        if (experiment.stop)
        {
            Simulator::Stop(*experiment.stop);
        }
        Simulator::Run();
        const auto totals = statistics.GetTotals();
        EXPECT_EQ(totals.attempted, GetParam().attempted);
        EXPECT_EQ(totals.established, GetParam().established);
        EXPECT_EQ(totals.refused, GetParam().refused);
        recorder.Close();
        Simulator::Destroy();
        return DumpTraces(path);
    }

    TemporaryFolder m_folder; //!< for databases
    int m_runs{0};            //!< those there have been
};

TEST_P(TransportDatabaseTest, IsTheSameOverBothTransportsAndOnBothStacks)
{
    const auto socket = Run(TrafficTransport::Socket, VmStack::Internet);
    const auto compact = Run(TrafficTransport::Compact, VmStack::Compact);
    const auto beside = Run(TrafficTransport::Compact, VmStack::Internet);

    EXPECT_NE(socket.find("\nflow|"), std::string::npos);
    EXPECT_EQ(FindDifference(socket, compact), "");
    EXPECT_EQ(FindDifference(socket, beside), "") << "beside ns-3's own protocols";
}

/// The other way round, through the mux, with several segments each way; by how clients close.
class InboundTransportTest : public ::testing::TestWithParam<const char*>
{
  protected:
    /// Have 3 clients open 20 flows each to 4 VMs.  @return the database, as text
    std::string Run(TrafficTransport transport, VmStack stack)
    {
        const std::string path = m_folder / (std::to_string(m_runs++) + ".db");
        OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
        scenario.SetVms(4);
        scenario.SetServerAddresses(3);
        scenario.SetVmStack(stack);
        scenario.Create();
        TrafficHelper traffic;
        traffic.SetAttribute("Transport", MakeEnumValue(transport));
        traffic.SetAttribute("Flows", UintegerValue(20));
        traffic.SetAttribute("RequestSize", UintegerValue(3000)); // six segments
        traffic.SetAttribute("ResponseSize", UintegerValue(4000));
        traffic.SetAttribute("Close", StringValue(GetParam()));
        traffic.SetHoldTime({"ns3::ExponentialRandomVariable[Mean=3]"});
        traffic.InstallInbound(scenario, 3);
        traffic.AssignStreams(scenario.AssignStreams(0));
        TraceRecorder recorder(path, {"test", "inbound", "2017", {}});
        scenario.Connect(recorder);
        Simulator::Run();
        for (const auto& generator : traffic.GetGenerators())
        {
            EXPECT_EQ(generator->GetCounters().closed, 20);
        }
        recorder.Close();
        Simulator::Destroy();
        return DumpTraces(path);
    }

    TemporaryFolder m_folder; //!< for databases
    int m_runs{0};            //!< those there have been
};

TEST_P(InboundTransportTest, IsTheSameOverBothTransportsAndOnBothStacks)
{
    const auto socket = Run(TrafficTransport::Socket, VmStack::Internet);
    const auto compact = Run(TrafficTransport::Compact, VmStack::Compact);
    const auto beside = Run(TrafficTransport::Compact, VmStack::Internet);

    EXPECT_NE(socket.find("\nlb_decision|"), std::string::npos);
    EXPECT_EQ(FindDifference(socket, compact), "");
    EXPECT_EQ(FindDifference(socket, beside), "") << "beside ns-3's own protocols";
}

INSTANTIATE_TEST_SUITE_P(TransportDatabase,
                         InboundTransportTest,
                         ::testing::Values("Fin", "Rst"),
                         [](const auto& row) { return std::string(row.param); });

INSTANTIATE_TEST_SUITE_P(TransportDatabase,
                         TransportDatabaseTest,
                         ::testing::ValuesIn(TRANSPORT_CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
