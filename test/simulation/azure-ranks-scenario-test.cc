// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-flow-statistics.h"
#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/azure-ranks.h"
#include "ns3/azure-traffic-helper.h"
#include "ns3/channel.h"
#include "ns3/node-list.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

/**
 * @file
 * @brief What one process of several makes of a scenario.  This process is rank 0 of one, so that
 * a scenario of several ranks has the part of rank 0.
 */
namespace ns3::azure
{

namespace
{

/// A scenario of five VMs on three hosts, a service on a fourth, and two muxes.
class RankScenario : public ::testing::Test
{
  protected:
    void TearDown() override
    {
        End();
    }

    /// End the world.
    void End()
    {
        Simulator::Destroy();
        m_scenario = nullptr;
        m_traffic = nullptr;
    }

    /// Make a world for that many ranks.
    OutboundScenarioHelper& Begin(uint32_t ranks, bool hasDhcp = false)
    {
        End();
        m_scenario = std::make_unique<OutboundScenarioHelper>(OutboundScenario::LoadBalanced);
        m_scenario->SetVms(5);
        m_scenario->SetVmsPerHost(2);
        m_scenario->SetMuxes(2);
        m_scenario->SetServerAddresses(3);
        m_scenario->SetDhcp(hasDhcp);
        m_scenario->AddService(*ParseServiceTag("service", "Storage.EastUS"));
        m_scenario->SetRanks(ranks);
        m_scenario->Create();
        m_traffic = std::make_unique<TrafficHelper>();
        m_traffic->SetAttribute("Flows", UintegerValue(3));
        m_traffic->Install(*m_scenario, 5);
        return *m_scenario;
    }

    /// A link between a host and the fabric router: numbers of nodes and interfaces.
    using Link = std::tuple<uint32_t, uint32_t, uint32_t, uint32_t>;

    /// @return the links that cross ranks
    std::vector<Link> GetLinks() const
    {
        std::vector<Link> links;
        const auto router = m_scenario->GetFabric().GetFabricRouter();
        for (uint32_t i = 0; i < router->GetNDevices(); ++i)
        {
            const auto near = router->GetDevice(i);
            const auto channel = near->GetChannel();
            if (channel)
            {
                const auto far = channel->GetDevice(channel->GetDevice(0) == near ? 1 : 0);
                links.emplace_back(router->GetId(),
                                   near->GetIfIndex(),
                                   far->GetNode()->GetId(),
                                   far->GetIfIndex());
            }
        }
        return links;
    }

    /// @return numbers and addresses of what is there
    std::vector<std::string> GetNames() const
    {
        std::vector<std::string> names;
        const auto add = [&names](const Ptr<Node>& node) {
            names.push_back("node " + std::to_string(node->GetId()));
        };
        for (uint32_t vm = 0; vm < m_scenario->GetVmCount(); ++vm)
        {
            add(m_scenario->GetVm(vm));
            add(m_scenario->GetHost(vm));
            std::ostringstream address;
            address << m_scenario->GetPrivateAddress(vm);
            names.push_back(address.str());
        }
        add(m_scenario->GetService(0));
        add(m_scenario->GetMux(1)->GetNode());
        add(m_scenario->GetSlbManager()->GetNode());
        add(m_scenario->GetServers().Get(2));
        add(m_scenario->GetResolver());
        names.push_back("nodes " + std::to_string(NodeList::GetNNodes()));
        return names;
    }

    /// @return how many random streams everything uses
    int64_t CountStreams() const
    {
        const auto ofScenario = m_scenario->AssignStreams(0);
        return ofScenario + m_traffic->AssignStreams(ofScenario);
    }

    std::unique_ptr<OutboundScenarioHelper> m_scenario; //!< the world
    std::unique_ptr<TrafficHelper> m_traffic;           //!< all VMs', to all servers
};

} // namespace

TEST_F(RankScenario, NumbersNodesAndInterfacesAlikeOnEveryRank)
{
    Begin(1);
    const auto names = GetNames();
    const auto links = GetLinks();
    // Fabric router to edge router, 4 hosts, 2 muxes, managers.
    ASSERT_EQ(links.size(), 8);
    Begin(3);
    EXPECT_EQ(GetNames(), names);
    EXPECT_EQ(GetLinks(), links);
}

TEST_F(RankScenario, UsesAsManyRandomStreamsOnEveryRank)
{
    for (const bool hasDhcp : {false, true})
    {
        Begin(1, hasDhcp);
        const auto streams = CountStreams();
        ASSERT_GT(streams, 0);
        Begin(3, hasDhcp);
        EXPECT_EQ(CountStreams(), streams) << hasDhcp;
    }
}

TEST_F(RankScenario, PutsHostsAndTheirVmsOnOtherRanks)
{
    auto& scenario = Begin(3);
    std::vector<uint32_t> ranks;
    for (uint32_t vm = 0; vm < 5; ++vm)
    {
        ranks.push_back(scenario.GetVm(vm)->GetSystemId());
        EXPECT_EQ(scenario.GetHost(vm)->GetSystemId(), ranks.back());
    }
    // VMs 0 and 1 are on host 0, 2 and 3 on host 1, 4 on host 2; host 3 has the service.
    EXPECT_EQ(ranks, (std::vector<uint32_t>{1, 1, 1, 1, 2}));
    EXPECT_EQ(scenario.GetService(0)->GetSystemId(), 2);
    EXPECT_TRUE(IsLocal(scenario.GetFabric().GetFabricRouter()));
    EXPECT_TRUE(IsLocal(scenario.GetMux(1)->GetNode()));
    EXPECT_TRUE(IsLocal(scenario.GetSlbManager()->GetNode()));
    EXPECT_TRUE(IsLocal(scenario.GetServers().Get(2)));
    EXPECT_TRUE(IsLocal(scenario.GetResolver()));
}

TEST_F(RankScenario, LeavesOtherRanksNodesAlone)
{
    auto& scenario = Begin(3);
    FlowStatistics statistics;
    scenario.Connect(statistics);
    for (uint32_t vm = 0; vm < 5; ++vm)
    {
        EXPECT_EQ(scenario.GetVm(vm)->GetNDevices(), 0);
        EXPECT_EQ(scenario.GetVm(vm)->GetNApplications(), 0);
        EXPECT_EQ(scenario.GetHost(vm)->GetNApplications(), 0);
    }
    EXPECT_EQ(scenario.GetService(0)->GetNDevices(), 0);
    Simulator::Stop(Seconds(10));
    Simulator::Run();
    EXPECT_EQ(statistics.GetTotals().attempted, 0);
    for (const auto& agent : scenario.GetHostAgents())
    {
        EXPECT_EQ(agent->GetPacketCounts().received, 0);
        EXPECT_EQ(agent->GetPacketCounts().sent, 0);
    }
    EXPECT_EQ(scenario.CheckInvariants(), std::nullopt);
}

TEST_F(RankScenario, OneRankDoesEverything)
{
    auto& scenario = Begin(1);
    FlowStatistics statistics;
    scenario.Connect(statistics);
    Simulator::Stop(Seconds(10));
    Simulator::Run();
    EXPECT_EQ(statistics.GetTotals().established, 5 * 3);
}

TEST_F(RankScenario, NeedsPointToPointLinks)
{
    OutboundScenarioHelper scenario(OutboundScenario::Standalone);
    scenario.SetFabricLink(FabricLink::Csma);
    scenario.SetRanks(2);
    EXPECT_EQ(scenario.Validate(),
              "ranks: '2' is not allowed; give 1 with fabric links other than PointToPoint, as "
              "only those can have their ends in different processes");
    scenario.SetRanks(0);
    EXPECT_EQ(scenario.Validate(), "ranks: '0' is not allowed; give at least 1");
    scenario.SetRanks(1);
    EXPECT_EQ(scenario.Validate(), std::nullopt);
}

} // namespace ns3::azure
