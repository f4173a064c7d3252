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
    {"UdpReuseKey",           "DestinationAddress", "DestinationAddress", "Never",               "DestinationAddress",  "S0-17; B.2: OB-1808; OB-2012"},
    {"PortsPerProtocol",      "false",              "false",              "true",                "true",                "B.2: OB-1803"},
    {"LinkingRuleRequired",   "false",              "true",               "true",                "true",                "S4-04; S0-25; B.3: OB-1803"},
    {"FrontendSelection",     "FillFirst",          "Random",             "FillFirst",           "Random",              "A.6 X3; S0-40; B.1: OB-2203; OB-2409"},
    {"FrontendBudget",        "Multiply",           "Multiply",           "Multiply",            "Cap",                 "B.1: OB-1803; OB-2303"},
    {"IdleTimeout",           "240s",               "240s",               "240s",                "240s",                "S0-23; B.2: OB-1808"},
    {"FinHold",               "none",               "none",               "240s",                "240s",                "S0-23; B.2: OB-1808"},
    {"FinHoldStart",          "BothFins",           "BothFins",           "BothFins",            "BothFins",            "B.2: OB-1808"},
    {"RstHold",               "none",               "none",               "15s",                 "15s",                 "S0-23; B.2: OB-1808"},
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
    EXPECT_EQ(p2018.udpReuseKey, ReuseKey::Never);
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

TEST(Profiles, ReuseKeyDependsOnProtocol)
{
    const auto profile = MakeProfile("2018");
    EXPECT_EQ(profile.GetReuseKey(IpProtocol::Tcp), ReuseKey::DestinationEndpoint);
    EXPECT_EQ(profile.GetReuseKey(IpProtocol::Udp), ReuseKey::Never);
}

TEST(Profiles, AreNamedOldestFirst)
{
    EXPECT_EQ(GetProfileNames(), (std::vector<std::string>{"2016", "2017", "2018", "2023"}));
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

TEST(ProfilesDeathTest, EndTheProgramOnASettingThatDoesNotExist)
{
    EXPECT_DEATH(GetProfileSettingText(MakeProfile("2017"), "Colour"),
                 "no profile setting is called Colour");
}

} // namespace

} // namespace ns3::azure
