// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_NETWORK_RESOURCES_H
#define AZURE_NETWORK_RESOURCES_H

#include "ns3/azure-deployment-model.h"
#include "ns3/azure-host-goal-state.h"
#include "ns3/azure-profile.h"
#include "ns3/azure-security-rule.h"
#include "ns3/azure-service-tag.h"
#include "ns3/azure-subscription.h"
#include "ns3/azure-virtual-network.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

/// A network security group (ARM `networkSecurityGroups`): its custom rules; it has the default
/// rules as well (S3-31).
struct NetworkSecurityGroup
{
    std::string name;                                        //!< unique in the deployment
    DeploymentModel model{DeploymentModel::ResourceManager}; //!< where it can be attached (S3-11)
    std::vector<SecurityRule> rules;                         //!< in the order of adding
};

/**
 * @ingroup azure-tables
 * @brief The resources that decide which traffic may pass: virtual networks, subnets, network
 * interfaces, network security groups, application security groups, and who refers to whom.
 *
 * The control plane's view, which changes in mid-run; no packet passes here.  GetGoalStates() says
 * what the hosts must know; GetEffectiveSecurityRules() and VerifyIpFlow()
 * (azure-effective-security-rules.h) answer questions without a simulation.
 *
 * Each function that changes something returns nothing if it did, or one line naming the field,
 * the value and what is allowed; then nothing was changed.  Names are case-sensitive,
 * but for those of rules.
 *
 * Differs from Azure: the tag VirtualNetwork does not contain the prefixes of user-defined routes
 * (sources.rst B.9: ST-2104), since the only one there is here, 0.0.0.0/0, would make it
 * everything.  Of a peer it contains the address space, but not what is connected to the peer.
 */
class NetworkResources
{
  public:
    /// Nothing, or what was wrong.
    using Error = std::optional<std::string>;

    /**
     * @param profile Azure's behavior
     * @param cloud says whether tags have regional forms
     * @param subscription says whether port 25 is open (S3-53)
     */
    explicit NetworkResources(Profile profile = *FindProfile("2017"),
                              AzureCloud cloud = AzureCloud::Public,
                              Subscription subscription = {});

    /// @name Virtual networks and what is in them
    /// @{

    /// Its address space lies in VIRTUAL_NETWORK_PREFIXES, its subnets lie in that, and nothing in
    /// it overlaps.
    [[nodiscard]] Error AddVirtualNetwork(const VirtualNetwork& network);
    /// Connect two virtual networks, both ways; their address spaces must not overlap.
    [[nodiscard]] Error AddPeering(const std::string& a, const std::string& b);
    /// Undoes AddPeering(), both ways.
    [[nodiscard]] Error RemovePeering(const std::string& a, const std::string& b);
    /// Its address must be in the subnet, not one that Azure keeps, and free on the host.
    [[nodiscard]] Error AddNetworkInterface(const NetworkInterfacePlacement& placement);
    /// Its address must be in the subnet, not one that Azure keeps, and taken by nobody.
    [[nodiscard]] Error AddInternalFrontend(const InternalFrontend& frontend);
    /// Only subnets with an endpoint of the service reach it past SNAT.
    [[nodiscard]] Error AddServiceInstance(const ServiceInstance& instance);
    /// Say that the VM is older than the subscription's exemption from the block of port 25.
    [[nodiscard]] Error SetFromBeforeSmtpExemption(uint32_t networkInterface);
    /// Set a user's route 0.0.0.0/0 for a subnet, or, with nothing, take it away.
    [[nodiscard]] Error SetDefaultRoute(const std::string& virtualNetwork,
                                        const std::string& subnet,
                                        std::optional<RouteNextHop> nextHop);
    /// Set the services that a subnet has endpoints of (S3-44), in place of those it had.
    [[nodiscard]] Error SetServiceEndpoints(const std::string& virtualNetwork,
                                            const std::string& subnet,
                                            const std::vector<ServiceTag>& services);
    /// @}

    /// @name Network security groups
    /// @{

    /// It has the six default rules from the beginning (S3-31).
    [[nodiscard]] Error AddNetworkSecurityGroup(
        const std::string& name,
        DeploymentModel model = DeploymentModel::ResourceManager);
    /// Only a group that is attached nowhere can be removed.
    [[nodiscard]] Error RemoveNetworkSecurityGroup(const std::string& name);
    /// Names are unique in the group, whatever their case (S3-14), priorities among the rules of a
    /// direction (B.9).  Classic groups have no application security groups (our choice).
    [[nodiscard]] Error AddSecurityRule(const std::string& group, const SecurityRule& rule);
    /// As above, for a rule as users write it.
    [[nodiscard]] Error AddSecurityRule(const std::string& group, const SecurityRuleText& rule);
    /// Default rules cannot be removed (S3-38).
    [[nodiscard]] Error RemoveSecurityRule(const std::string& group, const std::string& rule);
    /// A subnet has one group at most (S3-03), of its virtual network's model (S3-11); a group can
    /// be attached any number of times (S3-12).
    [[nodiscard]] Error AttachToSubnet(const std::string& group,
                                       const std::string& virtualNetwork,
                                       const std::string& subnet);
    /// Undoes AttachToSubnet().
    [[nodiscard]] Error DetachFromSubnet(const std::string& virtualNetwork,
                                         const std::string& subnet);
    /// A network interface has one group at most (S3-02).  Group and virtual network must be
    /// Resource Manager's (S3-11).
    [[nodiscard]] Error AttachToNetworkInterface(const std::string& group,
                                                 uint32_t networkInterface);
    /// Attach a classic group to a VM of a classic virtual network, named by its network interface
    /// (S3-11).
    [[nodiscard]] Error AttachToVirtualMachine(const std::string& group, uint32_t networkInterface);
    /// Undoes AttachToNetworkInterface() or AttachToVirtualMachine().
    [[nodiscard]] Error DetachFromNetworkInterface(uint32_t networkInterface);
    /// @}

    /// @name Application security groups
    /// @{

    /// It has no members at the beginning; rules that name it match nothing until it has.
    [[nodiscard]] Error AddApplicationSecurityGroup(const std::string& name);
    /// All members must be in the virtual network of the first (S3-48), also those of two groups
    /// that are source and destination of one rule (S3-49).
    [[nodiscard]] Error Join(const std::string& applicationSecurityGroup,
                             uint32_t networkInterface);
    /// Undoes Join().
    [[nodiscard]] Error Leave(const std::string& applicationSecurityGroup,
                              uint32_t networkInterface);
    /// @}

    /// @name What there is
    /// @{

    /// @return Azure's behavior
    const Profile& GetProfile() const;
    /// @return what the virtual network's packets are encapsulated with; nothing if there is none
    /// of
    ///         that name
    std::optional<uint32_t> GetIdentifier(const std::string& virtualNetwork) const;
    /// @return the highest address of the subnet that can be given to somebody; nothing if there is
    ///         none, or no such subnet
    std::optional<Ipv4Address> FindHighestFreeAddress(const std::string& virtualNetwork,
                                                      const std::string& subnet) const;
    /// @return which cloud it is in
    AzureCloud GetCloud() const;
    /// @return the group; null if there is none of that name
    const NetworkSecurityGroup* FindNetworkSecurityGroup(const std::string& name) const;
    /// @return where the interface is; null if there is none of that number
    const NetworkInterfacePlacement* FindNetworkInterface(uint32_t networkInterface) const;
    /// @return names of all internal frontends: load balancer, frontend
    const std::set<std::pair<std::string, std::string>>& GetInternalFrontends() const;
    /// @return the numbers of all network interfaces, those of service instances too
    std::set<uint32_t> GetNetworkInterfaces() const;
    /// @return name of the group of the interface's subnet; nothing if it has none
    std::optional<std::string> GetSubnetGroup(uint32_t networkInterface) const;
    /// @return the user's route 0.0.0.0/0 of the interface's subnet; nothing if it has none
    std::optional<RouteNextHop> GetDefaultRoute(uint32_t networkInterface) const;
    /// @return name of the interface's own group; nothing if it has none
    std::optional<std::string> GetInterfaceGroup(uint32_t networkInterface) const;
    /// @}

    /**
     * @brief The rules of a group as they apply in a virtual network, custom and default.
     * @param group must be there; @param virtualNetwork must be there
     */
    ResolvedSecurityGroup Resolve(const std::string& group,
                                  const std::string& virtualNetwork) const;

    /// @return nothing; or the error that the tag is no service's that subnets can have endpoints
    /// of, or that there is none in this cloud
    static Error CheckService(const std::string& field,
                              const ServiceTag& service,
                              AzureCloud cloud);

    /// @return what each host must know, by its provider address; generation is left 0
    std::map<Ipv4Address, HostGoalState> GetGoalStates() const;

  private:
    /// A virtual network and what is in it.
    struct NetworkEntry
    {
        VirtualNetwork network;                       //!< as it is now
        uint32_t identifier{0};                       //!< its packets are encapsulated with
        std::set<std::string> peers;                  //!< names
        std::map<std::string, std::string> groups;    //!< security groups, by subnet
        std::map<Ipv4Address, uint32_t> interfaces;   //!< numbers, by private address
        std::map<Ipv4Address, Ipv4Address> frontends; //!< the muxes' addresses, by frontend's

        /// @return whether an interface or a frontend has the address
        bool HasAddress(Ipv4Address address) const
        {
            return interfaces.count(address) > 0 || frontends.count(address) > 0;
        }
    };

    /// A network interface.
    struct InterfaceEntry
    {
        NetworkInterfacePlacement placement;   //!< where it is
        std::optional<std::string> group;      //!< its own security group
        bool isFromBeforeSmtpExemption{false}; //!< its VM is
    };

    /// A server of an Azure service.
    struct ServiceEntry
    {
        ServiceInstance instance; //!< where it is
        uint32_t identifier{0};   //!< of the virtual network that it has for itself
    };

    /// The tags that differ from one virtual network to another.
    struct NetworkTags
    {
        std::vector<AddressPrefix> virtualNetwork; //!< S3-40
        std::vector<AddressPrefix> internet;       //!< S3-42
    };

    struct GoalStates; //!< known to GetGoalStates() and its helpers only

    /// @return index of the subnet; nothing if network or subnet is unknown
    std::optional<std::size_t> FindSubnet(const std::string& network,
                                          const std::string& subnet) const;
    /// @return nothing; or the error that network or subnet is unknown
    Error CheckSubnet(const std::string& network, const std::string& subnet) const;
    /// @return nothing; or the error that there is no such interface
    Error CheckNetworkInterface(uint32_t networkInterface) const;
    /// @return nothing; or the error that there is no such group
    Error CheckGroup(const std::string& group) const;
    /// @return nothing; or why nobody in the subnet can have the address
    Error CheckNewAddress(const std::string& field,
                          Ipv4Address address,
                          const std::string& network,
                          const std::string& subnet) const;
    /// @return nothing; or the error that number or address are taken
    Error CheckNewOnHost(uint32_t networkInterface, Ipv4Address address, Ipv4Address host) const;
    /// @return nothing; or why subnets of the network cannot have these endpoints
    Error CheckServiceEndpoints(const std::string& network,
                                const Subnet& subnet,
                                const std::vector<ServiceTag>& services) const;
    /// @return nothing; or why \p network cannot become a peer of \p entry
    Error CheckNewPeer(const NetworkEntry& entry, const VirtualNetwork& network) const;
    /// Attaches a group of the model to an interface, or its VM, in a virtual network of the model.
    Error Attach(const std::string& group, uint32_t networkInterface, DeploymentModel model);
    /// @return nothing; or why the group cannot take the rule, sound by itself
    Error CheckNewRule(const NetworkSecurityGroup& group, const SecurityRule& rule) const;
    /// @return nothing; or why the rule's application security groups cannot be
    Error CheckApplicationSecurityGroups(const NetworkSecurityGroup& group,
                                         const SecurityRule& rule) const;
    /// @return nothing; or why a rule that names the group cannot be, now that it has members
    Error CheckRulesThatName(const std::string& applicationSecurityGroup) const;
    /// @return the virtual network of the members; nothing without members
    std::optional<std::string> GetNetwork(const std::string& applicationSecurityGroup) const;

    NetworkTags GetNetworkTags(const NetworkEntry& entry) const;
    std::vector<AddressPrefix> Resolve(const SecurityRuleEndpoint& endpoint,
                                       const NetworkEntry& entry,
                                       const NetworkTags& tags) const;
    ResolvedSecurityGroup Resolve(const NetworkSecurityGroup& group,
                                  const NetworkEntry& entry,
                                  const NetworkTags& tags) const;
    RouteTable GetRouteTable(const NetworkEntry& entry, const Subnet& subnet) const;
    RouteTable GetRouteTable(const ServiceInstance& instance) const;
    /// @return index of the group in the goal state of the interface's host; nothing without one
    std::optional<uint16_t> AddGroup(GoalStates& made,
                                     const NetworkInterfacePlacement& placement,
                                     const std::optional<std::string>& group) const;
    /// @return index of the subnet's route table in the goal state of the interface's host
    uint16_t AddRouteTable(GoalStates& made, const NetworkInterfacePlacement& placement) const;

    Profile m_profile;                                      //!< Azure's behavior
    AzureCloud m_cloud;                                     //!< S3-43
    Subscription m_subscription;                            //!< S3-53
    uint32_t m_lastIdentifier{0};                           //!< of virtual networks and services
    std::map<std::string, NetworkEntry> m_networks;         //!< by name
    std::map<uint32_t, InterfaceEntry> m_interfaces;        //!< by number
    std::map<uint32_t, ServiceEntry> m_services;            //!< by number
    std::map<Ipv4Address, std::set<Ipv4Address>> m_hosts;   //!< addresses on each host
    std::map<std::string, NetworkSecurityGroup> m_groups;   //!< by name
    std::map<std::string, std::set<uint32_t>> m_membership; //!< members by application group
    /// Internal frontends: names of load balancer and frontend.
    std::set<std::pair<std::string, std::string>> m_frontends;
};

} // namespace ns3::azure

#endif // AZURE_NETWORK_RESOURCES_H
