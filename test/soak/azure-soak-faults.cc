// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-soak-faults.h"

#include "ns3/channel.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>

namespace ns3::azure
{

SoakFaults::SoakFaults(SoakWorld& world, SoakWires& wires, std::function<void()> changed)
    : m_world(world),
      m_wires(wires),
      m_changed(std::move(changed)),
      m_dice(world.GetPlan().seed, world.GetPlan().round, 2)
{
}

void
SoakFaults::Begin()
{
    const auto& times = m_world.GetPlan().times;
    Simulator::Schedule(times.faults, [this] { Strike(); });
    Simulator::Schedule(times.healing, [this] { Heal(); });
}

void
SoakFaults::Strike()
{
    if (Simulator::Now() >= m_world.GetPlan().times.healing)
    {
        return;
    }
    const auto& row = m_dice.Pick(SOAK_FAULTS);
    if (Strike(row.fault))
    {
        ++m_counts[static_cast<std::size_t>(row.fault)];
    }
    const auto gap = -std::log(1 - m_dice.Draw()) * m_world.GetPlan().faultGap.GetSeconds();
    Simulator::Schedule(Seconds(gap), [this] { Strike(); });
}

bool
SoakFaults::Strike(SoakFault fault)
{
    SoakWireTroubles troubles;
    switch (fault)
    {
    case SoakFault::MemberJoins:
        return ChangeMembership(true);
    case SoakFault::MemberLeaves:
        return ChangeMembership(false);
    case SoakFault::AdministrativeState:
        return ChangeState();
    case SoakFault::ProbeFlaps:
        return FlapProbe();
    case SoakFault::MuxDies:
        return KillMux();
    case SoakFault::MuxCutOff:
        return CutMux();
    case SoakFault::RulesChange:
        return ChangeRules();
    case SoakFault::GroupMoves:
        return MoveGroup();
    case SoakFault::PeeringChanges:
        return ChangePeering();
    case SoakFault::RouteChanges:
        return ChangeRoute();
    case SoakFault::DistributionChanges:
        return ChangeDistribution();
    case SoakFault::PortsRevoked:
        return RevokePorts();
    case SoakFault::ManagerFlooded:
        return FloodManager();
    case SoakFault::ControlLost:
        troubles.controlLoss = 0.5;
        return Disturb(troubles, true, m_dice.Draw(1, 30));
    case SoakFault::ControlDoubled:
        troubles.controlDuplicates = 0.5;
        return Disturb(troubles, true, m_dice.Draw(1, 30));
    case SoakFault::ControlLate:
        troubles.controlDelays = 0.5;
        return Disturb(troubles, true, m_dice.Draw(1, 30));
    case SoakFault::LinkDrops:
        troubles.loss = 0.01 * m_dice.Draw(1, 30);
        return Disturb(troubles, false, m_dice.Draw(1, 60));
    case SoakFault::LinkCut:
        troubles.isCut = true;
        return Disturb(troubles, false, m_dice.Draw(1, 30));
    case SoakFault::SynFlood:
        m_world.AddFlood(m_dice.Pick(m_world.GetPublicAddresses()),
                         m_dice.Draw(100, 1000),
                         Seconds(m_dice.Draw(1, 10)));
        return true;
    case SoakFault::FlowBurst:
        return Burst();
    case SoakFault::SpoiledPackets:
        return SendSpoiled();
    case SoakFault::MisplacedPackets:
        return SendMisplaced();
    case SoakFault::ForgedMessages:
        return SendForged();
    case SoakFault::DnsGarbage:
        return SendDnsGarbage();
    case SoakFault::DnsQuestions:
        if (m_world.GetPlan().stack == VmStack::Internet)
        {
            m_world.AddQuestion(m_dice.Draw(0, m_world.GetPlan().vms - 1),
                                static_cast<uint16_t>(m_dice.Draw(1, 65535)));
        }
        return m_world.GetPlan().stack == VmStack::Internet;
    }
    return false;
}

void
SoakFaults::Later(double seconds, const std::function<void()>& what)
{
    const auto left = m_world.GetPlan().times.healing - Simulator::Now();
    Simulator::Schedule(std::min(Seconds(seconds), left), what);
}

void
SoakFaults::Heal()
{
    m_wires.Heal();
    for (const auto& mux : m_world.GetScenario().GetMuxes())
    {
        mux->Restart();
    }
    for (const auto& responder : m_world.GetResponders())
    {
        responder->SetResponse({});
    }
    // So that traffic has a way again, whatever has become of members and rules.
    auto manager = m_world.GetScenario().GetSlbManager();
    for (uint32_t vm = 0; vm < m_world.GetPlan().pooled; ++vm)
    {
        const auto who = OutboundScenarioHelper::GetNetworkInterface(vm);
        const auto& [pool, balancer] = std::make_pair(OutboundScenarioHelper::BACKEND_POOL,
                                                      OutboundScenarioHelper::LOAD_BALANCER);
        // Refused if it is a member: then there is nothing to mend.
        static_cast<void>(manager->AddPoolMember(balancer, pool, who));
        static_cast<void>(
            manager->SetAdministrativeState(balancer, pool, who, AdministrativeState::None));
    }
    Change([](auto& all) {
        return all.SetDefaultRoute(VmPlacementPlan::DEFAULT_NETWORK,
                                   VmPlacementPlan::DEFAULT_SUBNET,
                                   std::nullopt);
    });
}

bool
SoakFaults::ChangeMembership(bool isJoining)
{
    const auto manager = m_world.GetScenario().GetSlbManager();
    const auto limit = m_world.GetPlan().pooled + m_world.GetPlan().publicIps + 1;
    const auto who = OutboundScenarioHelper::GetNetworkInterface(m_dice.Draw(0, limit));
    const auto error = isJoining ? manager->AddPoolMember(OutboundScenarioHelper::LOAD_BALANCER,
                                                          OutboundScenarioHelper::BACKEND_POOL,
                                                          who)
                                 : manager->RemovePoolMember(OutboundScenarioHelper::LOAD_BALANCER,
                                                             OutboundScenarioHelper::BACKEND_POOL,
                                                             who);
    return !error;
}

bool
SoakFaults::ChangeState()
{
    constexpr std::array<AdministrativeState, 3> STATES{AdministrativeState::None,
                                                        AdministrativeState::Up,
                                                        AdministrativeState::Down};
    const auto vm = m_dice.Draw(0, m_world.GetPlan().pooled - 1);
    return !m_world.GetScenario().GetSlbManager()->SetAdministrativeState(
        OutboundScenarioHelper::LOAD_BALANCER,
        OutboundScenarioHelper::BACKEND_POOL,
        OutboundScenarioHelper::GetNetworkInterface(vm),
        m_dice.Pick(STATES));
}

bool
SoakFaults::FlapProbe()
{
    if (m_world.GetResponders().empty())
    {
        return false;
    }
    const auto responder = m_dice.Pick(m_world.GetResponders());
    const auto last = m_world.GetPlan().round % 2 == 0 ? 4 : 3;
    constexpr uint16_t UNAVAILABLE = 503;
    switch (m_dice.Draw(1, last))
    {
    case 1:
        responder->SetResponse({ProbeResponseKind::Stall, HTTP_STATUS_OK});
        break;
    case 2:
        responder->SetResponse({ProbeResponseKind::Silent, HTTP_STATUS_OK});
        break;
    case 3:
        responder->SetResponse({ProbeResponseKind::Refuse, HTTP_STATUS_OK});
        break;
    default:
        responder->SetResponse({ProbeResponseKind::Answer, UNAVAILABLE});
        break;
    }
    Later(m_dice.Draw(1, 60), [responder] { responder->SetResponse({}); });
    return true;
}

bool
SoakFaults::KillMux()
{
    const auto mux = m_dice.Pick(m_world.GetScenario().GetMuxes());
    const bool isUp = !mux->IsDown();
    mux->Fail();
    Later(m_dice.Draw(1, 60), [mux] { mux->Restart(); });
    return isUp;
}

bool
SoakFaults::CutMux()
{
    const auto mux = m_dice.Pick(m_world.GetScenario().GetMuxes());
    const auto router = m_world.GetScenario().GetFabric().GetFabricRouter();
    for (const auto& wire : m_wires.FindWires(router))
    {
        const auto channel = wire->GetDevice()->GetChannel();
        for (const auto& other : m_wires.FindWires(mux->GetNode()))
        {
            if (other->GetDevice()->GetChannel() == channel)
            {
                wire->troubles.isCut = true;
                Later(m_dice.Draw(20, 60), [wire] { wire->troubles.isCut = false; });
                return true;
            }
        }
    }
    return false;
}

bool
SoakFaults::Disturb(const SoakWireTroubles& troubles, bool isControl, double seconds)
{
    auto wires = m_wires.GetAll();
    if (isControl && m_dice.IsHit(0.3)) // all that the SLB manager hears
    {
        wires = m_wires.FindWires(m_world.GetScenario().GetSlbManager()->GetNode());
    }
    const auto wire = m_dice.Pick(wires);
    wire->troubles = troubles;
    Later(seconds, [wire] { wire->troubles = {}; });
    return true;
}

bool
SoakFaults::Burst()
{
    // ns-3's sockets take much longer than compact ones.
    const auto limit = m_world.GetPlan().stack == VmStack::Compact ? 400 : 100;
    m_world.AddBurst(m_dice.Draw(0, m_world.GetPlan().vms - 1),
                     m_dice.Draw(50, limit),
                     m_dice.IsHit(0.6));
    return true;
}

} // namespace ns3::azure
