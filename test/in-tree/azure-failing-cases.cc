// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/fatal-error.h"
#include "ns3/test.h"

#include <cstdlib>
#include <gtest/gtest.h>

/**
 * @file
 * @brief Cases that fail in all ways there are, for test/azure-net-test-suite.cc in ns-3's runner.
 *
 * failures.py knows what has to be said about each of them.
 */

TEST(Cases, Pass)
{
    EXPECT_EQ(1 + 1, 2);
}

TEST(Cases, ExpectTwiceInVain)
{
    EXPECT_EQ(1 + 1, 3) << "one & <two>";
    EXPECT_LT(2, 1);
}

TEST(Cases, Crash)
{
    EXPECT_TRUE(false);
    std::abort();
}

TEST(Cases, EndTheProgram)
{
    std::exit(0);
}

TEST(Cases, EndBySimulatorError)
{
    NS_FATAL_ERROR("no");
}

TEST(Cases, Throw)
{
    throw 1;
}

TEST(Cases, DISABLED_AreNotRun)
{
    FAIL();
}

class NumberCase : public ::testing::TestWithParam<int>
{
};

TEST_P(NumberCase, IsSmall)
{
    EXPECT_LT(GetParam(), 2);
}

INSTANTIATE_TEST_SUITE_P(Numbers, NumberCase, ::testing::Values(1, 2));

TEST(LastCase, ExpectsDeath)
{
    EXPECT_DEATH(std::abort(), "");
}

int
main(int argc, char* argv[])
{
    return ns3::TestRunner::Run(argc, argv);
}
