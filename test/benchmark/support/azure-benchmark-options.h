// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_BENCHMARK_OPTIONS_H
#define AZURE_BENCHMARK_OPTIONS_H

#include "ns3/azure-option-list.h"

#include <cstdint>
#include <ctime>
#include <string>
#include <utility>

namespace ns3::azure
{

/// The options that all benchmark programs have.
struct BenchmarkOptions
{
    uint32_t repetitions{0};          //!< of everything
    clockid_t clock{CLOCK_MONOTONIC}; //!< what tells the time
    bool isQuick{false};              //!< fewer and smaller, to see that it works
    bool areGoalsRequired{false};     //!< a missed goal makes the exit status 1
    std::string file;                 //!< JSON file for the figures; empty for none

    /// What an option is, if the command line does not say.
    struct Automatic
    {
        uint32_t usual{0}; //!< as a rule
        uint32_t quick{0}; //!< with --quick
    };

    /// @brief Add these options, before all others.
    /// @param list parsed while this object is there
    /// @param automatic repetitions
    void AddTo(OptionList& list, const Automatic& automatic);

    /**
     * @brief Add a whole number of a program's own.
     * @param list parsed while this object is there
     * @param name without dashes
     * @param help what it means, with its unit; what is allowed is added
     * @param automatic its default
     * @param range smallest and largest value
     * @param value where it goes; as long as this object
     */
    void AddUnsigned(OptionList& list,
                     const std::string& name,
                     const std::string& help,
                     const Automatic& automatic,
                     std::pair<uint32_t, uint32_t> range,
                     uint32_t& value) const;

    /// @return "wall" or "cpu"
    const char* GetClockName() const
    {
        return clock == CLOCK_MONOTONIC ? "wall" : "cpu";
    }
};

} // namespace ns3::azure

#endif // AZURE_BENCHMARK_OPTIONS_H
