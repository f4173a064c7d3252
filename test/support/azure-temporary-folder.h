// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TEMPORARY_FOLDER_H
#define AZURE_TEMPORARY_FOLDER_H

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <vector>

namespace ns3::azure
{

/// A new folder for one test; it is removed with everything in it.
class TemporaryFolder
{
  public:
    TemporaryFolder()
    {
        if (mkdtemp(m_path.data()) == nullptr)
        {
            throw std::runtime_error("cannot make the folder " + m_path);
        }
    }

    ~TemporaryFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }

    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    /// @return the path of a file in it
    std::string operator/(const std::string& name) const
    {
        return m_path + "/" + name;
    }

    /// @return the names of what is in it, sorted
    std::vector<std::string> GetNames() const
    {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(m_path))
        {
            names.push_back(entry.path().filename().string());
        }
        std::sort(names.begin(), names.end());
        return names;
    }

  private:
    std::string m_path{std::filesystem::temp_directory_path() / "azure-net-XXXXXX"}; //!< absolute
};

} // namespace ns3::azure

#endif // AZURE_TEMPORARY_FOLDER_H
