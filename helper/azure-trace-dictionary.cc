// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-dictionary.h"

#include "azure-restructured-text.h"
#include "azure-trace-keys.h"
#include "azure-trace-migration.h"
#include "azure-trace-schema.h"

#include "ns3/abort.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace ns3::azure
{

namespace
{

constexpr const char* HEAD =
    R"(.. Copyright (c) 2026 The azure-net authors
.. SPDX-License-Identifier: GPL-2.0-only
.. This file is what azure-trace-schema --format=rst prints: database.rst, "Changing the schema".

Tables and views of the trace database
======================================

)";

constexpr const char* INTRODUCTION =
    R"(Types are SQLite's; where NULL stands beside one, a value may be missing.  Below each table are
its key, the tables that its columns refer to, and its indexes; the diagram has tables and keys.
database.rst explains what belongs together, and how to ask.)";

constexpr const char* FIGURE = R"(.. figure:: figures/database.svg
   :width: 100%

   The tables, by topic.  Below its name each has its key and what else refers to other tables; an
   arrow leads to the table whose row is meant.  All but those that describe the file itself have
   ``run_id`` in these keys too, which is left out.

)";

/// @return what is said of a column
TextCells
GetCells(const TraceColumn& column)
{
    // "INTEGER NOT NULL", and in views nothing.
    std::string type = column.type;
    const auto constraint = type.find(" NOT NULL");
    type = constraint == std::string::npos ? type + (type.empty() ? "" : ", NULL")
                                           : type.substr(0, constraint);
    std::string meaning = EscapeText(column.meaning);
    if (column.values != nullptr)
    {
        const char* separator = "; allowed: ";
        for (const auto& value : column.values())
        {
            meaning.append(separator).append(TextLiteral(value));
            separator = ", ";
        }
    }
    return {TextLiteral(column.name), type, column.unit, meaning};
}

/// @return a table of columns
std::string
GetColumnsTable(const std::vector<TraceColumn>& columns)
{
    std::vector<TextCells> rows{{"column", "type", "unit", "meaning"}};
    std::transform(columns.begin(), columns.end(), std::back_inserter(rows), GetCells);
    return TextTable(rows);
}

/// @return names with commas, each as literal
std::string
LiteralList(const std::string& columns)
{
    std::string list;
    for (const auto& name : SplitColumns(columns))
    {
        list.append(list.empty() ? "" : ", ").append(TextLiteral(name));
    }
    return list;
}

/// @return the names of the columns that came to a table after it was there, by version
std::map<uint32_t, std::string>
GetLaterColumns(const TraceTable& table)
{
    std::map<uint32_t, std::string> columns;
    for (const auto& column : table.columns)
    {
        const auto version = GetFirstVersion(table.name, column.name);
        if (version > 1)
        {
            auto& names = columns[version];
            names += (names.empty() ? "" : ", ") + TextLiteral(column.name);
        }
    }
    return columns;
}

/// @return what is said of a table's keys, indexes and versions
std::string
GetKeysText(const TraceTable& table)
{
    const auto keys = GetTraceKeys(table);
    std::string text = TextItem("key: " + LiteralList(keys.primary));
    for (const auto& key : keys.foreign)
    {
        text += TextItem("refers to " + TextLiteral(key.table) + ": " + LiteralList(key.columns));
    }
    for (const auto& index : GetTraceIndexes())
    {
        if (std::string(index.table) == table.name)
        {
            const auto columns = LiteralList(index.columns);
            text += TextItem(
                "index " + TextLiteral(index.name) + ": " + columns +
                (*index.condition == '\0' ? "" : ", of rows with " + TextLiteral(index.condition)));
        }
    }
    const auto version = GetFirstVersion(table.name);
    text += version == 1 ? "" : TextItem("since version " + std::to_string(version));
    for (const auto& [later, columns] : GetLaterColumns(table))
    {
        text += TextItem("since version " + std::to_string(later) + ": " + columns);
    }
    return text + "\n";
}

/// @return a table of the schema
const TraceTable&
FindTable(const std::string& name)
{
    const auto& tables = GetTraceTables();
    const auto table = std::find_if(tables.begin(), tables.end(), [&name](const auto& candidate) {
        return candidate.name == name;
    });
    NS_ABORT_MSG_IF(table == tables.end(), "the trace database has no table " << name);
    return *table;
}

/// @return the section about a table
std::string
GetTableText(const TraceTable& table)
{
    return TextHeading(table.name, '~') +
           TextParagraph("One row is " + EscapeText(table.meaning) + ".") +
           GetColumnsTable(table.columns) + GetKeysText(table);
}

/// @return tables and views with what a row of each is, and links to their sections
std::string
GetOverview()
{
    std::vector<TextCells> rows{{"table", "", "", "one row is"}};
    for (const auto& topic : GetTraceTopics())
    {
        for (const auto* table : topic.tables)
        {
            rows.push_back({TextLink(table), "", "", EscapeText(FindTable(table).meaning)});
        }
    }
    auto text = TextTable(rows);
    rows = {{"view", "", "", "one row is"}};
    for (const auto& view : GetTraceViews())
    {
        rows.push_back({TextLink(view.name), "", "", EscapeText(view.meaning)});
    }
    return text + TextTable(rows);
}

} // namespace

// clang-format off
const std::vector<TraceTopic>&
GetTraceTopics()
{
    static const std::vector<TraceTopic> TOPICS{
        {"Runs, nodes and addresses", "#dbe9f6", "",
         {"run", "run_parameter", "node", "network_interface", "public_ip"}},
        {"Flows", "#fde9c8", "snat_allocation",
         {"flow", "flow_attempt", "drop", "tcp_reset"}},
        {"SNAT ports", "#d5efe3", "",
         {"snat_allocation", "snat_port_event", "snat_exhaustion", "snat_port_usage", "snat_request",
          "snat_request_decision"}},
        {"NAT gateways", "#f7dcec", "",
         {"nat_gateway", "nat_gateway_flow", "nat_gateway_traffic"}},
        {"Network security groups", "#f9d9c9", "flow",
         {"nsg_decision", "nsg_flow_sample"}},
        {"Load balancers", "#fbf5b5", "",
         {"load_balancer", "frontend", "health_probe", "pool_member", "load_balancing_rule",
          "outbound_rule", "outbound_rule_frontend"}},
        {"Load balancing", "#e4dcf4", "",
         {"lb_decision", "probe_result", "member_health", "pool_member_change", "overload",
          "control_message", "frontend_traffic", "mux_traffic", "member_traffic"}},
        {"What the file says of itself", "#e6e6e6", "nat_gateway",
         {"table_doc", "column_doc"}},
    };
    return TOPICS;
}
// clang-format on

std::string
GetTraceDictionary()
{
    std::string text = HEAD;
    text += TextParagraph("These are the tables and views of schema version " +
                          std::to_string(TRACE_SCHEMA_VERSION) + ".  " + INTRODUCTION);
    text += FIGURE;
    text += TextHeading("Overview", '-') + GetOverview();
    text += TextHeading("Tables", '-');
    for (const auto& topic : GetTraceTopics())
    {
        text += TextHeading(topic.name, '^');
        for (const auto* table : topic.tables)
        {
            text += GetTableText(FindTable(table));
        }
    }
    text += TextHeading("Views", '-');
    for (const auto& view : GetTraceViews())
    {
        text += TextHeading(view.name, '^');
        text += TextParagraph("One row is " + EscapeText(view.meaning) + ".");
        text += GetColumnsTable(view.columns);
    }
    text.pop_back(); // the last empty line
    return text;
}

} // namespace ns3::azure
