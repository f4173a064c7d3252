// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_RULE_SET_INDEX_H
#define AZURE_RULE_SET_INDEX_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ns3::azure
{

/// Consecutive values of a header field that a rule takes; both ends included.
struct RuleInterval
{
    uint32_t first; //!< lowest value
    uint32_t last;  //!< highest value; not below first
    uint32_t rule;  //!< number of the rule, from 0
};

/**
 * @ingroup azure-tables
 * @brief For each value of one header field, the set of the rules that take it.
 *
 * All intervals cut the field's values into pieces within which the set is the same.  Sets are kept
 * as words of 64 rules, rule 0 the lowest bit of the first word, and equal ones once.
 *
 * With n intervals of r rules there are at most 2 n + 1 pieces, so 2 n + 1 sets of r / 8 bytes.
 */
class RuleSetIndex
{
  public:
    RuleSetIndex() = default;

    /**
     * @param intervals any, in any order; those of one rule may overlap
     * @param rules number of rules, above the number of each rule in the intervals
     */
    RuleSetIndex(const std::vector<RuleInterval>& intervals, std::size_t rules);

    /// @return the words of the set of rules that take the value, (rules + 63) / 64 of them
    const uint64_t* Lookup(uint32_t value) const;

  private:
    std::vector<uint32_t> m_firsts{0};  //!< lowest value of each piece, in order
    std::vector<uint32_t> m_offsets{0}; //!< where in m_words the piece's set begins
    std::vector<uint64_t> m_words;      //!< the sets
};

} // namespace ns3::azure

#endif // AZURE_RULE_SET_INDEX_H
