// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-hold-time.h"
#include "ns3/azure-random-variable-factory.h"
#include "ns3/azure-random-variable-text.h"

#include <cmath>
#include <gtest/gtest.h>
#include <string>

namespace ns3::azure
{

namespace
{

TEST(CreateRandomVariable, MakesWhatTheTextSays)
{
    const auto variable =
        CreateRandomVariable("hold", "ns3::UniformRandomVariable[Min=3|Max=3.5|Antithetic=true]");

    ASSERT_TRUE(variable) << variable.GetError();
    EXPECT_TRUE((*variable)->IsAntithetic());
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

TEST(CreateRandomVariable, DrawsFromWhatIsHardestToDraw)
{
    // Bounds that refuse the most draws, and parameters at the end of their range.
    for (const auto* text : {"ns3::ExponentialRandomVariable[Mean=2|Bound=2]",
                             "ns3::ParetoRandomVariable[Shape=0.01|Bound=2]",
                             "ns3::WeibullRandomVariable[Scale=2|Shape=1e-300|Bound=2]",
                             "ns3::NormalRandomVariable[Mean=1|Variance=0|Bound=0]",
                             "ns3::NormalRandomVariable[Mean=1|Variance=4|Bound=2]",
                             "ns3::LogNormalRandomVariable[Mu=1e308|Sigma=1e308]",
                             "ns3::GammaRandomVariable[Alpha=1e-300|Beta=1e-300]",
                             "ns3::GammaRandomVariable[Alpha=1e300|Beta=1e300]",
                             "ns3::ErlangRandomVariable[K=1000|Lambda=2]",
                             "ns3::TriangularRandomVariable[Min=1|Max=4|Mean=2]",
                             "ns3::ZipfRandomVariable[N=10000|Alpha=0.9]",
                             "ns3::ZetaRandomVariable[Alpha=1.000001]",
                             "ns3::ZetaRandomVariable[Alpha=100]"})
    {
        const auto variable = CreateRandomVariable("hold", text);
        ASSERT_TRUE(variable) << variable.GetError();
        (*variable)->SetStream(1);
        for (int i = 0; i < 100; ++i)
        {
            EXPECT_FALSE(std::isnan((*variable)->GetValue())) << text;
        }
    }
}

TEST(CreateRandomVariable, RefusesWhatTheParserRefuses)
{
    const std::string text = "ns3::DeterministicRandomVariable";

    const auto variable = CreateRandomVariable("hold", text);

    ASSERT_FALSE(variable);
    EXPECT_EQ(variable.GetError(), ParseRandomVariableText("hold", text).GetError());
}

} // namespace

} // namespace ns3::azure
