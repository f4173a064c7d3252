// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-slb-manager.h"

#include "ns3/log.h"
#include "ns3/simulator.h"

/**
 * @file
 * @brief What SlbManager does when muxes have more packets than they can do: the frontend that has
 * most of them goes out of service, so that the others have theirs (Ananta 3.6.2).
 *
 * Ananta says neither how sure the manager must be nor when it puts a frontend back.  Here
 * OverloadReports must name the frontend one after the other, of whatever muxes, and it is put back
 * after WithdrawalTime.
 */
namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureSlbManagerOverload");

void
SlbManager::NoteOverload(const ReportOverload& report)
{
    const auto known = m_withdrawn.find(report.frontend);
    if (known != m_withdrawn.end() && known->second.isWithdrawn)
    {
        return; // the mux has not heard yet, or the report is of before it had
    }
    m_suspicions = m_suspect == report.frontend ? m_suspicions + 1 : 1;
    m_suspect = report.frontend;
    if (m_suspicions >= m_overloadReports)
    {
        m_suspect.reset();
        SwitchFrontend(report.frontend, true);
    }
}

void
SlbManager::SwitchFrontend(Ipv4Address frontend, bool isWithdrawn)
{
    auto& state = m_withdrawn[frontend];
    state.isWithdrawn = isWithdrawn;
    state.sequence = ++m_frontendSequence;
    if (isWithdrawn)
    {
        state.end = Simulator::Schedule(m_withdrawalTime,
                                        &SlbManager::SwitchFrontend,
                                        this,
                                        frontend,
                                        false);
    }
    NS_LOG_INFO("frontend " << frontend << (isWithdrawn ? " is withdrawn" : " is announced again"));
    m_overloadTrace({Simulator::Now(), 0, frontend, isWithdrawn});
    for (auto& [address, mux] : m_muxes)
    {
        SendToMux({MakeFrontend(address, frontend)}, mux.frontends);
    }
}

SlbInstruction
SlbManager::MakeFrontend(Ipv4Address mux, Ipv4Address frontend)
{
    const auto& state = m_withdrawn.at(frontend);
    return MakeInstruction(mux, ProgramFrontend{frontend, state.isWithdrawn, state.sequence});
}

} // namespace ns3::azure
