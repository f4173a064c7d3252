// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compressed-file.h"

#include "ns3/fatal-impl.h"

#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <unistd.h>

namespace ns3::azure
{

namespace
{

/// A window of 8 KiB and its tables: packets are like those just before them.
constexpr int WINDOW_BITS = 13;
constexpr int MEMORY_LEVEL = 6;

/// Ends the program with one line, as errors of databases do.
[[noreturn]] void
Fail(const std::string& attempt, const std::string& path)
{
    const std::string reason = std::strerror(errno);
    FatalImpl::FlushStreams();
    std::cerr << "azure-net: cannot " << attempt << " " << path << ": " << reason << "\n";
    std::exit(EXIT_FAILURE);
}

} // namespace

/// What a text goes through.
struct CompressedFile::Stream
{
    std::ofstream file;                         //!< the last stage; outlives the others
    boost::iostreams::filtering_ostream filter; //!< the first one
};

CompressedFile::CompressedFile(const std::string& path)
    : m_path(path),
      m_stream(std::make_unique<Stream>())
{
    namespace io = boost::iostreams;
    m_stream->file.open(path, std::ios::binary | std::ios::trunc);
    if (!m_stream->file)
    {
        Fail("make", path);
    }
    if (std::filesystem::path(path).extension() == ".gz")
    {
        m_stream->filter.push(io::gzip_compressor(io::gzip_params(io::zlib::default_compression,
                                                                  io::zlib::deflated,
                                                                  WINDOW_BITS,
                                                                  MEMORY_LEVEL)));
    }
    m_stream->filter.push(m_stream->file);
}

CompressedFile::~CompressedFile()
{
    m_stream->filter.reset();
    m_stream->file.close();
    if (!m_stream->file)
    {
        Fail("write", m_path);
    }
}

void
CompressedFile::Write(const void* bytes, std::size_t size)
{
    m_stream->filter.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
    if (!m_stream->filter || !m_stream->file)
    {
        Fail("write", m_path);
    }
}

void
CompressedFile::Write(const std::string& text)
{
    Write(text.data(), text.size());
}

std::optional<std::string>
CompressedFile::Validate(const std::string& path)
{
    std::error_code error;
    const std::filesystem::path file(path);
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    if (!std::filesystem::is_directory(folder, error))
    {
        return "there is no folder " + folder.string();
    }
    if (std::filesystem::is_directory(file, error))
    {
        return path + " is a folder";
    }
    const bool exists = std::filesystem::exists(file, error);
    if (access((exists ? file : folder).c_str(), W_OK) != 0)
    {
        return path + " cannot be written: " + std::strerror(errno);
    }
    return std::nullopt;
}

} // namespace ns3::azure
