// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-dns-name.h"

#include <algorithm>
#include <cstddef>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// One row: a text, and the name it is read as.
struct ParseCase
{
    const char* name;        // test name
    std::string text;        // what is read
    const char* writtenBack; // its text as written, or null if it is refused
};

void
PrintTo(const ParseCase& c, std::ostream* os)
{
    *os << '"' << c.text << '"';
}

/// @return a name of that many octets on the wire, in labels of at most 63
std::string
TextOfWireLength(std::size_t octets)
{
    std::string text;
    for (auto rest = octets - 1; rest > 0;) // 1 for the root's length octet
    {
        // A label of one octet takes two on the wire, so one must not remain.
        const auto taken = rest == 65 ? 63 : std::min<std::size_t>(rest, 64);
        text += (text.empty() ? "" : ".") + std::string(taken - 1, 'x');
        rest -= taken;
    }
    return text;
}

const std::string LABEL_63(63, 'a');
const std::string NAME_255 = TextOfWireLength(255);

// clang-format off
const ParseCase PARSE_CASES[] = {
    // name              text                writtenBack
    {"OrdinaryName",     "myip.opendns.com", "myip.opendns.com"},
    {"CaseIsKept",       "MyIP.OpenDNS.com", "MyIP.OpenDNS.com"},
    {"FinalDotIsTaken",  "opendns.com.",     "opendns.com"},
    {"Root",             ".",                "."},
    {"OneLabel",         "localhost",        "localhost"},
    {"Label63",          LABEL_63,           LABEL_63.c_str()},
    {"Label64",          LABEL_63 + "a",     nullptr},
    {"Wire255",          NAME_255,           NAME_255.c_str()},
    {"Wire256",          TextOfWireLength(256), nullptr},
    {"Empty",            "",                 nullptr},
    {"EmptyFirstLabel",  ".com",             nullptr},
    {"EmptyMiddleLabel", "a..b",             nullptr},
    {"TwoFinalDots",     "a..",              nullptr},
    {"OnlyDots",         "..",               nullptr},
    {"Backslash",        "a\\.b",            nullptr},
    {"BlankIsEscaped",   "a b",              "a\\032b"},
    {"OctetIsEscaped",   "a\xC3",            "a\\195"},
};
// clang-format on

class DnsNameText : public ::testing::TestWithParam<ParseCase>
{
};

TEST_P(DnsNameText, IsReadAndWrittenBack)
{
    const auto& c = GetParam();

    const auto name = DnsName::Parse(c.text);

    ASSERT_EQ(name.has_value(), c.writtenBack != nullptr);
    if (name)
    {
        EXPECT_EQ(name->ToText(), c.writtenBack);
    }
}

INSTANTIATE_TEST_SUITE_P(DnsName,
                         DnsNameText,
                         ::testing::ValuesIn(PARSE_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(DnsName, ControlCharactersAndDotsInLabelsAreEscaped)
{
    const auto name = DnsName::FromLabels({"a.b\\c", std::string("\0\x7F", 2)});

    ASSERT_TRUE(name);
    EXPECT_EQ(name->ToText(), "a\\.b\\\\c.\\000\\127");
}

TEST(DnsName, LabelsOfWrongLengthMakeNoName)
{
    EXPECT_FALSE(DnsName::FromLabels({""}));
    EXPECT_FALSE(DnsName::FromLabels({LABEL_63 + "a"}));
    EXPECT_FALSE(DnsName::FromLabels({LABEL_63, LABEL_63, LABEL_63, LABEL_63}));
}

TEST(DnsName, AsciiLettersAreTheSameInEitherCase)
{
    const auto lower = *DnsName::Parse("az.opendns.com");

    EXPECT_TRUE(lower.IsSame(*DnsName::Parse("AZ.OpenDNS.Com")));
    EXPECT_FALSE(lower == *DnsName::Parse("AZ.OpenDNS.Com"));
}

TEST(DnsName, OtherCharactersWithTheLetterBitAreNotTheSame)
{
    // '@' and '`', '[' and '{' differ in the bit that tells 'A' from 'a'.
    EXPECT_FALSE(DnsName::Parse("@")->IsSame(*DnsName::Parse("`")));
    EXPECT_FALSE(DnsName::Parse("[")->IsSame(*DnsName::Parse("{")));
    EXPECT_FALSE(DnsName::Parse("\xC3")->IsSame(*DnsName::Parse("\xE3")));
}

TEST(DnsName, NamesOfDifferentLengthAreNotTheSame)
{
    EXPECT_FALSE(DnsName::Parse("opendns.com")->IsSame(*DnsName::Parse("myip.opendns.com")));
    EXPECT_FALSE(DnsName::Parse("a")->IsSame(*DnsName::Parse("ab")));
    EXPECT_FALSE(DnsName::Parse("a.b")->IsSame(*DnsName::FromLabels({"a.b"})));
}

} // namespace

} // namespace ns3::azure
