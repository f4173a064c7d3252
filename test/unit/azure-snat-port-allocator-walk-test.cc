// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-profiles.h"

#include "ns3/azure-snat-port-allocator.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

namespace ns3::azure
{

namespace
{

/// Ports of one address.
using Block = SnatPortBlockGrant;

/// @return an allocator with these blocks, whose draws say what \p drawn says
SnatPortAllocator
MakeAllocator(const Profile& profile, const std::vector<Block>& blocks, const uint32_t& drawn)
{
    SnatPortAllocator allocator(profile, [&drawn](uint32_t) { return drawn; });
    for (const auto& block : blocks)
    {
        allocator.AddPorts(block, false, Time());
    }
    return allocator;
}

/// The walk's own account of who holds what, kept without the allocator's help.
class Account
{
  public:
    Account(const Profile& profile, const std::vector<Block>& blocks)
        : m_profile(profile),
          m_blocks(blocks)
    {
    }

    /// The lease that the next flow must get: the lowest free port of the first block with one.
    std::optional<std::pair<uint32_t, uint16_t>> GetExpected(const FlowKey& flow, uint32_t first)
    {
        for (uint32_t tried = 0; tried < m_blocks.size(); ++tried)
        {
            const auto block = (first + tried) % static_cast<uint32_t>(m_blocks.size());
            const auto& held = m_held[{block, GetGroup(flow)}];
            const auto ports = m_blocks[block].ports;
            for (uint32_t port = ports.first; port <= ports.last; ++port)
            {
                if (held.count(static_cast<uint16_t>(port)) == 0)
                {
                    return std::make_pair(block, static_cast<uint16_t>(port));
                }
            }
        }
        return std::nullopt;
    }

    void Acquire(const FlowKey& flow, const SnatPortLease& lease)
    {
        m_held[{lease.frontend, GetGroup(flow)}].insert(lease.port);
        const auto translated = Translate(flow, lease);
        EXPECT_TRUE(m_translated.insert(translated).second) << translated << " is there twice";
    }

    void Release(const FlowKey& flow, const SnatPortLease& lease)
    {
        m_held[{lease.frontend, GetGroup(flow)}].erase(lease.port);
        m_translated.erase(Translate(flow, lease));
    }

  private:
    /// What flows that must not share a port have in common: written out as text.
    std::string GetGroup(const FlowKey& flow) const
    {
        std::ostringstream os;
        if (m_profile.portsPerProtocol)
        {
            os << GetName(flow.GetProtocol());
        }
        const auto key = m_profile.GetReuseKey(flow.GetProtocol());
        if (key != ReuseKey::Never)
        {
            os << "/" << flow.GetDestination();
        }
        if (key == ReuseKey::DestinationEndpoint)
        {
            os << ":" << flow.GetDestinationPort();
        }
        return os.str();
    }

    FlowKey Translate(const FlowKey& flow, const SnatPortLease& lease) const
    {
        return flow.WithSource(m_blocks[lease.frontend].publicAddress, lease.port);
    }

    Profile m_profile;
    std::vector<Block> m_blocks;
    std::map<std::pair<uint32_t, std::string>, std::set<uint16_t>> m_held; // by block and group
    std::set<FlowKey> m_translated; // outer 5-tuples of all flows that hold a port
};

/// A flow that holds a port.
struct Holder
{
    FlowKey flow;
    SnatPortLease lease;
};

/// @return ports in use and ports cooling down, counted anew from the flows
std::pair<uint32_t, uint32_t>
Count(const std::vector<Holder>& holders)
{
    std::set<std::pair<uint32_t, uint16_t>> open;
    std::set<std::pair<uint32_t, uint16_t>> any;
    for (const auto& holder : holders)
    {
        any.insert({holder.lease.frontend, holder.lease.port});
        if (!holder.lease.isCoolingDown)
        {
            open.insert({holder.lease.frontend, holder.lease.port});
        }
    }
    return {open.size(), any.size() - open.size()};
}

/// The parameter is a profile's text form.
class SnatPortWalks : public ::testing::TestWithParam<const char*>
{
};

TEST_P(SnatPortWalks, S0_19_KeepTheLawsAndNeverGiveAFiveTupleTwice)
{
    auto profile = MakeProfile(GetParam());
    profile.frontendSelection = FrontendSelection::Random;
    const std::vector<Block> blocks{{Ipv4Address("198.51.100.1"), {1024, 1031}},
                                    {Ipv4Address("198.51.100.2"), {1024, 1026}},
                                    {Ipv4Address("198.51.100.3"), {65532, 65535}}};
    uint32_t first = 0;
    auto allocator = MakeAllocator(profile, blocks, first);
    Account account(profile, blocks);
    std::vector<Holder> holders;
    std::mt19937_64 random(19);
    uint32_t refused = 0;
    for (int step = 0; step < 40'000; ++step)
    {
        const auto choice = random() % 16;
        if (holders.empty() || choice < (step / 5000 % 2 == 0 ? 10U : 5U))
        {
            const FlowKey flow{0x0a000004U,
                               0xcb007101U + static_cast<uint32_t>(random() % 3),
                               static_cast<uint16_t>(step % 50000),
                               static_cast<uint16_t>(443 + random() % 2),
                               random() % 2 == 0 ? IpProtocol::Tcp : IpProtocol::Udp};
            first = static_cast<uint32_t>(random() % 3);
            const auto expected = account.GetExpected(flow, first);
            const auto lease = allocator.Acquire(flow);
            ASSERT_EQ(lease.has_value(), expected.has_value()) << "step " << step;
            refused += !lease.has_value();
            if (lease)
            {
                ASSERT_EQ(lease->frontend, expected->first) << "step " << step;
                ASSERT_EQ(lease->port, expected->second) << "step " << step;
                account.Acquire(flow, *lease);
                holders.push_back({flow, *lease});
            }
        }
        else
        {
            std::swap(holders[random() % holders.size()], holders.back());
            auto& [flow, lease] = holders.back();
            if (choice < 12)
            {
                lease.isCoolingDown ? allocator.Reopen(lease) : allocator.CoolDown(lease);
            }
            else
            {
                allocator.Release(flow, lease, Time());
                account.Release(flow, lease);
                holders.pop_back();
            }
        }
        ASSERT_EQ(allocator.CheckInvariants(), std::nullopt) << "step " << step;
        const auto [inUse, coolingDown] = Count(holders);
        ASSERT_EQ(allocator.GetPortsInUse(), inUse) << "step " << step;
        ASSERT_EQ(allocator.GetPortsCoolingDown(), coolingDown) << "step " << step;
        ASSERT_FALSE(HasFailure()) << "step " << step;
    }
    EXPECT_GT(refused, 100U); // the walk has been at the limit
}

INSTANTIATE_TEST_SUITE_P(SnatPortAllocator,
                         SnatPortWalks,
                         ::testing::Values("2016",
                                           "2017",
                                           "2018[UdpReuseKey=Never]",
                                           "2023",
                                           "2017[TcpReuseKey=Never|UdpReuseKey=Never]",
                                           "2018[UdpReuseKey=DestinationEndpoint]",
                                           "2017[PortsPerProtocol=true]"),
                         [](const auto& row) { return "Walk" + std::to_string(row.index); });

TEST(SnatPortAllocatorLaw, WhateverCameBeforeNFlowsFitNPortsAndTheNextIsRefused)
{
    std::mt19937_64 random(22);
    for (int round = 0; round < 200; ++round)
    {
        const auto ports = static_cast<uint32_t>(1 + random() % 100);
        const PortRange block{2000, static_cast<uint16_t>(2000 + ports - 1)};
        const uint32_t drawn = 0;
        auto allocator =
            MakeAllocator(MakeProfile("2017"), {{Ipv4Address("198.51.100.1"), block}}, drawn);
        const auto flowTo = [](uint32_t server, uint32_t number) {
            return FlowKey(0x0a000004U,
                           server,
                           static_cast<uint16_t>(number),
                           443,
                           IpProtocol::Tcp);
        };
        // A past: flows to several servers come and go in disorder.
        std::vector<Holder> past;
        for (uint32_t i = 0; i < 4 * ports; ++i)
        {
            const auto flow = flowTo(1 + static_cast<uint32_t>(random() % 3), i);
            if (const auto lease = allocator.Acquire(flow))
            {
                past.push_back({flow, *lease});
            }
        }
        std::shuffle(past.begin(), past.end(), random);
        uint32_t toServer1 = 0;
        for (std::size_t i = 0; i < past.size(); ++i)
        {
            if (i % 3 != 0)
            {
                allocator.Release(past[i].flow, past[i].lease, Time());
            }
            else
            {
                toServer1 += past[i].flow.GetDestination() == Ipv4Address(1U);
            }
        }
        for (uint32_t i = toServer1; i < ports; ++i)
        {
            ASSERT_TRUE(allocator.Acquire(flowTo(1, 1000 + i))) << i << " of " << ports;
        }
        ASSERT_FALSE(allocator.Acquire(flowTo(1, 5000)));
        ASSERT_EQ(allocator.CheckInvariants(), std::nullopt);
    }
}

} // namespace

} // namespace ns3::azure
