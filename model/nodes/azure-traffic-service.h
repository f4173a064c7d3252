// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRAFFIC_SERVICE_H
#define AZURE_TRAFFIC_SERVICE_H

#include "ns3/azure-flow-key.h"
#include "ns3/azure-traffic-flow.h"

#include <cstdint>
#include <optional>

namespace ns3::azure
{

/**
 * @brief Whoever serves ports, and is told what comes to them.
 *
 * It knows TCP connections by tags of its own, and may call the service from within each function.
 */
class TrafficServiceUser
{
  public:
    virtual ~TrafficServiceUser() = default;

    /**
     * @brief A TCP connection is established.
     * @param connection its number
     * @param key its source is the client
     * @return the user's tag
     */
    virtual uint32_t HandleAccepted(uint32_t connection, const FlowKey& key) = 0;

    /**
     * @brief The next bytes of the client's stream have come.
     * @param tag the user's
     * @param bytes valid until the function returns
     * @param size how many
     */
    virtual void HandleReceived(uint32_t tag, const uint8_t* bytes, uint32_t size) = 0;

    /// The client sends no more.
    virtual void HandlePeerClosed(uint32_t tag) = 0;

    /// The connection is over, and its number no longer the user's; not after Forget() or Abandon()
    /// @param tag the user's
    /// @param end Reset or Error; anything after Close()
    virtual void HandleOver(uint32_t tag, TrafficEnd end) = 0;

    /**
     * @brief A datagram has come.
     * @param key its source is the client
     * @param bytes valid until the function returns
     * @param size how many
     * @return bytes of the answer, which are zero; nothing for no answer
     */
    virtual std::optional<uint32_t> HandleDatagram(const FlowKey& key,
                                                   const uint8_t* bytes,
                                                   uint32_t size) = 0;
};

/**
 * @ingroup azure-nodes
 * @brief What carries the connections and datagrams of one traffic server.
 *
 * The user must outlive it, or be done with all connections by Abandon().
 */
class TrafficService
{
  public:
    virtual ~TrafficService() = default;

    /**
     * @brief Serve a port, on TCP and on UDP.
     * @param port not served yet
     * @return whether it was free
     */
    virtual bool Listen(uint16_t port) = 0;

    /// Serve no port any more; connections go on.
    virtual void StopListening() = 0;

    /**
     * @brief Send zero bytes, at once or when there is room for them.
     * @param connection whose
     * @param bytes how many, at least 1
     */
    virtual void Send(uint32_t connection, uint32_t bytes) = 0;

    /// @return whether the connection has bytes of Send() for which there is no room yet
    virtual bool IsSending(uint32_t connection) const = 0;

    /// End the connection by FIN; HandleOver() tells when it is over.
    virtual void Close(uint32_t connection) = 0;

    /// Have nothing to do with the connection any more; nothing is sent.
    virtual void Forget(uint32_t connection) = 0;

    /// Forget the connection because the simulation ends, so that nothing is changed in the node.
    virtual void Abandon(uint32_t connection) = 0;

    /// @return bytes of memory held, without what ns-3's own objects take
    virtual uint64_t GetMemory() const = 0;
};

} // namespace ns3::azure

#endif // AZURE_TRAFFIC_SERVICE_H
