// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-view-story.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

using Story = TraceLoadBalancingStory;

/// Begins an outbound flow of interface 1 with a SNAT port; it is answered or not.
void
Open(const Story& story,
     uint64_t number,
     double accepted,
     std::optional<double> reply,
     OutboundMethod method = OutboundMethod::LoadBalancerFrontend)
{
    FlowRecord flow;
    flow.networkInterface = 1;
    flow.flow = number;
    flow.method = method;
    flow.key = {Ipv4Address("10.0.0.4"),
                Ipv4Address("203.0.113.10"),
                static_cast<uint16_t>(49152 + number),
                443,
                IpProtocol::Tcp};
    flow.translated = flow.key.WithSource(Story::Frontend(), 1024);
    flow.firstPacket = Seconds(accepted);
    flow.accepted = Seconds(accepted);
    if (reply)
    {
        flow.firstReply = Seconds(*reply);
    }
    story.database.Insert(flow);
}

/// A packet of a flow is refused for want of a SNAT port.
void
Refuse(const Story& story,
       double time,
       uint64_t flow,
       uint32_t attempt = 1,
       uint32_t networkInterface = 1)
{
    const FlowKey key(Ipv4Address(networkInterface == 1 ? "10.0.0.4" : "10.0.0.5"),
                      Ipv4Address("203.0.113.10"),
                      static_cast<uint16_t>(49152 + flow),
                      443,
                      IpProtocol::Tcp);
    story.database.Insert(
        SnatExhaustion{Seconds(time), networkInterface, flow, attempt, key, 8, 8, 0});
}

/// New connections in each state.
void
TellConnections(const Story& story)
{
    Open(story, 1, 1, 1.5);
    Open(story, 2, 2, 2.5);
    Open(story, 3, 59, 61); // not answered within its minute
    Open(story, 4, 3, std::nullopt);
    Open(story, 5, 61, 62);
    Open(story, 6, 5, 6, OutboundMethod::InstanceLevelPublicIp);       // no SNAT
    story.database.Insert(Story::Flow(7, 1, 50000, Story::WebRule())); // no outbound flow
    Refuse(story, 4, 8, 1);
    Refuse(story, 5, 8, 2); // the same flow
    Refuse(story, 70, 9, 1, 2);
}

/// A flow is refused on an interface with ports of two frontends.
void
TellTwoFrontends(const Story& story)
{
    const Ipv4Address other("198.51.100.2");
    story.database.Insert(FrontendFact{"balancer", "other", other});
    story.database.Insert(SnatAllocation{Seconds(0), 1, other, PortRange{1024, 1031}});
    Refuse(story, 4, 8);
}

/// Samples of ports of interface 1, and of one without SNAT.
void
TellPorts(const Story& story)
{
    const auto sample = [&story](double time, uint32_t inUse, uint32_t coolingDown) {
        story.database.InsertSample(
            Seconds(time),
            {{1, Story::Frontend(), 8, inUse, coolingDown, inUse}, {2, std::nullopt, 0, 0, 0, 0}});
    };
    sample(0, 2, 1);
    sample(30, 4, 0);
    sample(60, 7, 1);
}

/// The ports of interface 1 change.
void
TellAllocations(const Story& story)
{
    const auto tell = [&story](double time, PortRange ports, bool isGiven) {
        const auto cause = isGiven ? SnatAllocationCause::Requested : SnatAllocationCause::Returned;
        story.database.Insert(
            SnatAllocation{Seconds(time), 1, Story::Frontend(), ports, isGiven, cause});
    };
    tell(30, {2048, 2055}, true);
    tell(90, {1024, 1031}, false);
    tell(90, {2048, 2051}, false);
    tell(105, {2052, 2055}, false);
}

/// Probes of both members.
void
TellProbes(const Story& story)
{
    using Outcome = HealthProbeOutcome;
    story.Probe(5, 1, Outcome::Success);
    story.Probe(5, 2, Outcome::Refused);
    story.Probe(20, 1, Outcome::Timeout);
    story.Probe(35, 1, Outcome::Success);
    story.Probe(50, 1, Outcome::Success);
    story.Probe(65, 1, Outcome::Success);
}

/// Rule 1 has a member from 15 to 75 s; rule 2 always has one.
void
TellAvailability(const Story& story)
{
    story.Decide(0, 1, false);
    story.Decide(0, 2, false);
    story.database.Insert(6, MemberHealth{Seconds(0), HealthStage::Decided, 1, 1, 0, true});
    story.Decide(15, 1, true);
    story.Decide(75, 1, false);
}

/// Two samples of two muxes, and of the hosts of both members.
void
TellTraffic(const Story& story)
{
    story.database.InsertTrafficSample(Seconds(60),
                                       {{4, {{1, 10, 400, 3}}, {}}, {5, {{1, 5, 200, 1}}, {}}},
                                       {{1, 1, 9, 360, 8, 8000}, {1, 2, 6, 240, 5, 5000}});
    story.database.InsertTrafficSample(Seconds(90),
                                       {{4, {{1, 14, 560, 4}}, {}}, {5, {{1, 9, 360, 2}}, {}}},
                                       {{1, 1, 12, 480, 11, 11000}, {1, 2, 6, 240, 5, 5000}});
}

/// The second of two members goes down at two minutes.
void
TellOneOfTwoDown(const Story& story)
{
    story.Find(5, 1, true);
    story.Find(60, 2, true);
    story.Find(120, 2, false);
    story.Decide(121, 2, false);
}

/// The user sets interface 1 down and interface 2 up; their probes find the opposite.
void
TellAdministrativeStates(const Story& story)
{
    story.Find(1, 1, true);
    story.Probe(1, 1, HealthProbeOutcome::Success);
    story.Decide(1, 1, false);
    story.Probe(1, 2, HealthProbeOutcome::Refused);
    story.Decide(1, 2, true);
}

/// The same, of an internal load balancer.
void
TellInside(const Story& story)
{
    story.database.Insert(LoadBalancerFact{"inside", LoadBalancerSku::Standard, true});
    story.database.Insert(FrontendFact{"inside", "private", Ipv4Address("10.0.0.100")});
    story.database.Insert(PoolMemberFact{2, "inside", "all", 1, 2, AdministrativeState::None});
    auto rule = Story::WebRule();
    rule.rule = 3;
    rule.loadBalancer = "inside";
    rule.frontend = "private";
    rule.backendSet = 2;
    story.database.Insert(rule);
    story.database.Insert(6, MemberHealth{Seconds(0), HealthStage::Decided, 2, 2, 1, true});
}

/// Ports run out in the first, second and last five minutes.
void
TellRefusals(const Story& story)
{
    Refuse(story, 1, 1);
    Refuse(story, 300, 2);
    Refuse(story, 301, 3);
    Refuse(story, 301, 4, 1, 2);
    Refuse(story, 650, 5);
}

/// So many of 8 ports are in use at a time: 6 are 75 %, 7 are 87.5 %.
void
TellUsage(const Story& story)
{
    const auto sample = [&story](double time, uint32_t inUse, uint32_t coolingDown) {
        story.database.InsertSample(Seconds(time),
                                    {{1, Story::Frontend(), 8, inUse, coolingDown, inUse}});
    };
    sample(10, 6, 0);
    sample(20, 6, 1); // published
    sample(30, 8, 0);
    sample(40, 0, 0);
    sample(319, 7, 0);
    sample(320, 8, 0); // published again
    sample(619, 7, 0);
}

/// Ports run out at some times.
void
TellExhaustion(const Story& story)
{
    Refuse(story, 1, 1); // published
    Refuse(story, 300, 2);
    Refuse(story, 300.5, 2, 2, 2); // another member's: published
    Refuse(story, 301, 3);         // published again
    Refuse(story, 301, 4);
}

/// No member is up until 100 s, and from 4,000 s on; a second outage is a minute long.
void
TellOutages(const Story& story)
{
    story.Decide(0, 1, false);
    story.Decide(0, 2, false);
    story.Decide(100, 1, true);
    story.Decide(4000, 1, false);
    story.Decide(8000, 2, true);
    story.Decide(8010, 2, false);
    story.Decide(8011, 2, true);
}

/// No member is in rotation before 100 s; then one is, but from 130 to 150 s.
void
TellLateBeginning(const Story& story)
{
    story.Decide(0, 1, false);
    story.Decide(100, 1, true);
    story.Decide(130, 1, false);
    story.Decide(150, 1, true);
}

/// Out of rotation before 30 s, from 120 to 200, 450 to 480, 840 to 846 and 960 to 1005 s.
void
TellGaps(const Story& story)
{
    story.Decide(0, 1, false);
    story.Decide(30, 1, true);
    for (const auto& [from, to] : {std::pair(120, 200), {450, 480}, {840, 846}, {960, 1005}})
    {
        story.Decide(from, 1, false);
        story.Decide(to, 1, true);
    }
}

// clang-format off
const char* const PROBE_ENTRY = "{\"publicIpAddress\": \"198.51.100.1\", \"port\": 80, \"totalDipCount\": 2, \"dipDownCount\": 1, \"healthPercentage\": 50.0}";
const char* const ALERT_ENTRY = "{\"eventName\": \"Resource Limits Hit\", \"eventDescription\": \"Ports exhausted\", \"eventProperties\": {\"public ip address\": \"198.51.100.1\"}}";

const ViewCase CASES[] = {
    // Each flow once, in the minute in which it got its port; failed once, whatever the attempts.
    {"B_10_SnatConnectionCountByState", TellConnections, 120,
     "time_ns / 1000000000, load_balancer, frontend_address, frontend_port, backend_address, protocol, connection_state, direction, value",
     "v_azure_metrics_1min AND metric = 'SnatConnectionCount'", "time_ns, connection_state",
     {{"0", "balancer", "198.51.100.1", "NULL", "10.0.0.4", "NULL", "failed", "NULL", "1"},
      {"0", "balancer", "198.51.100.1", "NULL", "10.0.0.4", "NULL", "pending", "NULL", "2"},
      {"0", "balancer", "198.51.100.1", "NULL", "10.0.0.4", "NULL", "successful", "NULL", "2"},
      {"60", "balancer", "198.51.100.1", "NULL", "10.0.0.5", "NULL", "failed", "NULL", "1"},
      {"60", "balancer", "198.51.100.1", "NULL", "10.0.0.4", "NULL", "successful", "NULL", "1"}}},
    {"B_10_FailedConnectionOfTwoFrontendsIsNobodys", TellTwoFrontends, 60,
     "load_balancer, frontend_address, backend_address, connection_state, value",
     "v_azure_metrics_1min AND metric = 'SnatConnectionCount'", "1",
     {{"NULL", "NULL", "10.0.0.4", "failed", "1"}}},
    // Used: (2 + 1 + 4) / 2 = 3.5 in the first minute, 7 + 1 in the second, which the run does not
    // reach: allocated ports are averaged over time, used ones over samples.
    {"B_10_SnatPortsAreAveraged", TellPorts, 60,
     "time_ns / 1000000000, metric, load_balancer, frontend_address, backend_address, value",
     "v_azure_metrics_1min AND metric LIKE '%SnatPorts'", "time_ns, metric, backend_address",
     {{"0", "AllocatedSnatPorts", "balancer", "198.51.100.1", "10.0.0.4", "8.0"},
      {"0", "AllocatedSnatPorts", "balancer", "198.51.100.1", "10.0.0.5", "8.0"},
      {"0", "UsedSnatPorts", "balancer", "198.51.100.1", "10.0.0.4", "3.5"},
      {"60", "UsedSnatPorts", "balancer", "198.51.100.1", "10.0.0.4", "8.0"}}},
    // Interface 1: 8 ports, from 30 s 16, from 90 s 4 until 105 s: (30 * 8 + 30 * 16) / 60 = 12,
    // then (30 * 16 + 15 * 4 + 15 * 0) / 60 = 9.  What it never has, it does not report.
    {"B_10_AllocatedSnatPortsFollowWhatIsGivenAndTaken", TellAllocations, 180,
     "time_ns / 1000000000, value",
     "v_azure_metrics_1min AND metric = 'AllocatedSnatPorts' AND backend_address = '10.0.0.4'", "time_ns",
     {{"0", "12.0"}, {"60", "9.0"}}},
    // 3 of 4 probes of interface 1 succeed in the first minute.
    {"B_10_DipAvailabilityIsThePartOfProbesThatSucceed", TellProbes, 70,
     "time_ns / 1000000000, load_balancer, frontend_address, frontend_port, backend_address, protocol, value",
     "v_azure_metrics_1min AND metric = 'DipAvailability'", "time_ns, backend_address",
     {{"0", "balancer", "198.51.100.1", "80", "10.0.0.4", "Tcp", "75.0"},
      {"0", "balancer", "198.51.100.1", "80", "10.0.0.5", "Tcp", "0.0"},
      {"60", "balancer", "198.51.100.1", "80", "10.0.0.4", "Tcp", "100.0"}}},
    // 45 of 60 s are 75 %; then 15 of the 30 s that the run still lasts.
    {"B_10_VipAvailabilityIsThePartOfTheMinuteWithAMember", TellAvailability, 90,
     "time_ns / 1000000000, frontend_address, frontend_port, backend_address, protocol, value",
     "v_azure_metrics_1min AND metric = 'VipAvailability'", "frontend_port, time_ns",
     {{"0", "198.51.100.1", "80", "NULL", "Tcp", "75.0"},
      {"60", "198.51.100.1", "80", "NULL", "Tcp", "50.0"},
      {"0", "198.51.100.1", "5001", "NULL", "Tcp", "100.0"},
      {"60", "198.51.100.1", "5001", "NULL", "Tcp", "100.0"}}},
    // Inbound 10 + 5 packets, then 14 - 10 and 9 - 5; outbound 8 + 5, then 11 - 8.
    {"B_10_TrafficIsWhatMuxesAndHostsHavePassedSince", TellTraffic, 90,
     "time_ns / 1000000000, metric, frontend_address, frontend_port, protocol, direction, value",
     "v_azure_metrics_1min AND metric LIKE '%Count' AND value > 0", "time_ns, metric, direction",
     {{"0", "ByteCount", "198.51.100.1", "80", "Tcp", "inbound", "600"},
      {"0", "ByteCount", "198.51.100.1", "80", "Tcp", "outbound", "13000"},
      {"0", "PacketCount", "198.51.100.1", "80", "Tcp", "inbound", "15"},
      {"0", "PacketCount", "198.51.100.1", "80", "Tcp", "outbound", "13"},
      {"0", "SYNCount", "198.51.100.1", "80", "Tcp", "inbound", "4"},
      {"60", "ByteCount", "198.51.100.1", "80", "Tcp", "inbound", "320"},
      {"60", "ByteCount", "198.51.100.1", "80", "Tcp", "outbound", "3000"},
      {"60", "PacketCount", "198.51.100.1", "80", "Tcp", "inbound", "8"},
      {"60", "PacketCount", "198.51.100.1", "80", "Tcp", "outbound", "3"},
      {"60", "SYNCount", "198.51.100.1", "80", "Tcp", "inbound", "2"}}},
    // Both tell of probes, and only VipAvailability of rotation.
    {"B_10_DipAvailabilityIsOfProbesWhateverTheUserSays", TellAdministrativeStates, 60,
     "metric, backend_address, value",
     "v_azure_metrics_1min AND frontend_port = 80 AND metric LIKE '%pAvailability'", "metric, backend_address",
     {{"DipAvailability", "10.0.0.4", "100.0"},
      {"DipAvailability", "10.0.0.5", "0.0"},
      {"VipAvailability", "NULL", "100.0"}}},
    {"B_10_ProbeHealthLogIsOfProbesWhateverTheUserSays", TellAdministrativeStates, 60,
     "members_total, members_down", "v_azure_probe_health_log", "time_ns",
     {{"2", "1"}}},
    // Azure's own example: 2 members, 1 down, 50.0.
    {"B_10_ProbeHealthLogCountsMembersEveryMinute", TellOneOfTwoDown, 180,
     "time_ns / 1000000000, category, load_balancer, rule, public_address, port, members_total, members_down, health_percent",
     "v_azure_probe_health_log", "time_ns",
     {{"60", "LoadBalancerProbeHealthStatus", "balancer", "web", "198.51.100.1", "80", "2", "0", "100.0"},
      {"120", "LoadBalancerProbeHealthStatus", "balancer", "web", "198.51.100.1", "80", "2", "1", "50.0"},
      {"180", "LoadBalancerProbeHealthStatus", "balancer", "web", "198.51.100.1", "80", "2", "1", "50.0"}}},
    {"B_10_ProbeHealthLogSpeaksAzuresWords", TellOneOfTwoDown, 130, "entry",
     "v_azure_probe_health_log AND members_down = 1", "time_ns",
     {{PROBE_ENTRY}}},
    {"B_10_ProbeHealthLogIsForPublicFrontends", TellInside, 60, "load_balancer", "v_azure_probe_health_log", "1",
     {{"balancer"}}},
    // What comes at 650 s would be told at 900 s, after the end.
    {"B_10_S0_21_AlertLogTellsOfExhaustedPortsEvery5Minutes", TellRefusals, 700,
     "time_ns / 1000000000, category, load_balancer, event_name, event_description, public_address, entry",
     "v_azure_alert_log", "time_ns",
     {{"300", "LoadBalancerAlertEvent", "balancer", "Resource Limits Hit", "Ports exhausted", "198.51.100.1", ALERT_ENTRY},
      {"600", "LoadBalancerAlertEvent", "balancer", "Resource Limits Hit", "Ports exhausted", "198.51.100.1", ALERT_ENTRY}}},
    {"B_10_HighUsageIsAboveThreeQuarters", TellUsage, 700,
     "time_ns / 1000000000, load_balancer, frontend_address, frontend_port, protocol, backend_address, percent",
     "v_azure_health_event AND event_name = 'HighSnatPortUsage'", "time_ns",
     {{"20", "balancer", "198.51.100.1", "NULL", "NULL", "10.0.0.4", "87.5"},
      {"320", "balancer", "198.51.100.1", "NULL", "NULL", "10.0.0.4", "100.0"}}},
    {"B_10_S0_21_ExhaustionIsPublishedEvery5Minutes", TellExhaustion, 700,
     "time_ns / 100000000, event_name, frontend_address, backend_address, percent",
     "v_azure_health_event", "time_ns",
     {{"10", "SnatPortExhaustion", "198.51.100.1", "10.0.0.4", "NULL"},
      {"3005", "SnatPortExhaustion", "198.51.100.1", "10.0.0.5", "NULL"},
      {"3010", "SnatPortExhaustion", "198.51.100.1", "10.0.0.4", "NULL"}}},
    // At the first whole minute before a first success; at 4,000 s; at the first whole minute an
    // hour later, 7,620 s = 127 min; and at 8,010 s, which is another outage.
    {"B_10_NoHealthyBackendsIsPublishedForEveryOutage", TellOutages, 8100,
     "time_ns / 1000000000, load_balancer, frontend_address, frontend_port, protocol, backend_address, percent",
     "v_azure_health_event AND event_name = 'NoHealthyBackends'", "time_ns",
     {{"60", "balancer", "198.51.100.1", "80", "Tcp", "NULL", "NULL"},
      {"4000", "balancer", "198.51.100.1", "80", "Tcp", "NULL", "NULL"},
      {"7620", "balancer", "198.51.100.1", "80", "Tcp", "NULL", "NULL"},
      {"8010", "balancer", "198.51.100.1", "80", "Tcp", "NULL", "NULL"}}},
    // Minutes that begin before the first member is there are left out: the first (0 %) and the
    // second (33 %).  The third has 67 %.
    {"B_10_DataPathAvailabilityBeginsWithTheFirstMember", TellLateBeginning, 200,
     "time_ns / 1000000000, event_name, ROUND(percent)",
     "v_azure_health_event AND event_name LIKE 'DataPath%'", "time_ns",
     {{"180", "DataPathAvailabilityWarning", "67.0"}}},
    // The first minute is left out, the third has 0 %, the fourth 40 of 60 s, the eighth 50 % (too
    // soon to be told), the 15th 90 % (not below 90), the 17th 15 of 60 s: 25 % (not below 25).
    {"B_10_DataPathAvailabilityIsTheWholeMinutes", TellGaps, 1100,
     "time_ns / 1000000000, event_name, frontend_address, frontend_port, protocol, percent",
     "v_azure_health_event AND event_name LIKE 'DataPath%'", "time_ns",
     {{"180", "DataPathAvailabilityCritical", "198.51.100.1", "80", "Tcp", "0.0"},
      {"240", "DataPathAvailabilityWarning", "198.51.100.1", "80", "Tcp", "66.6666666666667"},
      {"1020", "DataPathAvailabilityWarning", "198.51.100.1", "80", "Tcp", "25.0"}}},
};
// clang-format on

class TraceMonitorView : public ::testing::TestWithParam<ViewCase>
{
};

TEST_P(TraceMonitorView, SaysWhatWasTold)
{
    ExpectView(GetParam());
}

INSTANTIATE_TEST_SUITE_P(TraceDatabase,
                         TraceMonitorView,
                         ::testing::ValuesIn(CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
