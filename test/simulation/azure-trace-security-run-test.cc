// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-temporary-folder.h"
#include "azure-virtual-network-world.h"

#include "ns3/azure-trace-recorder.h"

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

    Rows Query(const std::string& sql)
    {
        return SqliteDatabase(m_path, SqliteDatabase::Mode::Read).Query(sql);
    }

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
    // The law of the log: a flow's entries add up to what it passed.
    EXPECT_EQ(Query("SELECT network_interface_id, flow_id, SUM(packets_source_to_destination), "
                    "SUM(bytes_source_to_destination) FROM v_nsg_flow_log WHERE state <> 'B' "
                    "GROUP BY network_interface_id, flow_id"),
              Query("SELECT network_interface_id, flow_id, MAX(packets_out, packets_in), "
                    "MAX(bytes_out, bytes_in) FROM flow "
                    "WHERE protocol = 'udp' AND outcome <> 'denied'"));
    EXPECT_EQ(Query("PRAGMA foreign_key_check"), Rows{});
}

} // namespace

} // namespace ns3::azure
