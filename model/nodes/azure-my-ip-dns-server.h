// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_MY_IP_DNS_SERVER_H
#define AZURE_MY_IP_DNS_SERVER_H

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/azure-my-ip-exchange.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>
#include <string>

namespace ns3
{

class Packet;
class Socket;

namespace azure
{

/**
 * @ingroup azure-nodes
 * @brief A DNS server that knows one name, whose address is that of whoever asks.
 *
 * It stands for resolver1.opendns.com, which Azure's documentation asks for myip.opendns.com to
 * learn which public address a VM's traffic leaves from (S0-34).  EvaluateMyIpQuery() has the
 * table of its answers.  Unlike the real resolver it resolves no other name.
 *
 * On a node with several addresses a reply comes from the address the query went to (RFC 2181,
 * section 4.1), as NATs and clients on the way expect.
 *
 * A port that is in use on the node already ends the program when the application starts.
 */
class MyIpDnsServer : public Application
{
  public:
    /// @return the object TypeId
    static TypeId GetTypeId();

    MyIpDnsServer();
    ~MyIpDnsServer() override;

    /**
     * @brief Signature of the Query trace source.
     *
     * Fired once for every datagram that is a well-formed query with one question, whatever the
     * reply will be, and before the reply is sent.
     *
     * @param [in] source address the query came from, after any translation on its way
     * @param [in] port port the query came from, after any translation on its way
     * @param [in] name name asked for, in the query's case and without a final dot
     */
    typedef void (*QueryCallback)(Ipv4Address source, uint16_t port, const std::string& name);

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;

    Ptr<Socket> OpenSocket(Ipv4Address local);
    void CloseSockets();
    void HandleRead(Ptr<Socket> socket);
    void HandleQuery(const Ptr<Socket>& socket, const Ptr<Packet>& packet, const Address& from);
    /// @return the socket bound to the address the packet was sent to; opened at its first query
    Ptr<Socket> GetReplySocket(const Ptr<Socket>& socket, const Ptr<Packet>& packet);

    void SetName(const std::string& name);
    std::string GetNameText() const;

    uint16_t m_port;                              //!< UDP port
    MyIpRecord m_record;                          //!< what is answered; its ttl is set at the start
    Time m_ttl;                                   //!< time to live of the answer
    std::map<Ipv4Address, Ptr<Socket>> m_sockets; //!< by local address; any address for the first

    TracedCallback<Ipv4Address, uint16_t, const std::string&> m_queryTrace; //!< Query
};

} // namespace azure
} // namespace ns3

#endif // AZURE_MY_IP_DNS_SERVER_H
