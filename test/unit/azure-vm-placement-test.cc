// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-vm-placement.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/// @return the places as "network/subnet address host"
std::vector<std::string>
GetTexts(const std::vector<VmPlacement>& placements)
{
    std::vector<std::string> texts;
    for (const auto& place : placements)
    {
        std::ostringstream os;
        os << place.virtualNetwork << "/" << place.subnet << " " << place.privateAddress << " "
           << place.host;
        texts.push_back(os.str());
    }
    return texts;
}

/// @return a virtual network with one subnet, of the same prefix
VirtualNetwork
MakeNetwork(const std::string& name, const AddressPrefix& prefix)
{
    return {name, {prefix}, {{"default", prefix, {}, {}}}, {}};
}

TEST(VmPlacementPlan, DealsVmsToTheDefaultSubnetAndToHosts)
{
    EXPECT_EQ(GetTexts(VmPlacementPlan().Make(3, 2)),
              (std::vector<std::string>{"vnet-0/default 10.0.0.4 0",
                                        "vnet-0/default 10.0.0.5 0",
                                        "vnet-0/default 10.0.0.6 1"}));
}

TEST(VmPlacementPlan, HostCarriesVmsOfOneVirtualNetworkOnly)
{
    VmPlacementPlan plan;
    plan.AddVirtualNetwork(MakeNetwork("peer", {0x0a000000, 16}));
    plan.Place(1, "peer", "default");
    plan.Place(3, "peer", "default");
    EXPECT_EQ(plan.Validate(5), std::nullopt);
    EXPECT_EQ(GetTexts(plan.Make(5, 2)),
              (std::vector<std::string>{"vnet-0/default 10.0.0.4 0",
                                        "peer/default 10.0.0.4 1",
                                        "vnet-0/default 10.0.0.5 0",
                                        "peer/default 10.0.0.5 1",
                                        "vnet-0/default 10.0.0.6 2"}));
}

TEST(VmPlacementPlan, NetworkOfTheSameNameTakesTheOthersPlace)
{
    VmPlacementPlan plan;
    plan.AddVirtualNetwork(MakeNetwork("vnet-0", {0xac100000, 24}));
    EXPECT_EQ(plan.GetVirtualNetworks().size(), 1U);
    EXPECT_EQ(plan.Make(1, 1).at(0).privateAddress, Ipv4Address("172.16.0.4"));
}

/// One plan that does not work out.
struct BadPlan
{
    const char* name;  //!< of the test
    uint32_t vms;      //!< asked for
    uint32_t placed;   //!< VM that is placed in a subnet
    const char* where; //!< name of that subnet
    std::string error; //!< expected
};

// clang-format off
const BadPlan BAD_PLANS[] = {
    // A /29 has 8 addresses, 5 of which Azure keeps.
    {"SubnetFull",    5, 1, "small",   "subnet of vm 4: 'tiny/small' is not allowed; give one with room for more than 3 VMs"},
    {"UnknownSubnet", 2, 1, "missing", "subnet of vm 1: 'tiny/missing' is not allowed; give a subnet of a virtual network that has been added"},
    {"UnknownVm",     2, 2, "small",   "placed vm: '2' is not allowed; give 0 to 1"},
};
// clang-format on

class BadVmPlacement : public ::testing::TestWithParam<BadPlan>
{
};

TEST_P(BadVmPlacement, IsRefused)
{
    const auto& bad = GetParam();
    VmPlacementPlan plan;
    plan.AddVirtualNetwork({"tiny", {{0x0a020000, 29}}, {{"small", {0x0a020000, 29}, {}, {}}}, {}});
    for (uint32_t vm = bad.placed; vm < std::max(bad.vms, bad.placed + 1); ++vm)
    {
        plan.Place(vm, "tiny", bad.where);
    }
    EXPECT_EQ(plan.Validate(bad.vms), bad.error);
}

INSTANTIATE_TEST_SUITE_P(VmPlacementPlan,
                         BadVmPlacement,
                         ::testing::ValuesIn(BAD_PLANS),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
