// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_VERDICT_H
#define AZURE_VERDICT_H

#include "azure-rewrite.h"

#include "ns3/azure-drop-reason.h"
#include "ns3/ipv4-address.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace ns3::azure
{

/// Where a packet goes next.
enum class NextHop : uint8_t
{
    Internet,       //!< out of the host's uplink, as it is
    NatGateway,     //!< to the subnet's NAT gateway, encapsulated
    VirtualNetwork, //!< to another network interface, encapsulated unless on the same host
    HostService,    //!< to the host's own IPv4 stack
    VirtualMachine, //!< to the VM
};

/// A packet passes.
struct Forward
{
    std::optional<Rewrite> rewrite;     //!< what to change; none to change no address
    NextHop nextHop{NextHop::Internet}; //!< where to
    Ipv4Address host; //!< VirtualNetwork: provider address of the host; NatGateway: of the gateway
    uint32_t virtualNetwork{0}; //!< VirtualNetwork: identifier to encapsulate with
};

/// A packet is dropped.
struct Discard
{
    /// For that reason; made from it wherever a verdict is returned.
    Discard(DropReason why)
        : reason(why)
    {
    }

    DropReason reason;      //!< why
    std::string_view group; //!< SecurityRule: name; valid until groups are asked again
    std::string_view rule;  //!< SecurityRule: name; valid until groups are asked again
};

/**
 * @brief A packet's flow waits until a SNAT port comes for it (Ananta 3.2.3).
 *
 * Whoever gets this verdict asks for ports, keeps the first packet of each flow as it came, and
 * gives it to VnicPipeline::Outbound() once more when an answer has come; any other packet of the
 * flow is dropped (DropReason::SnatPortPending).
 */
struct Await
{
    uint64_t flow{0}; //!< number of the flow that waits
};

/// What shall happen to a packet.
using Verdict = std::variant<Forward, Discard, Await>;

} // namespace ns3::azure

#endif // AZURE_VERDICT_H
