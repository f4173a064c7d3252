// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-soak-wires.h"

#include "azure-soak-packets.h"

#include "ns3/azure-route-message.h"
#include "ns3/azure-slb-control-socket.h"
#include "ns3/channel.h"
#include "ns3/ipv4.h"
#include "ns3/node-list.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <array>

namespace ns3::azure
{

namespace
{

constexpr uint32_t PPP_BYTES = 2;        // in front of the datagram
constexpr std::size_t MAX_SAMPLES = 512; // packets remembered
constexpr double SAMPLED = 0.02;         // of the packets, in the long run

/// @return the datagram of a PPP frame
Bytes
GetDatagram(const Packet& frame)
{
    Bytes bytes = ToBytes(frame);
    bytes.erase(bytes.begin(), bytes.begin() + std::min<std::ptrdiff_t>(PPP_BYTES, bytes.size()));
    return bytes;
}

} // namespace

SoakWire::SoakWire(Ptr<PointToPointNetDevice> device, SoakWires& wires)
    : m_device(device),
      m_wires(wires)
{
}

void
SoakWire::DoReset()
{
    troubles = {};
}

bool
SoakWire::DoCorrupt(Ptr<Packet> packet)
{
    const auto datagram = GetDatagram(*packet);
    auto& dice = m_wires.GetDice();
    if (m_wires.IsEndless(*this, datagram))
    {
        return true;
    }
    if (m_isPassing)
    {
        m_wires.Note(*this, datagram);
        return false;
    }
    if (troubles.isCut || (troubles.loss > 0 && dice.IsHit(troubles.loss)))
    {
        return true;
    }
    const double control =
        troubles.controlLoss + troubles.controlDuplicates + troubles.controlDelays;
    if (control > 0 && SoakWires::IsControl(datagram))
    {
        const auto delay = MilliSeconds(dice.Draw(1, 3000));
        if (dice.IsHit(troubles.controlLoss))
        {
            return true;
        }
        if (dice.IsHit(troubles.controlDelays))
        {
            ReceiveLater(packet->Copy(), delay);
            return true;
        }
        if (dice.IsHit(troubles.controlDuplicates))
        {
            ReceiveLater(packet->Copy(), delay);
        }
    }
    m_wires.Note(*this, datagram);
    return false;
}

void
SoakWire::Receive(const Bytes& datagram)
{
    auto frame = ToPacket(datagram);
    constexpr std::array<uint8_t, PPP_BYTES> IPV4{0x00, 0x21};
    const auto whole = Create<Packet>(IPV4.data(), PPP_BYTES);
    whole->AddAtEnd(frame);
    ReceiveFrame(whole);
}

void
SoakWire::ReceiveLater(Ptr<Packet> frame, Time delay)
{
    Simulator::ScheduleWithContext(m_device->GetNode()->GetId(),
                                   delay,
                                   &SoakWire::ReceiveFrame,
                                   Ptr<SoakWire>(this),
                                   frame);
}

void
SoakWire::ReceiveFrame(Ptr<Packet> frame)
{
    m_isPassing = true;
    m_device->Receive(frame);
    m_isPassing = false;
}

void
SoakWires::Install(const std::function<bool(Ptr<Node>)>& isOurs)
{
    for (uint32_t n = 0; n < NodeList::GetNNodes(); ++n)
    {
        const auto node = NodeList::GetNode(n);
        for (uint32_t i = 0; i < node->GetNDevices(); ++i)
        {
            const auto device = DynamicCast<PointToPointNetDevice>(node->GetDevice(i));
            if (!device)
            {
                continue;
            }
            const auto wire = Create<SoakWire>(device, *this);
            device->SetReceiveErrorModel(wire);
            m_wires.push_back(wire);
            if (isOurs(node))
            {
                m_positions[PeekPointer(wire)] = m_ours.size();
                m_ours.push_back(wire);
            }
        }
    }
}

void
SoakWires::Watch(Ptr<Node> node, std::function<void(const Bytes&)> sink)
{
    m_sinks[node->GetId()] = std::move(sink);
}

std::vector<Ptr<SoakWire>>
SoakWires::FindWires(Ptr<Node> node) const
{
    std::vector<Ptr<SoakWire>> found;
    std::copy_if(m_wires.begin(), m_wires.end(), std::back_inserter(found), [&](const auto& wire) {
        return wire->GetDevice()->GetNode() == node;
    });
    return found;
}

Ptr<SoakWire>
SoakWires::FindPeer(Ptr<Node> node) const
{
    const auto channel = FindWires(node).front()->GetDevice()->GetChannel();
    const auto found = std::find_if(m_wires.begin(), m_wires.end(), [&](const auto& wire) {
        return wire->GetDevice()->GetChannel() == channel && wire->GetDevice()->GetNode() != node;
    });
    return *found;
}

void
SoakWires::Heal()
{
    for (const auto& wire : m_wires)
    {
        wire->troubles = {};
    }
}

bool
SoakWires::IsEndless(const SoakWire& wire, const Bytes& datagram) const
{
    if (!HasEndlessOption(datagram))
    {
        return false;
    }
    const auto stack = wire.GetDevice()->GetNode()->GetObject<Ipv4>();
    const auto isStacks = [&] {
        return stack && stack->GetInterfaceForAddress(ReadFlowKey(datagram).GetDestination()) >= 0;
    };
    return m_positions.count(&wire) == 0 || isStacks();
}

void
SoakWires::Note(const SoakWire& wire, const Bytes& datagram)
{
    ++m_packets;
    const auto sink = m_sinks.find(wire.GetDevice()->GetNode()->GetId());
    if (sink != m_sinks.end())
    {
        sink->second(datagram);
    }
    const auto position = m_positions.find(&wire);
    if (position == m_positions.end() || datagram.size() < 20 || IsControl(datagram))
    {
        return;
    }
    if (m_samples.size() < MAX_SAMPLES)
    {
        m_samples.push_back({position->second, datagram});
    }
    else if (m_dice.IsHit(SAMPLED))
    {
        m_samples[m_dice.Draw(0, MAX_SAMPLES - 1)] = {position->second, datagram};
    }
}

bool
SoakWires::IsControl(const Bytes& datagram)
{
    constexpr std::array<uint16_t, 6> PORTS{SLB_CONTROL_PORT,
                                            VIRTUAL_NETWORK_CONTROL_PORT,
                                            SLB_HEALTH_PORT,
                                            ROUTE_PORT,
                                            67,
                                            68};
    if (datagram.size() < 28 || datagram[0] != 0x45 || datagram[9] != 17)
    {
        return false;
    }
    const auto isOne = [&](std::size_t at) {
        const auto port = static_cast<uint16_t>(datagram[at] << 8 | datagram[at + 1]);
        return std::find(PORTS.begin(), PORTS.end(), port) != PORTS.end();
    };
    return isOne(20) || isOne(22);
}

} // namespace ns3::azure
