// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_EFFECTIVE_SECURITY_RULES_H
#define AZURE_EFFECTIVE_SECURITY_RULES_H

#include "azure-network-resources.h"
#include "azure-security-policy.h"

#include "ns3/azure-flow-key.h"
#include "ns3/azure-parsed.h"

#include <string>
#include <vector>

namespace ns3::azure
{

/// One effective rule of a network interface (ARM `effectiveSecurityRules`).
struct EffectiveSecurityRule
{
    std::string name;              //!< securityRules/... or defaultSecurityRules/... (B.9: ES-1805)
    SecurityRule rule;             //!< as the user, or Azure, wrote it
    ResolvedSecurityRule resolved; //!< with tags and application security groups expanded
};

/// The effective rules that one group contributes.
struct EffectiveNetworkSecurityGroup
{
    std::string name;                                                    //!< of the group
    SecurityGroupAttachment attachment{SecurityGroupAttachment::Subnet}; //!< where it is attached
    std::vector<EffectiveSecurityRule> rules; //!< by direction and priority
};

/**
 * @brief The rules that apply to a network interface (S3-09), in the order inbound packets meet
 * the groups: subnet, network interface.
 * @param resources what there is
 * @param networkInterface number
 * @return none where no group is attached: then everything may pass (S3-30); or an error if there
 *         is no such interface
 */
Parsed<std::vector<EffectiveNetworkSecurityGroup>> GetEffectiveSecurityRules(
    const NetworkResources& resources,
    uint32_t networkInterface);

/// The question of IP flow verify (sources.rst B.9: IPV-1702).
struct IpFlow
{
    FlowDirection direction{FlowDirection::Inbound}; //!< seen from the VM
    IpProtocol protocol{IpProtocol::Tcp};            //!< what the packet carries
    Ipv4Address localAddress;                        //!< the VM's
    uint16_t localPort{0};                           //!< the VM's; 0 without ports
    Ipv4Address remoteAddress;                       //!< of the other side
    uint16_t remotePort{0};                          //!< of the other side; 0 without ports
};

/// The answer of IP flow verify (S3-10).
struct IpFlowVerification
{
    SecurityRuleAccess access{SecurityRuleAccess::Allow}; //!< whether the packet may pass
    std::vector<SecurityGroupAttachment> asked;           //!< the groups asked, in order
    std::string group; //!< that decided: denied, or was the last to allow; empty if none was asked
    std::string rule;  //!< that decided, named as in EffectiveSecurityRule; empty likewise
};

/**
 * @brief Would the first packet of a flow pass the network security groups of an interface, and
 * which rule decides (S3-10)?
 *
 * Only security groups are asked, as in Azure; not platform rules, routes or SNAT ports.  A flow to
 * a service of the host, or one that asks for a Windows license, asks the rules that reach those:
 * see SelectHostServiceRules().
 *
 * Each call resolves and compiles the groups of subnet and interface anew, which takes some
 * milliseconds for 1,000 rules.
 *
 * @return the answer; or an error if there is no such interface or the local address is not its own
 */
Parsed<IpFlowVerification> VerifyIpFlow(const NetworkResources& resources,
                                        uint32_t networkInterface,
                                        const IpFlow& flow);

} // namespace ns3::azure

#endif // AZURE_EFFECTIVE_SECURITY_RULES_H
