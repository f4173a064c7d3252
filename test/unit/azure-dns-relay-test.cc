// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-dns-relay.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace ns3::azure
{

namespace
{

using Datagram = std::vector<uint8_t>;
using Recipient = DnsRelayMessage::Recipient;

const Ipv4Address VM0("10.0.0.4");
const Ipv4Address VM1("10.0.0.5");
const Ipv4Address ANSWER("203.0.113.7");

DnsMessage
MakeQuery(uint16_t id, const std::string& name = "www.example.com")
{
    DnsMessage query;
    query.header.id = id;
    query.questions.push_back({DnsName::Parse(name).value(), DnsType::A, DnsClass::In});
    return query;
}

/// The upstream resolver's reply to what the relay has sent.
DnsMessage
MakeReply(const DnsRelayMessage& sent)
{
    auto reply = Decode(sent.datagram).value();
    reply.header.isResponse = true;
    reply.header.isAuthoritative = true;
    reply.answers.push_back(MakeAddressRecord(reply.questions.front().name, 60, ANSWER));
    return reply;
}

/// A relay of two attempts of 2 s, and the time.
class DnsRelayStory : public ::testing::Test
{
  protected:
    std::optional<DnsRelayMessage> Ask(const DnsMessage& query,
                                       Ipv4Address from = VM0,
                                       uint16_t port = 50000)
    {
        return m_relay.AcceptQuery(Encode(query).value(), from, port, m_now);
    }

    std::optional<DnsRelayMessage> Reply(const DnsMessage& reply)
    {
        return m_relay.AcceptReply(Encode(reply).value());
    }

    std::vector<DnsRelayMessage> At(Time now)
    {
        m_now = now;
        return m_relay.Expire(now);
    }

    DnsRelay m_relay{DnsRelay::Configuration{3, Seconds(2), 2}};
    Time m_now;
};

TEST_F(DnsRelayStory, S3_50_QueryGoesUpstreamUnderAFreshIdAndItsReplyBackUnderTheVms)
{
    auto query = MakeQuery(0xBEEF, "WWW.example.com");
    query.header.recursionDesired = true;

    const auto sent = Ask(query);

    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->recipient, Recipient::Upstream);
    auto upstream = Decode(sent->datagram).value();
    EXPECT_NE(upstream.header.id, 0xBEEF);
    upstream.header.id = 0xBEEF;
    EXPECT_EQ(upstream, query); // all but the id as the VM sent it

    const auto reply = Reply(MakeReply(*sent));

    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->recipient, Recipient::Client);
    EXPECT_EQ(reply->query.address, VM0);
    EXPECT_EQ(reply->query.port, 50000);
    EXPECT_FALSE(reply->failure);
    const auto told = Decode(reply->datagram).value();
    EXPECT_EQ(told.header.id, 0xBEEF);
    EXPECT_EQ(told.questions, query.questions);
    EXPECT_EQ(GetAddress(told.answers.at(0)), ANSWER);
    EXPECT_EQ(m_relay.GetPendingCount(), 0U);
    EXPECT_FALSE(m_relay.GetNextDeadline());
}

TEST_F(DnsRelayStory, S3_50_ReplyIsThatOfARecursiveResolver)
{
    const auto reply = Reply(MakeReply(Ask(MakeQuery(1)).value()));

    const auto header = DecodeHeader(reply.value().datagram).value();
    EXPECT_TRUE(header.recursionAvailable);
    EXPECT_FALSE(header.isAuthoritative);
}

TEST_F(DnsRelayStory, OctetsOfRecordDataAreNotWrittenAnew)
{
    // Data with a pointer to the name at octet 12: only right where the octets stay in place.
    auto message = MakeReply(Ask(MakeQuery(1)).value());
    message.answers.push_back(
        {message.questions[0].name, DnsType(5), DnsClass::In, 60, {1, 'a', 0xC0, 12}});
    const auto datagram = Encode(message).value();

    const auto told = m_relay.AcceptReply(datagram).value().datagram;

    ASSERT_EQ(told.size(), datagram.size());
    EXPECT_EQ(Datagram(told.begin() + 4, told.end()),
              Datagram(datagram.begin() + 4, datagram.end()));
}

TEST_F(DnsRelayStory, S3_50_EqualIdsOfTwoVmsAreToldApart)
{
    const auto first = Ask(MakeQuery(1), VM0).value();
    const auto second = Ask(MakeQuery(1), VM1).value();
    EXPECT_NE(DecodeHeader(first.datagram)->id, DecodeHeader(second.datagram)->id);

    EXPECT_EQ(Reply(MakeReply(second)).value().query.address, VM1);
    EXPECT_EQ(Reply(MakeReply(first)).value().query.address, VM0);
}

TEST_F(DnsRelayStory, ErrorReplyWithoutQuestionIsAReply)
{
    auto reply = MakeReply(Ask(MakeQuery(7)).value());
    reply.questions.clear();
    reply.answers.clear();
    reply.header.rcode = DnsRcode::FormErr;

    EXPECT_EQ(DecodeHeader(Reply(reply).value().datagram)->rcode, DnsRcode::FormErr);
}

TEST_F(DnsRelayStory, S3_50_SilenceIsAskedAgainWithTheSameIdAndThenServFail)
{
    auto query = MakeQuery(77);
    query.header.recursionDesired = true;
    const auto sent = Ask(query).value();
    EXPECT_EQ(m_relay.GetNextDeadline(), Seconds(2));
    EXPECT_TRUE(At(Seconds(2) - NanoSeconds(1)).empty());

    const auto again = At(Seconds(2));

    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].recipient, Recipient::Upstream);
    EXPECT_EQ(again[0].datagram, sent.datagram);
    EXPECT_EQ(m_relay.GetNextDeadline(), Seconds(4));

    const auto failed = At(Seconds(4));

    ASSERT_EQ(failed.size(), 1U);
    EXPECT_EQ(failed[0].recipient, Recipient::Client);
    EXPECT_EQ(failed[0].failure, DnsRelayFailure::Timeout);
    DnsMessage expected = query;
    expected.header.isResponse = true;
    expected.header.recursionAvailable = true;
    expected.header.rcode = DnsRcode::ServFail; // 2
    EXPECT_EQ(Decode(failed[0].datagram), expected);
    EXPECT_EQ(m_relay.GetPendingCount(), 0U);
    EXPECT_FALSE(m_relay.GetNextDeadline());
}

TEST_F(DnsRelayStory, LateAndSecondRepliesAreIgnored)
{
    const auto sent = Ask(MakeQuery(1)).value();
    At(Seconds(2));
    EXPECT_TRUE(Reply(MakeReply(sent)));
    EXPECT_FALSE(Reply(MakeReply(sent))); // to the second attempt

    const auto other = Ask(MakeQuery(2)).value();
    At(Seconds(4));
    At(Seconds(6));
    EXPECT_FALSE(Reply(MakeReply(other))); // given up
}

TEST_F(DnsRelayStory, ForgedAndMalformedRepliesAreIgnoredAndTheTrueOneStillCounts)
{
    const auto sent = Ask(MakeQuery(1)).value();
    const auto right = MakeReply(sent);
    auto otherId = right;
    ++otherId.header.id;
    auto otherName = right;
    otherName.questions[0].name = DnsName::Parse("www.example.org").value();
    auto otherType = right;
    otherType.questions[0].type = DnsType::Aaaa;
    auto otherClass = right;
    otherClass.questions[0].dnsClass = DnsClass::Any;
    auto twice = right;
    twice.questions.push_back(right.questions[0]);
    auto none = right;
    none.questions.clear();
    auto query = right;
    query.header.isResponse = false;
    for (const auto& wrong : {otherId, otherName, otherType, otherClass, twice, none, query})
    {
        EXPECT_FALSE(Reply(wrong));
    }
    auto shortened = Encode(right).value();
    shortened.pop_back();
    EXPECT_FALSE(m_relay.AcceptReply(shortened));
    EXPECT_FALSE(m_relay.AcceptReply({}));

    EXPECT_TRUE(Reply(right));
}

TEST_F(DnsRelayStory, WhatIsNoQueryWithOneQuestionIsIgnored)
{
    auto response = MakeQuery(1);
    response.header.isResponse = true;
    auto opcode = MakeQuery(1);
    opcode.header.opcode = DnsOpcode(4);
    auto none = MakeQuery(1);
    none.questions.clear();
    auto two = MakeQuery(1);
    two.questions.push_back(two.questions[0]);
    for (const auto& wrong : {response, opcode, none, two})
    {
        EXPECT_FALSE(Ask(wrong));
    }
    auto shortened = Encode(MakeQuery(1)).value();
    shortened.pop_back();
    EXPECT_FALSE(m_relay.AcceptQuery(shortened, VM0, 50000, m_now));
    EXPECT_FALSE(m_relay.AcceptQuery({}, VM0, 50000, m_now));
    EXPECT_EQ(m_relay.GetPendingCount(), 0U);
}

TEST_F(DnsRelayStory, RepeatedQueryIsAskedOnceOnly)
{
    const auto sent = Ask(MakeQuery(1)).value();
    EXPECT_FALSE(Ask(MakeQuery(1)));
    EXPECT_TRUE(Ask(MakeQuery(1), VM0, 50001)); // another port: another query
    EXPECT_EQ(m_relay.GetPendingCount(), 2U);

    Reply(MakeReply(sent));
    EXPECT_TRUE(Ask(MakeQuery(1))); // answered: nothing is cached
}

TEST_F(DnsRelayStory, OtherQueryUnderTheSameIdTakesThePlaceOfTheFormer)
{
    const auto former = Ask(MakeQuery(1, "a.example")).value();
    const auto latter = Ask(MakeQuery(1, "b.example")).value();

    EXPECT_EQ(m_relay.GetPendingCount(), 1U);
    EXPECT_FALSE(Reply(MakeReply(former)));
    EXPECT_TRUE(Reply(MakeReply(latter)));
}

TEST_F(DnsRelayStory, OneTooManyIsServFailAtOnceUntilOneIsAnswered)
{
    const auto first = Ask(MakeQuery(1)).value();
    Ask(MakeQuery(2));
    Ask(MakeQuery(3));

    const auto refused = Ask(MakeQuery(4)).value();

    EXPECT_EQ(refused.recipient, Recipient::Client);
    EXPECT_EQ(refused.failure, DnsRelayFailure::TooManyQueries);
    EXPECT_EQ(DecodeHeader(refused.datagram)->id, 4);
    EXPECT_EQ(DecodeHeader(refused.datagram)->rcode, DnsRcode::ServFail);
    EXPECT_EQ(m_relay.GetPendingCount(), 3U);

    Reply(MakeReply(first));
    EXPECT_EQ(Ask(MakeQuery(4)).value().recipient, Recipient::Upstream);
}

TEST(DnsRelay, IdsInUseAreSkippedWhenTheyCountAround)
{
    DnsRelay relay({2, Seconds(1), 1});
    const auto ask = [&](uint16_t id) {
        return relay.AcceptQuery(Encode(MakeQuery(id)).value(), VM0, 50000, Time()).value();
    };
    const auto kept = DecodeHeader(ask(0).datagram)->id;
    std::set<uint16_t> seen;
    for (uint32_t i = 0; i < 65535; ++i)
    {
        const auto sent = ask(1);
        seen.insert(DecodeHeader(sent.datagram)->id);
        ASSERT_TRUE(relay.AcceptReply(Encode(MakeReply(sent)).value()));
    }

    EXPECT_EQ(seen.size(), 65535U); // each of the others once
    EXPECT_EQ(seen.count(kept), 0U);
    EXPECT_EQ(relay.GetPendingCount(), 1U);
}

TEST(DnsRelay, EveryQueryIsAnsweredExactlyOnceWhateverIsLost)
{
    constexpr uint32_t QUERIES = 2000;
    std::mt19937 random(7); // any fixed seed
    DnsRelay relay({20, Seconds(2), 3});
    std::vector<DnsRelayMessage> onTheWay;
    std::map<std::tuple<Ipv4Address, uint16_t, uint16_t>, uint32_t> answers;
    const auto carry = [&](const DnsRelayMessage& message) {
        if (message.recipient == Recipient::Client)
        {
            ++answers[{message.query.address, message.query.port, message.query.header.id}];
        }
        else if (random() % 2 == 0) // half are lost
        {
            onTheWay.push_back(message);
        }
    };
    Time now;
    for (uint32_t i = 0; i < QUERIES; ++i)
    {
        now += MilliSeconds(random() % 300);
        const auto sent = relay.AcceptQuery(Encode(MakeQuery(static_cast<uint16_t>(i))).value(),
                                            i % 3 == 0 ? VM0 : VM1,
                                            static_cast<uint16_t>(1024 + random() % 5),
                                            now);
        carry(sent.value());
        if (!onTheWay.empty() && random() % 2 == 0)
        {
            const auto at = onTheWay.begin() + static_cast<int>(random() % onTheWay.size());
            if (const auto reply = relay.AcceptReply(Encode(MakeReply(*at)).value()))
            {
                carry(*reply);
            }
            onTheWay.erase(at);
        }
        for (const auto& message : relay.Expire(now))
        {
            carry(message);
        }
        ASSERT_LE(relay.GetPendingCount(), 20U);
        ASSERT_EQ(relay.GetPendingCount() > 0, relay.GetNextDeadline().has_value());
    }
    while (const auto deadline = relay.GetNextDeadline())
    {
        for (const auto& message : relay.Expire(*deadline))
        {
            carry(message);
        }
    }

    EXPECT_EQ(answers.size(), QUERIES);
    for (const auto& [client, count] : answers)
    {
        EXPECT_EQ(count, 1U);
    }
}

TEST(DnsRelay, FailuresAreInEnumOrderWithNamesOfTheirOwn)
{
    std::set<std::string> names;
    for (std::size_t i = 0; i < DNS_RELAY_FAILURES.size(); ++i)
    {
        EXPECT_EQ(static_cast<std::size_t>(DNS_RELAY_FAILURES[i].failure), i);
        names.insert(GetName(DNS_RELAY_FAILURES[i].failure));
    }
    EXPECT_EQ(names.size(), DNS_RELAY_FAILURES.size());
}

TEST(DnsRelayDeathTest, ConfigurationOutOfRangeEndsTheProgram)
{
    EXPECT_DEATH(DnsRelay({0, Seconds(1), 1}), "maxPending: '0' is not allowed");
    EXPECT_DEATH(DnsRelay({65536, Seconds(1), 1}), "maxPending: '65536' is not allowed");
    EXPECT_DEATH(DnsRelay({1, Seconds(0), 1}), "timeout: .* is not allowed");
    EXPECT_DEATH(DnsRelay({1, Seconds(1), 0}), "attempts: '0' is not allowed");
}

} // namespace

} // namespace ns3::azure
