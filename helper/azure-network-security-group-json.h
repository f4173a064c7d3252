// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_NETWORK_SECURITY_GROUP_JSON_H
#define AZURE_NETWORK_SECURITY_GROUP_JSON_H

#include "azure-security-rule-json.h"

#include "ns3/azure-network-resources.h"
#include "ns3/azure-parsed.h"

#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// A network security group of a document.
struct NetworkSecurityGroupText
{
    std::string name;                          //!< of the group
    std::string source;                        //!< the document, for errors; may be empty
    std::string place;                         //!< where in the document it is; empty for all of it
    std::vector<SecurityRuleOfDocument> rules; //!< custom ones, in the order of the document
};

/**
 * @ingroup azure-helper
 * @brief Read network security groups in the form that Azure's tools print.
 *
 * One group, as `az network nsg show` prints it; an array of them, as `az network nsg list` does,
 * or REST as `value`; or an ARM template, of whose `resources` those of the type
 * Microsoft.Network/networkSecurityGroups are taken.  The properties of a group or of a rule may be
 * below `properties`, as in templates and REST.
 *
 * - A group has a `name`, and may have `securityRules` (a group without rules is one that has none)
 *   and `defaultSecurityRules`, which then have to be the six that every group has: nobody can
 *   change them (S3-38).
 * - A rule has `name`, `priority` (a number), `direction`, `access`, `protocol`, and of each pair
 *   such as `sourcePortRange` and `sourcePortRanges` one; the other is left out, null, "" or [].
 *   `sourceApplicationSecurityGroups` may stand in for the source's prefixes, likewise for the
 *   destination; of each group's `id` the last part is its name.
 * - Template expressions, as "[parameters('x')]", are refused: nothing here evaluates them.  Rules
 *   that are resources of their own are refused, unless their group has the same rule too.
 * - Names of properties are case-sensitive; other properties are ignored.  What looks like one of
 *   the above, but for the case, is an error.
 *
 * Whether a rule's values are allowed is seen when it is added.
 *
 * @param text the document
 * @param source what errors begin with, as its file; may be empty
 * @return the groups; or the first error, naming the place in the document, as in
 *         `securityRules[3].priority`, the value and what is allowed
 */
Parsed<std::vector<NetworkSecurityGroupText>> ReadNetworkSecurityGroups(
    const std::string& text,
    const std::string& source = "");

/**
 * @brief As above, for a document in a file of at most 64 MiB.
 * @param field named by the error if the file cannot be read
 * @param path of the file
 */
Parsed<std::vector<NetworkSecurityGroupText>> ReadNetworkSecurityGroupFile(const std::string& field,
                                                                           const std::string& path);

/**
 * @brief Add the groups of a document, with their rules, as Resource Manager's.
 *
 * Application security groups that the rules name and that are not there are added too, without
 * members: in Azure they are resources of their own, which the document does not have.
 *
 * @return nothing if done; else the first error, naming the place in the document; then nothing
 *         was added
 */
[[nodiscard]] std::optional<std::string> AddNetworkSecurityGroups(
    NetworkResources& resources,
    const std::vector<NetworkSecurityGroupText>& groups);

/**
 * @brief Write a group as `az network nsg show` prints it, without the properties that say nothing
 * about traffic.
 * @return what ReadNetworkSecurityGroups() reads back; the default rules are in it, the deployment
 *         model is not
 */
std::string WriteNetworkSecurityGroup(const NetworkSecurityGroup& group);

} // namespace ns3::azure

#endif // AZURE_NETWORK_SECURITY_GROUP_JSON_H
