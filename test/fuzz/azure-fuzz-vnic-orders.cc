// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fuzz-vnic-orders.h"

#include "azure-test-profiles.h"

#include <iterator>

namespace ns3::azure::fuzz_vnic
{

namespace
{

/// Profiles that differ in what flows and ports do.
constexpr const char* PROFILES[] = {
    "2016",
    "2017",
    "2018",
    "2023",
    "2018[FinHold=2s|RstHold=1s|IdleTimeout=20s]",
    "2018[FinHold=9s|FinHoldStart=EitherFin]",
    "nat-gateway[PortChoice=Lowest|FinHold=2s|RstHold=1s|HalfOpenTimeout=3s|IdleTimeout=20s]",
    "nat-gateway[UdpIdleTimeout=9s|UdpHold=5s|ReuseGap=2s]",
    "2018[UdpReuseKey=DestinationEndpoint|FinHold=2s|IdleTimeout=10s|ReuseGap=5s]",
    "ananta[UnusedRangeTimeout=5s|IdleTimeout=10s]",
    "2018[IdleTimeout=20s|TcpReset=OnLatePacket]",
};

/// @return one of PROFILES
const Profile&
GetProfile(std::size_t number)
{
    static const auto ALL = [] {
        std::vector<Profile> profiles;
        for (const auto* text : PROFILES)
        {
            profiles.push_back(MakeProfile(text));
        }
        return profiles;
    }();
    return ALL.at(number);
}

/// @return a group with one rule of each direction
std::shared_ptr<const SecurityRuleTable>
TakeGroup(StepReader& steps)
{
    const auto bits = steps.Take8();
    ResolvedSecurityGroup group;
    group.name = "group";
    for (const auto direction : {FlowDirection::Inbound, FlowDirection::Outbound})
    {
        const bool isIn = direction == FlowDirection::Inbound;
        ResolvedSecurityRule rule;
        rule.name = isIn ? "In" : "Out";
        rule.priority = 100;
        rule.direction = direction;
        rule.access =
            (bits & (isIn ? 1 : 2)) != 0 ? SecurityRuleAccess::Deny : SecurityRuleAccess::Allow;
        rule.protocol = (bits & 4) != 0 ? SecurityRuleProtocol::Tcp : SecurityRuleProtocol::Any;
        rule.sources = rule.destinations = {{0, 0}};
        rule.sourcePorts = {{0, 65535}};
        rule.destinationPorts = {{static_cast<uint16_t>((bits & 8) != 0 ? 81 : 0), 65535}};
        group.rules.push_back(rule);
        rule.name = isIn ? "DenyAllInBound" : "DenyAllOutBound";
        rule.priority = 65500;
        rule.isDefault = true;
        rule.access = (bits & 16) != 0 ? SecurityRuleAccess::Deny : SecurityRuleAccess::Allow;
        rule.protocol = SecurityRuleProtocol::Any;
        rule.destinationPorts = {{0, 65535}};
        group.rules.push_back(rule);
    }
    return std::make_shared<SecurityRuleTable>(group);
}

} // namespace

ProgramNetworkInterface
TakeProgram(StepReader& steps, uint32_t sequence)
{
    const auto bits = steps.Take8();
    ProgramNetworkInterface instruction;
    instruction.networkInterface = 1;
    instruction.sequence = sequence;
    instruction.profile = GetProfile(bits % std::size(PROFILES));
    instruction.isInboundClosed = (bits & 0x10) != 0;
    instruction.method = OutboundMethod::LoadBalancerFrontend;
    const auto way = bits >> 5;
    if (way == 0 || way == 1)
    {
        instruction.method = OutboundMethod::InstanceLevelPublicIp;
        instruction.instanceLevelPublicIp = OWN;
    }
    else if (way == 2 || way == 3)
    {
        instruction.method = OutboundMethod::NatGateway;
        instruction.natGateway = GATEWAY;
        if (way == 3)
        {
            instruction.instanceLevelPublicIp = OWN;
        }
    }
    else
    {
        const auto last = static_cast<uint16_t>(FIRST_PORT + (way == 4 ? 0 : 7));
        for (uint32_t i = 0; i < (way == 7 ? 2U : 1U); ++i)
        {
            instruction.blocks.push_back({Ipv4Address(FRONTEND + i), {FIRST_PORT, last}});
        }
    }
    return instruction;
}

ProgramSnatPorts
TakePortMove(StepReader& steps, uint32_t sequence, const SnatPortGrants& held)
{
    const auto bits = steps.Take8();
    const auto first = static_cast<uint16_t>(FIRST_NEW_PORT + 8 * (bits & 3));
    const SnatPortBlockGrant range{Ipv4Address(FRONTEND),
                                   {first, static_cast<uint16_t>(first + 7)}};
    ProgramSnatPorts instruction;
    instruction.networkInterface = 1;
    instruction.sequence = sequence;
    const bool isFree = Intersect(held, {range}).empty();
    if ((bits & 4) != 0 && isFree)
    {
        instruction.given = {range};
    }
    else
    {
        const auto skipped = static_cast<uint16_t>(bits >> 4 & 7);
        instruction.taken = {
            {Ipv4Address(FRONTEND), {static_cast<uint16_t>(first + skipped), range.ports.last}}};
    }
    instruction.cause =
        (bits & 8) != 0 ? SnatAllocationCause::Requested : SnatAllocationCause::Begin;
    return instruction;
}

NetworkInterfacePolicy
TakePolicy(StepReader& steps, Groups& groups)
{
    NetworkInterfacePolicy policy;
    const auto bits = steps.Take8();
    const auto first = (bits & 1) != 0 ? TakeGroup(steps) : nullptr;
    const auto second = (bits & 2) != 0 ? TakeGroup(steps) : nullptr;
    policy.security = SecurityPolicy(first, second);
    policy.flowRecordTimeout = (bits & 4) != 0 ? Seconds(10) : Minutes(4);
    policy.isSmtpBlocked = (bits & 8) != 0;
    policy.flowsPerDirection = (bits & 16) != 0 ? 6 : MAX_FLOWS_PER_DIRECTION;
    RouteTable table;
    table.prefixes = {{0x0a000000, 16}};
    if ((bits & 32) == 0)
    {
        table.routes.push_back({NEIGHBOR, NEIGHBOR_HOST, 7, (bits & 64) != 0});
    }
    policy.routes = std::make_shared<VirtualNetworkRoutes>(table);
    groups.push_back(first);
    groups.push_back(second);
    return policy;
}

std::vector<InboundEndpoint>
GetVnicEndpoints()
{
    const Ipv4Address frontend(FRONTEND);
    return {{frontend, {}, TransportProtocol::Tcp, FIRST_PORT, 5000, false, Minutes(4), true},
            {frontend, {}, TransportProtocol::Udp, FIRST_PORT + 1, 5001, false},
            {frontend, {}, TransportProtocol::Tcp, FIRST_PORT + 2, 5002, true},
            {frontend, {}, TransportProtocol::Udp, FIRST_PORT + 3, FIRST_PORT + 3, true}};
}

} // namespace ns3::azure::fuzz_vnic
