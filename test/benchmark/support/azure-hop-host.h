// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HOP_HOST_H
#define AZURE_HOP_HOST_H

#include "azure-temporary-database.h"

#include "ns3/azure-encapsulation.h"
#include "ns3/azure-host-agent.h"
#include "ns3/azure-host-goal-state.h"
#include "ns3/azure-load-balancer-mux.h"
#include "ns3/azure-trace-recorder.h"
#include "ns3/ipv4-address.h"
#include "ns3/net-device.h"
#include "ns3/ptr.h"

#include <cstdint>

/**
 * @file
 * @brief A host with one VM for benchmarks of packet-hops, and a recorder that listens to it.
 */
namespace ns3::azure
{

inline const Ipv4Address HOP_VM("10.0.0.4");                //!< private address
inline const Ipv4Address HOP_SERVER("203.0.113.1");         //!< first of the servers
inline const Ipv4Address HOP_FRONTEND("198.51.100.1");      //!< public address of the VM
inline const Tunnel HOP_TUNNEL{"10.128.1.2", "10.128.0.2"}; //!< from mux to host
constexpr uint16_t HOP_FIRST_PORT = 1024;                   //!< of the VM's SNAT ports

constexpr uint32_t HOP_MEMBERS = 4; //!< of the pool; the VM is the first

/// Writes what hosts and muxes report into a database, which is gone in the end.
class HopRecorder
{
  public:
    HopRecorder();

    /// Listen to a host's agent, on its node and not programmed yet.
    void Connect(Ptr<HostAgent> agent);
    /// Listen to a mux, on its node, which has heard already who is in rotation.
    void Connect(Ptr<LoadBalancerMux> mux);

  private:
    TemporaryDatabase m_database; //!< where to
    TraceRecorder m_recorder;     //!< which listens
};

/// A host's links, on which packets are sent and received.
struct HopHost
{
    Ptr<NetDevice> vm;     //!< bare device in place of the VM
    Ptr<NetDevice> fabric; //!< bare device in place of the physical network
};

/**
 * @brief What a host has to know.
 * @param rules of the VM's network security group that match no packet, before one that allows
 *        everything; 0 for no group at all
 * @return it; no flow is asked about again while it is measured
 */
HostGoalState MakeHopGoalState(uint32_t rules);

/**
 * @brief Make a host whose VM has all ports of a public address, which no flow loses while it is
 * measured.
 * @param goalState see MakeHopGoalState()
 * @param recorder listens to it; null for none
 */
HopHost MakeHopHost(const HostGoalState& goalState, HopRecorder* recorder);

} // namespace ns3::azure

#endif // AZURE_HOP_HOST_H
