// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-net-module.h"

#include <iostream>
#include <map>
#include <string>

/**
 * @file
 * @brief Prints the schema of trace databases: as SQL, explained for people, or as a diagram.
 *
 * doc/database-tables.rst and doc/figures/database.dot are what it prints.
 */

using namespace ns3::azure;

int
main(int argc, char* argv[])
{
    const std::map<std::string, std::string (*)()> formats{
        {"sql", [] { return GetTraceSchemaSql() + "\n" + GetTraceIndexesSql(); }},
        {"rst", GetTraceDictionary},
        {"dot", GetTraceDiagram},
    };
    std::string format;
    OptionList options(__FILE__, "Prints the schema of trace databases.");
    options.Add("format",
                "sql, rst (reStructuredText) or dot (for Graphviz)",
                "sql",
                [&](const std::string& text) -> std::optional<std::string> {
                    format = text;
                    return formats.count(text) > 0
                               ? std::nullopt
                               : std::optional(GetRefusal("format", text, "sql, rst or dot"));
                });
    if (!options.Accept(argc, argv))
    {
        return 1;
    }
    std::cout << formats.at(format)();
    return 0;
}
