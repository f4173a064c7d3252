// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fuzz-promise.h"
#include "azure-fuzz-target.h"

#include "ns3/azure-goal-state-parts.h"
#include "ns3/azure-host-goal-state.h"
#include "ns3/azure-mux-goal-state.h"
#include "ns3/azure-nat-gateway-goal-state.h"
#include "ns3/azure-slb-message.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ns3::azure
{

namespace
{

/// @return a message of each kind, with a profile of each name
std::vector<SlbMessage>
GetMessages()
{
    std::vector<SlbMessage> messages{
        {1, Acknowledge{}},
        {2, ProgramPublicEndpoints{{{Ipv4Address("198.51.100.1"), {1024, 2047}, Ipv4Address()}}}},
        {3, GoalStatePart{7, 0, 1, {0, 0, 0, 7}}},
        {5, ReportHealth{1, 2, 3, true}},
        {6, ProgramMembers{7, {{0, 1, true, 2}, {1, 1, false, 3}}}},
        {7, RequestProgram{}},
        {8, ProgramComplete{}},
        {13, RequestSnatPorts{1, 2}},
        {14, ReturnSnatPorts{1, {{Ipv4Address("198.51.100.1"), {1024, 1031}}}}},
        {15, WithdrawPublicEndpoints{{{Ipv4Address("198.51.100.1"), {1024, 1031}, Ipv4Address()}}}},
        {16, ReportOverload{Ipv4Address("198.51.100.1"), 5}},
        {17, ProgramFrontend{Ipv4Address("198.51.100.1"), true, 1}}};
    ProgramSnatPorts ports;
    ports.sequence = 1;
    ports.request = 2;
    ports.given = {{Ipv4Address("198.51.100.1"), {1024, 1031}}};
    ports.taken = {{Ipv4Address("198.51.100.1"), {1032, 1039}}};
    messages.push_back({18, ports});
    ports.outcome = SnatRequestOutcome::NoFreePorts;
    ports.given.clear();
    messages.push_back({19, ports});
    ProgramInboundEndpoints inbound;
    inbound.muxes = {Ipv4Address("10.128.9.1")};
    inbound.endpoints = {{Ipv4Address("198.51.100.1"),
                          {},
                          TransportProtocol::Tcp,
                          80,
                          8080,
                          true,
                          Minutes(30),
                          true},
                         {Ipv4Address("10.0.0.200"), 5, TransportProtocol::All, 0, 0, false}};
    messages.push_back({9, inbound});
    ProgramHealthProbe probe;
    probe.target.probe = 1;
    probe.target.protocol = HealthProbeProtocol::Http;
    probe.target.port = 80;
    probe.target.requestPath = "/health";
    probe.target.interval = Seconds(15);
    probe.target.timeout = Seconds(31);
    messages.push_back({10, probe});
    for (const auto& name : GetProfileNames())
    {
        ProgramNetworkInterface program;
        program.method = OutboundMethod::LoadBalancerFrontend;
        program.blocks = {{Ipv4Address("198.51.100.1"), {1024, 2047}}};
        program.profile = *FindProfile(name);
        messages.push_back({11, program});
        program.method = OutboundMethod::InstanceLevelPublicIp;
        program.instanceLevelPublicIp = Ipv4Address("198.51.100.9");
        program.profile.Set("FinHold", "30s");
        messages.push_back({12, program});
        program.method = OutboundMethod::NatGateway;
        program.instanceLevelPublicIp.reset();
        program.natGateway = Ipv4Address("10.128.12.1");
        program.blocks.clear();
        messages.push_back({20, program});
    }
    return messages;
}

/// Requires that an assembler makes the goal state of its parts.
void
RequireParts(const MuxGoalState& goalState)
{
    std::optional<MuxGoalState> taken;
    GoalStateAssembler assembler(MakeGoalStateTaker(DecodeMuxGoalState, [&](const auto& whole) {
        taken = whole;
        return true;
    }));
    for (const auto& part : Split(goalState))
    {
        Require(assembler.Insert(part), "a part of a sound goal state is acknowledged");
    }
    Require(goalState.generation == 0 || (taken && *taken == goalState),
            "a goal state is what its parts carry");
}

/// @return the bytes of a mux's goal state, which depends on the seed
std::string
MakeMuxGoalState(uint64_t seed)
{
    MuxGoalState goalState;
    goalState.generation = static_cast<uint32_t>(seed) + 1;
    goalState.memberSelection = seed % 2 == 0 ? MemberSelection::Modulo : MemberSelection::Maglev;
    goalState.hashSeed = seed;
    goalState.backendSets.resize(1 + seed % 3);
    for (uint32_t i = 0; i < seed; ++i)
    {
        auto& set = goalState.backendSets[i % goalState.backendSets.size()];
        set.members.push_back({i, Ipv4Address("100.64.0.1"), i % 3 != 0, i});
        MuxRule rule;
        rule.rule = static_cast<uint16_t>(i + 1);
        rule.frontend = Ipv4Address(0xc6336401 + i); // from 198.51.100.1
        rule.protocol = static_cast<TransportProtocol>(i % 3);
        rule.frontendPort = rule.protocol == TransportProtocol::All ? 0 : 80;
        rule.distribution = static_cast<LoadDistribution>(i % 3);
        if (i % 2 == 1)
        {
            rule.virtualNetwork = i;
        }
        goalState.rules.push_back(rule);
    }
    const auto bytes = Encode(goalState);
    return {bytes.begin(), bytes.end()};
}

/// @return the bytes of a NAT gateway's goal state, which depends on the seed
std::string
MakeNatGatewayGoalState(uint64_t seed)
{
    NatGatewayGoalState goalState;
    goalState.generation = static_cast<uint32_t>(seed) + 1;
    goalState.name = "gateway-" + std::to_string(seed);
    goalState.idleTimeout = Minutes(static_cast<double>(4 + seed));
    goalState.profile = *FindProfile("nat-gateway");
    if (seed % 2 == 1)
    {
        goalState.profile.Set("RstHold", "20s");
    }
    for (uint32_t i = 0; i <= seed; ++i)
    {
        goalState.publicAddresses.emplace_back(0xc6336401 + i); // from 198.51.100.1
        goalState.members.push_back(
            {3 * i, Ipv4Address(0x0a000004 + i), Ipv4Address("100.64.0.1")});
    }
    const auto bytes = Encode(goalState);
    return {bytes.begin(), bytes.end()};
}

} // namespace

std::vector<std::string>
MakeMuxGoalStates()
{
    std::vector<std::string> seeds;
    for (uint64_t seed = 0; seed < 12; ++seed)
    {
        seeds.push_back(MakeMuxGoalState(seed));
    }
    return seeds;
}

std::vector<std::string>
MakeNatGatewayGoalStates()
{
    std::vector<std::string> seeds;
    for (uint64_t seed = 0; seed < 4; ++seed)
    {
        seeds.push_back(MakeNatGatewayGoalState(seed));
    }
    return seeds;
}

void
CheckMuxGoalState(const std::string& input)
{
    const std::vector<uint8_t> bytes(input.begin(), input.end());
    const auto goalState = DecodeMuxGoalState(bytes);
    if (!goalState)
    {
        return;
    }
    Require(Encode(*goalState) == bytes, "a goal state is only read from what it is written as");
    RequireParts(*goalState);
}

void
CheckNatGatewayGoalState(const std::string& input)
{
    const std::vector<uint8_t> bytes(input.begin(), input.end());
    const auto goalState = DecodeNatGatewayGoalState(bytes);
    if (!goalState)
    {
        return;
    }
    Require(Encode(*goalState) == bytes, "a goal state is only read from what it is written as");
}

std::vector<std::string>
MakeSlbMessages()
{
    std::vector<std::string> seeds;
    for (const auto& message : GetMessages())
    {
        const auto bytes = Encode(message);
        seeds.emplace_back(bytes.begin(), bytes.end());
    }
    return seeds;
}

void
CheckSlbMessage(const std::string& input)
{
    const std::vector<uint8_t> bytes(input.begin(), input.end());
    const auto message = DecodeSlbMessage(bytes);
    if (!message)
    {
        return;
    }
    Require(Encode(*message) == bytes, "a message is only read from what it is written as");
    if (const auto* part = std::get_if<GoalStatePart>(&message->body))
    {
        GoalStateAssembler host(
            MakeGoalStateTaker(DecodeHostGoalState, [](const auto& /* whole */) { return true; }));
        GoalStateAssembler mux(
            MakeGoalStateTaker(DecodeMuxGoalState, [](const auto& /* whole */) { return true; }));
        const bool isKept = host.Insert(*part);
        Require(mux.Insert(*part) == isKept || part->parts == 1,
                "one part of several says nothing of what the whole is");
    }
}

} // namespace ns3::azure
