// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-capture.h"
#include "azure-outbound-world.h"

#include "ns3/azure-my-ip-dns-client.h"
#include "ns3/azure-my-ip-dns-server.h"
#include "ns3/boolean.h"
#include "ns3/channel.h"
#include "ns3/csma-net-device.h"
#include "ns3/global-value.h"
#include "ns3/node-list.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <tuple>

/**
 * @file
 * @brief What tshark says of every packet on every link: nothing malformed, no bad checksum, and
 * each address where it belongs.
 */
namespace ns3::azure
{

namespace
{

using CaptureCase = std::tuple<OutboundScenario, FabricLink>;

class OutboundCapture : public OutboundWorld, public ::testing::WithParamInterface<CaptureCase>
{
  protected:
    /// Two VMs on a host, one on another; every kind of traffic; every link captured.
    std::vector<CapturedFrame> Simulate()
    {
        const auto [scenario, link] = GetParam();
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
        auto& helper = Begin(scenario, "2018");
        helper.SetFabricLink(link);
        helper.SetVms(3);
        helper.SetVmsPerHost(2);
        helper.SetServerAddresses(3);
        helper.SetProgrammedBefore(false);
        Assemble();
        AddTraffic();
        Capture capture;
        AddLinks(capture);
        Run("20s");
        EXPECT_EQ(m_established.size(), 3U * 8U);
        End(); // closes the files
        return capture.Read();
    }

    void AddTraffic()
    {
        for (uint32_t vm = 0; vm < 3; ++vm)
        {
            const auto generate = [&](Attributes attributes) {
                attributes.insert(attributes.end(), {{"Flows", "2"}, {"RequestSize", "101"}});
                Generate(vm, attributes, 3)->SetStartTime(Seconds(1));
            };
            const std::string hold = "ns3::ConstantRandomVariable[Constant=1]";
            generate({{"ResponseSize", "4001"}, {"Hold", hold}});
            generate({{"Hold", hold}, {"Close", "Rst"}, {"FirstSourcePort", "2000"}});
            generate({{"Protocol", "Udp"}, {"ResponseSize", "1401"}});
            generate({{"FirstSourcePort", "3000"}, {"Close", "None"}});
            // To a closed port: the server answers by ICMP.
            At("3s", [this, vm] { SendUdp(vm, 5000, GetServerAddress(), 9999); });
            const auto client = CreateObject<MyIpDnsClient>();
            client->SetAttribute("Resolver", Ipv4AddressValue(m_scenario->GetResolverAddress()));
            client->SetStartTime(Seconds(2));
            GetVm(vm)->AddApplication(client);
        }
        m_scenario->GetResolver()->AddApplication(CreateObject<MyIpDnsServer>());
    }

    /// Capture all devices, under the names of their links.
    void AddLinks(Capture& capture)
    {
        std::map<Ptr<Node>, std::string> roles;
        for (uint32_t vm = 0; vm < 3; ++vm)
        {
            roles[GetVm(vm)] = "vnic";
        }
        for (const auto& agent : m_scenario->GetHostAgents())
        {
            roles[agent->GetNode()] = "host";
        }
        roles[m_scenario->GetMux()->GetNode()] = "mux";
        const auto& fabric = m_scenario->GetFabric();
        roles[fabric.GetFabricRouter()] = "fabric";
        roles[fabric.GetEdgeRouter()] = "internet"; // and all behind it
        roles[m_scenario->GetSlbManager()->GetNode()] = "manager";
        for (auto node = NodeList::Begin(); node != NodeList::End(); ++node)
        {
            for (uint32_t i = 0; i < (*node)->GetNDevices(); ++i)
            {
                const auto device = (*node)->GetDevice(i);
                if (DynamicCast<CsmaNetDevice>(device))
                {
                    capture.Add(device, "segment");
                }
                else if (DynamicCast<PointToPointNetDevice>(device))
                {
                    capture.Add(device, GetLink(device, roles));
                }
            }
        }
    }

    /// @return name of a point-to-point link: of the end that is not the fabric's or the host's
    static std::string GetLink(Ptr<NetDevice> device, const std::map<Ptr<Node>, std::string>& roles)
    {
        std::set<std::string> ends;
        for (std::size_t i = 0; i < 2; ++i)
        {
            const auto found = roles.find(device->GetChannel()->GetDevice(i)->GetNode());
            ends.insert(found == roles.end() ? "internet" : found->second);
        }
        for (const auto* name : {"vnic", "internet", "mux", "host", "manager"})
        {
            if (ends.count(name) > 0)
            {
                return name;
            }
        }
        return "fabric";
    }

    static bool StartsWith(const std::string& text, const std::string& start)
    {
        return text.compare(0, start.size(), start) == 0;
    }

    /// @return whether it is a VM's private address
    static bool IsVm(const std::string& address)
    {
        return StartsWith(address, "10.0.0.");
    }

    /// @return whether it is a public address of the VMs
    static bool IsPublic(const std::string& address)
    {
        return StartsWith(address, "198.18.");
    }

    /// @return whether it is an address in the physical network
    static bool IsFabric(const std::string& address)
    {
        return StartsWith(address, "10.128.");
    }
};

TEST_P(OutboundCapture, HasNoFaultAndEveryAddressWhereItBelongs)
{
    std::map<std::string, uint32_t> datagrams;
    std::map<std::string, uint32_t> tunnelled;
    std::set<std::string> protocols;
    for (const auto& frame : Simulate())
    {
        ASSERT_FALSE(frame.isMalformed) << frame.link << ": " << frame.text;
        ASSERT_TRUE(frame.badChecksums.empty())
            << frame.badChecksums[0] << " on " << frame.link << ": " << frame.text;
        if (frame.sources.empty())
        {
            continue; // ARP
        }
        const auto& source = frame.sources[0];
        const auto& destination = frame.destinations[0];
        const bool isError = frame.protocols[0] == "1" && frame.sources.size() > 1;
        const bool isTunnelled = frame.protocols[0] == "4";
        const bool isTold = isError || (isTunnelled && frame.protocols.at(1) == "1");
        ASSERT_TRUE(isTold || !frame.isUnverified) << frame.text; // quotations are cut short
        ++datagrams[frame.link];
        tunnelled[frame.link] += isTunnelled;
        protocols.insert(frame.protocols.begin(), frame.protocols.end());
        if (frame.link == "vnic")
        {
            ASSERT_NE(IsVm(source), IsVm(destination)) << frame.text;
            ASSERT_FALSE(IsPublic(source) || IsPublic(destination)) << frame.text;
        }
        else if (isTunnelled)
        {
            ASSERT_TRUE(IsFabric(source) && IsFabric(destination)) << frame.text;
            ASSERT_TRUE(IsPublic(frame.destinations.at(1))) << frame.text;
        }
        else if (IsFabric(source) || IsFabric(destination))
        {
            ASSERT_TRUE(IsFabric(source) && IsFabric(destination)) << frame.text;
            ASSERT_NE(frame.link, "internet");
        }
        else
        {
            ASSERT_NE(IsPublic(source), IsPublic(destination)) << frame.text;
        }
        for (std::size_t i = 0; frame.link != "vnic" && i < frame.sources.size(); ++i)
        {
            ASSERT_FALSE(IsVm(frame.sources[i]) || IsVm(frame.destinations[i])) << frame.text;
        }
        ASSERT_TRUE(isError || isTunnelled || frame.sources.size() == 1) << frame.text;
    }
    EXPECT_EQ(protocols, (std::set<std::string>{"1", "4", "6", "17"}));
    EXPECT_GT(datagrams["vnic"], 400U);
    EXPECT_GT(datagrams["internet"], 500U);
    EXPECT_EQ(tunnelled["vnic"] + tunnelled["internet"] + tunnelled["manager"], 0U);
    if (std::get<1>(GetParam()) == FabricLink::PointToPoint)
    {
        EXPECT_GT(tunnelled["host"], 100U);
        EXPECT_EQ(tunnelled["host"], tunnelled["mux"]) << "between mux and hosts only";
    }
    else
    {
        EXPECT_GT(tunnelled["segment"], 100U);
    }
}

/// @return the test's name
std::string
GetCaptureName(const ::testing::TestParamInfo<CaptureCase>& info)
{
    constexpr const char* SCENARIOS[] = {"Standalone", "LoadBalanced", "PublicIp"};
    const bool isCsma = std::get<1>(info.param) == FabricLink::Csma;
    return std::string(SCENARIOS[static_cast<std::size_t>(std::get<0>(info.param))]) +
           (isCsma ? "OnCsma" : "OnLinks");
}

INSTANTIATE_TEST_SUITE_P(Outbound,
                         OutboundCapture,
                         ::testing::Combine(::testing::Values(OutboundScenario::Standalone,
                                                              OutboundScenario::LoadBalanced,
                                                              OutboundScenario::PublicIp),
                                            ::testing::Values(FabricLink::PointToPoint,
                                                              FabricLink::Csma)),
                         GetCaptureName);

} // namespace

} // namespace ns3::azure
