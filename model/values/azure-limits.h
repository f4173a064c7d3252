// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_LIMITS_H
#define AZURE_LIMITS_H

#include "azure-port-range.h"

#include <array>
#include <cstdint>

namespace ns3::azure
{

/// Most SNAT ports of one public address: 65,535 - 1,024 (S4-01); not guaranteed (S4-02).
constexpr uint32_t MAX_SNAT_PORTS_2016 = 64511;

/// Most SNAT ports of one public address since 2018 (sources.rst B.1: OB-2006 to OR-2404).
constexpr uint32_t MAX_SNAT_PORTS_2018 = 64000;

/// SNAT ports of one public address of a NAT gateway: 65,536 - 1,024 (sources.rst B.6: NG-2307).
constexpr uint32_t MAX_SNAT_PORTS_NAT_GATEWAY = 64512;

/// Most public addresses of a NAT gateway (sources.rst B.6: NG-2307).
constexpr uint32_t MAX_NAT_GATEWAY_ADDRESSES = 16;

/// Most flows of a NAT gateway together (sources.rst B.6: NG-2307, "about 2 million").
constexpr uint32_t MAX_NAT_GATEWAY_FLOWS = 2'000'000;

/// Most SNAT ports that outbound rules give away of one public address (sources.rst B.4: OR-1809).
constexpr uint32_t MAX_ALLOCATED_OUTBOUND_PORTS = 64000;

/// Most outbound rules of a load balancer (sources.rst B.4: LBL-2410).
constexpr uint32_t MAX_OUTBOUND_RULES = 600;

/// Shortest idle timeout of rules and NAT gateways, in minutes (sources.rst B.5).
constexpr uint32_t MIN_IDLE_TIMEOUT_MINUTES = 4;

/// Longest idle timeout of load-balancing and inbound NAT rules, in minutes (sources.rst B.5:
/// TI-2402; until then 30, TR-2010).
constexpr uint32_t MAX_RULE_IDLE_TIMEOUT_MINUTES = 100;

/// Longest idle timeout of a NAT gateway, in minutes (sources.rst B.6: NG-2002).
constexpr uint32_t MAX_NAT_GATEWAY_IDLE_TIMEOUT_MINUTES = 120;

/// First SNAT port: the 1,024 privileged ports, 0 to 1023, stay out (S4-01).
constexpr uint16_t FIRST_SNAT_PORT = 1024;

/// SNAT ports come in multiples of 8 (sources.rst B.1: OB-2012; Ananta 5.1.3).
constexpr uint32_t SNAT_PORT_GRANULARITY = 8;

/// Most default SNAT ports of one IP configuration over all frontends since 2023 (B.1: OB-2303).
constexpr uint32_t MAX_DEFAULT_SNAT_PORTS_2023 = 1024;

/// Most flows of a VM, inbound and outbound each: beyond, new connections are dropped (sources.rst
/// B.9: TP-2303).
constexpr uint32_t MAX_FLOWS_PER_DIRECTION = 500'000;

/// Most frontends of a load balancer (sources.rst B.9: LBL-2410).
constexpr uint32_t MAX_FRONTENDS = 600;

/// Most frontends of a Basic load balancer (sources.rst B.9: LBL-2410).
constexpr uint32_t MAX_BASIC_FRONTENDS = 200;

/// Most load-balancing and inbound NAT rules of a load balancer (sources.rst B.9: LBL-2410; that
/// both count is our reading).
constexpr uint32_t MAX_LOAD_BALANCER_RULES = 1500;

/// Most such rules of a Basic load balancer (sources.rst B.9: LBL-2410).
constexpr uint32_t MAX_BASIC_LOAD_BALANCER_RULES = 250;

/// Most such rules that lead to one network interface (sources.rst B.9: LBL-2410).
constexpr uint32_t MAX_RULES_PER_INTERFACE = 300;

/// Most members of a backend pool (sources.rst B.9: LBL-2410).
constexpr uint32_t MAX_POOL_MEMBERS = 5000;

/// Most members of a backend pool of a Basic load balancer (sources.rst B.9: LBL-2410).
constexpr uint32_t MAX_BASIC_POOL_MEMBERS = 300;

/// Most backend IP configurations that rules of one frontend lead to (sources.rst B.9: LBL-2410).
constexpr uint32_t MAX_BACKENDS_PER_FRONTEND = 10'000;

/// Shortest interval of a health probe, in seconds (sources.rst B.7).
constexpr uint32_t MIN_PROBE_INTERVAL_SECONDS = 5;

/// Least numberOfProbes of a health probe (sources.rst B.7: PR-1809).
constexpr uint32_t MIN_NUMBER_OF_PROBES = 2;

/// Longest interval times numberOfProbes, in seconds (sources.rst B.7: PR-1809).
constexpr uint32_t MAX_PROBE_DETECTION_SECONDS = 120;

/// Highest probeThreshold of a health probe; our choice.
constexpr uint32_t MAX_PROBE_THRESHOLD = 100;

/// Ports that HTTP and HTTPS probes cannot go to (sources.rst B.7: PR-2310).
constexpr std::array<uint16_t, 9> REFUSED_HTTP_PROBE_PORTS{19, 21, 25, 70, 110, 119, 143, 220, 993};

/// Most rules that users make in one network security group (sources.rst B.9: LIM-2212).
constexpr uint32_t MAX_SECURITY_RULES = 1000;

/// Most addresses and prefixes in the rules of one group, of sources and of destinations each
/// (sources.rst B.9: LIM-2212).
constexpr uint32_t MAX_SECURITY_RULE_PREFIXES = 4000;

/// Most application security groups on one side of a rule (sources.rst B.9: LIM-2212).
constexpr uint32_t MAX_APPLICATION_SECURITY_GROUPS_PER_SIDE = 10;

/// Most application security groups of one IP configuration (sources.rst B.9: LIM-2212).
constexpr uint32_t MAX_APPLICATION_SECURITY_GROUPS_PER_INTERFACE = 20;

/// Most IP configurations in one application security group (sources.rst B.9: LIM-2212).
constexpr uint32_t MAX_APPLICATION_SECURITY_GROUP_MEMBERS = 4000;

/// Most application security groups over all rules of a group (sources.rst B.9: LIM-2212).
constexpr uint32_t MAX_APPLICATION_SECURITY_GROUPS_PER_GROUP = 100;

/// Longest name of a security rule, in characters (sources.rst B.9: NSG-2507).
constexpr uint32_t MAX_SECURITY_RULE_NAME = 80;

/// One tier of the default preallocation.
struct SnatPortTier
{
    uint32_t maxPoolSize; //!< largest pool of the tier, members
    uint32_t ports;       //!< SNAT ports per member and frontend
};

// clang-format off
/// Default SNAT ports by pool size (sources.rst B.1: OB-1803 and every later edition).
constexpr std::array<SnatPortTier, 6> SNAT_PORT_TIERS{{
    {  50, 1024},
    { 100,  512},
    { 200,  256},
    { 400,  128},
    { 800,   64},
    {1000,   32},
}};
// clang-format on

/// Largest pool the tiers know; what happens above is not documented (sources.rst B.1).
constexpr uint32_t MAX_POOL_SIZE = SNAT_PORT_TIERS.back().maxPoolSize;

/**
 * @brief Default SNAT ports of a pool member on each frontend.
 * @param poolSize members of the pool, 1 to MAX_POOL_SIZE
 * @return the tier's ports; those of the last tier above MAX_POOL_SIZE
 */
constexpr uint32_t
GetTierPorts(uint32_t poolSize)
{
    for (const auto& tier : SNAT_PORT_TIERS)
    {
        if (poolSize <= tier.maxPoolSize)
        {
            return tier.ports;
        }
    }
    return SNAT_PORT_TIERS.back().ports;
}

} // namespace ns3::azure

#endif // AZURE_LIMITS_H
