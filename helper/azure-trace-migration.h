// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_MIGRATION_H
#define AZURE_TRACE_MIGRATION_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * @brief Trace databases of earlier schema versions become ones of the present version.
 *
 * What each version added is data: tables, and columns with what they hold in rows that were
 * written before.  No version has renamed or removed anything, or changed an enumeration's values.
 */
namespace ns3::azure
{

/// A table that a version of the schema added.
struct AddedTable
{
    uint32_t version; //!< the first that has it
    const char* name; //!< lower case
};

/// A column that a version of the schema added to a table.
struct AddedColumn
{
    uint32_t version;   //!< the first that has it
    const char* table;  //!< in which table
    const char* column; //!< its name; with "_" before it, it is only for rules of later steps
    const char* value;  //!< SQL for rows that lack it; "kept" is the row, "old" the file
    uint32_t step{1};   //!< what is computed of others' values comes in a later step of the version
};

/// @return what a row of the table "sweep_run" is, which sweeps add to what they merge
///         (utils/azure_sweep/merge.py); databases before version 5 do not say it
const char* GetSweepMeaning();

/// @return the tables that came after version 1
const std::vector<AddedTable>& GetAddedTables();

/// @return the first version that has a table
uint32_t GetFirstVersion(const std::string& table);

/// @return the columns that came after version 1 to a table that was there, by version
const std::vector<AddedColumn>& GetAddedColumns();

/// @return the first version in which a table has a column, among those that have the table
uint32_t GetFirstVersion(const std::string& table, const std::string& column);

/**
 * @brief Write a new trace database of the present schema with what one of an earlier version
 * holds.
 *
 * Runs keep their numbers and status.  Tables and views that are not the schema's, as those of
 * sweeps, are kept as they are.  Indexes are made anew.  The old file is never written.  The new
 * one gets its name when it is complete; errors of SQLite (disk full, damaged file) end the
 * program, as those of SqliteDatabase do, and leave no file.
 *
 * Of each version the last form is known: a file that was written while a version was still being
 * made is refused if it lacks something.
 *
 * @param from the file of an earlier version
 * @param to where the new one is to be; nothing may be there
 * @return nothing, or why it was not done: one line that names the file and what is allowed
 */
std::optional<std::string> MigrateTraceDatabase(const std::string& from, const std::string& to);

} // namespace ns3::azure

#endif // AZURE_TRACE_MIGRATION_H
