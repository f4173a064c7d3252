// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SOAK_PORT_LEDGER_H
#define AZURE_SOAK_PORT_LEDGER_H

#include "ns3/azure-slb-message.h"
#include "ns3/azure-trace-records.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

/**
 * @brief Who has which SNAT ports and which flows hold them, kept by what trace sources tell.
 *
 * It knows nothing of the library's tables, so that the two can be compared.  Owners are network
 * interfaces by their numbers; those of AddGateway() have all ports of their addresses.
 */
class SoakPortLedger
{
  public:
    /// Something that was wrong, in words; nothing if all was right.
    using Finding = std::optional<std::string>;

    /// @brief Have an owner whose ports nobody gives: a NAT gateway.
    void AddGateway(uint32_t owner)
    {
        m_gateways.insert(owner);
    }

    /// @brief Ports were given or taken. @return if one has an owner, or not the one it should have
    Finding Note(const SnatAllocation& allocation);

    /// @brief A flow's use of a port has changed. @return if the port is not the owner's
    Finding Note(uint32_t owner, const SnatPortEvent& event);

    /// @return if a flow that acquires its port has the same key after translation as another one
    Finding FindDouble(const SnatPortEvent& event) const;

    /// @return how an owner's use of an address differs from what the events say
    Finding Compare(uint32_t owner, const SnatPortUsage& usage) const;

    /// @return how an owner's ports differ from those of the grants
    Finding Compare(uint32_t owner, const std::vector<SnatPortBlockGrant>& grants) const;

    /// @return the owner of a port of an address; nothing if it is nobody's
    std::optional<uint32_t> FindOwner(Ipv4Address address, uint16_t port) const;

    /// @return all ports that belonged to somebody, and are nobody's now; likewise
    std::vector<SnatPortBlockGrant> GetFormerPorts() const
    {
        return GetPorts(NOBODY);
    }

    /// @return the addresses that have ports which belong, or belonged, to somebody
    std::set<Ipv4Address> GetAddresses() const;

    /// @return all ports of an owner, by address; runs of consecutive ones
    std::vector<SnatPortBlockGrant> GetPorts(uint32_t owner) const;

  private:
    static constexpr uint32_t NOBODY = 0; //!< owner of ports that were taken

    /// An address and a port, in this order of significance.
    using Port = uint64_t;

    /// Flows that hold a port.
    struct Use
    {
        uint32_t open{0};    //!< flows that are open
        uint32_t cooling{0}; //!< flows that have closed
    };

    static Port MakePort(Ipv4Address address, uint16_t port)
    {
        return uint64_t{address.Get()} << 16 | port;
    }

    std::set<uint32_t> m_gateways;                   //!< owners that are NAT gateways
    std::map<Port, uint32_t> m_owners;               //!< of each port that was given
    std::map<std::pair<uint32_t, Port>, Use> m_uses; //!< by owner and port, above 0
    std::map<FlowKey, bool> m_flows;                 //!< after translation: whether it is open
};

} // namespace ns3::azure

#endif // AZURE_SOAK_PORT_LEDGER_H
