// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-dns-message.h"

#include "azure-byte-codec.h"

#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace ns3::azure
{

namespace
{

constexpr std::size_t HEADER_LENGTH = 12;       //!< octets
constexpr std::size_t MAX_POINTER = 0x3FFF;     //!< a pointer holds an offset of 14 bits
constexpr std::size_t MAX_MESSAGE = 0xFFFF;     //!< octets; the length field of DNS over TCP
constexpr uint8_t LABEL_KIND = 0xC0;            //!< the two bits that tell label from pointer
constexpr uint8_t LABEL_IS_POINTER = 0xC0;      //!< both set; one alone is reserved
constexpr uint16_t FLAG_RESPONSE = 0x8000;      //!< QR
constexpr uint16_t FLAG_AUTHORITATIVE = 0x0400; //!< AA
constexpr uint16_t FLAG_TRUNCATED = 0x0200;     //!< TC
constexpr uint16_t FLAG_DESIRED = 0x0100;       //!< RD
constexpr uint16_t FLAG_AVAILABLE = 0x0080;     //!< RA
constexpr int OPCODE_SHIFT = 11;
constexpr uint8_t MAX_NIBBLE = 0x0F; //!< opcode and response code have four bits

uint16_t
PackFlags(const DnsHeader& h)
{
    return static_cast<uint16_t>(
        (h.isResponse ? FLAG_RESPONSE : 0) | static_cast<uint8_t>(h.opcode) << OPCODE_SHIFT |
        (h.isAuthoritative ? FLAG_AUTHORITATIVE : 0) | (h.isTruncated ? FLAG_TRUNCATED : 0) |
        (h.recursionDesired ? FLAG_DESIRED : 0) | (h.recursionAvailable ? FLAG_AVAILABLE : 0) |
        static_cast<uint8_t>(h.rcode));
}

DnsHeader
UnpackFlags(uint16_t id, uint16_t flags)
{
    DnsHeader h;
    h.id = id;
    h.isResponse = (flags & FLAG_RESPONSE) != 0;
    h.opcode = static_cast<DnsOpcode>(flags >> OPCODE_SHIFT & MAX_NIBBLE);
    h.isAuthoritative = (flags & FLAG_AUTHORITATIVE) != 0;
    h.isTruncated = (flags & FLAG_TRUNCATED) != 0;
    h.recursionDesired = (flags & FLAG_DESIRED) != 0;
    h.recursionAvailable = (flags & FLAG_AVAILABLE) != 0;
    h.rcode = static_cast<DnsRcode>(flags & MAX_NIBBLE);
    return h;
}

/// Appends to a message, and remembers where names are.
class Writer : public ByteWriter
{
  public:
    void PutName(const DnsName& name)
    {
        auto rest = name.GetLabels();
        while (!rest.empty())
        {
            const auto [where, isNew] = m_names.emplace(rest, m_bytes.size());
            if (!isNew && where->second <= MAX_POINTER)
            {
                Put16(static_cast<uint16_t>(LABEL_IS_POINTER << 8 | where->second));
                return;
            }
            Put8(static_cast<uint8_t>(rest.front().size()));
            m_bytes.insert(m_bytes.end(), rest.front().begin(), rest.front().end());
            rest.erase(rest.begin());
        }
        Put8(0);
    }

    void Put(const DnsQuestion& question)
    {
        PutName(question.name);
        Put16(static_cast<uint16_t>(question.type));
        Put16(static_cast<uint16_t>(question.dnsClass));
    }

    void Put(const DnsRecord& record)
    {
        PutName(record.name);
        Put16(static_cast<uint16_t>(record.type));
        Put16(static_cast<uint16_t>(record.dnsClass));
        Put32(record.ttl);
        Put16(static_cast<uint16_t>(record.data.size()));
        m_bytes.insert(m_bytes.end(), record.data.begin(), record.data.end());
    }

    template <typename Entry>
    void PutSection(const std::vector<Entry>& entries)
    {
        for (const auto& entry : entries)
        {
            Put(entry);
        }
    }

  private:
    std::map<std::vector<std::string>, std::size_t> m_names; //!< labels to offset, octets
};

/// Takes a message apart.
class Reader : public ByteReader
{
  public:
    using ByteReader::ByteReader;

    /// Take the octets of a label or of a record's data; T is a string or a vector of octets.
    template <typename T>
    T GetOctets(std::size_t length)
    {
        if (!m_good || length > m_bytes.size() - m_at)
        {
            m_good = false;
            return {};
        }
        const auto begin = m_bytes.begin() + static_cast<std::ptrdiff_t>(m_at);
        m_at += length;
        return T(begin, begin + static_cast<std::ptrdiff_t>(length));
    }

    DnsName GetName()
    {
        std::vector<std::string> labels;
        std::size_t wireLength = 1;
        auto limit = m_at;                 // a pointer must go below this
        std::optional<std::size_t> resume; // where to go on after the first pointer
        for (auto length = Get8(); length != 0; length = Get8())
        {
            if ((length & LABEL_KIND) == LABEL_IS_POINTER)
            {
                const auto target = static_cast<std::size_t>(
                    static_cast<uint8_t>(length & ~LABEL_KIND) << 8 | Get8());
                m_good = m_good && target >= HEADER_LENGTH && target < limit;
                resume = resume.value_or(m_at);
                m_at = limit = target;
            }
            else
            {
                wireLength += 1 + length;
                m_good =
                    m_good && (length & LABEL_KIND) == 0 && wireLength <= DnsName::MAX_WIRE_LENGTH;
                labels.push_back(GetOctets<std::string>(length));
            }
            if (!m_good)
            {
                return {};
            }
        }
        m_at = resume.value_or(m_at);
        return DnsName::FromLabels(std::move(labels)).value_or(DnsName());
    }

    void Get(DnsQuestion& question)
    {
        question.name = GetName();
        question.type = static_cast<DnsType>(Get16());
        question.dnsClass = static_cast<DnsClass>(Get16());
    }

    void Get(DnsRecord& record)
    {
        record.name = GetName();
        record.type = static_cast<DnsType>(Get16());
        record.dnsClass = static_cast<DnsClass>(Get16());
        record.ttl = Get32();
        const auto length = Get16();
        record.data = GetOctets<std::vector<uint8_t>>(length);
    }

    template <typename Entry>
    void GetSection(uint16_t count, std::vector<Entry>& entries)
    {
        for (; count > 0 && m_good; --count)
        {
            Get(entries.emplace_back());
        }
    }
};

} // namespace

bool
operator==(const DnsHeader& a, const DnsHeader& b)
{
    return std::tie(a.id,
                    a.isResponse,
                    a.opcode,
                    a.isAuthoritative,
                    a.isTruncated,
                    a.recursionDesired,
                    a.recursionAvailable,
                    a.rcode) == std::tie(b.id,
                                         b.isResponse,
                                         b.opcode,
                                         b.isAuthoritative,
                                         b.isTruncated,
                                         b.recursionDesired,
                                         b.recursionAvailable,
                                         b.rcode);
}

bool
operator==(const DnsQuestion& a, const DnsQuestion& b)
{
    return std::tie(a.name, a.type, a.dnsClass) == std::tie(b.name, b.type, b.dnsClass);
}

bool
operator==(const DnsRecord& a, const DnsRecord& b)
{
    return std::tie(a.name, a.type, a.dnsClass, a.ttl, a.data) ==
           std::tie(b.name, b.type, b.dnsClass, b.ttl, b.data);
}

bool
operator==(const DnsMessage& a, const DnsMessage& b)
{
    return std::tie(a.header, a.questions, a.answers, a.authorities, a.additionals) ==
           std::tie(b.header, b.questions, b.answers, b.authorities, b.additionals);
}

DnsRecord
MakeAddressRecord(const DnsName& name, uint32_t ttl, Ipv4Address address)
{
    DnsRecord record{name, DnsType::A, DnsClass::In, ttl, std::vector<uint8_t>(4)};
    address.Serialize(record.data.data());
    return record;
}

std::optional<Ipv4Address>
GetAddress(const DnsRecord& record)
{
    if (record.type != DnsType::A || record.dnsClass != DnsClass::In || record.data.size() != 4)
    {
        return std::nullopt;
    }
    return Ipv4Address::Deserialize(record.data.data());
}

std::optional<std::vector<uint8_t>>
Encode(const DnsMessage& message)
{
    if (static_cast<uint8_t>(message.header.opcode) > MAX_NIBBLE ||
        static_cast<uint8_t>(message.header.rcode) > MAX_NIBBLE)
    {
        return std::nullopt;
    }
    Writer writer;
    writer.Put16(message.header.id);
    writer.Put16(PackFlags(message.header));
    // Counts that do not fit 16 bits make messages of more than MAX_MESSAGE octets.
    writer.Put16(static_cast<uint16_t>(message.questions.size()));
    writer.Put16(static_cast<uint16_t>(message.answers.size()));
    writer.Put16(static_cast<uint16_t>(message.authorities.size()));
    writer.Put16(static_cast<uint16_t>(message.additionals.size()));
    writer.PutSection(message.questions);
    writer.PutSection(message.answers);
    writer.PutSection(message.authorities);
    writer.PutSection(message.additionals);
    if (writer.GetBytes().size() > MAX_MESSAGE)
    {
        return std::nullopt;
    }
    return std::move(writer.GetBytes());
}

std::optional<DnsHeader>
DecodeHeader(const std::vector<uint8_t>& bytes)
{
    if (bytes.size() < HEADER_LENGTH)
    {
        return std::nullopt;
    }
    Reader reader(bytes);
    const auto id = reader.Get16();
    return UnpackFlags(id, reader.Get16());
}

std::optional<DnsMessage>
Decode(const std::vector<uint8_t>& bytes)
{
    Reader reader(bytes);
    DnsMessage message;
    const auto id = reader.Get16();
    message.header = UnpackFlags(id, reader.Get16());
    const auto questions = reader.Get16();
    const auto answers = reader.Get16();
    const auto authorities = reader.Get16();
    const auto additionals = reader.Get16();
    reader.GetSection(questions, message.questions);
    reader.GetSection(answers, message.answers);
    reader.GetSection(authorities, message.authorities);
    reader.GetSection(additionals, message.additionals);
    if (!reader.IsGood() || !reader.IsAtEnd())
    {
        return std::nullopt;
    }
    return message;
}

} // namespace ns3::azure
