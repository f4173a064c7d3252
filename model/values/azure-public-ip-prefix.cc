// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-public-ip-prefix.h"

#include "azure-limits.h"

#include "ns3/abort.h"

namespace ns3::azure
{

std::vector<FrontendIpConfiguration>
MakeFrontends(const std::string& name, AddressPrefix publicIpPrefix)
{
    const auto last = publicIpPrefix.GetLast() - publicIpPrefix.GetFirst();
    NS_ABORT_MSG_IF(!publicIpPrefix.IsValid() || last >= MAX_FRONTENDS,
                    publicIpPrefix << " is no prefix of at most " << MAX_FRONTENDS << " addresses");
    std::vector<FrontendIpConfiguration> frontends;
    for (uint32_t i = 0; i <= last; ++i)
    {
        frontends.push_back(
            {name + "-" + std::to_string(i), Ipv4Address(publicIpPrefix.GetFirst() + i)});
    }
    return frontends;
}

} // namespace ns3::azure
