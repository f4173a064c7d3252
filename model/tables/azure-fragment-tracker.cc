// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fragment-tracker.h"

namespace ns3::azure
{

namespace
{

/// @return what all fragments of a datagram have in common, in the form of a flow's key
FlowKey
MakeKey(const FlowKey& key, uint16_t identification)
{
    return {key.GetSourceNumber(),
            key.GetDestinationNumber(),
            identification,
            0,
            key.GetProtocol()};
}

} // namespace

void
FragmentTracker::Begin(const FlowKey& key,
                       uint16_t identification,
                       std::optional<TrackedFlow> flow,
                       Time now)
{
    const auto datagram = MakeKey(key, identification);
    if (flow)
    {
        m_passed.Insert(datagram, *flow, now + NanoSeconds(FRAGMENT_TIMEOUT), now);
    }
    else
    {
        m_passed.Remove(datagram);
    }
}

const TrackedFlow*
FragmentTracker::Lookup(const FlowKey& key, uint16_t identification, Time now) const
{
    return m_passed.Lookup(MakeKey(key, identification), now);
}

} // namespace ns3::azure
