// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-tcp-link.h"
#include "azure-compact-tcp-text.h"

#include <gtest/gtest.h>
#include <string>
#include <tuple>
#include <vector>

namespace ns3::azure
{

namespace
{

/// From where a user calls.
enum class From
{
    Accepted,
    Connected,
    ClientReceived,
    ServerReceived,
    PeerClosed,
    ClientOver,
    ServerOver,
};

/// What a user calls there.
enum class CalledFunction
{
    Send,
    Close,
    SendAndClose,
    Reset,
    Forget,
    ForgetAndBind,  // the same key, so that a record could be taken for the other's
    ForgetAndListen // for what comes next
};

constexpr const char* FROM_NAMES[] = {"Accepted",
                                      "Connected",
                                      "ClientReceived",
                                      "ServerReceived",
                                      "PeerClosed",
                                      "ClientOver",
                                      "ServerOver"};
constexpr const char* CALL_NAMES[] =
    {"Send", "Close", "SendAndClose", "Reset", "Forget", "ForgetAndBind", "ForgetAndListen"};

using Row = std::tuple<From, CalledFunction, bool>;

std::string
GetName(const Row& row)
{
    return std::string(CALL_NAMES[static_cast<int>(std::get<CalledFunction>(row))]) + "In" +
           FROM_NAMES[static_cast<int>(std::get<From>(row))] +
           (std::get<bool>(row) ? "AtOnce" : "");
}

/// Both applications in one: the client asks and closes, the server answers and closes then.
class CompactTcpReentrance : public ::testing::TestWithParam<Row>
{
  protected:
    /// One end.
    struct User : public CompactTcpUser
    {
        User(CompactTcpReentrance& owner, CompactTcpTable& ownTable, bool isClients)
            : test(owner),
              table(ownTable),
              isClient(isClients)
        {
        }

        uint32_t HandleAccepted(uint32_t number, const FlowKey& /* key */) override
        {
            connection = number;
            test.Call(*this, From::Accepted);
            return 5;
        }

        void HandleConnected(uint32_t /* tag */) override
        {
            Send(600);
            test.Call(*this, From::Connected);
        }

        void HandleReceived(uint32_t tag, const uint8_t* /* bytes */, uint32_t size) override
        {
            EXPECT_EQ(tag, 5U);
            received += size;
            if (!isClient && received == 600)
            {
                Send(1600);
            }
            test.Call(*this, isClient ? From::ClientReceived : From::ServerReceived);
        }

        void HandlePeerClosed(uint32_t tag) override
        {
            EXPECT_EQ(tag, 5U);
            test.Call(*this, From::PeerClosed);
            Close();
        }

        void HandleOver(uint32_t tag, CompactTcpEnd /* end */, Time /* freeAt */) override
        {
            EXPECT_EQ(tag, 5U);
            EXPECT_TRUE(connection) << "told twice, or after Reset() or Forget()";
            connection.reset();
            test.Call(*this, isClient ? From::ClientOver : From::ServerOver);
        }

        uint32_t WritePayload(uint32_t tag,
                              uint32_t /* offset */,
                              uint8_t* /* bytes */,
                              uint32_t /* size */) override
        {
            EXPECT_EQ(tag, 5U);
            return 0;
        }

        void Send(uint32_t bytes)
        {
            if (connection)
            {
                table.Send(*connection, bytes, test.m_link.GetNow());
            }
        }

        void Close()
        {
            if (connection)
            {
                table.Close(*connection, test.m_link.GetNow());
            }
        }

        CompactTcpReentrance& test;
        CompactTcpTable& table;
        bool isClient;
        std::optional<uint32_t> connection; //!< as long as it is this user's
        uint32_t received{0};
    };

    void Call(User& user, From from)
    {
        if (from != std::get<From>(GetParam()) || m_isDone)
        {
            return;
        }
        m_isDone = true;
        const auto now = m_link.GetNow();
        switch (std::get<CalledFunction>(GetParam()))
        {
        case CalledFunction::Send:
            user.Send(700);
            break;
        case CalledFunction::SendAndClose:
            user.Send(700);
            user.Close();
            break;
        case CalledFunction::Close:
            user.Close();
            break;
        case CalledFunction::Reset:
            if (user.connection)
            {
                user.table.Reset(*user.connection, now);
            }
            user.connection.reset();
            break;
        default:
            Forget(user);
            break;
        }
    }

    void Forget(User& user)
    {
        if (user.connection)
        {
            user.table.Forget(*user.connection);
        }
        const auto before = std::exchange(user.connection, std::nullopt);
        const auto key = CompactTcpLink::GetKey(50000);
        const auto own = user.isClient ? key : key.Reverse();
        if (std::get<CalledFunction>(GetParam()) == CalledFunction::ForgetAndBind &&
            !user.table.IsInUse(own))
        {
            m_bound = user.table.Bind(own, user, 6, m_settings);
            ASSERT_TRUE(m_bound);
            m_binder = &user;
            EXPECT_NE(m_bound, before) << "its number is not free while its callback runs";
        }
        else if (std::get<CalledFunction>(GetParam()) == CalledFunction::ForgetAndListen)
        {
            user.table.StopListening(80);
            user.table.Listen(80, user, m_settings);
        }
    }

    void RunAndCheck(Time until)
    {
        while (m_link.Step(until))
        {
            ASSERT_EQ(m_link.GetClient().CheckInvariants(), std::nullopt);
            ASSERT_EQ(m_link.GetServer().CheckInvariants(), std::nullopt);
        }
    }

    CompactTcpSettings m_settings;
    CompactTcpLink m_link;
    User m_client{*this, m_link.GetClient(), true};
    User m_server{*this, m_link.GetServer(), false};
    bool m_isDone{false};
    std::optional<uint32_t> m_bound;
    User* m_binder{nullptr};
};

TEST_P(CompactTcpReentrance, LeavesTheTablesInOrder)
{
    m_link.isHot = std::get<bool>(GetParam());
    ASSERT_TRUE(m_link.GetServer().Listen(80, m_server, m_settings));
    m_client.connection =
        m_link.GetClient().Bind(CompactTcpLink::GetKey(50000), m_client, 5, m_settings);
    m_link.GetClient().Connect(*m_client.connection, m_link.GetNow());
    m_link.At(Seconds(1), [this] { m_client.Close(); });
    RunAndCheck(Seconds(1000));
    EXPECT_TRUE(m_isDone) << "the callback was not called";
    if (m_bound)
    {
        m_binder->table.Forget(*m_bound);
    }
    for (auto* user : {&m_client, &m_server})
    {
        if (user->connection)
        {
            user->table.Forget(*user->connection); // its other side has forgotten it before
        }
        EXPECT_EQ(user->table.GetSize(), 0U);
        EXPECT_EQ(user->table.CheckInvariants(), std::nullopt);
    }
}

INSTANTIATE_TEST_SUITE_P(CompactTcpTable,
                         CompactTcpReentrance,
                         ::testing::Combine(::testing::Values(From::Accepted,
                                                              From::Connected,
                                                              From::ClientReceived,
                                                              From::ServerReceived,
                                                              From::PeerClosed,
                                                              From::ClientOver,
                                                              From::ServerOver),
                                            ::testing::Values(CalledFunction::Send,
                                                              CalledFunction::Close,
                                                              CalledFunction::SendAndClose,
                                                              CalledFunction::Reset,
                                                              CalledFunction::Forget,
                                                              CalledFunction::ForgetAndBind,
                                                              CalledFunction::ForgetAndListen),
                                            ::testing::Bool()),
                         [](const auto& row) { return GetName(row.param); });

} // namespace

} // namespace ns3::azure
