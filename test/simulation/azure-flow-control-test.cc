// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-outbound-scenario-helper.h"
#include "ns3/net-device-queue-interface.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"

#include <functional>
#include <gtest/gtest.h>
#include <ostream>
#include <type_traits>
#include <utility>

namespace ns3::azure
{

namespace
{

/// One row: a setting, and which links have flow control then.
struct FlowControlCase
{
    const char* name;                        // test name
    std::function<void(FabricHelper&)> make; // the setting
    bool isInFabric;                         // fabric links have it
    bool isElsewhere;                        // links to VMs and servers have it
};

void
PrintTo(const FlowControlCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
const FlowControlCase FLOW_CONTROL_CASES[] = {
    // name      make                                                      isInFabric isElsewhere
    {"Default",   [](auto& /* fabric */) {},                                   false, false},
    {"Enabled",   [](auto& fabric) { fabric.EnableFlowControl(); },            true,  true},
    {"QueueDisc", [](auto& fabric) { fabric.SetQueueDisc("ns3::FqCoDelQueueDisc"); }, true, false},
};
// clang-format on

class LinkFlowControl : public ::testing::TestWithParam<FlowControlCase>
{
};

/// Can a helper's links do without flow control?  From ns-3.36 on.
template <typename Helper, typename = void>
constexpr bool CAN_DISABLE = false;

template <typename Helper>
constexpr bool
    CAN_DISABLE<Helper, std::void_t<decltype(std::declval<Helper&>().DisableFlowControl())>> = true;

TEST_P(LinkFlowControl, IsThereOnlyForQueueDiscs)
{
    OutboundScenarioHelper scenario(OutboundScenario::Standalone);
    GetParam().make(scenario.GetFabric());
    scenario.Create();
    const bool isAlways = !CAN_DISABLE<PointToPointHelper>;
    const auto has = [](const Ptr<Node>& node) {
        const auto device = node->GetDevice(1); // the first is the loopback device
        EXPECT_TRUE(device->IsPointToPoint());
        return device->GetObject<NetDeviceQueueInterface>() != nullptr;
    };

    EXPECT_EQ(has(scenario.GetFabric().GetFabricRouter()), isAlways || GetParam().isInFabric);
    EXPECT_EQ(has(scenario.GetVm(0)), isAlways || GetParam().isElsewhere);
    EXPECT_EQ(has(scenario.GetServers().Get(0)), isAlways || GetParam().isElsewhere);
    Simulator::Destroy();
}

INSTANTIATE_TEST_SUITE_P(All,
                         LinkFlowControl,
                         ::testing::ValuesIn(FLOW_CONTROL_CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
