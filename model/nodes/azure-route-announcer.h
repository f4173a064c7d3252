// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_ROUTE_ANNOUNCER_H
#define AZURE_ROUTE_ANNOUNCER_H

#include "ns3/azure-address-prefix.h"
#include "ns3/azure-route-message.h"
#include "ns3/event-id.h"
#include "ns3/ipv4-address.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/socket.h"

#include <cstdint>
#include <vector>

namespace ns3::azure
{

/// How routes are announced.
struct RouteAnnouncerOptions
{
    uint16_t port{ROUTE_PORT};           //!< UDP port, here and at the router, above 0
    Time keepaliveInterval{Seconds(10)}; //!< between announcements, above 0 s; a third of the hold
                                         //!< time, as RFC 4271 section 4.4 has it
    Time holdTime{Seconds(30)}; //!< longer than the interval, whole milliseconds (Ananta 3.3.4)
};

/**
 * @ingroup azure-nodes
 * @brief Announces prefixes to the next router, as long as it is open.
 *
 * Announcements are datagrams and can get lost: with the default options one may without harm;
 * after two in a row the next one comes in the instant when the router gives the routes up.  They
 * leave by one device only, so that no route of the node's stack can lead them astray.
 */
class RouteAnnouncer
{
  public:
    RouteAnnouncer() = default;
    /// Says nothing to the router, as Close(false).
    ~RouteAnnouncer();
    RouteAnnouncer(const RouteAnnouncer&) = delete;
    RouteAnnouncer& operator=(const RouteAnnouncer&) = delete;

    /**
     * @brief Announce the prefixes now, and again each keepalive interval; only while not open.
     * @param node with an IPv4 stack
     * @param device that its stack has an address on, the only way out
     * @param router to whom
     * @param prefixes what to announce, at least one, all valid
     * @param options how; anything but what is said there ends the program
     */
    void Open(Ptr<Node> node,
              Ptr<NetDevice> device,
              Ipv4Address router,
              const std::vector<AddressPrefix>& prefixes,
              const RouteAnnouncerOptions& options = {});

    /**
     * @brief Announce nothing more; does nothing while not open.
     * @param withdraw whether to tell the router, so that it gives the routes up at once; false: as
     *        if the node had died, so that they stay until the hold time is over
     */
    void Close(bool withdraw);

    /// @return whether prefixes are announced
    bool IsOpen() const
    {
        return m_socket != nullptr;
    }

  private:
    /// Announce all prefixes, and again after the interval.
    void Announce();
    /// Send a message.
    void Send(const RouteMessage& message);

    Ptr<Socket> m_socket;                              //!< UDP; null while not open
    Ipv4Address m_router;                              //!< to whom
    RouteAnnouncerOptions m_options;                   //!< how
    std::vector<std::vector<AddressPrefix>> m_batches; //!< prefixes, by message
    EventId m_keepalive;                               //!< next announcement
};

} // namespace ns3::azure

#endif // AZURE_ROUTE_ANNOUNCER_H
