// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-drop-reason.h"
#include "ns3/azure-ip-protocol.h"
#include "ns3/azure-outbound-method.h"
#include "ns3/azure-trace-records.h"

#include <gtest/gtest.h>
#include <initializer_list>
#include <regex>
#include <set>
#include <string>

namespace ns3::azure
{

namespace
{

/// Every name is there once, and fit for a database: lower case, words joined by hyphens.
template <typename Values>
void
ExpectGoodNames(const Values& values)
{
    const std::regex pattern("[a-z]+[0-9]*(-[a-z0-9]+)*");
    std::set<std::string> names;
    for (const auto value : values)
    {
        const std::string name = GetName(value);
        EXPECT_TRUE(std::regex_match(name, pattern)) << name;
        EXPECT_TRUE(names.insert(name).second) << name << " names two values";
    }
}

TEST(DropReasons, StandInEnumOrderEachOnce)
{
    for (std::size_t i = 0; i < DROP_REASONS.size(); ++i)
    {
        EXPECT_EQ(static_cast<std::size_t>(DROP_REASONS[i].reason), i) << DROP_REASONS[i].name;
    }
    EXPECT_EQ(static_cast<std::size_t>(DropReason::DeviceQueueFull) + 1, DROP_REASONS.size());
}

TEST(DropReasons, HaveUniqueNamesAndDescriptions)
{
    std::set<std::string> names;
    std::set<std::string> descriptions;
    const std::regex pattern("[a-z]+(-[a-z]+)*");
    for (const auto& row : DROP_REASONS)
    {
        EXPECT_TRUE(std::regex_match(row.name, pattern)) << row.name;
        EXPECT_STREQ(GetName(row.reason), row.name);
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        EXPECT_GT(std::string(row.description).size(), 10U) << row.name;
        EXPECT_TRUE(descriptions.insert(row.description).second) << row.name;
    }
}

TEST(DropReasons, S0_22_SayThatPortsAreExhausted)
{
    EXPECT_STREQ(GetName(DropReason::SnatPortsExhausted), "snat-ports-exhausted");
}

TEST(OutboundMethods, S0_03_AreThreeWithUniqueNames)
{
    ExpectGoodNames(std::initializer_list<OutboundMethod>{OutboundMethod::InstanceLevelPublicIp,
                                                          OutboundMethod::LoadBalancerFrontend,
                                                          OutboundMethod::DefaultSnat});
    EXPECT_STREQ(GetName(OutboundMethod::InstanceLevelPublicIp), "instance-level-public-ip");
    EXPECT_STREQ(GetName(OutboundMethod::LoadBalancerFrontend), "load-balancer-frontend");
    EXPECT_STREQ(GetName(OutboundMethod::DefaultSnat), "default-snat");
}

TEST(TraceNames, AreUniqueAmongFlowOutcomes)
{
    ExpectGoodNames(std::initializer_list<FlowOutcome>{FlowOutcome::Refused,
                                                       FlowOutcome::Unanswered,
                                                       FlowOutcome::Established});
    EXPECT_STREQ(GetName(FlowOutcome::Refused), "refused");
    EXPECT_STREQ(GetName(FlowOutcome::Established), "established");
}

TEST(TraceNames, AreUniqueAmongFlowEnds)
{
    ExpectGoodNames(std::initializer_list<FlowEnd>{FlowEnd::Open,
                                                   FlowEnd::Idle,
                                                   FlowEnd::Fin,
                                                   FlowEnd::Rst,
                                                   FlowEnd::Reopened});
    EXPECT_STREQ(GetName(FlowEnd::Open), "open");
    EXPECT_STREQ(GetName(FlowEnd::Reopened), "reopened");
}

TEST(TraceNames, AreUniqueAmongSnatPortStages)
{
    ExpectGoodNames(std::initializer_list<SnatPortStage>{SnatPortStage::Acquired,
                                                         SnatPortStage::CoolingDown,
                                                         SnatPortStage::Reopened,
                                                         SnatPortStage::Released});
    EXPECT_STREQ(GetName(SnatPortStage::Acquired), "acquired");
    EXPECT_STREQ(GetName(SnatPortStage::Released), "released");
}

TEST(IpProtocols, HaveIanaNumbersAndUniqueNames)
{
    EXPECT_EQ(static_cast<int>(IpProtocol::Icmp), 1);
    EXPECT_EQ(static_cast<int>(IpProtocol::IpInIp), 4);
    EXPECT_EQ(static_cast<int>(IpProtocol::Tcp), 6);
    EXPECT_EQ(static_cast<int>(IpProtocol::Udp), 17);
    EXPECT_EQ(static_cast<int>(IpProtocol::Gre), 47);
    EXPECT_EQ(static_cast<int>(IpProtocol::Esp), 50);
    EXPECT_EQ(static_cast<int>(IpProtocol::Ah), 51);
    ExpectGoodNames(std::initializer_list<IpProtocol>{IpProtocol::Icmp,
                                                      IpProtocol::IpInIp,
                                                      IpProtocol::Tcp,
                                                      IpProtocol::Udp,
                                                      IpProtocol::Gre,
                                                      IpProtocol::Esp,
                                                      IpProtocol::Ah,
                                                      static_cast<IpProtocol>(200)});
    EXPECT_STREQ(GetName(static_cast<IpProtocol>(200)), "other");
}

TEST(IpProtocols, AreTranslatedBySnatIfTcpOrUdpOnly)
{
    for (int number = 0; number < 256; ++number)
    {
        EXPECT_EQ(IsTranslatedBySnat(static_cast<IpProtocol>(number)), number == 6 || number == 17)
            << number;
    }
}

} // namespace

} // namespace ns3::azure
