// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-dictionary.h"
#include "azure-trace-keys.h"
#include "azure-trace-schema.h"

#include <algorithm>
#include <map>
#include <sstream>

namespace ns3::azure
{

namespace
{

/// What nearly all tables have in their keys; the diagram leaves it out.
constexpr const char* RUN = "run_id";

/// Tables that so many others refer to that lines would hide everything: only these tables' own
/// topic has lines to them, others name them.
constexpr const char* NAMED[] = {"node", "network_interface", "nat_gateway"};

/// @return a key's columns without the run, with commas; empty if there is only the run
std::string
WithoutRun(const std::string& columns)
{
    std::string rest;
    for (const auto& name : SplitColumns(columns))
    {
        rest += name == RUN ? "" : (rest.empty() ? "" : ", ") + name;
    }
    return rest;
}

/// @return the topic of each table
std::map<std::string, const TraceTopic*>
GetTopics()
{
    std::map<std::string, const TraceTopic*> topics;
    for (const auto& topic : GetTraceTopics())
    {
        for (const auto* table : topic.tables)
        {
            topics[table] = &topic;
        }
    }
    return topics;
}

/// Writes the diagram.
class Diagram
{
  public:
    /// @return all of it
    std::string Write()
    {
        m_os << "digraph database {\n"
                "    graph [rankdir=LR, fontname=\"Helvetica\", fontsize=15, nodesep=0.12,\n"
                "           ranksep=0.7, compound=true, pad=0.2];\n"
                "    node [shape=plain, fontname=\"Helvetica\", fontsize=11];\n"
                "    edge [color=\"#505050\", arrowsize=0.7];\n";
        for (const auto& topic : GetTraceTopics())
        {
            WriteTopic(topic);
        }
        for (const auto& table : GetTraceTables())
        {
            WriteLines(table);
        }
        for (const auto& topic : GetTraceTopics())
        {
            WritePlace(topic);
        }
        m_os << "}\n";
        return m_os.str();
    }

  private:
    /// @return whether a key is shown as a line, not by name
    bool IsLine(const TraceTable& table, const ForeignKey& key) const
    {
        const bool isNamed =
            std::find(std::begin(NAMED), std::end(NAMED), key.table) != std::end(NAMED);
        const bool isOfRun = WithoutRun(key.columns).empty();
        return (!isNamed && !isOfRun) || m_topics.at(table.name) == m_topics.at(key.table);
    }

    /// Write the tables of a topic, in a frame.
    void WriteTopic(const TraceTopic& topic)
    {
        m_os << "    subgraph \"cluster_" << topic.name << "\" {\n"
             << "        label=\"" << topic.name
             << "\"; labeljust=l; style=rounded; color=\"#909090\";\n";
        for (const auto& table : GetTraceTables())
        {
            if (m_topics.at(table.name) == &topic)
            {
                WriteTable(table, topic.color);
            }
        }
        m_os << "    }\n";
    }

    /// Write a table: its name, its key, and the keys that are no lines.
    void WriteTable(const TraceTable& table, const char* color)
    {
        const auto keys = GetTraceKeys(table);
        const auto primary = WithoutRun(keys.primary);
        m_os << "        \"" << table.name
             << "\" [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" "
                "cellpadding=\"3\">"
             << "<tr><td align=\"left\" bgcolor=\"" << color << "\"><b>" << table.name
             << "</b></td></tr>"
             << "<tr><td align=\"left\" balign=\"left\">" << (primary.empty() ? RUN : primary);
        for (const auto& key : keys.foreign)
        {
            const auto columns = WithoutRun(key.columns);
            if (!columns.empty() && !IsLine(table, key))
            {
                m_os << "<br/><i>" << columns << " &#8594; " << key.table << "</i>";
            }
        }
        m_os << "</td></tr></table>>];\n";
    }

    /// Write the lines from a table to others.
    void WriteLines(const TraceTable& table)
    {
        for (const auto& key : GetTraceKeys(table).foreign)
        {
            if (IsLine(table, key))
            {
                m_os << "    \"" << table.name << "\" -> \"" << key.table << "\";\n";
            }
        }
    }

    /// Write lines that nobody sees, which keep a topic to the right of another one.
    void WritePlace(const TraceTopic& topic)
    {
        for (const auto* table : topic.tables)
        {
            if (*topic.beside != '\0')
            {
                m_os << "    \"" << topic.beside << "\" -> \"" << table << "\" [style=invis];\n";
            }
        }
    }

    std::ostringstream m_os;                                              //!< the text
    const std::map<std::string, const TraceTopic*> m_topics{GetTopics()}; //!< by table
};

} // namespace

std::string
GetTraceDiagram()
{
    return Diagram().Write();
}

} // namespace ns3::azure
