// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_TOPOLOGY_H
#define AZURE_TRACE_TOPOLOGY_H

#include "ns3/azure-load-balancer.h"
#include "ns3/azure-outbound-method.h"
#include "ns3/azure-packet-counts.h"
#include "ns3/azure-trace-records.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @brief What a trace database says about a run as a whole, and about what was there before it.
 */
namespace ns3::azure
{

/// What was run; all of it is the same in every run with the same input.
struct RunDescription
{
    std::string program;  //!< name of the program, without folders
    std::string scenario; //!< name of the outbound scenario, or of whatever the program calls one
    std::string profile;  //!< the behavior profile in its text form
    /// Further input as names and values; no names twice, and better no file names or times of day.
    std::vector<std::pair<std::string, std::string>> parameters;
};

/// What a node does.
enum class NodeRole : uint8_t
{
    VirtualMachine,
    Service,
    Host,
    LoadBalancerMux,
    SlbManager,
    Router,
    Server,
    DnsServer,
    NatGateway,
};

/// @return the role's name in databases
constexpr const char*
GetName(NodeRole role)
{
    constexpr std::array<const char*, 9> NAMES{"virtual-machine",
                                               "service",
                                               "host",
                                               "load-balancer-mux",
                                               "slb-manager",
                                               "router",
                                               "server",
                                               "dns-server",
                                               "nat-gateway"};
    return NAMES[static_cast<std::size_t>(role)];
}

/// A node.
struct NodeFact
{
    uint32_t node{0};                        //!< ns-3's number of it
    std::string name;                        //!< what the scenario calls it
    NodeRole role{NodeRole::VirtualMachine}; //!< what it does
};

/// A NAT gateway.
struct NatGatewayFact
{
    std::string name;             //!< unique in the run
    uint32_t node{0};             //!< ns-3's number of its node
    Time idleTimeout{Minutes(4)}; //!< of TCP flows
};

/// A VM's network interface.
struct NetworkInterfaceFact
{
    uint32_t networkInterface{0}; //!< the number the scenario gave it
    uint32_t virtualMachine{0};   //!< ns-3's number of the VM's node
    uint32_t host{0};             //!< ns-3's number of the host's node
    Ipv4Address privateAddress;   //!< its address in the virtual network
    OutboundMethod outboundMethod{OutboundMethod::DefaultSnat}; //!< how it reaches the Internet
    std::string availabilitySet{};                              //!< name; empty without one
    std::string natGateway{};                                   //!< name; empty of other methods
};

/// What a public address is for.
enum class PublicIpKind : uint8_t
{
    Frontend,      //!< of a load balancer
    Platform,      //!< assigned by the platform, for default SNAT
    InstanceLevel, //!< of one network interface
    NatGateway,    //!< of a NAT gateway
};

/// @return the kind's name in databases
constexpr const char*
GetName(PublicIpKind kind)
{
    constexpr std::array<const char*, 4> NAMES{"frontend",
                                               "platform",
                                               "instance-level",
                                               "nat-gateway"};
    return NAMES[static_cast<std::size_t>(kind)];
}

/// A public address.
struct PublicIpFact
{
    Ipv4Address address;                       //!< the address
    PublicIpKind kind{PublicIpKind::Frontend}; //!< what it is for
    std::optional<uint32_t> networkInterface;  //!< whose, if it belongs to one interface
    std::string natGateway{};                  //!< name; empty of other kinds
};

/// A load balancer.
struct LoadBalancerFact
{
    std::string name;                            //!< unique in the run
    LoadBalancerSku sku{LoadBalancerSku::Basic}; //!< offer
    bool isInternal{false};                      //!< its frontends are private
};

/// An address of a load balancer.
struct FrontendFact
{
    std::string loadBalancer; //!< name
    std::string name;         //!< unique in the load balancer
    Ipv4Address address;      //!< the address
};

/// A health probe, as hosts carry it out.
struct HealthProbeFact
{
    uint16_t probe{0};                                      //!< number, from 1
    std::string loadBalancer;                               //!< name
    std::string name;                                       //!< unique in the load balancer
    HealthProbeProtocol protocol{HealthProbeProtocol::Tcp}; //!< how members are asked
    uint16_t port{0};                                       //!< of the members
    std::string requestPath;                                //!< Http, Https: what is requested
    Time interval;                                          //!< between probes
    Time timeout;                                           //!< for an answer
    uint32_t failuresToDown{1};                             //!< in a row
    uint32_t successesToUp{1};                              //!< in a row
    NoHealthyBackendsBehavior noHealthyBackendsBehavior{
        NoHealthyBackendsBehavior::AllProbedDown}; //!< what new flows do if all are down
};

/// A network interface in a backend set.
struct PoolMemberFact
{
    uint16_t backendSet{0};                               //!< index, from 0
    std::string loadBalancer;                             //!< name
    std::string backendPool;                              //!< name; empty: of an inbound NAT rule
    uint16_t probe{0};                                    //!< number; 0 without probe
    uint32_t networkInterface{0};                         //!< the member
    AdministrativeState state{AdministrativeState::None}; //!< at the beginning
    bool isInitial{true};                                 //!< or else it has joined later
};

/// A network interface has come into a pool, or gone out of it, while the run lasted.
struct PoolMemberChange
{
    Time time;                    //!< when
    std::string loadBalancer;     //!< name
    std::string backendPool;      //!< name
    uint32_t networkInterface{0}; //!< who
    bool hasJoined{true};         //!< or else left
};

/// Which kind of rule it is.
enum class LoadBalancingRuleKind : uint8_t
{
    LoadBalancing, //!< for a pool
    InboundNat,    //!< for one interface
};

/// @return the kind's name in databases
constexpr const char*
GetName(LoadBalancingRuleKind kind)
{
    return kind == LoadBalancingRuleKind::LoadBalancing ? "load-balancing" : "inbound-nat";
}

/// A load-balancing rule or an inbound NAT rule.
struct LoadBalancingRuleFact
{
    uint16_t rule{0};                                                 //!< number, from 1
    std::string loadBalancer;                                         //!< name
    std::string name;                                                 //!< unique among its kind
    LoadBalancingRuleKind kind{LoadBalancingRuleKind::LoadBalancing}; //!< which of the two
    std::string frontend;                                             //!< name
    Ipv4Address frontendAddress;                                      //!< of that frontend
    TransportProtocol protocol{TransportProtocol::Tcp};               //!< All: HA ports
    uint16_t frontendPort{0};                                         //!< 0 with HA ports
    uint16_t backendPort{0};                                          //!< 0 with HA ports
    LoadDistribution distribution{LoadDistribution::Default};         //!< what decides
    bool enableFloatingIp{false}; //!< members see the frontend's address
    uint16_t backendSet{0};       //!< index
    uint16_t probe{0};            //!< number; 0 without probe
    Time idleTimeout{Minutes(4)}; //!< of its flows
    bool enableTcpReset{false};   //!< RST to both ends then
};

/// An outbound rule.
struct OutboundRuleFact
{
    std::string loadBalancer;                           //!< name
    std::string name;                                   //!< unique among those of the load balancer
    std::vector<std::string> frontends;                 //!< names, each once
    std::string backendPool;                            //!< name
    TransportProtocol protocol{TransportProtocol::All}; //!< what is translated
    uint32_t allocatedOutboundPorts{0};                 //!< per member; 0: not given
    std::optional<uint32_t> maxBackendInstances{};      //!< in their place
    Time idleTimeout{Minutes(4)};                       //!< of its flows
    bool enableTcpReset{false};                         //!< RST to both ends then
};

/// What a member's host has passed of a rule's flows since the run began.
struct MemberTraffic
{
    uint16_t rule{0};             //!< number, from 1
    uint32_t networkInterface{0}; //!< the member
    uint64_t packetsIn{0};        //!< packets passed to it
    uint64_t bytesIn{0};          //!< bytes passed to it
    uint64_t packetsOut{0};       //!< packets passed from it
    uint64_t bytesOut{0};         //!< bytes passed from it
};

/// What a NAT gateway has passed since the run began.
struct NatGatewayTraffic
{
    std::string natGateway; //!< name
    uint64_t packetsOut{0}; //!< packets passed to the Internet
    uint64_t bytesOut{0};   //!< bytes of them, as the VM sends them
    uint64_t packetsIn{0};  //!< packets passed to VMs
    uint64_t bytesIn{0};    //!< bytes of them
};

/// How many SNAT ports of one public address a NAT gateway uses.
struct NatGatewayPortUsage
{
    std::string natGateway; //!< name
    SnatPortUsage usage;    //!< of one public address; its networkInterface means nothing
};

/// What a mux has done with packets since the run began.
struct MuxTraffic
{
    uint32_t node{0};                   //!< ns-3's number of the mux's node
    std::vector<FrontendTraffic> rules; //!< what it has passed on for rules, by number
    PacketCounts packets;               //!< all of them
};

} // namespace ns3::azure

#endif // AZURE_TRACE_TOPOLOGY_H
