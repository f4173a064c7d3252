// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_MY_IP_EXCHANGE_H
#define AZURE_MY_IP_EXCHANGE_H

#include "ns3/azure-dns-message.h"
#include "ns3/azure-dns-name.h"
#include "ns3/ipv4-address.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

/**
 * @file
 * @brief "What is my address?" over DNS: what either end says, without sockets and timers.
 *
 * Azure's documentation finds out which public address a VM's traffic leaves from by asking
 * resolver1.opendns.com for myip.opendns.com (S0-34).
 */

namespace ns3::azure
{

/// The one name whose A record is the address of whoever asks.
struct MyIpRecord
{
    DnsName name;
    uint32_t ttl{0}; //!< time to live, s; 0 keeps others from being told a remembered answer
};

/// Why a client learned nothing.
enum class MyIpFailure : uint8_t
{
    Timeout,
    NoSuchName,
    ServerError,
    NoAddress,
};

/// One row of MY_IP_FAILURES.
struct MyIpFailureRow
{
    MyIpFailure failure;     //!< the failure
    const char* name;        //!< its name in traces and tables
    const char* description; //!< completes "there is no answer because ..."
};

// clang-format off
/// Every failure once, in enum order.
constexpr std::array<MyIpFailureRow, 4> MY_IP_FAILURES{{
    {MyIpFailure::Timeout,     "timeout",      "no reply came to any of the attempts"},
    {MyIpFailure::NoSuchName,  "no-such-name", "the server says that the name does not exist (NXDomain)"},
    {MyIpFailure::ServerError, "server-error", "the server replied with another error code"},
    {MyIpFailure::NoAddress,   "no-address",   "the reply has no A record for the name"},
}};
// clang-format on

/// @return the failure's name in traces and tables
constexpr const char*
GetName(MyIpFailure failure)
{
    return MY_IP_FAILURES[static_cast<std::size_t>(failure)].name;
}

/// @return the query for the A record of the name; it does not ask for recursion
DnsMessage MakeMyIpQuery(uint16_t id, const DnsName& name);

/**
 * @brief What a server answers to a datagram.
 *
 * | the datagram                                     | the reply                        |
 * |--------------------------------------------------|----------------------------------|
 * | is shorter than a header, or a response          | none, so servers never converse  |
 * | cannot be decoded                                | FormErr, without the question    |
 * | has another opcode than Query                    | NotImp                           |
 * | has not exactly one question (RFC 9619)          | FormErr                          |
 * | asks for another class than IN or ANY            | Refused                          |
 * | asks for another name                            | NXDomain, authoritative          |
 * | asks for the A record, or for any record         | the address, authoritative       |
 * | asks for another type of record                  | NoError, empty, authoritative    |
 *
 * The id, the opcode, RD and the questions are those of the query; the name keeps the query's
 * case.  The answer fits the 512 octets of DNS over UDP, whatever the name.
 *
 * @param datagram payload as received
 * @param record the name that is answered for
 * @param source where the query came from, as the server sees it
 * @return the reply, or nothing if there must be none
 */
std::optional<DnsMessage> EvaluateMyIpQuery(const std::vector<uint8_t>& datagram,
                                            const MyIpRecord& record,
                                            Ipv4Address source);

/**
 * @brief What a client learns from a datagram.
 *
 * @param datagram payload as received
 * @param query the query in flight
 * @return the address, or the failure the server's reply stands for; or nothing if the datagram
 *         is no reply to this query (malformed, another id, another question) and the client
 *         must go on waiting.  A FormErr without a question is a reply, too.
 */
std::optional<std::variant<Ipv4Address, MyIpFailure>> EvaluateMyIpReply(
    const std::vector<uint8_t>& datagram,
    const DnsMessage& query);

} // namespace ns3::azure

#endif // AZURE_MY_IP_EXCHANGE_H
