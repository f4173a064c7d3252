// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-profiles.h"

#include "ns3/azure-profile.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// Values of each setting that are allowed, as they are written back.
const std::map<std::string, std::vector<std::string>> ALLOWED{
    {"PortBudget", {"Flat", "PoolSize"}},
    {"AllocatedPorts", {"none", "1", "8", "64511"}},
    {"PortsPerPublicAddress", {"1", "51200", "64000", "64511"}},
    {"TcpReuseKey", {"DestinationAddress", "DestinationEndpoint", "Never"}},
    {"UdpReuseKey", {"DestinationAddress", "DestinationEndpoint", "Never"}},
    {"PortsPerProtocol", {"true", "false"}},
    {"LinkingRuleRequired", {"true", "false"}},
    {"FrontendSelection", {"FillFirst", "Random"}},
    {"FrontendBudget", {"Multiply", "Cap"}},
    {"IdleTimeout", {"0.001s", "30s", "240s", "7200s"}},
    {"FinHold", {"none", "0.5s", "65s"}},
    {"FinHoldStart", {"BothFins", "EitherFin"}},
    {"RstHold", {"none", "15s", "16s"}},
    {"FlowRecordTimeout", {"0.5s", "240s", "1800s"}},
    {"SelectableIcmp", {"true", "false"}},
    {"ApplicationSecurityGroupsPerSide", {"1", "2", "10"}},
    {"HostServicesFiltered", {"true", "false"}},
    {"HostInVirtualNetworkTag", {"true", "false"}},
    {"ProbeInterval", {"0.5s", "5s", "15s"}},
    {"NumberOfProbesHonored", {"true", "false"}},
    {"HttpProbeTimeout", {"0.25s", "30s", "31s"}},
    {"HttpProbeTimeoutWithinInterval", {"true", "false"}},
    {"LoneMemberKeepsFlows", {"true", "false"}},
};

TEST(ProfileText, EverySettingCanBeChangedAlone)
{
    for (const auto& setting : GetProfileSettings())
    {
        ASSERT_EQ(ALLOWED.count(setting.name), 1U) << setting.name << " is not tested";
        for (const auto& value : ALLOWED.at(setting.name))
        {
            const auto before = MakeProfile("2018");
            auto profile = before;
            EXPECT_EQ(profile.Set(setting.name, value), std::nullopt) << setting.name;
            for (const auto& other : GetProfileSettings())
            {
                EXPECT_EQ(GetProfileSettingText(profile, other.name),
                          other.name == setting.name ? value
                                                     : GetProfileSettingText(before, other.name))
                    << other.name << " after " << setting.name << "=" << value;
            }
        }
    }
}

TEST(ProfileText, IsTheBundleAndWhatDiffersFromIt)
{
    auto profile = MakeProfile("2018");
    profile.Set("RstHold", "5s");
    profile.Set("AllocatedPorts", "8");
    profile.Set("PortBudget", "PoolSize"); // no difference
    EXPECT_EQ(ToText(profile), "2018[AllocatedPorts=8|RstHold=5s]");
}

TEST(ProfileText, IsReadBackAsTheSameProfileAndWrittenBackAsTheSameText)
{
    std::mt19937_64 random(2018);
    for (int i = 0; i < 2000; ++i)
    {
        const auto names = GetProfileNames();
        auto profile = MakeProfile(names[random() % names.size()]);
        for (const auto& [setting, values] : ALLOWED)
        {
            if (random() % 2 == 0)
            {
                profile.Set(setting, values[random() % values.size()]);
            }
        }
        const auto text = ToText(profile);
        const auto parsed = ParseProfile(text);
        ASSERT_TRUE(parsed.profile) << parsed.error;
        EXPECT_EQ(parsed.profile->name, profile.name);
        for (const auto& setting : GetProfileSettings())
        {
            EXPECT_EQ(GetProfileSettingText(*parsed.profile, setting.name),
                      GetProfileSettingText(profile, setting.name))
                << text;
        }
        EXPECT_EQ(ToText(*parsed.profile), text);
    }
}

TEST(ProfileText, KeepsTimesToTheNanosecond)
{
    // clang-format off
    constexpr int64_t NANOSECONDS[] = {1, 999, 1'000'000'001, 240'000'000'001, 1'000'000'123'456'789,
                                       2'300'000'000, 3'500'000'000'000'001, 3'600'000'000'000'000};
    // clang-format on
    for (const auto nanoseconds : NANOSECONDS)
    {
        auto profile = MakeProfile("2017");
        profile.idleTimeout = NanoSeconds(nanoseconds);
        const auto parsed = ParseProfile(ToText(profile));
        ASSERT_TRUE(parsed.profile) << parsed.error;
        EXPECT_EQ(parsed.profile->idleTimeout.GetNanoSeconds(), nanoseconds) << ToText(profile);
    }
}

/// One row: a setting, a value, and the text that refuses it.
struct RefusedCase
{
    const char* name; // test name
    const char* setting;
    const char* value;
    const char* error;
};

void
PrintTo(const RefusedCase& c, std::ostream* os)
{
    *os << c.setting << "=" << c.value;
}

// clang-format off
constexpr RefusedCase REFUSED_CASES[] = {
    {"UnknownWord",     "PortBudget",            "Lots",  "PortBudget: 'Lots' is not allowed; give Flat or PoolSize"},
    {"WrongCase",       "PortBudget",            "flat",  "PortBudget: 'flat' is not allowed; give Flat or PoolSize"},
    {"EmptyValue",      "FrontendBudget",        "",      "FrontendBudget: '' is not allowed; give Multiply or Cap"},
    {"ThreeWords",      "TcpReuseKey",           "Port",  "TcpReuseKey: 'Port' is not allowed; give DestinationAddress, DestinationEndpoint or Never"},
    {"UdpKey",          "UdpReuseKey",           "never", "UdpReuseKey: 'never' is not allowed; give DestinationAddress, DestinationEndpoint or Never"},
    {"Selection",       "FrontendSelection",     "Any",   "FrontendSelection: 'Any' is not allowed; give FillFirst or Random"},
    {"HoldStart",       "FinHoldStart",          "Fin",   "FinHoldStart: 'Fin' is not allowed; give BothFins or EitherFin"},
    {"BoolAsNumber",    "PortsPerProtocol",      "1",     "PortsPerProtocol: '1' is not allowed; give true or false"},
    {"RuleYes",         "LinkingRuleRequired",   "yes",   "LinkingRuleRequired: 'yes' is not allowed; give true or false"},
    {"NoPorts",         "AllocatedPorts",        "0",     "AllocatedPorts: '0' is not allowed; give 1 to 64511, or none"},
    {"TooManyPorts",    "AllocatedPorts",        "64512", "AllocatedPorts: '64512' is not allowed; give 1 to 64511, or none"},
    {"PortsNegative",   "AllocatedPorts",        "-8",    "AllocatedPorts: '-8' is not allowed; give 1 to 64511, or none"},
    {"PortsGarbage",    "AllocatedPorts",        "None",  "AllocatedPorts: 'None' is not allowed; give 1 to 64511, or none"},
    {"AddressNone",     "PortsPerPublicAddress", "none",  "PortsPerPublicAddress: 'none' is not allowed; give 1 to 64511"},
    {"AddressZero",     "PortsPerPublicAddress", "0",     "PortsPerPublicAddress: '0' is not allowed; give 1 to 64511"},
    {"AddressTooMany",  "PortsPerPublicAddress", "64512", "PortsPerPublicAddress: '64512' is not allowed; give 1 to 64511"},
    {"IdleZero",        "IdleTimeout",           "0s",    "IdleTimeout: '0s' is not allowed; give a time above 0s, at most 1000h"},
    {"IdleNegative",    "IdleTimeout",           "-1s",   "IdleTimeout: '-1s' is not allowed; give a time above 0s, at most 1000h"},
    {"IdleTooLong",     "IdleTimeout",           "1001h", "IdleTimeout: '1001h' is not allowed; give a time above 0s, at most 1000h"},
    {"IdleNone",        "IdleTimeout",           "none",  "IdleTimeout: 'none' is not allowed; give a time above 0s, at most 1000h"},
    {"IdleRoundsToZero","IdleTimeout",           "0.1ns", "IdleTimeout: '0.1ns' is not allowed; give a time above 0s, at most 1000h"},
    {"FinGarbage",      "FinHold",               "soon",  "FinHold: 'soon' is not allowed; give a time above 0s, at most 1000h, or none"},
    {"FinZero",         "FinHold",               "0s",    "FinHold: '0s' is not allowed; give a time above 0s, at most 1000h, or none"},
    {"RstSpace",        "RstHold",               "5 min", "RstHold: '5 min' is not allowed; give a time above 0s, at most 1000h, or none"},
    {"RecordZero",      "FlowRecordTimeout",     "0s",    "FlowRecordTimeout: '0s' is not allowed; give a time above 0s, at most 1000h"},
    {"RecordNone",      "FlowRecordTimeout",     "none",  "FlowRecordTimeout: 'none' is not allowed; give a time above 0s, at most 1000h"},
    {"IcmpWord",        "SelectableIcmp",        "icmp",  "SelectableIcmp: 'icmp' is not allowed; give true or false"},
    {"NoGroups",        "ApplicationSecurityGroupsPerSide", "0",  "ApplicationSecurityGroupsPerSide: '0' is not allowed; give 1 to 10"},
    {"TooManyGroups",   "ApplicationSecurityGroupsPerSide", "11", "ApplicationSecurityGroupsPerSide: '11' is not allowed; give 1 to 10"},
    {"FilteredNo",      "HostServicesFiltered",  "no",    "HostServicesFiltered: 'no' is not allowed; give true or false"},
    {"HostWrongCase",   "HostInVirtualNetworkTag", "True", "HostInVirtualNetworkTag: 'True' is not allowed; give true or false"},
    {"ProbeZero",       "ProbeInterval",         "0s",    "ProbeInterval: '0s' is not allowed; give a time above 0s, at most 1000h"},
    {"ProbeNone",       "HttpProbeTimeout",      "none",  "HttpProbeTimeout: 'none' is not allowed; give a time above 0s, at most 1000h"},
    {"ProbeNumber",     "NumberOfProbesHonored", "2",     "NumberOfProbesHonored: '2' is not allowed; give true or false"},
    {"ProbeWithin",     "HttpProbeTimeoutWithinInterval", "5s", "HttpProbeTimeoutWithinInterval: '5s' is not allowed; give true or false"},
    {"LoneWrongCase",   "LoneMemberKeepsFlows",  "False", "LoneMemberKeepsFlows: 'False' is not allowed; give true or false"},
    {"UnknownSetting",  "Colour",                "red",   "profile setting: 'Colour' is not known; give PortBudget, AllocatedPorts, PortsPerPublicAddress, "
                                                          "TcpReuseKey, UdpReuseKey, PortsPerProtocol, LinkingRuleRequired, FrontendSelection, "
                                                          "FrontendBudget, IdleTimeout, FinHold, FinHoldStart, RstHold, FlowRecordTimeout, "
                                                          "SelectableIcmp, ApplicationSecurityGroupsPerSide, HostServicesFiltered, HostInVirtualNetworkTag, "
                                                          "ProbeInterval, NumberOfProbesHonored, HttpProbeTimeout, HttpProbeTimeoutWithinInterval or "
                                                          "LoneMemberKeepsFlows"},
};
// clang-format on

class RefusedSettings : public ::testing::TestWithParam<RefusedCase>
{
};

TEST_P(RefusedSettings, SayWhyAndLeaveTheProfileAsItWas)
{
    const auto& c = GetParam();
    auto profile = MakeProfile("2018[AllocatedPorts=16|IdleTimeout=60s]");
    EXPECT_EQ(profile.Set(c.setting, c.value), c.error);
    EXPECT_EQ(ToText(profile), "2018[AllocatedPorts=16|IdleTimeout=60s]");
}

const auto CASE_NAME = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(Profile, RefusedSettings, ::testing::ValuesIn(REFUSED_CASES), CASE_NAME);

/// One row: a text form, and how its refusal begins.
struct RefusedTextCase
{
    const char* name; // test name
    const char* text;
    const char* error;
};

void
PrintTo(const RefusedTextCase& c, std::ostream* os)
{
    *os << c.text;
}

// clang-format off
constexpr RefusedTextCase REFUSED_TEXT_CASES[] = {
    {"UnknownName",     "1999",                     "profile: '1999' is not allowed; give 2016, 2017, 2018 or 2023"},
    {"Empty",           "",                         "profile: '' is not allowed; give 2016, 2017, 2018 or 2023"},
    {"NoName",          "[FinHold=1s]",             "profile: '[FinHold=1s]' is not allowed; give 2016"},
    {"SpaceAfterName",  "2018 [FinHold=1s]",        "profile: '2018 [FinHold=1s]' is not allowed; give 2016"},
    {"NotClosed",       "2018[FinHold=1s",          "profile: '2018[FinHold=1s' is not allowed; its settings must end in ]"},
    {"OnlyOpened",      "2018[",                    "profile: '2018[' is not allowed; its settings must end in ]"},
    {"AfterTheBracket", "2018[FinHold=1s]x",        "profile: '2018[FinHold=1s]x' is not allowed; its settings must end in ]"},
    {"ClosedTwice",     "2018[FinHold=1s]]",        "FinHold: '1s]' is not allowed"},
    {"OpenedTwice",     "2018[[FinHold=1s]",        "profile setting: '[FinHold' is not known"},
    {"NoValue",         "2018[FinHold]",            "FinHold: '' is not allowed"},
    {"NoSetting",       "2018[=1s]",                "profile setting: '' is not known"},
    {"UnknownSetting",  "2018[Hold=1s]",            "profile setting: 'Hold' is not known"},
    {"SecondIsBad",     "2018[FinHold=1s|RstHold=x]", "RstHold: 'x' is not allowed"},
    {"EmptyFirst",      "2018[|FinHold=1s]",        "profile setting: '' is not known"},
    {"SpaceInSetting",  "2018[FinHold=1s| RstHold=1s]", "profile setting: ' RstHold' is not known"},
    {"TwoEqualSigns",   "2018[FinHold=1s=2s]",      "FinHold: '1s=2s' is not allowed"},
};
// clang-format on

class RefusedTexts : public ::testing::TestWithParam<RefusedTextCase>
{
};

TEST_P(RefusedTexts, NameFieldValueAndWhatIsAllowed)
{
    const auto parsed = ParseProfile(GetParam().text);
    EXPECT_FALSE(parsed.profile);
    EXPECT_EQ(parsed.error.rfind(GetParam().error, 0), 0U) << parsed.error;
}

INSTANTIATE_TEST_SUITE_P(Profile, RefusedTexts, ::testing::ValuesIn(REFUSED_TEXT_CASES), CASE_NAME);

} // namespace

} // namespace ns3::azure
