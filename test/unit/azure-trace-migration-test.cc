// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-migration-story.h"
#include "azure-temporary-folder.h"

#include "ns3/azure-port-use.h"
#include "ns3/azure-sqlite-database.h"
#include "ns3/azure-trace-database.h"
#include "ns3/azure-trace-migration.h"
#include "ns3/azure-trace-schema.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <ostream>
#include <string>
#include <sys/resource.h>
#include <utility>
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

/// @return all rows of a query to a file that is not written
Rows
Query(const std::string& path, const std::string& sql)
{
    return SqliteDatabase(path, SqliteDatabase::Mode::Read).Query(sql);
}

/// @return the rows of a table or view, sorted, without columns about wall-clock time
Rows
QueryAll(const std::string& path, const std::string& name, const std::vector<TraceColumn>& columns)
{
    std::string sql;
    for (const auto& column : columns)
    {
        if (std::string(column.name).rfind("wall_", 0) != 0)
        {
            sql.append(sql.empty() ? "SELECT " : ", ").append(column.name);
        }
    }
    auto rows = Query(path, sql + " FROM \"" + name + "\"");
    std::sort(rows.begin(), rows.end());
    return rows;
}

/// Makes the database of an earlier version that test/data holds as SQL.
void
WriteOldFile(const std::string& path, uint32_t version)
{
    const auto sql =
        ReadFile(AZURE_NET_TEST_DATA "/trace-schema-" + std::to_string(version) + ".sql");
    ASSERT_FALSE(sql.empty());
    SqliteDatabase database(path);
    database.Begin();
    database.Execute(sql);
}

/// One old database, what becomes of it, and what the present code writes when told the same.
class TraceMigration : public ::testing::TestWithParam<uint32_t>
{
  protected:
    TraceMigration()
    {
        WriteOldFile(m_old, GetParam());
        m_content = ReadFile(m_old);
        m_problem = MigrateTraceDatabase(m_old, m_new);
    }

    /// Writes the file to compare with; versions of programs are equal in both then.
    void WritePresentFile()
    {
        MigrationStory::TellRuns(m_present, GetParam());
        for (const auto& path : {m_new, m_present})
        {
            SqliteDatabase(path).Execute("UPDATE run SET ns3_version = '', azure_net_version = ''");
        }
    }

    TemporaryFolder m_folder;
    std::string m_old{m_folder / "old.db"};
    std::string m_new{m_folder / "new.db"};
    std::string m_present{m_folder / "present.db"};
    std::string m_content;                //!< of the old file, before
    std::optional<std::string> m_problem; //!< what was said
};

TEST_P(TraceMigration, LeavesTheOldFileAndMakesOneNewOne)
{
    ASSERT_EQ(m_problem, std::nullopt);
    EXPECT_EQ(ReadFile(m_old), m_content);
    EXPECT_EQ(m_folder.GetNames(), (std::vector<std::string>{"new.db", "old.db"}));
}

TEST_P(TraceMigration, WritesASoundFile)
{
    EXPECT_EQ(Query(m_new, "PRAGMA integrity_check"), (Rows{{"ok"}}));
    EXPECT_EQ(Query(m_new, "PRAGMA foreign_key_check"), Rows{});
    EXPECT_EQ(Query(m_new, "PRAGMA user_version"), (Rows{{std::to_string(TRACE_SCHEMA_VERSION)}}));
    EXPECT_EQ(Query(m_new, "SELECT run_id, status FROM run"),
              (Rows{{"1", "finished"}, {"2", "running"}}));
}

TEST_P(TraceMigration, WritesTheRowsThatThePresentCodeWrites)
{
    WritePresentFile();
    for (const auto& table : GetTraceTables())
    {
        EXPECT_EQ(QueryAll(m_new, table.name, table.columns),
                  QueryAll(m_present, table.name, table.columns))
            << table.name;
    }
}

TEST_P(TraceMigration, GivesViewsTheRowsThatThePresentCodeGivesThem)
{
    WritePresentFile();
    for (const auto& view : GetTraceViews())
    {
        EXPECT_EQ(QueryAll(m_new, view.name, view.columns),
                  QueryAll(m_present, view.name, view.columns))
            << view.name;
    }
}

TEST_P(TraceMigration, MakesTheTablesViewsAndIndexesOfThePresentCode)
{
    WritePresentFile();
    const auto* const sql = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name";
    EXPECT_EQ(Query(m_new, sql), Query(m_present, sql));
}

TEST_P(TraceMigration, LetsARunBeAdded)
{
    EXPECT_EQ(TraceDatabase(m_new, {}).GetRunId(), 3);
}

INSTANTIATE_TEST_SUITE_P(Version,
                         TraceMigration,
                         ::testing::Range(uint32_t{1}, TRACE_SCHEMA_VERSION),
                         [](const auto& row) { return std::to_string(row.param); });

/// A database of one earlier version, to be changed before it is migrated.
class TraceMigrationFile : public ::testing::Test
{
  protected:
    TemporaryFolder m_folder;
    std::string m_old{m_folder / "old.db"};
    std::string m_new{m_folder / "new.db"};
};

TEST_F(TraceMigrationFile, OldFilesHaveRowsInEveryTable)
{
    for (uint32_t version = 1; version < TRACE_SCHEMA_VERSION; ++version)
    {
        const auto path = m_folder / std::to_string(version);
        WriteOldFile(path, version);
        for (const auto& table : Query(path, "SELECT name FROM sqlite_master WHERE type = 'table'"))
        {
            EXPECT_NE(Query(path, "SELECT COUNT(*) FROM \"" + table.front() + "\""), (Rows{{"0"}}))
                << table.front() << " in version " << version;
        }
    }
}

TEST_F(TraceMigrationFile, RulesAreAboutWhatTheVersionsAdded)
{
    for (uint32_t version = 1; version < TRACE_SCHEMA_VERSION; ++version)
    {
        const auto path = m_folder / std::to_string(version);
        WriteOldFile(path, version);
        for (const auto& added : GetAddedTables())
        {
            EXPECT_NE(Query(path,
                            "SELECT name FROM sqlite_master WHERE name = '" +
                                std::string(added.name) + "'")
                          .empty(),
                      version >= added.version)
                << added.name << " in version " << version;
        }
        for (const auto& added : GetAddedColumns())
        {
            EXPECT_NE(Query(path,
                            "SELECT name FROM pragma_table_info('" + std::string(added.table) +
                                "') WHERE name = '" + added.column + "'")
                          .empty(),
                      version >= added.version)
                << added.table << "." << added.column << " in version " << version;
        }
    }
}

TEST_F(TraceMigrationFile, KeepsTablesAndViewsOfOthers)
{
    WriteOldFile(m_old, 4);
    SqliteDatabase(m_old).Execute(
        "CREATE TABLE sweep_run (run_id INTEGER NOT NULL, host TEXT NOT NULL, PRIMARY KEY "
        "(run_id), "
        "FOREIGN KEY (run_id) REFERENCES run) WITHOUT ROWID; INSERT INTO sweep_run VALUES (2, 'a');"
        "INSERT INTO column_doc VALUES ('sweep_run', 'host', '', 'name of the machine');"
        "CREATE VIEW mine AS SELECT run_id FROM sweep_run");
    ASSERT_EQ(MigrateTraceDatabase(m_old, m_new), std::nullopt);
    EXPECT_EQ(Query(m_new, "SELECT * FROM sweep_run"), (Rows{{"2", "a"}}));
    EXPECT_EQ(Query(m_new, "SELECT run_id FROM mine"), (Rows{{"2"}}));
    EXPECT_EQ(Query(m_new, "SELECT meaning FROM column_doc WHERE table_name = 'sweep_run'"),
              (Rows{{"name of the machine"}}));
    EXPECT_EQ(Query(m_new, "PRAGMA foreign_key_check"), Rows{});
}

TEST_F(TraceMigrationFile, PathMayHaveAnyCharacters)
{
    const auto path = m_folder / "50%25 of what? #1 'old'.db";
    WriteOldFile(path, 1);
    EXPECT_EQ(MigrateTraceDatabase(path, m_new), std::nullopt);
    EXPECT_EQ(Query(m_new, "SELECT COUNT(*) FROM run"), (Rows{{"2"}}));
}

/// One row: a profile's text, and the idle timeout of rules in a run with it.
struct ProfileCase
{
    const char* profile;
    const char* idleTimeout; // nanoseconds
};

TEST_F(TraceMigrationFile, RulesHaveTheIdleTimeoutOfTheProfile)
{
    constexpr ProfileCase CASES[] = {
        {"2017", "240000000000"},
        {"2017[UdpIdleTimeout=60s|MaxOutboundIdleTimeout=6000s]", "240000000000"},
        {"2017[IdleTimeout=1.5s]", "1500000000"},
        {"2017[FinHold=5s|IdleTimeout=90s|RstHold=1s]", "90000000000"},
        {"2017[IdleTimeout=1500000001ns]", "1500000001"},
    };
    for (const auto& c : CASES)
    {
        const TemporaryFolder folder;
        const auto path = folder / "old.db";
        WriteOldFile(path, 3);
        SqliteDatabase(path).Execute("UPDATE run SET profile = '" + std::string(c.profile) + "'");
        ASSERT_EQ(MigrateTraceDatabase(path, folder / "new.db"), std::nullopt);
        EXPECT_EQ(
            Query(folder / "new.db", "SELECT DISTINCT idle_timeout_ns FROM load_balancing_rule"),
            (Rows{{c.idleTimeout}}))
            << c.profile;
    }
}

TEST_F(TraceMigrationFile, JournalThatWasNeverCompleteIsNone)
{
    WriteOldFile(m_old, 4);
    std::ofstream(m_old + "-journal", std::ios::binary) << std::string(512, '\0');
    EXPECT_EQ(MigrateTraceDatabase(m_old, m_new), std::nullopt);
    std::filesystem::resize_file(m_old, 20000);
    const auto problem = MigrateTraceDatabase(m_old, m_new + "2");
    ASSERT_TRUE(problem);
    EXPECT_NE(problem->find("the file is cut off"), std::string::npos) << *problem;
}

TEST_F(TraceMigrationFile, SizeInTheHeaderCountsIfItIsOfTheLastChange)
{
    WriteOldFile(m_old, 4);
    {
        std::fstream file(m_old, std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(28); // pages of the file
        file << std::string(4, '\x7f');
        file.seekp(92); // the change of which it tells
        file << std::string(4, '\x7f');
    }
    EXPECT_EQ(MigrateTraceDatabase(m_old, m_new), std::nullopt);
}

/// @return the running sums of events after migration, as PortUse adds them up
Rows
AddUp(const std::string& path)
{
    Rows sums;
    std::map<std::pair<std::string, std::string>, PortUse> uses;
    for (const auto& row :
         Query(path,
               "SELECT IFNULL(nat_gateway, ''), IIF(nat_gateway IS NULL, network_interface_id, ''),"
               " time_ns, stage = 'acquired', stage = 'reopened', ports_in_use, ports_cooling_down"
               " FROM snat_port_event WHERE run_id = 2 ORDER BY snat_port_event_id"))
    {
        SnatPortEvent event;
        event.time = NanoSeconds(std::stoll(row.at(2)));
        event.stage = row.at(3) == "1"   ? SnatPortStage::Acquired
                      : row.at(4) == "1" ? SnatPortStage::Reopened
                                         : SnatPortStage::Released;
        event.portsInUse = std::stoul(row.at(5));
        event.portsCoolingDown = std::stoul(row.at(6));
        auto& use = uses[{row.at(0), row.at(1)}];
        use.Add(event);
        sums.push_back({std::to_string(use.GetAcquired()),
                        std::to_string(use.GetPeakUsed()),
                        std::to_string(std::llround(use.GetUsedPortSeconds() * 1e6))});
    }
    return sums;
}

TEST_F(TraceMigrationFile, RunningSumsAreThoseOfPortUse)
{
    WriteOldFile(m_old, 4);
    // Pauses of up to 3 s, 40 times; interfaces 1 and 2, with ports of their own or of a gateway.
    SqliteDatabase(m_old).Execute(
        "CREATE TEMP TABLE model AS SELECT * FROM snat_port_event WHERE run_id = 2 LIMIT 1;"
        "DELETE FROM snat_port_event WHERE run_id = 2;"
        "WITH RECURSIVE step(i, time) AS (SELECT 1, 999999999 UNION ALL "
        " SELECT i + 1, time + (i * 700000007) % 3000000000 FROM step WHERE i < 40) "
        "INSERT INTO temp.model SELECT model.* FROM step, model;"
        "DELETE FROM temp.model WHERE rowid = 1;"
        "WITH RECURSIVE step(i, time) AS (SELECT 1, 999999999 UNION ALL "
        " SELECT i + 1, time + (i * 700000007) % 3000000000 FROM step WHERE i < 40) "
        "UPDATE temp.model SET snat_port_event_id = rowid - 1, "
        " time_ns = (SELECT time FROM step WHERE i = rowid - 1), "
        " network_interface_id = 1 + rowid % 2, "
        " nat_gateway = IIF(rowid % 3 = 0, (SELECT name FROM nat_gateway LIMIT 1), NULL), "
        " stage = IIF(rowid % 5 = 0, 'reopened', IIF(rowid % 5 = 1, 'released', 'acquired')), "
        " ports_in_use = rowid * 7 % 11, ports_cooling_down = rowid * 5 % 3;"
        "INSERT INTO snat_port_event SELECT * FROM temp.model");
    ASSERT_EQ(MigrateTraceDatabase(m_old, m_new), std::nullopt);
    const auto sums = Query(m_new,
                            "SELECT ports_acquired, peak_ports_used, "
                            "CAST(ROUND(used_port_seconds * 1e6) AS INTEGER) "
                            "FROM snat_port_event WHERE run_id = 2 ORDER BY snat_port_event_id");
    EXPECT_EQ(sums.size(), 40);
    EXPECT_EQ(sums, AddUp(m_new));
}

TEST_F(TraceMigrationFile, FullDiskEndsTheProgramAndLeavesNothing)
{
    WriteOldFile(m_old, 4);
    const auto migrate = [this] {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{100'000, 100'000}; // bytes
        setrlimit(RLIMIT_FSIZE, &limit);
        MigrateTraceDatabase(m_old, m_new);
    };
    EXPECT_EXIT(migrate(),
                ::testing::ExitedWithCode(1),
                "azure-net: database '.*': cannot .*: (disk I/O error|database or disk is full)");
    EXPECT_EQ(m_folder.GetNames(), std::vector<std::string>{"old.db"});
}

TEST_F(TraceMigrationFile, DamagedFileEndsTheProgramAndLeavesNothing)
{
    WriteOldFile(m_old, 4);
    {
        std::fstream file(m_old, std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(4096); // the table "run" is there
        file << std::string(4096, '\xa5');
    }
    const auto content = ReadFile(m_old);
    EXPECT_EXIT(MigrateTraceDatabase(m_old, m_new),
                ::testing::ExitedWithCode(1),
                "azure-net: database '.*': cannot .*: database disk image is malformed");
    EXPECT_EQ(m_folder.GetNames(), std::vector<std::string>{"old.db"});
    EXPECT_EQ(ReadFile(m_old), content);
}

/// Prepares a file in the folder that is not migrated, or a place that is taken.
using Prepare = void (*)(const std::string& path);

/// One row: a file that is refused.
struct RefusalCase
{
    const char* name;   // test name
    Prepare prepare;    // changes old.db, which is of version 4
    const char* from;   // within the folder
    const char* to;     // within the folder
    const char* reason; // part of the line
};

void
PrintTo(const RefusalCase& c, std::ostream* os)
{
    *os << c.name;
}

void
Nothing(const std::string& /* path */)
{
}

void
Empty(const std::string& path)
{
    std::ofstream(path, std::ios::trunc);
}

void
SetVersion(const std::string& path, uint32_t version)
{
    SqliteDatabase(path).Execute("PRAGMA user_version = " + std::to_string(version));
}

// clang-format off
const RefusalCase REFUSAL_CASES[] = {
    // name             prepare  from        to           reason
    {"Missing",         Nothing, "no.db",    "new.db",    "no.db' is not allowed: there is no such file"},
    {"Folder",          Nothing, "",         "new.db",    "it is a folder"},
    {"Empty",           Empty,   "old.db",   "new.db",    "old.db' is not allowed: the file is empty"},
    {"Text",            [](const auto& path) { std::ofstream(path) << std::string(5000, 'a'); },
                                 "old.db",   "new.db",    "the file is not a database of azure-net"},
    {"ShortText",       [](const auto& path) { std::ofstream(path) << "SQLite"; },
                                 "old.db",   "new.db",    "the file is cut off: it has 6 bytes"},
    {"Foreign",         [](const auto& path) { SqliteDatabase(path).Execute("PRAGMA application_id = 5"); },
                                 "old.db",   "new.db",    "the file is not a database of azure-net"},
    {"CutOff",          [](const auto& path) { std::filesystem::resize_file(path, 20000); },
                                 "old.db",   "new.db",    "the file is cut off: it has 20000 of "},
    {"Newer",           [](const auto& path) { SetVersion(path, TRACE_SCHEMA_VERSION + 1); },
                                 "old.db",   "new.db",    "; a later version of azure-net has written it"},
    {"Present",         [](const auto& path) { SetVersion(path, TRACE_SCHEMA_VERSION); },
                                 "old.db",   "new.db",    "and can be used as it is"},
    {"VersionZero",     [](const auto& path) { SetVersion(path, 0); },
                                 "old.db",   "new.db",    "the database has the schema version 0, not "},
    {"WriteAheadLog",   [](const auto& path) { SqliteDatabase(path).Execute("PRAGMA journal_mode = WAL"); },
                                 "old.db",   "new.db",    "'PRAGMA journal_mode = DELETE' ends that"},
    {"Journal",         [](const auto& path) { std::ofstream(path + "-journal") << "changes"; },
                                 "old.db",   "new.db",    "a program is writing to it, or was killed when it did"},
    {"JournalBehindALink", [](const auto& path) {
         std::ofstream(path + "-journal") << "changes";
         std::filesystem::create_symlink(path, path + ".link"); },
                                 "old.db.link", "new.db", "a program is writing to it, or was killed when it did"},
    {"CutOffWithJournal", [](const auto& path) {
         std::ofstream(path + "-journal") << "changes";
         std::filesystem::resize_file(path, 20000); },
                                 "old.db",   "new.db",    "a program is writing to it, or was killed when it did"},
    {"LacksColumn",     [](const auto& path) { SqliteDatabase(path).Execute("ALTER TABLE mux_traffic RENAME packets_own TO own"); },
                                 "old.db",   "new.db",    "it lacks mux_traffic.packets_own, which databases of its schema version 4 have"},
    {"OwnTable",        [](const auto& path) { SqliteDatabase(path).Execute("CREATE TABLE flow_attempt (mine)"); },
                                 "old.db",   "new.db",    "it has a table or view flow_attempt of somebody's own"},
    {"OwnView",         [](const auto& path) { SqliteDatabase(path).Execute("CREATE VIEW v_run_summary AS SELECT 1"); },
                                 "old.db",   "new.db",    "it has a table or view v_run_summary of somebody's own"},
    {"TargetIsThere",   [](const auto& path) { std::ofstream(path + ".new") << "precious"; },
                                 "old.db",   "old.db.new", "old.db.new' is not allowed: it is there already; give a new name"},
    {"TargetIsSource",  Nothing, "old.db",   "old.db",    "it is the old database itself"},
    {"TargetIsFolder",  Nothing, "old.db",   "",          "it is there already"},
    {"TargetHasNoFolder", Nothing, "old.db", "no/new.db", "the file cannot be made: No such file or directory"},
};
// clang-format on

class TraceMigrationRefusal : public ::testing::TestWithParam<RefusalCase>
{
  protected:
    TemporaryFolder m_folder;
};

TEST_P(TraceMigrationRefusal, SaysWhyAndWritesNothing)
{
    const auto& c = GetParam();
    const auto old = m_folder / "old.db";
    WriteOldFile(old, 4);
    c.prepare(old);
    const auto names = m_folder.GetNames();
    const auto content = ReadFile(old);

    const auto problem = MigrateTraceDatabase(m_folder / c.from, m_folder / c.to);

    ASSERT_TRUE(problem);
    EXPECT_NE(problem->find(c.reason), std::string::npos) << *problem;
    EXPECT_EQ(problem->find('\n'), std::string::npos);
    EXPECT_EQ(m_folder.GetNames(), names);
    EXPECT_EQ(ReadFile(old), content);
}

INSTANTIATE_TEST_SUITE_P(TraceMigration,
                         TraceMigrationRefusal,
                         ::testing::ValuesIn(REFUSAL_CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
