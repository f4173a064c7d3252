// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-snat-closed-forms.h"

#include "ns3/abort.h"

#include <algorithm>
#include <cmath>

namespace ns3::azure
{

double
ErlangB(double offeredLoad, uint32_t ports)
{
    NS_ABORT_MSG_UNLESS(offeredLoad >= 0, "there is no load of " << offeredLoad << " Erlang");
    // Numerically stable, as no factorial is in it: B(n) = a B(n - 1) / (n + a B(n - 1)), B(0) = 1.
    double blocked = 1;
    for (uint32_t n = 1; n <= ports; ++n)
    {
        blocked = offeredLoad * blocked / (n + offeredLoad * blocked);
    }
    return blocked;
}

double
GetSustainedRate(uint32_t ports, Time hold)
{
    NS_ABORT_MSG_UNLESS(hold.IsStrictlyPositive(), "ports are held for some time");
    return ports / hold.GetSeconds();
}

uint64_t
GetPeriodicRefusals(uint64_t connections, double rate, uint32_t ports, Time hold)
{
    NS_ABORT_MSG_UNLESS(rate > 0 && hold.IsStrictlyPositive() && ports > 0,
                        "a rate, a hold and a number of ports are above 0");
    // Connection k gets the port of connection k - cycle, which is the first that is free again.
    const auto cycle = static_cast<uint64_t>(std::ceil(rate * hold.GetSeconds()));
    if (cycle <= ports)
    {
        return 0;
    }
    const auto inLastCycle = connections % cycle;
    return connections / cycle * (cycle - ports) + inLastCycle -
           std::min<uint64_t>(inLastCycle, ports);
}

double
GetJainIndex(const std::vector<double>& shares)
{
    double sum = 0;
    double squares = 0;
    for (const double share : shares)
    {
        sum += share;
        squares += share * share;
    }
    return squares > 0 ? sum * sum / (static_cast<double>(shares.size()) * squares) : 1;
}

} // namespace ns3::azure
