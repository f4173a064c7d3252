// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-snat-request-queue.h"

#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// A small language: who asks when, and whose turn it is.
class SnatRequestQueueRules : public ::testing::Test
{
  protected:
    /// @param outstanding at most, per interface @param perMinute likewise; none: no limit
    void Begin(std::optional<uint32_t> outstanding, std::optional<uint32_t> perMinute)
    {
        Profile profile;
        profile.outstandingRequests = outstanding;
        profile.maxRequestsPerMinute = perMinute;
        m_queue = SnatRequestQueue(profile);
    }

    /// @return what becomes of a request: "waits", or the name of its outcome
    std::string Ask(uint32_t networkInterface, Time now = Seconds(0))
    {
        const auto outcome = m_queue.Insert({networkInterface, ++m_requests}, now);
        EXPECT_EQ(m_queue.CheckInvariants(), std::nullopt);
        return outcome ? GetName(*outcome) : "waits";
    }

    /// @return the interface whose turn it is, and how many waited when it came; 0: none waits
    std::pair<uint32_t, uint32_t> Take()
    {
        const auto taken = m_queue.Take();
        EXPECT_EQ(m_queue.CheckInvariants(), std::nullopt);
        return taken ? std::make_pair(taken->request.networkInterface, taken->waiting)
                     : std::make_pair(0U, 0U);
    }

    /// The request that was taken last is answered.
    void Done(uint32_t networkInterface)
    {
        m_queue.Done(networkInterface);
        EXPECT_EQ(m_queue.CheckInvariants(), std::nullopt);
    }

    using Turn = std::pair<uint32_t, uint32_t>;

    SnatRequestQueue m_queue{Profile()}; //!< under test
    uint32_t m_requests{0};              //!< so far
};

TEST_F(SnatRequestQueueRules, C_1_FirstComeFirstServed)
{
    Begin(std::nullopt, std::nullopt);
    for (const auto networkInterface : {7U, 3U, 7U, 5U})
    {
        EXPECT_EQ(Ask(networkInterface), "waits");
    }
    EXPECT_EQ(m_queue.GetSize(), 4U);
    EXPECT_EQ(Take(), Turn(7, 0));
    EXPECT_EQ(Take(), Turn(3, 1));
    EXPECT_EQ(Take(), Turn(7, 2));
    EXPECT_EQ(Ask(9), "waits");
    EXPECT_EQ(Take(), Turn(5, 3));
    EXPECT_EQ(Take(), Turn(9, 1)) << "one waited: those taken do not";
    EXPECT_EQ(Take(), Turn(0, 0));
}

TEST_F(SnatRequestQueueRules, C_1_RequestIsKeptAsItCame)
{
    Begin(1, std::nullopt);
    EXPECT_EQ(m_queue.Insert({4, 17}, Seconds(3)), std::nullopt);
    const auto taken = m_queue.Take();
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->request.networkInterface, 4U);
    EXPECT_EQ(taken->request.request, 17U);
    EXPECT_EQ(taken->received, Seconds(3));
}

TEST_F(SnatRequestQueueRules, C_1_OneOutstandingRequestOfAnInterfaceAndFurtherOnesAreDropped)
{
    Begin(1, std::nullopt);
    EXPECT_EQ(Ask(1), "waits");
    EXPECT_EQ(Ask(1), "outstanding");
    EXPECT_EQ(Ask(2), "waits") << "each interface for itself";
    EXPECT_EQ(Take(), Turn(1, 0));
    EXPECT_EQ(Ask(1), "outstanding") << "taken, not answered";
    Done(1);
    EXPECT_EQ(m_queue.GetOutstanding(1), 0U);
    EXPECT_EQ(Ask(1), "waits");
    EXPECT_EQ(m_queue.GetOutstanding(1), 1U);
    EXPECT_EQ(Take(), Turn(2, 1));
    EXPECT_EQ(Take(), Turn(1, 1)) << "dropped ones have no turn";
    EXPECT_EQ(Take(), Turn(0, 0));
}

TEST_F(SnatRequestQueueRules, C_1_WithoutTheRuleOneInterfaceTakesAllTurns)
{
    Begin(std::nullopt, std::nullopt);
    for (uint32_t i = 0; i < 100; ++i)
    {
        EXPECT_EQ(Ask(1), "waits");
    }
    EXPECT_EQ(Ask(2), "waits");
    for (uint32_t i = 0; i < 100; ++i)
    {
        EXPECT_EQ(Take().first, 1U);
    }
    EXPECT_EQ(Take(), Turn(2, 100));
}

/// How many of an interface's requests are kept.
struct OutstandingCase
{
    uint32_t limit; // OutstandingRequests
    uint32_t asked; // requests
    uint32_t kept;  // expected
};

class SnatRequestQueueLimits : public SnatRequestQueueRules,
                               public ::testing::WithParamInterface<OutstandingCase>
{
};

TEST_P(SnatRequestQueueLimits, C_1_KeepSoMany)
{
    Begin(GetParam().limit, std::nullopt);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < GetParam().asked; ++i)
    {
        kept += Ask(1) == "waits" ? 1 : 0;
    }
    EXPECT_EQ(kept, GetParam().kept);
    EXPECT_EQ(m_queue.GetSize(), GetParam().kept);
}

INSTANTIATE_TEST_SUITE_P(SnatRequestQueue,
                         SnatRequestQueueLimits,
                         ::testing::Values(OutstandingCase{1, 5, 1},
                                           OutstandingCase{3, 5, 3},
                                           OutstandingCase{5, 5, 5},
                                           OutstandingCase{6, 5, 5}));

TEST_F(SnatRequestQueueRules, C_1_RequestsOfTheLastMinuteAreLimited)
{
    Begin(std::nullopt, 2);
    EXPECT_EQ(Ask(1, Seconds(0)), "waits");
    EXPECT_EQ(Ask(1, Seconds(30)), "waits");
    EXPECT_EQ(Ask(1, Seconds(59)), "request-rate");
    EXPECT_EQ(Ask(2, Seconds(59)), "waits") << "each interface for itself";
    EXPECT_EQ(Ask(1, Minutes(1) - NanoSeconds(1)), "request-rate");
    // The first is a minute old; those that were dropped do not count.
    EXPECT_EQ(Ask(1, Minutes(1)), "waits");
    EXPECT_EQ(Ask(1, Seconds(89)), "request-rate");
    EXPECT_EQ(Ask(1, Seconds(90)), "waits");
}

TEST_F(SnatRequestQueueRules, C_1_AnsweredRequestsCountInTheirMinute)
{
    Begin(1, 2);
    for (uint32_t i = 0; i < 2; ++i)
    {
        EXPECT_EQ(Ask(1, Seconds(i)), "waits");
        EXPECT_EQ(Ask(1, Seconds(i)), "outstanding") << "goes before the rate";
        EXPECT_EQ(Take(), Turn(1, 0));
        Done(1);
    }
    EXPECT_EQ(Ask(1, Seconds(2)), "request-rate");
    EXPECT_EQ(Ask(1, Seconds(60)), "waits");
}

TEST_F(SnatRequestQueueRules, C_1_LawsHoldInARandomWalk)
{
    constexpr uint32_t LIMIT = 2;
    Begin(LIMIT, 30);
    std::mt19937 random(5); // NOLINT(cert-msc51-cpp): the same walk each time
    std::vector<uint32_t> taken;
    Time now;
    uint32_t inserted = 0;
    uint32_t done = 0;
    for (uint32_t i = 0; i < 20000; ++i)
    {
        now += MilliSeconds(random() % 1000);
        const auto networkInterface = static_cast<uint32_t>(random() % 5);
        switch (random() % 3)
        {
        case 0:
            inserted += Ask(networkInterface, now) == "waits" ? 1 : 0;
            break;
        case 1:
            if (const auto request = m_queue.Take())
            {
                taken.push_back(request->request.networkInterface);
            }
            break;
        default:
            if (!taken.empty())
            {
                Done(taken.back());
                taken.pop_back();
                ++done;
            }
        }
        ASSERT_LE(m_queue.GetOutstanding(networkInterface), LIMIT);
        ASSERT_EQ(inserted, m_queue.GetSize() + taken.size() + done) << "none is lost";
    }
    EXPECT_GT(done, 1000U);
}

TEST(SnatRequestQueueDeathTest, OnlyTakenRequestsAreDone)
{
    SnatRequestQueue queue{Profile()};
    queue.Insert({1, 1}, Seconds(0));
    EXPECT_DEATH(queue.Done(1), "networkInterface: 1 has no request that was taken");
    EXPECT_DEATH(queue.Done(2), "networkInterface: 2 has no request that was taken");
}

} // namespace

} // namespace ns3::azure
