// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_MUX_FLOW_TABLE_H
#define AZURE_MUX_FLOW_TABLE_H

#include "azure-chunked-vector.h"
#include "azure-flow-index.h"
#include "azure-memory.h"

#include "ns3/azure-flow-key.h"
#include "ns3/nstime.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// How many flows a mux keeps, and how long.  Ananta prints no figures (3.3.3): all are our choice.
struct MuxFlowLimits
{
    Time trustedTimeout{Minutes(4)};    //!< without packets; as the idle timeout (sources.rst B.5)
    Time untrustedTimeout{Seconds(10)}; //!< likewise, of flows of one packet
    uint32_t trustedQuota{1'000'000};   //!< flows of two packets and more
    uint32_t untrustedQuota{100'000};   //!< flows of one packet
};

/**
 * @ingroup azure-tables
 * @brief Which member a mux has chosen for a flow (Ananta 3.3.3).
 *
 * A flow is untrusted until its second packet.  Trusted and untrusted flows have quotas and
 * timeouts of their own: so a SYN flood fills the untrusted quota and lets the others be.  A flow
 * beyond its quota is not kept (a second packet beyond the trusted quota leaves the flow
 * untrusted); the caller then goes by the hash alone.
 *
 * Laws, checked by CheckInvariants(): flows = trusted + untrusted, each at most its quota; every
 * flow is in the index, and in the queue of its kind, which is in the order of last packets.
 *
 * Calls must be made in the order of their times.  A flow is gone as soon as its timeout has passed
 * since its last packet, to the nanosecond, at the next call that tells the time.
 *
 * Made for a million flows: 40 bytes each and 8 to 32 in the index, no event, and memory is taken
 * only as the number of flows reaches a new maximum: 2.5 KiB at a time, and the index doubles.
 */
class MuxFlowTable
{
  public:
    /// @param limits how many flows are kept, and how long
    explicit MuxFlowTable(const MuxFlowLimits& limits = {});

    /// @brief Find the member of a flow, without counting the packet.
    std::optional<uint32_t> Lookup(const FlowKey& key, Time now);

    /// @brief Find the member of a flow that a packet belongs to, and count the packet.
    std::optional<uint32_t> Touch(const FlowKey& key, Time now);

    /**
     * @brief Keep a flow's member, with this packet as its first; replaces what was kept.
     *
     * A trusted flow stays one if its member is the same, as with a SYN that is repeated; and if
     * the untrusted quota is used up, with the new member: a flood takes nobody's place away.
     *
     * @return whether it is kept: false if it was not before, and the untrusted quota is used up
     */
    bool Insert(const FlowKey& key, uint32_t member, Time now);

    /// @brief Change a flow's member, if the flow is kept; no packet is counted.
    void Replace(const FlowKey& key, uint32_t member);

    /// @brief Forget a flow, if it is kept.
    void Remove(const FlowKey& key);

    /// @return flows of one packet, as of the last call that told the time
    uint32_t GetUntrusted() const
    {
        return m_untrusted.size;
    }

    /// @return flows of more packets, as of the last call that told the time
    uint32_t GetTrusted() const
    {
        return m_trusted.size;
    }

    /// @return bytes held
    std::size_t GetMemory() const
    {
        return m_index.GetMemory() + m_entries.GetMemory() + azure::GetMemory(m_freeSlots);
    }

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

  private:
    static constexpr uint32_t NOBODY = 0xffffffff; //!< no entry: an end of a queue

    /// A flow; a free slot if it is in no queue.
    struct Entry
    {
        FlowKey key;           //!< its own
        int64_t lastPacket{0}; //!< in nanoseconds
        uint32_t member{0};    //!< where it goes
        uint32_t previous{0};  //!< slot before it in its queue
        uint32_t next{0};      //!< slot behind it in its queue
        bool isTrusted{false}; //!< which queue it is in
    };

    /// Flows of a kind, in the order of their last packets.
    struct Queue
    {
        int64_t timeout;        //!< without packets, in nanoseconds
        uint32_t quota;         //!< most entries
        uint32_t size{0};       //!< entries
        uint32_t first{NOBODY}; //!< slot of the one whose last packet is the oldest
        uint32_t last{NOBODY};  //!< slot of the one whose last packet is the newest
        int64_t oldest{0};      //!< no entry's last packet is before; in nanoseconds
    };

    /// @return the queue of the entry's kind
    Queue& GetQueue(const Entry& entry)
    {
        return entry.isTrusted ? m_trusted : m_untrusted;
    }

    /// @return the slot of the key; NOBODY if it is not there
    uint32_t Find(const FlowKey& key) const;
    /// Put an entry at the end of the queue of its kind.
    void Append(uint32_t slot);
    /// Take an entry out of its queue.
    void Unlink(uint32_t slot);
    /// Forget an entry.
    void RemoveSlot(uint32_t slot);
    /// Forget the flows whose time has come.
    void Expire(int64_t now);
    /// Likewise, of one kind.
    void Expire(Queue& queue, int64_t now);
    /// Check one queue. @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckQueue(const Queue& queue, bool isTrusted) const;

    FlowIndex m_index;                 //!< slot by key
    ChunkedVector<Entry> m_entries;    //!< by slot
    std::vector<uint32_t> m_freeSlots; //!< of entries that hold no flow
    Queue m_trusted;                   //!< flows of two packets and more
    Queue m_untrusted;                 //!< flows of one packet
};

} // namespace ns3::azure

#endif // AZURE_MUX_FLOW_TABLE_H
