// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SNAT_PORT_ALLOCATOR_H
#define AZURE_SNAT_PORT_ALLOCATOR_H

#include "azure-snat-port-block.h"

#include "ns3/azure-flow-key.h"
#include "ns3/azure-profile.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// A SNAT port held by one flow.
struct SnatPortLease
{
    uint32_t block{0};         //!< position of the block in the allocator
    uint16_t port{0};          //!< the port
    bool isCoolingDown{false}; //!< the flow has closed
};

/**
 * @ingroup azure-tables
 * @brief Gives the flows of one network interface their SNAT ports.
 *
 * The interface has a block of ports on each frontend (on one platform address for default SNAT).
 * Which flows may share a port is the profile's reuse key.  The answer is exact: as long as one
 * of the blocks has a port that is free for the flow's destination, the flow gets the lowest such
 * port; N flows for N ports always fit, and the N+1st is refused, whatever came before.
 *
 * Laws: those of SnatPortBlock; no two leases have the same translated 5-tuple (S0-19).
 *
 * Determinism: no clock and no random numbers; which block is tried first comes from the caller.
 */
class SnatPortAllocator
{
  public:
    SnatPortAllocator() = default;

    /**
     * @param profile the reuse keys come from here
     * @param blocks the interface's blocks, in frontend order
     */
    SnatPortAllocator(const Profile& profile, std::vector<SnatPortBlock> blocks);

    /**
     * @brief Take a port for a new flow.
     * @param flow the flow before translation; TCP or UDP
     * @param firstBlock the block to try first; the others follow in order, from the start after
     *        the end
     * @return the lease, or nothing if no block has a port for the flow
     */
    std::optional<SnatPortLease> Acquire(const FlowKey& flow, uint32_t firstBlock);

    /// @brief Let the lease of a closed flow cool down; it must be open.
    void CoolDown(SnatPortLease& lease);

    /// @brief Make the lease of a flow open again; it must be cooling down.
    void Reopen(SnatPortLease& lease);

    /**
     * @brief Give a port back.
     * @param flow the flow it was acquired for
     * @param lease what Acquire() returned
     */
    void Release(const FlowKey& flow, const SnatPortLease& lease);

    /// @return the interface's blocks, in frontend order
    const std::vector<SnatPortBlock>& GetBlocks() const
    {
        return m_blocks;
    }

    /// @return ports of all blocks
    uint32_t GetPortsAllocated() const;

    /// @return ports of all blocks with at least one open flow
    uint32_t GetPortsInUse() const;

    /// @return ports of all blocks that only closed flows still hold
    uint32_t GetPortsCoolingDown() const;

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

  private:
    /// @return number of the reuse group: flows of one group must not share a port
    uint64_t GetReuseGroup(const FlowKey& flow) const;

    ReuseKey m_tcpReuseKey{ReuseKey::DestinationAddress}; //!< of the profile
    ReuseKey m_udpReuseKey{ReuseKey::DestinationAddress}; //!< of the profile
    bool m_portsPerProtocol{false};                       //!< of the profile, or unequal keys
    std::vector<SnatPortBlock> m_blocks;                  //!< in frontend order
};

} // namespace ns3::azure

#endif // AZURE_SNAT_PORT_ALLOCATOR_H
