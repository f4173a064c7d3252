// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fuzz-promise.h"
#include "azure-fuzz-target.h"

#include "ns3/azure-dhcp-message.h"
#include "ns3/azure-dns-message.h"

#include <cstdint>
#include <vector>

/**
 * @file
 * @brief What comes to a host's DHCP server and resolver.
 */
namespace ns3::azure
{

namespace
{

/// @return bytes as an input
std::string
ToInput(const std::vector<uint8_t>& bytes)
{
    return {bytes.begin(), bytes.end()};
}

/// Requires that a name keeps to its lengths.
void
RequireSound(const DnsName& name)
{
    std::size_t octets = 1;
    for (const auto& label : name.GetLabels())
    {
        Require(!label.empty() && label.size() <= DnsName::MAX_LABEL_LENGTH,
                "a label has 1 to 63 octets");
        octets += 1 + label.size();
    }
    Require(octets <= DnsName::MAX_WIRE_LENGTH, "a name has at most 255 octets");
    Require(name.IsSame(name), "a name is the same as itself");
    const auto text = name.ToText();
    const auto again = DnsName::Parse(text);
    Require(again ? *again == name : text.find('\\') != std::string::npos,
            "a name without escapes is read back from its text");
}

/// Requires that records and their names are sound.
void
RequireSound(const std::vector<DnsRecord>& records)
{
    for (const auto& record : records)
    {
        RequireSound(record.name);
        const auto address = GetAddress(record);
        Require(!address || record.data.size() == 4, "an address has four octets");
    }
}

} // namespace

std::vector<std::string>
MakeDnsMessages()
{
    const auto name = *DnsName::Parse("myip.opendns.com");
    DnsMessage query;
    query.header.id = 7;
    query.header.recursionDesired = true;
    query.questions = {{name, DnsType::A, DnsClass::In}};
    auto response = query;
    response.header.isResponse = true;
    response.answers = {
        MakeAddressRecord(name, 60, Ipv4Address("198.51.100.1")),
        MakeAddressRecord(*DnsName::Parse("x.opendns.com"), 0, Ipv4Address("10.0.0.4"))};
    response.authorities = {MakeAddressRecord(DnsName(), 1, Ipv4Address("10.0.0.5"))};
    response.additionals = response.answers;
    return {ToInput(*Encode(query)), ToInput(*Encode(response)), ToInput(*Encode(DnsMessage()))};
}

void
CheckDnsMessage(const std::string& input)
{
    const std::vector<uint8_t> bytes(input.begin(), input.end());
    const auto header = DecodeHeader(bytes);
    const auto message = Decode(bytes);
    Require(!message || (header && *header == message->header), "a message begins with its header");
    if (!message)
    {
        return;
    }
    for (const auto& question : message->questions)
    {
        RequireSound(question.name);
    }
    RequireSound(message->answers);
    RequireSound(message->authorities);
    RequireSound(message->additionals);
    const auto written = Encode(*message);
    Require(written || bytes.size() > 4096, "a message that has been read can be written");
    const auto again = written ? Decode(*written) : message;
    Require(again && *again == *message, "a message is read back from what it is written as");
}

void
CheckDnsName(const std::string& input)
{
    const auto name = DnsName::Parse(input);
    if (!name)
    {
        return;
    }
    RequireSound(*name);
    auto text = input;
    if (text.size() > 1 && text.back() == '.')
    {
        text.pop_back();
    }
    const auto again = DnsName::FromLabels(name->GetLabels());
    Require(again && *again == *name, "a name is what its labels are");
    const auto printed = name->ToText();
    Require(printed == text || printed.find('\\') != std::string::npos,
            "a name is printed as it was read");
}

std::vector<std::string>
MakeDhcpMessages()
{
    std::vector<std::string> seeds;
    for (uint8_t type = 1; type <= 8; ++type)
    {
        DhcpMessage message;
        message.type = static_cast<DhcpMessageType>(type);
        message.transaction = 0x12345678;
        if (type % 2 == 0)
        {
            message.mask = Ipv4Mask("255.255.255.0");
            message.router = Ipv4Address("10.0.0.1");
            message.server = Ipv4Address("168.63.129.16");
            message.lease = 86400;
            message.renewal = 43200;
            message.rebinding = 75600;
        }
        else
        {
            message.requested = Ipv4Address("10.0.0.4");
        }
        seeds.push_back(ToInput(Encode(message)));
    }
    return seeds;
}

void
CheckDhcpMessage(const std::string& input)
{
    const auto message = DecodeDhcpMessage({input.begin(), input.end()});
    if (!message)
    {
        return;
    }
    Require(message->type >= DhcpMessageType::Discover && message->type <= DhcpMessageType::Inform,
            "a message has one of the types");
    const auto written = Encode(*message);
    const auto again = DecodeDhcpMessage(written);
    Require(again && *again == *message, "a message is read back from what it is written as");
    Require(Encode(*again) == written, "the same is written again");
}

} // namespace ns3::azure
