// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_SCHEMA_H
#define AZURE_TRACE_SCHEMA_H

#include "ns3/azure-security-rule.h"
#include "ns3/azure-trace-records.h"

#include <cstdint>
#include <string>
#include <vector>

/**
 * @file
 * @brief The schema of the trace database as data; SQL and documentation are made from it.
 */
namespace ns3::azure
{

/// SQLite's application_id of a trace database: "aznt" in ASCII.
constexpr uint32_t TRACE_APPLICATION_ID = 0x617a6e74;

/// SQLite's user_version of a trace database; a change of any table counts it up.
constexpr uint32_t TRACE_SCHEMA_VERSION = 5;

/// What a run's row says about how far it came.
enum class RunStatus : uint8_t
{
    Running,  //!< it has not ended, or was cut off
    Finished, //!< everything has been written
    Failed,   //!< the database could not take a row, so that rows are missing
};

/// @return the status's name in databases
const char* GetName(RunStatus status);

/// @return the name in databases of a flow's direction, seen from the VM
const char* GetDirectionName(bool isInbound);

/// @return the name in databases of what a security rule decides: "allow" or "deny"
const char* GetDecisionName(SecurityRuleAccess access);

/// @return the name in databases of what became of SNAT ports: "given" or "taken"
const char* GetAllocationName(bool isGiven);

/// @return the name in databases of what became of a pool's member: "joined" or "left"
const char* GetMembershipName(bool hasJoined);

/// @return the name in databases of what a mux or manager says of an overload: "overloaded",
///         "withdrawn" or "restored"
const char* GetOverloadName(const OverloadRecord& record);

/// One column of a table or view.
struct TraceColumn
{
    const char* name;                              //!< lower case, with its unit if it has one
    const char* type;                              //!< SQL type and constraint; empty in a view
    const char* unit;                              //!< "ns", "bytes", ...; empty for what has none
    const char* meaning;                           //!< completes "this is ..."
    std::vector<std::string> (*values)(){nullptr}; //!< every value of an enumeration's column
};

/// One table.
struct TraceTable
{
    const char* name;                 //!< lower case
    const char* meaning;              //!< completes "one row is ..."
    const char* constraints;          //!< keys, as SQL
    std::vector<TraceColumn> columns; //!< in order
};

/// One view.
struct TraceView
{
    const char* name;                 //!< "v_" and the question it answers
    const char* meaning;              //!< completes "one row is ..."
    const char* query;                //!< SQL
    std::vector<TraceColumn> columns; //!< in the query's order
};

/// One index.  Indexes are made when the first run of a file is finished, as they would slow down
/// the rows; what they hold is estimated after every run.
struct TraceIndex
{
    const char* name;      //!< the table, and what is found by it
    const char* table;     //!< of which table
    const char* columns;   //!< in order, as SQL
    const char* condition; //!< of the rows that it has, as SQL; empty if it has all
};

/// @return every table, parents before children
const std::vector<TraceTable>& GetTraceTables();

/// @return every view
const std::vector<TraceView>& GetTraceViews();

/// @return every index
const std::vector<TraceIndex>& GetTraceIndexes();

/// @return SQL that makes all tables and views in an empty database, and marks it as ours
std::string GetTraceSchemaSql();

/// @return SQL that makes the indexes, unless they are there, and estimates what they hold
std::string GetTraceIndexesSql();

/// @return SQL that inserts one row into a table, with a parameter for each column
std::string GetInsertSql(const std::string& table);

} // namespace ns3::azure

#endif // AZURE_TRACE_SCHEMA_H
