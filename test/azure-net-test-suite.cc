// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/config.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>

/**
 * @file
 * @brief The module's GoogleTest cases as a suite of ns-3's own test runner.
 *
 * Inside an ns-3 tree, "./test.py -s azure-net" runs the same cases that ctest runs stand-alone:
 * each case of GoogleTest is one case of the suite, and each of its failures is reported.
 */

using namespace ns3;

namespace
{

/// Collects what fails in a GoogleTest run.
class FailureCollector : public ::testing::EmptyTestEventListener
{
  public:
    /// @return the failures so far, one paragraph each; empty if there are none
    const std::string& GetFailures() const
    {
        return m_failures;
    }

  private:
    void OnTestPartResult(const ::testing::TestPartResult& part) override
    {
        if (part.failed())
        {
            const auto* file = part.file_name() ? part.file_name() : "unknown file";
            m_failures += std::string(file) + ":" + std::to_string(part.line_number()) + ": " +
                          part.message() + "\n";
        }
    }

    std::string m_failures; //!< the failures so far
};

/// One case of GoogleTest.
class GoogleTestCase : public TestCase
{
  public:
    /// @param name full name of the case, as GoogleTest's filter knows it
    explicit GoogleTestCase(const std::string& name)
        : TestCase(WithoutSlashes(name)),
          m_filter(name)
    {
    }

  private:
    /// @return the name as ns-3 allows it: it makes folders of names
    static std::string WithoutSlashes(std::string name)
    {
        std::replace(name.begin(), name.end(), '/', ':');
        return name;
    }

    void DoRun() override
    {
        auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
        FailureCollector collector;
        listeners.Append(&collector);
        ::testing::GTEST_FLAG(filter) = m_filter;
        const auto status = RUN_ALL_TESTS();
        listeners.Release(&collector);

        NS_TEST_EXPECT_MSG_EQ(collector.GetFailures(), "", "GoogleTest case " << m_filter);
        NS_TEST_EXPECT_MSG_EQ(status, 0, "GoogleTest case " << m_filter);
    }

    void DoTeardown() override
    {
        Simulator::Destroy();
        Config::Reset();
    }

    std::string m_filter; //!< selects this case and no other
};

/// All cases of GoogleTest that are linked into the program.
class AzureNetTestSuite : public TestSuite
{
  public:
    AzureNetTestSuite()
        : TestSuite("azure-net", TestSuite::Type::UNIT)
    {
    }

  private:
    // GoogleTest knows its cases only when all static objects are made: not in the constructor.
    void DoSetup() override
    {
        ::testing::InitGoogleTest();
        const auto* program = ::testing::UnitTest::GetInstance();
        auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
        delete listeners.Release(listeners.default_result_printer());
        for (int i = 0; i < program->total_test_suite_count(); ++i)
        {
            const auto* suite = program->GetTestSuite(i);
            for (int j = 0; j < suite->total_test_count(); ++j)
            {
                const std::string test = suite->GetTestInfo(j)->name();
                AddTestCase(new GoogleTestCase(suite->name() + ("." + test)));
            }
        }
    }
};

AzureNetTestSuite g_azureNetTestSuite; //!< registers the suite with ns-3

} // namespace
