// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-snat-port-budget.h"

#include "ns3/azure-limits.h"
#include "ns3/azure-parsed.h"

#include <algorithm>
#include <utility>

namespace ns3::azure
{

namespace
{

/// @return the ports rounded up to whole ranges
uint32_t
GetWholeRanges(const Profile& profile, uint32_t ports)
{
    const auto size = profile.portRangeSize;
    return (ports + size - 1) / size * size;
}

/// @return what a member has on demand on its first frontend at the beginning
uint32_t
GetPreallocatedPorts(const Profile& profile)
{
    const auto most = profile.maxPortsPerInterface.value_or(MAX_SNAT_PORTS_NAT_GATEWAY);
    return std::min(GetWholeRanges(profile, profile.preallocatedPorts),
                    most - most % profile.portRangeSize);
}

/// @return the user's number of ports, if there is one: that of an outbound rule goes first
std::optional<uint32_t>
GetAllocatedPorts(const Profile& profile, const SharedSnatPorts& shared)
{
    const auto ports = shared.allocatedPorts ? shared.allocatedPorts : profile.allocatedPorts;
    return ports && profile.portBudget == PortBudget::OnDemand ? GetWholeRanges(profile, *ports)
                                                               : ports;
}

/// @return ports per member on one frontend, its first, before several frontends are considered
uint32_t
GetPortsPerFrontend(const Profile& profile, const SharedSnatPorts& shared)
{
    if (const auto allocated = GetAllocatedPorts(profile, shared))
    {
        return *allocated;
    }
    switch (profile.portBudget)
    {
    case PortBudget::PoolSize:
        return GetTierPorts(shared.poolSize);
    case PortBudget::OnDemand:
        return GetPreallocatedPorts(profile);
    case PortBudget::Shared:
        return 0;
    case PortBudget::Flat:
        break;
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

/// @return which setting says how many ports a member has, and its value
std::pair<std::string, uint32_t>
GetDecidingSetting(const Profile& profile, const SharedSnatPorts& shared)
{
    if (shared.allocatedPorts)
    {
        return {"allocatedOutboundPorts", *shared.allocatedPorts};
    }
    if (profile.allocatedPorts)
    {
        return {"allocatedPorts", *profile.allocatedPorts};
    }
    return profile.portBudget == PortBudget::OnDemand
               ? std::make_pair("preallocatedPorts", profile.preallocatedPorts)
               : std::make_pair("portsPerPublicAddress", profile.portsPerPublicAddress);
}

} // namespace

std::optional<std::string>
ValidateSnatPortBudget(const Profile& profile, const SharedSnatPorts& shared)
{
    const auto poolSize = std::to_string(shared.poolSize);
    const auto mostMembers = shared.allocatedPorts ? MAX_POOL_MEMBERS : MAX_POOL_SIZE;
    if (shared.poolSize < 1 || shared.poolSize > mostMembers)
    {
        return GetRefusal("poolSize", poolSize, "1 to " + std::to_string(mostMembers));
    }
    const uint32_t ports = GetPortsPerFrontend(profile, shared);
    const uint32_t most = shared.ports / shared.poolSize;
    const auto taken = shared.ports < profile.portsPerPublicAddress ? " that rules leave" : "";
    if (ports > most)
    {
        const auto [field, value] = GetDecidingSetting(profile, shared);
        return field + ": '" + std::to_string(value) + "' is not allowed; with " + poolSize +
               " pool members and " + std::to_string(shared.ports) + " ports per public address" +
               taken + ", each member can have at most " + std::to_string(most) +
               " ports and needs " + std::to_string(ports);
    }
    if (ports == 0 && profile.portBudget == PortBudget::Flat)
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
    bool isAllocated = false;
    for (const auto& frontend : frontends)
    {
        const bool isUsers = GetAllocatedPorts(profile, frontend).has_value();
        // On demand the first frontend alone has ports at the beginning.
        const bool isEmpty =
            profile.portBudget == PortBudget::OnDemand && !budget.empty() && !isUsers;
        budget.push_back(isEmpty ? 0 : GetPortsPerFrontend(profile, frontend));
        sum += budget.back();
        isAllocated |= isUsers;
    }
    const bool isCapped = profile.frontendBudget == FrontendBudget::Cap && !isAllocated &&
                          profile.portBudget != PortBudget::OnDemand &&
                          sum > MAX_DEFAULT_SNAT_PORTS_2023;
    return isCapped ? DealOut(MAX_DEFAULT_SNAT_PORTS_2023, budget) : budget;
}

} // namespace ns3::azure
