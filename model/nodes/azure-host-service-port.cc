// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-host-service-port.h"

#include "azure-fabric-port.h"

#include "ns3/azure-address-prefix.h"

namespace ns3::azure
{

namespace
{

constexpr uint16_t IPV4_ETHERTYPE = 0x0800;
constexpr uint16_t VM_MTU = 1500; //!< of a VM's network interface

} // namespace

NS_OBJECT_ENSURE_REGISTERED(HostServicePort);

TypeId
HostServicePort::GetTypeId()
{
    static TypeId tid = TypeId("ns3::azure::HostServicePort")
                            .SetParent<Object>()
                            .SetGroupName("AzureNet")
                            .AddConstructor<HostServicePort>();
    return tid;
}

Ptr<HostServicePort>
HostServicePort::Create(Ptr<Node> node, SendCallback send)
{
    const auto port = CreateObject<HostServicePort>();
    port->m_send = send;
    port->m_device = CreateObject<VirtualNetDevice>();
    port->m_device->SetMtu(VM_MTU);
    port->m_device->SetSendCallback(
        MakeCallback(&HostServicePort::SendFromStack, PeekPointer(port)));
    node->AddDevice(port->m_device);
    // The first address is the one that the stack sends from.
    for (const auto address : {HOST_SERVICE_ADDRESS, INSTANCE_METADATA_ADDRESS})
    {
        port->m_interface =
            FabricPort::AddAddress(port->m_device, {Ipv4Address(address), Ipv4Mask::GetOnes()});
    }
    return port;
}

void
HostServicePort::AddVm(Ipv4Address address)
{
    FabricPort::AddHostRoute(m_device->GetNode(), address, m_interface);
}

void
HostServicePort::Receive(Ptr<Packet> datagram)
{
    m_device->Receive(datagram,
                      IPV4_ETHERTYPE,
                      m_device->GetAddress(),
                      m_device->GetAddress(),
                      NetDevice::PACKET_HOST);
}

bool
HostServicePort::SendFromStack(Ptr<Packet> packet,
                               const Address& /* source */,
                               const Address& /* destination */,
                               uint16_t protocol)
{
    if (protocol == IPV4_ETHERTYPE)
    {
        m_send(packet);
    }
    return true;
}

void
HostServicePort::DoDispose()
{
    m_device = nullptr;
    m_send = SendCallback();
    Object::DoDispose();
}

} // namespace ns3::azure
