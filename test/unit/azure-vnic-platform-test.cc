// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>

/**
 * @file
 * @brief What the platform lets pass, or blocks, whatever the security groups say.
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
const BriefRule ALLOW_OUT{"AllowOut", 100, OUTBOUND, ALLOW};
const BriefRule
    DENY_DNS{"DenyDns", 100, OUTBOUND, DENY, ANY, {}, "0.0.0.0/0", "168.63.129.16", true};

class PlatformRules : public VnicStory
{
  protected:
    PlatformRules()
    {
        WithSnat("2017", 4);
    }

    /// The host asks the VM, as a health probe does.
    VnicStory& Probe()
    {
        DatagramTraits traits;
        traits.tcpFlags = TCP_SYN;
        return ReceiveFromHost(MakeDatagram({HOST, VM, 40000, 80, IpProtocol::Tcp}, traits));
    }
};

TEST_F(PlatformRules, S3_50_BothAddressesOfTheHostAreReached)
{
    Udp(5000, HOST).ExpectCarriedToHost();
    Syn(5001, Ipv4Address("169.254.169.254")).ExpectCarriedToHost();
    ReceiveFromHost(MakeDatagram({HOST, VM, 53, 5000, IpProtocol::Udp})).ExpectDeliveredUntouched();
    Udp(5002, Ipv4Address("169.254.169.253")).ExpectDropped(DropReason::NonInternetDestination);
    ExpectFree();
    ASSERT_EQ(m_created.size(), 2U);
    EXPECT_EQ(m_created[0].path, FlowPath::HostService);
    EXPECT_EQ(m_created[0].translated, m_created[0].key);
}

TEST_F(PlatformRules, S3_50_OnlyDefaultRulesAreNotForTheHostsServices)
{
    // No default rule but DenyAllOutBound takes 168.63.129.16.
    WithGroups(BriefRules{}, BriefRules{});
    Udp(5000, HOST).ExpectCarriedToHost();
    EXPECT_TRUE(m_decisions.empty());
    WithGroups(std::nullopt, BriefRules{DENY_OUT});
    Udp(5001, HOST).ExpectDeniedBy("DenyOut");
    WithGroups(BriefRules{{"AllowDns", 99, OUTBOUND, ALLOW, ANY, {53, 53}}, DENY_OUT});
    Udp(5002, HOST).ExpectCarriedToHost();
    Udp(5003, HOST, 80).ExpectDeniedBy("DenyOut");
    Udp(5000, HOST).ExpectCarriedToHost(); // its flow record lasts
}

TEST_F(PlatformRules, S3_50_B_9_LaterOnlyRulesThatNameAHostServiceReachIt)
{
    m_areHostServicesFiltered = false;
    WithGroups(BriefRules{DENY_OUT});
    Udp(5000, HOST).ExpectCarriedToHost();
    WithGroups(BriefRules{ALLOW_OUT, DENY_DNS});
    Udp(5001, HOST).ExpectDeniedBy("DenyDns"); // the rule before it does not count
}

TEST_F(PlatformRules, S3_50_DhcpClientWithoutAnAddressReachesTheHost)
{
    const Ipv4Address none("0.0.0.0");
    const Ipv4Address broadcast("255.255.255.255");
    const auto send = [this](Ipv4Address from, Ipv4Address to, uint16_t source, uint16_t port) {
        Send(MakeDatagram({from, to, source, port, IpProtocol::Udp}));
    };
    send(none, broadcast, 68, 67);
    ExpectCarriedToHost();
    send(VM, HOST, 68, 67);
    ExpectCarriedToHost();
    send(none, broadcast, 68, 69);
    ExpectDropped(DropReason::ForeignSource);
    send(none, SERVER, 68, 67);
    ExpectDropped(DropReason::ForeignSource);
    send(VM, broadcast, 5000, 67);
    ExpectDropped(DropReason::NonInternetDestination);
}

TEST_F(PlatformRules, S3_50_AnswersOfTheDhcpServerPassWithTheirRequest)
{
    WithGroups(BriefRules{DENY_IN});
    const Ipv4Address broadcast("255.255.255.255");
    const auto answer = [this](Ipv4Address to) -> VnicStory& {
        return ReceiveFromHost(MakeDatagram({HOST, to, 67, 68, IpProtocol::Udp}));
    };
    answer(VM).ExpectDropped(DropReason::NoTrackedFlow);
    Send(MakeDatagram({Ipv4Address("0.0.0.0"), broadcast, 68, 67, IpProtocol::Udp}))
        .ExpectCarriedToHost();
    answer(broadcast).ExpectDeliveredUntouched();
    answer(VM).ExpectDeliveredUntouched();
    ASSERT_EQ(m_created.size(), 1U);
    EXPECT_EQ(m_created[0].key, FlowKey(VM, HOST, 68, 67, IpProtocol::Udp));
    const auto flow = m_pipeline->GetOpenFlows().at(0);
    EXPECT_EQ(flow.packetsIn, 2U);
    EXPECT_EQ(flow.outcome, FlowOutcome::Established);
    ReceiveFromHost(MakeDatagram({HOST, VM, 67, 69, IpProtocol::Udp})).ExpectDeniedBy("DenyIn");
    ReceiveFromHost(MakeDatagram({HOST, broadcast, 67, 69, IpProtocol::Udp}))
        .ExpectDropped(DropReason::UnexpectedDestination);
}

TEST_F(PlatformRules, S3_50_RuleForTheHostsAddressBlocksDhcpToo)
{
    const BriefRule
        denyHost{"DenyHost", 100, OUTBOUND, DENY, ANY, {}, "0.0.0.0/0", "168.63.129.16"};
    const FlowKey discover(Ipv4Address("0.0.0.0"),
                           Ipv4Address("255.255.255.255"),
                           68,
                           67,
                           IpProtocol::Udp);
    for (const auto& rule : {denyHost, DENY_OUT})
    {
        WithGroups(BriefRules{rule});
        Send(MakeDatagram(discover)).ExpectDeniedBy(rule.name);
    }
    WithGroups(BriefRules{});
    Send(MakeDatagram(discover)).ExpectCarriedToHost();
}

/// An interface that knows nothing yet.
class UnprogrammedInterface : public VnicStory
{
};

TEST_F(UnprogrammedInterface, S3_50_DropsEvenDhcp)
{
    ReceiveFromHost(MakeDatagram({HOST, VM, 67, 68, IpProtocol::Udp}))
        .ExpectDropped(DropReason::NotProgrammed);
}

TEST_F(PlatformRules, S0_38_S3_50_ProbesOfTheHostPassByADefaultRuleAndCanBeDenied)
{
    WithGroups(BriefRules{});
    At("0s");
    Probe().ExpectDeliveredUntouched();
    EXPECT_EQ(GetDecisions(), std::vector<std::string>{"subnet:AllowAzureLoadBalancerInBound"});
    Send(TCP_SYN | TCP_ACK, 80, HOST, 40000).ExpectCarriedToHost();
    At("300s");
    WithGroups(BriefRules{{"DenyProbes", 100, INBOUND, DENY, ANY, {}, "168.63.129.16"}});
    Probe().ExpectDeniedBy("DenyProbes");
}

TEST_F(PlatformRules, S3_51_LicenseRequestsPassTheGroupsUnlessThereIsADefaultRoute)
{
    const Ipv4Address licenses("198.18.193.5"); // of the tag AzurePlatformLKM
    WithNeighbors({PEER});
    WithGroups(BriefRules{DENY_OUT});
    Syn(5000, licenses, 1688).ExpectPort(1024);
    EXPECT_TRUE(m_decisions.empty());
    Syn(5001, licenses, 1689).ExpectDeniedBy("DenyOut");
    Udp(5002, licenses, 1688).ExpectDeniedBy("DenyOut");
    Syn(5003, SERVER, 1688).ExpectDeniedBy("DenyOut"); // no license server
    Syn(5004, PEER, 1688).ExpectDeniedBy("DenyOut");
    WithNeighbors({PEER}, RouteNextHop::Internet);
    Syn(5005, licenses, 1688).ExpectDeniedBy("DenyOut");
}

TEST_F(PlatformRules, S3_51_B_9_RuleThatNamesTheLicenseServersDeniesThem)
{
    const Ipv4Address licenses("198.18.193.5");
    const BriefRule
        denyLicenses{"DenyLkm", 200, OUTBOUND, DENY, ANY, {}, "0.0.0.0/0", "198.18.193.0/24", true};
    WithGroups(BriefRules{ALLOW_OUT, denyLicenses}); // the rule before it does not count
    Syn(5000, licenses, 1688).ExpectDeniedBy("DenyLkm");
    Syn(5001, licenses, 80).ExpectPort(1024);
}

TEST_F(PlatformRules, S3_53_MailToPort25OfTheInternetIsBlockedWhateverTheGroupsSay)
{
    WithNeighbors({PEER});
    Syn(5000, SERVER, 25).ExpectPort(1024);
    m_policy.isSmtpBlocked = true;
    WithGroups(BriefRules{ALLOW_OUT});
    Syn(5001, SERVER, 25).ExpectDropped(DropReason::SmtpBlocked);
    Syn(5002, SERVER, 587).ExpectPort(1025);
    Udp(5003, SERVER, 25).ExpectPort(1026);
    Syn(5004, PEER, 25).ExpectCarriedTo(PEER);
    ASSERT_EQ(m_created.size(), 5U);
    EXPECT_EQ(m_created[1].outcome, FlowOutcome::Denied);
    EXPECT_EQ(m_decisions.front().rule, "AllowOut") << "the groups are asked first";
    WithGroups(BriefRules{DENY_OUT});
    Syn(5005, SERVER, 25).ExpectDeniedBy("DenyOut");
}

TEST_F(PlatformRules, S3_53_InstanceLevelPublicIpSendsNoMailEither)
{
    VnicStory::WithPublicIp();
    m_policy.isSmtpBlocked = true;
    SetPolicy();
    Syn(5000, SERVER, 25).ExpectDropped(DropReason::SmtpBlocked);
    Syn(5001, SERVER, 587).ExpectOwnAddress();
    // Who sends mail to the VM gets its answers.
    Receive(MakeDatagram({SERVER, OWN, 25, 5002, IpProtocol::Tcp})).ExpectDelivered(5002);
    Send(TCP_ACK, 5002, SERVER, 25).ExpectOwnAddress();
}

} // namespace

} // namespace ns3::azure
