// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vm-port.h"

#include "azure-ns3-compat.h"

#include "ns3/channel.h"
#include "ns3/simulator.h"

#include <utility>

namespace ns3::azure
{

namespace
{

constexpr uint16_t IPV4_ETHERTYPE = 0x0800;

} // namespace

VmPort::VmPort(Ptr<NetDevice> device,
               uint32_t number,
               Ipv4Address privateAddress,
               FlowObserver& observer,
               VnicPipeline::FrontendDraw drawFrontend)
    : m_device(device),
      m_broadcast(device->GetBroadcast()),
      m_pipeline(number, privateAddress, observer, std::move(drawFrontend)),
      m_requests(number)
{
}

std::optional<DropReason>
VmPort::Send(const Ptr<Packet>& datagram) const
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

bool
VmPort::IsConnectedTo(const Address& hardwareAddress) const
{
    const auto channel = m_device->GetChannel();
    const auto first = channel->GetDevice(0);
    const auto peer = first == m_device ? channel->GetDevice(1) : first;
    return peer->GetAddress() == hardwareAddress;
}

void
VmPort::Expire()
{
    m_expiry.Clear();
    m_pipeline.Expire(Simulator::Now());
    ScheduleExpiry();
}

void
VmPort::ScheduleReturn(const std::function<void()>& action)
{
    // An event that is there is no later: what came into use or out of it since counts from now.
    const auto next = m_pipeline.GetNextUnused();
    if (next && !IsPending(m_return))
    {
        const auto now = Simulator::Now();
        m_return = Simulator::Schedule(Max(*next, now) - now, action);
    }
}

void
VmPort::Dispose()
{
    m_expiry.Cancel();
    m_return.Cancel();
    m_device = nullptr;
}

} // namespace ns3::azure
