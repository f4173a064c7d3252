// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"

#include "ns3/azure-snat-allocation-policy.h"

#include <gtest/gtest.h>
#include <memory>
#include <vector>

/**
 * @file
 * @brief A whole scenario with a policy of the user's own; doc/snat-ports.rst has the same one.
 */
namespace ns3::azure
{

namespace
{

/// Gives 64 ports at the beginning, and with each request as many as the interface has.
class DoublingPolicy : public SnatAllocationPolicy
{
  public:
    std::vector<uint32_t> GetPreallocation(
        const std::vector<SharedSnatPorts>& frontends) const override
    {
        std::vector<uint32_t> ports(frontends.size(), 0);
        ports.front() = 64;
        return ports;
    }

    bool IsOnDemand() const override
    {
        return true;
    }

    uint32_t GetGrant(const SnatRequestSituation& situation) const override
    {
        return situation.portsHeld;
    }
};

using SnatPolicyScenario = OutboundWorld;

TEST_F(SnatPolicyScenario, OwnPolicySaysHowManyPortsVmsGet)
{
    auto& scenario = Begin(OutboundScenario::LoadBalanced, "legacy-on-demand");
    scenario.SetVms(2);
    scenario.SetAllocationPolicy(
        [](const Profile& /* profile */) { return std::make_unique<DoublingPolicy>(); });
    Assemble();
    const auto generator =
        Generate(0, {{"Flows", "1000"}, {"Arrival", "Periodic"}, {"Rate", "100"}});
    Run("20s");
    EXPECT_EQ(generator->GetEstablished(), 1000U);
    const auto usage = scenario.GetHostAgents().front()->GetSnatPortUsage();
    ASSERT_EQ(usage.size(), 2U);
    EXPECT_EQ(usage[0].portsAllocated, 1024U); // 64, doubled four times
    EXPECT_EQ(usage[1].portsAllocated, 64U);
}

} // namespace

} // namespace ns3::azure
