// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FLOW_ENTRY_H
#define AZURE_FLOW_ENTRY_H

#include "azure-snat-port-allocator.h"
#include "azure-tcp-flow-state.h"

#include "ns3/abort.h"
#include "ns3/azure-flow-key.h"
#include "ns3/azure-outbound-method.h"
#include "ns3/azure-trace-records.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace ns3::azure
{

/// A time that never comes, in nanoseconds.
constexpr int64_t NEVER = std::numeric_limits<int64_t>::max();

/**
 * @brief One tracked flow; times in nanoseconds.
 *
 * What every packet reads and writes fills the first cache line, so that a packet of one of many
 * flows waits for memory once; the second one is for what happens a few times in a flow's life.
 * The keys are owned by the FlowTable and change through it only.
 *
 * Packets are counted in 32 bits: a simulation passes some hundred thousand a second, so one flow
 * would need hours of them to have more.
 */
struct alignas(64) FlowEntry
{
    FlowKey outbound;              //!< as the VM sends, before translation
    uint32_t translatedAddress{0}; //!< what the source becomes; set once the flow is accepted
    uint16_t translatedPort{0};    //!< what the source port becomes
    TcpFlowState tcpState : 3;     //!< of a TCP flow
    bool isTcpReset : 1;           //!< RST to both ends when it was idle for too long
    bool isTracked : 1;            //!< the slot holds a flow
    bool isAccepted : 1;           //!< it has its port, or needs none
    bool isInbound : 1;            //!< the other side sent the first packet
    bool isAnswered : 1;           //!< firstReply is set
    bool isHeldByRst : 1;          //!< closesAt ends a RST hold, not a FIN hold
    bool isAdmitted : 1;           //!< it is accepted, or took over an ended flow's record
    FlowPath path : 2;             //!< where its other side is
    bool isExpectedByVm : 1;       //!< expectedByVm is set
    bool isExpectedByPeer : 1;     //!< expectedByPeer is set
    bool hasLease : 1;             //!< it has a SNAT port, translatedPort
    bool isCoolingDown : 1;        //!< its SNAT port, as it has closed
    int64_t lastPacket{0};         //!< when its last packet passed, or was refused while it waited
    uint64_t bytesOut{0};          //!< bytes passed outbound
    uint64_t bytesIn{0};           //!< bytes passed inbound
    uint32_t packetsOut{0};        //!< packets passed outbound
    uint32_t packetsIn{0};         //!< packets passed inbound
    uint32_t expectedByVm{0};      //!< isTcpReset: last acknowledged by the VM
    uint32_t expectedByPeer{0};    //!< isTcpReset: last acknowledged by the other side
    // The first cache line ends here.
    int64_t closesAt{NEVER};      //!< end of the FIN or RST hold
    int64_t armedDeadline{NEVER}; //!< when the expiry queue looks at it next
    int64_t firstPacket{0};       //!< when its first packet came
    int64_t acceptedAt{NEVER};    //!< when it was accepted
    int64_t firstReply{NEVER};    //!< when a packet first passed the other way
    uint64_t number : 36;         //!< of the flow on its network interface, from 1
    uint64_t leaseFrontend : 10;  //!< of its SNAT port, meaningful with hasLease
    uint64_t idleTimeout : 10;    //!< of its own, by the tracker's list; 0: flow record timeout
    OutboundMethod method : 7;    //!< how the VM reaches the Internet
    bool hasWaited : 1;           //!< until ports had been asked for
    uint32_t networkInterface{0}; //!< number of the interface whose flow it is
    uint32_t refusals{0};         //!< packets refused for want of a port
    uint32_t denials{0};          //!< packets denied by a security rule
    uint32_t evaluations{0};      //!< packets the security groups were asked about

    FlowEntry()
        : tcpState(TcpFlowState::Opening),
          isTcpReset(false),
          isTracked(false),
          isAccepted(false),
          isInbound(false),
          isAnswered(false),
          isHeldByRst(false),
          isAdmitted(false),
          path(FlowPath::Internet),
          isExpectedByVm(false),
          isExpectedByPeer(false),
          hasLease(false),
          isCoolingDown(false),
          number(0),
          leaseFrontend(0),
          idleTimeout(0),
          method(OutboundMethod::DefaultSnat),
          hasWaited(false)
    {
    }

    /// @return the flow as it leaves the host; meaningful once it is accepted
    FlowKey GetTranslated() const
    {
        return outbound.WithSource(translatedAddress, translatedPort);
    }

    /// @return the key of the other side's packets; meaningful once the flow is accepted
    FlowKey GetInbound() const
    {
        return GetTranslated().Reverse();
    }

    /// @return its SNAT port; meaningful with hasLease
    SnatPortLease GetLease() const
    {
        return {static_cast<uint32_t>(leaseFrontend), translatedPort, isCoolingDown};
    }

    /// @brief Give it a SNAT port.
    void SetLease(const SnatPortLease& lease)
    {
        hasLease = true;
        leaseFrontend = lease.frontend;
        NS_ABORT_MSG_IF(leaseFrontend != lease.frontend, "there are too many frontends");
        translatedPort = lease.port;
        isCoolingDown = lease.isCoolingDown;
    }
};

static_assert(offsetof(FlowEntry, closesAt) == 64, "the packet path's part is one cache line");
static_assert(sizeof(FlowEntry) == 128, "two cache lines");

} // namespace ns3::azure

#endif // AZURE_FLOW_ENTRY_H
