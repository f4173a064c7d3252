// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_EQUAL_COST_WORLD_H
#define AZURE_EQUAL_COST_WORLD_H

#include "azure-raw-datagram.h"

#include "ns3/azure-equal-cost-routing.h"
#include "ns3/azure-fabric-helper.h"
#include "ns3/azure-route-announcer.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/simulator.h"

#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3::azure
{

/// How sinks and client are connected.
enum class SinkLink : uint8_t
{
    PointToPoint, //!< a link each
    Csma,         //!< one segment, with ARP
    QueueDisc,    //!< a link each, with a queue disc
};

/**
 * @brief The fabric router, eight sinks behind it in place of muxes, a client, and all that arrives
 * at them.
 *
 * A sink takes whatever comes to it, but for its own address, as a mux does.
 */
class EqualCostWorld : public ::testing::Test
{
  protected:
    static constexpr uint32_t SINKS = 8;               //!< unless Begin() has another number
    static constexpr uint32_t CLIENT = 0xcb007107;     //!< 203.0.113.7, source of flows
    static constexpr uint32_t FRONTEND = 0xc6120001;   //!< 198.18.0.1, destination of flows
    static constexpr uint16_t PORT = 443;              //!< destination of flows
    static constexpr uint16_t IPV4_ETHERTYPE = 0x0800; //!< of devices' Send()

    using Texts = std::vector<std::string>;

    /// A node that is attached to the fabric.
    struct Attached
    {
        FabricAttachment place;   //!< where it is
        Ptr<FabricPort> port;     //!< its port
        RouteAnnouncer announcer; //!< of the public addresses, if it is open
        bool isDead{false};       //!< it takes no packet any more
    };

    /// A packet that a sink took.
    struct Arrival
    {
        Time time;     //!< when
        uint32_t sink; //!< which
        FlowKey key;   //!< its flow; none if it is too short for ports
    };

    void SetUp() override;
    void TearDown() override;

    /// Make the fabric; the one before it, if there is one, ends.
    void Begin(SinkLink link, uint32_t sinks = SINKS);
    /// Let the sinks share the public addresses, but announce nothing.
    void ShareQuietly();
    /// Let the sinks share the public addresses, and announce them from time zero.
    void Share();

    /// Attach a node that tells of what comes to it.
    std::unique_ptr<Attached> Attach(std::function<void(const FlowKey&)> told);
    /// A node begins to announce prefixes.
    static void Open(Attached& node,
                     const std::vector<AddressPrefix>& prefixes = FabricHelper::GetPublicPrefixes(),
                     const RouteAnnouncerOptions& options = {});
    /// A sink dies: it announces nothing more, and takes nothing.
    static void Kill(Attached& sink);

    /// Do something at a time.
    static void At(Time time, const std::function<void()>& function);
    /// Run until then.
    static void RunUntil(Time stop);

    /// @return the number's flow to the frontend
    static FlowKey MakeFlow(uint32_t i);
    /// The client sends a datagram.
    void Send(const FlowKey& key, const DatagramTraits& traits = {});
    /// The client sends a packet of each flow at a time.
    void SendFlowsAt(Time time, uint32_t flows);

    /// @return the sinks that took the packets sent at the time, or less than 0.1 s later, by flow;
    /// a failure if two of a flow came
    std::map<FlowKey, uint32_t> GetSinksOfFlows(Time sent) const;
    /// @return how many of the flows each sink has
    static std::vector<uint32_t> Count(const std::map<FlowKey, uint32_t>& sinks);
    /// @return the number of the sink with the address; SINKS if there is none
    uint32_t GetSink(Ipv4Address address) const;
    /// @return the changes of routes since the last call, as "SINK cause"
    Texts TakeChanges();

    std::unique_ptr<FabricHelper> m_fabric;          //!< routers
    std::unique_ptr<Attached> m_client;              //!< sends
    std::vector<std::unique_ptr<Attached>> m_sinks;  //!< in place of muxes
    Ptr<EqualCostRouting> m_routing;                 //!< of the fabric router
    std::vector<Arrival> m_arrivals;                 //!< at the sinks
    std::vector<FlowKey> m_toClient;                 //!< what the client got
    std::vector<RouteChangeRecord> m_changes;        //!< RouteChange
    std::vector<Ipv4L3Protocol::DropReason> m_drops; //!< by the router's stack

  private:
    void End();
    void OnChange(const RouteChangeRecord& change);
    void OnDrop(const Ipv4Header& header,
                Ptr<const Packet> packet,
                Ipv4L3Protocol::DropReason reason,
                Ptr<Ipv4> ipv4,
                uint32_t interface);
};

} // namespace ns3::azure

#endif // AZURE_EQUAL_COST_WORLD_H
