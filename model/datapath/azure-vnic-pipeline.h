// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_VNIC_PIPELINE_H
#define AZURE_VNIC_PIPELINE_H

#include "azure-packet-headers.h"
#include "azure-verdict.h"

#include "ns3/azure-flow-tracker.h"
#include "ns3/azure-fragment-tracker.h"
#include "ns3/azure-inbound-endpoint-table.h"
#include "ns3/azure-network-interface-policy.h"
#include "ns3/azure-slb-message.h"
#include "ns3/azure-snat-port-grants.h"
#include "ns3/azure-trace-records.h"
#include "ns3/nstime.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// SNAT ports have come to a network interface, or have gone.
struct SnatPortChange
{
    SnatPortBlockGrant ports; //!< which
    bool isGiven{true};       //!< or else taken away
    uint32_t flowsBroken{0};  //!< flows that have ended with that
};

/// What a control message has done to a network interface's SNAT ports: first what has gone.
using SnatPortChanges = std::vector<SnatPortChange>;

/**
 * @ingroup azure-datapath
 * @brief What happens to the packets of one VM's network interface.
 *
 * The first packet of a flow walks the stages: checks, where it goes, platform rules, network
 * security groups, outbound method, SNAT port.  What comes out is kept with the flow, so that each
 * later packet costs one lookup (the unified flow table of VFP, sources.rst C.4).
 *
 * Security groups see packets as the VM does: before SNAT on the way out, after translation on the
 * way in (sources.rst B.9, S3-52).  A flow they deny has no SNAT port; its entry waits, and each
 * further packet is asked about.
 *
 * With SNAT only TCP and UDP pass, whole datagrams only, and a TCP flow begins with a SYN from the
 * VM.  With an instance-level public IP everything may pass, either way (sources.rst B.3), and so
 * it may in the virtual network and to the host: there a flow may begin in its middle, fragments
 * follow their first one as long as its flow lasts, an ICMP query and its answers are a flow, and
 * other packets without ports between two addresses are one.
 *
 * With a NAT gateway the host translates nothing: packets to the Internet go to the gateway as they
 * are, TCP and UDP only, whole datagrams only, and its answers to their flows come back likewise.
 * A flow may begin in its middle here; the gateway decides whether it does.  An instance-level
 * public IP besides is for flows that come in through it, and for those it had before
 * (sources.rst B.3: NG-2202).
 *
 * Where ports can be had on demand a packet without one waits (Await) instead of being refused.
 *
 * SNAT ports, and the way to the Internet, may change: flows end with the port or address that they
 * need (FlowEnd::Reclaimed), the others go on.
 *
 * What a mux sends because of a load balancer's rule comes through a frontend: translated once the
 * mux has chosen this VM, answered straight from here with the frontend's address and port (Ananta
 * 3.2.2; sources.rst B.8: MV-1608).  Such flows hold no SNAT port, whatever else the VM has; TCP
 * and UDP only, whole datagrams only, as with SNAT.  Security groups see the client and the VM's
 * private address and port, never the load balancer's (S3-52), with floating IP too.  A TCP flow
 * begins with a SYN: were a mux's choice kept longer than the flow here, the VM would answer RST
 * to the rest (our choice).
 *
 * An ICMP error about a packet of an accepted flow that has a record passes with it, uncounted: it
 * keeps no flow alive.  Any other is dropped; none begins a flow.
 *
 * A flow's packets come the way its first one went, or are dropped.  A SYN against a flow that is
 * over begins another one, in its own direction and by its own way; one by another way than a flow
 * with a SNAT port has to wait until the port is held no more.
 *
 * Laws, checked by CheckInvariants(): those of FlowTracker.
 *
 * Calls must be made in the order of their times.  Flows whose time has come by a call's \p now
 * are ended before it does anything else.
 */
class VnicPipeline
{
  public:
    /// Draws which of n frontends a flow tries first, or which of n ports it gets.
    using FrontendDraw = Draw;

    /**
     * @param networkInterface number of the network interface
     * @param privateAddress the VM's address
     * @param observer told of everything; not owned
     * @param drawFrontend used where the profile selects frontends or ports at random
     */
    VnicPipeline(uint32_t networkInterface,
                 Ipv4Address privateAddress,
                 FlowObserver& observer,
                 FrontendDraw drawFrontend);

    /**
     * @brief Learn how the interface reaches the Internet, at first or anew.
     *
     * Blocks that it has already stay what they are, unless the profile differs.
     */
    SnatPortChanges Program(const ProgramNetworkInterface& instruction, Time now);

    /**
     * @brief Get SNAT ports and lose some; Program() must have been called before.
     * @param instruction gives none that the interface has; of what it takes, only what the
     *        interface has matters
     * @param now current time
     */
    SnatPortChanges Program(const ProgramSnatPorts& instruction, Time now);

    /// @brief Give up SNAT ports that no flow has held for long. @return those
    SnatPortGrants TakeUnused(Time now);

    /// @return when TakeUnused() has something to give up, if no flow gets a port of it
    std::optional<Time> GetNextUnused() const
    {
        return m_flows.GetNextUnused();
    }

    /// @return number of the last instruction that was carried out; 0 if there was none
    uint32_t GetSequence() const
    {
        return m_instruction ? m_instruction->sequence : 0;
    }

    /// @return the interface's SNAT ports
    const SnatPortGrants& GetSnatPorts() const
    {
        static const SnatPortGrants NONE;
        return m_instruction ? m_instruction->blocks : NONE;
    }

    /// @return the interface's instance-level public IP, if it has one
    std::optional<Ipv4Address> GetInstanceLevelPublicIp() const
    {
        return m_instruction ? m_instruction->instanceLevelPublicIp : std::nullopt;
    }

    /**
     * @brief Learn what muxes may send beyond SNAT's replies; what is known already changes
     * nothing.
     * @return whether it was done: false, with nothing changed, if two endpoints of one frontend,
     *         protocol and port differ
     */
    bool AddInboundEndpoints(const ProgramInboundEndpoints& instruction)
    {
        return m_inboundEndpoints.Insert(instruction);
    }

    /// @brief Learn what the virtual network says; as often as that changes.
    void SetPolicy(NetworkInterfacePolicy policy);

    /// @return whether Program() has been called
    bool HasInstruction() const
    {
        return m_instruction.has_value();
    }

    /// @return whether Program() and SetPolicy() have both been called: before that every packet is
    ///         dropped, so that none passes unfiltered
    bool IsProgrammed() const
    {
        return m_instruction.has_value() && m_policy.has_value();
    }

    /// @brief Decide on a packet from the VM.
    Verdict Outbound(const PacketHeaders& packet, Time now);

    /// @brief Decide on a packet to one of the interface's public addresses.
    Verdict Inbound(const PacketHeaders& packet, Time now);

    /**
     * @brief Decide on a packet to a frontend, for which a mux has chosen this VM.
     * @param packet it, with the frontend as destination
     * @param mux who sent it; only those of AddInboundEndpoints() may
     * @param now current time
     */
    Verdict InboundFrontend(const PacketHeaders& packet, Ipv4Address mux, Time now);

    /**
     * @brief Decide on a packet to the VM's own address that came through the virtual network.
     * @param packet it
     * @param host provider address of the host it came from; only who is there by the routes may
     *        have sent it, but for a frontend's answers, which come from any member's
     * @param now current time
     */
    Verdict InboundVirtualNetwork(const PacketHeaders& packet, Ipv4Address host, Time now);

    /**
     * @brief Decide on a packet that the NAT gateway has translated back.
     * @param packet it, with the VM's own address as destination
     * @param gateway who sent it; only the interface's own may
     * @param now current time
     */
    Verdict InboundNatGateway(const PacketHeaders& packet, Ipv4Address gateway, Time now);

    /// @brief Refuse a packet that was to wait: there are no more ports for its flow.
    void Refuse(const PacketHeaders& packet, Time now);

    /// @return how a packet to the other side of a flow leaves, of which an order says all
    Verdict FindWay(const TcpResetOrder& order) const
    {
        return order.path == FlowPath::Internet
                   ? Verdict(Forward())
                   : Carry(order.path, FlowDirection::Outbound, order.translated);
    }

    /// @brief Decide on a packet to the VM from its host, 168.63.129.16 or 169.254.169.254 (S3-50).
    Verdict InboundHostService(const PacketHeaders& packet, Time now);

    /// @brief End the flows whose time has come.
    void Expire(Time now)
    {
        m_flows.Expire(now);
    }

    /// @return when Expire() has something to look at; nothing if there are no flows
    std::optional<Time> GetNextDeadline() const
    {
        return m_flows.GetNextDeadline();
    }

    /// @return number of the network interface
    uint32_t GetNetworkInterface() const
    {
        return m_networkInterface;
    }

    /// @return the VM's address
    Ipv4Address GetPrivateAddress() const
    {
        return m_privateAddress;
    }

    /// @return use of the SNAT ports by public address; one row without address if there is none
    std::vector<SnatPortUsage> GetSnatPortUsage() const
    {
        return m_flows.GetSnatPortUsage();
    }

    /// @brief Tell of the flows in the table, in the order of their numbers.
    void VisitOpenFlows(const FlowVisitor& visitor) const
    {
        m_flows.VisitOpenFlows(visitor);
    }

    /// @return the flows in the table, in the order of their numbers
    std::vector<FlowRecord> GetOpenFlows() const
    {
        std::vector<FlowRecord> flows;
        VisitOpenFlows([&flows](const FlowRecord& flow) { flows.push_back(flow); });
        return flows;
    }

    /// @return bytes held by flows and their SNAT ports
    std::size_t GetMemory() const
    {
        return m_flows.GetMemory();
    }

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const
    {
        return m_flows.CheckInvariants();
    }

  private:
    /// @return whether the VM reaches the Internet by an instance-level public IP
    bool HasInstanceLevelPublicIp() const
    {
        return m_instruction->method == OutboundMethod::InstanceLevelPublicIp;
    }

    /// @return whether packets from the VM that go this way share a public address with others
    bool UsesSnat(FlowPath path) const
    {
        return path == FlowPath::Internet && !HasInstanceLevelPublicIp();
    }

    /// @return whether packets of an accepted flow share a public address with others
    bool UsesSnat(const FlowEntry& flow) const
    {
        return flow.path == FlowPath::Internet && flow.translatedAddress != m_publicNumber;
    }

    /// @return whether the NAT gateway translates an accepted flow; not of a server whose own
    ///         address is public, S3-44
    bool IsByNatGateway(const FlowEntry& flow) const
    {
        return flow.path == FlowPath::Internet && flow.translatedAddress == m_privateNumber &&
               m_privateNumber != m_publicNumber;
    }

    /// @return whether an accepted flow came through a frontend: its other address is neither the
    ///         VM's nor its instance-level public IP
    bool IsThroughFrontend(const FlowEntry& flow) const
    {
        return flow.isInbound && flow.translatedAddress != m_privateNumber &&
               flow.translatedAddress != m_publicNumber;
    }

    /// A packet on its way through the stages.
    struct Arrival
    {
        const PacketHeaders& headers; //!< its headers
        FlowKey key;                  //!< its flow's key, which for DHCP is GetDhcpKey()
        FlowDirection direction;      //!< of the packet
        FlowPath path;                //!< which way it came, if inbound
        Time now;                     //!< when it came
        bool isToFrontend{false};     //!< a mux sent it because of a load balancer's rule
        bool isFromFrontend{false};   //!< an internal frontend is its source: an answer, or nothing
    };

    /// Decide on a packet to the VM.
    Verdict Receive(const Arrival& packet);
    /// Decide on a packet of either direction.
    Verdict Decide(const Arrival& packet);
    /// Decide on a first fragment, and remember its flow for the others.
    Verdict DecideOnFirstFragment(const Arrival& packet);
    /// Decide on a fragment that is not the first.
    Verdict DecideOnLaterFragment(const Arrival& packet);
    /// Decide on a packet from the VM that is no later fragment.
    Verdict DecideOutbound(const Arrival& packet);
    /// Decide on a packet to the VM that is no later fragment.
    Verdict DecideInbound(const Arrival& packet);
    /// Decide on a packet from the VM whose source is not the VM's address.
    Verdict DecideOnForeignSource(const Arrival& packet);
    /// Let a flow that a security group lets pass begin. @return why it does not, if so
    std::optional<Verdict> AcceptOutbound(uint32_t slot, const Arrival& packet);
    /// Add SNAT ports.
    void Give(const SnatPortGrants& blocks, bool areReturnable, Time now, SnatPortChanges& changes);
    /// Take SNAT ports away, all of which the interface has.
    void Take(const SnatPortGrants& blocks, Time now, SnatPortChanges& changes);
    /// Why ports of a packet cannot be translated. @return nothing if they can
    static std::optional<DropReason> RefuseTranslation(const PacketHeaders& packet);
    /// Why SNAT has nothing for the first packet of a flow. @return nothing if it may have
    std::optional<DropReason> RefuseSnat(const PacketHeaders& packet) const;
    /// Decide on the first packet of a flow from the VM, or the next of one that waits.
    Verdict BeginOutbound(const Arrival& packet);
    /// Decide on the first packet of a flow to the VM, or the next of one that waits.
    Verdict BeginInbound(const Arrival& packet);
    /// Likewise. @param packet it; @param delivered its key as the VM gets it; @param terms what
    /// ends its flow
    Verdict BeginInbound(const Arrival& packet, const FlowKey& delivered, const IdleTerms& terms);
    /// Decide on the first packet of a flow through a frontend, or the next of one that waits.
    Verdict BeginThroughFrontend(const Arrival& packet);
    /// @return whether a packet to the VM came the way that packets of the accepted flow come
    bool IsItsWay(const FlowEntry& flow, const Arrival& packet) const;
    /// @return the rules that decide on a packet of the flow
    const SecurityPolicy& SelectGroups(const FlowEntry& flow, FlowDirection direction) const;
    /// Ask the security groups about a packet, unless its flow has a record. @return their denial
    std::optional<Discard> AskGroups(uint32_t slot, FlowDirection direction, Time now);
    /// Decide on a packet of an accepted flow.
    Verdict Continue(uint32_t slot, const Arrival& packet);
    /// Let a packet of an accepted flow pass, if there is a way for it, and count it.
    Verdict Pass(uint32_t slot, const Arrival& packet);
    /// @return the flow whose packet, which went the other way, an ICMP error is about; or null
    const FlowEntry* FindQuotedFlow(const Arrival& packet) const;
    /// Pass a packet as the flow's packets are passed.
    Verdict Translate(const FlowEntry& flow, FlowDirection direction, const FlowKey& key) const;
    /// Pass a packet that way without touching ports; to the Internet by the instance-level public
    /// IP.
    Verdict Carry(FlowPath path, FlowDirection direction, const FlowKey& key) const;

    uint32_t m_networkInterface;                          //!< number of the interface
    Ipv4Address m_privateAddress;                         //!< the VM's address
    uint32_t m_privateNumber;                             //!< the same, in host byte order
    uint32_t m_publicNumber{0};                           //!< instance-level public IP; 0: none
    FrontendDraw m_drawFrontend;                          //!< randomness from outside
    std::optional<ProgramNetworkInterface> m_instruction; //!< from the SLB manager
    std::optional<NetworkInterfacePolicy> m_policy;       //!< from the virtual network manager
    InboundEndpointTable m_inboundEndpoints;              //!< what muxes may send
    SecurityPolicy m_asked;                               //!< groups asked last: keeps their names
    FragmentTracker m_fragments;                          //!< datagrams in pieces
    FlowTracker m_flows;                                  //!< its flows and their ports
};

} // namespace ns3::azure

#endif // AZURE_VNIC_PIPELINE_H
