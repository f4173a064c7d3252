// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-used-ports.h"

#include "ns3/abort.h"

#include <algorithm>

namespace ns3::azure
{

using port_bitmap::Bit;
using port_bitmap::BitsFrom;
using port_bitmap::BLOCKS;

std::size_t
UsedPorts::Search(uint32_t window) const
{
    const auto isBelow = [](const Word& word, uint32_t w) { return word.window < w; };
    return std::lower_bound(m_words.begin(), m_words.end(), window, isBelow) - m_words.begin();
}

void
UsedPorts::Insert(uint16_t port)
{
    const uint32_t window = port / 64;
    const auto at = Find(window);
    if (at == m_words.size() || m_words[at].window != window)
    {
        m_words.insert(m_words.begin() + static_cast<std::ptrdiff_t>(at), Word{0, window});
    }
    auto& bits = m_words[at].bits;
    NS_ABORT_MSG_IF((bits & Bit(port)) != 0, "port " << port << " is in use already");
    bits |= Bit(port);
    ++m_size;
    if (m_notes)
    {
        ++m_notes->usedPorts[window / 64];
    }
}

void
UsedPorts::Remove(uint16_t port)
{
    const uint32_t window = port / 64;
    const auto at = Find(window);
    NS_ABORT_MSG_UNLESS(at < m_words.size() && m_words[at].window == window &&
                            (m_words[at].bits & Bit(port)) != 0,
                        "port " << port << " is not in use");
    m_words[at].bits &= ~Bit(port);
    if (m_words[at].bits == 0)
    {
        m_words.erase(m_words.begin() + static_cast<std::ptrdiff_t>(at));
    }
    --m_size;
    if (m_notes)
    {
        --m_notes->usedPorts[window / 64];
        m_notes->Forget(window);
    }
}

std::optional<uint16_t>
UsedPorts::FindFree(const OwnedPorts& owned, uint16_t from)
{
    if (IsBehind(owned))
    {
        CatchUp(owned);
    }
    const uint32_t firstWindow = from / 64;
    auto blocks = BitsFrom(firstWindow / 64) & ((1U << BLOCKS) - 1);
    blocks &= m_notes ? ~uint64_t{m_notes->blocks} : ~uint64_t{0};
    for (; blocks != 0; blocks &= blocks - 1)
    {
        const auto block = port_bitmap::FindLowest(blocks);
        auto windows = owned.GetWindows(block);
        windows &= m_notes ? ~m_notes->noneFree[block] : ~uint64_t{0};
        if (windows == 0 && m_notes)
        {
            m_notes->blocks |= 1U << block;
        }
        if (block == firstWindow / 64)
        {
            windows &= BitsFrom(firstWindow);
        }
        for (; windows != 0; windows &= windows - 1)
        {
            const auto window = 64 * block + port_bitmap::FindLowest(windows);
            auto free = owned.GetWord(window) & ~GetWord(window);
            if (free == 0)
            {
                GetNotes(owned).noneFree[block] |= Bit(window);
                continue;
            }
            free &= window == firstWindow ? BitsFrom(from) : ~uint64_t{0};
            if (free != 0)
            {
                return static_cast<uint16_t>(64 * window + port_bitmap::FindLowest(free));
            }
        }
    }
    return std::nullopt;
}

uint16_t
UsedPorts::SelectFree(const OwnedPorts& owned, uint32_t n)
{
    NS_ABORT_MSG_IF(n + m_size >= owned.GetSize(), "there are not as many free ports");
    const auto& notes = GetNotes(owned);
    const auto getFree = [&](uint32_t b) { return owned.GetBlockSize(b) - notes.usedPorts[b]; };
    uint32_t block = 0;
    for (; n >= getFree(block); ++block)
    {
        n -= getFree(block);
    }
    for (auto windows = owned.GetWindows(block) & ~notes.noneFree[block];; windows &= windows - 1)
    {
        const auto window = 64 * block + port_bitmap::FindLowest(windows);
        const auto free = owned.GetWord(window) & ~GetWord(window);
        const auto count = port_bitmap::Count(free);
        if (n < count)
        {
            return static_cast<uint16_t>(64 * window + port_bitmap::Select(free, n));
        }
        n -= count;
    }
}

UsedPorts::Notes&
UsedPorts::GetNotes(const OwnedPorts& owned)
{
    if (!m_notes)
    {
        m_notes = std::make_unique<Notes>();
        m_notes->additions = owned.GetAdditions();
        for (const auto& [bits, window] : m_words)
        {
            m_notes->usedPorts[window / 64] += static_cast<uint16_t>(port_bitmap::Count(bits));
        }
    }
    if (IsBehind(owned))
    {
        CatchUp(owned);
    }
    return *m_notes;
}

void
UsedPorts::CatchUp(const OwnedPorts& owned)
{
    auto& seen = m_notes->additions;
    if (owned.GetAdditions() - seen > OwnedPorts::REMEMBERED_WINDOWS)
    {
        m_notes->noneFree.fill(0);
        m_notes->blocks = 0;
        seen = owned.GetAdditions();
    }
    for (; seen < owned.GetAdditions(); ++seen)
    {
        const auto window = owned.GetAddition(seen);
        m_notes->Forget(window);
    }
}

} // namespace ns3::azure
