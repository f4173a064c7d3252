// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-manager-world.h"

#include "ns3/uinteger.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

/**
 * @file
 * @brief What the SLB manager makes of muxes that have more packets than they can do.
 */
namespace ns3::azure
{

namespace
{

class SlbManagerOverload : public ManagerWorld
{
  protected:
    static constexpr uint32_t OTHER = FRONTEND + 1; //!< another frontend

    /// A mux reports at a time.
    void ReportAt(Time time, uint32_t mux, uint32_t transaction, uint32_t frontend = FRONTEND)
    {
        At(time, [this, mux, transaction, frontend] {
            Tell(*m_muxes[mux], {transaction, ReportOverload{Ipv4Address(frontend), 1000}});
        });
    }

    /// @return what was decided: "SECONDS out", or "SECONDS in"
    Texts GetDecisions() const
    {
        Texts texts;
        for (const auto& each : m_overloads)
        {
            EXPECT_EQ(each.frontend, Ipv4Address(FRONTEND));
            EXPECT_EQ(each.dropped, 0U) << "is what muxes count";
            texts.push_back(std::to_string(each.time.GetMilliSeconds() / 1000) +
                            (each.isWithdrawn ? " out" : " in"));
        }
        return texts;
    }
};

TEST_F(SlbManagerOverload, C_1_FrontendThatReportsNameIsWithdrawnOnAllMuxes)
{
    Begin(1, 1);
    Start();
    ReportAt(Seconds(1), 0, 1);
    ReportAt(Seconds(2), 1, 1);
    Run(Seconds(3));
    EXPECT_EQ(GetDecisions(), Texts{"2 out"}) << "two reports, by default";
    EXPECT_EQ(m_answered[m_muxes[0]->address], std::vector<uint32_t>{1}) << "acknowledged";
    for (const auto& mux : m_muxes)
    {
        const auto told = GetBodies<ProgramFrontend>(mux.get());
        ASSERT_EQ(told.size(), 1U);
        EXPECT_EQ(told[0].frontend, Ipv4Address(FRONTEND));
        EXPECT_TRUE(told[0].isWithdrawn);
        EXPECT_EQ(told[0].sequence, 1U);
    }
}

TEST_F(SlbManagerOverload, C_1_FrontendIsPutBackAfterTheWithdrawalTime)
{
    Begin(1, 1, 1);
    m_manager->SetAttribute("WithdrawalTime", TimeValue(Seconds(60)));
    m_manager->SetAttribute("OverloadReports", UintegerValue(1));
    Start();
    ReportAt(Seconds(1), 0, 1);
    ReportAt(Seconds(30), 0, 2); // of an interval that was over before
    ReportAt(Seconds(100), 0, 3);
    Run(Seconds(160) - MilliSeconds(1));
    EXPECT_EQ(GetDecisions(), (Texts{"1 out", "61 in", "100 out"}));
    const auto told = GetBodies<ProgramFrontend>();
    ASSERT_EQ(told.size(), 3U);
    EXPECT_FALSE(told[1].isWithdrawn);
    EXPECT_EQ(told[1].sequence, 2U);
    EXPECT_EQ(told[2].sequence, 3U);
}

TEST_F(SlbManagerOverload, C_1_RepeatedReportCountsOnce)
{
    Begin(1, 1);
    Start();
    ReportAt(Seconds(1), 0, 7);
    ReportAt(Seconds(2), 0, 7); // its acknowledgement was lost
    Run(Seconds(3));
    EXPECT_EQ(GetDecisions(), Texts{});
    EXPECT_EQ(m_answered[m_muxes[0]->address], (std::vector<uint32_t>{7, 7}));
    ReportAt(Seconds(4), 1, 7); // another mux's number
    Run(Seconds(5));
    EXPECT_EQ(GetDecisions(), Texts{"4 out"});
}

TEST_F(SlbManagerOverload, C_1_ReportOfAnotherFrontendBeginsAnew)
{
    Begin(1, 1);
    Start();
    ReportAt(Seconds(1), 0, 1);
    ReportAt(Seconds(2), 0, 2, OTHER);
    ReportAt(Seconds(3), 0, 3);
    Run(Seconds(4));
    EXPECT_EQ(GetDecisions(), Texts{});
    ReportAt(Seconds(5), 0, 4);
    Run(Seconds(6));
    EXPECT_EQ(GetDecisions(), Texts{"5 out"});
}

TEST_F(SlbManagerOverload, C_1_OnlyMuxesAreHeeded)
{
    Begin(1, 1);
    m_manager->SetAttribute("OverloadReports", UintegerValue(1));
    Start();
    At(Seconds(1), [this] { Tell(*m_hosts[0], {1, ReportOverload{Ipv4Address(FRONTEND), 1}}); });
    Run(Seconds(2));
    EXPECT_EQ(GetDecisions(), Texts{});
    EXPECT_TRUE(m_answered.empty());
}

TEST_F(SlbManagerOverload, C_1_MuxThatRestartsIsToldWhoIsOutBeforeItBegins)
{
    Begin(1, 1);
    m_manager->SetAttribute("OverloadReports", UintegerValue(1));
    Start();
    ReportAt(Seconds(1), 0, 1);
    At(Seconds(2), [this] { Tell(*m_muxes[1], {5, RequestProgram{}}); });
    Run(Seconds(3));
    const auto told = GetHeard<ProgramFrontend>(m_muxes[1].get());
    ASSERT_EQ(told.size(), 2U);
    EXPECT_GE(told[1].time, Seconds(2));
    EXPECT_TRUE(std::get<ProgramFrontend>(told[1].message.body).isWithdrawn);
    const auto complete = GetHeard<ProgramComplete>(m_muxes[1].get());
    ASSERT_EQ(complete.size(), 1U);
    EXPECT_GT(complete[0].time, told[1].time);
    EXPECT_EQ(GetHeard<ProgramFrontend>(m_muxes[0].get()).size(), 1U);
}

TEST_F(SlbManagerOverload, C_1_MuxThatWasAwayLearnsThatItIsBack)
{
    Begin(1, 1);
    m_manager->SetAttribute("OverloadReports", UintegerValue(1));
    m_manager->SetAttribute("WithdrawalTime", TimeValue(Seconds(5)));
    Start();
    ReportAt(Seconds(1), 0, 1);
    At(Seconds(4), [this] { m_muxes[1]->isSilent = true; });
    At(Seconds(9), [this] { m_muxes[1]->isSilent = false; });
    Run(Seconds(30)); // given up 2 s after 6 s, tried again 10 s later
    const auto told = GetHeard<ProgramFrontend>(m_muxes[1].get());
    ASSERT_EQ(told.size(), 2U);
    EXPECT_TRUE(std::get<ProgramFrontend>(told[0].message.body).isWithdrawn);
    EXPECT_FALSE(std::get<ProgramFrontend>(told[1].message.body).isWithdrawn);
    EXPECT_GE(told[1].time, Seconds(18));
}

} // namespace

} // namespace ns3::azure
