// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-benchmark-measure.h"
#include "azure-benchmark-options.h"
#include "azure-benchmark-report.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <unistd.h>
#include <vector>

using namespace ns3;
using namespace ns3::azure;

namespace
{

TEST(BenchmarkMeasure, ExponentOfAPowerIsFound)
{
    const std::vector<double> sizes{1e3, 1e4, 1e5, 1e6};
    for (const double exponent : {0.0, 0.5, 1.0, 2.7})
    {
        std::vector<double> values;
        for (const double size : sizes)
        {
            values.push_back(3 * std::pow(size, exponent));
        }
        EXPECT_NEAR(FitExponent(sizes, values), exponent, 1e-9);
    }
}

TEST(BenchmarkMeasure, ExponentIsThatOfLeastSquares)
{
    // Logarithms (0, 0), (1, 2), (2, 1) to the base 10: slope (0 * -1 + 2 * 0 + 1 * 1) / 2.
    EXPECT_NEAR(FitExponent({1, 10, 100}, {1, 100, 10}), 0.5, 1e-9);
}

TEST(BenchmarkMeasure, MedianIsTheMiddleOne)
{
    EXPECT_EQ(GetMedian({9, 1, 5}), 5);
    EXPECT_EQ(GetMedian({9, 1, 5, 7}), 5);
}

TEST(BenchmarkMeasure, ChildHasMemoryOfItsOwn)
{
    constexpr std::size_t SIZE = 64 << 20;
    /// What the child saw.
    struct Answer
    {
        pid_t process;
        double more;
    };
    const double before = ForgetPeakMemory();
    const auto answer = RunInChild([] {
        const double start = ForgetPeakMemory();
        const std::vector<char> bytes(SIZE, 1);
        return Answer{getpid(), bytes.back() * (GetPeakMemory() - start)};
    });
    EXPECT_NE(answer.process, getpid());
    EXPECT_GE(answer.more, 0.9 * SIZE);
    EXPECT_LT(GetPeakMemory() - before, 0.5 * SIZE);
}

TEST(BenchmarkMeasure, PeakOutlivesTheMemoryUntilItIsForgotten)
{
    constexpr std::size_t SIZE = 64 << 20;
    const double before = ForgetPeakMemory();
    {
        const std::vector<char> bytes(SIZE, 1);
        EXPECT_EQ(bytes.back(), 1);
    }
    EXPECT_GE(GetPeakMemory() - before, 0.9 * SIZE);
    ForgetPeakMemory();
    EXPECT_LT(GetPeakMemory() - before, 0.5 * SIZE);
}

TEST(BenchmarkMeasure, FailureOfAChildEndsTheProgram)
{
    const auto fail = [] { RunInChild([]() -> int { _exit(1); }); };
    EXPECT_DEATH(fail(), "a process failed");
}

/// A goal, a figure, and whether it is met.
struct GoalCase
{
    const char* name;
    BenchmarkGoal goal;
    double figure;
    bool isMet;
};

class BenchmarkGoals : public ::testing::TestWithParam<GoalCase>
{
};

TEST_P(BenchmarkGoals, IsMetUpToItsLimit)
{
    EXPECT_EQ(GetParam().goal.IsMet(GetParam().figure), GetParam().isMet);
}

constexpr double NOT_A_NUMBER = std::numeric_limits<double>::quiet_NaN();

// clang-format off
INSTANTIATE_TEST_SUITE_P(BenchmarkGoal, BenchmarkGoals, ::testing::Values(
    GoalCase{"AtMostBelow",   AtMost(0.5),   0.49,         true},
    GoalCase{"AtMostEqual",   AtMost(0.5),   0.5,          true},
    GoalCase{"AtMostAbove",   AtMost(0.5),   0.51,         false},
    GoalCase{"AtMostNothing", AtMost(0.5),   NOT_A_NUMBER, false},
    GoalCase{"AtLeastBelow",  AtLeast(1000), 999,          false},
    GoalCase{"AtLeastEqual",  AtLeast(1000), 1000,         true},
    GoalCase{"AtLeastAbove",  AtLeast(1000), 1001,         true},
    GoalCase{"AtLeastNothing", AtLeast(1000), NOT_A_NUMBER, false}),
    [](const auto& row) { return row.param.name; });
// clang-format on

/// @return repetitions, and an own number, that a command line leads to; nothing if it is refused
std::vector<uint32_t>
Parse(std::vector<std::string> arguments)
{
    BenchmarkOptions options;
    uint32_t flows = 0;
    OptionList list("azure-some-cost.cc", "Measures something.");
    options.AddTo(list, {15, 3});
    options.AddUnsigned(list, "flows", "flows", {1000, 10}, {1, 2000}, flows);
    arguments.insert(arguments.begin(), "azure-some-cost");
    std::vector<char*> pointers;
    for (auto& argument : arguments)
    {
        pointers.push_back(argument.data());
    }
    const auto error = list.Parse(static_cast<int>(pointers.size()), pointers.data());
    return error ? std::vector<uint32_t>{} : std::vector<uint32_t>{options.repetitions, flows};
}

TEST(BenchmarkOptions, QuickIsForWhatIsNotGiven)
{
    using Numbers = std::vector<uint32_t>;
    EXPECT_EQ(Parse({}), (Numbers{15, 1000}));
    EXPECT_EQ(Parse({"--quick"}), (Numbers{3, 10}));
    EXPECT_EQ(Parse({"--flows=7", "--quick"}), (Numbers{3, 7}));
    EXPECT_EQ(Parse({"--repetitions=8"}), (Numbers{8, 1000}));
    EXPECT_EQ(Parse({"--quick=false", "--flows=auto"}), (Numbers{15, 1000}));
    EXPECT_EQ(Parse({"--flows=2001"}), Numbers{});
    EXPECT_EQ(Parse({"--flows=-1"}), Numbers{});
    EXPECT_EQ(Parse({"--repetitions=0"}), Numbers{});
}

} // namespace
