// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HOST_PORTS_H
#define AZURE_HOST_PORTS_H

#include "azure-vm-port.h"

#include "ns3/azure-host-goal-state.h"
#include "ns3/azure-network-interface-policy.h"
#include "ns3/azure-packet-headers.h"
#include "ns3/azure-public-endpoint-table.h"
#include "ns3/azure-slb-message.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <variant>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief The ports of a host's VMs, and the ways to find the one that a packet or message is for.
 *
 * A port stays where it is until its host is gone.  Lookups return null, or why the packet is to
 * be dropped, if there is none.
 */
class HostPorts
{
  public:
    /// Ports by network interface number.
    using Map = std::map<uint32_t, std::unique_ptr<VmPort>>;

    /// @brief Add a port, whose network interface must not have one yet.
    VmPort& Insert(std::unique_ptr<VmPort> port);

    /// @brief Let the host's own stack find a port by the VM's address.
    /// @return whether it was done: false, with nothing changed, if another VM has the address
    bool InsertHostServiceClient(VmPort& port);

    /**
     * @brief Tell a port how it reaches the Internet, for the first time or anew.
     * @param instruction for a network interface that has a port here
     * @param now current time
     * @return what has changed; nothing, with nothing changed, if another one owns its ports
     */
    std::optional<SnatPortChanges> Program(const ProgramNetworkInterface& instruction, Time now);

    /**
     * @brief Give a port SNAT ports, and take some away.
     * @param instruction for a network interface that has a port here, with an instruction
     * @param now current time
     * @return what has changed; nothing, with nothing changed, if somebody owns what it gives
     */
    std::optional<SnatPortChanges> Program(const ProgramSnatPorts& instruction, Time now);

    /// @brief Give up SNAT ports of a port: see VnicPipeline::TakeUnused().
    SnatPortGrants TakeUnused(VmPort& port, Time now);

    /// @return whether all these network interfaces are on this host
    bool HasAll(const std::vector<NetworkInterfaceGoalState>& networkInterfaces) const;

    /**
     * @brief Give ports their places in virtual networks, and their policies; no other port has
     * a place then.
     * @param networkInterfaces those with a place; HasAll() is true of them
     * @param policies of each, in this order
     */
    void Place(const std::vector<NetworkInterfaceGoalState>& networkInterfaces,
               std::vector<NetworkInterfacePolicy> policies);

    /// @return the port of a network interface
    VmPort* LookupNumber(uint32_t number) const;

    /// @return the port that owns the public endpoint a packet is for: see FindEndpointOwner()
    std::variant<VmPort*, DropReason> LookupPublicEndpoint(const PacketHeaders& packet) const;

    /// @return the port that has an address (host byte order) in a virtual network
    VmPort* LookupInVirtualNetwork(uint32_t virtualNetwork, uint32_t address) const;

    /**
     * @brief Find the VM that a datagram of the host's own stack is for.
     *
     * By its address among those of InsertHostServiceClient(); a broadcast is for the VM whose
     * hardware address it carries as DHCP's chaddr.
     */
    VmPort* LookupHostServiceClient(const PacketHeaders& headers, const Packet& datagram) const;

    /// @return all ports
    const Map& GetAll() const
    {
        return m_ports;
    }

  private:
    /// @return what the port is called in m_endpoints
    uint32_t GetTarget(VmPort& port);
    /// Enter what a target owns. @return whether it was done, and all of it
    bool InsertEndpoints(const std::optional<Ipv4Address>& whole,
                         const SnatPortGrants& blocks,
                         uint32_t target);
    /// Strike out what nobody owns any more.
    void RemoveEndpoints(const SnatPortGrants& blocks);

    Map m_ports;                     //!< all there are
    PublicEndpointTable m_endpoints; //!< who owns which public endpoint here
    std::vector<VmPort*> m_owners;   //!< what the targets of m_endpoints mean
    std::unordered_map<uint64_t, VmPort*> m_portInVirtualNetwork;    //!< by GetPlace()
    std::unordered_map<uint32_t, VmPort*> m_portOfHostServiceClient; //!< by VM's address
};

} // namespace ns3::azure

#endif // AZURE_HOST_PORTS_H
