// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-plain-flows.h"

#include "ns3/azure-mux-flow-table.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <random>

namespace ns3::azure
{

namespace
{

/// @return the number's flow
FlowKey
MakeKey(uint32_t number)
{
    return {0xcb007100U + number / 50'000,
            0xc6336401U,
            static_cast<uint16_t>(number % 50'000),
            80,
            IpProtocol::Tcp};
}

constexpr uint32_t NOBODY = 999; // member of a flow that is not there

/// A table that is checked after each step.
class MuxFlows : public ::testing::Test
{
  protected:
    ~MuxFlows() override
    {
        Check();
    }

    void Check() const
    {
        EXPECT_EQ(m_table.CheckInvariants(), std::nullopt);
    }

    void At(Time time)
    {
        m_now = time;
    }

    bool Insert(uint32_t flow, uint32_t member = 1)
    {
        const bool isKept = m_table.Insert(MakeKey(flow), member, m_now);
        Check();
        return isKept;
    }

    uint32_t Touch(uint32_t flow)
    {
        const auto member = m_table.Touch(MakeKey(flow), m_now);
        Check();
        return member.value_or(NOBODY);
    }

    uint32_t Lookup(uint32_t flow)
    {
        return m_table.Lookup(MakeKey(flow), m_now).value_or(NOBODY);
    }

    void ExpectCounts(uint32_t untrusted, uint32_t trusted)
    {
        m_table.Lookup(MakeKey(0), m_now); // tells the time
        EXPECT_EQ(m_table.GetUntrusted(), untrusted);
        EXPECT_EQ(m_table.GetTrusted(), trusted);
    }

    const MuxFlowLimits m_limits{Seconds(100), Seconds(10), 3, 4};
    MuxFlowTable m_table{m_limits};
    Time m_now;
};

TEST_F(MuxFlows, DefaultLimitsAreOurChoice)
{
    // Ananta prints none; the trusted timeout is that of B.5.
    const MuxFlowLimits limits;
    EXPECT_EQ(limits.trustedTimeout, Seconds(240));
    EXPECT_EQ(limits.untrustedTimeout, Seconds(10));
    EXPECT_EQ(limits.trustedQuota, 1'000'000U);
    EXPECT_EQ(limits.untrustedQuota, 100'000U);
}

TEST_F(MuxFlows, FlowIsTrustedFromItsSecondPacket)
{
    EXPECT_EQ(Touch(1), NOBODY);
    ExpectCounts(0, 0);
    EXPECT_TRUE(Insert(1, 7));
    ExpectCounts(1, 0);
    EXPECT_EQ(Lookup(1), 7U);
    ExpectCounts(1, 0); // a lookup is no packet
    EXPECT_EQ(Touch(1), 7U);
    ExpectCounts(0, 1);
    EXPECT_EQ(Touch(1), 7U);
    ExpectCounts(0, 1);
}

TEST_F(MuxFlows, FirstPacketReplacesWhatWasKept)
{
    Insert(1, 7);
    Touch(1);
    EXPECT_TRUE(Insert(1, 8));
    EXPECT_EQ(Lookup(1), 8U);
    ExpectCounts(1, 0); // untrusted again
}

TEST_F(MuxFlows, FirstPacketThatIsRepeatedLeavesATrustedFlowTrusted)
{
    Insert(1, 7);
    Touch(1);
    At(Seconds(9));
    EXPECT_TRUE(Insert(1, 7));
    ExpectCounts(0, 1);
    At(Seconds(109) - NanoSeconds(1));
    EXPECT_EQ(Lookup(1), 7U) << "its timeout began anew";
    At(Seconds(109));
    EXPECT_EQ(Lookup(1), NOBODY);
}

TEST_F(MuxFlows, FirstPacketThatIsRepeatedLeavesAnUntrustedFlowUntrusted)
{
    Insert(1, 7);
    EXPECT_TRUE(Insert(1, 7));
    ExpectCounts(1, 0);
}

TEST_F(MuxFlows, ReplaceChangesTheMemberOnly)
{
    Insert(1, 7);
    Touch(1);
    At(Seconds(50));
    m_table.Replace(MakeKey(1), 8);
    m_table.Replace(MakeKey(2), 8);
    EXPECT_EQ(Lookup(1), 8U);
    EXPECT_EQ(Lookup(2), NOBODY);
    ExpectCounts(0, 1);
    At(Seconds(100));
    EXPECT_EQ(Lookup(1), NOBODY) << "it was no packet";
}

TEST_F(MuxFlows, FirstPacketReplacesAnUntrustedFlowWhenTheQuotaIsUsedUp)
{
    for (uint32_t flow = 1; flow <= 4; ++flow)
    {
        Insert(flow);
    }
    EXPECT_TRUE(Insert(2, 8)) << "its own place is free";
    EXPECT_EQ(Lookup(2), 8U);
    ExpectCounts(4, 0);
}

TEST_F(MuxFlows, FirstPacketBeyondTheQuotaLeavesATrustedFlowTrusted)
{
    Insert(1, 7);
    Touch(1);
    for (uint32_t flow = 2; flow <= 5; ++flow)
    {
        EXPECT_TRUE(Insert(flow));
    }
    EXPECT_TRUE(Insert(1, 7));
    EXPECT_EQ(Lookup(1), 7U);
    ExpectCounts(4, 1);
    EXPECT_TRUE(Insert(1, 8)) << "its place among the trusted is its own";
    EXPECT_EQ(Lookup(1), 8U) << "the old member would be wrong";
    ExpectCounts(4, 1);
    EXPECT_FALSE(Insert(6));
}

TEST_F(MuxFlows, UntrustedFlowsHaveAQuota)
{
    for (uint32_t flow = 1; flow <= 4; ++flow)
    {
        EXPECT_TRUE(Insert(flow));
    }
    EXPECT_FALSE(Insert(5));
    EXPECT_EQ(Lookup(5), NOBODY);
    ExpectCounts(4, 0);
    Touch(1); // is trusted now
    EXPECT_TRUE(Insert(5));
    ExpectCounts(4, 1);
}

TEST_F(MuxFlows, FlowBeyondTheTrustedQuotaStaysUntrusted)
{
    for (uint32_t flow = 1; flow <= 4; ++flow)
    {
        Insert(flow, flow);
        EXPECT_EQ(Touch(flow), flow);
    }
    ExpectCounts(1, 3);
    At(Seconds(9));
    EXPECT_EQ(Touch(4), 4U);
    ExpectCounts(1, 3);
    At(Seconds(19) - NanoSeconds(1));
    EXPECT_EQ(Lookup(4), 4U) << "its untrusted timeout began anew at 9 s";
    m_table.Remove(MakeKey(1));
    EXPECT_EQ(Touch(4), 4U);
    ExpectCounts(0, 3);
}

/// When a flow is gone: packets at these seconds.
struct TimeoutCase
{
    const char* name; // test name
    double touched;   // last packet after the first at 0 s; 0: none
    double gone;      // first moment without the flow
};

void
PrintTo(const TimeoutCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
constexpr TimeoutCase TIMEOUT_CASES[] = {
    // name               touched  gone
    {"OnePacket",               0,   10},
    {"SecondPacketLate",        9,  109},
    {"SecondPacketAtOnce",  0.001,  100.001},
};
// clang-format on

class MuxFlowTimeouts : public MuxFlows, public ::testing::WithParamInterface<TimeoutCase>
{
};

TEST_P(MuxFlowTimeouts, EndFlowsToTheNanosecond)
{
    const auto& c = GetParam();
    Insert(1);
    if (c.touched > 0)
    {
        At(Seconds(c.touched));
        EXPECT_EQ(Touch(1), 1U);
    }
    At(Seconds(c.gone) - NanoSeconds(1));
    EXPECT_EQ(Lookup(1), 1U);
    At(Seconds(c.gone));
    EXPECT_EQ(Lookup(1), NOBODY);
    EXPECT_EQ(Touch(1), NOBODY);
    ExpectCounts(0, 0);
}

INSTANTIATE_TEST_SUITE_P(MuxFlowTable,
                         MuxFlowTimeouts,
                         ::testing::ValuesIn(TIMEOUT_CASES),
                         [](const auto& row) { return row.param.name; });

TEST_F(MuxFlows, ExpiredFlowsMakeRoom)
{
    for (uint32_t flow = 1; flow <= 4; ++flow)
    {
        At(Seconds(flow));
        Insert(flow);
    }
    At(Seconds(11) - NanoSeconds(1));
    EXPECT_FALSE(Insert(5));
    At(Seconds(11));
    EXPECT_TRUE(Insert(5)) << "flow 1 is gone";
    ExpectCounts(4, 0);
    At(Seconds(14));
    ExpectCounts(1, 0);
}

TEST_F(MuxFlows, TimeoutsWithoutEndDoNotEnd)
{
    MuxFlowTable table({Time::Max(), Time::Max(), 3, 4});
    table.Insert(MakeKey(1), 1, m_now);
    table.Insert(MakeKey(2), 2, m_now);
    table.Touch(MakeKey(2), m_now + Seconds(1));
    EXPECT_EQ(table.Lookup(MakeKey(1), Time::Max() - NanoSeconds(1)), 1U);
    EXPECT_EQ(table.Lookup(MakeKey(2), Time::Max() - NanoSeconds(1)), 2U);
}

TEST_F(MuxFlows, NothingIsKeptWithoutQuota)
{
    MuxFlowTable table({Seconds(100), Seconds(10), 0, 0});
    EXPECT_FALSE(table.Insert(MakeKey(1), 1, m_now));
    EXPECT_FALSE(table.Touch(MakeKey(1), m_now));
    EXPECT_EQ(table.CheckInvariants(), std::nullopt);
}

TEST(MuxFlowTable, FloodOfSynsLeavesTrustedFlowsAlone)
{
    // A flow that sends a packet each 30 s, in 100,000 SYNs a second from everywhere.
    MuxFlowTable table({Minutes(4), Seconds(10), 10, 1000});
    const auto friendly = MakeKey(0);
    table.Insert(friendly, 7, Time());
    table.Touch(friendly, MilliSeconds(50));
    uint32_t refused = 0;
    Time now = MilliSeconds(50);
    for (uint32_t i = 1; i <= 200'000; ++i)
    {
        now += MicroSeconds(10);
        refused += table.Insert(MakeKey(i), 1, now) ? 0 : 1;
        if (i % 50'000 == 0)
        {
            ASSERT_EQ(table.CheckInvariants(), std::nullopt);
            ASSERT_EQ(table.Lookup(friendly, now), 7U);
        }
    }
    EXPECT_EQ(table.GetUntrusted(), 1000U);
    EXPECT_EQ(table.GetTrusted(), 1U);
    EXPECT_EQ(refused, 199'000U) << "all within 2 s, and the untrusted timeout is 10 s";
    EXPECT_EQ(table.Touch(friendly, Seconds(30)), 7U);
    EXPECT_EQ(table.GetUntrusted(), 0U);
}

TEST(MuxFlowWalk, AgreesWithAPlainMap)
{
    const MuxFlowLimits limits{MilliSeconds(400), MilliSeconds(100), 12, 15};
    std::mt19937_64 random(36);
    MuxFlowTable table(limits);
    PlainFlows plain{limits, {}};
    Time now;
    uint32_t refused = 0;
    uint32_t found = 0;
    uint32_t full = 0; // steps with as many trusted flows as may be
    for (uint32_t step = 0; step < 50'000; ++step)
    {
        SCOPED_TRACE(step);
        now += MilliSeconds(static_cast<int64_t>(random() % 4)); // 0 too
        now += step % 5000 == 0 ? Seconds(1) : Time();           // all are gone
        const auto key = MakeKey(static_cast<uint32_t>(random() % 80));
        const auto kind = random() % 100;
        if (kind < 45)
        {
            const auto member = static_cast<uint32_t>(random() % 10);
            const bool isKept = table.Insert(key, member, now);
            ASSERT_EQ(isKept, plain.Insert(key, member, now));
            refused += isKept ? 0 : 1;
        }
        else if (kind < 85)
        {
            const auto member = table.Touch(key, now);
            ASSERT_EQ(member, plain.Touch(key, now));
            found += member ? 1 : 0;
        }
        else if (kind < 95)
        {
            ASSERT_EQ(table.Lookup(key, now), plain.Lookup(key, now));
        }
        else if (kind < 97)
        {
            table.Replace(key, step);
            plain.Replace(key, step);
        }
        else
        {
            table.Remove(key);
            plain.flows.erase(key);
        }
        ASSERT_EQ(table.CheckInvariants(), std::nullopt);
        ASSERT_EQ(table.GetTrusted(), plain.Count(true));
        full += table.GetTrusted() == limits.trustedQuota ? 1 : 0;
        ASSERT_EQ(table.GetUntrusted(), plain.Count(false));
    }
    EXPECT_GT(refused, 100U);
    EXPECT_GT(found, 1000U);
    EXPECT_GT(full, 1000U);
}

} // namespace

} // namespace ns3::azure
