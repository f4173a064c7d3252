// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-flow-table.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <vector>

namespace ns3::azure
{

namespace
{

const Ipv4Address VM("10.0.0.4");
const Ipv4Address PUBLIC("198.18.0.1");

FlowKey
MakeOutbound(uint16_t port, uint32_t destination = 0xc6130001)
{
    return {VM.Get(), destination, port, 80, IpProtocol::Tcp};
}

TEST(FlowTables, FindAFlowByItsOutboundKeyAtOnceAndByItsInboundKeyOnceAccepted)
{
    FlowTable table;
    const auto outbound = MakeOutbound(5000);
    const auto inbound = outbound.WithSource(PUBLIC, 1024).Reverse();
    const auto slot = table.Insert(outbound);
    EXPECT_EQ(table.Lookup(outbound)->slot, slot);
    EXPECT_EQ(table.Lookup(outbound)->direction, FlowDirection::Outbound);
    EXPECT_FALSE(table.Lookup(inbound));
    table.Accept(slot, inbound);
    EXPECT_EQ(table.Lookup(inbound)->slot, slot);
    EXPECT_EQ(table.Lookup(inbound)->direction, FlowDirection::Inbound);
    EXPECT_FALSE(table.Lookup(outbound.Reverse()));
    table.Remove(slot);
    EXPECT_FALSE(table.Lookup(outbound));
    EXPECT_FALSE(table.Lookup(inbound));
    EXPECT_EQ(table.GetSize(), 0U);
}

TEST(FlowTables, ReuseASlotWithNothingLeftOfItsFormerFlow)
{
    FlowTable table;
    const auto slot = table.Insert(MakeOutbound(5000));
    table.Get(slot).packetsOut = 7;
    table.Get(slot).refusals = 3;
    table.Remove(slot);
    ASSERT_EQ(table.Insert(MakeOutbound(5001)), slot);
    EXPECT_EQ(table.Get(slot).packetsOut, 0U);
    EXPECT_EQ(table.Get(slot).refusals, 0U);
    EXPECT_EQ(table.Get(slot).closesAt, NEVER);
    EXPECT_FALSE(table.Get(slot).isAccepted);
    EXPECT_TRUE(table.Get(slot).isTracked);
}

TEST(FlowTablesDeathTest, EndTheProgramOnCallsThatBreakAPrecondition)
{
    FlowTable table;
    const auto slot = table.Insert(MakeOutbound(5000));
    table.Accept(slot, MakeOutbound(1024).Reverse());
    EXPECT_DEATH(table.Accept(slot, MakeOutbound(1025).Reverse()), "slot 0 is not waiting");
    table.Remove(slot);
    EXPECT_DEATH(table.Remove(slot), "slot 0 holds no flow");
}

TEST(FlowTableWalk, KeepsTheLawsAndFindsWhatIsThere)
{
    std::mt19937 random(4);
    const auto draw = [&random](std::size_t n) { return static_cast<uint32_t>(random() % n); };
    FlowTable table;
    struct Known
    {
        uint32_t slot;
        std::optional<FlowKey> inbound;
    };
    std::map<FlowKey, Known> known; // by outbound key
    uint16_t nextPort = 1024;
    for (int step = 0; step < 20'000; ++step)
    {
        const auto outbound = MakeOutbound(static_cast<uint16_t>(draw(60)), 0xc6130001 + draw(3));
        const auto found = known.find(outbound);
        if (found == known.end())
        {
            EXPECT_FALSE(table.Lookup(outbound));
            known[outbound] = {table.Insert(outbound), std::nullopt};
        }
        else if (!found->second.inbound && draw(2) == 0)
        {
            const auto inbound = outbound.WithSource(PUBLIC, nextPort++).Reverse();
            table.Accept(found->second.slot, inbound);
            found->second.inbound = inbound;
        }
        else
        {
            table.Remove(found->second.slot);
            known.erase(found);
        }
        ASSERT_EQ(table.CheckInvariants(), std::nullopt);
        ASSERT_EQ(table.GetSize(), known.size());
        if (step % 100 == 0)
        {
            for (const auto& [key, flow] : known)
            {
                ASSERT_EQ(table.Lookup(key)->slot, flow.slot);
                ASSERT_EQ(table.GetEntries()[flow.slot].outbound, key);
                if (flow.inbound)
                {
                    ASSERT_EQ(table.Lookup(*flow.inbound)->slot, flow.slot);
                }
            }
        }
    }
    EXPECT_LE(table.GetEntries().GetSize(), 180U) << "slots are reused";
}

} // namespace

} // namespace ns3::azure
