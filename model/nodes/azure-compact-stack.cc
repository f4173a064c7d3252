// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-stack.h"

#include "ns3/abort.h"
#include "ns3/azure-parsed.h"
#include "ns3/icmpv4-l4-protocol.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4-static-routing.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/traffic-control-layer.h"
#include "ns3/udp-socket-factory.h"

namespace ns3::azure
{

namespace
{

/// Stands where ns-3 looks for TCP or UDP, and tells users that there is none.
template <typename Factory>
class NoSockets : public Factory
{
  public:
    Ptr<Socket> CreateSocket() override
    {
        const auto node = this->template GetObject<Node>();
        RequireSockets(node, "an application");
        return nullptr;
    }
};

using NoTcpSockets = NoSockets<TcpSocketFactory>;
using NoUdpSockets = NoSockets<UdpSocketFactory>;

} // namespace

void
InstallCompactStack(Ptr<Node> node)
{
    NS_ABORT_MSG_IF(node->GetObject<Ipv4>(),
                    "node " << node->GetId() << " has an IPv4 stack already");
    const auto ipv4 = CreateObject<Ipv4L3Protocol>();
    node->AggregateObject(ipv4);
    node->AggregateObject(CreateObject<Icmpv4L4Protocol>()); // looks for IPv4 now
    ipv4->SetRoutingProtocol(CreateObject<Ipv4StaticRouting>());
    node->AggregateObject(CreateObject<TrafficControlLayer>());
    node->AggregateObject(CreateObject<NoTcpSockets>());
    node->AggregateObject(CreateObject<NoUdpSockets>());
}

bool
HasCompactStack(const Ptr<Node>& node)
{
    const auto factory = node->GetObject<SocketFactory>(TcpSocketFactory::GetTypeId());
    return DynamicCast<NoTcpSockets>(factory) != nullptr;
}

std::optional<std::string>
CheckSockets(const Ptr<Node>& node, const std::string& application)
{
    if (!HasCompactStack(node))
    {
        return std::nullopt;
    }
    return GetRefusal("vmStack",
                      "compact",
                      "internet, as " + application + " on node " + std::to_string(node->GetId()) +
                          " uses sockets");
}

void
RequireSockets(const Ptr<Node>& node, const std::string& application)
{
    const auto error = CheckSockets(node, application);
    NS_ABORT_MSG_IF(error, error.value_or(""));
}

} // namespace ns3::azure
