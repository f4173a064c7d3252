// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-drop-reason.h"
#include "ns3/azure-health-probe.h"
#include "ns3/azure-ip-protocol.h"
#include "ns3/azure-load-balancer.h"
#include "ns3/azure-mux-goal-state.h"
#include "ns3/azure-outbound-method.h"
#include "ns3/azure-trace-records.h"

#include <gtest/gtest.h>
#include <initializer_list>
#include <ostream>
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

TEST(OutboundMethods, B_3_HaveUniqueNames)
{
    ExpectGoodNames(std::initializer_list<OutboundMethod>{OutboundMethod::InstanceLevelPublicIp,
                                                          OutboundMethod::LoadBalancerFrontend,
                                                          OutboundMethod::DefaultSnat,
                                                          OutboundMethod::NatGateway,
                                                          OutboundMethod::None});
    EXPECT_STREQ(GetName(OutboundMethod::InstanceLevelPublicIp), "instance-level-public-ip");
    EXPECT_STREQ(GetName(OutboundMethod::LoadBalancerFrontend), "load-balancer-frontend");
    EXPECT_STREQ(GetName(OutboundMethod::DefaultSnat), "default-snat");
    EXPECT_STREQ(GetName(OutboundMethod::None), "none");
}

TEST(TraceNames, AreUniqueAmongFlowOutcomes)
{
    ExpectGoodNames(std::initializer_list<FlowOutcome>{FlowOutcome::Refused,
                                                       FlowOutcome::Unanswered,
                                                       FlowOutcome::Established,
                                                       FlowOutcome::Denied});
    EXPECT_STREQ(GetName(FlowOutcome::Refused), "refused");
    EXPECT_STREQ(GetName(FlowOutcome::Established), "established");
    EXPECT_STREQ(GetName(FlowOutcome::Denied), "denied");
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

TEST(TraceNames, AreUniqueAmongFlowPaths)
{
    ExpectGoodNames(std::initializer_list<FlowPath>{FlowPath::Internet,
                                                    FlowPath::VirtualNetwork,
                                                    FlowPath::ServiceEndpoint,
                                                    FlowPath::HostService});
    EXPECT_STREQ(GetName(FlowPath::Internet), "internet");
    EXPECT_STREQ(GetName(FlowPath::HostService), "host-service");
}

TEST(TraceNames, AreUniqueAmongDistributionCauses)
{
    ExpectGoodNames(std::initializer_list<DistributionCause>{DistributionCause::NewFlow,
                                                             DistributionCause::NoFlowState,
                                                             DistributionCause::MemberDown,
                                                             DistributionCause::NoHealthyBackend});
    EXPECT_STREQ(GetName(DistributionCause::NewFlow), "new-flow");
    EXPECT_STREQ(GetName(DistributionCause::NoFlowState), "no-flow-state");
    EXPECT_STREQ(GetName(DistributionCause::MemberDown), "member-down");
    EXPECT_STREQ(GetName(DistributionCause::NoHealthyBackend), "no-healthy-backend");
}

TEST(TraceNames, B_7_AreUniqueAmongHealthProbeOutcomes)
{
    ExpectGoodNames(std::initializer_list<HealthProbeOutcome>{HealthProbeOutcome::Success,
                                                              HealthProbeOutcome::Timeout,
                                                              HealthProbeOutcome::Refused,
                                                              HealthProbeOutcome::StatusCode});
    EXPECT_STREQ(GetName(HealthProbeOutcome::Success), "success");
    EXPECT_STREQ(GetName(HealthProbeOutcome::Timeout), "timeout");
    EXPECT_STREQ(GetName(HealthProbeOutcome::Refused), "refused");
    EXPECT_STREQ(GetName(HealthProbeOutcome::StatusCode), "status-code");
}

TEST(TraceNames, AreUniqueAmongHealthStages)
{
    ExpectGoodNames(std::initializer_list<HealthStage>{HealthStage::Probed,
                                                       HealthStage::Decided,
                                                       HealthStage::Applied});
    EXPECT_STREQ(GetName(HealthStage::Probed), "probed");
    EXPECT_STREQ(GetName(HealthStage::Applied), "applied");
}

TEST(TraceNames, AreUniqueAmongControlMessageStages)
{
    ExpectGoodNames(std::initializer_list<ControlMessageStage>{ControlMessageStage::Sent,
                                                               ControlMessageStage::Acknowledged,
                                                               ControlMessageStage::Unreachable});
    EXPECT_STREQ(GetName(ControlMessageStage::Sent), "sent");
    EXPECT_STREQ(GetName(ControlMessageStage::Unreachable), "unreachable");
}

TEST(ResourceModelNames, B_7_B_8_AreThoseOfAzure)
{
    EXPECT_STREQ(GetName(LoadBalancerSku::Basic), "Basic");
    EXPECT_STREQ(GetName(LoadBalancerSku::Standard), "Standard");
    EXPECT_STREQ(GetName(TransportProtocol::Tcp), "Tcp");
    EXPECT_STREQ(GetName(TransportProtocol::Udp), "Udp");
    EXPECT_STREQ(GetName(TransportProtocol::All), "All");
    EXPECT_STREQ(GetName(LoadDistribution::Default), "Default");
    EXPECT_STREQ(GetName(LoadDistribution::SourceIp), "SourceIP");
    EXPECT_STREQ(GetName(LoadDistribution::SourceIpProtocol), "SourceIPProtocol");
    EXPECT_STREQ(GetName(AdministrativeState::None), "None");
    EXPECT_STREQ(GetName(AdministrativeState::Up), "Up");
    EXPECT_STREQ(GetName(AdministrativeState::Down), "Down");
    EXPECT_STREQ(GetName(HealthProbeProtocol::Tcp), "Tcp");
    EXPECT_STREQ(GetName(HealthProbeProtocol::Http), "Http");
    EXPECT_STREQ(GetName(HealthProbeProtocol::Https), "Https");
    EXPECT_STREQ(GetName(NoHealthyBackendsBehavior::AllProbedDown), "AllProbedDown");
    EXPECT_STREQ(GetName(NoHealthyBackendsBehavior::AllProbedUp), "AllProbedUp");
}

TEST(ResourceModelNames, C_5_AreModuloAndMaglevForMemberSelections)
{
    EXPECT_STREQ(GetName(MemberSelection::Modulo), "Modulo");
    EXPECT_STREQ(GetName(MemberSelection::Maglev), "Maglev");
}

/// One row: which packets of which protocol a rule is for.
struct CoversCase
{
    const char* name;           // test name, [A-Za-z0-9]+
    TransportProtocol protocol; // of the rule
    IpProtocol packet;          // of the packet
    bool isCovered;             // expected
};

void
PrintTo(const CoversCase& c, std::ostream* os)
{
    *os << GetName(c.packet) << " by " << GetName(c.protocol);
}

// clang-format off
constexpr CoversCase COVERS_CASES[] = {
    // name           protocol                packet            isCovered
    {"TcpByTcp",      TransportProtocol::Tcp, IpProtocol::Tcp,  true},
    {"UdpByTcp",      TransportProtocol::Tcp, IpProtocol::Udp,  false},
    {"TcpByUdp",      TransportProtocol::Udp, IpProtocol::Tcp,  false},
    {"UdpByUdp",      TransportProtocol::Udp, IpProtocol::Udp,  true},
    {"TcpByAll",      TransportProtocol::All, IpProtocol::Tcp,  true},
    {"UdpByAll",      TransportProtocol::All, IpProtocol::Udp,  true},
    {"IcmpByAll",     TransportProtocol::All, IpProtocol::Icmp, false},
    {"EspByAll",      TransportProtocol::All, IpProtocol::Esp,  false},
};
// clang-format on

class CoveredPackets : public ::testing::TestWithParam<CoversCase>
{
};

TEST_P(CoveredPackets, B_8_AreThoseOfTheRulesProtocol)
{
    EXPECT_EQ(Covers(GetParam().protocol, GetParam().packet), GetParam().isCovered);
}

INSTANTIATE_TEST_SUITE_P(TransportProtocols,
                         CoveredPackets,
                         ::testing::ValuesIn(COVERS_CASES),
                         [](const auto& row) { return row.param.name; });

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
