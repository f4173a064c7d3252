// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-slb-message.h"

#include "azure-byte-codec.h"
#include "azure-slb-message-fields.h"
#include "azure-text-fields.h"

#include "ns3/abort.h"

#include <array>
#include <utility>

namespace ns3::azure
{

namespace
{

constexpr uint32_t MAGIC = 0x61534c42; //!< "aSLB"
constexpr uint8_t VERSION = 1;

/// What SlbMessage::body is.
using Body = decltype(SlbMessage::body);

/// Appends fields to a message.
class Writer : public ByteWriter
{
  public:
    static constexpr bool IS_READER = false; //!< see Exchanged

    void operator()(bool value)
    {
        PutByte(value);
    }

    void operator()(uint8_t value)
    {
        Put8(value);
    }

    void operator()(uint16_t value)
    {
        Put16(value);
    }

    void operator()(uint32_t value)
    {
        Put32(value);
    }

    void operator()(uint64_t value)
    {
        Put64(value);
    }

    void operator()(Time time)
    {
        Put64(static_cast<uint64_t>(time.GetNanoSeconds()));
    }

    void operator()(Ipv4Address address)
    {
        Put32(address.Get());
    }

    void operator()(const PortRange& ports)
    {
        Put16(ports.first);
        Put16(ports.last);
    }

    void operator()(const Profile& profile)
    {
        PutText(azure::GetText(profile));
    }

    template <typename T>
    void operator()(const std::optional<T>& value)
    {
        PutByte(value.has_value());
        if (value)
        {
            (*this)(*value);
        }
    }

    /// A part that has fields of its own.
    template <typename T>
    void operator()(const T& part)
    {
        Exchange(*this, part);
    }

    template <typename E>
    void Enumeration(E value, E /* last */)
    {
        PutByte(value);
    }

    void Text(const std::string& text, std::size_t most)
    {
        PutText(text, most);
    }

    template <typename T>
    void List(const std::vector<T>& list, std::size_t most)
    {
        PutCount16(list.size(), most);
        for (const auto& each : list)
        {
            (*this)(each);
        }
    }

    void Require(bool isTrue, const char* otherwise)
    {
        NS_ABORT_MSG_UNLESS(isTrue, otherwise);
    }
};

/// Takes fields from a message.
class Reader : public ByteReader
{
  public:
    static constexpr bool IS_READER = true; //!< see Exchanged

    using ByteReader::ByteReader;

    void operator()(bool& value)
    {
        value = GetByte(true);
    }

    void operator()(uint8_t& value)
    {
        value = Get8();
    }

    void operator()(uint16_t& value)
    {
        value = Get16();
    }

    void operator()(uint32_t& value)
    {
        value = Get32();
    }

    void operator()(uint64_t& value)
    {
        value = Get64();
    }

    void operator()(Time& time)
    {
        time = NanoSeconds(Get64());
    }

    void operator()(Ipv4Address& address)
    {
        address = Ipv4Address(Get32());
    }

    void operator()(PortRange& ports)
    {
        ports.first = Get16();
        ports.last = Get16();
        m_good = m_good && ports.first <= ports.last;
    }

    void operator()(Profile& profile)
    {
        const auto text = GetText();
        const auto parsed = ParseProfile(text);
        m_good = m_good && parsed.profile && azure::GetText(*parsed.profile) == text;
        profile = parsed.profile.value_or(Profile());
    }

    template <typename T>
    void operator()(std::optional<T>& value)
    {
        value.reset();
        if (GetByte(true))
        {
            (*this)(value.emplace());
        }
    }

    /// A part that has fields of its own.
    template <typename T>
    void operator()(T& part)
    {
        Exchange(*this, part);
    }

    template <typename E>
    void Enumeration(E& value, E last)
    {
        value = GetByte(last);
    }

    void Text(std::string& text, std::size_t most)
    {
        text = GetText(most);
    }

    template <typename T>
    void List(std::vector<T>& list, std::size_t most)
    {
        for (auto rest = GetCount16(most); rest > 0 && m_good; --rest)
        {
            (*this)(list.emplace_back());
        }
    }

    void Require(bool isTrue, const char* /* otherwise */)
    {
        m_good = m_good && isTrue;
    }
};

/// @return the body whose type has that position in the variant, or a later one; nothing if there
/// is none
template <std::size_t POSITION = 0>
std::optional<Body>
ReadBody(Reader& reader, std::size_t kind)
{
    if constexpr (POSITION < std::variant_size_v<Body>)
    {
        if (kind != POSITION)
        {
            return ReadBody<POSITION + 1>(reader, kind);
        }
        std::variant_alternative_t<POSITION, Body> body;
        reader(body);
        return body;
    }
    return std::nullopt;
}

} // namespace

std::vector<uint8_t>
Encode(const SlbMessage& message)
{
    Writer writer;
    writer.Put32(MAGIC);
    writer.Put8(VERSION);
    writer.Put8(static_cast<uint8_t>(message.body.index()));
    writer.Put32(message.transaction);
    std::visit([&writer](const auto& body) { writer(body); }, message.body);
    return std::move(writer.GetBytes());
}

std::optional<SlbMessage>
DecodeSlbMessage(const std::vector<uint8_t>& bytes)
{
    Reader reader(bytes);
    if (reader.Get32() != MAGIC || reader.Get8() != VERSION)
    {
        return std::nullopt;
    }
    const auto kind = reader.Get8();
    const auto transaction = reader.Get32();
    auto body = ReadBody(reader, kind);
    if (!body || !reader.IsDone())
    {
        return std::nullopt;
    }
    return SlbMessage{transaction, std::move(*body)};
}

const char*
GetKind(const SlbMessage& message)
{
    // in the order of the variant
    constexpr std::array<const char*, 16> KINDS{"acknowledge",
                                                "program-network-interface",
                                                "program-public-endpoints",
                                                "goal-state-part",
                                                "program-inbound-endpoints",
                                                "program-health-probe",
                                                "report-health",
                                                "program-members",
                                                "request-program",
                                                "program-complete",
                                                "program-snat-ports",
                                                "request-snat-ports",
                                                "return-snat-ports",
                                                "withdraw-public-endpoints",
                                                "report-overload",
                                                "program-frontend"};
    static_assert(KINDS.size() == std::variant_size_v<decltype(SlbMessage::body)>);
    return KINDS[message.body.index()];
}

} // namespace ns3::azure
