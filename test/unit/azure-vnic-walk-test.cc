// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/**
 * @file
 * @brief 20,000 random steps: packets either way, and time; the laws are checked after each.
 */
namespace ns3::azure
{

namespace
{

/// One row: a configuration to walk through.
struct WalkCase
{
    const char* name;        // test name
    const char* profile;     // Azure's behavior; empty for an instance-level public IP
    uint32_t frontends;      // with 8 ports each
    bool doPortsMove{false}; // whether other ports come and go, too
};

void
PrintTo(const WalkCase& c, std::ostream* os)
{
    *os << c.profile << " with " << c.frontends << " frontends";
}

// clang-format off
constexpr WalkCase WALK_CASES[] = {
    // name              profile                                          frontends
    {"Of2016",           "2016",                                          1},
    {"Of2017",           "2017",                                          3},
    {"Of2018",           "2018",                                          2},
    {"Of2023",           "2023",                                          2},
    {"ShortHolds",       "2018[FinHold=2s|RstHold=1s|IdleTimeout=20s]",   1},
    {"EitherFin",        "2018[FinHold=9s|FinHoldStart=EitherFin]",       1},
    {"HoldsBeyondIdle",  "2017[FinHold=60s|RstHold=60s|IdleTimeout=30s]", 1},
    {"PublicIp",         "",                                              0},
    {"LingeringPorts",   "nat-gateway[PortChoice=Lowest|FinHold=2s|RstHold=1s|HalfOpenTimeout=3s|IdleTimeout=20s|UdpIdleTimeout=9s|UdpHold=5s|ReuseGap=2s]", 1},
    {"ReclaimedPorts",   "2018[IdleTimeout=20s]",                         1, true},
    {"ReclaimedLingeringPorts", "2018[UdpReuseKey=DestinationEndpoint|FinHold=2s|IdleTimeout=10s|ReuseGap=5s]", 1, true},
    {"OnDemand",         "ananta[UnusedRangeTimeout=5s|IdleTimeout=10s]", 1, true},
};
// clang-format on

class VnicWalks : public VnicStory, public ::testing::WithParamInterface<WalkCase>
{
  protected:
    static constexpr uint32_t PORTS = 8; //!< of each frontend

    /// @return a whole number below n
    uint32_t Draw(uint32_t n)
    {
        return static_cast<uint32_t>(m_random() % n);
    }

    /// @return random TCP flags, or those of the first segment
    uint8_t DrawFlags()
    {
        constexpr uint8_t FLAGS[] = {TCP_SYN,
                                     TCP_SYN,
                                     TCP_SYN | TCP_ACK,
                                     TCP_ACK,
                                     TCP_ACK,
                                     TCP_FIN | TCP_ACK,
                                     TCP_RST,
                                     TCP_RST | TCP_ACK};
        return FLAGS[Draw(8)];
    }

    /// Serve clients at ports of the first frontend, which SNAT has too, by ports that the VM
    /// sends from, too.
    void Serve()
    {
        EXPECT_TRUE(
            WithEndpoints({{GetFrontend(0), {}, TransportProtocol::Tcp, 1024, 5000, false},
                           {GetFrontend(0), {}, TransportProtocol::Udp, 1025, 5001, false},
                           {GetFrontend(0), {}, TransportProtocol::Tcp, 1026, 5002, true},
                           {GetFrontend(0), {}, TransportProtocol::Udp, 1027, 1027, true}}));
    }

    /// One random packet of a server, from a mux; or from the VM with the frontend's address.
    void StepThroughFrontend(const FlowKey& server, const DatagramTraits& traits)
    {
        const auto port = static_cast<uint16_t>(1024 + Draw(5));
        const auto key = server.WithDestination(GetFrontend(0), port);
        if (Draw(4) == 0)
        {
            const auto back = key.Reverse().WithSource(GetFrontend(0), Draw(2) == 0 ? 5002 : 1027);
            Send(MakeDatagram(back, traits));
            return;
        }
        const bool isError = Draw(20) == 0;
        ReceiveFromMux(
            isError ? MakeIcmpError(server.GetSource(), GetFrontend(0), MakeDatagram(key.Reverse()))
                    : MakeDatagram(key, traits));
    }

    /// Ports come or go, or who waits is refused.
    void MovePorts()
    {
        const auto first = static_cast<uint16_t>(2048 + 8 * Draw(3));
        const PortRange range{first, static_cast<uint16_t>(first + 7)};
        const auto& held = m_pipeline->GetSnatPorts();
        switch (Draw(4))
        {
        case 0:
            if (Intersect(held, {{GetFrontend(0), range}}).empty())
            {
                ChangePorts({range}, {});
            }
            break;
        case 1:
            ChangePorts({}, {{static_cast<uint16_t>(first + Draw(8)), range.last}});
            break;
        case 2:
            m_given += m_pipeline->TakeUnused(m_now).size();
            break;
        default:
            if (const auto* await = std::get_if<Await>(&m_verdict))
            {
                EXPECT_GT(await->flow, 0U);
                PacketHeaders headers;
                ASSERT_TRUE(headers.Read(*ToPacket(m_datagram)));
                m_pipeline->Refuse(headers, m_now);
                m_verdict = DropReason::SnatPortsExhausted;
            }
            break;
        }
        ASSERT_EQ(m_pipeline->CheckInvariants(), std::nullopt);
    }

    /// One random packet, outbound or inbound.
    void Step()
    {
        const Ipv4Address there = Draw(3) == 0 ? ANOTHER : SERVER;
        const auto protocol = Draw(3) == 0 ? IpProtocol::Udp : IpProtocol::Tcp;
        const auto clientPort = static_cast<uint16_t>(5000 + Draw(24));
        const auto serverPort = static_cast<uint16_t>(80 + Draw(2));
        DatagramTraits traits;
        traits.tcpFlags = DrawFlags();
        const bool isOutbound = Draw(5) < 3;
        const bool isError = Draw(20) == 0;
        if (Draw(20) == 0)
        {
            traits.fragment = static_cast<uint16_t>(Draw(2) == 0 ? 0x2000 : 0x0003);
        }
        if (Draw(4) == 0)
        {
            StepThroughFrontend({there, there, serverPort, 0, protocol}, traits);
            return;
        }
        if (isOutbound)
        {
            const FlowKey key(VM, there, clientPort, serverPort, protocol);
            Send(isError ? MakeIcmpError(VM, there, MakeDatagram(key.Reverse()))
                         : MakeDatagram(key, traits));
            return;
        }
        const auto frontends = GetParam().frontends;
        const auto to = frontends > 0 ? GetFrontend(Draw(frontends)) : OWN;
        const auto first = GetParam().doPortsMove && Draw(2) == 0 ? 2048 + 8 * Draw(3) : 1024;
        const auto port =
            static_cast<uint16_t>(frontends > 0 ? first + Draw(PORTS + 1) : clientPort);
        const FlowKey key(there, to, serverPort, port, protocol);
        Receive(isError ? MakeIcmpError(there, to, MakeDatagram(key.Reverse()))
                        : MakeDatagram(key, traits));
    }

    /// Compare the open flows with each other and with the events so far.
    void CheckOpenFlows()
    {
        std::set<FlowKey> outer;
        std::set<FlowKey> inner;
        const auto open = m_pipeline->GetOpenFlows();
        for (const auto& flow : open)
        {
            ASSERT_TRUE(inner.insert(flow.key).second) << flow.key << " is there twice";
            if (flow.translated)
            {
                ASSERT_TRUE(outer.insert(*flow.translated).second)
                    << *flow.translated << " is there twice";
            }
            ASSERT_EQ(flow.translated.has_value(),
                      flow.outcome != FlowOutcome::Refused && flow.outcome != FlowOutcome::Denied);
        }
        ASSERT_EQ(m_created.size(), m_ended.size() + open.size());
    }

    /// Follow the events since the last call: a port's uses must alternate as they should.
    void CheckEvents()
    {
        for (; m_seen < m_ports.size(); ++m_seen)
        {
            const auto& event = m_ports[m_seen];
            auto& holder = m_holders[event.translated];
            switch (event.stage)
            {
            case SnatPortStage::Acquired:
                ASSERT_EQ(holder, 0U) << event.translated << " is held already (S0-19)";
                holder = event.flow;
                break;
            case SnatPortStage::Reopened:
                ASSERT_NE(holder, 0U);
                ASSERT_GT(event.flow, holder);
                holder = event.flow;
                m_cooling.erase(event.translated);
                break;
            case SnatPortStage::CoolingDown:
                ASSERT_EQ(holder, event.flow);
                ASSERT_TRUE(m_cooling.insert(event.translated).second);
                break;
            case SnatPortStage::Released:
                ASSERT_EQ(holder, event.flow);
                m_holders.erase(event.translated);
                m_cooling.erase(event.translated);
                break;
            }
        }
        uint64_t uses = 0;
        for (const auto& usage : m_pipeline->GetSnatPortUsage())
        {
            uses += usage.flows;
        }
        ASSERT_EQ(uses, m_holders.size()) << "acquired = released + held";
    }

    std::mt19937 m_random{19};             //!< decides on everything
    std::size_t m_given{0};                //!< ranges that were given up
    std::size_t m_seen{0};                 //!< events that CheckEvents() has seen
    std::map<FlowKey, uint64_t> m_holders; //!< flow that holds a translated 5-tuple
    std::set<FlowKey> m_cooling;           //!< translated 5-tuples that cool down
};

TEST_P(VnicWalks, S0_19_KeepTheLawsAndNeverGiveAFiveTupleTwice)
{
    const auto& c = GetParam();
    const uint16_t ports = c.doPortsMove ? 1 : PORTS; // one: others are needed
    c.frontends > 0 ? WithSnat(c.profile, ports, c.frontends) : WithPublicIp();
    Serve();
    for (int step = 0; step < 20'000; ++step)
    {
        m_draws.assign(1, Draw(std::max(c.frontends, 1U)));
        m_now += MilliSeconds(Draw(10) == 0 ? Draw(20'000) : Draw(50));
        Step(); // checks the pipeline's own laws
        if (c.doPortsMove && Draw(8) == 0)
        {
            ASSERT_NO_FATAL_FAILURE(MovePorts()) << "in step " << step;
        }
        if (step % 10 == 0)
        {
            m_pipeline->Expire(m_now);
        }
        ASSERT_NO_FATAL_FAILURE(CheckEvents()) << "in step " << step;
        if (step % 20 == 0)
        {
            ASSERT_NO_FATAL_FAILURE(CheckOpenFlows()) << "in step " << step;
        }
    }
    m_draws.clear();
    EXPECT_GT(m_ended.size(), 100U) << "the walk has seen something";
    EXPECT_GT(std::count_if(m_ended.begin(),
                            m_ended.end(),
                            [](const FlowRecord& flow) {
                                return flow.isInbound &&
                                       flow.translated->GetSource() == GetFrontend(0);
                            }),
              100)
        << "and clients too";
    EXPECT_EQ(m_exhausted.empty(), c.frontends == 0);
    const auto reclaimed =
        std::count_if(m_ended.begin(), m_ended.end(), [](const FlowRecord& flow) {
            return flow.end == FlowEnd::Reclaimed;
        });
    EXPECT_EQ(reclaimed > 0, c.doPortsMove);
    EXPECT_EQ(m_given > 0, std::string(c.name) == "OnDemand");
    m_now += Hours(1000); // a refused flow waits for up to twice as long as it has
    ExpectFree();
    EXPECT_TRUE(m_pipeline->GetOpenFlows().empty());
    ASSERT_NO_FATAL_FAILURE(CheckEvents());
    EXPECT_TRUE(m_holders.empty());
}

INSTANTIATE_TEST_SUITE_P(Vnic, VnicWalks, ::testing::ValuesIn(WALK_CASES), [](const auto& info) {
    return info.param.name;
});

} // namespace

} // namespace ns3::azure
