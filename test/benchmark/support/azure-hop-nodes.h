// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HOP_NODES_H
#define AZURE_HOP_NODES_H

#include "ns3/azure-flow-control.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/net-device-container.h"
#include "ns3/node.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/string.h"

#include <utility>

/**
 * @file
 * @brief What benchmarks of packet-hops have in common, besides HopChain.
 */
namespace ns3::azure
{

/// @return the two ends of a new link as FabricHelper makes them: 100 Gbps, 10 us, no queue disc,
/// no
///         flow control
inline NetDeviceContainer
Link(Ptr<Node> a, Ptr<Node> b)
{
    PointToPointHelper helper;
    helper.SetDeviceAttribute("DataRate", StringValue("100Gbps"));
    helper.SetChannelAttribute("Delay", StringValue("10us"));
    DisableFlowControl(helper);
    return helper.Install(a, b);
}

/// @return a node with an IPv4 stack, with static routing only
inline Ptr<Node>
MakeStackNode()
{
    const auto node = CreateObject<Node>();
    InternetStackHelper helper;
    helper.SetRoutingHelper(Ipv4StaticRoutingHelper());
    helper.SetIpv6StackInstall(false);
    helper.Install(node);
    return node;
}

/// @brief Make a plain ns-3 router between two links.
/// @return bare devices at their other ends: packets to any address enter by the first
inline std::pair<Ptr<NetDevice>, Ptr<NetDevice>>
MakeRouter()
{
    const auto node = MakeStackNode();
    const auto in = Link(CreateObject<Node>(), node);
    const auto out = Link(node, CreateObject<Node>());
    const auto ipv4 = node->GetObject<Ipv4>();
    const auto inside = ipv4->AddInterface(in.Get(1));
    ipv4->AddAddress(inside, {"10.0.0.1", "255.255.255.0"});
    ipv4->SetUp(inside);
    const auto outside = ipv4->AddInterface(out.Get(0));
    ipv4->AddAddress(outside, {"10.128.0.2", "255.255.255.0"});
    ipv4->SetUp(outside);
    Ipv4StaticRoutingHelper().GetStaticRouting(ipv4)->SetDefaultRoute("10.128.0.1", outside);
    return {in.Get(0), out.Get(1)};
}

} // namespace ns3::azure

#endif // AZURE_HOP_NODES_H
