// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-soak-port-ledger.h"

#include <sstream>

namespace ns3::azure
{

namespace
{

/// @return the values one after the other
template <typename... Parts>
std::string
Say(const Parts&... parts)
{
    std::ostringstream text;
    (text << ... << parts);
    return text.str();
}

} // namespace

SoakPortLedger::Finding
SoakPortLedger::Note(const SnatAllocation& allocation)
{
    Finding finding;
    const auto& [first, last] = allocation.ports;
    for (uint32_t port = first; port <= last; ++port)
    {
        const auto key = MakePort(allocation.publicAddress, static_cast<uint16_t>(port));
        const auto found = m_owners.find(key);
        const auto owner = found == m_owners.end() ? NOBODY : found->second;
        const auto expected = allocation.isGiven ? NOBODY : allocation.networkInterface;
        if (owner != expected && !finding)
        {
            finding = Say("port ",
                          port,
                          " of ",
                          allocation.publicAddress,
                          allocation.isGiven ? " is given to" : " is taken from",
                          " interface ",
                          allocation.networkInterface,
                          ", but belongs to ",
                          owner,
                          " (0: nobody)");
        }
        m_owners[key] = allocation.isGiven ? allocation.networkInterface : NOBODY;
    }
    return finding;
}

SoakPortLedger::Finding
SoakPortLedger::Note(uint32_t owner, const SnatPortEvent& event)
{
    const auto& flow = event.translated;
    const auto port = MakePort(flow.GetSource(), flow.GetSourcePort());
    auto& use = m_uses[{owner, port}];
    const auto known = m_flows.find(flow);
    const bool isKnown = known != m_flows.end();
    const bool isOpen = isKnown && known->second;
    Finding finding;
    switch (event.stage)
    {
    case SnatPortStage::Acquired:
        use.open += 1;
        m_flows[flow] = true;
        break;
    case SnatPortStage::CoolingDown:
        finding = isOpen ? Finding() : Say(flow, " cools down, but is not open");
        use.open -= isOpen;
        use.cooling += isOpen;
        m_flows[flow] = false;
        break;
    case SnatPortStage::Reopened:
        finding = isKnown && !isOpen ? Finding() : Say(flow, " is reopened, but not cooling down");
        use.open += isKnown && !isOpen;
        use.cooling -= isKnown && !isOpen;
        m_flows[flow] = true;
        break;
    case SnatPortStage::Released:
        finding = isKnown ? Finding() : Say(flow, " is released, but held no port");
        use.open -= isOpen;
        use.cooling -= isKnown && !isOpen;
        m_flows.erase(flow);
        break;
    }
    if (use.open == 0 && use.cooling == 0)
    {
        m_uses.erase({owner, port});
    }
    const bool isOwned =
        m_gateways.count(owner) > 0 || FindOwner(flow.GetSource(), flow.GetSourcePort()) == owner;
    if (!finding && !isOwned)
    {
        finding = Say("interface ", owner, " uses the port of ", flow, ", which is not its own");
    }
    return finding;
}

SoakPortLedger::Finding
SoakPortLedger::FindDouble(const SnatPortEvent& event) const
{
    return event.stage == SnatPortStage::Acquired && m_flows.count(event.translated) > 0
               ? Finding(Say(event.translated, " is there twice"))
               : std::nullopt;
}

SoakPortLedger::Finding
SoakPortLedger::Compare(uint32_t owner, const SnatPortUsage& usage) const
{
    uint32_t allocated = 0;
    uint32_t open = 0;
    uint32_t cooling = 0;
    uint64_t flows = 0;
    if (usage.publicAddress)
    {
        const auto first = MakePort(*usage.publicAddress, 0);
        const auto last = MakePort(*usage.publicAddress, 65535);
        for (auto it = m_owners.lower_bound(first); it != m_owners.end() && it->first <= last; ++it)
        {
            allocated += it->second == owner;
        }
        const auto end = m_uses.upper_bound({owner, last});
        for (auto it = m_uses.lower_bound({owner, first}); it != end; ++it)
        {
            open += it->second.open > 0;
            cooling += it->second.open == 0;
            flows += it->second.open + it->second.cooling;
        }
    }
    if (m_gateways.count(owner) > 0)
    {
        allocated = usage.portsAllocated;
    }
    const bool isEqual = allocated == usage.portsAllocated && open == usage.portsInUse &&
                         cooling == usage.portsCoolingDown && flows == usage.flows;
    if (isEqual && usage.portsInUse + usage.portsCoolingDown <= usage.portsAllocated)
    {
        return std::nullopt;
    }
    std::ostringstream text;
    text << "interface " << owner << " at " << usage.publicAddress.value_or(Ipv4Address::GetAny())
         << ": allocated, in use, cooling "
         << "down, flows are " << usage.portsAllocated << ", " << usage.portsInUse << ", "
         << usage.portsCoolingDown << ", " << usage.flows << "; the events say " << allocated
         << ", " << open << ", " << cooling << ", " << flows;
    return text.str();
}

SoakPortLedger::Finding
SoakPortLedger::Compare(uint32_t owner, const std::vector<SnatPortBlockGrant>& grants) const
{
    uint64_t granted = 0;
    for (const auto& grant : grants)
    {
        for (uint32_t port = grant.ports.first; port <= grant.ports.last; ++port)
        {
            if (FindOwner(grant.publicAddress, static_cast<uint16_t>(port)) != owner)
            {
                return Say("interface ",
                           owner,
                           " does not know that it has port ",
                           port,
                           " of ",
                           grant.publicAddress);
            }
        }
        granted += grant.ports.GetSize();
    }
    uint64_t known = 0;
    for (const auto& each : GetPorts(owner))
    {
        known += each.ports.GetSize();
    }
    return known == granted ? Finding()
                            : Say("interface ", owner, " has ", known, " ports, not ", granted);
}

std::optional<uint32_t>
SoakPortLedger::FindOwner(Ipv4Address address, uint16_t port) const
{
    const auto found = m_owners.find(MakePort(address, port));
    return found == m_owners.end() || found->second == NOBODY ? std::nullopt
                                                              : std::optional(found->second);
}

std::set<Ipv4Address>
SoakPortLedger::GetAddresses() const
{
    std::set<Ipv4Address> addresses;
    for (const auto& [port, owner] : m_owners)
    {
        addresses.insert(Ipv4Address(static_cast<uint32_t>(port >> 16)));
    }
    return addresses;
}

std::vector<SnatPortBlockGrant>
SoakPortLedger::GetPorts(uint32_t owner) const
{
    std::vector<SnatPortBlockGrant> blocks;
    std::optional<Port> before;
    for (const auto& [port, whose] : m_owners)
    {
        if (whose != owner)
        {
            continue;
        }
        const auto number = static_cast<uint16_t>(port);
        if (before && *before + 1 == port && number != 0)
        {
            blocks.back().ports.last = number;
        }
        else
        {
            blocks.push_back({Ipv4Address(static_cast<uint32_t>(port >> 16)), {number, number}});
        }
        before = port;
    }
    return blocks;
}

} // namespace ns3::azure
