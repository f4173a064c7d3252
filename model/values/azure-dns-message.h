// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_DNS_MESSAGE_H
#define AZURE_DNS_MESSAGE_H

#include "azure-dns-name.h"

#include "ns3/ipv4-address.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ns3::azure
{

/// Kinds of query the module names (RFC 1035, section 4.1.1); 0 to 15 are valid values.
enum class DnsOpcode : uint8_t
{
    Query = 0,
};

/// Response codes the module names (RFC 1035, section 4.1.1); 0 to 15 are valid values.
enum class DnsRcode : uint8_t
{
    NoError = 0,
    FormErr = 1,  //!< the server could not interpret the query
    ServFail = 2, //!< the server could not process the query
    NXDomain = 3, //!< the name does not exist
    NotImp = 4,   //!< the server does not support this kind of query
    Refused = 5,  //!< the server does not want to answer
};

/// Types of record the module names (RFC 1035, section 3.2.2); any other number is valid too.
enum class DnsType : uint16_t
{
    A = 1,
    Aaaa = 28, //!< RFC 3596
    Any = 255, //!< in questions only: all records of the name
};

/// Classes of record the module names (RFC 1035, section 3.2.4); any other number is valid too.
enum class DnsClass : uint16_t
{
    In = 1,
    Any = 255, //!< in questions only
};

/// The header without the counts, which are the sizes of the sections of DnsMessage.
struct DnsHeader
{
    uint16_t id{0};                     //!< copied from the query into the response
    bool isResponse{false};             //!< QR
    DnsOpcode opcode{DnsOpcode::Query}; //!< copied from the query into the response
    bool isAuthoritative{false};        //!< AA
    bool isTruncated{false};            //!< TC
    bool recursionDesired{false};       //!< RD, copied from the query into the response
    bool recursionAvailable{false};     //!< RA
    DnsRcode rcode{DnsRcode::NoError};  //!< meaningful in responses
};

/// One entry of the question section.
struct DnsQuestion
{
    DnsName name;
    DnsType type{DnsType::A};
    DnsClass dnsClass{DnsClass::In};
};

/// One resource record.
struct DnsRecord
{
    DnsName name;
    DnsType type{DnsType::A};
    DnsClass dnsClass{DnsClass::In};
    uint32_t ttl{0};           //!< time to live, s; 0 means "do not keep"
    std::vector<uint8_t> data; //!< RDATA as on the wire; names in it stay as they are
};

/**
 * @ingroup azure-values
 * @brief A message of the domain name system.
 *
 * Source: RFC 1035, section 4.1.  The three bits between RA and RCODE (Z there; AD and CD since
 * RFC 2535) are sent as zero and ignored when received.
 */
struct DnsMessage
{
    DnsHeader header;
    std::vector<DnsQuestion> questions;
    std::vector<DnsRecord> answers;
    std::vector<DnsRecord> authorities;
    std::vector<DnsRecord> additionals; //!< where a query carries its EDNS options
};

bool operator==(const DnsHeader& a, const DnsHeader& b);
bool operator==(const DnsQuestion& a, const DnsQuestion& b);
bool operator==(const DnsRecord& a, const DnsRecord& b);
bool operator==(const DnsMessage& a, const DnsMessage& b);

/// @return an A record of class IN; the ttl is in seconds
DnsRecord MakeAddressRecord(const DnsName& name, uint32_t ttl, Ipv4Address address);

/// @return the address in an A record of class IN, or nothing if it is another record
std::optional<Ipv4Address> GetAddress(const DnsRecord& record);

/**
 * @brief Write a message as it goes on the wire.
 *
 * A name, or the end of one, that has been written before is written as a pointer to it.
 *
 * @return the octets, or nothing if the opcode or the response code exceeds 15 or the message
 *         would exceed 65,535 octets; a caller that sends over UDP keeps to 512 itself
 */
std::optional<std::vector<uint8_t>> Encode(const DnsMessage& message);

/// @return the header, or nothing if there are fewer than 12 octets
std::optional<DnsHeader> DecodeHeader(const std::vector<uint8_t>& bytes);

/**
 * @brief Read a message as it came from the wire.
 *
 * A compression pointer must point to an earlier place than the one its name (or the part of it
 * that was pointed to before) starts at, and behind the header; so no name can loop.
 *
 * @return the message, or nothing if it is cut short, has octets left over, has a name that is
 *         too long, or has a pointer or a kind of label that is not allowed
 */
std::optional<DnsMessage> Decode(const std::vector<uint8_t>& bytes);

} // namespace ns3::azure

#endif // AZURE_DNS_MESSAGE_H
