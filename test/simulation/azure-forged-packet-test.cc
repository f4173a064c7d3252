// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-world.h"
#include "azure-raw-datagram.h"

#include "ns3/azure-encapsulation.h"
#include "ns3/azure-slb-message.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <vector>

/**
 * @file
 * @brief What an Internet server can do that knows all addresses of the physical network: nothing.
 */
namespace ns3::azure
{

namespace
{

constexpr auto TCP = IpProtocol::Tcp;
constexpr uint32_t TARGET = 0;  // VM
constexpr uint32_t FORGED = 4;  // VM that the server says it is
constexpr uint32_t NETWORK = 1; // virtual network's identifier

/// Which tunnel a forged packet is in.
enum class ForgedTunnel : uint8_t
{
    HostToHost, //!< as from the other VM's host
    HostToMux,  //!< likewise, to an internal frontend
    MuxMember,  //!< as from a mux that has chosen the VM
    MuxAddress, //!< as from a mux, to the VM's instance-level public IP
};

/// Members of an internal load balancer with the default rules, and a VM that is none.
class ForgedPacket : public LoadBalancerWorld
{
  protected:
    static constexpr uint16_t IPV4_ETHERTYPE = 0x0800; //!< of devices' Send()

    void BeginWithInternal()
    {
        LoadBalancer internal;
        internal.name = "internal";
        internal.sku = LoadBalancerSku::Standard;
        internal.frontends.push_back({"inside", Ipv4Address()});
        internal.backendPools.push_back(
            {"target", {{OutboundScenarioHelper::GetNetworkInterface(TARGET)}}});
        LoadBalancingRule rule;
        rule.name = "web";
        rule.frontend = "inside";
        rule.backendPool = "target";
        internal.loadBalancingRules.push_back(rule);
        m_scenario.SetVms(FORGED + 1);
        m_scenario.AddInternalLoadBalancer(internal);
        m_scenario.AddInstanceLevelPublicIp(TARGET);
        Begin();
        for (const auto& agent : m_scenario.GetHostAgents())
        {
            agent->TraceConnectWithoutContext("FlowCreated",
                                              MakeCallback(&ForgedPacket::Note, this));
        }
    }

    /// @return how a VM's host is programmed
    HostInstruction GetHostProgram(uint32_t vm) const
    {
        const auto networkInterface = OutboundScenarioHelper::GetNetworkInterface(vm);
        for (const auto& each : m_scenario.GetSlbManager()->GetProgram().hosts)
        {
            if (each.instruction.networkInterface == networkInterface)
            {
                return each;
            }
        }
        ADD_FAILURE() << "no host";
        return {};
    }

    /// @return provider address of a VM's host
    Ipv4Address GetHost(uint32_t vm) const
    {
        return GetHostProgram(vm).host;
    }

    /// @return a node's address in the physical network
    static Ipv4Address GetAddress(Ptr<Node> node)
    {
        return node->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal(); // 0 is the loopback device
    }

    /// A node sends a packet by its first device, without looking at it.
    static void Send(Ptr<Node> node, Ptr<Packet> packet)
    {
        const auto device = node->GetDevice(1); // likewise
        device->Send(packet, device->GetBroadcast(), IPV4_ETHERTYPE);
    }

    /// @return the SYN of a connection to the target, in the tunnel
    Ptr<Packet> MakeForged(ForgedTunnel tunnel) const
    {
        const auto mux = GetAddress(m_scenario.GetMux()->GetNode());
        const auto source = m_scenario.GetPrivateAddress(FORGED);
        const auto target = m_scenario.GetPrivateAddress(TARGET);
        const auto inside = m_scenario.GetFrontendAddress("inside", "internal");
        const Tunnel fromHost{GetHost(FORGED), GetHost(TARGET)};
        const Tunnel fromMux{mux, GetHost(TARGET)};
        switch (tunnel)
        {
        case ForgedTunnel::HostToHost:
            return Wrap(FlowKey(source, target, 4000, PORT, TCP), [&](auto& packet, auto& inner) {
                EncapsulateForVirtualNetwork(packet, inner, fromHost, NETWORK, 1, true);
            });
        case ForgedTunnel::HostToMux:
            return Wrap(FlowKey(source, inside, 4000, PORT, TCP), [&](auto& packet, auto& inner) {
                const Tunnel toMux{fromHost.source, Ipv4Address(FabricHelper::MUX_ANYCAST_ADDRESS)};
                EncapsulateForVirtualNetwork(packet, inner, toMux, NETWORK, 1, true);
            });
        case ForgedTunnel::MuxMember:
            return Wrap(FlowKey(source, inside, 4000, PORT, TCP), [&](auto& packet, auto& inner) {
                const auto member = OutboundScenarioHelper::GetNetworkInterface(TARGET);
                EncapsulateForMember(packet, inner, fromMux, member, 1, true);
            });
        case ForgedTunnel::MuxAddress:
            const auto own = *GetHostProgram(TARGET).instruction.instanceLevelPublicIp;
            const Ipv4Address client("203.0.113.7");
            return Wrap(FlowKey(client, own, 4000, PORT, TCP), [&](auto& packet, auto& inner) {
                Encapsulate(packet, inner, fromMux, 1, true);
            });
        }
        return nullptr;
    }

    /// @return a SYN in outer headers
    template <typename Encapsulation>
    static Ptr<Packet> Wrap(const FlowKey& key, Encapsulation encapsulation)
    {
        DatagramTraits traits;
        traits.tcpFlags = TCP_SYN;
        const auto packet = ToPacket(MakeDatagram(key, traits));
        PacketHeaders inner;
        EXPECT_TRUE(inner.Read(*packet));
        encapsulation(*packet, inner);
        return packet;
    }

    std::vector<FlowRecord> m_flows; //!< FlowCreated

  private:
    void Note(const FlowRecord& flow)
    {
        m_flows.push_back(flow);
    }
};

/// One row: a tunnel.
struct ForgedCase
{
    const char* name; // test name
    ForgedTunnel tunnel;
};

void
PrintTo(const ForgedCase& c, std::ostream* os)
{
    *os << c.name;
}

constexpr ForgedCase FORGED_CASES[] = {
    {"HostToHost", ForgedTunnel::HostToHost},
    {"HostToMux", ForgedTunnel::HostToMux},
    {"MuxMember", ForgedTunnel::MuxMember},
    {"MuxAddress", ForgedTunnel::MuxAddress},
};

class ForgedTunnels : public ForgedPacket, public ::testing::WithParamInterface<ForgedCase>
{
};

TEST_P(ForgedTunnels, DoNotComeInFromTheInternet)
{
    BeginWithInternal();
    const auto forged = MakeForged(GetParam().tunnel);
    Simulator::Schedule(Seconds(1), [&] { Send(m_scenario.GetServers().Get(0), forged->Copy()); });
    Run(Seconds(2));
    EXPECT_TRUE(m_flows.empty());
    EXPECT_TRUE(GetDrops().empty()) << "neither host nor mux has seen it";
    // Past the edge router the same packet is taken: all else about it is right.
    Simulator::Schedule(Seconds(1),
                        [&] { Send(m_scenario.GetFabric().GetEdgeRouter(), forged->Copy()); });
    Run(Seconds(4));
    ASSERT_FALSE(m_flows.empty());
    EXPECT_TRUE(m_flows[0].isInbound);
    EXPECT_EQ(m_flows[0].networkInterface, OutboundScenarioHelper::GetNetworkInterface(TARGET));
}

INSTANTIATE_TEST_SUITE_P(EdgeRouting,
                         ForgedTunnels,
                         ::testing::ValuesIn(FORGED_CASES),
                         [](const auto& row) { return row.param.name; });

TEST_F(ForgedPacket, HealthReportDoesNotComeInFromTheInternet)
{
    AddProbe();
    Begin();
    const auto host = GetHost(TARGET);
    const auto manager = GetAddress(m_scenario.GetSlbManager()->GetNode());
    const auto networkInterface = OutboundScenarioHelper::GetNetworkInterface(TARGET);
    Simulator::Schedule(Seconds(20), [&] {
        // With the highest number, so that nothing true would be heeded after it.
        const auto report =
            Encode({0xffffffff, ReportHealth{networkInterface, 1, 0xffffffff, false}});
        const auto length = static_cast<uint32_t>(report.size());
        const FlowKey key(host, manager, SLB_HEALTH_PORT, SLB_CONTROL_PORT, IpProtocol::Udp);
        DatagramTraits traits;
        traits.payload = length;
        traits.hasUdpChecksum = false;
        auto bytes = MakeDatagram(key, traits);
        std::copy(report.begin(), report.end(), bytes.end() - length);
        Send(m_scenario.GetServers().Get(0), ToPacket(bytes));
    });
    m_responders[TARGET]->SetAttribute("Schedule", StringValue("0s=Answer;40s=Refuse;60s=Answer"));
    Run(Seconds(90));
    std::vector<bool> changes;
    for (const auto& change : m_health)
    {
        if (change.networkInterface == networkInterface)
        {
            changes.push_back(change.isUp);
            EXPECT_TRUE(change.time < Seconds(20) || change.time > Seconds(40));
        }
    }
    EXPECT_EQ(changes, (std::vector<bool>{false, true, false, true})) << "as its probes say";
}

} // namespace

} // namespace ns3::azure
