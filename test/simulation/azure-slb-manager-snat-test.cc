// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-manager-world.h"

#include "ns3/simulator.h"
#include "ns3/string.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

/**
 * @file
 * @brief How the SLB manager hands out SNAT ports on request, and takes them back.
 */
namespace ns3::azure
{

namespace
{

class SlbManagerSnat : public ManagerWorld
{
  protected:
    /// As the base's, with a profile. @param settings that differ from one range of 8 ports at the
    /// beginning and with each request, one request outstanding
    void BeginOnDemand(uint32_t members, const std::string& settings = "", uint32_t muxes = 2)
    {
        Begin(members, members, muxes);
        const std::string profile = "ananta[RangesPerGrant=1|DemandPredictionWindow=none";
        m_manager->SetAttribute("Profile", StringValue(profile + settings + "]"));
    }

    /// How long requests, and configuration, take.
    void SetServiceTimes(const std::string& request, const std::string& configuration = "0")
    {
        const auto text = [](const std::string& seconds) {
            return StringValue("ns3::ConstantRandomVariable[Constant=" + seconds + "]");
        };
        m_manager->SetAttribute("RequestServiceTime", text(request));
        m_manager->SetAttribute("ConfigurationServiceTime", text(configuration));
    }

    /// @return what was decided: "MILLISECONDS INTERFACE OUTCOME WAITING"
    Texts GetDecisions() const
    {
        Texts texts;
        for (const auto& each : m_decisions)
        {
            texts.push_back(std::to_string(each.time.GetMilliSeconds()) + " " +
                            std::to_string(each.networkInterface) + " " + GetName(each.outcome) +
                            " " + std::to_string(each.waiting));
        }
        return texts;
    }

    /// A host gives ports back.
    void Return(uint32_t networkInterface,
                uint32_t transaction,
                const std::vector<SnatPortBlockGrant>& ranges)
    {
        Tell(*m_hosts.at(networkInterface - 1),
             {transaction, ReturnSnatPorts{networkInterface, ranges}});
    }

    /// @return ports of the frontend
    static SnatPortBlockGrant Block(uint16_t first, uint16_t last)
    {
        return {Ipv4Address(FRONTEND), {first, last}};
    }
};

TEST_F(SlbManagerSnat, C_1_GrantIsKnownToAllMuxesBeforeTheHost)
{
    BeginOnDemand(1);
    Start();
    m_muxes[1]->delay = MilliSeconds(100);
    At(Seconds(1), [this] { Ask(1, 1); });
    Run(Seconds(2));
    EXPECT_EQ(GetDecisions(), Texts{"1000 1 granted 0"});
    EXPECT_EQ(m_decisions[0].ports, 8U);
    EXPECT_EQ(m_decisions[0].request, 1U);
    ASSERT_EQ(GetHeard<ProgramPublicEndpoints>().size(), 2U) << "a mux each";
    const auto told = GetHeard<ProgramSnatPorts>();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_GT(told[0].time, MilliSeconds(1100)) << "when the slower one has acknowledged";
    EXPECT_LT(told[0].time, MilliSeconds(1101));
    const auto body = GetBodies<ProgramSnatPorts>().front();
    EXPECT_EQ(body.sequence, 2U) << "1 was what it had from the beginning";
    EXPECT_EQ(body.request, 1U);
    EXPECT_EQ(body.outcome, SnatRequestOutcome::Granted);
    EXPECT_EQ(body.cause, SnatAllocationCause::Requested);
    EXPECT_EQ(Count(body.given), 8U);
    EXPECT_TRUE(body.taken.empty());
    EXPECT_EQ(GetPortCount(1), 16U);
    ExpectAllKnow(*m_muxes[0]);
}

TEST_F(SlbManagerSnat, C_1_WhatIsProgrammedByMessagesGoesOnLikewise)
{
    BeginOnDemand(2);
    Start(false);
    At(Seconds(1), [this] { Ask(2, 1); });
    Run(Seconds(2));
    EXPECT_EQ(GetBodies<ProgramNetworkInterface>().size(), 2U);
    ASSERT_EQ(GetBodies<ProgramSnatPorts>().size(), 1U);
    EXPECT_EQ(GetBodies<ProgramSnatPorts>()[0].sequence, 2U);
    ExpectAllKnow(*m_muxes[0]);
    ExpectAllKnow(*m_muxes[1]);
}

TEST_F(SlbManagerSnat, C_1_OnlyItsHostAsksForAnInterface)
{
    BeginOnDemand(2);
    Start();
    At(Seconds(1), [this] {
        Tell(*m_hosts[1], {0, RequestSnatPorts{1, 1}});
        Tell(*m_muxes[0], {0, RequestSnatPorts{1, 1}});
        Tell(*m_hosts[1], {7, ReturnSnatPorts{1, {Block(1024, 1031)}}});
        Tell(*m_hosts[0], {0, RequestSnatPorts{3, 1}}); // nobody's
    });
    Run(Seconds(2));
    EXPECT_TRUE(m_decisions.empty());
    EXPECT_TRUE(m_answered.empty());
    EXPECT_TRUE(m_heard.empty());
}

TEST_F(SlbManagerSnat, C_1_RequestsAreNotAcknowledged)
{
    BeginOnDemand(1);
    Start();
    At(Seconds(1), [this] { Ask(1, 1); });
    Run(Seconds(2));
    EXPECT_TRUE(m_answered.empty());
}

TEST_F(SlbManagerSnat, C_1_NobodyAsksWhereAllIsPreallocated)
{
    Begin(1, 1);
    Start();
    At(Seconds(1), [this] { Ask(1, 1); });
    Run(Seconds(2));
    EXPECT_TRUE(m_decisions.empty());
    EXPECT_TRUE(m_heard.empty());
}

TEST_F(SlbManagerSnat, C_1_SlowManagerServesFirstComeFirstServed)
{
    BeginOnDemand(3);
    SetServiceTimes("0.1");
    Start();
    At(Seconds(1), [this] { Ask(3, 1); });
    At(MilliSeconds(1010), [this] { Ask(1, 1); });
    At(MilliSeconds(1020), [this] { Ask(2, 1); });
    Run(Seconds(2));
    // 100 ms each; the first is being served, not waiting, when the others come.
    EXPECT_EQ(GetDecisions(), (Texts{"1100 3 granted 0", "1200 1 granted 0", "1300 2 granted 1"}));
    EXPECT_GE(m_decisions[0].received, Seconds(1));
    EXPECT_LT(m_decisions[0].received, MilliSeconds(1001));
    EXPECT_GT(GetHeard<ProgramSnatPorts>().front().time, MilliSeconds(1100));
    ExpectAllKnow(*m_muxes[0]);
}

TEST_F(SlbManagerSnat, C_1_OneOutstandingRequestProtectsOthers)
{
    BeginOnDemand(2);
    SetServiceTimes("0.1");
    Start();
    At(Seconds(1), [this] {
        for (uint32_t request = 1; request <= 5; ++request)
        {
            Ask(1, request);
        }
    });
    At(MilliSeconds(1001), [this] { Ask(2, 1); });
    Run(Seconds(2));
    EXPECT_EQ(GetDecisions(),
              (Texts{"1000 1 outstanding 0",
                     "1000 1 outstanding 0",
                     "1000 1 outstanding 0",
                     "1000 1 outstanding 0",
                     "1100 1 granted 0",
                     "1200 2 granted 0"}));
    EXPECT_EQ(GetBodies<ProgramSnatPorts>(m_hosts[0].get()).size(), 1U) << "the others: silence";
}

TEST_F(SlbManagerSnat, C_1_WithoutTheRuleOthersWait)
{
    BeginOnDemand(2, "|OutstandingRequests=none");
    SetServiceTimes("0.1");
    Start();
    At(Seconds(1), [this] {
        for (uint32_t request = 1; request <= 5; ++request)
        {
            Ask(1, request);
        }
    });
    At(MilliSeconds(1001), [this] { Ask(2, 1); });
    Run(Seconds(2));
    ASSERT_EQ(m_decisions.size(), 6U);
    EXPECT_EQ(GetDecisions().back(), "1600 2 granted 4");
    EXPECT_EQ(GetPortCount(1), 6U * 8U);
    ExpectAllKnow(*m_muxes[0]);
}

TEST_F(SlbManagerSnat, C_1_AnsweredRequestIsNotOutstanding)
{
    BeginOnDemand(1);
    SetServiceTimes("0.1");
    Start();
    At(Seconds(1), [this] { Ask(1, 1); });
    At(MilliSeconds(1050), [this] { Ask(1, 2); });
    At(MilliSeconds(1150), [this] { Ask(1, 3); });
    Run(Seconds(2));
    EXPECT_EQ(GetDecisions(),
              (Texts{"1050 1 outstanding 0", "1100 1 granted 0", "1250 1 granted 0"}));
}

TEST_F(SlbManagerSnat, C_1_RequestsPerMinuteAreLimited)
{
    BeginOnDemand(1, "|MaxRequestsPerMinute=2");
    Start();
    for (const auto second : {1U, 2U, 3U, 62U})
    {
        At(Seconds(second), [this, second] { Ask(1, second); });
    }
    Run(Seconds(63));
    EXPECT_EQ(GetDecisions(),
              (Texts{"1000 1 granted 0",
                     "2000 1 granted 0",
                     "3000 1 request-rate 0",
                     "62000 1 granted 0"}));
}

TEST_F(SlbManagerSnat, C_1_ConfigurationGoesBeforeRequestsThatWait)
{
    BeginOnDemand(3);
    SetServiceTimes("0.1", "0.05");
    Start();
    At(Seconds(1), [this] {
        Ask(1, 1);
        Ask(2, 1);
    });
    At(MilliSeconds(1020), [this] { Tell(*m_muxes[0], {9, RequestProgram{}}); });
    At(MilliSeconds(1030), [this] { Ask(3, 1); });
    Run(Seconds(2));
    // Interface 1 is being served until 1.1 s, then the mux until 1.15 s.
    EXPECT_EQ(GetDecisions(), (Texts{"1100 1 granted 0", "1250 2 granted 0", "1350 3 granted 1"}));
    const auto complete = GetHeard<ProgramComplete>();
    ASSERT_EQ(complete.size(), 1U);
    EXPECT_GT(complete[0].time, MilliSeconds(1150));
    EXPECT_LT(complete[0].time, MilliSeconds(1160));
    EXPECT_EQ(m_answered[m_muxes[0]->address], std::vector<uint32_t>{9}) << "at once";
    ExpectAllKnow(*m_muxes[1]);
}

TEST_F(SlbManagerSnat, C_1_RandomServiceTimesAreRepeatable)
{
    std::vector<Time> times[2];
    for (auto& each : times)
    {
        m_decisions.clear();
        BeginOnDemand(1);
        m_manager->SetAttribute("RequestServiceTime",
                                StringValue("ns3::ExponentialRandomVariable[Mean=0.01]"));
        EXPECT_EQ(m_manager->AssignStreams(17), 1) << "of two, one is a constant";
        Start();
        for (uint32_t i = 1; i <= 20; ++i)
        {
            At(Seconds(i), [this, i] { Ask(1, i); });
        }
        Run(Seconds(30));
        for (const auto& decision : m_decisions)
        {
            each.push_back(decision.time - decision.received);
        }
        TearDown();
        m_interfaces.clear();
        m_heard.clear();
        m_loadBalancer = {};
    }
    ASSERT_EQ(times[0].size(), 20U);
    EXPECT_EQ(times[0], times[1]);
    EXPECT_NE(times[0][0], times[0][1]);
    Begin(1, 1); // for TearDown()
    Start();
}

TEST_F(SlbManagerSnat, C_1_LostAcknowledgementKeepsTheNextMessageBack)
{
    BeginOnDemand(1);
    Start();
    m_hosts[0]->losses = 2;
    At(Seconds(1), [this] { Ask(1, 1); });
    At(MilliSeconds(1050), [this] { Ask(1, 2); });
    Run(Seconds(2));
    const auto told = GetHeard<ProgramSnatPorts>();
    ASSERT_EQ(told.size(), 4U) << "at 1.0, 1.2 and 1.4 s, and then the next";
    std::vector<uint32_t> sequences;
    for (const auto& each : told)
    {
        sequences.push_back(std::get<ProgramSnatPorts>(each.message.body).sequence);
    }
    EXPECT_EQ(sequences, (std::vector<uint32_t>{2, 2, 2, 3}));
    EXPECT_GT(told[3].time, MilliSeconds(1400));
    EXPECT_EQ(GetDecisions().size(), 2U) << "the first is answered: the host has it";
    ExpectAllKnow(*m_muxes[0]);
}

TEST_F(SlbManagerSnat, C_1_CopiesOfMessagesChangeNothing)
{
    BeginOnDemand(1);
    Start();
    m_hosts[0]->copies = 3;
    m_muxes[0]->copies = 3;
    m_muxes[0]->delay = MilliSeconds(250); // sent twice
    At(Seconds(1), [this] {
        Ask(1, 1);
        Ask(1, 1);
    });
    At(Seconds(2), [this] { Ask(1, 1); });
    At(Seconds(3), [this] { Ask(1, 2); });
    Run(Seconds(4));
    EXPECT_EQ(GetDecisions(), (Texts{"1000 1 granted 0", "3000 1 granted 0"}));
    EXPECT_EQ(GetPortCount(1), 24U);
    EXPECT_GT(GetHeard<ProgramPublicEndpoints>(m_muxes[0].get()).size(), 2U);
    ExpectAllKnow(*m_muxes[0]);
}

TEST_F(SlbManagerSnat, C_1_MuxThatDoesNotAnswerIsGivenUpAndToldEverythingLater)
{
    BeginOnDemand(1);
    Start();
    m_muxes[1]->isSilent = true;
    At(Seconds(1), [this] { Ask(1, 1); });
    At(Seconds(4), [this] { Ask(1, 2); });
    At(Seconds(10), [this] { m_muxes[1]->isSilent = false; });
    Run(Seconds(20));
    const auto told = GetHeard<ProgramSnatPorts>();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_GT(told[0].time, Seconds(3)) << "ten attempts of 200 ms";
    EXPECT_LT(told[0].time, MilliSeconds(3010));
    EXPECT_LT(told[1].time, MilliSeconds(4010)) << "it is known to be away";
    const auto later = GetHeard<ProgramPublicEndpoints>(m_muxes[1].get());
    ASSERT_EQ(later.size(), 1U);
    EXPECT_GT(later[0].time, Seconds(13)) << "10 s after it was given up";
    ExpectAllKnow(*m_muxes[0]);
    ExpectAllKnow(*m_muxes[1]);
}

TEST_F(SlbManagerSnat, C_1_HostThatDoesNotAnswerIsTriedAgain)
{
    BeginOnDemand(2);
    Start();
    m_hosts[0]->isSilent = true;
    At(Seconds(1), [this] { Ask(1, 1); });
    At(Seconds(2), [this] { Ask(1, 2); });
    At(Seconds(2), [this] { Ask(2, 1); });
    At(Seconds(5), [this] { m_hosts[0]->isSilent = false; });
    Run(Seconds(30));
    const auto told = GetHeard<ProgramSnatPorts>(m_hosts[0].get());
    ASSERT_EQ(told.size(), 2U);
    EXPECT_GT(told[0].time, Seconds(13));
    EXPECT_LT(told[1].time, MilliSeconds(13010)) << "the next follows at once";
    EXPECT_LT(GetHeard<ProgramSnatPorts>(m_hosts[1].get()).at(0).time, MilliSeconds(2010))
        << "other interfaces do not wait for it";
    ExpectAllKnow(*m_muxes[0]);
}

TEST_F(SlbManagerSnat, C_1_MuxThatRestartsIsToldEndpointsAsOfNow)
{
    BeginOnDemand(1);
    Start();
    At(Seconds(1), [this] { Ask(1, 1); });
    At(Seconds(2), [this] {
        m_heard.clear();
        Tell(*m_muxes[1], {5, RequestProgram{}});
    });
    Run(Seconds(3));
    const auto told = GetBodies<ProgramPublicEndpoints>(m_muxes[1].get());
    uint32_t ports = 0;
    for (const auto& endpoint : told.at(0).endpoints)
    {
        ports += endpoint.ports.GetSize();
    }
    EXPECT_EQ(told.size(), 1U);
    EXPECT_EQ(ports, 16U) << "with those that were given in mid-run";
}

TEST_F(SlbManagerSnat, C_1_RefusalsSayWhy)
{
    // 16 ports in all, of which two members have 8 each.
    BeginOnDemand(2, "|PortsPerPublicAddress=1040|MaxPortsPerInterface=24");
    Start();
    EXPECT_EQ(GetPortCount(1), 8U);
    At(Seconds(1), [this] { Ask(1, 1); });
    At(Seconds(2), [this] { Ask(1, 2); });
    At(Seconds(3), [this] { Ask(1, 3); });
    Run(Seconds(4));
    ASSERT_EQ(m_decisions.size(), 3U);
    EXPECT_EQ(m_decisions[2].outcome, SnatRequestOutcome::PortCap);
    EXPECT_EQ(m_decisions[2].ports, 0U);
    const auto told = GetBodies<ProgramSnatPorts>().back();
    EXPECT_EQ(told.outcome, SnatRequestOutcome::PortCap);
    EXPECT_EQ(told.request, 3U);
    EXPECT_TRUE(told.given.empty());
    EXPECT_EQ(GetHeard<ProgramPublicEndpoints>().size(), 4U) << "of the grants only";
}

TEST_F(SlbManagerSnat, C_1_RefusedWhenNoPortIsFree)
{
    BeginOnDemand(2, "|PortsPerPublicAddress=32");
    Start();
    const auto free = 32 - GetPortCount(1) - GetPortCount(2);
    for (uint32_t i = 1; i <= free / 8 + 1; ++i)
    {
        At(Seconds(i), [this, i] { Ask(1, i); });
    }
    Run(Seconds(10));
    ASSERT_EQ(m_decisions.size(), free / 8 + 1);
    EXPECT_EQ(m_decisions.back().outcome, SnatRequestOutcome::NoFreePorts);
    EXPECT_EQ(GetBodies<ProgramSnatPorts>().back().outcome, SnatRequestOutcome::NoFreePorts);
}

TEST_F(SlbManagerSnat, C_1_ReturnedPortsLeaveMuxesAndAreFree)
{
    BeginOnDemand(2);
    Start();
    At(Seconds(1), [this] { Ask(1, 1); });
    std::vector<SnatPortBlockGrant> given;
    At(Seconds(2), [&] {
        given = GetBodies<ProgramSnatPorts>().front().given;
        m_muxes[0]->delay = MilliSeconds(100);
        Return(1, 11, given);
    });
    At(MilliSeconds(2050), [&] { Ask(2, 1); }); // not free yet
    At(Seconds(3), [&] { Ask(2, 2); });
    Run(Seconds(4));
    EXPECT_EQ(m_answered[m_hosts[0]->address], std::vector<uint32_t>{11});
    EXPECT_EQ(GetBodies<WithdrawPublicEndpoints>().size(), 2U) << "a mux each";
    EXPECT_EQ(GetPortCount(1), 8U);
    const auto told = GetBodies<ProgramSnatPorts>(m_hosts[1].get());
    ASSERT_EQ(told.size(), 2U);
    EXPECT_NE(told[0].given[0].ports.first, given[0].ports.first);
    EXPECT_EQ(told[1].given[0].ports.first, given[0].ports.first) << "the lowest free ones";
    EXPECT_EQ(GetBodies<ProgramSnatPorts>(m_hosts[0].get()).size(), 1U) << "it knows";
}

TEST_F(SlbManagerSnat, C_1_ReturnWhoseAcknowledgementWasLostChangesNothing)
{
    BeginOnDemand(1);
    Start();
    At(Seconds(1), [this] { Ask(1, 1); });
    At(Seconds(2), [this] { Return(1, 11, GetBodies<ProgramSnatPorts>().front().given); });
    At(Seconds(3), [this] { Ask(1, 2); }); // gets the same ports again
    At(Seconds(4), [this] { Return(1, 11, GetBodies<ProgramSnatPorts>().front().given); });
    Run(Seconds(5));
    EXPECT_EQ(m_answered[m_hosts[0]->address], (std::vector<uint32_t>{11, 11}));
    EXPECT_EQ(GetPortCount(1), 16U) << "they are its own";
    const auto told = GetBodies<ProgramSnatPorts>();
    EXPECT_EQ(told.at(0).given[0].ports.first, told.at(1).given[0].ports.first);
}

TEST_F(SlbManagerSnat, C_1_RevokedPortsLeaveTheHostFirst)
{
    BeginOnDemand(1);
    Start();
    At(Seconds(1), [this] { Ask(1, 1); });
    At(Seconds(2), [this] {
        m_hosts[0]->delay = MilliSeconds(100);
        m_muxes[0]->delay = MilliSeconds(100);
        EXPECT_EQ(m_manager->RevokeSnatPorts(1, 8), std::nullopt);
    });
    Run(Seconds(3));
    const auto told = GetHeard<ProgramSnatPorts>();
    ASSERT_EQ(told.size(), 2U);
    const auto body = GetBodies<ProgramSnatPorts>().back();
    EXPECT_EQ(body.cause, SnatAllocationCause::Revoked);
    EXPECT_EQ(body.request, 0U);
    EXPECT_EQ(Count(body.taken), 8U);
    const auto withdrawn = GetHeard<WithdrawPublicEndpoints>();
    ASSERT_EQ(withdrawn.size(), 2U);
    EXPECT_GT(withdrawn[0].time, MilliSeconds(2100)) << "after its acknowledgement";
    ExpectAllKnow(*m_muxes[0]);
}

TEST_F(SlbManagerSnat, C_1_RevocationIsRefusedByName)
{
    BeginOnDemand(1);
    Start();
    EXPECT_EQ(m_manager->RevokeSnatPorts(1, 8).value_or("").substr(0, 27),
              "manager: it is not running,");
    At(Seconds(1), [this] {
        EXPECT_EQ(m_manager->RevokeSnatPorts(2, 8),
                  "networkInterface: '2' is not allowed; give a network interface of the "
                  "deployment");
        EXPECT_EQ(m_manager->RevokeSnatPorts(1, 0),
                  "ports: '0' is not allowed; give how many to take away, at least 1");
    });
    Run(Seconds(2));
    EXPECT_TRUE(m_heard.empty());
}

TEST_F(SlbManagerSnat, C_1_PortsReturnedWhileTheyAreRevokedGoOnce)
{
    BeginOnDemand(1);
    Start();
    At(Seconds(1), [this] { Ask(1, 1); });
    At(MilliSeconds(1100), [this] { Ask(1, 2); });
    At(Seconds(2), [this] {
        m_hosts[0]->delay = MilliSeconds(100);
        EXPECT_EQ(m_manager->RevokeSnatPorts(1, 8), std::nullopt);
        const auto told = GetBodies<ProgramSnatPorts>();
        Return(1, 5, {told.at(0).given[0], told.at(1).given[0]}); // 16 ports, 8 of them revoked
    });
    Run(Seconds(3));
    EXPECT_EQ(GetPortCount(1), 8U);
    uint32_t withdrawn = 0;
    for (const auto& body : GetBodies<WithdrawPublicEndpoints>(m_muxes[0].get()))
    {
        for (const auto& endpoint : body.endpoints)
        {
            withdrawn += endpoint.ports.GetSize();
        }
    }
    EXPECT_EQ(withdrawn, 16U);
}

TEST_F(SlbManagerSnat, C_1_LongListsAreDivided)
{
    constexpr uint32_t RANGES = 80;
    BeginOnDemand(2, "|PreallocatedPorts=1600");
    Start();
    const auto blocks = m_manager->GetAllocationTable().GetPorts(1);
    ASSERT_EQ(blocks.size(), 1U);
    // Every second range is returned, and goes to the other interface as a block of its own.
    std::vector<SnatPortBlockGrant> ranges;
    for (uint32_t i = 0; i < RANGES; ++i)
    {
        const auto first = static_cast<uint16_t>(blocks[0].ports.first + 16 * i);
        ranges.push_back(Block(first, first + 7));
    }
    const auto middle = ranges.begin() + MAX_BLOCKS_PER_MESSAGE;
    At(Seconds(1), [&] {
        Return(1, 1, {ranges.begin(), middle});
        Return(1, 2, {middle, ranges.end()});
    });
    for (uint32_t i = 1; i <= RANGES; ++i)
    {
        At(Seconds(1 + i), [this, i] { Ask(2, i); });
    }
    At(Seconds(100), [this] {
        EXPECT_EQ(m_manager->RevokeSnatPorts(2, 65535), std::nullopt); // all it has
    });
    Run(Seconds(101));
    std::vector<ProgramSnatPorts> taken;
    for (const auto& body : GetBodies<ProgramSnatPorts>())
    {
        if (!body.taken.empty())
        {
            taken.push_back(body);
        }
    }
    ASSERT_EQ(taken.size(), 2U) << "81 blocks: the ranges, and what it had from the beginning";
    EXPECT_EQ(taken[0].taken.size(), MAX_BLOCKS_PER_MESSAGE);
    EXPECT_EQ(taken[1].sequence, taken[0].sequence + 1);
    EXPECT_EQ(Count(taken[0].taken) + Count(taken[1].taken), 1600U + 8U * RANGES);
    EXPECT_EQ(GetPortCount(2), 0U);
}

TEST_F(SlbManagerSnat, C_1_MuxThatWasAwayForgetsWhatHasChangedHands)
{
    BeginOnDemand(2);
    Start();
    At(Seconds(1), [this] { Ask(1, 1); });
    At(Seconds(2), [this] {
        m_muxes[1]->isSilent = true;
        Return(1, 1, GetBodies<ProgramSnatPorts>().front().given);
    });
    At(Seconds(6), [this] { Ask(2, 1); }); // gets them
    At(Seconds(10), [this] { m_muxes[1]->isSilent = false; });
    Run(Seconds(20));
    EXPECT_EQ(GetBodies<ProgramSnatPorts>(m_hosts[0].get())[0].given[0].ports.first,
              GetBodies<ProgramSnatPorts>(m_hosts[1].get())[0].given[0].ports.first);
    const auto withdrawn = GetHeard<WithdrawPublicEndpoints>(m_muxes[1].get());
    const auto given = GetHeard<ProgramPublicEndpoints>(m_muxes[1].get());
    ASSERT_EQ(withdrawn.size(), 1U);
    EXPECT_LT(withdrawn[0].time, given.back().time) << "or else it refuses the new owner";
    EXPECT_EQ(GetOwners(*m_muxes[1]), GetOwners(*m_muxes[0]));
}

TEST_F(SlbManagerSnat, C_1_LawsHoldWhateverGetsLost)
{
    constexpr uint32_t MEMBERS = 6;
    BeginOnDemand(MEMBERS, "|OutstandingRequests=none");
    SetServiceTimes("0.002", "0.01");
    Start(false);
    std::mt19937 random(11); // NOLINT(cert-msc51-cpp): the same walk each time
    std::vector<uint32_t> requests(MEMBERS + 1);
    for (uint32_t i = 0; i < 3000; ++i)
    {
        At(Seconds(1) + MilliSeconds(10 * i), [&, i] {
            const auto who = static_cast<uint32_t>(1 + random() % MEMBERS);
            auto& mux = *m_muxes[random() % 2];
            switch (random() % 12)
            {
            case 0:
                mux.isSilent = !mux.isSilent;
                break;
            case 1:
                mux.losses = random() % 4;
                break;
            case 2:
                m_hosts[who - 1]->losses = random() % 4;
                break;
            case 3:
                m_hosts[who - 1]->delay = MilliSeconds(random() % 300);
                mux.delay = MilliSeconds(random() % 300);
                break;
            case 4:
                m_hosts[who - 1]->isSilent = random() % 4 == 0;
                break;
            case 5:
                EXPECT_EQ(m_manager->RevokeSnatPorts(who, 8 * (1 + random() % 4)), std::nullopt);
                break;
            default:
                Ask(who, ++requests[who]);
            }
            ASSERT_EQ(m_manager->CheckInvariants(), std::nullopt) << "after step " << i;
        });
    }
    At(Seconds(40), [this] {
        for (auto& each : m_muxes)
        {
            each->isSilent = false;
            each->delay = Seconds(0);
        }
        for (auto& each : m_hosts)
        {
            each->isSilent = false;
            each->delay = Seconds(0);
        }
    });
    Run(Seconds(200));
    EXPECT_GT(m_decisions.size(), 1000U);
    ExpectAllKnow(*m_muxes[0]);
    ExpectAllKnow(*m_muxes[1]);
}

} // namespace

} // namespace ns3::azure
