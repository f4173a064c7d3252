// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-capture.h"
#include "azure-health-probe-world.h"
#include "azure-test-resources.h"

#include "ns3/boolean.h"
#include "ns3/global-value.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

/**
 * @file
 * @brief Health probes on their way to the VM: who they come from, and security groups between.
 */
namespace ns3::azure
{

namespace
{

/// One row: a group of the VM's interface, and what its probes say then.
struct SecurityCase
{
    const char* name;     // test name
    bool hasGroup;        // the interface has a group
    const char* denyTag;  // priority of a rule that denies AzureLoadBalancer; null: none
    const char* denyAll;  // priority of a rule that denies all; null: none
    const char* allowTag; // priority of a rule that allows AzureLoadBalancer; null: none
    bool isUp;            // what is expected
    const char* deciding; // group and rule that decide on the probes; null: nobody is asked
};

void
PrintTo(const SecurityCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
constexpr SecurityCase SECURITY_CASES[] = {
    // name                         group  denyTag  denyAll  allowTag isUp   deciding
    {"S0_37_NoGroup",               false, nullptr, nullptr, nullptr, true,  nullptr},
    {"S0_37_DefaultRules",          true,  nullptr, nullptr, nullptr, true,  "group/AllowAzureLoadBalancerInBound"},
    {"S0_38_DenyTag",               true,  "100",   nullptr, nullptr, false, "group/DenyTag"},
    {"S0_38_DenyAll",               true,  nullptr, "4096",  nullptr, false, "group/DenyAll"},
    {"S0_37_S0_38_AllowTagBefore",  true,  nullptr, "4096",  "4095",  true,  "group/AllowTag"},
};
// clang-format on

class HealthProbeSecurity : public HealthProbeWorld,
                            public ::testing::WithParamInterface<SecurityCase>
{
  protected:
    /// Put a group on the first VM's interface.
    void AddGroup()
    {
        Update([](NetworkResources& resources) {
            auto error = resources.AddNetworkSecurityGroup("group");
            return error ? error : resources.AttachToNetworkInterface("group", 1);
        });
    }

    /// Put a rule into the group, if there is a priority.
    void AddInbound(const char* name, const char* priority, const char* access, const char* source)
    {
        if (priority)
        {
            auto rule = MakeRule(name, priority, "Inbound", access);
            rule.sourceAddressPrefixes = {source};
            AddRule("group", rule);
        }
    }

    /// @return whether a datagram is one of a probe
    static bool IsOfProbe(const Bytes& datagram)
    {
        const auto key = ReadFlowKey(datagram);
        return key.GetProtocol() == IpProtocol::Tcp &&
               key.GetSource() == Ipv4Address("168.63.129.16") &&
               key.GetDestination() == Ipv4Address("10.0.0.4") && key.GetDestinationPort() == 80;
    }
};

TEST_P(HealthProbeSecurity, PassesOrBringsTheVmDown)
{
    const auto& c = GetParam();
    Begin(2, 0.4);
    if (c.hasGroup)
    {
        AddGroup();
    }
    AddInbound("DenyTag", c.denyTag, "Deny", "AzureLoadBalancer");
    AddInbound("DenyAll", c.denyAll, "Deny", "*");
    AddInbound("AllowTag", c.allowTag, "Allow", "AzureLoadBalancer");
    Program();
    AddResponder(0, HealthProbeProtocol::Http, "0s=Answer");
    auto target = MakeTarget(0, HealthProbeProtocol::Http);
    m_probers[0]->Apply({target});
    At("15s", [this] { SendUdp(0, 1); });
    Run("16s"); // the next probe is sent at 17 s

    EXPECT_EQ(m_probers[0]->IsUp(1, 1), c.isUp);
    EXPECT_EQ(GetChanges(), c.isUp ? "2000 up\n" : "7000 down\n");
    ASSERT_EQ(GetReceived(1).size(), 1U) << "what the VM begins lives";
    auto received = GetReceived(0);
    ASSERT_FALSE(received.empty());
    EXPECT_EQ(ReadFlowKey(received.back()).GetSource(), GetAddress(1)) << "port unreachable";
    received.pop_back();
    EXPECT_EQ(received.empty(), !c.isUp);
    EXPECT_TRUE(std::all_of(received.begin(), received.end(), IsOfProbe));
    if (c.deciding)
    {
        ASSERT_FALSE(m_decidingRules.empty());
        EXPECT_EQ(m_decidingRules.front(), c.deciding);
    }
    EXPECT_EQ(m_deniedBy.empty(), c.isUp);
}

INSTANTIATE_TEST_SUITE_P(HealthProber,
                         HealthProbeSecurity,
                         ::testing::ValuesIn(SECURITY_CASES),
                         [](const auto& row) { return row.param.name; });

using HealthProbePath = HealthProbeSecurity;

TEST_F(HealthProbePath, S0_37_S0_38_RuleAddedInMidRunBringsTheVmDownUntilItIsRemoved)
{
    Begin(1, 0.4);
    Update([](NetworkResources& resources) {
        auto error = resources.AddNetworkSecurityGroup("group");
        return error ? error : resources.AttachToSubnet("group", "net", "subnet");
    });
    Program();
    AddResponder(0, HealthProbeProtocol::Tcp, "0s=Answer");
    auto target = MakeTarget(0);
    target.failuresToDown = target.successesToUp = 2;
    m_probers[0]->Apply({target});
    At("10s", [this] { AddInbound("DenyTag", "100", "Deny", "AzureLoadBalancer"); });
    At("29s", [this] {
        Update([](NetworkResources& resources) {
            return resources.RemoveSecurityRule("group", "DenyTag");
        });
    });
    Run("40s");

    // The probes of 12 s and 17 s have failed at 17 s and 22 s.  The SYN of 27 s is sent again, and
    // answered, at 30 s.
    EXPECT_EQ(GetChanges(), "2000 up\n22000 down\n32000 up\n");
}

TEST_F(HealthProbePath, B_7_TcpProbeOpensInThreeAndClosesInFour)
{
    Begin(1, 0.4);
    Program();
    AddResponder(0, HealthProbeProtocol::Tcp, "0s=Answer");
    m_probers[0]->Apply({MakeTarget(0)});
    Run("5s");

    constexpr std::size_t FLAGS = 20 + 13; // behind an IPv4 header without options
    std::vector<uint8_t> flags;
    for (const auto& datagram : GetReceived(0))
    {
        EXPECT_TRUE(IsOfProbe(datagram));
        flags.push_back(datagram.at(FLAGS));
    }
    EXPECT_EQ(flags, (std::vector<uint8_t>{TCP_SYN, TCP_ACK, TCP_FIN | TCP_ACK, TCP_ACK}));
}

TEST_F(HealthProbePath, B_7_HttpProbeGetsThePathOfThePrivateAddress)
{
    Begin(1, 0.4);
    Program();
    AddResponder(0, HealthProbeProtocol::Http, "0s=Answer");
    m_probers[0]->Apply({MakeTarget(0, HealthProbeProtocol::Http)});
    Run("5s");

    const std::string request =
        "GET /health HTTP/1.1\r\nHost: 10.0.0.4:80\r\nConnection: close\r\n\r\n";
    const auto& received = GetReceived(0);
    EXPECT_EQ(std::count_if(received.begin(),
                            received.end(),
                            [&](const Bytes& datagram) {
                                const std::string text(datagram.begin(), datagram.end());
                                return text.size() > request.size() &&
                                       text.substr(text.size() - request.size()) == request;
                            }),
              1);
}

TEST_F(HealthProbePath, S0_37_WiresharkReadsTheProbes)
{
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    Begin(1, 0.4);
    Program();
    AddResponder(0, HealthProbeProtocol::Http, "0s=Answer;5s=Status503;10s=Refuse");
    m_probers[0]->Apply({MakeTarget(0, HealthProbeProtocol::Http)});
    Capture capture;
    capture.Add(m_vms[0]->GetDevice(1), "vm");
    Run("13s");
    End();
    EXPECT_EQ(GetResults(),
              "2000 2000 success 200\n7000 7000 status-code 503\n12000 12000 refused\n");
    const auto frames = capture.Read();
    EXPECT_GT(frames.size(), 10U);
    for (const auto& frame : frames)
    {
        EXPECT_FALSE(frame.isMalformed || frame.isUnverified) << frame.text;
        EXPECT_TRUE(frame.badChecksums.empty()) << frame.text;
        ASSERT_EQ(frame.sources.size(), 1U) << frame.text;
        const bool isQuestion = frame.sources[0] == "168.63.129.16";
        EXPECT_EQ(frame.sources[0], isQuestion ? "168.63.129.16" : "10.0.0.4") << frame.text;
        EXPECT_EQ(frame.destinations[0], isQuestion ? "10.0.0.4" : "168.63.129.16") << frame.text;
        EXPECT_EQ(frame.protocols[0], "6") << frame.text;
    }
}

} // namespace

} // namespace ns3::azure
