// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-hold-time.h"
#include "ns3/azure-random-variable-factory.h"

#include <gtest/gtest.h>

namespace ns3::azure
{

namespace
{

TEST(CreateRandomVariable, MakesWhatTheTextSays)
{
    const auto variable =
        CreateRandomVariable("hold", "ns3::UniformRandomVariable[Min=3|Max=3.5|Stream=7]");

    ASSERT_TRUE(variable) << variable.GetError();
    EXPECT_EQ((*variable)->GetStream(), 7);
    for (int i = 0; i < 100; ++i)
    {
        const double value = (*variable)->GetValue();
        EXPECT_GE(value, 3);
        EXPECT_LT(value, 3.5);
    }
}

TEST(CreateRandomVariable, MakesEveryKindOfHoldTime)
{
    for (const auto* text : {"2s", "exponential:2s", "pareto:2s:3"})
    {
        const auto hold = ParseHoldTime("hold", text);
        ASSERT_TRUE(hold);
        const auto variable = CreateRandomVariable("hold", *hold->randomVariable);
        ASSERT_TRUE(variable) << variable.GetError();
        (*variable)->SetStream(1);
        // A mean of 2 s in all three.  The largest deviation of one value is exponential's, 2 s
        // (Pareto of shape 3: sqrt(4/3) s); 5 deviations of the mean of 40,000 values: 0.05 s.
        double sum = 0;
        for (int i = 0; i < 40000; ++i)
        {
            sum += (*variable)->GetValue();
        }
        EXPECT_NEAR(sum / 40000, 2, 0.05) << text;
    }
}

/// One row: a text that is refused, and with what.
struct RefusedCase
{
    const char* name;    // test name
    const char* text;    // the text
    const char* allowed; // what to give instead
};

void
PrintTo(const RefusedCase& c, std::ostream* os)
{
    *os << c.text;
}

constexpr const char* FORM = "an ns-3 random variable with numbers as attributes "
                             "(ns3::UniformRandomVariable[Min=1|Max=2])";

// clang-format off
constexpr RefusedCase REFUSED_CASES[] = {
    {"Form",         "uniform",                             FORM},
    {"UnknownType",  "ns3::UniversalRandomVariable",        FORM},
    {"AbstractType", "ns3::RandomVariableStream",           FORM},
    {"Attribute",    "ns3::UniformRandomVariable[Mean=1]",
     "attributes that ns3::UniformRandomVariable has, not Mean"},
    {"Value",        "ns3::UniformRandomVariable[Min=true]", "Min as double"},
    {"Truth",        "ns3::UniformRandomVariable[Antithetic=1]", "Antithetic as bool"},
    {"Fraction",     "ns3::ErlangRandomVariable[K=1.5]",         "K as uint32_t"},
    {"FractionOfStream",  "ns3::UniformRandomVariable[Stream=1.5]",   "Stream as int64_t"},
    {"Array",        "ns3::SequentialRandomVariable[Increment=1]", "Increment as"},
};
// clang-format on

class RefusedVariable : public ::testing::TestWithParam<RefusedCase>
{
};

TEST_P(RefusedVariable, SaysWhy)
{
    const auto& c = GetParam();

    const auto variable = CreateRandomVariable("hold", c.text);

    ASSERT_FALSE(variable);
    const std::string start =
        std::string("hold: '") + c.text + "' is not allowed; give " + c.allowed;
    EXPECT_EQ(variable.GetError().substr(0, start.size()), start);
}

INSTANTIATE_TEST_SUITE_P(CreateRandomVariable,
                         RefusedVariable,
                         ::testing::ValuesIn(REFUSED_CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
