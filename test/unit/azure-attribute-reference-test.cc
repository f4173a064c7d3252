// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-attribute-reference.h"
#include "ns3/azure-drop-reason.h"
#include "ns3/azure-profile-reference.h"
#include "ns3/azure-profile.h"
#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <string>

namespace ns3::azure
{

namespace
{

/// An attribute of any class of the module, by its full name.
TypeId::AttributeInformation
FindAttribute(const std::string& name)
{
    const auto colons = name.rfind("::");
    TypeId::AttributeInformation attribute;
    const auto type = TypeId::LookupByName("ns3::azure::" + name.substr(0, colons));
    EXPECT_TRUE(type.LookupAttributeByName(name.substr(colons + 2), &attribute)) << name;
    return attribute;
}

TEST(AttributeReference, HasEveryAttributeAndTraceSource)
{
    const auto text = GetAttributeReference();
    std::size_t rows = 0;
    for (const auto& type : GetRegisteredClasses())
    {
        rows += type.GetAttributeN() + type.GetTraceSourceN();
        if (type.GetAttributeN() + type.GetTraceSourceN() == 0)
        {
            continue;
        }
        const auto begin = text.find("``" + type.GetName() + "``:");
        ASSERT_NE(begin, std::string::npos) << type.GetName();
        const auto section = text.substr(begin, text.find("~~~\n", begin) - begin);
        for (std::size_t i = 0; i < type.GetAttributeN(); ++i)
        {
            const auto row = "\n``" + type.GetAttribute(i).name + "`` ";
            EXPECT_NE(section.find(row), std::string::npos) << type.GetName() << row;
        }
        for (std::size_t i = 0; i < type.GetTraceSourceN(); ++i)
        {
            const auto row = "\n``" + type.GetTraceSource(i).name + "`` ";
            EXPECT_NE(section.find(row), std::string::npos) << type.GetName() << row;
        }
    }
    EXPECT_GE(rows, 150U);
}

TEST(AttributeReference, EveryHelpTextSaysWhatTheCheckerAllows)
{
    for (const auto& type : GetRegisteredClasses())
    {
        for (std::size_t i = 0; i < type.GetAttributeN(); ++i)
        {
            const auto attribute = type.GetAttribute(i);
            EXPECT_NE(attribute.help.find(GetAllowedText(attribute)), std::string::npos)
                << type.GetName() << "::" << attribute.name << ": \"" << attribute.help
                << "\" lacks \"" << GetAllowedText(attribute) << "\"";
        }
    }
}

TEST(AttributeReference, EveryClassIsOfOneGroup)
{
    for (const auto& type : GetRegisteredClasses())
    {
        EXPECT_EQ(type.GetGroupName(), "AzureNet") << type.GetName();
    }
}

/// One row: an attribute, and what may be said of it.
struct AllowedCase
{
    const char* name;      // test name, [A-Za-z0-9]+
    const char* attribute; // class and attribute
    const char* allowed;   // expected text of what is allowed
    const char* initial;   // expected text of the default
};

// clang-format off
const AllowedCase ALLOWED_CASES[] = {
    // name               attribute                                allowed                       initial
    {"Port",              "HostAgent::ControlPort",                "1 to 65535",                 "``8084``"},
    {"NumberWithEnd",     "TrafficGenerator::ConnectAttempts",     "1 to 16",                    "``1``"},
    {"NumberWithoutEnd",  "ControlApplication::MaxAttempts",       "at least 1",                 "``10``"},
    {"AnyNumber",         "TrafficGenerator::Flows",               "",                           "``1``"},
    {"AnyShortNumber",    "MyIpDnsClient::QueryId",                "",                           "``1``"},
    {"Double",            "TrafficGenerator::Skew",                "at least 0",                 "``1``"},
    {"DoubleWithEnd",     "SynFlood::Rate",                        "1e-09 to 1e+09",             "``1000``"},
    {"TimeWithoutEnd",    "ControlApplication::RetransmitTimeout", "at least 1 ms",              "``200 ms``"},
    {"TimeFromZero",      "TrafficGenerator::CloseTimeout",        "at least 0 s",               "``1 min``"},
    {"TimeAboveZero",     "HostResolver::Timeout",                 "above 0 s",                  "``2 s``"},
    {"TimeInBetween",     "TrafficGenerator::RetryInterval",       "above 0 s, at most 1 h",     "``1 s``"},
    {"TimeToDays",        "MyIpDnsServer::Ttl",                    "0 s to 7 days",              "``0 s``"},
    {"TimeExactly",       "HostDhcpServer::LeaseTime",             "4 s to 4294967295 s",        "``1 day``"},
    {"Enumeration",       "TrafficGenerator::Arrival",             "Burst, Periodic or Poisson", "``Burst``"},
    {"EmptyText",         "HealthProbeResponder::Schedule",        "",                           "empty"},
    {"Variable",          "HostAgent::FrontendVariable",           "",                           "uniform in [0, 1)"},
    {"NoVariable",        "TrafficGenerator::Hold",                "",                           "none"},
    {"Address",           "HostResolver::Address",                 "",                           "``168.63.129.16``"},
};
// clang-format on

class AllowedText : public ::testing::TestWithParam<AllowedCase>
{
};

TEST_P(AllowedText, IsWhatTheCheckerHas)
{
    const auto attribute = FindAttribute(GetParam().attribute);

    EXPECT_EQ(GetAllowedText(attribute), GetParam().allowed);
    EXPECT_EQ(GetDefaultText(attribute), GetParam().initial);
}

INSTANTIATE_TEST_SUITE_P(AttributeReference,
                         AllowedText,
                         ::testing::ValuesIn(ALLOWED_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(AttributeReference, BoundsAreThoseThatAreEnforced)
{
    const auto lease = FindAttribute("HostDhcpServer::LeaseTime").checker;
    EXPECT_TRUE(lease->Check(TimeValue(Seconds(4294967295))));
    EXPECT_FALSE(lease->Check(TimeValue(Seconds(4294967295) + NanoSeconds(1))));
    EXPECT_TRUE(lease->Check(TimeValue(Seconds(4))));
    EXPECT_FALSE(lease->Check(TimeValue(Seconds(4) - NanoSeconds(1))));

    const auto attempts = FindAttribute("TrafficGenerator::ConnectAttempts").checker;
    EXPECT_TRUE(attempts->Check(UintegerValue(16)));
    EXPECT_FALSE(attempts->Check(UintegerValue(17)));
    EXPECT_FALSE(attempts->Check(UintegerValue(0)));

    const auto rate = FindAttribute("SynFlood::Rate").checker;
    EXPECT_TRUE(rate->Check(DoubleValue(1e9)));
    EXPECT_FALSE(rate->Check(DoubleValue(1.1e9)));
}

TEST(ProfileReference, HasEverySettingAndProfile)
{
    const auto text = GetProfileReference();
    for (const auto& setting : GetProfileSettings())
    {
        EXPECT_NE(text.find("\n``" + setting.name + "`` "), std::string::npos) << setting.name;
    }
    for (const auto& name : GetProfileNames())
    {
        EXPECT_NE(text.find(" " + name), std::string::npos) << name;
    }
    EXPECT_NE(text.find("``ananta`` is ``2018`` but for"), std::string::npos);
    EXPECT_NE(text.find("``legacy-on-demand`` is ``2017`` but for"), std::string::npos);
}

TEST(DropReasonReference, HasEveryReason)
{
    const auto text = GetDropReasonReference();
    for (const auto& row : DROP_REASONS)
    {
        EXPECT_NE(text.find("\n``" + std::string(row.name) + "`` "), std::string::npos) << row.name;
    }
}

} // namespace

} // namespace ns3::azure
