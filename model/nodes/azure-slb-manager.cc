// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-slb-manager.h"

#include "ns3/abort.h"
#include "ns3/azure-load-balancer-validation.h"
#include "ns3/azure-parsed.h"
#include "ns3/azure-resource-name.h"
#include "ns3/azure-text-fields.h"
#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
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
                          "Azure's behavior (2016, 2017, 2018, 2023) or another allocator's "
                          "(legacy-on-demand, ananta, nat-gateway, bounded-random, "
                          "deterministic-blocks), with changed settings in brackets, as in "
                          "2018[FinHold=30s|AllocatedPorts=8]. Set it before the deployment.",
                          StringValue("2017"),
                          MakeStringAccessor(&SlbManager::SetProfile, &SlbManager::GetProfile),
                          MakeStringChecker())
            .AddAttribute("NatGatewayProfile",
                          "What NAT gateways do, in the same form. Set it before the deployment.",
                          StringValue("nat-gateway"),
                          MakeStringAccessor(&SlbManager::SetNatGatewayProfile,
                                             &SlbManager::GetNatGatewayProfile),
                          MakeStringChecker())
            .AddAttribute("RequestServiceTime",
                          "How long the manager is busy with a request for SNAT ports, in seconds; "
                          "its replicas and their agreement are part of it. 0: it is done at once.",
                          StringValue("ns3::ConstantRandomVariable[Constant=0]"),
                          MakePointerAccessor(&SlbManager::SetRequestServiceTime,
                                              &SlbManager::GetRequestServiceTime),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("ConfigurationServiceTime",
                          "Likewise, with a mux that begins, a report of a member's health or of "
                          "an overloaded mux, or a change by the user: these go before requests "
                          "that wait.",
                          StringValue("ns3::ConstantRandomVariable[Constant=0]"),
                          MakePointerAccessor(&SlbManager::SetConfigurationServiceTime,
                                              &SlbManager::GetConfigurationServiceTime),
                          MakePointerChecker<RandomVariableStream>())
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
            .AddTraceSource("PoolMember",
                            "A network interface has joined or left a backend pool; hosts and "
                            "muxes are told next.",
                            MakeTraceSourceAccessor(&SlbManager::m_poolMemberTrace),
                            "ns3::azure::SlbManager::PoolMemberCallback")
            .AddTraceSource("SnatRequestDecision",
                            "A request for SNAT ports is granted or refused, before anybody is "
                            "told; or it is dropped, when it comes.",
                            MakeTraceSourceAccessor(&SlbManager::m_decisionTrace),
                            "ns3::azure::SlbManager::SnatRequestDecisionCallback")
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
SlbManager::SetNatGatewayProfile(const std::string& text)
{
    const auto parsed = ParseProfile(text);
    NS_ABORT_MSG_UNLESS(parsed.profile, parsed.error);
    m_deployment.natGatewayProfile = *parsed.profile;
}

std::string
SlbManager::GetNatGatewayProfile() const
{
    return GetText(m_deployment.natGatewayProfile);
}

void
SlbManager::SetRequestServiceTime(Ptr<RandomVariableStream> variable)
{
    m_server.GetServiceTimes().request = variable;
}

Ptr<RandomVariableStream>
SlbManager::GetRequestServiceTime() const
{
    return m_server.GetServiceTimes().request;
}

void
SlbManager::SetConfigurationServiceTime(Ptr<RandomVariableStream> variable)
{
    m_server.GetServiceTimes().configuration = variable;
}

Ptr<RandomVariableStream>
SlbManager::GetConfigurationServiceTime() const
{
    return m_server.GetServiceTimes().configuration;
}

int64_t
SlbManager::AssignStreams(int64_t stream)
{
    const auto first = stream;
    const auto& times = m_server.GetServiceTimes();
    for (const auto& variable : {times.request, times.configuration})
    {
        if (variable && !DynamicCast<ConstantRandomVariable>(variable))
        {
            variable->SetStream(stream++);
        }
    }
    return stream - first;
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
SlbManager::SetAllocationPolicy(AllocationPolicyFactory factory)
{
    m_makePolicy = std::move(factory);
}

void
SlbManager::SetDeployment(const std::vector<NetworkInterface>& networkInterfaces,
                          const std::vector<LoadBalancer>& loadBalancers,
                          const std::vector<Ipv4Address>& muxes,
                          const std::vector<NatGateway>& natGateways)
{
    NS_ABORT_MSG_IF(m_sender.IsOpen() || m_isStopped,
                    "deployment: the manager has started; set it before");
    NS_ABORT_MSG_IF(muxes.size() > MAX_MUXES,
                    "muxes: '" << muxes.size() << "' is not allowed; give at most " << MAX_MUXES);
    m_deployment.networkInterfaces = networkInterfaces;
    m_deployment.loadBalancers = loadBalancers;
    m_deployment.natGateways = natGateways;
    const auto error = Validate(m_deployment);
    NS_ABORT_MSG_IF(error, error.value_or(""));
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
    Reset();
}

void
SlbManager::Reset()
{
    m_book = SnatAllocationTable(m_deployment.profile, m_makePolicy(m_deployment.profile));
    m_requests = SnatRequestQueue(m_deployment.profile);
    m_program = Compile(m_deployment, m_book);
    m_health = MemberHealthTable(m_program.backendSets);
    m_areMembersStale = false;
    m_toldProbes.clear();
    m_toldInbound.clear();
    m_lines.clear();
    for (const auto& [networkInterface, host] : m_hosts)
    {
        m_lines.emplace(networkInterface, InterfaceInstructionLine());
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
        const auto endpoints = MakeEndpoints(address, {false, true, m_program.muxes, {}});
        taken.insert(taken.end(), endpoints.begin(), endpoints.end());
    }
    for (const auto& [host, instruction] : m_program.hosts)
    {
        taken.push_back(MakeInstruction(host, instruction));
        m_lines.at(instruction.networkInterface) = InterfaceInstructionLine(instruction.sequence);
    }
    const auto inbound = NoteTold();
    taken.insert(taken.end(), inbound.begin(), inbound.end());
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

NatGatewayGoalState
SlbManager::GetNatGatewayGoalState(const std::string& name) const
{
    const auto* gateway = FindByName(m_deployment.natGateways, name);
    NS_ABORT_MSG_UNLESS(gateway, GetRefusal("natGateway", name, "the name of a NAT gateway"));
    NatGatewayGoalState goalState;
    goalState.generation = 1;
    goalState.name = name;
    goalState.publicAddresses = gateway->publicAddresses;
    goalState.idleTimeout = Minutes(gateway->idleTimeoutInMinutes);
    goalState.profile = m_deployment.natGatewayProfile;
    const std::set<uint32_t> members(gateway->networkInterfaces.begin(),
                                     gateway->networkInterfaces.end());
    for (const auto& each : m_deployment.networkInterfaces)
    {
        if (members.count(each.networkInterface) > 0)
        {
            goalState.members.push_back({each.networkInterface, each.privateAddress, each.host});
        }
    }
    std::sort(goalState.members.begin(), goalState.members.end(), [](const auto& a, const auto& b) {
        return a.networkInterface < b.networkInterface;
    });
    return goalState;
}

std::optional<std::string>
SlbManager::CheckInvariants() const
{
    const auto broken = m_book.CheckInvariants();
    return broken ? broken : m_requests.CheckInvariants();
}

SlbInstruction
SlbManager::MakeInstruction(Ipv4Address agent, const Body& body)
{
    return {agent, {MakeTransaction(), body}};
}

} // namespace ns3::azure
