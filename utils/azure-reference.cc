// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-net-module.h"

#include <iostream>
#include <map>
#include <optional>
#include <string>

/**
 * @file
 * @brief Prints pages of the manual that are all from the code, in reStructuredText.
 *
 * doc/attributes.rst, doc/profile-tables.rst and doc/drop-reasons.rst are what it prints.
 */

using namespace ns3::azure;

int
main(int argc, char* argv[])
{
    const std::map<std::string, std::string (*)()> formats{
        {"attributes", GetAttributeReference},
        {"profiles", GetProfileReference},
        {"drop-reasons", GetDropReasonReference},
    };
    std::string format;
    OptionList options(__FILE__, "Prints pages of the manual in reStructuredText.");
    options.Add("format",
                "attributes (and trace sources), profiles or drop-reasons",
                "attributes",
                [&](const std::string& text) -> std::optional<std::string> {
                    format = text;
                    return formats.count(text) > 0
                               ? std::nullopt
                               : std::optional(GetRefusal("format",
                                                          text,
                                                          "attributes, profiles or drop-reasons"));
                });
    if (!options.Accept(argc, argv))
    {
        return 1;
    }
    std::cout << formats.at(format)();
    return 0;
}
