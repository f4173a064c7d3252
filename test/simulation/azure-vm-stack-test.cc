// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"
#include "azure-raw-datagram.h"

#include "ns3/arp-l3-protocol.h"
#include "ns3/azure-compact-stack.h"
#include "ns3/azure-health-probe-responder.h"
#include "ns3/azure-my-ip-dns-client.h"
#include "ns3/dhcp-client.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6.h"
#include "ns3/simulator.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/udp-l4-protocol.h"
#include "ns3/udp-socket-factory.h"

#include <functional>
#include <gtest/gtest.h>
#include <ostream>
#include <string>

/**
 * @file
 * @brief VMs without sockets.
 */
namespace ns3::azure
{

namespace
{

class CompactVm : public OutboundWorld
{
  protected:
    void SetUp() override
    {
        Begin(OutboundScenario::PublicIp).SetVmStack(VmStack::Compact);
        Assemble();
    }
};

TEST_F(CompactVm, HasNothingButIpv4AndWhatItNeeds)
{
    const auto vm = GetVm();
    EXPECT_TRUE(HasCompactStack(vm));
    EXPECT_FALSE(HasCompactStack(GetServer()));
    EXPECT_EQ(m_scenario->GetVmStack(), VmStack::Compact);
    EXPECT_TRUE(vm->GetObject<Ipv4L3Protocol>());
    EXPECT_FALSE(vm->GetObject<UdpL4Protocol>());
    EXPECT_FALSE(vm->GetObject<TcpL4Protocol>());
    EXPECT_FALSE(vm->GetObject<ArpL3Protocol>());
    EXPECT_FALSE(vm->GetObject<Ipv6>());
    EXPECT_FALSE(CheckSockets(GetServer(), "a server"));
}

TEST_F(CompactVm, AnswersAPing)
{
    Listen(GetServer());
    const FlowKey ping(GetServerAddress(), GetInstanceLevelPublicIp(), 0, 0, IpProtocol::Icmp);
    At("1s", [&] { SendRawFromServer(MakeDatagram(ping)); });
    Run("2s");
    ASSERT_EQ(GetReceived(GetServer()).size(), 1U);
    const auto& answer = GetReceived(GetServer())[0];
    EXPECT_EQ(answer.at(20), ICMP_ECHO_REPLY);
    EXPECT_EQ(ReadFlowKey(answer).GetSource(), GetInstanceLevelPublicIp());
}

TEST_F(CompactVm, SendsByItsOnlyDefaultRoute)
{
    Listen(GetVm());
    const auto ipv4 = GetVm()->GetObject<Ipv4>();
    At("1s", [&] {
        const FlowKey key(GetPrivateAddress(), GetServerAddress(), 40000, 9, IpProtocol::Udp);
        auto datagram = ToPacket(MakeDatagram(key));
        datagram->RemoveAtStart(20); // the stack writes its own header
        ipv4->Send(datagram, key.GetSource(), key.GetDestination(), 17, nullptr);
    });
    Run("2s");
    ASSERT_EQ(GetReceived(GetVm()).size(), 1U); // that nobody listens to the port
    EXPECT_EQ(GetReceived(GetVm())[0].at(20), ICMP_UNREACHABLE);
}

TEST(CompactStack, IsInstalledOnce)
{
    const auto node = CreateObject<Node>();
    InstallCompactStack(node);
    EXPECT_DEATH(InstallCompactStack(node), "node 0 has an IPv4 stack already");
    Simulator::Destroy();
}

/// One row: what opens sockets on a VM that has none.
struct SocketUser
{
    const char* name;                       // test name
    std::function<void(Ptr<Node>)> install; // puts it on the VM
    const char* user;                       // what it is called in the error
};

void
PrintTo(const SocketUser& c, std::ostream* os)
{
    *os << c.user;
}

/// @return what opens a socket when simulated time starts
std::function<void(Ptr<Node>)>
Open(const char* factory)
{
    return [factory](Ptr<Node> vm) {
        Simulator::ScheduleNow(
            [vm, factory] { Socket::CreateSocket(vm, TypeId::LookupByName(factory)); });
    };
}

/// @return what adds an application that begins far from now
template <typename Application>
std::function<void(Ptr<Node>)>
Add()
{
    return [](Ptr<Node> vm) {
        const auto application = CreateObject<Application>();
        application->SetStartTime(Hours(1));
        vm->AddApplication(application);
    };
}

// clang-format off
const SocketUser SOCKET_USERS[] = {
    {"TcpSocket",            Open("ns3::TcpSocketFactory"), "an application"},
    {"UdpSocket",            Open("ns3::UdpSocketFactory"), "an application"},
    {"HealthProbeResponder", Add<HealthProbeResponder>(),   "HealthProbeResponder"},
    {"TrafficGenerator",     Add<TrafficGenerator>(),       "TrafficGenerator with Transport=Socket"},
    {"TrafficServer",        Add<TrafficServer>(),          "TrafficServer with Transport=Socket"},
    {"MyIpDnsClient",        Add<MyIpDnsClient>(),          "MyIpDnsClient"},
};
// clang-format on

class SocketsOnCompactVm : public ::testing::TestWithParam<SocketUser>
{
};

TEST_P(SocketsOnCompactVm, AreRefusedBeforeTimePasses)
{
    OutboundScenarioHelper scenario(OutboundScenario::Standalone);
    scenario.SetVmStack(VmStack::Compact);
    scenario.Create();
    GetParam().install(scenario.GetVm(0));
    const auto error = std::string("vmStack: 'compact' is not allowed; give internet, as ") +
                       GetParam().user + " on node " + std::to_string(scenario.GetVm(0)->GetId()) +
                       " uses sockets";
    Simulator::Stop(NanoSeconds(1));
    EXPECT_DEATH(Simulator::Run(), error);
    Simulator::Destroy();
}

INSTANTIATE_TEST_SUITE_P(All,
                         SocketsOnCompactVm,
                         ::testing::ValuesIn(SOCKET_USERS),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
