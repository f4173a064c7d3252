// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-health-probe-tracker.h"

namespace ns3::azure
{

HealthProbeTracker::HealthProbeTracker(const HealthProbeTarget& target)
    : m_protocol(target.protocol),
      m_failuresToDown(target.failuresToDown),
      m_successesToUp(target.successesToUp)
{
}

std::optional<bool>
HealthProbeTracker::Note(HealthProbeOutcome outcome)
{
    const bool isWell = outcome == HealthProbeOutcome::Success;
    if (m_isUp == isWell)
    {
        m_inARow = 0;
        return std::nullopt;
    }
    const bool isAnswer =
        outcome == HealthProbeOutcome::StatusCode ||
        (outcome == HealthProbeOutcome::Refused && m_protocol != HealthProbeProtocol::Tcp);
    ++m_inARow;
    // Before it has been up, the first outcome that differs decides.
    if (m_hasBeenUp && !isAnswer && m_inARow < (isWell ? m_successesToUp : m_failuresToDown))
    {
        return std::nullopt;
    }
    m_hasBeenUp = m_hasBeenUp || isWell;
    m_isUp = isWell;
    m_inARow = 0;
    return m_isUp;
}

} // namespace ns3::azure
