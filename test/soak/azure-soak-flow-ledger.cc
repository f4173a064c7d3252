// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-soak-flow-ledger.h"

#include <sstream>
#include <unordered_set>

namespace ns3::azure
{

namespace
{

/// @return what is wrong with a flow
std::string
Describe(const FlowRecord& flow, const char* wrong)
{
    std::ostringstream text;
    text << "flow " << flow.flow << " of interface " << flow.networkInterface << ", " << flow.key
         << ", " << wrong;
    return text.str();
}

/// @return what is wrong with an attempt
std::string
Describe(uint32_t generator, const TrafficFlow& flow, const std::string& wrong)
{
    std::ostringstream text;
    text << "generator " << generator << ", flow " << flow.number << ", attempt " << flow.attempt
         << ", " << flow.key << ", " << wrong;
    return text.str();
}

} // namespace

SoakFlowLedger::Finding
SoakFlowLedger::NoteCreated(const FlowRecord& flow)
{
    ++m_created;
    return m_open.insert({flow.networkInterface, flow.flow}).second
               ? Finding()
               : Describe(flow, "is created twice");
}

SoakFlowLedger::Finding
SoakFlowLedger::NoteEnded(const FlowRecord& flow)
{
    return m_open.erase({flow.networkInterface, flow.flow}) == 1
               ? Finding()
               : Describe(flow, "ends, but is not there");
}

SoakFlowLedger::Finding
SoakFlowLedger::Compare(const std::vector<FlowRecord>& open) const
{
    for (const auto& flow : open)
    {
        if (m_open.count({flow.networkInterface, flow.flow}) == 0)
        {
            return Describe(flow, "is in the table, but was never created or has ended");
        }
    }
    if (open.size() != m_open.size())
    {
        return std::to_string(open.size()) + " flows are in the table; by the events, " +
               std::to_string(m_open.size()) + " should be";
    }
    return std::nullopt;
}

SoakAttemptLedger::Finding
SoakAttemptLedger::NoteStarted(uint32_t generator, const TrafficFlow& flow)
{
    ++m_attempts;
    return m_open.insert(MakeKey(generator, flow)).second
               ? Finding()
               : Describe(generator, flow, "begins twice");
}

SoakAttemptLedger::Finding
SoakAttemptLedger::NoteEstablished(uint32_t generator, const TrafficFlow& flow)
{
    ++m_established;
    m_up.insert(MakeKey(generator, flow));
    return End(generator, flow, "is established");
}

SoakAttemptLedger::Finding
SoakAttemptLedger::NoteFailed(uint32_t generator, const TrafficFlow& flow)
{
    return End(generator, flow, "fails");
}

SoakAttemptLedger::Finding
SoakAttemptLedger::NoteClosed(uint32_t generator, const TrafficFlow& flow)
{
    return m_up.erase(MakeKey(generator, flow)) == 1
               ? Finding()
               : Describe(generator, flow, "is closed, but not established");
}

SoakAttemptLedger::Finding
SoakAttemptLedger::End(uint32_t generator, const TrafficFlow& flow, const char* outcome)
{
    return m_open.erase(MakeKey(generator, flow)) == 1
               ? Finding()
               : Describe(generator, flow, std::string(outcome) + ", but is not under way");
}

SoakAttemptLedger::Finding
SoakAttemptLedger::FindOpen() const
{
    if (m_open.empty())
    {
        return std::nullopt;
    }
    const auto& [generator, flow, attempt] = *m_open.begin();
    return std::to_string(m_open.size()) + " attempts have no outcome; the first is attempt " +
           std::to_string(attempt) + " at flow " + std::to_string(flow) + " of generator " +
           std::to_string(generator);
}

std::optional<std::string>
FindDoubleOuterFlow(const std::vector<FlowRecord>& flows)
{
    std::unordered_set<FlowKey, FlowKeyHash> seen;
    for (const auto& flow : flows)
    {
        const bool isOutside = flow.path == FlowPath::Internet && !flow.isInbound &&
                               flow.method != OutboundMethod::NatGateway && flow.translated;
        if (isOutside && !seen.insert(*flow.translated).second)
        {
            return Describe(flow, "is after translation the same as another one");
        }
    }
    return std::nullopt;
}

} // namespace ns3::azure
