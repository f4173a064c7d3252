// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-http-message.h"

#include "azure-parse.h"
#include "azure-text-fields.h"

#include <algorithm>
#include <string_view>

namespace ns3::azure
{

namespace
{

constexpr std::string_view VERSION = "HTTP/1."; //!< of responses, but for the last digit
constexpr const char* LINE_END = "\r\n";

} // namespace

std::string
MakeHttpRequest(const std::string& path, Ipv4Address host, uint16_t port)
{
    return "GET " + path + " HTTP/1.1" + LINE_END + "Host: " + GetText(host) + ":" +
           std::to_string(port) + LINE_END + "Connection: close" + HTTP_HEADER_END;
}

std::string
MakeHttpResponse(uint16_t statusCode)
{
    // The reason may be empty, but not the space before it (RFC 9112, section 4).
    return std::string(VERSION) + "1 " + std::to_string(statusCode) + " " + LINE_END +
           "Content-Length: 0" + LINE_END + "Connection: close" + HTTP_HEADER_END;
}

HttpStatus
ReadHttpStatus(const std::string& text)
{
    const auto end = text.find(LINE_END);
    const auto line = text.substr(0, end);
    const auto known = std::min(line.size(), VERSION.size());
    if (line.compare(0, known, VERSION, 0, known) != 0 || line.size() > MAX_HTTP_STATUS_LINE)
    {
        return {HttpStatusLine::Malformed};
    }
    if (end == std::string::npos)
    {
        return {};
    }
    // HTTP/1.1 200 OK: a digit, a space, three digits, and a space if there is more
    constexpr std::size_t CODE_DIGITS = 3;
    const auto codeAt = VERSION.size() + 2;
    const auto codeEnd = codeAt + CODE_DIGITS;
    if (line.size() < codeEnd || line[codeAt - 1] != ' ' ||
        (line.size() > codeEnd && line[codeEnd] != ' '))
    {
        return {HttpStatusLine::Malformed};
    }
    const auto minor = ParseUnsigned(line.substr(VERSION.size(), 1));
    const auto code = ParseUnsigned(line.substr(codeAt, CODE_DIGITS));
    constexpr uint32_t LOWEST_CODE = 100;
    if (!minor || !code || *code < LOWEST_CODE)
    {
        return {HttpStatusLine::Malformed};
    }
    return {HttpStatusLine::Complete, static_cast<uint16_t>(*code)};
}

} // namespace ns3::azure
