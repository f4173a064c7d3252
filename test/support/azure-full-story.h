// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FULL_STORY_H
#define AZURE_FULL_STORY_H

#include "azure-trace-load-balancing-story.h"
#include "azure-trace-snat-story.h"

#include "ns3/azure-flow-attempt.h"
#include "ns3/azure-trace-database.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace ns3::azure
{

/**
 * A hand-written run of which every view has something to say.  Times in seconds of simulation
 * time.
 *
 * It lasts 400 s.  Stories of different numbers differ in times and amounts.
 */
class FullStory
{
  public:
    /**
     * @brief Tell the story.
     * @param database who is told
     * @param number number of the story, from 1
     */
    FullStory(TraceDatabase& database, uint32_t number)
        : m_database(database),
          m_number(number),
          m_balancing{database},
          m_snat{database}
    {
        m_balancing.TellTopology();
        m_snat.TellGateway();
        TellPool();
        std::vector<SnatPortEvent> events;
        for (uint64_t i = 1; i <= 5 + number; ++i)
        {
            TellFlow(i, events);
            TellGatewayFlow(i);
            TellInbound(i);
        }
        std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
            return a.time < b.time;
        });
        for (const auto& event : events)
        {
            database.Insert(event);
        }
        TellDenied();
        TellRequests();
        for (double time = 0; time <= 360; time += 30)
        {
            TellSample(time);
        }
        m_balancing.Message(1, 6, ControlMessageStage::Sent, "report-health", 1, 1);
        m_balancing
            .Message(1 + 0.1 * number, 6, ControlMessageStage::Acknowledged, "report-health", 1, 1);
    }

  private:
    using Story = TraceSnatStory;

    /// Both members come up; the second one goes down, leaves and comes back.
    void TellPool() const
    {
        for (const uint32_t member : {1, 2})
        {
            m_balancing.Probe(1, member, HealthProbeOutcome::Success);
            m_balancing.Find(1, member, true);
            m_balancing.Decide(1, member, true);
        }
        m_balancing.Find(70, 1, false);
        m_balancing.Decide(70, 1, false);
        m_balancing.Decide(70.0 + m_number, 2, false);
        m_balancing.Decide(150, 1, true);
        m_database.Insert(PoolMemberChange{Seconds(200), "balancer", "servers", 2, false});
        m_snat.Allocate(200.5, 2, {1032, 1039}, false, SnatAllocationCause::Left, m_number);
    }

    /// An outbound flow of interface 1: an odd one is established, an even one is refused.
    void TellFlow(uint64_t number, std::vector<SnatPortEvent>& events) const
    {
        const double begin = 10.0 * static_cast<double>(number) + m_number;
        auto flow = Story::Flow(number, 1, begin);
        if (number % 2 == 0)
        {
            m_database.Insert(Story::Refusal(begin, flow));
            m_database.Insert(
                3,
                DropRecord{Seconds(begin), DropReason::SnatPortsExhausted, 1, flow.key, 40});
            TellAttempt(number, flow, std::nullopt);
        }
        else
        {
            const auto used = static_cast<uint32_t>(number);
            events.push_back(Story::Event(begin, flow, SnatPortStage::Acquired, used));
            TellDecision(flow, SecurityRuleAccess::Allow);
            flow = Story::Answer(Story::Accept(flow, begin), begin + 1);
            flow.end = FlowEnd::Fin;
            flow.ended = Seconds(begin + 20 + m_number);
            events.push_back(
                Story::Event(begin + 20 + m_number, flow, SnatPortStage::Released, used - 1));
            TellAttempt(number, flow, 0.5 * static_cast<double>(number));
        }
        m_database.Insert(flow);
    }

    /// What a generator knows of a flow.
    void TellAttempt(uint64_t number, const FlowRecord& flow, std::optional<double> latency) const
    {
        FlowAttempt attempt;
        attempt.node = 1;
        attempt.generator = 1;
        attempt.flow.number = number;
        attempt.flow.key = flow.key;
        attempt.flow.started = flow.firstPacket;
        if (latency)
        {
            attempt.flow.established = flow.firstPacket + Seconds(*latency);
        }
        else
        {
            attempt.failure = TrafficFailure::Timeout;
        }
        m_database.Insert(attempt);
    }

    /// A flow of interface 3, behind the NAT gateway.
    void TellGatewayFlow(uint64_t number) const
    {
        const double begin = 12.0 * static_cast<double>(number) + m_number;
        auto flow = Story::Flow(number, 3, begin);
        if (number % 3 == 0)
        {
            m_database.Insert("gateway", Story::Refusal(begin, flow));
        }
        else
        {
            const auto used = static_cast<uint32_t>(number);
            m_database.Insert("gateway", Story::Event(begin, flow, SnatPortStage::Acquired, used));
            flow = Story::Accept(flow, begin, Story::GatewayAddress());
        }
        m_database.Insert("gateway", flow);
        flow.method = OutboundMethod::NatGateway;
        flow.translated = flow.key;
        flow.accepted = flow.firstPacket;
        flow.outcome = FlowOutcome::Unanswered;
        m_database.Insert(flow);
    }

    /// A client's flow to rule 1.
    void TellInbound(uint64_t number) const
    {
        const auto port = static_cast<uint16_t>(50000 + number);
        m_balancing.Choose(static_cast<double>(number), 4, port, 1);
        const auto flow = TraceLoadBalancingStory::Flow(1000 + number,
                                                        1,
                                                        port,
                                                        TraceLoadBalancingStory::WebRule());
        m_database.Insert(TraceLoadBalancingStory::Count(flow, 3, 300 * m_number, 4, 400));
    }

    /// A rule's word on a flow.
    void TellDecision(const FlowRecord& flow, SecurityRuleAccess access) const
    {
        SecurityGroupDecision decision;
        decision.time = flow.firstPacket;
        decision.networkInterface = flow.networkInterface;
        decision.flow = flow.flow;
        decision.attempt = 1;
        decision.direction = FlowDirection::Outbound;
        decision.key = flow.key;
        decision.access = access;
        decision.group = "group";
        decision.rule = "Rule";
        m_database.Insert(decision);
    }

    /// A flow that a security group denies.
    void TellDenied() const
    {
        auto flow = Story::Flow(500, 2, 5.0 * m_number);
        TellDecision(flow, SecurityRuleAccess::Deny);
        flow.outcome = FlowOutcome::Denied;
        m_database.Insert(flow);
    }

    /// Two requests, of which one is dropped.
    void TellRequests() const
    {
        m_snat.Decide(1, 1, 1.25, 1.75);
        m_snat.Request(1, 1, 1, 1.0 + m_number);
        m_snat.Decide(1, 2, 3.25, 3.25, SnatRequestOutcome::Outstanding);
        m_snat.Request(1, 2, 3, std::nullopt);
    }

    /// Samples of everything.
    void TellSample(double time) const
    {
        const auto frontend = TraceLoadBalancingStory::Frontend();
        const auto so = static_cast<uint64_t>(time) * m_number;
        m_database.InsertSample(Seconds(time),
                                {{1, frontend, 8, 6 + m_number % 2, 0, 6}},
                                {{"gateway", {0, Story::GatewayAddress(), 10, 8, 0, 8}}});
        m_database.InsertNatGatewaySample(Seconds(time), {{"gateway", so, 40 * so, so, 40 * so}});
        m_database.InsertTrafficSample(Seconds(time),
                                       {{4, {{1, so, 40 * so, so}}, {}}},
                                       {{1, 1, so, 40 * so, so, 40 * so}});
    }

    TraceDatabase& m_database;           //!< who is told
    uint32_t m_number;                   //!< number of the story
    TraceLoadBalancingStory m_balancing; //!< tells of load balancing
    TraceSnatStory m_snat;               //!< tells of SNAT
};

} // namespace ns3::azure

#endif // AZURE_FULL_STORY_H
