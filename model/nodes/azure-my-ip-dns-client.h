// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_MY_IP_DNS_CLIENT_H
#define AZURE_MY_IP_DNS_CLIENT_H

#include "ns3/application.h"
#include "ns3/azure-my-ip-exchange.h"
#include "ns3/event-id.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{

class Socket;

namespace azure
{

/**
 * @ingroup azure-nodes
 * @brief Asks a DNS server, such as MyIpDnsServer, for the address the node's traffic leaves from.
 *
 * It does what Azure's documentation advises (S0-34): "dig myip.opendns.com
 * @@resolver1.opendns.com".  The query is sent when the application starts, and again with the
 * same id and source port whenever Timeout has passed without a reply, Attempts times in all.
 * Datagrams that are not from the resolver, or no reply to the query, are ignored.  Either
 * Answer or Failed fires, once, unless the application is stopped before.
 *
 * Determinism: no random numbers.  A real client draws its query id; here it is QueryId.
 *
 * An unset Resolver ends the program when the application starts.
 */
class MyIpDnsClient : public Application
{
  public:
    /// @return the object TypeId
    static TypeId GetTypeId();

    MyIpDnsClient();
    ~MyIpDnsClient() override;

    /// @return the address the resolver saw, or nothing as long as there is no answer
    std::optional<Ipv4Address> GetAnswer() const;

    /**
     * @brief Signature of the Answer trace source.
     *
     * Fired at most once, when the first reply to the query arrives and has an address.
     *
     * @param [in] address the address the resolver saw
     */
    typedef void (*AnswerCallback)(Ipv4Address address);

    /**
     * @brief Signature of the Failed trace source.
     *
     * Fired at most once, when the first reply to the query arrives and has no address, or when
     * the timeout of the last attempt has passed.
     *
     * @param [in] reason why there is no answer
     */
    typedef void (*FailedCallback)(MyIpFailure reason);

  protected:
    void DoDispose() override;

  private:
    void DoInitialize() override;
    void StartApplication() override;
    void StopApplication() override;

    void SendQuery();
    void HandleTimeout();
    void HandleRead(Ptr<Socket> socket);
    void HandleReply(const std::vector<uint8_t>& datagram);
    void CloseSocket();

    void SetName(const std::string& name);
    std::string GetNameText() const;

    Ipv4Address m_resolver; //!< the server asked
    uint16_t m_port;        //!< its UDP port
    DnsName m_name;         //!< the name asked for
    uint16_t m_queryId;     //!< id of the query
    Time m_timeout;         //!< from one attempt to the next
    uint32_t m_attempts;    //!< queries sent at most

    Ptr<Socket> m_socket;                //!< open from start to stop
    std::optional<DnsMessage> m_query;   //!< the query in flight, if one is
    uint32_t m_sent{0};                  //!< queries sent
    EventId m_timeoutEvent;              //!< pending while the query is in flight
    std::optional<Ipv4Address> m_answer; //!< the address, once it is known

    TracedCallback<Ipv4Address> m_answerTrace; //!< Answer
    TracedCallback<MyIpFailure> m_failedTrace; //!< Failed
};

} // namespace azure
} // namespace ns3

#endif // AZURE_MY_IP_DNS_CLIENT_H
