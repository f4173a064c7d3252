// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HOST_AGENT_H
#define AZURE_HOST_AGENT_H

#include "azure-control-application.h"
#include "azure-fabric-port.h"
#include "azure-host-control.h"
#include "azure-host-ports.h"
#include "azure-host-service-port.h"
#include "azure-ns3-compat.h"
#include "azure-packet-counts.h"
#include "azure-vm-port.h"

#include "ns3/azure-encapsulation.h"
#include "ns3/azure-flow-tracker.h"
#include "ns3/azure-packet-headers.h"
#include "ns3/azure-policy-compiler.h"
#include "ns3/azure-trace-records.h"
#include "ns3/azure-verdict.h"
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
 * @brief The virtual switch of a physical server: stands between its VMs and the physical network.
 *
 * Outbound packets get the VM's public address (and SNAT port) and leave straight into the physical
 * network; replies arrive from a mux by IP-in-IP, are translated back and delivered (Ananta 3.2.3;
 * sources.rst B.2: the host of each instance does the SNAT).  What a mux sends to a member of a
 * backend pool comes by GRE with the member's number; the answers leave straight from here (B.8).
 * What is translated to what is decided by one VnicPipeline per network interface.
 *
 * Where a NAT gateway translates, packets go to it by GRE as they are, and come back so.
 *
 * Where SNAT ports can be had on demand, the first packet of a flow without one waits here, and the
 * SLB manager is asked: once for it, once for each other packet of the flow, which is dropped, and
 * once more after an answer that leaves flows waiting (Ananta 3.2.3, 3.4.2).  Ports come by
 * ProgramSnatPorts; packets that wait are then tried again in the order in which they came.  A
 * refusal drops them all.  Ranges that stay unused are given up (ReturnSnatPorts).
 *
 * A TCP connection that ends idle, where the load balancer's rule or the profile says so, gets a
 * RST to both ends from here (B.5: TR-2010).
 *
 * Packets in the virtual network go from host to host by GRE; those to a VM on the same host pass
 * both VMs' pipelines and never leave it.  Packets to the host's services reach the host's own IPv4
 * stack, once EnableHostServices() has been called.  Managers' messages are taken from the physical
 * network only: no VM can program its host.
 *
 * The time to live counts down by one in either direction, so by two from VM to VM, on one
 * host as on two; a packet whose time runs out here is dropped without an ICMP message, as Azure's
 * fabric does not show in a traceroute (our choice).
 *
 * Order of assembly: add to a node with an IPv4 stack, SetUplink(), AddNetworkInterface(),
 * Apply().  The managers' messages (HostControl) do the same as Apply(), except that one that
 * cannot be done is left unanswered.
 */
class HostAgent : public ControlApplication, private FlowObserver, private InstructionTaker
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /// @brief Connect the host to the physical network; once.
    /// @param device see FabricPort::Create()
    /// @param address the host's provider address and gateway
    void SetUplink(Ptr<NetDevice> device, const FabricAddress& address);

    /// @return the device towards the physical network that the host's own stack has its address
    ///         on, once SetUplink() has been called
    Ptr<NetDevice> GetUplinkDevice() const
    {
        return m_uplink->GetStackDevice();
    }

    /**
     * @brief Connect a VM's network interface.
     * @param number of the interface, unique in the simulation
     * @param device the host's end of a point-to-point link to the VM, without IPv4 interface; the
     * agent owns it, so that protocol handlers of the node do not see its packets
     * @param privateAddress the VM's address
     */
    void AddNetworkInterface(uint32_t number, Ptr<NetDevice> device, Ipv4Address privateAddress);

    /**
     * @brief Learn how a network interface of this host reaches the Internet.
     *
     * The same interface cannot be programmed anew: that ends the program.
     */
    void Apply(const ProgramNetworkInterface& instruction);

    /**
     * @brief Learn what muxes may send to a network interface of this host because of load
     * balancers' rules, beyond what it knows; the same once more changes nothing.
     *
     * Two endpoints of one frontend, protocol and port that differ end the program.
     */
    void Apply(const ProgramInboundEndpoints& instruction);

    /**
     * @brief Learn all that there is to know of virtual networks and security groups.
     *
     * Flows that have a record go on as they are (S3-27).  An older generation than the last one
     * is ignored; a network interface that is not on this host ends the program.  (A message with
     * either is not acknowledged, so that the manager reports this host as unreachable.)
     */
    void Apply(const HostGoalState& goalState);

    /**
     * @brief Let VMs reach the host's own IPv4 stack at 168.63.129.16 and 169.254.169.254 (S3-50).
     *
     * What the stack sends to a VM's address from a socket that is not bound to another device
     * reaches the VM, from 168.63.129.16.  A datagram to 255.255.255.255 reaches the VM whose
     * hardware address it carries as DHCP's chaddr.  Two VMs of one private address, of different
     * virtual networks, end the program: the stack could not tell them apart.
     *
     * @return the port that the stack hangs on; the same one at each call
     */
    Ptr<HostServicePort> EnableHostServices();

    /// @return use of SNAT ports, by network interface and frontend
    std::vector<SnatPortUsage> GetSnatPortUsage() const;

    /// @return requests for SNAT ports that have no answer yet, by network interface and flow
    std::vector<SnatRequest> GetOpenSnatRequests() const;

    /// @brief Tell of the flows in the tables, by network interface and number.
    void VisitOpenFlows(const FlowVisitor& visitor) const;

    /// @return bytes held by flows and their SNAT ports
    std::size_t GetFlowMemory() const;

    /// @return flows in the tables, by network interface and number
    std::vector<FlowRecord> GetOpenFlows() const;

    /// @return what became of the packets so far
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
     * @param [in] flow the flow, as it stands
     */
    typedef void (*FlowCallback)(const FlowRecord& flow);
    /**
     * @brief Signature of SnatPort.
     * @param [in] event what happened to the port
     */
    typedef void (*SnatPortCallback)(const SnatPortEvent& event);
    /**
     * @brief Signature of SnatExhausted.
     * @param [in] exhaustion the refused packet's flow and the ports at that moment
     */
    typedef void (*SnatExhaustedCallback)(const SnatExhaustion& exhaustion);
    /**
     * @brief Signature of SnatAllocation.
     * @param [in] allocation the ports, their owner, and why they came or went
     */
    typedef void (*SnatAllocationCallback)(const SnatAllocation& allocation);
    /**
     * @brief Signature of SnatRequest.
     * @param [in] request the request, now that it is over
     */
    typedef void (*SnatRequestCallback)(const SnatRequest& request);
    /**
     * @brief Signature of TcpReset.
     * @param [in] order which connection, and what its ends expect
     */
    typedef void (*TcpResetCallback)(const TcpResetOrder& order);
    /**
     * @brief Signature of SecurityGroupDecision.
     * @param [in] decision of one group
     */
    typedef void (*SecurityGroupDecisionCallback)(const SecurityGroupDecision& decision);
    /**
     * @brief Signature of Drop.
     * @param [in] drop why, and of which flow
     * @param [in] packet the packet, as it came
     */
    typedef void (*DropCallback)(const DropRecord& drop, Ptr<const Packet> packet);

  private:
    void StartApplication() override;
    void StopApplication() override;
    void DoDispose() override;

    /// Something came from a VM.
    void ReceiveFromVm(VmPort& port, const Ptr<const Packet>& packet);
    /// Something came from the physical network. @return false if it is for the host's own stack
    bool ReceiveFromFabric(const Ptr<const Packet>& packet);
    /// The host's own stack sends something to a VM.
    void ReceiveFromStack(Ptr<Packet> packet);
    /// Translate a packet that a mux encapsulated back and deliver it.
    void Deliver(const Ptr<const Packet>& packet, uint32_t offset);
    /// Deliver a packet that another host encapsulated, or a mux for a member that it chose.
    void DeliverFromTunnel(const Ptr<const Packet>& packet, const OuterHeader& outer);
    /// Translate a packet to a frontend and deliver it to the member that a mux chose.
    void DeliverToMember(uint32_t networkInterface,
                         Ipv4Address mux,
                         PacketHeaders& headers,
                         const Ptr<const Packet>& packet,
                         uint32_t offset);
    /// Deliver a packet of a virtual network that came from that host.
    void DeliverInVirtualNetwork(uint32_t virtualNetwork,
                                 Ipv4Address host,
                                 PacketHeaders& headers,
                                 const Ptr<const Packet>& packet,
                                 uint32_t offset);
    /// Deliver a packet of a virtual network to a VM of this host, with its headers as edited.
    void DeliverOnThisHost(const Forward& forward,
                           PacketHeaders& headers,
                           const Ptr<const Packet>& packet,
                           uint32_t offset);
    /// Carry out what was decided: pass the packet on, or drop it.
    void CarryOut(const Verdict& verdict,
                  VmPort& port,
                  PacketHeaders& headers,
                  const Ptr<const Packet>& packet,
                  uint32_t offset);
    /// Send a packet on its way. @return nothing if it was sent; else why it was not
    std::optional<DropReason> Send(const Forward& forward,
                                   const VmPort& port,
                                   const PacketHeaders& headers,
                                   const Ptr<Packet>& datagram,
                                   uint32_t offset);
    /// Deliver a packet that a NAT gateway has translated back.
    void DeliverFromNatGateway(uint32_t networkInterface,
                               Ipv4Address gateway,
                               PacketHeaders& headers,
                               const Ptr<const Packet>& packet,
                               uint32_t offset);
    /// Carry out an instruction. @return whether it was done: false if another one owns its ports
    bool CarryOut(const ProgramNetworkInterface& instruction, VmPort& port);
    /// Keep a packet until its flow has a SNAT port, and ask for one.
    void KeepWaiting(uint64_t flow,
                     VmPort& port,
                     const PacketHeaders& headers,
                     const Ptr<const Packet>& packet);
    /// Ask the SLB manager for SNAT ports.
    void AskForPorts(VmPort& port, uint64_t flow);
    /// Try the packets that wait again; isRefused: there are no ports for them.
    void RetryWaiting(VmPort& port, bool isRefused);
    /// Give up SNAT ports that no flow has held for long.
    void ReturnUnused(VmPort& port);
    /// Have ReturnUnused() called when there is something to give up.
    void ScheduleReturn(VmPort& port);
    /// Tell of ports that have come or gone.
    void TellChanges(uint32_t networkInterface,
                     const SnatPortChanges& changes,
                     SnatAllocationCause cause);
    /// Tell of a request for SNAT ports that is over.
    void TellRequest(const SnatRequest& request);
    /// Tell both ends of a connection that it was idle for too long.
    void SendTcpResets(const TcpResetOrder& order);
    /// Drop a packet and tell of it.
    void Drop(const Discard& discard,
              const VmPort* port,
              const PacketHeaders* headers,
              const Ptr<const Packet>& packet);
    /// Lead what the host's own stack sends to a VM to its port.
    void AddToHostServices(VmPort& port);
    /// @return which of a flow's frontends to try first, from 0
    uint32_t DrawFrontend(uint32_t frontends) const;

    bool Take(const ProgramNetworkInterface& instruction) override;
    bool Take(const ProgramSnatPorts& instruction) override;
    bool Take(const ProgramInboundEndpoints& instruction) override;
    bool Take(const HostGoalState& goalState) override;
    void FlowCreated(const FlowRecord& flow) override;
    void FlowEnded(const FlowRecord& flow) override;
    void SnatPortChanged(const SnatPortEvent& event) override;
    void SnatExhausted(const SnatExhaustion& exhaustion) override;
    void SecurityGroupDecided(const SecurityGroupDecision& decision) override;
    void TcpResetOrdered(const TcpResetOrder& order) override;
    void MessageReceived(const SlbMessage& message, const InetSocketAddress& from) override;
    void MessageAcknowledged(const SlbInstruction& instruction) override;
    void AgentUnreachable(const SlbInstruction& instruction) override;

    uint16_t m_controlPort{0};                    //!< ControlPort
    Ipv4Address m_managerAddress;                 //!< ManagerAddress
    uint16_t m_virtualNetworkControlPort{0};      //!< VirtualNetworkControlPort
    Ipv4Address m_virtualNetworkManagerAddress;   //!< VirtualNetworkManagerAddress
    uint32_t m_maxWaitingPackets{0};              //!< MaxWaitingPackets
    Ipv4Address m_heardManager;                   //!< the SLB manager, once it was heard
    std::vector<SlbInstruction> m_unheardReturns; //!< sent again when it is heard next
    Ptr<RandomVariableStream> m_frontendVariable; //!< FrontendVariable
    Ptr<FabricPort> m_uplink;                     //!< to the physical network
    Ptr<HostServicePort> m_hostServices;          //!< to the own stack; null if not enabled
    std::unique_ptr<HostControl> m_control;       //!< to the managers; null before the start
    HostPorts m_ports;                            //!< to the VMs
    PolicyCompiler m_compiler;                    //!< of goal states
    uint32_t m_generation{0};                     //!< of the goal state applied last
    uint16_t m_identification{0};                 //!< of datagrams encapsulated here
    bool m_checksums{false};                      //!< ns-3's ChecksumEnabled
    PacketCounts m_counts;                        //!< what became of the packets

    TracedCallback<const FlowRecord&> m_flowCreatedTrace;        //!< FlowCreated
    TracedCallback<const FlowRecord&> m_flowEndedTrace;          //!< FlowEnded
    TracedCallback<const SnatPortEvent&> m_snatPortTrace;        //!< SnatPort
    TracedCallback<const SnatExhaustion&> m_snatExhaustedTrace;  //!< SnatExhausted
    TracedCallback<const SnatAllocation&> m_snatAllocationTrace; //!< SnatAllocation
    TracedCallback<const SnatRequest&> m_snatRequestTrace;       //!< SnatRequest
    TracedCallback<const TcpResetOrder&> m_tcpResetTrace;        //!< TcpReset
    TracedCallback<const SecurityGroupDecision&>
        m_securityGroupDecisionTrace;                                 //!< SecurityGroupDecision
    TracedCallback<const DropRecord&, Ptr<const Packet>> m_dropTrace; //!< Drop
};

} // namespace ns3::azure

#endif // AZURE_HOST_AGENT_H
