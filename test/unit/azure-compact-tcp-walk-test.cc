// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-tcp-link.h"
#include "azure-compact-tcp-text.h"

#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// One end of one of the walk's connections.
struct End
{
    uint16_t port{0};       // the client's
    uint32_t connection{0}; // its number
    bool isKnown{false};    // the number is the user's
    bool isOpen{false};     // data can be sent
    bool isClosing{false};  // Close() has been called
    bool isCut{false};      // Reset(), Forget(), or told so: not all bytes need arrive
    uint64_t sent{0};       // bytes given to Send()
    uint64_t received{0};   // bytes received
    bool isPeerClosed{false};
    std::string over; // why it is over, once it is
};

/// An application that knows its ends by the client's port, and checks what it receives.
class WalkUser : public CompactTcpUser
{
  public:
    WalkUser(CompactTcpLink& link, bool isClient)
        : m_link(link),
          m_isClient(isClient)
    {
    }

    uint32_t HandleAccepted(uint32_t connection, const FlowKey& key) override
    {
        auto& end = ends[key.GetDestinationPort()];
        EXPECT_FALSE(end.isKnown) << "accepted twice";
        end.port = key.GetDestinationPort();
        end.connection = connection;
        end.isKnown = true;
        end.isOpen = true;
        return end.port;
    }

    void HandleConnected(uint32_t tag) override
    {
        auto& end = ends.at(tag);
        EXPECT_TRUE(end.isKnown && !end.isOpen);
        end.isOpen = true;
    }

    void HandleReceived(uint32_t tag, const uint8_t* bytes, uint32_t size) override
    {
        auto& end = ends.at(tag);
        EXPECT_TRUE(end.isKnown && !end.isPeerClosed);
        for (uint32_t i = 0; i < size; ++i)
        {
            ASSERT_EQ(bytes[i], GetByte(!m_isClient, tag, end.received + i));
        }
        end.received += size;
        if (onReceived)
        {
            onReceived(end);
        }
    }

    void HandlePeerClosed(uint32_t tag) override
    {
        auto& end = ends.at(tag);
        EXPECT_TRUE(end.isKnown && !end.isPeerClosed && !end.isClosing);
        end.isPeerClosed = true;
    }

    void HandleOver(uint32_t tag, CompactTcpEnd why, Time freeAt) override
    {
        auto& end = ends.at(tag);
        EXPECT_TRUE(end.isKnown);
        EXPECT_GE(freeAt, m_link.GetNow());
        end.isKnown = false;
        end.isOpen = false;
        end.isCut |= why != CompactTcpEnd::Closed;
        end.over = ToText(why);
    }

    uint32_t WritePayload(uint32_t tag, uint32_t offset, uint8_t* bytes, uint32_t size) override
    {
        for (uint32_t i = 0; i < size; ++i)
        {
            bytes[i] = GetByte(m_isClient, tag, offset + i);
        }
        return size;
    }

    /// @return a byte of a stream
    static uint8_t GetByte(bool isClients, uint32_t port, uint64_t offset)
    {
        return static_cast<uint8_t>((offset * 31 + port * 7 + (isClients ? 1 : 2)) >> 2);
    }

    std::map<uint32_t, End> ends; // by the client's port
    std::function<void(End&)> onReceived;

  private:
    CompactTcpLink& m_link;
    bool m_isClient;
};

/// How bad the link of a walk is.
struct Weather
{
    const char* name;      // test name
    uint32_t lostIn100;    // segments lost
    uint32_t repeatedIn10; // segments that arrive twice
    uint32_t jitter;       // most milliseconds that a segment is late
    int steps;             // of the walk
};

void
PrintTo(const Weather& weather, std::ostream* os)
{
    *os << weather.name;
}

// clang-format off
constexpr Weather WEATHERS[] = {
    // name            lost repeated jitter steps
    {"Fair",              0,       0,     0, 100'000},
    {"Lossy",            15,       0,     0, 100'000},
    {"LossyAndRepeating", 10,      3,    30, 100'000},
};
// clang-format on

class CompactTcpWalk : public ::testing::TestWithParam<Weather>
{
  protected:
    CompactTcpWalk()
    {
        m_settings.connectAttempts = 12;
        m_settings.dataRetries = 30;
        m_settings.connectTimeout = MilliSeconds(200);
        m_settings.leastRetransmitTimeout = MilliSeconds(100);
        m_settings.segmentLifetime = Seconds(2);
        m_settings.window = 4000;
        m_link.fate = [this](bool /* isClients */, const TcpSegment& /* segment */) {
            std::vector<Time> arrivals;
            const uint32_t copies = Draw(10) < GetParam().repeatedIn10 ? 2 : 1;
            for (uint32_t i = 0; i < copies; ++i)
            {
                if (Draw(100) >= GetParam().lostIn100)
                {
                    arrivals.push_back(MilliSeconds(10 + Draw(GetParam().jitter + 1)));
                }
            }
            return arrivals;
        };
        const auto react = [this](WalkUser& user, CompactTcpTable& table) {
            return [this, &user, &table](End& end) {
                if (Draw(20) == 0)
                {
                    Act(user, table, end);
                }
            };
        };
        m_client.onReceived = react(m_client, m_link.GetClient());
        m_server.onReceived = react(m_server, m_link.GetServer());
    }

    uint32_t Draw(uint32_t n)
    {
        return static_cast<uint32_t>(m_random() % n);
    }

    void Open()
    {
        const uint16_t port = m_nextPort++;
        const auto key = CompactTcpLink::GetKey(port);
        const auto number = m_link.GetClient().Bind(key, m_client, port, m_settings);
        ASSERT_TRUE(number);
        ASSERT_FALSE(m_link.GetClient().Bind(key, m_client, port, m_settings));
        auto& end = m_client.ends[port];
        end.port = port;
        end.connection = *number;
        end.isKnown = true;
        m_link.GetClient().Connect(*number, m_link.GetNow());
    }

    /// Call something for one end.
    void Act(WalkUser& /* user */, CompactTcpTable& table, End& end)
    {
        if (!end.isKnown)
        {
            return;
        }
        const auto now = m_link.GetNow();
        const uint32_t what = Draw(100);
        if (what < 80)
        {
            const uint32_t bytes = Draw(4) == 0 ? Draw(6000) : Draw(100) + 1;
            table.Send(end.connection, bytes, now);
            end.sent += end.isClosing ? 0 : bytes;
        }
        else if (what < 96)
        {
            table.Close(end.connection, now);
            end.isClosing = true;
            if (!end.isOpen)
            {
                Cut(end, "closed early");
            }
        }
        else if (what < 98)
        {
            table.Reset(end.connection, now);
            Cut(end, "reset it");
        }
        else
        {
            table.Forget(end.connection);
            Cut(end, "forgot it");
        }
    }

    static void Cut(End& end, const char* why)
    {
        end.isKnown = false;
        end.isOpen = false;
        end.isCut = true;
        end.over = why;
    }

    void ActSomewhere()
    {
        auto& user = Draw(2) == 0 ? m_client : m_server;
        auto& table = &user == &m_client ? m_link.GetClient() : m_link.GetServer();
        // Of the latest, for the most part: the older ones are over.
        if (!user.ends.empty())
        {
            const uint32_t last = user.ends.rbegin()->first;
            const auto found = user.ends.find(last - Draw(40));
            if (found != user.ends.end())
            {
                Act(user, table, found->second);
            }
        }
    }

    /// Have all connections closed, and wait for their ends.
    void Finish()
    {
        m_client.onReceived = nullptr;
        m_server.onReceived = nullptr;
        for (int i = 0; i < 100; ++i)
        {
            CloseAll(m_client, m_link.GetClient());
            CloseAll(m_server, m_link.GetServer());
            m_link.Run(m_link.GetNow() + Seconds(10));
        }
        ForgetHalves(m_client, m_link.GetClient(), m_server);
        ForgetHalves(m_server, m_link.GetServer(), m_client);
    }

    void CloseAll(WalkUser& user, CompactTcpTable& table)
    {
        for (auto& [port, end] : user.ends)
        {
            if (end.isKnown && end.isOpen && !end.isClosing)
            {
                end.isClosing = true;
                table.Close(end.connection, m_link.GetNow());
            }
        }
    }

    /// What waits for the FIN of another side that has forgotten it waits for ever.
    static void ForgetHalves(WalkUser& user, CompactTcpTable& table, const WalkUser& peer)
    {
        for (auto& [port, end] : user.ends)
        {
            if (end.isKnown)
            {
                EXPECT_TRUE(peer.ends.at(port).isCut) << port;
                table.Forget(end.connection);
                Cut(end, "peer gone");
            }
        }
    }

    std::mt19937 m_random{4};
    CompactTcpSettings m_settings;
    CompactTcpLink m_link;
    WalkUser m_client{m_link, true};
    WalkUser m_server{m_link, false};
    uint16_t m_nextPort{1024};
};

TEST_P(CompactTcpWalk, BringsEachByteOnceAndInOrderAndReleasesAll)
{
    ASSERT_TRUE(m_link.GetServer().Listen(80, m_server, m_settings));
    for (int step = 0; step < GetParam().steps; ++step)
    {
        const uint32_t what = Draw(100);
        if (what < 3 && m_link.GetClient().GetSize() < 60)
        {
            Open();
        }
        else if (what < 20)
        {
            ActSomewhere();
        }
        else
        {
            m_link.Step(m_link.GetNow() + MilliSeconds(50));
        }
        if (step % 16 == 0)
        {
            ASSERT_EQ(m_link.GetClient().CheckInvariants(), std::nullopt);
            ASSERT_EQ(m_link.GetServer().CheckInvariants(), std::nullopt);
        }
        ASSERT_FALSE(HasFailure());
    }
    Finish();
    EXPECT_EQ(m_link.GetClient().GetSize(), 0U);
    EXPECT_EQ(m_link.GetServer().GetSize(), 0U);
    EXPECT_EQ(m_link.GetClient().GetNextDeadline(), std::nullopt);
    EXPECT_EQ(m_link.GetServer().GetNextDeadline(), std::nullopt);

    uint32_t whole = 0;
    uint64_t bytes = 0;
    for (const auto& [port, client] : m_client.ends)
    {
        ASSERT_FALSE(client.isKnown);
        const auto found = m_server.ends.find(port);
        if (found == m_server.ends.end())
        {
            EXPECT_TRUE(client.isCut) << port;
            continue;
        }
        const auto& server = found->second;
        ASSERT_FALSE(server.isKnown);
        EXPECT_LE(client.received, server.sent);
        EXPECT_LE(server.received, client.sent);
        if (!client.isCut && !server.isCut)
        {
            ++whole;
            bytes += client.sent + server.sent;
            EXPECT_EQ(client.received, server.sent) << port;
            EXPECT_EQ(server.received, client.sent) << port;
        }
    }
    EXPECT_GT(whole, m_client.ends.size() / 2) << "most are told of their end";
    EXPECT_GT(m_client.ends.size(), 200U);
    EXPECT_GT(bytes, 100'000U);
}

INSTANTIATE_TEST_SUITE_P(CompactTcpTable,
                         CompactTcpWalk,
                         ::testing::ValuesIn(WEATHERS),
                         [](const auto& row) { return std::string(row.param.name); });

} // namespace

} // namespace ns3::azure
