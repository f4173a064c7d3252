// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fuzz-target.h"

namespace ns3::azure
{

std::vector<FuzzTarget>
GetFuzzTargets()
{
    std::vector<std::string> goalStates;
    std::vector<std::string> muxGoalStates;
    std::vector<std::string> gatewayGoalStates;
    for (uint64_t seed = 0; seed < 12; ++seed)
    {
        goalStates.push_back(MakeGoalState(seed));
        muxGoalStates.push_back(MakeMuxGoalState(seed));
        gatewayGoalStates.push_back(MakeNatGatewayGoalState(seed));
    }
    return {
        {"address-prefix", {}, CheckPrefix},
        {"port-range", {}, CheckPortRange},
        {"service-tag", {}, CheckServiceTag},
        {"security-rule", {}, CheckSecurityRule},
        {"profile", {}, CheckProfile},
        {"json", {}, CheckJson},
        {"security-groups", {}, CheckSecurityGroups},
        {"goal-state", goalStates, CheckGoalState},
        {"mux-goal-state", muxGoalStates, CheckMuxGoalState},
        {"nat-gateway-goal-state", gatewayGoalStates, CheckNatGatewayGoalState},
        {"slb-message", MakeSlbMessages(), CheckSlbMessage},
        {"route-message", MakeRouteMessages(), CheckRouteMessage},
        {"http-status", MakeHttpResponses(), CheckHttpStatus},
        {"tcp-segment", MakeTcpSegments(), CheckTcpSegment},
    };
}

} // namespace ns3::azure
