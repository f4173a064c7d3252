// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-slb-manager.h"

#include "ns3/abort.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <sstream>
#include <utility>

namespace ns3::azure
{

NS_OBJECT_ENSURE_REGISTERED(SlbManager);

TypeId
SlbManager::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::SlbManager")
            .SetParent<ControlApplication>()
            .SetGroupName("AzureNet")
            .AddConstructor<SlbManager>()
            .AddAttribute("Profile",
                          "Azure's behavior: 2016, 2017, 2018 or 2023, with changed settings in "
                          "brackets, as in 2018[FinHold=30s|AllocatedPorts=8]. Set it before the "
                          "deployment.",
                          StringValue("2017"),
                          MakeStringAccessor(&SlbManager::SetProfile, &SlbManager::GetProfile),
                          MakeStringChecker())
            .AddAttribute("ControlPort",
                          "UDP port host agents and muxes listen on (1 to 65535).",
                          UintegerValue(SLB_CONTROL_PORT),
                          MakeUintegerAccessor(&SlbManager::m_controlPort),
                          MakeUintegerChecker<uint16_t>(1));
    return tid;
}

void
SlbManager::SetProfile(const std::string& text)
{
    const auto parsed = ParseProfile(text);
    NS_ABORT_MSG_UNLESS(parsed.profile, parsed.error);
    m_deployment.profile = *parsed.profile;
}

std::string
SlbManager::GetProfile() const
{
    std::ostringstream os;
    os << m_deployment.profile;
    return os.str();
}

void
SlbManager::SetDeployment(const std::vector<NetworkInterface>& networkInterfaces,
                          const std::vector<LoadBalancer>& loadBalancers,
                          const std::vector<Ipv4Address>& muxes)
{
    m_deployment.networkInterfaces = networkInterfaces;
    m_deployment.loadBalancers = loadBalancers;
    const auto error = Validate(m_deployment);
    NS_ABORT_MSG_IF(error, error.value_or(""));
    const auto program = Compile(m_deployment);
    m_instructions.clear();
    for (const auto& mux : muxes)
    {
        for (auto at = program.muxes.begin(); at != program.muxes.end();)
        {
            const auto left = static_cast<std::size_t>(program.muxes.end() - at);
            const auto end =
                at + static_cast<std::ptrdiff_t>(std::min(left, MAX_ENDPOINTS_PER_MESSAGE));
            m_instructions.push_back({mux, {MakeTransaction(), ProgramPublicEndpoints{{at, end}}}});
            at = end;
        }
    }
    for (const auto& [host, instruction] : program.hosts)
    {
        m_instructions.push_back({host, {MakeTransaction(), instruction}});
    }
}

std::vector<SlbInstruction>
SlbManager::Take()
{
    return std::exchange(m_instructions, {});
}

void
SlbManager::StartApplication()
{
    OpenSender(m_controlPort);
    for (const auto& instruction : Take())
    {
        m_sender.Send(instruction);
    }
}

void
SlbManager::StopApplication()
{
    m_sender.Close();
}

void
SlbManager::MessageAcknowledged(const SlbInstruction& /* instruction */)
{
}

void
SlbManager::AgentUnreachable(const SlbInstruction& /* instruction */)
{
}

} // namespace ns3::azure
