// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SNAT_PORT_LEDGER_H
#define AZURE_SNAT_PORT_LEDGER_H

#include "azure-port-set.h"
#include "azure-snat-port-space.h"

#include "ns3/azure-port-range.h"
#include "ns3/azure-profile.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief Who has which SNAT ports of one public address, as the SLB manager keeps it.
 *
 * A port is free, somebody's, or on its way back: its owner has been told to give it up, or has
 * said that it does, and hosts and muxes may still act on it.  Only free ports are given.
 *
 * Laws, checked by CheckInvariants(): ports of the address = free + owned + on their way back; no
 * port has two owners.
 */
class SnatPortLedger
{
  public:
    /// @param space the address's ports without those of rules; all are free
    explicit SnatPortLedger(const SnatPortSpace& space);

    /**
     * @brief Give free ports away, the lowest first.
     * @param networkInterface who gets them
     * @param ports how many, above 0
     * @param granularity they are given in runs of at least so many neighbors whose lowest is at a
     *        multiple of it (counted from port 0); 1: anywhere.  The last run may be shorter
     *        only if \p ports is no multiple of it.
     * @return the ports as ranges, ascending; none, with nothing changed, if there are not as many
     */
    std::vector<PortRange> Give(uint32_t networkInterface, uint32_t ports, uint32_t granularity);

    /**
     * @brief Begin to take ports back from an owner.
     * @param networkInterface whose
     * @param ports how many, at most those it has
     * @param half from which end: its highest or its lowest ports
     * @return which, ascending; they are on their way back
     */
    std::vector<PortRange> TakeBack(uint32_t networkInterface, uint32_t ports, ReclaimedHalf half);

    /// @brief Begin to take these ports back.
    /// @return false, with nothing changed, if one of them is not the interface's
    bool TakeBack(uint32_t networkInterface, PortRange ports);

    /// @brief Ports that were on their way back, all of them, have arrived: they are free.
    void Free(PortRange ports);

    /// @return the ports an interface has, ascending; none if it has none
    std::vector<PortRange> GetPorts(uint32_t networkInterface) const;

    /// @return how many ports an interface has
    uint32_t GetPortCount(uint32_t networkInterface) const;

    /// @return how many ports are free
    uint32_t GetFree() const;

    /// @return how many ports there are
    uint32_t GetSize() const;

    /// @return the ports of the address as ranges, ascending
    const std::vector<PortRange>& GetRanges() const;

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

  private:
    std::vector<PortRange> m_ranges;     //!< all ports of the address, ascending
    uint32_t m_size{0};                  //!< how many they are
    PortSet m_free;                      //!< nobody's
    PortSet m_returning;                 //!< on their way back
    std::map<uint32_t, PortSet> m_owned; //!< by network interface; none is empty
};

} // namespace ns3::azure

#endif // AZURE_SNAT_PORT_LEDGER_H
