// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_DICTIONARY_H
#define AZURE_TRACE_DICTIONARY_H

#include <string>
#include <vector>

/**
 * @file
 * @brief What doc/database-tables.rst and its diagram say of the trace database's schema.
 */
namespace ns3::azure
{

/// Tables that belong together.
struct TraceTopic
{
    const char* name;                //!< a heading
    const char* color;               //!< light, of the heads of its tables in the diagram
    const char* beside;              //!< table to the right of which it stands there; or empty
    std::vector<const char*> tables; //!< in the order in which they are explained
};

/// @return the topics; every table is in one of them
const std::vector<TraceTopic>& GetTraceTopics();

/**
 * @brief Explain every table and view, for people, in reStructuredText.
 * @return meaning, columns with types, units, meanings and allowed values; keys; and indexes
 */
std::string GetTraceDictionary();

/// @return the tables with their keys, grouped by topic, in Graphviz's language
std::string GetTraceDiagram();

} // namespace ns3::azure

#endif // AZURE_TRACE_DICTIONARY_H
