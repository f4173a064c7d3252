// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

/**
 * @file
 * @brief What security groups say of packets through frontends, and what holds without any.
 */
namespace ns3::azure
{

namespace
{

constexpr auto TCP = IpProtocol::Tcp;
constexpr auto INBOUND = FlowDirection::Inbound;
constexpr auto OUTBOUND = FlowDirection::Outbound;
constexpr auto ALLOW = SecurityRuleAccess::Allow;
constexpr auto DENY = SecurityRuleAccess::Deny;
constexpr auto ANY = SecurityRuleProtocol::Any;
constexpr uint16_t CLIENT_PORT = 40000;

const Ipv4Address PUBLIC("198.18.0.1");
const Ipv4Address INTERNAL("10.0.0.100");

class FrontendSecurity : public VnicStory
{
  protected:
    FrontendSecurity()
    {
        WithNeighbors({VM, PEER});
    }

    /// Port 80 of the public frontend, and of the internal one, goes to port 8080.
    void Serve(bool isFloatingIp)
    {
        constexpr auto TRANSPORT = TransportProtocol::Tcp;
        EXPECT_TRUE(WithEndpoints({{PUBLIC, {}, TRANSPORT, 80, 8080, isFloatingIp},
                                   {INTERNAL, NETWORK, TRANSPORT, 80, 8080, isFloatingIp}}));
    }

    /// A segment comes from the client to the frontend.
    VnicStory& FromClient(uint8_t tcpFlags = TCP_SYN,
                          uint16_t port = CLIENT_PORT,
                          Ipv4Address client = SERVER,
                          Ipv4Address frontend = PUBLIC)
    {
        DatagramTraits traits;
        traits.tcpFlags = tcpFlags;
        return ReceiveFromMux(MakeDatagram({client, frontend, port, 80, TCP}, traits));
    }
};

/// One row: an inbound rule of the only group, and whether it lets a client's packet pass.
struct RuleCase
{
    const char* name;        // test name
    const char* source;      // prefix
    const char* destination; // prefix
    uint16_t port;           // of the destination
    bool passes;             // else a default rule denies it
};

// clang-format off
constexpr RuleCase RULE_CASES[] = {
    // name                      source           destination      port  passes
    {"ClientAndBackendPort",     "198.19.0.1/32", "0.0.0.0/0",     8080, true},
    {"PrivateAddress",           "0.0.0.0/0",     "10.0.0.4/32",   8080, true},
    {"FrontendPort",             "198.19.0.1/32", "0.0.0.0/0",     80,   false},
    {"FrontendAsSource",         "198.18.0.1/32", "0.0.0.0/0",     8080, false},
    {"MuxAsSource",              "10.128.255.1/32", "0.0.0.0/0",   8080, false},
    {"ProbeAsSource",            "168.63.129.16/32", "0.0.0.0/0",  8080, false},
    {"FrontendAsDestination",    "0.0.0.0/0",     "198.18.0.1/32", 8080, false},
    {"AnotherClient",            "198.19.0.2/32", "0.0.0.0/0",     8080, false},
};
// clang-format on

void
PrintTo(const RuleCase& c, std::ostream* os)
{
    *os << c.source << " to " << c.destination << ':' << c.port;
}

class FrontendRule : public FrontendSecurity,
                     public ::testing::WithParamInterface<std::tuple<RuleCase, bool>>
{
};

TEST_P(FrontendRule, S3_52_SeesTheClientAndTheVmNeverTheLoadBalancer)
{
    const auto& [c, isFloatingIp] = GetParam();
    WithSnat("2017", 4);
    Serve(isFloatingIp);
    WithGroups(
        BriefRules{{"Allow", 100, INBOUND, ALLOW, ANY, {c.port, c.port}, c.source, c.destination}});
    FromClient();
    ASSERT_EQ(m_decisions.size(), 1U);
    EXPECT_EQ(m_decisions[0].key, FlowKey(SERVER, VM, CLIENT_PORT, 8080, TCP));
    EXPECT_EQ(m_decisions[0].direction, INBOUND);
    if (c.passes)
    {
        ExpectDeliveredTo(isFloatingIp ? PUBLIC : VM, 8080);
        EXPECT_EQ(m_decisions[0].rule, "Allow");
        return;
    }
    ExpectDeniedBy("DenyAllInBound");
    ASSERT_EQ(m_created.size(), 1U);
    EXPECT_EQ(m_created[0].outcome, FlowOutcome::Denied);
}

INSTANTIATE_TEST_SUITE_P(VnicPipeline,
                         FrontendRule,
                         ::testing::Combine(::testing::ValuesIn(RULE_CASES), ::testing::Bool()),
                         [](const auto& row) {
                             return std::string(std::get<0>(row.param).name) +
                                    (std::get<1>(row.param) ? "Floating" : "");
                         });

TEST_F(FrontendSecurity, S3_27_ConnectionThroughAFrontendOutlivesItsRule)
{
    const BriefRules rules{{"AllowWeb", 100, INBOUND, ALLOW, ANY, {8080, 8080}},
                           {"DenyOut", 100, OUTBOUND, DENY}};
    WithSnat("2017", 4);
    Serve(false);
    WithGroups(rules);
    FromClient().ExpectDeliveredTo(VM, 8080);
    WithGroups(BriefRules{rules[1]});
    Send(TCP_SYN | TCP_ACK, 8080, SERVER, CLIENT_PORT).ExpectSentFrom(PUBLIC, 80);
    FromClient(TCP_ACK).ExpectDeliveredTo(VM, 8080);
    FromClient(TCP_SYN, CLIENT_PORT + 1).ExpectDeniedBy("DenyAllInBound");
    EXPECT_EQ(m_created.size(), 2U);
}

TEST_F(FrontendSecurity, DeniedClientPassesOnceARuleLetsIt)
{
    WithSnat("2017", 4);
    Serve(false);
    WithGroups(BriefRules{});
    FromClient().ExpectDeniedBy("DenyAllInBound");
    FromClient().ExpectDeniedBy("DenyAllInBound");
    WithGroups(BriefRules{{"AllowWeb", 100, INBOUND, ALLOW, ANY, {8080, 8080}}});
    FromClient().ExpectDeliveredTo(VM, 8080);
    ASSERT_EQ(m_created.size(), 1U) << "retransmissions are no new flow";
    EXPECT_EQ(m_pipeline->GetOpenFlows().at(0).denials, 2U);
}

TEST_F(FrontendSecurity, DefaultRulesLetTheVirtualNetworkReachAnInternalFrontend)
{
    WithSnat("2017", 4);
    Serve(false);
    WithGroups(BriefRules{});
    FromClient(TCP_SYN, CLIENT_PORT, PEER, INTERNAL).ExpectDeliveredTo(VM, 8080);
    EXPECT_EQ(GetDecisions(), std::vector<std::string>{"subnet:AllowVNetInBound"});
}

/// What security groups an interface has.
enum class Groups
{
    None,     // at all
    Defaults, // default rules only
    Allow,    // one that allows port 8080
};

/// One row of sources.rst B.8 (SK-2307): what becomes of an inbound packet from the Internet.
struct ClosedCase
{
    const char* name;                 // test name
    bool isInboundClosed;             // Standard; Basic is not
    Groups groups;                    // of the interface
    std::optional<DropReason> reason; // nothing if it passes
};

// clang-format off
constexpr ClosedCase CLOSED_CASES[] = {
    // name                    closed  groups            reason
    {"BasicWithoutGroup",      false,  Groups::None,     {}},
    {"BasicWithDefaultRules",  false,  Groups::Defaults, DropReason::SecurityRule},
    {"BasicAllowed",           false,  Groups::Allow,    {}},
    {"StandardWithoutGroup",   true,   Groups::None,     DropReason::InboundClosed},
    {"StandardWithDefaultRules", true, Groups::Defaults, DropReason::SecurityRule},
    {"StandardAllowed",        true,   Groups::Allow,    {}},
};
// clang-format on

void
PrintTo(const ClosedCase& c, std::ostream* os)
{
    *os << c.name;
}

/// The row, and whether the VM has an instance-level public IP.
class InboundClosed : public FrontendSecurity,
                      public ::testing::WithParamInterface<std::tuple<ClosedCase, bool>>
{
  protected:
    InboundClosed()
    {
        auto instruction = HasPublicIp() ? MakePublicIp() : MakeSnat("2017", 4);
        instruction.isInboundClosed = GetCase().isInboundClosed;
        Program(instruction);
        Serve(false);
        if (GetCase().groups != Groups::None)
        {
            const BriefRule allow{"AllowWeb", 100, INBOUND, ALLOW, ANY, {8080, 8080}};
            const bool isAllowed = GetCase().groups == Groups::Allow;
            WithGroups(std::nullopt, isAllowed ? BriefRules{allow} : BriefRules{});
        }
    }

    static const ClosedCase& GetCase()
    {
        return std::get<0>(GetParam());
    }

    static bool HasPublicIp()
    {
        return std::get<1>(GetParam());
    }

    /// The packet passed to the web port, or was dropped as the row says.
    void ExpectAsTheRowSays()
    {
        if (GetCase().reason)
        {
            ExpectDropped(*GetCase().reason);
        }
        else
        {
            ExpectDeliveredTo(VM, 8080);
        }
    }
};

TEST_P(InboundClosed, ForFlowsThatTheInternetBegins)
{
    FromClient();
    ExpectAsTheRowSays();
    if (HasPublicIp())
    {
        Receive(MakeDatagram({ANOTHER, OWN, CLIENT_PORT, 8080, TCP}));
        ExpectAsTheRowSays();
    }
}

TEST_P(InboundClosed, NotForTheVmsOwnFlows)
{
    Connect(5000);
    Reply(5000);
    HasPublicIp() ? ExpectDelivered(5000) : ExpectDeliveredTo(VM, 5000);
}

TEST_P(InboundClosed, NotForTheVirtualNetwork)
{
    FromClient(TCP_SYN, CLIENT_PORT, PEER, INTERNAL).ExpectDeliveredTo(VM, 8080);
    ReceiveFromNetwork(MakeDatagram({PEER, VM, 1, 22, TCP})).ExpectDeliveredUntouched();
}

INSTANTIATE_TEST_SUITE_P(VnicPipeline,
                         InboundClosed,
                         ::testing::Combine(::testing::ValuesIn(CLOSED_CASES), ::testing::Bool()),
                         [](const auto& row) {
                             return std::string(std::get<0>(row.param).name) +
                                    (std::get<1>(row.param) ? "WithPublicIp" : "WithSnat");
                         });

TEST_F(FrontendSecurity, ConnectionOutlivesTheGroupThatOpenedIt)
{
    auto instruction = MakeSnat("2017", 4);
    instruction.isInboundClosed = true;
    Program(instruction);
    Serve(false);
    WithGroups(BriefRules{{"AllowWeb", 100, INBOUND, ALLOW, ANY, {8080, 8080}}});
    FromClient().ExpectDeliveredTo(VM, 8080);
    WithGroups(std::nullopt);
    FromClient(TCP_ACK).ExpectDeliveredTo(VM, 8080);
    FromClient(TCP_SYN, CLIENT_PORT + 1).ExpectDropped(DropReason::InboundClosed);
    EXPECT_EQ(m_created.size(), 1U);
}

/// One row of sources.rst B.3 (OB-1808): what SNAT there is, and what becomes of a first packet.
struct SnatCase
{
    const char* name;                 // test name
    OutboundMethod method;            // of the VM
    bool translatesTcp;               // of the instruction
    bool translatesUdp;               // of the instruction
    IpProtocol protocol;              // of the packet, which goes to the Internet
    std::optional<DropReason> reason; // nothing if it passes
};

constexpr auto UDP = IpProtocol::Udp;
constexpr auto ICMP = IpProtocol::Icmp;
constexpr auto SNAT = OutboundMethod::LoadBalancerFrontend;
constexpr auto OWN_IP = OutboundMethod::InstanceLevelPublicIp;
constexpr auto NONE = OutboundMethod::None;

// clang-format off
constexpr SnatCase SNAT_CASES[] = {
    // name             method  tcp    udp    protocol  reason
    {"BothTcp",         SNAT,   true,  true,  TCP,      {}},
    {"BothUdp",         SNAT,   true,  true,  UDP,      {}},
    {"BothIcmp",        SNAT,   true,  true,  ICMP,     DropReason::UnsupportedProtocol},
    {"TcpOnlyTcp",      SNAT,   true,  false, TCP,      {}},
    {"TcpOnlyUdp",      SNAT,   true,  false, UDP,      DropReason::UnsupportedProtocol},
    {"UdpOnlyTcp",      SNAT,   false, true,  TCP,      DropReason::UnsupportedProtocol},
    {"UdpOnlyUdp",      SNAT,   false, true,  UDP,      {}},
    {"PublicIpUdp",     OWN_IP, true,  false, UDP,      {}},
    {"PublicIpIcmp",    OWN_IP, true,  false, ICMP,     {}},
    {"NoneTcp",         NONE,   true,  true,  TCP,      DropReason::NoOutboundMethod},
    {"NoneUdp",         NONE,   true,  true,  UDP,      DropReason::NoOutboundMethod},
    {"NoneIcmp",        NONE,   true,  true,  ICMP,     DropReason::NoOutboundMethod},
};
// clang-format on

void
PrintTo(const SnatCase& c, std::ostream* os)
{
    *os << c.name;
}

class SnatByProtocol : public FrontendSecurity, public ::testing::WithParamInterface<SnatCase>
{
};

TEST_P(SnatByProtocol, IsThereForTheInternetOnly)
{
    const auto& c = GetParam();
    auto instruction = c.method == OWN_IP ? MakePublicIp() : MakeSnat("2017", 4);
    instruction.method = c.method;
    instruction.translatesTcp = c.translatesTcp;
    instruction.translatesUdp = c.translatesUdp;
    if (c.method == NONE)
    {
        instruction.blocks.clear();
    }
    Program(instruction);
    DatagramTraits syn;
    syn.tcpFlags = TCP_SYN;
    Send(MakeDatagram({VM, SERVER, 5000, 80, c.protocol}, syn));
    if (c.reason)
    {
        ExpectDropped(*c.reason);
        EXPECT_TRUE(m_created.empty());
        ExpectFree();
    }
    else
    {
        c.method == OWN_IP ? ExpectOwnAddress() : ExpectPort(1024);
    }
    Send(MakeDatagram({VM, PEER, 5000, 80, c.protocol}, syn)).ExpectCarriedTo(PEER);
    Send(MakeDatagram({VM, HOST, 5000, 53, c.protocol}, syn)).ExpectCarriedToHost();
}

INSTANTIATE_TEST_SUITE_P(VnicPipeline,
                         SnatByProtocol,
                         ::testing::ValuesIn(SNAT_CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
