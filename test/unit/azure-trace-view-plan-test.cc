// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-full-story.h"
#include "azure-temporary-folder.h"

#include "ns3/azure-sqlite-database.h"
#include "ns3/azure-trace-schema.h"

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Names = std::set<std::string>;

/// Tables of which a run may have millions of rows, and the other names that views give them.
const std::map<std::string, std::string> BIG_TABLES{
    {"flow", "flow"},
    {"flow_attempt", "flow_attempt"},
    {"nat_gateway_flow", "nat_gateway_flow"},
    {"drop", "drop"},
    {"nsg_decision", "nsg_decision"},
    {"nsg_flow_sample", "nsg_flow_sample"},
    {"sample", "nsg_flow_sample"},
    {"snat_allocation", "snat_allocation"},
    {"allocation", "snat_allocation"},
    {"snat_port_event", "snat_port_event"},
    {"event", "snat_port_event"},
    {"before", "snat_port_event"},
    {"later", "snat_port_event"},
    {"snat_exhaustion", "snat_exhaustion"},
    {"exhaustion", "snat_exhaustion"},
    {"snat_port_usage", "snat_port_usage"},
    {"usage", "snat_port_usage"},
    {"snat_request", "snat_request"},
    {"snat_request_decision", "snat_request_decision"},
    {"decision", "snat_request_decision"},
    {"lb_decision", "lb_decision"},
    {"probe_result", "probe_result"},
    {"control_message", "control_message"},
    {"frontend_traffic", "frontend_traffic"},
    {"member_traffic", "member_traffic"},
    {"mux_traffic", "mux_traffic"},
    {"nat_gateway_traffic", "nat_gateway_traffic"},
};

// clang-format off
/// Views that read such a table for all runs to tell of one, as they group what they have grouped
/// before: they take as long for one run as for all of the file, which is seconds at most on ten
/// million rows (test/benchmark/view-cost.py).
const std::map<std::string, Names> EXCEPTIONS{
    {"v_fairness",                 {"flow", "nat_gateway_flow"}},
    {"v_snat_request_percentile",  {"snat_request", "snat_request_decision"}},
    {"v_connection_wait_share",    {"flow", "nat_gateway_flow"}},
    {"v_nat_gateway_metrics_1min", {"nat_gateway_traffic", "snat_port_event"}},
    {"v_nsg_rule_hits",            {"nsg_decision"}},
    {"v_flows_by_member",          {"flow", "lb_decision"}},
    {"v_control_latency",          {"control_message"}},
    {"v_mux_crossings",            {"drop", "flow", "frontend_traffic", "member_traffic", "mux_traffic"}},
    {"v_azure_metrics_1min",       {"frontend_traffic", "member_traffic", "snat_allocation"}},
};
// clang-format on

/// A file of many runs.
class RunsDatabase : public ::testing::Test
{
  protected:
    static void SetUpTestSuite()
    {
        m_folder = std::make_unique<TemporaryFolder>();
        for (uint32_t run = 1; run <= 12; ++run)
        {
            TraceDatabase database(*m_folder / "runs.db", {"program", "scenario", "2017", {}});
            const FullStory story(database, 1 + run % 3);
            database.Finish(Seconds(400));
        }
    }

    static void TearDownTestSuite()
    {
        m_folder.reset();
    }

    /// @return what SQLite does to tell what a view says of one run, line by line
    static std::string GetPlan(const std::string& view)
    {
        SqliteDatabase database(*m_folder / "runs.db", SqliteDatabase::Mode::Read);
        std::string plan;
        for (const auto& row :
             database.Query("EXPLAIN QUERY PLAN SELECT * FROM " + view + " WHERE run_id = 2"))
        {
            plan += row.at(3) + "\n";
        }
        return plan;
    }

    static std::unique_ptr<TemporaryFolder> m_folder; //!< has the file
};

std::unique_ptr<TemporaryFolder> RunsDatabase::m_folder;

/// Each view.
class ViewPlan : public RunsDatabase, public ::testing::WithParamInterface<std::string>
{
};

/// @return the word of a line of a plan that says what is read, or nothing
std::string
GetScanned(const std::string& line)
{
    const std::string scan = "SCAN ";
    return line.rfind(scan, 0) != 0
               ? ""
               : line.substr(scan.size(), line.find(' ', scan.size()) - scan.size());
}

TEST_P(ViewPlan, FindsTheRunByAnIndex)
{
    const auto plan = GetPlan(GetParam());
    Names scanned;
    std::istringstream lines(plan);
    for (std::string line; std::getline(lines, line);)
    {
        const auto table = BIG_TABLES.find(GetScanned(line));
        if (table != BIG_TABLES.end())
        {
            scanned.insert(table->second);
        }
        const bool isSearchedByOther = line.rfind("SEARCH ", 0) == 0 &&
                                       line.find("AUTOMATIC") == std::string::npos &&
                                       line.find("run_id") == std::string::npos;
        EXPECT_FALSE(isSearchedByOther) << line;
    }
    const auto allowed = EXCEPTIONS.find(GetParam());
    EXPECT_EQ(scanned, allowed == EXCEPTIONS.end() ? Names() : allowed->second) << plan;
}

/// One row: what is read from a table, and by which index.
struct IndexCase
{
    const char* name;  // test name
    const char* view;  // the view, for one run
    const char* index; // what the plan says
};

void
PrintTo(const IndexCase& c, std::ostream* os)
{
    *os << c.view;
}

// clang-format off
constexpr IndexCase INDEX_CASES[] = {
    {"StepsOfAnInterface", "v_port_steps",
     "SEARCH event USING COVERING INDEX snat_port_event_by_interface (run_id=? AND network_interface_id=? AND time_ns>? AND time_ns<?)"},
    {"StepsOfAGateway", "v_port_steps",
     "SEARCH event USING COVERING INDEX snat_port_event_by_gateway (run_id=? AND nat_gateway=? AND time_ns>?)"},
    {"CrossingsOfAnInterface", "v_early_warning",
     "SEARCH event USING COVERING INDEX snat_port_event_by_interface (run_id=? AND network_interface_id=? AND time_ns>? AND time_ns<?)"},
    {"FirstRefusalOfAnInterface", "v_early_warning",
     "SEARCH exhaustion USING COVERING INDEX snat_exhaustion_by_time (run_id=? AND network_interface_id=?)"},
    {"LastSumsOfAnInterface", "v_allocation_waste",
     "SEARCH event USING COVERING INDEX snat_port_event_by_interface (run_id=? AND network_interface_id=?)"},
    {"LastSumsOfAGateway", "v_allocation_waste",
     "SEARCH event USING COVERING INDEX snat_port_event_by_gateway (run_id=? AND nat_gateway=?)"},
    {"LastPeakOfAnInterface", "v_top_port_users",
     "SEARCH event USING INDEX snat_port_event_by_interface (run_id=? AND network_interface_id=?)"},
    {"FlowsOfAGateway", "v_top_port_users",
     "SEARCH snat_port_event USING COVERING INDEX snat_port_event_by_gateway (run_id=? AND nat_gateway>?)"},
    {"FirstReleaseOfAnInterface", "v_recovery",
     "SEARCH event USING COVERING INDEX snat_port_event_by_interface (run_id=? AND network_interface_id=? AND time_ns>?)"},
    {"RefusalsAroundAResize", "v_resize_effect",
     "SEARCH exhaustion USING COVERING INDEX snat_exhaustion_by_time (run_id=? AND network_interface_id=? AND time_ns>? AND time_ns<?)"},
};
// clang-format on

class ViewIndex : public RunsDatabase, public ::testing::WithParamInterface<IndexCase>
{
};

TEST_P(ViewIndex, IsUsed)
{
    const auto plan = GetPlan(GetParam().view);
    EXPECT_NE(plan.find(GetParam().index), std::string::npos) << plan;
}

INSTANTIATE_TEST_SUITE_P(TraceDatabase,
                         ViewIndex,
                         ::testing::ValuesIn(INDEX_CASES),
                         [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(TraceDatabase,
                         ViewPlan,
                         ::testing::ValuesIn([] {
                             std::vector<std::string> names;
                             for (const auto& view : GetTraceViews())
                             {
                                 names.emplace_back(view.name);
                             }
                             return names;
                         }()),
                         [](const auto& row) { return row.param; });

} // namespace

} // namespace ns3::azure
