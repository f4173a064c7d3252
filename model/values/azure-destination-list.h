// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_DESTINATION_LIST_H
#define AZURE_DESTINATION_LIST_H

#include "ns3/abort.h"
#include "ns3/ipv4-address.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-values
 * @brief The destinations of a traffic generator: every address with every port, numbered.
 *
 * Number i is address i mod D and port firstPort + i / D, for D addresses: consecutive numbers go
 * to different addresses as long as there are any.
 */
struct DestinationList
{
    std::vector<Ipv4Address> addresses; //!< the addresses
    uint16_t firstPort{0};              //!< lowest port
    uint32_t ports{1};                  //!< number of consecutive ports

    /// @return number of destinations
    std::size_t GetSize() const
    {
        return addresses.size() * ports;
    }

    /// @return address and port of a destination, by its number from 0 to GetSize() - 1
    std::pair<Ipv4Address, uint16_t> Get(std::size_t number) const
    {
        NS_ABORT_MSG_IF(number >= GetSize(), "there is no destination " << number);
        return {addresses[number % addresses.size()],
                static_cast<uint16_t>(firstPort + number / addresses.size())};
    }
};

} // namespace ns3::azure

#endif // AZURE_DESTINATION_LIST_H
