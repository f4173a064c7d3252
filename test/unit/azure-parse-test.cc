// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-parse.h"
#include "ns3/azure-parsed.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>

namespace ns3::azure
{

namespace
{

/// One row: a text, and what it is read as; nothing if it is refused.
template <typename T>
struct ParseCase
{
    const char* name; // test name
    std::string text;
    std::optional<T> expected;
};

template <typename T>
void
PrintTo(const ParseCase<T>& c, std::ostream* os)
{
    *os << '"' << c.text << '"';
}

constexpr std::nullopt_t NO = std::nullopt;
using namespace std::string_literals;

// clang-format off
const ParseCase<uint32_t> UNSIGNED_CASES[] = {
    {"Zero",            "0",           0},
    {"Ordinary",        "1024",        1024},
    {"LeadingZeros",    "007",         7},
    {"Largest",         "4294967295",  4294967295},
    {"Overflow",        "4294967296",  NO},
    {"FarOverflow",     "99999999999999999999", NO},
    {"Empty",           "",            NO},
    {"Negative",        "-1",          NO},
    {"NegativeZero",    "-0",          NO},
    {"Plus",            "+1",          NO},
    {"Fraction",        "1.0",         NO},
    {"Exponent",        "1e3",         NO},
    {"Hex",             "0x10",        NO},
    {"LeadingSpace",    " 1",          NO},
    {"TrailingSpace",   "1 ",          NO},
    {"TrailingGarbage", "12ab",        NO},
    {"Garbage",         "many",        NO},
    {"Comma",           "1,024",       NO},
    {"EmbeddedNull",    "1\0"s,        NO},
};

const ParseCase<double> DOUBLE_CASES[] = {
    {"Zero",            "0",        0.0},
    {"Whole",           "12",       12.0},
    {"Fraction",        "0.5",      0.5},
    {"FractionOnly",    ".5",       0.5},
    {"Exponent",        "1e3",      1000.0},
    {"SmallExponent",   "25e-2",    0.25},
    {"Negative",        "-1.5",     -1.5},
    {"Empty",           "",         NO},
    {"Plus",            "+1",       NO},
    {"Hex",             "0x10",     NO},
    {"NotANumber",      "nan",      NO},
    {"Infinity",        "inf",      NO},
    {"InfinityInFull",  "infinity", NO},
    {"NegativeInf",     "-inf",     NO},
    {"Overflow",        "1e400",    NO},
    {"BareExponent",    "1e",       NO},
    {"TwoPoints",       "1.2.3",    NO},
    {"TrailingGarbage", "1x",       NO},
    {"LeadingSpace",    " 1",       NO},
    {"Garbage",         "fast",     NO},
    {"EmbeddedNull",    "1\0"s,     NO},
};

const ParseCase<int64_t> TIME_CASES[] = { // expected in nanoseconds
    {"NoUnitIsSeconds", "240",      240'000'000'000},
    {"Nanoseconds",     "7ns",      7},
    {"Microseconds",    "7us",      7'000},
    {"Milliseconds",    "7ms",      7'000'000},
    {"Seconds",         "7s",       7'000'000'000},
    {"Minutes",         "4min",     240'000'000'000},
    {"Hours",           "2h",       7'200'000'000'000},
    {"Days",            "1d",       86'400'000'000'000},
    {"Fraction",        "0.25s",    250'000'000},
    {"ExactFraction",   "2.3s",     2'300'000'000},
    {"Exponent",        "1e3s",     1'000'000'000'000},
    {"RoundsToNearest", "1.6ns",    2},
    {"Negative",        "-1s",      -1'000'000'000}, // callers refuse it by their own limits
    {"Zero",            "0s",       0},
    {"Longest",         "9.2e18ns", 9'200'000'000'000'000'000},
    {"TooLong",         "9.3e18ns", NO},
    {"TooLongInDays",   "1e6d",     NO},
    {"TooLongNegative", "-1e6d",    NO},
    {"Overflow",        "1e400",    NO},
    {"OverflowSeconds", "1e400s",   NO},
    {"Empty",           "",         NO},
    {"UnitOnly",        "s",        NO},
    {"SpaceInside",     "5 min",    NO},
    {"SpaceBefore",     " 5s",      NO},
    {"SpaceAfter",      "5s ",      NO},
    {"UnknownUnit",     "5m",       NO},
    {"UnknownUnitYear", "1y",       NO},
    {"UpperCase",       "5S",       NO},
    {"Hex",             "0x10s",    NO},
    {"NotANumber",      "nan",      NO},
    {"NotANumberUnit",  "nans",     NO},
    {"Infinity",        "inf",      NO},
    {"InfinityUnit",    "infs",     NO},
    {"Garbage",         "soon",     NO},
    {"EmbeddedNull",    "5s\0"s,    NO},
};

const ParseCase<uint32_t> ADDRESS_CASES[] = { // expected in host byte order
    {"Ordinary",        "10.0.0.4",        0x0a000004},
    {"AllZero",         "0.0.0.0",         0},
    {"AllOnes",         "255.255.255.255", 0xffffffff},
    {"Empty",           "",                NO},
    {"ThreeParts",      "10.0.0",          NO},
    {"FiveParts",       "10.0.0.1.2",      NO},
    {"TooLarge",        "10.0.0.256",      NO},
    {"Negative",        "10.0.0.-1",       NO},
    {"Hex",             "0x0a000004",      NO},
    {"HexPart",         "0xa.0.0.4",       NO},
    {"LeadingSpace",    " 10.0.0.4",       NO},
    {"TrailingSpace",   "10.0.0.4 ",       NO},
    {"WithPrefix",      "10.0.0.0/24",     NO},
    {"WithPort",        "10.0.0.4:80",     NO},
    {"Name",            "localhost",       NO},
    {"EmptyPart",       "10..0.4",         NO},
    {"EmbeddedNull",    "10.0.0.4\0x"s,    NO},
};
// clang-format on

class ParseUnsignedText : public ::testing::TestWithParam<ParseCase<uint32_t>>
{
};

TEST_P(ParseUnsignedText, TakesDigitsOnly)
{
    EXPECT_EQ(ParseUnsigned(GetParam().text), GetParam().expected);
}

class ParseDoubleText : public ::testing::TestWithParam<ParseCase<double>>
{
};

TEST_P(ParseDoubleText, TakesFiniteNumbersOnly)
{
    EXPECT_EQ(ParseDouble(GetParam().text), GetParam().expected);
}

class ParseTimeText : public ::testing::TestWithParam<ParseCase<int64_t>>
{
};

TEST_P(ParseTimeText, TakesNumberAndUnitOnly)
{
    const auto time = ParseTime(GetParam().text);
    EXPECT_EQ(time ? std::optional<int64_t>(time->GetNanoSeconds()) : NO, GetParam().expected);
}

class ParseAddressText : public ::testing::TestWithParam<ParseCase<uint32_t>>
{
};

TEST_P(ParseAddressText, TakesDottedDecimalOnly)
{
    const auto address = ParseIpv4Address(GetParam().text);
    EXPECT_EQ(address ? std::optional<uint32_t>(address->Get()) : NO, GetParam().expected);
}

const auto CASE_NAME = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(Parse, ParseUnsignedText, ::testing::ValuesIn(UNSIGNED_CASES), CASE_NAME);
INSTANTIATE_TEST_SUITE_P(Parse, ParseDoubleText, ::testing::ValuesIn(DOUBLE_CASES), CASE_NAME);
INSTANTIATE_TEST_SUITE_P(Parse, ParseTimeText, ::testing::ValuesIn(TIME_CASES), CASE_NAME);
INSTANTIATE_TEST_SUITE_P(Parse, ParseAddressText, ::testing::ValuesIn(ADDRESS_CASES), CASE_NAME);

TEST(Parsed, ErrorStaysOneLineWhateverTheTextIs)
{
    const auto parsed = Parsed<int>::Refuse("rule a\nb", "x\ty\x7f'", "a whole number");
    EXPECT_EQ(parsed.GetError(), "rule a\\nb: 'x\\x09y\\x7f'' is not allowed; give a whole number");
}

} // namespace

} // namespace ns3::azure
