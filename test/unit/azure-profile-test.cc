// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-profiles.h"

#include "ns3/azure-profile.h"

#include <gtest/gtest.h>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// One row: a setting, its value in each bundle, and who says so.
struct BundleCase
{
    const char* setting;
    const char* in2016;
    const char* in2017;
    const char* in2018;
    const char* in2023;
    const char* source; // in sources.rst.md
};

// clang-format off
constexpr BundleCase BUNDLE_CASES[] = {
    // setting                2016                  2017                  2018                   2023                   source
    {"PortBudget",            "Flat",               "PoolSize",           "PoolSize",            "PoolSize",            "S4-01; S0-41; B.1"},
    {"AllocatedPorts",        "none",               "none",               "none",                "none",                "S0-42: not configurable by default"},
    {"PortsPerPublicAddress", "64511",              "64511",              "64000",               "64000",               "S4-01; B.1: OB-2006"},
    {"TcpReuseKey",           "DestinationAddress", "DestinationAddress", "DestinationEndpoint", "DestinationEndpoint", "S0-17; B.2: OB-1803"},
    {"UdpReuseKey",           "DestinationAddress", "DestinationAddress", "Cone",                "DestinationAddress",  "S0-17; B.2: OB-1808; OB-2012"},
    {"PortsPerProtocol",      "false",              "false",              "true",                "true",                "B.2: OB-1803"},
    {"LinkingRuleRequired",   "false",              "true",               "true",                "true",                "S4-04; S0-25; B.3: OB-1803"},
    {"FrontendSelection",     "FillFirst",          "Random",             "FillFirst",           "Random",              "A.6 X3; S0-40; B.1: OB-2203; OB-2409"},
    {"FrontendBudget",        "Multiply",           "Multiply",           "Multiply",            "Cap",                 "B.1: OB-1803; OB-2303"},
    {"IdleTimeout",           "240s",               "240s",               "240s",                "240s",                "S0-23; B.2: OB-1808"},
    {"FinHold",               "none",               "none",               "240s",                "240s",                "S0-23; B.2: OB-1808"},
    {"FinHoldStart",          "BothFins",           "BothFins",           "BothFins",            "BothFins",            "B.2: OB-1808"},
    {"RstHold",               "none",               "none",               "15s",                 "15s",                 "S0-23; B.2: OB-1808"},
    {"UdpIdleTimeout",         "none",               "none",               "none",                "none",                "B.2: OB-1808: as TCP"},
    {"HalfOpenTimeout",        "none",               "none",               "none",                "none",                "B.6 has one for NAT gateways only"},
    {"UdpHold",                "none",               "none",               "none",                "none",                "B.2: OB-1808: idle timeout only"},
    {"ReuseGap",               "none",               "none",               "none",                "none",                "B.6 has one for NAT gateways only"},
    {"TcpReset",               "None",               "None",               "None",                "None",                "B.5: silence by default"},
    {"MaxOutboundIdleTimeout", "3960s",              "3960s",              "3960s",               "7200s",               "B.4: OR-1809; OB-2006"},
    {"PortChoice",             "Lowest",             "Lowest",             "Lowest",              "Lowest",              "B.2: OB-2006"},
    {"PortSearchTries",        "10",                 "10",                 "10",                  "10",                  "VPP nat44-ed"},
    {"MaxFlowsPerDestination", "none",               "none",               "none",                "none",                "B.6 has one for NAT gateways only"},
    {"ReclaimedHalf",          "Upper",              "Upper",              "Upper",               "Upper",               "B.1: not documented"},
    {"PreallocatedPorts",      "160",                "160",                "160",                 "160",                 "B.1: BLOG-1802"},
    {"PortRangeSize",          "8",                  "8",                  "8",                   "8",                   "C.1; C.2: 5.1.3"},
    {"RangesPerGrant",         "1",                  "1",                  "1",                   "1",                   "C.1: without prediction"},
    {"DemandPredictionWindow", "none",               "none",               "none",                "none",                "C.1: without prediction"},
    {"UnusedRangeTimeout",     "none",               "none",               "none",                "none",                "not OnDemand"},
    {"MaxPortsPerInterface",   "none",               "none",               "none",                "none",                "not OnDemand"},
    {"MaxRequestsPerMinute",   "none",               "none",               "none",                "none",                "not OnDemand"},
    {"OutstandingRequests",    "none",               "none",               "none",                "none",                "not OnDemand"},
    {"FlowRecordTimeout",     "240s",               "240s",               "240s",                "240s",                "S3-28; B.9: FL-2101"},
    {"SelectableIcmp",        "false",              "false",              "false",               "true",                "S3-19; B.9: NSG-2507"},
    {"ApplicationSecurityGroupsPerSide", "1",       "1",                  "1",                   "10",                  "S3-45; B.9: LIM-2212"},
    {"HostServicesFiltered",  "true",               "true",               "true",                "false",               "S3-50; B.9: NSG-2507"},
    {"HostInVirtualNetworkTag", "false",            "false",              "false",               "true",                "S3-40; B.9: ST-2104"},
    {"ProbeInterval",         "15s",                "15s",                "15s",                 "5s",                  "B.7: PR-1809; PR-2310"},
    {"NumberOfProbesHonored", "true",               "true",               "true",                "false",               "B.7: PR-1809; PRI, PR-2310"},
    {"HttpProbeTimeout",      "31s",                "31s",                "31s",                 "30s",                 "B.7: PR-1809; PR-2310"},
    {"HttpProbeTimeoutWithinInterval", "false",     "false",              "false",               "true",                "B.7: PR-1809; PR-2310"},
    {"LoneMemberKeepsFlows",  "true",               "true",               "true",                "false",               "B.7: PR-1809; PR-2310"},
};
// clang-format on

void
PrintTo(const BundleCase& c, std::ostream* os)
{
    *os << c.setting << " (" << c.source << ")";
}

class BundleSettings : public ::testing::TestWithParam<BundleCase>
{
};

TEST_P(BundleSettings, AreWhatTheSourcesSay)
{
    const auto& c = GetParam();
    EXPECT_EQ(GetProfileSettingText(MakeProfile("2016"), c.setting), c.in2016);
    EXPECT_EQ(GetProfileSettingText(MakeProfile("2017"), c.setting), c.in2017);
    EXPECT_EQ(GetProfileSettingText(MakeProfile("2018"), c.setting), c.in2018);
    EXPECT_EQ(GetProfileSettingText(MakeProfile("2023"), c.setting), c.in2023);
}

INSTANTIATE_TEST_SUITE_P(Profiles,
                         BundleSettings,
                         ::testing::ValuesIn(BUNDLE_CASES),
                         [](const auto& row) { return row.param.setting; });

TEST(Profiles, HaveNoSettingThatTheTableOfBundlesLeavesOut)
{
    const auto settings = GetProfileSettings();
    ASSERT_EQ(settings.size(), std::size(BUNDLE_CASES));
    for (std::size_t i = 0; i < settings.size(); ++i)
    {
        EXPECT_EQ(settings[i].name, BUNDLE_CASES[i].setting);
        EXPECT_FALSE(settings[i].allowed.empty()) << settings[i].name;
        EXPECT_FALSE(settings[i].description.empty()) << settings[i].name;
    }
}

TEST(Profiles, HaveTypedFieldsThatAgreeWithTheirText)
{
    const auto p2016 = MakeProfile("2016");
    EXPECT_EQ(p2016.portBudget, PortBudget::Flat);
    EXPECT_EQ(p2016.portsPerPublicAddress, 64511U);
    EXPECT_FALSE(p2016.linkingRuleRequired);
    EXPECT_FALSE(p2016.finHold.has_value());
    EXPECT_EQ(p2016.frontendSelection, FrontendSelection::FillFirst);
    const auto p2018 = MakeProfile("2018");
    EXPECT_EQ(p2018.tcpReuseKey, ReuseKey::DestinationEndpoint);
    EXPECT_EQ(p2018.udpReuseKey, ReuseKey::Cone);
    EXPECT_TRUE(p2018.portsPerProtocol);
    EXPECT_EQ(p2018.finHold, Seconds(240));
    EXPECT_EQ(p2018.rstHold, Seconds(15));
    EXPECT_EQ(p2018.flowRecordTimeout, Minutes(4));
    EXPECT_FALSE(p2018.selectableIcmp);
    EXPECT_EQ(p2018.applicationSecurityGroupsPerSide, 1U);
    EXPECT_TRUE(p2018.hostServicesFiltered);
    EXPECT_FALSE(p2018.hostInVirtualNetworkTag);
    const auto p2023 = MakeProfile("2023");
    EXPECT_EQ(p2023.frontendBudget, FrontendBudget::Cap);
    EXPECT_EQ(p2023.udpReuseKey, ReuseKey::DestinationAddress);
    EXPECT_TRUE(p2023.selectableIcmp);
    EXPECT_EQ(p2023.applicationSecurityGroupsPerSide, 10U);
    EXPECT_FALSE(p2023.hostServicesFiltered);
    EXPECT_TRUE(p2023.hostInVirtualNetworkTag);
}

TEST(Profiles, B_7_ProbesAreLazierBefore2023)
{
    const auto p2017 = MakeProfile("2017");
    EXPECT_EQ(p2017.probeInterval, Seconds(15));
    EXPECT_TRUE(p2017.numberOfProbesHonored);
    EXPECT_EQ(p2017.httpProbeTimeout, Seconds(31));
    EXPECT_FALSE(p2017.httpProbeTimeoutWithinInterval);
    EXPECT_TRUE(p2017.loneMemberKeepsFlows);
    const auto p2023 = MakeProfile("2023");
    EXPECT_EQ(p2023.probeInterval, Seconds(5));
    EXPECT_FALSE(p2023.numberOfProbesHonored);
    EXPECT_EQ(p2023.httpProbeTimeout, Seconds(30));
    EXPECT_TRUE(p2023.httpProbeTimeoutWithinInterval);
    EXPECT_FALSE(p2023.loneMemberKeepsFlows);
}

TEST(Profiles, S0_23_IdleTimeoutIsFourMinutesInAll)
{
    for (const auto& name : GetProfileNames())
    {
        EXPECT_EQ(FindProfile(name)->idleTimeout, Minutes(4)) << name;
    }
}

TEST(Profiles, B_2_ReuseKeyDependsOnProtocol)
{
    const auto profile = MakeProfile("2018");
    EXPECT_EQ(profile.GetReuseKey(IpProtocol::Tcp), ReuseKey::DestinationEndpoint);
    EXPECT_EQ(profile.GetReuseKey(IpProtocol::Udp), ReuseKey::Cone);
}

TEST(Profiles, AreNamedOldestFirstAndThenOtherAllocators)
{
    EXPECT_EQ(GetProfileNames(),
              (std::vector<std::string>{"2016",
                                        "2017",
                                        "2018",
                                        "2023",
                                        "legacy-on-demand",
                                        "ananta",
                                        "nat-gateway",
                                        "bounded-random",
                                        "deterministic-blocks"}));
    for (const auto& name : GetProfileNames())
    {
        ASSERT_TRUE(FindProfile(name)) << name;
        EXPECT_EQ(FindProfile(name)->name, name);
        EXPECT_EQ(ToText(*FindProfile(name)), name);
    }
    EXPECT_FALSE(FindProfile("1999"));
    EXPECT_FALSE(FindProfile(""));
    EXPECT_FALSE(FindProfile("2017 "));
    EXPECT_EQ(Profile().name, "2017"); // the default
}

/// @return the profile's settings that differ from another's, as in the text form
std::string
GetDifference(const Profile& profile, const Profile& other)
{
    std::string text;
    for (const auto& setting : GetProfileSettings())
    {
        const auto value = GetProfileSettingText(profile, setting.name);
        if (value != GetProfileSettingText(other, setting.name))
        {
            text += (text.empty() ? "" : "|") + setting.name + "=" + value;
        }
    }
    return text;
}

/// One row: a bundle that is another one with some settings changed.
struct DerivedBundleCase
{
    const char* name;       // test name: which fact says so
    const char* bundle;     // its name
    const char* base;       // the bundle that it is with
    const char* difference; // these settings changed, all of them, in the order of the text form
};

void
PrintTo(const DerivedBundleCase& c, std::ostream* os)
{
    *os << c.bundle;
}

// clang-format off
constexpr DerivedBundleCase DERIVED_BUNDLE_CASES[] = {
    // 160 ports = 20 ranges of 8 at the beginning, more when asked for, free after 4 min idle
    {"B_1_LegacyHas160PortsAndRangesOf8", "legacy-on-demand", "2017",
     "PortBudget=OnDemand|UnusedRangeTimeout=240s"},
    // ranges of 8; 3 with prediction (96 % of connections local); one outstanding request
    {"C_1_AnantaGivesRangesOf8OnRequest", "ananta", "2018",
     "PortBudget=OnDemand|UdpReuseKey=DestinationEndpoint|PreallocatedPorts=8|RangesPerGrant=3|DemandPredictionWindow=10s|"
     "UnusedRangeTimeout=240s|OutstandingRequests=1"},
    // NG-2202: random; NG-2307: 64,512 ports, shared, 50,000 flows to one destination, timers
    {"B_6_NatGatewaySharesAndHasItsTimers", "nat-gateway", "2018",
     "PortBudget=Shared|PortsPerPublicAddress=64512|UdpReuseKey=DestinationEndpoint|FrontendSelection=Random|FinHold=65s|"
     "RstHold=16s|UdpIdleTimeout=240s|HalfOpenTimeout=30s|UdpHold=65s|TcpReset=OnLatePacket|PortChoice=RandomUnused|"
     "MaxFlowsPerDestination=50000"},
    // VPP nat44-ed: 10 tries
    {"X_10_BoundedRandomTriesTenPorts", "bounded-random", "2018",
     "UdpReuseKey=DestinationEndpoint|PortChoice=BoundedRandom"},
    // RFC 7422, VPP det44: the address in equal parts, and in them by source port
    {"X_10_DeterministicBlocksAreEqualParts", "deterministic-blocks", "2018",
     "PortBudget=Flat|UdpReuseKey=DestinationEndpoint|PortChoice=Deterministic"},
};
// clang-format on

class DerivedBundles : public ::testing::TestWithParam<DerivedBundleCase>
{
};

TEST_P(DerivedBundles, DifferFromTheirBaseInWhatTheSourcesSay)
{
    const auto& c = GetParam();
    EXPECT_EQ(GetDifference(MakeProfile(c.bundle), MakeProfile(c.base)), c.difference);
}

INSTANTIATE_TEST_SUITE_P(Profiles,
                         DerivedBundles,
                         ::testing::ValuesIn(DERIVED_BUNDLE_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(Profiles, B_1_C_1_OnDemandBundlesAskForRangesOfEight)
{
    const auto legacy = MakeProfile("legacy-on-demand");
    EXPECT_EQ(legacy.portBudget, PortBudget::OnDemand);
    EXPECT_EQ(legacy.preallocatedPorts, 20U * 8U); // B.1: 160 = 20 ranges of 8
    EXPECT_EQ(legacy.portRangeSize, 8U);
    EXPECT_EQ(legacy.rangesPerGrant, 1U);
    EXPECT_FALSE(legacy.demandPredictionWindow);
    EXPECT_EQ(legacy.unusedRangeTimeout, Minutes(4));
    const auto ananta = MakeProfile("ananta");
    EXPECT_EQ(ananta.portBudget, PortBudget::OnDemand);
    EXPECT_EQ(ananta.portRangeSize, 8U);
    EXPECT_EQ(ananta.rangesPerGrant, 3U);
    EXPECT_TRUE(ananta.demandPredictionWindow);
    EXPECT_EQ(ananta.outstandingRequests, 1U);
}

TEST(Profiles, B_6_NatGatewayHasTypedFieldsThatAgreeWithItsText)
{
    const auto profile = MakeProfile("nat-gateway");
    EXPECT_EQ(profile.portBudget, PortBudget::Shared);
    EXPECT_EQ(profile.portsPerPublicAddress, 64'512U);
    EXPECT_EQ(profile.portChoice, PortChoice::RandomUnused);
    EXPECT_EQ(profile.tcpReset, TcpReset::OnLatePacket);
    EXPECT_EQ(profile.finHold, Seconds(65));
    EXPECT_EQ(profile.rstHold, Seconds(16));
    EXPECT_EQ(profile.halfOpenTimeout, Seconds(30));
    EXPECT_EQ(profile.udpHold, Seconds(65));
    EXPECT_EQ(profile.maxFlowsPerDestination, 50'000U);
}

TEST(Profiles, B_6_UdpHasAnIdleTimeoutOfItsOwnIfItIsSet)
{
    auto profile = MakeProfile("nat-gateway[IdleTimeout=7200s]"); // NG-2307: UDP 4 min fixed
    EXPECT_EQ(profile.GetIdleTimeout(IpProtocol::Tcp), Hours(2));
    EXPECT_EQ(profile.GetIdleTimeout(IpProtocol::Udp), Minutes(4));
    profile.udpIdleTimeout.reset();
    EXPECT_EQ(profile.GetIdleTimeout(IpProtocol::Udp), Hours(2));
}

TEST(ProfilesDeathTest, EndTheProgramOnASettingThatDoesNotExist)
{
    EXPECT_DEATH(GetProfileSettingText(MakeProfile("2017"), "Colour"),
                 "no profile setting is called Colour");
}

} // namespace

} // namespace ns3::azure
