// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-virtual-network-world.h"

#include "ns3/azure-address-prefix.h"
#include "ns3/azure-host-services-helper.h"
#include "ns3/azure-my-ip-dns-client.h"
#include "ns3/azure-my-ip-dns-server.h"
#include "ns3/dhcp-client.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/tcp-socket-factory.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @brief DNS and DHCP of the physical host, reached through its agent and past security groups.
 */
namespace ns3::azure
{

namespace
{

const Ipv4Address HOST_SERVICE(HOST_SERVICE_ADDRESS);

/// Two hosts with their services, a resolver on the Internet, and one virtual network, "net".
class HostServicesOfAgents : public VirtualNetworkWorld
{
  protected:
    void Begin(const std::string& profile = "2017", FabricLink link = FabricLink::PointToPoint)
    {
        AddHosts(2, link);
        m_manager->SetResources(NetworkResources(ParseProfile(profile).profile.value()));
        AddVirtualNetwork("net");
        const auto resolver = CreateObject<Node>();
        FabricHelper::InstallStack(resolver);
        const auto upstream = m_fabric.AttachResolver(resolver);
        resolver->AddApplication(CreateObject<MyIpDnsServer>());
        m_helper.SetDhcpAttribute("LeaseTime", TimeValue(LEASE));
        for (const auto& agent : m_agents)
        {
            agent->EnableHostServices();
            m_services.push_back(m_helper.Install(agent->GetNode(), upstream));
        }
    }

    /// The subnet of all VMs gets a group that has default rules only.
    void AddGroup()
    {
        Update([](NetworkResources& resources) {
            const auto error = resources.AddNetworkSecurityGroup("group");
            return error ? error : resources.AttachToSubnet("group", "net", "subnet");
        });
    }

    /// A rule of that group which denies what a VM sends there.
    void Deny(const std::string& destination)
    {
        SecurityRuleText rule;
        rule.name = "Deny";
        rule.direction = "Outbound";
        rule.access = "Deny";
        rule.destinationAddressPrefixes = {destination};
        AddRule("group", rule);
    }

    /// Add a VM that asks for its address. @return its node
    Ptr<Node> AddDhcpVm(uint32_t host, Ipv4Address address)
    {
        const auto vm = CreateObject<Node>();
        FabricHelper::InstallStack(vm);
        m_dhcpVms.push_back(vm);
        const auto number = 100 + static_cast<uint32_t>(m_dhcpVms.size());
        const auto [device, client] =
            m_fabric.AttachVmByDhcp(vm, m_services[host].dhcpServer, address);
        client->TraceConnectWithoutContext("NewLease",
                                           MakeCallback(&HostServicesOfAgents::OnLease, this));
        client->TraceConnectWithoutContext("ExpireLease",
                                           MakeCallback(&HostServicesOfAgents::OnExpiry, this));
        m_agents[host]->AddNetworkInterface(number, device, address);
        ProgramNetworkInterface instruction;
        instruction.networkInterface = number;
        instruction.profile = *FindProfile("2017");
        m_agents[host]->Apply(instruction);
        Update([&](NetworkResources& resources) {
            return resources.AddNetworkInterface(
                {number, "net", "subnet", address, GetHostAddress(host)});
        });
        return vm;
    }

    Ptr<MyIpDnsClient> Ask(Ptr<Node> vm, const std::string& start = "1s")
    {
        const auto client = CreateObject<MyIpDnsClient>();
        client->SetAttribute("Resolver", Ipv4AddressValue(HOST_SERVICE));
        client->SetStartTime(Time(start));
        client->TraceConnectWithoutContext("Failed",
                                           MakeCallback(&HostServicesOfAgents::OnFailed, this));
        vm->AddApplication(client);
        return client;
    }

    /// @return the host's address in the physical network
    Ipv4Address GetHostAddress(uint32_t host) const
    {
        return m_agents[host]->GetNode()->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal();
    }

    void TearDown() override
    {
        m_services.clear();
        m_dhcpVms.clear();
        VirtualNetworkWorld::TearDown();
    }

    static const Time LEASE;

    HostServicesHelper m_helper;
    std::vector<HostServices> m_services;                // by host
    std::vector<Ptr<Node>> m_dhcpVms;                    // in the order of AddDhcpVm()
    std::vector<MyIpFailure> m_failures;                 // Failed of VMs
    std::vector<std::pair<Time, Ipv4Address>> m_leases;  // NewLease
    std::vector<std::pair<Time, Ipv4Address>> m_expired; // ExpireLease

  private:
    void OnFailed(MyIpFailure failure)
    {
        m_failures.push_back(failure);
    }

    void OnLease(const Ipv4Address& address)
    {
        m_leases.emplace_back(Simulator::Now(), address);
    }

    void OnExpiry(const Ipv4Address& address)
    {
        m_expired.emplace_back(Simulator::Now(), address);
    }
};

const Time HostServicesOfAgents::LEASE("20s");

/// By how the hosts are connected to the fabric.
class HostServicesOnLinks : public HostServicesOfAgents,
                            public ::testing::WithParamInterface<FabricLink>
{
};

TEST_P(HostServicesOnLinks, S3_50_EachVmResolvesThroughItsOwnHost)
{
    Begin("2017", GetParam());
    std::vector<Ptr<MyIpDnsClient>> clients;
    for (uint32_t i = 0; i < 6; ++i)
    {
        AddVm(i / 3, "net", Ipv4Address(Ipv4Address("10.0.0.4").Get() + i));
        clients.push_back(Ask(m_vms[i])); // all at once, with the same query id
    }
    Program();
    Run("20s");

    // It is the host that asks, from its own address: nothing of a VM's outbound address shows.
    for (uint32_t i = 0; i < 6; ++i)
    {
        EXPECT_EQ(clients[i]->GetAnswer(), GetHostAddress(i / 3));
    }
    EXPECT_NE(GetHostAddress(0), GetHostAddress(1));
    EXPECT_TRUE(m_drops.empty());
    ASSERT_EQ(m_created.size(), 6U);
    for (const auto& flow : m_created)
    {
        EXPECT_EQ(flow.path, FlowPath::HostService);
    }
}

INSTANTIATE_TEST_SUITE_P(HostServices,
                         HostServicesOnLinks,
                         ::testing::Values(FabricLink::PointToPoint, FabricLink::Csma),
                         [](const auto& row) {
                             return row.param == FabricLink::Csma ? "Csma" : "PointToPoint";
                         });

/// One row: what a rule of the VM's security group denies, and whether the VM still resolves.
struct DenialCase
{
    const char* name;    // test name
    const char* profile; // Azure's behavior
    const char* denied;  // destination of the rule; null for no rule but the default ones
    bool isAnswered;     // the VM's query
};

void
PrintTo(const DenialCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
constexpr DenialCase DENIAL_CASES[] = {
    // name                              profile denied              isAnswered
    {"S3_50_DefaultRulesIn2017",         "2017", nullptr,            true},
    {"S3_50_DenyHostIn2017",             "2017", "168.63.129.16",    false}, // "can break the VM"
    {"S3_50_DenyAllIn2017",              "2017", "*",                false},
    {"S3_50_DenyInternetIn2017",         "2017", "Internet",         true},  // 168.63... is not there
    {"B9_DefaultRulesIn2023",            "2023", nullptr,            true},
    {"B9_DenyHostIn2023",                "2023", "168.63.129.16",    true},  // exempt
    {"B9_DenyAllIn2023",                 "2023", "*",                true},
    {"B9_DenyPlatformDnsIn2023",         "2023", "AzurePlatformDNS", false}, // named
};
// clang-format on

class HostServicesDenied : public HostServicesOfAgents,
                           public ::testing::WithParamInterface<DenialCase>
{
};

TEST_P(HostServicesDenied, ByARuleOrNot)
{
    const auto& c = GetParam();
    Begin(c.profile);
    AddGroup();
    if (c.denied)
    {
        Deny(c.denied);
    }
    AddVm(0, "net", "10.0.0.4");
    const auto client = Ask(m_vms[0]);
    Program();
    Run("20s");

    if (c.isAnswered)
    {
        EXPECT_EQ(client->GetAnswer(), GetHostAddress(0));
        EXPECT_TRUE(m_drops.empty());
        return;
    }
    EXPECT_FALSE(client->GetAnswer());
    EXPECT_EQ(m_failures, std::vector<MyIpFailure>{MyIpFailure::Timeout});
    EXPECT_EQ(CountDrops(DropReason::SecurityRule), 2U); // both attempts
    EXPECT_EQ(std::set<std::string>(m_deniedBy.begin(), m_deniedBy.end()),
              std::set<std::string>{"group/Deny"});
}

INSTANTIATE_TEST_SUITE_P(HostServices,
                         HostServicesDenied,
                         ::testing::ValuesIn(DENIAL_CASES),
                         [](const auto& row) { return row.param.name; });

TEST_F(HostServicesOfAgents, S3_50_VmsOfOneHostGetTheirAddressesByDhcpAndThenConnect)
{
    Begin();
    AddGroup(); // default rules let DHCP pass
    const auto client = AddDhcpVm(0, "10.0.0.4");
    const auto other = AddDhcpVm(0, "10.0.0.5");
    const auto server = AddDhcpVm(1, "10.0.0.6");
    Program();
    const auto listening = Socket::CreateSocket(server, TcpSocketFactory::GetTypeId());
    listening->Bind(InetSocketAddress(Ipv4Address::GetAny(), 80));
    listening->Listen();
    const auto connecting = Socket::CreateSocket(client, TcpSocketFactory::GetTypeId());
    connecting->Bind();
    bool isConnected = false;
    At("1s", [=] { connecting->Connect(InetSocketAddress(Ipv4Address("10.0.0.6"), 80)); });
    At("2s", [&] {
        Address peer;
        isConnected =
            connecting->GetPeerName(peer) == 0 && connecting->Send(Create<Packet>(9)) == 9;
    });
    const auto answer = Ask(other);
    Run("5s");

    ASSERT_EQ(m_leases.size(), 3U);
    std::set<Ipv4Address> given;
    for (const auto& [at, address] : m_leases)
    {
        // 4 ways of 10 us, and some 300 octets each at 100 Gbps.
        EXPECT_LT(at, MicroSeconds(41));
        given.insert(address);
    }
    EXPECT_EQ(given, (std::set<Ipv4Address>{"10.0.0.4", "10.0.0.5", "10.0.0.6"}));
    EXPECT_EQ(client->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal(), Ipv4Address("10.0.0.4"));
    EXPECT_TRUE(isConnected);
    EXPECT_EQ(answer->GetAnswer(), GetHostAddress(0));
    EXPECT_TRUE(m_drops.empty());
}

TEST_F(HostServicesOfAgents, S3_50_LeaseIsRenewedAsLongAsTheHostIsReached)
{
    Begin();
    AddDhcpVm(0, "10.0.0.4");
    Program();
    Run("95s");

    EXPECT_EQ(m_leases.size(), 1U);
    EXPECT_TRUE(m_expired.empty());
}

/// One row: what a rule denies from the beginning, and whether the VM gets an address.
struct DhcpDenialCase
{
    const char* name;    // test name
    const char* profile; // Azure's behavior
    const char* denied;  // destination of the rule
    bool isGiven;        // an address
};

void
PrintTo(const DhcpDenialCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
constexpr DhcpDenialCase DHCP_DENIAL_CASES[] = {
    // name                      profile denied              isGiven
    {"S3_50_DenyAllIn2017",      "2017", "*",                false}, // broadcasts, too
    {"S3_50_DenyHostIn2017",     "2017", "168.63.129.16",    false}, // whom broadcasts are for
    {"B9_DenyAllIn2023",         "2023", "*",                true},  // exempt
    {"B9_DenyPlatformDnsIn2023", "2023", "AzurePlatformDNS", false}, // the same address
};
// clang-format on

class DhcpDenied : public HostServicesOfAgents, public ::testing::WithParamInterface<DhcpDenialCase>
{
};

TEST_P(DhcpDenied, ByARuleOrNot)
{
    const auto& c = GetParam();
    Begin(c.profile);
    AddGroup();
    Deny(c.denied);
    AddDhcpVm(0, "10.0.0.4");
    Program();
    Run("60s");

    EXPECT_EQ(m_leases.size(), c.isGiven ? 1U : 0U);
    EXPECT_TRUE(m_expired.empty());
}

INSTANTIATE_TEST_SUITE_P(HostServices,
                         DhcpDenied,
                         ::testing::ValuesIn(DHCP_DENIAL_CASES),
                         [](const auto& row) { return row.param.name; });

TEST_F(HostServicesOfAgents, S3_50_VmLosesItsAddressWhenARuleComesThatDeniesTheHost)
{
    Begin("2017[FlowRecordTimeout=4s]"); // shorter than the VM's pauses
    AddGroup();
    AddDhcpVm(0, "10.0.0.4");
    Program();
    At("5s", [this] { Deny("*"); });
    Run("19s");
    EXPECT_EQ(m_leases.size(), 1U);
    EXPECT_TRUE(m_expired.empty());
    EXPECT_EQ(CountDrops(DropReason::SecurityRule), 2U); // at 10 s to the host, at 17 s to all

    Run("21s");

    ASSERT_EQ(m_expired.size(), 1U);
    EXPECT_EQ(m_expired[0].second, Ipv4Address("10.0.0.4"));
    EXPECT_GE(m_expired[0].first, LEASE);
    EXPECT_LT(m_expired[0].first, LEASE + MilliSeconds(1));
}

TEST_F(HostServicesOfAgents, S3_27_S3_50_VmKeepsItsAddressWhileItsFlowRecordLives)
{
    Begin();
    AddGroup();
    AddDhcpVm(0, "10.0.0.4");
    Program();
    At("5s", [this] { Deny("168.63.129.16"); });
    Run("60s");
    EXPECT_EQ(CountDrops(DropReason::SecurityRule), 0U) << "it renews within 4 minutes each time";
    EXPECT_EQ(m_leases.size(), 1U);
    EXPECT_TRUE(m_expired.empty());
}

TEST_F(HostServicesOfAgents, S3_50_VmIsServedByItsOwnHostOnly)
{
    Begin();
    AddDhcpVm(0, "10.0.0.4");
    // The other host's server would say something else.
    m_services[1].dhcpServer->AddLease(m_dhcpVms[0]->GetDevice(1)->GetAddress(),
                                       FabricHelper::MakeLease("10.0.0.66"));
    Program();
    Run("5s");

    ASSERT_EQ(m_leases.size(), 1U);
    EXPECT_EQ(m_leases[0].second, Ipv4Address("10.0.0.4"));
}

} // namespace

} // namespace ns3::azure
