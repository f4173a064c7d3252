// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-soak-checks.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace ns3::azure
{

namespace
{

const Ipv4Address TRIAL_SOURCE("192.0.2.77"); // for documentation (RFC 5737), nobody's

/// @return whether an overloaded mux has dropped it, which says nothing
bool
IsOverload(DropReason reason)
{
    return reason == DropReason::MuxOverloaded || reason == DropReason::FrontendWithdrawn;
}

} // namespace

void
SoakChecks::CheckSettled()
{
    CheckRules();
    CheckPorts();
    const auto since = m_watch.GetAttempts().GetEstablished() - m_establishedBefore;
    m_laws.Note(SoakLaw::ServiceIsBack,
                since > 0 ? std::nullopt
                          : std::optional<std::string>("no flow was established since"));
    BeginTrials();
}

void
SoakChecks::CheckRules()
{
    const auto& manager = *m_world.GetScenario().GetVirtualNetworkManager();
    for (const auto& [host, expected] : manager.GetResources().GetGoalStates())
    {
        // Who was never sent anything has what was in place before time zero.
        const auto* acknowledged = m_watch.FindAcknowledged(host);
        const auto* known = acknowledged ? acknowledged : m_watch.GetReferee().FindFirst(host);
        auto comparable = known ? *known : HostGoalState{};
        comparable.generation = expected.generation;
        std::ostringstream text;
        text << "host " << host << " has not acknowledged the newest goal state";
        m_laws.Note(SoakLaw::HostsKnowRules,
                    comparable == expected ? std::nullopt : std::optional(text.str()));
    }
}

void
SoakChecks::CheckPorts()
{
    const auto& manager = *m_world.GetScenario().GetSlbManager();
    for (uint32_t vm = 0; vm < m_world.GetPlan().vms; ++vm)
    {
        const auto who = OutboundScenarioHelper::GetNetworkInterface(vm);
        m_laws.Note(SoakLaw::HostsKnowPorts,
                    m_watch.GetPorts().Compare(who, manager.GetAllocationTable().GetPorts(who)));
    }
}

void
SoakChecks::BeginTrials()
{
    m_watch.BeginTrials(TRIAL_SOURCE);
    for (const auto& mux : m_world.GetScenario().GetMuxes())
    {
        BeginRuleTrials(mux);
        BeginPortTrials(mux);
    }
    BeginVmTrials();
}

void
SoakChecks::BeginVmTrials()
{
    const auto gap = MilliSeconds(5); // so that no queue overflows
    const auto& plan = m_world.GetPlan();
    const auto firstPeered = plan.vms - plan.peered;
    Time delay;
    for (uint32_t vm = 0; vm < plan.vms; ++vm)
    {
        const auto first = vm < firstPeered ? 0 : firstPeered;
        const auto end = vm < firstPeered ? firstPeered : plan.vms;
        const auto next = vm + 1 < end ? vm + 1 : first;
        for (uint32_t i = 0; next != vm && i < SoakWorld::PORTS; ++i)
        {
            const auto port = static_cast<uint16_t>(SoakWorld::FIRST_PORT + i);
            Simulator::Schedule(delay, [this, vm, next, port] { SendVmTrial(vm, next, port); });
            delay += gap;
        }
    }
}

void
SoakChecks::SendVmTrial(uint32_t from, uint32_t to, uint16_t port)
{
    constexpr uint16_t FIRST_SOURCE_PORT = 2000; // below those of generators
    auto& scenario = m_world.GetScenario();
    DatagramTraits traits;
    traits.tcpFlags = TCP_SYN;
    const FlowKey key(scenario.GetPrivateAddress(from),
                      scenario.GetPrivateAddress(to),
                      static_cast<uint16_t>(FIRST_SOURCE_PORT + port),
                      port,
                      IpProtocol::Tcp);
    m_watch.BeginTrial(key);
    m_wires.FindPeer(scenario.GetVm(from))->Receive(MakeDatagram(key, traits));
    Simulator::Schedule(Seconds(1), [this, key, from, to] { CheckVmTrial(key, from, to); });
}

void
SoakChecks::CheckVmTrial(const FlowKey& key, uint32_t from, uint32_t to)
{
    const auto& referee = m_watch.GetReferee();
    const auto sender = OutboundScenarioHelper::GetNetworkInterface(from);
    const auto receiver = OutboundScenarioHelper::GetNetworkInterface(to);
    const bool isAllowed = referee.IsAllowedNow(sender, FlowDirection::Outbound, key) &&
                           referee.IsAllowedNow(receiver, FlowDirection::Inbound, key);
    const auto& trial = m_watch.GetTrial(key);
    std::ostringstream text;
    text << key << " is " << (isAllowed ? "allowed" : "denied") << " by the newest rules of VMs "
         << from << " and " << to << ", but ";
    if (!trial.drops.empty())
    {
        text << "node " << trial.drops.front().first
             << " has dropped it: " << azure::GetName(trial.drops.front().second);
    }
    else
    {
        text << (trial.vm ? "has arrived" : "has not arrived");
    }
    m_laws.Note(SoakLaw::HostsObeyRules,
                trial.vm.has_value() == isAllowed ? std::nullopt : std::optional(text.str()));
}

FlowKey
SoakChecks::SendTrial(Ptr<LoadBalancerMux> mux, Ipv4Address to, uint16_t port, uint8_t flags)
{
    constexpr uint16_t FIRST_SOURCE_PORT = 1024;
    DatagramTraits traits;
    traits.tcpFlags = flags;
    const FlowKey key(TRIAL_SOURCE,
                      to,
                      static_cast<uint16_t>(FIRST_SOURCE_PORT + m_trials++),
                      port,
                      IpProtocol::Tcp);
    m_wires.FindWires(mux->GetNode()).front()->Receive(MakeDatagram(key, traits));
    return key;
}

void
SoakChecks::BeginRuleTrials(Ptr<LoadBalancerMux> mux)
{
    for (const auto& rule : m_world.GetScenario().GetSlbManager()->GetMuxGoalState().rules)
    {
        if (rule.virtualNetwork || rule.protocol != TransportProtocol::Tcp)
        {
            continue;
        }
        const auto key = SendTrial(mux, rule.frontend, rule.frontendPort, TCP_SYN);
        Simulator::Schedule(Seconds(1),
                            [this, key, number = rule.rule] { CheckRuleTrial(key, number); });
    }
}

void
SoakChecks::CheckRuleTrial(const FlowKey& key, uint16_t rule)
{
    const auto goalState = m_world.GetScenario().GetSlbManager()->GetMuxGoalState();
    const auto found = std::find_if(goalState.rules.begin(),
                                    goalState.rules.end(),
                                    [&](const auto& each) { return each.rule == rule; });
    const auto& set = goalState.backendSets.at(found->backendSet);
    std::set<uint32_t> available;
    for (const auto& member : set.members)
    {
        const bool isTaken =
            set.noHealthyBackendsBehavior == NoHealthyBackendsBehavior::AllProbedUp;
        if (member.isAvailable || isTaken)
        {
            available.insert(member.networkInterface);
        }
    }
    const auto& trial = m_watch.GetTrial(key);
    if (!trial.drops.empty() && IsOverload(trial.drops.front().second))
    {
        return;
    }
    std::ostringstream text;
    text << key << ", rule " << rule << ": " << available.size() << " members are in rotation; ";
    if (trial.decisions.empty())
    {
        text << "the mux has chosen none";
        m_laws.Note(SoakLaw::MuxesKnowMembers, text.str());
        return;
    }
    const auto& decision = trial.decisions.front();
    const auto chosen = decision.networkInterface;
    text << "the mux has chosen among " << decision.membersAvailable << ", and "
         << chosen.value_or(0);
    const bool isRight = decision.membersAvailable == available.size() &&
                         (chosen ? available.count(*chosen) == 1 : available.empty());
    m_laws.Note(SoakLaw::MuxesKnowMembers, isRight ? std::nullopt : std::optional(text.str()));
}

void
SoakChecks::BeginPortTrials(Ptr<LoadBalancerMux> mux)
{
    constexpr uint16_t FIRST_SNAT = 1024;
    const auto& ports = m_watch.GetPorts();
    const auto send = [&](Ipv4Address address, uint16_t port, uint32_t node) {
        const auto key = SendTrial(mux, address, port, TCP_ACK);
        Simulator::Schedule(Seconds(1), [this, key, node] { CheckPortTrial(key, node); });
    };
    for (uint32_t vm = 0; vm < m_world.GetPlan().vms; ++vm)
    {
        const auto blocks = ports.GetPorts(OutboundScenarioHelper::GetNetworkInterface(vm));
        const auto host = m_world.GetScenario().GetHost(vm)->GetId();
        for (const auto& block : blocks)
        {
            send(block.publicAddress, block.ports.first, host);
            send(block.publicAddress, block.ports.last, host);
        }
    }
    for (const auto& block : ports.GetFormerPorts())
    {
        send(block.publicAddress, block.ports.first, mux->GetNode()->GetId());
    }
    for (const auto& address : ports.GetAddresses())
    {
        for (uint32_t port = FIRST_SNAT; port <= UINT16_MAX; ++port)
        {
            const auto number = static_cast<uint16_t>(port);
            if (port != SoakWorld::NAT_RULE_PORT && !ports.FindOwner(address, number))
            {
                send(address, number, mux->GetNode()->GetId());
                break;
            }
        }
    }
}

void
SoakChecks::CheckPortTrial(const FlowKey& key, uint32_t expectedNode)
{
    const auto& trial = m_watch.GetTrial(key);
    if (!trial.drops.empty() && IsOverload(trial.drops.front().second))
    {
        return;
    }
    std::ostringstream text;
    text << key << " should end at node " << expectedNode << ", but ";
    if (trial.drops.empty())
    {
        text << "nobody has dropped it";
    }
    else
    {
        text << "node " << trial.drops.front().first
             << " has dropped it: " << azure::GetName(trial.drops.front().second);
    }
    const bool isRight = !trial.drops.empty() && trial.drops.front().first == expectedNode;
    m_laws.Note(SoakLaw::MuxesKnowPorts, isRight ? std::nullopt : std::optional(text.str()));
}

} // namespace ns3::azure
