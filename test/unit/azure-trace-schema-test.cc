// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"

#include "ns3/azure-sqlite-database.h"
#include "ns3/azure-trace-schema.h"

#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// A database with the schema and nothing in it.
class TraceSchema : public ::testing::Test
{
  protected:
    TraceSchema()
    {
        m_database.Execute("PRAGMA foreign_keys = OFF");
        m_database.Begin();
        m_database.Execute(GetTraceSchemaSql());
    }

    /// @return names of the columns of a table or view, as the database has them
    std::vector<std::string> GetColumns(const std::string& table)
    {
        std::vector<std::string> names;
        for (const auto& row :
             m_database.Query("SELECT name FROM pragma_table_info('" + table + "') ORDER BY cid"))
        {
            names.push_back(row.at(0));
        }
        return names;
    }

    /// @return whether a table takes a row with \p value in one column and any values elsewhere
    bool Takes(const TraceTable& table, const TraceColumn& column, const std::string& value)
    {
        std::string values;
        for (const auto& other : table.columns)
        {
            const auto any = other.values == nullptr ? "1" : other.values().front();
            values +=
                (values.empty() ? "'" : ", '") + (other.name == column.name ? value : any) + "'";
        }
        const std::string name = "\"" + std::string(table.name) + "\"";
        m_database.Execute("DELETE FROM " + name);
        m_database.Execute("INSERT OR IGNORE INTO " + name + " VALUES (" + values + ")");
        return m_database.QueryInteger("SELECT COUNT(*) FROM " + name) == 1;
    }

    TemporaryFolder m_folder;
    SqliteDatabase m_database{m_folder / "schema.db"};
};

/// @return the names of columns
std::vector<std::string>
GetNames(const std::vector<TraceColumn>& columns)
{
    std::vector<std::string> names;
    names.reserve(columns.size());
    for (const auto& column : columns)
    {
        names.emplace_back(column.name);
    }
    return names;
}

TEST_F(TraceSchema, DocumentsEveryColumnOfEveryTableAndView)
{
    std::set<std::vector<std::string>> actual;
    for (const auto& table : m_database.Query("SELECT name FROM sqlite_master "
                                              "WHERE type IN ('table', 'view')"))
    {
        for (const auto& column : GetColumns(table.at(0)))
        {
            actual.insert({table.at(0), column});
        }
    }
    std::set<std::vector<std::string>> documented;
    for (const auto& row : m_database.Query("SELECT table_name, column_name FROM column_doc "
                                            "WHERE length(meaning) > 0"))
    {
        documented.insert(row);
    }
    EXPECT_EQ(documented, actual);
}

TEST_F(TraceSchema, DocumentsEveryTableAndView)
{
    EXPECT_EQ(m_database.Query("SELECT table_name FROM table_doc WHERE length(meaning) > 0 "
                               "ORDER BY table_name"),
              m_database.Query("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
                               "ORDER BY name"));
}

TEST_F(TraceSchema, KeepsTheOrderOfTheColumns)
{
    for (const auto& table : GetTraceTables())
    {
        EXPECT_EQ(GetColumns(table.name), GetNames(table.columns)) << table.name;
    }
    for (const auto& view : GetTraceViews())
    {
        EXPECT_EQ(GetColumns(view.name), GetNames(view.columns)) << view.name;
    }
}

TEST_F(TraceSchema, TellsTheUnitInTheNameOfTheColumn)
{
    EXPECT_EQ(
        m_database.Query("SELECT table_name, column_name FROM column_doc "
                         "WHERE (unit IN ('ns', 'ms') AND column_name NOT LIKE '%\\_' || unit "
                         "ESCAPE '\\') OR (unit = '' AND column_name LIKE '%\\_ns' ESCAPE '\\')"),
        std::vector<std::vector<std::string>>{});
}

TEST_F(TraceSchema, TakesTheNamesOfAnEnumerationAndNoOthers)
{
    for (const auto& table : GetTraceTables())
    {
        for (const auto& column : table.columns)
        {
            if (column.values == nullptr)
            {
                continue;
            }
            const auto values = column.values();
            EXPECT_GE(values.size(), 2U) << table.name << "." << column.name;
            for (const auto& value : values)
            {
                EXPECT_TRUE(Takes(table, column, value))
                    << table.name << "." << column.name << value;
            }
            EXPECT_FALSE(Takes(table, column, "")) << table.name << "." << column.name;
            EXPECT_FALSE(Takes(table, column, "bad")) << table.name << "." << column.name;
        }
    }
}

TEST_F(TraceSchema, HasForeignKeysThatFit)
{
    m_database.Commit(); // the setting cannot be changed within a transaction
    m_database.Execute("PRAGMA foreign_keys = ON");
    for (const auto& table : GetTraceTables())
    {
        // Ends the program if a key refers to something that is not a key.
        m_database.Execute("DELETE FROM \"" + std::string(table.name) + "\"");
    }
    EXPECT_TRUE(m_database.Query("PRAGMA foreign_key_check").empty());
}

TEST_F(TraceSchema, MarksTheFileAsOurs)
{
    EXPECT_EQ(m_database.QueryInteger("PRAGMA application_id"), TRACE_APPLICATION_ID);
    EXPECT_EQ(m_database.QueryInteger("PRAGMA user_version"), TRACE_SCHEMA_VERSION);
}

TEST_F(TraceSchema, HasViewsThatAreEmptyWithoutRows)
{
    for (const auto& view : GetTraceViews())
    {
        EXPECT_TRUE(m_database.Query("SELECT * FROM " + std::string(view.name)).empty())
            << view.name;
    }
}

TEST_F(TraceSchema, MakesIndexesOnce)
{
    m_database.Execute(GetTraceIndexesSql());
    const auto indexes =
        m_database.QueryInteger("SELECT COUNT(*) FROM sqlite_master WHERE type = 'index'");
    m_database.Execute(GetTraceIndexesSql());
    EXPECT_GE(indexes, 4);
    EXPECT_EQ(m_database.QueryInteger("SELECT COUNT(*) FROM sqlite_master WHERE type = 'index'"),
              indexes);
}

} // namespace

} // namespace ns3::azure
