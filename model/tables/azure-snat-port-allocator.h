// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SNAT_PORT_ALLOCATOR_H
#define AZURE_SNAT_PORT_ALLOCATOR_H

#include "azure-returnable-ranges.h"
#include "azure-snat-port-set.h"

#include "ns3/azure-flow-key.h"
#include "ns3/azure-profile.h"
#include "ns3/azure-slb-message.h"
#include "ns3/nstime.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ns3::azure
{

/// A SNAT port held by one flow.
struct SnatPortLease
{
    uint32_t frontend{0};      //!< position of its public address in the allocator
    uint16_t port{0};          //!< the port
    bool isCoolingDown{false}; //!< the flow has closed
};

/**
 * @ingroup azure-tables
 * @brief Gives the flows of one owner of SNAT ports their ports: of a network interface, or of all
 * that go through a NAT gateway.
 *
 * The owner has ports on some public addresses, its frontends, in frontend order: that of the first
 * AddPorts() for each.  Ports may come and go at any time.
 *
 * A new flow tries the frontends that have ports, from the one that the profile's FrontendSelection
 * says on, around the end; a frontend cut into many ranges is tried as often as any other.  Which
 * flows may share a port is the profile's reuse key, which of the ports its PortChoice; with
 * RandomUnused those that no flow holds come first on all frontends (B.6: NG-2202).  The answer
 * is exact, but for PortChoice::BoundedRandom: as long as there is a port that is free for the
 * flow's destination, it gets one; N flows for N ports always fit, and the N+1st is refused,
 * whatever came before.
 *
 * ReuseKey::Cone: a source socket (protocol, private address and port) has one port for all its
 * flows, from the first to the last of them, and nobody else of its protocol has that.
 *
 * With MaxFlowsPerDestination a frontend on which as many flows go to a destination address, port
 * and protocol has no port for another one.
 *
 * Ports that are returnable go back in ranges of the profile's PortRangeSize, when no flow has held
 * one for the UnusedRangeTimeout: TakeUnused().
 *
 * Laws, checked by CheckInvariants(): those of SnatPortSet and ReturnableRanges; uses of ports =
 * leases; a socket's flows hold its port and are as many as the port's uses there, so nobody else
 * has it.  No two leases have the same translated 5-tuple (S0-19).
 *
 * Determinism: no clock; random numbers come from outside.
 */
class SnatPortAllocator
{
  public:
    /// An allocator that never has ports.
    SnatPortAllocator() = default;

    /**
     * @param profile reuse keys, choices and limits
     * @param draw used where the profile's choices are random; where there is one frontend, or
     *        nothing random, it is not called
     */
    SnatPortAllocator(const Profile& profile, Draw draw);

    /**
     * @brief Add ports.
     * @param ports none of them may be there already
     * @param isReturnable whether TakeUnused() may take them; they fall into ranges from the first
     *        port on, the last of which may be shorter
     * @param now current time; matters to returnable ports only
     */
    void AddPorts(const SnatPortBlockGrant& ports, bool isReturnable, Time now);

    /// @brief Take ports away.  All must be there; flows that hold one must have been released.
    void RemovePorts(const SnatPortBlockGrant& ports);

    /**
     * @brief Take away the returnable ranges of which no flow has held a port for the profile's
     * UnusedRangeTimeout.
     * @return them, those longest unused first; what of one had been removed is not in it
     */
    std::vector<SnatPortBlockGrant> TakeUnused(Time now);

    /// @return when TakeUnused() has the next range, if no flow gets a port of it; nothing if every
    ///         returnable one is held, or nothing is ever returned
    std::optional<Time> GetNextUnused() const
    {
        return m_returnable.GetNextUnused();
    }

    /**
     * @brief Take a port for a new flow.
     * @param flow the flow before translation; TCP or UDP; no lease may be for the same one
     * @return the lease, or nothing if no frontend has a port for the flow
     */
    std::optional<SnatPortLease> Acquire(const FlowKey& flow);

    /// @return whether MaxFlowsPerDestination keeps a flow from every port there is, so that more
    ///         ports of the same frontends would not help it
    bool IsAtLimit(const FlowKey& flow) const;

    /// @brief Let the lease of a closed flow cool down; it must be open.
    void CoolDown(SnatPortLease& lease);

    /// @brief Make the lease of a flow open again; it must be cooling down.
    void Reopen(SnatPortLease& lease);

    /**
     * @brief Give a port back.
     * @param flow the flow it was acquired for
     * @param lease what Acquire() returned
     * @param now current time; matters to returnable ports only
     */
    void Release(const FlowKey& flow, const SnatPortLease& lease, Time now);

    /// @return public address of a lease
    Ipv4Address GetPublicAddress(const SnatPortLease& lease) const
    {
        return m_frontends[lease.frontend].GetPublicAddress();
    }

    /// @return all frontends that ever had ports, in frontend order
    const std::vector<SnatPortSet>& GetFrontends() const
    {
        return m_frontends;
    }

    /// @return whether a lease is for one of these ports
    bool IsOneOf(const SnatPortLease& lease, const SnatPortBlockGrant& ports) const
    {
        return GetPublicAddress(lease) == ports.publicAddress && ports.ports.Contains(lease.port);
    }

    /// @return how many leases there are
    uint64_t GetLeases() const
    {
        return m_leases;
    }

    /// @return ports of all frontends
    uint32_t GetPortsAllocated() const;

    /// @return ports of all frontends with at least one open flow
    uint32_t GetPortsInUse() const;

    /// @return ports of all frontends that only closed flows still hold
    uint32_t GetPortsCoolingDown() const;

    /// @return bytes held
    std::size_t GetMemory() const;

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

  private:
    /// Where the flows of a source socket have their port.
    struct SocketPort
    {
        uint32_t frontend{0}; //!< its position
        uint16_t port{0};     //!< the port
        uint32_t flows{0};    //!< how many hold it; above 0
    };

    /// @return position of the frontend, which is added if it is new
    uint32_t FindOrAddFrontend(Ipv4Address publicAddress);
    /// Learn which frontends have ports.
    void OrderFrontends();
    /// @return which of the frontends that have ports a flow tries first
    std::size_t SelectFrontend(const FlowKey& flow) const;
    /// Take a port of the first frontend, from that position on, that has one; isUnusedOnly: ports
    /// that a flow holds are passed over.
    std::optional<SnatPortLease> TryFrontends(const FlowKey& flow,
                                              std::size_t first,
                                              bool isUnusedOnly);
    /// @return which flows must not share a port with this one
    SnatPortGroup GetGroup(const FlowKey& flow) const;
    /// @return whether the frontend may have another flow to the flow's destination
    bool IsBelowLimit(uint32_t frontend, const FlowKey& flow) const;
    /// Count a flow to its destination that begins (isMore), or ends.
    void CountFlow(uint32_t frontend, const FlowKey& flow, bool isMore);
    /// @return a lease for a flow of a socket that has a port; nothing if its limit is reached
    std::optional<SnatPortLease> Join(SocketPort& held, const FlowKey& flow);
    /// @return the first law about sockets that is broken, in words; nothing if all hold
    std::optional<std::string> CheckSocketPorts() const;
    /// @return the lease, now that a port has been found
    SnatPortLease NoteLease(uint32_t frontend, uint16_t port, const FlowKey& flow);

    Profile m_profile;                    //!< reuse keys, choices and limits
    bool m_portsPerProtocol{false};       //!< of the profile, or unequal keys
    Draw m_draw;                          //!< randomness from outside
    std::vector<SnatPortSet> m_frontends; //!< in frontend order
    std::vector<uint32_t> m_withPorts;    //!< positions of those that have ports, ascending
    ReturnableRanges m_returnable;        //!< which of the ports go back when unused
    uint64_t m_leases{0};                 //!< held now
    std::unordered_map<FlowKey, SocketPort, FlowKeyHash>
        m_socketPorts; //!< of ReuseKey::Cone, by source socket
    std::vector<std::unordered_map<uint64_t, uint32_t>>
        m_flowsTo; //!< by frontend, how many to which destination; of MaxFlowsPerDestination only
};

} // namespace ns3::azure

#endif // AZURE_SNAT_PORT_ALLOCATOR_H
