// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-owned-ports.h"

#include "ns3/abort.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

using port_bitmap::BitsFrom;
using port_bitmap::BLOCKS;

/// @return the bits of those of a window's ports that are in the range
uint64_t
GetBits(PortRange ports, uint32_t window)
{
    uint64_t bits = ~uint64_t{0};
    if (window == ports.first / 64U)
    {
        bits &= BitsFrom(ports.first);
    }
    if (window == ports.last / 64U && ports.last % 64 != 63)
    {
        bits &= ~BitsFrom(ports.last + 1U);
    }
    return bits;
}

} // namespace

void
OwnedPorts::Add(PortRange ports)
{
    const bool wasEmpty = m_size == 0;
    for (uint32_t window = ports.first / 64; window <= ports.last / 64U; ++window)
    {
        const auto bits = GetBits(ports, window);
        NS_ABORT_MSG_IF((GetWord(window) & bits) != 0, "ports " << ports << " are there already");
        Change(window, bits, true);
    }
    m_lowest = wasEmpty ? ports.first : std::min(m_lowest, ports.first);
    m_highest = wasEmpty ? ports.last : std::max(m_highest, ports.last);
}

void
OwnedPorts::Remove(PortRange ports)
{
    for (uint32_t window = ports.first / 64; window <= ports.last / 64U; ++window)
    {
        const auto bits = GetBits(ports, window);
        NS_ABORT_MSG_IF((GetWord(window) & bits) != bits, "ports " << ports << " are not there");
        Change(window, bits, false);
    }
    if (m_size == 0)
    {
        return;
    }
    if (ports.Contains(m_lowest))
    {
        uint32_t block = 0;
        while (m_windows[block] == 0)
        {
            ++block;
        }
        const auto window = 64 * block + port_bitmap::FindLowest(m_windows[block]);
        m_lowest = static_cast<uint16_t>(64 * window + port_bitmap::FindLowest(GetWord(window)));
    }
    if (ports.Contains(m_highest))
    {
        uint32_t block = BLOCKS - 1;
        while (m_windows[block] == 0)
        {
            --block;
        }
        const auto window = 64 * block + 63 - __builtin_clzll(m_windows[block]);
        m_highest = static_cast<uint16_t>(64 * window + 63 - __builtin_clzll(GetWord(window)));
    }
}

void
OwnedPorts::Change(uint32_t window, uint64_t bits, bool isAdded)
{
    auto& block = m_blocks[window / 64];
    if (!block)
    {
        block = std::make_unique<Block>();
    }
    auto& word = (*block)[window % 64];
    auto& windows = m_windows[window / 64];
    const auto count = static_cast<uint16_t>(port_bitmap::Count(bits));
    if (isAdded)
    {
        word |= bits;
        windows |= port_bitmap::Bit(window);
        m_sizes[window / 64] += count;
        m_size += count;
        m_lately[m_additions % REMEMBERED_WINDOWS] = static_cast<uint16_t>(window);
        ++m_additions;
        return;
    }
    word &= ~bits;
    if (word == 0)
    {
        windows &= ~port_bitmap::Bit(window);
    }
    m_sizes[window / 64] -= count;
    m_size -= count;
}

uint16_t
OwnedPorts::Select(uint32_t n) const
{
    NS_ABORT_MSG_IF(n >= m_size, "number " << n << " of " << m_size << " ports is not there");
    if (uint32_t{m_highest} - m_lowest + 1 == m_size)
    {
        return static_cast<uint16_t>(m_lowest + n); // they are neighbors
    }
    uint32_t block = 0;
    for (; n >= m_sizes[block]; ++block)
    {
        n -= m_sizes[block];
    }
    auto windows = m_windows[block];
    auto window = 64 * block + port_bitmap::FindLowest(windows);
    for (auto count = port_bitmap::Count(GetWord(window)); n >= count;
         count = port_bitmap::Count(GetWord(window)))
    {
        n -= count;
        windows &= windows - 1;
        window = 64 * block + port_bitmap::FindLowest(windows);
    }
    return static_cast<uint16_t>(64 * window + port_bitmap::Select(GetWord(window), n));
}

} // namespace ns3::azure
