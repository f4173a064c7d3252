// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"

#include "ns3/azure-restructured-text.h"
#include "ns3/azure-sqlite-database.h"
#include "ns3/azure-trace-dictionary.h"
#include "ns3/azure-trace-keys.h"
#include "ns3/azure-trace-schema.h"

#include <gtest/gtest.h>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// @return how often a text is in another one
std::size_t
Count(const std::string& text, const std::string& part)
{
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    {
        ++count;
    }
    return count;
}

/// @return the part of the dictionary about a table or view
std::string
GetSection(const std::string& name, char underline)
{
    const auto text = GetTraceDictionary();
    const auto begin = text.find("\n" + name + "\n" + std::string(name.size(), underline) + "\n");
    const auto end = text.find(std::string(3, underline) + "\n", begin + 2 * name.size() + 2);
    return begin == std::string::npos ? "" : text.substr(begin, end - begin);
}

TEST(TraceDictionary, HasEveryTableInOneTopic)
{
    std::map<std::string, int> topics;
    for (const auto& topic : GetTraceTopics())
    {
        for (const auto* table : topic.tables)
        {
            ++topics[table];
        }
    }
    std::map<std::string, int> expected;
    for (const auto& table : GetTraceTables())
    {
        expected[table.name] = 1;
    }
    EXPECT_EQ(topics, expected);
}

TEST(TraceDictionary, ExplainsEveryColumnAndValue)
{
    for (const auto& table : GetTraceTables())
    {
        const auto section = GetSection(table.name, '~');
        for (const auto& column : table.columns)
        {
            EXPECT_GE(Count(section, "\n``" + std::string(column.name) + "``"), 1U)
                << table.name << "." << column.name;
            for (const auto& value :
                 column.values == nullptr ? std::vector<std::string>{} : column.values())
            {
                EXPECT_GE(Count(section, "``" + value + "``"), 1U) << table.name << ": " << value;
            }
        }
    }
    for (const auto& view : GetTraceViews())
    {
        const auto section = GetSection(view.name, '^');
        for (const auto& column : view.columns)
        {
            EXPECT_EQ(Count(section, "\n``" + std::string(column.name) + "``"), 1U)
                << view.name << "." << column.name;
        }
    }
}

TEST(TraceDictionary, TellsTypesUnitsKeysIndexesAndVersions)
{
    // Blanks are as many as other rows need.
    const auto section =
        std::regex_replace(GetSection("snat_port_event", '~'), std::regex(" +"), " ");
    for (const auto* part :
         {"\n``flow_id`` INTEGER flow,",
          "\n``nat_gateway`` TEXT, NULL name of",
          "\n``time_ns`` INTEGER ns time of the event\n",
          "allowed: ``acquired``, ``cooling-down``,\n ``reopened``, ``released``\n",
          "\n- key: ``run_id``, ``snat_port_event_id``\n",
          "\n- refers to ``nat_gateway``: ``run_id``, ``nat_gateway``\n",
          "\n- since version 4: ``nat_gateway``\n",
          "\n- since version 5: ``ports_acquired``, ``peak_ports_used``,"})
    {
        EXPECT_NE(section.find(part), std::string::npos) << part << section;
    }
    EXPECT_NE(GetSection("nat_gateway", '~').find("\n- since version 4\n"), std::string::npos);
    EXPECT_NE(GetSection("snat_port_usage", '~').find("of rows with ``4 * (ports_in_use"),
              std::string::npos);
    EXPECT_NE(GetSection("flow", '~')
                  .find("\n- index ``flow_by_destination``: ``run_id``, "
                        "``destination_address``"),
              std::string::npos);
}

TEST(TraceDictionary, HasLinesOfAtMost100Characters)
{
    std::istringstream text(GetTraceDictionary());
    for (std::string line; std::getline(text, line);)
    {
        EXPECT_LE(line.size(), 100U) << line;
    }
}

TEST(TraceDictionary, DrawsEveryTableAndTellsEveryForeignKey)
{
    const auto diagram = GetTraceDiagram();
    for (const auto& table : GetTraceTables())
    {
        const std::string name = table.name;
        const auto begin = diagram.find("\"" + name + "\" [label");
        ASSERT_NE(begin, std::string::npos) << name;
        const auto box = diagram.substr(begin, diagram.find('\n', begin) - begin);
        for (const auto& key : GetTraceKeys(table).foreign)
        {
            const bool isLine =
                Count(diagram, "\n    \"" + name + "\" -> \"" + key.table + "\";") > 0;
            const bool isNamed = Count(box, " &#8594; " + key.table + "<") > 0;
            // What refers to the run only is left out, but where runs are explained.
            EXPECT_TRUE(isLine || isNamed || key.columns == "run_id") << name << ": " << key.table;
        }
    }
}

TEST(TraceKeys, AreThoseThatTheDatabaseHas)
{
    const TemporaryFolder folder;
    SqliteDatabase database(folder / "schema.db");
    database.Begin();
    database.Execute(GetTraceSchemaSql());
    for (const auto& table : GetTraceTables())
    {
        const std::string name = table.name;
        const auto keys = GetTraceKeys(table);
        std::vector<std::string> primary;
        for (const auto& row : database.Query("SELECT name FROM pragma_table_info('" + name +
                                              "') WHERE pk > 0 ORDER BY pk"))
        {
            primary.push_back(row.front());
        }
        EXPECT_EQ(SplitColumns(keys.primary), primary) << name;

        std::set<std::string> expected;
        for (const auto& row :
             database.Query("SELECT group_concat(\"from\", ', ') || ' ' || \"table\" FROM "
                            "(SELECT * FROM pragma_foreign_key_list('" +
                            name + "') ORDER BY id, seq) GROUP BY id"))
        {
            expected.insert(row.front());
        }
        std::set<std::string> foreign;
        for (const auto& key : keys.foreign)
        {
            foreign.insert(key.columns + " " + key.table);
        }
        EXPECT_EQ(foreign, expected) << name;
    }
}

TEST(RestructuredText, EscapesWhatHasAMeaning)
{
    EXPECT_EQ(EscapeText("a * b, `c`, d|e \\ and rule_ or my_rule"),
              "a \\* b, \\`c\\`, d\\|e \\\\ and rule\\_ or my_rule");
}

TEST(RestructuredText, LeavesOutColumnsWithNothing)
{
    EXPECT_EQ(TextTable({{"a", "b", "c", "d"}, {"1", "", "long", "text"}}),
              "= ==== " + std::string(93, '=') + "\na c    d\n= ==== " + std::string(93, '=') +
                  "\n1 long text\n= ==== " + std::string(93, '=') + "\n\n");
}

} // namespace

} // namespace ns3::azure
