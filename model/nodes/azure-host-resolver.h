// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HOST_RESOLVER_H
#define AZURE_HOST_RESOLVER_H

#include "ns3/application.h"
#include "ns3/azure-dns-relay.h"
#include "ns3/event-id.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/traced-callback.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace ns3
{

class Socket;

namespace azure
{

/**
 * @ingroup azure-nodes
 * @brief The recursive resolver that a physical host is to its VMs, on 168.63.129.16 (S3-50).
 *
 * Forwards each query to an upstream resolver over the host's own stack, and the reply to the VM;
 * DnsRelay has the table of what it answers.  The upstream resolver sees the host's address in the
 * physical network, not the VM's: who asks it for myip.opendns.com by way of the host learns the
 * host's address, and nothing about the VM's SNAT.
 *
 * Nothing is cached, and only UDP is spoken: a truncated reply reaches the VM truncated.
 *
 * What a client with MyIpDnsClient's timeout of 5 s sees: a ServFail after Timeout * Attempts = 4 s
 * rather than silence.
 *
 * A node without the address, a port that is in use on it, and an unset Upstream end the program
 * when the application starts.
 */
class HostResolver : public Application
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /// @return queries that wait for a reply
    std::size_t GetPendingCount() const;

    /**
     * @brief Signature of Query.
     *
     * Fired for each query that is not ignored (see DnsRelay), before it is sent upstream or
     * answered; not for attempts after the first.
     *
     * @param [in] source address of the client
     * @param [in] port port of the client
     * @param [in] name name asked for, in the query's case and without a final dot
     */
    typedef void (*QueryCallback)(Ipv4Address source, uint16_t port, const std::string& name);

    /**
     * @brief Signature of Answer.
     *
     * Fired for each reply of the upstream resolver that goes to a client, error or not, before
     * it is sent.
     *
     * @param [in] source address of the client
     * @param [in] port port of the client
     * @param [in] name name asked for, as in Query
     */
    typedef void (*AnswerCallback)(Ipv4Address source, uint16_t port, const std::string& name);

    /**
     * @brief Signature of Failed.
     *
     * Fired for each query that is answered with ServFail by the host, before that is sent.
     *
     * @param [in] source address of the client
     * @param [in] port port of the client
     * @param [in] name name asked for, as in Query
     * @param [in] failure why
     */
    typedef void (*FailedCallback)(Ipv4Address source,
                                   uint16_t port,
                                   const std::string& name,
                                   DnsRelayFailure failure);

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;

    void HandleQuery(Ptr<Socket> socket);
    void HandleReply(Ptr<Socket> socket);
    void HandleTimeout();
    /// Send a message of the relay's.
    void Send(const DnsRelayMessage& message);
    /// Have one event at the relay's next deadline, if it has one.
    void ScheduleTimeout();
    void CloseSockets();

    Ipv4Address m_address;           //!< Address
    uint16_t m_port{0};              //!< Port
    Ipv4Address m_upstream;          //!< Upstream
    uint16_t m_upstreamPort{0};      //!< UpstreamPort
    Time m_timeout;                  //!< Timeout
    uint32_t m_attempts{0};          //!< Attempts
    uint32_t m_maxPending{0};        //!< MaxPending
    std::optional<DnsRelay> m_relay; //!< while the application runs
    Ptr<Socket> m_clientSocket;      //!< to VMs
    Ptr<Socket> m_upstreamSocket;    //!< to the upstream resolver
    EventId m_timeoutEvent;          //!< at the relay's next deadline

    TracedCallback<Ipv4Address, uint16_t, const std::string&> m_queryTrace;  //!< Query
    TracedCallback<Ipv4Address, uint16_t, const std::string&> m_answerTrace; //!< Answer
    TracedCallback<Ipv4Address, uint16_t, const std::string&, DnsRelayFailure>
        m_failedTrace; //!< Failed
};

} // namespace azure
} // namespace ns3

#endif // AZURE_HOST_RESOLVER_H
