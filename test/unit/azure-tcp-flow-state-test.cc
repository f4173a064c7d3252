// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-tcp-flow-state.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using S = TcpFlowState;
using E = TcpFlowEvent;

/// One row: a state, an event, and the state that must follow.
struct Transition
{
    S from;
    E event;
    S to;
};

// clang-format off
constexpr Transition TRANSITIONS[] = {
    {S::Opening,     E::Syn,         S::Opening},     // the client's SYN again
    {S::Opening,     E::Forward,    S::Opening},     // still nothing came back
    {S::Opening,     E::Reply,     S::Established},
    {S::Opening,     E::FinForward, S::FinForward},
    {S::Opening,     E::FinReply,  S::FinReply},
    {S::Opening,     E::Rst,         S::Reset},       // refused connection

    {S::Established, E::Syn,         S::Established}, // late copy of the SYN
    {S::Established, E::Forward,    S::Established},
    {S::Established, E::Reply,     S::Established},
    {S::Established, E::FinForward, S::FinForward},
    {S::Established, E::FinReply,  S::FinReply},
    {S::Established, E::Rst,         S::Reset},

    {S::FinForward, E::Syn,         S::FinForward},
    {S::FinForward, E::Forward,    S::FinForward},
    {S::FinForward, E::Reply,     S::FinForward}, // the other half is still open
    {S::FinForward, E::FinForward, S::FinForward}, // the FIN again
    {S::FinForward, E::FinReply,  S::Closed},
    {S::FinForward, E::Rst,         S::Reset},

    {S::FinReply,  E::Syn,         S::FinReply},
    {S::FinReply,  E::Forward,    S::FinReply},
    {S::FinReply,  E::Reply,     S::FinReply},
    {S::FinReply,  E::FinForward, S::Closed},
    {S::FinReply,  E::FinReply,  S::FinReply},
    {S::FinReply,  E::Rst,         S::Reset},

    {S::Closed,      E::Syn,         S::Opening},     // the client uses its port again
    {S::Closed,      E::Forward,    S::Closed},
    {S::Closed,      E::Reply,     S::Closed},
    {S::Closed,      E::FinForward, S::Closed},
    {S::Closed,      E::FinReply,  S::Closed},
    {S::Closed,      E::Rst,         S::Closed},      // does not shorten the FIN hold

    {S::Reset,       E::Syn,         S::Opening},
    {S::Reset,       E::Forward,    S::Reset},
    {S::Reset,       E::Reply,     S::Reset},
    {S::Reset,       E::FinForward, S::Reset},
    {S::Reset,       E::FinReply,  S::Reset},
    {S::Reset,       E::Rst,         S::Reset},
};
// clang-format on

TEST(TcpFlowStateTable, HasTheseTransitions)
{
    std::size_t row = 0;
    for (int from = 0; from <= static_cast<int>(S::Reset); ++from)
    {
        for (int event = 0; event <= static_cast<int>(E::Rst); ++event, ++row)
        {
            ASSERT_LT(row, std::size(TRANSITIONS));
            const auto& expected = TRANSITIONS[row];
            ASSERT_EQ(static_cast<int>(expected.from), from);
            ASSERT_EQ(static_cast<int>(expected.event), event);
            EXPECT_EQ(NextState(expected.from, expected.event), expected.to)
                << "state " << from << ", event " << event;
        }
    }
    EXPECT_EQ(row, std::size(TRANSITIONS));
}

/// @return the state after the events, from Opening on
S
After(const std::vector<E>& events)
{
    auto state = S::Opening;
    for (const auto event : events)
    {
        state = NextState(state, event);
    }
    return state;
}

/// One row: what passes, and where the flow must stand then.
struct Story
{
    const char* name; // test name
    std::vector<E> events;
    S end;
};

// clang-format off
const Story STORIES[] = {
    {"HandshakeEstablishes",        {E::Syn, E::Reply, E::Forward}, S::Established},
    {"UnansweredSynsStayOpening",   {E::Syn, E::Syn, E::Syn}, S::Opening},
    {"ClientClosesFirst",           {E::Syn, E::Reply, E::Forward, E::FinForward, E::Reply, E::FinReply, E::Forward}, S::Closed},
    {"ServerClosesFirst",           {E::Syn, E::Reply, E::Forward, E::FinReply, E::Forward, E::FinForward, E::Reply}, S::Closed},
    {"HalfClosedKeepsDownloading",  {E::Syn, E::Reply, E::FinForward, E::Reply, E::Reply}, S::FinForward},
    {"RefusedIsReset",              {E::Syn, E::Rst}, S::Reset},
    {"AbortedIsReset",              {E::Syn, E::Reply, E::Forward, E::Rst}, S::Reset},
    {"AbortedWhileHalfClosed",      {E::Syn, E::Reply, E::FinForward, E::Rst}, S::Reset},
    {"LateDataAfterCloseIsIgnored", {E::Syn, E::Reply, E::FinForward, E::FinReply, E::Reply, E::Forward}, S::Closed},
    {"RstAfterCloseIsIgnored",      {E::Syn, E::Reply, E::FinForward, E::FinReply, E::Rst}, S::Closed},
    {"FinsAfterResetAreIgnored",    {E::Syn, E::Reply, E::Rst, E::FinReply, E::FinForward}, S::Reset},
    {"ClosedFlowReopensOnSyn",      {E::Syn, E::Reply, E::FinForward, E::FinReply, E::Syn}, S::Opening},
    {"ResetFlowReopensOnSyn",       {E::Syn, E::Rst, E::Syn, E::Reply}, S::Established},
};
// clang-format on

void
PrintTo(const Story& story, std::ostream* os)
{
    *os << story.events.size() << " segments";
}

class TcpFlowStories : public ::testing::TestWithParam<Story>
{
};

TEST_P(TcpFlowStories, EndWhereTheyShould)
{
    EXPECT_EQ(After(GetParam().events), GetParam().end);
}

INSTANTIATE_TEST_SUITE_P(TcpFlowState,
                         TcpFlowStories,
                         ::testing::ValuesIn(STORIES),
                         [](const auto& row) { return row.param.name; });

TEST(FinHold, StartsWhereTheProfileSays)
{
    // clang-format off
    const struct { S state; bool both; bool either; } rows[] = {
        // state          BothFins  EitherFin
        {S::Opening,      false,    false},
        {S::Established,  false,    false},
        {S::FinForward,  false,    true},  // B.2: OB-2006
        {S::FinReply,   false,    true},
        {S::Closed,       true,     true},  // B.2: OB-1808
        {S::Reset,        false,    false}, // its hold is RstHold
    };
    // clang-format on
    for (const auto& row : rows)
    {
        EXPECT_EQ(IsClosedByFin(row.state, FinHoldStart::BothFins), row.both)
            << static_cast<int>(row.state);
        EXPECT_EQ(IsClosedByFin(row.state, FinHoldStart::EitherFin), row.either)
            << static_cast<int>(row.state);
    }
}

} // namespace

} // namespace ns3::azure
