// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-full-story.h"
#include "azure-temporary-folder.h"

#include "ns3/azure-sqlite-database.h"
#include "ns3/azure-trace-schema.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Rows = std::vector<std::vector<std::string>>;

/// A story, and whether its run comes to its end.
struct ToldRun
{
    uint32_t story;  //!< number of the story
    bool isFinished; //!< or else cut off
};

/// Tell of runs in one file, one after the other.
void
Tell(const std::string& path, const std::vector<ToldRun>& runs)
{
    for (const auto& run : runs)
    {
        TraceDatabase database(path, {"program", "scenario", "2017", {}});
        const FullStory story(database, run.story);
        if (run.isFinished)
        {
            database.Finish(Seconds(400));
        }
    }
}

/// @return all rows of a run, without its number and wall-clock times, in one order
Rows
GetRows(SqliteDatabase& database, const std::string& view, int run)
{
    auto rows = database.Query("SELECT * FROM " + view + " WHERE run_id = " + std::to_string(run));
    for (auto& row : rows)
    {
        row.erase(row.begin());
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

/// Each view, of runs of which each has a file, and which are together in another one.
class EveryView : public ::testing::TestWithParam<std::string>
{
  protected:
    /// The runs: one was cut off, before there was any index.
    static const std::vector<ToldRun>& GetRuns()
    {
        static const std::vector<ToldRun> RUNS{{1, false}, {1, true}, {2, true}, {3, false}};
        return RUNS;
    }

    static void SetUpTestSuite()
    {
        m_folder = std::make_unique<TemporaryFolder>();
        Tell(*m_folder / "all.db", GetRuns());
        for (std::size_t i = 0; i < GetRuns().size(); ++i)
        {
            Tell(GetSinglePath(i), {GetRuns()[i]});
        }
    }

    static void TearDownTestSuite()
    {
        m_folder.reset();
    }

    /// @return the file of a run alone
    static std::string GetSinglePath(std::size_t index)
    {
        return *m_folder / ("run" + std::to_string(index) + ".db");
    }

    static std::unique_ptr<TemporaryFolder> m_folder; //!< has the files
};

std::unique_ptr<TemporaryFolder> EveryView::m_folder;

TEST_P(EveryView, SaysTheSameOfARunWhateverElseIsInTheFile)
{
    SqliteDatabase all(*m_folder / "all.db", SqliteDatabase::Mode::Read);
    for (std::size_t i = 0; i < GetRuns().size(); ++i)
    {
        SqliteDatabase single(GetSinglePath(i), SqliteDatabase::Mode::Read);
        const auto rows = GetRows(single, GetParam(), 1);
        EXPECT_FALSE(rows.empty()) << "run " << i + 1;
        EXPECT_EQ(GetRows(all, GetParam(), static_cast<int>(i) + 1), rows) << "run " << i + 1;
    }
}

TEST_P(EveryView, SaysTheSameOfOneRunAsOfAll)
{
    SqliteDatabase all(*m_folder / "all.db", SqliteDatabase::Mode::Read);
    auto rows = all.Query("SELECT * FROM " + GetParam());
    Rows oneByOne;
    for (const auto* run : {"1", "2", "3", "4"})
    {
        const auto more =
            all.Query("SELECT * FROM " + GetParam() + " WHERE run_id = " + std::string(run));
        oneByOne.insert(oneByOne.end(), more.begin(), more.end());
    }
    std::sort(rows.begin(), rows.end());
    std::sort(oneByOne.begin(), oneByOne.end());
    EXPECT_EQ(rows, oneByOne);
}

/// @return the names of all views
std::vector<std::string>
GetViewNames()
{
    std::vector<std::string> names;
    for (const auto& view : GetTraceViews())
    {
        names.emplace_back(view.name);
    }
    return names;
}

INSTANTIATE_TEST_SUITE_P(TraceDatabase,
                         EveryView,
                         ::testing::ValuesIn(GetViewNames()),
                         [](const auto& row) { return row.param; });

} // namespace

} // namespace ns3::azure
