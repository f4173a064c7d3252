// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-migration.h"

#include "azure-sqlite-database.h"
#include "azure-trace-keys.h"
#include "azure-trace-schema.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <set>
#include <unistd.h>

namespace ns3::azure
{

namespace
{

namespace fs = std::filesystem;

/// @return the line that says why a file is not taken
std::string
Refuse(const std::string& path, const std::string& reason)
{
    return "'" + path + "' is not allowed: " + reason;
}

/// @return a table's name as SQL; "drop" is a word of it
std::string
Quote(const std::string& name)
{
    return "\"" + name + "\"";
}

/// Copies from the database attached as "old" to one that is empty, within one transaction.
class TraceCopier
{
  public:
    /**
     * @param database the new one
     * @param version what the old one has
     */
    TraceCopier(SqliteDatabase& database, uint32_t version)
        : m_database(database),
          m_version(version)
    {
    }

    /// @return the first table or column that the old database lacks, though its version has it
    std::optional<std::string> FindMissing() const
    {
        for (const auto& table : GetTraceTables())
        {
            const auto columns = GetOldColumns(table.name);
            for (const auto& column : table.columns)
            {
                if (m_version >= GetFirstVersion(table.name) &&
                    m_version >= GetFirstVersion(table.name, column.name) &&
                    columns.count(column.name) == 0)
                {
                    return std::string(table.name) + "." + column.name;
                }
            }
        }
        return std::nullopt;
    }

    /// @return a table or view of others whose name the present version needs, if there is one
    std::optional<std::string> FindTakenName() const
    {
        const auto documented = GetOldNames("SELECT DISTINCT table_name FROM old.column_doc");
        const auto there = GetOldNames("SELECT name FROM old.sqlite_master");
        for (const auto& table : GetTraceTables())
        {
            if (m_version < GetFirstVersion(table.name) && there.count(table.name) > 0)
            {
                return table.name;
            }
        }
        for (const auto& view : GetTraceViews())
        {
            if (there.count(view.name) > documented.count(view.name))
            {
                return view.name;
            }
        }
        return std::nullopt;
    }

    /// Copies everything.
    void Copy() const
    {
        m_database.Execute(GetTraceSchemaSql());
        for (const auto& table : GetTraceTables())
        {
            const bool isDocumentation = std::strstr(table.name, "_doc") != nullptr;
            if (m_version >= GetFirstVersion(table.name) && !isDocumentation)
            {
                CopyRows(table);
            }
        }
        CopyForeignViews();
        CopyForeignTables();
        m_database.Execute(GetTraceIndexesSql());
    }

  private:
    /// @return the names that a query gives
    std::set<std::string> GetOldNames(const std::string& query) const
    {
        std::set<std::string> names;
        for (const auto& row : m_database.Query(query))
        {
            names.insert(row.front());
        }
        return names;
    }

    /// @return the names of a table's columns in the old database
    std::set<std::string> GetOldColumns(const std::string& table) const
    {
        return GetOldNames("SELECT name FROM pragma_table_info('" + table + "', 'old')");
    }

    /// @return SQL for the columns that a step adds to a table, each with a comma before it
    static std::string GetStepSql(const std::string& table, uint32_t version, uint32_t step)
    {
        std::string values;
        for (const auto& added : GetAddedColumns())
        {
            if (added.table == table && added.version == version && added.step == step)
            {
                values.append(", ").append(added.value).append(" AS ").append(added.column);
            }
        }
        return values;
    }

    /// @return SQL for a table's rows with the columns of the present version
    std::string GetRowsSql(const std::string& table) const
    {
        std::string rows = "old." + Quote(table);
        for (auto version = m_version + 1; version <= TRACE_SCHEMA_VERSION; ++version)
        {
            uint32_t step = 1;
            for (auto values = GetStepSql(table, version, step); !values.empty();
                 values = GetStepSql(table, version, ++step))
            {
                rows = "(SELECT kept.*" + values + " FROM " + rows + " AS kept)";
            }
        }
        return rows;
    }

    /// Copies the rows of a table of the schema.
    void CopyRows(const TraceTable& table) const
    {
        std::string columns;
        for (const auto& column : table.columns)
        {
            columns.append(columns.empty() ? "" : ", ").append(column.name);
        }
        m_database.Execute("INSERT INTO main." + Quote(table.name) + " (" + columns + ") SELECT " +
                           columns + " FROM " + GetRowsSql(table.name) + " ORDER BY " +
                           GetTraceKeys(table).primary);
    }

    /// Copies tables that are not the schema's, with what is said of them.
    void CopyForeignTables() const
    {
        for (const auto& table :
             m_database.Query("SELECT name, sql FROM old.sqlite_master WHERE type = 'table' "
                              "AND name NOT IN (SELECT table_name FROM main.table_doc) "
                              "AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"))
        {
            const auto name = Quote(table.at(0));
            m_database.Execute(table.at(1));
            m_database.Execute("INSERT INTO main." + name + " SELECT * FROM old." + name);
        }
        const std::string foreign =
            " WHERE table_name NOT IN (SELECT table_name FROM main.table_doc) "
            "AND table_name IN (SELECT name FROM main.sqlite_master WHERE type = 'table')";
        m_database.Execute("INSERT INTO main.column_doc SELECT * FROM old.column_doc" + foreign);
        if (m_version >= GetFirstVersion("table_doc"))
        {
            m_database.Execute("INSERT INTO main.table_doc SELECT * FROM old.table_doc" + foreign);
            return;
        }
        m_database.Execute("INSERT INTO main.table_doc SELECT name, '" +
                           std::string(GetSweepMeaning()) +
                           "' FROM main.sqlite_master WHERE name = 'sweep_run'");
    }

    /// Copies views that neither version documents.
    void CopyForeignViews() const
    {
        for (const auto& view :
             m_database.Query("SELECT sql FROM old.sqlite_master WHERE type = 'view' "
                              "AND name NOT IN (SELECT table_name FROM main.table_doc) "
                              "AND name NOT IN (SELECT table_name FROM old.column_doc)"))
        {
            m_database.Execute(view.front());
        }
    }

    SqliteDatabase& m_database; //!< the new one
    uint32_t m_version;         //!< of the old one
};

/// @return the old file's version; or nothing, after the reason was told
std::optional<uint32_t>
ReadOldVersion(const std::string& from, std::optional<std::string>& problem)
{
    auto refusal =
        SqliteDatabase::ValidateUnchanged(from, {TRACE_APPLICATION_ID, TRACE_SCHEMA_VERSION});
    if (!refusal)
    {
        problem = Refuse(from,
                         "it has the present schema version, " +
                             std::to_string(TRACE_SCHEMA_VERSION) + ", and can be used as it is");
        return std::nullopt;
    }
    const auto version = refusal->version;
    if (version > TRACE_SCHEMA_VERSION)
    {
        problem = Refuse(from, refusal->reason + "; a later version of azure-net has written it");
        return std::nullopt;
    }
    if (version && *version > 0)
    {
        refusal = SqliteDatabase::ValidateUnchanged(from, {TRACE_APPLICATION_ID, *version});
    }
    problem = refusal ? std::optional(Refuse(from, refusal->reason)) : std::nullopt;
    return refusal ? std::nullopt : version;
}

/// @return why the new file cannot be made, if it cannot
std::optional<std::string>
ValidateTarget(const std::string& from, const std::string& to)
{
    std::error_code error;
    if (fs::equivalent(from, to, error))
    {
        return Refuse(to, "it is the old database itself, which stays as it is; give a new name");
    }
    if (fs::exists(fs::symlink_status(to, error)))
    {
        return Refuse(to, "it is there already; give a new name");
    }
    const auto problem = to.empty() ? "the name is empty" : SqliteDatabase::ValidateNewFile(to);
    return problem ? std::optional(Refuse(to, *problem)) : std::nullopt;
}

/// Writes the new database under a name of its own.  @return why not, if it was not done
std::optional<std::string>
WriteNewFile(const std::string& from, const std::string& file, uint32_t version)
{
    SqliteDatabase database(file);
    // All is one transaction, which must not stay in memory.
    database.Execute("PRAGMA cache_spill = ON; PRAGMA cache_size = -65536");
    database.Attach(from, "old");
    const TraceCopier copier(database, version);
    if (const auto missing = copier.FindMissing())
    {
        return Refuse(from,
                      "it lacks " + *missing + ", which databases of its schema version " +
                          std::to_string(version) + " have");
    }
    if (const auto taken = copier.FindTakenName())
    {
        return Refuse(from,
                      "it has a table or view " + *taken +
                          " of somebody's own, a name that the present version needs; rename it");
    }
    database.Begin();
    copier.Copy();
    database.Commit();
    return std::nullopt;
}

} // namespace

std::optional<std::string>
MigrateTraceDatabase(const std::string& from, const std::string& to)
{
    std::optional<std::string> problem;
    const auto version = ReadOldVersion(from, problem);
    problem = problem ? problem : ValidateTarget(from, to);
    if (problem)
    {
        return problem;
    }
    const auto file = to + "." + std::to_string(getpid()) + ".partial";
    problem = WriteNewFile(from, file, *version);
    // What has come there in the meantime is not written over.
    problem = problem ? problem : ValidateTarget(from, to);
    if (problem || std::rename(file.c_str(), to.c_str()) != 0)
    {
        problem = problem ? problem
                          : Refuse(to, std::string("it cannot be made: ") + std::strerror(errno));
        unlink(file.c_str());
    }
    return problem;
}

} // namespace ns3::azure
