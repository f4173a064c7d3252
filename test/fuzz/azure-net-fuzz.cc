// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

/**
 * @file
 * @brief Feeds spoiled input to what reads security rules and messages, under sanitizers.
 *
 * Each target (a parser, and what must hold of all it accepts) begins with seeds, and has some of
 * them changed a little, again and again.  Inputs with a new outcome become seeds too.  The first
 * promise that is broken, and the first error that AddressSanitizer or
 * UndefinedBehaviorSanitizer finds, ends the program with status 1, after the input is printed;
 * with the same options it will happen again.  A short run is one of the tests; for a long one:
 *
 * @verbatim
   $ azure-net-fuzz --iterations=50000000 --seed=2 test/fuzz/seeds
   @endverbatim
 *
 * An iteration is one input; targets take turns, unless --target names one.
 */

#include "azure-fuzz-target.h"
#include "azure-input-mutator.h"

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <set>
#include <string>
#include <vector>

using namespace ns3::azure;

namespace
{

constexpr std::size_t MAX_SEEDS = 2000; //!< of a target, those found on the way included

/// What the command line can change.
struct Options
{
    uint64_t iterations{60000}; //!< inputs, of all targets
    uint64_t seed{1};           //!< of everything random
    std::string target;         //!< the only one; all of them if empty
    std::string folder;         //!< with the seeds
};

/// A target, and how far it got.
struct Run
{
    FuzzTarget target;              //!< which
    std::set<std::string> outcomes; //!< that inputs have had
    uint64_t inputs{0};             //!< that were read
};

const FuzzTarget* g_target = nullptr; //!< at work
const std::string* g_input = nullptr; //!< that it reads

/// Print the input that is at work, fit for a C++ string.
void
PrintInput()
{
    if (g_input == nullptr)
    {
        return;
    }
    std::cerr << g_target->name << ": input of " << g_input->size() << " bytes: \"";
    for (const char c : *g_input)
    {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
        {
            std::cerr << '\\' << c;
        }
        else if (byte < ' ' || byte > '~')
        {
            // Three octal digits, after which any character may follow.
            std::cerr << '\\' << std::oct << std::setw(3) << std::setfill('0') << unsigned{byte};
        }
        else
        {
            std::cerr << c;
        }
    }
    std::cerr << "\"" << std::endl;
}

/// Let the target read the input; ends the program if a promise is broken.
void
Check(Run& run, const std::string& input)
{
    g_target = &run.target;
    g_input = &input;
    ++run.inputs;
    try
    {
        if (run.outcomes.insert(run.target.check(input)).second &&
            run.target.seeds.size() < MAX_SEEDS)
        {
            run.target.seeds.push_back(input);
        }
    }
    catch (const std::exception& error)
    {
        std::cerr << run.target.name << ": broken: " << error.what() << "\n";
        PrintInput();
        std::exit(1);
    }
    g_input = nullptr;
}

/// @return the lines of a file; ends the program if there are none
std::vector<std::string>
ReadLines(const std::string& path)
{
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
    {
        lines.push_back(line);
    }
    if (lines.empty())
    {
        std::cerr << path << ": has no seeds, or cannot be read\n";
        std::exit(1);
    }
    return lines;
}

/// @return the targets, all their seeds read once
std::vector<Run>
Begin(const Options& options)
{
    std::vector<Run> runs;
    for (auto& target : GetFuzzTargets())
    {
        if (!options.target.empty() && options.target != target.name)
        {
            continue;
        }
        auto seeds = target.seeds;
        if (seeds.empty())
        {
            seeds = ReadLines(options.folder + "/" + target.name + ".txt");
        }
        target.seeds.clear();
        runs.push_back({target, {}});
        for (const auto& seed : seeds)
        {
            Check(runs.back(), seed);
        }
    }
    return runs;
}

Options
ParseCommandLine(int argc, char* argv[])
{
    Options options;
    for (int i = 1; i < argc; ++i)
    {
        const std::string argument = argv[i];
        const auto value = argument.substr(argument.find('=') + 1);
        if (argument.rfind("--iterations=", 0) == 0)
        {
            options.iterations = std::strtoull(value.c_str(), nullptr, 10);
        }
        else if (argument.rfind("--seed=", 0) == 0)
        {
            options.seed = std::strtoull(value.c_str(), nullptr, 10);
        }
        else if (argument.rfind("--target=", 0) == 0)
        {
            options.target = value;
        }
        else if (argument.rfind("--", 0) != 0 && options.folder.empty())
        {
            options.folder = argument;
        }
        else
        {
            std::cerr
                << "Usage: azure-net-fuzz [--iterations=N] [--seed=N] [--target=NAME] SEEDS\n";
            std::exit(2);
        }
    }
    return options;
}

} // namespace

// Both sanitizers, which ask for these functions, and NS_ABORT end in abort(), where the input is
// printed.
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
    const auto options = ParseCommandLine(argc, argv);
    std::signal(SIGABRT, [](int /* signal */) {
        PrintInput();
        std::_Exit(1);
    });
    auto runs = Begin(options);
    if (runs.empty())
    {
        std::cerr << "target: '" << options.target << "' is not there\n";
        return 2;
    }
    InputMutator mutator(options.seed);
    for (uint64_t i = 0; i < options.iterations; ++i)
    {
        auto& run = runs[i % runs.size()];
        const auto& seeds = run.target.seeds;
        const auto input =
            mutator.Mutate(seeds[mutator.Draw(seeds.size())], seeds[mutator.Draw(seeds.size())]);
        Check(run, input);
    }
    for (const auto& run : runs)
    {
        std::cout << std::left << std::setw(24) << run.target.name << std::right << std::setw(12)
                  << run.inputs << " inputs" << std::setw(6) << run.outcomes.size()
                  << " outcomes, every promise kept\n";
    }
    return 0;
}
