// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HTTP_MESSAGE_H
#define AZURE_HTTP_MESSAGE_H

#include "ns3/ipv4-address.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

/**
 * @file
 * @brief As much of HTTP/1.1 (RFC 9112) as health probes need.
 */
namespace ns3::azure
{

/// Longest status line that is waited for, in characters; our choice.
constexpr std::size_t MAX_HTTP_STATUS_LINE = 1024;

/// Status code of what is well.
constexpr uint16_t HTTP_STATUS_OK = 200;

/// What ends the header of a request or a response.
constexpr const char* HTTP_HEADER_END = "\r\n\r\n";

/**
 * @brief Write a health probe's request; what Azure's looks like is not documented: our choice.
 * @param path what to GET
 * @param host the Host header's address
 * @param port the Host header's port
 */
std::string MakeHttpRequest(const std::string& path, Ipv4Address host, uint16_t port);

/// @brief Write a response without content.
/// @param statusCode 100 to 999
std::string MakeHttpResponse(uint16_t statusCode);

/// How much of a response's status line has come.
enum class HttpStatusLine : uint8_t
{
    Unfinished, //!< so far it can become one
    Complete,   //!< here it is
    Malformed,  //!< this is no HTTP
};

/// The beginning of a response.
struct HttpStatus
{
    HttpStatusLine line{HttpStatusLine::Unfinished}; //!< how much has come
    uint16_t code{0};                                //!< 100 to 999 if complete
};

/// @brief Read the status line of a response, as far as it has come.
/// @param text the response from its beginning
HttpStatus ReadHttpStatus(const std::string& text);

} // namespace ns3::azure

#endif // AZURE_HTTP_MESSAGE_H
