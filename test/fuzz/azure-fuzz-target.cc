// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fuzz-target.h"

namespace ns3::azure
{

const std::vector<FuzzTarget>&
GetFuzzTargets()
{
    // clang-format off
    static const std::vector<FuzzTarget> TARGETS{
        // packets
        {"packet", "headers lie within the packet, and are written back as they were read", CheckPacket, MakePackets},
        {"rewrite", "checksums stay as right or wrong as they were; the way back restores", CheckRewrite, MakeRewrites},
        {"encapsulation", "what a tunnel carries comes out of it; outer headers are sound", CheckEncapsulation, MakePackets},
        {"tcp-segment", "a segment is read as it is written, with its payload", CheckTcpSegment, MakeTcpSegments},
        // tables and pipelines, in steps
        {"vnic-pipeline", "laws of flows and SNAT ports hold after each packet and message", CheckVnic, nullptr},
        {"nat-gateway-pipeline", "laws of flows and SNAT ports hold after each packet", CheckNatGateway, nullptr},
        {"mux-flow-table", "the table answers as a plain map does", CheckMuxFlows, nullptr},
        {"load-balancing-table", "packets go to members that are there; its laws hold", CheckLoadBalancing, nullptr},
        {"compact-tcp", "its laws hold; users get the stream in order and one end", CheckCompactTcp, nullptr},
        // messages
        {"slb-message", "read only from what would be written", CheckSlbMessage, MakeSlbMessages},
        {"route-message", "read only from what would be written", CheckRouteMessage, MakeRouteMessages},
        {"goal-state", "read only from what would be written; its rules decide", CheckGoalState, MakeGoalStates},
        {"mux-goal-state", "read only from what would be written, in parts too", CheckMuxGoalState, MakeMuxGoalStates},
        {"nat-gateway-goal-state", "read only from what would be written", CheckNatGatewayGoalState, MakeNatGatewayGoalStates},
        {"dns-message", "what is written can be read, and is the same", CheckDnsMessage, MakeDnsMessages},
        {"dhcp-message", "what is written can be read, and is the same", CheckDhcpMessage, MakeDhcpMessages},
        {"http-status", "what follows changes no status line that has been read", CheckHttpStatus, MakeHttpResponses},
        // documents
        {"json", "a value is read back from what it writes", CheckJson, nullptr},
        {"security-groups", "groups are added as a whole, sound, and read back", CheckSecurityGroups, nullptr},
        // text
        {"address-prefix", "written as it was read; no host bits", CheckAddressPrefix, nullptr},
        {"dns-name", "a name is read back from its text; lengths are kept", CheckDnsName, nullptr},
        {"hold-time", "refused in one line, or of a random variable that is allowed", CheckHoldTime, nullptr},
        {"ip-flow", "refused in one line that names the field, or written as it was read", CheckIpFlow, nullptr},
        {"numbers", "whole numbers, fractions, times and addresses are in range", CheckNumbers, nullptr},
        {"port-range", "read back from what it prints; not empty", CheckPortRange, nullptr},
        {"probe-schedule", "entries ascend and are read back", CheckProbeSchedule, nullptr},
        {"profile", "sound, and read back from what it prints", CheckProfile, nullptr},
        {"random-variable", "names and values that every ns-3 has; read back", CheckRandomVariable, nullptr},
        {"retry-policy", "sound; pauses are within their bounds", CheckRetryPolicy, nullptr},
        {"security-rule", "read back; sound where a profile allows it", CheckSecurityRule, nullptr},
        {"service-tag", "read back; no prefix", CheckServiceTag, nullptr},
        {"traffic-words", "read back from their names", CheckTrafficWords, nullptr},
    };
    // clang-format on
    return TARGETS;
}

const FuzzTarget*
FindFuzzTarget(const std::string& name)
{
    for (const auto& target : GetFuzzTargets())
    {
        if (target.name == name)
        {
            return &target;
        }
    }
    return nullptr;
}

std::string
GetFuzzOption(int argc, char** argv, const std::string& name)
{
    const auto begin = "--" + name + "=";
    std::string value;
    for (int i = 1; i < argc; ++i)
    {
        const std::string argument = argv[i];
        if (argument.rfind(begin, 0) == 0)
        {
            value = argument.substr(begin.size());
        }
    }
    return value;
}

} // namespace ns3::azure
