// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-my-ip-exchange.h"

namespace ns3::azure
{

namespace
{

bool
IsSameQuestion(const DnsQuestion& a, const DnsQuestion& b)
{
    return a.type == b.type && a.dnsClass == b.dnsClass && a.name.IsSame(b.name);
}

/// Whether a reply with the right id is about the query's question.
bool
IsReplyTo(const DnsMessage& query, const DnsMessage& reply)
{
    if (reply.questions.empty())
    {
        return reply.header.rcode == DnsRcode::FormErr;
    }
    return reply.questions.size() == 1 &&
           IsSameQuestion(reply.questions.front(), query.questions.front());
}

/// The response code for a question of a query that is in order, but for NXDomain.
DnsRcode
EvaluateForm(const DnsMessage& query)
{
    if (query.header.opcode != DnsOpcode::Query)
    {
        return DnsRcode::NotImp;
    }
    if (query.questions.size() != 1)
    {
        return DnsRcode::FormErr;
    }
    const auto dnsClass = query.questions.front().dnsClass;
    const auto isServed = dnsClass == DnsClass::In || dnsClass == DnsClass::Any;
    return isServed ? DnsRcode::NoError : DnsRcode::Refused;
}

} // namespace

DnsMessage
MakeMyIpQuery(uint16_t id, const DnsName& name)
{
    DnsMessage query;
    query.header.id = id;
    query.questions.push_back({name, DnsType::A, DnsClass::In});
    return query;
}

std::optional<DnsMessage>
EvaluateMyIpQuery(const std::vector<uint8_t>& datagram,
                  const MyIpRecord& record,
                  Ipv4Address source)
{
    const auto header = DecodeHeader(datagram);
    if (!header || header->isResponse)
    {
        return std::nullopt;
    }
    DnsMessage reply;
    reply.header.id = header->id;
    reply.header.isResponse = true;
    reply.header.opcode = header->opcode;
    reply.header.recursionDesired = header->recursionDesired;

    const auto query = Decode(datagram);
    if (!query)
    {
        reply.header.rcode = DnsRcode::FormErr;
        return reply;
    }
    reply.header.rcode = EvaluateForm(*query);
    if (query->questions.size() == 1)
    {
        reply.questions = query->questions;
    }
    if (reply.header.rcode != DnsRcode::NoError)
    {
        return reply;
    }
    const auto& question = query->questions.front();
    reply.header.isAuthoritative = true;
    if (!question.name.IsSame(record.name))
    {
        reply.header.rcode = DnsRcode::NXDomain;
    }
    else if (question.type == DnsType::A || question.type == DnsType::Any)
    {
        reply.answers.push_back(MakeAddressRecord(question.name, record.ttl, source));
    }
    return reply;
}

std::optional<std::variant<Ipv4Address, MyIpFailure>>
EvaluateMyIpReply(const std::vector<uint8_t>& datagram, const DnsMessage& query)
{
    const auto reply = Decode(datagram);
    if (!reply || !reply->header.isResponse || reply->header.id != query.header.id ||
        !IsReplyTo(query, *reply))
    {
        return std::nullopt;
    }
    if (reply->header.rcode == DnsRcode::NXDomain)
    {
        return MyIpFailure::NoSuchName;
    }
    if (reply->header.rcode != DnsRcode::NoError)
    {
        return MyIpFailure::ServerError;
    }
    for (const auto& record : reply->answers)
    {
        const auto address = GetAddress(record);
        if (address && record.name.IsSame(query.questions.front().name))
        {
            return *address;
        }
    }
    return MyIpFailure::NoAddress;
}

} // namespace ns3::azure
