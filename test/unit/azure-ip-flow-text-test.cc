// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-ip-flow-text.h"

#include <gtest/gtest.h>
#include <ostream>
#include <string>

namespace ns3::azure
{

namespace
{

/// One row: a question that cannot be read, and what is allowed.
struct RefusedCase
{
    const char* name; // test name
    const char* direction;
    const char* protocol;
    const char* local;
    const char* remote;
    const char* error;
};

void
PrintTo(const RefusedCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
constexpr RefusedCase REFUSED_CASES[] = {
    {"Direction",   "Inbound", "tcp",  "10.0.1.4:80", "192.0.2.1:80", "direction: 'Inbound' is not allowed; give inbound or outbound"},
    {"Protocol",    "inbound", "gre",  "10.0.1.4",    "192.0.2.1",    "protocol: 'gre' is not allowed; give tcp, udp, icmp, esp or ah"},
    {"NoLocal",     "inbound", "tcp",  "",            "192.0.2.1:80", "local: '' is not allowed; give both ends of the packet"},
    {"NoRemote",    "inbound", "tcp",  "10.0.1.4:80", "",             "remote: '' is not allowed; give both ends of the packet"},
    {"PortMissing", "inbound", "udp",  "10.0.1.4:80", "192.0.2.1",    "remote: '192.0.2.1' is not allowed; give a port too"},
    {"PortGiven",   "inbound", "esp",  "10.0.1.4:80", "192.0.2.1",    "local: '10.0.1.4:80' is not allowed; give an address without port, which the protocol does not have"},
    {"PortZero",    "inbound", "tcp",  "10.0.1.4:0",  "192.0.2.1:80", "local: '10.0.1.4:0' is not allowed; give an address, and a port of 1 to 65535, as 10.0.1.4:443"},
    {"PortTooHigh", "inbound", "tcp",  "10.0.1.4:80", "192.0.2.1:65536", "remote: '192.0.2.1:65536' is not allowed; give an address, and a port of 1 to 65535, as 10.0.1.4:443"},
};
// clang-format on

class RefusedFlows : public ::testing::TestWithParam<RefusedCase>
{
};

TEST_P(RefusedFlows, NameFieldTextAndWhatIsAllowed)
{
    const auto& c = GetParam();
    const auto flow = ParseIpFlow({c.direction, c.protocol, c.local, c.remote});
    EXPECT_FALSE(flow);
    EXPECT_EQ(flow.GetError(), c.error);
}

INSTANTIATE_TEST_SUITE_P(IpFlowText,
                         RefusedFlows,
                         ::testing::ValuesIn(REFUSED_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(IpFlowText, IsReadPartByPart)
{
    const auto udp = ParseIpFlow({"outbound", "udp", "10.0.1.4:65535", "192.0.2.1:1"});
    ASSERT_TRUE(udp) << udp.GetError();
    EXPECT_EQ(udp->direction, FlowDirection::Outbound);
    EXPECT_EQ(udp->protocol, IpProtocol::Udp);
    EXPECT_EQ(udp->localAddress, Ipv4Address("10.0.1.4"));
    EXPECT_EQ(udp->localPort, 65535);
    EXPECT_EQ(udp->remoteAddress, Ipv4Address("192.0.2.1"));
    EXPECT_EQ(udp->remotePort, 1);
    const auto icmp = ParseIpFlow({"inbound", "icmp", "10.0.1.4", "192.0.2.1"});
    ASSERT_TRUE(icmp) << icmp.GetError();
    EXPECT_EQ(icmp->localPort, 0);
    EXPECT_EQ(icmp->remotePort, 0);
}

} // namespace

} // namespace ns3::azure
