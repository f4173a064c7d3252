// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-health-probe-world.h"

#include "ns3/inet-socket-address.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

/**
 * @file
 * @brief What a health prober and the SLB manager tell each other.
 *
 * Probes are sent at 2 s, 7 s, 12 s, ...
 */
namespace ns3::azure
{

namespace
{

class HealthReports : public HealthProbeWorld
{
  protected:
    /// One host, whose VM is up at 2 s and down at 7 s.
    void BeginWithOne()
    {
        Begin(1, 0.4);
        Program();
        AddManager();
        AddResponder(0, HealthProbeProtocol::Tcp, "0s=Answer;5s=Refuse");
        m_probers[0]->Apply({MakeTarget(0)});
    }

    /// The manager's node hears nothing until then.
    void CutManager(const std::string& until)
    {
        Cut(m_manager->GetNode(), until);
    }

    /// @return the reports that the manager got: number, interface, probe, state
    std::string GetReports() const
    {
        std::string text;
        for (const auto& report : m_reports)
        {
            text += std::to_string(report.sequence) + " " +
                    std::to_string(report.networkInterface) + " " + std::to_string(report.probe) +
                    (report.isUp ? " up\n" : " down\n");
        }
        return text;
    }

    /// @return what became of the messages: when, in ms, stage, transaction, attempt
    std::string GetMessages() const
    {
        std::string text;
        for (const auto& message : m_messages)
        {
            EXPECT_EQ(message.kind, "report-health");
            text += std::to_string(message.time.GetMilliSeconds()) + " " + GetName(message.stage) +
                    " " + std::to_string(message.transaction) + " " +
                    std::to_string(message.attempt) + "\n";
        }
        return text;
    }

    /// Send something to the first prober's port.
    void SendToProber(Ptr<Node> from, Ipv4Address to, const SlbMessage& message)
    {
        const auto socket = Socket::CreateSocket(from, UdpSocketFactory::GetTypeId());
        const auto bytes = Encode(message);
        socket->SendTo(Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size())),
                       0,
                       InetSocketAddress(to, SLB_HEALTH_PORT));
        socket->Close();
    }
};

TEST_F(HealthReports, TellChangesOnlyAndInOrder)
{
    BeginWithOne();
    Run("30s");
    EXPECT_EQ(GetReports(), "1 1 1 up\n2 1 1 down\n");
    EXPECT_EQ(GetMessages(),
              "2000 sent 1 1\n2000 acknowledged 1 1\n"
              "7000 sent 2 1\n7000 acknowledged 2 1\n");
}

TEST_F(HealthReports, NobodyIsToldWithoutAManager)
{
    Begin(1, 0.4);
    Program();
    AddResponder(0, HealthProbeProtocol::Tcp, "0s=Answer");
    m_probers[0]->Apply({MakeTarget(0)});
    Run("5s");
    EXPECT_EQ(GetChanges(), "2000 up\n");
    EXPECT_EQ(GetMessages(), "");
}

TEST_F(HealthReports, LostOneIsSentAgain)
{
    BeginWithOne();
    CutManager("2500ms");
    Run("5s");
    EXPECT_EQ(GetReports(), "1 1 1 up\n");
    EXPECT_EQ(GetMessages(),
              "2000 sent 1 1\n2200 sent 1 2\n2400 sent 1 3\n2600 sent 1 4\n"
              "2600 acknowledged 1 4\n");
}

TEST_F(HealthReports, LostAcknowledgementIsGivenAgain)
{
    BeginWithOne();
    Cut(m_agents[0]->GetNode(), "2500ms");
    Run("5s");
    EXPECT_EQ(GetReports(), "1 1 1 up\n1 1 1 up\n1 1 1 up\n1 1 1 up\n");
    EXPECT_EQ(GetMessages(),
              "2000 sent 1 1\n2200 sent 1 2\n2400 sent 1 3\n2600 sent 1 4\n"
              "2600 acknowledged 1 4\n");
}

TEST_F(HealthReports, OvertakenOneIsNotSentAgain)
{
    BeginWithOne();
    m_probers[0]->SetAttribute("RetransmitTimeout", TimeValue(Seconds(4)));
    CutManager("8s");
    Run("20s");
    // The first would be sent again at 10 s; the second is, at 11 s.
    EXPECT_EQ(GetReports(), "2 1 1 down\n");
    EXPECT_EQ(GetMessages(),
              "2000 sent 1 1\n6000 sent 1 2\n7000 sent 2 1\n11000 sent 2 2\n"
              "11000 acknowledged 2 2\n");
}

TEST_F(HealthReports, UnreachableManagerIsTriedAgain)
{
    BeginWithOne();
    m_probers[0]->SetAttribute("MaxAttempts", UintegerValue(2));
    m_probers[0]->SetAttribute("RetryInterval", TimeValue(Seconds(3)));
    CutManager("5s");
    Run("6s");
    EXPECT_EQ(GetReports(), "2 1 1 up\n");
    EXPECT_EQ(GetMessages(),
              "2000 sent 1 1\n2200 sent 1 2\n2400 unreachable 1 2\n"
              "5400 sent 2 1\n5400 acknowledged 2 1\n");
}

TEST_F(HealthReports, ChangeOvertakesTheNextTry)
{
    BeginWithOne();
    m_probers[0]->SetAttribute("MaxAttempts", UintegerValue(1));
    CutManager("5s"); // unreachable at 2.2 s, to be tried again at 12.2 s
    Run("20s");
    EXPECT_EQ(GetReports(), "2 1 1 down\n");
    EXPECT_EQ(GetMessages(),
              "2000 sent 1 1\n2200 unreachable 1 1\n7000 sent 2 1\n"
              "7000 acknowledged 2 1\n");
}

TEST_F(HealthReports, EachHostNumbersItsOwn)
{
    Begin(2, 0.4);
    Program();
    AddManager();
    for (const uint32_t vm : {0, 1})
    {
        AddResponder(vm, HealthProbeProtocol::Tcp, "0s=Answer");
        m_probers[vm]->Apply({MakeTarget(vm)});
    }
    Run("5s");
    EXPECT_EQ(GetReports(), "1 1 1 up\n1 2 1 up\n");
}

TEST_F(HealthReports, ManagerProgramsProbesByMessage)
{
    Begin(1, 0.4);
    Program();
    AddManager();
    AddResponder(0, HealthProbeProtocol::Tcp, "0s=Answer");
    const auto program = [this](uint32_t transaction) {
        m_slbManager->Send({transaction, ProgramHealthProbe{MakeTarget(0)}},
                           GetHostAddress(0),
                           SLB_HEALTH_PORT);
    };
    At("1s", [&] { program(7); });
    At("2s", [&] { program(8); }); // the same again, as if the acknowledgement were lost
    Run("9s");
    EXPECT_EQ(m_acknowledgements, (std::vector<uint32_t>{7, 8}));
    EXPECT_EQ(GetResults(), "3000 3000 success\n8000 8000 success\n") << "1 s + 0.4 * 5 s";
}

TEST_F(HealthReports, OnlyTheManagerIsHeard)
{
    Begin(2, 0.4);
    Program();
    AddManager();
    const SlbMessage message{7, ProgramHealthProbe{MakeTarget(0)}};
    At("1s", [&] {
        SendToProber(m_agents[1]->GetNode(), GetHostAddress(0), message);
        SendToProber(m_vms[0], Ipv4Address("168.63.129.16"), message);
        SendToProber(m_vms[0], GetHostAddress(0), message);
        SendToProber(m_manager->GetNode(), GetHostAddress(0), {8, RequestProgram{}});
    });
    Run("20s");
    EXPECT_EQ(GetResults(), "");
    EXPECT_TRUE(m_acknowledgements.empty());
}

} // namespace

} // namespace ns3::azure
