// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-capture.h"
#include "azure-nat-gateway-world.h"

#include "ns3/azure-host-agent.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/string.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @brief A VM behind a real host and a NAT gateway (sources.rst B.3, B.5, B.6), and what tshark
 * says of it.
 */
namespace ns3::azure
{

namespace
{

class NatGatewayHost : public NatGatewayWorld
{
  protected:
    static constexpr uint32_t MEMBER = 3;               //!< the VM's network interface
    static constexpr uint32_t OWN = 0xc6122001;         //!< 198.18.32.1, instance-level public IP
    static constexpr uint16_t IPV4_ETHERTYPE = 0x0800;  //!< of the VM's link
    static constexpr uint32_t OWN_VM = VM + MEMBER - 1; //!< 10.0.0.6

    /// The world, and a host with a VM, which is a member.
    void BeginWithHost(std::optional<uint32_t> ownAddress = std::nullopt)
    {
        Begin();
        const auto node = CreateObject<Node>();
        FabricHelper::InstallStack(node);
        m_host = CreateObject<HostAgent>();
        node->AddApplication(m_host);
        m_hostPlace = m_fabric->Attach(node);
        m_host->SetUplink(m_hostPlace.device, m_hostPlace.address);
        PointToPointHelper helper;
        helper.SetDeviceAttribute("DataRate", StringValue("100Gbps"));
        const auto link = helper.Install(CreateObject<Node>(), node);
        m_vm = link.Get(0);
        m_vm->SetReceiveCallback(
            MakeFunctionCallback<bool, Ptr<NetDevice>, Ptr<const Packet>, uint16_t, const Address&>(
                [this](Ptr<NetDevice> /* device */,
                       const Ptr<const Packet>& packet,
                       uint16_t /* protocol */,
                       const Address& /* from */) {
                    m_atVm.push_back(ToBytes(*packet));
                    EXPECT_EQ(FindBadChecksum(m_atVm.back()), std::nullopt);
                    return true;
                }));
        m_host->AddNetworkInterface(MEMBER, link.Get(1), Ipv4Address(OWN_VM));
        m_goalState.members.push_back({MEMBER, Ipv4Address(OWN_VM), m_hostPlace.address.address});
        Program();
        Apply(ownAddress);
    }

    /// Tell the host of the gateway.
    void Apply(std::optional<uint32_t> ownAddress)
    {
        ProgramNetworkInterface instruction;
        instruction.networkInterface = MEMBER;
        instruction.method = OutboundMethod::NatGateway;
        instruction.natGateway = m_gatewayPlace.address.address;
        instruction.profile = m_goalState.profile;
        if (ownAddress)
        {
            instruction.instanceLevelPublicIp = Ipv4Address(*ownAddress);
        }
        m_host->Apply(instruction);
        HostGoalState goalState;
        goalState.generation = 1;
        goalState.flowRecordTimeout = m_goalState.profile.flowRecordTimeout;
        goalState.routeTables.resize(1);
        goalState.networkInterfaces = {{MEMBER, 1, {}, {}, 0, false}};
        m_host->Apply(goalState);
    }

    /// The VM sends a packet.
    void SendFromVm(const FlowKey& key, uint8_t tcpFlags = TCP_SYN)
    {
        DatagramTraits traits;
        traits.tcpFlags = tcpFlags;
        SendFromVm(MakeDatagram(key, traits));
    }

    /// The VM sends bytes.
    void SendFromVm(const Bytes& datagram)
    {
        m_vm->Send(ToPacket(datagram), m_vm->GetBroadcast(), IPV4_ETHERTYPE);
    }

    /// A mux sends the VM a packet to its own address, by IP-in-IP.
    void SendFromMux(const FlowKey& key)
    {
        const auto packet = ToPacket(MakeDatagram(key));
        PacketHeaders headers;
        ASSERT_TRUE(headers.Read(*packet));
        const Tunnel tunnel{m_hosts[0]->place.address.address, m_hostPlace.address.address};
        Encapsulate(*packet, headers, tunnel, 0, true);
        m_hosts[0]->port->Send(packet);
    }

    void TearDown() override
    {
        if (m_host)
        {
            EXPECT_EQ(m_host->CheckInvariants(), std::nullopt);
        }
        m_host = nullptr;
        m_vm = nullptr;
        m_hostPlace = {};
        NatGatewayWorld::TearDown();
    }

    Ptr<HostAgent> m_host;        //!< real
    FabricAttachment m_hostPlace; //!< where it is
    Ptr<NetDevice> m_vm;          //!< of the VM
    std::vector<Bytes> m_atVm;    //!< what the VM got
};

TEST_F(NatGatewayHost, B_6_FlowsGoThroughTheGatewayAndBack)
{
    BeginWithHost();
    const auto flow = MakeFlow(MEMBER, 5000);
    SendFromVm(flow);
    Run(MilliSeconds(1));
    ASSERT_EQ(m_atServer.size(), 1U);
    EXPECT_EQ(ReadFlowKey(m_atServer[0].datagram), GetTranslated(flow));
    Answer(flow, TCP_SYN | TCP_ACK);
    Run(MilliSeconds(2));
    ASSERT_EQ(m_atVm.size(), 1U);
    EXPECT_EQ(ReadFlowKey(m_atVm[0]), flow.Reverse());
    ASSERT_EQ(m_created.size(), 1U);
    EXPECT_EQ(m_created[0].networkInterface, MEMBER);
    const auto atHost = m_host->GetOpenFlows();
    ASSERT_EQ(atHost.size(), 1U);
    EXPECT_EQ(atHost[0].method, OutboundMethod::NatGateway);
    EXPECT_EQ(atHost[0].translated, flow) << "the host translates nothing";
}

TEST_F(NatGatewayHost, B_3_BeatsTheInstanceLevelPublicIpForOutbound)
{
    BeginWithHost(OWN);
    const auto flow = MakeFlow(MEMBER, 5000);
    SendFromVm(flow);
    Run(MilliSeconds(1));
    ASSERT_EQ(m_atServer.size(), 1U);
    EXPECT_EQ(ReadFlowKey(m_atServer[0].datagram).GetSourceNumber(), PUBLIC);
    EXPECT_EQ(m_created.size(), 1U);
}

TEST_F(NatGatewayHost, B_3_InboundThroughTheInstanceLevelPublicIpIsUntouched)
{
    BeginWithHost(OWN);
    const FlowKey inbound(SERVER, OWN, 443, 22, IpProtocol::Udp);
    SendFromMux(inbound);
    Run(MilliSeconds(1));
    ASSERT_EQ(m_atVm.size(), 1U);
    const FlowKey delivered(SERVER, OWN_VM, 443, 22, IpProtocol::Udp);
    EXPECT_EQ(ReadFlowKey(m_atVm[0]), delivered);
    SendFromVm(delivered.Reverse());
    Run(MilliSeconds(2));
    ASSERT_EQ(m_atServer.size(), 1U);
    EXPECT_EQ(ReadFlowKey(m_atServer[0].datagram), inbound.Reverse());
    EXPECT_EQ(m_gateway->GetPacketCounts().received, 0U) << "the answer goes past the gateway";
}

TEST_F(NatGatewayHost, B_5_ALateSegmentOfTheVmGetsARst)
{
    BeginWithHost();
    const auto flow = MakeFlow(MEMBER, 5000);
    SendFromVm(flow, TCP_ACK);
    Run(MilliSeconds(1));
    ASSERT_EQ(m_atVm.size(), 1U);
    EXPECT_EQ(ReadFlowKey(m_atVm[0]), flow.Reverse());
    EXPECT_EQ(m_atVm[0].at(33), TCP_RST);
    EXPECT_TRUE(m_atServer.empty());
}

TEST_F(NatGatewayHost, B_6_IcmpErrorsReachTheVmAndLeaveIt)
{
    BeginWithHost();
    const auto flow = MakeFlow(MEMBER, 5000, IpProtocol::Udp);
    SendFromVm(flow);
    Run(MilliSeconds(1));
    ASSERT_EQ(m_atServer.size(), 1U);
    In(MakeIcmpError(Ipv4Address(SERVER), Ipv4Address(PUBLIC), m_atServer[0].datagram));
    Run(MilliSeconds(2));
    ASSERT_EQ(m_atVm.size(), 1U);
    EXPECT_EQ(ReadFlowKey(GetQuotation(m_atVm[0])), flow);
    Answer(flow);
    Run(MilliSeconds(3));
    ASSERT_EQ(m_atVm.size(), 2U);
    SendFromVm(MakeIcmpError(Ipv4Address(OWN_VM), Ipv4Address(SERVER), m_atVm[1]));
    Run(MilliSeconds(4));
    ASSERT_EQ(m_atServer.size(), 2U);
    EXPECT_EQ(ReadFlowKey(GetQuotation(m_atServer[1].datagram)), GetTranslated(flow).Reverse());
}

/// @return whether the frame was between these addresses, its outermost ones
bool
IsBetween(const CapturedFrame& frame, const std::string& source, const std::string& destination)
{
    return !frame.sources.empty() && frame.sources.front() == source &&
           frame.destinations.front() == destination;
}

TEST_F(NatGatewayHost, ItsLinkMakesSenseToTshark)
{
    BeginWithHost();
    Capture capture;
    capture.Add(m_gatewayPlace.device, "gateway");
    capture.Add(m_vm, "vm");
    const auto tcp = MakeFlow(MEMBER, 5000);
    const auto udp = MakeFlow(MEMBER, 5000, IpProtocol::Udp);
    SendFromVm(tcp);
    SendFromVm(udp);
    Run(MilliSeconds(1));
    Answer(tcp, TCP_SYN | TCP_ACK);
    Answer(udp);
    In(MakeIcmpError(Ipv4Address(SERVER), Ipv4Address(PUBLIC), m_atServer[1].datagram));
    Run(MilliSeconds(2));
    SendFromVm(MakeFlow(MEMBER, 7777), TCP_ACK);                                // late
    In(FlowKey(SERVER, PUBLIC, 443, 2000, IpProtocol::Tcp), TCP_FIN | TCP_ACK); // late
    Run(MilliSeconds(3));
    const auto host = m_hostPlace.address.address;
    const auto gateway = m_gatewayPlace.address.address;
    TearDown(); // closes the files
    const auto toText = [](Ipv4Address address) {
        std::ostringstream os;
        os << address;
        return os.str();
    };
    uint32_t fromHost = 0;
    uint32_t toHost = 0;
    uint32_t toServer = 0;
    uint32_t fromServer = 0;
    for (const auto& frame : capture.Read())
    {
        EXPECT_FALSE(frame.isMalformed) << frame.text;
        EXPECT_TRUE(frame.badChecksums.empty()) << frame.text;
        const auto& protocols = frame.protocols;
        const bool isError = std::count(protocols.begin(), protocols.end(), "1") > 0;
        EXPECT_TRUE(isError || !frame.isUnverified) << frame.text; // quotations are cut short
        if (frame.link == "gateway")
        {
            fromHost += IsBetween(frame, toText(host), toText(gateway));
            toHost += IsBetween(frame, toText(gateway), toText(host));
            toServer += IsBetween(frame, "198.18.48.1", "198.19.0.1");
            fromServer += IsBetween(frame, "198.19.0.1", "198.18.48.1");
        }
    }
    EXPECT_EQ(fromHost, 3U);   // SYN, UDP, late segment
    EXPECT_EQ(toServer, 3U);   // SYN, UDP, RST
    EXPECT_EQ(fromServer, 4U); // SYN and ACK, UDP, ICMP, late segment
    EXPECT_EQ(toHost, 4U);     // SYN and ACK, UDP, ICMP, RST
}

} // namespace

} // namespace ns3::azure
