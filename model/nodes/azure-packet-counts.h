// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PACKET_COUNTS_H
#define AZURE_PACKET_COUNTS_H

#include <cstdint>

namespace ns3::azure
{

/**
 * @brief What became of the IPv4 packets that reached a host agent or a mux.
 *
 * Law: received + made = sent + own + dropped + waiting.
 */
struct PacketCounts
{
    uint64_t received{0}; //!< from VMs, the physical network and a host's services
    uint64_t sent{0};     //!< passed on, to VMs or into the physical network
    uint64_t own{0};      //!< for the node's own IPv4 stack
    uint64_t dropped{0};  //!< dropped, each with a reason
    uint64_t made{0};     //!< by a host itself: RSTs
    uint64_t waiting{0};  //!< at a host now, for SNAT ports
};

} // namespace ns3::azure

#endif // AZURE_PACKET_COUNTS_H
