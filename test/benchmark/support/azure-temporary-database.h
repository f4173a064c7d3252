// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TEMPORARY_DATABASE_H
#define AZURE_TEMPORARY_DATABASE_H

#include <filesystem>
#include <string>
#include <unistd.h>

namespace ns3::azure
{

/// A name for a trace database in the system's folder for temporary files; removed in the end.
class TemporaryDatabase
{
  public:
    TemporaryDatabase()
        : m_path(std::filesystem::temp_directory_path() /
                 ("azure-benchmark-" + std::to_string(getpid()) + ".db"))
    {
        Remove();
    }

    ~TemporaryDatabase()
    {
        Remove();
    }

    TemporaryDatabase(const TemporaryDatabase&) = delete;
    TemporaryDatabase& operator=(const TemporaryDatabase&) = delete;

    /// @return the file, which is there once somebody has made it
    std::string GetPath() const
    {
        return m_path.string();
    }

    /// @return bytes of the file; 0 if there is none
    double GetSize() const
    {
        std::error_code error;
        const auto size = std::filesystem::file_size(m_path, error);
        return error ? 0 : static_cast<double>(size);
    }

    /// Remove the file, so that another one can be made.
    void Remove() const
    {
        std::error_code ignored;
        for (const auto* ending : {"", "-journal", "-wal", "-shm"})
        {
            std::filesystem::remove(m_path.string() + ending, ignored);
        }
    }

  private:
    std::filesystem::path m_path; //!< the file
};

} // namespace ns3::azure

#endif // AZURE_TEMPORARY_DATABASE_H
