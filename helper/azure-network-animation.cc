// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-network-animation.h"

#include "ns3/abort.h"
#include "ns3/node-list.h"
#include "ns3/point-to-point-channel.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/simulator.h"

#include <array>
#include <cstdio>
#include <map>

namespace ns3::azure
{

namespace
{

/// Where nodes of a role are, and how they look.
struct Look
{
    double x;          //!< from the left
    const char* color; //!< attributes of NetAnim
};

/// By NodeRole; colors of Okabe and Ito, that everybody can tell apart.
constexpr std::array<Look, 9> LOOKS{{
    {0, R"(r="0" g="114" b="178")"},     // VirtualMachine
    {0, R"(r="86" g="180" b="233")"},    // Service
    {25, R"(r="0" g="158" b="115")"},    // Host
    {50, R"(r="213" g="94" b="0")"},     // LoadBalancerMux
    {50, R"(r="230" g="159" b="0")"},    // SlbManager
    {75, R"(r="0" g="0" b="0")"},        // Router
    {100, R"(r="204" g="121" b="167")"}, // Server
    {100, R"(r="240" g="228" b="66")"},  // DnsServer
    {50, R"(r="213" g="94" b="0")"},     // NatGateway
}};

constexpr double HEIGHT = 100; // of the picture

const Look&
GetLook(NodeRole role)
{
    return LOOKS[static_cast<std::size_t>(role)];
}

/// @return seconds with all nanoseconds
std::string
Seconds(Time time)
{
    std::array<char, 40> text{};
    const auto all = time.GetNanoSeconds();
    constexpr int64_t SECOND = 1'000'000'000;
    std::snprintf(text.data(),
                  text.size(),
                  "%lld.%09lld",
                  static_cast<long long>(all / SECOND),
                  static_cast<long long>(all % SECOND));
    return text.data();
}

/// @return an attribute of an element
std::string
Attribute(const char* name, const std::string& value)
{
    return std::string(" ") + name + "=\"" + value + "\"";
}

} // namespace

NetworkAnimation::NetworkAnimation(const std::string& path)
    : m_file(path)
{
    m_file.Write("<anim ver=\"netanim-3.108\" filetype=\"animation\" >\n");
}

NetworkAnimation::~NetworkAnimation()
{
    m_file.Write("</anim>\n");
}

void
NetworkAnimation::Connect(const std::vector<NodeFact>& nodes)
{
    std::map<double, uint32_t> inColumn;
    for (const auto& fact : nodes)
    {
        ++inColumn[GetLook(fact.role).x];
    }
    std::map<double, uint32_t> placed;
    for (const auto& fact : nodes)
    {
        const auto x = GetLook(fact.role).x;
        WriteNode(fact, x, HEIGHT * (placed[x]++ + 0.5) / inColumn[x]);
    }
    for (const auto& fact : nodes)
    {
        ConnectLinks(fact);
    }
}

void
NetworkAnimation::WriteNode(const NodeFact& fact, double x, double y)
{
    const auto id = Attribute("id", std::to_string(fact.node));
    m_file.Write("<node" + id + " sysId=\"0\"" + Attribute("locX", std::to_string(x)) +
                 Attribute("locY", std::to_string(y)) + " />\n");
    m_file.Write("<nu p=\"d\" t=\"0\"" + id + Attribute("descr", fact.name) + " />\n");
    m_file.Write("<nu p=\"c\" t=\"0\"" + id + " " + GetLook(fact.role).color + " />\n");
    m_file.Write("<nu p=\"s\" t=\"0\"" + id + " w=\"2\" h=\"2\" />\n");
}

void
NetworkAnimation::ConnectLinks(const NodeFact& fact)
{
    const auto node = NodeList::GetNode(fact.node);
    for (uint32_t i = 0; i < node->GetNDevices(); ++i)
    {
        const auto channel = node->GetDevice(i)->GetChannel();
        if (!channel || channel->GetNDevices() < 2)
        {
            continue; // loopback, or inside of the node
        }
        const auto link = DynamicCast<PointToPointChannel>(channel);
        NS_ABORT_MSG_IF(!link,
                        "netanim: '" << channel->GetInstanceTypeId().GetName()
                                     << "' is not allowed; give a scenario whose links are all "
                                        "point-to-point");
        if (link->GetDevice(0) == node->GetDevice(i))
        {
            m_file.Write("<link" + Attribute("fromId", std::to_string(fact.node)) +
                         Attribute("toId", std::to_string(link->GetDevice(1)->GetNode()->GetId())) +
                         " fd=\"\" td=\"\" ld=\"\" />\n");
            link->TraceConnectWithoutContext("TxRxPointToPoint",
                                             MakeCallback(&NetworkAnimation::WritePacket, this));
        }
    }
}

void
NetworkAnimation::WritePacket(Ptr<const Packet> packet,
                              Ptr<NetDevice> sender,
                              Ptr<NetDevice> receiver,
                              Time duration,
                              Time received)
{
    const auto now = Simulator::Now();
    m_file.Write("<p" + Attribute("fId", std::to_string(sender->GetNode()->GetId())) +
                 Attribute("fbTx", Seconds(now)) + Attribute("lbTx", Seconds(now + duration)) +
                 Attribute("meta-info", std::to_string(packet->GetSize()) + " bytes") +
                 Attribute("tId", std::to_string(receiver->GetNode()->GetId())) +
                 Attribute("fbRx", Seconds(now + received - duration)) +
                 Attribute("lbRx", Seconds(now + received)) + " />\n");
}

} // namespace ns3::azure
