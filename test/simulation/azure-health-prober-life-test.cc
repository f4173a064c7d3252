// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-health-probe-world.h"

#include "ns3/double.h"
#include "ns3/inet-socket-address.h"
#include "ns3/object-vector.h"
#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <vector>

/**
 * @file
 * @brief Probers and responders from start to stop, many targets, and servers of other kinds.
 */
namespace ns3::azure
{

namespace
{

constexpr auto TCP = HealthProbeProtocol::Tcp;
constexpr auto HTTP = HealthProbeProtocol::Http;

/// @return how many TCP sockets a node has
std::size_t
CountSockets(Ptr<Node> node)
{
    ObjectVectorValue sockets;
    node->GetObject<TcpL4Protocol>()->GetAttribute("SocketList", sockets);
    return sockets.GetN();
}

class HealthProberLife : public HealthProbeWorld
{
  protected:
    void TearDown() override
    {
        m_listener = nullptr;
        m_accepted.clear();
        HealthProbeWorld::TearDown();
    }

    /// One VM, probed.
    void BeginWithOne(HealthProbeProtocol protocol)
    {
        Begin(1, 0.4);
        Program();
        m_probers[0]->Apply({MakeTarget(0, protocol)});
    }

    /// Let the VM do something about a connection once it has a request, or at once without.
    void Serve(std::function<void(Ptr<Socket>)> answer)
    {
        m_answer = std::move(answer);
        m_listener = Socket::CreateSocket(m_vms[0], TcpSocketFactory::GetTypeId());
        m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 80));
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeCallback(&HealthProberLife::OnAccepted, this));
        m_listener->Listen();
    }

    /// Send a text.
    static void SendText(Ptr<Socket> socket, const std::string& text)
    {
        std::vector<uint8_t> bytes(text.begin(), text.end());
        socket->Send(Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size())));
    }

    void OnAccepted(Ptr<Socket> socket, const Address& /* from */)
    {
        m_accepted.push_back(socket);
        socket->SetRecvCallback(MakeCallback(&HealthProberLife::OnRequest, this));
    }

    void OnRequest(Ptr<Socket> socket)
    {
        if (m_answer && socket->GetRxAvailable() > 0)
        {
            m_answer(socket);
        }
    }

    Ptr<Socket> m_listener;                    //!< of Serve()
    std::vector<Ptr<Socket>> m_accepted;       //!< its connections
    std::function<void(Ptr<Socket>)> m_answer; //!< what it does
};

TEST_F(HealthProberLife, ProbesOfManyVmsAndPortsAreApart)
{
    Begin(2, 0.4);
    AddVm(0, "net", "10.0.0.6");
    Program();
    auto target = MakeTarget(0);
    AddResponder(0, TCP, "0s=Answer", 80);
    m_probers[0]->Apply({target});
    target.probe = 2;
    target.port = 81;
    target.protocol = HTTP;
    AddResponder(0, HTTP, "0s=Status500", 81);
    m_probers[0]->Apply({target});
    AddResponder(1, TCP, "0s=Answer");
    m_probers[1]->Apply({MakeTarget(1)});
    m_probers[0]->Apply({MakeTarget(2)}); // nothing listens there
    Run("13s");

    EXPECT_EQ(m_probers[0]->IsUp(1, 1), true);
    EXPECT_EQ(m_probers[0]->IsUp(1, 2), false);
    EXPECT_EQ(m_probers[0]->IsUp(3, 1), false);
    EXPECT_EQ(m_probers[1]->IsUp(2, 1), true);
    EXPECT_EQ(m_probers[1]->IsUp(1, 1), std::nullopt) << "that is the other host's";
    EXPECT_EQ(m_probers[0]->IsUp(1, 3), std::nullopt) << "there is no such probe";
    EXPECT_EQ(m_results.size(), 4U * 3U);
    std::vector<uint64_t> attempts;
    for (const auto& result : m_results)
    {
        if (result.networkInterface == 1)
        {
            attempts.push_back(result.attempt);
            EXPECT_EQ(result.probe, result.attempt % 2 == 1 ? 1 : 2);
        }
    }
    EXPECT_EQ(attempts, (std::vector<uint64_t>{1, 2, 3, 4, 5, 6})) << "of both probes";
    for (const auto& change : m_changes)
    {
        EXPECT_EQ(change.stage, HealthStage::Probed);
        EXPECT_EQ(change.backendSet, 0U);
        EXPECT_EQ(change.isUp,
                  m_probers[change.networkInterface == 2 ? 1 : 0]->IsUp(change.networkInterface,
                                                                        change.probe));
    }
}

TEST_F(HealthProberLife, SocketsDoNotPileUp)
{
    for (const auto protocol : {TCP, HTTP})
    {
        for (const auto* behavior : {"0s=Answer", "0s=Refuse", "0s=Silent", "0s=Stall"})
        {
            BeginWithOne(protocol);
            AddResponder(0, protocol, behavior);
            std::size_t atHost = 0;
            std::size_t atVm = 0;
            At("61999ms", [&] { // 5 s after a probe, and just before the next one
                atHost = CountSockets(m_agents[0]->GetNode());
                atVm = CountSockets(m_vms[0]);
            });
            Run("62s");
            const bool stalls = m_results.back().outcome == HealthProbeOutcome::Timeout;
            EXPECT_EQ(atHost, stalls ? 1U : 0U) << behavior << ": at most the probe of 57 s";
            EXPECT_LE(atVm, 2U) << behavior << ": who listens, and at most the probe of 57 s";
            m_results.clear();
            TearDown();
        }
    }
    AddHosts(1); // for the end
}

TEST_F(HealthProberLife, PortsOfTheHostAreFreeAfterTimeWait)
{
    BeginWithOne(TCP);
    AddResponder(0, TCP, "0s=Answer");
    std::vector<std::size_t> sockets;
    for (const auto* time : {"2100ms", "2900ms", "3100ms"})
    {
        At(time, [&] { sockets.push_back(CountSockets(m_agents[0]->GetNode())); });
    }
    Run("4s");
    EXPECT_EQ(sockets, (std::vector<std::size_t>{1, 1, 0})) << "TIME_WAIT is 1 s";
}

TEST_F(HealthProberLife, VmThatNeverClosesGetsARst)
{
    BeginWithOne(TCP);
    Serve(nullptr);
    std::size_t sockets = 1;
    At("3100ms", [&] { sockets = CountSockets(m_agents[0]->GetNode()); });
    Run("4s");
    EXPECT_EQ(GetResults(), "2000 2000 success\n");
    EXPECT_EQ(sockets, 0U);
    constexpr std::size_t FLAGS = 20 + 13; // behind an IPv4 header without options
    ASSERT_FALSE(GetReceived(0).empty());
    EXPECT_NE(GetReceived(0).back().at(FLAGS) & TCP_RST, 0) << "1 s after the FIN";
}

TEST_F(HealthProberLife, B_7_VmThatClosesInsteadOfAnsweringIsDown)
{
    BeginWithOne(HTTP);
    Serve([](Ptr<Socket> socket) {
        socket->Recv();
        socket->Close();
    });
    Run("4s");
    EXPECT_EQ(GetResults(), "2000 2000 status-code\n");
}

TEST_F(HealthProberLife, B_7_AnswerThatIsNoHttpIsNot200)
{
    BeginWithOne(HTTP);
    Serve([](Ptr<Socket> socket) {
        socket->Recv();
        SendText(socket, "220 mail.contoso.com\r\n");
    });
    Run("4s");
    EXPECT_EQ(GetResults(), "2000 2000 status-code\n");
}

TEST_F(HealthProberLife, B_7_RstAfterTheRequestIsARefusal)
{
    BeginWithOne(HTTP);
    Serve([](Ptr<Socket> socket) { socket->Close(); }); // with unread data: ns-3 sends RST
    Run("4s");
    EXPECT_EQ(GetResults(), "2000 2000 refused\n");
}

TEST_F(HealthProberLife, StatusLineMayComeInPieces)
{
    BeginWithOne(HTTP);
    Serve([this](Ptr<Socket> socket) {
        socket->Recv();
        SendText(socket, "HTTP/1.1 2");
        At("2500ms", [socket] { SendText(socket, "00 Fine\r\nContent-Length: 2\r\n\r\nok"); });
    });
    Run("4s");
    EXPECT_EQ(GetResults(), "2000 2500 success 200\n");
}

TEST_F(HealthProberLife, B_7_TcpProbeSucceedsWithAnyServer)
{
    BeginWithOne(TCP);
    Serve([](Ptr<Socket> socket) { socket->Close(); });
    Run("8s");
    EXPECT_EQ(GetResults(), "2000 2000 success\n7000 7000 success\n");
}

TEST_F(HealthProberLife, OtherTargetOfTheSameProbeBeginsAnew)
{
    BeginWithOne(TCP);
    AddResponder(0, TCP, "0s=Answer");
    AddResponder(0, HTTP, "0s=Answer", 81);
    At("4s", [this] { m_probers[0]->Apply({MakeTarget(0)}); }); // nothing is different
    At("8s", [this] {
        auto target = MakeTarget(0, HTTP);
        target.port = 81;
        m_probers[0]->Apply({target});
        EXPECT_EQ(m_probers[0]->IsUp(1, 1), std::nullopt);
    });
    Run("11s");
    EXPECT_EQ(GetResults(), "2000 2000 success\n7000 7000 success\n10000 10000 success 200\n");
    EXPECT_EQ(GetChanges(), "2000 up\n10000 up\n");
}

TEST_F(HealthProberLife, ProbesOfATargetThatIsReplacedHaveNoResult)
{
    BeginWithOne(TCP);
    AddResponder(0, TCP, "0s=Silent");
    At("4s", [this] {
        auto target = MakeTarget(0);
        target.failuresToDown = 2;
        m_probers[0]->Apply({target});
        EXPECT_EQ(CountSockets(m_agents[0]->GetNode()), 0U);
    });
    Run("12s");
    EXPECT_EQ(GetResults(), "6000 11000 timeout\n");
}

TEST_F(HealthProberLife, RunsFromStartToStop)
{
    BeginWithOne(TCP);
    AddResponder(0, TCP, "0s=Answer;10s=Silent");
    m_probers[0]->SetStartTime(Seconds(3));
    m_probers[0]->SetStopTime(Seconds(12));
    At("11s", [this] { EXPECT_EQ(CountSockets(m_agents[0]->GetNode()), 1U); });
    At("13s", [this] { EXPECT_EQ(CountSockets(m_agents[0]->GetNode()), 0U); });
    Run("30s");
    EXPECT_EQ(GetResults(), "5000 5000 success\n") << "that of 10 s was still open";
}

TEST_F(HealthProberLife, ResponderCanBeToldOtherwiseInMidRun)
{
    BeginWithOne(HTTP);
    const auto responder = AddResponder(0, HTTP, "20s=Answer");
    responder->SetAttribute("Behavior", StringValue("Status503"));
    At("5s", [&] { responder->SetResponse({ProbeResponseKind::Refuse}); });
    At("10s", [&] { responder->SetAttribute("Behavior", StringValue("Status404")); });
    Run("23s");
    EXPECT_EQ(GetResults(),
              "2000 2000 status-code 503\n7000 7000 refused\n12000 12000 status-code 404\n"
              "17000 17000 status-code 404\n22000 22000 success 200\n");
    EXPECT_EQ(responder->GetResponse().kind, ProbeResponseKind::Answer);
}

TEST_F(HealthProberLife, StoppedResponderRefuses)
{
    BeginWithOne(HTTP);
    AddResponder(0, HTTP, "0s=Stall")->SetStopTime(Seconds(4));
    Run("8s");
    EXPECT_EQ(GetResults(), "2000 4000 status-code\n7000 7000 refused\n")
        << "what was open is closed";
}

using HealthProberDeathTest = HealthProberLife;

TEST_F(HealthProberDeathTest, MistakesEndTheProgram)
{
    BeginWithOne(TCP);
    auto target = MakeTarget(0);
    target.port = 0;
    EXPECT_DEATH(m_probers[0]->Apply({target}), "probe 1 of network interface 1 needs a port");
    const auto variable = CreateObject<ConstantRandomVariable>();
    variable->SetAttribute("Constant", DoubleValue(1));
    EXPECT_DEATH(
        {
            m_probers[0]->SetAttribute("PhaseVariable", PointerValue(variable));
            Run("1s");
        },
        "PhaseVariable: '1' is not allowed; give 0 to below 1");
    EXPECT_DEATH(
        {
            Run("1s");
            m_probers[0]->SetDevices(nullptr, nullptr);
        },
        "before the start");
    EXPECT_DEATH(AddResponder(0, TCP, "0s=Perhaps"),
                 "HealthProbeResponder: Schedule: '0s=Perhaps' is not allowed");
    EXPECT_DEATH(
        {
            AddResponder(0, TCP, "5s=Status503");
            Run("1s");
        },
        "Protocol: 'Tcp' is not allowed; give Http or Https with Status503");
    EXPECT_DEATH(
        {
            AddResponder(0, TCP, "");
            AddResponder(0, TCP, "");
            Run("1s");
        },
        "TCP port 80 is in use on node");
}

} // namespace

} // namespace ns3::azure
