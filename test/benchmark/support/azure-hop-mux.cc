// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-hop-mux.h"

#include "azure-hop-nodes.h"

#include "ns3/nstime.h"
#include "ns3/uinteger.h"

#include <cstdint>

namespace ns3::azure
{

MuxGoalState
MakeHopMuxGoalState()
{
    MuxGoalState goalState;
    goalState.generation = 1;
    goalState.backendSets.resize(1);
    for (uint32_t i = 0; i < HOP_MEMBERS; ++i)
    {
        const Ipv4Address host(HOP_TUNNEL.destination.Get() + i);
        goalState.backendSets[0].members.push_back({i + 1, host, true, 0});
    }
    MuxRule rule;
    rule.rule = 1;
    rule.frontend = HOP_FRONTEND;
    rule.frontendPort = 80;
    goalState.rules = {rule};
    return goalState;
}

MuxFlowLimits
MakeHopMuxLimits(std::size_t flows)
{
    const auto quota = static_cast<uint32_t>(flows);
    return {Hours(24), Hours(24), quota, quota};
}

Ptr<NetDevice>
MakeHopMux(std::size_t flows, HopRecorder* recorder)
{
    const auto node = MakeStackNode();
    const auto fabric = Link(node, CreateObject<Node>());
    const auto limits = MakeHopMuxLimits(flows);
    const auto mux =
        CreateObjectWithAttributes<LoadBalancerMux>("TrustedFlowTimeout",
                                                    TimeValue(limits.trustedTimeout),
                                                    "UntrustedFlowTimeout",
                                                    TimeValue(limits.untrustedTimeout),
                                                    "TrustedFlowQuota",
                                                    UintegerValue(limits.trustedQuota),
                                                    "UntrustedFlowQuota",
                                                    UintegerValue(limits.untrustedQuota));
    node->AddApplication(mux);
    mux->SetUplink(fabric.Get(0), {HOP_TUNNEL.source, "255.255.255.0", "10.128.1.1"});
    mux->Apply(MakeHopMuxGoalState());
    if (recorder)
    {
        recorder->Connect(mux);
    }
    return fabric.Get(1);
}

} // namespace ns3::azure
