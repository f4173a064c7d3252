// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-hold-time.h"
#include "ns3/azure-random-variable-text.h"

#include <gtest/gtest.h>
#include <ostream>

namespace ns3::azure
{

namespace
{

/// One row: a text, and the random variable it means.
struct ReadCase
{
    const char* name;     // test name
    const char* text;     // the hold time
    const char* variable; // the random variable, in seconds; null: to the end of the run
};

void
PrintTo(const ReadCase& c, std::ostream* os)
{
    *os << c.text;
}

// Pareto: scale = mean * (shape - 1) / shape = 2 * 0.5 / 1.5 = 0.666666667, 3 * 2 / 3 = 2.
// clang-format off
constexpr ReadCase READ_CASES[] = {
    // name            text                   variable
    {"None",           "none",                nullptr},
    {"Seconds",        "2s",                  "ns3::ConstantRandomVariable[Constant=2.000000000]"},
    {"BareSeconds",    "2",                   "ns3::ConstantRandomVariable[Constant=2.000000000]"},
    {"Milliseconds",   "1500ms",              "ns3::ConstantRandomVariable[Constant=1.500000000]"},
    {"Nanosecond",     "1ns",                 "ns3::ConstantRandomVariable[Constant=0.000000001]"},
    {"Minutes",        "4min",                "ns3::ConstantRandomVariable[Constant=240.000000000]"},
    {"Zero",           "0s",                  "ns3::ConstantRandomVariable[Constant=0.000000000]"},
    {"Exponential",    "exponential:2s",      "ns3::ExponentialRandomVariable[Mean=2.000000000]"},
    {"Pareto",         "pareto:2s:1.5",       "ns3::ParetoRandomVariable[Scale=0.666666667|Shape=1.5]"},
    {"ParetoWhole",    "pareto:3s:3",         "ns3::ParetoRandomVariable[Scale=2.000000000|Shape=3]"},
    {"ParetoTiny",     "pareto:1ns:1.5",      "ns3::ParetoRandomVariable[Scale=0.000000001|Shape=1.5]"},
    {"SpelledOut",     "ns3::UniformRandomVariable[Min=1|Max=2]", "ns3::UniformRandomVariable[Min=1|Max=2]"},
    {"ByDefault",      "ns3::UniformRandomVariable",              "ns3::UniformRandomVariable"},
};
// clang-format on

class ReadHoldTime : public ::testing::TestWithParam<ReadCase>
{
};

TEST_P(ReadHoldTime, MeansARandomVariableOfSeconds)
{
    const auto& c = GetParam();

    const auto hold = ParseHoldTime("hold", c.text);

    ASSERT_TRUE(hold) << hold.GetError();
    EXPECT_EQ(hold.GetError(), "");
    ASSERT_EQ(hold->randomVariable.has_value(), c.variable != nullptr);
    if (c.variable)
    {
        EXPECT_EQ(*hold->randomVariable, c.variable);
    }
}

INSTANTIATE_TEST_SUITE_P(HoldTime,
                         ReadHoldTime,
                         ::testing::ValuesIn(READ_CASES),
                         [](const auto& row) { return row.param.name; });

/// One row: a text that is no hold time.
struct RefusedCase
{
    const char* name; // test name
    const char* text; // the text
};

void
PrintTo(const RefusedCase& c, std::ostream* os)
{
    *os << c.text;
}

// clang-format off
constexpr RefusedCase REFUSED_CASES[] = {
    {"Empty",            ""},
    {"Negative",         "-1s"},
    {"Word",             "long"},
    {"Upper",            "None"},
    {"UnknownUnit",      "2weeks"},
    {"NotFinite",        "inf"},
    {"NotANumber",       "nan"},
    {"BeyondTime",       "1e30s"},
    {"NoMean",           "exponential:"},
    {"ZeroMean",         "exponential:0s"},
    {"NegativeMean",     "exponential:-2s"},
    {"TooManyFields",    "exponential:2s:3"},
    {"NoShape",          "pareto:2s"},
    {"ShapeWithoutMean", "pareto:2s:1"},
    {"ShapeWord",        "pareto:2s:steep"},
    {"ZeroMeanPareto",   "pareto:0s:2"},
    {"UnknownLaw",       "normal:2s"},
    {"TimeOfLaw",        "2s:exponential"},
};
// clang-format on

class RefuseHoldTime : public ::testing::TestWithParam<RefusedCase>
{
};

TEST_P(RefuseHoldTime, NamesFieldValueAndWhatIsAllowed)
{
    const std::string text = GetParam().text;

    const auto hold = ParseHoldTime("hold", text);

    ASSERT_FALSE(hold);
    EXPECT_EQ(hold.GetError(),
              "hold: '" + text +
                  "' is not allowed; give a time >= 0s (2s, 500ms), exponential:MEAN, "
                  "pareto:MEAN:SHAPE with MEAN > 0s and SHAPE > 1, an ns-3 random variable in "
                  "seconds (ns3::UniformRandomVariable[Min=1|Max=2]), or none for the end of the "
                  "run");
}

INSTANTIATE_TEST_SUITE_P(HoldTime,
                         RefuseHoldTime,
                         ::testing::ValuesIn(REFUSED_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(HoldTime, SpelledOutIsRefusedForTheReasonOfTheRandomVariable)
{
    for (const auto* text : {"ns3::Node", "ns3::ExponentialRandomVariable[Mean=-1]"})
    {
        const auto hold = ParseHoldTime("hold", text);
        ASSERT_FALSE(hold);
        EXPECT_EQ(hold.GetError(), ParseRandomVariableText("hold", text).GetError());
    }
}

} // namespace

} // namespace ns3::azure
