// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"
#include "azure-trace-dump.h"

#include "ns3/azure-trace-recorder.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

namespace
{

using Rows = std::vector<std::vector<std::string>>;

/// A recorder on the simulator's clock, with functions in the place of host agents.
class TraceRecorderRun : public ::testing::Test
{
  protected:
    ~TraceRecorderRun() override
    {
        Simulator::Destroy();
    }

    /// Begin a run with interface 0, whose ports in use are the seconds that have passed.
    void Begin(const std::optional<Time>& sampleInterval)
    {
        m_recorder.emplace(m_path, RunDescription{"test", "none", "2017", {}}, sampleInterval);
        m_recorder->AddNode({0, "vm0", NodeRole::VirtualMachine});
        m_recorder->AddNode({1, "host0", NodeRole::Host});
        m_recorder->AddNetworkInterface(
            {0, 0, 1, Ipv4Address("10.0.0.4"), OutboundMethod::DefaultSnat});
        m_recorder->AddPublicIp({Ipv4Address("198.51.100.1"), PublicIpKind::Platform, 0});
        m_recorder->AddPortUsage([] {
            const auto seconds = static_cast<uint32_t>(Simulator::Now().GetSeconds());
            return std::vector<SnatPortUsage>{
                {0, Ipv4Address("198.51.100.1"), 64, seconds, 0, seconds}};
        });
    }

    /// At so many seconds, a group lets the first packet of flow 1 of an interface pass.
    void DecideAt(double time, uint32_t networkInterface)
    {
        Simulator::Schedule(Seconds(time), [this, networkInterface] {
            m_recorder->RecordDecision({Simulator::Now(),
                                        networkInterface,
                                        1,
                                        1,
                                        FlowDirection::Outbound,
                                        KEY,
                                        SecurityGroupAttachment::Subnet,
                                        SecurityRuleAccess::Allow,
                                        false,
                                        "front",
                                        "AllowOut"});
        });
    }

    /// Flow 1 of interface 0 is open from now on, and sends a packet of 100 bytes a second.
    void OpenFlow()
    {
        m_recorder->AddOpenFlows([](const FlowVisitor& visitor) {
            FlowRecord flow;
            flow.flow = 1;
            flow.key = KEY;
            flow.accepted = Seconds(0);
            flow.packetsOut = static_cast<uint64_t>(Simulator::Now().GetSeconds());
            flow.bytesOut = 100 * flow.packetsOut;
            visitor(flow);
        });
    }

    /// Rule 1 sends TCP port 80 of a frontend to port 8080 of interface 0.
    void AddRule()
    {
        m_recorder->AddLoadBalancer({"balancer", LoadBalancerSku::Basic, false});
        m_recorder->AddFrontend({"balancer", "public", FRONTEND});
        m_recorder->AddPoolMember({0, "balancer", "servers", 0, 0, AdministrativeState::None});
        LoadBalancingRuleFact rule;
        rule.rule = 1;
        rule.loadBalancer = "balancer";
        rule.name = "web";
        rule.frontend = "public";
        rule.frontendAddress = FRONTEND;
        rule.frontendPort = 80;
        rule.backendPort = 8080;
        m_recorder->AddLoadBalancingRule(rule);
    }

    /// @return an inbound flow of rule 1 with so many packets
    static FlowRecord InboundFlow(uint64_t number, uint64_t packets)
    {
        FlowRecord flow;
        flow.flow = number;
        flow.isInbound = true;
        flow.key = {Ipv4Address("10.0.0.4"),
                    Ipv4Address("203.0.113.10"),
                    8080,
                    static_cast<uint16_t>(number),
                    IpProtocol::Tcp};
        flow.translated = flow.key.WithSource(FRONTEND, 80);
        flow.accepted = Seconds(0);
        flow.packetsIn = packets;
        return flow;
    }

    /// A mux on node 1 passes a packet of rule 1 a second, as does the host of an open flow; and 12
    /// others came to it at the beginning: passed on 5, own 4, dropped 3.
    void PassTraffic()
    {
        m_recorder->AddMuxTraffic([] {
            const auto seconds = static_cast<uint64_t>(Simulator::Now().GetSeconds());
            return MuxTraffic{1,
                              {{1, seconds, 40 * seconds, 1}},
                              {seconds + 12, seconds + 5, 4, 3}};
        });
        m_recorder->AddOpenFlows([](const FlowVisitor& visitor) {
            const auto seconds = static_cast<uint64_t>(Simulator::Now().GetSeconds());
            visitor(InboundFlow(2, seconds));
        });
    }

    /// A NAT gateway on node 1 passes a packet a second of flow 1; its flow 2 ends at 70 s.
    void AddGateway()
    {
        m_recorder->AddNatGateway({"gateway", 1, Minutes(4)});
        const auto usage = [] {
            return std::vector<SnatPortUsage>{{0, Ipv4Address("198.51.100.50"), 64512, 7, 0, 7}};
        };
        const auto flows = [](const FlowVisitor& visitor) {
            FlowRecord flow;
            flow.flow = 1;
            flow.key = KEY;
            flow.packetsOut = static_cast<uint64_t>(Simulator::Now().GetSeconds());
            flow.bytesOut = 40 * flow.packetsOut;
            visitor(flow);
        };
        m_recorder->AddNatGatewaySources("gateway", usage, flows);
        Simulator::Schedule(Seconds(70), [this] {
            FlowRecord ended;
            ended.flow = 2;
            ended.key = KEY;
            ended.packetsOut = 5;
            TraceRecorder::RecordNatGatewayFlow(&*m_recorder, "gateway", ended);
        });
    }

    void RunFor(Time time)
    {
        Simulator::Stop(time);
        Simulator::Run();
    }

    Rows Query(const std::string& sql)
    {
        return SqliteDatabase(m_path, SqliteDatabase::Mode::Read).Query(sql);
    }

    inline static const FlowKey KEY{Ipv4Address("10.0.0.4"),
                                    Ipv4Address("203.0.113.10"),
                                    49152,
                                    443,
                                    IpProtocol::Tcp};
    inline static const Ipv4Address FRONTEND{"198.51.100.1"};
    TemporaryFolder m_folder;
    std::string m_path{m_folder / "traces.db"};
    std::optional<TraceRecorder> m_recorder;
};

constexpr const char* SAMPLES = "SELECT time_ns / 1000000000, ports_in_use FROM snat_port_usage";

TEST_F(TraceRecorderRun, SamplesFromTimeZeroToTheEnd)
{
    Begin(Seconds(10));
    RunFor(Seconds(25));
    m_recorder->Close();
    EXPECT_EQ(Query(SAMPLES), (Rows{{"0", "0"}, {"10", "10"}, {"20", "20"}, {"25", "25"}}));
}

TEST_F(TraceRecorderRun, SamplesOnceAtAnEndThatIsAMultipleOfTheInterval)
{
    Begin(Seconds(10));
    RunFor(Seconds(20));
    m_recorder->Close();
    EXPECT_EQ(Query(SAMPLES), (Rows{{"0", "0"}, {"10", "10"}, {"20", "20"}}));
}

TEST_F(TraceRecorderRun, SamplesOnlyTheEndWithoutAnInterval)
{
    Begin(std::nullopt);
    RunFor(Seconds(25));
    m_recorder->Close();
    EXPECT_EQ(Query(SAMPLES), (Rows{{"25", "25"}}));
}

TEST_F(TraceRecorderRun, SamplingDoesNotKeepTheSimulationGoing)
{
    Begin(Seconds(10));
    Simulator::Schedule(Seconds(15), [] {});
    Simulator::Run(); // ends by itself
    m_recorder->Close();
    EXPECT_EQ(Query(SAMPLES), (Rows{{"0", "0"}, {"10", "10"}, {"20", "20"}}));
}

constexpr const char* FLOW_SAMPLES =
    "SELECT time_ns / 1000000000, packets_out, bytes_out FROM nsg_flow_sample";

TEST_F(TraceRecorderRun, OpenFlowsOfSecuredInterfacesAreSampledEvery5Minutes)
{
    EXPECT_EQ(TraceRecorder::GetFlowLogInterval(), Minutes(5));
    Begin(Seconds(70)); // no multiple of it is one of 300 s before 2100 s
    OpenFlow();
    DecideAt(20, 0);
    RunFor(Seconds(650));
    m_recorder->Close();
    EXPECT_EQ(Query(FLOW_SAMPLES),
              (Rows{{"300", "300", "30000"}, {"600", "600", "60000"}, {"650", "650", "65000"}}));
    EXPECT_EQ(Query("SELECT entry FROM v_nsg_flow_log ORDER BY time_ns"),
              (Rows{{"20,10.0.0.4,203.0.113.10,49152,443,T,O,A,B,,,,"},
                    {"300,10.0.0.4,203.0.113.10,49152,443,T,O,A,C,300,30000,0,0"},
                    {"600,10.0.0.4,203.0.113.10,49152,443,T,O,A,C,300,30000,0,0"},
                    {"650,10.0.0.4,203.0.113.10,49152,443,T,O,A,C,50,5000,0,0"}}));
    // The ports keep their own interval: 0, 70, ..., 630 s, and the end.
    EXPECT_EQ(Query("SELECT COUNT(*), MIN(time_ns % 70000000000 = 0 OR time_ns = 650000000000) "
                    "FROM snat_port_usage"),
              (Rows{{"11", "1"}}));
}

TEST_F(TraceRecorderRun, FlowsAreSampledWithoutASampleIntervalToo)
{
    Begin(std::nullopt);
    OpenFlow();
    DecideAt(300, 0); // not before the next multiple
    RunFor(Seconds(650));
    m_recorder->Close();
    EXPECT_EQ(Query(FLOW_SAMPLES), (Rows{{"600", "600", "60000"}, {"650", "650", "65000"}}));
}

TEST_F(TraceRecorderRun, FlowsOfInterfacesWithoutGroupAreNotSampled)
{
    Begin(Seconds(10));
    OpenFlow();
    m_recorder->AddNetworkInterface(
        {1, 0, 1, Ipv4Address("10.0.0.5"), OutboundMethod::DefaultSnat});
    DecideAt(20, 1);
    RunFor(Seconds(650));
    m_recorder->Close();
    EXPECT_EQ(Query(FLOW_SAMPLES), Rows{});
}

TEST_F(TraceRecorderRun, SamplingFlowsDoesNotKeepTheSimulationGoing)
{
    Begin(Seconds(10));
    OpenFlow();
    DecideAt(15, 0);
    Simulator::Run(); // ends by itself, with the sample of ports at 20 s
    EXPECT_EQ(Simulator::Now(), Seconds(20));
    DecideAt(10, 0); // 30 s, and on from there
    RunFor(Seconds(300));
    m_recorder->Close();
    EXPECT_EQ(Query(FLOW_SAMPLES), (Rows{{"300", "300", "30000"}, {"320", "320", "32000"}}));
}

constexpr const char* TRAFFIC_SAMPLES =
    "SELECT time_ns / 1000000000, node_id, load_balancing_rule_id, packets, bytes, syns "
    "FROM frontend_traffic";
constexpr const char* MEMBER_SAMPLES =
    "SELECT time_ns / 1000000000, network_interface_id, packets_in FROM member_traffic";

TEST_F(TraceRecorderRun, TrafficOfRulesIsSampledEveryMinuteAndAtTheEnd)
{
    EXPECT_EQ(TraceRecorder::GetTrafficInterval(), Minutes(1));
    Begin(std::nullopt);
    AddRule();
    PassTraffic();
    Simulator::Schedule(Seconds(70), [this] { m_recorder->RecordFlowEnded(InboundFlow(1, 1000)); });
    RunFor(Seconds(130));
    m_recorder->Close();
    EXPECT_EQ(Query(TRAFFIC_SAMPLES),
              (Rows{{"60", "1", "1", "60", "2400", "1"},
                    {"120", "1", "1", "120", "4800", "1"},
                    {"130", "1", "1", "130", "5200", "1"}}));
    EXPECT_EQ(Query("SELECT time_ns / 1000000000, node_id, packets_received, packets_for_rules, "
                    "packets_stateless, packets_own, packets_dropped FROM mux_traffic"),
              (Rows{{"60", "1", "72", "60", "5", "4", "3"},
                    {"120", "1", "132", "120", "5", "4", "3"},
                    {"130", "1", "142", "130", "5", "4", "3"}}));
    // From 70 s on the flow that has ended counts too.
    EXPECT_EQ(Query(MEMBER_SAMPLES),
              (Rows{{"60", "0", "60"}, {"120", "0", "1120"}, {"130", "0", "1130"}}));
}

TEST_F(TraceRecorderRun, TrafficBeginsWithTheNextWholeMinute)
{
    RunFor(Seconds(60));
    Begin(std::nullopt);
    AddRule();
    PassTraffic();
    RunFor(Seconds(70));
    m_recorder->Close();
    EXPECT_EQ(Query(MEMBER_SAMPLES), (Rows{{"120", "0", "120"}, {"130", "0", "130"}}));
}

TEST_F(TraceRecorderRun, TrafficIsNotSampledWithoutRules)
{
    Begin(std::nullopt);
    PassTraffic();
    Simulator::Schedule(Seconds(1), [] {});
    Simulator::Run(); // no event comes after it
    EXPECT_EQ(Simulator::Now(), Seconds(1));
    m_recorder->Close();
    EXPECT_EQ(Query(TRAFFIC_SAMPLES), Rows{});
    EXPECT_EQ(Query(MEMBER_SAMPLES), Rows{});
}

TEST_F(TraceRecorderRun, SamplingTrafficDoesNotKeepTheSimulationGoing)
{
    Begin(std::nullopt);
    AddRule();
    PassTraffic();
    Simulator::Schedule(Seconds(15), [] {});
    Simulator::Run(); // ends by itself, with the sample
    EXPECT_EQ(Simulator::Now(), Seconds(60));
    m_recorder->Close();
    EXPECT_EQ(Query(MEMBER_SAMPLES), (Rows{{"60", "0", "60"}}));
}

constexpr const char* GATEWAY_SAMPLES =
    "SELECT time_ns / 1000000000, nat_gateway, packets_out, bytes_out, packets_in, bytes_in "
    "FROM nat_gateway_traffic";

TEST_F(TraceRecorderRun, NatGatewayIsSampledEveryMinuteAndAtTheEnd)
{
    Begin(Seconds(100));
    AddGateway();
    RunFor(Seconds(130));
    m_recorder->Close();
    // The ended flow's 5 packets count from 70 s on, the open one's are the seconds.
    EXPECT_EQ(Query(GATEWAY_SAMPLES),
              (Rows{{"60", "gateway", "60", "2400", "0", "0"},
                    {"120", "gateway", "125", "4800", "0", "0"},
                    {"130", "gateway", "135", "5200", "0", "0"}}));
    EXPECT_EQ(Query("SELECT time_ns / 1000000000, network_interface_id, nat_gateway, ports_in_use "
                    "FROM snat_port_usage WHERE nat_gateway IS NOT NULL"),
              (Rows{{"0", "NULL", "gateway", "7"},
                    {"100", "NULL", "gateway", "7"},
                    {"130", "NULL", "gateway", "7"}}));
    EXPECT_EQ(Query("SELECT flow_id, packets_out FROM nat_gateway_flow"),
              (Rows{{"1", "130"}, {"2", "5"}}));
}

TEST_F(TraceRecorderRun, SamplingNatGatewaysDoesNotKeepTheSimulationGoing)
{
    Begin(std::nullopt);
    AddGateway(); // tells of a flow at 70 s
    Simulator::Run();
    EXPECT_EQ(Simulator::Now(), Seconds(120));
    m_recorder->Close();
}

TEST_F(TraceRecorderRun, EventsOfANatGatewayCarryItsName)
{
    Begin(std::nullopt);
    AddGateway();
    SnatPortEvent event;
    event.flow = 1;
    event.translated = KEY;
    TraceRecorder::RecordNatGatewayPort(&*m_recorder, "gateway", event);
    TraceRecorder::RecordNatGatewayExhaustion(&*m_recorder,
                                              "gateway",
                                              {Seconds(0), 0, 1, 1, KEY, 8, 8, 0});
    TcpResetOrder order;
    order.outbound = order.translated = KEY;
    TraceRecorder::RecordNatGatewayReset(&*m_recorder, 1, "gateway", order);
    m_recorder->Close();
    for (const auto* table : {"snat_port_event", "snat_exhaustion", "tcp_reset"})
    {
        EXPECT_EQ(Query(std::string("SELECT nat_gateway FROM ") + table), (Rows{{"gateway"}}))
            << table;
    }
}

TEST_F(TraceRecorderRun, CloseTellsRequestsThatAreNotOver)
{
    Begin(std::nullopt);
    SnatRequest request;
    request.request = 1;
    request.asked = Seconds(1);
    m_recorder->RecordRequest(request);
    m_recorder->AddOpenRequests([request] {
        auto open = request;
        open.request = 2;
        return std::vector<SnatRequest>{open};
    });
    m_recorder->Close();
    EXPECT_EQ(Query("SELECT request_id, outcome FROM snat_request"),
              (Rows{{"1", "unanswered"}, {"2", "unanswered"}}));
}

TEST_F(TraceRecorderRun, MemberThatJoinsIsOneOfEveryBackendSetOfItsPool)
{
    Begin(std::nullopt);
    AddRule(); // backend set 0 of pool "servers", with interface 0
    m_recorder->AddPoolMember({1, "balancer", "servers", 0, 0, AdministrativeState::Down});
    m_recorder->AddPoolMember({2, "balancer", "others", 0, 0, AdministrativeState::None});
    m_recorder->AddNetworkInterface(
        {1, 0, 1, Ipv4Address("10.0.0.5"), OutboundMethod::DefaultSnat});
    for (const auto& [time, hasJoined] : {std::pair(10, true), {20, false}, {30, true}})
    {
        Simulator::Schedule(Seconds(time), [this, joined = hasJoined] {
            m_recorder->RecordMembership("balancer", "servers", 1, joined);
        });
    }
    Simulator::Schedule(Seconds(40),
                        [this] { m_recorder->RecordMembership("balancer", "servers", 0, false); });
    RunFor(Seconds(50));
    m_recorder->Close();
    EXPECT_EQ(Query("SELECT backend_set_id, network_interface_id, administrative_state, is_initial "
                    "FROM pool_member"),
              (Rows{{"0", "0", "None", "1"},
                    {"0", "1", "None", "0"},
                    {"1", "0", "Down", "1"},
                    {"1", "1", "None", "0"},
                    {"2", "0", "None", "1"}}));
    EXPECT_EQ(Query("SELECT time_ns / 1000000000, load_balancer, backend_pool, "
                    "network_interface_id, change FROM pool_member_change"),
              (Rows{{"10", "balancer", "servers", "1", "joined"},
                    {"20", "balancer", "servers", "1", "left"},
                    {"30", "balancer", "servers", "1", "joined"},
                    {"40", "balancer", "servers", "0", "left"}}));
    EXPECT_EQ(Query("SELECT network_interface_id FROM member_traffic"), (Rows{{"0"}, {"1"}}));
}

TEST_F(TraceRecorderRun, CloseTellsOpenFlowsAndFinishesTheRun)
{
    Begin(std::nullopt);
    FlowRecord flow;
    flow.flow = 1;
    flow.key = {Ipv4Address("10.0.0.4"), Ipv4Address("203.0.113.10"), 1, 2, IpProtocol::Udp};
    flow.outcome = FlowOutcome::Unanswered;
    m_recorder->AddOpenFlows([flow](const FlowVisitor& visitor) { visitor(flow); });
    RunFor(Seconds(2));
    m_recorder->Close();
    EXPECT_EQ(Query("SELECT flow_id, outcome, end_reason, ended_time_ns FROM flow"),
              (Rows{{"1", "unanswered", "open", "NULL"}}));
    EXPECT_EQ(Query("SELECT status, end_time_ns FROM run"), (Rows{{"finished", "2000000000"}}));
    EXPECT_EQ(m_folder.GetNames(), std::vector<std::string>{"traces.db"});
}

TEST_F(TraceRecorderRun, RecorderThatIsNotClosedLeavesTheRunRunning)
{
    Begin(Seconds(10));
    RunFor(Seconds(5));
    m_recorder.reset();
    EXPECT_EQ(Query("SELECT status FROM run"), (Rows{{"running"}}));
    EXPECT_EQ(Query(SAMPLES), (Rows{{"0", "0"}}));
    RunFor(Seconds(30)); // its event is gone with it
}

TEST_F(TraceRecorderRun, ASampleIntervalOfZeroEndsTheProgram)
{
    EXPECT_DEATH(TraceRecorder(m_path, {}, Seconds(0)), "give a time above 0s, or none");
    EXPECT_TRUE(m_folder.GetNames().empty());
}

TEST_F(TraceRecorderRun, SameRunsGiveTheSameContent)
{
    std::vector<std::string> dumps;
    for (const auto* name : {"first.db", "second.db"})
    {
        m_path = m_folder / name;
        Begin(Seconds(1));
        RunFor(Seconds(100));
        m_recorder->Close();
        m_recorder.reset();
        Simulator::Destroy();
        dumps.push_back(DumpTraces(m_path));
    }
    EXPECT_EQ(dumps.at(0), dumps.at(1));
    EXPECT_NE(dumps.at(0).find("snat_port_usage|1|101|100000000000|0|NULL|198.51.100.1|64|100"),
              std::string::npos);
}

} // namespace

} // namespace ns3::azure
