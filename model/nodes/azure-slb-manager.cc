// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-slb-manager.h"

#include "ns3/abort.h"
#include "ns3/azure-goal-state-parts.h"
#include "ns3/azure-load-balancer-validation.h"
#include "ns3/azure-parsed.h"
#include "ns3/azure-resource-name.h"
#include "ns3/azure-text-fields.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <utility>

namespace ns3::azure
{

NS_OBJECT_ENSURE_REGISTERED(SlbManager);

namespace
{

/// @return pieces of a list, of so many items at most
template <typename T>
std::vector<std::vector<T>>
Divide(const std::vector<T>& list, std::size_t most)
{
    std::vector<std::vector<T>> pieces;
    for (const auto& item : list)
    {
        if (pieces.empty() || pieces.back().size() == most)
        {
            pieces.emplace_back();
        }
        pieces.back().push_back(item);
    }
    return pieces;
}

/// Why nothing can be changed any more.
constexpr const char* STOPPED = "manager: it has stopped, so that no mux would learn of a change; "
                                "let it run longer";

} // namespace

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
            .AddAttribute("MemberSelection",
                          "How muxes find a pool member by a flow's hash: Modulo or Maglev. Set it "
                          "before the deployment.",
                          StringValue(GetName(MemberSelection::Modulo)),
                          MakeStringAccessor(&SlbManager::SetMemberSelection,
                                             &SlbManager::GetMemberSelection),
                          MakeStringChecker())
            .AddAttribute("HashSeed",
                          "Seed of the muxes' hash, the same on all of them (the default is our "
                          "choice). Set it before the deployment.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&SlbManager::SetHashSeed, &SlbManager::GetHashSeed),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("ControlPort",
                          "UDP port host agents and muxes listen on, and where the manager hears "
                          "them and health probers: their ControlPort, and the probers' "
                          "ManagerPort (1 to 65535).",
                          UintegerValue(SLB_CONTROL_PORT),
                          MakeUintegerAccessor(&SlbManager::m_controlPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("HealthPort",
                          "UDP port health probers listen on: their ControlPort (1 to 65535).",
                          UintegerValue(SLB_HEALTH_PORT),
                          MakeUintegerAccessor(&SlbManager::m_healthPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("OverloadReports",
                          "How many reports of overloaded muxes, one after the other, must name a "
                          "frontend before it is taken out of service (at least 1; the default is "
                          "our choice).",
                          UintegerValue(2),
                          MakeUintegerAccessor(&SlbManager::m_overloadReports),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("WithdrawalTime",
                          "How long a frontend that muxes had too many packets of is out of "
                          "service (at least 1 ms; the default is our choice).",
                          TimeValue(Minutes(10)),
                          MakeTimeAccessor(&SlbManager::m_withdrawalTime),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddTraceSource("MemberHealth",
                            "A pool member comes into rotation or goes out; muxes are told next. "
                            "When the application starts, this tells of each member.",
                            MakeTraceSourceAccessor(&SlbManager::m_memberHealthTrace),
                            "ns3::azure::SlbManager::MemberHealthCallback")
            .AddTraceSource("Overload",
                            "A frontend is taken out of service, as overloaded muxes have named "
                            "it, or put back; muxes are told next.",
                            MakeTraceSourceAccessor(&SlbManager::m_overloadTrace),
                            "ns3::azure::SlbManager::OverloadCallback");
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
    return GetText(m_deployment.profile);
}

void
SlbManager::SetMemberSelection(const std::string& name)
{
    for (const auto selection : {MemberSelection::Modulo, MemberSelection::Maglev})
    {
        if (name == GetName(selection))
        {
            m_deployment.memberSelection = selection;
            return;
        }
    }
    NS_ABORT_MSG(GetRefusal("MemberSelection", name, "Modulo or Maglev"));
}

std::string
SlbManager::GetMemberSelection() const
{
    return GetName(m_deployment.memberSelection);
}

void
SlbManager::SetHashSeed(uint64_t seed)
{
    m_deployment.hashSeed = seed;
}

uint64_t
SlbManager::GetHashSeed() const
{
    return m_deployment.hashSeed;
}

void
SlbManager::SetDeployment(const std::vector<NetworkInterface>& networkInterfaces,
                          const std::vector<LoadBalancer>& loadBalancers,
                          const std::vector<Ipv4Address>& muxes)
{
    NS_ABORT_MSG_IF(m_sender.IsOpen() || m_isStopped,
                    "deployment: the manager has started; set it before");
    NS_ABORT_MSG_IF(muxes.size() > MAX_MUXES,
                    "muxes: '" << muxes.size() << "' is not allowed; give at most " << MAX_MUXES);
    m_deployment.networkInterfaces = networkInterfaces;
    m_deployment.loadBalancers = loadBalancers;
    const auto error = Validate(m_deployment);
    NS_ABORT_MSG_IF(error, error.value_or(""));
    m_program = Compile(m_deployment);
    m_health = MemberHealthTable(m_program.backendSets);
    m_isTaken = false;
    m_muxes.clear();
    for (const auto& mux : muxes)
    {
        m_muxes[mux].generation = m_generation;
    }
    m_hosts.clear();
    for (const auto& networkInterface : networkInterfaces)
    {
        m_hosts[networkInterface.networkInterface] = networkInterface.host;
    }
}

std::vector<SlbInstruction>
SlbManager::Take()
{
    if (std::exchange(m_isTaken, true))
    {
        return {};
    }
    std::vector<SlbInstruction> taken;
    for (const auto& [address, mux] : m_muxes)
    {
        const auto endpoints = MakeEndpoints(address);
        taken.insert(taken.end(), endpoints.begin(), endpoints.end());
    }
    const auto hosts = MakeHostInstructions();
    taken.insert(taken.end(), hosts.begin(), hosts.end());
    return taken;
}

MuxGoalState
SlbManager::GetMuxGoalState() const
{
    auto goalState = m_program.muxGoalState;
    goalState.generation = m_generation;
    m_health.Complete(goalState);
    return goalState;
}

SlbInstruction
SlbManager::MakeInstruction(Ipv4Address agent, const Body& body)
{
    return {agent, {MakeTransaction(), body}};
}

std::vector<SlbInstruction>
SlbManager::MakeEndpoints(Ipv4Address mux)
{
    std::vector<SlbInstruction> made;
    for (const auto& piece : Divide(m_program.muxes, MAX_ENDPOINTS_PER_MESSAGE))
    {
        made.push_back(MakeInstruction(mux, ProgramPublicEndpoints{piece}));
    }
    return made;
}

std::vector<SlbInstruction>
SlbManager::MakeHostInstructions()
{
    std::vector<Ipv4Address> muxes;
    for (const auto& [address, mux] : m_muxes)
    {
        muxes.push_back(address);
    }
    std::vector<SlbInstruction> made;
    for (const auto& [host, instruction] : m_program.hosts)
    {
        made.push_back(MakeInstruction(host, instruction));
    }
    for (const auto& [host, inbound] : m_program.inbound)
    {
        for (const auto& piece : Divide(inbound.endpoints, MAX_INBOUND_ENDPOINTS_PER_MESSAGE))
        {
            made.push_back(
                MakeInstruction(host,
                                ProgramInboundEndpoints{inbound.networkInterface, muxes, piece}));
        }
    }
    for (const auto& [host, target] : m_program.probes)
    {
        made.push_back(MakeInstruction(host, ProgramHealthProbe{target}));
    }
    return made;
}

std::vector<SlbInstruction>
SlbManager::MakeGoalState(Ipv4Address mux)
{
    std::vector<SlbInstruction> made;
    for (const auto& part : Split(GetMuxGoalState()))
    {
        made.push_back(MakeInstruction(mux, part));
    }
    return made;
}

std::vector<SlbInstruction>
SlbManager::MakeMembers(Ipv4Address mux, const std::vector<MemberAvailability>& changes)
{
    std::vector<SlbInstruction> made;
    for (const auto& piece : Divide(changes, MAX_MEMBERS_PER_MESSAGE))
    {
        made.push_back(MakeInstruction(mux, ProgramMembers{m_muxes.at(mux).generation, piece}));
    }
    return made;
}

std::optional<std::string>
SlbManager::SetAdministrativeState(const std::string& loadBalancer,
                                   const std::string& backendPool,
                                   uint32_t networkInterface,
                                   AdministrativeState state)
{
    auto error = Change(loadBalancer, [&](LoadBalancer& changed) -> std::optional<std::string> {
        auto* pool = FindByName(changed.backendPools, backendPool);
        if (!pool)
        {
            return GetRefusal("backendPool", backendPool, "the name of a pool of " + loadBalancer);
        }
        auto& members = pool->members;
        const auto member = std::find_if(members.begin(), members.end(), [&](const auto& m) {
            return m.networkInterface == networkInterface;
        });
        if (member == members.end())
        {
            return GetRefusal("networkInterface",
                              std::to_string(networkInterface),
                              "a member of the pool " + backendPool);
        }
        member->state = state;
        return std::nullopt;
    });
    if (!error)
    {
        SendMembers(
            m_health.SetAdministrativeState(loadBalancer, backendPool, networkInterface, state));
    }
    return error;
}

std::optional<std::string>
SlbManager::SetLoadDistribution(const std::string& loadBalancer,
                                const std::string& rule,
                                LoadDistribution distribution)
{
    auto error = Change(loadBalancer, [&](LoadBalancer& changed) -> std::optional<std::string> {
        auto* found = FindByName(changed.loadBalancingRules, rule);
        if (!found)
        {
            return GetRefusal("rule", rule, "the name of a load-balancing rule of " + loadBalancer);
        }
        found->distribution = distribution;
        return std::nullopt;
    });
    if (!error)
    {
        SendGoalStates();
    }
    return error;
}

std::optional<std::string>
SlbManager::Change(const std::string& loadBalancer, const LoadBalancerChange& change)
{
    auto* configured = FindByName(m_deployment.loadBalancers, loadBalancer);
    if (!configured)
    {
        return GetRefusal("loadBalancer", loadBalancer, "the name of a load balancer");
    }
    auto changed = *configured;
    if (auto error = change(changed))
    {
        return error;
    }
    if (m_isStopped)
    {
        return STOPPED;
    }
    if (auto error = Validate(changed, m_deployment.profile))
    {
        return error;
    }
    *configured = std::move(changed);
    m_program = Compile(m_deployment);
    return std::nullopt;
}

} // namespace ns3::azure
