// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-profiles.h"

#include "ns3/azure-snat-allocation-table.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

const Ipv4Address FIRST("198.51.100.1");
const Ipv4Address SECOND("198.51.100.2");

/// @return the grants as text: "1:1024-2047 2:1024-2047 ", by the last octet of the address
std::string
GetText(const std::vector<SnatPortBlockGrant>& grants)
{
    std::ostringstream os;
    for (const auto& grant : grants)
    {
        os << grant.publicAddress.Get() % 256 << ":" << grant.ports << " ";
    }
    return os.str();
}

/// @return the changes as text: "0 begin +1:1024-2047 " or "0 left -1:1024-2047 "
std::string
GetText(const std::vector<SnatAllocationChange>& changes)
{
    std::string text;
    for (const auto& change : changes)
    {
        text += std::to_string(change.networkInterface) + " " + GetName(change.cause) + " ";
        text += change.given.empty() ? "" : "+" + GetText(change.given);
        text += change.taken.empty() ? "" : "-" + GetText(change.taken);
    }
    return text;
}

uint32_t
CountPorts(const std::vector<SnatPortBlockGrant>& grants)
{
    uint32_t ports = 0;
    for (const auto& grant : grants)
    {
        ports += grant.ports.GetSize();
    }
    return ports;
}

/// A small language for stories: Begin("2018"); Pool({0, 1, 2}); ExpectPorts(1, "..."); FreeAll();
class SnatAllocationStory : public ::testing::Test
{
  protected:
    void Begin(const std::string& profile, const std::vector<Ipv4Address>& frontends = {FIRST})
    {
        m_profile = MakeProfile(profile);
        m_frontends = frontends;
        m_table = SnatAllocationTable(m_profile, MakeSnatAllocationPolicy(m_profile));
    }

    /// The pool has these members now; further addresses of an outbound rule are those of Begin().
    std::vector<SnatAllocationChange> Pool(const std::vector<uint32_t>& members)
    {
        OutboundPlan plan;
        for (uint32_t i = 0; i < m_frontends.size(); ++i)
        {
            plan.frontends.push_back(
                {m_frontends[i], SnatPortSpace(m_profile.portsPerPublicAddress)});
            SnatShare share;
            share.frontends = {i};
            share.poolSize = static_cast<uint32_t>(members.size());
            plan.shares.push_back(share);
        }
        for (uint32_t member = 0; member < members.size(); ++member)
        {
            OutboundStanding standing;
            standing.situation.isPoolMember = true;
            standing.situation.link = FrontendLink::Linked;
            standing.situation.hasInstanceLevelPublicIp = members[member] == m_ownAddress;
            for (uint32_t i = 0; i < plan.shares.size(); ++i)
            {
                plan.shares[i].members.push_back(member);
                standing.shares.push_back(i);
            }
            plan.standings.push_back(standing);
        }
        auto changes = m_table.SetPlan(plan, members);
        for (const auto& change : changes)
        {
            m_returning.insert(m_returning.end(), change.taken.begin(), change.taken.end());
        }
        EXPECT_EQ(m_table.CheckInvariants(), std::nullopt);
        return changes;
    }

    /// @return members 0 to count - 1
    static std::vector<uint32_t> Members(uint32_t count)
    {
        std::vector<uint32_t> members;
        for (uint32_t i = 0; i < count; ++i)
        {
            members.push_back(i);
        }
        return members;
    }

    /// What SetPlan() has taken arrives. @return what others get of it
    std::vector<SnatAllocationChange> FreeAll()
    {
        std::vector<SnatAllocationChange> changes;
        for (const auto& ports : m_returning)
        {
            for (auto& change : m_table.Free(ports))
            {
                changes.push_back(change);
            }
        }
        m_returning.clear();
        EXPECT_EQ(m_table.CheckInvariants(), std::nullopt);
        return changes;
    }

    /// @return ports of members 0 to count - 1 together
    uint32_t CountAll(uint32_t count) const
    {
        uint32_t ports = 0;
        for (uint32_t i = 0; i < count; ++i)
        {
            ports += CountPorts(m_table.GetPorts(i));
        }
        return ports;
    }

    void ExpectPorts(uint32_t member, const std::string& expected) const
    {
        EXPECT_EQ(GetText(m_table.GetPorts(member)), expected) << "member " << member;
    }

    Profile m_profile;
    std::vector<Ipv4Address> m_frontends;
    uint32_t m_ownAddress{1000}; //!< who has an instance-level public IP
    SnatAllocationTable m_table;
    std::vector<SnatPortBlockGrant> m_returning;
};

TEST_F(SnatAllocationStory, BeginsWithOneMemberAfterTheOther)
{
    Begin("2018", {FIRST, SECOND});
    EXPECT_EQ(GetText(Pool({7, 3})),
              "3 begin +1:2048-3071 2:2048-3071 7 begin +1:1024-2047 2:1024-2047 ");
    EXPECT_EQ(GetText(Pool({7, 3})), ""); // nothing has changed
    ExpectPorts(7, "1:1024-2047 2:1024-2047 ");
    ExpectPorts(1, "");
    EXPECT_FALSE(m_table.IsOnDemand());
}

TEST_F(SnatAllocationStory, B_1_GrowingFrom50To51TakesHalfOfEachMembersPorts)
{
    Begin("2018");
    Pool(Members(50));
    EXPECT_EQ(CountAll(50), 51200U); // 50 x 1,024
    const auto changes = Pool(Members(51));
    ASSERT_EQ(changes.size(), 51U);
    EXPECT_EQ(GetText({changes[1]}), "1 pool-grew -1:2560-3071 ");  // the upper half of 2048-3071
    EXPECT_EQ(GetText({changes[50]}), "50 joined +1:52224-52735 "); // 1024 + 51,200: the first free
    EXPECT_EQ(CountAll(51), 26112U);                                // 51 x 512
    EXPECT_EQ(GetText(FreeAll()), "");
    EXPECT_EQ(CountAll(51), 26112U);
}

TEST_F(SnatAllocationStory, B_1_WhichHalfIsASetting)
{
    Begin("2018[ReclaimedHalf=Lower]");
    Pool(Members(50));
    EXPECT_EQ(GetText({Pool(Members(51))[1]}), "1 pool-grew -1:2048-2559 ");
    ExpectPorts(1, "1:2560-3071 ");
}

TEST_F(SnatAllocationStory, B_1_ShrinkingFrom51To50GivesAndTakesNothing)
{
    Begin("2018");
    Pool(Members(51));
    const auto changes = Pool(Members(50));
    ASSERT_EQ(changes.size(), 51U);
    // Free behind 51 x 512 ports from 1024 on: 27136, for member after member
    EXPECT_EQ(GetText({changes[0]}), "0 pool-shrank +1:27136-27647 ");
    EXPECT_EQ(GetText({changes[50]}), "50 left -1:26624-27135 ");
    ExpectPorts(0, "1:1024-1535 1:27136-27647 ");
    EXPECT_EQ(CountAll(50), 51200U);
}

TEST_F(SnatAllocationStory, NewcomersWaitForPortsThatAreOnTheirWayBack)
{
    // Room for 100 x 512 ports: 50 members have all of it.
    Begin("2018[PortsPerPublicAddress=51200]");
    Pool(Members(50));
    const auto changes = Pool(Members(51));
    EXPECT_EQ(changes.size(), 50U); // nothing for the newcomer yet
    ExpectPorts(50, "");
    EXPECT_EQ(GetText(FreeAll()), "50 joined +1:1536-2047 "); // what member 0 lost first
    EXPECT_EQ(CountAll(51), 26112U);
}

TEST_F(SnatAllocationStory, WhoStillLacksPortsGetsNoMoreThanTheNewNumber)
{
    Begin("2018[PortsPerPublicAddress=51200]");
    Pool(Members(50));
    Pool(Members(51));  // 50 waits for 512
    Pool(Members(101)); // all are to have 256
    EXPECT_EQ(m_table.CheckInvariants(), std::nullopt);
    FreeAll();
    for (uint32_t i = 0; i < 101; ++i)
    {
        EXPECT_EQ(CountPorts(m_table.GetPorts(i)), 256U) << i;
    }
}

TEST_F(SnatAllocationStory, WhoLeavesLosesAllAndComesBackAsANewcomer)
{
    Begin("2018");
    Pool({0, 1, 2});
    EXPECT_EQ(GetText(Pool({0, 2})), "1 left -1:2048-3071 ");
    EXPECT_EQ(GetText(Pool({0, 2, 1})), "1 joined +1:4096-5119 "); // the others are not free yet
    FreeAll();
    EXPECT_EQ(GetText(Pool({0, 2, 1, 3})), "3 joined +1:2048-3071 ");
}

TEST_F(SnatAllocationStory, B_1_FlatBudgetsTakeAThirdFromTwoMembers)
{
    Begin("2016");
    Pool({0, 1});
    EXPECT_EQ(CountAll(2), 64496U); // 2 x 32,248
    const auto changes = Pool({0, 1, 2});
    EXPECT_EQ(CountPorts(changes.at(0).taken), 32248U - 21496U); // 64,511 / 3, a multiple of 8
    FreeAll();
    EXPECT_EQ(CountAll(3), 3 * 21496U);
}

TEST_F(SnatAllocationStory, KeepsPortsFreeForWhoHasItsOwnAddressAndTellsNobody)
{
    Begin("2018");
    m_ownAddress = 0;
    EXPECT_EQ(GetText(Pool({0, 1})), "1 begin +1:2048-3071 ");
    ExpectPorts(0, "");
    EXPECT_EQ(m_table.Request(0, Seconds(1)).outcome, SnatRequestOutcome::NoFreePorts);
    EXPECT_FALSE(m_table.Return(0, {{FIRST, {1024, 1024}}}));
    EXPECT_TRUE(m_table.Revoke(0, 8).taken.empty());
    m_ownAddress = 1000;
    EXPECT_EQ(GetText(Pool({0, 1})), "0 joined +1:1024-2047 ");
    m_ownAddress = 0;
    EXPECT_EQ(GetText(Pool({0, 1})), "0 left -1:1024-2047 ");
}

TEST_F(SnatAllocationStory, C_1_RequestsGetRangesOfTheFirstFrontendThatHasAny)
{
    Begin("ananta[PortsPerPublicAddress=48]", {FIRST, SECOND});
    EXPECT_TRUE(m_table.IsOnDemand());
    EXPECT_EQ(GetText(Pool({0, 1})), "0 begin +1:1024-1031 1 begin +1:1032-1039 ");
    EXPECT_EQ(GetText(m_table.Request(1, Seconds(20)).given), "1:1040-1047 ");
    EXPECT_EQ(GetText(m_table.Request(0, Seconds(20)).given), "1:1048-1055 ");
    // Again within 10 s: three ranges, of which the first frontend has two
    EXPECT_EQ(GetText(m_table.Request(0, Seconds(25)).given), "1:1056-1071 2:1024-1031 ");
    ExpectPorts(0, "1:1024-1031 1:1048-1071 2:1024-1031 ");
    EXPECT_EQ(m_table.CheckInvariants(), std::nullopt);
}

TEST_F(SnatAllocationStory, C_1_RequestsAreRefusedAtTheCapAndWhenNothingIsLeft)
{
    Begin("ananta[PortsPerPublicAddress=40|MaxPortsPerInterface=16]");
    Pool({0, 1});
    EXPECT_EQ(m_table.Request(0, Seconds(20)).outcome, SnatRequestOutcome::Granted);
    EXPECT_EQ(m_table.Request(0, Seconds(40)).outcome, SnatRequestOutcome::PortCap);
    EXPECT_EQ(m_table.Request(1, Seconds(40)).outcome, SnatRequestOutcome::Granted);
    Pool({0, 1, 2}); // which has the last range
    EXPECT_EQ(m_table.Revoke(2, 8).taken.size(), 1U);
    EXPECT_EQ(m_table.Request(2, Seconds(40)).outcome, SnatRequestOutcome::NoFreePorts);
    EXPECT_EQ(m_table.Request(9, Seconds(40)).outcome, SnatRequestOutcome::NoFreePorts);
}

TEST_F(SnatAllocationStory, GrantsWhatThereIsIfThatIsLess)
{
    Begin("ananta[PortsPerPublicAddress=24]");
    Pool({0});
    m_table.Request(0, Seconds(20));
    EXPECT_EQ(GetText(m_table.Request(0, Seconds(21)).given), "1:1040-1047 "); // not three ranges
}

TEST_F(SnatAllocationStory, C_1_ReturnedRangesGoToOthersOnceTheyAreFree)
{
    Begin("ananta[PortsPerPublicAddress=16]");
    Pool({0});
    m_table.Request(0, Seconds(20));
    EXPECT_FALSE(m_table.Return(0, {{FIRST, {1032, 1039}}, {FIRST, {1032, 1039}}})); // twice
    EXPECT_FALSE(m_table.Return(0, {{SECOND, {1024, 1031}}}));
    EXPECT_FALSE(m_table.Return(0, {{FIRST, {1032, 1040}}}));
    EXPECT_EQ(CountAll(1), 16U);
    EXPECT_TRUE(m_table.Return(0, {{FIRST, {1024, 1031}}}));
    ExpectPorts(0, "1:1032-1039 ");
    EXPECT_EQ(GetText(Pool({0, 1})), ""); // 1 waits
    EXPECT_EQ(GetText(m_table.Free({FIRST, {1024, 1031}})), "1 joined +1:1024-1031 ");
    EXPECT_EQ(m_table.CheckInvariants(), std::nullopt);
}

TEST_F(SnatAllocationStory, RevokesTheHighestWholeRangesOfTheLastFrontendFirst)
{
    Begin("ananta[PortsPerPublicAddress=16]", {FIRST, SECOND});
    Pool({0});
    m_table.Request(0, Seconds(20));
    m_table.Request(0, Seconds(40));
    ExpectPorts(0, "1:1024-1039 2:1024-1031 ");
    const auto change = m_table.Revoke(0, 23); // two whole ranges
    EXPECT_EQ(GetText(std::vector<SnatAllocationChange>{change}),
              "0 revoked -1:1032-1039 2:1024-1031 ");
    EXPECT_EQ(CountPorts(m_table.Revoke(0, 80).taken), 8U); // all that it has
    EXPECT_EQ(GetText(Pool({0})), "");                      // and it gets none of them back
    EXPECT_EQ(m_table.CheckInvariants(), std::nullopt);
}

TEST_F(SnatAllocationStory, WhoLeavesLosesWhatItWasGrantedToo)
{
    Begin("ananta", {FIRST, SECOND});
    Pool({0, 1});
    m_table.Request(0, Seconds(20));
    EXPECT_EQ(GetText(Pool({1})), "0 left -1:1024-1031 1:1040-1047 ");
    ExpectPorts(0, "");
}

/// Gives so many ports at once, divided by the size of the pool, and 8 when asked.
class OwnPolicy : public SnatAllocationPolicy
{
  public:
    std::vector<uint32_t> GetPreallocation(
        const std::vector<SharedSnatPorts>& frontends) const override
    {
        return std::vector<uint32_t>(frontends.size(), 64 / frontends.front().poolSize);
    }

    bool IsOnDemand() const override
    {
        return true;
    }

    uint32_t GetGrant(const SnatRequestSituation& /* situation */) const override
    {
        return 8;
    }
};

TEST_F(SnatAllocationStory, ResizingTouchesNothingThatWasGrantedAndPoliciesMayBeTheUsers)
{
    Begin("2018");
    m_table = SnatAllocationTable(m_profile, std::make_unique<OwnPolicy>());
    Pool({0});
    m_table.Request(0, Seconds(1)); // 1088-1095, above those it has without asking
    EXPECT_EQ(GetText(Pool({0, 1})), "0 pool-grew -1:1056-1087 1 joined +1:1096-1127 ");
    ExpectPorts(0, "1:1024-1055 1:1088-1095 ");
    FreeAll();
    EXPECT_EQ(GetText(Pool({0})), "0 pool-shrank +1:1056-1087 1 left -1:1096-1127 ");
}

} // namespace

} // namespace ns3::azure
