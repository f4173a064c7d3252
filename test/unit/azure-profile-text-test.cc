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
    {"PortBudget", {"Flat", "PoolSize", "OnDemand", "Shared"}},
    {"AllocatedPorts", {"none", "1", "8", "64512"}},
    {"PortsPerPublicAddress", {"1", "51200", "64000", "64512"}},
    {"TcpReuseKey", {"DestinationAddress", "DestinationEndpoint", "Never", "Cone"}},
    {"UdpReuseKey", {"DestinationAddress", "DestinationEndpoint", "Never", "Cone"}},
    {"PortsPerProtocol", {"true", "false"}},
    {"LinkingRuleRequired", {"true", "false"}},
    {"FrontendSelection", {"FillFirst", "Random", "Any"}},
    {"FrontendBudget", {"Multiply", "Cap"}},
    {"IdleTimeout", {"0.001s", "30s", "240s", "7200s"}},
    {"FinHold", {"none", "0.5s", "65s"}},
    {"FinHoldStart", {"BothFins", "EitherFin"}},
    {"RstHold", {"none", "15s", "16s"}},
    {"UdpIdleTimeout", {"none", "0.5s", "240s"}},
    {"HalfOpenTimeout", {"none", "25s", "30s"}},
    {"UdpHold", {"none", "65s"}},
    {"ReuseGap", {"none", "5s"}},
    {"TcpReset", {"None", "BothEnds", "OnLatePacket"}},
    {"MaxOutboundIdleTimeout", {"3960s", "6000s", "7200s"}},
    {"PortChoice", {"Lowest", "Random", "RandomUnused", "BoundedRandom", "Deterministic"}},
    {"PortSearchTries", {"1", "10", "128", "65535"}},
    {"MaxFlowsPerDestination", {"none", "1", "50000", "64512"}},
    {"ReclaimedHalf", {"Upper", "Lower"}},
    {"PreallocatedPorts", {"0", "8", "160", "64512"}},
    {"PortRangeSize", {"1", "2", "8", "1024"}},
    {"RangesPerGrant", {"1", "3", "64"}},
    {"DemandPredictionWindow", {"none", "10s"}},
    {"UnusedRangeTimeout", {"none", "240s"}},
    {"MaxPortsPerInterface", {"none", "1", "1032192"}},
    {"MaxRequestsPerMinute", {"none", "1", "1000000"}},
    {"OutstandingRequests", {"none", "1", "1000"}},
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
    profile = MakeProfile("nat-gateway");
    profile.Set("FinHold", "240s"); // of 2018, from which it differs
    EXPECT_EQ(ToText(profile), "nat-gateway[FinHold=240s]");
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
    {"UnknownWord",     "PortBudget",            "Lots",  "PortBudget: 'Lots' is not allowed; give Flat, PoolSize, OnDemand or Shared"},
    {"WrongCase",       "PortBudget",            "flat",  "PortBudget: 'flat' is not allowed; give Flat, PoolSize, OnDemand or Shared"},
    {"EmptyValue",      "FrontendBudget",        "",      "FrontendBudget: '' is not allowed; give Multiply or Cap"},
    {"ThreeWords",      "TcpReuseKey",           "Port",  "TcpReuseKey: 'Port' is not allowed; give DestinationAddress, DestinationEndpoint, Never or Cone"},
    {"UdpKey",          "UdpReuseKey",           "never", "UdpReuseKey: 'never' is not allowed; give DestinationAddress, DestinationEndpoint, Never or Cone"},
    {"Selection",       "FrontendSelection",     "any",   "FrontendSelection: 'any' is not allowed; give FillFirst, Random or Any"},
    {"HoldStart",       "FinHoldStart",          "Fin",   "FinHoldStart: 'Fin' is not allowed; give BothFins or EitherFin"},
    {"BoolAsNumber",    "PortsPerProtocol",      "1",     "PortsPerProtocol: '1' is not allowed; give true or false"},
    {"RuleYes",         "LinkingRuleRequired",   "yes",   "LinkingRuleRequired: 'yes' is not allowed; give true or false"},
    {"NoPorts",         "AllocatedPorts",        "0",     "AllocatedPorts: '0' is not allowed; give 1 to 64512, or none"},
    {"TooManyPorts",    "AllocatedPorts",        "64513", "AllocatedPorts: '64513' is not allowed; give 1 to 64512, or none"},
    {"PortsNegative",   "AllocatedPorts",        "-8",    "AllocatedPorts: '-8' is not allowed; give 1 to 64512, or none"},
    {"PortsGarbage",    "AllocatedPorts",        "None",  "AllocatedPorts: 'None' is not allowed; give 1 to 64512, or none"},
    {"AddressNone",     "PortsPerPublicAddress", "none",  "PortsPerPublicAddress: 'none' is not allowed; give 1 to 64512"},
    {"AddressZero",     "PortsPerPublicAddress", "0",     "PortsPerPublicAddress: '0' is not allowed; give 1 to 64512"},
    {"AddressTooMany",  "PortsPerPublicAddress", "64513", "PortsPerPublicAddress: '64513' is not allowed; give 1 to 64512"},
    {"IdleZero",        "IdleTimeout",           "0s",    "IdleTimeout: '0s' is not allowed; give a time above 0s, at most 1000h"},
    {"IdleNegative",    "IdleTimeout",           "-1s",   "IdleTimeout: '-1s' is not allowed; give a time above 0s, at most 1000h"},
    {"IdleTooLong",     "IdleTimeout",           "1001h", "IdleTimeout: '1001h' is not allowed; give a time above 0s, at most 1000h"},
    {"IdleNone",        "IdleTimeout",           "none",  "IdleTimeout: 'none' is not allowed; give a time above 0s, at most 1000h"},
    {"IdleRoundsToZero","IdleTimeout",           "0.1ns", "IdleTimeout: '0.1ns' is not allowed; give a time above 0s, at most 1000h"},
    {"FinGarbage",      "FinHold",               "soon",  "FinHold: 'soon' is not allowed; give a time above 0s, at most 1000h, or none"},
    {"FinZero",         "FinHold",               "0s",    "FinHold: '0s' is not allowed; give a time above 0s, at most 1000h, or none"},
    {"RstSpace",        "RstHold",               "5 min", "RstHold: '5 min' is not allowed; give a time above 0s, at most 1000h, or none"},
    {"UdpIdleZero", "UdpIdleTimeout", "0s", "UdpIdleTimeout: '0s' is not allowed; give a time above 0s, at most 1000h, or none"},
    {"HalfOpenNo", "HalfOpenTimeout", "no", "HalfOpenTimeout: 'no' is not allowed; give a time above 0s, at most 1000h, or none"},
    {"UdpHoldNegative", "UdpHold", "-1s", "UdpHold: '-1s' is not allowed; give a time above 0s, at most 1000h, or none"},
    {"GapTooLong", "ReuseGap", "1001h", "ReuseGap: '1001h' is not allowed; give a time above 0s, at most 1000h, or none"},
    {"ResetTrue", "TcpReset", "true", "TcpReset: 'true' is not allowed; give None, BothEnds or OnLatePacket"},
    {"LongestNone", "MaxOutboundIdleTimeout", "none", "MaxOutboundIdleTimeout: 'none' is not allowed; give a time above 0s, at most 1000h"},
    {"ChoiceWrongCase", "PortChoice", "random", "PortChoice: 'random' is not allowed; give Lowest, Random, RandomUnused, BoundedRandom or Deterministic"},
    {"NoTries", "PortSearchTries", "0", "PortSearchTries: '0' is not allowed; give 1 to 65535"},
    {"TooManyTries", "PortSearchTries", "65536", "PortSearchTries: '65536' is not allowed; give 1 to 65535"},
    {"NoFlows", "MaxFlowsPerDestination", "0", "MaxFlowsPerDestination: '0' is not allowed; give 1 to 64512, or none"},
    {"TooManyFlows", "MaxFlowsPerDestination", "64513", "MaxFlowsPerDestination: '64513' is not allowed; give 1 to 64512, or none"},
    {"MiddleHalf", "ReclaimedHalf", "Middle", "ReclaimedHalf: 'Middle' is not allowed; give Upper or Lower"},
    {"PreallocateNone", "PreallocatedPorts", "none", "PreallocatedPorts: 'none' is not allowed; give 0 to 64512"},
    {"PreallocateTooMany", "PreallocatedPorts", "64513", "PreallocatedPorts: '64513' is not allowed; give 0 to 64512"},
    {"RangeOfZero", "PortRangeSize", "0", "PortRangeSize: '0' is not allowed; give a power of two, 1 to 1024"},
    {"RangeOfSix", "PortRangeSize", "6", "PortRangeSize: '6' is not allowed; give a power of two, 1 to 1024"},
    {"RangeTooLarge", "PortRangeSize", "2048", "PortRangeSize: '2048' is not allowed; give a power of two, 1 to 1024"},
    {"RangeNone", "PortRangeSize", "none", "PortRangeSize: 'none' is not allowed; give a power of two, 1 to 1024"},
    {"NoGrant", "RangesPerGrant", "0", "RangesPerGrant: '0' is not allowed; give 1 to 64"},
    {"TooManyGrants", "RangesPerGrant", "65", "RangesPerGrant: '65' is not allowed; give 1 to 64"},
    {"WindowZero", "DemandPredictionWindow", "0s", "DemandPredictionWindow: '0s' is not allowed; give a time above 0s, at most 1000h, or none"},
    {"UnusedZero", "UnusedRangeTimeout", "0s", "UnusedRangeTimeout: '0s' is not allowed; give a time above 0s, at most 1000h, or none"},
    {"CapZero", "MaxPortsPerInterface", "0", "MaxPortsPerInterface: '0' is not allowed; give 1 to 1032192, or none"},
    {"CapAbove16Addresses", "MaxPortsPerInterface", "1032193", "MaxPortsPerInterface: '1032193' is not allowed; give 1 to 1032192, or none"},
    {"RateZero", "MaxRequestsPerMinute", "0", "MaxRequestsPerMinute: '0' is not allowed; give 1 to 1000000, or none"},
    {"RateTooHigh", "MaxRequestsPerMinute", "1000001", "MaxRequestsPerMinute: '1000001' is not allowed; give 1 to 1000000, or none"},
    {"NoneOutstanding", "OutstandingRequests", "0", "OutstandingRequests: '0' is not allowed; give 1 to 1000, or none"},
    {"TooManyOutstanding", "OutstandingRequests", "1001", "OutstandingRequests: '1001' is not allowed; give 1 to 1000, or none"},
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
    {"UnknownSetting",  "Colour",                "red",   "profile setting: 'Colour' is not known; give PortBudget, AllocatedPorts, PortsPerPublicAddress, TcpReuseKey, "
                                                          "UdpReuseKey, PortsPerProtocol, LinkingRuleRequired, FrontendSelection, FrontendBudget, IdleTimeout, FinHold, "
                                                          "FinHoldStart, RstHold, UdpIdleTimeout, HalfOpenTimeout, UdpHold, ReuseGap, TcpReset, MaxOutboundIdleTimeout, "
                                                          "PortChoice, PortSearchTries, MaxFlowsPerDestination, ReclaimedHalf, PreallocatedPorts, PortRangeSize, "
                                                          "RangesPerGrant, DemandPredictionWindow, UnusedRangeTimeout, MaxPortsPerInterface, MaxRequestsPerMinute, "
                                                          "OutstandingRequests, FlowRecordTimeout, SelectableIcmp, ApplicationSecurityGroupsPerSide, "
                                                          "HostServicesFiltered, HostInVirtualNetworkTag, ProbeInterval, NumberOfProbesHonored, HttpProbeTimeout, "
                                                          "HttpProbeTimeoutWithinInterval or LoneMemberKeepsFlows"},
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
    {"UnknownName",     "1999",                     "profile: '1999' is not allowed; give 2016, 2017, 2018, 2023, legacy-on-demand, ananta, nat-gateway, bounded-random or deterministic-blocks"},
    {"Empty",           "",                         "profile: '' is not allowed; give 2016, 2017, 2018, 2023, legacy-on-demand, ananta, nat-gateway, bounded-random or deterministic-blocks"},
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
    {"DerivedIsBad",    "ananta[FinHold=x]",        "FinHold: 'x' is not allowed"},
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
