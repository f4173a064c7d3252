// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-rule-set-index.h"

#include <algorithm>
#include <functional>
#include <unordered_set>

namespace ns3::azure
{

namespace
{

/// A value from which on a rule has one interval more, or one less.
struct Edge
{
    uint64_t value; //!< up to 2^32, the end of an interval that reaches the highest value
    uint32_t rule;  //!< number
    int32_t step;   //!< 1 or -1
};

/// @return both edges of every interval, by value
std::vector<Edge>
GetEdges(const std::vector<RuleInterval>& intervals)
{
    std::vector<Edge> edges;
    edges.reserve(2 * intervals.size());
    for (const auto& interval : intervals)
    {
        edges.push_back({interval.first, interval.rule, 1});
        edges.push_back({uint64_t{interval.last} + 1, interval.rule, -1});
    }
    std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
        return a.value < b.value;
    });
    return edges;
}

/// Finds sets that are equal, among those that lie one after the other.
class EqualSets
{
  public:
    /// @param words of all sets, held by reference; @param size words of one set
    EqualSets(const std::vector<uint64_t>& words, std::size_t size)
        : m_offsets(
              0,
              [&words, size](uint32_t offset) {
                  uint64_t hash = 0;
                  for (std::size_t i = 0; i < size; ++i)
                  {
                      // Multiply and fold, so that all bits reach the low ones.
                      hash = (hash ^ words[offset + i]) * 0x9e3779b97f4a7c15ULL;
                      hash ^= hash >> 32;
                  }
                  return static_cast<std::size_t>(hash);
              },
              [&words, size](uint32_t a, uint32_t b) {
                  return std::equal(words.begin() + a, words.begin() + a + size, words.begin() + b);
              })
    {
    }

    /// @return where the first set begins that equals the one that begins at \p offset
    uint32_t Insert(uint32_t offset)
    {
        return *m_offsets.insert(offset).first;
    }

  private:
    std::unordered_set<uint32_t,
                       std::function<std::size_t(uint32_t)>,
                       std::function<bool(uint32_t, uint32_t)>>
        m_offsets; //!< where different sets begin
};

} // namespace

RuleSetIndex::RuleSetIndex(const std::vector<RuleInterval>& intervals, std::size_t rules)
    : m_words((rules + 63) / 64)
{
    std::vector<uint64_t> set(m_words.size()); // of the piece at hand
    std::vector<int32_t> depths(rules);        // intervals of each rule around the piece
    EqualSets sets(m_words, set.size());
    sets.Insert(0);

    const auto edges = GetEdges(intervals);
    for (auto edge = edges.begin(); edge != edges.end() && edge->value <= 0xffffffffU;)
    {
        const auto first = static_cast<uint32_t>(edge->value);
        for (; edge != edges.end() && edge->value == first; ++edge)
        {
            depths[edge->rule] += edge->step;
            const uint64_t bit = uint64_t{1} << (edge->rule % 64);
            auto& word = set[edge->rule / 64];
            word = depths[edge->rule] > 0 ? word | bit : word & ~bit;
        }
        const auto end = static_cast<uint32_t>(m_words.size());
        m_words.insert(m_words.end(), set.begin(), set.end());
        const uint32_t offset = sets.Insert(end);
        if (offset != end)
        {
            m_words.resize(end);
        }
        if (first == 0)
        {
            m_offsets.back() = offset;
        }
        else if (offset != m_offsets.back())
        {
            m_firsts.push_back(first);
            m_offsets.push_back(offset);
        }
    }
    m_firsts.shrink_to_fit();
    m_offsets.shrink_to_fit();
    m_words.shrink_to_fit();
}

const uint64_t*
RuleSetIndex::Lookup(uint32_t value) const
{
    // The last piece that begins at the value or below; without branches, which would be guessed
    // wrong half of the time.
    const uint32_t* first = m_firsts.data();
    for (std::size_t pieces = m_firsts.size(); pieces > 1;)
    {
        const std::size_t half = pieces / 2;
        first = first[half] <= value ? first + half : first;
        pieces -= half;
    }
    return m_words.data() + m_offsets[static_cast<std::size_t>(first - m_firsts.data())];
}

} // namespace ns3::azure
