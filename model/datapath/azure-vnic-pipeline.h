// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_VNIC_PIPELINE_H
#define AZURE_VNIC_PIPELINE_H

#include "azure-packet-headers.h"
#include "azure-verdict.h"

#include "ns3/azure-flow-tracker.h"
#include "ns3/azure-network-interface-policy.h"
#include "ns3/azure-slb-message.h"
#include "ns3/azure-trace-records.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-datapath
 * @brief What happens to the packets of one VM's network interface.
 *
 * The first packet of a flow walks the stages: checks, outbound method, SNAT port.  What comes out
 * is kept with the flow, so that each later packet costs one lookup (the unified flow table of
 * VFP, sources.rst C.4).
 *
 * With SNAT only TCP and UDP pass, whole datagrams only, and a TCP flow begins with a SYN from the
 * VM.  With an instance-level public IP everything passes, either way (sources.rst B.3); flows are
 * tracked there only to be counted.
 *
 * Laws, checked by CheckInvariants(): those of FlowTracker.
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
                 FlowObserver& observer,
                 FrontendDraw drawFrontend);

    /// @brief Learn how the interface reaches the Internet; once.
    void Program(const ProgramNetworkInterface& instruction);

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

    /// @brief Decide on a packet to the VM's own address that came through the virtual network.
    Verdict InboundVirtualNetwork(const PacketHeaders& packet, Time now);

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

    /// @return use of each block of SNAT ports; one row without address if there is none
    std::vector<SnatPortUsage> GetSnatPortUsage() const
    {
        return m_flows.GetSnatPortUsage();
    }

    /// @return the flows in the table, in the order of their numbers
    std::vector<FlowRecord> GetOpenFlows() const
    {
        return m_flows.GetOpenFlows();
    }

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const
    {
        return m_flows.CheckInvariants();
    }

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
    /// @return which frontend a flow tries first
    uint32_t DrawFirstBlock() const;
    /// Let a packet of an accepted flow pass.
    Forward Pass(uint32_t slot, FlowDirection direction, const PacketHeaders& packet, Time now);
    /// Decide on an ICMP error by the flow of the packet it quotes.
    Verdict TranslateQuotation(const PacketHeaders& packet, FlowDirection direction) const;
    /// Translate as the flow's packets are.
    Forward Translate(const FlowEntry& flow, FlowDirection direction) const;
    /// Translate one to one, without a flow.
    Forward TranslateStateless(FlowDirection direction) const;

    uint32_t m_networkInterface;                          //!< number of the interface
    Ipv4Address m_privateAddress;                         //!< the VM's address
    uint32_t m_privateNumber;                             //!< the same, in host byte order
    FrontendDraw m_drawFrontend;                          //!< randomness from outside
    std::optional<ProgramNetworkInterface> m_instruction; //!< from the SLB manager
    std::optional<NetworkInterfacePolicy> m_policy;       //!< from the virtual network manager
    FlowTracker m_flows;                                  //!< its flows and their ports
};

} // namespace ns3::azure

#endif // AZURE_VNIC_PIPELINE_H
