// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/abort.h"
#include "ns3/config.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <iostream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

/**
 * @file
 * @brief The module's GoogleTest cases as a suite of ns-3's own test runner.
 *
 * Inside an ns-3 tree, "./test.py -s azure-net" runs the same cases that ctest runs stand-alone:
 * each case of GoogleTest is one case of the suite, and each of its failures is reported with its
 * own file and line.  As under ctest, each case has a process of its own, so that none sees what
 * another left behind, and one that crashes takes no other with it.
 *
 * GTEST_FILTER in the environment selects cases.  With --assert-on-failure the cases run in the
 * runner's own process and stop where they fail, for a debugger.
 */

using namespace ns3;

namespace
{

/// Exit status of a case's process; it is not 0, or a case that ends the program would pass.
constexpr int PASSED = 10;
constexpr int FAILED = 11; //!< likewise: what failed is in the pipe

/// Writes each failure as three texts that end with a zero: file, line, message.
class FailureWriter : public ::testing::EmptyTestEventListener
{
  public:
    /// @param pipe where to write to
    explicit FailureWriter(int pipe)
        : m_pipe(pipe)
    {
    }

  private:
    void OnTestPartResult(const ::testing::TestPartResult& part) override
    {
        if (part.failed())
        {
            WriteText(part.file_name() ? part.file_name() : "unknown file");
            WriteText(std::to_string(part.line_number()));
            WriteText(part.message());
        }
    }

    /// Writes all of the text, and the zero.
    void WriteText(const std::string& text)
    {
        const char* next = text.c_str();
        const char* const end = next + text.size() + 1;
        while (next != end)
        {
            const auto written = write(m_pipe, next, end - next);
            NS_ABORT_MSG_IF(written <= 0, "cannot report a failure: " << std::strerror(errno));
            next += written;
        }
    }

    int m_pipe; //!< where to write to
};

/// @return all that comes through the pipe until its other end is closed
std::string
ReadAll(int pipe)
{
    std::string text;
    char buffer[4096];
    for (auto size = read(pipe, buffer, sizeof(buffer)); size != 0;
         size = read(pipe, buffer, sizeof(buffer)))
    {
        NS_ABORT_MSG_IF(size < 0 && errno != EINTR, "cannot read: " << std::strerror(errno));
        text.append(buffer, std::max<ssize_t>(size, 0));
    }
    return text;
}

/// What a case expected in vain, and where.
struct Failure
{
    std::string file;    //!< as the compiler was given it
    int32_t line;        //!< in the file
    std::string message; //!< GoogleTest's
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

    /// Reports what failed, unless that was done: it ends the suite, if it is done before the last
    /// case.
    void ReportFailures()
    {
        for (const auto& [file, line, message] : m_failures)
        {
            ReportTestFailure(m_filter, "failure", "none", message, file, line);
        }
        m_failures.clear();
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
        if (MustAssertOnFailure())
        {
            ::testing::GTEST_FLAG(break_on_failure) = true;
            NS_TEST_EXPECT_MSG_EQ(RunHere(), PASSED, m_filter);
            return;
        }
        int ends[2];
        NS_ABORT_MSG_IF(pipe(ends) != 0, "cannot make a pipe: " << std::strerror(errno));
        // What waits to be written would be written twice.
        std::cout.flush();
        std::fflush(nullptr);
        const auto process = fork();
        NS_ABORT_MSG_IF(process < 0, "cannot make a process: " << std::strerror(errno));
        if (process == 0)
        {
            close(ends[0]);
            ::testing::UnitTest::GetInstance()->listeners().Append(new FailureWriter(ends[1]));
            const auto status = RunHere();
            std::cout.flush();
            std::fflush(nullptr);
            _exit(status);
        }
        close(ends[1]);
        AddFailures(ReadAll(ends[0]));
        close(ends[0]);
        int status = 0;
        NS_ABORT_MSG_IF(waitpid(process, &status, 0) != process,
                        "cannot wait for a process: " << std::strerror(errno));
        AddEnd(status);
        if (!MustContinueOnFailure())
        {
            ReportFailures();
        }
    }

    /// @return PASSED if the case ran in this process and nothing failed, or else FAILED
    int RunHere() const
    {
        ::testing::GTEST_FLAG(filter) = m_filter;
        const auto status = RUN_ALL_TESTS();
        const auto count = ::testing::UnitTest::GetInstance()->test_to_run_count();
        return status == 0 && count == 1 ? PASSED : FAILED;
    }

    /// @param texts what a FailureWriter wrote
    void AddFailures(const std::string& texts)
    {
        for (std::size_t begin = 0; begin < texts.size();)
        {
            // A process that dies while it writes leaves the rest empty.
            const std::string file = texts.c_str() + begin;
            begin = std::min(begin + file.size() + 1, texts.size());
            const std::string line = texts.c_str() + begin;
            begin = std::min(begin + line.size() + 1, texts.size());
            const std::string message = texts.c_str() + begin;
            begin = std::min(begin + message.size() + 1, texts.size());
            m_failures.push_back({file, std::atoi(line.c_str()), message});
        }
    }

    /// Adds the end of the case's process, unless it is that of a case that passed.
    /// @param status of the process, as waitpid() tells it
    void AddEnd(int status)
    {
        std::string end;
        if (WIFSIGNALED(status))
        {
            end = std::string("ended by signal: ") + strsignal(WTERMSIG(status));
        }
        else if (WEXITSTATUS(status) == FAILED && m_failures.empty())
        {
            end = "not run by GoogleTest";
        }
        else if (WEXITSTATUS(status) != FAILED && WEXITSTATUS(status) != PASSED)
        {
            end = "ended the program, status " + std::to_string(WEXITSTATUS(status));
        }
        if (!end.empty())
        {
            m_failures.push_back({__FILE__, __LINE__, end});
        }
    }

    // After a case that ran in this process.
    void DoTeardown() override
    {
        Simulator::Destroy();
        Config::Reset();
        RngSeedManager::SetSeed(1);
        RngSeedManager::SetRun(1);
    }

    std::string m_filter;            //!< selects this case and no other
    std::vector<Failure> m_failures; //!< not reported yet, in the order in which they came
};

/// All cases of GoogleTest that are linked into the program, or those that GTEST_FILTER selects.
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

        // Runs nothing, but marks the cases that the filter selects.
        ::testing::GTEST_FLAG(repeat) = 0;
        m_filter = ::testing::GTEST_FLAG(filter);
        NS_ABORT_IF(RUN_ALL_TESTS() != 0);
        ::testing::GTEST_FLAG(repeat) = 1;

        for (int i = 0; i < program->total_test_suite_count(); ++i)
        {
            const auto* suite = program->GetTestSuite(i);
            for (int j = 0; j < suite->total_test_count(); ++j)
            {
                const auto* test = suite->GetTestInfo(j);
                if (test->should_run())
                {
                    const auto name = std::string(suite->name()) + "." + test->name();
                    m_cases.push_back(new GoogleTestCase(name));
                    AddTestCase(m_cases.back());
                }
            }
        }
    }

    // After the last case.
    void DoRun() override
    {
        for (auto* testCase : m_cases)
        {
            testCase->ReportFailures();
        }
        NS_TEST_EXPECT_MSG_EQ(m_cases.empty(),
                              false,
                              "no case is selected by GTEST_FILTER=" << m_filter);
    }

    std::string m_filter;                 //!< GoogleTest's pattern of cases to run
    std::vector<GoogleTestCase*> m_cases; //!< those selected; the suite owns them
};

/// Registers the suite with ns-3.  It is never destroyed, since a case's process may end by exit()
/// while the suite runs, which the destructor of a test takes for a mistake.
// NOLINTNEXTLINE(readability-identifier-naming): as ns-3 names its suites
TestSuite* const g_azureNetTestSuite = new AzureNetTestSuite;

} // namespace
