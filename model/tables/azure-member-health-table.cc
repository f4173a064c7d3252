// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-member-health-table.h"

#include "ns3/abort.h"

#include <algorithm>
#include <set>
#include <utility>

namespace ns3::azure
{

MemberHealthTable::MemberHealthTable(std::vector<BackendSetPlan> sets)
{
    for (std::size_t index = 0; index < sets.size(); ++index)
    {
        const auto& plan = sets[index];
        Set set{plan.loadBalancer, plan.backendPool, plan.probe != 0, {}};
        for (std::size_t i = 0; i < plan.members.size(); ++i)
        {
            Member member{plan.members[i].networkInterface, plan.members[i].state};
            member.isAvailable = IsAvailable(set, member);
            set.members.push_back(member);
            if (set.isProbed)
            {
                m_probed[{member.networkInterface, plan.probe}].places.emplace_back(index, i);
            }
        }
        m_sets.push_back(std::move(set));
    }
}

bool
MemberHealthTable::IsAvailable(const Set& set, const Member& member)
{
    if (!set.isProbed || member.state == AdministrativeState::Up)
    {
        return true;
    }
    return member.state == AdministrativeState::None && member.isProbedUp;
}

void
MemberHealthTable::Update(uint16_t index,
                          const Set& set,
                          Member& member,
                          std::vector<MemberAvailability>& changes)
{
    const bool isAvailable = IsAvailable(set, member);
    if (isAvailable != member.isAvailable)
    {
        member.isAvailable = isAvailable;
        ++member.sequence;
        changes.push_back({index, member.networkInterface, isAvailable, member.sequence});
    }
}

std::vector<MemberAvailability>
MemberHealthTable::Note(const ReportHealth& report)
{
    std::vector<MemberAvailability> changes;
    const auto found = m_probed.find({report.networkInterface, report.probe});
    if (found == m_probed.end() || report.sequence <= found->second.sequence)
    {
        return changes;
    }
    found->second.sequence = report.sequence;
    found->second.isUp = report.isUp;
    for (const auto& [index, position] : found->second.places)
    {
        auto& set = m_sets[index];
        auto& member = set.members[position];
        member.isProbedUp = report.isUp;
        Update(index, set, member, changes);
    }
    return changes;
}

std::vector<MemberAvailability>
MemberHealthTable::SetAdministrativeState(const std::string& loadBalancer,
                                          const std::string& backendPool,
                                          uint32_t networkInterface,
                                          AdministrativeState state)
{
    std::vector<MemberAvailability> changes;
    for (std::size_t index = 0; index < m_sets.size(); ++index)
    {
        auto& set = m_sets[index];
        if (set.loadBalancer != loadBalancer || set.backendPool != backendPool)
        {
            continue;
        }
        const auto member = std::lower_bound(
            set.members.begin(),
            set.members.end(),
            networkInterface,
            [](const Member& each, uint32_t number) { return each.networkInterface < number; });
        if (member != set.members.end() && member->networkInterface == networkInterface)
        {
            member->state = state;
            Update(static_cast<uint16_t>(index), set, *member, changes);
        }
    }
    return changes;
}

std::vector<MemberAvailability>
MemberHealthTable::SetSets(const std::vector<BackendSetPlan>& sets)
{
    NS_ABORT_MSG_UNLESS(sets.size() == m_sets.size(), "pools change, rules do not");
    MemberHealthTable next(sets);
    for (const auto& [key, probed] : m_probed)
    {
        auto& kept = next.m_probed[key];
        kept.sequence = probed.sequence;
        kept.isUp = probed.isUp;
    }
    next.m_gone = m_gone;
    std::vector<MemberAvailability> changes;
    for (std::size_t i = 0; i < sets.size(); ++i)
    {
        const auto index = static_cast<uint16_t>(i);
        std::set<uint32_t> present;
        for (auto& member : next.m_sets[i].members)
        {
            present.insert(member.networkInterface);
            if (!next.Inherit(i, m_sets[i], sets[i].probe, member))
            {
                continue;
            }
            changes.push_back(
                {index, member.networkInterface, member.isAvailable, member.sequence});
        }
        for (const auto& member : m_sets[i].members)
        {
            if (present.count(member.networkInterface) == 0)
            {
                next.m_gone[{i, member.networkInterface}] = member.sequence;
                changes.push_back({index, member.networkInterface, false, member.sequence});
            }
        }
    }
    *this = std::move(next);
    return changes;
}

bool
MemberHealthTable::Inherit(std::size_t index, const Set& before, uint16_t probe, Member& member)
{
    const auto same =
        std::find_if(before.members.begin(), before.members.end(), [&](const Member& each) {
            return each.networkInterface == member.networkInterface;
        });
    if (same != before.members.end())
    {
        member = *same;
        return false;
    }
    if (const auto known = m_probed.find({member.networkInterface, probe}); known != m_probed.end())
    {
        member.isProbedUp = known->second.isUp;
    }
    if (const auto gone = m_gone.find({index, member.networkInterface}); gone != m_gone.end())
    {
        member.sequence = gone->second + 1; // muxes may know it as it was
    }
    member.isAvailable = IsAvailable(m_sets[index], member);
    return true;
}

void
MemberHealthTable::Complete(MuxGoalState& goalState) const
{
    NS_ABORT_MSG_UNLESS(goalState.backendSets.size() == m_sets.size(),
                        "the goal state has other backend sets than the health table");
    for (std::size_t index = 0; index < m_sets.size(); ++index)
    {
        auto& members = goalState.backendSets[index].members;
        NS_ABORT_MSG_UNLESS(members.size() == m_sets[index].members.size(),
                            "backend set " << index << " has other members");
        for (std::size_t i = 0; i < members.size(); ++i)
        {
            members[i].isAvailable = m_sets[index].members[i].isAvailable;
            members[i].sequence = m_sets[index].members[i].sequence;
        }
    }
}

} // namespace ns3::azure
