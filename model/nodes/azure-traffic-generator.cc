// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-traffic-generator.h"

#include "azure-compact-stack.h"
#include "azure-compact-traffic-connections.h"
#include "azure-socket-traffic-connections.h"
#include "azure-traffic-message.h"

#include "ns3/abort.h"
#include "ns3/azure-transport-bytes.h"
#include "ns3/ipv4.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace ns3::azure
{

NS_LOG_COMPONENT_DEFINE("AzureTrafficGenerator");

namespace
{

/// Longest hold, and latest arrival after the start, about 31 years: keeps the sum of times within
/// what ns3::Time can tell.
constexpr double MAX_SECONDS = 1e9;

/// @return what an attribute has drawn, at least 0; ends the program if that is no number
double
CheckDrawn(const char* attribute, double drawn)
{
    NS_ABORT_MSG_IF(std::isnan(drawn),
                    "TrafficGenerator: " << attribute << " has drawn what is no number");
    return std::max(drawn, 0.0);
}

} // namespace

TrafficGenerator::TrafficGenerator() = default;

TrafficGenerator::~TrafficGenerator() = default;

void
TrafficGenerator::AddDestination(Ipv4Address address)
{
    m_addresses.push_back(address);
}

void
TrafficGenerator::SetRetryPolicy(const RetryPolicy& policy)
{
    m_retryBackoff = policy.backoff;
    m_maxAttempts = policy.maxAttempts;
    m_retryInterval = policy.interval;
}

RetryPolicy
TrafficGenerator::GetRetryPolicy() const
{
    return {m_retryBackoff, m_maxAttempts, m_retryInterval};
}

std::optional<std::string>
TrafficGenerator::Validate() const
{
    const auto refuse = [](const char* name, auto value, const std::string& allowed) {
        std::ostringstream text;
        text << value;
        return GetRefusal(name, text.str(), allowed);
    };
    const bool isUdp = m_protocol == IpProtocol::Udp;
    const bool hasRequest = m_requestSize > 0;
    if (m_addresses.empty())
    {
        return refuse("AddDestination", 0, "at least one address");
    }
    if (m_arrival != TrafficArrival::Burst && !(m_rate > 0))
    {
        return refuse("Rate", m_rate, "more than 0 flows per second");
    }
    if (m_arrival == TrafficArrival::Burst && m_isUnlimited)
    {
        return refuse("UnlimitedFlows", 1, "false with the arrival Burst");
    }
    if (m_destinationPort + m_destinationPorts - 1 > 65535)
    {
        return refuse("DestinationPorts", m_destinationPorts, "so few that the last is <= 65535");
    }
    if (m_lastSourcePort < m_firstSourcePort)
    {
        return refuse("LastSourcePort", m_lastSourcePort, "a port not below FirstSourcePort");
    }
    if ((hasRequest || isUdp) && m_requestSize < TrafficRequestHeader::SIZE)
    {
        return refuse("RequestSize", m_requestSize, "at least 12 bytes, or with TCP 0");
    }
    if (!hasRequest && m_responseSize > 0)
    {
        return refuse("ResponseSize", m_responseSize, "0 without a request");
    }
    if (isUdp && std::max(m_requestSize, m_responseSize) > MAX_UDP_PAYLOAD)
    {
        return refuse("RequestSize or ResponseSize",
                      std::max(m_requestSize, m_responseSize),
                      "at most 65507 bytes with UDP");
    }
    const auto error = ValidateKeepAliveInterval(m_keepAliveInterval);
    return error ? error : azure::Validate(GetRetryPolicy());
}

int64_t
TrafficGenerator::AssignStreams(int64_t stream)
{
    m_arrivalGap->SetStream(stream);
    m_destinationChoice->SetStream(stream + 1);
    m_retryJitter->SetStream(stream + 2);
    if (m_hold)
    {
        m_hold->SetStream(stream + 3);
    }
    return 4;
}

const TrafficCounters&
TrafficGenerator::GetCounters() const
{
    return m_counters;
}

uint64_t
TrafficGenerator::GetAttempted() const
{
    return m_counters.flows;
}

uint64_t
TrafficGenerator::GetEstablished() const
{
    return m_counters.established;
}

uint64_t
TrafficGenerator::GetFailed() const
{
    return m_counters.failed;
}

void
TrafficGenerator::VisitOpenFlows(const TrafficFlowVisitor& visitor) const
{
    if (m_connections)
    {
        m_connections->VisitOpenFlows(visitor);
    }
}

uint64_t
TrafficGenerator::GetMemory() const
{
    constexpr uint64_t TREE_NODE = 32; // of a std::map, without what it holds
    return sizeof(*this) + (m_connections ? m_connections->GetMemory() : 0) +
           m_retries.size() * (TREE_NODE + sizeof(decltype(m_retries)::value_type));
}

void
TrafficGenerator::DoDispose()
{
    m_nextArrival.Cancel();
    for (auto& [number, event] : m_retries)
    {
        event.Cancel();
    }
    m_retries.clear();
    if (m_connections)
    {
        m_connections->Abandon();
    }
    Application::DoDispose();
}

void
TrafficGenerator::DoInitialize()
{
    if (m_transport == TrafficTransport::Socket)
    {
        RequireSockets(GetNode(), "TrafficGenerator with Transport=Socket");
    }
    Application::DoInitialize();
}

void
TrafficGenerator::StartApplication()
{
    NS_LOG_FUNCTION(this);
    const auto error = Validate();
    NS_ABORT_MSG_IF(error, "TrafficGenerator: " << *error);
    m_settings = {m_requestSize,
                  m_responseSize,
                  m_close,
                  m_connectAttempts,
                  m_connectTimeout,
                  m_responseTimeout,
                  m_closeTimeout,
                  m_keepAliveInterval};
    m_destinations = {m_addresses, m_destinationPort, m_destinationPorts};
    if (m_destinationOrder == DestinationOrder::Zipf)
    {
        m_zipf.emplace(m_destinations.GetSize(), m_skew);
    }
    m_sourcePorts.emplace(PortRange{m_firstSourcePort, m_lastSourcePort});
    m_localAddress = GetLocalAddress();
    m_connections = CreateConnections();
    m_started = Simulator::Now();
    if (m_arrival != TrafficArrival::Burst)
    {
        ScheduleArrival();
        return;
    }
    while (!IsComplete())
    {
        BeginFlow();
    }
}

void
TrafficGenerator::StopApplication()
{
    NS_LOG_FUNCTION(this);
    m_nextArrival.Cancel();
    for (auto& [number, event] : m_retries)
    {
        event.Cancel();
        ++m_counters.failed;
    }
    m_retries.clear();
    if (m_connections)
    {
        m_connections->Stop();
    }
}

void
TrafficGenerator::HandleEstablished(const TrafficFlow& flow)
{
    ++m_counters.established;
    NS_LOG_LOGIC("flow " << flow.number << " " << flow.key << " is established");
    m_flowEstablishedTrace(flow);
}

std::optional<Time>
TrafficGenerator::HandleResponded(const TrafficFlow& /* flow */)
{
    if (!m_hold)
    {
        return std::nullopt;
    }
    return Seconds(std::min(CheckDrawn("Hold", m_hold->GetValue()), MAX_SECONDS));
}

void
TrafficGenerator::HandleKeepAlive(const TrafficFlow& flow)
{
    ++m_counters.keepAlives;
    NS_LOG_LOGIC("flow " << flow.number << " " << flow.key << " is kept alive");
    m_keepAliveTrace(flow);
}

void
TrafficGenerator::HandleFailed(const TrafficFlow& flow, TrafficFailure failure)
{
    FailAttempt(flow, failure);
}

void
TrafficGenerator::HandleClosed(const TrafficFlow& flow, TrafficEnd end)
{
    ++m_counters.closed;
    NS_LOG_LOGIC("flow " << flow.number << " " << flow.key << " is closed: " << GetName(end));
    m_flowClosedTrace(flow, end);
}

void
TrafficGenerator::HandleReleased(const TrafficFlow& flow, Time portFreeAt)
{
    m_sourcePorts->Release(flow.key.GetSourcePort(), portFreeAt);
}

bool
TrafficGenerator::IsComplete() const
{
    return !m_isUnlimited && m_counters.flows >= m_flows;
}

void
TrafficGenerator::HandleArrival()
{
    BeginFlow();
    ScheduleArrival();
}

void
TrafficGenerator::ScheduleArrival()
{
    if (IsComplete())
    {
        return;
    }
    const bool isPeriodic = m_arrival == TrafficArrival::Periodic;
    const Time from = isPeriodic ? m_started : Simulator::Now();
    const double seconds = isPeriodic ? m_counters.flows / m_rate
                                      : CheckDrawn("ArrivalGap", m_arrivalGap->GetValue()) / m_rate;
    const Time latest = m_started + Seconds(MAX_SECONDS);
    if (seconds > MAX_SECONDS || from + Seconds(seconds) > latest)
    {
        return; // neither this flow nor a later one comes
    }
    m_nextArrival = Simulator::Schedule(from + Seconds(seconds) - Simulator::Now(),
                                        &TrafficGenerator::HandleArrival,
                                        this);
}

void
TrafficGenerator::BeginFlow()
{
    const auto [address, port] = m_destinations.Get(SelectDestination());
    TrafficFlow flow;
    flow.number = m_counters.flows++;
    flow.key = FlowKey(m_localAddress, address, 0, port, m_protocol);
    BeginAttempt(flow);
}

std::size_t
TrafficGenerator::SelectDestination()
{
    return m_zipf ? m_zipf->Select(m_destinationChoice->GetValue())
                  : m_counters.flows % m_destinations.GetSize();
}

void
TrafficGenerator::BeginAttempt(TrafficFlow flow)
{
    m_retries.erase(flow.number);
    flow.started = Simulator::Now();
    ++m_counters.attempts;
    const auto connection = BindToNextPort(flow);
    NS_LOG_LOGIC("flow " << flow.number << " " << flow.key << " begins, attempt " << flow.attempt);
    m_flowStartedTrace(flow);
    if (!connection)
    {
        FailAttempt(flow, TrafficFailure::NoSourcePort);
    }
    else if (!m_connections->Open(*connection))
    {
        m_sourcePorts->Release(flow.key.GetSourcePort(), Simulator::Now());
        FailAttempt(flow, TrafficFailure::NoRoute);
    }
}

std::optional<uint64_t>
TrafficGenerator::BindToNextPort(TrafficFlow& flow)
{
    const auto unbound = flow.key;
    for (uint32_t tries = m_lastSourcePort - m_firstSourcePort + 1; tries > 0; --tries)
    {
        const auto port = m_sourcePorts->Acquire(Simulator::Now());
        if (!port)
        {
            break;
        }
        flow.key = unbound.WithSource(m_localAddress, *port);
        if (const auto connection = m_connections->Bind(flow))
        {
            return connection;
        }
        m_sourcePorts->Release(*port, Simulator::Now()); // somebody else's
    }
    flow.key = unbound;
    return std::nullopt;
}

void
TrafficGenerator::FailAttempt(const TrafficFlow& flow, TrafficFailure failure)
{
    const bool isStopped = failure == TrafficFailure::Stopped;
    const double u = m_retryBackoff == RetryBackoff::Exponential ? m_retryJitter->GetValue() : 0;
    const auto pause = isStopped ? std::nullopt : GetRetryPause(GetRetryPolicy(), flow.attempt, u);
    auto failed = flow;
    failed.ended = Simulator::Now();
    if (!pause)
    {
        ++m_counters.failed;
    }
    NS_LOG_LOGIC("flow " << flow.number << " " << flow.key << " fails: " << GetName(failure)
                         << (pause ? ", to be tried again" : ""));
    m_flowFailedTrace(failed, failure, pause.has_value());
    if (pause)
    {
        TrafficFlow next;
        next.number = flow.number;
        next.attempt = flow.attempt + 1;
        next.key = flow.key.WithSource(m_localAddress, 0);
        m_retries[flow.number] =
            Simulator::Schedule(*pause, &TrafficGenerator::BeginAttempt, this, next);
    }
}

std::unique_ptr<TrafficConnections>
TrafficGenerator::CreateConnections()
{
    TrafficConnectionOwner& owner = *this;
    if (m_transport == TrafficTransport::Compact)
    {
        return std::make_unique<CompactTrafficConnections>(GetNode(), owner, m_settings);
    }
    return std::make_unique<SocketTrafficConnections>(GetNode(), owner, m_settings);
}

Ipv4Address
TrafficGenerator::GetLocalAddress() const
{
    const auto ipv4 = GetNode()->GetObject<Ipv4>();
    NS_ABORT_MSG_IF(!ipv4, "TrafficGenerator: node " << GetNode()->GetId() << " has no IPv4 stack");
    for (uint32_t i = 0; i < ipv4->GetNInterfaces(); ++i)
    {
        const auto address =
            ipv4->GetNAddresses(i) > 0 ? ipv4->GetAddress(i, 0).GetLocal() : Ipv4Address::GetAny();
        if (address != Ipv4Address::GetAny() && !address.IsLocalhost()) // any: DHCP asks for one
        {
            return address;
        }
    }
    NS_ABORT_MSG("TrafficGenerator: node " << GetNode()->GetId() << " has no address");
    return {}; // never; without optimization gcc 12 does not see that with ns-3.48
}

} // namespace ns3::azure
