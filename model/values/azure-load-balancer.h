// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_LOAD_BALANCER_H
#define AZURE_LOAD_BALANCER_H

#include "azure-health-probe.h"
#include "azure-ip-protocol.h"

#include "ns3/ipv4-address.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * @brief A load balancer as Azure's resource model describes it (ARM `loadBalancers`).
 *
 * Names are unique among the resources of one kind of one load balancer.  The enumerations' names
 * are those of the resource model.
 */
namespace ns3::azure
{

/// Which offer a load balancer or a public address belongs to (ARM `sku.name`; sources.rst B.8).
enum class LoadBalancerSku : uint8_t
{
    Basic,    //!< inbound open by default; SNAT for TCP and UDP whatever the rule's protocol
    Standard, //!< inbound closed unless a security group allows it; SNAT by the rules' protocols
};

/// Which packets of a frontend a rule is for (ARM `protocol`).
enum class TransportProtocol : uint8_t
{
    Tcp, //!< TCP
    Udp, //!< UDP
    All, //!< TCP and UDP on all ports: high availability (HA) ports (sources.rst B.8: HA-1709)
};

/// Which parts of a packet decide on its member (ARM `loadDistribution`; sources.rst B.8: DM-2601).
enum class LoadDistribution : uint8_t
{
    Default,          //!< five: addresses, ports, protocol
    SourceIp,         //!< two: source and destination address
    SourceIpProtocol, //!< three: source and destination address, protocol
};

/// What the user says of a member, over its probe's head (ARM `adminState`; B.7: AS-2410).
enum class AdministrativeState : uint8_t
{
    None, //!< the probe decides
    Up,   //!< in rotation whatever the probe says
    Down, //!< out of rotation whatever the probe says
};

/// @return the name of the resource model
constexpr const char*
GetName(LoadBalancerSku sku)
{
    return sku == LoadBalancerSku::Basic ? "Basic" : "Standard";
}

/// @return the name of the resource model
constexpr const char*
GetName(TransportProtocol protocol)
{
    constexpr std::array<const char*, 3> NAMES{"Tcp", "Udp", "All"};
    return NAMES[static_cast<std::size_t>(protocol)];
}

/// @return the name of the resource model
constexpr const char*
GetName(LoadDistribution distribution)
{
    constexpr std::array<const char*, 3> NAMES{"Default", "SourceIP", "SourceIPProtocol"};
    return NAMES[static_cast<std::size_t>(distribution)];
}

/// @return the name of the resource model
constexpr const char*
GetName(AdministrativeState state)
{
    constexpr std::array<const char*, 3> NAMES{"None", "Up", "Down"};
    return NAMES[static_cast<std::size_t>(state)];
}

/// @return whether packets of the IP protocol are meant
constexpr bool
Covers(TransportProtocol protocol, IpProtocol packet)
{
    return (packet == IpProtocol::Tcp && protocol != TransportProtocol::Udp) ||
           (packet == IpProtocol::Udp && protocol != TransportProtocol::Tcp);
}

/// An address of a load balancer (ARM `frontendIPConfigurations`).
struct FrontendIpConfiguration
{
    std::string name; //!< unique
    /// Public; or private, of an internal load balancer.  Neither Ipv4Address(), ns-3's
    /// 102.102.102.102, nor 0.0.0.0 is one.
    Ipv4Address address;

    /// @return whether the address has been set
    bool HasAddress() const
    {
        return address != Ipv4Address() && address != Ipv4Address::GetAny();
    }
};

/// A network interface that a load balancer may send packets to.
struct BackendPoolMember
{
    uint32_t networkInterface{0};                         //!< its number in the deployment
    AdministrativeState state{AdministrativeState::None}; //!< what the user says of it
};

/// Who shares the load (ARM `backendAddressPools`).
struct BackendPool
{
    std::string name;                       //!< unique
    std::vector<BackendPoolMember> members; //!< each once, in the order of their SNAT ports
};

/// Sends new flows of a frontend to the members of a pool (ARM `loadBalancingRules`), and links
/// frontend and pool for SNAT (S0-25).
struct LoadBalancingRule
{
    std::string name;                                         //!< unique
    std::string frontend;                                     //!< name of a frontend
    std::string backendPool;                                  //!< name of a pool
    TransportProtocol protocol{TransportProtocol::Tcp};       //!< All: HA ports
    uint16_t frontendPort{80};                                //!< 1 to 65534; 0 with HA ports
    uint16_t backendPort{80};                                 //!< 1 to 65535; 0 with HA ports
    std::string probe;                                        //!< name; empty: all members are up
    LoadDistribution distribution{LoadDistribution::Default}; //!< ARM `loadDistribution`
    bool enableFloatingIp{false};     //!< the VM sees the frontend's address (B.8: FI-2404)
    bool disableOutboundSnat{false};  //!< the rule links nothing for SNAT (B.3: OB-1803, OR-2404)
    uint32_t idleTimeoutInMinutes{4}; //!< 4 to 100, of flows through the rule (B.5)
    bool enableTcpReset{false};       //!< RST to both ends then; Standard only (B.5: TR-2010)
};

/// Sends a port of a frontend to one VM (ARM `inboundNatRules`; B.8).
struct InboundNatRule
{
    std::string name;                                   //!< unique
    std::string frontend;                               //!< name of a frontend
    TransportProtocol protocol{TransportProtocol::Tcp}; //!< Tcp or Udp
    uint16_t frontendPort{0};                           //!< 1 to 65534
    uint32_t networkInterface{0};                       //!< the VM's, a pool member or not
    uint16_t backendPort{0};                            //!< 1 to 65535
    bool enableFloatingIp{false};                       //!< as in LoadBalancingRule
    uint32_t idleTimeoutInMinutes{4};                   //!< as in LoadBalancingRule
    bool enableTcpReset{false};                         //!< as in LoadBalancingRule
};

/**
 * @brief Gives the members of a pool SNAT by some frontends (ARM `outboundRules`; sources.rst B.4).
 *
 * Of public Standard load balancers.  Where a pool has one, its SNAT comes from its outbound rules
 * alone, and no rule whose SNAT is not disabled may use their frontends (OR-2404).
 */
struct OutboundRule
{
    std::string name;                                   //!< unique
    std::vector<std::string> frontends;                 //!< names, at least one, each once
    std::string backendPool;                            //!< name
    TransportProtocol protocol{TransportProtocol::All}; //!< what is translated
    /// Ports per member over all frontends of the rule, a multiple of 8; 0: by the profile's
    /// budget.  At most 64,000 per frontend for all members together.
    uint32_t allocatedOutboundPorts{0};
    /// In place of allocatedOutboundPorts: the most members that there will be, who share all ports
    /// of the frontends (B.4: OB-2203); none: not used.
    std::optional<uint32_t> maxBackendInstances;
    uint32_t idleTimeoutInMinutes{4}; //!< 4 to the profile's MaxOutboundIdleTimeout
    bool enableTcpReset{false};       //!< RST to both ends then (B.5: TR-2010)
};

/// A load balancer, public or internal.
struct LoadBalancer
{
    std::string name;                            //!< unique in the deployment
    LoadBalancerSku sku{LoadBalancerSku::Basic}; //!< offer
    /// Identifier of the virtual network an internal load balancer is in; none: it is public.
    std::optional<uint32_t> virtualNetwork;
    std::vector<FrontendIpConfiguration> frontends;    //!< in the order their ports are used
    std::vector<BackendPool> backendPools;             //!< pools
    std::vector<HealthProbe> probes;                   //!< probes
    std::vector<LoadBalancingRule> loadBalancingRules; //!< rules
    std::vector<InboundNatRule> inboundNatRules;       //!< rules for one VM each
    std::vector<OutboundRule> outboundRules;           //!< SNAT by choice, not by link

    /// @return whether its frontends are private
    bool IsInternal() const
    {
        return virtualNetwork.has_value();
    }
};

} // namespace ns3::azure

#endif // AZURE_LOAD_BALANCER_H
