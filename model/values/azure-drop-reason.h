// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_DROP_REASON_H
#define AZURE_DROP_REASON_H

#include <array>
#include <cstddef>
#include <cstdint>

namespace ns3::azure
{

/// Why a host agent or a load-balancer mux drops a packet.
enum class DropReason : uint8_t
{
    Malformed,
    TtlExpired,
    Fragment,
    UnsupportedProtocol,
    NotProgrammed,
    NonInternetDestination,
    SecurityRule,
    SmtpBlocked,
    NoVirtualNetworkRoute,
    ForeignSource,
    FlowLimit,
    NoOutboundMethod,
    InboundClosed,
    SnatPortsExhausted,
    SnatPortPending,
    NoHealthyBackend,
    Hairpin,
    MuxDown,
    MuxOverloaded,
    FrontendWithdrawn,
    UnknownPublicAddress,
    UnownedSnatPort,
    NoTrackedFlow,
    UnexpectedDestination,
    PacketTooBig,
    NoRoute,
    DeviceQueueFull,
};

/// One row of DROP_REASONS.
struct DropReasonRow
{
    DropReason reason;       //!< the reason
    const char* name;        //!< its name in traces and databases
    const char* description; //!< completes "the packet was dropped because ..."
};

// clang-format off
/// Every reason once, in enum order; names, documentation and tests all come from here.
constexpr std::array<DropReasonRow, 27> DROP_REASONS{{
    {DropReason::Malformed,                 "malformed",                   "its headers are cut short or contradict each other"},
    {DropReason::TtlExpired,                "ttl-expired",                 "its time to live ran out at this node"},
    {DropReason::Fragment,                  "fragment",                    "SNAT does not translate IP fragments (sources.rst B.2); elsewhere, its first one has not passed"},
    {DropReason::UnsupportedProtocol,       "unsupported-protocol",        "SNAT translates TCP and UDP only (sources.rst B.2)"},
    {DropReason::NotProgrammed,             "not-programmed",              "the SLB manager or the virtual network manager has not programmed this network interface yet"},
    {DropReason::NonInternetDestination,    "non-internet-destination",    "it goes to an address that is neither on the Internet nor in reach of the virtual network"},
    {DropReason::SecurityRule,              "security-rule",               "a rule of a network security group denied it (S3-22)"},
    {DropReason::SmtpBlocked,               "smtp-blocked",                "the subscription may not send mail to port 25 on the Internet (S3-53)"},
    {DropReason::NoVirtualNetworkRoute,     "no-virtual-network-route",    "nobody has that address in the virtual network, or a user's route leads nowhere"},
    {DropReason::ForeignSource,             "foreign-source",              "its source is not where it came from: another address than the VM's, or one that others have"},
    {DropReason::FlowLimit,                 "flow-limit",                  "the VM has 500,000 flows in its direction already (sources.rst B.9: TP-2303)"},
    {DropReason::NoOutboundMethod,          "no-outbound-method",          "its VM has no way to the Internet: no address of its own, no SNAT (sources.rst B.3)"},
    {DropReason::InboundClosed,             "inbound-closed",              "addresses of the Standard SKU are closed to the Internet until a network security group allows it (sources.rst B.8: SK-2307)"},
    {DropReason::SnatPortsExhausted,        "snat-ports-exhausted",        "no SNAT port is left for its destination (S0-22)"},
    {DropReason::SnatPortPending,           "snat-port-pending",           "its flow waits for a SNAT port that the SLB manager was asked for, with its first packet or with as many as may wait (Ananta 3.2.3)"},
    {DropReason::NoHealthyBackend,          "no-healthy-backend",          "no member of the backend pool is available, or none was and the flow ended with that (sources.rst B.7)"},
    {DropReason::Hairpin,                   "hairpin",                     "the load balancer chose the VM that had sent it (sources.rst B.8: CC-2005)"},
    {DropReason::MuxDown,                   "mux-down",                    "the mux it was routed to has failed"},
    {DropReason::MuxOverloaded,             "mux-overloaded",              "the mux had more packets to do than it can (Ananta 3.6.2)"},
    {DropReason::FrontendWithdrawn,         "frontend-withdrawn",          "its frontend was taken out of service because of an overload (Ananta 3.6.2)"},
    {DropReason::UnknownPublicAddress,      "unknown-public-address",      "its public address belongs to nobody here"},
    {DropReason::UnownedSnatPort,           "unowned-snat-port",           "its SNAT port lies in no block handed out"},
    {DropReason::NoTrackedFlow,             "no-tracked-flow",             "it belongs to no known flow"},
    {DropReason::UnexpectedDestination,     "unexpected-destination",      "it reached a node that has no business with it"},
    {DropReason::PacketTooBig,              "packet-too-big",              "it does not fit the link it has to take"},
    {DropReason::NoRoute,                   "no-route",                    "the node's IPv4 stack has no route to its destination"},
    {DropReason::DeviceQueueFull,           "device-queue-full",           "the device it had to take refused it"},
}};
// clang-format on

/// @return the reason's name in traces and databases
constexpr const char*
GetName(DropReason reason)
{
    return DROP_REASONS[static_cast<std::size_t>(reason)].name;
}

} // namespace ns3::azure

#endif // AZURE_DROP_REASON_H
