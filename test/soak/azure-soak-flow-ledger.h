// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SOAK_FLOW_LEDGER_H
#define AZURE_SOAK_FLOW_LEDGER_H

#include "ns3/azure-trace-records.h"
#include "ns3/azure-traffic-flow.h"

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

/// The flows of one host or NAT gateway, kept by what its trace sources tell.
class SoakFlowLedger
{
  public:
    /// Something that was wrong, in words; nothing if all was right.
    using Finding = std::optional<std::string>;

    /// @brief A flow was created. @return if there is one of that number
    Finding NoteCreated(const FlowRecord& flow);

    /// @brief A flow has ended. @return if there is none of that number
    Finding NoteEnded(const FlowRecord& flow);

    /// @return how the flows in the table differ from those created and not ended
    Finding Compare(const std::vector<FlowRecord>& open) const;

    /// @return flows created so far
    uint64_t GetCreated() const
    {
        return m_created;
    }

  private:
    std::set<std::pair<uint32_t, uint64_t>> m_open; //!< network interface and number
    uint64_t m_created{0};                          //!< so far
};

/// The attempts of traffic generators at flows, and what became of them.
class SoakAttemptLedger
{
  public:
    using Finding = SoakFlowLedger::Finding; //!< see there

    /// @brief A generator has begun an attempt. @return if it had begun it before
    Finding NoteStarted(uint32_t generator, const TrafficFlow& flow);
    /// @brief An attempt was established. @return if it has an outcome, or was not begun
    Finding NoteEstablished(uint32_t generator, const TrafficFlow& flow);
    /// @brief An attempt has failed. @return if it has an outcome, or was not begun
    Finding NoteFailed(uint32_t generator, const TrafficFlow& flow);
    /// @brief An established flow was closed. @return if it was not established
    Finding NoteClosed(uint32_t generator, const TrafficFlow& flow);

    /// @return if an attempt has no outcome
    Finding FindOpen() const;

    /// @return attempts so far
    uint64_t GetAttempts() const
    {
        return m_attempts;
    }

    /// @return flows established so far
    uint64_t GetEstablished() const
    {
        return m_established;
    }

  private:
    /// Generator, flow, attempt.
    using Key = std::array<uint64_t, 3>;

    /// The attempt gets its outcome. @return if it cannot
    Finding End(uint32_t generator, const TrafficFlow& flow, const char* outcome);

    static Key MakeKey(uint32_t generator, const TrafficFlow& flow)
    {
        return {generator, flow.number, flow.attempt};
    }

    std::set<Key> m_open;      //!< attempts without outcome
    std::set<Key> m_up;        //!< established and not closed
    uint64_t m_attempts{0};    //!< so far
    uint64_t m_established{0}; //!< so far
};

/// @return if two outbound flows to the Internet have the same key after translation
std::optional<std::string> FindDoubleOuterFlow(const std::vector<FlowRecord>& flows);

} // namespace ns3::azure

#endif // AZURE_SOAK_FLOW_LEDGER_H
