// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_OUTBOUND_METHOD_H
#define AZURE_OUTBOUND_METHOD_H

#include <array>
#include <cstddef>
#include <cstdint>

namespace ns3::azure
{

/// How a VM reaches the Internet (S0-03; B.3 in sources.rst).
enum class OutboundMethod : uint8_t
{
    InstanceLevelPublicIp, //!< its own public address, one to one, no SNAT (S0-06)
    LoadBalancerFrontend,  //!< SNAT by the load balancer's frontends (S0-05)
    DefaultSnat,           //!< SNAT by an address the platform assigns (S0-04)
    None,                  //!< no way out: Standard load balancers only, which give none (B.3)
    NatGateway,            //!< SNAT by the subnet's NAT gateway, before all others (B.3: NG-2202)
};

/// What the rules of a public load balancer make of a network interface; the strongest of them.
enum class FrontendLink : uint8_t
{
    None,           //!< no rule leads to it
    InboundNatRule, //!< inbound NAT rules only
    SnatDisabled,   //!< load-balancing rules, all of them with disableOutboundSnat
    Linked,         //!< a load-balancing rule links a frontend with its pool (S0-25)
    OutboundRule,   //!< an outbound rule gives its pool frontends (B.4)
};

/// What is known of a VM when its outbound method is chosen.
struct OutboundSituation
{
    bool hasNatGateway{false};             //!< its subnet has a NAT gateway
    bool hasInstanceLevelPublicIp{false};  //!< an ILPIP is attached to its network interface
    bool isPoolMember{false};              //!< it is in a backend pool of a public load balancer
    FrontendLink link{FrontendLink::None}; //!< what that load balancer's rules make of it
    bool isLinkingRuleRequired{true};      //!< the profile demands a rule (S0-26; not S4-04)
    bool isPublicStandard{false};          //!< that load balancer is a Standard one
    bool isInternalStandard{false};        //!< it is in a pool of an internal Standard one, too
};

/**
 * @brief Chooses the outbound method: NAT gateway, then ILPIP, then load-balancer frontend, then
 * default SNAT.
 *
 * Standard load balancers can leave a VM without a way out: an internal one, where no public one
 * gives a frontend; a public one whose rules all have disableOutboundSnat, or that has inbound NAT
 * rules only.  A pool of a public Standard one that no rule names has default SNAT: so says
 * OB-1803; editions since 2022 are less clear about it.  That disableOutboundSnat leaves members
 * of a Basic load balancer their default SNAT is our reading: it is a feature of Standard ones.
 *
 * Source: S0-04 to S0-06 and S0-26; precedence OB-1803, Standard OB-1803, OR-1809, OR-2404
 * (sources.rst B.3).
 */
constexpr OutboundMethod
SelectOutboundMethod(const OutboundSituation& vm)
{
    if (vm.hasNatGateway)
    {
        return OutboundMethod::NatGateway;
    }
    if (vm.hasInstanceLevelPublicIp)
    {
        return OutboundMethod::InstanceLevelPublicIp;
    }
    const bool isMemberEnough =
        vm.isPoolMember && !vm.isLinkingRuleRequired && vm.link != FrontendLink::SnatDisabled;
    if (vm.link >= FrontendLink::Linked || isMemberEnough)
    {
        return OutboundMethod::LoadBalancerFrontend;
    }
    const bool isShut = vm.isPublicStandard && vm.link != FrontendLink::None;
    return isShut || vm.isInternalStandard ? OutboundMethod::None : OutboundMethod::DefaultSnat;
}

/// @return the method's name in traces and databases
constexpr const char*
GetName(OutboundMethod method)
{
    constexpr std::array<const char*, 5> NAMES{"instance-level-public-ip",
                                               "load-balancer-frontend",
                                               "default-snat",
                                               "none",
                                               "nat-gateway"};
    return NAMES[static_cast<std::size_t>(method)];
}

} // namespace ns3::azure

#endif // AZURE_OUTBOUND_METHOD_H
