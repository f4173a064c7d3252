// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FUZZ_TARGET_H
#define AZURE_FUZZ_TARGET_H

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::azure
{

/// A parser, and what must hold of all it accepts.
struct FuzzTarget
{
    const char* name;               //!< also of its seeds: seeds/NAME.txt, one a line
    std::vector<std::string> seeds; //!< more of them, that no text file can hold

    /// Lets the parser read, and requires what it promises.
    /// @return what came of it, in few words: inputs that differ in this are worth keeping
    std::string (*check)(const std::string& input);
};

/// @name The checks of the targets; see FuzzTarget::check
/// @{
std::string CheckPrefix(const std::string& input);
std::string CheckPortRange(const std::string& input);
std::string CheckServiceTag(const std::string& input);
std::string CheckSecurityRule(const std::string& input);
std::string CheckProfile(const std::string& input);
std::string CheckJson(const std::string& input);
std::string CheckSecurityGroups(const std::string& input);
std::string CheckGoalState(const std::string& input);
std::string CheckMuxGoalState(const std::string& input);
std::string CheckNatGatewayGoalState(const std::string& input);
std::string CheckSlbMessage(const std::string& input);
std::string CheckRouteMessage(const std::string& input);
std::string CheckHttpStatus(const std::string& input);
std::string CheckTcpSegment(const std::string& input);
/// @}

/// @return the bytes of a host's goal state, which depends on the seed
std::string MakeGoalState(uint64_t seed);

/// @return the bytes of a mux's goal state, which depends on the seed
std::string MakeMuxGoalState(uint64_t seed);

/// @return the bytes of a NAT gateway's goal state, which depends on the seed
std::string MakeNatGatewayGoalState(uint64_t seed);

/// @return the bytes of messages, of every kind
std::vector<std::string> MakeSlbMessages();

/// @return the bytes of route messages, of both kinds
std::vector<std::string> MakeRouteMessages();

/// @return responses over HTTP, whole and cut short
std::vector<std::string> MakeHttpResponses();

/// @return TCP segments, with all options and with none
std::vector<std::string> MakeTcpSegments();

/// @return every target
std::vector<FuzzTarget> GetFuzzTargets();

} // namespace ns3::azure

#endif // AZURE_FUZZ_TARGET_H
