// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FLOW_LAWS_H
#define AZURE_FLOW_LAWS_H

#include "ns3/azure-flow-key.h"
#include "ns3/azure-flow-tracker.h"
#include "ns3/azure-trace-records.h"

#include <cstdint>
#include <map>
#include <set>
#include <vector>

namespace ns3::azure
{

/// Hears of flows and SNAT ports, and requires that they come and go as they should: a translated
/// 5-tuple has one holder at a time, and what was acquired is held until it is released.
class FlowLaws : public FlowObserver
{
  public:
    /**
     * @brief Require that what was told agrees with what is there.
     * @param open the flows in the table
     * @param usage of all SNAT ports
     */
    void Check(const std::vector<FlowRecord>& open, const std::vector<SnatPortUsage>& usage) const;

    void FlowCreated(const FlowRecord& flow) override;
    void FlowEnded(const FlowRecord& flow) override;
    void SnatPortChanged(const SnatPortEvent& event) override;
    void SnatExhausted(const SnatExhaustion& exhaustion) override;
    void SecurityGroupDecided(const SecurityGroupDecision& decision) override;
    void TcpResetOrdered(const TcpResetOrder& order) override;

  private:
    std::set<uint64_t> m_open;             //!< numbers of flows that have begun and not ended
    std::map<FlowKey, uint64_t> m_holders; //!< flow that holds a translated 5-tuple
    std::set<FlowKey> m_cooling;           //!< translated 5-tuples that cool down
};

} // namespace ns3::azure

#endif // AZURE_FLOW_LAWS_H
