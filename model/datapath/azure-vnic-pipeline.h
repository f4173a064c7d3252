// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_VNIC_PIPELINE_H
#define AZURE_VNIC_PIPELINE_H

#include "azure-packet-headers.h"
#include "azure-verdict.h"

#include "ns3/azure-expiry-queue.h"
#include "ns3/azure-flow-table.h"
#include "ns3/azure-slb-message.h"
#include "ns3/azure-snat-port-allocator.h"
#include "ns3/azure-trace-records.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// Learns what happens to the flows of a network interface; must outlive the pipeline.
class VnicObserver
{
  public:
    virtual ~VnicObserver() = default;

    /// A flow was accepted, or refused for the first time.
    virtual void FlowCreated(const FlowRecord& flow) = 0;
    /// A flow has left the table.
    virtual void FlowEnded(const FlowRecord& flow) = 0;
    /// A SNAT port was acquired, began to cool down, was reopened or released.
    virtual void SnatPortChanged(const SnatPortEvent& event) = 0;
    /// An outbound packet was refused for want of a SNAT port.
    virtual void SnatExhausted(const SnatExhaustion& exhaustion) = 0;
};

/**
 * @ingroup azure-datapath
 * @brief What happens to the packets of one VM's network interface.
 *
 * The first packet of a flow walks the stages: checks, outbound method, SNAT port.  What comes out
 * is kept with the flow, so that each later packet costs one lookup (the unified flow table of
 * VFP, azure-facts C.4).
 *
 * A refused flow is a flow too: its entry waits for a port, and each further packet of it asks
 * again, so that a retransmitted SYN is no new flow.  It leaves after the idle timeout.
 *
 * With SNAT only TCP and UDP pass, whole datagrams only, and a TCP flow begins with a SYN from the
 * VM.  With an instance-level public IP everything passes, either way (azure-facts B.3); flows are
 * tracked there only to be counted.
 *
 * Laws, checked by CheckInvariants(): those of FlowTable and SnatPortAllocator; SNAT ports' uses =
 * flows that hold a port.
 *
 * Calls must be made in the order of their times.  Flows whose time has come by a call's \p now
 * are ended before it does anything else.
 */
class VnicPipeline
{
  public:
    /// Draws which of n frontends a flow tries first: a whole number from 0 to n - 1.
    using FrontendDraw = std::function<uint32_t(uint32_t n)>;

    /**
     * @param networkInterface number of the network interface
     * @param privateAddress the VM's address
     * @param observer told of everything; not owned
     * @param drawFrontend used where the profile selects frontends at random
     */
    VnicPipeline(uint32_t networkInterface,
                 Ipv4Address privateAddress,
                 VnicObserver& observer,
                 FrontendDraw drawFrontend);

    /// @brief Learn how the interface reaches the Internet; before that every packet is dropped.
    void Program(const ProgramNetworkInterface& instruction);

    /// @return whether Program() has been called
    bool IsProgrammed() const
    {
        return m_instruction.has_value();
    }

    /// @brief Decide on a packet from the VM.
    Verdict Outbound(const PacketHeaders& packet, Time now);

    /// @brief Decide on a packet to one of the interface's public addresses.
    Verdict Inbound(const PacketHeaders& packet, Time now);

    /// @brief End the flows whose time has come.
    void Expire(Time now);

    /// @return when Expire() has something to look at; nothing if there are no flows
    std::optional<Time> GetNextDeadline() const
    {
        return m_expiry.GetNextDeadline();
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

    /// @return use of each block of SNAT ports; one row without address if there is none
    std::vector<SnatPortUsage> GetSnatPortUsage() const;

    /// @return the flows in the table, in the order of their numbers
    std::vector<FlowRecord> GetOpenFlows() const;

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

  private:
    /// @return whether the interface has an instance-level public IP
    bool HasInstanceLevelPublicIp() const
    {
        return m_instruction->method == OutboundMethod::InstanceLevelPublicIp;
    }

    /// Why a packet from the VM may not leave, whatever its flow. @return nothing if it may
    std::optional<DropReason> RefuseOutbound(const PacketHeaders& packet) const;
    /// Decide on the first packet of a flow from the VM, or the next of one refused so far.
    Verdict FirstOutbound(const PacketHeaders& packet,
                          const std::optional<FlowMatch>& refused,
                          Time now);
    /// Ask for a SNAT port for a flow that has none.
    Verdict AcquirePort(uint32_t slot, const PacketHeaders& packet, Time now);
    /// Decide on an ICMP error by the flow of the packet it quotes.
    Verdict TranslateQuotation(const PacketHeaders& packet, FlowDirection direction) const;
    /// Translate one to one, without a flow.
    Rewrite TranslateStateless(FlowDirection direction) const;
    /// Add a flow to the table and arm its deadline.
    uint32_t Track(const FlowKey& outbound, bool isInbound, Time now);
    /// Make the flow findable by its replies and tell of it.
    void Accept(uint32_t slot, const FlowKey& translated, Time now);
    /// Count a packet of an accepted flow and follow its TCP state. @return how to translate it
    Rewrite Pass(uint32_t slot, FlowDirection direction, const PacketHeaders& packet, Time now);
    /// Follow the state of a TCP flow.
    void FollowTcp(uint32_t slot, bool isForward, TcpFlags flags, Time now);
    /// Begin the FIN or RST hold, where the profile has one.
    void BeginHold(uint32_t slot, Time now);
    /// A closed flow begins again with the same 5-tuple and the same port.
    void Reopen(uint32_t slot, Time now);
    /// Take the flow out of the table and give its port back.
    void End(uint32_t slot, FlowEnd end, Time now);
    /// Look at the flow again at the deadline, unless that is so already.
    void Arm(uint32_t slot, int64_t deadline);
    /// @return when the flow's time is over if no more packets come, in nanoseconds
    int64_t GetDeadline(const FlowEntry& entry) const;
    /// @return why a closed flow's hold began
    static FlowEnd GetCloseCause(const FlowEntry& entry);
    /// Tell what happened to the port of the flow.
    void TellSnatPort(const FlowEntry& entry, SnatPortStage stage, FlowEnd cause, Time now);
    /// @return what there is to say of the flow
    FlowRecord Describe(const FlowEntry& entry) const;

    uint32_t m_networkInterface;                          //!< number of the interface
    Ipv4Address m_privateAddress;                         //!< the VM's address
    VnicObserver& m_observer;                             //!< told of everything
    FrontendDraw m_drawFrontend;                          //!< randomness from outside
    std::optional<ProgramNetworkInterface> m_instruction; //!< from the SLB manager
    SnatPortAllocator m_ports;                            //!< SNAT ports of the interface
    FlowTable m_flows;                                    //!< its flows
    ExpiryQueue m_expiry;                                 //!< when to look at which flow
    int64_t m_idleTimeout{0};                             //!< of the profile, nanoseconds
    uint64_t m_flowsCreated{0};                           //!< flows so far
};

} // namespace ns3::azure

#endif // AZURE_VNIC_PIPELINE_H
