// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-progress-reporter.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr const char* CLEAR = "\r\x1b[K";

/// What is written, line by line.
class ProgressReporterTest : public ::testing::Test
{
  protected:
    ~ProgressReporterTest() override
    {
        Simulator::Destroy();
    }

    /// Have a VM open flows, all of which settle, and destroy the simulation.  @return its events
    uint64_t Run(ProgressReporter* progress, std::optional<Time> stop = std::nullopt)
    {
        OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
        scenario.Create();
        m_traffic.Install(scenario, 1);
        if (progress != nullptr)
        {
            progress->BeginRun({&m_traffic}, stop);
        }
        if (stop)
        {
            Simulator::Stop(*stop);
        }
        Simulator::Run();
        const auto events = Simulator::GetEventCount();
        Simulator::Destroy();
        return events;
    }

    /// @return what has been written, without what clears lines
    std::vector<std::string> GetLines() const
    {
        std::vector<std::string> lines;
        const std::string all = m_os.str();
        for (std::size_t at = all.find(CLEAR); at != std::string::npos;)
        {
            const auto begin = at + std::string(CLEAR).size();
            at = all.find(CLEAR, begin);
            lines.push_back(all.substr(begin, at == std::string::npos ? at : at - begin));
        }
        return lines;
    }

    /// Configure the flows: the k-th begins after k milliseconds.
    void SetFlows(uint32_t flows)
    {
        m_traffic.SetAttribute("Flows", UintegerValue(flows));
        m_traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
        m_traffic.SetAttribute("Rate", DoubleValue(1000));
    }

    TrafficHelper m_traffic; //!< of one run
    std::ostringstream m_os; //!< where to
};

void
ExpectMatch(const std::string& line, const std::string& pattern)
{
    EXPECT_TRUE(std::regex_match(line, std::regex(pattern))) << line;
    EXPECT_LT(line.size(), 80) << line;
}

} // namespace

TEST_F(ProgressReporterTest, WritesOneLineOverAndClearsIt)
{
    SetFlows(100);
    ProgressReporter progress(1, &m_os, std::chrono::milliseconds(0));
    Run(&progress);
    const auto lines = GetLines();
    ASSERT_GE(lines.size(), 2);
    ExpectMatch(lines.front(),
                "t=\\d+\\.\\d{3} s, \\d+ %, (\\d+ s left, )?\\d+ of 100 flows, [0-9.]+[kMG]? "
                "events/s");
    EXPECT_EQ(lines.back(), "") << "gone with the simulation";
}

TEST_F(ProgressReporterTest, SaysWhichRunItIsAndSharesOutAllOfThem)
{
    // The first line comes after 16 packets and flows: at most 16 of 1,000 flows have settled, so
    // that 2 of 20 runs are done, and less than 2 % of one.
    ProgressReporter progress(20, &m_os, std::chrono::milliseconds(0));
    progress.BeginRun(7, std::nullopt);
    progress.BeginRun(7, std::nullopt);
    SetFlows(1000);
    Run(&progress);
    ASSERT_FALSE(GetLines().empty());
    ExpectMatch(GetLines().front(),
                "run 3/20, t=\\d+\\.\\d{3} s, 10 %, \\d+ s left, \\d+ of 1000 flows, .* events/s");
}

TEST_F(ProgressReporterTest, ShareIsOfTheTimeToStopAtWhereThatIsMore)
{
    // A flow a second: few of a million, but a lot of 8 s.
    m_traffic.SetAttribute("Flows", UintegerValue(1'000'000));
    m_traffic.SetAttribute("Arrival", MakeEnumValue(TrafficArrival::Periodic));
    m_traffic.SetAttribute("Rate", DoubleValue(1));
    ProgressReporter progress(1, &m_os, std::chrono::milliseconds(0));
    Run(&progress, Seconds(8));
    std::smatch found;
    const auto line = GetLines().front();
    ASSERT_TRUE(std::regex_search(line, found, std::regex("t=(\\S+) s, (\\d+) %"))) << line;
    EXPECT_EQ(std::stoi(found[2]), static_cast<int>(100 * std::stod(found[1]) / 8)) << line;
    ExpectMatch(line, ".* of 1.0M flows, .*");
}

TEST_F(ProgressReporterTest, FlowsWithoutEndAreCountedOnly)
{
    SetFlows(1);
    m_traffic.SetAttribute("UnlimitedFlows", BooleanValue(true));
    m_traffic.SetAttribute("StopTime", TimeValue(Seconds(1)));
    ProgressReporter progress(1, &m_os, std::chrono::milliseconds(0));
    Run(&progress);
    ExpectMatch(GetLines().front(), "t=\\d+\\.\\d{3} s, 0 %, \\d+ flows, .* events/s");
}

TEST_F(ProgressReporterTest, WritesNothingBeforeItsTime)
{
    SetFlows(100);
    {
        ProgressReporter progress(1, &m_os, std::chrono::hours(1));
        Run(&progress);
    }
    EXPECT_EQ(m_os.str(), "");
}

TEST_F(ProgressReporterTest, MayGoBeforeTheSimulation)
{
    SetFlows(100);
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.Create();
    m_traffic.Install(scenario, 1);
    {
        ProgressReporter progress(1, &m_os, std::chrono::milliseconds(0));
        progress.BeginRun({&m_traffic});
        Simulator::Run();
    }
    const auto written = m_os.str();
    EXPECT_EQ(GetLines().back(), "");
    Simulator::Destroy();
    EXPECT_EQ(m_os.str(), written);
}

TEST_F(ProgressReporterTest, SchedulesNoEvents)
{
    SetFlows(100);
    const auto events = Run(nullptr);
    m_traffic = TrafficHelper();
    SetFlows(100);
    ProgressReporter progress(1, &m_os, std::chrono::milliseconds(0));
    EXPECT_EQ(Run(&progress), events);
    EXPECT_NE(m_os.str(), "");
}

} // namespace ns3::azure
