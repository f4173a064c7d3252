// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FLOW_TABLE_H
#define AZURE_FLOW_TABLE_H

#include "azure-flow-index.h"
#include "azure-snat-port-allocator.h"
#include "azure-tcp-flow-state.h"

#include "ns3/azure-flow-key.h"
#include "ns3/azure-outbound-method.h"
#include "ns3/azure-trace-records.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// A time that never comes, in nanoseconds.
constexpr int64_t NEVER = std::numeric_limits<int64_t>::max();

/**
 * @brief One tracked flow; times in nanoseconds.
 *
 * What every packet reads and writes fills the first cache line, so that a packet of one of many
 * flows waits for memory once.  The keys are owned by the FlowTable and change through it only.
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
    int64_t lastPacket{0};         //!< when its last packet passed, or was refused while it waited
    uint64_t packetsOut{0};        //!< packets passed outbound
    uint64_t bytesOut{0};          //!< bytes passed outbound
    uint64_t packetsIn{0};         //!< packets passed inbound
    uint64_t bytesIn{0};           //!< bytes passed inbound
    // The first cache line ends here.
    int64_t closesAt{NEVER};            //!< end of the FIN or RST hold
    int64_t armedDeadline{NEVER};       //!< when the expiry queue looks at it next
    std::optional<SnatPortLease> lease; //!< its SNAT port
    uint32_t refusals{0};               //!< packets refused for want of a port
    uint32_t denials{0};                //!< packets denied by a security rule
    uint32_t evaluations{0};            //!< packets the security groups were asked about
    uint64_t number{0};                 //!< of the flow on its network interface, from 1
    int64_t firstPacket{0};             //!< when its first packet came
    int64_t acceptedAt{NEVER};          //!< when it was accepted
    int64_t firstReply{NEVER};          //!< when a packet first passed the other way
    int64_t idleTimeout{0};             //!< of its own, nanoseconds; 0: the flow record timeout
    uint32_t networkInterface{0};       //!< number of the interface whose flow it is
    bool hasWaited{false};              //!< until ports had been asked for
    OutboundMethod method{OutboundMethod::DefaultSnat}; //!< how that reaches the Internet
    std::optional<uint32_t> expectedByVm;               //!< isTcpReset: last acknowledged by the VM
    std::optional<uint32_t> expectedByPeer; //!< isTcpReset: last acknowledged by the other side

    FlowEntry()
        : tcpState(TcpFlowState::Opening),
          isTcpReset(false),
          isTracked(false),
          isAccepted(false),
          isInbound(false),
          isAnswered(false),
          isHeldByRst(false),
          isAdmitted(false),
          path(FlowPath::Internet)
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
};

static_assert(offsetof(FlowEntry, closesAt) == 64, "the packet path's part is one cache line");
static_assert(sizeof(FlowEntry) == 192, "three cache lines");

/**
 * @ingroup azure-tables
 * @brief Flows, found by the key of a packet in either direction.
 *
 * A flow enters with its outbound key and is found by its inbound key too once accepted.
 *
 * Law, checked by CheckInvariants(): keys in the index = flows + flows accepted.
 */
class FlowTable
{
  public:
    /// @brief Find the flow a packet belongs to.
    std::optional<FlowMatch> Lookup(const FlowKey& key) const
    {
        return m_index.Lookup(key, [this](uint32_t slot, FlowDirection direction) {
            const auto& entry = m_entries[slot];
            return direction == FlowDirection::Outbound ? entry.outbound : entry.GetInbound();
        });
    }

    /**
     * @brief Add a flow; its outbound key must be new.
     * @return its slot; the number stays valid until the flow is removed
     */
    uint32_t Insert(const FlowKey& outbound);

    /// @brief Let the flow be found by its inbound key too; the key must be new.
    /// @param slot of the flow; @param inbound the outbound key reversed, but for its destination
    void Accept(uint32_t slot, const FlowKey& inbound);

    /// @brief Take the flow out.
    void Remove(uint32_t slot);

    /// @return the flow of the slot; the reference is valid until the next Insert()
    FlowEntry& Get(uint32_t slot)
    {
        return m_entries[slot];
    }

    /// @return number of flows
    uint32_t GetSize() const
    {
        return static_cast<uint32_t>(m_entries.size() - m_freeSlots.size());
    }

    /// @return the slots that hold a flow or did, in order; test FlowEntry::isTracked
    const std::vector<FlowEntry>& GetEntries() const
    {
        return m_entries;
    }

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

  private:
    FlowIndex m_index;                 //!< keys of all flows
    std::vector<FlowEntry> m_entries;  //!< by slot
    std::vector<uint32_t> m_freeSlots; //!< last freed is reused first
};

} // namespace ns3::azure

#endif // AZURE_FLOW_TABLE_H
