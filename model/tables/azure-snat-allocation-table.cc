// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-snat-allocation-table.h"

#include "ns3/abort.h"

#include <algorithm>
#include <iterator>

namespace ns3::azure
{

namespace
{

using Grants = std::vector<SnatPortBlockGrant>;

/// @return how many ports the ranges have
uint32_t
CountPorts(const std::vector<PortRange>& ranges)
{
    uint32_t ports = 0;
    for (const auto& range : ranges)
    {
        ports += range.GetSize();
    }
    return ports;
}

/// @return the change of an interface for that reason
SnatAllocationChange&
GetChange(std::map<std::pair<uint32_t, SnatAllocationCause>, SnatAllocationChange>& changes,
          uint32_t networkInterface,
          SnatAllocationCause cause)
{
    auto& change = changes[{networkInterface, cause}];
    change.networkInterface = networkInterface;
    change.cause = cause;
    return change;
}

/// @return the changes by network interface, ports that are taken first
template <typename Changes>
std::vector<SnatAllocationChange>
Merge(Changes& taken, Changes& given)
{
    std::vector<SnatAllocationChange> changes;
    for (auto* some : {&taken, &given})
    {
        for (auto& [key, change] : *some)
        {
            changes.push_back(std::move(change));
        }
    }
    std::stable_sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) {
        return a.networkInterface < b.networkInterface;
    });
    return changes;
}

} // namespace

uint32_t
SnatAllocationTable::Holding::GetSize() const
{
    uint32_t size = 0;
    for (const auto& each : ports)
    {
        size += each.GetSize();
    }
    return size;
}

bool
SnatAllocationTable::Holding::IsOfSameShare(const Holding& other) const
{
    return outboundRule == other.outboundRule && addresses == other.addresses;
}

std::vector<Ipv4Address>
SnatAllocationTable::Holder::GetAddresses() const
{
    std::vector<Ipv4Address> all;
    for (const auto& holding : holdings)
    {
        for (const auto& address : holding.addresses)
        {
            if (std::find(all.begin(), all.end(), address) == all.end())
            {
                all.push_back(address);
            }
        }
    }
    return all;
}

uint32_t
SnatAllocationTable::Holder::Count(const SnatPortBlockGrant& ports) const
{
    uint32_t count = 0;
    for (const auto& holding : holdings)
    {
        for (std::size_t i = 0; i < holding.addresses.size(); ++i)
        {
            if (holding.addresses[i] == ports.publicAddress)
            {
                count += CountPorts(holding.ports[i].Intersect(ports.ports));
            }
        }
    }
    const auto found = requested.find(ports.publicAddress);
    return found == requested.end() ? count
                                    : count + CountPorts(found->second.Intersect(ports.ports));
}

void
SnatAllocationTable::Holder::Forget(const SnatPortBlockGrant& ports)
{
    const auto remove = [&ports](PortSet& from) {
        for (const auto& range : from.Intersect(ports.ports))
        {
            from.Remove(range);
        }
    };
    for (auto& holding : holdings)
    {
        for (std::size_t i = 0; i < holding.addresses.size(); ++i)
        {
            if (holding.addresses[i] == ports.publicAddress)
            {
                remove(holding.ports[i]);
            }
        }
    }
    if (const auto found = requested.find(ports.publicAddress); found != requested.end())
    {
        remove(found->second);
    }
    taken += ports.ports.GetSize();
}

bool
SnatAllocationTable::Holder::IsWaiting() const
{
    return std::any_of(holdings.begin(), holdings.end(), [](const auto& each) {
        return each.missing > 0;
    });
}

SnatAllocationTable::SnatAllocationTable(const Profile& profile,
                                         std::unique_ptr<SnatAllocationPolicy> policy)
    : m_policy(std::move(policy)),
      m_granularity(m_policy->IsOnDemand() ? profile.portRangeSize : 1),
      m_half(profile.reclaimedHalf)
{
}

std::vector<SnatAllocationChange>
SnatAllocationTable::SetPlan(const OutboundPlan& plan, const std::vector<uint32_t>& interfaces)
{
    SetLedgers(plan);
    auto targets = MakeTargets(plan, interfaces);
    Changes taken;
    for (auto holder = m_holders.begin(); holder != m_holders.end();)
    {
        Adjust(holder->first, targets[holder->first], taken);
        holder = holder->second.holdings.empty() ? m_holders.erase(holder) : std::next(holder);
    }
    for (auto& [networkInterface, target] : targets)
    {
        if (!target.holdings.empty()) // of a new one; those of others have gone to them
        {
            m_holders.emplace(networkInterface, std::move(target));
        }
    }
    Changes given;
    GiveWaiting(nullptr, given);
    GiveAll(plan, interfaces, given);
    m_hasPlan = true;
    return Merge(taken, given);
}

std::map<uint32_t, SnatAllocationTable::Holder>
SnatAllocationTable::MakeTargets(const OutboundPlan& plan,
                                 const std::vector<uint32_t>& interfaces) const
{
    std::map<uint32_t, Holder> targets;
    std::map<std::vector<uint32_t>, std::vector<uint32_t>>
        budgets; // members of a pool have the same
    for (std::size_t i = 0; i < plan.standings.size(); ++i)
    {
        const auto& standing = plan.standings[i];
        if (standing.shares.empty())
        {
            continue;
        }
        auto& budget = budgets[standing.shares];
        if (budget.empty())
        {
            std::vector<SharedSnatPorts> shared;
            for (const auto share : standing.shares)
            {
                shared.push_back(plan.GetShared(share));
            }
            budget = m_policy->GetPreallocation(shared);
        }
        auto& holder = targets[interfaces[i]];
        holder.isTold =
            SelectOutboundMethod(standing.situation) != OutboundMethod::InstanceLevelPublicIp;
        for (std::size_t k = 0; k < budget.size(); ++k)
        {
            holder.holdings.push_back(MakeHolding(plan, standing.shares[k], budget[k]));
        }
    }
    return targets;
}

SnatAllocationTable::Holding
SnatAllocationTable::MakeHolding(const OutboundPlan& plan, uint32_t share, uint32_t target) const
{
    Holding holding;
    holding.outboundRule = plan.shares[share].outboundRule;
    for (const auto frontend : plan.shares[share].frontends)
    {
        holding.addresses.push_back(plan.frontends[frontend].address);
    }
    holding.ports.resize(holding.addresses.size());
    holding.target = target;
    holding.missing = target;
    holding.cause = m_hasPlan ? SnatAllocationCause::Joined : SnatAllocationCause::Begin;
    return holding;
}

void
SnatAllocationTable::SetLedgers(const OutboundPlan& plan)
{
    std::map<Ipv4Address, SnatPortLedger> ledgers;
    for (const auto& frontend : plan.frontends)
    {
        const auto found = m_ledgers.find(frontend.address);
        SnatPortLedger fresh(frontend.space);
        const bool isKnown = found != m_ledgers.end();
        const bool isSame = isKnown && found->second.GetRanges() == fresh.GetRanges();
        NS_ABORT_MSG_IF(isKnown && !isSame && found->second.GetFree() < found->second.GetSize(),
                        "ports of rules of " << frontend.address
                                             << " changed while somebody has SNAT ports of it");
        ledgers.emplace(frontend.address, isSame ? std::move(found->second) : std::move(fresh));
        if (isKnown)
        {
            m_ledgers.erase(found);
        }
    }
    for (auto& [address, ledger] : m_ledgers)
    {
        if (ledger.GetFree() < ledger.GetSize())
        {
            ledgers.emplace(address, std::move(ledger));
        }
    }
    m_ledgers = std::move(ledgers);
}

void
SnatAllocationTable::Adjust(uint32_t networkInterface, Holder& target, Changes& changes)
{
    auto& holder = m_holders.at(networkInterface);
    // Who is told of its ports from now on, or no more, has others.
    const bool isKept = holder.isTold == target.isTold;
    for (auto& holding : holder.holdings)
    {
        auto match =
            std::find_if(target.holdings.begin(), target.holdings.end(), [&](const Holding& other) {
                return isKept && other.IsOfSameShare(holding);
            });
        if (match != target.holdings.end())
        {
            Resize(networkInterface, holding, match->target, changes);
            *match = std::move(holding);
            holding = Holding();
            continue;
        }
        for (std::size_t i = 0; i < holding.addresses.size(); ++i)
        {
            for (const auto& range : holding.ports[i].GetRanges())
            {
                Take(networkInterface,
                     {holding.addresses[i], range},
                     SnatAllocationCause::Left,
                     changes);
            }
        }
    }
    holder.holdings.clear();
    if (!isKept)
    {
        TakeRequested(networkInterface, changes);
    }
    std::swap(holder.holdings, target.holdings);
    TakeRequested(networkInterface, changes);
    holder.isTold = target.isTold;
}

void
SnatAllocationTable::Resize(uint32_t networkInterface,
                            Holding& holding,
                            uint32_t target,
                            Changes& changes)
{
    if (target > holding.target)
    {
        if (holding.missing == 0)
        {
            holding.cause = SnatAllocationCause::PoolShrank;
        }
        holding.missing += target - holding.target;
    }
    else
    {
        const auto size = holding.GetSize();
        Reclaim(networkInterface, holding, size - std::min(size, target), changes);
        holding.missing = std::min(holding.missing, target - std::min(size, target));
    }
    holding.target = target;
}

void
SnatAllocationTable::Reclaim(uint32_t networkInterface,
                             Holding& holding,
                             uint32_t ports,
                             Changes& changes)
{
    const auto frontends = holding.addresses.size();
    const bool isUpper = m_half == ReclaimedHalf::Upper;
    std::vector<std::vector<PortRange>> taken(frontends);
    for (std::size_t n = 0; n < frontends; ++n)
    {
        const auto i = isUpper ? frontends - 1 - n : n;
        const auto& from = holding.ports[i];
        taken[i] = isUpper ? from.GetHighest(ports) : from.GetLowest(ports);
        ports -= CountPorts(taken[i]);
    }
    for (std::size_t i = 0; i < frontends; ++i)
    {
        for (const auto& range : taken[i])
        {
            Take(networkInterface,
                 {holding.addresses[i], range},
                 SnatAllocationCause::PoolGrew,
                 changes);
        }
    }
}

void
SnatAllocationTable::TakeRequested(uint32_t networkInterface, Changes& changes)
{
    auto& holder = m_holders.at(networkInterface);
    const auto addresses = holder.GetAddresses();
    for (auto each = holder.requested.begin(); each != holder.requested.end();)
    {
        if (std::find(addresses.begin(), addresses.end(), each->first) != addresses.end())
        {
            ++each;
            continue;
        }
        for (const auto& range : each->second.GetRanges())
        {
            Take(networkInterface, {each->first, range}, SnatAllocationCause::Left, changes);
        }
        each = holder.requested.erase(each);
    }
}

void
SnatAllocationTable::Take(uint32_t networkInterface,
                          const SnatPortBlockGrant& ports,
                          SnatAllocationCause cause,
                          Changes& changes)
{
    auto& holder = m_holders.at(networkInterface);
    auto& ledger = m_ledgers.at(ports.publicAddress);
    const bool isTaken = ledger.TakeBack(networkInterface, ports.ports);
    NS_ABORT_MSG_UNLESS(isTaken, "the ledger knows another owner");
    holder.Forget(ports);
    if (holder.isTold)
    {
        GetChange(changes, networkInterface, cause).taken.push_back(ports);
    }
    else
    {
        ledger.Free(ports.ports); // nobody has to be told first
    }
}

void
SnatAllocationTable::Give(uint32_t networkInterface, Holding& holding, Changes& changes)
{
    for (std::size_t i = 0; i < holding.addresses.size() && holding.missing > 0; ++i)
    {
        const auto ranges = Give(networkInterface, holding.addresses[i], holding.missing);
        holding.missing -= CountPorts(ranges);
        for (const auto& range : ranges)
        {
            holding.ports[i].Insert(range);
            if (m_holders.at(networkInterface).isTold)
            {
                GetChange(changes, networkInterface, holding.cause)
                    .given.push_back({holding.addresses[i], range});
            }
        }
    }
}

std::vector<PortRange>
SnatAllocationTable::Give(uint32_t networkInterface, Ipv4Address address, uint32_t ports)
{
    auto& ledger = m_ledgers.at(address);
    const auto wanted = m_granularity == 1 ? std::min(ports, ledger.GetFree()) : ports;
    auto given = ledger.Give(networkInterface, wanted, m_granularity);
    if (given.empty() && m_granularity > 1)
    {
        PortSet single; // range by range, as long as there are any
        for (bool isMore = true; isMore && ports > 0;)
        {
            const auto size = std::min(ports, m_granularity);
            const auto ranges = ledger.Give(networkInterface, size, m_granularity);
            for (const auto& range : ranges)
            {
                single.Insert(range);
            }
            ports -= CountPorts(ranges);
            isMore = !ranges.empty();
        }
        given = single.GetRanges();
    }
    m_holders.at(networkInterface).given += CountPorts(given);
    return given;
}

void
SnatAllocationTable::GiveAll(const OutboundPlan& plan,
                             const std::vector<uint32_t>& interfaces,
                             Changes& changes)
{
    std::vector<std::size_t> sharesDone(plan.standings.size());
    for (const auto& share : plan.shares)
    {
        for (const auto member : share.members)
        {
            const auto networkInterface = interfaces[member];
            auto& holding = m_holders.at(networkInterface).holdings[sharesDone[member]++];
            Give(networkInterface, holding, changes);
            if (holding.missing > 0 &&
                std::find(m_waiting.begin(), m_waiting.end(), networkInterface) == m_waiting.end())
            {
                m_waiting.push_back(networkInterface);
            }
        }
    }
}

void
SnatAllocationTable::GiveWaiting(const SnatPortLedger* source, Changes& changes)
{
    const auto isServed = [&](uint32_t networkInterface) {
        if (source != nullptr && source->GetFree() == 0)
        {
            return false; // nor is anybody who came later
        }
        const auto found = m_holders.find(networkInterface);
        if (found == m_holders.end())
        {
            return true;
        }
        for (auto& holding : found->second.holdings)
        {
            Give(networkInterface, holding, changes);
        }
        return !found->second.IsWaiting();
    };
    m_waiting.erase(std::remove_if(m_waiting.begin(), m_waiting.end(), isServed), m_waiting.end());
}

SnatRequestAnswer
SnatAllocationTable::Request(uint32_t networkInterface, Time now)
{
    auto* holder = FindTold(networkInterface);
    if (holder == nullptr)
    {
        return {SnatRequestOutcome::NoFreePorts, {}};
    }
    const auto addresses = holder->GetAddresses();
    SnatRequestSituation situation{now, 0, holder->lastGrant};
    for (const auto& address : addresses)
    {
        situation.portsHeld += m_ledgers.at(address).GetPortCount(networkInterface);
    }
    auto ports = m_policy->GetGrant(situation);
    if (ports == 0)
    {
        return {SnatRequestOutcome::PortCap, {}};
    }
    SnatRequestAnswer answer;
    for (const auto& address : addresses)
    {
        for (const auto& range : Give(networkInterface, address, ports))
        {
            answer.given.push_back({address, range});
            holder->requested[address].Insert(range);
            ports -= range.GetSize();
        }
        if (ports == 0)
        {
            break;
        }
    }
    if (answer.given.empty())
    {
        answer.outcome = SnatRequestOutcome::NoFreePorts;
        return answer;
    }
    holder->lastGrant = now;
    return answer;
}

bool
SnatAllocationTable::Return(uint32_t networkInterface,
                            const std::vector<SnatPortBlockGrant>& ranges)
{
    auto* holder = FindTold(networkInterface);
    std::map<Ipv4Address, PortSet> known;
    for (const auto& range : ranges)
    {
        auto& others = known[range.publicAddress];
        if (holder == nullptr || holder->Count(range) < range.ports.GetSize() ||
            others.Overlaps(range.ports))
        {
            return false;
        }
        others.Insert(range.ports);
    }
    Changes changes;
    for (const auto& range : ranges)
    {
        Take(networkInterface, range, SnatAllocationCause::Returned, changes);
    }
    return true;
}

SnatAllocationChange
SnatAllocationTable::Revoke(uint32_t networkInterface, uint32_t ports)
{
    const auto* holder = FindTold(networkInterface);
    Grants revoked;
    ports -= ports % m_granularity;
    const auto addresses = holder == nullptr ? std::vector<Ipv4Address>() : holder->GetAddresses();
    for (auto address = addresses.rbegin(); address != addresses.rend(); ++address)
    {
        PortSet held;
        for (const auto& range : m_ledgers.at(*address).GetPorts(networkInterface))
        {
            held.Insert(range);
        }
        auto taken = held.GetHighest(ports);
        ports -= CountPorts(taken);
        for (auto range = taken.rbegin(); range != taken.rend(); ++range)
        {
            revoked.insert(revoked.begin(), {*address, *range});
        }
    }
    Changes changes;
    for (const auto& range : revoked)
    {
        Take(networkInterface, range, SnatAllocationCause::Revoked, changes);
    }
    return GetChange(changes, networkInterface, SnatAllocationCause::Revoked);
}

std::vector<SnatAllocationChange>
SnatAllocationTable::Free(const SnatPortBlockGrant& ports)
{
    auto& ledger = m_ledgers.at(ports.publicAddress);
    ledger.Free(ports.ports);
    Changes taken;
    Changes given;
    GiveWaiting(&ledger, given);
    return Merge(taken, given);
}

std::vector<SnatPortBlockGrant>
SnatAllocationTable::GetPorts(uint32_t networkInterface) const
{
    Grants ports;
    if (const auto* holder = FindTold(networkInterface))
    {
        for (const auto& address : holder->GetAddresses())
        {
            for (const auto& range : m_ledgers.at(address).GetPorts(networkInterface))
            {
                ports.push_back({address, range});
            }
        }
    }
    return ports;
}

bool
SnatAllocationTable::IsOnDemand() const
{
    return m_policy && m_policy->IsOnDemand();
}

const SnatAllocationTable::Holder*
SnatAllocationTable::FindTold(uint32_t networkInterface) const
{
    const auto found = m_holders.find(networkInterface);
    return found == m_holders.end() || !found->second.isTold ? nullptr : &found->second;
}

SnatAllocationTable::Holder*
SnatAllocationTable::FindTold(uint32_t networkInterface)
{
    return const_cast<Holder*>(std::as_const(*this).FindTold(networkInterface));
}

std::optional<std::string>
SnatAllocationTable::CheckInvariants() const
{
    for (const auto& [address, ledger] : m_ledgers)
    {
        if (const auto error = ledger.CheckInvariants())
        {
            return error;
        }
    }
    for (const auto& [networkInterface, holder] : m_holders)
    {
        uint64_t ports = 0;
        for (const auto& [address, ledger] : m_ledgers)
        {
            for (const auto& range : ledger.GetPorts(networkInterface))
            {
                ports += range.GetSize();
                if (holder.Count({address, range}) != range.GetSize())
                {
                    return "network interface " + std::to_string(networkInterface) +
                           " owns ports that were given for no reason, or for two";
                }
            }
        }
        if (ports != holder.given - holder.taken)
        {
            return "network interface " + std::to_string(networkInterface) +
                   " has other ports than it was given minus what was taken";
        }
        const bool isListed =
            std::find(m_waiting.begin(), m_waiting.end(), networkInterface) != m_waiting.end();
        if (holder.IsWaiting() && !isListed)
        {
            return "network interface " + std::to_string(networkInterface) +
                   " lacks ports, and does not wait for them";
        }
    }
    return std::nullopt;
}

} // namespace ns3::azure
