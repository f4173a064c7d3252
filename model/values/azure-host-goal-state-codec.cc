// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-byte-codec.h"
#include "azure-host-goal-state.h"

#include "ns3/abort.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace ns3::azure
{

namespace
{

constexpr uint32_t MAX_VIRTUAL_NETWORK = (1U << 24) - 1; //!< an identifier has 24 bits

/// Appends to a goal state.
class Writer : public ByteWriter
{
  public:
    void PutCount32(std::size_t count)
    {
        constexpr std::size_t MOST = std::numeric_limits<uint32_t>::max();
        NS_ABORT_MSG_IF(count > MOST, count << " do not fit a goal state, but " << MOST << " do");
        Put32(static_cast<uint32_t>(count));
    }

    void PutPrefixes(const std::vector<AddressPrefix>& prefixes)
    {
        PutCount32(prefixes.size());
        for (const auto& prefix : prefixes)
        {
            Put32(prefix.network);
            Put8(prefix.length);
        }
    }

    void PutPorts(const std::vector<PortRange>& ports)
    {
        PutCount16(ports.size());
        for (const auto& range : ports)
        {
            Put16(range.first);
            Put16(range.last);
        }
    }

    void PutIndex(const std::optional<uint16_t>& index)
    {
        PutByte(index.has_value());
        if (index)
        {
            Put16(*index);
        }
    }

    void Put(const ResolvedSecurityRule& rule)
    {
        PutText(rule.name);
        Put32(rule.priority);
        PutByte(rule.isDefault);
        PutByte(rule.direction);
        PutByte(rule.access);
        PutByte(rule.protocol);
        PutPrefixes(rule.sources);
        PutPorts(rule.sourcePorts);
        PutPrefixes(rule.destinations);
        PutPorts(rule.destinationPorts);
        PutByte(rule.targetsHostServices);
    }

    void Put(const ResolvedSecurityGroup& group)
    {
        PutText(group.name);
        PutCount32(group.rules.size());
        for (const auto& rule : group.rules)
        {
            Put(rule);
        }
    }

    void Put(const RouteTable& table)
    {
        PutPrefixes(table.prefixes);
        PutCount32(table.routes.size());
        for (const auto& route : table.routes)
        {
            Put32(route.address.Get());
            Put32(route.host.Get());
            Put32(route.virtualNetwork);
            PutByte(route.isFrontend);
        }
        PutByte(table.defaultRoute.has_value());
        if (table.defaultRoute)
        {
            PutByte(*table.defaultRoute);
        }
    }

    void Put(const NetworkInterfaceGoalState& networkInterface)
    {
        Put32(networkInterface.networkInterface);
        Put32(networkInterface.virtualNetwork);
        PutIndex(networkInterface.subnetGroup);
        PutIndex(networkInterface.interfaceGroup);
        Put16(networkInterface.routeTable);
        PutByte(networkInterface.isSmtpBlocked);
    }

    template <typename T>
    void PutList(const std::vector<T>& list)
    {
        PutCount16(list.size());
        for (const auto& item : list)
        {
            Put(item);
        }
    }
};

/// Takes a goal state apart.
class Reader : public ByteReader
{
  public:
    using ByteReader::ByteReader;

    std::vector<AddressPrefix> GetPrefixes()
    {
        std::vector<AddressPrefix> prefixes;
        for (auto rest = Get32(); rest > 0 && m_good; --rest)
        {
            auto& prefix = prefixes.emplace_back();
            prefix.network = Get32();
            prefix.length = Get8();
        }
        return prefixes;
    }

    std::vector<PortRange> GetPorts()
    {
        std::vector<PortRange> ports;
        for (auto rest = Get16(); rest > 0 && m_good; --rest)
        {
            auto& range = ports.emplace_back();
            range.first = Get16();
            range.last = Get16();
        }
        return ports;
    }

    std::optional<uint16_t> GetIndex()
    {
        return GetByte(true) ? std::make_optional(Get16()) : std::nullopt;
    }

    void Get(ResolvedSecurityRule& rule)
    {
        rule.name = GetText();
        rule.priority = Get32();
        rule.isDefault = GetByte(true);
        rule.direction = GetByte(FlowDirection::Inbound);
        rule.access = GetByte(SecurityRuleAccess::Deny);
        rule.protocol = GetByte(SecurityRuleProtocol::Ah);
        rule.sources = GetPrefixes();
        rule.sourcePorts = GetPorts();
        rule.destinations = GetPrefixes();
        rule.destinationPorts = GetPorts();
        rule.targetsHostServices = GetByte(true);
    }

    void Get(ResolvedSecurityGroup& group)
    {
        group.name = GetText();
        for (auto rest = Get32(); rest > 0 && m_good; --rest)
        {
            Get(group.rules.emplace_back());
        }
    }

    void Get(RouteTable& table)
    {
        table.prefixes = GetPrefixes();
        for (auto rest = Get32(); rest > 0 && m_good; --rest)
        {
            auto& route = table.routes.emplace_back();
            route.address = Ipv4Address(Get32());
            route.host = Ipv4Address(Get32());
            route.virtualNetwork = Get32();
            route.isFrontend = GetByte(true);
        }
        if (GetByte(true))
        {
            table.defaultRoute = GetByte(RouteNextHop::None);
        }
    }

    void Get(NetworkInterfaceGoalState& networkInterface)
    {
        networkInterface.networkInterface = Get32();
        networkInterface.virtualNetwork = Get32();
        networkInterface.subnetGroup = GetIndex();
        networkInterface.interfaceGroup = GetIndex();
        networkInterface.routeTable = Get16();
        networkInterface.isSmtpBlocked = GetByte(true);
    }

    template <typename T>
    void GetList(std::vector<T>& list)
    {
        for (auto rest = Get16(); rest > 0 && m_good; --rest)
        {
            Get(list.emplace_back());
        }
    }
};

/// @return whether every prefix is one
bool
AreSound(const std::vector<AddressPrefix>& prefixes)
{
    return std::all_of(prefixes.begin(), prefixes.end(), [](const auto& prefix) {
        return prefix.IsValid();
    });
}

/// @return whether no range is empty
bool
AreSound(const std::vector<PortRange>& ports)
{
    return std::all_of(ports.begin(), ports.end(), [](const auto& range) {
        return range.first <= range.last;
    });
}

/// @return whether prefixes and ports of all rules are ones
bool
IsSound(const ResolvedSecurityGroup& group)
{
    return std::all_of(group.rules.begin(), group.rules.end(), [](const auto& rule) {
        return AreSound(rule.sources) && AreSound(rule.sourcePorts) &&
               AreSound(rule.destinations) && AreSound(rule.destinationPorts);
    });
}

/// @return whether prefixes and identifiers are ones, and routes are in order
bool
IsSound(const RouteTable& table)
{
    return AreSound(table.prefixes) &&
           std::all_of(
               table.routes.begin(),
               table.routes.end(),
               [](const auto& route) { return route.virtualNetwork <= MAX_VIRTUAL_NETWORK; }) &&
           std::adjacent_find(table.routes.begin(),
                              table.routes.end(),
                              [](const auto& route, const auto& next) {
                                  return route.address.Get() >= next.address.Get();
                              }) == table.routes.end();
}

/// @return whether the goal state is as Encode() asks for, but for the lengths of lists
bool
IsSound(const HostGoalState& goalState)
{
    const auto isSound = [](const auto& item) { return IsSound(item); };
    const auto isGroup = [&groups = goalState.groups](const std::optional<uint16_t>& index) {
        return !index || *index < groups.size();
    };
    return goalState.flowRecordTimeout.IsStrictlyPositive() &&
           goalState.flowRecordTimeout <= Hours(1000) && // as in a profile: no deadline overflows
           std::all_of(goalState.groups.begin(), goalState.groups.end(), isSound) &&
           std::all_of(goalState.routeTables.begin(), goalState.routeTables.end(), isSound) &&
           std::all_of(goalState.networkInterfaces.begin(),
                       goalState.networkInterfaces.end(),
                       [&](const auto& networkInterface) {
                           return networkInterface.virtualNetwork <= MAX_VIRTUAL_NETWORK &&
                                  networkInterface.routeTable < goalState.routeTables.size() &&
                                  isGroup(networkInterface.subnetGroup) &&
                                  isGroup(networkInterface.interfaceGroup);
                       });
}

} // namespace

std::vector<uint8_t>
Encode(const HostGoalState& goalState)
{
    NS_ABORT_MSG_UNLESS(IsSound(goalState),
                        "goal state: a time, prefix, port range, route, index or identifier is not "
                        "one");
    Writer writer;
    writer.Put32(goalState.generation);
    writer.Put64(static_cast<uint64_t>(goalState.flowRecordTimeout.GetNanoSeconds()));
    writer.PutByte(goalState.areHostServicesFiltered);
    writer.PutList(goalState.groups);
    writer.PutList(goalState.routeTables);
    writer.PutList(goalState.networkInterfaces);
    return std::move(writer.GetBytes());
}

std::optional<HostGoalState>
DecodeHostGoalState(const std::vector<uint8_t>& bytes)
{
    Reader reader(bytes);
    HostGoalState goalState;
    goalState.generation = reader.Get32();
    goalState.flowRecordTimeout = NanoSeconds(reader.Get64());
    goalState.areHostServicesFiltered = reader.GetByte(true);
    reader.GetList(goalState.groups);
    reader.GetList(goalState.routeTables);
    reader.GetList(goalState.networkInterfaces);
    const bool isRead = reader.IsDone() && IsSound(goalState);
    return isRead ? std::optional<HostGoalState>(std::move(goalState)) : std::nullopt;
}

} // namespace ns3::azure
