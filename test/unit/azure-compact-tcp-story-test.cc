// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-tcp-link.h"
#include "azure-compact-tcp-text.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// Something that an application does.
struct Action
{
    int at;           // milliseconds
    char side;        // 'c' the client, 's' the server
    std::string what; // connect, send, close, reset, forget, unreachable (hard ICMP error), silence
    uint32_t bytes{0}; // of send
};

/// What two applications do, and what two tables make of it.
struct Story
{
    const char* name;                  // test name
    uint32_t request;                  // bytes the client sends when it is connected
    uint32_t response;                 // bytes the server answers to as many
    std::vector<int> lost;             // which segments are lost, from 0
    std::vector<Action> actions;       // beside that the server closes when the client has
    std::vector<std::string> segments; // ms, '>' from the client or '<', segment; '!': lost
    std::vector<std::string> events;   // ms, side, callback
};

void
PrintTo(const Story& story, std::ostream* os)
{
    *os << story.name;
}

// clang-format off
// One way takes 10 ms.  The first segment of data a side gets is acknowledged at once, unless it
// has sent data itself since the handshake; after that every second one, or after 200 ms.
const Story STORIES[] = {
    {"Handshake", 0, 0, {}, {},
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1"},
     {"20 c connected", "30 s accepted"}},
    {"RequestAndResponse", 12, 100, {}, {},
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1", "20 > A 1+12 a1",
      "30 < A 1 a13", "30 < A 1+100 a13", // at once: it is the first
      "240 > A 13 a101"},                 // 200 ms after it has come: the request was data
     {"20 c connected", "30 s accepted", "30 s received 12", "40 c received 100"}},
    {"LargeRequestAndResponse", 1200, 1100, {}, {},
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1", "20 > A 1+536 a1", "20 > A 537+536 a1",
      "20 > A 1073+128 a1",
      "30 < A 1 a537", "30 < A 1 a1201", // the first; the next two
      "30 < A 1+536 a1201", "30 < A 537+536 a1201", "30 < A 1073+28 a1201",
      "40 > A 1201 a1073", "240 > A 1201 a1101"},
     {"20 c connected", "30 s accepted", "30 s received 536", "30 s received 536",
      "30 s received 128", "40 c received 536", "40 c received 536", "40 c received 28"}},
    {"ClientCloses", 12, 100, {}, {{1000, 'c', "close"}},
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1", "20 > A 1+12 a1", "30 < A 1 a13",
      "30 < A 1+100 a13", "240 > A 13 a101",
      "1000 > FA 13 a101", "1010 < A 101 a14", "1010 < FA 101 a14", "1020 > A 14 a102"},
     {"20 c connected", "30 s accepted", "30 s received 12", "40 c received 100",
      "1010 s peer closed", "1020 c closed until 241020", "1030 s closed until 1030"}},
    {"ServerCloses", 0, 0, {}, {{1000, 's', "close"}, {2000, 'c', "close"}},
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1",
      "1000 < FA 1 a1", "1010 > A 1 a2", "2000 > FA 1 a2", "2010 < A 2 a2"},
     {"20 c connected", "30 s accepted", "1010 c peer closed",
      "2010 s closed until 242010", "2020 c closed until 2020"}},
    {"BothClose", 0, 0, {}, {{1000, 'c', "close"}, {1000, 's', "close"}},
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1",
      "1000 > FA 1 a1", "1000 < FA 1 a1", "1010 < A 2 a2", "1010 > A 2 a2"},
     {"20 c connected", "30 s accepted",
      "1020 c closed until 241020", "1020 s closed until 241020"}},
    {"ClientResets", 12, 0, {}, {{1000, 'c', "reset"}},
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1", "20 > A 1+12 a1", "30 < A 1 a13", "1000 > R 13"},
     {"20 c connected", "30 s accepted", "30 s received 12", "1010 s reset until 1010"}},
    {"ServerResets", 0, 0, {}, {{1000, 's', "reset"}},
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1", "1000 < R 1"},
     {"20 c connected", "30 s accepted", "1010 c reset until 1010"}},
    {"ServerForgets", 0, 0, {}, {{1000, 's', "forget"}, {2000, 'c', "send", 12}},
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1", "2000 > A 1+12 a1", "2010 < R 1"},
     {"20 c connected", "30 s accepted", "2020 c reset until 2020"}},
    {"Refused", 12, 100, {}, {{0, 's', "silence"}},
     {"0 > S 0", "10 < RA 0 a1"},
     {"20 c refused until 20"}},
    {"NothingAnswers", 12, 100, {0, 1, 2, 3, 4, 5}, {}, // 3 s doubled six times
     {"0 > S 0!", "3000 > S 0!", "9000 > S 0!", "21000 > S 0!", "45000 > S 0!", "93000 > S 0!"},
     {"189000 c timeout until 189000"}},
    {"LostSyn", 0, 0, {0}, {},
     {"0 > S 0!", "3000 > S 0", "3010 < SA 0 a1", "3020 > A 1 a1"},
     {"3020 c connected", "3030 s accepted"}},
    {"LostSynAck", 0, 0, {1}, {}, // both sides repeat theirs
     {"0 > S 0", "10 < SA 0 a1!", "3000 > S 0", "3010 < SA 0 a1", "3010 < SA 0 a1",
      "3020 > A 1 a1", "3020 > A 1 a1"},
     {"3020 c connected", "3030 s accepted"}},
    {"LostAckOfSynAck", 0, 0, {2}, {}, // ns-3's client would not answer the second SYN-ACK
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1!", "3010 < SA 0 a1", "3020 > A 1 a1"},
     {"20 c connected", "3030 s accepted"}},
    {"ServerGivesUpTheHandshake", 0, 0, {1, 2, 3, 4, 5, 6}, {{5, 'c', "forget"}},
     {"0 > S 0", "10 < SA 0 a1!", "3010 < SA 0 a1!", "9010 < SA 0 a1!", "21010 < SA 0 a1!",
      "45010 < SA 0 a1!", "93010 < SA 0 a1!"},
     {}},
    {"LostRequest", 12, 100, {3}, {},
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1", "20 > A 1+12 a1!", "1020 > A 1+12 a1",
      "1030 < A 1 a13", "1030 < A 1+100 a13", "1240 > A 13 a101"},
     {"20 c connected", "30 s accepted", "1030 s received 12", "1040 c received 100"}},
    {"LostResponse", 12, 100, {5, 7}, {}, // the wait doubles
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1", "20 > A 1+12 a1", "30 < A 1 a13",
      "30 < A 1+100 a13!", "1030 < A 1+100 a13", "1240 > A 13 a101!",
      "3030 < A 1+100 a13", "3040 > A 13 a101"},
     {"20 c connected", "30 s accepted", "30 s received 12", "1040 c received 100"}},
    {"LostMiddleOfARequest", 1200, 0, {4}, {}, // segments out of order are dropped
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1", "20 > A 1+536 a1", "20 > A 537+536 a1!",
      "20 > A 1073+128 a1", "30 < A 1 a537", "30 < A 1 a537",
      "1040 > A 537+536 a1", "1250 < A 1 a1073", "1260 > A 1073+128 a1", "1470 < A 1 a1201"},
     {"20 c connected", "30 s accepted", "30 s received 536", "1050 s received 536",
      "1270 s received 128"}},
    {"RequestNeverAcknowledged", 12, 0, {3, 4, 5, 6, 7, 8, 9}, {}, // 1 s doubled, at most 60 s
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1", "20 > A 1+12 a1!", "1020 > A 1+12 a1!",
      "3020 > A 1+12 a1!", "7020 > A 1+12 a1!", "15020 > A 1+12 a1!", "31020 > A 1+12 a1!",
      "63020 > A 1+12 a1!"},
     {"20 c connected", "30 s accepted", "123020 c timeout until 123020"}},
    {"LostFin", 0, 0, {3, 4}, {{1000, 'c', "close"}}, // the wait does not double
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1", "1000 > FA 1 a1!", "2000 > FA 1 a1!",
      "3000 > FA 1 a1", "3010 < A 1 a2", "3010 < FA 1 a2", "3020 > A 2 a2"},
     {"20 c connected", "30 s accepted", "3010 s peer closed", "3020 c closed until 243020",
      "3030 s closed until 3030"}},
    {"LostLastAck", 0, 0, {6}, {{1000, 'c', "close"}},
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1", "1000 > FA 1 a1", "1010 < A 1 a2",
      "1010 < FA 1 a2", "1020 > A 2 a2!", "2010 < FA 1 a2", "2020 > A 2 a2"},
     {"20 c connected", "30 s accepted", "1010 s peer closed", "1020 c closed until 241020",
      "2030 s closed until 2030"}},
    {"LostFinThenReset", 0, 0, {3, 4, 5}, {{1000, 'c', "close"}, {3500, 'c', "reset"}},
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1", "1000 > FA 1 a1!", "2000 > FA 1 a1!",
      "3000 > FA 1 a1!", "3500 > R 2", "3510 < A 1 a1", "3520 > R 1"}, // not the expected number
     {"20 c connected", "30 s accepted", "3530 s reset until 3530"}},
    {"KeepAlives", 12, 0, {}, {{5020, 'c', "send", 12}, {5040, 's', "send", 1},
                               {10020, 'c', "send", 12}, {20000, 's', "send", 1}},
     {"0 > S 0", "10 < SA 0 a1", "20 > A 1 a1", "20 > A 1+12 a1", "30 < A 1 a13",
      "5020 > A 13+12 a1", "5040 < A 1+1 a25", "5250 > A 25 a2", // goes with the server's byte
      "10020 > A 25+12 a2", "10230 < A 2 a37", "20000 < A 2+1 a37", "20210 > A 37 a3"},
     {"20 c connected", "30 s accepted", "30 s received 12", "5030 s received 12",
      "5050 c received 1", "10030 s received 12", "20010 c received 1"}},
    {"UnreachablePort", 12, 0, {0}, {{50, 'c', "unreachable"}},
     {"0 > S 0!"},
     {"50 c unreachable until 50"}},
    {"CloseBeforeTheHandshakeIsDone", 12, 0, {}, {{5, 'c', "close"}},
     {"0 > S 0", "10 < SA 0 a1", "20 > R 1"}, // what comes is of no connection
     {}},
    {"ResetBeforeTheHandshakeIsDone", 12, 0, {0}, {{5, 'c', "reset"}},
     {"0 > S 0!", "5 > R 0"},
     {}},
};
// clang-format on

/// An application at one end.
class StoryUser : public CompactTcpUser
{
  public:
    StoryUser(CompactTcpLink& link, CompactTcpTable& table, char side)
        : m_link(link),
          m_table(table),
          m_side(side)
    {
    }

    uint32_t HandleAccepted(uint32_t number, const FlowKey& key) override
    {
        EXPECT_EQ(key, CompactTcpLink::GetKey(50000).Reverse());
        connection = number;
        Note("accepted");
        return 7;
    }

    void HandleConnected(uint32_t tag) override
    {
        EXPECT_EQ(tag, 7U);
        Note("connected");
        if (request > 0)
        {
            m_table.Send(connection, request, m_link.GetNow());
        }
    }

    void HandleReceived(uint32_t tag, const uint8_t* bytes, uint32_t size) override
    {
        EXPECT_EQ(tag, 7U);
        EXPECT_EQ(bytes[0], static_cast<uint8_t>(received));
        EXPECT_EQ(bytes[size - 1], static_cast<uint8_t>(received + size - 1));
        received += size;
        Note("received " + std::to_string(size));
        if (response > 0 && received == request)
        {
            m_table.Send(connection, response, m_link.GetNow());
        }
    }

    void HandlePeerClosed(uint32_t tag) override
    {
        EXPECT_EQ(tag, 7U);
        Note("peer closed");
        if (m_side == 's')
        {
            m_table.Close(connection, m_link.GetNow());
        }
    }

    void HandleOver(uint32_t tag, CompactTcpEnd end, Time freeAt) override
    {
        EXPECT_EQ(tag, 7U);
        Note(ToText(end) + " until " + std::to_string(freeAt.GetMilliSeconds()));
    }

    uint32_t WritePayload(uint32_t tag, uint32_t offset, uint8_t* bytes, uint32_t size) override
    {
        EXPECT_EQ(tag, 7U);
        for (uint32_t i = 0; i < size; ++i)
        {
            bytes[i] = static_cast<uint8_t>(offset + i);
        }
        return size;
    }

    void Do(const Action& action)
    {
        const auto now = m_link.GetNow();
        if (action.what == "send")
        {
            m_table.Send(connection, action.bytes, now);
        }
        else if (action.what == "close")
        {
            m_table.Close(connection, now);
        }
        else if (action.what == "reset")
        {
            m_table.Reset(connection, now);
        }
        else if (action.what == "forget")
        {
            m_table.Forget(connection);
        }
        else if (action.what == "unreachable")
        {
            m_table.ReceiveError(CompactTcpLink::GetKey(50000), false, now); // a soft error before
            m_table.ReceiveError(CompactTcpLink::GetKey(50000), true, now);
        }
        else
        {
            m_table.StopListening(80);
        }
    }

    uint32_t connection{0};
    uint32_t request{0};
    uint32_t response{0};
    uint32_t received{0};
    std::vector<std::string>* events{nullptr};

  private:
    void Note(const std::string& event)
    {
        events->push_back(std::to_string(m_link.GetNow().GetMilliSeconds()) + ' ' + m_side + ' ' +
                          event);
    }

    CompactTcpLink& m_link;
    CompactTcpTable& m_table;
    char m_side;
};

class CompactTcpStories : public ::testing::TestWithParam<Story>
{
  protected:
    void SetUp() override
    {
        m_link.tap = [this](bool isClients, const FlowKey& key, const TcpSegment& segment) {
            const auto expected = CompactTcpLink::GetKey(50000);
            EXPECT_EQ(key, isClients ? expected : expected.Reverse());
            const auto number = static_cast<int>(m_segments.size());
            const auto& lost = GetParam().lost;
            m_isLost = std::count(lost.begin(), lost.end(), number) > 0;
            m_segments.push_back(std::to_string(m_link.GetNow().GetMilliSeconds()) +
                                 (isClients ? " > " : " < ") + ToText(segment) +
                                 (m_isLost ? "!" : ""));
        };
        m_link.fate = [this](bool /* isClients */, const TcpSegment& /* segment */) {
            return m_isLost ? std::vector<Time>{} : std::vector<Time>{MilliSeconds(10)};
        };
        for (auto* user : {&m_client, &m_server})
        {
            user->events = &m_events;
            user->request = GetParam().request;
        }
        m_server.response = GetParam().response;
    }

    CompactTcpSettings m_settings;
    CompactTcpLink m_link;
    std::vector<std::string> m_segments;
    std::vector<std::string> m_events;
    bool m_isLost{false};
    StoryUser m_client{m_link, m_link.GetClient(), 'c'};
    StoryUser m_server{m_link, m_link.GetServer(), 's'};
};

TEST_P(CompactTcpStories, HaveTheSegmentsAndEventsOfTheTable)
{
    ASSERT_TRUE(m_link.GetServer().Listen(80, m_server, m_settings));
    for (const auto& action : GetParam().actions)
    {
        auto& user = action.side == 'c' ? m_client : m_server;
        m_link.At(MilliSeconds(action.at), [&user, &action] { user.Do(action); });
    }
    const auto bound =
        m_link.GetClient().Bind(CompactTcpLink::GetKey(50000), m_client, 7, m_settings);
    ASSERT_TRUE(bound);
    m_client.connection = *bound;
    m_link.GetClient().Connect(*bound, Time());
    while (m_link.Step(Seconds(1000)))
    {
        ASSERT_EQ(m_link.GetClient().CheckInvariants(), std::nullopt);
        ASSERT_EQ(m_link.GetServer().CheckInvariants(), std::nullopt);
    }
    EXPECT_EQ(m_segments, GetParam().segments);
    EXPECT_EQ(m_events, GetParam().events);
}

INSTANTIATE_TEST_SUITE_P(CompactTcpTable,
                         CompactTcpStories,
                         ::testing::ValuesIn(STORIES),
                         [](const auto& row) { return std::string(row.param.name); });

} // namespace

} // namespace ns3::azure
