// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-dhcp-message.h"

#include "azure-byte-codec.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

namespace ns3::azure
{

namespace
{

constexpr uint8_t ETHERNET = 1;                //!< htype
constexpr uint8_t ETHERNET_LENGTH = 6;         //!< hlen
constexpr std::size_t NAMES_LENGTH = 64 + 128; //!< sname and file
constexpr uint32_t MAGIC_COOKIE = 0x63825363;  //!< 99, 130, 83, 99
constexpr uint8_t NUMBER_LENGTH = 4;           //!< of an option that holds an address or a time

/// Numbers of the options (RFC 2132).
enum Option : uint8_t
{
    PAD = 0,
    MASK = 1,
    ROUTER = 3,
    REQUESTED_ADDRESS = 50,
    LEASE_TIME = 51,
    MESSAGE_TYPE = 53,
    SERVER_IDENTIFIER = 54,
    RENEWAL_TIME = 58,
    REBINDING_TIME = 59,
    END = 255,
};

/// @return op: 1 from clients, 2 from servers
uint8_t
GetOp(DhcpMessageType type)
{
    const auto isReply = type == DhcpMessageType::Offer || type == DhcpMessageType::Ack ||
                         type == DhcpMessageType::Nak;
    return isReply ? 2 : 1;
}

/// Appends to a message.
class Writer : public ByteWriter
{
  public:
    void PutZeros(std::size_t count)
    {
        m_bytes.insert(m_bytes.end(), count, 0);
    }

    void PutOption(Option option, const std::optional<uint32_t>& number)
    {
        if (number)
        {
            Put8(option);
            Put8(NUMBER_LENGTH);
            Put32(*number);
        }
    }

    /// @tparam T an address or a mask
    template <typename T>
    void PutOption(Option option, const std::optional<T>& value)
    {
        PutOption(option, value ? std::make_optional(value->Get()) : std::nullopt);
    }
};

/// Takes a message apart.
class Reader : public ByteReader
{
  public:
    using ByteReader::ByteReader;

    void Skip(std::size_t count)
    {
        m_good = m_good && count <= m_bytes.size() - m_at;
        m_at += m_good ? count : 0;
    }

    /// Something must hold.
    void Require(bool condition)
    {
        m_good = m_good && condition;
    }

    uint32_t GetNumber(std::size_t length)
    {
        Require(length == NUMBER_LENGTH);
        return Get32();
    }

    /// Its ones come first: an Ipv4Mask of ns-3.48 ends the program over any other.
    Ipv4Mask GetMask(std::size_t length)
    {
        const auto mask = GetNumber(length);
        const auto zeros = ~mask;
        const bool isMask = (zeros & (zeros + 1)) == 0;
        Require(isMask);
        return isMask ? Ipv4Mask(mask) : Ipv4Mask::GetZero();
    }

    /// A router option may list several; the first is preferred (RFC 2132, section 3.5).
    Ipv4Address GetFirstAddress(std::size_t length)
    {
        Require(length >= NUMBER_LENGTH && length % NUMBER_LENGTH == 0);
        const Ipv4Address first(Get32());
        Skip(m_good ? length - NUMBER_LENGTH : 0);
        return first;
    }

    DhcpMessageType GetType(std::size_t length)
    {
        const auto type = Get8();
        Require(length == 1 && type >= static_cast<uint8_t>(DhcpMessageType::Discover) &&
                type <= static_cast<uint8_t>(DhcpMessageType::Inform));
        return static_cast<DhcpMessageType>(type);
    }

    void GetOption(uint8_t option, std::size_t length, DhcpMessage& message)
    {
        switch (option)
        {
        case MASK:
            message.mask = GetMask(length);
            break;
        case ROUTER:
            message.router = GetFirstAddress(length);
            break;
        case REQUESTED_ADDRESS:
            message.requested = Ipv4Address(GetNumber(length));
            break;
        case LEASE_TIME:
            message.lease = GetNumber(length);
            break;
        case SERVER_IDENTIFIER:
            message.server = Ipv4Address(GetNumber(length));
            break;
        case RENEWAL_TIME:
            message.renewal = GetNumber(length);
            break;
        case REBINDING_TIME:
            message.rebinding = GetNumber(length);
            break;
        default:
            Skip(length);
        }
    }
};

} // namespace

bool
operator==(const DhcpMessage& a, const DhcpMessage& b)
{
    const auto tie = [](const DhcpMessage& m) {
        return std::tie(m.type,
                        m.transaction,
                        m.seconds,
                        m.clientAddress,
                        m.yourAddress,
                        m.hardware,
                        m.mask,
                        m.router,
                        m.requested,
                        m.lease,
                        m.server,
                        m.renewal,
                        m.rebinding);
    };
    return tie(a) == tie(b);
}

std::vector<uint8_t>
Encode(const DhcpMessage& message)
{
    Writer writer;
    writer.Put8(GetOp(message.type));
    writer.Put8(ETHERNET);
    writer.Put8(ETHERNET_LENGTH);
    writer.Put8(0); // hops
    writer.Put32(message.transaction);
    writer.Put16(message.seconds);
    writer.Put16(0); // flags
    writer.Put32(message.clientAddress.Get());
    writer.Put32(message.yourAddress.Get());
    writer.Put32(0); // siaddr
    writer.Put32(0); // giaddr
    for (const auto octet : message.hardware)
    {
        writer.Put8(octet);
    }
    writer.PutZeros(NAMES_LENGTH);
    writer.Put32(MAGIC_COOKIE);
    writer.PutOption(MASK, message.mask);
    writer.PutOption(ROUTER, message.router);
    writer.PutOption(REQUESTED_ADDRESS, message.requested);
    writer.PutOption(LEASE_TIME, message.lease);
    writer.Put8(MESSAGE_TYPE);
    writer.Put8(1);
    writer.Put8(static_cast<uint8_t>(message.type));
    writer.PutOption(SERVER_IDENTIFIER, message.server);
    writer.PutOption(RENEWAL_TIME, message.renewal);
    writer.PutOption(REBINDING_TIME, message.rebinding);
    writer.Put8(END);
    return std::move(writer.GetBytes());
}

std::optional<DhcpMessage>
DecodeDhcpMessage(const std::vector<uint8_t>& bytes)
{
    Reader reader(bytes);
    DhcpMessage message;
    const auto op = reader.Get8();
    reader.Require(reader.Get8() == ETHERNET);
    reader.Require(reader.Get8() == ETHERNET_LENGTH);
    reader.Get8(); // hops
    message.transaction = reader.Get32();
    message.seconds = reader.Get16();
    reader.Get16(); // flags
    message.clientAddress = Ipv4Address(reader.Get32());
    message.yourAddress = Ipv4Address(reader.Get32());
    reader.Get32(); // siaddr
    reader.Get32(); // giaddr
    std::generate(message.hardware.begin(), message.hardware.end(), [&] { return reader.Get8(); });
    reader.Skip(NAMES_LENGTH);
    reader.Require(reader.Get32() == MAGIC_COOKIE);

    bool hasType = false;
    for (auto option = reader.Get8(); option != END && reader.IsGood(); option = reader.Get8())
    {
        if (option == PAD)
        {
            continue;
        }
        const auto length = reader.Get8();
        if (option == MESSAGE_TYPE)
        {
            message.type = reader.GetType(length);
            hasType = true;
        }
        else
        {
            reader.GetOption(option, length, message);
        }
    }
    reader.Require(hasType && op == GetOp(message.type));
    return reader.IsGood() ? std::make_optional(message) : std::nullopt;
}

} // namespace ns3::azure
