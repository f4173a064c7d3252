// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-snat-request-tracker.h"

#include <gtest/gtest.h>

namespace ns3::azure
{

namespace
{

constexpr auto GRANTED = SnatRequestOutcome::Granted;
constexpr auto UNANSWERED = SnatRequestOutcome::Unanswered;

class SnatRequests : public ::testing::Test
{
  protected:
    SnatRequestTracker m_requests{7};
};

TEST_F(SnatRequests, C_1_AreNumberedAndOverWithTheirAnswer)
{
    EXPECT_EQ(m_requests.Begin(3, Seconds(1)), 1U);
    EXPECT_EQ(m_requests.Begin(4, Seconds(2)), 2U);
    const auto over = m_requests.Answer(1, GRANTED, 8, Seconds(5));
    ASSERT_TRUE(over);
    EXPECT_EQ(over->networkInterface, 7U);
    EXPECT_EQ(over->request, 1U);
    EXPECT_EQ(over->flow, 3U);
    EXPECT_EQ(over->asked, Seconds(1));
    EXPECT_EQ(over->answered, Seconds(5));
    EXPECT_EQ(over->outcome, GRANTED);
    EXPECT_EQ(over->ports, 8U);
    EXPECT_FALSE(m_requests.Answer(1, GRANTED, 8, Seconds(6))) << "it was over before";
    EXPECT_FALSE(m_requests.Answer(3, GRANTED, 8, Seconds(6))) << "nobody has asked that";
    EXPECT_FALSE(m_requests.Answer(0, GRANTED, 8, Seconds(6))) << "ports that nobody asked for";
    ASSERT_EQ(m_requests.GetOpen().size(), 1U);
    EXPECT_EQ(m_requests.GetOpen()[0].request, 2U);
}

TEST_F(SnatRequests, EndWithTheirFlowIfNobodyHasAnswered)
{
    m_requests.Begin(3, Seconds(1));
    m_requests.Begin(4, Seconds(1));
    m_requests.Begin(3, Seconds(2)); // its SYN again
    m_requests.Begin(3, Seconds(4)); // and again
    ASSERT_TRUE(m_requests.Answer(3, SnatRequestOutcome::PortCap, 0, Seconds(5)));
    const auto ended = m_requests.End(3);
    ASSERT_EQ(ended.size(), 2U);
    EXPECT_EQ(ended[0].request, 1U);
    EXPECT_EQ(ended[1].request, 4U);
    for (const auto& request : ended)
    {
        EXPECT_EQ(request.outcome, UNANSWERED);
        EXPECT_EQ(request.answered, std::nullopt);
        EXPECT_EQ(request.ports, 0U);
    }
    EXPECT_TRUE(m_requests.End(3).empty());
    EXPECT_EQ(m_requests.GetOpen().size(), 1U);
}

} // namespace

} // namespace ns3::azure
