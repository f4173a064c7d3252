// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-snat-port-grants.h"

#include <algorithm>
#include <cstdint>

namespace ns3::azure
{

namespace
{

/// Add what of a block is left when some ports are taken out of it.
void
AddRest(const SnatPortBlockGrant& block, const SnatPortBlockGrant& out, SnatPortGrants& rest)
{
    const auto [address, ports] = block;
    if (address != out.publicAddress || !ports.Overlaps(out.ports))
    {
        rest.push_back(block);
        return;
    }
    if (ports.first < out.ports.first)
    {
        rest.push_back({address, {ports.first, static_cast<uint16_t>(out.ports.first - 1)}});
    }
    if (ports.last > out.ports.last)
    {
        rest.push_back({address, {static_cast<uint16_t>(out.ports.last + 1), ports.last}});
    }
}

} // namespace

SnatPortGrants
Subtract(SnatPortGrants from, const SnatPortGrants& what)
{
    for (const auto& out : what)
    {
        SnatPortGrants rest;
        for (const auto& block : from)
        {
            AddRest(block, out, rest);
        }
        from = rest;
    }
    return from;
}

SnatPortGrants
Intersect(const SnatPortGrants& some, const SnatPortGrants& others)
{
    SnatPortGrants both;
    for (const auto& [address, ports] : some)
    {
        for (const auto& other : others)
        {
            if (other.publicAddress == address && ports.Overlaps(other.ports))
            {
                both.push_back({address,
                                {std::max(ports.first, other.ports.first),
                                 std::min(ports.last, other.ports.last)}});
            }
        }
    }
    return both;
}

} // namespace ns3::azure
