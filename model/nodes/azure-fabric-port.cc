// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fabric-port.h"

#include "azure-bound-sink.h"
#include "azure-ns3-compat.h"

#include "ns3/abort.h"
#include "ns3/arp-cache.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4-routing-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/queue-disc.h"
#include "ns3/traffic-control-layer.h"
#include "ns3/uinteger.h"
#include "ns3/virtual-net-device.h"

#include <utility>

namespace ns3::azure
{

namespace
{

constexpr uint16_t IPV4_ETHERTYPE = 0x0800;

/// The port that owns its device.
class DirectFabricPort : public FabricPort
{
  public:
    DirectFabricPort(Ptr<NetDevice> device, const FabricAddress& address, ReceiveCallback receive)
    {
        m_device = device;
        m_broadcast = device->GetBroadcast();
        m_address = address.address;
        m_receive = std::move(receive);
        const auto node = device->GetNode();
        m_virtualDevice = CreateObject<VirtualNetDevice>();
        m_virtualDevice->SetMtu(device->GetMtu());
        m_virtualDevice->SetSendCallback(MakeCallback(&DirectFabricPort::SendFromStack, this));
        node->AddDevice(m_virtualDevice);
        m_stackDevice = m_virtualDevice;
        Configure(m_stackDevice, address);
        // Not as a protocol handler of the node, which makes a packet's hop a sixth dearer.
        device->SetReceiveCallback(MakeCallback(&DirectFabricPort::Receive, this));
    }

    std::optional<DropReason> Send(Ptr<Packet> datagram) override
    {
        if (datagram->GetSize() > m_device->GetMtu())
        {
            return DropReason::PacketTooBig;
        }
        if (!m_device->Send(datagram, m_broadcast, IPV4_ETHERTYPE))
        {
            return DropReason::DeviceQueueFull;
        }
        return std::nullopt;
    }

  private:
    void DoDispose() override
    {
        m_virtualDevice = nullptr;
        FabricPort::DoDispose();
    }

    /// Something came from the physical network.
    bool Receive(Ptr<NetDevice> device,
                 Ptr<const Packet> packet,
                 uint16_t protocol,
                 const Address& from)
    {
        if (protocol != IPV4_ETHERTYPE)
        {
            return false;
        }
        if (!m_receive(packet))
        {
            m_virtualDevice->Receive(packet->Copy(),
                                     protocol,
                                     from,
                                     device->GetAddress(),
                                     NetDevice::PACKET_HOST);
        }
        return true;
    }

    /// The node's own stack sends something.
    bool SendFromStack(Ptr<Packet> packet,
                       const Address& /* source */,
                       const Address& /* destination */,
                       uint16_t protocol)
    {
        return m_device->Send(packet, m_broadcast, protocol);
    }

    Ptr<VirtualNetDevice> m_virtualDevice; //!< where the node's own stack hangs
    Address m_broadcast;                   //!< of the device, which makes it from text at each call
};

/// Sees each arriving packet before the node's own routing does.
class InterceptingRouting : public Ipv4RoutingProtocol
{
  public:
    /// @param inner the node's own routing; @param device whose packets are seen;
    /// @param receive told of them
    InterceptingRouting(Ptr<Ipv4RoutingProtocol> inner,
                        Ptr<NetDevice> device,
                        FabricPort::ReceiveCallback receive)
        : m_inner(inner),
          m_device(device),
          m_receive(std::move(receive))
    {
    }

    /// @return the node's own routing
    Ptr<Ipv4RoutingProtocol> GetInner() const
    {
        return m_inner;
    }

    Ptr<Ipv4Route> RouteOutput(Ptr<Packet> packet,
                               const Ipv4Header& header,
                               Ptr<NetDevice> outputDevice,
                               Socket::SocketErrno& error) override
    {
        return m_inner->RouteOutput(packet, header, outputDevice, error);
    }

    bool RouteInput(Ptr<const Packet> packet,
                    const Ipv4Header& header,
                    Ptr<const NetDevice> inputDevice,
                    RouteInputTypes::Ucb unicast,
                    RouteInputTypes::Mcb multicast,
                    RouteInputTypes::Lcb local,
                    RouteInputTypes::Ecb error) override
    {
        const auto destination = header.GetDestination();
        if (inputDevice == m_device && !destination.IsBroadcast() && !destination.IsMulticast())
        {
            auto datagram = packet->Copy();
            auto complete = header;
            if (Node::ChecksumEnabled())
            {
                complete.EnableChecksum();
            }
            datagram->AddHeader(complete);
            if (m_receive(datagram))
            {
                return true;
            }
        }
        return m_inner->RouteInput(packet, header, inputDevice, unicast, multicast, local, error);
    }

    void NotifyInterfaceUp(uint32_t interface) override
    {
        m_inner->NotifyInterfaceUp(interface);
    }

    void NotifyInterfaceDown(uint32_t interface) override
    {
        m_inner->NotifyInterfaceDown(interface);
    }

    void NotifyAddAddress(uint32_t interface, Ipv4InterfaceAddress address) override
    {
        m_inner->NotifyAddAddress(interface, address);
    }

    void NotifyRemoveAddress(uint32_t interface, Ipv4InterfaceAddress address) override
    {
        m_inner->NotifyRemoveAddress(interface, address);
    }

    void SetIpv4(Ptr<Ipv4> /* ipv4 */) override
    {
        // The inner routing has been told when the stack was installed.
    }

    void PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit unit) const override
    {
        m_inner->PrintRoutingTable(stream, unit);
    }

  private:
    void DoDispose() override
    {
        m_inner->Dispose();
        m_inner = nullptr;
        m_device = nullptr;
        m_receive = FabricPort::ReceiveCallback();
        Ipv4RoutingProtocol::DoDispose();
    }

    Ptr<Ipv4RoutingProtocol> m_inner;      //!< the node's own routing
    Ptr<NetDevice> m_device;               //!< whose packets are seen
    FabricPort::ReceiveCallback m_receive; //!< told of them
};

/// The port that goes through the node's IPv4 stack.
class StackFabricPort : public FabricPort
{
  public:
    StackFabricPort(Ptr<NetDevice> device, const FabricAddress& address, ReceiveCallback receive)
    {
        m_device = device;
        m_stackDevice = device;
        m_address = address.address;
        m_receive = std::move(receive);
        Configure(device, address);
        m_stack = device->GetNode()->GetObject<Ipv4L3Protocol>();
        m_routing = m_stack->GetRoutingProtocol();
        m_stack->SetRoutingProtocol(
            CreateObject<InterceptingRouting>(m_routing, device, m_receive));
    }

    std::optional<DropReason> Send(Ptr<Packet> datagram) override
    {
        Ipv4Header header;
        datagram->RemoveHeader(header);
        Socket::SocketErrno error{Socket::ERROR_NOTERROR};
        const auto route = m_routing->RouteOutput(datagram, header, m_device, error);
        if (!route)
        {
            return DropReason::NoRoute;
        }
        const auto size = datagram->GetSize() + header.GetSerializedSize();
        if (size > m_device->GetMtu() && header.IsDontFragment())
        {
            return DropReason::PacketTooBig;
        }
        m_stack->SendWithHeader(datagram, header, route);
        return std::nullopt;
    }

  private:
    void DoDispose() override
    {
        m_stack = nullptr;
        m_routing = nullptr;
        FabricPort::DoDispose();
    }

    Ptr<Ipv4L3Protocol> m_stack;        //!< the node's IPv4 stack
    Ptr<Ipv4RoutingProtocol> m_routing; //!< its own routing
};

/// A device has received something for the IPv4 stack. @return whether it has been taken
bool
ReceiveIpv4(Ipv4L3Protocol* stack,
            Ptr<NetDevice> device,
            Ptr<const Packet> packet,
            uint16_t protocol,
            const Address& from)
{
    const bool isTaken = protocol == IPV4_ETHERTYPE;
    if (isTaken)
    {
        stack->Receive(device, packet, protocol, from, from, NetDevice::PACKET_HOST);
    }
    return isTaken;
}

/// @return whether the device can be owned: it needs no ARP and carries no queue disc
bool
CanBeOwned(Ptr<NetDevice> device)
{
    const auto control = device->GetNode()->GetObject<TrafficControlLayer>();
    return !device->NeedsArp() && !(control && control->GetRootQueueDiscOnDevice(device));
}

} // namespace

NS_OBJECT_ENSURE_REGISTERED(FabricPort);

TypeId
FabricPort::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::FabricPort").SetParent<Object>().SetGroupName("AzureNet");
    return tid;
}

Ptr<FabricPort>
FabricPort::Create(Ptr<NetDevice> device, const FabricAddress& address, ReceiveCallback receive)
{
    const auto node = device->GetNode();
    NS_ABORT_MSG_UNLESS(node && node->GetObject<Ipv4L3Protocol>(),
                        "device: its node has no IPv4 stack; install one with "
                        "InternetStackHelper before");
    NS_ABORT_MSG_IF(node->GetObject<Ipv4>()->GetInterfaceForDevice(device) >= 0,
                    "device: it has an IPv4 interface already; leave its address to the port");
    if (CanBeOwned(device))
    {
        return CreateObject<DirectFabricPort>(device, address, receive);
    }
    return CreateObject<StackFabricPort>(device, address, receive);
}

uint32_t
FabricPort::AddAddress(Ptr<NetDevice> device, const Ipv4InterfaceAddress& address)
{
    constexpr uint32_t ARP_QUEUE_SIZE = 65536;
    const auto stack = device->GetNode()->GetObject<Ipv4L3Protocol>();
    auto interface = stack->GetInterfaceForDevice(device);
    if (interface < 0)
    {
        interface = static_cast<int32_t>(stack->AddInterface(device));
        if (const auto cache = stack->GetInterface(interface)->GetArpCache())
        {
            cache->SetAttribute("PendingQueueSize", UintegerValue(ARP_QUEUE_SIZE));
        }
    }
    stack->AddAddress(interface, address);
    stack->SetMetric(interface, 1);
    stack->SetUp(interface);
    return static_cast<uint32_t>(interface);
}

void
FabricPort::AddHostRoute(Ptr<Node> node, Ipv4Address destination, uint32_t interface)
{
    auto routing = node->GetObject<Ipv4>()->GetRoutingProtocol();
    if (const auto intercepting = DynamicCast<InterceptingRouting>(routing))
    {
        routing = intercepting->GetInner();
    }
    const auto table = Ipv4RoutingHelper::GetRouting<Ipv4StaticRouting>(routing);
    NS_ABORT_MSG_UNLESS(table, "node " << node->GetId() << " has no static routing");
    table->AddHostRouteTo(destination, interface);
}

void
FabricPort::ReceiveDirectly(Ptr<NetDevice> device)
{
    const auto stack = device->GetNode()->GetObject<Ipv4L3Protocol>();
    NS_ABORT_MSG_UNLESS(stack && device->IsPointToPoint(),
                        "device: give a point-to-point one of a node with an IPv4 stack");
    device->SetReceiveCallback(BindSink(&ReceiveIpv4, PeekPointer(stack)));
}

void
FabricPort::Configure(Ptr<NetDevice> device, const FabricAddress& address)
{
    const auto interface = AddAddress(device, {address.address, address.mask});
    const auto ipv4 = device->GetNode()->GetObject<Ipv4>();
    Ipv4StaticRoutingHelper().GetStaticRouting(ipv4)->SetDefaultRoute(address.gateway, interface);
}

void
FabricPort::DoDispose()
{
    m_device = nullptr;
    m_stackDevice = nullptr;
    m_receive = ReceiveCallback();
    Object::DoDispose();
}

} // namespace ns3::azure
