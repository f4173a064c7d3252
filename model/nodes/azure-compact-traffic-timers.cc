// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-traffic-connections.h"
#include "azure-traffic-message.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::azure
{

int64_t
CompactTrafficConnections::GetDeadline(Time pause)
{
    constexpr int64_t LONGEST = std::numeric_limits<int64_t>::max() / 2; // now can be added to it
    return Simulator::Now().GetNanoSeconds() + std::min(pause.GetNanoSeconds(), LONGEST);
}

int64_t
CompactTrafficConnections::GetAnswerDeadline(const Record& record)
{
    return IsTcp(record) || record.state == State::Free ? NO_TIME : record.answer;
}

int64_t
CompactTrafficConnections::GetFirstDeadline(const Record& record)
{
    return std::min({record.timer, record.keepAlive, GetAnswerDeadline(record)});
}

void
CompactTrafficConnections::KeepAlive(uint32_t tag)
{
    auto& record = m_records[tag];
    const auto number = record.number;
    record.keepAlive = GetDeadline(m_settings.keepAliveInterval);
    m_owner.HandleKeepAlive(GetFlow(record));
    if (record.state != State::Held || record.number != number)
    {
        return; // whoever was told has stopped the application
    }
    if (IsTcp(record))
    {
        m_endpoint->Send(record.tcp.connection, TrafficRequestHeader::SIZE);
        return;
    }
    if (record.answer == NO_TIME)
    {
        record.answer = GetDeadline(m_settings.responseTimeout);
    }
    SendRequest(record, TrafficRequestHeader::SIZE, 0);
}

void
CompactTrafficConnections::HandleDue(uint32_t tag, int64_t now)
{
    auto& record = m_records[tag];
    if (record.timer <= now)
    {
        record.timer = NO_TIME;
        HandleTimer(tag);
    }
    else if (GetAnswerDeadline(record) <= now)
    {
        End(tag, TrafficEnd::NoResponse);
        CloseOnWire(tag);
    }
    else if (record.keepAlive <= now)
    {
        KeepAlive(tag);
    }
}

void
CompactTrafficConnections::HandleTimer(uint32_t tag)
{
    switch (m_records[tag].state)
    {
    case State::Opening:
        Fail(tag, TrafficFailure::Timeout);
        break;
    case State::Waiting:
        End(tag, TrafficEnd::NoResponse);
        CloseOnWire(tag);
        break;
    case State::Held:
        End(tag, TrafficEnd::HoldOver);
        CloseOnWire(tag);
        break;
    case State::Closing:
        ResetOnWire(tag);
        break;
    case State::Free:
    case State::Bound:
    case State::Closed:
        break;
    }
}

void
CompactTrafficConnections::Queue(uint32_t tag)
{
    auto& record = m_records[tag];
    const auto first = GetFirstDeadline(record);
    if (first < record.queued)
    {
        record.queued = first;
        m_queue.Push(tag, NanoSeconds(first));
        Arm();
    }
    DropStaleDeadlines();
}

void
CompactTrafficConnections::DropStaleDeadlines()
{
    m_queue.DropStale([this](uint32_t tag, Time deadline) {
        auto& record = m_records[tag];
        if (record.queued != deadline.GetNanoSeconds())
        {
            return true; // it was queued for less, and has changed since
        }
        if (GetFirstDeadline(record) == NO_TIME)
        {
            record.queued = NO_TIME;
            return true;
        }
        return false;
    });
}

void
CompactTrafficConnections::Arm()
{
    m_event.Schedule(m_queue.GetNextDeadline(), &CompactTrafficConnections::HandleDeadline, this);
}

void
CompactTrafficConnections::HandleDeadline()
{
    const auto now = Simulator::Now();
    while (const auto tag = m_queue.Pop(now))
    {
        auto& record = m_records[*tag];
        if (record.queued > now.GetNanoSeconds())
        {
            continue; // it was queued for less, and has changed since
        }
        record.queued = NO_TIME;
        HandleDue(*tag, now.GetNanoSeconds());
        Queue(*tag);
    }
    m_event.Clear();
    Arm();
}

} // namespace ns3::azure
