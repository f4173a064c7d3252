// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_OUTBOUND_METHOD_H
#define AZURE_OUTBOUND_METHOD_H

#include <array>
#include <cstddef>
#include <cstdint>

namespace ns3::azure
{

/// How a VM reaches the Internet (S0-03, design section 2.2).
enum class OutboundMethod : uint8_t
{
    InstanceLevelPublicIp, //!< its own public address, one to one, no SNAT (S0-06)
    LoadBalancerFrontend,  //!< SNAT by the load balancer's frontends (S0-05)
    DefaultSnat,           //!< SNAT by an address the platform assigns (S0-04)
    None,                  //!< no way out: Standard load balancers only, which give none (B.3)
};

/// What is known of a VM when its outbound method is chosen.
struct OutboundSituation
{
    bool hasInstanceLevelPublicIp{false}; //!< an ILPIP is attached to its network interface
    bool isPoolMember{false};             //!< it is in a backend pool of a public load balancer
    bool hasLinkingRule{false};           //!< a rule links a frontend with that pool (S0-25)
    bool isLinkingRuleRequired{true};     //!< the profile demands that rule (S0-26; not S4-04)
};

/**
 * @brief Chooses the outbound method: ILPIP, then load-balancer frontend, then default SNAT.
 *
 * Source: S0-04 to S0-06 and S0-26; precedence OB-1803 (sources.rst B.3).
 */
constexpr OutboundMethod
SelectOutboundMethod(const OutboundSituation& vm)
{
    if (vm.hasInstanceLevelPublicIp)
    {
        return OutboundMethod::InstanceLevelPublicIp;
    }
    if (vm.isPoolMember && (vm.hasLinkingRule || !vm.isLinkingRuleRequired))
    {
        return OutboundMethod::LoadBalancerFrontend;
    }
    return OutboundMethod::DefaultSnat;
}

/// @return the method's name in traces and databases
constexpr const char*
GetName(OutboundMethod method)
{
    constexpr std::array<const char*, 4> NAMES{"instance-level-public-ip",
                                               "load-balancer-frontend",
                                               "default-snat",
                                               "none"};
    return NAMES[static_cast<std::size_t>(method)];
}

} // namespace ns3::azure

#endif // AZURE_OUTBOUND_METHOD_H
