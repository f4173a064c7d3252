// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-bind.h"
#include "azure-trace-database-tables.h"
#include "azure-trace-database.h"

namespace ns3::azure
{

void
TraceDatabase::Insert(const NatGatewayFact& gateway)
{
    auto& row = BeginRow(m_tables->natGateway);
    row.Bind(gateway.name).Bind(gateway.node);
    BindTime(row, gateway.idleTimeout);
    EndRow(m_tables->natGateway);
}

void
TraceDatabase::Insert(const SnatAllocation& allocation)
{
    auto& row = BeginNumberedRow(m_tables->allocation);
    BindTime(row, allocation.time);
    row.Bind(allocation.networkInterface).BindStatic(GetAllocationName(allocation.isGiven));
    row.BindStatic(GetName(allocation.cause));
    BindAddress(row, allocation.publicAddress);
    row.Bind(allocation.ports.first).Bind(allocation.ports.last).Bind(allocation.flowsBroken);
    EndRow(m_tables->allocation);
}

void
TraceDatabase::Insert(const SnatPortEvent& event)
{
    InsertPortEvent({}, event, m_portUse[event.networkInterface]);
}

void
TraceDatabase::Insert(const std::string& natGateway, const SnatPortEvent& event)
{
    InsertPortEvent(natGateway, event, m_natGatewayPortUse[natGateway]);
}

void
TraceDatabase::InsertPortEvent(const std::string& natGateway,
                               const SnatPortEvent& event,
                               PortUse& use)
{
    use.Add(event);
    auto& row = BeginNumberedRow(m_tables->portEvent);
    BindTime(row, event.time);
    row.Bind(event.networkInterface);
    BindName(row, natGateway);
    row.Bind(static_cast<int64_t>(event.flow)).BindStatic(GetName(event.stage));
    if (event.cause == FlowEnd::Open)
    {
        row.BindNull();
    }
    else
    {
        row.BindStatic(GetName(event.cause));
    }
    row.BindStatic(GetName(event.translated.GetProtocol()));
    BindSource(row, event.translated);
    BindDestination(row, event.translated);
    row.Bind(event.portsInUse).Bind(event.portsCoolingDown);
    row.Bind(use.GetAcquired()).Bind(use.GetPeakUsed()).BindReal(use.GetUsedPortSeconds());
    EndRow(m_tables->portEvent);
}

void
TraceDatabase::Insert(const SnatExhaustion& exhaustion)
{
    InsertExhaustion({}, exhaustion);
}

void
TraceDatabase::Insert(const std::string& natGateway, const SnatExhaustion& exhaustion)
{
    InsertExhaustion(natGateway, exhaustion);
}

void
TraceDatabase::InsertExhaustion(const std::string& natGateway, const SnatExhaustion& exhaustion)
{
    auto& row = BeginNumberedRow(m_tables->exhaustion);
    BindTime(row, exhaustion.time);
    row.Bind(exhaustion.networkInterface);
    BindName(row, natGateway);
    row.Bind(static_cast<int64_t>(exhaustion.flow));
    row.Bind(exhaustion.attempt).BindStatic(GetName(exhaustion.key.GetProtocol()));
    BindSource(row, exhaustion.key);
    BindDestination(row, exhaustion.key);
    row.Bind(exhaustion.portsAllocated).Bind(exhaustion.portsInUse);
    row.Bind(exhaustion.portsCoolingDown);
    EndRow(m_tables->exhaustion);
}

void
TraceDatabase::Insert(const SnatRequest& request)
{
    auto& row = BeginNumberedRow(m_tables->portRequest);
    row.Bind(request.networkInterface).Bind(request.request);
    row.Bind(static_cast<int64_t>(request.flow));
    BindTime(row, request.asked);
    BindTime(row, request.answered);
    row.BindStatic(GetName(request.outcome)).Bind(request.ports);
    EndRow(m_tables->portRequest);
}

void
TraceDatabase::Insert(uint32_t node, const SnatRequestDecision& decision)
{
    auto& row = BeginNumberedRow(m_tables->portRequestDecision);
    BindTime(row, decision.time);
    row.Bind(node).Bind(decision.networkInterface).Bind(decision.request);
    BindTime(row, decision.received);
    row.BindStatic(GetName(decision.outcome)).Bind(decision.ports).Bind(decision.waiting);
    EndRow(m_tables->portRequestDecision);
}

void
TraceDatabase::Insert(const std::string& natGateway, const FlowRecord& flow)
{
    auto& row = BeginRow(m_tables->natGatewayFlow);
    row.Bind(natGateway).Bind(static_cast<int64_t>(flow.flow)).Bind(flow.networkInterface);
    BindProtocol(row, flow.key.GetProtocol());
    BindSource(row, flow.key);
    BindTranslation(row, flow);
    BindDestination(row, flow.key);
    BindLife(row, flow);
    row.Bind(flow.refusals);
    BindCounters(row, flow);
    EndRow(m_tables->natGatewayFlow);
}

void
TraceDatabase::Insert(Time time, uint32_t node, const TcpResetOrder& order)
{
    auto& row = BeginNumberedRow(m_tables->tcpReset);
    BindTime(row, time);
    row.Bind(node).BindNull().Bind(order.networkInterface).BindStatic(GetName(order.path));
    BindSource(row, order.outbound);
    BindSource(row, order.translated);
    BindDestination(row, order.outbound);
    row.Bind(order.sequenceToVm).Bind(order.sequenceToPeer);
    EndRow(m_tables->tcpReset);
}

void
TraceDatabase::Insert(Time time,
                      uint32_t node,
                      const std::string& natGateway,
                      const TcpResetOrder& order)
{
    const bool isToVm = order.networkInterface > 0;
    auto& row = BeginNumberedRow(m_tables->tcpReset);
    BindTime(row, time);
    row.Bind(node).Bind(natGateway);
    if (isToVm)
    {
        row.Bind(order.networkInterface).BindStatic(GetName(order.path));
        BindSource(row, order.outbound);
        row.BindNull().BindNull();
    }
    else
    {
        row.BindNull().BindStatic(GetName(order.path)).BindNull().BindNull();
        BindSource(row, order.translated);
    }
    BindDestination(row, order.outbound);
    BindNumber(row, isToVm ? std::optional(order.sequenceToVm) : std::nullopt);
    BindNumber(row, isToVm ? std::nullopt : std::optional(order.sequenceToPeer));
    EndRow(m_tables->tcpReset);
}

void
TraceDatabase::InsertSample(Time time,
                            const std::vector<SnatPortUsage>& usages,
                            const std::vector<NatGatewayPortUsage>& gateways)
{
    BeginSample(m_tables->portUsage, time);
    for (const auto& usage : usages)
    {
        InsertUsage(time, usage.networkInterface, {}, usage);
    }
    for (const auto& gateway : gateways)
    {
        InsertUsage(time, std::nullopt, gateway.natGateway, gateway.usage);
    }
}

void
TraceDatabase::InsertUsage(Time time,
                           const std::optional<uint32_t>& networkInterface,
                           const std::string& natGateway,
                           const SnatPortUsage& usage)
{
    auto& table = m_tables->portUsage;
    auto& row = BeginNumberedRow(table);
    BindTime(row, time);
    BindNumber(row, networkInterface);
    BindName(row, natGateway);
    BindAddress(row, usage.publicAddress);
    row.Bind(usage.portsAllocated).Bind(usage.portsInUse).Bind(usage.portsCoolingDown);
    row.Bind(static_cast<int64_t>(usage.flows));
    EndRow(table);
}

void
TraceDatabase::InsertNatGatewaySample(Time time, const std::vector<NatGatewayTraffic>& gateways)
{
    auto& table = m_tables->natGatewayTraffic;
    BeginSample(table, time);
    for (const auto& traffic : gateways)
    {
        auto& row = BeginNumberedRow(table);
        BindTime(row, time);
        row.Bind(traffic.natGateway);
        row.Bind(static_cast<int64_t>(traffic.packetsOut));
        row.Bind(static_cast<int64_t>(traffic.bytesOut));
        row.Bind(static_cast<int64_t>(traffic.packetsIn));
        row.Bind(static_cast<int64_t>(traffic.bytesIn));
        EndRow(table);
    }
}

} // namespace ns3::azure
