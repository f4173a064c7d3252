// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-port-use.h"

#include <gtest/gtest.h>
#include <random>

namespace ns3::azure
{

namespace
{

/// @return an event after which so many ports are in use, and so many cooling down
SnatPortEvent
Event(Time time, SnatPortStage stage, uint32_t inUse, uint32_t coolingDown)
{
    SnatPortEvent event;
    event.time = time;
    event.stage = stage;
    event.portsInUse = inUse;
    event.portsCoolingDown = coolingDown;
    return event;
}

} // namespace

TEST(PortUse, IsNothingBeforeTheFirstEvent)
{
    const PortUse use;
    EXPECT_EQ(use.GetAcquired(), 0);
    EXPECT_EQ(use.GetPeakUsed(), 0);
    EXPECT_EQ(use.GetUsedPortSeconds(), 0);
}

TEST(PortUse, PortThatCoolsDownIsUsedAndIsAcquiredAgainWhenItReopens)
{
    using Stage = SnatPortStage;
    PortUse use;
    use.Add(Event(Seconds(10), Stage::Acquired, 1, 0));
    EXPECT_EQ(use.GetUsedPortSeconds(), 0);
    use.Add(Event(Seconds(12), Stage::Acquired, 2, 0));
    use.Add(Event(Seconds(15), Stage::CoolingDown, 1, 1));
    use.Add(Event(Seconds(16), Stage::Reopened, 2, 0));
    use.Add(Event(Seconds(20), Stage::Released, 1, 0));
    use.Add(Event(Seconds(30), Stage::Released, 0, 0));
    use.Add(Event(Seconds(99), Stage::Acquired, 1, 0));
    EXPECT_EQ(use.GetAcquired(), 4);
    EXPECT_EQ(use.GetPeakUsed(), 2);
    // 1 port for 2 s, 2 for 8 s, 1 for 10 s; then none
    EXPECT_EQ(use.GetUsedPortSeconds(), 2 + 2 * 8 + 10);
}

TEST(PortUse, IsExactForVeryManyPortsOverYears)
{
    // 2^31 ports for 200 years less a nanosecond: 1.3e28 port-nanoseconds, more than 64 bits hold.
    constexpr uint32_t PORTS = 1U << 31;
    constexpr int64_t SECONDS = 200LL * 365 * 86400;
    PortUse use;
    use.Add(Event(NanoSeconds(1), SnatPortStage::Acquired, PORTS, 0));
    use.Add(Event(Seconds(SECONDS), SnatPortStage::Released, 0, 0));
    EXPECT_EQ(use.GetUsedPortSeconds(), static_cast<double>(PORTS) * SECONDS - PORTS / 1e9);
}

TEST(PortUse, IsTheSumOfItsSteps)
{
    std::mt19937 random(1);
    PortUse use;
    int64_t now = 0;
    uint32_t used = 0;
    int64_t portNanoseconds = 0;
    for (int i = 0; i < 100'000; ++i)
    {
        const auto pause = static_cast<int64_t>(random() % 3 == 0 ? 0 : random() % 2'000'000'000);
        now += pause;
        portNanoseconds += pause * used;
        used = random() % 100;
        use.Add(Event(NanoSeconds(now), SnatPortStage::Released, used / 2, used - used / 2));
        ASSERT_DOUBLE_EQ(use.GetUsedPortSeconds(), static_cast<double>(portNanoseconds) / 1e9);
    }
    EXPECT_EQ(use.GetAcquired(), 0) << "nothing but releases";
    EXPECT_EQ(use.GetPeakUsed(), 99);
}

TEST(PortUseDeathTest, EventThatGoesBackInTimeEndsTheProgram)
{
    PortUse use;
    use.Add(Event(Seconds(2), SnatPortStage::Acquired, 1, 0));
    EXPECT_DEATH(use.Add(Event(Seconds(1), SnatPortStage::Released, 0, 0)),
                 "SNAT port at .1s comes after one at .2s");
}

} // namespace ns3::azure
