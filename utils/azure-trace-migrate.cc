// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-net-module.h"

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

/**
 * @file
 * @brief Writes a new trace database with what one of an earlier version of azure-net holds.
 *
 * "./azure-net migrate OLD NEW" is this program.
 */

using namespace ns3::azure;

namespace
{

constexpr const char* USAGE =
    "usage: azure-trace-migrate OLD NEW\n"
    "\n"
    "Writes a new trace database of the present schema version with what one of an\n"
    "earlier version holds.  Runs keep their numbers and their status.\n"
    "\n"
    "  OLD   the trace database; it stays as it is\n"
    "  NEW   the file to write, which must not be there\n";

/// Status of a wrong command line.
constexpr int WRONG_USAGE = 2;

} // namespace

int
main(int argc, char* argv[])
{
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    for (const auto& argument : arguments)
    {
        if (argument == "--help" || argument == "-h")
        {
            std::cout << USAGE;
            return EXIT_SUCCESS;
        }
        if (argument.rfind('-', 0) == 0)
        {
            std::cerr << "azure-net: migrate has no option '" << argument
                      << "'; --help tells what it takes\n";
            return WRONG_USAGE;
        }
    }
    if (arguments.size() != 2)
    {
        std::cerr << "azure-net: migrate takes two files, OLD and NEW; it was given "
                  << arguments.size() << "\n";
        return WRONG_USAGE;
    }
    if (const auto problem = MigrateTraceDatabase(arguments[0], arguments[1]))
    {
        std::cerr << "azure-net: " << *problem << "\n";
        return EXIT_FAILURE;
    }
    std::cout << "wrote " << arguments[1] << ", of schema version " << TRACE_SCHEMA_VERSION << "\n";
    return EXIT_SUCCESS;
}
