// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-random-variable-text.h"

#include <gtest/gtest.h>
#include <ostream>

namespace ns3::azure
{

namespace
{

TEST(RandomVariableText, IsTakenApart)
{
    const auto parts = ParseRandomVariableText("ns3::UniformRandomVariable[Min=-1e-3|Max=2]");

    ASSERT_TRUE(parts);
    EXPECT_EQ(parts->typeName, "ns3::UniformRandomVariable");
    ASSERT_EQ(parts->attributes.size(), 2U);
    EXPECT_EQ(parts->attributes[0].first, "Min");
    EXPECT_EQ(parts->attributes[0].second, "-1e-3");
    EXPECT_EQ(parts->attributes[1].first, "Max");
    EXPECT_EQ(parts->attributes[1].second, "2");
}

TEST(RandomVariableText, MayHaveNoAttributes)
{
    const auto parts = ParseRandomVariableText("ns3::NormalRandomVariable");

    ASSERT_TRUE(parts);
    EXPECT_EQ(parts->typeName, "ns3::NormalRandomVariable");
    EXPECT_TRUE(parts->attributes.empty());
}

TEST(RandomVariableText, MayHaveTrueAndFalse)
{
    EXPECT_TRUE(ParseRandomVariableText("ns3::UniformRandomVariable[Antithetic=true]"));
    EXPECT_TRUE(ParseRandomVariableText("ns3::UniformRandomVariable[Antithetic=false]"));
}

/// One row: a text with another form.
struct OtherForm
{
    const char* name; // test name
    const char* text; // the text
};

void
PrintTo(const OtherForm& c, std::ostream* os)
{
    *os << c.text;
}

// clang-format off
constexpr OtherForm OTHER_FORMS[] = {
    {"Empty",         ""},
    {"NoNamespace",   "UniformRandomVariable[Min=1]"},
    {"OtherType",     "ns3::Node[Min=1]"},
    {"OnlySuffix",    "ns3::RandomVariable"},
    {"Blank",         "ns3::Uniform RandomVariable"},
    {"EmptyBrackets", "ns3::UniformRandomVariable[]"},
    {"NoClosing",     "ns3::UniformRandomVariable[Min=1"},
    {"AfterClosing",  "ns3::UniformRandomVariable[Min=1]s"},
    {"NoOpening",     "ns3::UniformRandomVariableMin=1]"},
    {"NoValue",       "ns3::UniformRandomVariable[Min]"},
    {"EmptyValue",    "ns3::UniformRandomVariable[Min=]"},
    {"EmptyName",     "ns3::UniformRandomVariable[=1]"},
    {"WordValue",     "ns3::UniformRandomVariable[Min=low]"},
    {"TailOfNumber",  "ns3::UniformRandomVariable[Min=1abc]"},
    {"EmptyPair",     "ns3::UniformRandomVariable[Min=1||Max=2]"},
    {"LastBar",       "ns3::UniformRandomVariable[Min=1|]"},
    {"Nested",        "ns3::SequentialRandomVariable[Increment=ns3::ConstantRandomVariable]"},
};
// clang-format on

class OtherForms : public ::testing::TestWithParam<OtherForm>
{
};

TEST_P(OtherForms, AreNotRead)
{
    EXPECT_FALSE(ParseRandomVariableText(GetParam().text));
}

INSTANTIATE_TEST_SUITE_P(RandomVariableText,
                         OtherForms,
                         ::testing::ValuesIn(OTHER_FORMS),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
