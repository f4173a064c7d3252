// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

/**
 * @file
 * @brief Which flows the security groups are asked about, when, in what order, and what it costs.
 */
namespace ns3::azure
{

namespace
{

constexpr auto INBOUND = FlowDirection::Inbound;
constexpr auto OUTBOUND = FlowDirection::Outbound;
constexpr auto ALLOW = SecurityRuleAccess::Allow;
constexpr auto DENY = SecurityRuleAccess::Deny;
constexpr auto ANY = SecurityRuleProtocol::Any;

const BriefRule DENY_OUT{"DenyOut", 100, OUTBOUND, DENY};
const BriefRule DENY_IN{"DenyIn", 100, INBOUND, DENY};
const BriefRule ALLOW_SSH{"AllowSsh", 200, INBOUND, ALLOW, SecurityRuleProtocol::Tcp, {22, 22}};

/// Takes no notice of anything.
class DeafObserver : public FlowObserver
{
    void FlowCreated(const FlowRecord& /* flow */) override
    {
    }

    void FlowEnded(const FlowRecord& /* flow */) override
    {
    }

    void SnatPortChanged(const SnatPortEvent& /* event */) override
    {
    }

    void SnatExhausted(const SnatExhaustion& /* exhaustion */) override
    {
    }

    void SecurityGroupDecided(const SecurityGroupDecision& /* decision */) override
    {
    }
};

using Texts = std::vector<std::string>;

class SecurityFlow : public VnicStory
{
  protected:
    /// A segment of the flow from the server's port 40000 to the VM's port 22 comes in.
    VnicStory& Ssh(uint8_t flags = TCP_SYN, Ipv4Address to = OWN)
    {
        DatagramTraits traits;
        traits.tcpFlags = flags;
        return Receive(MakeDatagram({SERVER, to, 40000, 22, IpProtocol::Tcp}, traits));
    }
};

TEST_F(SecurityFlow, S3_30_WithoutGroupsEverythingPassesAndNobodyIsAsked)
{
    WithPublicIp();
    Syn(5000).ExpectOwnAddress();
    Ssh().ExpectDelivered(22);
    EXPECT_TRUE(m_decisions.empty());
}

TEST_F(SecurityFlow, S3_05_InboundAsksTheSubnetFirstAndNobodyAfterADenial)
{
    WithPublicIp();
    WithGroups(BriefRules{ALLOW_SSH}, BriefRules{ALLOW_SSH});
    Ssh().ExpectDelivered(22);
    EXPECT_EQ(GetDecisions(), (Texts{"subnet:AllowSsh", "network-interface:AllowSsh"}));
    m_decisions.clear();
    WithGroups(BriefRules{DENY_IN}, BriefRules{ALLOW_SSH});
    Receive(MakeDatagram({ANOTHER, OWN, 40000, 22, IpProtocol::Tcp})).ExpectDeniedBy("DenyIn");
    EXPECT_EQ(GetDecisions(), Texts{"subnet:DenyIn"});
}

TEST_F(SecurityFlow, S3_08_OutboundAsksTheInterfaceFirstAndNobodyAfterADenial)
{
    WithSnat("2017", 4);
    WithGroups(BriefRules{}, BriefRules{});
    Syn(5000).ExpectPort(1024);
    EXPECT_EQ(GetDecisions(),
              (Texts{"network-interface:AllowInternetOutBound", "subnet:AllowInternetOutBound"}));
    m_decisions.clear();
    WithGroups(BriefRules{}, BriefRules{DENY_OUT});
    Syn(5001).ExpectDeniedBy("DenyOut");
    EXPECT_EQ(GetDecisions(), Texts{"network-interface:DenyOut"});
}

TEST_F(SecurityFlow, S0_07_S0_35_B_9_DeniedFlowTakesNoSnatPort)
{
    WithSnat("2017", 1);
    WithGroups(BriefRules{{"DenyServer", 100, OUTBOUND, DENY, ANY, {}, "0.0.0.0/0", "198.19.0.1"}});
    Syn(5000).ExpectDeniedBy("DenyServer");
    Udp(5001, SERVER).ExpectDeniedBy("DenyServer");
    ExpectFree();
    EXPECT_TRUE(m_ports.empty());
    EXPECT_TRUE(m_exhausted.empty());
    Syn(5002, ANOTHER).ExpectPort(1024);
}

TEST_F(SecurityFlow, S0_07_RetransmittedSynOfADeniedFlowIsTheSameFlowAndAskedAboutAgain)
{
    WithSnat("2017", 1);
    WithGroups(BriefRules{DENY_OUT});
    At("1s").Syn(5000).ExpectDeniedBy("DenyOut");
    At("4s").Syn(5000).ExpectDeniedBy("DenyOut");
    ASSERT_EQ(m_created.size(), 1U);
    EXPECT_EQ(m_created[0].outcome, FlowOutcome::Denied);
    EXPECT_EQ(m_created[0].denials, 1U);
    EXPECT_EQ(m_created[0].translated, std::nullopt);
    ASSERT_EQ(m_decisions.size(), 2U);
    EXPECT_EQ(m_decisions[1].flow, 1U);
    EXPECT_EQ(m_decisions[1].attempt, 2U);
    EXPECT_EQ(m_decisions[1].key, FlowKey(VM, SERVER, 5000, 80, IpProtocol::Tcp));
    // Rules that change meanwhile let the next one pass.
    WithGroups(BriefRules{});
    At("10s").Syn(5000).ExpectPort(1024);
    EXPECT_EQ(m_created.size(), 1U) << "created once, when it was denied";
    const auto record = m_pipeline->GetOpenFlows().at(0);
    EXPECT_EQ(record.denials, 2U);
    EXPECT_EQ(record.firstPacket, Seconds(1));
    EXPECT_EQ(record.accepted, Seconds(10));
    EXPECT_EQ(record.outcome, FlowOutcome::Unanswered);
}

TEST_F(SecurityFlow, S0_07_DeniedFlowIsForgottenAsARefusedOneIs)
{
    WithSnat("2017", 1);
    WithGroups(BriefRules{DENY_OUT});
    At("0s").Syn(5000).ExpectDeniedBy("DenyOut");
    At("239s").ExpectFree();
    EXPECT_TRUE(m_ended.empty());
    At("240s").ExpectFree(); // the idle timeout
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].outcome, FlowOutcome::Denied);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Idle);
    EXPECT_EQ(m_ended[0].denials, 1U);
    EXPECT_EQ(m_pipeline->GetNextDeadline(), std::nullopt);
}

TEST_F(SecurityFlow, S3_24_S3_25_RepliesPassWithoutAnInboundRule)
{
    WithSnat("2017", 1);
    WithGroups(BriefRules{DENY_IN,
                          {"AllowWeb", 100, OUTBOUND, ALLOW, SecurityRuleProtocol::Tcp, {80, 80}},
                          {"DenyRest", 101, OUTBOUND, DENY}});
    Syn(5000).ExpectPort(1024);
    Reply(5000, TCP_SYN | TCP_ACK).ExpectDelivered(5000);
    Send(TCP_ACK, 5000, SERVER).ExpectPort(1024);
    Reply(5000).ExpectDelivered(5000);
    EXPECT_EQ(GetDecisions(), Texts{"subnet:AllowWeb"}) << "asked about the first packet only";
    Syn(5001, SERVER, 443).ExpectDeniedBy("DenyRest");
}

TEST_F(SecurityFlow, S3_24_S3_25_TheOtherSideNeedsAnInboundRuleToBegin)
{
    WithPublicIp();
    WithGroups(BriefRules{});
    Ssh().ExpectDeniedBy("DenyAllInBound");
    Ssh().ExpectDeniedBy("DenyAllInBound");
    ASSERT_EQ(m_created.size(), 1U);
    EXPECT_TRUE(m_created[0].isInbound);
    EXPECT_EQ(m_created[0].outcome, FlowOutcome::Denied);
    EXPECT_EQ(m_created[0].key, FlowKey(VM, SERVER, 22, 40000, IpProtocol::Tcp));
    EXPECT_EQ(m_decisions[1].attempt, 2U);
    WithGroups(BriefRules{ALLOW_SSH});
    Ssh().ExpectDelivered(22);
    EXPECT_EQ(m_created.size(), 1U);
}

TEST_F(SecurityFlow, S3_26_AnswersPassWithoutAnOutboundRule)
{
    WithPublicIp();
    WithGroups(BriefRules{ALLOW_SSH, DENY_OUT});
    Ssh().ExpectDelivered(22);
    Send(TCP_SYN | TCP_ACK, 22, SERVER, 40000).ExpectOwnAddress();
    Send(TCP_ACK, 22, SERVER, 40001).ExpectDeniedBy("DenyOut");
}

TEST_F(SecurityFlow, AFlowFromTheVmIsNoneThatWaitsForAnInboundRule)
{
    WithPublicIp();
    WithGroups(BriefRules{});
    At("0s");
    Ssh().ExpectDeniedBy("DenyAllInBound");
    At("1s").Send(TCP_SYN, 22, SERVER, 40000).ExpectOwnAddress();
    ASSERT_EQ(m_created.size(), 2U);
    EXPECT_FALSE(m_created[1].isInbound);
    ASSERT_EQ(m_ended.size(), 1U);
    EXPECT_EQ(m_ended[0].end, FlowEnd::Reopened);
    EXPECT_EQ(m_ended[0].outcome, FlowOutcome::Denied);
}

TEST_F(SecurityFlow, S3_52_B_9_InboundRulesSeeTheVmsOwnAddressAndPort)
{
    WithPublicIp();
    WithGroups(
        BriefRules{{"DenyPublic", 100, INBOUND, DENY, ANY, {}, "0.0.0.0/0", "198.18.32.1"},
                   {"AllowVm", 110, INBOUND, ALLOW, ANY, {22, 22}, "198.19.0.1", "10.0.0.4"}});
    Ssh().ExpectDelivered(22);
    ASSERT_EQ(GetDecisions(), Texts{"subnet:AllowVm"});
    EXPECT_EQ(m_decisions[0].key, FlowKey(SERVER, VM, 40000, 22, IpProtocol::Tcp));
    EXPECT_EQ(m_decisions[0].direction, INBOUND);
}

TEST_F(SecurityFlow, S3_52_B_9_OutboundRulesSeeTheVmsOwnAddressAndPort)
{
    WithSnat("2017", 4);
    WithGroups(BriefRules{{"DenyFrontend", 100, OUTBOUND, DENY, ANY, {}, "198.18.0.1"},
                          {"AllowVm", 110, OUTBOUND, ALLOW, ANY, {}, "10.0.0.4"},
                          {"DenyRest", 120, OUTBOUND, DENY}});
    Syn(5000).ExpectPort(1024);
    ASSERT_EQ(GetDecisions(), Texts{"subnet:AllowVm"});
    EXPECT_EQ(m_decisions[0].key, FlowKey(VM, SERVER, 5000, 80, IpProtocol::Tcp));
}

TEST_F(SecurityFlow, S3_27_RemovingTheRuleDoesNotInterruptTheConnection)
{
    WithPublicIp();
    WithGroups(BriefRules{ALLOW_SSH});
    At("0s");
    Ssh().ExpectDelivered(22);
    WithGroups(BriefRules{DENY_OUT});
    // One packet each 239 s, from either side, keeps the record.
    At("239s").Send(TCP_ACK, 22, SERVER, 40000).ExpectOwnAddress();
    At("478s");
    Ssh(TCP_ACK).ExpectDelivered(22);
    Receive(MakeDatagram({SERVER, OWN, 40001, 22, IpProtocol::Tcp}))
        .ExpectDeniedBy("DenyAllInBound");
}

/// One row: how long no packet comes, and who then sends the next.
struct RecordCase
{
    const char* name;     // test name
    const char* profile;  // SNAT; empty for an instance-level public IP
    const char* timeout;  // of the flow record
    const char* next;     // time of the next packet; the last one passed at 10 s
    bool isOutbound;      // who sends it
    const char* deniedBy; // rule that denies it; empty if it passes
};

void
PrintTo(const RecordCase& c, std::ostream* os)
{
    *os << c.profile << ", record for " << c.timeout << ", packet at " << c.next;
}

// clang-format off
constexpr RecordCase RECORD_CASES[] = {
    // name                          profile                 timeout next    outbound deniedBy
    {"PublicIpLastMoment",           "",                     "240s", "249s", true,    ""},
    {"PublicIpOver",                 "",                     "240s", "250s", true,    "DenyOut"},
    {"PublicIpOverInbound",          "",                     "240s", "250s", false,   "DenyIn"},
    {"PublicIpLonger",               "",                     "600s", "609s", true,    ""},
    {"PublicIpShorter",              "",                     "60s",  "70s",  true,    "DenyOut"},
    {"SnatWithinRecord",             "2017",                 "60s",  "69s",  true,    ""},
    {"SnatRecordOver",               "2017",                 "60s",  "70s",  true,    "DenyOut"},
    {"SnatRecordOverInbound",        "2017",                 "60s",  "70s",  false,   "DenyIn"},
    {"SnatRecordOutlivesEntry",      "2017[IdleTimeout=20s]", "240s", "249s", true,   ""},
    {"SnatBothOver",                 "2017[IdleTimeout=20s]", "240s", "250s", true,   "DenyOut"},
};
// clang-format on

class FlowRecords : public SecurityFlow, public ::testing::WithParamInterface<RecordCase>
{
};

TEST_P(FlowRecords, S3_28_LastUntilNoPacketHasComeForTheTimeout)
{
    const auto& c = GetParam();
    const bool isSnat = *c.profile != '\0';
    isSnat ? WithSnat(c.profile, 1) : WithPublicIp();
    m_policy.flowRecordTimeout = Time(c.timeout);
    WithGroups(BriefRules{});
    At("0s").Udp(5000, SERVER);
    At("10s").Reply(5000).ExpectDelivered(5000);
    WithGroups(BriefRules{DENY_OUT, DENY_IN});
    At(c.next);
    c.isOutbound ? Udp(5000, SERVER) : Receive(MakeDatagram(GetTranslated(5000).Reverse()));
    if (*c.deniedBy != '\0')
    {
        ExpectDeniedBy(c.deniedBy);
    }
    else
    {
        EXPECT_TRUE(std::holds_alternative<Forward>(m_verdict));
        EXPECT_EQ(m_decisions.size(), 1U);
    }
}

INSTANTIATE_TEST_SUITE_P(Vnic,
                         FlowRecords,
                         ::testing::ValuesIn(RECORD_CASES),
                         [](const auto& info) { return info.param.name; });

TEST_F(SecurityFlow, S3_28_DeniedPacketAfterTheRecordLeavesTheSnatPortAsItIs)
{
    WithSnat("2017", 1);
    m_policy.flowRecordTimeout = Seconds(60);
    WithGroups(BriefRules{});
    At("0s").Udp(5000, SERVER).ExpectPort(1024);
    WithGroups(BriefRules{DENY_OUT});
    At("100s").Udp(5000, SERVER).ExpectDeniedBy("DenyOut");
    ExpectUsage(1, 0);
    EXPECT_EQ(m_pipeline->GetOpenFlows().at(0).lastPacket, Seconds(0));
    EXPECT_EQ(m_pipeline->GetOpenFlows().at(0).outcome, FlowOutcome::Unanswered);
    WithGroups(BriefRules{});
    At("110s").Udp(5000, SERVER).ExpectPort(1024);
    At("349s").ExpectUsage(1, 0);
    At("350s").ExpectFree();
    EXPECT_EQ(m_created.size(), 1U);
}

TEST_F(SecurityFlow, S3_28_RecordOfAResetConnectionLastsBeyondTheRstHold)
{
    // 2018 holds the port for 15 s after a RST; the record lasts 240 s (sources.rst B.9).
    WithSnat("2018", 1);
    WithGroups(BriefRules{});
    At("0s").Connect(5000).Send(TCP_RST, 5000, SERVER);
    WithGroups(BriefRules{DENY_OUT});
    At("15s").ExpectFree();
    At("100s").Syn(5000).ExpectPort(1024);
    EXPECT_EQ(m_created.size(), 2U);
    EXPECT_EQ(m_decisions.size(), 1U);
    Syn(5001).ExpectDeniedBy("DenyOut");
}

TEST_F(SecurityFlow, S3_28_RecordIsForItsDirectionOnly)
{
    WithPublicIp();
    m_policy.flowRecordTimeout = Seconds(240);
    WithGroups(BriefRules{ALLOW_SSH});
    At("0s");
    Ssh().ExpectDelivered(22);
    At("240s").ExpectFree();
    WithGroups(BriefRules{DENY_OUT});
    At("241s").Send(TCP_ACK, 22, SERVER, 40000).ExpectDeniedBy("DenyOut");
}

TEST_F(SecurityFlow, S3_24_IcmpErrorsAboutAnAcceptedFlowPassUnasked)
{
    WithPublicIp();
    WithGroups(BriefRules{{"AllowUdpOut", 100, OUTBOUND, ALLOW, SecurityRuleProtocol::Udp},
                          {"DenyRest", 110, OUTBOUND, DENY}});
    Udp(5000, SERVER).ExpectOwnAddress();
    Receive(MakeIcmpError(SERVER, OWN, MakeDatagram(GetTranslated(5000)))).ExpectDelivered(5000);
    Receive(MakeIcmpError(SERVER, OWN, MakeDatagram({OWN, ANOTHER, 1, 2, IpProtocol::Udp})))
        .ExpectDropped(DropReason::NoTrackedFlow);
    const auto received = MakeDatagram({SERVER, VM, 53, 5000, IpProtocol::Udp});
    Send(MakeIcmpError(VM, SERVER, received)).ExpectOwnAddress();
    Send(MakeIcmpError(VM, ANOTHER, received)).ExpectDropped(DropReason::NoTrackedFlow);
    EXPECT_EQ(m_decisions.size(), 1U);
}

TEST_F(SecurityFlow, S3_24_RefusedFlowHasNoRecordSinceNoConnectionExists)
{
    WithSnat("2017", 1);
    WithGroups(BriefRules{});
    At("1s").Syn(5000).ExpectPort(1024);
    At("2s").Syn(5001).ExpectRefused();
    WithGroups(BriefRules{DENY_OUT});
    At("3s").Syn(5001).ExpectDeniedBy("DenyOut");
    WithGroups(BriefRules{});
    At("4s").Syn(5001).ExpectRefused();
    EXPECT_EQ(m_decisions.size(), 4U);
}

TEST_F(SecurityFlow, WhoeverIsToldOfADecisionMayChangeTheGroups)
{
    WithSnat("2017", 1);
    ResolvedSecurityGroup group;
    group.name = "a name that is too long to be kept within the string's object";
    ResolvedSecurityRule deny;
    deny.name = "another name that is too long to be kept within the object";
    deny.direction = OUTBOUND;
    deny.access = SecurityRuleAccess::Deny;
    deny.sources = {ANY_ADDRESS};
    deny.destinations = {ANY_ADDRESS};
    deny.sourcePorts = {PortRange{}};
    deny.destinationPorts = {PortRange{}};
    group.rules = {deny};
    auto table = std::make_shared<const SecurityRuleTable>(group);
    const std::weak_ptr<const SecurityRuleTable> observed = table;
    m_policy.security = SecurityPolicy(std::move(table), nullptr);
    SetPolicy();
    m_policy.security = SecurityPolicy();
    m_onDecision = [this] { SetPolicy(); };
    Udp(5000, SERVER).ExpectDropped(DropReason::SecurityRule);
    EXPECT_FALSE(observed.expired()) << "the verdict names its rule";
    EXPECT_EQ(std::get<Discard>(m_verdict).group, group.name);
    EXPECT_EQ(std::get<Discard>(m_verdict).rule, deny.name);
    m_decisions.clear(); // of names that are gone
    Udp(5000, SERVER).ExpectPort(1024);
    EXPECT_TRUE(observed.expired());
}

TEST_F(SecurityFlow, DecisionsAreToldBeforeTheFlow)
{
    WithSnat("2017", 1);
    WithGroups(BriefRules{DENY_OUT});
    Syn(5000);
    ASSERT_EQ(m_created.size(), 1U);
    EXPECT_EQ(m_decisionsBeforeFlow, (std::vector<std::size_t>{1}));
}

TEST_F(SecurityFlow, NothingPassesBeforeThePolicyIsKnown)
{
    DeafObserver observer;
    VnicPipeline pipeline(1, VM, observer, [](uint32_t) { return 0; });
    PacketHeaders headers;
    headers.Read(*ToPacket(MakeDatagram({VM, SERVER, 1, 2, IpProtocol::Udp})));
    const auto expectNotProgrammed = [&] {
        for (const auto& verdict : {pipeline.Outbound(headers, {}), pipeline.Inbound(headers, {})})
        {
            ASSERT_TRUE(std::holds_alternative<Discard>(verdict));
            EXPECT_EQ(std::get<Discard>(verdict).reason, DropReason::NotProgrammed);
        }
    };
    expectNotProgrammed();
    ProgramNetworkInterface instruction;
    instruction.method = OutboundMethod::InstanceLevelPublicIp;
    instruction.instanceLevelPublicIp = OWN;
    pipeline.Program(instruction, Time());
    EXPECT_TRUE(pipeline.HasInstruction());
    EXPECT_FALSE(pipeline.IsProgrammed());
    expectNotProgrammed();
    pipeline.SetPolicy({});
    EXPECT_TRUE(pipeline.IsProgrammed());
    EXPECT_TRUE(std::holds_alternative<Forward>(pipeline.Outbound(headers, {})));
}

} // namespace

} // namespace ns3::azure
