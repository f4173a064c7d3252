// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_LOAD_BALANCER_SAMPLES_H
#define AZURE_LOAD_BALANCER_SAMPLES_H

#include "ns3/azure-load-balancer.h"

#include <cstdint>
#include <string>

namespace ns3::azure
{

/// @return a load-balancing rule between frontend and pool, whose backend port is its frontend's
inline LoadBalancingRule
MakeRule(const std::string& name,
         const std::string& frontend,
         const std::string& backendPool,
         TransportProtocol protocol,
         uint16_t port)
{
    LoadBalancingRule rule;
    rule.name = name;
    rule.frontend = frontend;
    rule.backendPool = backendPool;
    rule.protocol = protocol;
    rule.frontendPort = port;
    rule.backendPort = port;
    return rule;
}

/// @return an inbound NAT rule of a frontend
inline InboundNatRule
MakeNatRule(const std::string& name,
            const std::string& frontend,
            uint16_t frontendPort,
            uint32_t networkInterface,
            uint16_t backendPort)
{
    InboundNatRule rule;
    rule.name = name;
    rule.frontend = frontend;
    rule.frontendPort = frontendPort;
    rule.networkInterface = networkInterface;
    rule.backendPort = backendPort;
    return rule;
}

/// @return a probe of a port
inline HealthProbe
MakeProbe(const std::string& name, HealthProbeProtocol protocol, uint16_t port)
{
    HealthProbe probe;
    probe.name = name;
    probe.protocol = protocol;
    probe.port = port;
    return probe;
}

} // namespace ns3::azure

#endif // AZURE_LOAD_BALANCER_SAMPLES_H
