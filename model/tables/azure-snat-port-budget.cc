// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-snat-port-budget.h"

#include "ns3/azure-limits.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

/// @return ports per member on one frontend, before several frontends are considered
uint32_t
GetPortsPerFrontend(const Profile& profile, uint32_t poolSize)
{
    if (profile.allocatedPorts)
    {
        return *profile.allocatedPorts;
    }
    if (profile.portBudget == PortBudget::PoolSize)
    {
        return GetTierPorts(poolSize);
    }
    const uint32_t share = profile.portsPerPublicAddress / poolSize;
    return poolSize == 1 ? share : share - share % SNAT_PORT_GRANULARITY;
}

} // namespace

std::optional<std::string>
ValidateSnatPortBudget(const Profile& profile, uint32_t poolSize, uint32_t frontends)
{
    const auto notAllowed = [](const char* field, uint32_t value) {
        return std::string(field) + ": '" + std::to_string(value) + "' is not allowed; ";
    };
    if (poolSize < 1 || poolSize > MAX_POOL_SIZE)
    {
        return notAllowed("poolSize", poolSize) + "give 1 to " + std::to_string(MAX_POOL_SIZE);
    }
    if (frontends < 1 || frontends > MAX_FRONTENDS)
    {
        return notAllowed("frontends", frontends) + "give 1 to " + std::to_string(MAX_FRONTENDS);
    }
    const uint32_t ports = GetPortsPerFrontend(profile, poolSize);
    const uint32_t most = profile.portsPerPublicAddress / poolSize;
    if (ports > most)
    {
        const auto* field = profile.allocatedPorts ? "allocatedPorts" : "portsPerPublicAddress";
        return notAllowed(field, profile.allocatedPorts.value_or(profile.portsPerPublicAddress)) +
               "with " + std::to_string(poolSize) + " pool members and " +
               std::to_string(profile.portsPerPublicAddress) + " ports per public address, " +
               "each member can have at most " + std::to_string(most) + " ports and needs " +
               std::to_string(ports);
    }
    if (ports == 0)
    {
        return notAllowed("portsPerPublicAddress", profile.portsPerPublicAddress) +
               "give at least " + std::to_string(poolSize * SNAT_PORT_GRANULARITY) + " for " +
               std::to_string(poolSize) + " pool members";
    }
    return std::nullopt;
}

std::vector<uint32_t>
GetSnatPortBudget(const Profile& profile, uint32_t poolSize, uint32_t frontends)
{
    const uint32_t ports = GetPortsPerFrontend(profile, poolSize);
    std::vector<uint32_t> budget(frontends, ports);
    if (profile.frontendBudget == FrontendBudget::Cap && !profile.allocatedPorts &&
        uint64_t{ports} * frontends > MAX_DEFAULT_SNAT_PORTS_2023)
    {
        const uint32_t blocks = MAX_DEFAULT_SNAT_PORTS_2023 / SNAT_PORT_GRANULARITY;
        for (uint32_t frontend = 0; frontend < frontends; ++frontend)
        {
            const uint32_t share = blocks / frontends + (frontend < blocks % frontends);
            budget[frontend] = std::min(ports, share * SNAT_PORT_GRANULARITY);
        }
    }
    return budget;
}

PortRange
GetSnatPortBlock(uint32_t member, uint32_t ports)
{
    const auto first = static_cast<uint16_t>(FIRST_SNAT_PORT + member * ports);
    return {first, static_cast<uint16_t>(first + ports - 1)};
}

} // namespace ns3::azure
