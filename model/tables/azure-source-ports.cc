// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-source-ports.h"

#include "ns3/abort.h"

namespace ns3::azure
{

SourcePorts::SourcePorts(PortRange range)
    : m_range(range),
      m_inUse(range.GetSize(), false)
{
}

std::optional<uint16_t>
SourcePorts::Acquire(Time now)
{
    while (!m_released.empty() && m_released.top().first <= now)
    {
        m_inUse[m_released.top().second - m_range.first] = false;
        m_released.pop();
        --m_portsInUse;
    }
    if (m_portsInUse == m_range.GetSize())
    {
        return std::nullopt;
    }
    while (m_inUse[m_next])
    {
        m_next = (m_next + 1) % m_range.GetSize();
    }
    const auto port = static_cast<uint16_t>(m_range.first + m_next);
    m_inUse[m_next] = true;
    ++m_portsInUse;
    m_next = (m_next + 1) % m_range.GetSize();
    return port;
}

void
SourcePorts::Release(uint16_t port, Time freeAt)
{
    NS_ABORT_MSG_IF(!m_range.Contains(port) || !m_inUse[port - m_range.first],
                    "source port " << port << " is not in use");
    m_released.emplace(freeAt, port);
}

uint32_t
SourcePorts::GetPortsInUse() const
{
    return m_portsInUse;
}

} // namespace ns3::azure
