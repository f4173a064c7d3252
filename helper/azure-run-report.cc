// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-run-report.h"

namespace ns3::azure
{

int
ReportRuns(std::ostream& os,
           const std::string& database,
           int64_t firstRun,
           int64_t lastRun,
           bool isExpected)
{
    os << "database " << database << ": ";
    if (firstRun == lastRun)
    {
        os << "run " << firstRun;
    }
    else
    {
        os << "runs " << firstRun << " to " << lastRun;
    }
    os << " added\n" << (isExpected ? "ok" : "mismatch") << std::endl;
    return isExpected ? 0 : 1;
}

} // namespace ns3::azure
