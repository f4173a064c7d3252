// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_COMPRESSED_FILE_H
#define AZURE_COMPRESSED_FILE_H

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace ns3::azure
{

/**
 * @ingroup azure-helper
 * @brief A file that is written once, from beginning to end; compressed if its name ends in ".gz".
 *
 * It is compressed while it is written, so that the disk never holds more than the result; a
 * compressed file takes 64 KiB of memory while it is open.  A file of that name is replaced.
 *
 * Errors (a full disk) end the program with a line that names the file.
 */
class CompressedFile
{
  public:
    /// @param path the file, whose folder has to be there
    explicit CompressedFile(const std::string& path);
    /// Completes the file.
    ~CompressedFile();

    CompressedFile(const CompressedFile&) = delete;
    CompressedFile& operator=(const CompressedFile&) = delete;

    /// Append bytes.
    void Write(const void* bytes, std::size_t size);
    /// Append a text.
    void Write(const std::string& text);

    /// @return why a file of that name cannot be made, or nothing; nothing is left behind
    static std::optional<std::string> Validate(const std::string& path);

  private:
    struct Stream;
    std::string m_path;               //!< the file
    std::unique_ptr<Stream> m_stream; //!< compresses what the file gets
};

} // namespace ns3::azure

#endif // AZURE_COMPRESSED_FILE_H
