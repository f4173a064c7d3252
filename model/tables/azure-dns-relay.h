// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_DNS_RELAY_H
#define AZURE_DNS_RELAY_H

#include "ns3/azure-dns-message.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace ns3::azure
{

/// Why a query was answered with ServFail.
enum class DnsRelayFailure : uint8_t
{
    Timeout,
    TooManyQueries,
};

/// One row of DNS_RELAY_FAILURES.
struct DnsRelayFailureRow
{
    DnsRelayFailure failure; //!< the failure
    const char* name;        //!< its name in traces and tables
    const char* description; //!< completes "the query was answered with ServFail because ..."
};

// clang-format off
/// Every failure once, in enum order.
constexpr std::array<DnsRelayFailureRow, 2> DNS_RELAY_FAILURES{{
    {DnsRelayFailure::Timeout,        "timeout",          "no reply came to any of the attempts"},
    {DnsRelayFailure::TooManyQueries, "too-many-queries", "as many queries as allowed wait for replies"},
}};
// clang-format on

/// @return the failure's name in traces and tables
constexpr const char*
GetName(DnsRelayFailure failure)
{
    return DNS_RELAY_FAILURES[static_cast<std::size_t>(failure)].name;
}

/// A client's query.
struct DnsRelayQuery
{
    Ipv4Address address;  //!< of the client
    uint16_t port{0};     //!< of the client
    DnsHeader header;     //!< as the client sent it, with the client's id
    DnsQuestion question; //!< the one question
};

/// What the relay has to send.
struct DnsRelayMessage
{
    /// To whom.
    enum class Recipient : uint8_t
    {
        Upstream, //!< the resolver that knows
        Client,   //!< who asked
    };

    Recipient recipient{Recipient::Upstream}; //!< to whom
    DnsRelayQuery query;                      //!< what it is about
    std::vector<uint8_t> datagram;            //!< payload to send
    std::optional<DnsRelayFailure> failure;   //!< why it is a ServFail of the relay's own, if so
};

/**
 * @ingroup azure-tables
 * @brief Asks a DNS server in the name of many clients, and hands each the reply to its query.
 *
 * A client's id is unique for that client only, so each query goes upstream under an id of the
 * relay's own.  Ids count up and skip those in use: a late reply to a settled query meets another
 * one only after 65,536 more, and is then told apart by its question.
 *
 * | what comes                                             | what happens                       |
 * |--------------------------------------------------------|------------------------------------|
 * | anything but a query with one question (RFC 9619)      | ignored                            |
 * | a query that waits already (address, port, id, octets) | ignored: it is being asked         |
 * | another query under an address, port and id that wait  | takes the place of the former      |
 * | a query, as many as allowed wait                       | ServFail                           |
 * | a query                                                | goes upstream                      |
 * | a reply with the id and the question of one that waits | goes to its client                 |
 * | an error reply with that id and without a question     | goes to its client                 |
 * | any other reply (late, forged, malformed)              | ignored                            |
 * | no reply within the timeout, attempts left             | goes upstream again, with its id   |
 * | no reply within the timeout, no attempt left           | ServFail (RFC 1035, section 4.1.1) |
 *
 * Replies pass as they came but for the id and two flags: recursion is available, and the answer
 * is not authoritative.  A query that does not desire recursion is asked all the same: nothing is
 * remembered here, so there is no other answer to give.  Nothing is cached, so that every query
 * shows on the wire.
 *
 * Invariant: a query waits until it is answered once, by reply or by ServFail, or replaced.
 *
 * Determinism: no clock and no random numbers; equal deadlines expire in the order of ids.
 */
class DnsRelay
{
  public:
    /// What can be chosen.
    struct Configuration
    {
        uint32_t maxPending{1024}; //!< most queries that wait at a time, 1 to 65535
        Time timeout{Seconds(2)};  //!< how long to wait for a reply to each attempt; above 0
        uint32_t attempts{2};      //!< how often a query is sent upstream, 1 or more
    };

    /// @param configuration in the ranges said there; ends the program otherwise
    explicit DnsRelay(const Configuration& configuration);

    /**
     * @brief A datagram has come from a client.
     * @param datagram payload as received
     * @param address the client's
     * @param port the client's
     * @param now current time
     * @return what to send; nothing if the datagram is ignored
     */
    std::optional<DnsRelayMessage> AcceptQuery(const std::vector<uint8_t>& datagram,
                                               Ipv4Address address,
                                               uint16_t port,
                                               Time now);

    /**
     * @brief A datagram has come from the upstream server's address and port.
     * @param datagram payload as received
     * @return what to send; nothing if the datagram is ignored
     */
    std::optional<DnsRelayMessage> AcceptReply(const std::vector<uint8_t>& datagram);

    /// @brief Send again, or give up, what has waited for the timeout.
    /// @param now current time; a deadline equal to it has come
    /// @return what to send, in the order of deadlines
    std::vector<DnsRelayMessage> Expire(Time now);

    /// @return when to call Expire(); nothing if no query waits
    std::optional<Time> GetNextDeadline() const;

    /// @return queries that wait for a reply
    std::size_t GetPendingCount() const
    {
        return m_pending.size();
    }

  private:
    /// A query that waits for a reply.
    struct Pending
    {
        DnsRelayQuery query;           //!< the client's
        std::vector<uint8_t> datagram; //!< as it goes upstream
        std::vector<uint8_t> original; //!< as it came
        uint32_t sent{0};              //!< attempts so far
        Time deadline;                 //!< of the last attempt
    };

    using PendingMap = std::map<uint16_t, Pending>;

    /// A client's address, port and id.
    using ClientKey = std::pair<std::pair<Ipv4Address, uint16_t>, uint16_t>;

    static ClientKey GetKey(const DnsRelayQuery& query);
    /// @return an id that no query waits under
    uint16_t AllocateId();
    /// Count an attempt, and say what to send.
    DnsRelayMessage Send(uint16_t id, Pending& pending, Time now);
    void Remove(PendingMap::iterator pending);

    Configuration m_configuration;                   //!< what can be chosen
    uint16_t m_lastId{0};                            //!< allocated last
    PendingMap m_pending;                            //!< by id of the relay's own
    std::map<ClientKey, uint16_t> m_idOfClient;      //!< id of the relay's own, by the client's
    std::set<std::pair<Time, uint16_t>> m_deadlines; //!< of all in m_pending, with their ids
};

} // namespace ns3::azure

#endif // AZURE_DNS_RELAY_H
