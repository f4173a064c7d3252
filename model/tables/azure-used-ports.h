// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_USED_PORTS_H
#define AZURE_USED_PORTS_H

#include "azure-owned-ports.h"

#include <array>
#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief Those of some owned ports that are in use; finds the free ones without scanning.
 *
 * A sparse bitmap: there is a word for each window of 64 ports of which one is used, so a set with
 * one port takes one.  Which windows have no free port is noted when a search comes by, and
 * forgotten when a port is given back or ports are added; so a search touches few words, whatever
 * the occupancy.
 *
 * All used ports are owned ones, and all calls are about the same OwnedPorts: that is the caller's
 * duty.
 */
class UsedPorts
{
  public:
    /// @return how many ports are in use
    uint32_t GetSize() const
    {
        return m_size;
    }

    /// @return bytes held, besides those of the object itself
    std::size_t GetMemory() const
    {
        const bool isInside = m_words.capacity() <= 1;
        return (isInside ? 0 : m_words.capacity() * sizeof(Word)) + (m_notes ? sizeof(Notes) : 0);
    }

    /// @return whether the port is in use
    bool Contains(uint16_t port) const
    {
        return (GetWord(port / 64) & port_bitmap::Bit(port)) != 0;
    }

    /// @brief Use a free port.
    void Insert(uint16_t port);

    /// @brief Give a used port back.
    void Remove(uint16_t port);

    /// @return the lowest port of \p owned that is free and not below \p from; nothing if there is
    ///         none
    std::optional<uint16_t> FindFree(const OwnedPorts& owned, uint16_t from);

    /// @return the free port of \p owned with \p n lower free ones; there must be one
    uint16_t SelectFree(const OwnedPorts& owned, uint32_t n);

    /// @brief Call a function with each port in use, in ascending order.
    template <typename Function>
    void ForEach(const Function& function) const
    {
        for (const auto& [bits, window] : m_words)
        {
            for (uint64_t left = bits; left != 0; left &= left - 1)
            {
                function(static_cast<uint16_t>(64 * window + port_bitmap::FindLowest(left)));
            }
        }
    }

  private:
    /// Used ports of one window.
    struct Word
    {
        uint64_t bits;   //!< bit b: port 64 window + b is used; never 0
        uint32_t window; //!< which
    };

    /// What is there for sets that searches have come by.
    struct Notes
    {
        uint64_t additions{0};                                 //!< of OwnedPorts, seen so far
        std::array<uint64_t, port_bitmap::BLOCKS> noneFree{};  //!< by block: windows, if noted
        uint32_t blocks{0};                                    //!< bit b: block b has none free
        std::array<uint16_t, port_bitmap::BLOCKS> usedPorts{}; //!< by block: how many are used

        /// Forget that the window and its block have no free port.
        void Forget(uint32_t window)
        {
            noneFree[window / 64] &= ~port_bitmap::Bit(window);
            blocks &= ~(1U << (window / 64));
        }
    };

    using Words = boost::container::small_vector<Word, 1>;

    /// @return where the window is, or would have to be, in m_words
    std::size_t Find(uint32_t window) const
    {
        if (m_words.empty() || window > m_words.back().window)
        {
            return m_words.size();
        }
        // Where the windows are neighbors, as when the lowest port goes first, this is the place.
        const std::size_t guess = window - m_words.front().window;
        return guess < m_words.size() && m_words[guess].window == window ? guess : Search(window);
    }

    /// As Find(), where the window's number does not tell.
    std::size_t Search(uint32_t window) const;

    /// @return bit b: port 64 window + b is used
    uint64_t GetWord(uint32_t window) const
    {
        const auto at = Find(window);
        return at < m_words.size() && m_words[at].window == window ? m_words[at].bits : 0;
    }

    /// @return the notes, made if there are none, and true of the ports owned now
    Notes& GetNotes(const OwnedPorts& owned);

    /// Forget what is not true any more since ports were added.
    void CatchUp(const OwnedPorts& owned);

    /// @return whether there are notes from before ports were added
    bool IsBehind(const OwnedPorts& owned) const
    {
        return m_notes && m_notes->additions != owned.GetAdditions();
    }

    Words m_words;                  //!< by window, ascending
    std::unique_ptr<Notes> m_notes; //!< of the searches
    uint32_t m_size{0};             //!< ports in use
};

} // namespace ns3::azure

#endif // AZURE_USED_PORTS_H
