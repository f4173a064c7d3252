// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SLB_MESSAGE_FIELDS_H
#define AZURE_SLB_MESSAGE_FIELDS_H

#include "azure-slb-message.h"

#include <cstdint>
#include <limits>
#include <type_traits>

/**
 * @file
 * @brief The fields of each body of an SlbMessage in their order on the wire, and what must hold
 * among them; for writing and reading alike.
 *
 * A codec is called with each field, or its List() or Enumeration() is; Require() comes after the
 * fields it is about.
 */
namespace ns3::azure
{

/// A body for a codec: one that reads changes it.
template <typename Codec, typename Body>
using Exchanged = std::conditional_t<Codec::IS_READER, Body, const Body>;

/// @return whether the time is above 0 and no deadline overflows, as in a profile
inline bool
IsWaitingTime(Time time)
{
    return time.IsStrictlyPositive() && time <= Hours(1000);
}

/// It has no fields.
template <typename Codec>
void
Exchange(Codec& /* codec */, Exchanged<Codec, Acknowledge>& /* body */)
{
}

/// Eight octets.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, SnatPortBlockGrant>& block)
{
    codec(block.publicAddress);
    codec(block.ports);
}

/// The address that the method needs is there, the gateway's with no other; sequences begin at 1.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, ProgramNetworkInterface>& body)
{
    codec(body.networkInterface);
    codec.Enumeration(body.method, OutboundMethod::NatGateway);
    codec(body.instanceLevelPublicIp);
    codec.List(body.blocks, std::numeric_limits<uint16_t>::max());
    codec(body.translatesTcp);
    codec(body.translatesUdp);
    codec(body.isInboundClosed);
    codec(body.profile);
    codec(body.natGateway);
    codec(body.sequence);
    codec.Enumeration(body.cause, SnatAllocationCause::Left);
    codec.Require(
        (body.method != OutboundMethod::InstanceLevelPublicIp || body.instanceLevelPublicIp) &&
            (body.method == OutboundMethod::NatGateway) == body.natGateway.has_value() &&
            body.sequence > 0,
        "the address of its method, or its sequence, is missing");
}

/// Twelve octets.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, PublicEndpoint>& endpoint)
{
    codec(endpoint.publicAddress);
    codec(endpoint.ports);
    codec(endpoint.host);
}

/// At most MAX_ENDPOINTS_PER_MESSAGE.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, ProgramPublicEndpoints>& body)
{
    codec.List(body.endpoints, MAX_ENDPOINTS_PER_MESSAGE);
}

/// A part is numbered below how many there are.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, GoalStatePart>& body)
{
    codec(body.generation);
    codec(body.part);
    codec(body.parts);
    codec.List(body.bytes, MAX_BYTES_PER_PART);
    codec.Require(body.part < body.parts, "a part is numbered below how many there are");
}

/// 20 octets, or 24 with a virtual network; both ports are 0 with HA ports, and only then.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, InboundEndpoint>& endpoint)
{
    constexpr uint32_t MAX_VIRTUAL_NETWORK = (1U << 24) - 1; // an identifier has 24 bits
    codec(endpoint.frontend);
    codec(endpoint.virtualNetwork);
    codec.Enumeration(endpoint.protocol, TransportProtocol::All);
    codec(endpoint.frontendPort);
    codec(endpoint.backendPort);
    codec(endpoint.isFloatingIp);
    codec(endpoint.idleTimeout);
    codec(endpoint.isTcpReset);
    const bool hasNoPort = endpoint.protocol == TransportProtocol::All;
    codec.Require((endpoint.frontendPort == 0) == hasNoPort &&
                      (endpoint.backendPort == 0) == hasNoPort &&
                      endpoint.virtualNetwork.value_or(0) <= MAX_VIRTUAL_NETWORK &&
                      IsWaitingTime(endpoint.idleTimeout),
                  "the ports, virtual network or timeout of an inbound endpoint are none");
}

/// At most MAX_MUXES and MAX_INBOUND_ENDPOINTS_PER_MESSAGE.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, ProgramInboundEndpoints>& body)
{
    codec(body.networkInterface);
    codec.List(body.muxes, MAX_MUXES);
    codec.List(body.endpoints, MAX_INBOUND_ENDPOINTS_PER_MESSAGE);
}

/// Ports, numbers of probes and counts begin at 1.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, ProgramHealthProbe>& body)
{
    auto& target = body.target;
    codec(target.networkInterface);
    codec(target.privateAddress);
    codec(target.probe);
    codec.Enumeration(target.protocol, HealthProbeProtocol::Https);
    codec(target.port);
    codec.Text(target.requestPath, MAX_REQUEST_PATH);
    codec(target.interval);
    codec(target.timeout);
    codec(target.failuresToDown);
    codec(target.successesToUp);
    codec.Require(target.probe > 0 && target.port > 0 && IsWaitingTime(target.interval) &&
                      IsWaitingTime(target.timeout) && target.failuresToDown > 0 &&
                      target.successesToUp > 0,
                  "the number, port, times or counts of a health probe are none");
}

/// Numbers of probes and reports begin at 1.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, ReportHealth>& body)
{
    codec(body.networkInterface);
    codec(body.probe);
    codec(body.sequence);
    codec(body.isUp);
    codec.Require(body.probe > 0 && body.sequence > 0, "the numbers of a health report begin at 1");
}

/// Eleven octets.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, MemberAvailability>& change)
{
    codec(change.backendSet);
    codec(change.networkInterface);
    codec(change.isAvailable);
    codec(change.sequence);
}

/// At most MAX_MEMBERS_PER_MESSAGE.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, ProgramMembers>& body)
{
    codec(body.generation);
    codec.List(body.changes, MAX_MEMBERS_PER_MESSAGE);
}

/// It has no fields.
template <typename Codec>
void
Exchange(Codec& /* codec */, Exchanged<Codec, RequestProgram>& /* body */)
{
}

/// The request may be 0.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, ProgramComplete>& body)
{
    codec(body.request);
}

/// A refusal answers a request and gives nothing; requests that were dropped have no answer.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, ProgramSnatPorts>& body)
{
    codec(body.networkInterface);
    codec(body.sequence);
    codec(body.request);
    codec.Enumeration(body.outcome, SnatRequestOutcome::Unanswered);
    codec.Enumeration(body.cause, SnatAllocationCause::Left);
    codec.List(body.given, MAX_BLOCKS_PER_MESSAGE);
    codec.List(body.taken, MAX_BLOCKS_PER_MESSAGE);
    const bool isRefused = body.outcome == SnatRequestOutcome::NoFreePorts ||
                           body.outcome == SnatRequestOutcome::PortCap;
    codec.Require(body.sequence > 0 && (isRefused ? body.request > 0 && body.given.empty()
                                                  : body.outcome == SnatRequestOutcome::Granted),
                  "the sequence or outcome of SNAT ports is none");
}

/// Requests begin at 1.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, RequestSnatPorts>& body)
{
    codec(body.networkInterface);
    codec(body.request);
    codec.Require(body.request > 0, "requests for SNAT ports begin at 1");
}

/// A return is of something.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, ReturnSnatPorts>& body)
{
    codec(body.networkInterface);
    codec.List(body.ranges, MAX_BLOCKS_PER_MESSAGE);
    codec.Require(!body.ranges.empty(), "no ranges are returned");
}

/// At most MAX_ENDPOINTS_PER_MESSAGE.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, WithdrawPublicEndpoints>& body)
{
    codec.List(body.endpoints, MAX_ENDPOINTS_PER_MESSAGE);
}

/// A report tells of something.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, ReportOverload>& body)
{
    codec(body.frontend);
    codec(body.dropped);
    codec.Require(body.dropped > 0, "an overload without dropped packets is none");
}

/// Sequences begin at 1.
template <typename Codec>
void
Exchange(Codec& codec, Exchanged<Codec, ProgramFrontend>& body)
{
    codec(body.frontend);
    codec(body.isWithdrawn);
    codec(body.sequence);
    codec.Require(body.sequence > 0, "the sequence of a frontend begins at 1");
}

} // namespace ns3::azure

#endif // AZURE_SLB_MESSAGE_FIELDS_H
