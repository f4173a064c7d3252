// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_RETURNABLE_RANGES_H
#define AZURE_RETURNABLE_RANGES_H

#include "azure-memory.h"

#include "ns3/azure-port-range.h"
#include "ns3/nstime.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ns3::azure
{

/// Ports of one frontend.
struct FrontendPorts
{
    uint32_t frontend{0}; //!< its position
    PortRange ports;      //!< which
};

/**
 * @ingroup azure-tables
 * @brief Ranges of SNAT ports that go back when no flow has held one of their ports for some time
 * (sources.rst B.1: BLOG-1802; Ananta 3.4.2).
 *
 * Ports that were not added are nobody's: all calls about them change nothing.
 *
 * Laws, checked by CheckInvariants(): a range has ports, of which those held are some; it waits for
 * its return exactly while none is held.
 */
class ReturnableRanges
{
  public:
    /// Ranges that never go back.
    ReturnableRanges() = default;

    /**
     * @param size ports of a range
     * @param timeout how long a range must have been unused
     */
    ReturnableRanges(uint32_t size, Time timeout);

    /// @brief Add ports, none of which is held; they fall into ranges from the first port on.
    void Add(const FrontendPorts& ports, Time now);

    /// @brief Forget ports, none of which is held.
    void Remove(const FrontendPorts& ports);

    /// @return whether there is no range
    bool IsEmpty() const
    {
        return m_ranges.empty();
    }

    /// @brief A flow holds the port, which none held before.
    void Hold(uint32_t frontend, uint16_t port);

    /// @brief No flow holds the port any more.
    void Leave(uint32_t frontend, uint16_t port, Time now);

    /// @return when the next range has been unused for the timeout; nothing if all are held
    std::optional<Time> GetNextUnused() const;

    /// @brief Forget the ranges that have been unused for the timeout.
    /// @return their ports, of those longest unused first
    std::vector<FrontendPorts> TakeUnused(Time now);

    /// @return bytes held
    std::size_t GetMemory() const
    {
        return azure::GetMemory(m_ranges) + azure::GetMemory(m_rangeOf) +
               azure::GetMemory(m_unused);
    }

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

  private:
    /// What is known of one range.
    struct Range
    {
        FrontendPorts whole;    //!< as it came
        uint32_t ports{0};      //!< those that have not been removed; above 0
        uint32_t held{0};       //!< those that flows hold
        int64_t unusedSince{0}; //!< nanoseconds; while none is held
    };

    /// @return key of a port in m_rangeOf
    static uint64_t GetKey(uint32_t frontend, uint32_t port)
    {
        return (uint64_t{frontend} << 16) | port;
    }

    uint32_t m_size{1};                               //!< ports of a range
    std::optional<int64_t> m_timeout;                 //!< nanoseconds; none: never
    uint64_t m_added{0};                              //!< ranges so far: the next one's number
    std::unordered_map<uint64_t, Range> m_ranges;     //!< by number
    std::unordered_map<uint64_t, uint64_t> m_rangeOf; //!< number of the range by port
    std::set<std::pair<int64_t, uint64_t>> m_unused;  //!< since when, and number
};

} // namespace ns3::azure

#endif // AZURE_RETURNABLE_RANGES_H
