// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FLOW_DIRECTION_H
#define AZURE_FLOW_DIRECTION_H

#include <cstdint>

namespace ns3::azure
{

/// Which way a packet goes, and which packets a security rule is for, seen from the VM.
enum class FlowDirection : uint8_t
{
    Outbound, //!< the VM sends
    Inbound,  //!< the VM receives
};

/// @return the direction's name in traces and databases
constexpr const char*
GetName(FlowDirection direction)
{
    return direction == FlowDirection::Outbound ? "outbound" : "inbound";
}

} // namespace ns3::azure

#endif // AZURE_FLOW_DIRECTION_H
