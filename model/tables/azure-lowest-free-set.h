// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_LOWEST_FREE_SET_H
#define AZURE_LOWEST_FREE_SET_H

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>

namespace ns3::azure
{

/**
 * @ingroup azure-tables
 * @brief Hands out the lowest free number of 0, 1, ... capacity - 1 without scanning.
 *
 * A bitmap in three levels: a bit of the lowest says that a number is used, a bit of each upper
 * level that 64 bits below it are all set.  Acquire() and Release() touch one word of each level,
 * whatever the occupancy.  Because the lowest number goes first, words exist only up to the
 * largest number ever used at once: a set with one number in use takes one word.
 */
class LowestFreeSet
{
  public:
    /// Largest capacity: 64 to the power of three.
    static constexpr uint32_t MAX_CAPACITY = 64 * 64 * 64;

    /// @param capacity how many numbers there are, 1 to MAX_CAPACITY
    explicit LowestFreeSet(uint32_t capacity);

    /// @brief Take the lowest free number.
    /// @return the number, or nothing if all are used
    std::optional<uint32_t> Acquire();

    /// @brief Give a number back.
    /// @param number a number in use
    void Release(uint32_t number);

    /// @return whether the number is in use
    bool IsUsed(uint32_t number) const;

    /// @brief Call a function with each number in use, in ascending order.
    template <typename Function>
    void ForEachUsed(const Function& function) const
    {
        for (uint32_t word = 0; word < m_numbers.size(); ++word)
        {
            for (uint64_t left = m_numbers[word]; left != 0; left &= left - 1)
            {
                function(64 * word + static_cast<uint32_t>(__builtin_ctzll(left)));
            }
        }
    }

    /// @return how many numbers are in use
    uint32_t GetUsed() const
    {
        return m_used;
    }

  private:
    using Words = boost::container::small_vector<uint64_t, 1>;

    uint32_t m_capacity;     //!< how many numbers there are
    uint32_t m_used{0};      //!< how many are in use
    Words m_numbers;         //!< bit n of word w: number 64 w + n is used
    Words m_fullWords;       //!< bit n of word w: word 64 w + n of m_numbers is full
    uint64_t m_fullGroups{}; //!< bit n: word n of m_fullWords is full
};

} // namespace ns3::azure

#endif // AZURE_LOWEST_FREE_SET_H
