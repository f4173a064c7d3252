// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-port-use.h"

#include "ns3/abort.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

constexpr uint64_t SECOND = 1000000000; //!< in nanoseconds

} // namespace

void
PortUse::Add(const SnatPortEvent& event)
{
    NS_ABORT_MSG_IF(event.time < m_last,
                    "an event of a SNAT port at " << event.time.As(Time::S)
                                                  << " comes after one at " << m_last.As(Time::S));
    // Seconds and nanoseconds apart: the product of ports and nanoseconds has no bound.
    const auto elapsed = static_cast<uint64_t>((event.time - m_last).GetNanoSeconds());
    m_nanoseconds += elapsed % SECOND * m_used;
    m_seconds += elapsed / SECOND * m_used + m_nanoseconds / SECOND;
    m_nanoseconds %= SECOND;
    m_last = event.time;
    m_used = event.portsInUse + event.portsCoolingDown;
    m_peak = std::max(m_peak, m_used);
    if (event.stage == SnatPortStage::Acquired || event.stage == SnatPortStage::Reopened)
    {
        ++m_acquired;
    }
}

double
PortUse::GetUsedPortSeconds() const
{
    return static_cast<double>(m_seconds) +
           static_cast<double>(m_nanoseconds) / static_cast<double>(SECOND);
}

} // namespace ns3::azure
