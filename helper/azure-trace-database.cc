// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-database.h"

#include "azure-trace-bind.h"
#include "azure-trace-database-tables.h"
#include "azure-trace-schema.h"
#include "azure-version.h"

#include "ns3/azure-ns3-compat.h"
#include "ns3/rng-seed-manager.h"

#include <array>
#include <cstdlib>
#include <ctime>
#include <iostream>

namespace ns3::azure
{

namespace
{

/// @return the time as ISO 8601 text, UTC, always of the same length
std::string
GetUtcText(std::chrono::system_clock::time_point time)
{
    const auto seconds = std::chrono::system_clock::to_time_t(time);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, sizeof("2026-01-31T23:59:59Z")> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text.data();
}

/// @return what to do about a refusal
std::string
GetAdvice(const std::string& path, const SqliteDatabase::Refusal& refusal)
{
    if (refusal.version && *refusal.version < TRACE_SCHEMA_VERSION)
    {
        return "give a new file, or what azure-net migrate '" + path + "' NEW writes";
    }
    if (refusal.version)
    {
        return "give a new file: a later version of azure-net has written this one";
    }
    return "give a new file in a writable folder, or a database of this version of azure-net to "
           "add a run to";
}

/// @return the path, if a run can be written there; else ends the program
const std::string&
RequireValid(const std::string& path)
{
    const auto problem = TraceDatabase::Validate(path);
    if (problem)
    {
        std::cerr << "azure-net: " << *problem << std::endl;
        std::exit(EXIT_FAILURE);
    }
    return path;
}

} // namespace

TraceDatabase::TraceDatabase(const std::string& path, const RunDescription& run)
    : m_started(std::chrono::steady_clock::now()),
      m_database(RequireValid(path))
{
    m_database.Begin();
    if (m_database.QueryInteger("PRAGMA application_id") != TRACE_APPLICATION_ID)
    {
        m_database.Execute(GetTraceSchemaSql());
    }
    InsertRun(run);
    m_database.Commit();
    m_database.SetLastWords(std::string("UPDATE run SET status = '") + GetName(RunStatus::Failed) +
                            "' WHERE run_id = " + std::to_string(m_runId));
    // Rows are made from the enumerations that the checks are made from; they are for others.
    m_database.Execute("PRAGMA ignore_check_constraints = ON");
    m_tables = std::make_unique<Tables>(m_database);
}

TraceDatabase::~TraceDatabase() = default;

std::optional<std::string>
TraceDatabase::Validate(const std::string& path, std::chrono::milliseconds patience)
{
    const auto refusal =
        SqliteDatabase::Validate(path, {TRACE_APPLICATION_ID, TRACE_SCHEMA_VERSION}, patience);
    if (!refusal)
    {
        return std::nullopt;
    }
    if (refusal->isLocked)
    {
        return "db: '" + path +
               "' is not allowed: another program has kept it locked for all the " +
               std::to_string(patience.count()) +
               " ms that were waited; give it once more when that program is done, or a new file";
    }
    return "db: '" + path + "' is not allowed: " + refusal->reason + "; " +
           GetAdvice(path, *refusal);
}

int64_t
TraceDatabase::GetRunId() const
{
    return m_runId;
}

void
TraceDatabase::InsertRun(const RunDescription& run)
{
    m_runId = m_database.QueryInteger("SELECT MAX(run_id) FROM run").value_or(0) + 1;
    SqliteStatement insert(m_database, GetInsertSql("run"));
    insert.Bind(m_runId).Bind(run.program).Bind(run.scenario).Bind(run.profile);
    insert.Bind(RngSeedManager::GetSeed()).Bind(static_cast<int64_t>(RngSeedManager::GetRun()));
    insert.Bind(GetNs3Version()).BindStatic(MODULE_VERSION).BindStatic(GetName(RunStatus::Running));
    insert.BindNull().Bind(GetUtcText(std::chrono::system_clock::now())).BindNull().BindNull();
    insert.Execute();

    SqliteStatement parameter(m_database, GetInsertSql("run_parameter"));
    for (const auto& [name, value] : run.parameters)
    {
        parameter.Bind(m_runId).Bind(name).Bind(value).Execute();
    }
}

SqliteStatement&
TraceDatabase::BeginRow(Table& table)
{
    m_database.Begin();
    return table.insert.Bind(m_runId);
}

SqliteStatement&
TraceDatabase::BeginNumberedRow(Table& table)
{
    return BeginRow(table).Bind(++table.rows);
}

void
TraceDatabase::EndRow(Table& table)
{
    table.insert.Execute();
    m_database.CountRow();
}

void
TraceDatabase::Insert(const NodeFact& node)
{
    auto& row = BeginRow(m_tables->node);
    row.Bind(node.node).Bind(node.name).BindStatic(GetName(node.role));
    EndRow(m_tables->node);
}

void
TraceDatabase::Insert(const NetworkInterfaceFact& interface)
{
    auto& row = BeginRow(m_tables->networkInterface);
    row.Bind(interface.networkInterface).Bind(interface.virtualMachine).Bind(interface.host);
    BindAddress(row, interface.privateAddress);
    row.BindStatic(GetName(interface.outboundMethod));
    BindName(row, interface.availabilitySet);
    BindName(row, interface.natGateway);
    EndRow(m_tables->networkInterface);
}

void
TraceDatabase::Insert(const PublicIpFact& publicIp)
{
    auto& row = BeginRow(m_tables->publicIp);
    BindAddress(row, publicIp.address);
    row.BindStatic(GetName(publicIp.kind));
    BindNumber(row, publicIp.networkInterface);
    BindName(row, publicIp.natGateway);
    EndRow(m_tables->publicIp);
}

void
TraceDatabase::Insert(const FlowRecord& flow)
{
    auto& row = BeginRow(m_tables->flow);
    row.Bind(flow.networkInterface).Bind(static_cast<int64_t>(flow.flow));
    row.BindStatic(GetDirectionName(flow.isInbound));
    row.BindStatic(GetName(flow.path)).BindStatic(GetName(flow.method));
    BindProtocol(row, flow.key.GetProtocol());
    BindSource(row, flow.key);
    BindTranslation(row, flow);
    BindDestination(row, flow.key);
    BindLife(row, flow);
    row.Bind(flow.refusals).Bind(flow.denials);
    BindCounters(row, flow);
    EndRow(m_tables->flow);
}

void
TraceDatabase::Insert(const FlowAttempt& attempt)
{
    const auto& flow = attempt.flow;
    const uint32_t port = flow.key.GetSourcePort();
    auto& row = BeginNumberedRow(m_tables->flowAttempt);
    row.Bind(attempt.node).Bind(attempt.generator).Bind(static_cast<int64_t>(flow.number));
    row.Bind(flow.attempt).BindStatic(GetName(flow.key.GetProtocol()));
    BindAddress(row, flow.key.GetSource());
    BindNumber(row, port > 0 ? std::optional(port) : std::nullopt);
    BindDestination(row, flow.key);
    BindTime(row, flow.started);
    BindTime(row, flow.established);
    BindTime(row, flow.ended);
    row.BindStatic(GetName(GetOutcome(attempt)));
    BindEnumerator(row, attempt.failure);
    row.Bind(attempt.isRetried ? 1 : 0);
    BindEnumerator(row, attempt.end);
    EndRow(m_tables->flowAttempt);
}

void
TraceDatabase::Insert(uint32_t node, const DropRecord& drop)
{
    auto& row = BeginNumberedRow(m_tables->drop);
    BindTime(row, drop.time);
    row.Bind(node);
    BindNumber(row, drop.networkInterface);
    row.BindStatic(GetName(drop.reason));
    if (drop.key == FlowKey())
    {
        row.BindNull().BindNull().BindNull().BindNull().BindNull().BindNull();
    }
    else
    {
        BindProtocol(row, drop.key.GetProtocol());
        BindSource(row, drop.key);
        BindDestination(row, drop.key);
    }
    row.Bind(drop.bytes);
    BindName(row, drop.group);
    BindName(row, drop.rule);
    EndRow(m_tables->drop);
}

void
TraceDatabase::Insert(const SecurityGroupDecision& decision)
{
    auto& row = BeginNumberedRow(m_tables->securityDecision);
    BindTime(row, decision.time);
    row.Bind(decision.networkInterface).Bind(static_cast<int64_t>(decision.flow));
    row.Bind(decision.attempt).BindStatic(GetName(decision.direction));
    row.BindStatic(GetName(decision.key.GetProtocol()));
    BindSource(row, decision.key);
    BindDestination(row, decision.key);
    row.Bind(decision.group).BindStatic(GetName(decision.attachment)).Bind(decision.rule);
    row.Bind(decision.isDefaultRule ? 1 : 0).BindStatic(GetDecisionName(decision.access));
    EndRow(m_tables->securityDecision);
}

void
TraceDatabase::BeginSample(Table& table, Time time)
{
    if (table.lastSample == time)
    {
        m_database.Begin();
        table.rows = table.rowsBeforeSample;
        m_database.Execute("DELETE FROM " + table.name +
                           " WHERE run_id = " + std::to_string(m_runId) + " AND " + table.name +
                           "_id > " + std::to_string(table.rows));
    }
    table.lastSample = time;
    table.rowsBeforeSample = table.rows;
}

void
TraceDatabase::BeginFlowSample(Time time)
{
    BeginSample(m_tables->flowSample, time);
}

void
TraceDatabase::InsertFlowSample(const FlowRecord& flow)
{
    auto& row = BeginNumberedRow(m_tables->flowSample);
    BindTime(row, m_tables->flowSample.lastSample);
    row.Bind(flow.networkInterface).Bind(static_cast<int64_t>(flow.flow));
    BindCounters(row, flow);
    EndRow(m_tables->flowSample);
}

void
TraceDatabase::Finish(Time end)
{
    m_database.Commit();
    m_database.Execute("PRAGMA cache_spill = ON"); // a batch of indexes has no limit
    m_database.Begin();
    m_database.Execute(GetTraceIndexesSql());
    SqliteStatement update(m_database,
                           "UPDATE run SET status = ?, end_time_ns = ?, wall_finished_utc = ?, "
                           "wall_duration_ms = ? WHERE run_id = ?");
    update.BindStatic(GetName(RunStatus::Finished)).Bind(end.GetNanoSeconds());
    update.Bind(GetUtcText(std::chrono::system_clock::now()));
    update.Bind(std::chrono::duration_cast<std::chrono::milliseconds>(
                    std::chrono::steady_clock::now() - m_started)
                    .count());
    update.Bind(m_runId).Execute();
    m_database.Commit();
}

} // namespace ns3::azure
