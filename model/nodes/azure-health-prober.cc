// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-health-prober.h"

#include "ns3/abort.h"
#include "ns3/log.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <tuple>
#include <variant>

namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureHealthProber");

namespace
{

/// @return whether a target can be probed
bool
IsValid(const HealthProbeTarget& target)
{
    return target.port > 0 && target.interval.IsStrictlyPositive() &&
           target.timeout.IsStrictlyPositive() && target.failuresToDown > 0 &&
           target.successesToUp > 0;
}

/// @return all there is to know of a target
auto
Tie(const HealthProbeTarget& target)
{
    return std::tie(target.networkInterface,
                    target.privateAddress,
                    target.probe,
                    target.protocol,
                    target.port,
                    target.requestPath,
                    target.interval,
                    target.timeout,
                    target.failuresToDown,
                    target.successesToUp);
}

} // namespace

NS_OBJECT_ENSURE_REGISTERED(HealthProber);

TypeId
HealthProber::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::HealthProber")
            .SetParent<ControlApplication>()
            .SetGroupName("AzureNet")
            .AddConstructor<HealthProber>()
            .AddAttribute(
                "ControlPort",
                "UDP port the SLB manager reaches the prober on; its HealthPort (1 to 65535).",
                UintegerValue(SLB_HEALTH_PORT),
                MakeUintegerAccessor(&HealthProber::m_controlPort),
                MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("ManagerAddress",
                          "Provider address of the SLB manager, the only one who is heeded, and "
                          "who is told of changes; 0.0.0.0: anybody is heeded, and nobody is told.",
                          Ipv4AddressValue(Ipv4Address::GetAny()),
                          MakeIpv4AddressAccessor(&HealthProber::m_managerAddress),
                          MakeIpv4AddressChecker())
            .AddAttribute("ManagerPort",
                          "UDP port the SLB manager is told of changes on; its ControlPort (1 to "
                          "65535).",
                          UintegerValue(SLB_CONTROL_PORT),
                          MakeUintegerAccessor(&HealthProber::m_managerPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("PhaseVariable",
                          "When a target is probed first, as a part of its interval, from 0 to "
                          "below 1.",
                          StringValue("ns3::UniformRandomVariable[Min=0|Max=1]"),
                          MakePointerAccessor(&HealthProber::m_phaseVariable),
                          MakePointerChecker<RandomVariableStream>())
            .AddTraceSource("ProbeResult",
                            "A probe has ended; once for each.",
                            MakeTraceSourceAccessor(&HealthProber::m_probeResultTrace),
                            "ns3::azure::HealthProber::ProbeResultCallback")
            .AddTraceSource("MemberHealth",
                            "A VM's state by one probe has changed, or is known for the first "
                            "time; after ProbeResult.",
                            MakeTraceSourceAccessor(&HealthProber::m_memberHealthTrace),
                            "ns3::azure::HealthProber::MemberHealthCallback");
    return tid;
}

void
HealthProber::SetDevices(Ptr<NetDevice> uplink, Ptr<NetDevice> services)
{
    NS_ABORT_MSG_IF(m_sender.IsOpen(), "HealthProber: devices are to be set before the start");
    m_uplink = uplink;
    m_services = services;
}

void
HealthProber::Apply(const ProgramHealthProbe& instruction)
{
    const auto& target = instruction.target;
    NS_ABORT_MSG_UNLESS(IsValid(target),
                        "probe " << target.probe << " of network interface "
                                 << target.networkInterface
                                 << " needs a port, an interval, a timeout and counts above 0");
    const Key key(target.networkInterface, target.probe);
    const auto known = m_targets.find(key);
    if (known != m_targets.end())
    {
        if (Tie(known->second.target) == Tie(target))
        {
            return; // the acknowledgement got lost
        }
        Abandon(key);
        m_targets.erase(known);
    }
    const auto added =
        m_targets.emplace(key, Target{target, HealthProbeTracker(target), 0, {}, {}});
    if (m_sender.IsOpen())
    {
        Begin(added.first->second);
    }
}

std::optional<bool>
HealthProber::IsUp(uint32_t networkInterface, uint16_t probe) const
{
    const auto found = m_targets.find({networkInterface, probe});
    return found == m_targets.end() ? std::nullopt : found->second.tracker.IsUp();
}

int64_t
HealthProber::AssignStreams(int64_t stream)
{
    m_phaseVariable->SetStream(stream);
    return 1;
}

void
HealthProber::DoDispose()
{
    StopApplication();
    m_targets.clear();
    m_phaseVariable = nullptr;
    m_uplink = nullptr;
    m_services = nullptr;
    ControlApplication::DoDispose();
}

void
HealthProber::StartApplication()
{
    NS_LOG_FUNCTION(this);
    OpenSender(m_controlPort, {m_uplink, m_managerAddress});
    for (auto& [key, target] : m_targets)
    {
        Begin(target);
    }
}

void
HealthProber::StopApplication()
{
    NS_LOG_FUNCTION(this);
    for (const auto& [key, target] : m_targets)
    {
        Abandon(key);
    }
    m_sender.Close();
}

void
HealthProber::Begin(Target& target)
{
    const auto phase = m_phaseVariable->GetValue();
    NS_ABORT_MSG_UNLESS(phase >= 0 && phase < 1,
                        "HealthProber: PhaseVariable: '" << phase
                                                         << "' is not allowed; give 0 to below 1");
    const auto interval = static_cast<double>(target.target.interval.GetTimeStep());
    target.next = Simulator::Schedule(TimeStep(static_cast<uint64_t>(phase * interval)),
                                      &HealthProber::Probe,
                                      this,
                                      Key(target.target.networkInterface, target.target.probe));
}

void
HealthProber::Probe(Key key)
{
    auto& target = m_targets.at(key);
    const auto attempt = ++m_attempts[key.first];
    const auto connection = Create<HealthProbeConnection>(static_cast<HealthProbeOwner&>(*this),
                                                          target.target,
                                                          attempt);
    m_open[{key.first, attempt}] = connection;
    // First its timeout, then the next probe: they may come at the same time.
    connection->Open(GetNode(), m_services);
    target.next = Simulator::Schedule(target.target.interval, &HealthProber::Probe, this, key);
}

void
HealthProber::Abandon(Key key)
{
    auto& target = m_targets.at(key);
    target.next.Cancel();
    CancelReport(target);
    for (auto at = m_open.lower_bound({key.first, 0});
         at != m_open.end() && at->first.first == key.first;)
    {
        if (at->second->GetTarget().probe == key.second)
        {
            at->second->Abandon();
            at = m_open.erase(at);
        }
        else
        {
            ++at;
        }
    }
}

void
HealthProber::HandleResult(HealthProbeConnection& connection,
                           HealthProbeOutcome outcome,
                           std::optional<uint16_t> statusCode)
{
    const auto& asked = connection.GetTarget();
    NS_LOG_LOGIC("interface " << asked.networkInterface << ", probe " << asked.probe << ", attempt "
                              << connection.GetAttempt() << ": " << GetName(outcome));
    m_probeResultTrace({Simulator::Now(),
                        asked.networkInterface,
                        asked.probe,
                        connection.GetAttempt(),
                        connection.GetSent(),
                        outcome,
                        statusCode});
    const Key key(asked.networkInterface, asked.probe);
    if (const auto isUp = m_targets.at(key).tracker.Note(outcome))
    {
        NS_LOG_INFO("interface " << asked.networkInterface << " is " << (*isUp ? "up" : "down")
                                 << " by probe " << asked.probe);
        m_memberHealthTrace(
            {Simulator::Now(), HealthStage::Probed, asked.networkInterface, 0, asked.probe, *isUp});
        Report(key);
    }
}

void
HealthProber::HandleReleased(HealthProbeConnection& connection)
{
    m_open.erase({connection.GetTarget().networkInterface, connection.GetAttempt()});
}

void
HealthProber::Report(Key key)
{
    if (m_managerAddress == Ipv4Address::GetAny())
    {
        return;
    }
    auto& target = m_targets.at(key);
    CancelReport(target);
    target.report = MakeTransaction(); // numbers reports, too
    m_sender.Send(
        {m_managerAddress,
         {target.report,
          ReportHealth{key.first, key.second, target.report, target.tracker.IsUp().value()}}},
        m_managerPort);
}

void
HealthProber::CancelReport(Target& target)
{
    target.retry.Cancel();
    m_sender.Cancel(target.report);
}

void
HealthProber::MessageAcknowledged(const SlbInstruction& /* instruction */)
{
}

void
HealthProber::AgentUnreachable(const SlbInstruction& instruction)
{
    const auto& report = std::get<ReportHealth>(instruction.message.body);
    const Key key(report.networkInterface, report.probe);
    m_targets.at(key).retry =
        Simulator::Schedule(GetRetryInterval(), &HealthProber::Report, this, key);
}

void
HealthProber::MessageReceived(const SlbMessage& message, const InetSocketAddress& from)
{
    const auto* instruction = std::get_if<ProgramHealthProbe>(&message.body);
    if (instruction)
    {
        Apply(*instruction);
        m_sender.SendAcknowledge(message.transaction, from);
    }
}

} // namespace ns3::azure
