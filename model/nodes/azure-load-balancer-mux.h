// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_LOAD_BALANCER_MUX_H
#define AZURE_LOAD_BALANCER_MUX_H

#include "azure-fabric-port.h"
#include "azure-packet-counts.h"
#include "azure-slb-control-socket.h"

#include "ns3/application.h"
#include "ns3/azure-packet-headers.h"
#include "ns3/azure-public-endpoint-table.h"
#include "ns3/azure-trace-records.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief The load balancer's data plane: owns the public addresses in the physical network.
 *
 * A packet to a public address is sent by IP-in-IP to the host that owns the address and port, by
 * a stateless map (Ananta 3.3.3).  Outbound packets never come this way.  The inner time to live
 * counts down by one; a packet whose time runs out here is dropped.
 *
 * Order of assembly: add to a node with an IPv4 stack, SetUplink(), Apply().  The SLB manager's
 * messages call Apply() too.  Routes of the public addresses must lead to the mux.
 */
class LoadBalancerMux : public Application
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /// @brief Connect the mux to the physical network; once.
    /// @param device see FabricPort::Create()
    /// @param address the mux's address and gateway
    void SetUplink(Ptr<NetDevice> device, const FabricAddress& address);

    /// @brief Learn where packets of public endpoints go.
    /// @return whether all were added: false, with the rest added, if some have another owner
    bool Apply(const ProgramPublicEndpoints& instruction);

    /// @return what became of the packets so far
    const PacketCounts& GetPacketCounts() const
    {
        return m_counts;
    }

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

    /**
     * @brief Signature of Drop.
     * @param [in] drop why, and of which flow
     * @param [in] packet the packet, as it came
     */
    typedef void (*DropCallback)(const DropRecord& drop, Ptr<const Packet> packet);

  private:
    void StartApplication() override;
    void StopApplication() override;
    void DoDispose() override;

    /// Something came from the physical network. @return false if it is for the mux's own stack
    bool Receive(const Ptr<const Packet>& packet);
    /// Send a packet to the host that owns its destination. @return nothing if done, or why not
    std::optional<DropReason> Forward(PacketHeaders& headers, const Ptr<const Packet>& packet);
    /// Drop a packet and tell of it.
    void Drop(DropReason reason, const FlowKey& key, const Ptr<const Packet>& packet);
    /// A message of the SLB manager has come.
    void ReceiveMessage(const SlbMessage& message, Ipv4Address from);

    uint16_t m_controlPort{0};       //!< ControlPort
    Ipv4Address m_managerAddress;    //!< ManagerAddress
    Ptr<FabricPort> m_uplink;        //!< to the physical network
    Ptr<SlbControlSocket> m_control; //!< to the SLB manager
    PublicEndpointTable m_endpoints; //!< host address, as a number, by public endpoint
    uint16_t m_identification{0};    //!< of the next outer header
    bool m_checksums{false};         //!< ns-3's ChecksumEnabled
    PacketCounts m_counts;           //!< what became of the packets

    TracedCallback<const DropRecord&, Ptr<const Packet>> m_dropTrace; //!< Drop
};

} // namespace ns3::azure

#endif // AZURE_LOAD_BALANCER_MUX_H
