// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fabric-helper.h"

#include "azure-flow-control.h"
#include "azure-ranks.h"

#include "ns3/abort.h"
#include "ns3/arp-l3-protocol.h"
#include "ns3/azure-edge-routing.h"
#include "ns3/azure-route-listener.h"
#include "ns3/csma-channel.h"
#include "ns3/csma-net-device.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/queue-disc.h"
#include "ns3/string.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/uinteger.h"

namespace ns3::azure
{

namespace
{

constexpr uint32_t FABRIC_NETWORK = 0x0a800000;   // 10.128.0.0
constexpr uint32_t BACKBONE_NETWORK = 0x0afffffc; // 10.255.255.252, fabric to edge router
constexpr uint32_t PUBLIC_NETWORK = 0xc6120000;   // 198.18.0.0
constexpr uint32_t GATEWAY_NETWORK = 0xc6123000;  // 198.18.48.0, a part of PUBLIC_NETWORK
constexpr uint32_t SERVER_NETWORK = 0xc6130000;   // 198.19.0.0
constexpr uint32_t RESOLVER_NETWORK = 0xd043de00; // 208.67.222.0
constexpr uint32_t RESOLVER_HOST = 222;           // resolver1.opendns.com
constexpr uint16_t FABRIC_MTU = 1600;

const Ipv4Mask SLASH_9("255.128.0.0");
const Ipv4Mask SLASH_16("255.255.0.0");
const Ipv4Mask SLASH_24("255.255.255.0");
const Ipv4Mask SLASH_30("255.255.255.252");

void
SetDefaultRoute(Ptr<Node> node, Ipv4Address gateway, uint32_t interface)
{
    Ipv4StaticRoutingHelper()
        .GetStaticRouting(node->GetObject<Ipv4>())
        ->SetDefaultRoute(gateway, interface);
}

/// @return number of the interface
uint32_t
AddAddress(Ptr<NetDevice> device, uint32_t address, Ipv4Mask mask)
{
    return FabricPort::AddAddress(device, {Ipv4Address(address), mask});
}

/// @return what the edge router routes by: it drops what must not come from the Internet
Ptr<EdgeRouting>
MakeEdgeRouting(Ptr<NetDevice> inside)
{
    const auto routing = CreateObject<EdgeRouting>();
    routing->SetInside(inside);
    for (const auto network : {FABRIC_NETWORK, PUBLIC_NETWORK})
    {
        routing->AddOwnPrefix({network, 16});
    }
    routing->AddTunnelEnds({FABRIC_NETWORK, 16});
    routing->AddTunnelEnds({FabricHelper::MUX_ANYCAST_ADDRESS, 32});
    return routing;
}

/// Put a routing in place of the one that a node's stack has been installed with.
void
ReplaceRouting(Ptr<Node> node, Ptr<PrefixRouting> routing)
{
    const auto ipv4 = node->GetObject<Ipv4>();
    const auto before = ipv4->GetRoutingProtocol();
    ipv4->SetRoutingProtocol(routing);
    before->Dispose();
}

/// Give a router's end of a link an address. @return number of the interface
uint32_t
AddRouterAddress(Ptr<NetDevice> device, uint32_t address, Ipv4Mask mask)
{
    const auto interface = AddAddress(device, address, mask);
    FabricPort::ReceiveDirectly(device);
    return interface;
}

void
SetUpLink(PointToPointHelper& helper, const char* delay)
{
    helper.SetDeviceAttribute("DataRate", StringValue("100Gbps"));
    helper.SetChannelAttribute("Delay", StringValue(delay));
    helper.SetQueue("ns3::DropTailQueue", "MaxSize", StringValue("65536p"));
}

} // namespace

FabricHelper::FabricHelper()
{
    SetUpLink(m_fabricLink, "10us");
    m_fabricLink.SetDeviceAttribute("Mtu", UintegerValue(FABRIC_MTU));
    SetUpLink(m_internetLink, "10ms");
    SetUpLink(m_vmLink, "10us");
    m_segment.SetChannelAttribute("DataRate", StringValue("100Gbps"));
    m_segment.SetChannelAttribute("Delay", StringValue("1us"));
    m_segment.SetDeviceAttribute("Mtu", UintegerValue(FABRIC_MTU));
    m_segment.SetQueue("ns3::DropTailQueue", "MaxSize", StringValue("65536p"));
}

void
FabricHelper::SetLink(FabricLink link)
{
    RequireNotCreated("SetLink");
    m_link = link;
}

void
FabricHelper::SetInternetDelay(Time delay)
{
    NS_ABORT_MSG_IF(delay.IsStrictlyNegative(),
                    "internetDelay: '" << delay.As(Time::MS)
                                       << "' is not allowed; give a time of at least 0s");
    m_internetLink.SetChannelAttribute("Delay", TimeValue(delay));
}

void
FabricHelper::SetQueueDisc(const std::string& typeId)
{
    RequireNotCreated("SetQueueDisc");
    TypeId found;
    NS_ABORT_MSG_UNLESS(TypeId::LookupByNameFailSafe(typeId, &found) &&
                            found.IsChildOf(QueueDisc::GetTypeId()) && found.HasConstructor(),
                        "queueDisc: '" << typeId
                                       << "' is not allowed; give the name of a queue disc, as "
                                          "ns3::FqCoDelQueueDisc");
    m_queueDisc = typeId;
}

void
FabricHelper::EnableFlowControl()
{
    RequireNotCreated("EnableFlowControl");
    m_hasFlowControl = true;
}

void
FabricHelper::RequireNotCreated(const char* function) const
{
    NS_ABORT_MSG_IF(m_fabricRouter, function << "(): the fabric has been created already");
}

void
FabricHelper::Create()
{
    RequireNotCreated("Create");
    if (!m_hasFlowControl)
    {
        DisableFlowControl(m_internetLink);
        DisableFlowControl(m_vmLink);
        if (m_queueDisc.empty())
        {
            DisableFlowControl(m_fabricLink);
        }
    }
    m_fabricRouter = CreateObject<Node>();
    m_edgeRouter = CreateObject<Node>();
    InstallStack(m_fabricRouter);
    InstallStack(m_edgeRouter);
    const auto link = m_fabricLink.Install(m_fabricRouter, m_edgeRouter);
    ReplaceRouting(m_fabricRouter, CreateObject<PrefixRouting>());
    ReplaceRouting(m_edgeRouter, MakeEdgeRouting(link.Get(1)));
    const Ipv4Address fabric(BACKBONE_NETWORK + 1);
    const Ipv4Address edge(BACKBONE_NETWORK + 2);
    const auto up = AddRouterAddress(link.Get(0), fabric.Get(), SLASH_30);
    const auto down = AddRouterAddress(link.Get(1), edge.Get(), SLASH_30);
    GetRouting(m_fabricRouter)->AddRoute(ANY_ADDRESS, edge, up);
    GetRouting(m_edgeRouter)->AddRoute({PUBLIC_NETWORK, 16}, fabric, down);
    // Hosts ask resolvers by the platform's own addresses; VMs never see those.
    GetRouting(m_edgeRouter)->AddRoute({FABRIC_NETWORK, 16}, fabric, down);
    if (m_link == FabricLink::Csma)
    {
        const auto device = m_segment.Install(m_fabricRouter).Get(0);
        m_channel = device->GetChannel();
        AddAddress(device, FABRIC_NETWORK + 1, SLASH_16);
    }
}

FabricAttachment
FabricHelper::Attach(Ptr<Node> node)
{
    NS_ABORT_MSG_UNLESS(m_fabricRouter, "the fabric has not been created yet");
    ++m_attached;
    FabricAttachment attachment;
    if (m_link == FabricLink::Csma)
    {
        attachment.device = m_segment.Install(node, DynamicCast<CsmaChannel>(m_channel)).Get(0);
        attachment.address = {Ipv4Address(FABRIC_NETWORK + 1 + m_attached),
                              SLASH_16,
                              Ipv4Address(FABRIC_NETWORK + 1)};
    }
    else
    {
        const auto link = m_fabricLink.Install(m_fabricRouter, node);
        const uint32_t network = FABRIC_NETWORK + 4 * m_attached;
        AddRouterAddress(link.Get(0), network + 1, SLASH_30);
        attachment.device = link.Get(1);
        attachment.address = {Ipv4Address(network + 2), SLASH_30, Ipv4Address(network + 1)};
    }
    if (!m_queueDisc.empty())
    {
        TrafficControlHelper control;
        control.SetRootQueueDisc(m_queueDisc);
        control.Install(attachment.device);
    }
    return attachment;
}

Ipv4Address
FabricHelper::AttachWithAddress(Ptr<Node> node)
{
    const auto [device, place] = Attach(node);
    const auto interface = AddAddress(device, place.address.Get(), place.mask);
    SetDefaultRoute(node, place.gateway, interface);
    return place.address;
}

void
FabricHelper::RoutePublicAddressesTo(const FabricAttachment& mux)
{
    const auto ipv4 = m_fabricRouter->GetObject<Ipv4>();
    const auto interface = ipv4->GetInterfaceForPrefix(mux.address.address, mux.address.mask);
    GetRouting(m_fabricRouter)
        ->AddRoute({PUBLIC_NETWORK, 16}, mux.address.address, static_cast<uint32_t>(interface));
}

void
FabricHelper::SharePublicAddressesAmong(const std::vector<FabricAttachment>& muxes, Time holdTime)
{
    NS_ABORT_MSG_IF(m_equalCostRouting, "public addresses are shared once, and are already");
    NS_ABORT_MSG_IF(muxes.empty(), "public addresses need a mux to share them");
    m_equalCostRouting = CreateObject<EqualCostRouting>();
    GetRouting(m_fabricRouter)->SetFirst(m_equalCostRouting);
    const auto listener = CreateObject<RouteListener>();
    listener->SetRouting(m_equalCostRouting);
    AddApplication(m_fabricRouter, listener);
    for (const auto& mux : muxes)
    {
        listener->AddNeighbor(mux.address.address);
        m_equalCostRouting->Announce(mux.address.address, {holdTime, GetPublicPrefixes()});
    }
    for (const auto& prefix : GetPublicPrefixes())
    {
        m_equalCostRouting->AddDiscardedPrefix(prefix);
    }
    for (const auto& [address, gateway] : m_gatewayRoutes)
    {
        m_equalCostRouting->AddStaticRoute({address.Get(), 32}, gateway);
    }
}

void
FabricHelper::RouteToNatGateway(const FabricAttachment& gateway,
                                const std::vector<Ipv4Address>& addresses)
{
    const auto& [address, mask, nextHop] = gateway.address;
    const auto ipv4 = m_fabricRouter->GetObject<Ipv4>();
    const auto interface = static_cast<uint32_t>(ipv4->GetInterfaceForPrefix(address, mask));
    for (const auto& publicAddress : addresses)
    {
        NS_ABORT_MSG_UNLESS(GetPublicPrefixes().front().Contains(publicAddress.Get()),
                            "addresses: '" << publicAddress
                                           << "' is not allowed; give addresses in 198.18.0.0/16");
        m_gatewayRoutes.push_back({publicAddress, address});
        if (m_equalCostRouting)
        {
            m_equalCostRouting->AddStaticRoute({publicAddress.Get(), 32}, address);
        }
        else
        {
            GetRouting(m_fabricRouter)->AddRoute({publicAddress.Get(), 32}, address, interface);
        }
    }
}

AddressPrefix
FabricHelper::GetNatGatewayPrefix()
{
    return {GATEWAY_NETWORK, 20};
}

Ipv4InterfaceAddress
FabricHelper::GetFabricNetwork()
{
    return {Ipv4Address(FABRIC_NETWORK), SLASH_16};
}

std::vector<AddressPrefix>
FabricHelper::GetPublicPrefixes()
{
    return {{PUBLIC_NETWORK, 16}};
}

std::vector<Ipv4Address>
FabricHelper::AttachServer(Ptr<Node> node, uint32_t addresses)
{
    NS_ABORT_MSG_IF(addresses < 1 || addresses > ADDRESSES_PER_SERVER,
                    "addresses: '" << addresses << "' is not allowed; give 1 to "
                                   << ADDRESSES_PER_SERVER);
    return AttachToEdge(node, SERVER_NETWORK + 256 * m_servers++, 1, addresses);
}

Ipv4Address
FabricHelper::AttachResolver(Ptr<Node> node)
{
    return AttachToEdge(node, RESOLVER_NETWORK, RESOLVER_HOST, 1).front();
}

Ipv4Address
FabricHelper::GetResolverAddress()
{
    return Ipv4Address(RESOLVER_NETWORK + RESOLVER_HOST);
}

Ptr<PrefixRouting>
FabricHelper::GetRouting(Ptr<Node> router)
{
    return DynamicCast<PrefixRouting>(router->GetObject<Ipv4>()->GetRoutingProtocol());
}

std::vector<Ipv4Address>
FabricHelper::AttachToEdge(Ptr<Node> node, uint32_t network, uint32_t first, uint32_t addresses)
{
    NS_ABORT_MSG_UNLESS(m_edgeRouter, "the fabric has not been created yet");
    constexpr uint32_t ROUTER_HOST = 254;
    const auto link = m_internetLink.Install(m_edgeRouter, node);
    AddRouterAddress(link.Get(0), network + ROUTER_HOST, SLASH_24);
    std::vector<Ipv4Address> given;
    uint32_t interface = 0;
    for (uint32_t i = 0; i < addresses; ++i)
    {
        interface = AddAddress(link.Get(1), network + first + i, SLASH_24);
        given.emplace_back(network + first + i);
    }
    SetDefaultRoute(node, Ipv4Address(network + ROUTER_HOST), interface);
    return given;
}

Ptr<NetDevice>
FabricHelper::AttachVm(Ptr<Node> vm, Ptr<Node> host, Ipv4Address address)
{
    const auto link = m_vmLink.Install(vm, host);
    const auto lease = MakeLease(address);
    const auto interface = AddAddress(link.Get(0), address.Get(), lease.mask);
    SetDefaultRoute(vm, lease.gateway, interface);
    return link.Get(1);
}

DhcpVmAttachment
FabricHelper::AttachVmByDhcp(Ptr<Node> vm, Ptr<HostDhcpServer> server, Ipv4Address address)
{
    const auto link = m_vmLink.Install(vm, server->GetNode());
    server->AddLease(link.Get(0)->GetAddress(), MakeLease(address));
    const auto ipv4 = vm->GetObject<Ipv4>();
    ipv4->SetUp(ipv4->AddInterface(link.Get(0)));
    const auto client = CreateObject<DhcpClient>();
    client->SetDhcpClientNetDevice(link.Get(0));
    client->SetAttribute("Collect", TimeValue(Seconds(0)));
    vm->AddApplication(client);
    return {link.Get(1), client};
}

DhcpLease
FabricHelper::MakeLease(Ipv4Address address)
{
    return {address, SLASH_9, Ipv4Address(address.CombineMask(SLASH_9).Get() + 1)};
}

int64_t
FabricHelper::AssignStreams(int64_t stream) const
{
    NS_ABORT_MSG_UNLESS(m_fabricRouter, "AssignStreams(): call Create() first");
    const auto first = stream;
    for (std::size_t i = 0; m_channel && i < m_channel->GetNDevices(); ++i)
    {
        stream += DynamicCast<CsmaNetDevice>(m_channel->GetDevice(i))->AssignStreams(stream);
    }
    return stream - first;
}

void
FabricHelper::InstallStack(Ptr<Node> node)
{
    InternetStackHelper stack;
    stack.SetIpv6StackInstall(false);
    stack.SetRoutingHelper(Ipv4StaticRoutingHelper());
    stack.Install(node);
    node->GetObject<ArpL3Protocol>()->SetAttribute(
        "RequestJitter",
        StringValue("ns3::ConstantRandomVariable[Constant=0]"));
}

} // namespace ns3::azure
