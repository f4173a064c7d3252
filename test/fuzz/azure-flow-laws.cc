// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-flow-laws.h"

#include "azure-fuzz-promise.h"

namespace ns3::azure
{

void
FlowLaws::Check(const std::vector<FlowRecord>& open, const std::vector<SnatPortUsage>& usage) const
{
    std::set<FlowKey> inner;
    std::set<FlowKey> outer;
    Require(open.size() == m_open.size(), "flows = created - ended");
    for (const auto& flow : open)
    {
        Require(m_open.count(flow.flow) > 0, "a flow in the table was created");
        Require(inner.insert(flow.key).second, "a 5-tuple is one flow's");
        Require(!flow.translated || outer.insert(*flow.translated).second,
                "a translated 5-tuple is one flow's");
        Require(flow.lastPacket >= flow.firstPacket,
                "a flow's last packet is not before its first");
    }
    uint64_t uses = 0;
    for (const auto& each : usage)
    {
        uses += each.flows;
        Require(each.portsInUse + each.portsCoolingDown <= each.portsAllocated,
                "no more ports are in use than there are");
    }
    Require(uses == m_holders.size(), "uses of ports = acquired - released");
}

void
FlowLaws::FlowCreated(const FlowRecord& flow)
{
    Require(m_open.insert(flow.flow).second, "a flow begins once");
    Require(flow.end == FlowEnd::Open, "a flow that begins has not ended");
}

void
FlowLaws::FlowEnded(const FlowRecord& flow)
{
    Require(m_open.erase(flow.flow) == 1, "a flow ends once, after it began");
    Require(flow.end != FlowEnd::Open && flow.ended, "a flow ends for a reason, at some time");
    Require(*flow.ended >= flow.lastPacket, "a flow ends after its last packet");
}

void
FlowLaws::SnatPortChanged(const SnatPortEvent& event)
{
    const auto holder = m_holders.find(event.translated);
    const bool isHeld = holder != m_holders.end();
    switch (event.stage)
    {
    case SnatPortStage::Acquired:
        Require(!isHeld, "a port is free for its destination when it is acquired (S0-19)");
        m_holders[event.translated] = event.flow;
        return;
    case SnatPortStage::Reopened:
        Require(isHeld && event.flow >= holder->second, "a port is reopened while it is held");
        Require(m_cooling.erase(event.translated) == 1, "only a port that cools down is reopened");
        holder->second = event.flow;
        return;
    case SnatPortStage::CoolingDown:
        Require(isHeld && holder->second == event.flow, "who cools down holds the port");
        Require(m_cooling.insert(event.translated).second, "a port begins to cool down once");
        return;
    case SnatPortStage::Released:
        Require(isHeld && holder->second == event.flow, "who releases a port has held it");
        m_holders.erase(holder);
        m_cooling.erase(event.translated);
        return;
    }
}

void
FlowLaws::SnatExhausted(const SnatExhaustion& /* exhaustion */)
{
}

void
FlowLaws::SecurityGroupDecided(const SecurityGroupDecision& decision)
{
    Require(!decision.rule.empty(), "a group decides by a rule");
}

void
FlowLaws::TcpResetOrdered(const TcpResetOrder& order)
{
    Require(order.outbound.GetProtocol() == IpProtocol::Tcp, "only TCP is reset");
}

} // namespace ns3::azure
