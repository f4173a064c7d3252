// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SOAK_WATCH_H
#define AZURE_SOAK_WATCH_H

#include "azure-soak-flow-ledger.h"
#include "azure-soak-laws.h"
#include "azure-soak-port-ledger.h"
#include "azure-soak-referee.h"
#include "azure-soak-wires.h"
#include "azure-soak-world.h"

#include "ns3/azure-trace-recorder.h"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace ns3::azure
{

/// What the trace sources of a world have told in all; what a database should hold.
struct SoakTotals
{
    uint64_t flows{0};        //!< created at hosts
    uint64_t gatewayFlows{0}; //!< created at NAT gateways
    uint64_t drops{0};        //!< packets dropped
    uint64_t portStages{0};   //!< of SNAT ports' uses
    uint64_t decisions{0};    //!< of security groups
    uint64_t allocations{0};  //!< ranges of ports given or taken
};

/**
 * @brief Listens to all trace sources of a world, keeps the ledgers, and checks what can be checked
 * at each event.
 */
class SoakWatch
{
  public:
    /// Owner of a NAT gateway's ports in the ledger: no network interface has such a number.
    static constexpr uint32_t GATEWAY_OWNER = 1U << 24;

    /// @param world that is watched @param wires its wires @param laws gets the findings
    /// @param recorder is told of each traffic generator, too; null if there is none
    SoakWatch(SoakWorld& world, SoakWires& wires, SoakLawBook& laws, TraceRecorder* recorder);

    /// @brief Learn what the virtual networks' resources say now.
    void LearnRules();

    /// @return who has which ports
    const SoakPortLedger& GetPorts() const
    {
        return m_ports;
    }

    /// @return the flows of a node, that of a host agent or NAT gateway
    const SoakFlowLedger& GetFlows(Ptr<Node> node) const
    {
        return m_flows.at(node->GetId());
    }

    /// @return what has become of attempts
    const SoakAttemptLedger& GetAttempts() const
    {
        return m_attempts;
    }

    /// @return who evaluates security groups once more
    SoakReferee& GetReferee()
    {
        return m_referee;
    }

    /// @return packets that a node has told to be dropped
    uint64_t GetDrops(Ptr<Node> node) const;

    /// @return what a host has acknowledged last; null if nothing
    const HostGoalState* FindAcknowledged(Ipv4Address host) const;

    /// @return all that was told
    const SoakTotals& GetTotals() const
    {
        return m_totals;
    }

    /// What muxes and hosts did with packets of the checks' own, by their keys.
    struct Trial
    {
        std::vector<LoadBalancingDecision> decisions;       //!< of muxes
        std::vector<std::pair<uint32_t, DropReason>> drops; //!< by ns-3's number of the node
        std::vector<std::pair<uint32_t, FlowRecord>> flows; //!< created, likewise
        std::optional<uint32_t> vm;                         //!< that got the packet
    };

    /// @brief Note what becomes of packets with this source address from now on.
    void BeginTrials(Ipv4Address source)
    {
        m_trialSource = source.Get();
    }

    /// @brief Note what becomes of a packet from a VM to a VM.
    void BeginTrial(const FlowKey& key)
    {
        m_trials[key];
    }

    /// @return what became of the packets of a key
    const Trial& GetTrial(const FlowKey& key)
    {
        return m_trials[key];
    }

  private:
    void ConnectHost(Ptr<HostAgent> agent);
    void ConnectGateway(Ptr<NatGatewayNode> gateway);
    void ConnectGenerator(Ptr<TrafficGenerator> generator);
    void ConnectVm(uint32_t vm);

    static void FlowCreated(SoakWatch* self, uint32_t node, const FlowRecord& flow);
    static void FlowEnded(SoakWatch* self, uint32_t node, const FlowRecord& flow);
    static void GatewayFlowCreated(SoakWatch* self, uint32_t node, const FlowRecord& flow);
    static void Dropped(SoakWatch* self,
                        uint32_t node,
                        const DropRecord& drop,
                        Ptr<const Packet> packet);
    static void GatewayPort(SoakWatch* self, const SnatPortEvent& event);
    static void Started(SoakWatch* self, uint32_t generator, const TrafficFlow& flow);
    static void Established(SoakWatch* self, uint32_t generator, const TrafficFlow& flow);
    static void Failed(SoakWatch* self,
                       uint32_t generator,
                       const TrafficFlow& flow,
                       TrafficFailure failure,
                       bool isRetried);
    static void Closed(SoakWatch* self,
                       uint32_t generator,
                       const TrafficFlow& flow,
                       TrafficEnd end);
    void HostPort(const SnatPortEvent& event);
    void Allocated(const SnatAllocation& allocation);
    void Decided(const SecurityGroupDecision& decision);
    void Balanced(const LoadBalancingDecision& decision);
    void Applied(const GoalStateInstruction& instruction);
    void NotePort(uint32_t owner, const SnatPortEvent& event);
    /// Something has come to a VM.
    void Delivered(uint32_t vm, const Bytes& datagram);

    SoakWorld& m_world;                                  //!< that is watched
    SoakWires& m_wires;                                  //!< its wires
    SoakLawBook& m_laws;                                 //!< gets the findings
    TraceRecorder* m_recorder;                           //!< see the constructor
    SoakPortLedger m_ports;                              //!< SNAT ports
    SoakReferee m_referee;                               //!< security groups
    SoakAttemptLedger m_attempts;                        //!< generators' flows
    std::map<uint32_t, SoakFlowLedger> m_flows;          //!< by node
    std::map<uint32_t, uint64_t> m_drops;                //!< by node
    std::map<Ipv4Address, HostGoalState> m_acknowledged; //!< by host
    SoakTotals m_totals;                                 //!< in all
    std::map<FlowKey, Trial> m_trials;                   //!< by key as sent
    std::optional<uint32_t> m_trialSource;               //!< see BeginTrials()
    uint32_t m_generators{0};                            //!< connected so far
};

} // namespace ns3::azure

#endif // AZURE_SOAK_WATCH_H
