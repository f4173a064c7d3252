// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SOAK_CHECKS_H
#define AZURE_SOAK_CHECKS_H

#include "azure-soak-watch.h"

#include "ns3/azure-packet-counts.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

/// @return how packets received and made differ from what became of them
/// @param waiting packets that wait and are not among the counts
std::optional<std::string> FindImbalance(const std::string& who,
                                         const PacketCounts& counts,
                                         uint64_t waiting);

/// @return how two numbers that must be equal differ
std::optional<std::string> FindDifference(const std::string& what, uint64_t is, uint64_t should);

/// @brief Checks the laws of a world: every second, when all is mended, and at the end.
class SoakChecks
{
  public:
    /// @param world that is checked @param wires its wires @param watch listens to it
    /// @param laws gets the findings
    SoakChecks(SoakWorld& world, SoakWires& wires, SoakWatch& watch, SoakLawBook& laws);

    /// @brief Have all be checked when it is time.
    void Begin();

    /// @brief Check what a database has, once it is closed. @param path its file
    void CheckDatabase(const std::string& path);

  private:
    /// What must always be true.
    void CheckNow();
    void CheckHost(Ptr<HostAgent> agent);
    void CheckMux(Ptr<LoadBalancerMux> mux);
    void CheckGateway(Ptr<NatGatewayNode> gateway);
    void CheckGenerators();
    void CheckOuterFlows();

    /// What must be true some time after the last fault.
    void CheckSettled();
    void CheckRules();
    void CheckPorts();
    /// Send packets of our own through all muxes, and look at what became of them later.
    void BeginTrials();
    void BeginRuleTrials(Ptr<LoadBalancerMux> mux);
    void BeginPortTrials(Ptr<LoadBalancerMux> mux);
    /// A packet of our own comes to a mux. @return its key
    FlowKey SendTrial(Ptr<LoadBalancerMux> mux, Ipv4Address to, uint16_t port, uint8_t flags);
    /// Packets go from each VM to the next one of its virtual network.
    void BeginVmTrials();
    void SendVmTrial(uint32_t from, uint32_t to, uint16_t port);
    void CheckVmTrial(const FlowKey& key, uint32_t from, uint32_t to);
    void CheckRuleTrial(const FlowKey& key, uint16_t rule);
    void CheckPortTrial(const FlowKey& key, uint32_t expectedNode);

    /// What must be true when all timers are over.
    void CheckEnd();
    void CheckMuxes();

    /// @return whether the flow is there at the end as ns-3's TCP does not give it up
    bool IsRepeated(const FlowRecord& flow) const;

    SoakWorld& m_world;              //!< that is checked
    SoakWires& m_wires;              //!< its wires
    SoakWatch& m_watch;              //!< listens to it
    SoakLawBook& m_laws;             //!< gets the findings
    uint16_t m_trials{0};            //!< packets of our own so far
    uint64_t m_repeated{0};          //!< flows that ns-3's TCP does not give up
    uint64_t m_firstEvents{0};       //!< of the first minute
    uint64_t m_eventsBefore{0};      //!< up to the last minute
    uint64_t m_establishedBefore{0}; //!< flows, when all was mended
};

} // namespace ns3::azure

#endif // AZURE_SOAK_CHECKS_H
