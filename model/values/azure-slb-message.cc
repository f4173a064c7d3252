// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-slb-message.h"

#include "azure-byte-codec.h"

#include "ns3/abort.h"

#include <limits>
#include <sstream>
#include <string>
#include <utility>

namespace ns3::azure
{

namespace
{

constexpr uint32_t MAGIC = 0x61534c42; //!< "aSLB"
constexpr uint8_t VERSION = 1;
constexpr std::size_t MAX_COUNT = std::numeric_limits<uint16_t>::max(); //!< of list or text

/// Which body follows: the position of its type in SlbMessage::body.
enum class BodyKind : uint8_t
{
    Acknowledge,
    ProgramNetworkInterface,
    ProgramPublicEndpoints,
    GoalStatePart,
};

/// An instruction to use the own public address must name it.
bool
IsConsistent(const ProgramNetworkInterface& body)
{
    return body.method != OutboundMethod::InstanceLevelPublicIp || body.instanceLevelPublicIp;
}

/// A part must be one of the parts.
bool
IsConsistent(const GoalStatePart& body)
{
    return body.part < body.parts;
}

/// Appends to a message.
class Writer : public ByteWriter
{
  public:
    void PutCount(std::size_t count, std::size_t most)
    {
        NS_ABORT_MSG_IF(count > most, count << " do not fit a message, but " << most << " do");
        Put16(static_cast<uint16_t>(count));
    }

    void PutPorts(Ipv4Address address, const PortRange& ports)
    {
        Put32(address.Get());
        Put16(ports.first);
        Put16(ports.last);
    }

    void Put(const Acknowledge& /* body */)
    {
    }

    void Put(const ProgramNetworkInterface& body)
    {
        NS_ABORT_MSG_UNLESS(IsConsistent(body), "the instance-level public IP is missing");
        Put32(body.networkInterface);
        Put8(static_cast<uint8_t>(body.method));
        Put8(body.instanceLevelPublicIp ? 1 : 0);
        if (body.instanceLevelPublicIp)
        {
            Put32(body.instanceLevelPublicIp->Get());
        }
        PutCount(body.blocks.size(), MAX_COUNT);
        for (const auto& block : body.blocks)
        {
            PutPorts(block.publicAddress, block.ports);
        }
        std::ostringstream profile;
        profile << body.profile;
        const auto text = profile.str();
        PutCount(text.size(), MAX_COUNT);
        m_bytes.insert(m_bytes.end(), text.begin(), text.end());
    }

    void Put(const ProgramPublicEndpoints& body)
    {
        PutCount(body.endpoints.size(), MAX_ENDPOINTS_PER_MESSAGE);
        for (const auto& endpoint : body.endpoints)
        {
            PutPorts(endpoint.publicAddress, endpoint.ports);
            Put32(endpoint.host.Get());
        }
    }

    template <typename Body>
    void Put(const Body& /* body */)
    {
        NS_ABORT_MSG("this body is not written yet");
    }

    void Put(const GoalStatePart& body)
    {
        NS_ABORT_MSG_UNLESS(IsConsistent(body),
                            "there is no part " << body.part << " of " << body.parts);
        Put32(body.generation);
        Put16(body.part);
        Put16(body.parts);
        PutCount(body.bytes.size(), MAX_BYTES_PER_PART);
        m_bytes.insert(m_bytes.end(), body.bytes.begin(), body.bytes.end());
    }
};

/// Takes a message apart.
class Reader : public ByteReader
{
  public:
    using ByteReader::ByteReader;

    /// @return whether nothing was wrong and nothing is left
    bool IsDone() const
    {
        return IsGood() && IsAtEnd();
    }

    /// @return a byte that must not be above the largest allowed
    uint8_t GetUpTo(uint8_t largest)
    {
        const auto value = Get8();
        m_good = m_good && value <= largest;
        return value;
    }

    Ipv4Address GetAddress()
    {
        return Ipv4Address(Get32());
    }

    PortRange GetPorts()
    {
        PortRange ports;
        ports.first = Get16();
        ports.last = Get16();
        m_good = m_good && ports.first <= ports.last;
        return ports;
    }

    Profile GetProfile()
    {
        std::string text;
        for (auto rest = Get16(); rest > 0 && m_good; --rest)
        {
            text += static_cast<char>(Get8());
        }
        const auto parsed = ParseProfile(text);
        std::ostringstream canonical;
        if (parsed.profile)
        {
            canonical << *parsed.profile;
        }
        m_good = m_good && parsed.profile && canonical.str() == text;
        return parsed.profile.value_or(Profile());
    }

    ProgramNetworkInterface GetProgramNetworkInterface()
    {
        ProgramNetworkInterface body;
        body.networkInterface = Get32();
        constexpr auto LAST_METHOD = static_cast<uint8_t>(OutboundMethod::None);
        body.method = static_cast<OutboundMethod>(GetUpTo(LAST_METHOD));
        if (GetUpTo(1) == 1)
        {
            body.instanceLevelPublicIp = GetAddress();
        }
        for (auto rest = Get16(); rest > 0 && m_good; --rest)
        {
            auto& block = body.blocks.emplace_back();
            block.publicAddress = GetAddress();
            block.ports = GetPorts();
        }
        body.profile = GetProfile();
        m_good = m_good && IsConsistent(body);
        return body;
    }

    ProgramPublicEndpoints GetProgramPublicEndpoints()
    {
        ProgramPublicEndpoints body;
        const auto count = Get16();
        m_good = m_good && count <= MAX_ENDPOINTS_PER_MESSAGE;
        for (auto rest = count; rest > 0 && m_good; --rest)
        {
            auto& endpoint = body.endpoints.emplace_back();
            endpoint.publicAddress = GetAddress();
            endpoint.ports = GetPorts();
            endpoint.host = GetAddress();
        }
        return body;
    }

    GoalStatePart GetGoalStatePart()
    {
        GoalStatePart body;
        body.generation = Get32();
        body.part = Get16();
        body.parts = Get16();
        const auto count = Get16();
        m_good = m_good && IsConsistent(body) && count <= MAX_BYTES_PER_PART;
        for (auto rest = count; rest > 0 && m_good; --rest)
        {
            body.bytes.push_back(Get8());
        }
        return body;
    }
};

} // namespace

std::vector<uint8_t>
Encode(const SlbMessage& message)
{
    Writer writer;
    writer.Put32(MAGIC);
    writer.Put8(VERSION);
    writer.Put8(static_cast<uint8_t>(message.body.index()));
    writer.Put32(message.transaction);
    std::visit([&writer](const auto& body) { writer.Put(body); }, message.body);
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
    SlbMessage message;
    message.transaction = reader.Get32();
    switch (static_cast<BodyKind>(kind))
    {
    case BodyKind::Acknowledge:
        message.body = Acknowledge{};
        break;
    case BodyKind::ProgramNetworkInterface:
        message.body = reader.GetProgramNetworkInterface();
        break;
    case BodyKind::ProgramPublicEndpoints:
        message.body = reader.GetProgramPublicEndpoints();
        break;
    case BodyKind::GoalStatePart:
        message.body = reader.GetGoalStatePart();
        break;
    default:
        return std::nullopt;
    }
    return reader.IsDone() ? std::optional<SlbMessage>(std::move(message)) : std::nullopt;
}

} // namespace ns3::azure
