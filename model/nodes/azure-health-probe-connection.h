// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HEALTH_PROBE_CONNECTION_H
#define AZURE_HEALTH_PROBE_CONNECTION_H

#include "ns3/azure-health-probe.h"
#include "ns3/event-id.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/socket.h"
#include "ns3/tcp-header.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace ns3
{
class TcpSocketBase;
} // namespace ns3

namespace ns3::azure
{

class HealthProbeConnection;

/// Whoever probes, and is told what becomes of its probes.
class HealthProbeOwner
{
  public:
    virtual ~HealthProbeOwner() = default;

    /**
     * @brief A probe has ended; called once for each.
     * @param connection the probe
     * @param outcome what became of it
     * @param statusCode Http, Https: what was answered, if anything
     */
    virtual void HandleResult(HealthProbeConnection& connection,
                              HealthProbeOutcome outcome,
                              std::optional<uint16_t> statusCode) = 0;

    /// A probe needs its socket no longer; called once, after HandleResult().
    virtual void HandleReleased(HealthProbeConnection& connection) = 0;
};

/**
 * @ingroup azure-nodes
 * @brief One health probe over the host's own TCP stack (sources.rst B.7).
 *
 * | protocol | on the wire                                                              |
 * |----------|--------------------------------------------------------------------------|
 * | Tcp      | three-way open, four-way close                                           |
 * | Http     | the same, and in between: GET, and the response up to its status line    |
 * | Https    | as Http, in clear: TLS is not modeled                                    |
 *
 * A lost segment is sent again as TCP does, the SYN after ns-3's 3 s; the timeout runs on.
 *
 * The host closes first.  Then, of our choice: its end of the connection is kept for TIME_WAIT of
 * 1 s only, so that a host with many VMs does not keep thousands; a VM that leaves the FIN
 * unanswered for 1 s gets a RST.  A SYN that was never answered is forgotten without a packet.
 */
class HealthProbeConnection : public SimpleRefCount<HealthProbeConnection>
{
  public:
    /**
     * @param owner told what becomes of it; must outlive it, or call Abandon()
     * @param target whom to ask, and how
     * @param attempt number of the probe, for the owner
     */
    HealthProbeConnection(HealthProbeOwner& owner,
                          const HealthProbeTarget& target,
                          uint64_t attempt);

    HealthProbeConnection(const HealthProbeConnection&) = delete;
    HealthProbeConnection& operator=(const HealthProbeConnection&) = delete;

    /**
     * @brief Begin; once.
     * @param node the host
     * @param device where its stack meets the VMs; null: wherever the stack's routes lead
     */
    void Open(Ptr<Node> node, Ptr<NetDevice> device);

    /// Forget the socket and call nobody any more; nothing is sent.
    void Abandon();

    /// @return whom it asks
    const HealthProbeTarget& GetTarget() const
    {
        return m_target;
    }

    /// @return its number
    uint64_t GetAttempt() const
    {
        return m_attempt;
    }

    /// @return when it was opened
    Time GetSent() const
    {
        return m_sent;
    }

  private:
    void HandleConnected(Ptr<Socket> socket);
    void HandleReceive(Ptr<Socket> socket);
    void HandleClosed(Ptr<Socket> socket);
    /// A segment has come: ns-3 takes no notice of a RST that answers a SYN.
    void HandleSegment(Ptr<const Packet> packet,
                       const TcpHeader& header,
                       Ptr<const TcpSocketBase> socket);
    void HandleTimeout();

    /// Take note of the outcome, tell, and end the connection once the current event is over,
    /// since ns-3 may be in the middle of it.
    void Finish(HealthProbeOutcome outcome, std::optional<uint16_t> statusCode = std::nullopt);
    /// End the connection on the wire.
    void Close();
    /// Make ns-3 send a RST to a VM that does not close.
    void Reset();
    /// Give the socket up.
    void Release();
    /// Clear the socket's callbacks and forget it.
    void DropSocket();

    HealthProbeOwner* m_owner;    //!< told; null once abandoned
    HealthProbeTarget m_target;   //!< whom it asks
    uint64_t m_attempt;           //!< its number
    Time m_sent;                  //!< when it was opened
    Ptr<Socket> m_socket;         //!< none before Open() and after the release
    EventId m_timer;              //!< the one thing it waits for: timeout, close or reset
    std::string m_response;       //!< of HTTP, so far
    bool m_isEstablished{false};  //!< the VM has answered the SYN
    bool m_isFinished{false};     //!< the outcome is known
    bool m_isClosing{false};      //!< the host has closed
    bool m_isClosedByPeer{false}; //!< the VM has closed, or there was a RST
};

} // namespace ns3::azure

#endif // AZURE_HEALTH_PROBE_CONNECTION_H
