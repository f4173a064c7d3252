// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-scenario-helper.h"
#include "azure-ranks.h"

#include "ns3/abort.h"
#include "ns3/simulator.h"

#include <map>
#include <variant>
#include <vector>

namespace ns3::azure
{

namespace
{

/// What runs on a host.
struct ProgrammedHost
{
    Ptr<HostAgent> agent;     //!< its virtual switch
    Ptr<HealthProber> prober; //!< its health probes
};

/// Does what the SLB manager's messages would do, without sending any.
struct SlbProgrammer
{
    std::map<Ipv4Address, ProgrammedHost> hosts;       //!< this rank's, by address
    std::map<Ipv4Address, Ptr<LoadBalancerMux>> muxes; //!< this rank's, by address

    /// Carry out an instruction, unless another rank does.
    void Apply(const SlbInstruction& instruction) const
    {
        const auto to = instruction.agent;
        const auto& body = instruction.message.body;
        if (hosts.count(to) == 0 && muxes.count(to) == 0)
        {
            return;
        }
        if (const auto* ports = std::get_if<ProgramNetworkInterface>(&body))
        {
            hosts.at(to).agent->Apply(*ports);
        }
        else if (const auto* inbound = std::get_if<ProgramInboundEndpoints>(&body))
        {
            hosts.at(to).agent->Apply(*inbound);
        }
        else if (const auto* probe = std::get_if<ProgramHealthProbe>(&body))
        {
            hosts.at(to).prober->Apply(*probe);
        }
        else if (const auto mux = muxes.at(to); !mux->IsDown()) // else it will ask, once it is up
        {
            const bool isDone = mux->Apply(std::get<ProgramPublicEndpoints>(body));
            NS_ABORT_MSG_UNLESS(isDone, "two own a port of a public address");
        }
    }
};

} // namespace

void
OutboundScenarioHelper::Program()
{
    SlbProgrammer programmer;
    for (const auto& [address, host] : m_hostOfAddress)
    {
        if (IsLocal(m_hosts.Get(static_cast<uint32_t>(host))))
        {
            programmer.hosts[address] = {m_hostAgents[host], m_hostServices[host].healthProber};
        }
    }
    for (uint32_t i = 0; i < m_muxCount; ++i)
    {
        if (IsLocal(m_muxes[i]->GetNode()))
        {
            programmer.muxes[m_muxAddresses[i]] = m_muxes[i];
        }
    }
    // Not at once, so that recorders connected after Create() see it; but the event comes before
    // the start of any application.
    Simulator::ScheduleNow([programmer,
                            manager = m_manager,
                            networkManager = m_networkManager,
                            natGateways = m_natGateways]() {
        for (const auto& instruction : manager->Take())
        {
            programmer.Apply(instruction);
        }
        for (const auto& [address, mux] : programmer.muxes)
        {
            mux->Apply(manager->GetMuxGoalState());
        }
        for (const auto& [name, gateway] : natGateways)
        {
            if (IsLocal(gateway->GetNode()))
            {
                gateway->Apply(manager->GetNatGatewayGoalState(name));
            }
        }
        for (const auto& [host, goalState] : networkManager->Take())
        {
            if (const auto found = programmer.hosts.find(host); found != programmer.hosts.end())
            {
                found->second.agent->Apply(goalState);
            }
        }
    });
}

} // namespace ns3::azure
