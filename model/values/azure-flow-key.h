// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FLOW_KEY_H
#define AZURE_FLOW_KEY_H

#include "azure-ip-protocol.h"

#include "ns3/ipv4-address.h"

#include <cstddef>
#include <cstdint>
#include <ostream>

namespace ns3::azure
{

/**
 * @ingroup azure-values
 * @brief The 5-tuple of a flow as it appears in one direction; ports in host byte order.
 *
 * Protocols without ports carry 0 in both port fields, but for ICMP queries, which have
 * identifiers: one port is the identifier, the other that and the type of the request, modulo 2^16.
 * The greater one is the destination's in a request, the source's in its answer; so a request of
 * the other side is never taken for an answer.  Stored in 16 bytes so that a table of flows stays
 * in the processor's cache.
 */
class FlowKey
{
  public:
    constexpr FlowKey() = default;

    /**
     * @param source address the packet comes from
     * @param destination address the packet goes to
     * @param sourcePort port the packet comes from; see above where the protocol has none
     * @param destinationPort port the packet goes to; see above where the protocol has none
     * @param protocol what the IPv4 header carries
     */
    FlowKey(Ipv4Address source,
            Ipv4Address destination,
            uint16_t sourcePort,
            uint16_t destinationPort,
            IpProtocol protocol)
        : FlowKey(source.Get(), destination.Get(), sourcePort, destinationPort, protocol)
    {
    }

    /// As above, with addresses as 32-bit numbers in host byte order.
    constexpr FlowKey(uint32_t source,
                      uint32_t destination,
                      uint16_t sourcePort,
                      uint16_t destinationPort,
                      IpProtocol protocol)
        : m_addresses((uint64_t{source} << 32) | destination),
          m_rest((uint64_t{sourcePort} << 32) | (uint64_t{destinationPort} << 16) |
                 static_cast<uint8_t>(protocol))
    {
    }

    /// @return address the packet comes from
    Ipv4Address GetSource() const
    {
        return Ipv4Address(GetSourceNumber());
    }

    /// @return address the packet goes to
    Ipv4Address GetDestination() const
    {
        return Ipv4Address(GetDestinationNumber());
    }

    /// @return GetSource() as a number in host byte order, without a call into ns-3
    constexpr uint32_t GetSourceNumber() const
    {
        return static_cast<uint32_t>(m_addresses >> 32);
    }

    /// @return GetDestination() as a number in host byte order, without a call into ns-3
    constexpr uint32_t GetDestinationNumber() const
    {
        return static_cast<uint32_t>(m_addresses);
    }

    /// @return port the packet comes from
    constexpr uint16_t GetSourcePort() const
    {
        return static_cast<uint16_t>(m_rest >> 32);
    }

    /// @return port the packet goes to
    constexpr uint16_t GetDestinationPort() const
    {
        return static_cast<uint16_t>(m_rest >> 16);
    }

    /// @return what the IPv4 header carries
    constexpr IpProtocol GetProtocol() const
    {
        return static_cast<IpProtocol>(m_rest & 0xff);
    }

    /// @return the same flow seen in the other direction
    constexpr FlowKey Reverse() const
    {
        return {GetDestinationNumber(),
                GetSourceNumber(),
                GetDestinationPort(),
                GetSourcePort(),
                GetProtocol()};
    }

    /// @return the key with another source address and port, as source NAT makes it
    FlowKey WithSource(Ipv4Address source, uint16_t port) const
    {
        return WithSource(source.Get(), port);
    }

    /// As above, with the address as a number in host byte order.
    constexpr FlowKey WithSource(uint32_t source, uint16_t port) const
    {
        return {source, GetDestinationNumber(), port, GetDestinationPort(), GetProtocol()};
    }

    /// @return the key with another destination address and port
    FlowKey WithDestination(Ipv4Address destination, uint16_t port) const
    {
        return {GetSourceNumber(), destination.Get(), GetSourcePort(), port, GetProtocol()};
    }

    /**
     * @brief A well-mixed hash, the same in every run and on every machine.
     *
     * Two rounds of multiply and fold (the 128-bit product's halves xor-ed), so that each bit of
     * the key reaches the low bits, by which tables are indexed.  The first round multiplies the
     * two words with each other: were the ports only added before the last round, those of
     * consecutive flows would come out evenly spaced, and bunched in the low bits.
     */
    std::size_t GetHash() const
    {
        return static_cast<std::size_t>(MultiplyFold(
            MultiplyFold(m_addresses ^ 0x9e3779b97f4a7c15ULL, m_rest ^ 0xe7037ed1a0b428dbULL),
            0x8ebc6af09c88c6e3ULL));
    }

    friend constexpr bool operator==(const FlowKey& a, const FlowKey& b)
    {
        return a.m_addresses == b.m_addresses && a.m_rest == b.m_rest;
    }

    friend constexpr bool operator!=(const FlowKey& a, const FlowKey& b)
    {
        return !(a == b);
    }

    /// Orders by source, destination, source port, destination port, protocol.
    friend constexpr bool operator<(const FlowKey& a, const FlowKey& b)
    {
        return a.m_addresses != b.m_addresses ? a.m_addresses < b.m_addresses : a.m_rest < b.m_rest;
    }

    friend std::ostream& operator<<(std::ostream& os, const FlowKey& key)
    {
        return os << GetName(key.GetProtocol()) << ' ' << key.GetSource() << ':'
                  << key.GetSourcePort() << " > " << key.GetDestination() << ':'
                  << key.GetDestinationPort();
    }

  private:
    /// @return the two halves of the 128-bit product of \p a and \p b, xor-ed
    static uint64_t MultiplyFold(uint64_t a, uint64_t b)
    {
        __extension__ using Wide = unsigned __int128;
        const auto product = static_cast<Wide>(a) * b;
        return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
    }

    uint64_t m_addresses{0}; //!< source address above destination address
    uint64_t m_rest{0};      //!< source port, destination port, 8 zero bits, protocol
};

/// Hash functor for containers keyed by FlowKey.
struct FlowKeyHash
{
    std::size_t operator()(const FlowKey& key) const
    {
        return key.GetHash();
    }
};

} // namespace ns3::azure

#endif // AZURE_FLOW_KEY_H
