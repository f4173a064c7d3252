// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FUZZ_TARGET_H
#define AZURE_FUZZ_TARGET_H

#include <string>
#include <vector>

namespace ns3::azure
{

/// What reads bytes that others wrote, and what must hold of all it accepts.
struct FuzzTarget
{
    const char* name;    //!< also of its folders: corpus/NAME and crashes/NAME
    const char* promise; //!< what must hold, in few words

    /// Reads the input, and throws BrokenPromise if something else comes of it than is promised.
    void (*check)(const std::string& input);

    /// Makes inputs in today's formats, to begin with; null: all there are is in corpus/NAME.
    std::vector<std::string> (*makeSeeds)();
};

/// @return every target
const std::vector<FuzzTarget>& GetFuzzTargets();

/// @return the target of that name; null if there is none
const FuzzTarget* FindFuzzTarget(const std::string& name);

/// @return the option's value, of the last argument --NAME=VALUE; empty if there is none
std::string GetFuzzOption(int argc, char** argv, const std::string& name);

/// @name The checks of the targets; see FuzzTarget::check
/// @{
void CheckAddressPrefix(const std::string& input);
void CheckCompactTcp(const std::string& input);
void CheckDhcpMessage(const std::string& input);
void CheckDnsMessage(const std::string& input);
void CheckDnsName(const std::string& input);
void CheckEncapsulation(const std::string& input);
void CheckGoalState(const std::string& input);
void CheckHoldTime(const std::string& input);
void CheckHttpStatus(const std::string& input);
void CheckIpFlow(const std::string& input);
void CheckJson(const std::string& input);
void CheckLoadBalancing(const std::string& input);
void CheckMuxFlows(const std::string& input);
void CheckMuxGoalState(const std::string& input);
void CheckNatGateway(const std::string& input);
void CheckNatGatewayGoalState(const std::string& input);
void CheckNumbers(const std::string& input);
void CheckPacket(const std::string& input);
void CheckPortRange(const std::string& input);
void CheckProbeSchedule(const std::string& input);
void CheckProfile(const std::string& input);
void CheckRandomVariable(const std::string& input);
void CheckRetryPolicy(const std::string& input);
void CheckRewrite(const std::string& input);
void CheckRouteMessage(const std::string& input);
void CheckSecurityGroups(const std::string& input);
void CheckSecurityRule(const std::string& input);
void CheckServiceTag(const std::string& input);
void CheckSlbMessage(const std::string& input);
void CheckTcpSegment(const std::string& input);
void CheckTrafficWords(const std::string& input);
void CheckVnic(const std::string& input);
/// @}

/// @name Inputs in today's formats; see FuzzTarget::makeSeeds
/// @{
std::vector<std::string> MakeDhcpMessages();
std::vector<std::string> MakeDnsMessages();
std::vector<std::string> MakeGoalStates();
std::vector<std::string> MakeHttpResponses();
std::vector<std::string> MakeMuxGoalStates();
std::vector<std::string> MakeNatGatewayGoalStates();
std::vector<std::string> MakePackets();
std::vector<std::string> MakeRewrites();
std::vector<std::string> MakeRouteMessages();
std::vector<std::string> MakeSlbMessages();
std::vector<std::string> MakeTcpSegments();
/// @}

} // namespace ns3::azure

#endif // AZURE_FUZZ_TARGET_H
