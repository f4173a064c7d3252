// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SECURITY_RULE_H
#define AZURE_SECURITY_RULE_H

#include "azure-address-prefix.h"
#include "azure-deployment-model.h"
#include "azure-flow-direction.h"
#include "azure-ip-protocol.h"
#include "azure-parsed.h"
#include "azure-port-range.h"
#include "azure-profile.h"
#include "azure-service-tag.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// What a rule does with the traffic it matches (ARM `access`; S3-22).
enum class SecurityRuleAccess : uint8_t
{
    Allow,
    Deny,
};

/// Which traffic a rule is for (ARM `protocol`; S3-19, and sources.rst B.9 for the last three).
enum class SecurityRuleProtocol : uint8_t
{
    Any, //!< every protocol, ICMP too
    Tcp,
    Udp,
    Icmp,
    Esp,
    Ah,
};

/// Where a network security group is attached.
enum class SecurityGroupAttachment : uint8_t
{
    Subnet,
    NetworkInterface,
};

/// @return the attachment's name in traces and databases: "subnet" or "network-interface"
constexpr const char*
GetName(SecurityGroupAttachment attachment)
{
    return attachment == SecurityGroupAttachment::Subnet ? "subnet" : "network-interface";
}

/// @return "Allow" or "Deny"
const char* GetName(SecurityRuleAccess access);
/// @return ARM's spelling: "*", "Tcp", "Udp", "Icmp", "Esp" or "Ah"
const char* GetName(SecurityRuleProtocol protocol);
/// @return the IANA number the protocol stands for; nothing for Any
std::optional<IpProtocol> GetIpProtocol(SecurityRuleProtocol protocol);

/// One side of a rule: what a packet's source, or destination, must be; any of them will do.
struct SecurityRuleEndpoint
{
    std::vector<AddressPrefix> prefixes;                //!< ANY_ADDRESS alone for "*"
    std::optional<ServiceTag> serviceTag;               //!< one at most (S3-17)
    std::vector<std::string> applicationSecurityGroups; //!< names; how many is S3-45, B.9
    std::vector<PortRange> ports;                       //!< 0-65535 alone for "*"
};

/// The numbers of rules that users make (S3-15); default rules have higher ones.
constexpr uint32_t MIN_RULE_PRIORITY = 100;
constexpr uint32_t MAX_RULE_PRIORITY = 4096; //!< see MIN_RULE_PRIORITY

/**
 * @ingroup azure-values
 * @brief One rule of a network security group (ARM `securityRules`).
 *
 * A rule with several prefixes, or several port ranges, on a side is an augmented one (S3-17).
 */
struct SecurityRule
{
    std::string name;                                         //!< unique within the group (S3-14)
    uint32_t priority{MIN_RULE_PRIORITY};                     //!< lower numbers first (S3-15)
    FlowDirection direction{FlowDirection::Inbound};          //!< S3-20
    SecurityRuleAccess access{SecurityRuleAccess::Allow};     //!< S3-22
    SecurityRuleProtocol protocol{SecurityRuleProtocol::Any}; //!< S3-19
    SecurityRuleEndpoint source;                              //!< of the packet
    SecurityRuleEndpoint destination;                         //!< of the packet

    /// @return whether it is an augmented rule (S3-17)
    bool IsAugmented() const;
};

/**
 * @brief A rule as users write it: ARM's properties as texts.
 *
 * The defaults make a rule that matches everything; a list of one is ARM's singular property.
 */
struct SecurityRuleText
{
    std::string name;                                              //!< 1 to 80 characters (B.9)
    std::string priority{"100"};                                   //!< 100 to 4096
    std::string direction{"Inbound"};                              //!< or Outbound
    std::string access{"Allow"};                                   //!< or Deny
    std::string protocol{"*"};                                     //!< or Tcp, Udp, ...
    std::vector<std::string> sourceAddressPrefixes{"*"};           //!< prefixes, a tag, or "*"
    std::vector<std::string> sourcePortRanges{"*"};                //!< as 80, 1000-2000, or "*"
    std::vector<std::string> destinationAddressPrefixes{"*"};      //!< as for the source
    std::vector<std::string> destinationPortRanges{"*"};           //!< as for the source
    std::vector<std::string> sourceApplicationSecurityGroups;      //!< then no "*" prefix counts
    std::vector<std::string> destinationApplicationSecurityGroups; //!< likewise
};

/**
 * @brief Read a rule, case not mattering in ARM's words.
 * @return the rule, which still is to be checked by ValidateSecurityRule(); or the error, which
 *         names rule, property, value and what is allowed
 */
Parsed<SecurityRule> ParseSecurityRule(const SecurityRuleText& text,
                                       AzureCloud cloud = AzureCloud::Public);

/**
 * @brief Check what one rule alone must fulfil (S3-14 to S3-22).
 * @param rule of a user, not a default rule
 * @param model of its group: augmented rules need Resource Manager (S3-18)
 * @param profile says which protocols may be chosen, and how many application security groups a
 *        side may name
 * @return nothing if it is sound; else the first error, naming rule, property, value and what is
 *         allowed
 */
std::optional<std::string> ValidateSecurityRule(const SecurityRule& rule,
                                                DeploymentModel model,
                                                const Profile& profile);

/// @return the six rules that every group has (S3-31 to S3-37), inbound ones first, by priority
const std::vector<SecurityRule>& GetDefaultSecurityRules();

/// @return "*" or the range, as ARM writes it: 80, 10000-10005
std::string GetPortRangeText(const PortRange& ports);

/// @return the port range; or the error, naming the field, the text and what is allowed (S3-21)
Parsed<PortRange> ParsePortRange(const std::string& field, const std::string& text);

} // namespace ns3::azure

#endif // AZURE_SECURITY_RULE_H
