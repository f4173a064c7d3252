// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-snat-port-budget.h"

#include "ns3/azure-limits.h"
#include "ns3/azure-parsed.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

/// @return ports per member on one frontend, before several frontends are considered
uint32_t
GetPortsPerFrontend(const Profile& profile, const SharedSnatPorts& shared)
{
    if (profile.allocatedPorts)
    {
        return *profile.allocatedPorts;
    }
    if (profile.portBudget == PortBudget::PoolSize)
    {
        return GetTierPorts(shared.poolSize);
    }
    const uint32_t share = shared.ports / shared.poolSize;
    return shared.poolSize == 1 ? share : share - share % SNAT_PORT_GRANULARITY;
}

/// @brief Deal the capped ports out in turns, to none more than it had.
std::vector<uint32_t>
DealOut(uint32_t ports, const std::vector<uint32_t>& most)
{
    std::vector<uint32_t> dealt(most.size());
    for (bool isAnybodyServed = true; isAnybodyServed && ports > 0;)
    {
        isAnybodyServed = false;
        for (std::size_t i = 0; i < most.size() && ports > 0; ++i)
        {
            const auto more = std::min({SNAT_PORT_GRANULARITY, most[i] - dealt[i], ports});
            dealt[i] += more;
            ports -= more;
            isAnybodyServed |= more > 0;
        }
    }
    return dealt;
}

} // namespace

std::optional<std::string>
ValidateSnatPortBudget(const Profile& profile, const SharedSnatPorts& shared)
{
    const auto poolSize = std::to_string(shared.poolSize);
    if (shared.poolSize < 1 || shared.poolSize > MAX_POOL_SIZE)
    {
        return GetRefusal("poolSize", poolSize, "1 to " + std::to_string(MAX_POOL_SIZE));
    }
    const uint32_t ports = GetPortsPerFrontend(profile, shared);
    const uint32_t most = shared.ports / shared.poolSize;
    const auto taken = shared.ports < profile.portsPerPublicAddress ? " that rules leave" : "";
    if (ports > most)
    {
        const auto* field = profile.allocatedPorts ? "allocatedPorts" : "portsPerPublicAddress";
        const auto value = profile.allocatedPorts.value_or(profile.portsPerPublicAddress);
        return std::string(field) + ": '" + std::to_string(value) + "' is not allowed; with " +
               poolSize + " pool members and " + std::to_string(shared.ports) +
               " ports per public address" + taken + ", each member can have at most " +
               std::to_string(most) + " ports and needs " + std::to_string(ports);
    }
    if (ports == 0)
    {
        return GetRefusal("portsPerPublicAddress",
                          std::to_string(profile.portsPerPublicAddress),
                          "at least " + std::to_string(shared.poolSize * SNAT_PORT_GRANULARITY) +
                              taken + " for " + poolSize + " pool members");
    }
    return std::nullopt;
}

std::vector<uint32_t>
GetSnatPortBudget(const Profile& profile, const std::vector<SharedSnatPorts>& frontends)
{
    std::vector<uint32_t> budget;
    uint64_t sum = 0;
    for (const auto& frontend : frontends)
    {
        budget.push_back(GetPortsPerFrontend(profile, frontend));
        sum += budget.back();
    }
    const bool isCapped = profile.frontendBudget == FrontendBudget::Cap &&
                          !profile.allocatedPorts && sum > MAX_DEFAULT_SNAT_PORTS_2023;
    return isCapped ? DealOut(MAX_DEFAULT_SNAT_PORTS_2023, budget) : budget;
}

} // namespace ns3::azure
