// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-sqlite-database.h"

#include "ns3/abort.h"
#include "ns3/fatal-impl.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sqlite3.h>
#include <unistd.h>

namespace ns3::azure
{

namespace
{

namespace fs = std::filesystem;

/// A database's first 100 bytes say whose it is: https://www.sqlite.org/fileformat.html, 1.3.
constexpr std::string_view HEADER_MAGIC{"SQLite format 3\0", 16};
constexpr std::size_t USER_VERSION_OFFSET = 60;
constexpr std::size_t APPLICATION_ID_OFFSET = 68;
constexpr std::size_t HEADER_SIZE = 100;

/// @return the big-endian number at an offset of a header
uint32_t
ReadNumber(const std::array<char, HEADER_SIZE>& header, std::size_t offset)
{
    uint32_t number = 0;
    for (std::size_t i = offset; i < offset + 4; ++i)
    {
        number = (number << 8) | static_cast<unsigned char>(header[i]);
    }
    return number;
}

/// Reads the file itself: SQLite may write to a database that it only opens.
std::optional<std::string>
ValidateHeader(const std::string& path, SqliteDatabase::Identity allowed)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
    {
        return std::string("the file cannot be read: ") + std::strerror(errno);
    }
    std::array<char, HEADER_SIZE> header{};
    file.read(header.data(), header.size());
    if (file.gcount() == 0)
    {
        return std::nullopt;
    }
    if (std::string_view(header.data(), HEADER_MAGIC.size()) != HEADER_MAGIC ||
        ReadNumber(header, APPLICATION_ID_OFFSET) != allowed.applicationId)
    {
        return "the file is not a database of azure-net";
    }
    const auto version = ReadNumber(header, USER_VERSION_OFFSET);
    if (version != allowed.userVersion)
    {
        return "the database has the schema version " + std::to_string(version) + ", not " +
               std::to_string(allowed.userVersion);
    }
    return std::nullopt;
}

/// Makes the file and removes it again: nothing else tells for certain that it can be made.
std::optional<std::string>
ValidateNewFile(const std::string& path)
{
    const int file = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    if (file < 0)
    {
        return std::string("the file cannot be made: ") + std::strerror(errno);
    }
    close(file);
    unlink(path.c_str());
    return std::nullopt;
}

/// Asks for the right to write and gives it back.
std::optional<SqliteDatabase::Refusal>
ValidateLocks(const std::string& path, std::chrono::milliseconds patience)
{
    sqlite3* handle = nullptr;
    int result = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr);
    if (result == SQLITE_OK)
    {
        sqlite3_busy_timeout(handle, static_cast<int>(patience.count()));
        result = sqlite3_exec(handle, "BEGIN IMMEDIATE; ROLLBACK", nullptr, nullptr, nullptr);
    }
    std::optional<SqliteDatabase::Refusal> refusal;
    if (result != SQLITE_OK)
    {
        refusal = {sqlite3_errmsg(handle), result == SQLITE_BUSY};
    }
    sqlite3_close(handle);
    return refusal;
}

} // namespace

SqliteDatabase::SqliteDatabase(const std::string& path, Mode mode)
    : m_path(fs::absolute(path).string()),
      m_lastCommit(std::chrono::steady_clock::now())
{
    const bool isWritten = mode == Mode::Write;
    m_isNew = isWritten && !fs::exists(m_path);
    const int flags = isWritten ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    if (sqlite3_open_v2(m_path.c_str(), &m_handle, flags | SQLITE_OPEN_NOMUTEX, nullptr) !=
        SQLITE_OK)
    {
        Fail("open it");
    }
    sqlite3_busy_timeout(m_handle, static_cast<int>(BUSY_TIMEOUT.count()));
    if (isWritten)
    {
        // What a batch changes stays in memory: nobody is locked out before it is committed.  The
        // cache beyond that (500 KiB) is small: rows are not read again.
        Execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;"
                "PRAGMA cache_size = -500; PRAGMA cache_spill = OFF; PRAGMA foreign_keys = ON;");
    }
}

SqliteDatabase::~SqliteDatabase()
{
    Commit();
    NS_ABORT_MSG_IF(sqlite3_close(m_handle) != SQLITE_OK,
                    "a statement outlives its database " << m_path);
}

void
SqliteDatabase::Execute(const std::string& sql)
{
    if (sqlite3_exec(m_handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    {
        Fail("execute \"" + sql.substr(0, sql.find_first_of("(;\n")) + "\"");
    }
}

std::vector<std::vector<std::string>>
SqliteDatabase::Query(const std::string& sql)
{
    std::vector<std::vector<std::string>> rows;
    SqliteStatement query(*this, sql);
    while (query.Step())
    {
        auto& row = rows.emplace_back();
        for (int column = 0; column < query.GetColumnCount(); ++column)
        {
            row.push_back(query.GetText(column));
        }
    }
    return rows;
}

std::optional<int64_t>
SqliteDatabase::QueryInteger(const std::string& sql)
{
    const auto rows = Query(sql);
    if (rows.empty() || rows.front().front() == "NULL")
    {
        return std::nullopt;
    }
    return std::stoll(rows.front().front());
}

void
SqliteDatabase::Begin()
{
    if (!m_isInTransaction)
    {
        Execute("BEGIN IMMEDIATE");
        m_isInTransaction = true;
    }
}

void
SqliteDatabase::Commit()
{
    if (m_isInTransaction)
    {
        Execute("COMMIT");
        m_isInTransaction = false;
        m_isNew = false;
    }
    m_batchRows = 0;
    m_lastCommit = std::chrono::steady_clock::now();
}

void
SqliteDatabase::CountRow()
{
    if (++m_batchRows >= MAX_BATCH_ROWS ||
        std::chrono::steady_clock::now() - m_lastCommit >= MAX_BATCH_AGE)
    {
        Commit();
    }
}

void
SqliteDatabase::SetLastWords(const std::string& sql)
{
    m_lastWords = sql;
}

void
SqliteDatabase::Fail(const std::string& attempt)
{
    const std::string reason = sqlite3_errmsg(m_handle);
    sqlite3_busy_timeout(m_handle, 0);
    sqlite3_exec(m_handle, "ROLLBACK", nullptr, nullptr, nullptr);
    sqlite3_exec(m_handle, m_lastWords.c_str(), nullptr, nullptr, nullptr);
    if (m_isNew)
    {
        unlink(m_path.c_str());
        unlink((m_path + "-journal").c_str());
    }
    FatalImpl::FlushStreams();
    std::cerr << "azure-net: database '" << m_path << "': cannot " << attempt << ": " << reason
              << std::endl;
    std::exit(EXIT_FAILURE);
}

std::optional<SqliteDatabase::Refusal>
SqliteDatabase::Validate(const std::string& path,
                         Identity allowed,
                         std::chrono::milliseconds patience)
{
    const auto refuse = [](const std::optional<std::string>& reason) {
        return reason ? std::optional(Refusal{*reason}) : std::nullopt;
    };
    if (path.empty())
    {
        return refuse("the name is empty");
    }
    const auto absolute = fs::absolute(path).string();
    std::error_code error;
    const auto status = fs::status(absolute, error);
    if (status.type() == fs::file_type::not_found)
    {
        return refuse(ValidateNewFile(absolute));
    }
    if (error)
    {
        return refuse(error.message());
    }
    if (status.type() != fs::file_type::regular)
    {
        return refuse(fs::is_directory(status) ? "it is a folder" : "it is not an ordinary file");
    }
    const auto problem = ValidateHeader(absolute, allowed);
    return problem ? refuse(problem) : ValidateLocks(absolute, patience);
}

SqliteStatement::SqliteStatement(SqliteDatabase& database, const std::string& sql)
    : m_database(database),
      m_sql(sql)
{
    Check(sqlite3_prepare_v2(database.m_handle, sql.c_str(), -1, &m_statement, nullptr));
    m_parameters = sqlite3_bind_parameter_count(m_statement);
}

SqliteStatement::~SqliteStatement()
{
    sqlite3_finalize(m_statement);
}

SqliteStatement&
SqliteStatement::Bind(int64_t value)
{
    Check(sqlite3_bind_int64(m_statement, ++m_bound, value));
    return *this;
}

SqliteStatement&
SqliteStatement::BindReal(double value)
{
    Check(sqlite3_bind_double(m_statement, ++m_bound, value));
    return *this;
}

SqliteStatement&
SqliteStatement::Bind(std::string_view value)
{
    const auto size = static_cast<int>(value.size());
    Check(sqlite3_bind_text(m_statement, ++m_bound, value.data(), size, SQLITE_TRANSIENT));
    return *this;
}

SqliteStatement&
SqliteStatement::BindStatic(std::string_view value)
{
    const auto size = static_cast<int>(value.size());
    Check(sqlite3_bind_text(m_statement, ++m_bound, value.data(), size, SQLITE_STATIC));
    return *this;
}

SqliteStatement&
SqliteStatement::BindNull()
{
    Check(sqlite3_bind_null(m_statement, ++m_bound));
    return *this;
}

void
SqliteStatement::Execute()
{
    NS_ABORT_MSG_IF(m_bound != m_parameters,
                    m_bound << " of " << m_parameters << " parameters are bound: " << m_sql);
    m_bound = 0;
    sqlite3_step(m_statement);
    // The result of the step comes once more, and this time with the connection's error text.
    Check(sqlite3_reset(m_statement));
}

bool
SqliteStatement::Step()
{
    const int result = sqlite3_step(m_statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
    {
        Check(result);
    }
    return result == SQLITE_ROW;
}

std::string
SqliteStatement::GetText(int column) const
{
    const auto* text = sqlite3_column_text(m_statement, column);
    return text == nullptr ? "NULL" : reinterpret_cast<const char*>(text);
}

int
SqliteStatement::GetColumnCount() const
{
    return sqlite3_column_count(m_statement);
}

void
SqliteStatement::Check(int result)
{
    if (result != SQLITE_OK)
    {
        m_database.Fail("execute \"" + m_sql.substr(0, m_sql.find('(')) + "\"");
    }
}

} // namespace ns3::azure
