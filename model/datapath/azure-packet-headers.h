// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PACKET_HEADERS_H
#define AZURE_PACKET_HEADERS_H

#include "azure-rewrite.h"

#include "ns3/azure-flow-key.h"
#include "ns3/azure-tcp-flow-state.h"
#include "ns3/packet.h"

#include <array>
#include <cstdint>
#include <optional>

namespace ns3::azure
{

/// Where a TCP segment lies in the two streams of its connection.
struct TcpNumbers
{
    uint32_t first{0};                         //!< sequence number
    uint32_t next{0};                          //!< the one after it: what its receiver acknowledges
    std::optional<uint32_t> acknowledgement{}; //!< what its sender expects next; none without ACK
};

/**
 * @ingroup azure-datapath
 * @brief The headers of one IPv4 datagram as raw bytes, and what the datapath reads from them.
 *
 * Read() copies them out of a packet, Apply() edits the copy, Write() puts the edited bytes back in
 * one piece: several times cheaper than taking ns-3's header objects apart and together.
 */
class PacketHeaders
{
  public:
    /// Longest IPv4 header, ICMP header, longest quoted IPv4 header, quoted TCP header.
    static constexpr uint32_t MAX_SIZE = 60 + 8 + 60 + 20;

    /**
     * @brief Read the headers of the datagram that starts \p offset bytes into the packet.
     * @return whether they are whole and consistent; nothing else may be called if not
     */
    bool Read(const Packet& packet, uint32_t offset = 0);

    /// @return the 5-tuple; ports are 0 in a later fragment, and see FlowKey where there are none
    const FlowKey& GetKey() const
    {
        return m_key;
    }

    /// @return the 5-tuple of the packet that an ICMP error quotes; nothing for other packets
    const std::optional<FlowKey>& GetQuotedKey() const
    {
        return m_quotedKey;
    }

    /// @return whether it is an ICMP error, or the beginning of one, with or without GetQuotedKey()
    bool IsIcmpError() const
    {
        return m_isIcmpError;
    }

    /// @return length of the datagram by its header, in bytes
    uint32_t GetDatagramSize() const
    {
        return m_datagramSize;
    }

    /// @return time to live
    uint8_t GetTtl() const
    {
        return m_bytes[8];
    }

    /// @return number that all fragments of a datagram share
    uint16_t GetIdentification() const
    {
        return static_cast<uint16_t>(m_bytes[4] << 8 | m_bytes[5]);
    }

    /// @return whether the datagram is a fragment of a larger one
    bool IsFragment() const
    {
        return m_isFragment;
    }

    /// @return whether the datagram is a fragment, but not the first one: it has no ports
    bool IsLaterFragment() const
    {
        return m_isLaterFragment;
    }

    /// @return the flags of a TCP segment; all false for other packets
    TcpFlags GetTcpFlags() const
    {
        return m_tcpFlags;
    }

    /// @return the numbers of a TCP segment; all zero for other packets and later fragments
    TcpNumbers GetTcpNumbers() const;

    /**
     * @brief Translate, and count down the time to live, which must be above 0.
     * @param rewrite what to change; none to count down only
     * @param checksums whether checksums are in use (ns-3's ChecksumEnabled) and must follow
     */
    void Apply(const std::optional<Rewrite>& rewrite, bool checksums);

    /**
     * @brief Put the headers, as edited, in place of the first bytes of a packet.
     * @param packet the packet Read() was called with, or a copy; its padding is cut off
     * @param offset as given to Read(); the bytes before it are taken away
     */
    void Write(Packet& packet, uint32_t offset = 0) const;

    /**
     * @brief Take from a packet what Write() would replace, for headers to be put on with others.
     * @param packet as for Write(); @param offset as for Write()
     */
    void Cut(Packet& packet, uint32_t offset = 0) const;

    /// @return the bytes of the headers, as edited
    const uint8_t* GetBytes() const
    {
        return m_bytes.data();
    }

    /// @return how many of GetBytes() Write() puts back
    uint32_t GetSize() const
    {
        return m_size;
    }

  private:
    /// Read ports and flags behind an IPv4 header. @return whether they are there
    bool ReadTransport();
    /// Read what an ICMP error quotes.
    void ReadQuotation();
    /// Translate the packet that an ICMP error quotes. @return the change for the ICMP checksum
    void RewriteQuotation(const Rewrite& rewrite, bool checksums);

    std::array<uint8_t, MAX_SIZE> m_bytes; //!< copy of the headers; the first m_captured are set
    uint32_t m_captured{0};                //!< bytes copied
    uint32_t m_size{0};                    //!< bytes that editing may touch
    uint32_t m_headerSize{0};              //!< length of the IPv4 header
    uint32_t m_datagramSize{0};            //!< length of the datagram
    FlowKey m_key;                         //!< 5-tuple
    std::optional<FlowKey> m_quotedKey;    //!< 5-tuple quoted by an ICMP error
    TcpFlags m_tcpFlags;                   //!< of a TCP segment
    bool m_isIcmpError{false};             //!< an ICMP error
    bool m_isFragment{false};              //!< not a whole datagram
    bool m_isLaterFragment{false};         //!< not the first fragment
};

} // namespace ns3::azure

#endif // AZURE_PACKET_HEADERS_H
