// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_VIEW_STORY_H
#define AZURE_VIEW_STORY_H

#include "azure-temporary-folder.h"
#include "azure-trace-load-balancing-story.h"

#include "ns3/azure-sqlite-database.h"
#include "ns3/azure-trace-database.h"

#include <functional>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

/// One row: what is told of a run with a load balancer, and what a view says of it then.
struct ViewCase
{
    const char* name;                                         // test name
    std::function<void(const TraceLoadBalancingStory&)> tell; // after the topology
    double finish;                                            // end of the run, in seconds
    const char* columns;                                      // what is asked for
    const char* source; // the view; and a condition, behind AND
    const char* order;  // columns that order the rows
    std::vector<std::vector<std::string>> rows;
};

inline void
PrintTo(const ViewCase& c, std::ostream* os)
{
    *os << c.source;
}

/// @return the file with two runs of which the same is told
inline std::string
TellTwice(const TemporaryFolder& folder, const ViewCase& c)
{
    const auto path = folder / "traces.db";
    for (int run = 0; run < 2; ++run)
    {
        TraceDatabase database(path, {"program", "scenario", "2017", {}});
        const TraceLoadBalancingStory story{database};
        story.TellTopology();
        c.tell(story);
        database.Finish(Seconds(c.finish));
    }
    return path;
}

/// Expect that the view says the same of each of two runs in one file, and that it is right.
inline void
ExpectView(const ViewCase& c)
{
    const TemporaryFolder folder;
    SqliteDatabase database(TellTwice(folder, c), SqliteDatabase::Mode::Read);
    std::string source = c.source;
    const auto condition = source.find(" AND ");
    const auto view = source.substr(0, condition);
    const auto rest = condition == std::string::npos ? "" : source.substr(condition);
    for (const auto* run : {"1", "2"})
    {
        std::string query = "SELECT ";
        query.append(c.columns).append(" FROM ").append(view);
        query.append(" WHERE run_id = ").append(run).append(rest);
        query.append(" ORDER BY ").append(c.order);
        EXPECT_EQ(database.Query(query), c.rows) << "run " << run;
    }
    EXPECT_EQ(database.Query("PRAGMA foreign_key_check"), std::vector<std::vector<std::string>>{});
}

} // namespace ns3::azure

#endif // AZURE_VIEW_STORY_H
