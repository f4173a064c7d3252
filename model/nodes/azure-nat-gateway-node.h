// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_NAT_GATEWAY_NODE_H
#define AZURE_NAT_GATEWAY_NODE_H

#include "azure-deadline-event.h"
#include "azure-fabric-port.h"
#include "azure-ns3-compat.h"
#include "azure-packet-counts.h"
#include "azure-slb-control-socket.h"

#include "ns3/application.h"
#include "ns3/azure-encapsulation.h"
#include "ns3/azure-goal-state-parts.h"
#include "ns3/azure-nat-gateway-pipeline.h"
#include "ns3/azure-packet-headers.h"
#include "ns3/azure-trace-records.h"
#include "ns3/nstime.h"
#include "ns3/random-variable-stream.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief A NAT gateway in the physical network (sources.rst B.6).
 *
 * Hosts send it their VMs' packets to the Internet by GRE (EncapsulateForNatGateway()); it gives
 * their flows ports of its public addresses and sends them on.  The answers come to those addresses
 * and go back to the VM's host the same way.  What is translated to what, and who gets a RST, is
 * decided by NatGatewayPipeline.
 *
 * The inner time to live counts down by one; a packet whose time runs out here is dropped without
 * an ICMP message (our choice, as at hosts).
 *
 * Order of assembly: add to a node with an IPv4 stack, SetUplink(), Apply().  The SLB manager's
 * messages (GoalStatePart) do the same as Apply(), except that what cannot be done is left
 * unanswered.  Routes of the public addresses must lead here: FabricHelper::RouteToNatGateway().
 */
class NatGatewayNode : public Application, private FlowObserver
{
  public:
    NatGatewayNode();

    /// @return the object's TypeId
    static TypeId GetTypeId();

    /// @brief Connect the gateway to the physical network; once.
    /// @param device see FabricPort::Create()
    /// @param address the gateway's provider address and its next hop
    void SetUplink(Ptr<NetDevice> device, const FabricAddress& address);

    /**
     * @brief Learn addresses, timers and members; later goal states may differ in members only, or
     * end the program.
     *
     * An older generation than the last one is ignored.  Attribute MaxFlows is read at the first.
     */
    void Apply(const NatGatewayGoalState& goalState);

    /// @return use of SNAT ports by public address, each of network interface 0: nobody has ports
    ///         of their own
    std::vector<SnatPortUsage> GetSnatPortUsage() const;

    /// @brief Tell of the flows in the table, by number.
    void VisitOpenFlows(const FlowVisitor& visitor) const;

    /// @return bytes held by flows and their SNAT ports
    std::size_t GetFlowMemory() const;

    /// @return flows in the table, by number
    std::vector<FlowRecord> GetOpenFlows() const;

    /// @return what became of the packets so far; RSTs of the gateway's own are no part of it
    const PacketCounts& GetPacketCounts() const
    {
        return m_counts;
    }

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

    /// @brief Fix the random variables' streams. @return how many were used
    int64_t AssignStreams(int64_t stream) AZURE_NET_APP_OVERRIDE;

    /**
     * @brief Signature of FlowCreated and FlowEnded.
     * @param [in] flow the flow, as it stands; its number is the gateway's
     */
    typedef void (*FlowCallback)(const FlowRecord& flow);
    /**
     * @brief Signature of SnatPort.
     * @param [in] event what happened to the port; counts of ports are the gateway's
     */
    typedef void (*SnatPortCallback)(const SnatPortEvent& event);
    /**
     * @brief Signature of SnatExhausted.
     * @param [in] exhaustion the refused packet's flow and the gateway's ports at that moment
     */
    typedef void (*SnatExhaustedCallback)(const SnatExhaustion& exhaustion);
    /**
     * @brief Signature of TcpReset.
     * @param [in] order the flow that is no more.  Only what is known is set: of a VM's segment the
     * interface, the flow as the VM sends as both keys, and the sequence to the VM; of one from the
     * Internet interface 0, the flow after translation as both keys, and the sequence to its sender
     */
    typedef void (*TcpResetCallback)(const TcpResetOrder& order);
    /**
     * @brief Signature of Drop.
     * @param [in] drop why, and of which flow
     * @param [in] packet the packet, as it came
     */
    typedef void (*DropCallback)(const DropRecord& drop, Ptr<const Packet> packet);

  private:
    /// A packet that has come.
    struct Arrival
    {
        /// @param came the packet
        explicit Arrival(const Ptr<const Packet>& came)
            : packet(came)
        {
        }

        const Ptr<const Packet>& packet;        //!< as it came
        uint32_t offset{0};                     //!< where the VM's datagram begins, in bytes
        std::optional<NatGatewaySender> sender; //!< who brought it; none: the Internet
        PacketHeaders headers;                  //!< of that datagram
    };

    void StartApplication() override;
    void StopApplication() override;
    void DoDispose() override;

    /// @return whether the goal state is done now, or was before
    bool Take(const NatGatewayGoalState& goalState);
    /// A message of the SLB manager has come.
    void ReceiveMessage(const SlbMessage& message, const InetSocketAddress& from);

    /// Something came from the physical network. @return false if it is for the node's own stack
    bool Receive(const Ptr<const Packet>& packet);
    /// Take a packet out of its tunnel. @return nothing if done, or why not
    std::optional<DropReason> Decapsulate(Arrival& arrival, const OuterHeader& outer) const;
    /// Translate a packet and send it on, or drop it.
    void Translate(Arrival& arrival);
    /// Send a packet that passes. @return nothing if it was sent; else why it was not
    std::optional<DropReason> Send(const Arrival& arrival, const NatGatewayForward& forward);
    /// Send the sender of a segment a RST.
    void SendReset(const Arrival& arrival);
    /// Encapsulate a datagram for a host and send it.
    std::optional<DropReason> SendToHost(Ptr<Packet> datagram,
                                         const PacketHeaders& headers,
                                         const NatGatewaySender& receiver);
    /// Drop a packet and tell of it.
    void Drop(DropReason reason, const Arrival& arrival, bool isWhole);

    /// Have one event at the next deadline of the flows, if there is one.
    void ScheduleExpiry()
    {
        m_expiry.Schedule(m_pipeline->GetNextDeadline(), &NatGatewayNode::Expire, this);
    }

    /// A deadline has come.
    void Expire();

    void FlowCreated(const FlowRecord& flow) override;
    void FlowEnded(const FlowRecord& flow) override;
    void SnatPortChanged(const SnatPortEvent& event) override;
    void SnatExhausted(const SnatExhaustion& exhaustion) override;
    void SecurityGroupDecided(const SecurityGroupDecision& decision) override;

    uint16_t m_controlPort{0};                      //!< ControlPort
    Ipv4Address m_managerAddress;                   //!< ManagerAddress
    uint32_t m_maxFlows{0};                         //!< MaxFlows
    Ptr<RandomVariableStream> m_portVariable;       //!< PortVariable
    Ptr<FabricPort> m_uplink;                       //!< to the physical network
    Ptr<SlbControlSocket> m_control;                //!< to the SLB manager; null before the start
    GoalStateAssembler m_assembler;                 //!< of messages' goal states
    uint32_t m_generation{0};                       //!< of the goal state applied last
    std::unique_ptr<NatGatewayPipeline> m_pipeline; //!< null before there is a goal state
    DeadlineEvent m_expiry;                         //!< next look at the flows
    uint16_t m_identification{0};                   //!< of datagrams that begin here
    bool m_checksums{false};                        //!< ns-3's ChecksumEnabled
    PacketCounts m_counts;                          //!< what became of the packets

    TracedCallback<const FlowRecord&> m_flowCreatedTrace;             //!< FlowCreated
    TracedCallback<const FlowRecord&> m_flowEndedTrace;               //!< FlowEnded
    TracedCallback<const SnatPortEvent&> m_snatPortTrace;             //!< SnatPort
    TracedCallback<const SnatExhaustion&> m_snatExhaustedTrace;       //!< SnatExhausted
    TracedCallback<const TcpResetOrder&> m_tcpResetTrace;             //!< TcpReset
    TracedCallback<const DropRecord&, Ptr<const Packet>> m_dropTrace; //!< Drop
};

} // namespace ns3::azure

#endif // AZURE_NAT_GATEWAY_NODE_H
