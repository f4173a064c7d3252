// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_MIGRATION_STORY_H
#define AZURE_MIGRATION_STORY_H

#include "azure-trace-story.h"

#include "ns3/azure-trace-database.h"

#include <cstdint>
#include <string>

namespace ns3::azure
{

/**
 * Two hand-written runs with a row for every table, in parts: one for each version of the schema
 * that brought tables.
 *
 * The databases in test/data were written by the code of their time: version 1 was told
 * TellFlows(), version 2 TellSecurity() too, and so on.  So what they become by migration is what
 * the present code writes when it is told the same.
 */
struct MigrationStory
{
    TraceDatabase& database; //!< who is told

    /// Tells a file the parts for a version: a run that is finished, and one that was cut off.
    static void TellRuns(const std::string& path, uint32_t version)
    {
        using Tell = void (MigrationStory::*)() const;
        constexpr Tell PARTS[]{
            &MigrationStory::TellFlows,
            &MigrationStory::TellSecurity,
            &MigrationStory::TellLoadBalancing,
            &MigrationStory::TellSnat,
        };
        for (const bool isFinished : {true, false})
        {
            TraceDatabase database(
                path,
                {"program", "scenario", "2017[IdleTimeout=300s]", {{"vms", "2"}}});
            for (uint32_t part = 0; part < version; ++part)
            {
                (MigrationStory{database}.*PARTS[part])();
            }
            if (isFinished)
            {
                database.Finish(Seconds(900));
            }
        }
    }

    /// A flow that nothing was translated of, with the other side at an address.
    void TellUntranslated(uint64_t flow, FlowPath path, const char* destination) const
    {
        FlowRecord record;
        record.flow = flow;
        record.path = path;
        record.method = OutboundMethod::LoadBalancerFrontend;
        record.key = TraceStory::Key(flow, destination);
        record.firstPacket = record.lastPacket = Seconds(5);
        record.accepted = Seconds(5);
        record.outcome = FlowOutcome::Unanswered;
        record.packetsOut = 1;
        record.bytesOut = 40;
        database.Insert(record);
    }

    /// Version 1: flows with SNAT ports, refusals, drops and samples.
    void TellFlows() const
    {
        const TraceStory story{database};
        story.TellTopology();
        story.Acquire(1, 1, 1024, 1);
        story.Acquire(2, 2, 1025, 2);
        story.Refuse(3, 3, 1, "203.0.113.11");
        story.Sample(10, 2);
        story.Release(250, 1, 1024, 1, 10, 1);
        story.EndRefused(260, 3, "203.0.113.11", 3);
        story.Release(270.5, 2, 1025, 2, 30.5, 0);
        TellUntranslated(4, FlowPath::VirtualNetwork, "10.0.0.5");
        TellUntranslated(5, FlowPath::HostService, "168.63.129.16");
        TellUntranslated(6, FlowPath::ServiceEndpoint, "203.0.113.99");
        DropRecord drop;
        drop.time = Seconds(3);
        drop.reason = DropReason::SnatPortsExhausted;
        drop.networkInterface = 0;
        drop.key = TraceStory::Key(3, "203.0.113.11");
        drop.bytes = 40;
        database.Insert(3, drop);
        drop = DropRecord();
        drop.time = Seconds(4);
        drop.bytes = 9;
        database.Insert(4, drop);
    }

    /// Version 2: a flow that a security group allowed, and one that it denied.
    void TellSecurity() const
    {
        SecurityGroupDecision decision;
        decision.time = Seconds(301);
        decision.flow = 7;
        decision.attempt = 1;
        decision.direction = FlowDirection::Outbound;
        decision.key = TraceStory::Key(7, "203.0.113.10");
        decision.group = "group";
        decision.rule = "AllowInternetOutBound";
        decision.isDefaultRule = true;
        database.Insert(decision);
        FlowRecord allowed;
        allowed.flow = 7;
        allowed.method = OutboundMethod::LoadBalancerFrontend;
        allowed.key = decision.key;
        allowed.translated = decision.key.WithSource(Ipv4Address("198.51.100.1"), 1024);
        allowed.firstPacket = Seconds(301);
        allowed.accepted = Seconds(301);
        allowed.lastPacket = Seconds(302);
        allowed.outcome = FlowOutcome::Unanswered;
        allowed.packetsOut = 3;
        allowed.bytesOut = 120;
        database.InsertFlowSample(Seconds(600), {allowed});
        database.Insert(allowed);

        decision.time = Seconds(303);
        decision.flow = 8;
        decision.key = TraceStory::Key(8, "203.0.113.12");
        decision.access = SecurityRuleAccess::Deny;
        decision.rule = "no-web";
        decision.isDefaultRule = false;
        database.Insert(decision);
        FlowRecord denied;
        denied.flow = 8;
        denied.method = OutboundMethod::LoadBalancerFrontend;
        denied.key = decision.key;
        denied.firstPacket = denied.lastPacket = Seconds(303);
        denied.denials = 1;
        denied.outcome = FlowOutcome::Denied;
        database.Insert(denied);
        DropRecord drop;
        drop.time = Seconds(303);
        drop.reason = DropReason::SecurityRule;
        drop.networkInterface = 0;
        drop.key = decision.key;
        drop.bytes = 40;
        drop.group = "group";
        drop.rule = "no-web";
        database.Insert(3, drop);
    }

    /// Version 3: a load balancer with a probe, a member, and a client.
    void TellLoadBalancing() const
    {
        const Ipv4Address frontend("198.51.100.1");
        database.Insert(NodeFact{6, "manager0", NodeRole::SlbManager});
        database.Insert(LoadBalancerFact{"balancer", LoadBalancerSku::Standard, false});
        database.Insert(FrontendFact{"balancer", "public", frontend});
        HealthProbeFact probe;
        probe.probe = 1;
        probe.loadBalancer = "balancer";
        probe.name = "alive";
        probe.port = 8080;
        probe.interval = Seconds(15);
        probe.timeout = Seconds(10);
        probe.failuresToDown = 2;
        database.Insert(probe);
        database.Insert(PoolMemberFact{0, "balancer", "servers", 1, 0, AdministrativeState::None});
        LoadBalancingRuleFact rule;
        rule.rule = 1;
        rule.loadBalancer = "balancer";
        rule.name = "web";
        rule.frontend = "public";
        rule.frontendAddress = frontend;
        rule.frontendPort = 80;
        rule.backendPort = 8080;
        rule.probe = 1;
        rule.idleTimeout = Seconds(300);
        database.Insert(rule);

        HealthProbeResult result;
        result.time = Seconds(15.5);
        result.networkInterface = 0;
        result.probe = 1;
        result.attempt = 1;
        result.sent = Seconds(15);
        result.outcome = HealthProbeOutcome::Success;
        database.Insert(3, result);
        database.Insert(6, MemberHealth{Seconds(16), HealthStage::Decided, 0, 0, 1, true});
        LoadBalancingDecision decision;
        decision.time = Seconds(20);
        decision.rule = 1;
        decision.key = {Ipv4Address("203.0.113.7"), frontend, 49200, 80, IpProtocol::Tcp};
        decision.networkInterface = 0;
        decision.membersAvailable = 1;
        decision.isTracked = true;
        database.Insert(4, decision);
        ControlMessage message;
        message.time = Seconds(16);
        message.receiver = Ipv4Address("100.64.0.4");
        message.transaction = 1;
        message.attempt = 1;
        message.kind = "report-health";
        message.bytes = 28;
        database.Insert(6, message);
        database.InsertTrafficSample(Seconds(60),
                                     {{4, {{1, 5, 300, 1}}, {5, 0, 0, 0}}},
                                     {{1, 0, 5, 300, 4, 4000}});
    }

    /// Version 4: a NAT gateway, a request for ports, a pool that changes, and an overload.
    void TellSnat() const
    {
        const Ipv4Address address("198.51.100.50");
        database.Insert(NodeFact{7, "gateway0", NodeRole::NatGateway});
        database.Insert(NodeFact{8, "vm2", NodeRole::VirtualMachine});
        database.Insert(NatGatewayFact{"gateway", 7, Minutes(30)});
        database.Insert(NetworkInterfaceFact{2,
                                             8,
                                             3,
                                             Ipv4Address("10.0.0.6"),
                                             OutboundMethod::NatGateway,
                                             "set",
                                             "gateway"});
        database.Insert(PublicIpFact{address, PublicIpKind::NatGateway, std::nullopt, "gateway"});
        TellGatewayFlows(address);
        TellRequest();
        database.Insert(
            OutboundRuleFact{"balancer", "out", {"public"}, "servers", TransportProtocol::All, 8});
        PoolMemberChange change;
        change.time = Seconds(400);
        change.loadBalancer = "balancer";
        change.backendPool = "servers";
        change.networkInterface = 0;
        database.Insert(change);
        database.Insert(4, OverloadRecord{Seconds(500), 12, Ipv4Address("198.51.100.1"), false});
    }

    /// Two flows of the NAT gateway: one with a port, one refused.
    void TellGatewayFlows(Ipv4Address address) const
    {
        FlowRecord flow;
        flow.networkInterface = 2;
        flow.flow = 1;
        flow.method = OutboundMethod::NatGateway;
        flow.key = {Ipv4Address("10.0.0.6"),
                    Ipv4Address("203.0.113.10"),
                    49152,
                    443,
                    IpProtocol::Tcp};
        flow.firstPacket = Seconds(310);
        SnatPortEvent event;
        event.time = Seconds(310);
        event.networkInterface = 2;
        event.flow = 1;
        event.translated = flow.key.WithSource(address, 1024);
        event.portsInUse = 1;
        database.Insert("gateway", event);
        flow.translated = event.translated;
        flow.accepted = Seconds(310);
        flow.lastPacket = Seconds(311);
        flow.outcome = FlowOutcome::Unanswered;
        flow.packetsOut = 2;
        flow.bytesOut = 80;
        database.Insert("gateway", flow);
        database.Insert(flow);
        flow.flow = 2;
        flow.translated = std::nullopt;
        flow.accepted = std::nullopt;
        flow.outcome = FlowOutcome::Refused;
        flow.refusals = 1;
        flow.packetsOut = flow.bytesOut = 0;
        database.Insert("gateway", flow);
        database.Insert("gateway", SnatExhaustion{Seconds(312), 2, 2, 1, flow.key, 1, 1, 0});
        database.InsertSample(Seconds(320), {}, {{"gateway", {0, address, 64512, 1, 0, 1}}});
        database.InsertNatGatewaySample(Seconds(360), {{"gateway", 2, 80, 0, 0}});
        TcpResetOrder order;
        order.networkInterface = 2;
        order.outbound = flow.key;
        order.translated = event.translated;
        database.Insert(Seconds(380), 7, "gateway", order);
    }

    /// A request for ports that the SLB manager grants, and ports that are given back.
    void TellRequest() const
    {
        SnatRequest request;
        request.networkInterface = 0;
        request.request = 1;
        request.flow = 3;
        request.asked = Seconds(330);
        request.answered = Seconds(330.5);
        request.outcome = SnatRequestOutcome::Granted;
        request.ports = 8;
        database.Insert(request);
        SnatRequestDecision decision;
        decision.time = Seconds(330.25);
        decision.networkInterface = 0;
        decision.request = 1;
        decision.received = Seconds(330.125);
        decision.outcome = SnatRequestOutcome::Granted;
        decision.ports = 8;
        database.Insert(6, decision);
        SnatAllocation allocation{Seconds(330.5),
                                  0,
                                  Ipv4Address("198.51.100.1"),
                                  PortRange{1032, 1039}};
        allocation.cause = SnatAllocationCause::Requested;
        database.Insert(allocation);
        allocation.time = Seconds(390);
        allocation.isGiven = false;
        allocation.cause = SnatAllocationCause::Returned;
        allocation.flowsBroken = 1;
        database.Insert(allocation);
    }
};

} // namespace ns3::azure

#endif // AZURE_MIGRATION_STORY_H
