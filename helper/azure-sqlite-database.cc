// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-sqlite-database.h"

#include "ns3/abort.h"
#include "ns3/fatal-impl.h"

#include <algorithm>
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
constexpr std::size_t PAGE_SIZE_OFFSET = 16;
constexpr std::size_t JOURNAL_KIND_OFFSET = 19;
constexpr std::size_t CHANGES_OFFSET = 24;
constexpr std::size_t PAGES_OFFSET = 28;
constexpr std::size_t USER_VERSION_OFFSET = 60;
constexpr std::size_t APPLICATION_ID_OFFSET = 68;
constexpr std::size_t PAGES_VALID_FOR_OFFSET = 92;
constexpr std::size_t HEADER_SIZE = 100;
constexpr char WRITE_AHEAD_LOG = 2; // JOURNAL_KIND_OFFSET

using Header = std::array<char, HEADER_SIZE>;

/// @return the big-endian number of some bytes at an offset of a header
uint32_t
ReadNumber(const Header& header, std::size_t offset, std::size_t bytes = 4)
{
    uint32_t number = 0;
    for (std::size_t i = offset; i < offset + bytes; ++i)
    {
        number = (number << 8) | static_cast<unsigned char>(header[i]);
    }
    return number;
}

/// @return the name of the file that SQLite keeps while it writes; it is beside the file to which
///         a link leads
std::string
GetJournalName(const std::string& path)
{
    std::error_code error;
    const auto file = fs::weakly_canonical(path, error);
    return (error ? path : file.string()) + "-journal";
}

/// @return whether SQLite would put the file in order by its journal before it reads it.  One that
///         begins with a zero was never complete, and nothing of its changes is in the file:
///         https://www.sqlite.org/fileformat.html, 3.
bool
HasHotJournal(const std::string& path)
{
    std::ifstream journal(GetJournalName(path), std::ios::binary);
    const auto first = journal.get();
    return first != std::ifstream::traits_type::eof() && first != 0;
}

/// @return the bytes that the header tells of; 0 if it does not
uint64_t
GetWholeSize(const Header& header)
{
    if (ReadNumber(header, CHANGES_OFFSET) != ReadNumber(header, PAGES_VALID_FOR_OFFSET))
    {
        return 0;
    }
    const auto pageSize = ReadNumber(header, PAGE_SIZE_OFFSET, 2);
    return ReadNumber(header, PAGES_OFFSET) * uint64_t{pageSize == 1 ? 65536 : pageSize};
}

/// A file with a hot journal has not been put in order yet, and may then have any size.
std::optional<std::string>
ValidateSize(const std::string& path, const Header& header)
{
    const auto size = fs::file_size(path);
    const auto whole = GetWholeSize(header);
    if (size >= whole || HasHotJournal(path))
    {
        return std::nullopt;
    }
    return "the file is cut off: it has " + std::to_string(size) + " of " + std::to_string(whole) +
           " bytes";
}

/// @return whether there is a header; else the reason, which is empty for an empty file
std::optional<std::string>
ReadHeader(const std::string& path, Header& header)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
    {
        return std::string("the file cannot be read: ") + std::strerror(errno);
    }
    file.read(header.data(), header.size());
    const auto size = static_cast<std::size_t>(file.gcount());
    const auto magic = std::min(size, HEADER_MAGIC.size());
    if (std::string_view(header.data(), magic) != HEADER_MAGIC.substr(0, magic))
    {
        return "the file is not a database of azure-net";
    }
    if (size == HEADER_SIZE)
    {
        return std::nullopt;
    }
    return size == 0 ? "" : "the file is cut off: it has " + std::to_string(size) + " bytes";
}

/// What a header tells; SQLite is not asked, as it may write to a database that it only opens.
std::optional<SqliteDatabase::Refusal>
ValidateIdentity(const std::string& path,
                 const Header& header,
                 const SqliteDatabase::Identity& allowed)
{
    if (ReadNumber(header, APPLICATION_ID_OFFSET) != allowed.applicationId)
    {
        return SqliteDatabase::Refusal{"the file is not a database of azure-net"};
    }
    const auto version = ReadNumber(header, USER_VERSION_OFFSET);
    if (version != allowed.userVersion)
    {
        return SqliteDatabase::Refusal{"the database has the schema version " +
                                           std::to_string(version) + ", not " +
                                           std::to_string(allowed.userVersion),
                                       false,
                                       version};
    }
    const auto problem = ValidateSize(path, header);
    return problem ? std::optional(SqliteDatabase::Refusal{*problem}) : std::nullopt;
}

/// @return why the file is not an ordinary one, if it is not
std::optional<std::string>
ValidateKind(const fs::file_status& status, const std::error_code& error)
{
    if (status.type() == fs::file_type::not_found)
    {
        return "there is no such file";
    }
    if (error)
    {
        return error.message();
    }
    if (status.type() != fs::file_type::regular)
    {
        return fs::is_directory(status) ? "it is a folder" : "it is not an ordinary file";
    }
    return std::nullopt;
}

/// @return the refusal for a reason, if there is one
std::optional<SqliteDatabase::Refusal>
Refuse(const std::optional<std::string>& reason)
{
    return reason ? std::optional(SqliteDatabase::Refusal{*reason}) : std::nullopt;
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
    // The path is absolute, and so no URI; the name of an attached file is one.
    if (sqlite3_open_v2(m_path.c_str(),
                        &m_handle,
                        flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI,
                        nullptr) != SQLITE_OK)
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
SqliteDatabase::Attach(const std::string& path, const std::string& schema)
{
    std::string uri = "file:";
    for (const char c : fs::absolute(path).string())
    {
        // What has a meaning in a URI, but for the slashes.
        uri += c == '%' ? "%25" : (c == '?' ? "%3f" : (c == '#' ? "%23" : std::string(1, c)));
    }
    SqliteStatement attach(*this, "ATTACH ? AS " + schema);
    attach.Bind(uri + "?mode=ro").Execute();
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
        unlink(GetJournalName(m_path).c_str());
    }
    FatalImpl::FlushStreams();
    std::cerr << "azure-net: database '" << m_path << "': cannot " << attempt << ": " << reason
              << std::endl;
    std::exit(EXIT_FAILURE);
}

std::optional<std::string>
SqliteDatabase::ValidateNewFile(const std::string& path)
{
    // Makes the file and removes it again: nothing else tells for certain that it can be made.
    const int file = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    if (file < 0)
    {
        return std::string("the file cannot be made: ") + std::strerror(errno);
    }
    close(file);
    unlink(path.c_str());
    return std::nullopt;
}

std::optional<SqliteDatabase::Refusal>
SqliteDatabase::Validate(const std::string& path,
                         Identity allowed,
                         std::chrono::milliseconds patience)
{
    if (path.empty())
    {
        return Refuse("the name is empty");
    }
    const auto absolute = fs::absolute(path).string();
    std::error_code error;
    const auto status = fs::status(absolute, error);
    if (status.type() == fs::file_type::not_found)
    {
        return Refuse(ValidateNewFile(absolute));
    }
    Header header{};
    auto problem = ValidateKind(status, error);
    problem = problem ? problem : ReadHeader(absolute, header);
    if (problem && !problem->empty())
    {
        return Refuse(problem);
    }
    const auto refusal = problem ? std::nullopt : ValidateIdentity(absolute, header, allowed);
    return refusal ? refusal : ValidateLocks(absolute, patience);
}

std::optional<SqliteDatabase::Refusal>
SqliteDatabase::ValidateUnchanged(const std::string& path, Identity allowed)
{
    const auto absolute = fs::absolute(path).string();
    std::error_code error;
    const auto status = fs::status(absolute, error);
    Header header{};
    auto problem = ValidateKind(status, error);
    problem = problem ? problem : ReadHeader(absolute, header);
    if (problem)
    {
        return Refuse(problem->empty() ? "the file is empty" : *problem);
    }
    if (const auto refusal = ValidateIdentity(absolute, header, allowed))
    {
        return refusal;
    }
    // SQLite would write to either, or fail.
    if (header[JOURNAL_KIND_OFFSET] == WRITE_AHEAD_LOG)
    {
        return Refuse("it has a write-ahead log; sqlite3 '" + path +
                      "' 'PRAGMA journal_mode = DELETE' ends that");
    }
    if (HasHotJournal(absolute))
    {
        return Refuse("a program is writing to it, or was killed when it did; then sqlite3 '" +
                      path + "' 'SELECT COUNT(*) FROM run' puts it in order");
    }
    return std::nullopt;
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
    if (m_textBytes + value.size() <= TEXT_BYTES)
    {
        char* copy = m_texts.data() + m_textBytes;
        m_textBytes += value.copy(copy, value.size());
        return BindStatic({copy, value.size()});
    }
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
    m_textBytes = 0;
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
