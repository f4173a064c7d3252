// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-soak-plan.h"

#include <array>
#include <sstream>

namespace ns3::azure
{

namespace
{

/// Timers of flows and ports are cut, so that they are over, and begin again, within a round.
constexpr std::array<const char*, 12> PROFILES{
    "2016",
    "2017",
    "2017[AllocatedPorts=64|IdleTimeout=60s|FlowRecordTimeout=60s]",
    "2018[FinHold=20s|RstHold=5s]",
    "2018[AllocatedPorts=32|FinHold=60s|UdpHold=10s|ReuseGap=2s]",
    "2018[AllocatedPorts=1024|FinHold=240s]",
    "2023[AllocatedPorts=128|FinHold=30s|HalfOpenTimeout=10s]",
    "2023[FinHold=60s|TcpReset=BothEnds|IdleTimeout=45s]",
    "legacy-on-demand[PreallocatedPorts=16|UnusedRangeTimeout=20s|IdleTimeout=60s]",
    "ananta[UnusedRangeTimeout=15s|FinHold=20s]",
    "bounded-random[AllocatedPorts=64|FinHold=30s]",
    "ananta[UnusedRangeTimeout=30s|FinHold=10s|MaxPortsPerInterface=64|MaxRequestsPerMinute=60]",
};

/// @return when what happens
SoakTimes
MakeTimes(bool isShort)
{
    return isShort ? SoakTimes{Seconds(60),
                               Seconds(63),
                               Seconds(120),
                               Seconds(180),
                               Seconds(181),
                               Seconds(780)}
                   : SoakTimes{Seconds(60),
                               Seconds(70),
                               Seconds(600),
                               Seconds(660),
                               Seconds(670),
                               Seconds(1200)};
}

} // namespace

SoakDice::SoakDice(uint64_t seed, uint32_t round, uint32_t purpose)
{
    std::seed_seq sequence{static_cast<uint32_t>(seed),
                           static_cast<uint32_t>(seed >> 32),
                           round,
                           purpose};
    m_engine.seed(sequence);
}

uint32_t
SoakDice::Draw(uint32_t low, uint32_t high)
{
    return low + static_cast<uint32_t>(m_engine() % (uint64_t{high} - low + 1));
}

double
SoakDice::Draw()
{
    return static_cast<double>(m_engine() >> 11) * 0x1p-53;
}

SoakPlan
MakeSoakPlan(uint64_t seed, uint32_t round, bool isShort)
{
    SoakDice dice(seed, round, 0);
    SoakPlan plan;
    plan.seed = seed;
    plan.round = round;
    plan.times = MakeTimes(isShort);
    plan.profile = dice.Pick(PROFILES);
    plan.stack = dice.IsHit(0.4) ? VmStack::Compact : VmStack::Internet;
    plan.sku = dice.IsHit(0.5) ? LoadBalancerSku::Standard : LoadBalancerSku::Basic;
    plan.selection = dice.IsHit(0.5) ? MemberSelection::Maglev : MemberSelection::Modulo;
    plan.pooled = dice.Draw(2, isShort ? 4 : 8);
    plan.publicIps = dice.Draw(0, 2);
    const auto standalone = dice.Draw(1, 3);
    plan.gatewayVms = dice.IsHit(0.6) ? dice.Draw(1, 4) : 0;
    plan.gatewayFlows = dice.IsHit(0.5) ? dice.Draw(20, 200) : 100000;
    plan.peered = dice.IsHit(0.6) ? dice.Draw(1, 3) : 0;
    plan.vms = plan.pooled + plan.publicIps + standalone + plan.gatewayVms + plan.peered;
    plan.vmsPerHost = dice.Draw(1, 5);
    plan.frontends = dice.Draw(1, 3);
    plan.muxes = dice.Draw(1, 4);
    plan.muxRate = dice.IsHit(0.25) ? 500.0 * dice.Draw(1, 4) : 0;
    plan.hasInternal = dice.IsHit(0.5);
    plan.hasService = dice.IsHit(0.4);
    plan.hasOutboundRule = plan.sku == LoadBalancerSku::Standard && dice.IsHit(0.4);
    plan.hasDhcp = plan.stack == VmStack::Internet && dice.IsHit(0.3);
    plan.hasChecksums = dice.IsHit(0.8);
    plan.isProgrammedBefore = dice.IsHit(0.6);
    plan.isRecorded = dice.IsHit(0.3);
    plan.requestTime = dice.IsHit(0.3) ? 0.05 * dice.Draw(1, 20) : 0;
    plan.configurationTime = dice.IsHit(0.3) ? 0.02 * dice.Draw(1, 20) : 0;
    plan.rate = 0.1 * dice.Draw(2, isShort ? 5 : 15);
    plan.faultGap = MilliSeconds(dice.Draw(1000, 6000));
    return plan;
}

std::string
GetText(const SoakPlan& plan)
{
    std::ostringstream text;
    text << "profile " << plan.profile << ", " << GetName(plan.sku) << ", "
         << (plan.stack == VmStack::Compact ? "compact" : "Internet") << " stack, " << plan.vms
         << " VMs (" << plan.pooled << " pooled, " << plan.publicIps << " with public IP, "
         << plan.gatewayVms << " behind a NAT gateway, " << plan.peered << " peered), "
         << plan.vmsPerHost << " a host, " << plan.frontends << " frontends, " << plan.muxes
         << " muxes" << (plan.muxRate > 0 ? " with a packet rate" : "")
         << (plan.hasInternal ? ", internal load balancer" : "")
         << (plan.hasService ? ", service endpoint" : "")
         << (plan.hasOutboundRule ? ", outbound rule" : "") << (plan.hasDhcp ? ", DHCP" : "")
         << (plan.hasChecksums ? "" : ", no checksums")
         << (plan.isProgrammedBefore ? "" : ", programmed by messages")
         << (plan.requestTime + plan.configurationTime > 0 ? ", slow manager" : "")
         << (plan.isRecorded ? ", recorded" : "");
    return text.str();
}

} // namespace ns3::azure
