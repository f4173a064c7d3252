// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"
#include "azure-virtual-network-world.h"

#include "ns3/azure-trace-recorder.h"
#include "ns3/inet-socket-address.h"
#include "ns3/packet.h"
#include "ns3/socket.h"
#include "ns3/tcp-socket-factory.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

/**
 * @file
 * @brief What a recorder writes of a host with real packets and network security groups.
 */
namespace ns3::azure
{

namespace
{

using Rows = std::vector<std::vector<std::string>>;

/// Two VMs in a subnet with the group "front"; the second one's interface has the group "mail".
class TraceSecurityRun : public VirtualNetworkWorld
{
  protected:
    void Begin()
    {
        AddHosts(1);
        AddVirtualNetwork("net");
        AddVm(0, "net", "10.0.0.4");
        AddVm(0, "net", "10.0.0.5");
        Update(
            [](NetworkResources& resources) { return resources.AddNetworkSecurityGroup("front"); });
        Update(
            [](NetworkResources& resources) { return resources.AddNetworkSecurityGroup("mail"); });
        SecurityRuleText deny;
        deny.name = "DenyPort25";
        deny.access = "Deny";
        deny.destinationPortRanges = {"25"};
        AddRule("mail", deny);
        Update([](NetworkResources& resources) {
            return resources.AttachToSubnet("front", "net", "subnet");
        });
        Update([](NetworkResources& resources) {
            return resources.AttachToNetworkInterface("mail", 2);
        });
        Program();
    }

    /// Tell the recorder of the host and its VMs, and have it listen.
    void Connect(TraceRecorder& recorder)
    {
        const auto host = m_agents[0]->GetNode()->GetId();
        recorder.AddNode({host, "host0", NodeRole::Host});
        for (uint32_t vm = 0; vm < m_vms.size(); ++vm)
        {
            const auto node = m_vms[vm]->GetId();
            recorder.AddNode({node, "vm" + std::to_string(vm), NodeRole::VirtualMachine});
            recorder.AddNetworkInterface(
                {vm + 1, node, host, GetAddress(vm), OutboundMethod::DefaultSnat});
        }
        recorder.Connect(m_agents[0]);
    }

    /// VM 1 answers whatever comes to a TCP port with 3000 bytes.
    void Serve(uint16_t port)
    {
        const auto server = Socket::CreateSocket(m_vms[1], TcpSocketFactory::GetTypeId());
        server->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
        server->Listen();
        server->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeCallback(&TraceSecurityRun::Accept, this));
        m_sockets.push_back(server);
    }

    /// VM 0 connects from a TCP port to one of VM 1.  @return its socket
    Ptr<Socket> Connect(uint16_t port, uint16_t toPort)
    {
        const auto client = Socket::CreateSocket(m_vms[0], TcpSocketFactory::GetTypeId());
        client->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
        client->Connect(InetSocketAddress(GetAddress(1), toPort));
        m_sockets.push_back(client);
        return client;
    }

    /// A server's socket has a new connection.
    void Accept(Ptr<Socket> socket, const Address& /* from */)
    {
        socket->SetRecvCallback(MakeCallback(&TraceSecurityRun::Answer, this));
    }

    /// A server's socket has a request, or the end.
    void Answer(Ptr<Socket> socket)
    {
        const auto request = socket->Recv();
        if (request && request->GetSize() > 0)
        {
            socket->Send(Create<Packet>(3000));
        }
        else
        {
            socket->Close();
        }
    }

    Rows Query(const std::string& sql)
    {
        return SqliteDatabase(m_path, SqliteDatabase::Mode::Read).Query(sql);
    }

    std::vector<Ptr<Socket>> m_sockets; //!< kept until the end
    TemporaryFolder m_folder;
    std::string m_path{m_folder / "traces.db"};
};

TEST_F(TraceSecurityRun, S0_07_S3_05_S3_10_TellsWhoDecidedOnPacketsBetweenVms)
{
    Begin();
    TraceRecorder recorder(m_path, {"test", "none", "2017", {}});
    Connect(recorder);
    At("1s", [this] { SendUdp(0, 1, 9, 5000); });
    At("2s", [this] { SendUdp(0, 1, 25, 5000); });
    Run("3s");
    recorder.Close();

    // clang-format off
    EXPECT_EQ(Query("SELECT network_interface_id, flow_id, attempt, direction, destination_port, "
                    "network_security_group, attachment, security_rule, is_default_rule, decision "
                    "FROM nsg_decision ORDER BY nsg_decision_id"),
              (Rows{
                  {"1", "1", "1", "outbound", "9",  "front", "subnet",            "AllowVnetOutBound", "1", "allow"},
                  {"2", "1", "1", "inbound",  "9",  "front", "subnet",            "AllowVNetInBound",  "1", "allow"},
                  {"2", "1", "1", "inbound",  "9",  "mail",  "network-interface", "AllowVNetInBound",  "1", "allow"},
                  {"1", "2", "1", "outbound", "25", "front", "subnet",            "AllowVnetOutBound", "1", "allow"},
                  {"2", "2", "1", "inbound",  "25", "front", "subnet",            "AllowVNetInBound",  "1", "allow"},
                  {"2", "2", "1", "inbound",  "25", "mail",  "network-interface", "DenyPort25",        "0", "deny"},
              }));
    EXPECT_EQ(Query("SELECT network_interface_id, flow_id, direction, path, outcome, denied_packets "
                    "FROM flow WHERE protocol = 'udp'"),
              (Rows{
                  {"1", "1", "outbound", "virtual-network", "unanswered", "0"},
                  {"1", "2", "outbound", "virtual-network", "unanswered", "0"},
                  {"2", "1", "inbound",  "virtual-network", "unanswered", "0"},
                  {"2", "2", "inbound",  "virtual-network", "denied",     "1"},
              }));
    // clang-format on
    EXPECT_EQ(
        Query("SELECT network_interface_id, reason, network_security_group, security_rule FROM "
              "\"drop\""),
        (Rows{{"2", "security-rule", "mail", "DenyPort25"}}));
    EXPECT_EQ(
        Query("SELECT virtual_machine, rule, entry FROM v_nsg_flow_log WHERE state = 'B' "
              "ORDER BY time_ns, network_interface_id"),
        (Rows{{"vm0", "DefaultRule_AllowVnetOutBound", "1,10.0.0.4,10.0.0.5,5000,9,U,O,A,B,,,,"},
              {"vm1", "DefaultRule_AllowVNetInBound", "1,10.0.0.4,10.0.0.5,5000,9,U,I,A,B,,,,"},
              {"vm0", "DefaultRule_AllowVnetOutBound", "2,10.0.0.4,10.0.0.5,5000,25,U,O,A,B,,,,"},
              {"vm1", "UserRule_DenyPort25", "2,10.0.0.4,10.0.0.5,5000,25,U,I,D,B,,,,"}}));
    EXPECT_EQ(Query("PRAGMA foreign_key_check"), Rows{});
}

TEST_F(TraceSecurityRun, S3_24_EntriesAddUpToWhatPassedWhateverTheRules)
{
    Begin();
    TraceRecorder recorder(m_path, {"test", "none", "2017", {}});
    Connect(recorder);
    Serve(80);
    // Connection 5001 sends every 100 s and closes at 650 s; connection 5002, of 10 s, never does.
    // At 150 s a rule denies port 80: both pass on, as their flow records last (240 s), and
    // connection 5003 is denied.
    Ptr<Socket> first;
    Ptr<Socket> second;
    At("1s", [&] { first = Connect(5001, 80); });
    At("10s", [&] { second = Connect(5002, 80); });
    for (const auto* time : {"50s", "150s", "250s", "350s", "450s", "550s"})
    {
        At(time, [&] { first->Send(Create<Packet>(100)); });
        At(time, [&] { second->Send(Create<Packet>(40)); });
    }
    At("150s", [this] {
        SecurityRuleText deny;
        deny.name = "DenyPort80";
        deny.priority = "200";
        deny.access = "Deny";
        deny.destinationPortRanges = {"80"};
        AddRule("mail", deny);
        Program();
    });
    At("160s", [&] { Connect(5003, 80); });
    At("650s", [&] { first->Close(); });
    for (const auto* time : {"650s", "750s", "850s"})
    {
        At(time, [&] { second->Send(Create<Packet>(40)); });
    }
    Run("901s");
    recorder.Close();

    // The first flow ends 240 s after its last packet.
    const std::string states =
        "SELECT source_port, decision, group_concat(state || epoch_time_s, ' ') FROM (SELECT * "
        "FROM "
        "v_nsg_flow_log WHERE protocol = 'T' AND virtual_machine = 'vm1' ORDER BY time_ns) "
        "GROUP BY source_port, decision ORDER BY source_port";
    EXPECT_EQ(Query(states),
              (Rows{{"5001", "A", "B1 C300 C600 E890"},
                    {"5002", "A", "B10 C300 C600 C900 C901"},
                    {"5003", "D", "B160"}}));
    // The law of the log: a flow's entries add up to what it passed, each way.
    const auto sums =
        Query("SELECT network_interface_id, flow_id, SUM(packets_source_to_destination), "
              "SUM(bytes_source_to_destination), SUM(packets_destination_to_source), "
              "SUM(bytes_destination_to_source) FROM v_nsg_flow_log WHERE state <> 'B' "
              "GROUP BY network_interface_id, flow_id ORDER BY network_interface_id, flow_id");
    EXPECT_EQ(sums,
              Query("SELECT network_interface_id, flow_id, "
                    "CASE direction WHEN 'outbound' THEN packets_out ELSE packets_in END, "
                    "CASE direction WHEN 'outbound' THEN bytes_out ELSE bytes_in END, "
                    "CASE direction WHEN 'outbound' THEN packets_in ELSE packets_out END, "
                    "CASE direction WHEN 'outbound' THEN bytes_in ELSE bytes_out END FROM flow "
                    "WHERE protocol = 'tcp' AND outcome <> 'denied' "
                    "ORDER BY network_interface_id, flow_id"));
    // Three flows of VM 0 (the denied one has passed VM 0's own group), two of VM 1.
    EXPECT_EQ(sums.size(), 5);
    // Answers of 3000 bytes weigh more than requests of 100, so no two columns can be swapped.
    EXPECT_EQ(Query("SELECT DISTINCT bytes_source_to_destination > packets_source_to_destination "
                    "AND bytes_destination_to_source > 4 * bytes_source_to_destination "
                    "FROM v_nsg_flow_log WHERE state = 'C' AND time_ns = 300000000000 "
                    "AND source_port <> 5003"),
              (Rows{{"1"}}));
}

} // namespace

} // namespace ns3::azure
