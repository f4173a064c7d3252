// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-experiment.h"

#include "azure-option-list.h"
#include "azure-trace-recorder.h"

#include "ns3/abort.h"
#include "ns3/azure-limits.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-parse.h"
#include "ns3/azure-slb-manager.h"
#include "ns3/azure-text-fields.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <functional>

namespace ns3::azure
{

namespace
{

/// Longest time over which flows may begin, some 31 years: ns3::Time holds 292.
constexpr double MAX_ARRIVAL_SECONDS = 1e9;

/// Most flows of a VM, our choice: a burst has all of them in memory at once.
constexpr uint32_t MAX_FLOWS = 1000000;

/// The line that refuses a text.
std::string
Refuse(const std::string& field, const std::string& text, const std::string& allowed)
{
    return Parsed<bool>::Refuse(field, text, allowed).GetError();
}

/// @return when a VM joins and leaves; nothing unless the text is JOINS:LEAVES, one after the other
std::optional<PoolResize>
ReadResize(const std::string& text)
{
    const auto colon = text.find(':');
    if (colon == std::string::npos)
    {
        return std::nullopt;
    }
    const auto joins = ParseTime(text.substr(0, colon));
    const auto leaves = ParseTime(text.substr(colon + 1));
    if (!joins || !leaves || !joins->IsStrictlyPositive() || *leaves <= *joins)
    {
        return std::nullopt;
    }
    return PoolResize{*joins, *leaves};
}

/// Options about who is there.
void
AddSetupOptions(OptionList& list, OutboundExperiment& options)
{
    list.Add("profile",
             "Azure's behavior, " + JoinAlternatives(GetProfileNames()) +
                 "; in brackets what differs from it, as in 2018[FinHold=30s|RstHold=5s]",
             "2017",
             [&options](const std::string& text) -> std::optional<std::string> {
                 const auto parsed = ParseProfile(text);
                 options.profile = parsed.profile.value_or(Profile());
                 return parsed.profile ? std::nullopt : std::make_optional(parsed.error);
             });
    list.Add("scenario",
             "How the VMs reach the Internet: standalone, load-balanced or public-ip",
             "load-balanced",
             [&options](const std::string& text) -> std::optional<std::string> {
                 const auto scenario = FindOutboundScenario(text);
                 options.scenario = scenario.value_or(options.scenario);
                 return scenario ? std::nullopt
                                 : std::make_optional(Refuse("scenario",
                                                             text,
                                                             "standalone, load-balanced or "
                                                             "public-ip"));
             });
    list.AddUnsigned(
        "vms",
        "VMs; with load-balanced the size of the backend pool, otherwise just how many there are",
        1,
        {1, MAX_POOL_SIZE},
        options.vms);
    list.AddUnsigned("activeVms",
                     "how many of the VMs open flows",
                     1,
                     {1, MAX_POOL_SIZE},
                     options.activeVms);
    list.AddUnsigned(
        "frontends",
        "public addresses: of the load balancer, load-balanced only, or of the NAT gateway",
        1,
        {1, MAX_FRONTENDS},
        options.frontends);
    list.Add(
        "resize",
        "when another VM joins the backend pool, and when it leaves, as in 60s:120s, or none",
        "none",
        [&options](const std::string& text) -> std::optional<std::string> {
            options.resize = ReadResize(text);
            return text == "none" || options.resize
                       ? std::nullopt
                       : std::make_optional(
                             Refuse("resize", text, "two times above 0s, JOINS:LEAVES, or none"));
        });
}

/// Options about where flows go.
void
AddDestinationOptions(OptionList& list, OutboundExperiment& options)
{
    list.AddUnsigned("destinations",
                     "destination addresses",
                     1,
                     {1, FabricHelper::MAX_SERVER_ADDRESSES},
                     options.destinations);
    list.AddUnsigned("destinationPorts",
                     "ports of each destination address, from 80 up",
                     1,
                     {1, 1000},
                     options.destinationPorts);
    list.Add("skew",
             "Zipf exponent of the choice among all destinations, 0 (all alike) or more; none: "
             "dealt over them in turn",
             "none",
             [&options](const std::string& text) -> std::optional<std::string> {
                 options.skew = ParseDouble(text);
                 return text == "none" || options.skew.value_or(-1) >= 0
                            ? std::nullopt
                            : std::make_optional(Refuse("skew", text, "a number >= 0, or none"));
             });
}

/// Options about when flows are opened.
void
AddFlowOptions(OptionList& list, OutboundExperiment& options)
{
    list.AddUnsigned("flows", "flows of each active VM", 1100, {1, MAX_FLOWS}, options.flows);
    list.AddParsed("protocol", "tcp or udp", "tcp", &ParseTrafficProtocol, options.protocol);
    list.AddParsed("arrival",
                   "when flows are opened: burst (all at once), periodic or poisson",
                   "burst",
                   &ParseTrafficArrival,
                   options.arrival);
    list.Add("rate",
             "flows per second and active VM, above 0; not for burst",
             "100",
             [&options](const std::string& text) -> std::optional<std::string> {
                 options.rate = ParseDouble(text).value_or(0);
                 return options.rate > 0
                            ? std::nullopt
                            : std::make_optional(Refuse("rate", text, "flows per second, above 0"));
             });
}

/// Options about what happens to a flow once it is opened.
void
AddConnectionOptions(OptionList& list, OutboundExperiment& options)
{
    list.AddParsed("hold",
                   "how long a connection stays open: 2s, exponential:2s (mean), pareto:2s:1.5 "
                   "(mean, shape), an ns-3 random variable in seconds, or none for the end of "
                   "the run; idle for longer than the profile's idle timeout it loses its port, "
                   "which keepAlive prevents",
                   "none",
                   &ParseHoldTime,
                   options.hold);
    list.Add("keepAlive",
             "time between the keep-alive messages of an open connection, at least 1ms, or none; "
             "needs a hold or a stop",
             "none",
             [&options](const std::string& text) -> std::optional<std::string> {
                 options.keepAlive = ParseTime(text);
                 return text == "none" || options.keepAlive.value_or(Time()) >= MilliSeconds(1)
                            ? std::nullopt
                            : std::make_optional(
                                  Refuse("keepAlive", text, "a time of at least 1ms, or none"));
             });
    list.AddParsed("close",
                   "how the VM ends a connection of tcp: fin, rst or none (silence)",
                   "fin",
                   &ParseTrafficClose,
                   options.close);
    list.AddUnsigned(
        "synAttempts",
        "SYN packets before a connection attempt of tcp fails; the first waits 3 s, each "
        "other twice as long as the one before",
        1,
        {1, 16},
        options.synAttempts);
    list.AddParsed("retry",
                   "what follows a failed attempt: none, fixed:ATTEMPTS:INTERVAL or "
                   "exponential:ATTEMPTS:INTERVAL, as in fixed:3:10s; each attempt comes from "
                   "another source port",
                   "none",
                   &ParseRetryPolicy,
                   options.retry);
}

/// An option that sets one setting of the profile; the options it depends on come before it.
void
AddOverride(OptionList& list,
            OutboundExperiment& options,
            const std::string& name,
            const std::string& help,
            const std::function<std::string()>& getSetting)
{
    list.Add(name,
             help + "; profile: as it says",
             "profile",
             [=, &options](const std::string& text) -> std::optional<std::string> {
                 const auto setting = getSetting();
                 const auto error =
                     text == "profile" ? std::nullopt : options.profile.Set(setting, text);
                 return error ? std::make_optional(name + error->substr(setting.size()))
                              : std::nullopt;
             });
}

/// Options that change the profile.
void
AddOverrideOptions(OptionList& list, OutboundExperiment& options)
{
    const auto add = [&](const char* name, const char* help, const char* setting) {
        AddOverride(list, options, name, help, [setting] { return setting; });
    };
    add("allocatedPorts", "SNAT ports of each VM and frontend, 1 to 64512", "AllocatedPorts");
    add("idleTimeout", "time without packets that frees a flow's port, above 0s", "IdleTimeout");
    add("finHold", "time a port is held after FIN, above 0s; none: idleTimeout", "FinHold");
    add("rstHold", "time a port is held after RST, above 0s; none: idleTimeout", "RstHold");
    AddOverride(
        list,
        options,
        "reuseKey",
        "what two flows of the protocol used must differ in to share a SNAT port: "
        "DestinationAddress, DestinationEndpoint (address or port), Never or Cone "
        "(one port per source port)",
        [&options] { return options.protocol == IpProtocol::Tcp ? "TcpReuseKey" : "UdpReuseKey"; });
}

/// @return what a NAT gateway cannot have, or nothing
std::optional<std::string>
ValidateNatGateway(const OutboundExperiment& options)
{
    if (options.frontends > MAX_NAT_GATEWAY_ADDRESSES)
    {
        return Refuse("frontends",
                      std::to_string(options.frontends),
                      "1 to " + std::to_string(MAX_NAT_GATEWAY_ADDRESSES) + " with a NAT gateway");
    }
    if (const auto ports = options.profile.allocatedPorts)
    {
        return Refuse("allocatedPorts",
                      std::to_string(*ports),
                      "none with a NAT gateway, whose ports are for all VMs");
    }
    const auto idleTimeout = options.profile.idleTimeout;
    const auto minutes = static_cast<int64_t>(idleTimeout.GetMinutes());
    if (idleTimeout != Minutes(static_cast<double>(minutes)) ||
        minutes < MIN_IDLE_TIMEOUT_MINUTES || minutes > MAX_NAT_GATEWAY_IDLE_TIMEOUT_MINUTES)
    {
        return Refuse("idleTimeout",
                      GetText(idleTimeout.GetSeconds()) + "s",
                      "4min to 120min, in whole minutes, with a NAT gateway");
    }
    return std::nullopt;
}

/// Options about the run.
void
AddRunOptions(OptionList& list, OutboundExperiment& options)
{
    list.AddParsed("transport",
                   "what carries connections: socket, ns-3's own TCP and UDP, or compact, the same "
                   "packets for very many flows; without congestion control, and VMs without "
                   "sockets",
                   "socket",
                   &ParseTrafficTransport,
                   options.transport);
    list.Add("stop",
             "simulated time at which the run ends, above 0s; auto: when nothing is left to "
             "happen, so that all ports are free again",
             "auto",
             [&options](const std::string& text) -> std::optional<std::string> {
                 options.stop = ParseTime(text);
                 return text == "auto" || options.stop.value_or(Time()).IsStrictlyPositive()
                            ? std::nullopt
                            : std::make_optional(Refuse("stop", text, "a time above 0s, or auto"));
             });
    list.Add("db",
             "SQLite file to add the run to; empty for none",
             "",
             [&options](const std::string& text) -> std::optional<std::string> {
                 options.database = text;
                 return text.empty() ? std::nullopt : TraceRecorder::Validate(text);
             });
    options.capture.AddTo(list);
}

} // namespace

void
OutboundExperiment::AddTo(OptionList& list)
{
    AddSetupOptions(list, *this);
    AddDestinationOptions(list, *this);
    AddFlowOptions(list, *this);
    AddConnectionOptions(list, *this);
    AddOverrideOptions(list, *this);
    AddRunOptions(list, *this);
}

std::optional<std::string>
OutboundExperiment::Validate() const
{
    if (activeVms > vms)
    {
        return Refuse("activeVms",
                      std::to_string(activeVms),
                      "at most vms, which is " + std::to_string(vms));
    }
    if (frontends != 1 && scenario != OutboundScenario::LoadBalanced && !HasNatGateway())
    {
        return Refuse("frontends",
                      std::to_string(frontends),
                      std::string("1 with the scenario ") + GetName(scenario));
    }
    if (resize && (scenario != OutboundScenario::LoadBalanced || HasNatGateway()))
    {
        return Refuse("resize",
                      GetText(resize->joins.GetSeconds()) +
                          "s:" + GetText(resize->leaves.GetSeconds()) + "s",
                      "none where no backend pool shares SNAT ports");
    }
    if (resize && vms == MAX_POOL_SIZE)
    {
        return Refuse("vms", std::to_string(vms), "fewer than the largest pool has, with a resize");
    }
    if (synAttempts != 1 && protocol == IpProtocol::Udp)
    {
        return Refuse("synAttempts", std::to_string(synAttempts), "1 with the protocol udp");
    }
    if (arrival != TrafficArrival::Burst && flows / rate > MAX_ARRIVAL_SECONDS)
    {
        return Refuse("rate", GetText(rate), "so many that all flows begin within 1e9 s");
    }
    if (keepAlive && !hold.randomVariable && !stop)
    {
        return Refuse("keepAlive",
                      GetText(keepAlive->GetSeconds()) + "s",
                      "none without a hold or a stop: the run would never end");
    }
    if (const auto error = HasNatGateway() ? ValidateNatGateway(*this) : std::nullopt)
    {
        return error;
    }
    if (auto error = MakeScenario()->Validate())
    {
        return error;
    }
    return MakeTraffic().Validate();
}

std::unique_ptr<OutboundScenarioHelper>
OutboundExperiment::MakeScenario() const
{
    auto helper = std::make_unique<OutboundScenarioHelper>(scenario);
    helper->SetProfile(profile);
    helper->SetVms(vms);
    if (resize)
    {
        helper->SetVms(vms + 1);
        helper->ChangeLoadBalancer(
            [](LoadBalancer& all) { all.backendPools.front().members.pop_back(); });
    }
    if (transport == TrafficTransport::Compact)
    {
        helper->SetVmStack(VmStack::Compact);
    }
    if (HasNatGateway())
    {
        helper->AddNatGateway(NAT_GATEWAY,
                              frontends,
                              {{VmPlacementPlan::DEFAULT_NETWORK, VmPlacementPlan::DEFAULT_SUBNET}},
                              static_cast<uint32_t>(profile.idleTimeout.GetMinutes()));
        helper->SetNatGatewayProfile(GetText(profile));
    }
    else
    {
        helper->SetFrontends(frontends);
    }
    helper->SetServerAddresses(destinations);
    return helper;
}

void
OutboundExperiment::ScheduleResize(const OutboundScenarioHelper& scenario) const
{
    if (!resize)
    {
        return;
    }
    const auto change = [manager = scenario.GetSlbManager(),
                         newcomer = OutboundScenarioHelper::GetNetworkInterface(vms)](auto how) {
        const auto error = (PeekPointer(manager)->*how)(OutboundScenarioHelper::LOAD_BALANCER,
                                                        OutboundScenarioHelper::BACKEND_POOL,
                                                        newcomer);
        NS_ABORT_MSG_IF(error, *error);
    };
    Simulator::Schedule(resize->joins, [change] { change(&SlbManager::AddPoolMember); });
    Simulator::Schedule(resize->leaves, [change] { change(&SlbManager::RemovePoolMember); });
}

TrafficHelper
OutboundExperiment::MakeTraffic() const
{
    TrafficHelper traffic;
    traffic.SetAttribute("Flows", UintegerValue(flows));
    traffic.SetAttribute("Protocol", MakeEnumValue(protocol));
    traffic.SetAttribute("Transport", MakeEnumValue(transport));
    traffic.SetAttribute("Arrival", MakeEnumValue(arrival));
    traffic.SetAttribute("Rate", DoubleValue(rate));
    traffic.SetAttribute("DestinationPorts", UintegerValue(destinationPorts));
    if (skew)
    {
        traffic.SetAttribute("DestinationOrder", MakeEnumValue(DestinationOrder::Zipf));
        traffic.SetAttribute("Skew", DoubleValue(*skew));
    }
    traffic.SetAttribute("KeepAliveInterval", TimeValue(keepAlive.value_or(Time())));
    traffic.SetAttribute("Close", MakeEnumValue(close));
    traffic.SetAttribute("ConnectAttempts", UintegerValue(synAttempts));
    traffic.SetHoldTime(hold);
    traffic.SetRetryPolicy(retry);
    return traffic;
}

RunDescription
OutboundExperiment::Describe(const std::string& program, const OptionList& list) const
{
    RunDescription description{program, GetName(scenario), GetText(profile), {}};
    for (const auto& [name, text] : list.GetTexts())
    {
        if (name != "db" && !CaptureOptions::IsOption(name))
        {
            description.parameters.emplace_back(name, text);
        }
    }
    return description;
}

} // namespace ns3::azure
