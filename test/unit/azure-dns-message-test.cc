// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-dns-message.h"

#include <cstddef>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Bytes = std::vector<uint8_t>;

DnsName
Name(const char* text)
{
    return DnsName::Parse(text).value();
}

/// @return the octets of several pieces, one after the other
Bytes
Join(const std::vector<Bytes>& pieces)
{
    Bytes all;
    for (const auto& piece : pieces)
    {
        all.insert(all.end(), piece.begin(), piece.end());
    }
    return all;
}

/// @return a header with that many questions and answers and no flags
Bytes
Header(uint8_t questions, uint8_t answers)
{
    return {0x12, 0x34, 0, 0, 0, questions, 0, answers, 0, 0, 0, 0};
}

// Written by hand from RFC 1035, section 4.1.
const Bytes NAME_A_COM{1, 'a', 3, 'c', 'o', 'm', 0};
const Bytes TYPE_A_CLASS_IN{0, 1, 0, 1};
const Bytes QUESTION = Join({NAME_A_COM, TYPE_A_CLASS_IN});
const Bytes RECORD_REST{0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 192, 0, 2, 1}; // after the name; ttl 300 s

/// One row: octets of a message with one question, and the name that is read.
struct DecodeCase
{
    const char* name; // test name
    Bytes bytes;      // the message
    const char* text; // the first question's name, or null if the message is refused
};

void
PrintTo(const DecodeCase& c, std::ostream* os)
{
    *os << c.bytes.size() << " octets";
}

/// @return a message with one question whose name has these octets
Bytes
Question(const Bytes& name)
{
    return Join({Header(1, 0), name, TYPE_A_CLASS_IN});
}

const Bytes LABEL_63 = Join({{63}, Bytes(63, 'x')});
const Bytes LABEL_62 = Join({{62}, Bytes(62, 'x')});
const Bytes LABEL_61 = Join({{61}, Bytes(61, 'x')});

// clang-format off
const DecodeCase DECODE_CASES[] = {
    // name                     bytes                                                 text
    {"Question",                Question(NAME_A_COM),                                 "a.com"},
    {"RootName",                Question({0}),                                        "."},
    {"AnswerWithPointer",       Join({Header(1, 1), QUESTION, {0xC0, 12}, RECORD_REST}), "a.com"},
    {"AnswerWithPointerToEnd",  Join({Header(1, 1), QUESTION, {1, 'b', 0xC0, 14}, RECORD_REST}), "a.com"},
    {"NoOctets",                {},                                                   nullptr},
    {"HeaderOneOctetShort",     Bytes(11),                                            nullptr},
    {"NoQuestionWhereOneIsDue", Header(1, 0),                                         nullptr},
    {"NameCutInLabel",          Join({Header(1, 0), {3, 'c', 'o'}}),                  nullptr},
    {"NameCutAtItsEnd",         Join({Header(1, 0), {1, 'a'}}),                       nullptr},
    {"QuestionCutInClass",      Join({Header(1, 0), NAME_A_COM, {0, 1, 0}}),          nullptr},
    {"OctetLeftOver",           Join({Header(1, 0), QUESTION, {0}}),                  nullptr},
    {"PointerCut",              Join({Header(1, 0), {0xC0}}),                         nullptr},
    {"PointerToItself",         Question({0xC0, 12}),                                 nullptr},
    {"PointerToOwnName",        Question({1, 'a', 0xC0, 12}),                         nullptr},
    {"PointerForward",          Join({Header(2, 0), {0xC0, 18}, TYPE_A_CLASS_IN, QUESTION}), nullptr},
    {"PointerBehindTheEnd",     Question({0xFF, 0xFF}),                               nullptr},
    {"PointerIntoHeader",       Question({0xC0, 4}),                                  nullptr},
    {"PointersInACircle",       Join({Header(2, 0), {1, 'a', 0xC0, 18}, TYPE_A_CLASS_IN, {0xC0, 12}, TYPE_A_CLASS_IN}), nullptr},
    {"ReservedLabelKind40",     Question({0x41, 'a', 0}),                             nullptr},
    {"ReservedLabelKind80",     Question({0x81, 'a', 0}),                             nullptr},
    {"NameOf256Octets",         Question(Join({LABEL_63, LABEL_63, LABEL_63, LABEL_62, {0}})), nullptr},
    {"RecordCutInTtl",          Join({Header(0, 1), NAME_A_COM, {0, 1, 0, 1, 0, 0}}), nullptr},
    {"RecordDataCut",           Join({Header(0, 1), NAME_A_COM, {0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 192, 0, 2}}), nullptr},
    {"MoreAnswersThanRecords",  Join({Header(1, 2), QUESTION, NAME_A_COM, RECORD_REST}), nullptr},
};
// clang-format on

class DnsMessageOctets : public ::testing::TestWithParam<DecodeCase>
{
};

TEST_P(DnsMessageOctets, AreReadOrRefused)
{
    const auto& c = GetParam();

    const auto message = Decode(c.bytes);

    ASSERT_EQ(message.has_value(), c.text != nullptr);
    if (message)
    {
        EXPECT_EQ(message->header.id, 0x1234);
        EXPECT_EQ(message->questions.at(0).name.ToText(), c.text);
    }
}

INSTANTIATE_TEST_SUITE_P(DnsMessage,
                         DnsMessageOctets,
                         ::testing::ValuesIn(DECODE_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(DnsMessage, NameOf255OctetsIsReadButNotThroughAPointerThatMakesIt256)
{
    // 3 * 64 + 62 + 1 = 255 octets; one label of one octet before it would make 257.
    const auto longest = Join({LABEL_63, LABEL_63, LABEL_63, LABEL_61, {0}});
    const auto question = Join({longest, TYPE_A_CLASS_IN});

    const auto whole = Decode(Join({Header(1, 1), question, {0xC0, 12}, RECORD_REST}));
    const auto tooLong = Decode(Join({Header(1, 1), question, {1, 'a', 0xC0, 12}, RECORD_REST}));

    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->answers.at(0).name, whole->questions.at(0).name);
    EXPECT_FALSE(tooLong);
}

TEST(DnsMessage, AnswerIsReadWithAllItsFields)
{
    const auto message = Decode(Join({Header(1, 1), QUESTION, {1, 'b', 0xC0, 14}, RECORD_REST}));

    ASSERT_TRUE(message);
    const auto& answer = message->answers.at(0);
    EXPECT_EQ(answer.name.ToText(), "b.com");
    EXPECT_EQ(answer.type, DnsType::A);
    EXPECT_EQ(answer.dnsClass, DnsClass::In);
    EXPECT_EQ(answer.ttl, 300U);
    EXPECT_EQ(GetAddress(answer), Ipv4Address("192.0.2.1"));
}

TEST(DnsMessage, ReplyIsWrittenAsTheRfcDrawsItWithThePointerToTheQuestion)
{
    DnsMessage reply;
    reply.header.id = 0xABCD;
    reply.header.isResponse = true;
    reply.header.isAuthoritative = true;
    reply.header.recursionDesired = true;
    reply.questions.push_back({Name("a.com"), DnsType::A, DnsClass::In});
    reply.answers.push_back(MakeAddressRecord(Name("a.com"), 300, "192.0.2.1"));

    // QR | AA | RD = 0x8000 + 0x0400 + 0x0100
    const Bytes header{0xAB, 0xCD, 0x85, 0x00, 0, 1, 0, 1, 0, 0, 0, 0};
    EXPECT_EQ(Encode(reply), Join({header, QUESTION, {0xC0, 12}, RECORD_REST}));
}

/// One row: a flag or code alone, and the second word of the header.
struct FlagCase
{
    const char* name;
    DnsHeader header;
    uint16_t word;
};

void
PrintTo(const FlagCase& c, std::ostream* os)
{
    *os << c.word;
}

// clang-format off
const FlagCase FLAG_CASES[] = {
    // name                id resp   opcode            aa     tc     rd     ra     rcode                word
    {"Response",           {0, true,  DnsOpcode::Query, false, false, false, false, DnsRcode::NoError},  0x8000},
    {"Opcode15",           {0, false, DnsOpcode(15),    false, false, false, false, DnsRcode::NoError},  0x7800},
    {"Authoritative",      {0, false, DnsOpcode::Query, true,  false, false, false, DnsRcode::NoError},  0x0400},
    {"Truncated",          {0, false, DnsOpcode::Query, false, true,  false, false, DnsRcode::NoError},  0x0200},
    {"RecursionDesired",   {0, false, DnsOpcode::Query, false, false, true,  false, DnsRcode::NoError},  0x0100},
    {"RecursionAvailable", {0, false, DnsOpcode::Query, false, false, false, true,  DnsRcode::NoError},  0x0080},
    {"FormErr",            {0, false, DnsOpcode::Query, false, false, false, false, DnsRcode::FormErr},  0x0001},
    {"ServFail",           {0, false, DnsOpcode::Query, false, false, false, false, DnsRcode::ServFail}, 0x0002},
    {"NXDomain",           {0, false, DnsOpcode::Query, false, false, false, false, DnsRcode::NXDomain}, 0x0003},
    {"NotImp",             {0, false, DnsOpcode::Query, false, false, false, false, DnsRcode::NotImp},   0x0004},
    {"Refused",            {0, false, DnsOpcode::Query, false, false, false, false, DnsRcode::Refused},  0x0005},
};
// clang-format on

class DnsMessageFlags : public ::testing::TestWithParam<FlagCase>
{
};

TEST_P(DnsMessageFlags, HaveTheirPlaceInTheHeader)
{
    const auto& c = GetParam();

    const auto bytes = Encode({c.header, {}, {}, {}, {}});

    ASSERT_TRUE(bytes);
    EXPECT_EQ(bytes->at(2) << 8 | bytes->at(3), c.word);
    EXPECT_EQ(DecodeHeader(*bytes), c.header);
}

INSTANTIATE_TEST_SUITE_P(DnsMessage,
                         DnsMessageFlags,
                         ::testing::ValuesIn(FLAG_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(DnsMessage, ReservedBitsAreIgnored)
{
    auto bytes = Header(0, 0);
    bytes[3] = 0x70;

    EXPECT_EQ(DecodeHeader(bytes), DecodeHeader(Header(0, 0)));
}

TEST(DnsMessage, HeaderIsReadWhereTheRestIsMalformed)
{
    const auto header = DecodeHeader(Header(1, 0));

    ASSERT_TRUE(header);
    EXPECT_EQ(header->id, 0x1234);
    EXPECT_FALSE(DecodeHeader(Bytes(11)));
}

TEST(DnsMessage, WhatDoesNotFitTheWireIsNotWritten)
{
    DnsMessage opcode;
    opcode.header.opcode = DnsOpcode(16);
    DnsMessage rcode;
    rcode.header.rcode = DnsRcode(16);
    // 12 octets of header and 11 of the record's name and fixed fields: 65,512 octets are left.
    DnsMessage data;
    data.answers.push_back({DnsName(), DnsType::A, DnsClass::In, 0, Bytes(65512)});
    DnsMessage entries;
    entries.questions.resize(65536);

    EXPECT_FALSE(Encode(opcode));
    EXPECT_FALSE(Encode(rcode));
    EXPECT_FALSE(Encode(entries));
    ASSERT_TRUE(Encode(data));
    EXPECT_EQ(Encode(data)->size(), 65535U);
    data.answers[0].data.push_back(0);
    EXPECT_FALSE(Encode(data));
}

TEST(DnsMessage, NamesTooFarForAPointerAreWrittenOut)
{
    // The second record's name starts beyond the 16,383 octets a pointer can reach; the third
    // record cannot point to it.
    DnsMessage message;
    message.answers.push_back({DnsName(), DnsType::A, DnsClass::In, 0, Bytes(0x4000)});
    message.answers.push_back(MakeAddressRecord(Name("a.com"), 0, "192.0.2.1"));
    message.answers.push_back(MakeAddressRecord(Name("a.com"), 0, "192.0.2.2"));

    const auto bytes = Encode(message);

    ASSERT_TRUE(bytes);
    EXPECT_EQ(bytes->size(), 12U + 11 + 0x4000 + 2 * (7 + 14));
    EXPECT_EQ(Decode(*bytes), message);
}

TEST(DnsMessage, OnlyAnARecordOfClassInHasAnAddress)
{
    const auto record = MakeAddressRecord(Name("a.com"), 0, "192.0.2.1");
    auto otherType = record;
    otherType.type = DnsType::Aaaa;
    auto otherClass = record;
    otherClass.dnsClass = DnsClass(3);
    auto otherLength = record;
    otherLength.data.push_back(0);

    EXPECT_EQ(GetAddress(record), Ipv4Address("192.0.2.1"));
    EXPECT_FALSE(GetAddress(otherType));
    EXPECT_FALSE(GetAddress(otherClass));
    EXPECT_FALSE(GetAddress(otherLength));
}

/// Draws messages and octets; the seed is fixed.
class RandomMessages : public ::testing::Test
{
  protected:
    /// @return a number from 0 to max
    uint32_t Draw(uint32_t max)
    {
        return std::uniform_int_distribution<uint32_t>(0, max)(m_engine);
    }

    Bytes DrawOctets(uint32_t maxLength)
    {
        Bytes bytes(Draw(maxLength));
        for (auto& byte : bytes)
        {
            byte = static_cast<uint8_t>(Draw(255));
        }
        return bytes;
    }

    /// @return a name of few different labels, so that names share their ends
    DnsName DrawName()
    {
        static const std::vector<std::string> LABELS{"a",
                                                     "A",
                                                     "com",
                                                     "opendns",
                                                     std::string(63, 'x'),
                                                     std::string("\0.\xFF", 3)};
        std::vector<std::string> labels(Draw(4));
        for (auto& label : labels)
        {
            label = LABELS[Draw(static_cast<uint32_t>(LABELS.size() - 1))];
        }
        // Four labels of 63 octets are too long for a name.
        return DnsName::FromLabels(labels).value_or(DnsName());
    }

    std::vector<DnsRecord> DrawRecords()
    {
        std::vector<DnsRecord> records(Draw(3));
        for (auto& r : records)
        {
            r = {DrawName(), DnsType(Draw(0xFFFF)), DnsClass(Draw(0xFFFF)), Draw(0xFFFFFFFF), {}};
            r.data = DrawOctets(20);
        }
        return records;
    }

    DnsMessage DrawMessage()
    {
        DnsMessage m;
        m.header.id = static_cast<uint16_t>(Draw(0xFFFF));
        m.header.isResponse = Draw(1) != 0;
        m.header.opcode = DnsOpcode(Draw(15));
        m.header.isAuthoritative = Draw(1) != 0;
        m.header.isTruncated = Draw(1) != 0;
        m.header.recursionDesired = Draw(1) != 0;
        m.header.recursionAvailable = Draw(1) != 0;
        m.header.rcode = DnsRcode(Draw(15));
        m.questions.resize(Draw(3));
        for (auto& q : m.questions)
        {
            q = {DrawName(), DnsType(Draw(0xFFFF)), DnsClass(Draw(0xFFFF))};
        }
        m.answers = DrawRecords();
        m.authorities = DrawRecords();
        m.additionals = DrawRecords();
        return m;
    }

    /// What is read must survive writing and reading again.
    static void ExpectStable(const DnsMessage& message)
    {
        const auto bytes = Encode(message);
        ASSERT_TRUE(bytes);
        EXPECT_EQ(Decode(*bytes), message);
    }

  private:
    std::mt19937 m_engine{1035};
};

TEST_F(RandomMessages, AreReadAsTheyWereWritten)
{
    for (int i = 0; i < 20000 && !HasFailure(); ++i)
    {
        ExpectStable(DrawMessage());
    }
}

TEST_F(RandomMessages, OfRandomOctetsNeverCrash)
{
    for (int i = 0; i < 100000 && !HasFailure(); ++i)
    {
        auto bytes = DrawOctets(64);
        // Random counts are large: let every other buffer have small ones, to get behind them.
        for (std::size_t at = 4; i % 2 == 0 && at < 12 && at < bytes.size(); ++at)
        {
            bytes[at] = at % 2 == 0 ? 0 : bytes[at] % 2;
        }
        if (const auto message = Decode(bytes))
        {
            ExpectStable(*message);
        }
    }
}

TEST_F(RandomMessages, WithChangedOctetsNeverCrash)
{
    for (int i = 0; i < 20000 && !HasFailure(); ++i)
    {
        auto bytes = Encode(DrawMessage()).value();
        for (auto changes = Draw(4); changes > 0; --changes)
        {
            bytes[Draw(static_cast<uint32_t>(bytes.size() - 1))] = static_cast<uint8_t>(Draw(255));
        }
        bytes.resize(bytes.size() - Draw(1) * Draw(static_cast<uint32_t>(bytes.size())));
        if (const auto message = Decode(bytes))
        {
            ExpectStable(*message);
        }
    }
}

} // namespace

} // namespace ns3::azure
