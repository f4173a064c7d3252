// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_NETWORK_RESOURCES_H
#define AZURE_NETWORK_RESOURCES_H

#include "ns3/azure-host-goal-state.h"
#include "ns3/azure-profile.h"
#include "ns3/azure-security-rule.h"
#include "ns3/azure-service-tag.h"
#include "ns3/azure-subscription.h"
#include "ns3/azure-virtual-network.h"

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
 * the value and what is allowed; then nothing was changed.  Names are case-sensitive.
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
    [[nodiscard]] Error AddVirtualNetwork(const VirtualNetwork& network);
    /// Connect two virtual networks, both ways; their address spaces must not overlap.
    [[nodiscard]] Error AddPeering(const std::string& a, const std::string& b);
    [[nodiscard]] Error RemovePeering(const std::string& a, const std::string& b);
    [[nodiscard]] Error AddNetworkInterface(const NetworkInterfacePlacement& placement);
    [[nodiscard]] Error AddServiceInstance(const ServiceInstance& instance);
    /// Say that the VM is older than the subscription's exemption from the block of port 25.
    [[nodiscard]] Error SetFromBeforeSmtpExemption(uint32_t networkInterface);
    [[nodiscard]] Error SetDefaultRoute(const std::string& virtualNetwork,
                                        const std::string& subnet,
                                        std::optional<RouteNextHop> nextHop);
    [[nodiscard]] Error SetServiceEndpoints(const std::string& virtualNetwork,
                                            const std::string& subnet,
                                            const std::vector<ServiceTag>& services);
    /// @}

    /// @name Network security groups
    /// @{
    [[nodiscard]] Error AddNetworkSecurityGroup(
        const std::string& name,
        DeploymentModel model = DeploymentModel::ResourceManager);
    /// Only a group that is attached nowhere can be removed.
    [[nodiscard]] Error RemoveNetworkSecurityGroup(const std::string& name);
    [[nodiscard]] Error AddSecurityRule(const std::string& group, const SecurityRule& rule);
    /// As above, for a rule as users write it.
    [[nodiscard]] Error AddSecurityRule(const std::string& group, const SecurityRuleText& rule);
    /// Default rules cannot be removed (S3-38).
    [[nodiscard]] Error RemoveSecurityRule(const std::string& group, const std::string& rule);
    /// A subnet has one group at most (S3-03); a group can be attached any number of times (S3-12).
    [[nodiscard]] Error AttachToSubnet(const std::string& group,
                                       const std::string& virtualNetwork,
                                       const std::string& subnet);
    [[nodiscard]] Error DetachFromSubnet(const std::string& virtualNetwork,
                                         const std::string& subnet);
    /// A network interface has one group at most (S3-02).  Resource Manager's groups only (S3-11).
    [[nodiscard]] Error AttachToNetworkInterface(const std::string& group,
                                                 uint32_t networkInterface);
    /// Attach a classic group to a VM, named by its network interface (S3-11).
    [[nodiscard]] Error AttachToVirtualMachine(const std::string& group, uint32_t networkInterface);
    /// Undoes AttachToNetworkInterface() or AttachToVirtualMachine().
    [[nodiscard]] Error DetachFromNetworkInterface(uint32_t networkInterface);
    /// @}

    /// @name Application security groups
    /// @{
    [[nodiscard]] Error AddApplicationSecurityGroup(const std::string& name);
    /// All members must be in the virtual network of the first (S3-48), also those of two groups
    /// that are source and destination of one rule (S3-49).
    [[nodiscard]] Error Join(const std::string& applicationSecurityGroup,
                             uint32_t networkInterface);
    [[nodiscard]] Error Leave(const std::string& applicationSecurityGroup,
                              uint32_t networkInterface);
    /// @}

    /// @name What there is
    /// @{
    const Profile& GetProfile() const;
    AzureCloud GetCloud() const;
    /// @return the group; null if there is none of that name
    const NetworkSecurityGroup* FindNetworkSecurityGroup(const std::string& name) const;
    /// @return where the interface is; null if there is none of that number
    const NetworkInterfacePlacement* FindNetworkInterface(uint32_t networkInterface) const;
    /// @return name of the group of the interface's subnet; nothing if it has none
    std::optional<std::string> GetSubnetGroup(uint32_t networkInterface) const;
    /// @return name of the interface's own group; nothing if it has none
    std::optional<std::string> GetInterfaceGroup(uint32_t networkInterface) const;
    /// @}

    /**
     * @brief The rules of a group as they apply in a virtual network, custom and default.
     * @param group must be there; @param virtualNetwork must be there
     */
    ResolvedSecurityGroup Resolve(const std::string& group,
                                  const std::string& virtualNetwork) const;

    /// @return what each host must know, by its provider address; generation is left 0
    std::map<Ipv4Address, HostGoalState> GetGoalStates() const;

  private:
    // The developer of the .cc file decides on the members.
};

} // namespace ns3::azure

#endif // AZURE_NETWORK_RESOURCES_H
