// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-equal-cost-world.h"

#include <sstream>
#include <utility>

namespace ns3::azure
{

void
EqualCostWorld::SetUp()
{
    Begin(SinkLink::PointToPoint);
}

void
EqualCostWorld::TearDown()
{
    End();
}

void
EqualCostWorld::Begin(SinkLink link, uint32_t sinks)
{
    End();
    m_fabric = std::make_unique<FabricHelper>();
    m_fabric->SetLink(link == SinkLink::Csma ? FabricLink::Csma : FabricLink::PointToPoint);
    if (link == SinkLink::QueueDisc)
    {
        m_fabric->SetQueueDisc("ns3::FqCoDelQueueDisc");
    }
    m_fabric->Create();
    m_client = Attach([this](const FlowKey& key) { m_toClient.push_back(key); });
    for (uint32_t i = 0; i < sinks; ++i)
    {
        m_sinks.push_back(Attach([this, i](const FlowKey& key) {
            if (!m_sinks[i]->isDead)
            {
                m_arrivals.push_back({Simulator::Now(), i, key});
            }
        }));
    }
    m_fabric->GetFabricRouter()->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
        "Drop",
        MakeCallback(&EqualCostWorld::OnDrop, this));
}

void
EqualCostWorld::End()
{
    m_sinks.clear();
    m_client.reset();
    m_routing = nullptr;
    m_fabric.reset();
    m_arrivals.clear();
    m_toClient.clear();
    m_changes.clear();
    m_drops.clear();
    Simulator::Destroy();
}

void
EqualCostWorld::ShareQuietly()
{
    std::vector<FabricAttachment> places;
    for (const auto& sink : m_sinks)
    {
        places.push_back(sink->place);
    }
    m_fabric->SharePublicAddressesAmong(places);
    m_routing = m_fabric->GetEqualCostRouting();
    m_routing->TraceConnectWithoutContext("RouteChange",
                                          MakeCallback(&EqualCostWorld::OnChange, this));
}

void
EqualCostWorld::Share()
{
    ShareQuietly();
    for (const auto& sink : m_sinks)
    {
        At(Seconds(0), [&sink] { Open(*sink); });
    }
}

std::unique_ptr<EqualCostWorld::Attached>
EqualCostWorld::Attach(std::function<void(const FlowKey&)> told)
{
    constexpr uint32_t WITH_PORTS = 24;
    const auto node = CreateObject<Node>();
    FabricHelper::InstallStack(node);
    auto attached = std::make_unique<Attached>();
    attached->place = m_fabric->Attach(node);
    const auto own = attached->place.address.address;
    const auto receive = [told = std::move(told), own](const Ptr<const Packet>& packet) {
        const auto bytes = ToBytes(*packet);
        const auto key = bytes.size() < WITH_PORTS ? FlowKey() : ReadFlowKey(bytes);
        // Flows can go to a node's own address too; the node's stack knows nothing of their port.
        const bool isOwn = key.GetDestination() == own && key.GetDestinationPort() != PORT;
        if (!isOwn)
        {
            told(key);
        }
        return !isOwn;
    };
    attached->port = FabricPort::Create(attached->place.device, attached->place.address, receive);
    return attached;
}

void
EqualCostWorld::Open(Attached& node,
                     const std::vector<AddressPrefix>& prefixes,
                     const RouteAnnouncerOptions& options)
{
    node.isDead = false;
    node.announcer.Open(node.place.device->GetNode(),
                        node.port->GetStackDevice(),
                        node.place.address.gateway,
                        prefixes,
                        options);
}

void
EqualCostWorld::Kill(Attached& sink)
{
    sink.isDead = true;
    sink.announcer.Close(false);
}

void
EqualCostWorld::At(Time time, const std::function<void()>& function)
{
    Simulator::Schedule(time - Simulator::Now(), function);
}

void
EqualCostWorld::RunUntil(Time stop)
{
    Simulator::Stop(stop - Simulator::Now());
    Simulator::Run();
}

FlowKey
EqualCostWorld::MakeFlow(uint32_t i)
{
    const auto protocol = i % 2 == 0 ? IpProtocol::Tcp : IpProtocol::Udp;
    return {CLIENT, FRONTEND, static_cast<uint16_t>(1024 + i), PORT, protocol};
}

void
EqualCostWorld::Send(const FlowKey& key, const DatagramTraits& traits)
{
    m_client->port->Send(ToPacket(MakeDatagram(key, traits)));
}

void
EqualCostWorld::SendFlowsAt(Time time, uint32_t flows)
{
    At(time, [this, flows] {
        for (uint32_t i = 0; i < flows; ++i)
        {
            Send(MakeFlow(i));
        }
    });
}

std::map<FlowKey, uint32_t>
EqualCostWorld::GetSinksOfFlows(Time sent) const
{
    std::map<FlowKey, uint32_t> sinks;
    for (const auto& [time, sink, key] : m_arrivals)
    {
        if (sent <= time && time < sent + MilliSeconds(100))
        {
            EXPECT_TRUE(sinks.insert({key, sink}).second) << key << " came twice";
        }
    }
    return sinks;
}

std::vector<uint32_t>
EqualCostWorld::Count(const std::map<FlowKey, uint32_t>& sinks)
{
    std::vector<uint32_t> counts(SINKS);
    for (const auto& [key, sink] : sinks)
    {
        ++counts.at(sink);
    }
    return counts;
}

uint32_t
EqualCostWorld::GetSink(Ipv4Address address) const
{
    for (uint32_t i = 0; i < m_sinks.size(); ++i)
    {
        if (m_sinks[i]->place.address.address == address)
        {
            return i;
        }
    }
    return SINKS;
}

EqualCostWorld::Texts
EqualCostWorld::TakeChanges()
{
    Texts texts;
    for (const auto& change : m_changes)
    {
        std::ostringstream text;
        text << GetSink(change.nextHop) << ' ' << GetName(change.cause);
        texts.push_back(text.str());
        EXPECT_EQ(change.prefix, FabricHelper::GetPublicPrefixes().front());
    }
    m_changes.clear();
    return texts;
}

void
EqualCostWorld::OnChange(const RouteChangeRecord& change)
{
    EXPECT_EQ(change.time, Simulator::Now());
    m_changes.push_back(change);
}

void
EqualCostWorld::OnDrop(const Ipv4Header& /* header */,
                       Ptr<const Packet> /* packet */,
                       Ipv4L3Protocol::DropReason reason,
                       Ptr<Ipv4> /* ipv4 */,
                       uint32_t /* interface */)
{
    m_drops.push_back(reason);
}

} // namespace ns3::azure
