// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-soak-faults.h"
#include "azure-soak-packets.h"

#include "ns3/ipv4.h"

#include <sstream>

namespace ns3::azure
{

namespace
{

constexpr const char* OWN_GROUP = "own"; // attached to single VMs' interfaces
constexpr uint16_t OWN_INBOUND_PORT = SoakWorld::FIRST_PORT + 1;  // it denies that
constexpr uint16_t OWN_OUTBOUND_PORT = SoakWorld::FIRST_PORT + 2; // it denies that

} // namespace

bool
SoakFaults::Change(const VirtualNetworkManager::Change& change)
{
    const auto error = m_world.GetScenario().GetVirtualNetworkManager()->Update(change);
    m_changed();
    return !error;
}

bool
SoakFaults::ChangeRules()
{
    if (m_rules > 0 && m_dice.IsHit(0.4))
    {
        const auto name = "extra-" + std::to_string(m_dice.Draw(1, m_rules));
        return Change([&](auto& all) { return all.RemoveSecurityRule(SoakWorld::GROUP, name); });
    }
    SecurityRuleText rule;
    rule.name = "extra-" + std::to_string(++m_rules);
    rule.priority = std::to_string(m_dice.Draw(101, 999));
    rule.direction = m_dice.IsHit(0.6) ? "Inbound" : "Outbound";
    rule.access = m_dice.IsHit(0.5) ? "Deny" : "Allow";
    rule.protocol = m_dice.IsHit(0.3) ? "*" : m_dice.IsHit(0.5) ? "Tcp" : "Udp";
    const auto port = m_dice.Draw(SoakWorld::FIRST_PORT, SoakWorld::FIRST_PORT + SoakWorld::PORTS);
    rule.destinationPortRanges = {std::to_string(port)};
    const auto& servers = m_world.GetScenario().GetServerAddresses();
    if (m_dice.IsHit(0.3))
    {
        std::ostringstream address;
        address << m_dice.Pick(servers);
        rule.sourceAddressPrefixes = {address.str()};
    }
    else if (m_dice.IsHit(0.2))
    {
        rule.sourceAddressPrefixes = {"VirtualNetwork"};
    }
    return Change([&](auto& all) { return all.AddSecurityRule(SoakWorld::GROUP, rule); });
}

bool
SoakFaults::MoveGroup()
{
    const auto who =
        OutboundScenarioHelper::GetNetworkInterface(m_dice.Draw(0, m_world.GetPlan().vms - 1));
    const bool isTaken = m_dice.IsHit(0.4);
    return Change([&](auto& all) -> NetworkResources::Error {
        if (isTaken)
        {
            return all.DetachFromNetworkInterface(who);
        }
        if (!all.FindNetworkSecurityGroup(OWN_GROUP))
        {
            SecurityRuleText never;
            never.name = "never";
            never.access = "Deny";
            never.destinationPortRanges = {std::to_string(SoakWorld::DENIED_PORT)};
            SecurityRuleText in; // what the subnet's group allows
            in.name = "in";
            in.priority = "110";
            in.access = "Deny";
            in.destinationPortRanges = {std::to_string(OWN_INBOUND_PORT)};
            auto out = in;
            out.name = "out";
            out.direction = "Outbound";
            out.destinationPortRanges = {std::to_string(OWN_OUTBOUND_PORT)};
            SecurityRuleText rest;
            rest.name = "rest";
            rest.priority = "200";
            if (auto error = all.AddNetworkSecurityGroup(OWN_GROUP))
            {
                return error;
            }
            for (const auto& rule : {never, in, out, rest})
            {
                if (auto error = all.AddSecurityRule(OWN_GROUP, rule))
                {
                    return error;
                }
            }
        }
        return all.AttachToNetworkInterface(OWN_GROUP, who);
    });
}

bool
SoakFaults::ChangePeering()
{
    const bool isAdded = m_dice.IsHit(0.6);
    return Change([&](auto& all) {
        return isAdded ? all.AddPeering(VmPlacementPlan::DEFAULT_NETWORK, SoakWorld::PEER)
                       : all.RemovePeering(VmPlacementPlan::DEFAULT_NETWORK, SoakWorld::PEER);
    });
}

bool
SoakFaults::ChangeRoute()
{
    std::optional<RouteNextHop> hop;
    if (m_dice.IsHit(0.5))
    {
        hop = m_dice.IsHit(0.5) ? RouteNextHop::None : RouteNextHop::Internet;
    }
    return Change([&](auto& all) {
        return all.SetDefaultRoute(VmPlacementPlan::DEFAULT_NETWORK,
                                   VmPlacementPlan::DEFAULT_SUBNET,
                                   hop);
    });
}

bool
SoakFaults::ChangeDistribution()
{
    constexpr std::array<LoadDistribution, 3> ALL{LoadDistribution::Default,
                                                  LoadDistribution::SourceIp,
                                                  LoadDistribution::SourceIpProtocol};
    const auto rule = "rule-" + std::to_string(m_dice.Draw(0, m_world.GetPlan().frontends - 1));
    return !m_world.GetScenario().GetSlbManager()->SetLoadDistribution(
        OutboundScenarioHelper::LOAD_BALANCER,
        rule + (m_dice.IsHit(0.5) ? "-udp" : ""),
        m_dice.Pick(ALL));
}

bool
SoakFaults::RevokePorts()
{
    const auto who =
        OutboundScenarioHelper::GetNetworkInterface(m_dice.Draw(0, m_world.GetPlan().vms - 1));
    return !m_world.GetScenario().GetSlbManager()->RevokeSnatPorts(who, 8 * m_dice.Draw(1, 8));
}

bool
SoakFaults::FloodManager()
{
    constexpr uint32_t CHANGES = 40;
    bool isDone = false;
    for (uint32_t i = 0; i < CHANGES; ++i)
    {
        isDone |= i % 2 == 0 ? ChangeState() : ChangeDistribution();
    }
    return isDone;
}

bool
SoakFaults::SendSpoiled()
{
    constexpr uint32_t PACKETS = 20;
    const auto samples = m_wires.GetSamples(); // a copy, as those that come in are sampled too
    for (uint32_t i = 0; i < PACKETS && !samples.empty(); ++i)
    {
        auto [wire, datagram] = m_dice.Pick(samples);
        Spoil(datagram, m_dice);
        if (!SoakWires::IsControl(datagram))
        {
            m_wires.GetOurs()[wire]->Receive(datagram);
        }
    }
    return !samples.empty();
}

bool
SoakFaults::SendMisplaced()
{
    constexpr uint32_t PACKETS = 20;
    const auto samples = m_wires.GetSamples();
    for (uint32_t i = 0; i < PACKETS && !samples.empty(); ++i)
    {
        m_dice.Pick(m_wires.GetOurs())->Receive(m_dice.Pick(samples).datagram);
    }
    return !samples.empty();
}

bool
SoakFaults::SendForged()
{
    constexpr uint32_t MESSAGES = 10;
    constexpr std::array<uint16_t, 4> PORTS{8084, 8085, 8087, 8088};
    auto& scenario = m_world.GetScenario();
    const auto edge = m_wires.FindWires(scenario.GetFabric().GetEdgeRouter()).back();
    for (uint32_t i = 0; i < MESSAGES; ++i)
    {
        const auto vm = m_dice.Draw(0, m_world.GetPlan().vms - 1);
        const bool isFromVm = m_dice.IsHit(0.5);
        const auto manager = scenario.GetSlbManager()->GetNode()->GetObject<Ipv4>();
        const auto host = scenario.GetHost(vm)->GetObject<Ipv4>();
        const auto payload = MakeForgedMessage(m_dice, m_world.GetPlan().vms);
        const auto to = m_dice.IsHit(0.3)   ? Ipv4Address("168.63.129.16")
                        : m_dice.IsHit(0.5) ? manager->GetAddress(1, 0).GetLocal()
                                            : host->GetAddress(1, 0).GetLocal();
        const auto from =
            isFromVm ? scenario.GetPrivateAddress(vm) : manager->GetAddress(1, 0).GetLocal();
        const FlowKey key(from, to, m_dice.Pick(PORTS), m_dice.Pick(PORTS), IpProtocol::Udp);
        (isFromVm ? m_wires.FindPeer(scenario.GetVm(vm)) : edge)->Receive(MakeUdp(key, payload));
    }
    return true;
}

bool
SoakFaults::SendDnsGarbage()
{
    constexpr uint32_t MESSAGES = 10;
    constexpr uint16_t DNS = 53;
    auto& scenario = m_world.GetScenario();
    const auto edge = m_wires.FindWires(scenario.GetFabric().GetEdgeRouter()).back();
    const auto vm = m_dice.Draw(0, m_world.GetPlan().vms - 1);
    const auto host = scenario.GetHost(vm)->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal();
    for (uint32_t i = 0; i < MESSAGES; ++i)
    {
        const auto port = static_cast<uint16_t>(m_dice.Draw(49152, 49160));
        const auto payload = MakeDnsGarbage(m_dice);
        if (m_dice.IsHit(0.6))
        {
            const FlowKey key(scenario.GetPrivateAddress(vm),
                              Ipv4Address("168.63.129.16"),
                              port,
                              DNS,
                              IpProtocol::Udp);
            m_wires.FindPeer(scenario.GetVm(vm))->Receive(MakeUdp(key, payload));
        }
        else
        {
            const FlowKey key(scenario.GetResolverAddress(), host, DNS, port, IpProtocol::Udp);
            edge->Receive(MakeUdp(key, payload));
        }
    }
    return true;
}

} // namespace ns3::azure
