// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-traffic-connections.h"

#include "azure-compact-tcp-defaults.h"
#include "azure-traffic-message.h"

#include "ns3/abort.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <array>

namespace ns3::azure
{

namespace
{

/// @return what TCP needs of a generator's settings
CompactTcpSettings
GetTcpSettings(const TrafficConnectionSettings& settings)
{
    auto tcp = GetCompactTcpDefaults();
    tcp.connectAttempts = settings.connectAttempts;
    tcp.connectTimeout = settings.connectTimeout;
    return tcp;
}

/// @return why an attempt failed
TrafficFailure
GetFailure(CompactTcpEnd end)
{
    switch (end)
    {
    case CompactTcpEnd::Timeout:
        return TrafficFailure::Timeout;
    case CompactTcpEnd::Unreachable:
        return TrafficFailure::Unreachable;
    case CompactTcpEnd::Closed:
    case CompactTcpEnd::Refused:
    case CompactTcpEnd::Reset:
        break;
    }
    return TrafficFailure::Reset;
}

/// @return why an established connection ended
TrafficEnd
GetEnd(CompactTcpEnd end)
{
    switch (end)
    {
    case CompactTcpEnd::Timeout:
    case CompactTcpEnd::Unreachable:
        return TrafficEnd::Error;
    case CompactTcpEnd::Closed:
        return TrafficEnd::PeerClosed;
    case CompactTcpEnd::Refused:
    case CompactTcpEnd::Reset:
        break;
    }
    return TrafficEnd::Reset;
}

/**
 * @brief Write the bytes of a request header that fall into a part of the stream.
 * @param header the header
 * @param at where in the stream it begins
 * @param offset where the part begins
 * @param bytes the part
 * @param size of the part
 * @return bytes of the part up to the last that was written; 0 if none was
 */
uint32_t
WriteHeaderPart(const TrafficRequestHeader& header,
                uint32_t at,
                uint32_t offset,
                uint8_t* bytes,
                uint32_t size)
{
    std::array<uint8_t, TrafficRequestHeader::SIZE> whole;
    header.Write(whole.data());
    const uint64_t first = std::max(at, offset);
    const uint64_t last = std::min(uint64_t{at} + whole.size(), uint64_t{offset} + size);
    if (first >= last)
    {
        return 0;
    }
    std::copy(whole.begin() + (first - at), whole.begin() + (last - at), bytes + (first - offset));
    return static_cast<uint32_t>(last - offset);
}

} // namespace

CompactTrafficConnections::CompactTrafficConnections(Ptr<Node> node,
                                                     TrafficConnectionOwner& owner,
                                                     const TrafficConnectionSettings& settings)
    : m_endpoint(CompactEndpoint::Install(node)),
      m_owner(owner),
      m_settings(settings),
      m_tcpSettings(m_endpoint->KeepSettings(GetTcpSettings(settings)))
{
}

CompactTrafficConnections::~CompactTrafficConnections()
{
    CompactTrafficConnections::Abandon();
}

std::optional<uint64_t>
CompactTrafficConnections::Bind(const TrafficFlow& flow)
{
    NS_ABORT_MSG_IF(flow.number >> NUMBER_BITS > 0 || flow.attempt >> ATTEMPT_BITS > 0,
                    "flow " << flow.number << " or its attempt " << flow.attempt
                            << " is too large a number");
    const uint32_t tag = TakeRecord();
    auto& record = m_records[tag];
    record.state = State::Bound;
    record.key = flow.key;
    record.number = flow.number;
    record.attempt = flow.attempt;
    record.started = flow.started.GetNanoSeconds();
    bool isBound = false;
    if (IsTcp(record))
    {
        const auto connection = m_endpoint->Bind(flow.key, *this, tag, m_tcpSettings);
        isBound = connection.has_value();
        record.tcp.connection = connection.value_or(0);
    }
    else
    {
        record.answer = NO_TIME;
        isBound = m_endpoint->BindUdp(flow.key, *this, tag);
    }
    record.hasConnection = isBound;
    if (!isBound)
    {
        FreeRecord(tag);
        return std::nullopt;
    }
    return tag;
}

bool
CompactTrafficConnections::Open(uint64_t connection)
{
    const auto tag = static_cast<uint32_t>(connection);
    auto& record = m_records[tag];
    record.state = State::Opening;
    if (IsTcp(record))
    {
        if (!m_endpoint->Connect(record.tcp.connection))
        {
            record.hasConnection = false;
            FreeRecord(tag);
            return false;
        }
        return true;
    }
    record.timer = GetDeadline(m_settings.responseTimeout);
    Queue(tag);
    SendRequest(record, m_settings.requestSize, m_settings.responseSize); // no route: times out
    return true;
}

std::vector<std::pair<uint64_t, uint32_t>>
CompactTrafficConnections::GetOpen() const
{
    std::vector<std::pair<uint64_t, uint32_t>> flows;
    for (uint32_t tag = 0; tag < m_records.GetSize(); ++tag)
    {
        const auto& record = m_records[tag];
        if (record.state != State::Free && !HasEnded(record))
        {
            flows.emplace_back(record.number, tag);
        }
    }
    std::sort(flows.begin(), flows.end());
    return flows;
}

void
CompactTrafficConnections::VisitOpenFlows(const TrafficFlowVisitor& visitor) const
{
    for (const auto& [number, tag] : GetOpen())
    {
        visitor(GetFlow(m_records[tag]));
    }
}

void
CompactTrafficConnections::Stop()
{
    for (const auto& [number, tag] : GetOpen())
    {
        const auto& record = m_records[tag];
        if (record.state != State::Free && record.number == number && !HasEnded(record))
        {
            StopOne(tag);
        }
    }
}

void
CompactTrafficConnections::StopOne(uint32_t tag)
{
    if (m_records[tag].established != NO_TIME)
    {
        End(tag, TrafficEnd::Stopped);
        CloseOnWire(tag);
        return;
    }
    if (m_records[tag].hasConnection && IsTcp(m_records[tag]))
    {
        m_endpoint->Reset(m_records[tag].tcp.connection); // as ns-3's sockets do
        m_records[tag].hasConnection = false;
    }
    Fail(tag, TrafficFailure::Stopped);
}

void
CompactTrafficConnections::Abandon()
{
    m_event.Cancel();
    m_queue = ExpiryQueue();
    for (uint32_t tag = 0; tag < m_records.GetSize(); ++tag)
    {
        if (m_records[tag].state != State::Free)
        {
            FreeRecord(tag);
        }
    }
}

uint64_t
CompactTrafficConnections::GetMemory() const
{
    return sizeof(*this) + m_records.GetMemory() + m_queue.GetMemory();
}

uint32_t
CompactTrafficConnections::HandleAccepted(uint32_t /* connection */, const FlowKey& key)
{
    NS_ABORT_MSG("a traffic generator does not listen, but was given " << key);
}

void
CompactTrafficConnections::HandleConnected(uint32_t tag)
{
    const auto number = m_records[tag].number;
    SetEstablished(tag);
    auto& record = m_records[tag];
    if (record.state != State::Waiting || record.number != number)
    {
        return; // whoever was told has stopped the application
    }
    // What goes to the node itself arrives, and is answered, within Send().
    if (m_settings.responseSize > 0)
    {
        record.timer = GetDeadline(m_settings.responseTimeout);
        Queue(tag);
    }
    if (m_settings.requestSize > 0)
    {
        m_endpoint->Send(record.tcp.connection, m_settings.requestSize);
    }
    if (m_settings.responseSize == 0 && record.state == State::Waiting && record.number == number)
    {
        SetResponded(tag);
    }
}

void
CompactTrafficConnections::HandleReceived(uint32_t tag, const uint8_t* /* bytes */, uint32_t size)
{
    auto& record = m_records[tag];
    if (record.state != State::Waiting)
    {
        return;
    }
    const uint32_t missing = m_settings.responseSize - record.tcp.received;
    record.tcp.received += std::min(size, missing);
    if (size >= missing)
    {
        SetResponded(tag);
    }
}

void
CompactTrafficConnections::HandlePeerClosed(uint32_t tag)
{
    auto& record = m_records[tag];
    if (record.state != State::Waiting && record.state != State::Held)
    {
        return;
    }
    const auto number = record.number;
    End(tag, TrafficEnd::PeerClosed);
    if (record.state == State::Closed && record.number == number)
    {
        m_endpoint->Close(record.tcp.connection);
    }
}

void
CompactTrafficConnections::HandleOver(uint32_t tag, CompactTcpEnd end, Time freeAt)
{
    auto& record = m_records[tag];
    record.hasConnection = false;
    if (record.state == State::Opening)
    {
        Fail(tag, GetFailure(end));
        return;
    }
    if (!HasEnded(record))
    {
        End(tag, GetEnd(end));
    }
    Release(tag, freeAt);
}

uint32_t
CompactTrafficConnections::WritePayload(uint32_t /* tag */,
                                        uint32_t offset,
                                        uint8_t* bytes,
                                        uint32_t size)
{
    constexpr uint32_t HEADER = TrafficRequestHeader::SIZE;
    const uint32_t request = m_settings.requestSize;
    uint32_t written = 0;
    if (request > 0)
    {
        const TrafficRequestHeader header(request, m_settings.responseSize);
        written = WriteHeaderPart(header, 0, offset, bytes, size);
    }
    const uint32_t before = offset > request ? (offset - request) / HEADER : 0;
    for (uint64_t at = uint64_t{request} + before * HEADER; at < uint64_t{offset} + size;
         at += HEADER)
    {
        const TrafficRequestHeader keepAlive(HEADER, 0);
        written = WriteHeaderPart(keepAlive, static_cast<uint32_t>(at), offset, bytes, size);
    }
    return written;
}

void
CompactTrafficConnections::HandleDatagram(uint32_t tag,
                                          const FlowKey& /* key */,
                                          const uint8_t* /* bytes */,
                                          uint32_t /* size */)
{
    auto& record = m_records[tag];
    record.answer = NO_TIME;
    if (record.state != State::Opening)
    {
        return;
    }
    const auto number = record.number;
    SetEstablished(tag);
    if (record.state == State::Waiting && record.number == number)
    {
        SetResponded(tag);
    }
}

void
CompactTrafficConnections::HandleUnreachable(uint32_t tag)
{
    if (m_records[tag].state == State::Opening)
    {
        Fail(tag, TrafficFailure::Unreachable);
        return;
    }
    End(tag, TrafficEnd::Error);
    Release(tag, Simulator::Now());
}

TrafficFlow
CompactTrafficConnections::GetFlow(const Record& record, std::optional<Time> ended)
{
    const auto getTime = [](int64_t time) {
        return time == NO_TIME ? std::nullopt : std::make_optional(NanoSeconds(time));
    };
    return {record.number,
            static_cast<uint32_t>(record.attempt),
            record.key,
            NanoSeconds(record.started),
            getTime(record.established),
            ended};
}

bool
CompactTrafficConnections::IsTcp(const Record& record)
{
    return record.key.GetProtocol() == IpProtocol::Tcp;
}

bool
CompactTrafficConnections::HasEnded(const Record& record)
{
    return record.state == State::Closing || record.state == State::Closed;
}

uint32_t
CompactTrafficConnections::TakeRecord()
{
    if (m_free == NO_RECORD)
    {
        m_records.Append();
        return m_records.GetSize() - 1;
    }
    const uint32_t tag = m_free;
    m_free = m_records[tag].tcp.connection;
    return tag;
}

void
CompactTrafficConnections::FreeRecord(uint32_t tag)
{
    auto& record = m_records[tag];
    if (record.hasConnection && IsTcp(record))
    {
        m_endpoint->Forget(record.tcp.connection);
    }
    else if (record.hasConnection)
    {
        m_endpoint->ReleaseUdp(record.key);
    }
    record = Record();
    record.tcp.connection = m_free;
    m_free = tag;
}

void
CompactTrafficConnections::SendRequest(const Record& record,
                                       uint32_t requestSize,
                                       uint32_t responseSize)
{
    std::array<uint8_t, TrafficRequestHeader::SIZE> head;
    TrafficRequestHeader(requestSize, responseSize).Write(head.data());
    m_endpoint->SendUdp(record.key, head.data(), head.size(), requestSize);
}

void
CompactTrafficConnections::SetEstablished(uint32_t tag)
{
    auto& record = m_records[tag];
    record.state = State::Waiting;
    record.established = Simulator::Now().GetNanoSeconds();
    m_owner.HandleEstablished(GetFlow(record));
}

void
CompactTrafficConnections::SetResponded(uint32_t tag)
{
    auto& record = m_records[tag];
    const auto number = record.number;
    record.state = State::Held;
    record.timer = NO_TIME;
    const auto hold = m_owner.HandleResponded(GetFlow(record));
    if (record.state != State::Held || record.number != number)
    {
        return; // whoever was told has stopped the application
    }
    if (hold)
    {
        record.timer = GetDeadline(*hold);
    }
    if (m_settings.keepAliveInterval.IsStrictlyPositive())
    {
        record.keepAlive = GetDeadline(m_settings.keepAliveInterval);
    }
    Queue(tag);
}

void
CompactTrafficConnections::Fail(uint32_t tag, TrafficFailure failure)
{
    auto& record = m_records[tag];
    record.state = State::Closed;
    m_owner.HandleFailed(GetFlow(record, Simulator::Now()), failure);
    Release(tag, Simulator::Now());
}

void
CompactTrafficConnections::End(uint32_t tag, TrafficEnd end)
{
    auto& record = m_records[tag];
    record.timer = NO_TIME;
    record.keepAlive = NO_TIME;
    if (!IsTcp(record))
    {
        record.answer = NO_TIME;
    }
    record.state = State::Closed;
    m_owner.HandleClosed(GetFlow(record, Simulator::Now()), end);
}

void
CompactTrafficConnections::CloseOnWire(uint32_t tag)
{
    auto& record = m_records[tag];
    if (record.state != State::Closed)
    {
        return; // whoever was told has disposed of the application
    }
    if (!IsTcp(record) || m_settings.close == TrafficClose::None)
    {
        Release(tag, Simulator::Now());
    }
    else if (m_settings.close == TrafficClose::Rst)
    {
        ResetOnWire(tag);
    }
    else
    {
        record.state = State::Closing;
        record.timer = GetDeadline(m_settings.closeTimeout);
        Queue(tag);
        m_endpoint->Close(record.tcp.connection);
    }
}

void
CompactTrafficConnections::ResetOnWire(uint32_t tag)
{
    m_records[tag].hasConnection = false;
    m_endpoint->Reset(m_records[tag].tcp.connection);
    Release(tag, Simulator::Now());
}

void
CompactTrafficConnections::Release(uint32_t tag, Time portFreeAt)
{
    if (m_records[tag].state == State::Free)
    {
        return; // whoever was told has disposed of the application
    }
    const auto flow = GetFlow(m_records[tag]);
    FreeRecord(tag);
    m_owner.HandleReleased(flow, portFreeAt);
}

} // namespace ns3::azure
