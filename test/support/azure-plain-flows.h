// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PLAIN_FLOWS_H
#define AZURE_PLAIN_FLOWS_H

#include "ns3/azure-flow-key.h"
#include "ns3/azure-mux-flow-table.h"
#include "ns3/nstime.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>

namespace ns3::azure
{

/// What MuxFlowTable has to do: all flows in one map, searched from end to end.
struct PlainFlows
{
    /// A flow.
    struct Flow
    {
        uint32_t member; // where it goes
        Time lastPacket; // when
        bool isTrusted;  // more than one packet
    };

    uint32_t Count(bool isTrusted) const
    {
        return static_cast<uint32_t>(
            std::count_if(flows.begin(), flows.end(), [isTrusted](const auto& flow) {
                return flow.second.isTrusted == isTrusted;
            }));
    }

    void Expire(Time now)
    {
        for (auto at = flows.begin(); at != flows.end();)
        {
            const auto timeout =
                at->second.isTrusted ? limits.trustedTimeout : limits.untrustedTimeout;
            at = now - at->second.lastPacket >= timeout ? flows.erase(at) : std::next(at);
        }
    }

    std::optional<uint32_t> Lookup(const FlowKey& key, Time now)
    {
        Expire(now);
        const auto at = flows.find(key);
        return at == flows.end() ? std::nullopt : std::optional<uint32_t>(at->second.member);
    }

    std::optional<uint32_t> Touch(const FlowKey& key, Time now)
    {
        const auto member = Lookup(key, now);
        if (member)
        {
            auto& flow = flows[key];
            flow.lastPacket = now;
            flow.isTrusted = flow.isTrusted || Count(true) < limits.trustedQuota;
        }
        return member;
    }

    bool Insert(const FlowKey& key, uint32_t member, Time now)
    {
        Expire(now);
        const auto at = flows.find(key);
        const bool isKnown = at != flows.end();
        const bool isFull = Count(false) >= limits.untrustedQuota;
        const bool isTrusted =
            isKnown && at->second.isTrusted && (at->second.member == member || isFull);
        if (isKnown || !isFull)
        {
            flows[key] = {member, now, isTrusted};
        }
        return isKnown || !isFull;
    }

    void Replace(const FlowKey& key, uint32_t member)
    {
        const auto at = flows.find(key);
        if (at != flows.end())
        {
            at->second.member = member;
        }
    }

    MuxFlowLimits limits;
    std::map<FlowKey, Flow> flows;
};

} // namespace ns3::azure

#endif // AZURE_PLAIN_FLOWS_H
