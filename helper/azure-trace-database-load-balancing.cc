// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-bind.h"
#include "azure-trace-database-tables.h"
#include "azure-trace-database.h"

#include <algorithm>
#include <cstddef>

namespace ns3::azure
{

namespace
{

/// Binds a number that counts from 1: NULL for 0.
void
BindFromOne(SqliteStatement& row, uint32_t number)
{
    if (number == 0)
    {
        row.BindNull();
    }
    else
    {
        row.Bind(number);
    }
}

/// Binds what a mux did with its packets: received, passed on by rules and otherwise, own, dropped.
void
BindPackets(SqliteStatement& row, const MuxTraffic& mux)
{
    uint64_t forRules = 0;
    for (const auto& traffic : mux.rules)
    {
        forRules += traffic.packets;
    }
    const auto& packets = mux.packets;
    const auto stateless = packets.sent - std::min(packets.sent, forRules);
    for (const auto count : {packets.received, forRules, stateless, packets.own, packets.dropped})
    {
        row.Bind(static_cast<int64_t>(count));
    }
}

} // namespace

void
TraceDatabase::Insert(const LoadBalancerFact& loadBalancer)
{
    auto& row = BeginRow(m_tables->loadBalancer);
    row.Bind(loadBalancer.name).BindStatic(GetName(loadBalancer.sku));
    row.Bind(loadBalancer.isInternal ? 1 : 0);
    EndRow(m_tables->loadBalancer);
}

void
TraceDatabase::Insert(const FrontendFact& frontend)
{
    auto& row = BeginRow(m_tables->frontend);
    row.Bind(frontend.loadBalancer).Bind(frontend.name);
    BindAddress(row, frontend.address);
    EndRow(m_tables->frontend);
}

void
TraceDatabase::Insert(const HealthProbeFact& probe)
{
    auto& row = BeginRow(m_tables->healthProbe);
    row.Bind(probe.probe).Bind(probe.loadBalancer).Bind(probe.name);
    row.BindStatic(GetName(probe.protocol)).Bind(probe.port);
    if (probe.protocol == HealthProbeProtocol::Tcp)
    {
        row.BindNull();
    }
    else
    {
        row.Bind(probe.requestPath);
    }
    BindTime(row, probe.interval);
    BindTime(row, probe.timeout);
    row.Bind(probe.failuresToDown).Bind(probe.successesToUp);
    row.BindStatic(GetName(probe.noHealthyBackendsBehavior));
    EndRow(m_tables->healthProbe);
}

void
TraceDatabase::Insert(const PoolMemberFact& member)
{
    auto& row = BeginRow(m_tables->poolMember);
    row.Bind(member.backendSet).Bind(member.loadBalancer);
    BindName(row, member.backendPool);
    BindFromOne(row, member.probe);
    row.Bind(member.networkInterface).BindStatic(GetName(member.state));
    row.Bind(member.isInitial ? 1 : 0);
    EndRow(m_tables->poolMember);
}

void
TraceDatabase::Insert(const PoolMemberChange& change)
{
    auto& row = BeginNumberedRow(m_tables->poolMemberChange);
    BindTime(row, change.time);
    row.Bind(change.loadBalancer).Bind(change.backendPool).Bind(change.networkInterface);
    row.BindStatic(GetMembershipName(change.hasJoined));
    EndRow(m_tables->poolMemberChange);
}

void
TraceDatabase::Insert(const LoadBalancingRuleFact& rule)
{
    auto& row = BeginRow(m_tables->loadBalancingRule);
    row.Bind(rule.rule).Bind(rule.loadBalancer).Bind(rule.name).BindStatic(GetName(rule.kind));
    row.Bind(rule.frontend).BindStatic(GetName(rule.protocol));
    BindFromOne(row, rule.frontendPort);
    BindFromOne(row, rule.backendPort);
    row.BindStatic(GetName(rule.distribution)).Bind(rule.enableFloatingIp ? 1 : 0);
    row.Bind(rule.backendSet);
    BindFromOne(row, rule.probe);
    BindTime(row, rule.idleTimeout);
    row.Bind(rule.enableTcpReset ? 1 : 0);
    EndRow(m_tables->loadBalancingRule);
}

void
TraceDatabase::Insert(const OutboundRuleFact& rule)
{
    auto& row = BeginRow(m_tables->outboundRule);
    row.Bind(rule.loadBalancer).Bind(rule.name).Bind(rule.backendPool);
    row.BindStatic(GetName(rule.protocol));
    BindFromOne(row, rule.allocatedOutboundPorts);
    BindNumber(row, rule.maxBackendInstances);
    BindTime(row, rule.idleTimeout);
    row.Bind(rule.enableTcpReset ? 1 : 0);
    EndRow(m_tables->outboundRule);
    for (const auto& frontend : rule.frontends)
    {
        auto& use = BeginRow(m_tables->outboundRuleFrontend);
        use.Bind(rule.loadBalancer).Bind(rule.name).Bind(frontend);
        EndRow(m_tables->outboundRuleFrontend);
    }
}

void
TraceDatabase::Insert(uint32_t node, const LoadBalancingDecision& decision)
{
    auto& row = BeginNumberedRow(m_tables->loadBalancingDecision);
    BindTime(row, decision.time);
    row.Bind(node).Bind(decision.rule).BindStatic(GetName(decision.key.GetProtocol()));
    BindSource(row, decision.key);
    BindDestination(row, decision.key);
    row.BindStatic(GetName(decision.cause));
    BindNumber(row, decision.networkInterface);
    row.Bind(decision.membersAvailable).Bind(decision.isTracked ? 1 : 0);
    EndRow(m_tables->loadBalancingDecision);
}

void
TraceDatabase::Insert(uint32_t node, const HealthProbeResult& result)
{
    auto& row = BeginNumberedRow(m_tables->probeResult);
    BindTime(row, result.time);
    row.Bind(node).Bind(result.networkInterface).Bind(result.probe);
    row.Bind(static_cast<int64_t>(result.attempt));
    BindTime(row, result.sent);
    row.BindStatic(GetName(result.outcome));
    BindNumber(row, result.statusCode);
    EndRow(m_tables->probeResult);
}

void
TraceDatabase::Insert(uint32_t node, const MemberHealth& health)
{
    auto& row = BeginNumberedRow(m_tables->memberHealth);
    BindTime(row, health.time);
    row.Bind(node).BindStatic(GetName(health.stage)).Bind(health.networkInterface);
    if (health.stage == HealthStage::Probed)
    {
        row.BindNull();
    }
    else
    {
        row.Bind(health.backendSet);
    }
    BindFromOne(row, health.probe);
    row.Bind(health.isUp ? 1 : 0);
    EndRow(m_tables->memberHealth);
}

void
TraceDatabase::Insert(uint32_t node, const ControlMessage& message)
{
    auto& row = BeginNumberedRow(m_tables->controlMessage);
    BindTime(row, message.time);
    row.Bind(node);
    BindAddress(row, message.receiver);
    row.BindStatic(GetName(message.stage)).Bind(message.kind);
    row.Bind(message.transaction).Bind(message.attempt).Bind(message.bytes);
    EndRow(m_tables->controlMessage);
}

void
TraceDatabase::Insert(uint32_t node, const OverloadRecord& overload)
{
    auto& row = BeginNumberedRow(m_tables->overload);
    BindTime(row, overload.time);
    row.Bind(node).BindStatic(GetOverloadName(overload));
    BindAddress(row, overload.frontend);
    row.Bind(static_cast<int64_t>(overload.dropped));
    EndRow(m_tables->overload);
}

void
TraceDatabase::InsertTrafficSample(Time time,
                                   const std::vector<MuxTraffic>& muxes,
                                   const std::vector<MemberTraffic>& members)
{
    auto& frontends = m_tables->frontendTraffic;
    BeginSample(frontends, time);
    for (const auto& mux : muxes)
    {
        for (const auto& traffic : mux.rules)
        {
            auto& row = BeginNumberedRow(frontends);
            BindTime(row, time);
            row.Bind(mux.node).Bind(traffic.rule).Bind(static_cast<int64_t>(traffic.packets));
            row.Bind(static_cast<int64_t>(traffic.bytes)).Bind(static_cast<int64_t>(traffic.syns));
            EndRow(frontends);
        }
    }
    auto& totals = m_tables->muxTraffic;
    BeginSample(totals, time);
    for (const auto& mux : muxes)
    {
        auto& row = BeginNumberedRow(totals);
        BindTime(row, time);
        BindPackets(row.Bind(mux.node), mux);
        EndRow(totals);
    }
    auto& hosts = m_tables->memberTraffic;
    BeginSample(hosts, time);
    for (const auto& traffic : members)
    {
        auto& row = BeginNumberedRow(hosts);
        BindTime(row, time);
        row.Bind(traffic.rule).Bind(traffic.networkInterface);
        row.Bind(static_cast<int64_t>(traffic.packetsIn));
        row.Bind(static_cast<int64_t>(traffic.bytesIn));
        row.Bind(static_cast<int64_t>(traffic.packetsOut));
        row.Bind(static_cast<int64_t>(traffic.bytesOut));
        EndRow(hosts);
    }
}

} // namespace ns3::azure
