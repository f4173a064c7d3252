// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-nat-gateway-goal-state.h"

#include "azure-byte-codec.h"
#include "azure-limits.h"

#include "ns3/abort.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <tuple>
#include <utility>

namespace ns3::azure
{

namespace
{

constexpr uint32_t MAX_NUMBER = (1U << 24) - 1; //!< of a network interface

/// @return the profile's text form
std::string
ToText(const Profile& profile)
{
    std::ostringstream os;
    os << profile;
    return os.str();
}

/// @return whether there are as many addresses as a gateway may have, each once
bool
AreAddresses(const std::vector<Ipv4Address>& addresses)
{
    return !addresses.empty() && addresses.size() <= MAX_NAT_GATEWAY_ADDRESSES &&
           std::set<Ipv4Address>(addresses.begin(), addresses.end()).size() == addresses.size();
}

/// @return whether the members ascend, and each has an address of its own
bool
AreMembers(const std::vector<NatGatewayMember>& members)
{
    const auto isOutOfOrder = [](const NatGatewayMember& a, const NatGatewayMember& b) {
        return a.networkInterface >= b.networkInterface;
    };
    if (std::adjacent_find(members.begin(), members.end(), isOutOfOrder) != members.end())
    {
        return false;
    }
    std::set<Ipv4Address> addresses;
    for (const auto& member : members)
    {
        addresses.insert(member.privateAddress);
    }
    return addresses.size() == members.size() &&
           (members.empty() || members.back().networkInterface <= MAX_NUMBER);
}

/// @return whether the goal state is as Encode() asks for, but for the number of members
bool
IsSound(const NatGatewayGoalState& goalState)
{
    return AreAddresses(goalState.publicAddresses) && goalState.idleTimeout.IsStrictlyPositive() &&
           goalState.idleTimeout <= Hours(1000) && AreMembers(goalState.members);
}

} // namespace

bool
operator==(const NatGatewayMember& a, const NatGatewayMember& b)
{
    return std::tie(a.networkInterface, a.privateAddress, a.host) ==
           std::tie(b.networkInterface, b.privateAddress, b.host);
}

bool
operator==(const NatGatewayGoalState& a, const NatGatewayGoalState& b)
{
    const auto tie = [](const NatGatewayGoalState& goalState) {
        return std::tie(goalState.generation,
                        goalState.name,
                        goalState.publicAddresses,
                        goalState.idleTimeout,
                        goalState.members);
    };
    return tie(a) == tie(b) && ToText(a.profile) == ToText(b.profile);
}

std::vector<uint8_t>
Encode(const NatGatewayGoalState& goalState)
{
    NS_ABORT_MSG_UNLESS(IsSound(goalState),
                        "NAT gateway's goal state: an order, number, time or address is not one");
    ByteWriter writer;
    writer.Put32(goalState.generation);
    writer.PutText(goalState.name);
    writer.PutCount16(goalState.publicAddresses.size());
    for (const auto& address : goalState.publicAddresses)
    {
        writer.Put32(address.Get());
    }
    writer.Put64(static_cast<uint64_t>(goalState.idleTimeout.GetNanoSeconds()));
    writer.PutText(ToText(goalState.profile));
    writer.PutCount16(goalState.members.size());
    for (const auto& member : goalState.members)
    {
        writer.Put32(member.networkInterface);
        writer.Put32(member.privateAddress.Get());
        writer.Put32(member.host.Get());
    }
    return std::move(writer.GetBytes());
}

std::optional<NatGatewayGoalState>
DecodeNatGatewayGoalState(const std::vector<uint8_t>& bytes)
{
    ByteReader reader(bytes);
    NatGatewayGoalState goalState;
    goalState.generation = reader.Get32();
    goalState.name = reader.GetText();
    for (auto rest = reader.GetCount16(MAX_NAT_GATEWAY_ADDRESSES); rest > 0; --rest)
    {
        goalState.publicAddresses.emplace_back(reader.Get32());
    }
    // A number above the longest time may be one below 0 once it is signed: IsSound() refuses both.
    goalState.idleTimeout = NanoSeconds(static_cast<int64_t>(reader.Get64()));
    const auto text = reader.GetText();
    const auto profile = ParseProfile(text).profile;
    if (!profile || ToText(*profile) != text)
    {
        return std::nullopt;
    }
    goalState.profile = *profile;
    for (auto rest = reader.GetCount16(); rest > 0 && reader.IsGood(); --rest)
    {
        goalState.members.push_back(
            {reader.Get32(), Ipv4Address(reader.Get32()), Ipv4Address(reader.Get32())});
    }
    const bool isRead = reader.IsDone() && IsSound(goalState);
    return isRead ? std::optional<NatGatewayGoalState>(std::move(goalState)) : std::nullopt;
}

} // namespace ns3::azure
