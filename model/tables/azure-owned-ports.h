// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_OWNED_PORTS_H
#define AZURE_OWNED_PORTS_H

#include "ns3/azure-port-range.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace ns3::azure
{

/// Ports by their place in a bitmap: 64 make a window, 64 windows a block, 16 blocks all ports.
namespace port_bitmap
{

constexpr uint32_t BLOCKS = 16;

/// @return the word whose only set bit is the number's, modulo 64
constexpr uint64_t
Bit(uint32_t number)
{
    return uint64_t{1} << (number % 64);
}

/// @return the word whose set bits are that of the number modulo 64 and all higher ones
constexpr uint64_t
BitsFrom(uint32_t number)
{
    return ~uint64_t{0} << (number % 64);
}

/// @return position of the lowest set bit; there must be one
inline uint32_t
FindLowest(uint64_t word)
{
    return static_cast<uint32_t>(__builtin_ctzll(word));
}

/// @return number of set bits
inline uint32_t
Count(uint64_t word)
{
    return static_cast<uint32_t>(__builtin_popcountll(word));
}

/// @return position of the set bit with \p n set ones below it; there must be one
inline uint32_t
Select(uint64_t word, uint32_t n)
{
    for (; n > 0; --n)
    {
        word &= word - 1;
    }
    return FindLowest(word);
}

} // namespace port_bitmap

/**
 * @ingroup azure-tables
 * @brief A set of ports that grows and shrinks by ranges: a bitmap.
 *
 * Costs of a range are those of its windows of 64 ports, whatever else is in the set.
 */
class OwnedPorts
{
  public:
    /// Windows to which ports were added lately, of which the set remembers which.
    static constexpr uint32_t REMEMBERED_WINDOWS = 64;

    /// @brief Add ports, none of which may be in the set.
    void Add(PortRange ports);

    /// @brief Take ports out, all of which must be in the set.
    void Remove(PortRange ports);

    /// @return whether the port is in the set
    bool Contains(uint16_t port) const
    {
        return (GetWord(port / 64) & port_bitmap::Bit(port)) != 0;
    }

    /// @return how many ports there are
    uint32_t GetSize() const
    {
        return m_size;
    }

    /// @return bytes held, besides those of the object itself
    std::size_t GetMemory() const
    {
        const auto isThere = [](const auto& block) { return block != nullptr; };
        return sizeof(Block) *
               static_cast<std::size_t>(std::count_if(m_blocks.begin(), m_blocks.end(), isThere));
    }

    /// @return the port with \p n lower ones in the set; n is below GetSize()
    uint16_t Select(uint32_t n) const;

    /// @return bit b: port 64 window + b is in the set
    uint64_t GetWord(uint32_t window) const
    {
        const auto& block = m_blocks[window / 64];
        return block ? (*block)[window % 64] : 0;
    }

    /// @return bit b: window 64 block + b has a port
    uint64_t GetWindows(uint32_t block) const
    {
        return m_windows[block];
    }

    /// @return ports of the block
    uint32_t GetBlockSize(uint32_t block) const
    {
        return m_sizes[block];
    }

    /// @return how often ports were added to a window
    uint64_t GetAdditions() const
    {
        return m_additions;
    }

    /// @return the window of an addition, one of the last REMEMBERED_WINDOWS, counted from 0
    uint32_t GetAddition(uint64_t addition) const
    {
        return m_lately[addition % REMEMBERED_WINDOWS];
    }

  private:
    using Block = std::array<uint64_t, 64>;

    /// Set bits of one window (isAdded), or clear them.
    void Change(uint32_t window, uint64_t bits, bool isAdded);

    std::array<std::unique_ptr<Block>, port_bitmap::BLOCKS> m_blocks; //!< null: no port ever
    std::array<uint64_t, port_bitmap::BLOCKS> m_windows{};            //!< see GetWindows()
    std::array<uint16_t, port_bitmap::BLOCKS> m_sizes{};              //!< ports by block
    std::array<uint16_t, REMEMBERED_WINDOWS> m_lately{};              //!< see GetAddition()
    uint64_t m_additions{0};                                          //!< windows added to
    uint32_t m_size{0};                                               //!< ports in all
    uint16_t m_lowest{0};                                             //!< lowest port, if any
    uint16_t m_highest{0};                                            //!< highest port, if any
};

} // namespace ns3::azure

#endif // AZURE_OWNED_PORTS_H
