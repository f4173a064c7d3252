// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"
#include "azure-trace-story.h"

#include "ns3/azure-trace-database.h"
#include "ns3/azure-trace-schema.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace ns3::azure
{

namespace
{

using Rows = std::vector<std::vector<std::string>>;

/// @return everything in a file
std::string
ReadFile(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Writes a run that is begun and not finished.
void
BeginRun(const std::string& path)
{
    const TraceDatabase database(path, {});
}

/// Prepares a path that no trace database can be written to, in an empty folder.
using Prepare = void (*)(const std::string& path);

/// One row: what is in the way, and what is said about it.
struct InTheWayCase
{
    const char* name;   // test name
    const char* file;   // what is given as "db", within the folder; the folder itself if empty
    Prepare prepare;    // puts it in the way
    const char* reason; // part of the message
};

void
PrintTo(const InTheWayCase& c, std::ostream* os)
{
    *os << c.name;
}

void
Nothing(const std::string& /* path */)
{
}

void
WriteText(const std::string& path)
{
    std::ofstream(path) << "a text, longer than the 100 bytes that the header of a database takes; "
                           "nobody wants to lose it to a simulation\n";
}

void
WriteForeignDatabase(const std::string& path)
{
    SqliteDatabase(path).Execute("CREATE TABLE precious (data); PRAGMA application_id = 5");
}

template <uint32_t VERSION>
void
WriteVersion(const std::string& path)
{
    BeginRun(path);
    SqliteDatabase(path).Execute("PRAGMA user_version = " + std::to_string(VERSION));
}

template <uint32_t SIZE>
void
WriteCutOff(const std::string& path)
{
    BeginRun(path);
    std::filesystem::resize_file(path, SIZE);
}

// clang-format off
constexpr InTheWayCase IN_THE_WAY_CASES[] = {
    // name             file              prepare               reason
    {"Folder",          "",               Nothing,              "it is a folder"},
    {"NoFolder",        "missing/t.db",   Nothing,              "the file cannot be made: No such file or directory"},
    {"FileAsFolder",    "file/t.db",      [](const std::string& path) { WriteText(std::filesystem::path(path).parent_path()); }, "Not a directory"},
    {"Pipe",            "pipe",           [](const std::string& path) { ASSERT_EQ(mkfifo(path.c_str(), 0600), 0); }, "it is not an ordinary file"},
    {"Text",            "text",           WriteText,            "the file is not a database of azure-net"},
    {"ForeignDatabase", "foreign.db",     WriteForeignDatabase, "the file is not a database of azure-net"},
    {"OlderVersion",    "older.db",       WriteVersion<1>,      "older.db' is not allowed: the database has the schema version 1, not 5; give a new file, or what azure-net migrate '"},
    {"NewerVersion",    "newer.db",       WriteVersion<TRACE_SCHEMA_VERSION + 1>, "the database has the schema version 6, not 5; give a new file: a later version of azure-net has written this one"},
    {"CutOff",          "cut.db",         WriteCutOff<20000>,   "the file is cut off: it has 20000 of "},
    {"CutOffInHeader",  "cut.db",         WriteCutOff<60>,      "the file is cut off: it has 60 bytes"},
};
// clang-format on

class TraceDatabaseInTheWay : public ::testing::TestWithParam<InTheWayCase>
{
  protected:
    TemporaryFolder m_folder;
};

TEST_P(TraceDatabaseInTheWay, IsRefusedAndLeftAsItIs)
{
    const auto& c = GetParam();
    const auto path = m_folder / c.file;
    c.prepare(path);
    const auto names = m_folder.GetNames();
    const bool isRegular = std::filesystem::is_regular_file(path);
    const auto content = isRegular ? ReadFile(path) : "";

    const auto problem = TraceDatabase::Validate(path);

    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->rfind("db: '" + path + "' is not allowed: ", 0), 0U) << *problem;
    EXPECT_NE(problem->find(c.reason), std::string::npos) << *problem;
    EXPECT_EQ(problem->find('\n'), std::string::npos);
    EXPECT_EXIT(BeginRun(path), ::testing::ExitedWithCode(1), c.reason);
    EXPECT_EQ(m_folder.GetNames(), names);
    EXPECT_EQ(isRegular ? ReadFile(path) : "", content);
}

INSTANTIATE_TEST_SUITE_P(TraceDatabase,
                         TraceDatabaseInTheWay,
                         ::testing::ValuesIn(IN_THE_WAY_CASES),
                         [](const auto& row) { return row.param.name; });

class TraceDatabaseErrors : public ::testing::Test
{
  protected:
    /// Tells events until the program ends, or the number is reached.
    static void TellEvents(const std::string& path, uint64_t events)
    {
        TraceDatabase database(path, {});
        const TraceStory story{database};
        story.TellTopology();
        for (uint64_t i = 1; i <= events; ++i)
        {
            story.Acquire(1, i, 1024, 1);
        }
    }

    Rows Query(const std::string& sql)
    {
        return SqliteDatabase(m_path).Query(sql);
    }

    TemporaryFolder m_folder;
    std::string m_path{m_folder / "traces.db"};
};

TEST_F(TraceDatabaseErrors, ValidateAcceptsNewAndOwnFilesAndLeavesNothing)
{
    EXPECT_EQ(TraceDatabase::Validate(m_path), std::nullopt);
    EXPECT_TRUE(m_folder.GetNames().empty());
    BeginRun(m_path);
    const auto content = ReadFile(m_path);
    EXPECT_EQ(TraceDatabase::Validate(m_path), std::nullopt);
    EXPECT_EQ(ReadFile(m_path), content);
    EXPECT_EQ(m_folder.GetNames(), std::vector<std::string>{"traces.db"});
}

TEST_F(TraceDatabaseErrors, ValidateNamesAnEmptyName)
{
    EXPECT_NE(TraceDatabase::Validate("").value_or("").find("the name is empty"),
              std::string::npos);
}

/// One row: how somebody else holds the database.
struct LockCase
{
    const char* name;  // test name
    const char* begin; // the statement
};

void
PrintTo(const LockCase& c, std::ostream* os)
{
    *os << c.begin;
}

constexpr LockCase LOCK_CASES[] = {
    {"ToWrite", "BEGIN IMMEDIATE"},
    {"AloneToWrite", "BEGIN EXCLUSIVE"},
};

class TraceDatabaseLock : public ::testing::TestWithParam<LockCase>
{
  protected:
    TraceDatabaseLock()
    {
        BeginRun(m_path);
    }

    TemporaryFolder m_folder;
    std::string m_path{m_folder / "traces.db"};
};

TEST_P(TraceDatabaseLock, ThatStaysIsCalledALock)
{
    SqliteDatabase other(m_path);
    other.Execute(GetParam().begin);
    EXPECT_EQ(TraceDatabase::Validate(m_path, std::chrono::milliseconds(20)),
              "db: '" + m_path +
                  "' is not allowed: another program has kept it locked for all the "
                  "20 ms that were waited; give it once more when that program is "
                  "done, or a new file");
    other.Execute("ROLLBACK");
    EXPECT_EQ(TraceDatabase::Validate(m_path, std::chrono::milliseconds(0)), std::nullopt);
}

TEST_P(TraceDatabaseLock, ThatGoesIsWaitedFor)
{
    SqliteDatabase other(m_path);
    other.Execute(GetParam().begin);
    std::thread holder([&other] {
        std::this_thread::sleep_for(std::chrono::seconds(1));
        other.Execute("ROLLBACK");
    });
    const auto problem = TraceDatabase::Validate(m_path, std::chrono::minutes(1));
    holder.join();
    EXPECT_EQ(problem, std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(TraceDatabase,
                         TraceDatabaseLock,
                         ::testing::ValuesIn(LOCK_CASES),
                         [](const auto& row) { return row.param.name; });

TEST_F(TraceDatabaseErrors, RunWaitsForALock)
{
    BeginRun(m_path);
    SqliteDatabase other(m_path);
    other.Execute("BEGIN EXCLUSIVE");
    std::thread holder([&other] {
        std::this_thread::sleep_for(std::chrono::seconds(1));
        other.Execute("ROLLBACK");
    });
    BeginRun(m_path); // would end the program
    holder.join();
    EXPECT_EQ(Query("SELECT COUNT(*) FROM run"), (Rows{{"2"}}));
}

TEST_F(TraceDatabaseErrors, LockThatStaysEndsTheProgramBeforeTheRun)
{
    BeginRun(m_path);
    SqliteDatabase other(m_path);
    other.Execute("BEGIN EXCLUSIVE");
    EXPECT_EXIT(BeginRun(m_path),
                ::testing::ExitedWithCode(1),
                "azure-net: db: '.*traces.db' is not allowed: another program has kept it locked");
}

TEST_F(TraceDatabaseErrors, LockInMidRunEndsTheProgramAndKeepsWhatWasCommitted)
{
    const auto lockAndTell = [this] {
        TraceDatabase database(m_path, {});
        SqliteDatabase other(m_path);
        other.Execute("BEGIN EXCLUSIVE");
        TraceStory{database}.TellTopology();
    };
    EXPECT_EXIT(lockAndTell(),
                ::testing::ExitedWithCode(1),
                "azure-net: database '.*traces.db': cannot execute .*: database is locked");
    EXPECT_EQ(Query("SELECT status FROM run"), (Rows{{"running"}}));
}

TEST_F(TraceDatabaseErrors, RowWithoutItsInterfaceEndsTheProgram)
{
    const auto tell = [this] {
        TraceDatabase database(m_path, {});
        TraceStory{database}.Acquire(1, 1, 1024, 1);
    };
    EXPECT_EXIT(tell(),
                ::testing::ExitedWithCode(1),
                "snat_port_event.*FOREIGN KEY constraint failed");
    EXPECT_EQ(Query("SELECT status FROM run"), (Rows{{"failed"}}));
}

TEST_F(TraceDatabaseErrors, FailedBeginningLeavesNoFile)
{
    const auto begin = [this] {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{8192, 8192};
        setrlimit(RLIMIT_FSIZE, &limit);
        BeginRun(m_path);
    };
    EXPECT_EXIT(begin(), ::testing::ExitedWithCode(1), "azure-net: database '.*traces.db': ");
    EXPECT_TRUE(m_folder.GetNames().empty());
}

TEST_F(TraceDatabaseErrors, FullDiskEndsTheProgramAndKeepsWhatWasCommitted)
{
    const auto tell = [this] {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{8'000'000, 8'000'000}; // bytes: room for some 10 batches
        setrlimit(RLIMIT_FSIZE, &limit);
        TellEvents(m_path, 1'000'000);
    };
    EXPECT_EXIT(tell(),
                ::testing::ExitedWithCode(1),
                "cannot execute .*: (disk I/O error|database or disk is full)");
    EXPECT_EQ(Query("PRAGMA integrity_check"), (Rows{{"ok"}}));
    EXPECT_EQ(Query("PRAGMA foreign_key_check"), Rows{});
    EXPECT_EQ(Query("SELECT status FROM run"), (Rows{{"failed"}}));
    const auto rows = Query("SELECT COUNT(*), MAX(snat_port_event_id) FROM snat_port_event");
    EXPECT_GE(std::stol(rows.at(0).at(0)), 9000);
    EXPECT_EQ(rows.at(0).at(0), rows.at(0).at(1)); // none missing in between
    EXPECT_EQ(m_folder.GetNames(), std::vector<std::string>{"traces.db"});
}

TEST_F(TraceDatabaseErrors, KilledRunIsReadableAndSaysSo)
{
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0)
    {
        TellEvents(m_path, UINT64_MAX);
        _exit(0);
    }
    // Killed when a batch of 10,000 rows has been committed, and while it writes another one: the
    // file holds parts of a batch before that, but never of so many.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!std::filesystem::exists(m_path) || std::filesystem::file_size(m_path) < 4'000'000)
    {
        ASSERT_LT(std::chrono::steady_clock::now(), deadline);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));

    EXPECT_EQ(TraceDatabase::Validate(m_path), std::nullopt);
    EXPECT_EQ(Query("PRAGMA integrity_check"), (Rows{{"ok"}}));
    EXPECT_EQ(Query("PRAGMA foreign_key_check"), Rows{});
    EXPECT_EQ(Query("SELECT status FROM run"), (Rows{{"running"}}));
    const auto rows = Query("SELECT COUNT(*), MAX(snat_port_event_id) FROM snat_port_event");
    EXPECT_GE(std::stol(rows.at(0).at(0)), 9000);
    EXPECT_EQ(rows.at(0).at(0), rows.at(0).at(1)); // none missing in between

    TraceDatabase(m_path, {}).Finish(Seconds(1));
    EXPECT_EQ(Query("SELECT run_id, status FROM run"), (Rows{{"1", "running"}, {"2", "finished"}}));
}

TEST_F(TraceDatabaseErrors, RowsAreCommittedAfterASecondOfWallClockTime)
{
    TraceDatabase database(m_path, {});
    TraceStory{database}.TellTopology();
    std::this_thread::sleep_for(SqliteDatabase::MAX_BATCH_AGE);
    TraceStory{database}.Acquire(1, 1, 1024, 1);
    EXPECT_EQ(SqliteDatabase(m_path, SqliteDatabase::Mode::Read)
                  .Query("SELECT COUNT(*) FROM snat_port_event"),
              (Rows{{"1"}}));
}

} // namespace

} // namespace ns3::azure
