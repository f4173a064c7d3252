// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-random-variable-text.h"

#include <gtest/gtest.h>
#include <ostream>
#include <string>

namespace ns3::azure
{

namespace
{

TEST(RandomVariableText, IsTakenApart)
{
    const auto parts =
        ParseRandomVariableText("hold", "ns3::UniformRandomVariable[Min=1e-3|Max=2]");

    ASSERT_TRUE(parts) << parts.GetError();
    EXPECT_EQ(parts->typeName, "ns3::UniformRandomVariable");
    ASSERT_EQ(parts->attributes.size(), 2U);
    EXPECT_EQ(parts->attributes[0].first, "Min");
    EXPECT_EQ(parts->attributes[0].second, "1e-3");
    EXPECT_EQ(parts->attributes[1].first, "Max");
    EXPECT_EQ(parts->attributes[1].second, "2");
}

TEST(RandomVariableText, MayHaveNoAttributes)
{
    const auto parts = ParseRandomVariableText("hold", "ns3::NormalRandomVariable");

    ASSERT_TRUE(parts) << parts.GetError();
    EXPECT_EQ(parts->typeName, "ns3::NormalRandomVariable");
    EXPECT_TRUE(parts->attributes.empty());
}

TEST(RandomVariableText, MayHaveTrueAndFalse)
{
    EXPECT_TRUE(ParseRandomVariableText("hold", "ns3::UniformRandomVariable[Antithetic=true]"));
    EXPECT_TRUE(ParseRandomVariableText("hold", "ns3::UniformRandomVariable[Antithetic=false]"));
}

TEST(RandomVariableText, OfEveryKindMayBeLeftToItsDefaults)
{
    for (const std::string kind : {"Constant",
                                   "Uniform",
                                   "Exponential",
                                   "Pareto",
                                   "Weibull",
                                   "Normal",
                                   "LogNormal",
                                   "Gamma",
                                   "Erlang",
                                   "Triangular",
                                   "Zipf",
                                   "Zeta"})
    {
        const auto parts = ParseRandomVariableText("hold", "ns3::" + kind + "RandomVariable");
        EXPECT_TRUE(parts) << parts.GetError();
    }
}

TEST(RandomVariableText, MayHaveTheLastAllowedValue)
{
    for (const auto* text : {"ns3::ConstantRandomVariable[Constant=0]",
                             "ns3::UniformRandomVariable[Min=5|Max=5]",
                             "ns3::UniformRandomVariable[Max=5|Min=4]",
                             "ns3::ExponentialRandomVariable[Mean=1e-300]",
                             "ns3::ExponentialRandomVariable[Mean=3|Bound=3]",
                             "ns3::ExponentialRandomVariable[Mean=3|Bound=0]",
                             "ns3::ParetoRandomVariable[Shape=0.01]",
                             "ns3::ParetoRandomVariable[Scale=3|Bound=6]",
                             "ns3::WeibullRandomVariable[Scale=3|Bound=3]",
                             "ns3::NormalRandomVariable[Variance=0|Bound=0]",
                             "ns3::NormalRandomVariable[Variance=4|Bound=2]",
                             "ns3::LogNormalRandomVariable[Mu=-3|Sigma=0]",
                             "ns3::ErlangRandomVariable[K=1000]",
                             "ns3::TriangularRandomVariable[Min=0|Max=3|Mean=1]",
                             "ns3::TriangularRandomVariable[Min=0|Max=3|Mean=2]",
                             "ns3::ZipfRandomVariable[N=10000|Alpha=0]",
                             "ns3::ZetaRandomVariable[Alpha=100]"})
    {
        const auto parts = ParseRandomVariableText("hold", text);
        EXPECT_TRUE(parts) << parts.GetError();
    }
}

/// One row: a text that is refused, and with what.
struct Refused
{
    const char* name;    // test name
    const char* text;    // the text
    const char* allowed; // what to give instead
};

void
PrintTo(const Refused& c, std::ostream* os)
{
    *os << c.text;
}

constexpr const char* KIND =
    "an ns-3 random variable (ns3::UniformRandomVariable[Min=1|Max=2]), one of Constant, Uniform, "
    "Exponential, Pareto, Weibull, Normal, LogNormal, Gamma, Erlang, Triangular, Zipf, Zeta";
constexpr const char* BRACKETS =
    "attributes in brackets, as in ns3::UniformRandomVariable[Min=1|Max=2]";
constexpr const char* NAMES = "each attribute once, out of Min, Max, Antithetic";
constexpr const char* MODE = "Min < Max and a mode, 3 * Mean - Min - Max, from Min to Max";

// clang-format off
constexpr Refused REFUSED[] = {
    // Form
    {"Empty",         "",                                    KIND},
    {"NoNamespace",   "UniformRandomVariable[Min=1]",        KIND},
    {"OtherType",     "ns3::Node[Min=1]",                    KIND},
    {"OnlySuffix",    "ns3::RandomVariable",                 KIND},
    {"Base",          "ns3::RandomVariableStream",           KIND},
    {"Blank",         "ns3::Uniform RandomVariable",         KIND},
    {"NoOpening",     "ns3::UniformRandomVariableMin=1]",    KIND},
    {"NoClosing",     "ns3::UniformRandomVariable[Min=1",    BRACKETS},
    {"OnlyOpening",   "ns3::UniformRandomVariable[",         BRACKETS},
    {"AfterClosing",  "ns3::UniformRandomVariable[Min=1]s",  BRACKETS},
    {"EmptyBrackets", "ns3::UniformRandomVariable[]",        NAMES},
    {"EmptyName",     "ns3::UniformRandomVariable[=1]",      NAMES},
    {"EmptyPair",     "ns3::UniformRandomVariable[Min=1||Max=2]", NAMES},
    {"LastBar",       "ns3::UniformRandomVariable[Min=1|]",       NAMES},
    {"Twice",         "ns3::UniformRandomVariable[Min=1|Min=2]",  NAMES},
    {"OtherName",     "ns3::UniformRandomVariable[Mean=1]",       NAMES},
    {"Stream",        "ns3::UniformRandomVariable[Stream=7]",     NAMES},
    {"NoValue",       "ns3::UniformRandomVariable[Min]",          "Min as a number >= 0"},
    {"EmptyValue",    "ns3::UniformRandomVariable[Min=]",         "Min as a number >= 0"},
    {"WordValue",     "ns3::UniformRandomVariable[Min=low]",      "Min as a number >= 0"},
    {"TailOfNumber",  "ns3::UniformRandomVariable[Min=1abc]",     "Min as a number >= 0"},
    {"NotFinite",     "ns3::UniformRandomVariable[Max=inf]",      "Max as a number >= 0"},
    {"NotANumber",    "ns3::UniformRandomVariable[Max=nan]",      "Max as a number >= 0"},
    {"Truth",         "ns3::UniformRandomVariable[Antithetic=1]", "Antithetic as true or false"},
    // Kinds that are not in the table
    {"Deterministic", "ns3::DeterministicRandomVariable",    KIND},
    {"Empirical",     "ns3::EmpiricalRandomVariable",        KIND},
    {"Sequential",    "ns3::SequentialRandomVariable[Min=1|Max=2]", KIND},
    {"Nested",        "ns3::SequentialRandomVariable[Increment=ns3::ConstantRandomVariable]", KIND},
    {"Unknown",       "ns3::UniversalRandomVariable",        KIND},
    // Values
    {"Constant",      "ns3::ConstantRandomVariable[Constant=-1]",  "Constant as a number >= 0"},
    {"UniformMin",    "ns3::UniformRandomVariable[Min=-1]",        "Min as a number >= 0"},
    {"UniformOrder",  "ns3::UniformRandomVariable[Min=5|Max=1]",   "Min <= Max"},
    {"UniformDefault", "ns3::UniformRandomVariable[Min=5]",        "Min <= Max"},
    {"ExponentialMean", "ns3::ExponentialRandomVariable[Mean=-1]", "Mean as a number > 0"},
    {"ExponentialZero", "ns3::ExponentialRandomVariable[Mean=0]",  "Mean as a number > 0"},
    {"ExponentialBound", "ns3::ExponentialRandomVariable[Mean=1|Bound=1e-9]", "Bound >= Mean, or 0 for none"},
    {"ParetoShape",   "ns3::ParetoRandomVariable[Shape=0]",        "Shape as a number >= 0.01"},
    {"ParetoScale",   "ns3::ParetoRandomVariable[Scale=0]",        "Scale as a number > 0"},
    {"ParetoBound",   "ns3::ParetoRandomVariable[Scale=1|Bound=0.5]", "Bound >= 2 * Scale, or 0 for none"},
    {"WeibullShape",  "ns3::WeibullRandomVariable[Shape=0]",       "Shape as a number > 0"},
    {"WeibullScale",  "ns3::WeibullRandomVariable[Scale=-1]",      "Scale as a number > 0"},
    {"WeibullBound",  "ns3::WeibullRandomVariable[Bound=0.5]",     "Bound >= Scale, or 0 for none"},
    {"NormalMean",    "ns3::NormalRandomVariable[Mean=-1]",        "Mean as a number >= 0"},
    {"NormalVariance", "ns3::NormalRandomVariable[Mean=1|Variance=-1]", "Variance as a number >= 0"},
    {"NormalBound",   "ns3::NormalRandomVariable[Variance=4|Bound=1]", "Bound >= the square root of Variance"},
    {"LogNormalSigma", "ns3::LogNormalRandomVariable[Sigma=-1]",   "Sigma as a number >= 0"},
    {"LogNormalMu",   "ns3::LogNormalRandomVariable[Mu=x]",        "Mu as a number"},
    {"GammaAlpha",    "ns3::GammaRandomVariable[Alpha=-1]",        "Alpha as a number > 0"},
    {"GammaBeta",     "ns3::GammaRandomVariable[Beta=-1]",         "Beta as a number > 0"},
    {"ErlangNone",    "ns3::ErlangRandomVariable[K=0]",            "K as a whole number >= 1 and <= 1000"},
    {"ErlangMany",    "ns3::ErlangRandomVariable[K=1001]",         "K as a whole number >= 1 and <= 1000"},
    {"ErlangFraction", "ns3::ErlangRandomVariable[K=1.5]",         "K as a whole number >= 1 and <= 1000"},
    {"ErlangLambda",  "ns3::ErlangRandomVariable[Lambda=0]",       "Lambda as a number > 0"},
    {"TriangularMean", "ns3::TriangularRandomVariable[Min=0|Max=3|Mean=0.5]", MODE},
    {"TriangularOrder", "ns3::TriangularRandomVariable[Min=1|Max=1|Mean=1]",  MODE},
    {"ZipfNone",      "ns3::ZipfRandomVariable[N=0]",              "N as a whole number >= 1 and <= 10000"},
    {"ZipfMany",      "ns3::ZipfRandomVariable[N=10001]",          "N as a whole number >= 1 and <= 10000"},
    {"ZipfAlpha",     "ns3::ZipfRandomVariable[Alpha=-1]",         "Alpha as a number >= 0"},
    {"ZetaAlpha",     "ns3::ZetaRandomVariable[Alpha=1]",          "Alpha as a number > 1 and <= 100"},
};
// clang-format on

class RefusedText : public ::testing::TestWithParam<Refused>
{
};

TEST_P(RefusedText, NamesFieldValueAndWhatIsAllowed)
{
    const auto& c = GetParam();

    const auto parts = ParseRandomVariableText("hold", c.text);

    ASSERT_FALSE(parts);
    EXPECT_EQ(parts.GetError(),
              std::string("hold: '") + c.text + "' is not allowed; give " + c.allowed);
}

INSTANTIATE_TEST_SUITE_P(RandomVariableText,
                         RefusedText,
                         ::testing::ValuesIn(REFUSED),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
