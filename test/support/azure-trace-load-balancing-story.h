// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_LOAD_BALANCING_STORY_H
#define AZURE_TRACE_LOAD_BALANCING_STORY_H

#include "ns3/azure-trace-database.h"
#include "ns3/azure-trace-records.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace ns3::azure
{

/**
 * A hand-written run with a load balancer, told to a trace database.  Times in seconds of
 * simulation time.
 *
 * Nodes 1 (vm0) and 2 (vm1) have interfaces 1 (10.0.0.4) and 2 (10.0.0.5) on host 3; nodes 4 and 5
 * are muxes, node 6 the SLB manager.  Frontend 198.51.100.1 has rule 1, TCP port 80 to port 8080 of
 * both (backend set 0) with HTTP probe 1, and rule 2, an inbound NAT rule of TCP port 5001 to port
 * 22 of interface 1 (backend set 1).  Interface 1 has the SNAT ports 1024-1031 of the frontend,
 * interface 2 1032-1039.
 */
struct TraceLoadBalancingStory
{
    TraceDatabase& database; //!< who is told

    /// The frontend.
    static Ipv4Address Frontend()
    {
        return Ipv4Address("198.51.100.1");
    }

    /// The nodes, interfaces and addresses.
    void TellNodes() const
    {
        database.Insert(NodeFact{1, "vm0", NodeRole::VirtualMachine});
        database.Insert(NodeFact{2, "vm1", NodeRole::VirtualMachine});
        database.Insert(NodeFact{3, "host0", NodeRole::Host});
        database.Insert(NodeFact{4, "mux0", NodeRole::LoadBalancerMux});
        database.Insert(NodeFact{5, "mux1", NodeRole::LoadBalancerMux});
        database.Insert(NodeFact{6, "manager0", NodeRole::SlbManager});
        const auto method = OutboundMethod::LoadBalancerFrontend;
        database.Insert(NetworkInterfaceFact{1, 1, 3, Ipv4Address("10.0.0.4"), method});
        database.Insert(NetworkInterfaceFact{2, 2, 3, Ipv4Address("10.0.0.5"), method});
        database.Insert(PublicIpFact{Frontend(), PublicIpKind::Frontend, std::nullopt});
        database.Insert(SnatAllocation{Seconds(0), 1, Frontend(), PortRange{1024, 1031}});
        database.Insert(SnatAllocation{Seconds(0), 2, Frontend(), PortRange{1032, 1039}});
    }

    /// @return rule 1
    static LoadBalancingRuleFact WebRule()
    {
        LoadBalancingRuleFact rule;
        rule.rule = 1;
        rule.loadBalancer = "balancer";
        rule.name = "web";
        rule.frontend = "public";
        rule.frontendAddress = Frontend();
        rule.frontendPort = 80;
        rule.backendPort = 8080;
        rule.probe = 1;
        return rule;
    }

    /// @return rule 2
    static LoadBalancingRuleFact NatRule()
    {
        LoadBalancingRuleFact rule;
        rule.rule = 2;
        rule.loadBalancer = "balancer";
        rule.name = "ssh";
        rule.kind = LoadBalancingRuleKind::InboundNat;
        rule.frontend = "public";
        rule.frontendAddress = Frontend();
        rule.frontendPort = 5001;
        rule.backendPort = 22;
        rule.backendSet = 1;
        return rule;
    }

    /// The load balancer, its frontend, probe, pool members and rules.
    void TellLoadBalancer() const
    {
        database.Insert(LoadBalancerFact{"balancer", LoadBalancerSku::Standard, false});
        database.Insert(FrontendFact{"balancer", "public", Frontend()});
        HealthProbeFact probe;
        probe.probe = 1;
        probe.loadBalancer = "balancer";
        probe.name = "alive";
        probe.protocol = HealthProbeProtocol::Http;
        probe.port = 8080;
        probe.requestPath = "/alive";
        probe.interval = Seconds(15);
        probe.timeout = Seconds(10);
        probe.failuresToDown = 2;
        database.Insert(probe);
        database.Insert(PoolMemberFact{0, "balancer", "servers", 1, 1, AdministrativeState::None});
        database.Insert(PoolMemberFact{0, "balancer", "servers", 1, 2, AdministrativeState::None});
        database.Insert(PoolMemberFact{1, "balancer", "", 0, 1, AdministrativeState::None});
        database.Insert(WebRule());
        database.Insert(NatRule());
    }

    /// Everything that there is.
    void TellTopology() const
    {
        TellNodes();
        TellLoadBalancer();
    }

    /// @return a client's flow to a port of the frontend, as the client sees it
    static FlowKey ClientKey(uint16_t clientPort, uint16_t frontendPort)
    {
        return {Ipv4Address("203.0.113.7"), Frontend(), clientPort, frontendPort, IpProtocol::Tcp};
    }

    /// A mux chooses a member for a packet to rule 1.
    void Choose(double time,
                uint32_t mux,
                uint16_t clientPort,
                std::optional<uint32_t> member,
                DistributionCause cause = DistributionCause::NewFlow) const
    {
        LoadBalancingDecision decision;
        decision.time = Seconds(time);
        decision.rule = 1;
        decision.key = ClientKey(clientPort, 80);
        decision.cause = cause;
        decision.networkInterface = member;
        decision.membersAvailable = member ? 2 : 0;
        decision.isTracked = member.has_value();
        database.Insert(mux, decision);
    }

    /// Probe 1 of an interface ends.
    void Probe(double time, uint32_t networkInterface, HealthProbeOutcome outcome) const
    {
        HealthProbeResult result;
        result.time = Seconds(time);
        result.networkInterface = networkInterface;
        result.probe = 1;
        result.attempt = 1;
        result.sent = Seconds(time - 0.5);
        result.outcome = outcome;
        database.Insert(3, result);
    }

    /// The SLB manager decides on a member of backend set 0.
    void Decide(double time, uint32_t networkInterface, bool isUp) const
    {
        database.Insert(
            6,
            MemberHealth{Seconds(time), HealthStage::Decided, networkInterface, 0, 1, isUp});
    }

    /// A host finds a member up or down with probe 1.
    void Find(double time, uint32_t networkInterface, bool isUp) const
    {
        database.Insert(
            3,
            MemberHealth{Seconds(time), HealthStage::Probed, networkInterface, 0, 1, isUp});
    }

    /// Something becomes of a message.
    void Message(double time,
                 uint32_t sender,
                 ControlMessageStage stage,
                 std::string_view kind,
                 uint32_t transaction,
                 uint32_t attempt) const
    {
        ControlMessage message;
        message.time = Seconds(time);
        message.stage = stage;
        message.receiver = Ipv4Address("100.64.0.4");
        message.transaction = transaction;
        message.attempt = attempt;
        message.kind = kind;
        message.bytes = 28;
        database.Insert(sender, message);
    }

    /// @return a client's flow to a member, as its host sees it, so far
    static FlowRecord Flow(uint64_t flow,
                           uint32_t networkInterface,
                           uint16_t clientPort,
                           const LoadBalancingRuleFact& rule)
    {
        FlowRecord record;
        record.networkInterface = networkInterface;
        record.flow = flow;
        record.isInbound = true;
        record.method = OutboundMethod::LoadBalancerFrontend;
        record.key = {Ipv4Address(networkInterface == 1 ? "10.0.0.4" : "10.0.0.5"),
                      Ipv4Address("203.0.113.7"),
                      rule.backendPort,
                      clientPort,
                      IpProtocol::Tcp};
        record.translated = record.key.WithSource(rule.frontendAddress, rule.frontendPort);
        record.accepted = Seconds(0);
        record.outcome = FlowOutcome::Established;
        return record;
    }

    /// @return the flow with other counters
    static FlowRecord Count(FlowRecord flow,
                            uint64_t packetsIn,
                            uint64_t bytesIn,
                            uint64_t packetsOut,
                            uint64_t bytesOut)
    {
        flow.packetsIn = packetsIn;
        flow.bytesIn = bytesIn;
        flow.packetsOut = packetsOut;
        flow.bytesOut = bytesOut;
        return flow;
    }
};

} // namespace ns3::azure

#endif // AZURE_TRACE_LOAD_BALANCING_STORY_H
