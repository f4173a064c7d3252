// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-recorder.h"

#include "ns3/abort.h"
#include "ns3/azure-bound-sink.h"
#include "ns3/azure-nat-gateway-node.h"
#include "ns3/azure-slb-manager.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <map>
#include <set>

namespace ns3::azure
{

namespace
{

/// Adds what a flow has passed.
void
Count(const FlowRecord& flow, NatGatewayTraffic& traffic)
{
    traffic.packetsOut += flow.packetsOut;
    traffic.bytesOut += flow.bytesOut;
    traffic.packetsIn += flow.packetsIn;
    traffic.bytesIn += flow.bytesIn;
}

} // namespace

void
TraceRecorder::AddNatGateway(const NatGatewayFact& gateway)
{
    m_database->Insert(gateway);
}

void
TraceRecorder::Connect(Ptr<NatGatewayNode> gateway, const std::string& natGateway)
{
    const auto node = gateway->GetNode()->GetId();
    Listen(gateway, "FlowEnded", BindSink(&TraceRecorder::RecordNatGatewayFlow, this, natGateway));
    Listen(gateway, "SnatPort", BindSink(&TraceRecorder::RecordNatGatewayPort, this, natGateway));
    Listen(gateway,
           "SnatExhausted",
           BindSink(&TraceRecorder::RecordNatGatewayExhaustion, this, natGateway));
    Listen(gateway,
           "TcpReset",
           BindSink(&TraceRecorder::RecordNatGatewayReset, this, node, natGateway));
    Listen(gateway, "Drop", BindSink(&TraceRecorder::RecordDrop, this, node));
    AddNatGatewaySources(
        natGateway,
        [gateway] { return gateway->GetSnatPortUsage(); },
        [gateway](const FlowVisitor& visitor) { gateway->VisitOpenFlows(visitor); });
}

void
TraceRecorder::AddNatGatewaySources(const std::string& natGateway,
                                    const PortUsage& portUsage,
                                    const OpenFlows& openFlows)
{
    NatGatewaySources sources;
    sources.ended.natGateway = natGateway;
    sources.portUsage = portUsage;
    sources.openFlows = openFlows;
    m_natGateways.push_back(sources);
    BeginTrafficSamples();
}

bool
TraceRecorder::HasTraffic() const
{
    return m_meter.HasRules() || !m_natGateways.empty();
}

void
TraceRecorder::SampleNatGateways()
{
    std::vector<NatGatewayTraffic> all;
    all.reserve(m_natGateways.size());
    for (const auto& gateway : m_natGateways)
    {
        auto traffic = gateway.ended;
        gateway.openFlows([&traffic](const FlowRecord& flow) { Count(flow, traffic); });
        all.push_back(traffic);
    }
    m_database->InsertNatGatewaySample(Simulator::Now(), all);
}

void
TraceRecorder::InsertNatGatewayFlows()
{
    for (const auto& gateway : m_natGateways)
    {
        gateway.openFlows([this, &gateway](const FlowRecord& flow) {
            m_database->Insert(gateway.ended.natGateway, flow);
        });
    }
}

void
TraceRecorder::RecordNatGatewayFlow(
    TraceRecorder* recorder,
    std::string natGateway, // NOLINT(performance-unnecessary-value-param)
    const FlowRecord& flow)
{
    recorder->m_database->Insert(natGateway, flow);
    auto& gateways = recorder->m_natGateways;
    const auto found =
        std::find_if(gateways.begin(), gateways.end(), [&natGateway](const auto& gateway) {
            return gateway.ended.natGateway == natGateway;
        });
    NS_ABORT_MSG_IF(found == gateways.end(),
                    "nobody has told what NAT gateway '" << natGateway << "' has");
    Count(flow, found->ended);
}

void
TraceRecorder::RecordNatGatewayPort(
    TraceRecorder* recorder,
    std::string natGateway, // NOLINT(performance-unnecessary-value-param)
    const SnatPortEvent& event)
{
    recorder->m_database->Insert(natGateway, event);
}

void
TraceRecorder::RecordNatGatewayExhaustion(
    TraceRecorder* recorder,
    std::string natGateway, // NOLINT(performance-unnecessary-value-param)
    const SnatExhaustion& exhaustion)
{
    recorder->m_database->Insert(natGateway, exhaustion);
}

void
TraceRecorder::AddOpenRequests(const OpenRequests& openRequests)
{
    m_openRequests.push_back(openRequests);
}

void
TraceRecorder::InsertOpenRequests()
{
    for (const auto& openRequests : m_openRequests)
    {
        for (const auto& request : openRequests())
        {
            m_database->Insert(request);
        }
    }
}

void
TraceRecorder::RecordRequest(const SnatRequest& request)
{
    m_database->Insert(request);
}

void
TraceRecorder::RecordRequestDecision(TraceRecorder* recorder,
                                     uint32_t node,
                                     const SnatRequestDecision& decision)
{
    recorder->m_database->Insert(node, decision);
}

void
TraceRecorder::RecordOverload(TraceRecorder* recorder,
                              uint32_t node,
                              const OverloadRecord& overload)
{
    recorder->m_database->Insert(node, overload);
}

void
TraceRecorder::RecordTcpReset(TraceRecorder* recorder, uint32_t node, const TcpResetOrder& order)
{
    recorder->m_database->Insert(Simulator::Now(), node, order);
}

void
TraceRecorder::RecordNatGatewayReset(
    TraceRecorder* recorder,
    uint32_t node,
    std::string natGateway, // NOLINT(performance-unnecessary-value-param)
    const TcpResetOrder& order)
{
    recorder->m_database->Insert(Simulator::Now(), node, natGateway, order);
}

void
TraceRecorder::RecordPoolMember(const PoolMembership& membership)
{
    RecordMembership(membership.loadBalancer,
                     membership.backendPool,
                     membership.networkInterface,
                     membership.hasJoined);
}

void
TraceRecorder::RecordMembership(const std::string& loadBalancer,
                                const std::string& backendPool,
                                uint32_t networkInterface,
                                bool hasJoined)
{
    m_database->Insert(
        PoolMemberChange{Simulator::Now(), loadBalancer, backendPool, networkInterface, hasJoined});
    // A new one is a member of every backend set of the pool.
    std::map<uint16_t, PoolMemberFact> sets;
    std::set<uint16_t> known;
    for (const auto& member : m_poolMembers)
    {
        if (member.loadBalancer == loadBalancer && member.backendPool == backendPool)
        {
            sets.emplace(member.backendSet, member);
            if (member.networkInterface == networkInterface)
            {
                known.insert(member.backendSet);
            }
        }
    }
    for (auto& [backendSet, member] : sets)
    {
        if (hasJoined && known.count(backendSet) == 0)
        {
            member.networkInterface = networkInterface;
            member.state = AdministrativeState::None;
            member.isInitial = false;
            AddPoolMember(member);
        }
    }
}

} // namespace ns3::azure
