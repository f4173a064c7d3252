// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_MUX_GOAL_STATE_H
#define AZURE_MUX_GOAL_STATE_H

#include "azure-health-probe.h"
#include "azure-load-balancer.h"

#include "ns3/ipv4-address.h"

#include <cstdint>
#include <optional>
#include <vector>

/**
 * @file
 * @brief What a mux must know to distribute flows, all of it at once, and what changes later.
 *
 * Every mux is told the same, with the same seed, so that all of them make the same choice for a
 * flow (Ananta 3.2.2).
 */
namespace ns3::azure
{

/// How a mux finds a member by a flow's hash.
enum class MemberSelection : uint8_t
{
    Modulo, //!< the hash modulo the number of available members (Ananta 3.3.2)
    Maglev, //!< a consistent-hash table of prime size (sources.rst C.5)
};

/// @return the name in attributes and traces
constexpr const char*
GetName(MemberSelection selection)
{
    return selection == MemberSelection::Modulo ? "Modulo" : "Maglev";
}

/// A pool member, as muxes know it.
struct BackendMember
{
    uint32_t networkInterface{0}; //!< below 2^24
    Ipv4Address host;             //!< provider address of its host
    bool isAvailable{true};       //!< new flows may go there
    uint32_t sequence{0};         //!< of the change that made it so

    friend bool operator==(const BackendMember& a, const BackendMember& b);
};

/// A pool as one probe sees it.
struct BackendSet
{
    std::vector<BackendMember> members; //!< by network interface, ascending
    /// What new flows do while no member is available.  AllProbedUp is for all members, also those
    /// that the user has taken out: administrative state Down is as a probe that fails (AS-2410).
    NoHealthyBackendsBehavior noHealthyBackendsBehavior{NoHealthyBackendsBehavior::AllProbedDown};
    /// Whether tracked TCP flows go on while no member is available (B.7: Standard yes, Basic no);
    /// those that do not have ended, also if members come up again.
    bool keepsFlowsWhenAllDown{true};

    friend bool operator==(const BackendSet& a, const BackendSet& b);
};

/// Where the packets of a frontend's port go: a load-balancing rule or an inbound NAT rule.
struct MuxRule
{
    uint16_t rule{0};                                   //!< its number in the deployment, from 1
    Ipv4Address frontend;                               //!< public or private address
    std::optional<uint32_t> virtualNetwork;             //!< of an internal frontend; below 2^24
    TransportProtocol protocol{TransportProtocol::Tcp}; //!< All: HA ports
    uint16_t frontendPort{0};                           //!< 0 with HA ports
    LoadDistribution distribution{LoadDistribution::Default}; //!< what is hashed
    uint16_t backendSet{0};                                   //!< index

    friend bool operator==(const MuxRule& a, const MuxRule& b);
};

/// All that a mux has to know of load balancing.
struct MuxGoalState
{
    uint32_t generation{0};                                   //!< counts up, from 1
    MemberSelection memberSelection{MemberSelection::Modulo}; //!< how members are found
    uint64_t hashSeed{0};                                     //!< of the distribution's hash
    std::vector<BackendSet> backendSets;                      //!< that rules refer to
    std::vector<MuxRule> rules;                               //!< by number, ascending

    friend bool operator==(const MuxGoalState& a, const MuxGoalState& b);
};

/// A member of a backend set came into rotation, or went out.
struct MemberAvailability
{
    uint16_t backendSet{0};       //!< index in the goal state
    uint32_t networkInterface{0}; //!< the member
    bool isAvailable{false};      //!< new flows may go there
    uint32_t sequence{0};         //!< above those of earlier changes of the same member
};

/**
 * @brief Write a goal state.
 *
 * The fields in the order of their structs, as HostGoalState's are written.
 *
 * @param goalState one whose rules and members ascend by number, each once, whose indexes point
 *        somewhere, whose numbers of interfaces and virtual networks are below 2^24, whose ports
 *        are 0 with HA ports only, no two of whose rules are for one frontend, protocol and port
 *        (HA ports may stand beside a rule for a port), and whose lists fit a 16-bit count
 * @return its bytes
 */
std::vector<uint8_t> Encode(const MuxGoalState& goalState);

/// @return the goal state, or nothing if the bytes are not exactly one that Encode() writes
std::optional<MuxGoalState> DecodeMuxGoalState(const std::vector<uint8_t>& bytes);

} // namespace ns3::azure

#endif // AZURE_MUX_GOAL_STATE_H
