// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-hold-time.h"
#include "ns3/azure-option-list.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// A program with two options.
class OptionListTest : public ::testing::Test
{
  protected:
    OptionListTest()
    {
        m_list.AddUnsigned("vms", "VMs", 3, {1, 1000}, m_vms);
        m_list.AddParsed("hold", "hold time", "none", &ParseHoldTime, m_hold);
    }

    /// @return the error of a command line
    std::optional<std::string> Parse(std::vector<std::string> arguments,
                                     const OptionList::Validator& validate = {})
    {
        arguments.insert(arguments.begin(), "program");
        std::vector<char*> argv;
        for (auto& argument : arguments)
        {
            argv.push_back(argument.data());
        }
        return m_list.Parse(static_cast<int>(argv.size()), argv.data(), validate);
    }

    OptionList m_list{"some/program.cc", "usage"}; //!< what is tested
    uint32_t m_vms{0};                             //!< first option
    HoldTime m_hold;                               //!< second option
};

/// A bad command line, and what is said about it.
struct RefusedOption
{
    const char* name;     // test name
    const char* argument; // the only argument
    const char* error;    // the whole line
};

void
PrintTo(const RefusedOption& row, std::ostream* os)
{
    *os << row.argument;
}

// clang-format off
constexpr RefusedOption REFUSED_OPTIONS[] = {
    {"Zero",         "--vms=0",        "vms: '0' is not allowed; give 1 to 1000"},
    {"TooLarge",     "--vms=1001",     "vms: '1001' is not allowed; give 1 to 1000"},
    {"Negative",     "--vms=-1",       "vms: '-1' is not allowed; give 1 to 1000"},
    {"Trailing",     "--vms=2x",       "vms: '2x' is not allowed; give 1 to 1000"},
    {"Blank",        "--vms=2 3",      "vms: '2 3' is not allowed; give 1 to 1000"},
    {"NoValue",      "--vms",          "vms: '' is not allowed; give 1 to 1000"},
    {"Unknown",      "--nodes=2",      "option: '--nodes=2' is not allowed; give a name that --help lists"},
    {"NoName",       "--=2",           "option: '--=2' is not allowed; give a name that --help lists"},
    {"NoDash",       "vms=2",          "option: 'vms=2' is not allowed; give --NAME=VALUE; --help lists the names"},
    {"Empty",        "",               "option: '' is not allowed; give --NAME=VALUE; --help lists the names"},
    {"Seed0",        "--RngSeed=0",    "RngSeed: '0' is not allowed; give 1 to 4294944442"},
    {"SeedTooLarge", "--RngSeed=4294944443", "RngSeed: '4294944443' is not allowed; give 1 to 4294944442"},
    {"Type",         "--PrintAttributes=x",  "PrintAttributes: 'x' is not allowed; give a name that --PrintTypeIds lists"},
    {"NoAttribute",  "--ns3::TcpSocket::X=1", "option: '--ns3::TcpSocket::X=1' is not allowed; give a name that --help lists"},
};
// clang-format on

class RefusedOptions : public OptionListTest, public ::testing::WithParamInterface<RefusedOption>
{
};

} // namespace

TEST_P(RefusedOptions, GetOneLine)
{
    EXPECT_EQ(Parse({GetParam().argument}), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(OptionList,
                         RefusedOptions,
                         ::testing::ValuesIn(REFUSED_OPTIONS),
                         [](const auto& row) { return row.param.name; });

TEST(OptionListWithoutOptions, RefusesArgumentsWithoutTellingToChooseANameFromHelp)
{
    for (const std::string argument : {"--x=1", "x=1"})
    {
        OptionList list("some/program.cc", "usage");
        std::string program = "program";
        std::string given = argument;
        std::vector<char*> argv{program.data(), given.data()};
        EXPECT_EQ(list.Parse(2, argv.data()),
                  "option: '" + argument +
                      "' is not allowed; give none, as the program has no options of its own");
    }
}

TEST_F(OptionListTest, DefaultsGoThroughTheReaders)
{
    EXPECT_EQ(Parse({}), std::nullopt);
    EXPECT_EQ(m_vms, 3);
    EXPECT_FALSE(m_hold.randomVariable);
}

TEST_F(OptionListTest, GivenValuesReplaceDefaults)
{
    EXPECT_EQ(Parse({"--vms=1000", "-hold=2s", "--RngRun=1"}), std::nullopt);
    EXPECT_EQ(m_vms, 1000);
    EXPECT_TRUE(m_hold.randomVariable);
    const std::vector<std::pair<std::string, std::string>> texts{{"vms", "1000"}, {"hold", "2s"}};
    EXPECT_EQ(m_list.GetTexts(), texts);
}

TEST_F(OptionListTest, TextsAreReadWhole)
{
    std::string file;
    m_list.Add("db", "file", "", [&file](const std::string& text) {
        file = text;
        return std::nullopt;
    });
    EXPECT_EQ(Parse({"--db=two words"}), std::nullopt);
    EXPECT_EQ(file, "two words");
    EXPECT_EQ(Parse({"--db="}), std::nullopt);
    EXPECT_EQ(file, "");
}

TEST_F(OptionListTest, ErrorsOfParsersArePassedOn)
{
    EXPECT_EQ(Parse({"--hold=-1s"}), ParseHoldTime("hold", "-1s").GetError());
}

TEST_F(OptionListTest, ValuesOfNs3AreCheckedByType)
{
    EXPECT_EQ(Parse({"--ns3::TcpSocket::SegmentSize=1x"}).value_or("").find("ns3::TcpSocket::"), 0);
    EXPECT_EQ(Parse({"--ns3::TcpSocket::ConnTimeout=soon"}).value_or("").find("ns3::TcpSock"), 0);
    EXPECT_EQ(Parse({"--RngRun=-1"}).value_or("").find("RngRun: '-1' is not allowed"), 0);
}

TEST_F(OptionListTest, HelpTellsRangeAndDefaultAndEnds)
{
    EXPECT_EXIT(Parse({"--help"}), ::testing::ExitedWithCode(0), "");
}

TEST_F(OptionListTest, ValidatorSpeaksAfterAllReaders)
{
    const auto refuse = [this] { return std::make_optional(std::to_string(m_vms) + " are odd"); };
    EXPECT_EQ(Parse({"--vms=7"}, refuse), "7 are odd");
    EXPECT_EQ(Parse({"--vms=0"}, refuse), "vms: '0' is not allowed; give 1 to 1000");
}

TEST_F(OptionListTest, PrintOptionsEndsOnlyIfAllOptionsAreAllowed)
{
    // A death test sees standard error, and the values are on standard output.
    const auto parse = [this](const std::vector<std::string>& arguments) {
        std::cout.rdbuf(std::cerr.rdbuf());
        Parse(arguments);
    };
    EXPECT_EXIT(parse({"--vms=7", "--PrintOptions"}),
                ::testing::ExitedWithCode(0),
                "^vms=7\nhold=none\n$");
    EXPECT_EQ(Parse({"--PrintOptions", "--vms=0"}), "vms: '0' is not allowed; give 1 to 1000");
    const auto refuse = [] { return std::make_optional<std::string>("never"); };
    EXPECT_EQ(Parse({"--PrintOptions", "--vms=1"}, refuse), "never");
}

} // namespace ns3::azure
