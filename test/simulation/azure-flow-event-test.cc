// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-world.h"
#include "azure-outbound-world.h"

#include "ns3/azure-nat-gateway-node.h"
#include "ns3/map-scheduler.h"
#include "ns3/object-factory.h"
#include "ns3/simulator.h"

#include <cstdint>
#include <gtest/gtest.h>

/**
 * @file
 * @brief However many flows are open, their time-outs take one event of the simulation at each
 * node.
 */
namespace ns3::azure
{

namespace
{

/// ns-3's map scheduler; tells how many events are pending.
class CountingScheduler : public MapScheduler
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::azure::CountingScheduler")
                                .SetParent<MapScheduler>()
                                .SetGroupName("AzureNet")
                                .AddConstructor<CountingScheduler>();
        return tid;
    }

    void Insert(const Event& event) override
    {
        ++m_pending;
        MapScheduler::Insert(event);
    }

    Event RemoveNext() override
    {
        --m_pending;
        return MapScheduler::RemoveNext();
    }

    void Remove(const Event& event) override
    {
        --m_pending;
        MapScheduler::Remove(event);
    }

    /// Have the simulation that begins use one.
    static void Install()
    {
        m_pending = 0;
        ObjectFactory factory;
        factory.SetTypeId(GetTypeId());
        Simulator::SetScheduler(factory);
    }

    static inline uint32_t m_pending{0}; //!< of the simulation that runs
};

NS_OBJECT_ENSURE_REGISTERED(CountingScheduler);

class FlowEvents : public OutboundWorld
{
  protected:
    /// A VM sends a datagram from as many ports.  @return events that are pending while nothing
    /// but time passes
    uint32_t CountPending(uint32_t flows, bool hasNatGateway)
    {
        auto& scenario = Begin(OutboundScenario::LoadBalanced);
        CountingScheduler::Install();
        if (hasNatGateway)
        {
            scenario.AddNatGateway("gateway");
        }
        Assemble();
        At("1s", [this, flows] {
            for (uint32_t i = 0; i < flows; ++i)
            {
                SendUdp(0, static_cast<uint16_t>(1024 + i), GetServerAddress());
            }
        });
        uint32_t pending = 0;
        At("30s", [&pending] { pending = CountingScheduler::m_pending; });
        Run("30s");
        EXPECT_EQ(GetAgent()->GetOpenFlows().size(), flows);
        if (hasNatGateway)
        {
            EXPECT_EQ(scenario.GetNatGateway("gateway")->GetOpenFlows().size(), flows);
        }
        Run("10min");
        EXPECT_TRUE(GetAgent()->GetOpenFlows().empty()) << "they end all the same";
        return pending;
    }
};

TEST_F(FlowEvents, OfAHostDoNotGrowWithItsFlows)
{
    EXPECT_EQ(CountPending(10, false), CountPending(500, false));
}

TEST_F(FlowEvents, OfANatGatewayDoNotGrowWithItsFlows)
{
    EXPECT_EQ(CountPending(10, true), CountPending(500, true));
}

class MuxFlowEvents : public LoadBalancerWorld
{
  protected:
    MuxFlowEvents()
    {
        CountingScheduler::Install();
        AddRule("udp", TransportProtocol::Udp, PORT, PORT);
        Begin();
    }

    /// As many clients' sockets ask a second after now. @return events pending after the answers
    uint32_t CountPending(uint32_t flows)
    {
        const auto now = Simulator::Now();
        for (uint32_t i = 0; i < flows; ++i)
        {
            Say(IpProtocol::Udp, {now + Seconds(1)});
        }
        uint32_t pending = 0;
        Simulator::Schedule(Seconds(9), [&pending] { pending = CountingScheduler::m_pending; });
        Run(now + Seconds(9));
        return pending;
    }
};

TEST_F(MuxFlowEvents, DoNotGrowWithTheFlows)
{
    const auto few = CountPending(5);
    EXPECT_EQ(CountPending(300), few);
    EXPECT_EQ(m_decisions.size(), 305U) << "so many flows have come";
}

} // namespace

} // namespace ns3::azure
