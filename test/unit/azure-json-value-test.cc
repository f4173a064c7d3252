// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-json-value.h"

#include <gtest/gtest.h>
#include <string>

namespace ns3::azure
{

namespace
{

using namespace std::string_literals;

std::string
Repeat(const std::string& text, int times)
{
    std::string repeated;
    for (int i = 0; i < times; ++i)
    {
        repeated += text;
    }
    return repeated;
}

/// A text that is no JSON, or not what we read, and the error.
struct BadJsonCase
{
    const char* name; // test name, [A-Za-z0-9]+
    std::string text; // the document
    const char* says; // what the error has to say
};

void
PrintTo(const BadJsonCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
const BadJsonCase BAD_JSON_CASES[] = {
    // name            text                          says
    {"Empty",          "",                           "file: line 1, column 1: '' is not allowed; give JSON: "},
    {"Blank",          " \n ",                       "file: line 2, column 2: "},
    {"NoEnd",          "{\"a\": [1, 2",              "file: line 1, column 12: "},
    {"CommaAtEnd",     "{\n  \"a\": 1,\n}",          "file: line 3, column 1: '}' is not allowed; give JSON: "},
    {"Comment",        "{ // no\n}",                 "file: line 1, column 3: '/' is not allowed; give JSON: "},
    {"SingleQuotes",   "{'a': 1}",                   "file: line 1, column 2: ''' is not allowed"},
    {"Python",         "[None]",                     "file: line 1, column 2: 'N' is not allowed"},
    {"NotANumber",     "[NaN]",                      "file: line 1, column 2: 'N' is not allowed"},
    {"TwoValues",      "{}\n{}",                     "file: line 2, column 1: '{' is not allowed"},
    {"InvalidUtf8",    "[\"a\xff\"]",                "invalid string: ill-formed UTF-8 byte"},
    {"CutUtf8",        "[\"\xc3",                    "invalid string: ill-formed UTF-8 byte"},
    {"Surrogate",      "[\"\\ud800\"]",              "invalid string: surrogate"},
    {"LineInString",   "[\"a\nb\"]",                 "control character U+000A (LF) must be escaped"},
    {"Utf16",          "\xff\xfe[\0]\0"s,            "file: line 1, column 4: '?' is not allowed; give JSON in UTF-8, which has no byte 0"},
    {"NulByte",        "[1]\0"s,                     "file: line 1, column 4: "},
    {"HugeNumber",     "[1e999]",                    "number overflow parsing '1e999'"},
    {"HugeLongNumber", "[" + Repeat("9", 1000) + "]", "number overflow parsing '999"},
    {"LeadingZero",    "[007]",                      "file: line 1, column 3: "},
    {"NameTwice",      "{\"a\": 1, \"a\": 2}",       "file: 'a' is not allowed; give each name once"},
    {"NameTwiceBelow", "[{}, {\"b\": {\"\": 1, \"\": 2}}]", "file: [1].b: '' is not allowed; give each name once"},
    {"NameEscaped",    "{\"a\": 1, \"\\u0061\": 2}", "file: 'a' is not allowed; give each name once"},
    {"TooDeepArray",   Repeat("[", 33),              "[0]: '[' is not allowed; give arrays and objects nested at most 32 deep"},
    {"TooDeepObject",  Repeat("{\"a\":", 33),        "file: a.a.a.a.a."},
    {"VeryDeep",       Repeat("[", 1000000),         "nested at most 32 deep"},
};
// clang-format on

class BadJson : public ::testing::TestWithParam<BadJsonCase>
{
};

} // namespace

TEST_P(BadJson, IsRefusedWithOneLine)
{
    const auto parsed = ParseJson("file", GetParam().text);
    ASSERT_FALSE(parsed);
    const auto& error = parsed.GetError();
    EXPECT_NE(error.find(GetParam().says), std::string::npos) << error;
    EXPECT_EQ(error.rfind("file", 0), 0U) << error;
    EXPECT_EQ(error.find_first_of(std::string("\n\r\t\0\xff", 5)), std::string::npos) << error;
    EXPECT_LT(error.size(), 250U) << error;
}

INSTANTIATE_TEST_SUITE_P(JsonValue,
                         BadJson,
                         ::testing::ValuesIn(BAD_JSON_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(JsonValue, WhatIsWrittenIsReadBack)
{
    // Numbers are kept as they are written; 1.50 is not 1.5.
    const std::string text =
        "\xef\xbb\xbf{\"b\": [null, true, false, -7, 1.50, \"\\u00e9\\\"\\n\"],"
        " \"a\": {\"c\": {}, \"d\": []}, \"\": 18446744073709551616}";
    const auto parsed = ParseJson("", text);
    ASSERT_TRUE(parsed) << parsed.GetError();
    ASSERT_EQ(parsed->names, (std::vector<std::string>{"b", "a", ""}));
    const auto* b = parsed->Find("b");
    ASSERT_EQ(b->values.size(), 6U);
    EXPECT_EQ(b->values[0].kind, JsonValue::Kind::Null);
    EXPECT_EQ(b->values[1].text, "true");
    EXPECT_EQ(b->values[3].text, "-7");
    EXPECT_EQ(b->values[4].text, "1.50");
    EXPECT_EQ(b->values[5].text, "\xc3\xa9\"\n");
    EXPECT_EQ(parsed->Find("")->text, "18446744073709551616");
    EXPECT_EQ(parsed->Find("A"), nullptr);

    const auto written = WriteJson(*parsed);
    const auto again = ParseJson("", written);
    ASSERT_TRUE(again) << again.GetError();
    EXPECT_EQ(WriteJson(*again), written);
}

TEST(JsonValue, NestingEndsAtItsLimit)
{
    EXPECT_TRUE(ParseJson("", Repeat("[", MAX_JSON_DEPTH) + Repeat("]", MAX_JSON_DEPTH)));
    EXPECT_FALSE(ParseJson("", Repeat("[", MAX_JSON_DEPTH + 1) + Repeat("]", MAX_JSON_DEPTH + 1)));
}

TEST(JsonValue, BytesThatAreNoUtf8AreReplacedInWriting)
{
    const JsonValue value{JsonValue::Kind::String, "a\xff", {}, {}};
    EXPECT_EQ(WriteJson(value), "\"a\xef\xbf\xbd\"\n");
}

TEST(JsonValue, PrintableTextsAreShortAndOfOneLine)
{
    EXPECT_EQ(GetPrintable("a\n\xff~"), "a??~");
    EXPECT_EQ(GetPrintable(std::string(60, 'x')), std::string(60, 'x'));
    EXPECT_EQ(GetPrintable(std::string(61, 'x')), std::string(60, 'x') + "...");
}

} // namespace ns3::azure
