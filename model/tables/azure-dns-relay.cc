// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-dns-relay.h"

#include "ns3/abort.h"

#include <limits>

namespace ns3::azure
{

namespace
{

constexpr uint8_t AUTHORITATIVE_ANSWER = 0x04; //!< AA, in the third octet (RFC 1035, 4.1.1)
constexpr uint8_t RECURSION_AVAILABLE = 0x80;  //!< RA, in the fourth octet

/// @return the query in the datagram, if it is one that can be asked
std::optional<DnsRelayQuery>
ReadQuery(const std::vector<uint8_t>& datagram, Ipv4Address address, uint16_t port)
{
    const auto message = Decode(datagram);
    if (!message || message->header.isResponse || message->header.opcode != DnsOpcode::Query ||
        message->questions.size() != 1)
    {
        return std::nullopt;
    }
    return DnsRelayQuery{address, port, message->header, message->questions.front()};
}

/// Whether a reply with the right id is about the question.
bool
IsReplyTo(const DnsQuestion& question, const DnsMessage& reply)
{
    if (reply.questions.empty())
    {
        return reply.header.rcode != DnsRcode::NoError;
    }
    const auto& other = reply.questions.front();
    return reply.questions.size() == 1 && other.type == question.type &&
           other.dnsClass == question.dnsClass && other.name.IsSame(question.name);
}

void
SetId(std::vector<uint8_t>& datagram, uint16_t id)
{
    datagram[0] = static_cast<uint8_t>(id >> 8);
    datagram[1] = static_cast<uint8_t>(id);
}

DnsRelayMessage
Refuse(const DnsRelayQuery& query, DnsRelayFailure failure)
{
    DnsMessage reply;
    reply.header.id = query.header.id;
    reply.header.isResponse = true;
    reply.header.recursionDesired = query.header.recursionDesired;
    reply.header.recursionAvailable = true;
    reply.header.rcode = DnsRcode::ServFail;
    reply.questions.push_back(query.question);
    return {DnsRelayMessage::Recipient::Client, query, Encode(reply).value(), failure};
}

} // namespace

DnsRelay::DnsRelay(const Configuration& configuration)
    : m_configuration(configuration)
{
    constexpr uint32_t MOST = std::numeric_limits<uint16_t>::max();
    NS_ABORT_MSG_IF(configuration.maxPending < 1 || configuration.maxPending > MOST,
                    "maxPending: '" << configuration.maxPending << "' is not allowed; give 1 to "
                                    << MOST);
    NS_ABORT_MSG_UNLESS(configuration.timeout.IsStrictlyPositive(),
                        "timeout: '" << configuration.timeout.As(Time::S)
                                     << "' is not allowed; give more than 0s");
    NS_ABORT_MSG_IF(configuration.attempts < 1, "attempts: '0' is not allowed; give 1 or more");
}

std::optional<DnsRelayMessage>
DnsRelay::AcceptQuery(const std::vector<uint8_t>& datagram,
                      Ipv4Address address,
                      uint16_t port,
                      Time now)
{
    const auto query = ReadQuery(datagram, address, port);
    if (!query)
    {
        return std::nullopt;
    }
    const auto known = m_idOfClient.find(GetKey(*query));
    if (known != m_idOfClient.end())
    {
        const auto former = m_pending.find(known->second);
        if (former->second.original == datagram)
        {
            return std::nullopt;
        }
        Remove(former);
    }
    if (m_pending.size() >= m_configuration.maxPending)
    {
        return Refuse(*query, DnsRelayFailure::TooManyQueries);
    }
    const auto id = AllocateId();
    auto& pending = m_pending[id];
    pending.query = *query;
    pending.original = datagram;
    pending.datagram = datagram;
    SetId(pending.datagram, id);
    m_idOfClient[GetKey(*query)] = id;
    return Send(id, pending, now);
}

std::optional<DnsRelayMessage>
DnsRelay::AcceptReply(const std::vector<uint8_t>& datagram)
{
    const auto reply = Decode(datagram);
    if (!reply || !reply->header.isResponse)
    {
        return std::nullopt;
    }
    const auto found = m_pending.find(reply->header.id);
    if (found == m_pending.end() || !IsReplyTo(found->second.query.question, *reply))
    {
        return std::nullopt;
    }
    DnsRelayMessage message;
    message.recipient = DnsRelayMessage::Recipient::Client;
    message.query = found->second.query;
    // Not written anew: record data may point to names by their place in the message.
    message.datagram = datagram;
    SetId(message.datagram, message.query.header.id);
    message.datagram[2] &= static_cast<uint8_t>(~AUTHORITATIVE_ANSWER);
    message.datagram[3] |= RECURSION_AVAILABLE;
    Remove(found);
    return message;
}

std::vector<DnsRelayMessage>
DnsRelay::Expire(Time now)
{
    std::vector<DnsRelayMessage> messages;
    while (!m_deadlines.empty() && m_deadlines.begin()->first <= now)
    {
        const auto pending = m_pending.find(m_deadlines.begin()->second);
        if (pending->second.sent < m_configuration.attempts)
        {
            messages.push_back(Send(pending->first, pending->second, now));
            continue;
        }
        messages.push_back(Refuse(pending->second.query, DnsRelayFailure::Timeout));
        Remove(pending);
    }
    return messages;
}

std::optional<Time>
DnsRelay::GetNextDeadline() const
{
    return m_deadlines.empty() ? std::nullopt : std::make_optional(m_deadlines.begin()->first);
}

DnsRelay::ClientKey
DnsRelay::GetKey(const DnsRelayQuery& query)
{
    return {{query.address, query.port}, query.header.id};
}

uint16_t
DnsRelay::AllocateId()
{
    // One is free: at most 65,535 of the 65,536 wait.
    do
    {
        ++m_lastId;
    } while (m_pending.count(m_lastId) > 0);
    return m_lastId;
}

DnsRelayMessage
DnsRelay::Send(uint16_t id, Pending& pending, Time now)
{
    m_deadlines.erase({pending.deadline, id});
    pending.deadline = now + m_configuration.timeout;
    m_deadlines.insert({pending.deadline, id});
    ++pending.sent;
    return {DnsRelayMessage::Recipient::Upstream, pending.query, pending.datagram, std::nullopt};
}

void
DnsRelay::Remove(PendingMap::iterator pending)
{
    m_deadlines.erase({pending->second.deadline, pending->first});
    m_idOfClient.erase(GetKey(pending->second.query));
    m_pending.erase(pending);
}

} // namespace ns3::azure
