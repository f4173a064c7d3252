// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SLB_MESSAGE_H
#define AZURE_SLB_MESSAGE_H

#include "azure-health-probe.h"
#include "azure-load-balancer.h"
#include "azure-mux-goal-state.h"
#include "azure-outbound-method.h"
#include "azure-port-range.h"
#include "azure-profile.h"
#include "azure-trace-records.h"

#include "ns3/ipv4-address.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

/**
 * @file
 * @brief What the SLB manager and the virtual network manager tell host agents and muxes, and how
 * it looks on the wire.
 *
 * Azure's own control protocol is not published; this one is ours.  A message is, in this order:
 *
 * | octets | content                                                                      |
 * |--------|------------------------------------------------------------------------------|
 * | 4      | magic, the letters aSLB                                                      |
 * | 1      | version, 1                                                                   |
 * | 1      | body: 0 Acknowledge, 1 ProgramNetworkInterface, 2 ProgramPublicEndpoints,    |
 * |        | 3 GoalStatePart, 4 ProgramInboundEndpoints, 5 ProgramHealthProbe,            |
 * |        | 6 ReportHealth, 7 ProgramMembers, 8 RequestProgram, 9 ProgramComplete,       |
 * |        | 10 ProgramSnatPorts, 11 RequestSnatPorts, 12 ReturnSnatPorts,                |
 * |        | 13 WithdrawPublicEndpoints, 14 ReportOverload, 15 ProgramFrontend            |
 * | 4      | transaction                                                                  |
 * | ...    | the fields of the body, in the order of its struct                           |
 *
 * Integers travel in network byte order, enumerations as one byte, lists, texts and bytes behind a
 * 16-bit count, optional values behind a byte 0 or 1, times as 64-bit nanoseconds, a profile as its
 * text form (Profile).
 */
namespace ns3::azure
{

/// A block of SNAT ports.
struct SnatPortBlockGrant
{
    Ipv4Address publicAddress; //!< frontend or platform address
    PortRange ports;           //!< the block
};

/// To a host agent: how one of its network interfaces reaches the Internet.
struct ProgramNetworkInterface
{
    uint32_t networkInterface{0};                       //!< number of the interface
    OutboundMethod method{OutboundMethod::DefaultSnat}; //!< chosen by SelectOutboundMethod()
    std::optional<Ipv4Address> instanceLevelPublicIp;   //!< its own public address
    std::vector<SnatPortBlockGrant> blocks;             //!< its SNAT ports, in frontend order
    bool translatesTcp{true};    //!< SNAT is there for TCP (sources.rst B.3: Standard, by rules)
    bool translatesUdp{true};    //!< SNAT is there for UDP (likewise)
    bool isInboundClosed{false}; //!< from the Internet, unless a group allows it (B.8: SK-2307)
    Profile profile;             //!< reuse keys, timers, frontend selection
    std::optional<Ipv4Address> natGateway{}; //!< where it is, if that is the method
    uint32_t sequence{1}; //!< of what the interface is told, from 1; the next ProgramSnatPorts or
                          //!< ProgramNetworkInterface has one more
    SnatAllocationCause cause{SnatAllocationCause::Begin}; //!< why the blocks are given
};

/// To a host agent: ports that are given to one of its interfaces, and taken back.
struct ProgramSnatPorts
{
    uint32_t networkInterface{0}; //!< number of the interface
    uint32_t sequence{0};         //!< as in ProgramNetworkInterface; done in their order
    uint32_t request{0};          //!< the request it answers; 0: none
    SnatRequestOutcome outcome{SnatRequestOutcome::Granted};   //!< of that request; never a dropped
                                                               //!< one's, nor Unanswered
    SnatAllocationCause cause{SnatAllocationCause::Requested}; //!< why
    std::vector<SnatPortBlockGrant> given;                     //!< new ones
    std::vector<SnatPortBlockGrant> taken; //!< each a part of one that it has, or a whole one
};

/// To the SLB manager: a flow of one of the host's interfaces waits for a SNAT port (Ananta 3.4.2).
/// It may get lost; the answer is a ProgramSnatPorts.
struct RequestSnatPorts
{
    uint32_t networkInterface{0}; //!< number of the interface
    uint32_t request{0};          //!< number among its requests, from 1
};

/// To the SLB manager: ranges that no flow has held for long; the interface has given them up.
struct ReturnSnatPorts
{
    uint32_t networkInterface{0};           //!< number of the interface
    std::vector<SnatPortBlockGrant> ranges; //!< whole ranges
};

/// Who owns ports of a public address.
struct PublicEndpoint
{
    Ipv4Address publicAddress; //!< frontend, platform or instance-level address
    PortRange ports;           //!< closed; 0 to 65535 for an instance-level public IP
    Ipv4Address host;          //!< provider address of the host to send them to
};

/// To a mux: where the packets of public addresses go (Ananta 3.3.3, stateless entries).
struct ProgramPublicEndpoints
{
    std::vector<PublicEndpoint> endpoints; //!< added to what the mux knows
};

/// To a mux: endpoints whose ports are nobody's any more.
struct WithdrawPublicEndpoints
{
    std::vector<PublicEndpoint> endpoints; //!< each a part of what the mux knows, or a whole one
};

/// To the SLB manager, from a mux: it has more packets than it can do (Ananta 3.6.2).
struct ReportOverload
{
    Ipv4Address frontend; //!< who had most packets
    uint64_t dropped{0};  //!< packets dropped since the last report, above 0
};

/// To a mux: whether a frontend is in service; others have everything dropped (Ananta 3.6.2).
struct ProgramFrontend
{
    Ipv4Address frontend;    //!< public address
    bool isWithdrawn{false}; //!< it is out of service
    uint32_t sequence{0};    //!< of these messages, from 1; an older one is ignored
};

/// What a load balancer sends to a network interface, and how its host translates it.
struct InboundEndpoint
{
    Ipv4Address frontend;                               //!< the packets' destination
    std::optional<uint32_t> virtualNetwork;             //!< of an internal frontend; below 2^24
    TransportProtocol protocol{TransportProtocol::Tcp}; //!< All: HA ports
    uint16_t frontendPort{0};                           //!< their destination port; 0 with HA ports
    uint16_t backendPort{0};      //!< what the VM gets instead; 0 with HA ports
    bool isFloatingIp{false};     //!< the VM gets the frontend's address (B.8: FI-2404)
    Time idleTimeout{Minutes(4)}; //!< of its flows, above 0, at most 1000 h (B.5)
    bool isTcpReset{false};       //!< RST to both ends when they were idle so long (B.5: TR-2010)
};

/// To a host agent: what muxes may send to one of its interfaces beyond SNAT's replies (design.rst,
/// path 3).
struct ProgramInboundEndpoints
{
    uint32_t networkInterface{0};           //!< number of the interface
    std::vector<Ipv4Address> muxes;         //!< who may send it
    std::vector<InboundEndpoint> endpoints; //!< added to what the host knows of the interface
};

/// To a host's health prober: a probe of one of its VMs, added to what the prober does.
struct ProgramHealthProbe
{
    HealthProbeTarget target; //!< whom to ask, and how
};

/// To the SLB manager: what a host found (Ananta 3.4.3: changes only).
struct ReportHealth
{
    uint32_t networkInterface{0}; //!< who was asked
    uint16_t probe{0};            //!< number of the probe
    uint32_t sequence{0};         //!< of this host's reports, from 1; an older one is ignored
    bool isUp{false};             //!< how it is now
};

/// To a mux: members that came into rotation, or went out.
struct ProgramMembers
{
    uint32_t generation{0};                  //!< of the goal state whose indexes are meant
    std::vector<MemberAvailability> changes; //!< of single members
};

/// To the SLB manager, from a mux that begins with empty tables: send me everything again.
struct RequestProgram
{
};

/// To a mux: everything that was sent before has been acknowledged; it may announce its routes.
struct ProgramComplete
{
    uint32_t request{0}; //!< transaction of the RequestProgram it answers; 0: there was none
};

/**
 * @brief A part of a goal state, which is too long for a datagram: to a host agent of its
 * HostGoalState, to a mux of its MuxGoalState.
 *
 * All parts of a goal state carry its generation and how many they are; put one behind the other
 * they are what Encode() wrote.
 */
struct GoalStatePart
{
    uint32_t generation{0};     //!< of the goal state
    uint16_t part{0};           //!< which, from 0
    uint16_t parts{1};          //!< how many, at least 1
    std::vector<uint8_t> bytes; //!< at most MAX_BYTES_PER_PART
};

/// Answer of a host agent or mux: the message was applied.
struct Acknowledge
{
};

/// One message of the managers' protocol.
struct SlbMessage
{
    uint32_t transaction{0}; //!< chosen by the manager, repeated in the acknowledgement
    std::variant<Acknowledge,
                 ProgramNetworkInterface,
                 ProgramPublicEndpoints,
                 GoalStatePart,
                 ProgramInboundEndpoints,
                 ProgramHealthProbe,
                 ReportHealth,
                 ProgramMembers,
                 RequestProgram,
                 ProgramComplete,
                 ProgramSnatPorts,
                 RequestSnatPorts,
                 ReturnSnatPorts,
                 WithdrawPublicEndpoints,
                 ReportOverload,
                 ProgramFrontend>
        body; //!< content
};

/// Most endpoints that one ProgramPublicEndpoints message carries, to stay below a common MTU.
constexpr std::size_t MAX_ENDPOINTS_PER_MESSAGE = 100;

/// Most blocks that one ProgramSnatPorts carries of each list, and one ReturnSnatPorts; our choice.
constexpr std::size_t MAX_BLOCKS_PER_MESSAGE = 70;

/// Most endpoints that one ProgramInboundEndpoints message carries, to stay below a common MTU with
/// MAX_MUXES; our choice.
constexpr std::size_t MAX_INBOUND_ENDPOINTS_PER_MESSAGE = 46;

/// Most muxes that one ProgramInboundEndpoints message carries; our choice.
constexpr std::size_t MAX_MUXES = 64;

/// Most changes that one ProgramMembers message carries, to stay below a common MTU; our choice.
constexpr std::size_t MAX_MEMBERS_PER_MESSAGE = 100;

/// Longest request path of a health probe, in characters, to stay below a common MTU; our choice.
constexpr std::size_t MAX_REQUEST_PATH = 1024;

/// Most bytes of a goal state that one GoalStatePart carries, to stay below a common MTU; our
/// choice.
constexpr std::size_t MAX_BYTES_PER_PART = 1200;

/**
 * @brief Write a message.
 * @param message one whose profile has valid settings, whose lists and texts fit the counts above,
 *        which names the instance-level public IP if that is its method, and whose part is one of
 *        its parts; whose inbound endpoints have no ports with HA ports only, and identifiers below
 *        2^24; whose probe has a number, port, interval, timeout and counts above 0, the times at
 *        most 1000 h (as in a profile); whose report has numbers above 0; which names the NAT
 *        gateway if that is its method, and only then; whose sequences, and requests for SNAT
 *        ports, are numbers from 1; which refuses SNAT ports to a request only, and gives none
 *        then; which returns at least one range
 * @return its bytes
 */
std::vector<uint8_t> Encode(const SlbMessage& message);

/**
 * @brief Read a message.
 * @return the message, or nothing if the bytes are not exactly one that Encode() writes
 */
std::optional<SlbMessage> DecodeSlbMessage(const std::vector<uint8_t>& bytes);

/// @return name of the message's body in traces and databases, such as program-members; a literal
const char* GetKind(const SlbMessage& message);

} // namespace ns3::azure

#endif // AZURE_SLB_MESSAGE_H
