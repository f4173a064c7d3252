// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_RECORDS_H
#define AZURE_TRACE_RECORDS_H

#include "azure-drop-reason.h"
#include "azure-flow-direction.h"
#include "azure-flow-key.h"
#include "azure-health-probe.h"
#include "azure-outbound-method.h"
#include "azure-port-range.h"
#include "azure-security-rule.h"

#include "ns3/nstime.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

/**
 * @file
 * @brief What hosts, muxes, managers and gateways report through their trace sources: one struct a
 * source.
 *
 * A network interface is named by the number the scenario gave it, a flow by its number within its
 * network interface, counted from 1.  Times are absolute simulation times.  Bytes count the IPv4
 * datagram, headers included, as the VM sees it.
 */
namespace ns3::azure
{

/// Where the other side of a flow is, which decides on the way its packets take.
enum class FlowPath : uint8_t
{
    Internet,        //!< on the Internet: a public address is used, with or without SNAT
    VirtualNetwork,  //!< in the virtual network or a peered one: host to host
    ServiceEndpoint, //!< an Azure service the subnet has an endpoint of: past SNAT (S3-44)
    HostService,     //!< the VM's own host, at 168.63.129.16 or 169.254.169.254 (S3-50)
};

/// @return the path's name in traces and databases
constexpr const char*
GetName(FlowPath path)
{
    constexpr std::array<const char*, 4> NAMES{"internet",
                                               "virtual-network",
                                               "service-endpoint",
                                               "host-service"};
    return NAMES[static_cast<std::size_t>(path)];
}

/// What became of a flow.
enum class FlowOutcome : uint8_t
{
    Refused,     //!< never got a SNAT port
    Unanswered,  //!< got its port or needed none; nothing came back, or a RST only
    Established, //!< packets passed both ways; TCP: more than a RST came back
    Denied,      //!< never passed the network security groups
};

/// Why a flow left the table.
enum class FlowEnd : uint8_t
{
    Open,      //!< it has not; the run ended first
    Idle,      //!< no packet for the idle timeout
    Fin,       //!< the FIN hold ran out
    Rst,       //!< the RST hold ran out
    Reopened,  //!< a SYN reused its 5-tuple while it was held after closing
    HalfOpen,  //!< nothing answered its SYN for the half-open timeout (B.6: NG-2307)
    Reclaimed, //!< its SNAT port was taken back (B.1: OB-1808)
};

/// @return the outcome's name in traces and databases
constexpr const char*
GetName(FlowOutcome outcome)
{
    constexpr std::array<const char*, 4> NAMES{"refused", "unanswered", "established", "denied"};
    return NAMES[static_cast<std::size_t>(outcome)];
}

/// @return the reason's name in traces and databases
constexpr const char*
GetName(FlowEnd end)
{
    constexpr std::array<const char*, 7>
        NAMES{"open", "idle", "fin", "rst", "reopened", "half-open", "reclaimed"};
    return NAMES[static_cast<std::size_t>(end)];
}

/// One flow of a VM, seen by its host agent.
struct FlowRecord
{
    uint32_t networkInterface{0};                       //!< the VM's network interface
    uint64_t flow{0};                                   //!< number of the flow on it, from 1; of
                                                        //!< one at a NAT gateway: there, from 1
    bool isInbound{false};                              //!< the other side sent the first packet
    FlowPath path{FlowPath::Internet};                  //!< where the other side is
    OutboundMethod method{OutboundMethod::DefaultSnat}; //!< how the VM reaches the Internet
    FlowKey key;                       //!< outbound, before translation: as the VM sends
    std::optional<FlowKey> translated; //!< outbound, after translation; none until it has a port
    Time firstPacket;                  //!< when its first packet came
    std::optional<Time> accepted;      //!< when it got its port, or passed without needing one
    std::optional<Time> firstReply;    //!< when its first packet in the other direction passed
    Time lastPacket;                   //!< when its last packet passed or was refused
    uint32_t refusals{0};              //!< packets refused for want of a port
    uint32_t denials{0};               //!< packets denied by a security rule or the platform
    FlowOutcome outcome{FlowOutcome::Refused}; //!< so far
    FlowEnd end{FlowEnd::Open};                //!< why it ended, if it has
    std::optional<Time> ended;                 //!< when it left the table, if it has
    uint64_t packetsOut{0};                    //!< packets passed outbound
    uint64_t bytesOut{0};                      //!< bytes passed outbound
    uint64_t packetsIn{0};                     //!< packets passed inbound
    uint64_t bytesIn{0};                       //!< bytes passed inbound
    bool isClosed{false}; //!< TCP: who opened it has sent FIN, or either side RST
};

/// A stage in the life of a SNAT port's use by one flow.
enum class SnatPortStage : uint8_t
{
    Acquired,    //!< the flow got the port
    CoolingDown, //!< the flow has closed; the port is held for the FIN or RST hold
    Reopened,    //!< a packet brought the flow back from cooling down
    Released,    //!< the port is free again for the flow's destination
};

/// @return the stage's name in traces and databases
constexpr const char*
GetName(SnatPortStage stage)
{
    constexpr std::array<const char*, 4> NAMES{"acquired", "cooling-down", "reopened", "released"};
    return NAMES[static_cast<std::size_t>(stage)];
}

/// One stage of a SNAT port's use.
struct SnatPortEvent
{
    Time time;                                    //!< when
    uint32_t networkInterface{0};                 //!< whose port
    uint64_t flow{0};                             //!< number of the flow on that interface
    SnatPortStage stage{SnatPortStage::Acquired}; //!< what happened
    FlowKey translated;           //!< the flow after translation; source is address and SNAT port
    FlowEnd cause{FlowEnd::Open}; //!< why released or cooling down; Open when acquired
    uint32_t portsInUse{0};       //!< ports of the interface in use after the event
    uint32_t portsCoolingDown{0}; //!< ports that only closed flows hold after the event
};

/// An outbound packet was refused for want of a SNAT port.
struct SnatExhaustion
{
    Time time;                    //!< when
    uint32_t networkInterface{0}; //!< whose ports are exhausted
    uint64_t flow{0};             //!< number of the flow on that interface
    uint32_t attempt{0};          //!< 1 for the flow's first refused packet, then 2, ...
    FlowKey key;                  //!< the flow before translation
    uint32_t portsAllocated{0};   //!< ports the interface has
    uint32_t portsInUse{0};       //!< those that carry at least one open flow
    uint32_t portsCoolingDown{0}; //!< those that only closed flows still hold
};

/// Why SNAT ports were given to a network interface, or taken back.
enum class SnatAllocationCause : uint8_t
{
    Begin,      //!< given: how it reaches the Internet was programmed for the first time
    Joined,     //!< given: it has come into a pool
    PoolGrew,   //!< taken: its pool has grown into the next tier (B.1: OB-1808)
    PoolShrank, //!< given: its pool has shrunk into a smaller tier (B.1: OB-1808)
    Requested,  //!< given: its host has asked for them (Ananta 3.4.2)
    Returned,   //!< taken: its host has given them back unused (Ananta 3.4.2)
    Revoked,    //!< taken: the user of SlbManager has said so (Ananta 3.4.2)
    Left,       //!< taken: it has gone out of its pool
};

/// @return the cause's name in traces and databases
constexpr const char*
GetName(SnatAllocationCause cause)
{
    constexpr std::array<const char*, 8> NAMES{"begin",
                                               "joined",
                                               "pool-grew",
                                               "pool-shrank",
                                               "requested",
                                               "returned",
                                               "revoked",
                                               "left"};
    return NAMES[static_cast<std::size_t>(cause)];
}

/// SNAT ports were given to a network interface, or taken back, as its host sees it.
struct SnatAllocation
{
    Time time;                                             //!< when
    uint32_t networkInterface{0};                          //!< whose
    Ipv4Address publicAddress;                             //!< frontend or platform address
    PortRange ports;                                       //!< which
    bool isGiven{true};                                    //!< or else taken back
    SnatAllocationCause cause{SnatAllocationCause::Begin}; //!< why
    uint32_t flowsBroken{0}; //!< taken: flows that held one of them, which ended with that
};

/// What became of a request for SNAT ports.
enum class SnatRequestOutcome : uint8_t
{
    Granted,     //!< the SLB manager has given ports
    NoFreePorts, //!< refused: nobody has any left
    PortCap,     //!< refused: the interface has as many as it may (MaxPortsPerInterface)
    Outstanding, //!< dropped: others of the interface wait (OutstandingRequests)
    RequestRate, //!< dropped: there were too many in a minute (MaxRequestsPerMinute)
    Unanswered,  //!< no answer has come: dropped, lost, or the run was over first
};

/// @return the outcome's name in traces and databases
constexpr const char*
GetName(SnatRequestOutcome outcome)
{
    constexpr std::array<const char*, 6> NAMES{"granted",
                                               "no-free-ports",
                                               "port-cap",
                                               "outstanding",
                                               "request-rate",
                                               "unanswered"};
    return NAMES[static_cast<std::size_t>(outcome)];
}

/**
 * @brief A request for SNAT ports, as its host sees it once it is over: with its answer, or when
 * the flow that asked has gone without one.
 */
struct SnatRequest
{
    uint32_t networkInterface{0}; //!< who asked
    uint32_t request{0};          //!< number among those of the interface, from 1
    uint64_t flow{0};             //!< the flow whose packet waited
    Time asked;                   //!< when the message was sent
    std::optional<Time> answered; //!< when the answer came
    SnatRequestOutcome outcome{SnatRequestOutcome::Unanswered}; //!< never a dropped one's
    uint32_t ports{0};                                          //!< how many were given
};

/// What the SLB manager did with a request for SNAT ports.
struct SnatRequestDecision
{
    Time time;                    //!< when it was decided; of a dropped one, when it came
    uint32_t networkInterface{0}; //!< who asked
    uint32_t request{0};          //!< as in SnatRequest
    Time received;                //!< when it came
    SnatRequestOutcome outcome{SnatRequestOutcome::Granted}; //!< never Unanswered
    uint32_t ports{0};                                       //!< how many are given
    uint32_t waiting{0}; //!< requests that waited when it came, of all interfaces
};

/// A TCP connection that was idle for too long gets RSTs (B.5: TR-2010).
struct TcpResetOrder
{
    uint32_t networkInterface{0};      //!< whose flow
    FlowKey outbound;                  //!< the flow as the VM sends
    FlowKey translated;                //!< the same after translation
    FlowPath path{FlowPath::Internet}; //!< which way the other side is
    uint32_t sequenceToVm{0};          //!< what the VM expects next from the other side
    uint32_t sequenceToPeer{0};        //!< what the other side expects next from the VM
};

/// How many SNAT ports of one public address a network interface uses.
struct SnatPortUsage
{
    uint32_t networkInterface{0};             //!< whose ports
    std::optional<Ipv4Address> publicAddress; //!< whose block; none for an interface without SNAT
    uint32_t portsAllocated{0};               //!< ports of the block
    uint32_t portsInUse{0};                   //!< ports with at least one open flow
    uint32_t portsCoolingDown{0};             //!< ports that only closed flows still hold
    uint64_t flows{0};                        //!< flows that hold a port, open or closed
};

/// A network security group was asked about a packet of a flow that has no flow record.
struct SecurityGroupDecision
{
    Time time;                    //!< when
    uint32_t networkInterface{0}; //!< whose flow
    uint64_t flow{0};             //!< number of the flow on that interface
    uint32_t attempt{0};          //!< 1 for the first packet of it that was evaluated, then 2, ...
    FlowDirection direction{FlowDirection::Inbound}; //!< of the packet
    FlowKey key;                                     //!< of the packet, as the VM knows it
    SecurityGroupAttachment attachment{SecurityGroupAttachment::Subnet}; //!< of the group
    SecurityRuleAccess access{SecurityRuleAccess::Allow};                //!< what it decided
    bool isDefaultRule{false}; //!< the rule is one of the six
    std::string_view group{};  //!< name; lives as long as the call that tells of the decision
    std::string_view rule{};   //!< name; lives as long as the call that tells of the decision
};

/// Why a mux chose a member for a packet, instead of the one it had chosen before.
enum class DistributionCause : uint8_t
{
    NewFlow,          //!< a SYN, or the first packet without connection
    NoFlowState,      //!< the middle of a TCP connection that the mux has no entry of
    MemberDown,       //!< its member went out of rotation: UDP only, as TCP stays or ends
    NoHealthyBackend, //!< there is no member to choose; or there was none, and the flow ended so
};

/// @return the cause's name in traces and databases
constexpr const char*
GetName(DistributionCause cause)
{
    constexpr std::array<const char*, 4> NAMES{"new-flow",
                                               "no-flow-state",
                                               "member-down",
                                               "no-healthy-backend"};
    return NAMES[static_cast<std::size_t>(cause)];
}

/// A mux chose a member for a flow; later packets of a flow that it keeps track of ask for none.
struct LoadBalancingDecision
{
    Time time;                                           //!< when
    uint16_t rule{0};                                    //!< number of the rule, from 1
    FlowKey key;                                         //!< of the packet, as it came
    DistributionCause cause{DistributionCause::NewFlow}; //!< why
    std::optional<uint32_t> networkInterface;            //!< the member; none if there is none
    uint32_t membersAvailable{0};                        //!< among how many
    bool isTracked{false}; //!< the mux keeps the choice: false if its quota is used up
};

/// One health probe has ended.
struct HealthProbeResult
{
    Time time;                    //!< when it was known
    uint32_t networkInterface{0}; //!< who was asked
    uint16_t probe{0};            //!< number of the probe, from 1
    uint64_t attempt{0};          //!< 1 for the first probe of this interface, then 2, ...
    Time sent;                    //!< when it began
    HealthProbeOutcome outcome{HealthProbeOutcome::Success}; //!< what became of it
    std::optional<uint16_t> statusCode; //!< Http, Https: what was answered, if anything
};

/// Who tells of a member's health.
enum class HealthStage : uint8_t
{
    Probed,  //!< the host: its probes say so
    Decided, //!< the SLB manager: in or out of rotation, administrative state included
    Applied, //!< a mux: it has heard so
};

/// @return the stage's name in traces and databases
constexpr const char*
GetName(HealthStage stage)
{
    constexpr std::array<const char*, 3> NAMES{"probed", "decided", "applied"};
    return NAMES[static_cast<std::size_t>(stage)];
}

/// A pool member's health has changed, or is known for the first time.
struct MemberHealth
{
    Time time;                               //!< when
    HealthStage stage{HealthStage::Decided}; //!< who says so
    uint32_t networkInterface{0};            //!< the member
    uint16_t backendSet{0};                  //!< index of the backend set; 0 where only probed
    uint16_t probe{0};                       //!< number of the probe; 0 if it has none
    bool isUp{false};                        //!< how it is now
};

/// What becomes of a message between managers, hosts and muxes.
enum class ControlMessageStage : uint8_t
{
    Sent,         //!< for the first time or again
    Acknowledged, //!< the receiver has carried it out
    Unreachable,  //!< sent as often as allowed, never acknowledged
};

/// @return the stage's name in traces and databases
constexpr const char*
GetName(ControlMessageStage stage)
{
    constexpr std::array<const char*, 3> NAMES{"sent", "acknowledged", "unreachable"};
    return NAMES[static_cast<std::size_t>(stage)];
}

/// A message between managers, hosts and muxes, seen by its sender.
struct ControlMessage
{
    Time time;                                            //!< when
    ControlMessageStage stage{ControlMessageStage::Sent}; //!< what became of it
    Ipv4Address receiver;                                 //!< address in the physical network
    uint32_t transaction{0};                              //!< its number, the sender's own
    uint32_t attempt{0};                                  //!< how often it has been sent
    std::string_view kind{};                              //!< name of its body; a literal
    uint32_t bytes{0};                                    //!< length of the UDP payload
};

/// A mux has more packets than it can do, or a frontend is in service or out of it (Ananta 3.6.2).
struct OverloadRecord
{
    Time time;               //!< when
    uint64_t dropped{0};     //!< packets dropped in the last interval; 0 from the SLB manager
    Ipv4Address frontend;    //!< who had most packets; whose state has changed
    bool isWithdrawn{false}; //!< from the SLB manager: it is out of service
};

/// What a mux passed on of a frontend's port, since the beginning; its packets go inbound.
struct FrontendTraffic
{
    uint16_t rule{0};    //!< number of the rule, from 1
    uint64_t packets{0}; //!< packets passed to members
    uint64_t bytes{0};   //!< bytes of them
    uint64_t syns{0};    //!< TCP SYNs among them
};

/// A packet was dropped.
struct DropRecord
{
    Time time;                                //!< when
    DropReason reason{DropReason::Malformed}; //!< why
    std::optional<uint32_t> networkInterface; //!< of which VM, where that is known
    FlowKey key;                              //!< as the packet came; zero where malformed
    uint32_t bytes{0};                        //!< length of the IPv4 datagram
    std::string_view group{}; //!< that denied it; empty for other reasons; as long as the call
    std::string_view rule{};  //!< that denied it; empty for other reasons; as long as the call
};

} // namespace ns3::azure

#endif // AZURE_TRACE_RECORDS_H
