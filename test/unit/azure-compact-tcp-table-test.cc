// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-compact-tcp-table.h"

#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using State = CompactTcpState;
using Event = CompactTcpEvent;

/// RFC 9293, figure 5, where an event has an arrow.
struct Arrow
{
    State from;
    Event event;
    State to;
};

// clang-format off
constexpr Arrow ARROWS[] = {
    {State::Established, Event::FinSent,         State::FinWait1},
    {State::Established, Event::FinReceived,     State::CloseWait},
    {State::FinWait1,    Event::FinAcknowledged, State::FinWait2},
    {State::FinWait1,    Event::FinReceived,     State::Closing},
    {State::FinWait2,    Event::FinReceived,     State::TimeWait},
    {State::CloseWait,   Event::FinSent,         State::LastAck},
    {State::Closing,     Event::FinAcknowledged, State::TimeWait},
    {State::LastAck,     Event::FinAcknowledged, State::Free},
};
// clang-format on

TEST(CompactTcpStates, FollowTheArrowsOfTheRfcAndStayElsewhere)
{
    for (int i = 0; i <= static_cast<int>(State::TimeWait); ++i)
    {
        const auto from = static_cast<State>(i);
        for (const auto event : {Event::FinSent, Event::FinAcknowledged, Event::FinReceived})
        {
            auto expected = from;
            for (const auto& arrow : ARROWS)
            {
                expected = arrow.from == from && arrow.event == event ? arrow.to : expected;
            }
            EXPECT_EQ(NextState(from, event), expected) << i;
        }
    }
}

/// An application and an output that take no notice of anything but the last segment.
class Nobody : public CompactTcpUser, public CompactTcpOutput
{
  public:
    uint32_t HandleAccepted(uint32_t /* connection */, const FlowKey& /* key */) override
    {
        return 0;
    }

    void HandleConnected(uint32_t /* tag */) override
    {
    }

    void HandleReceived(uint32_t /* tag */,
                        const uint8_t* /* bytes */,
                        uint32_t /* size */) override
    {
    }

    void HandlePeerClosed(uint32_t /* tag */) override
    {
    }

    void HandleOver(uint32_t /* tag */, CompactTcpEnd /* end */, Time /* freeAt */) override
    {
    }

    uint32_t WritePayload(uint32_t /* tag */,
                          uint32_t /* offset */,
                          uint8_t* /* bytes */,
                          uint32_t /* size */) override
    {
        return 0;
    }

    void Transmit(const FlowKey& /* key */,
                  const TcpSegment& segment,
                  CompactTcpUser* /* user */,
                  uint32_t /* tag */,
                  uint32_t /* offset */) override
    {
        last = segment;
        ++sent;
    }

    TcpSegment last;
    uint32_t sent{0};
};

FlowKey
MakeKey(uint32_t i)
{
    return {0x0a000004,
            0xc0000201 + i / 64000,
            static_cast<uint16_t>(1024 + i % 64000),
            80,
            IpProtocol::Tcp};
}

class CompactTcpTables : public ::testing::Test
{
  protected:
    /// Make a connection and have its handshake answered.
    uint32_t Establish(uint32_t i)
    {
        const auto number = m_table.Bind(MakeKey(i), m_nobody, i, m_settings);
        m_table.Connect(*number, m_now);
        TcpSegment answer;
        answer.syn = true;
        answer.ack = true;
        answer.acknowledgement = 1;
        answer.window = 65535;
        EXPECT_TRUE(m_table.Receive(MakeKey(i), answer, m_now));
        return *number;
    }

    Nobody m_nobody;
    CompactTcpSettings m_settings;
    CompactTcpTable m_table{m_nobody};
    Time m_now{Seconds(1)};
};

TEST_F(CompactTcpTables, GiveAKeyToOneConnectionAtATime)
{
    const auto first = m_table.Bind(MakeKey(1), m_nobody, 0, m_settings);
    ASSERT_TRUE(first);
    EXPECT_TRUE(m_table.IsInUse(MakeKey(1)));
    EXPECT_FALSE(m_table.IsInUse(MakeKey(1).Reverse()));
    EXPECT_FALSE(m_table.Bind(MakeKey(1), m_nobody, 0, m_settings));
    const auto second = m_table.Bind(MakeKey(2), m_nobody, 0, m_settings);
    ASSERT_TRUE(second);
    EXPECT_NE(*first, *second);
    EXPECT_EQ(m_table.GetSize(), 2U);
    m_table.Forget(*first);
    EXPECT_FALSE(m_table.IsInUse(MakeKey(1)));
    EXPECT_EQ(m_table.Bind(MakeKey(1), m_nobody, 0, m_settings), first) << "numbers are reused";
}

TEST_F(CompactTcpTables, LetOneUserListenToAPort)
{
    EXPECT_TRUE(m_table.Listen(80, m_nobody, m_settings));
    EXPECT_FALSE(m_table.Listen(80, m_nobody, m_settings));
    EXPECT_TRUE(m_table.Listen(81, m_nobody, m_settings));
    m_table.StopListening(80);
    m_table.StopListening(82);
    EXPECT_TRUE(m_table.Listen(80, m_nobody, m_settings));
}

TEST_F(CompactTcpTables, WaitForNothingWhileAllIsQuiet)
{
    EXPECT_EQ(m_table.GetNextDeadline(), std::nullopt);
    const auto number = Establish(1);
    EXPECT_EQ(m_table.GetNextDeadline(), std::nullopt) << "the SYN's 3 s are not waited for";
    EXPECT_EQ(m_nobody.sent, 2U) << "SYN and ACK";
    m_table.Send(number, 12, Seconds(5));
    EXPECT_EQ(*m_table.GetNextDeadline(), Seconds(6));
}

TEST_F(CompactTcpTables, QueueNoDeadlinePerSegment)
{
    const auto number = Establish(1);
    m_table.Expire(Seconds(4));
    const auto before = m_table.GetMemory();
    for (uint32_t i = 0; i < 1000; ++i)
    {
        m_table.Send(number, 12, Seconds(5) + MicroSeconds(i));
        TcpSegment answer;
        answer.ack = true;
        answer.sequence = 1;
        answer.acknowledgement = 1 + 12 * (i + 1);
        answer.window = 65535;
        m_table.Receive(MakeKey(1), answer, Seconds(5) + MicroSeconds(i));
    }
    EXPECT_EQ(m_table.GetMemory(), before) << "one deadline prolonged";
    m_table.Expire(Seconds(10));
    EXPECT_EQ(m_table.GetNextDeadline(), std::nullopt);
}

TEST_F(CompactTcpTables, HoldEightyBytesAConnection)
{
    const uint32_t connections = 64512;
    const auto before = m_table.GetMemory();
    for (uint32_t i = 0; i < connections; ++i)
    {
        Establish(i);
    }
    const auto all = m_table.GetMemory() - before;
    // 64 of the record and 16 of the index (131,072 cells of 8 bytes); what is pending is one part
    // of 40 bytes, and the SYN's deadline one of 16, as all are idle but the one that is opened.
    RecordProperty("bytes_per_connection", static_cast<int>(all / connections));
    EXPECT_LE(all / connections, 64U + 17);
    EXPECT_GE(all / connections, 64U + 16);
    EXPECT_EQ(m_table.CheckInvariants(), std::nullopt);
}

TEST_F(CompactTcpTables, GiveUpSynsHoweverLongTheyDouble)
{
    m_settings.connectAttempts = 300;
    m_settings.connectTimeout = Seconds(1);
    const auto number = m_table.Bind(MakeKey(1), m_nobody, 0, m_settings);
    m_table.Connect(*number, Time());
    for (int i = 0; i < 100; ++i)
    {
        ASSERT_TRUE(m_table.GetNextDeadline());
        const auto next = *m_table.GetNextDeadline();
        ASSERT_GT(next, Time());
        if (next > Seconds(3'000'000'000))
        {
            break; // 95 years
        }
        m_table.Expire(next);
    }
    EXPECT_EQ(m_nobody.sent, 32U) << "2^32 s is more than 3,000,000,000 s";
}

using CompactTcpTablesDeathTest = CompactTcpTables;

TEST_F(CompactTcpTablesDeathTest, EndTheProgramOnCallsThatBreakAPrecondition)
{
    EXPECT_DEATH(m_table.Forget(0), "no connection 0");
    const auto number = Establish(1);
    EXPECT_DEATH(m_table.Connect(number, m_now), "connection 0 has begun");
    EXPECT_DEATH(m_table.Send(number + 1, 1, m_now), "no connection 1");
    m_table.Send(number, 4'294'967'000, m_now);
    EXPECT_DEATH(m_table.Send(number, 300, m_now), "connection 0 has too much to send");
    m_table.Reset(number, m_now);
    EXPECT_DEATH(m_table.Close(number, m_now), "no connection 0");
}

} // namespace

} // namespace ns3::azure
