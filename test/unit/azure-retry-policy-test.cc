// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-retry-policy.h"

#include <gtest/gtest.h>
#include <ostream>

namespace ns3::azure
{

namespace
{

TEST(RetryPolicy, NoneIsOneAttempt)
{
    const auto policy = ParseRetryPolicy("retry", "none");

    ASSERT_TRUE(policy);
    EXPECT_EQ(policy->maxAttempts, 1U);
    EXPECT_FALSE(GetRetryPause(*policy, 1, 0.5));
}

TEST(RetryPolicy, FixedPausesAreTheInterval)
{
    const auto policy = ParseRetryPolicy("retry", "fixed:3:1500ms");

    ASSERT_TRUE(policy);
    EXPECT_EQ(GetRetryPause(*policy, 1, 0), MilliSeconds(1500));
    EXPECT_EQ(GetRetryPause(*policy, 2, 0.9), MilliSeconds(1500));
    EXPECT_FALSE(GetRetryPause(*policy, 3, 0)) << "three attempts in all";
}

/// One row: a pause of exponential:20:2s.
struct PauseCase
{
    const char* name;        // test name
    uint32_t failedAttempts; // attempts failed so far
    double u;                // random number
    double seconds;          // expected pause
};

void
PrintTo(const PauseCase& c, std::ostream* os)
{
    *os << c.failedAttempts << " failed, u = " << c.u;
}

// 2 s * 2^(failed - 1), at most 3,600 s, times 0.5 + u.
// clang-format off
constexpr PauseCase PAUSE_CASES[] = {
    // name          failed  u     seconds
    {"FirstLow",     1,      0.0,     1.0},
    {"FirstMean",    1,      0.5,     2.0},
    {"FirstHigh",    1,      0.75,    2.5},
    {"Second",       2,      0.5,     4.0},
    {"Tenth",        10,     0.5,  1024.0},
    {"BelowTheCap",  11,     0.5,  2048.0},
    {"Capped",       12,     0.5,  3600.0},
    {"CappedLow",    19,     0.0,  1800.0},
};
// clang-format on

class ExponentialPause : public ::testing::TestWithParam<PauseCase>
{
};

TEST_P(ExponentialPause, DoublesUpToAnHourAndJitters)
{
    const auto policy = ParseRetryPolicy("retry", "exponential:20:2s");
    ASSERT_TRUE(policy);

    const auto pause = GetRetryPause(*policy, GetParam().failedAttempts, GetParam().u);

    ASSERT_TRUE(pause);
    EXPECT_EQ(pause->GetSeconds(), GetParam().seconds);
}

INSTANTIATE_TEST_SUITE_P(RetryPolicy,
                         ExponentialPause,
                         ::testing::ValuesIn(PAUSE_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(RetryPolicy, ManyAttemptsDoNotOverflow)
{
    const RetryPolicy policy{RetryBackoff::Exponential, 4294967295U, Seconds(1)};

    EXPECT_EQ(GetRetryPause(policy, 4294967294U, 0.5), Seconds(3600));
}

TEST(RetryPolicy, ValidateNamesWhatIsWrong)
{
    EXPECT_FALSE(Validate(RetryPolicy{}));
    EXPECT_EQ(Validate({RetryBackoff::Fixed, 0, Seconds(1)}),
              "MaxAttempts: '0' is not allowed; give at least 1");
    EXPECT_EQ(Validate({RetryBackoff::Fixed, 2, Seconds(0)}),
              "RetryInterval: '0.000000s' is not allowed; give a time > 0s, at most 1h");
    EXPECT_TRUE(Validate({RetryBackoff::Fixed, 2, Seconds(3601)}));
}

TEST(RetryPolicy, BadTextIsRefusedWithTheSyntax)
{
    for (const std::string text : {"",
                                   "fixed",
                                   "fixed:3",
                                   "fixed:3:1s:2",
                                   "fixed:0:1s",
                                   "fixed:-1:1s",
                                   "fixed:x:1s",
                                   "fixed:3:soon",
                                   "fixed:3:0s",
                                   "fixed:3:-1s",
                                   "fixed:3:2h",
                                   "linear:3:1s",
                                   "None"})
    {
        const auto policy = ParseRetryPolicy("retry", text);

        ASSERT_FALSE(policy) << text;
        EXPECT_EQ(policy.GetError(),
                  "retry: '" + text +
                      "' is not allowed; give none, fixed:ATTEMPTS:INTERVAL or "
                      "exponential:ATTEMPTS:INTERVAL (fixed:3:1s) with ATTEMPTS >= 1 and "
                      "INTERVAL > 0s, at most 1h");
    }
}

} // namespace

} // namespace ns3::azure
