// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SNAT_PORT_SET_H
#define AZURE_SNAT_PORT_SET_H

#include "azure-owned-ports.h"
#include "azure-used-ports.h"

#include "ns3/azure-port-range.h"
#include "ns3/azure-profile.h"
#include "ns3/ipv4-address.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ns3::azure
{

/// Draws a whole number from 0 to n - 1, all as likely; n is 1 at least.
using Draw = std::function<uint32_t(uint32_t n)>;

/// Which flows a port of a SnatPortSet is for.
struct SnatPortGroup
{
    uint64_t reuse{0};     //!< flows with the same number must not share a port
    uint32_t inventory{0}; //!< 0 or 1: whose ports are counted apart, to tell unused ones
};

/**
 * @ingroup azure-tables
 * @brief The SNAT ports of one owner on one public address.
 *
 * A port may carry several flows at once, as long as no two of them fall into the same reuse
 * group; see SnatPortAllocator.  Each use of a port is open at first, may cool down after its flow
 * has closed, and ends with Release(); open or cooling, it keeps the port from its own group only.
 * Flows of a group that share a port after all (those of one source socket) hold it together.
 *
 * Which port a flow gets is the profile's PortChoice.  All but BoundedRandom are exact: a group
 * gets a port as long as there is one that is free in it.  Ports are in ascending order, in
 * whatever order they were added.
 *
 * Laws, checked by CheckInvariants():
 * - ports of the set = ports free + ports in use + ports cooling down, where a port is in use if it
 *   has an open use, and cooling down if it has cooling uses only;
 * - uses = ports held by the groups, each counted alone + uses that share one;
 * - only ports of the set are held.
 *
 * Source: S0-13, S0-17 to S0-20; the lowest free port goes first (sources.rst B.2: OB-2006).
 */
class SnatPortSet
{
  public:
    /**
     * @param publicAddress frontend, platform or NAT gateway's address
     * @param choice which of the free ports a group gets
     * @param tries of PortChoice::BoundedRandom
     */
    SnatPortSet(Ipv4Address publicAddress, PortChoice choice, uint32_t tries);

    /// @brief Add ports; none may be there already.
    void Add(PortRange ports);

    /// @brief Take ports away; all must be there, and none may be held.
    void Remove(PortRange ports);

    /**
     * @brief Take a port for a group.
     * @param group which
     * @param sourcePort of the flow, for PortChoice::Deterministic
     * @param draw used by the choices that are random
     * @return the port, or nothing if none was found that is free in the group
     */
    std::optional<uint16_t> Acquire(SnatPortGroup group, uint16_t sourcePort, const Draw& draw);

    /// @return whether there is a port without any use; asked with PortChoice::RandomUnused only
    bool HasUnused(SnatPortGroup group) const
    {
        return m_held[group.inventory].GetSize() < GetSize();
    }

    /// @brief Add an open use to a port that the group holds.
    void Share(SnatPortGroup group, uint16_t port);

    /// @brief Let an open use of the port cool down.
    void CoolDown(uint16_t port)
    {
        Change(port, -1, +1);
    }

    /// @brief Make a cooling use of the port open again.
    void Reopen(uint16_t port)
    {
        Change(port, +1, -1);
    }

    /**
     * @brief End a use of the port.
     * @param group the group it was acquired for
     * @param port the port it was given
     * @param isCoolingDown whether the use had cooled down
     * @param isShared whether other uses of the group remain, so that the group keeps the port
     */
    void Release(SnatPortGroup group, uint16_t port, bool isCoolingDown, bool isShared = false);

    /// @return frontend, platform or NAT gateway's address
    Ipv4Address GetPublicAddress() const
    {
        return m_publicAddress;
    }

    /// @return the ports
    const OwnedPorts& GetPorts() const
    {
        return m_owned;
    }

    /// @return how many ports there are
    uint32_t GetSize() const
    {
        return m_owned.GetSize();
    }

    /// @return uses of the port, open or cooling
    uint32_t GetUses(uint16_t port) const
    {
        const auto* use = FindUse(port);
        return use == nullptr ? 0 : use->GetAll();
    }

    /// @return ports with at least one open use
    uint32_t GetPortsInUse() const
    {
        return m_portsInUse;
    }

    /// @return ports with cooling uses only
    uint32_t GetPortsCoolingDown() const
    {
        return m_portsCoolingDown;
    }

    /// @return uses, open or cooling: one for each flow that holds a port
    uint64_t GetUses() const
    {
        return m_uses;
    }

    /// @return bytes held, besides those of the object itself
    std::size_t GetMemory() const;

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

  private:
    /// How many flows use one port.
    struct PortUse
    {
        uint32_t open{0};    //!< uses that are open
        uint32_t cooling{0}; //!< uses that cool down

        /// @return uses of either kind
        uint32_t GetAll() const
        {
            return open + cooling;
        }
    };

    using WindowUses = std::array<PortUse, 64>;

    /// @return the port for a group that uses these ports; nothing if none was found
    std::optional<uint16_t> Choose(UsedPorts& used,
                                   uint32_t inventory,
                                   uint16_t sourcePort,
                                   const Draw& draw);
    /// @return any port that is free, all as likely; there must be one
    uint16_t ChooseAny(UsedPorts& used, const Draw& draw) const;
    /// @return any port that is free, if one of so many draws finds it
    std::optional<uint16_t> Search(const UsedPorts& used, uint32_t tries, const Draw& draw) const;

    /// @return whether ports that no flow holds are told from others
    bool TellsUnused() const
    {
        return m_choice == PortChoice::RandomUnused;
    }

    /// @return the uses of a port; null if it never had one
    const PortUse* FindUse(uint16_t port) const
    {
        const uint32_t at = port / 64U - m_firstWindow; // huge for windows before the first
        return at < m_portUses.size() && m_portUses[at] ? &(*m_portUses[at])[port % 64] : nullptr;
    }

    /// @return uses of the port in inventory 1
    uint32_t GetSecondUses(uint16_t port) const
    {
        return port < m_secondUses.size() ? m_secondUses[port] : 0;
    }

    /// Make room for the uses of ports.
    void ReserveUses(PortRange ports);
    /// Count a use that began (isMore) or ended in an inventory.
    void CountInventory(SnatPortGroup group, uint16_t port, bool isMore);

    /**
     * @brief Change the uses of one port and keep the set's counts in step.
     * @param port a port of the set
     * @param open change of its open uses
     * @param cooling change of its cooling uses
     */
    void Change(uint16_t port, int open, int cooling);

    Ipv4Address m_publicAddress; //!< frontend, platform or NAT gateway's address
    PortChoice m_choice;         //!< of the profile
    uint32_t m_tries;            //!< of the profile
    OwnedPorts m_owned;          //!< the ports
    std::unordered_map<uint64_t, UsedPorts> m_groups; //!< ports each group holds
    std::array<UsedPorts, 2> m_held; //!< by inventory, ports with a use; of RandomUnused only
    std::vector<std::unique_ptr<WindowUses>> m_portUses; //!< by window; null: none ever
    uint32_t m_firstWindow{0};                           //!< that of m_portUses' first
    std::vector<uint32_t> m_secondUses; //!< by port, uses in inventory 1; of RandomUnused only
    uint32_t m_portsInUse{0};           //!< with an open use
    uint32_t m_portsCoolingDown{0};     //!< ports with cooling uses only
    uint64_t m_uses{0};                 //!< uses of all ports
    uint64_t m_sharedUses{0};           //!< those that came by Share() and have not been released
};

} // namespace ns3::azure

#endif // AZURE_SNAT_PORT_SET_H
