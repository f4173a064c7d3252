// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fuzz-promise.h"
#include "azure-fuzz-target.h"

#include "ns3/azure-http-message.h"
#include "ns3/azure-route-message.h"

#include <algorithm>
#include <cstdint>
#include <variant>
#include <vector>

/**
 * @file
 * @brief What routers hear from muxes, and probers from VMs.
 */
namespace ns3::azure
{

namespace
{

/// Requires what AnnounceRoutes and WithdrawRoutes say of prefixes.
void
RequireSoundPrefixes(const std::vector<AddressPrefix>& prefixes)
{
    Require(!prefixes.empty() && prefixes.size() <= MAX_PREFIXES_PER_MESSAGE,
            "a route message has 1 to 100 prefixes");
    for (const auto& prefix : prefixes)
    {
        RequireSound(prefix);
    }
}

} // namespace

std::vector<std::string>
MakeRouteMessages()
{
    const std::vector<AddressPrefix> some{{0xc6120000, 16}, {0, 0}, {0xc612fffe, 32}};
    const std::vector<AddressPrefix> most(MAX_PREFIXES_PER_MESSAGE, {0xc6120000, 16});
    std::vector<std::string> seeds;
    for (const RouteMessage& message : {RouteMessage(AnnounceRoutes{Seconds(30), some}),
                                        RouteMessage(AnnounceRoutes{MilliSeconds(1), most}),
                                        RouteMessage(WithdrawRoutes{some}),
                                        RouteMessage(WithdrawRoutes{most})})
    {
        const auto bytes = Encode(message);
        seeds.emplace_back(bytes.begin(), bytes.end());
    }
    return seeds;
}

void
CheckRouteMessage(const std::string& input)
{
    const std::vector<uint8_t> bytes(input.begin(), input.end());
    const auto message = DecodeRouteMessage(bytes);
    if (!message)
    {
        return;
    }
    if (const auto* announced = std::get_if<AnnounceRoutes>(&*message))
    {
        Require(announced->holdTime >= MilliSeconds(1), "a route is announced for some time");
        RequireSoundPrefixes(announced->prefixes);
    }
    else
    {
        RequireSoundPrefixes(std::get<WithdrawRoutes>(*message).prefixes);
    }
    Require(Encode(*message) == bytes, "a message is only read from what it is written as");
}

std::vector<std::string>
MakeHttpResponses()
{
    return {MakeHttpResponse(HTTP_STATUS_OK),
            MakeHttpResponse(503),
            "HTTP/1.0 404\r\n",
            "HTTP/1.1 100 \r\n",
            "HTTP/1.1 999 " + std::string(MAX_HTTP_STATUS_LINE, 'a'),
            "HTTP/1.1 2",
            "HTTP/2",
            ""};
}

void
CheckHttpStatus(const std::string& input)
{
    const auto status = ReadHttpStatus(input);
    const bool isComplete = status.line == HttpStatusLine::Complete;
    Require(!isComplete || (status.code >= 100 && status.code <= 999),
            "a status code has three digits");
    Require(status.line != HttpStatusLine::Unfinished || input.size() <= MAX_HTTP_STATUS_LINE + 2,
            "a status line is not waited for without end");
    // As it comes in pieces: what has been decided stays so.
    const std::size_t longest = std::min<std::size_t>(input.size(), 100);
    for (std::size_t size = 0; size < longest; ++size)
    {
        const auto before = ReadHttpStatus(input.substr(0, size));
        Require(before.line == HttpStatusLine::Unfinished ||
                    (before.line == status.line && before.code == status.code),
                "what follows changes nothing in a status line that has been read");
    }
}

} // namespace ns3::azure
