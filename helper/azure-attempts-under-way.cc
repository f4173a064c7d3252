// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-attempts-under-way.h"

namespace ns3::azure
{

FlowKey
AttemptsUnderWay::GetRefusedKey(uint32_t networkInterface, uint64_t flow)
{
    return {networkInterface,
            static_cast<uint32_t>(flow >> 32),
            static_cast<uint16_t>(flow >> 16),
            static_cast<uint16_t>(flow),
            static_cast<IpProtocol>(0)};
}

std::optional<FlowMatch>
AttemptsUnderWay::Lookup(const FlowKey& key) const
{
    return m_index.Lookup(key, [this](uint32_t slot, FlowDirection way) {
        const auto& attempt = m_attempts[slot];
        return way == FlowDirection::Outbound
                   ? attempt.key
                   : GetRefusedKey(attempt.refusedInterface, attempt.refusedFlow);
    });
}

void
AttemptsUnderWay::Insert(const FlowKey& key, uint32_t generator, uint32_t number)
{
    if (Lookup(key))
    {
        Remove(key);
    }
    auto slot = m_free;
    if (slot == NOBODY)
    {
        slot = m_attempts.GetSize();
        m_attempts.Append();
    }
    else
    {
        m_free = m_attempts[slot].number;
    }
    auto& attempt = m_attempts[slot];
    attempt = {};
    attempt.key = key;
    attempt.generator = generator;
    attempt.number = number;
    m_index.Insert(key, {slot, FlowDirection::Outbound});
    ++m_size;
}

AttemptUnderWay*
AttemptsUnderWay::Find(const FlowKey& key)
{
    const auto match = Lookup(key);
    return match ? &m_attempts[match->slot] : nullptr;
}

AttemptUnderWay*
AttemptsUnderWay::FindRefused(uint32_t networkInterface, uint64_t flow)
{
    return Find(GetRefusedKey(networkInterface, flow));
}

void
AttemptsUnderWay::SetRefused(AttemptUnderWay& attempt, uint32_t networkInterface, uint64_t flow)
{
    const auto slot = Lookup(attempt.key)->slot;
    const auto key = GetRefusedKey(networkInterface, flow);
    if (const auto other = Lookup(key))
    {
        SetPassed(m_attempts[other->slot]);
    }
    SetPassed(attempt);
    attempt.isRefused = true;
    attempt.refusedInterface = networkInterface;
    attempt.refusedFlow = flow;
    m_index.Insert(key, {slot, FlowDirection::Inbound});
}

void
AttemptsUnderWay::SetPassed(AttemptUnderWay& attempt)
{
    if (attempt.isRefused)
    {
        const auto key = GetRefusedKey(attempt.refusedInterface, attempt.refusedFlow);
        m_index.Remove(key, *Lookup(key));
        attempt.isRefused = false;
    }
}

void
AttemptsUnderWay::Remove(const FlowKey& key)
{
    const auto match = *Lookup(key);
    auto& attempt = m_attempts[match.slot];
    SetPassed(attempt);
    m_index.Remove(key, match);
    attempt.number = m_free;
    m_free = match.slot;
    --m_size;
}

} // namespace ns3::azure
