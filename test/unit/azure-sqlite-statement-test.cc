// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"

#include "ns3/azure-sqlite-database.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ns3::azure
{

TEST(SqliteStatement, KeepsCopiesOfTextsHoweverLong)
{
    const TemporaryFolder folder;
    SqliteDatabase database(folder / "texts.db");
    database.Execute("CREATE TABLE text (a, b, c, d)");
    std::vector<std::vector<std::string>> expected;
    {
        SqliteStatement insert(database, "INSERT INTO text VALUES (?, ?, ?, ?)");
        // Together up to 720 bytes: the first ones of a row find room in the statement.
        for (std::size_t size = 0; size < 180; ++size)
        {
            auto& row = expected.emplace_back();
            for (const char letter : {'a', 'b', 'c', 'd'})
            {
                const std::string text(size, letter);
                insert.Bind(text);
                row.push_back(text);
            }
            insert.Execute();
        }
    }
    EXPECT_EQ(database.Query("SELECT * FROM text ORDER BY rowid"), expected);
}

TEST(SqliteStatement, BindsRealNumbersAsSuch)
{
    const TemporaryFolder folder;
    SqliteDatabase database(folder / "reals.db");
    database.Execute("CREATE TABLE real (a REAL, b)");
    {
        SqliteStatement insert(database, "INSERT INTO real VALUES (?, ?)");
        insert.BindReal(1.5).BindReal(1e300).Execute();
    }
    EXPECT_EQ(database.Query("SELECT a = 1.5, typeof(a), b = 1e300, typeof(b) FROM real"),
              (std::vector<std::vector<std::string>>{{"1", "real", "1", "real"}}));
}

TEST(SqliteDatabaseDeathTest, AttachedDatabaseIsNotWritten)
{
    const TemporaryFolder folder;
    SqliteDatabase(folder / "old.db").Execute("CREATE TABLE number (a)");
    SqliteDatabase database(folder / "new.db");
    database.Attach(folder / "old.db", "old");
    EXPECT_EXIT(database.Execute("INSERT INTO old.number VALUES (1)"),
                ::testing::ExitedWithCode(1),
                "attempt to write a readonly database");
}

} // namespace ns3::azure
