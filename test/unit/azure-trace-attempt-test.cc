// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"
#include "azure-trace-problems.h"
#include "azure-trace-story.h"

#include "ns3/azure-flow-attempt.h"
#include "ns3/azure-trace-database.h"

#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Row = std::vector<std::string>;
using Rows = std::vector<Row>;

/// One row: an attempt, and what the database says of it from its source port on.
struct AttemptCase
{
    const char* name; // test name
    FlowAttempt attempt;
    Row expected;
};

void
PrintTo(const AttemptCase& c, std::ostream* os)
{
    *os << c.name;
}

/// @return the second attempt at flow 7 of node 1, as generator 3 makes it, from port 1024 at 1 s
FlowAttempt
Attempt(const std::optional<Time>& established, const std::optional<Time>& ended)
{
    FlowAttempt attempt;
    attempt.node = 1;
    attempt.generator = 3;
    attempt.flow.number = 7;
    attempt.flow.attempt = 2;
    attempt.flow.key = {Ipv4Address("10.0.0.4"),
                        Ipv4Address("203.0.113.10"),
                        1024,
                        443,
                        IpProtocol::Udp};
    attempt.flow.started = Seconds(1);
    attempt.flow.established = established;
    attempt.flow.ended = ended;
    return attempt;
}

/// @return an attempt that failed
FlowAttempt
Failed(TrafficFailure failure, bool isRetried)
{
    auto attempt = Attempt(std::nullopt, Seconds(4));
    attempt.failure = failure;
    attempt.isRetried = isRetried;
    return attempt;
}

/// @return an attempt that was established, and ended
FlowAttempt
Ended(TrafficEnd end)
{
    auto attempt = Attempt(Seconds(2), Seconds(4));
    attempt.end = end;
    return attempt;
}

/// @return an attempt for which there was no source port
FlowAttempt
Unbound()
{
    auto attempt = Failed(TrafficFailure::NoSourcePort, false);
    attempt.flow.key = attempt.flow.key.WithSource(Ipv4Address("10.0.0.4"), 0);
    return attempt;
}

class TraceDatabaseAttempt : public ::testing::TestWithParam<AttemptCase>
{
  protected:
    Rows Query(const std::string& sql)
    {
        return SqliteDatabase(m_path, SqliteDatabase::Mode::Read).Query(sql);
    }

    TemporaryFolder m_folder;
    std::string m_path{m_folder / "traces.db"};
};

TEST_P(TraceDatabaseAttempt, IsToldAsTheApplicationSeesIt)
{
    const auto& c = GetParam();
    {
        TraceDatabase database(m_path, {});
        TraceStory{database}.TellTopology();
        database.Insert(c.attempt);
    }
    EXPECT_EQ(Query("SELECT run_id, flow_attempt_id, node_id, generator_number, flow_number, "
                    "attempt, protocol, source_address, destination_address, destination_port, "
                    "started_time_ns FROM flow_attempt"),
              (Rows{{"1",
                     "1",
                     "1",
                     "3",
                     "7",
                     "2",
                     "udp",
                     "10.0.0.4",
                     "203.0.113.10",
                     "443",
                     "1000000000"}}));
    EXPECT_EQ(Query("SELECT source_port, established_time_ns, ended_time_ns, outcome, failure, "
                    "is_retried, end_reason FROM flow_attempt"),
              (Rows{c.expected}));
    EXPECT_EQ(FindTraceProblems(m_path), "");
}

// clang-format off
const AttemptCase ATTEMPT_CASES[] = {
    {"Open",              Attempt(std::nullopt, std::nullopt),                {"1024", "NULL", "NULL", "open", "NULL", "0", "NULL"}},
    {"Established",       Attempt(Seconds(2), std::nullopt),                  {"1024", "2000000000", "NULL", "established", "NULL", "0", "NULL"}},
    {"HoldOver",          Ended(TrafficEnd::HoldOver),                        {"1024", "2000000000", "4000000000", "established", "NULL", "0", "hold-over"}},
    {"NoResponse",        Ended(TrafficEnd::NoResponse),                      {"1024", "2000000000", "4000000000", "established", "NULL", "0", "no-response"}},
    {"PeerClosed",        Ended(TrafficEnd::PeerClosed),                      {"1024", "2000000000", "4000000000", "established", "NULL", "0", "peer-closed"}},
    {"EndedByReset",      Ended(TrafficEnd::Reset),                           {"1024", "2000000000", "4000000000", "established", "NULL", "0", "reset"}},
    {"EndedByError",      Ended(TrafficEnd::Error),                           {"1024", "2000000000", "4000000000", "established", "NULL", "0", "error"}},
    {"EndedAsStopped",    Ended(TrafficEnd::Stopped),                         {"1024", "2000000000", "4000000000", "established", "NULL", "0", "stopped"}},
    {"EndedAsIdle",       Ended(TrafficEnd::Idle),                            {"1024", "2000000000", "4000000000", "established", "NULL", "0", "idle"}},
    {"NoSourcePort",      Unbound(),                                          {"NULL", "NULL", "4000000000", "failed", "no-source-port", "0", "NULL"}},
    {"NoRoute",           Failed(TrafficFailure::NoRoute, false),             {"1024", "NULL", "4000000000", "failed", "no-route", "0", "NULL"}},
    {"Timeout",           Failed(TrafficFailure::Timeout, true),              {"1024", "NULL", "4000000000", "failed", "timeout", "1", "NULL"}},
    {"FailedByReset",     Failed(TrafficFailure::Reset, true),                {"1024", "NULL", "4000000000", "failed", "reset", "1", "NULL"}},
    {"FailedAsStopped",   Failed(TrafficFailure::Stopped, false),             {"1024", "NULL", "4000000000", "failed", "stopped", "0", "NULL"}},
    {"Unreachable",       Failed(TrafficFailure::Unreachable, false),         {"1024", "NULL", "4000000000", "failed", "unreachable", "0", "NULL"}},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(TraceDatabase,
                         TraceDatabaseAttempt,
                         ::testing::ValuesIn(ATTEMPT_CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
