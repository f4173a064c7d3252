// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-profiles.h"

#include "ns3/azure-public-endpoint-table.h"
#include "ns3/azure-slb-program.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

const Ipv4Address FRONTEND("198.51.100.1");
const Ipv4Address SECOND("198.51.100.2");
const Ipv4Address OWN("198.51.100.9");

/// A small language for stories: Vms(2); Frontend(...); Rule(...); Pool({0, 1}); Program("2017").
class SlbProgramStory : public ::testing::Test
{
  protected:
    /// VM i: 10.0.0.1 + i, host 192.168.0.1 + i / 2, platform address 203.0.113.1 + i.
    void Vms(uint32_t count)
    {
        for (uint32_t i = 0; i < count; ++i)
        {
            NetworkInterface each;
            each.networkInterface = i;
            each.privateAddress = Ipv4Address(0x0a000001U + i);
            each.host = Ipv4Address(0xc0a80001U + i / 2);
            each.platformAddress = GetPlatformAddress(i);
            m_deployment.networkInterfaces.push_back(each);
        }
    }

    LoadBalancer& GetLoadBalancer()
    {
        if (m_deployment.loadBalancers.empty())
        {
            m_deployment.loadBalancers.emplace_back();
            m_deployment.loadBalancers[0].name = "balancer";
            m_deployment.loadBalancers[0].backendPools = {{"pool", {}}};
        }
        return m_deployment.loadBalancers[0];
    }

    static Ipv4Address GetPlatformAddress(uint32_t vm)
    {
        return Ipv4Address(0xcb007101U + vm);
    }

    void Frontend(const std::string& name, Ipv4Address address)
    {
        GetLoadBalancer().frontends.push_back({name, address});
    }

    void Rule(const std::string& name, const std::string& frontend)
    {
        LoadBalancingRule rule;
        rule.name = name;
        rule.frontend = frontend;
        rule.backendPool = "pool";
        rule.frontendPort = static_cast<uint16_t>(80 + GetLoadBalancer().loadBalancingRules.size());
        rule.backendPort = rule.frontendPort;
        GetLoadBalancer().loadBalancingRules.push_back(rule);
    }

    void Pool(uint32_t firstVm, uint32_t count)
    {
        for (uint32_t i = 0; i < count; ++i)
        {
            GetLoadBalancer().backendPools[0].members.push_back({firstVm + i});
        }
    }

    void PublicIp(uint32_t vm, Ipv4Address address)
    {
        m_deployment.networkInterfaces.at(vm).instanceLevelPublicIp = address;
    }

    void Program(const std::string& profile)
    {
        m_deployment.profile = MakeProfile(profile);
        ASSERT_EQ(Validate(m_deployment), std::nullopt);
        m_program = Compile(m_deployment);
        ASSERT_EQ(m_program.hosts.size(), m_deployment.networkInterfaces.size());
        ExpectMuxesAgreeWithHosts();
    }

    /// Every block and own address leads a mux to its host, and nothing else does.
    void ExpectMuxesAgreeWithHosts()
    {
        m_table = PublicEndpointTable();
        for (std::size_t i = 0; i < m_program.muxes.size(); ++i)
        {
            const auto& endpoint = m_program.muxes[i];
            ASSERT_TRUE(
                m_table.Insert(endpoint.publicAddress, endpoint.ports, static_cast<uint32_t>(i)))
                << endpoint.publicAddress << ":" << endpoint.ports << " overlaps another";
        }
        std::size_t owned = 0;
        for (const auto& [host, instruction] : m_program.hosts)
        {
            if (instruction.method == OutboundMethod::InstanceLevelPublicIp)
            {
                const auto found = m_table.LookupWhole(*instruction.instanceLevelPublicIp);
                ASSERT_EQ(found.match, PublicEndpointMatch::Found);
                EXPECT_EQ(m_program.muxes[found.target].host, host);
                ++owned;
            }
            for (const auto& block : instruction.blocks)
            {
                for (const auto port : {block.ports.first, block.ports.last})
                {
                    const auto found = m_table.Lookup(block.publicAddress, port);
                    ASSERT_EQ(found.match, PublicEndpointMatch::Found);
                    EXPECT_EQ(m_program.muxes[found.target].host, host);
                    EXPECT_EQ(m_program.muxes[found.target].ports, block.ports);
                }
                ++owned;
            }
        }
        EXPECT_EQ(owned, m_program.muxes.size());
    }

    const ProgramNetworkInterface& GetInstruction(uint32_t vm) const
    {
        return m_program.hosts.at(vm).instruction;
    }

    void ExpectMethod(uint32_t vm, OutboundMethod method) const
    {
        EXPECT_EQ(GetInstruction(vm).networkInterface, vm);
        EXPECT_EQ(GetInstruction(vm).method, method) << GetName(GetInstruction(vm).method);
    }

    void ExpectBlocks(uint32_t vm, const std::vector<SnatPortBlockGrant>& expected) const
    {
        const auto& blocks = GetInstruction(vm).blocks;
        ASSERT_EQ(blocks.size(), expected.size()) << "vm " << vm;
        for (std::size_t i = 0; i < expected.size(); ++i)
        {
            EXPECT_EQ(blocks[i].publicAddress, expected[i].publicAddress) << "vm " << vm;
            EXPECT_EQ(blocks[i].ports, expected[i].ports) << "vm " << vm;
        }
    }

    Deployment m_deployment;
    SlbProgram m_program;
    PublicEndpointTable m_table;
};

TEST_F(SlbProgramStory, S0_04_StandaloneVmUsesItsPlatformAddress)
{
    Vms(2);
    Program("2017");
    for (uint32_t vm = 0; vm < 2; ++vm)
    {
        ExpectMethod(vm, OutboundMethod::DefaultSnat);
        ExpectBlocks(vm, {{GetPlatformAddress(vm), {1024, 2047}}}); // a pool of one: 1,024 ports
        EXPECT_FALSE(GetInstruction(vm).instanceLevelPublicIp);
    }
}

TEST_F(SlbProgramStory, S4_01_StandaloneVmHas64511PortsIn2016)
{
    Vms(1);
    Program("2016");
    ExpectBlocks(0, {{GetPlatformAddress(0), {1024, 65534}}});
}

TEST_F(SlbProgramStory, S0_05_LinkedPoolMemberUsesTheFrontend)
{
    Vms(3);
    Frontend("web", FRONTEND);
    Rule("http", "web");
    Pool(0, 2);
    Program("2017");
    ExpectMethod(0, OutboundMethod::LoadBalancerFrontend);
    ExpectBlocks(0, {{FRONTEND, {1024, 2047}}});
    ExpectBlocks(1, {{FRONTEND, {2048, 3071}}});
    ExpectMethod(2, OutboundMethod::DefaultSnat); // S0-08: not in the pool
    ExpectBlocks(2, {{GetPlatformAddress(2), {1024, 2047}}});
}

TEST_F(SlbProgramStory, BlocksFollowTheOrderOfThePool)
{
    Vms(3);
    Frontend("web", FRONTEND);
    Rule("http", "web");
    GetLoadBalancer().backendPools[0].members = {{2}, {0}};
    Program("2017");
    ExpectBlocks(2, {{FRONTEND, {1024, 2047}}});
    ExpectBlocks(0, {{FRONTEND, {2048, 3071}}});
}

TEST_F(SlbProgramStory, S0_26_PoolWithoutRuleIsStandaloneIn2017)
{
    Vms(1);
    Frontend("web", FRONTEND);
    Pool(0, 1);
    Program("2017");
    ExpectMethod(0, OutboundMethod::DefaultSnat);
    ExpectBlocks(0, {{GetPlatformAddress(0), {1024, 2047}}});
    EXPECT_FALSE(m_table.IsKnown(FRONTEND));
}

TEST_F(SlbProgramStory, S4_04_PoolWithoutRuleUsesTheFrontendIn2016)
{
    Vms(2);
    Frontend("web", FRONTEND);
    Pool(0, 2);
    Program("2016");
    ExpectMethod(0, OutboundMethod::LoadBalancerFrontend);
    ExpectBlocks(0, {{FRONTEND, {1024, 33271}}}); // 64,511 / 2, a multiple of 8: 32,248
    ExpectBlocks(1, {{FRONTEND, {33272, 65519}}});
}

TEST_F(SlbProgramStory, PoolOfALoadBalancerWithoutFrontendIsStandalone)
{
    Vms(1);
    Pool(0, 1);
    Program("2016");
    ExpectMethod(0, OutboundMethod::DefaultSnat);
    ExpectBlocks(0, {{GetPlatformAddress(0), {1024, 65534}}});
}

TEST_F(SlbProgramStory, S0_06_OwnPublicIpUsesNoSnat)
{
    Vms(1);
    PublicIp(0, OWN);
    Program("2017");
    ExpectMethod(0, OutboundMethod::InstanceLevelPublicIp);
    ExpectBlocks(0, {});
    EXPECT_EQ(GetInstruction(0).instanceLevelPublicIp, OWN);
    EXPECT_FALSE(m_table.IsKnown(GetPlatformAddress(0)));
}

TEST_F(SlbProgramStory, S0_30_OwnPublicIpWinsInThePoolAndStillCountsForItsSize)
{
    Vms(51);
    Frontend("web", FRONTEND);
    Rule("http", "web");
    Pool(0, 51);
    PublicIp(0, OWN);
    Program("2017");
    ExpectMethod(0, OutboundMethod::InstanceLevelPublicIp);
    ExpectBlocks(0, {});
    ExpectBlocks(1, {{FRONTEND, {1536, 2047}}}); // 51 members: 512 ports each
}

TEST_F(SlbProgramStory, S0_11_PlatformAddressesDoNotCountAgainstTheQuota)
{
    Vms(10);
    EXPECT_EQ(GetPublicIpQuotaUse(m_deployment), 0U); // S0-10: nor can they be chosen
    Frontend("web", FRONTEND);
    Frontend("api", SECOND);
    EXPECT_EQ(GetPublicIpQuotaUse(m_deployment), 2U);
    PublicIp(3, OWN);
    EXPECT_EQ(GetPublicIpQuotaUse(m_deployment), 3U);
    m_deployment.loadBalancers.push_back(GetLoadBalancer());
    m_deployment.loadBalancers[1].virtualNetwork = 1;
    EXPECT_EQ(GetPublicIpQuotaUse(m_deployment), 3U); // private frontends are no public IPs
}

TEST_F(SlbProgramStory, S0_40_EveryLinkedFrontendIsUsed)
{
    Vms(2);
    Frontend("web", FRONTEND);
    Frontend("api", SECOND);
    Rule("http", "web");
    Rule("https", "web"); // a second rule for the same frontend adds nothing
    Rule("rest", "api");
    Pool(0, 2);
    Program("2017");
    ExpectBlocks(0, {{FRONTEND, {1024, 2047}}, {SECOND, {1024, 2047}}});
    ExpectBlocks(1, {{FRONTEND, {2048, 3071}}, {SECOND, {2048, 3071}}});
    Program("2023"); // 1,024 ports over both frontends
    ExpectBlocks(0, {{FRONTEND, {1024, 1535}}, {SECOND, {1024, 1535}}});
}

TEST_F(SlbProgramStory, S0_25_FrontendWithoutRuleIsNotUsedIn2017)
{
    Vms(1);
    Frontend("web", FRONTEND);
    Frontend("api", SECOND);
    Rule("rest", "api");
    Pool(0, 1);
    Program("2017");
    ExpectBlocks(0, {{SECOND, {1024, 2047}}});
    Program("2016"); // no rule is asked for
    ExpectBlocks(0, {{FRONTEND, {1024, 65534}}, {SECOND, {1024, 65534}}});
}

TEST_F(SlbProgramStory, CappedFrontendsWithoutPortsGiveNoBlock)
{
    Vms(1);
    for (uint32_t i = 0; i < 130; ++i)
    {
        Frontend("f" + std::to_string(i), Ipv4Address(0xc6336401U + i));
    }
    Rule("r", "f0");
    Pool(0, 1);
    Program("2023[LinkingRuleRequired=false]");
    EXPECT_EQ(GetInstruction(0).blocks.size(), 128U); // 1,024 ports in blocks of 8
}

TEST_F(SlbProgramStory, S0_41_PoolOfAThousandHasDisjointBlocks)
{
    Vms(1000);
    GetLoadBalancer().sku = LoadBalancerSku::Standard; // Basic pools have 300 members at most
    Frontend("web", FRONTEND);
    Frontend("api", SECOND);
    Rule("http", "web");
    Rule("rest", "api");
    Pool(0, 1000);
    for (const auto& name : GetProfileNames())
    {
        const auto budget = MakeProfile(name).portBudget;
        if (budget == PortBudget::Flat ||
            budget == PortBudget::PoolSize) // not on demand, nor shared
        {
            Program(name); // checks that no two blocks overlap
            EXPECT_EQ(m_program.muxes.size(), 2000U) << name;
            EXPECT_EQ(GetInstruction(999).blocks.at(0).ports.GetSize(),
                      budget == PortBudget::Flat ? 64U : 32U); // 64,000 / 1,000; the tier's
        }
    }
}

TEST_F(SlbProgramStory, EveryInstructionCarriesTheProfileAndGoesToTheVmsHost)
{
    Vms(5);
    Program("2018[FinHold=30s]");
    for (uint32_t vm = 0; vm < 5; ++vm)
    {
        EXPECT_EQ(ToText(GetInstruction(vm).profile), "2018[FinHold=30s]");
        EXPECT_EQ(m_program.hosts[vm].host, Ipv4Address(0xc0a80001U + vm / 2));
    }
}

} // namespace

} // namespace ns3::azure
