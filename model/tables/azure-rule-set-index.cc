// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-rule-set-index.h"

#include <algorithm>
#include <map>

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

} // namespace

RuleSetIndex::RuleSetIndex(const std::vector<RuleInterval>& intervals, std::size_t rules)
    : m_words((rules + 63) / 64)
{
    std::vector<uint64_t> set(m_words.size()); // of the piece at hand
    std::vector<int32_t> depths(rules);        // intervals of each rule around the piece
    std::map<std::vector<uint64_t>, uint32_t> known{{set, 0}}; // where in m_words a set begins

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
        const auto [position, isNew] =
            known.try_emplace(set, static_cast<uint32_t>(m_words.size()));
        if (isNew)
        {
            m_words.insert(m_words.end(), set.begin(), set.end());
        }
        if (first == 0)
        {
            m_offsets.back() = position->second;
        }
        else if (position->second != m_offsets.back())
        {
            m_firsts.push_back(first);
            m_offsets.push_back(position->second);
        }
    }
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
