// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @file
 * @brief Gives each target all inputs that are kept for it, under sanitizers.
 *
 * @verbatim
   $ azure-net-fuzz test/fuzz              # all of corpus/ and crashes/
   $ azure-net-fuzz --target=NAME FILE...  # some files
   @endverbatim
 *
 * The first promise that is broken, and the first error that a sanitizer finds, ends the program
 * with status 1, after the file has been named.  No compiler but g++ is needed; libFuzzer finds
 * new inputs: "./azure-net fuzz".
 */

#include "azure-fuzz-target.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

using namespace ns3::azure;

namespace
{

std::string g_input; //!< what is being read, for who looks at an error

/// @return the files of a folder, in order; none if there is no such folder
std::vector<std::string>
GetFiles(const std::string& folder)
{
    std::vector<std::string> files;
    if (std::filesystem::is_directory(folder))
    {
        for (const auto& entry : std::filesystem::directory_iterator(folder))
        {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

/// @return the bytes of a file; ends the program if it cannot be read
std::string
ReadFile(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (!file.is_open() || file.bad())
    {
        std::cerr << path << ": cannot be read\n";
        std::exit(1);
    }
    return bytes;
}

/// Give a target an input; ends the program if a promise is broken.
void
Check(const FuzzTarget& target, const std::string& name, const std::string& bytes)
{
    g_input = std::string(target.name) + ": " + name;
    try
    {
        target.check(bytes);
    }
    catch (const std::exception& error)
    {
        std::cerr << g_input << ": broken: " << error.what() << "\n";
        std::exit(1);
    }
}

/// Give a target all of its inputs.
void
CheckAll(const FuzzTarget& target, const std::string& folder)
{
    const auto seeds = target.makeSeeds ? target.makeSeeds() : std::vector<std::string>();
    for (std::size_t i = 0; i < seeds.size(); ++i)
    {
        Check(target, "seed " + std::to_string(i), seeds[i]);
    }
    const auto kept = GetFiles(folder + "/corpus/" + target.name);
    if (kept.empty())
    {
        std::cerr << folder << "/corpus/" << target.name << ": has no inputs\n";
        std::exit(1);
    }
    const auto crashes = GetFiles(folder + "/crashes/" + target.name);
    for (const auto* files : {&kept, &crashes})
    {
        for (const auto& path : *files)
        {
            Check(target, path, ReadFile(path));
        }
    }
    std::cout << target.name << ": " << seeds.size() << " seeds, " << kept.size() << " inputs, "
              << crashes.size() << " former crashes: every promise kept\n";
}

/// Ends the program if a folder is no target's: its inputs would never be read.
void
RequireTargets(const std::string& folder)
{
    for (const auto& path : GetFiles(folder))
    {
        if (!FindFuzzTarget(std::filesystem::path(path).filename()))
        {
            std::cerr << path << ": there is no target of that name\n";
            std::exit(1);
        }
    }
}

} // namespace

// Both sanitizers, which ask for these functions, and NS_ABORT end in abort(), where the input is
// named.
extern "C" const char*
__asan_default_options() // NOLINT(readability-identifier-naming)
{
    return "abort_on_error=1";
}

extern "C" const char*
__ubsan_default_options() // NOLINT(readability-identifier-naming)
{
    return "abort_on_error=1:print_stacktrace=1";
}

int
main(int argc, char* argv[])
{
    std::signal(SIGABRT, [](int /* signal */) {
        std::cerr << g_input << std::endl;
        std::_Exit(1);
    });
    const auto name = GetFuzzOption(argc, argv, "target");
    if (name.empty() && argc == 2)
    {
        RequireTargets(std::string(argv[1]) + "/corpus");
        RequireTargets(std::string(argv[1]) + "/crashes");
        for (const auto& target : GetFuzzTargets())
        {
            CheckAll(target, argv[1]);
        }
        return 0;
    }
    const auto* target = FindFuzzTarget(name);
    if (!target || argc < 3)
    {
        std::cerr << "Usage: azure-net-fuzz FOLDER, or azure-net-fuzz --target=NAME FILE...\n";
        return 2;
    }
    for (int i = 2; i < argc; ++i)
    {
        Check(*target, argv[i], ReadFile(argv[i]));
    }
    return 0;
}
