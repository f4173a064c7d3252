// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-lowest-free-set.h"

#include "ns3/abort.h"

namespace ns3::azure
{

namespace
{

constexpr uint64_t FULL = ~uint64_t{0};

/// @return position of the lowest clear bit; the word must have one
uint32_t
FindLowestClear(uint64_t word)
{
    return static_cast<uint32_t>(__builtin_ctzll(~word));
}

constexpr uint64_t
Bit(uint32_t number)
{
    return uint64_t{1} << (number % 64);
}

} // namespace

LowestFreeSet::LowestFreeSet(uint32_t capacity)
    : m_capacity(capacity)
{
    NS_ABORT_MSG_IF(capacity == 0 || capacity > MAX_CAPACITY,
                    "capacity: " << capacity << " is not allowed; give 1 to " << MAX_CAPACITY);
}

std::optional<uint32_t>
LowestFreeSet::Acquire()
{
    if (m_used == m_capacity)
    {
        return std::nullopt;
    }
    const uint32_t group = FindLowestClear(m_fullGroups);
    if (group == m_fullWords.size())
    {
        m_fullWords.push_back(0);
    }
    const uint32_t word = group * 64 + FindLowestClear(m_fullWords[group]);
    if (word == m_numbers.size())
    {
        m_numbers.push_back(0);
    }
    const uint32_t number = word * 64 + FindLowestClear(m_numbers[word]);
    m_numbers[word] |= Bit(number);
    if (m_numbers[word] == FULL)
    {
        m_fullWords[group] |= Bit(word);
        if (m_fullWords[group] == FULL)
        {
            m_fullGroups |= Bit(group);
        }
    }
    ++m_used;
    return number;
}

void
LowestFreeSet::Release(uint32_t number)
{
    NS_ABORT_MSG_UNLESS(IsUsed(number), "number " << number << " is not in use");
    const uint32_t word = number / 64;
    m_numbers[word] &= ~Bit(number);
    m_fullWords[word / 64] &= ~Bit(word);
    m_fullGroups &= ~Bit(word / 64);
    --m_used;
}

bool
LowestFreeSet::IsUsed(uint32_t number) const
{
    const uint32_t word = number / 64;
    return word < m_numbers.size() && (m_numbers[word] & Bit(number)) != 0;
}

} // namespace ns3::azure
