// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_MUX_FLOW_TABLE_H
#define AZURE_MUX_FLOW_TABLE_H

#include "ns3/azure-flow-key.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>

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
 * Calls must be made in the order of their times; flows whose time has come are gone.
 */
class MuxFlowTable
{
  public:
    explicit MuxFlowTable(const MuxFlowLimits& limits = {});

    /// @brief Find the member of a flow, without counting the packet.
    std::optional<uint32_t> Lookup(const FlowKey& key, Time now);

    /// @brief Find the member of a flow that a packet belongs to, and count the packet.
    std::optional<uint32_t> Touch(const FlowKey& key, Time now);

    /**
     * @brief Keep a flow's member, with this packet as its first; replaces what was kept.
     * @return whether it is kept: false if the untrusted quota is used up
     */
    bool Insert(const FlowKey& key, uint32_t member, Time now);

    /// @brief Forget a flow, if it is there.
    void Remove(const FlowKey& key);

    /// @brief Forget all flows.
    void Clear();

    /// @return flows of one packet
    uint32_t GetUntrusted() const;
    /// @return flows of more packets
    uint32_t GetTrusted() const;

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;
};

} // namespace ns3::azure

#endif // AZURE_MUX_FLOW_TABLE_H
