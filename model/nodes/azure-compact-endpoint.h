// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_COMPACT_ENDPOINT_H
#define AZURE_COMPACT_ENDPOINT_H

#include "azure-compact-protocol.h"
#include "azure-deadline-event.h"

#include "ns3/azure-compact-tcp-table.h"
#include "ns3/azure-compact-tcp.h"
#include "ns3/azure-compact-udp-table.h"
#include "ns3/azure-flow-key.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief A node's compact TCP and UDP, beside ns3's own or in place of it.
 *
 * It stands between the node's IPv4 and the protocols that were there: packets for its own
 * connections and ports are its, all others go on to ns-3's TCP and UDP; where there are none, a
 * TCP segment is answered by RST and a datagram by ICMP port unreachable.  Whatever comes to the
 * node, segments that are malformed, or have a wrong checksum while ns-3's ChecksumEnabled is on,
 * or open a connection to a broadcast address, are dropped silently.
 *
 * Who uses what: a key is taken once, but one local port may be used by several keys, so that two
 * users do not get in each other's way as long as they talk to different servers.  A port that an
 * ns-3 socket is bound to is in use; ns-3's sockets for their part do not see compact ports, so who
 * binds one next to compact users asks IsInUse() before.
 *
 * There is one pending ns-3 event for all connections, and none when nothing is waited for.  A
 * route is asked for with each packet, as ns-3's sockets do, since the answer may depend on its
 * ports.
 *
 * Users and settings must outlive what they have here, or take it back.
 */
class CompactEndpoint : public Object, private CompactTcpOutput, private CompactProtocolUser
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /// @return the node's endpoint, installed now if there is none; the node needs an IPv4 stack
    static Ptr<CompactEndpoint> Install(Ptr<Node> node);

    CompactEndpoint();
    ~CompactEndpoint() override;

    /// @brief Keep settings for connections that may outlive their user, in TIME_WAIT.
    /// @return a copy that lives as long as the endpoint
    const CompactTcpSettings& KeepSettings(const CompactTcpSettings& settings);

    /**
     * @brief Have connections to a port accepted, on all addresses.
     * @param port the port
     * @param user told of them
     * @param settings what KeepSettings() has returned
     * @return whether the port was free
     */
    bool Listen(uint16_t port, CompactTcpUser& user, const CompactTcpSettings& settings);

    /// Accept none any more; those there are go on.
    void StopListening(uint16_t port);

    /**
     * @brief Take addresses and ports for a connection, without a packet.
     * @param key as this node sends
     * @param user told what becomes of it
     * @param tag the user's
     * @param settings what KeepSettings() has returned
     * @return its number, or nothing if the key is in use
     */
    std::optional<uint32_t> Bind(const FlowKey& key,
                                 CompactTcpUser& user,
                                 uint32_t tag,
                                 const CompactTcpSettings& settings);

    /// Begin the handshake.  @return whether there is a route; if not, the connection is forgotten
    bool Connect(uint32_t connection);
    void Send(uint32_t connection, uint32_t bytes); //!< Send more of the user's stream.
    void Close(uint32_t connection);                //!< Send FIN after what is left of the stream.
    void Reset(uint32_t connection);                //!< Send RST, and forget.
    void Forget(uint32_t connection);               //!< Forget, without a packet.

    /// Have datagrams to a port given to a user, on all addresses.  @return whether it was free
    bool ListenUdp(uint16_t port, CompactUdpUser& user);
    /// Take none any more.
    void StopListeningUdp(uint16_t port);
    /// Have the answers to a key's datagrams given to a user.  @return whether the key was free
    bool BindUdp(const FlowKey& key, CompactUdpUser& user, uint32_t tag);
    /// Undo BindUdp().
    void ReleaseUdp(const FlowKey& key);

    /**
     * @brief Send a datagram.
     * @param key addresses and ports, as it goes
     * @param head its first bytes
     * @param headSize how many, not above size
     * @param size of the whole payload, at most MAX_UDP_PAYLOAD; bytes after the head are zero
     * @return whether there is a route; if not, IPv4 drops it
     */
    bool SendUdp(const FlowKey& key, const uint8_t* head, uint32_t headSize, uint32_t size);

    /// @return whether somebody has the key, as this node sends, or it is in TIME_WAIT
    bool IsInUse(const FlowKey& key) const;

    /// @return bytes of memory held for connections and ports
    uint64_t GetMemory() const;

  protected:
    void DoInitialize() override;
    void DoDispose() override;

  private:
    void Transmit(const FlowKey& key,
                  const TcpSegment& segment,
                  CompactTcpUser* user,
                  uint32_t tag,
                  uint32_t offset) override;

    bool Receive(IpProtocol protocol, const Packet& packet, const Ipv4Header& header) override;
    void Refuse(const Packet& packet, const Ipv4Header& header) override;
    bool ReceiveUnreachable(const FlowKey& key, bool isHard) override;

    /// Put the protocol in front of the one that is there. @return the protocol
    Ptr<CompactProtocol> Insert(IpProtocol protocol);

    /// Take a segment for a connection or a port. @return whether it is not another's
    bool ReceiveTcp(const uint8_t* bytes, uint32_t size, const Ipv4Header& header);
    /// Take a datagram for a key or a port. @return whether it is not another's
    bool ReceiveUdp(const uint8_t* bytes, uint32_t size, const Ipv4Header& header);

    /// @return whether it is an address of the node, rather than a broadcast address
    bool IsOwn(Ipv4Address address) const;
    /// @return whether no ns-3 socket is bound to the address and port
    bool IsFreeOfSockets(IpProtocol protocol, Ipv4Address address, uint16_t port) const;
    /// @return the same, for all addresses of the node
    bool IsFreeOfSockets(IpProtocol protocol, uint16_t port) const;

    /**
     * @brief Send the bytes in m_scratch, and clear them.
     * @param key addresses and protocol
     * @param known how many
     * @param size of header and payload; bytes after the known ones are zero
     * @param checksumAt where the checksum goes, if there is to be one
     */
    void SendScratch(const FlowKey& key, uint32_t known, uint32_t size, uint32_t checksumAt);

    /// @return the route, or null if there is none
    Ptr<Ipv4Route> FindRoute(const FlowKey& key, Ptr<Packet> packet) const;

    /// Have the event at the next deadline, if there is one.
    void Arm();
    /// Do what is due.
    void HandleDeadline();

    Ptr<Ipv4> m_ipv4;                          //!< the node's; none before Install() and at the end
    Ptr<CompactProtocol> m_tcpProtocol;        //!< in front of ns-3's TCP
    Ptr<CompactProtocol> m_udpProtocol;        //!< in front of ns-3's UDP
    CompactTcpTable m_tcp;                     //!< TCP connections and ports
    CompactUdpTable m_udp;                     //!< UDP keys and ports
    std::deque<CompactTcpSettings> m_settings; //!< what KeepSettings() has copied
    std::vector<uint8_t> m_scratch;            //!< of what is sent; zero but while it is made
    std::vector<uint8_t> m_received;           //!< of what is received
    DeadlineEvent m_event;                     //!< the next deadline
    bool m_checksums{false};                   //!< ns-3's ChecksumEnabled
    bool m_isConnecting{false};                //!< the next packet is a first SYN
    bool m_hasRoute{false};                    //!< of the packet whose sending was over last
};

} // namespace ns3::azure

#endif // AZURE_COMPACT_ENDPOINT_H
