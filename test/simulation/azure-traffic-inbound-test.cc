// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-ns3-compat.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <ostream>
#include <string>

/**
 * @file
 * @brief TrafficHelper::InstallInbound(): what it takes from a rule, and what it refuses.
 */
namespace ns3::azure
{

namespace
{

constexpr uint32_t FLOWS = 10;

/// Two VMs behind a rule from TCP port 443 to 8443 and one from UDP port 53 to 5353, another in an
/// internal load balancer, and one client.
class InboundTraffic : public ::testing::Test
{
  protected:
    InboundTraffic()
    {
        m_scenario.SetVms(2);
        m_scenario.AddInstanceLevelPublicIp(1);
        m_scenario.ChangeLoadBalancer([](LoadBalancer& all) {
            auto& web = all.loadBalancingRules.front();
            web.frontendPort = 443;
            web.backendPort = 8443;
            auto names = web;
            names.name = "names";
            names.protocol = TransportProtocol::Udp;
            names.frontendPort = 53;
            names.backendPort = 5353;
            all.loadBalancingRules.push_back(names);
        });
        LoadBalancer inside;
        inside.name = "inside";
        inside.frontends = {{"front", Ipv4Address()}};
        m_scenario.AddInternalLoadBalancer(inside);
        m_scenario.Create();
        m_traffic.SetAttribute("Flows", UintegerValue(FLOWS));
    }

    ~InboundTraffic() override
    {
        Simulator::Destroy();
    }

    /// @return the destination port of a generator
    uint64_t GetPort(std::size_t generator) const
    {
        UintegerValue port;
        m_traffic.GetGenerators().at(generator)->GetAttribute("DestinationPort", port);
        return port.Get();
    }

    OutboundScenarioHelper m_scenario{OutboundScenario::LoadBalanced}; //!< the VMs
    TrafficHelper m_traffic;                                           //!< FLOWS a generator
};

TEST_F(InboundTraffic, TakesAddressPortsAndProtocolFromTheRule)
{
    m_traffic.InstallInbound(m_scenario, 1);
    m_traffic.InstallInbound(m_scenario, 1, "names"); // the first rule leaves no trace in it
    Simulator::Stop(Seconds(5));
    Simulator::Run();
    EXPECT_EQ(GetPort(0), 443U);
    EXPECT_EQ(GetPort(1), 53U);
    EXPECT_EQ(m_traffic.GetGenerators().at(0)->GetEstablished(), FLOWS);
    EXPECT_EQ(m_traffic.GetGenerators().at(1)->GetEstablished(), FLOWS);
    ASSERT_EQ(m_traffic.GetServers().size(), 4U);
    uint64_t packets = 0;
    for (const auto& traffic : m_scenario.GetMux()->GetTraffic())
    {
        EXPECT_GT(traffic.packets, 0U) << traffic.rule;
        ++packets;
    }
    EXPECT_EQ(packets, 2U) << "both rules have been used";
}

TEST_F(InboundTraffic, AttributesThatAreSetGoBeforeTheRule)
{
    m_traffic.SetAttribute("DestinationPort", UintegerValue(444));
    m_traffic.SetAttribute("Protocol", MakeEnumValue(IpProtocol::Tcp));
    m_traffic.InstallInbound(m_scenario, 1, "names");
    EXPECT_EQ(GetPort(0), 444U);
    Simulator::Stop(Seconds(5));
    Simulator::Run();
    EXPECT_EQ(m_traffic.GetGenerators().at(0)->GetEstablished(), 0U) << "no rule is for it";
}

TEST_F(InboundTraffic, AnAddressMayBeAVmsOwn)
{
    const auto own = m_scenario.GetSlbManager()->GetDeployment().networkInterfaces.at(1);
    m_traffic.SetAttribute("DestinationPort", UintegerValue(8080));
    m_traffic.InstallInbound(m_scenario, *own.instanceLevelPublicIp, 1, 8080);
    Simulator::Stop(Seconds(5));
    Simulator::Run();
    EXPECT_EQ(m_traffic.GetGenerators().at(0)->GetEstablished(), FLOWS);
}

/// One row: what cannot be installed, and what is said of it.
struct RefusedInbound
{
    const char* name; // test name
    std::function<void(TrafficHelper&, const OutboundScenarioHelper&)> install;
    std::string error;
};

void
PrintTo(const RefusedInbound& c, std::ostream* os)
{
    *os << c.name;
}

/// What addresses are allowed.
const std::string ADDRESSES = "the address of a public frontend, or an instance-level public IP";

// clang-format off
const RefusedInbound REFUSED[] = {
    {"HoldByAttribute", [](auto& t, const auto& /* s */) { t.SetAttribute("Hold", StringValue("0")); }, "attribute: 'Hold' is not allowed; give SetHoldTime\\(\\) the time"},
    {"NoClient",       [](auto& t, const auto& s) { t.InstallInbound(s, 0); },                  "clients: '0' is not allowed; give 1 to 1, the number of server nodes"},
    {"TooManyClients", [](auto& t, const auto& s) { t.InstallInbound(s, 2); },                  "clients: '2' is not allowed; give 1 to 1, the number of server nodes"},
    {"NoRule",         [](auto& t, const auto& s) { t.InstallInbound(s, 1, "rule-1"); },        "rule: 'rule-1' is not allowed; give the name of a load-balancing rule of load-balancer-0"},
    {"NoLoadBalancer", [](auto& t, const auto& s) { t.InstallInbound(s, 1, "rule-0", "web"); }, "load balancer: 'web' is not allowed; give one of the scenario's"},
    {"InternalOne",    [](auto& t, const auto& s) { t.InstallInbound(s, 1, "rule-0", "inside"); }, "load balancer: 'inside' is not allowed; give a public one: clients are on the Internet"},
    {"BackendPort0",   [](auto& t, const auto& s) { t.InstallInbound(s, s.GetFrontendAddress(), 1, 0); }, "backendPort: '0' is not allowed; give 1 to 65535"},
    {"NobodysAddress", [](auto& t, const auto& s) { t.InstallInbound(s, Ipv4Address("198.18.0.2"), 1); }, "frontend: '198.18.0.2' is not allowed; give " + ADDRESSES},
    {"PrivateAddress", [](auto& t, const auto& s) { t.InstallInbound(s, s.GetFrontendAddress("front", "inside"), 1); }, "frontend: '10.0.255.254' is not allowed; give " + ADDRESSES},
};
// clang-format on

class RefusedInboundDeathTest : public InboundTraffic,
                                public ::testing::WithParamInterface<RefusedInbound>
{
};

TEST_P(RefusedInboundDeathTest, EndsTheProgramWithALine)
{
    EXPECT_DEATH(GetParam().install(m_traffic, m_scenario), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(Traffic,
                         RefusedInboundDeathTest,
                         ::testing::ValuesIn(REFUSED),
                         [](const auto& info) { return info.param.name; });

} // namespace

} // namespace ns3::azure
