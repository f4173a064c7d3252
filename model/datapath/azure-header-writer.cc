// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-header-writer.h"

#include "azure-checksum.h"
#include "azure-raw-header.h"

#include "ns3/icmpv4.h"
#include "ns3/ipv4-header.h"
#include "ns3/packet-metadata.h"
#include "ns3/tcp-header.h"
#include "ns3/udp-header.h"

#include <functional>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr uint32_t IPV4_SIZE = 20;                 //!< IPv4 header without options
constexpr uint32_t TCP_SIZE = 20;                  //!< TCP header without options
constexpr uint32_t UDP_SIZE = 8;                   //!< UDP header
constexpr uint32_t ICMP_SIZE = 4;                  //!< what all ICMP messages begin with
constexpr uint32_t QUOTE_SIZE = 4 + IPV4_SIZE + 8; //!< what follows it in an error
constexpr uint32_t GRE_SIZE = 8;                   //!< GRE with a key

/// Bytes that ns-3 takes for one of its own headers.
class DescribedHeader : public RawHeader
{
  public:
    /// @param type of the header; @param bytes its own; @param size how many
    DescribedHeader(TypeId type, const uint8_t* bytes, uint32_t size)
        : RawHeader(bytes, size),
          m_type(type)
    {
    }

    TypeId GetInstanceTypeId() const override
    {
        return m_type;
    }

  private:
    TypeId m_type; //!< of the header
};

/// Where one header is.
struct Piece
{
    TypeId type;   //!< ns-3's, or that of RawHeader
    uint32_t size; //!< bytes
};

/// Takes a datagram apart.
class Splitter
{
  public:
    /// @param bytes all of it
    explicit Splitter(const std::vector<uint8_t>& bytes)
        : m_next(bytes.data()),
          m_left(static_cast<uint32_t>(bytes.size()))
    {
    }

    /// Find the headers from an IPv4 header on.
    void SplitDatagram()
    {
        constexpr uint8_t VERSION_AND_LENGTH = 0x45;
        if (m_left < IPV4_SIZE || m_next[0] != VERSION_AND_LENGTH)
        {
            return;
        }
        const bool isLater = (ReadU16(m_next + 6) & 0x1fff) != 0;
        const auto protocol = static_cast<IpProtocol>(m_next[9]);
        Take(Ipv4Header::GetTypeId(), IPV4_SIZE);
        if (!isLater)
        {
            SplitTransport(protocol);
        }
    }

    /// Find the headers behind an IPv4 header.
    void SplitTransport(IpProtocol protocol)
    {
        switch (protocol)
        {
        case IpProtocol::Tcp:
            if (m_left >= TCP_SIZE && m_next[12] >> 4 >= 5)
            {
                Take(TcpHeader::GetTypeId(), 4 * (m_next[12] >> 4));
            }
            break;
        case IpProtocol::Udp:
            Take(UdpHeader::GetTypeId(), UDP_SIZE);
            break;
        case IpProtocol::Icmp:
            SplitIcmp();
            break;
        case IpProtocol::IpInIp:
            SplitDatagram();
            break;
        case IpProtocol::Gre:
            if (Take(RawHeader::GetTypeId(), GRE_SIZE))
            {
                SplitDatagram();
            }
            break;
        default:
            break;
        }
    }

    /// @return what was found
    std::vector<Piece> GetPieces() const
    {
        return m_pieces;
    }

  private:
    /// ns-3 has two headers for a message; that of an echo is all the rest of it.
    void SplitIcmp()
    {
        const uint8_t type = m_left > 0 ? m_next[0] : 0;
        if (!Take(Icmpv4Header::GetTypeId(), ICMP_SIZE))
        {
            return;
        }
        switch (type)
        {
        case Icmpv4Header::ICMPV4_ECHO:
        case Icmpv4Header::ICMPV4_ECHO_REPLY:
            Take(Icmpv4Echo::GetTypeId(), m_left);
            break;
        case Icmpv4Header::ICMPV4_DEST_UNREACH:
            Take(Icmpv4DestinationUnreachable::GetTypeId(), QUOTE_SIZE);
            break;
        case Icmpv4Header::ICMPV4_TIME_EXCEEDED:
            Take(Icmpv4TimeExceeded::GetTypeId(), QUOTE_SIZE);
            break;
        default:
            break;
        }
    }

    /// Go on behind a header.  @return whether it is all there
    bool Take(TypeId type, uint32_t size)
    {
        if (m_left < size)
        {
            return false;
        }
        m_pieces.push_back({type, size});
        m_next += size;
        m_left -= size;
        return true;
    }

    const uint8_t* m_next;       //!< the next header
    uint32_t m_left;             //!< bytes from there on
    std::vector<Piece> m_pieces; //!< what is in front of it
};

/// @return whether ns-3 keeps account of headers: once for all, as ns-3 allows no change either
bool
AreHeadersDescribed()
{
    static const bool ARE_DESCRIBED = PacketMetadata(0, 1).BeginItem(Buffer(1)).HasNext();
    return ARE_DESCRIBED;
}

/// Add headers one by one; split finds them.
void
AddDescribed(Packet& packet,
             const uint8_t* bytes,
             uint32_t size,
             const std::function<void(Splitter&)>& split)
{
    std::vector<uint8_t> all(bytes, bytes + size);
    all.resize(size + packet.GetSize());
    packet.CopyData(all.data() + size, packet.GetSize());
    Splitter splitter(all);
    split(splitter);
    auto pieces = splitter.GetPieces();
    uint32_t end = 0;
    for (const auto& piece : pieces)
    {
        end += piece.size;
    }
    if (end < size)
    {
        pieces.push_back({RawHeader::GetTypeId(), size - end});
        end = size;
    }
    packet.RemoveAtStart(end - size);
    for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece)
    {
        end -= piece->size;
        packet.AddHeader(DescribedHeader(piece->type, &all[end], piece->size));
    }
}

} // namespace

void
AddDatagramHeaders(Packet& packet, const uint8_t* bytes, uint32_t size)
{
    if (!AreHeadersDescribed())
    {
        packet.AddHeader(RawHeader(bytes, size));
        return;
    }
    AddDescribed(packet, bytes, size, [](Splitter& splitter) { splitter.SplitDatagram(); });
}

void
AddTransportHeader(Packet& packet, IpProtocol protocol, const uint8_t* bytes, uint32_t size)
{
    if (!AreHeadersDescribed())
    {
        packet.AddHeader(RawHeader(bytes, size));
        return;
    }
    AddDescribed(packet, bytes, size, [protocol](Splitter& splitter) {
        splitter.SplitTransport(protocol);
    });
}

} // namespace ns3::azure
