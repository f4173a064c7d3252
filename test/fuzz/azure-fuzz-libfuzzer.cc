// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @file
 * @brief What libFuzzer calls: azure-net-fuzz --target=NAME, with libFuzzer's own options.
 *
 * With --seeds=FOLDER the inputs that the target makes itself are written there, and nothing else
 * is done; --list prints the names of all targets.
 */

#include "azure-fuzz-target.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

namespace
{

const ns3::azure::FuzzTarget* g_target = nullptr; //!< that is asked for

/// Writes the inputs that the target makes. @return whether that could be done
bool
WriteSeeds(const std::string& folder)
{
    int number = 0;
    const auto seeds = g_target->makeSeeds ? g_target->makeSeeds() : std::vector<std::string>();
    for (const auto& seed : seeds)
    {
        std::ofstream file(folder + "/seed-" + std::to_string(number++), std::ios::binary);
        file << seed << std::flush;
        if (!file)
        {
            return false;
        }
    }
    return true;
}

} // namespace

// The names and types are libFuzzer's.
// NOLINTBEGIN(readability-identifier-naming)
extern "C" int
LLVMFuzzerInitialize(int* argc, char*** argv)
{
    for (int i = 1; i < *argc; ++i)
    {
        if (std::string((*argv)[i]) == "--list")
        {
            for (const auto& target : ns3::azure::GetFuzzTargets())
            {
                std::cout << target.name << "\t" << target.promise << "\n";
            }
            std::exit(0);
        }
    }
    const auto name = ns3::azure::GetFuzzOption(*argc, *argv, "target");
    g_target = ns3::azure::FindFuzzTarget(name);
    if (!g_target)
    {
        std::cerr << "target: '" << name << "' is not there; --list prints those that are\n";
        std::exit(2);
    }
    const auto folder = ns3::azure::GetFuzzOption(*argc, *argv, "seeds");
    if (!folder.empty())
    {
        std::exit(WriteSeeds(folder) ? 0 : 1);
    }
    return 0;
}

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* bytes, std::size_t size)
{
    g_target->check(std::string(bytes, bytes + size));
    return 0;
}

// NOLINTEND(readability-identifier-naming)
