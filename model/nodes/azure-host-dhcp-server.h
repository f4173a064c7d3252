// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HOST_DHCP_SERVER_H
#define AZURE_HOST_DHCP_SERVER_H

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/azure-dhcp-lease-table.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/traced-callback.h"

namespace ns3
{

class Socket;

namespace azure
{

/**
 * @ingroup azure-nodes
 * @brief Tells the VMs of a physical host, by DHCP, which addresses they have (S3-50).
 *
 * Serves ns-3's DhcpClient.  DhcpLeaseTable has the table of what it answers; where the real host
 * relays to a server of the platform's, this one knows the answers, as they have been programmed
 * long before a VM starts.  A client without an address is answered by broadcast, whatever it
 * desires: ns-3's clients receive nothing else.  No event is ever scheduled.
 *
 * Why not ns-3's DhcpServer (as of 3.37; dhcp-server.cc):
 * - it must have an address in the subnet it serves, and lends the addresses of one range: a host
 *   has no address in its VMs' networks, and carries VMs of several;
 * - a static entry made before the start is put into the pool by StartApplication() all the same,
 *   so that another client may be offered its address;
 * - it keeps the whole range as a list: 8 million entries for 10.0.0.0/9;
 * - it polls each second, for ever, so that Simulator::Run() never returns by itself.
 *
 * ns-3's DhcpClient renews for ever, too: a simulation with one needs Simulator::Stop(), or a stop
 * time of the client.
 *
 * A node without the address, and UDP port 67 in use on it, end the program when the application
 * starts.
 */
class HostDhcpServer : public Application
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /**
     * @brief Learn what a network interface of this host has been given; before or after the start.
     * @param hardware address of the VM's device, Mac48Address
     * @param lease what its VM is told; a second lease of one device ends the program
     */
    void AddLease(const Address& hardware, const DhcpLease& lease);

    /**
     * @brief Signature of Answer.
     * @param [in] reply the message, before it is sent
     */
    typedef void (*AnswerCallback)(const DhcpMessage& reply);

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;

    Ptr<Socket> OpenSocket(Ipv4Address local);
    void CloseSockets();
    void HandleRead(Ptr<Socket> socket);
    /// Send a reply to the VM that has the address, or by broadcast if it has none yet.
    void Send(const DhcpMessage& reply, Ipv4Address to);

    Ipv4Address m_address;   //!< Address
    Time m_leaseTime;        //!< LeaseTime
    DhcpLeaseTable m_table;  //!< what VMs are told
    Ptr<Socket> m_socket;    //!< to VMs, from the address
    Ptr<Socket> m_broadcast; //!< to VMs that have no address yet

    TracedCallback<const DhcpMessage&> m_answerTrace; //!< Answer
};

} // namespace azure
} // namespace ns3

#endif // AZURE_HOST_DHCP_SERVER_H
