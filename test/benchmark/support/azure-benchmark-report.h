// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_BENCHMARK_REPORT_H
#define AZURE_BENCHMARK_REPORT_H

#include "azure-benchmark-options.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

/// What a figure has to reach.
struct BenchmarkGoal
{
    bool isUpperLimit{true}; //!< the figure may be at most this; or else at least
    double limit{0};         //!< in the figure's own unit

    /// @return whether the figure reaches it; NaN never does
    bool IsMet(double figure) const
    {
        return isUpperLimit ? figure <= limit : figure >= limit;
    }
};

/// @return the goal to be at most that
constexpr BenchmarkGoal
AtMost(double limit)
{
    return {true, limit};
}

/// @return the goal to be at least that
constexpr BenchmarkGoal
AtLeast(double limit)
{
    return {false, limit};
}

/// One figure.
struct BenchmarkRow
{
    std::string name; //!< what was measured; with its parameters unique in the program
    /// Names and values of what it was measured with.
    std::vector<std::pair<std::string, std::string>> parameters;
    double value{0};                     //!< the figure
    std::string unit;                    //!< of the value, as ns/packet
    std::optional<double> ratio{};       //!< to what the program compares with, in the same run
    std::optional<BenchmarkGoal> goal{}; //!< of the ratio if there is one, else of the value
};

/**
 * @brief The figures of one run of a benchmark program: a table of 80 columns on standard output,
 * and a file for machines.
 *
 * @code
 *   BenchmarkReport report("hop-cost", options);
 *   report.AddRow({"host-out", {{"protocol", "udp"}}, 1167, "ns/packet", 0.42, AtMost(0.5)});
 *   return report.Finish();
 * @endcode
 *
 * The file is JSON: {"format": 1, "programs": [...]}, for each program its name, when and how it
 * was run, the machine, the build, and its rows.  A program that is in the file already is
 * replaced, others stay as they are: so the programs of one `./azure-net bench` come together in
 * one file, each with the load of the machine when it began.
 */
class BenchmarkReport
{
  public:
    /**
     * @brief Print the head of the table.
     * @param program its name, without "azure-"
     * @param options of the command line
     * @param conditions what all rows have in common, for people; one line
     */
    BenchmarkReport(const std::string& program,
                    const BenchmarkOptions& options,
                    const std::string& conditions);

    /// Print a row at once, and keep it for the file.
    void AddRow(const BenchmarkRow& row);

    /**
     * @brief Write the file, and say how many goals were missed, if any.
     * @return the program's exit status: 1 if the file cannot be written, or if goals were missed
     *         and are required; else 0
     */
    int Finish() const;

  private:
    /// @return the program's part of the file, as text
    std::string MakeEntry() const;

    std::string m_program;                         //!< its name
    BenchmarkOptions m_options;                    //!< of the command line
    std::string m_conditions;                      //!< what all rows have in common
    std::string m_date;                            //!< UTC, ISO 8601
    double m_load{0};                              //!< runnable processes when it began
    std::chrono::steady_clock::time_point m_begin; //!< when it began
    std::vector<BenchmarkRow> m_rows;              //!< in the order of AddRow()
    uint32_t m_missed{0};                          //!< goals
};

} // namespace ns3::azure

#endif // AZURE_BENCHMARK_REPORT_H
