// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRAFFIC_CONNECTIONS_H
#define AZURE_TRAFFIC_CONNECTIONS_H

#include "ns3/azure-traffic-flow.h"
#include "ns3/azure-traffic-spec.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace ns3::azure
{

/// What all connections of a traffic generator have in common.
struct TrafficConnectionSettings
{
    uint32_t requestSize{0};               //!< bytes the client sends; 0 for none (TCP only)
    uint32_t responseSize{0};              //!< bytes the server answers
    TrafficClose close{TrafficClose::Fin}; //!< how the client ends a connection
    uint32_t connectAttempts{1};           //!< TCP: SYNs sent before giving up
    Time connectTimeout;                   //!< TCP: wait for an answer to the first SYN; doubles
    Time responseTimeout;                  //!< wait for the whole response
    Time closeTimeout;                     //!< TCP: wait for an answer to the client's FIN
    Time keepAliveInterval;                //!< between keep-alive messages; 0 s: none are sent
};

/// Is told of attempts, one after the other.
using TrafficFlowVisitor = std::function<void(const TrafficFlow&)>;

/// Whoever opens connections, and is told what becomes of them.
class TrafficConnectionOwner
{
  public:
    virtual ~TrafficConnectionOwner() = default;

    /// The connection is established; called at most once.
    virtual void HandleEstablished(const TrafficFlow& flow) = 0;

    /**
     * @brief All that was asked for has been received; called at most once, after
     * HandleEstablished().
     * @param flow the attempt
     * @return how long to keep it open; nothing: to the end of the run
     */
    virtual std::optional<Time> HandleResponded(const TrafficFlow& flow) = 0;

    /// A keep-alive message goes out next.
    virtual void HandleKeepAlive(const TrafficFlow& flow) = 0;

    /// The attempt failed; called at most once, and never after HandleEstablished().
    virtual void HandleFailed(const TrafficFlow& flow, TrafficFailure failure) = 0;

    /// The connection ended for the application; called at most once, after HandleEstablished().
    virtual void HandleClosed(const TrafficFlow& flow, TrafficEnd end) = 0;

    /**
     * @brief The connection is needed no longer; nothing is called for it after this.
     * @param flow the attempt; when it ended may be left out
     * @param portFreeAt from when on its source port can be bound again
     */
    virtual void HandleReleased(const TrafficFlow& flow, Time portFreeAt) = 0;
};

/**
 * @ingroup azure-nodes
 * @brief What carries the connections of one traffic generator.
 *
 * Bind() -> Open() -> established -> responded -> held -> closed -> released, or from Open() ->
 * failed -> released.  From responded to closed it sends keep-alive messages, if there are to be
 * any.  The owner hears of each step; settings and owner must outlive it, or Abandon()
 * must be called.
 */
class TrafficConnections
{
  public:
    virtual ~TrafficConnections() = default;

    /**
     * @brief Take the flow's source address and port.
     * @param flow the attempt, with its key
     * @return the connection's number, for Open(); nothing if the port is in use
     */
    virtual std::optional<uint64_t> Bind(const TrafficFlow& flow) = 0;

    /**
     * @brief Send the first packet.
     * @param connection what Bind() has just returned
     * @return whether there is a route; if not, the port is free again and nothing is called
     */
    virtual bool Open(uint64_t connection) = 0;

    /// Give up attempts and close connections, in the order of their flows, for the reason that the
    /// application stops.
    virtual void Stop() = 0;

    /// Forget all connections and call nobody any more; nothing is sent.
    virtual void Abandon() = 0;

    /// Tell of the attempts that have neither failed nor ended, in the order of their flows.
    virtual void VisitOpenFlows(const TrafficFlowVisitor& visitor) const = 0;

    /// @return bytes of memory held for connections, without what ns-3's own objects take
    virtual uint64_t GetMemory() const = 0;
};

} // namespace ns3::azure

#endif // AZURE_TRAFFIC_CONNECTIONS_H
