// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-mux.h"

#include "ns3/abort.h"
#include "ns3/azure-encapsulation.h"
#include "ns3/azure-endpoint-owner.h"
#include "ns3/ipv4-address.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

namespace ns3::azure
{

NS_OBJECT_ENSURE_REGISTERED(LoadBalancerMux);

TypeId
LoadBalancerMux::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::LoadBalancerMux")
            .SetParent<Application>()
            .SetGroupName("AzureNet")
            .AddConstructor<LoadBalancerMux>()
            .AddAttribute("ControlPort",
                          "UDP port the SLB manager's messages come to (1 to 65535).",
                          UintegerValue(SLB_CONTROL_PORT),
                          MakeUintegerAccessor(&LoadBalancerMux::m_controlPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute(
                "ManagerAddress",
                "Provider address of the SLB manager, the only one whose messages are heeded; "
                "0.0.0.0: all that come from the physical network.",
                Ipv4AddressValue(Ipv4Address::GetAny()),
                MakeIpv4AddressAccessor(&LoadBalancerMux::m_managerAddress),
                MakeIpv4AddressChecker())
            .AddTraceSource("Drop",
                            "A packet was dropped; once for each.",
                            MakeTraceSourceAccessor(&LoadBalancerMux::m_dropTrace),
                            "ns3::azure::LoadBalancerMux::DropCallback");
    return tid;
}

void
LoadBalancerMux::SetUplink(Ptr<NetDevice> device, const FabricAddress& address)
{
    NS_ABORT_MSG_IF(m_uplink, "a mux has one uplink, and this one has it already");
    m_checksums = Node::ChecksumEnabled();
    m_uplink = FabricPort::Create(device, address, [this](const Ptr<const Packet>& packet) {
        return Receive(packet);
    });
}

bool
LoadBalancerMux::Apply(const ProgramPublicEndpoints& instruction)
{
    bool isDone = true;
    for (const auto& endpoint : instruction.endpoints)
    {
        isDone &= m_endpoints.Insert(endpoint.publicAddress, endpoint.ports, endpoint.host.Get());
    }
    return isDone;
}

void
LoadBalancerMux::StartApplication()
{
    NS_ABORT_MSG_UNLESS(m_uplink, "the mux has no uplink");
    m_control = CreateObject<SlbControlSocket>();
    m_control->Open(
        GetNode(),
        m_controlPort,
        [this](const SlbMessage& message, Ipv4Address from) { ReceiveMessage(message, from); },
        {m_uplink->GetStackDevice(), m_managerAddress});
}

void
LoadBalancerMux::StopApplication()
{
    if (m_control)
    {
        m_control->Close();
    }
}

void
LoadBalancerMux::DoDispose()
{
    m_uplink = nullptr;
    m_control = nullptr;
    Application::DoDispose();
}

void
LoadBalancerMux::ReceiveMessage(const SlbMessage& message, Ipv4Address from)
{
    if (const auto* instruction = std::get_if<ProgramPublicEndpoints>(&message.body))
    {
        Apply(*instruction); // a message that is repeated finds its endpoints there already
        m_control->Send({message.transaction, Acknowledge{}}, from);
    }
}

bool
LoadBalancerMux::Receive(const Ptr<const Packet>& packet)
{
    ++m_counts.received;
    PacketHeaders headers;
    if (!headers.Read(*packet))
    {
        Drop(DropReason::Malformed, {}, packet);
        return true;
    }
    const auto key = headers.GetKey();
    if (key.GetDestination() == m_uplink->GetAddress())
    {
        ++m_counts.own;
        return false;
    }
    if (const auto failure = Forward(headers, packet))
    {
        Drop(*failure, key, packet);
    }
    else
    {
        ++m_counts.sent;
    }
    return true;
}

std::optional<DropReason>
LoadBalancerMux::Forward(PacketHeaders& headers, const Ptr<const Packet>& packet)
{
    const auto owner = FindEndpointOwner(m_endpoints, headers);
    if (const auto* reason = std::get_if<DropReason>(&owner))
    {
        return *reason;
    }
    if (headers.GetTtl() <= 1)
    {
        return DropReason::TtlExpired;
    }
    const auto datagram = packet->Copy();
    headers.Apply(std::nullopt, m_checksums);
    const Tunnel tunnel{m_uplink->GetAddress(), Ipv4Address(std::get<uint32_t>(owner))};
    Encapsulate(*datagram, headers, tunnel, m_identification++, m_checksums);
    return m_uplink->Send(datagram);
}

void
LoadBalancerMux::Drop(DropReason reason, const FlowKey& key, const Ptr<const Packet>& packet)
{
    ++m_counts.dropped;
    m_dropTrace({Simulator::Now(), reason, std::nullopt, key, packet->GetSize()}, packet);
}

std::optional<std::string>
LoadBalancerMux::CheckInvariants() const
{
    if (m_counts.received != m_counts.sent + m_counts.own + m_counts.dropped)
    {
        return "packets received differ from packets sent, own and dropped";
    }
    return std::nullopt;
}

} // namespace ns3::azure
