// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"

#include "ns3/azure-limits.h"
#include "ns3/azure-ns3-compat.h"
#include "ns3/ipv4-l3-protocol.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <set>
#include <string>

/**
 * @file
 * @brief As many flows as a public address has ports (must-show 3).
 */
namespace ns3::azure
{

namespace
{

class OutboundScale : public OutboundWorld
{
  protected:
    /// The VM sends SYNs from its ports 1 to that many, 100 every millisecond.
    void SendSyns(uint32_t flows)
    {
        for (uint32_t first = 0; first < flows; first += 100)
        {
            At(std::to_string(first / 100) + "ms", [this, first, flows] {
                for (uint32_t i = first; i < std::min(first + 100, flows); ++i)
                {
                    SendSyn(static_cast<uint16_t>(1 + i));
                }
            });
        }
    }

    void SendSyn(uint16_t port)
    {
        DatagramTraits traits;
        traits.tcpFlags = TCP_SYN;
        traits.payload = 0;
        SendRaw(0,
                MakeDatagram({GetPrivateAddress(), GetServerAddress(), port, 81, IpProtocol::Tcp},
                             traits));
    }
};

TEST_F(OutboundScale, S4_01_As2016SaysThisManyFlowsToOneAddressFitAndTheNextIsRefused)
{
    // Nobody listens on port 81: the server's RST comes back through the mux to the VM.
    BeginWith(OutboundScenario::Standalone, "2016");
    uint32_t answers = 0;
    GetVm()->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
        "Rx",
        MakeFunctionCallback<void, Ptr<const Packet>, Ptr<Ipv4>, uint32_t>(
            [&answers](Ptr<const Packet>, Ptr<Ipv4>, uint32_t) { ++answers; }));
    SendSyns(MAX_SNAT_PORTS_2016);
    Run("1s");
    EXPECT_EQ(GetCounts().attempted, 64511U);
    EXPECT_EQ(GetCounts().refused, 0U);
    EXPECT_EQ(GetPortsHeld(), 64511U);
    EXPECT_EQ(answers, 64511U);
    SendSyn(static_cast<uint16_t>(MAX_SNAT_PORTS_2016 + 1));
    Run("2s");
    EXPECT_EQ(GetCounts().refused, 1U);
    EXPECT_EQ(CountDrops(DropReason::SnatPortsExhausted), 1U);
    std::set<uint16_t> ports;
    for (const auto& event : m_ports)
    {
        ports.insert(event.translated.GetSourcePort());
    }
    EXPECT_EQ(ports.size(), 64511U);
    EXPECT_EQ(*ports.begin(), 1024);
    EXPECT_EQ(*ports.rbegin(), 65534);
}

TEST_F(OutboundScale, S4_01_ThousandsOfConnectionsAreEstablishedInStandalone2016)
{
    BeginWith(OutboundScenario::Standalone, "2016");
    const auto generator = Generate(0, {{"Protocol", "Udp"}, {"Flows", "5000"}});
    Run("10s");
    EXPECT_EQ(generator->GetEstablished(), 5000U);
    EXPECT_EQ(GetCounts().established, 5000U);
    EXPECT_EQ(GetPortsHeld(), 5000U);
    std::set<FlowKey> seen;
    for (const auto& request : m_requests)
    {
        seen.insert(request.key);
    }
    EXPECT_EQ(seen.size(), 5000U);
}

TEST_F(OutboundScale, S4_02_MaximumOfPortsIsASettingAndNotGuaranteed)
{
    for (const uint32_t ports : {100, 1000})
    {
        BeginWith(OutboundScenario::Standalone,
                  "2016[PortsPerPublicAddress=" + std::to_string(ports) + "]");
        SendSyns(1010);
        Run("1s");
        EXPECT_EQ(GetPortsHeld(), ports);
        EXPECT_EQ(GetCounts().refused, 1010 - ports);
    }
}

} // namespace

} // namespace ns3::azure
