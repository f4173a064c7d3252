// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-my-ip-exchange.h"

#include <cstddef>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace ns3::azure
{

namespace
{

using Outcome = std::variant<Ipv4Address, MyIpFailure>;

DnsName
Name(const std::string& text)
{
    return DnsName::Parse(text).value();
}

const MyIpRecord RECORD{Name("myip.opendns.com"), 30};
const Ipv4Address SOURCE("198.51.100.7");

/// One row: a query, and the server's reply to it.
struct QueryCase
{
    const char* name;     // test name
    DnsOpcode opcode;     // of the query
    DnsClass dnsClass;    // of its question
    DnsType type;         // of its question
    const char* asked;    // name in its question
    DnsRcode rcode;       // of the reply
    bool isAuthoritative; // the reply
    std::size_t answers;  // records in the reply
};

void
PrintTo(const QueryCase& c, std::ostream* os)
{
    *os << c.asked;
}

// clang-format off
const QueryCase QUERY_CASES[] = {
    // name            opcode            class          type           asked               rcode               authoritative answers
    {"Address",        DnsOpcode::Query, DnsClass::In,  DnsType::A,    "myip.opendns.com", DnsRcode::NoError,  true,  1},
    {"OtherCase",      DnsOpcode::Query, DnsClass::In,  DnsType::A,    "MyIP.OpenDNS.COM", DnsRcode::NoError,  true,  1},
    {"AnyType",        DnsOpcode::Query, DnsClass::In,  DnsType::Any,  "myip.opendns.com", DnsRcode::NoError,  true,  1},
    {"AnyClass",       DnsOpcode::Query, DnsClass::Any, DnsType::A,    "myip.opendns.com", DnsRcode::NoError,  true,  1},
    {"Ipv6Address",    DnsOpcode::Query, DnsClass::In,  DnsType::Aaaa, "myip.opendns.com", DnsRcode::NoError,  true,  0},
    {"UnknownType",    DnsOpcode::Query, DnsClass::In,  DnsType(999),  "myip.opendns.com", DnsRcode::NoError,  true,  0},
    {"OtherName",      DnsOpcode::Query, DnsClass::In,  DnsType::A,    "www.opendns.com",  DnsRcode::NXDomain, true,  0},
    {"ParentName",     DnsOpcode::Query, DnsClass::In,  DnsType::A,    "opendns.com",      DnsRcode::NXDomain, true,  0},
    {"RootName",       DnsOpcode::Query, DnsClass::In,  DnsType::A,    ".",                DnsRcode::NXDomain, true,  0},
    {"OtherClass",     DnsOpcode::Query, DnsClass(3),   DnsType::A,    "myip.opendns.com", DnsRcode::Refused,  false, 0},
    {"OtherOpcode",    DnsOpcode(2),     DnsClass::In,  DnsType::A,    "myip.opendns.com", DnsRcode::NotImp,   false, 0},
};
// clang-format on

class MyIpQuery : public ::testing::TestWithParam<QueryCase>
{
};

TEST_P(MyIpQuery, S0_34_GetsTheReplyOfTheTable)
{
    const auto& c = GetParam();
    DnsMessage query;
    query.header.id = 77;
    query.header.opcode = c.opcode;
    query.header.recursionDesired = true;
    query.questions.push_back({Name(c.asked), c.type, c.dnsClass});

    const auto reply = EvaluateMyIpQuery(Encode(query).value(), RECORD, SOURCE);

    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->header.id, 77);
    EXPECT_TRUE(reply->header.isResponse);
    EXPECT_EQ(reply->header.opcode, c.opcode);
    EXPECT_TRUE(reply->header.recursionDesired);
    EXPECT_FALSE(reply->header.recursionAvailable);
    EXPECT_EQ(reply->header.isAuthoritative, c.isAuthoritative);
    EXPECT_EQ(reply->header.rcode, c.rcode);
    EXPECT_EQ(reply->questions, query.questions);
    ASSERT_EQ(reply->answers.size(), c.answers);
    if (c.answers > 0)
    {
        EXPECT_EQ(reply->answers[0], MakeAddressRecord(Name(c.asked), RECORD.ttl, SOURCE));
    }
}

INSTANTIATE_TEST_SUITE_P(MyIpExchange,
                         MyIpQuery,
                         ::testing::ValuesIn(QUERY_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(MyIpExchange, MalformedQueryIsAFormatErrorWithIdAndWithoutQuestion)
{
    auto datagram = Encode(MakeMyIpQuery(0x1234, RECORD.name)).value();
    datagram.pop_back();

    const auto reply = EvaluateMyIpQuery(datagram, RECORD, SOURCE);

    ASSERT_TRUE(reply);
    DnsMessage expected;
    expected.header.id = 0x1234;
    expected.header.isResponse = true;
    expected.header.rcode = DnsRcode::FormErr;
    EXPECT_EQ(*reply, expected);
}

TEST(MyIpExchange, NoQuestionAndTwoQuestionsAreFormatErrors)
{
    DnsMessage none;
    auto two = MakeMyIpQuery(1, RECORD.name);
    two.questions.push_back(two.questions.front());

    for (const auto& query : {none, two})
    {
        const auto reply = EvaluateMyIpQuery(Encode(query).value(), RECORD, SOURCE);

        ASSERT_TRUE(reply);
        EXPECT_EQ(reply->header.rcode, DnsRcode::FormErr);
        EXPECT_TRUE(reply->questions.empty());
    }
}

TEST(MyIpExchange, ResponsesAndFragmentsOfHeadersGetNoReply)
{
    auto response = MakeMyIpQuery(1, RECORD.name);
    response.header.isResponse = true;

    EXPECT_FALSE(EvaluateMyIpQuery(Encode(response).value(), RECORD, SOURCE));
    EXPECT_FALSE(EvaluateMyIpQuery(std::vector<uint8_t>(11), RECORD, SOURCE));
    EXPECT_FALSE(EvaluateMyIpQuery({}, RECORD, SOURCE));
}

TEST(MyIpExchange, AnswerForTheLongestNameFits512Octets)
{
    const std::string label(63, 'x');
    const auto longest = Name(label + "." + label + "." + label + "." + std::string(61, 'x'));

    const auto query = Encode(MakeMyIpQuery(1, longest)).value();
    const auto reply = EvaluateMyIpQuery(query, {longest, 0}, SOURCE);

    ASSERT_TRUE(reply);
    // header 12, question 255 + 4, record 2 (pointer) + 10 + 4
    EXPECT_EQ(Encode(*reply).value().size(), 287U);
}

/// What a reply says that differs from the plain answer, and what the client makes of it.
struct ReplyCase
{
    const char* name;                // test name
    void (*change)(DnsMessage&);     // applied to the plain answer
    std::optional<Outcome> expected; // nothing: not a reply to the query
};

void
PrintTo(const ReplyCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
const ReplyCase REPLY_CASES[] = {
    // name              change                                                             expected
    {"PlainAnswer",      [](DnsMessage&) {},                                                Outcome{SOURCE}},
    {"CaseDiffers",      [](DnsMessage& m) { m.questions[0].name = Name("MYIP.opendns.com"); }, Outcome{SOURCE}},
    {"SecondRecord",     [](DnsMessage& m) { m.answers.insert(m.answers.begin(), {RECORD.name, DnsType::Aaaa, DnsClass::In, 0, {}}); }, Outcome{SOURCE}},
    {"NoSuchName",       [](DnsMessage& m) { m.header.rcode = DnsRcode::NXDomain; },        Outcome{MyIpFailure::NoSuchName}},
    {"FormErr",          [](DnsMessage& m) { m.header.rcode = DnsRcode::FormErr; },         Outcome{MyIpFailure::ServerError}},
    {"FormErrAlone",     [](DnsMessage& m) { m.header.rcode = DnsRcode::FormErr; m.questions.clear(); }, Outcome{MyIpFailure::ServerError}},
    {"ServFail",         [](DnsMessage& m) { m.header.rcode = DnsRcode::ServFail; },        Outcome{MyIpFailure::ServerError}},
    {"NotImp",           [](DnsMessage& m) { m.header.rcode = DnsRcode::NotImp; },          Outcome{MyIpFailure::ServerError}},
    {"Refused",          [](DnsMessage& m) { m.header.rcode = DnsRcode::Refused; },         Outcome{MyIpFailure::ServerError}},
    {"NoRecord",         [](DnsMessage& m) { m.answers.clear(); },                          Outcome{MyIpFailure::NoAddress}},
    {"RecordOfOther",    [](DnsMessage& m) { m.answers[0].name = Name("a.com"); },          Outcome{MyIpFailure::NoAddress}},
    {"OtherId",          [](DnsMessage& m) { ++m.header.id; },                              std::nullopt},
    {"IsQuery",          [](DnsMessage& m) { m.header.isResponse = false; },                std::nullopt},
    {"OtherQuestion",    [](DnsMessage& m) { m.questions[0].name = Name("a.com"); },        std::nullopt},
    {"OtherType",        [](DnsMessage& m) { m.questions[0].type = DnsType::Aaaa; },        std::nullopt},
    {"OtherClass",       [](DnsMessage& m) { m.questions[0].dnsClass = DnsClass(3); },      std::nullopt},
    {"TwoQuestions",     [](DnsMessage& m) { m.questions.push_back(m.questions[0]); },      std::nullopt},
    {"NoQuestion",       [](DnsMessage& m) { m.questions.clear(); },                        std::nullopt},
};
// clang-format on

class MyIpReply : public ::testing::TestWithParam<ReplyCase>
{
};

TEST_P(MyIpReply, IsReadAsTheAnswerAFailureOrNoReply)
{
    const auto& c = GetParam();
    const auto query = MakeMyIpQuery(5, RECORD.name);
    auto reply = EvaluateMyIpQuery(Encode(query).value(), RECORD, SOURCE).value();
    c.change(reply);

    EXPECT_EQ(EvaluateMyIpReply(Encode(reply).value(), query), c.expected);
}

INSTANTIATE_TEST_SUITE_P(MyIpExchange,
                         MyIpReply,
                         ::testing::ValuesIn(REPLY_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(MyIpExchange, MalformedReplyIsNoReply)
{
    EXPECT_FALSE(EvaluateMyIpReply({}, MakeMyIpQuery(5, RECORD.name)));
}

TEST(MyIpExchange, FailureRowsAreInEnumOrderWithDifferentNames)
{
    std::set<std::string> names;
    for (std::size_t i = 0; i < MY_IP_FAILURES.size(); ++i)
    {
        EXPECT_EQ(static_cast<std::size_t>(MY_IP_FAILURES[i].failure), i);
        names.insert(GetName(MY_IP_FAILURES[i].failure));
    }
    EXPECT_EQ(names.size(), MY_IP_FAILURES.size());
}

} // namespace

} // namespace ns3::azure
