// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-route-announcer.h"

#include "ns3/abort.h"
#include "ns3/inet-socket-address.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/udp-socket-factory.h"

namespace ns3::azure
{

RouteAnnouncer::~RouteAnnouncer()
{
    Close(false);
}

void
RouteAnnouncer::Open(Ptr<Node> node,
                     Ptr<NetDevice> device,
                     Ipv4Address router,
                     const std::vector<AddressPrefix>& prefixes,
                     const RouteAnnouncerOptions& options)
{
    NS_ABORT_MSG_IF(IsOpen(), "the route announcer is open already");
    NS_ABORT_MSG_IF(prefixes.empty(), "a route announcer needs prefixes to announce");
    NS_ABORT_MSG_UNLESS(options.keepaliveInterval.IsStrictlyPositive() &&
                            options.keepaliveInterval < options.holdTime,
                        "keepaliveInterval: '" << options.keepaliveInterval.As(Time::S)
                                               << "' is not allowed; give a time above 0s and "
                                               << "below the hold time, "
                                               << options.holdTime.As(Time::S));
    m_router = router;
    m_options = options;
    m_batches.clear();
    for (const auto& prefix : prefixes)
    {
        if (m_batches.empty() || m_batches.back().size() == MAX_PREFIXES_PER_MESSAGE)
        {
            m_batches.emplace_back();
        }
        m_batches.back().push_back(prefix);
    }
    m_socket = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
    NS_ABORT_MSG_IF(m_socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), options.port)) != 0,
                    "route port: " << options.port << " is in use on node " << node->GetId());
    m_socket->BindToNetDevice(device);
    m_socket->ShutdownRecv(); // nobody answers
    Announce();
}

void
RouteAnnouncer::Close(bool withdraw)
{
    if (!IsOpen())
    {
        return;
    }
    m_keepalive.Cancel();
    if (withdraw)
    {
        for (const auto& prefixes : m_batches)
        {
            Send(WithdrawRoutes{prefixes});
        }
    }
    m_socket->Close();
    m_socket = nullptr;
}

void
RouteAnnouncer::Announce()
{
    for (const auto& prefixes : m_batches)
    {
        Send(AnnounceRoutes{m_options.holdTime, prefixes});
    }
    m_keepalive = Simulator::Schedule(m_options.keepaliveInterval, &RouteAnnouncer::Announce, this);
}

void
RouteAnnouncer::Send(const RouteMessage& message)
{
    const auto bytes = Encode(message);
    m_socket->SendTo(Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size())),
                     0,
                     InetSocketAddress(m_router, m_options.port));
}

} // namespace ns3::azure
