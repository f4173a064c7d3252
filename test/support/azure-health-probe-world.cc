// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-health-probe-world.h"

#include "ns3/double.h"
#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <variant>

namespace ns3::azure
{

void
HealthProbeWorld::TearDown()
{
    m_probers.clear();
    m_slbManager = nullptr;
    VirtualNetworkWorld::TearDown();
}

void
HealthProbeWorld::Begin(uint32_t hosts, double phase)
{
    AddHosts(hosts);
    AddVirtualNetwork("net");
    for (uint32_t host = 0; host < hosts; ++host)
    {
        AddVm(host, "net", Ipv4Address(Ipv4Address("10.0.0.4").Get() + host));
        const auto& agent = m_agents[host];
        const auto prober = CreateObject<HealthProber>();
        agent->GetNode()->AddApplication(prober);
        prober->SetDevices(agent->GetUplinkDevice(), agent->EnableHostServices()->GetDevice());
        const auto variable = CreateObject<ConstantRandomVariable>();
        variable->SetAttribute("Constant", DoubleValue(phase));
        prober->SetAttribute("PhaseVariable", PointerValue(variable));
        const auto connect = [&prober](const char* source, const auto& callback) {
            ASSERT_TRUE(prober->TraceConnectWithoutContext(source, callback)) << source;
        };
        connect("ProbeResult", MakeCallback(&HealthProbeWorld::OnResult, this));
        connect("MemberHealth", MakeCallback(&HealthProbeWorld::OnChange, this));
        connect("ControlMessage", MakeCallback(&HealthProbeWorld::OnMessage, this));
        m_probers.push_back(prober);
    }
}

Ptr<HealthProbeResponder>
HealthProbeWorld::AddResponder(uint32_t vm,
                               HealthProbeProtocol protocol,
                               const std::string& schedule,
                               uint16_t port)
{
    const auto responder = CreateObject<HealthProbeResponder>();
    responder->SetAttribute("Port", UintegerValue(port));
    responder->SetAttribute("Protocol", StringValue(GetName(protocol)));
    responder->SetAttribute("Schedule", StringValue(schedule));
    m_vms[vm]->AddApplication(responder);
    return responder;
}

HealthProbeTarget
HealthProbeWorld::MakeTarget(uint32_t vm, HealthProbeProtocol protocol) const
{
    HealthProbeTarget target;
    target.networkInterface = vm + 1;
    target.privateAddress = GetAddress(vm);
    target.probe = 1;
    target.protocol = protocol;
    target.port = 80;
    target.requestPath = "/health";
    target.interval = Seconds(5);
    target.timeout = Seconds(5);
    return target;
}

void
HealthProbeWorld::AddManager()
{
    const auto node = m_manager->GetNode();
    const auto address = node->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal();
    for (const auto& prober : m_probers)
    {
        prober->SetAttribute("ManagerAddress", Ipv4AddressValue(address));
    }
    m_slbManager = CreateObject<SlbControlSocket>();
    m_slbManager->Open(node,
                       SLB_CONTROL_PORT,
                       [this](const SlbMessage& message, const InetSocketAddress& from) {
                           if (const auto* report = std::get_if<ReportHealth>(&message.body))
                           {
                               m_reports.push_back(*report);
                               m_slbManager->Send({message.transaction, Acknowledge{}},
                                                  from.GetIpv4(),
                                                  from.GetPort());
                               return;
                           }
                           m_acknowledgements.push_back(message.transaction);
                       });
}

std::string
HealthProbeWorld::GetResults() const
{
    std::string text;
    for (const auto& result : m_results)
    {
        text += std::to_string(result.sent.GetMilliSeconds()) + " " +
                std::to_string(result.time.GetMilliSeconds()) + " " + GetName(result.outcome) +
                (result.statusCode ? " " + std::to_string(*result.statusCode) : "") + "\n";
    }
    return text;
}

std::string
HealthProbeWorld::GetChanges() const
{
    std::string text;
    for (const auto& change : m_changes)
    {
        text +=
            std::to_string(change.time.GetMilliSeconds()) + (change.isUp ? " up" : " down") + "\n";
    }
    return text;
}

void
HealthProbeWorld::OnResult(const HealthProbeResult& result)
{
    m_results.push_back(result);
}

void
HealthProbeWorld::OnChange(const MemberHealth& health)
{
    m_changes.push_back(health);
}

void
HealthProbeWorld::OnMessage(const ControlMessage& message)
{
    m_messages.push_back(message);
}

} // namespace ns3::azure
