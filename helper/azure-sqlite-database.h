// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SQLITE_DATABASE_H
#define AZURE_SQLITE_DATABASE_H

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace ns3::azure
{

/**
 * @ingroup azure-helper
 * @brief An open SQLite database; its source is the one file that includes sqlite3.h.
 *
 * Rows are written in batches: the first row begins a transaction, which is committed after
 * MAX_BATCH_ROWS rows, and by any row that comes MAX_BATCH_AGE of wall-clock time or more after
 * the last commit.  So a killed program loses about a second of rows and no more, and the reader
 * finds whole rows only.  When commits happen does not change what the database holds.
 *
 * The rollback journal (journal_mode DELETE, synchronous FULL) is kept rather than a write-ahead
 * log: the file is complete by itself at every commit, also on a network file system, and there
 * are no side files once it is closed.  The price is that a reader who keeps a query open while
 * the run commits holds it up, at most for BUSY_TIMEOUT.
 *
 * Errors: everything that SQLite refuses ends the program.  One line on standard error names the
 * file, what was tried, and SQLite's own text; what was committed before stays readable; a file
 * that was new and has no commit yet is removed; the exit status is 1.
 */
class SqliteDatabase
{
  public:
    /// Rows after which a batch is committed.
    static constexpr uint32_t MAX_BATCH_ROWS = 10000;
    /// Wall-clock time after which a batch is committed.
    static constexpr std::chrono::milliseconds MAX_BATCH_AGE{1000};
    /// Wall-clock time to wait for the locks of other processes.
    static constexpr std::chrono::milliseconds BUSY_TIMEOUT{5000};

    /// What the database is opened for.
    enum class Mode : uint8_t
    {
        Read,  //!< the file must exist
        Write, //!< reading and writing; the file is made if it does not exist
    };

    /// The two numbers in a database's header that tell whose it is.
    struct Identity
    {
        uint32_t applicationId{0}; //!< SQLite's application_id
        uint32_t userVersion{0};   //!< SQLite's user_version
    };

    /**
     * @brief Open a database.
     * @param path the file; relative to the working folder, never a URI or ":memory:"
     * @param mode what for
     */
    explicit SqliteDatabase(const std::string& path, Mode mode = Mode::Write);

    /// Commits the batch and closes the file.  Every statement must be gone before.
    ~SqliteDatabase();

    SqliteDatabase(const SqliteDatabase&) = delete;
    SqliteDatabase& operator=(const SqliteDatabase&) = delete;

    /**
     * @brief Make the tables of another database readable; not within a transaction.
     * @param path its file, which must exist, and which is never written
     * @param schema name to put before its tables' names, as in "old.run"
     */
    void Attach(const std::string& path, const std::string& schema);

    /// Carry out one or more statements that return no rows.
    void Execute(const std::string& sql);

    /// @return every row of a query, every value as text; "NULL" for NULL
    std::vector<std::vector<std::string>> Query(const std::string& sql);

    /// @return the first value of a query's first row, or nothing if there is no row or it is NULL
    std::optional<int64_t> QueryInteger(const std::string& sql);

    /// Begin a transaction that has the right to write, unless one is open.
    void Begin();

    /// Commit the open transaction, if there is one.
    void Commit();

    /// To be called after each row written between Begin() and Commit(): ends a batch that is due.
    void CountRow();

    /**
     * @brief Set what to do to the database before an error ends the program.
     * @param sql carried out after the open transaction is rolled back; its own errors are ignored
     */
    void SetLastWords(const std::string& sql);

    /**
     * @brief End the program because of SQLite's latest error.
     * @param attempt completes "cannot ..."
     */
    [[noreturn]] void Fail(const std::string& attempt);

    /// Why a database cannot be written, or read.
    struct Refusal
    {
        std::string reason;   //!< in words
        bool isLocked{false}; //!< somebody else writes to it: it may be free later
        std::optional<uint32_t>
            version{}; //!< its user_version, if only that is not the allowed one
    };

    /**
     * @brief Look whether a database can be written at a path; leaves everything as it was.
     * @param path as for the constructor
     * @param allowed what an existing file must be; an empty file counts as a new one
     * @param patience wall-clock time to wait for the locks of others
     * @return nothing, or why not
     */
    static std::optional<Refusal> Validate(const std::string& path,
                                           Identity allowed,
                                           std::chrono::milliseconds patience = BUSY_TIMEOUT);

    /**
     * @brief Look whether a file can be read as it is, without a change to it or beside it.
     * @param path as for the constructor
     * @param allowed what it must be; an empty file is none
     * @return nothing, or why not
     */
    static std::optional<Refusal> ValidateUnchanged(const std::string& path, Identity allowed);

    /// @return why there can be no new file at a path, or nothing; leaves everything as it was
    static std::optional<std::string> ValidateNewFile(const std::string& path);

  private:
    friend class SqliteStatement;

    sqlite3* m_handle{nullptr};    //!< SQLite's connection; owned
    std::string m_path;            //!< the file, absolute
    bool m_isNew{false};           //!< this object made the file, and nothing is committed yet
    bool m_isInTransaction{false}; //!< a transaction is open
    uint32_t m_batchRows{0};       //!< rows written since the last commit
    std::chrono::steady_clock::time_point m_lastCommit; //!< when
    std::string m_lastWords;                            //!< see SetLastWords()
};

/**
 * @ingroup azure-helper
 * @brief A prepared statement, bound from its first parameter to its last, then executed.
 *
 * Errors end the program as those of SqliteDatabase do.  The database must outlive the statement.
 */
class SqliteStatement
{
  public:
    /// Compile one SQL statement, to be executed many times.
    SqliteStatement(SqliteDatabase& database, const std::string& sql);
    ~SqliteStatement();

    SqliteStatement(const SqliteStatement&) = delete;
    SqliteStatement& operator=(const SqliteStatement&) = delete;

    /// Bind a number to the next parameter.
    SqliteStatement& Bind(int64_t value);
    /// Bind a floating-point number to the next parameter.
    SqliteStatement& BindReal(double value);
    /// Bind a copy of a text to the next parameter.
    SqliteStatement& Bind(std::string_view value);
    /// Bind a text that lives as long as the statement to the next parameter.
    SqliteStatement& BindStatic(std::string_view value);
    /// Bind NULL to the next parameter.
    SqliteStatement& BindNull();

    /// Execute an INSERT, UPDATE or DELETE whose parameters are all bound; unbinds them.
    void Execute();

    /// Advance to the next row of a query.  @return whether there is one
    bool Step();
    /// @return the value of a column of the current row as text; "NULL" for NULL
    std::string GetText(int column) const;
    /// @return the number of columns of a row
    int GetColumnCount() const;

  private:
    /// Bytes of short texts that are kept here for a row, so that SQLite need not allocate them.
    static constexpr std::size_t TEXT_BYTES = 128;

    /// End the program if a call's result is not the one for success.
    void Check(int result);

    SqliteDatabase& m_database;           //!< where it is executed
    sqlite3_stmt* m_statement{nullptr};   //!< SQLite's statement; owned
    std::string m_sql;                    //!< for error messages
    int m_parameters{0};                  //!< how many there are
    int m_bound{0};                       //!< how many of them are bound
    std::array<char, TEXT_BYTES> m_texts; //!< copies of texts that are bound
    std::size_t m_textBytes{0};           //!< bytes of them
};

} // namespace ns3::azure

#endif // AZURE_SQLITE_DATABASE_H
