// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_COMPACT_PROTOCOL_H
#define AZURE_COMPACT_PROTOCOL_H

#include "ns3/azure-flow-key.h"
#include "ns3/azure-ip-protocol.h"
#include "ns3/ip-l4-protocol.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-interface.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"

#include <cstdint>

namespace ns3::azure
{

/// Who is asked first about the packets of a transport protocol.
class CompactProtocolUser
{
  public:
    virtual ~CompactProtocolUser() = default;

    /**
     * @brief Take a packet.
     * @param protocol TCP or UDP
     * @param packet without its IPv4 header
     * @param header its IPv4 header
     * @return whether it was the user's, or has to be dropped; if not, it is another's
     */
    virtual bool Receive(IpProtocol protocol, const Packet& packet, const Ipv4Header& header) = 0;

    /// Answer a TCP segment that is nobody's, by RST.
    virtual void Refuse(const Packet& packet, const Ipv4Header& header) = 0;

    /**
     * @brief Take an ICMP error "destination unreachable".
     * @param key of the packet it quotes, as this node sent it
     * @param isHard protocol or port, rather than network or host (RFC 1122, 4.2.3.9)
     * @return whether the packet was the user's
     */
    virtual bool ReceiveUnreachable(const FlowKey& key, bool isHard) = 0;
};

/**
 * @ingroup azure-nodes
 * @brief Stands in front of a node's TCP or UDP, or in place of it.
 *
 * The user is asked about each packet and each ICMP error; those that are not its go on to the
 * protocol behind.  Where there is none, a segment is refused, and a datagram answered by ICMP
 * port unreachable.
 */
class CompactProtocol : public IpL4Protocol
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /**
     * @param protocol TCP or UDP
     * @param user asked first, until Detach(); not owned
     * @param next asked after it; may be null
     */
    CompactProtocol(IpProtocol protocol, CompactProtocolUser& user, Ptr<IpL4Protocol> next);

    /// @brief Ask the user no more.
    void Detach();

    /// @return who is asked after the user; may be null
    Ptr<IpL4Protocol> GetNext() const;

    int GetProtocolNumber() const override;
    RxStatus Receive(Ptr<Packet> packet,
                     const Ipv4Header& header,
                     Ptr<Ipv4Interface> interface) override;
    RxStatus Receive(Ptr<Packet> packet,
                     const Ipv6Header& header,
                     Ptr<Ipv6Interface> interface) override;
    void ReceiveIcmp(Ipv4Address source,
                     uint8_t ttl,
                     uint8_t type,
                     uint8_t code,
                     uint32_t info,
                     Ipv4Address payloadSource,
                     Ipv4Address payloadDestination,
                     const uint8_t payload[8]) override;
    using IpL4Protocol::ReceiveIcmp;
    void SetDownTarget(DownTargetCallback target) override;
    void SetDownTarget6(DownTargetCallback6 target) override;
    DownTargetCallback GetDownTarget() const override;
    DownTargetCallback6 GetDownTarget6() const override;

  protected:
    void DoDispose() override;

  private:
    IpProtocol m_protocol;       //!< TCP or UDP
    CompactProtocolUser* m_user; //!< asked first; null once detached
    Ptr<IpL4Protocol> m_next;    //!< asked after it; may be null
};

} // namespace ns3::azure

#endif // AZURE_COMPACT_PROTOCOL_H
