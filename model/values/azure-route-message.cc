// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-route-message.h"

#include "azure-byte-codec.h"

#include "ns3/abort.h"

#include <limits>
#include <utility>

namespace ns3::azure
{

namespace
{

constexpr uint32_t MAGIC = 0x61525445; //!< "aRTE"
constexpr uint8_t VERSION = 1;

/// Which body follows: the position of its type in RouteMessage.
enum class BodyKind : uint8_t
{
    AnnounceRoutes,
    WithdrawRoutes,
};

/// @return whether a message can carry that many prefixes
constexpr bool
IsCountAllowed(std::size_t count)
{
    return 1 <= count && count <= MAX_PREFIXES_PER_MESSAGE;
}

/// Appends to a message.
class Writer : public ByteWriter
{
  public:
    void Put(const AnnounceRoutes& body)
    {
        const auto milliseconds = body.holdTime.GetMilliSeconds();
        NS_ABORT_MSG_IF(milliseconds < 1 || milliseconds > std::numeric_limits<uint32_t>::max() ||
                            MilliSeconds(milliseconds) != body.holdTime,
                        "holdTime: '" << body.holdTime.As(Time::MS)
                                      << "' is not allowed; give whole milliseconds, 1 to 2^32-1");
        Put32(static_cast<uint32_t>(milliseconds));
        Put(body.prefixes);
    }

    void Put(const WithdrawRoutes& body)
    {
        Put(body.prefixes);
    }

    void Put(const std::vector<AddressPrefix>& prefixes)
    {
        NS_ABORT_MSG_UNLESS(IsCountAllowed(prefixes.size()),
                            "prefixes: '" << prefixes.size() << "' is not allowed; give 1 to "
                                          << MAX_PREFIXES_PER_MESSAGE);
        Put16(static_cast<uint16_t>(prefixes.size()));
        for (const auto& prefix : prefixes)
        {
            NS_ABORT_MSG_UNLESS(prefix.IsValid(),
                                "prefix: '" << prefix << "' is not allowed; give one without bits "
                                            << "beyond its length");
            Put8(prefix.length);
            Put32(prefix.network);
        }
    }
};

/// Takes a message apart.
class Reader : public ByteReader
{
  public:
    using ByteReader::ByteReader;

    AnnounceRoutes GetAnnounceRoutes()
    {
        AnnounceRoutes body;
        const auto milliseconds = Get32();
        m_good = m_good && milliseconds > 0;
        body.holdTime = MilliSeconds(milliseconds);
        body.prefixes = GetPrefixes();
        return body;
    }

    WithdrawRoutes GetWithdrawRoutes()
    {
        return {GetPrefixes()};
    }

  private:
    std::vector<AddressPrefix> GetPrefixes()
    {
        std::vector<AddressPrefix> prefixes;
        const auto count = Get16();
        m_good = m_good && IsCountAllowed(count);
        for (auto rest = count; rest > 0 && m_good; --rest)
        {
            auto& prefix = prefixes.emplace_back();
            prefix.length = Get8();
            prefix.network = Get32();
            m_good = m_good && prefix.IsValid();
        }
        return prefixes;
    }
};

} // namespace

std::vector<uint8_t>
Encode(const RouteMessage& message)
{
    Writer writer;
    writer.Put32(MAGIC);
    writer.Put8(VERSION);
    writer.Put8(static_cast<uint8_t>(message.index()));
    std::visit([&writer](const auto& body) { writer.Put(body); }, message);
    return std::move(writer.GetBytes());
}

std::optional<RouteMessage>
DecodeRouteMessage(const std::vector<uint8_t>& bytes)
{
    Reader reader(bytes);
    if (reader.Get32() != MAGIC || reader.Get8() != VERSION)
    {
        return std::nullopt;
    }
    RouteMessage message;
    switch (static_cast<BodyKind>(reader.Get8()))
    {
    case BodyKind::AnnounceRoutes:
        message = reader.GetAnnounceRoutes();
        break;
    case BodyKind::WithdrawRoutes:
        message = reader.GetWithdrawRoutes();
        break;
    default:
        return std::nullopt;
    }
    return reader.IsDone() ? std::optional<RouteMessage>(std::move(message)) : std::nullopt;
}

} // namespace ns3::azure
