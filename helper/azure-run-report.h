// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_RUN_REPORT_H
#define AZURE_RUN_REPORT_H

#include <cstdint>
#include <ostream>
#include <string>

namespace ns3::azure
{

/**
 * @brief Print the last lines of a program that records runs and checks them.
 * @param os where to
 * @param database file that the runs are in
 * @param firstRun number of the first run, as TraceRecorder::GetRunId() has it
 * @param lastRun number of the last run
 * @param isExpected whether the runs showed what they should: "ok", else "mismatch"
 * @return the program's exit status: 0 if they did, else 1
 */
int ReportRuns(std::ostream& os,
               const std::string& database,
               int64_t firstRun,
               int64_t lastRun,
               bool isExpected);

} // namespace ns3::azure

#endif // AZURE_RUN_REPORT_H
