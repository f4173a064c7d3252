// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_VM_STACK_H
#define AZURE_VM_STACK_H

#include <cstdint>

namespace ns3::azure
{

/// What protocols the VMs of a scenario have.
enum class VmStack : uint8_t
{
    Internet, //!< ns-3's IPv4, ICMP, UDP and TCP, with sockets for any application
    Compact,  //!< what TrafficGenerator and TrafficServer with Transport=Compact need
};

/// @return "internet" or "compact"
constexpr const char*
GetName(VmStack stack)
{
    return stack == VmStack::Internet ? "internet" : "compact";
}

} // namespace ns3::azure

#endif // AZURE_VM_STACK_H
