// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-profiles.h"

#include "ns3/azure-snat-port-allocator.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr int STEPS = 1'000'000;
constexpr uint32_t FRONTENDS = 3;
constexpr uint32_t FIRST_PORT = 60'000; // the walks' ports: so many from here on
constexpr uint32_t PORTS = 128;

/// What the walk itself knows of a port, without the allocator's help.
struct KnownPort
{
    bool isThere{false};
    uint32_t open{0};
    uint32_t cooling{0};
    Time unheldSince; // or there since
};

/// A flow that holds a port.
struct Holder
{
    FlowKey flow;
    SnatPortLease lease;
};

/// The walk's own account; each of its calls expects a law.
class Account
{
  public:
    explicit Account(const Profile& profile)
        : m_profile(profile)
    {
    }

    KnownPort& Get(uint32_t frontend, uint32_t port)
    {
        return m_ports[frontend][port - FIRST_PORT];
    }

    void Add(uint32_t frontend, PortRange ports, Time now)
    {
        for (uint32_t port = ports.first; port <= ports.last; ++port)
        {
            Get(frontend, port).isThere = true;
            Get(frontend, port).unheldSince = now;
        }
        m_sizes[frontend] += ports.GetSize();
        m_free += ports.GetSize();
    }

    void Remove(uint32_t frontend, PortRange ports)
    {
        for (uint32_t port = ports.first; port <= ports.last; ++port)
        {
            auto& known = Get(frontend, port);
            ASSERT_TRUE(known.isThere && known.open + known.cooling == 0);
            known.isThere = false;
        }
        m_sizes[frontend] -= ports.GetSize();
        m_free -= ports.GetSize();
    }

    /// Expects that the lease may be given: its port is there, and nobody else's who must not have
    /// it; a flow of a socket that has a port gets that.
    void Acquire(const FlowKey& flow, const SnatPortLease& lease)
    {
        const auto& known = Get(lease.frontend, lease.port);
        ASSERT_TRUE(known.isThere);
        ASSERT_FALSE(lease.isCoolingDown);
        ASSERT_TRUE(m_translated.insert(Translate(flow, lease)).second) << "S0-19: twice";
        if (IsCone(flow))
        {
            auto& mapping = m_mappings[GetSocket(flow)];
            const auto place = std::make_pair(lease.frontend, lease.port);
            ASSERT_TRUE(mapping.flows == 0 || mapping.place == place) << "another port";
            auto& socket = m_sockets[Translate(GetGroup(flow), lease)];
            ASSERT_TRUE(mapping.flows > 0 || socket == FlowKey()) << "another socket's port";
            mapping.place = place;
            socket = GetSocket(flow);
            m_uses[{lease.frontend, GetGroup(flow)}] += mapping.flows == 0;
            ++mapping.flows;
        }
        else
        {
            ++m_uses[{lease.frontend, GetGroup(flow)}];
        }
        if (m_profile.maxFlowsPerDestination)
        {
            auto& flows = m_flowsTo[{lease.frontend, GetEndpoint(flow)}];
            ASSERT_LE(++flows, *m_profile.maxFlowsPerDestination);
        }
        Change(lease, +1, 0);
    }

    /// Expects that a refusal was right: no frontend had a port for the flow.
    void Refuse(const FlowKey& flow)
    {
        if (m_profile.portChoice == PortChoice::BoundedRandom)
        {
            return; // it may be refused though there are free ones
        }
        const auto mapping = m_mappings.find(GetSocket(flow));
        if (IsCone(flow) && mapping != m_mappings.end())
        {
            ASSERT_TRUE(IsAtLimit(mapping->second.place.first, flow));
            return;
        }
        for (uint32_t frontend = 0; frontend < FRONTENDS; ++frontend)
        {
            const auto uses = m_uses.find({frontend, GetGroup(flow)});
            const auto used = uses == m_uses.end() ? 0 : uses->second;
            ASSERT_TRUE(used == m_sizes[frontend] || IsAtLimit(frontend, flow))
                << used << " of " << m_sizes[frontend] << " ports of frontend " << frontend;
        }
    }

    void Change(const SnatPortLease& lease, int open, int cooling)
    {
        auto& known = Get(lease.frontend, lease.port);
        auto& before = known.open > 0 ? m_inUse : known.cooling > 0 ? m_coolingDown : m_free;
        --before;
        known.open += open;
        known.cooling += cooling;
        auto& after = known.open > 0 ? m_inUse : known.cooling > 0 ? m_coolingDown : m_free;
        ++after;
    }

    void Release(const FlowKey& flow, const SnatPortLease& lease, Time now)
    {
        m_translated.erase(Translate(flow, lease));
        bool isLast = true;
        if (IsCone(flow))
        {
            const auto mapping = m_mappings.find(GetSocket(flow));
            isLast = --mapping->second.flows == 0;
            if (isLast)
            {
                m_mappings.erase(mapping);
                m_sockets.erase(Translate(GetGroup(flow), lease));
            }
        }
        m_uses[{lease.frontend, GetGroup(flow)}] -= isLast;
        if (m_profile.maxFlowsPerDestination)
        {
            --m_flowsTo[{lease.frontend, GetEndpoint(flow)}];
        }
        Change(lease, lease.isCoolingDown ? 0 : -1, lease.isCoolingDown ? -1 : 0);
        Get(lease.frontend, lease.port).unheldSince = now;
    }

    /// Expects that ports = free + in use + cooling down, and leases = uses, as counted here.
    void ExpectSums(const SnatPortAllocator& allocator, std::size_t leases) const
    {
        ASSERT_EQ(allocator.GetPortsAllocated(), m_free + m_inUse + m_coolingDown);
        ASSERT_EQ(allocator.GetPortsInUse(), m_inUse);
        ASSERT_EQ(allocator.GetPortsCoolingDown(), m_coolingDown);
        uint64_t uses = 0;
        for (const auto& frontend : allocator.GetFrontends())
        {
            uses += frontend.GetUses();
        }
        ASSERT_EQ(uses, leases);
        ASSERT_EQ(m_translated.size(), leases);
    }

  private:
    struct SocketPort
    {
        std::pair<uint32_t, uint16_t> place; // frontend and port
        uint32_t flows{0};
    };

    using Key = std::pair<uint32_t, FlowKey>; // frontend and a flow's part that matters

    struct KeyHash
    {
        std::size_t operator()(const Key& key) const
        {
            return key.second.GetHash() + key.first;
        }
    };

    bool IsCone(const FlowKey& flow) const
    {
        return m_profile.GetReuseKey(flow.GetProtocol()) == ReuseKey::Cone;
    }

    /// @return what flows that must not share a port have in common
    FlowKey GetGroup(const FlowKey& flow) const
    {
        const auto key = m_profile.GetReuseKey(flow.GetProtocol());
        const bool hasAddress =
            key == ReuseKey::DestinationAddress || key == ReuseKey::DestinationEndpoint;
        const bool isApart =
            m_profile.portsPerProtocol || m_profile.tcpReuseKey != m_profile.udpReuseKey;
        return {0U,
                hasAddress ? flow.GetDestinationNumber() : 0U,
                0,
                key == ReuseKey::DestinationEndpoint ? flow.GetDestinationPort() : uint16_t{0},
                isApart ? flow.GetProtocol() : IpProtocol::Tcp};
    }

    static FlowKey GetSocket(const FlowKey& flow)
    {
        return {flow.GetSourceNumber(), 0U, flow.GetSourcePort(), 0, flow.GetProtocol()};
    }

    static FlowKey GetEndpoint(const FlowKey& flow)
    {
        return flow.WithSource(0U, 0);
    }

    static FlowKey Translate(const FlowKey& flow, const SnatPortLease& lease)
    {
        return flow.WithSource(0xc6336401U + lease.frontend, lease.port);
    }

    bool IsAtLimit(uint32_t frontend, const FlowKey& flow) const
    {
        const auto found = m_flowsTo.find({frontend, GetEndpoint(flow)});
        return m_profile.maxFlowsPerDestination && found != m_flowsTo.end() &&
               found->second == *m_profile.maxFlowsPerDestination;
    }

    Profile m_profile;
    std::array<std::array<KnownPort, PORTS>, FRONTENDS> m_ports;
    std::array<uint32_t, FRONTENDS> m_sizes{};
    uint32_t m_free{0};
    uint32_t m_inUse{0};
    uint32_t m_coolingDown{0};
    std::unordered_set<FlowKey, FlowKeyHash> m_translated;           // outer 5-tuples of all leases
    std::unordered_map<FlowKey, SocketPort, FlowKeyHash> m_mappings; // by source socket
    std::unordered_map<FlowKey, FlowKey, FlowKeyHash> m_sockets;     // by their port
    std::unordered_map<Key, uint32_t, KeyHash> m_uses;               // ports, by group
    std::unordered_map<Key, uint32_t, KeyHash> m_flowsTo;            // by destination
};

/// A walk: ports come and go, flows acquire, close, reopen and release.
class Walk
{
  public:
    explicit Walk(const Profile& profile)
        : m_account(profile),
          m_allocator(profile, [this](uint32_t n) { return Draw(n); })
    {
        for (uint32_t frontend = 0; frontend < FRONTENDS; ++frontend)
        {
            const PortRange ports{FIRST_PORT, FIRST_PORT + 15};
            m_allocator.AddPorts({GetAddress(frontend), ports}, false, m_now);
            m_account.Add(frontend, ports, m_now);
        }
    }

    /// Flows come more often than they go until some are refused, then less until there are few.
    void Step()
    {
        m_now += MicroSeconds(Draw(20'000));
        m_refusedLately = m_isFilling ? m_refusedLately : 0;
        m_isFilling = m_isFilling ? m_refusedLately < 20 : m_holders.size() < 8;
        const auto choice = Draw(100);
        if (choice < 4)
        {
            choice < 2 ? AddPorts() : RemovePorts();
        }
        else if (choice < 5)
        {
            TakeUnused();
        }
        else if (m_holders.empty() || choice < (m_isFilling ? 60U : 15U))
        {
            Acquire();
        }
        else
        {
            std::swap(m_holders[Draw(static_cast<uint32_t>(m_holders.size()))], m_holders.back());
            choice < (m_isFilling ? 80U : 25U) ? CoolDownOrReopen() : Release();
        }
        m_account.ExpectSums(m_allocator, m_holders.size());
    }

    const SnatPortAllocator& GetAllocator() const
    {
        return m_allocator;
    }

    /// Expects that the walk has been everywhere.
    void ExpectVaried() const
    {
        EXPECT_GT(m_refused, 1000U);
        EXPECT_GT(m_added, 1000U);
        EXPECT_GT(m_removed, 1000U);
        EXPECT_GT(m_returned, 1000U);
    }

  private:
    uint32_t Draw(uint32_t n)
    {
        return static_cast<uint32_t>(m_random() % n);
    }

    static Ipv4Address GetAddress(uint32_t frontend)
    {
        return Ipv4Address(0xc6336401U + frontend);
    }

    /// Adds one port, or up to three ranges of eight at once.
    void AddPorts()
    {
        if (m_allocator.GetPortsAllocated() > 96)
        {
            return; // so few that flows are refused
        }
        const auto frontend = Draw(FRONTENDS);
        const auto size = Draw(2) == 0 ? 1 : 8 + Draw(17);
        const auto first = FIRST_PORT + Draw(PORTS - size);
        const PortRange ports{static_cast<uint16_t>(first),
                              static_cast<uint16_t>(first + size - 1)};
        for (uint32_t port = ports.first; port <= ports.last; ++port)
        {
            if (m_account.Get(frontend, port).isThere)
            {
                return;
            }
        }
        m_allocator.AddPorts({GetAddress(frontend), ports}, Draw(4) != 0, m_now);
        m_account.Add(frontend, ports, m_now);
        ++m_added;
    }

    /// Takes away the next ports from somewhere on that no flow holds, six at most.
    void RemovePorts()
    {
        const auto frontend = Draw(FRONTENDS);
        auto first = FIRST_PORT + Draw(PORTS);
        const auto isUnheld = [&](const KnownPort& port) {
            return port.isThere && port.open + port.cooling == 0;
        };
        while (first < FIRST_PORT + PORTS && !isUnheld(m_account.Get(frontend, first)))
        {
            ++first;
        }
        auto end = first;
        while (end < std::min(first + 6, FIRST_PORT + PORTS) &&
               isUnheld(m_account.Get(frontend, end)))
        {
            ++end;
        }
        if (end > first)
        {
            const PortRange ports{static_cast<uint16_t>(first), static_cast<uint16_t>(end - 1)};
            m_allocator.RemovePorts({GetAddress(frontend), ports});
            m_account.Remove(frontend, ports);
            ++m_removed;
        }
    }

    void TakeUnused()
    {
        const auto next = m_allocator.GetNextUnused();
        const auto taken = m_allocator.TakeUnused(m_now);
        ASSERT_EQ(!taken.empty(), next && *next <= m_now);
        for (const auto& range : taken)
        {
            const auto frontend = range.publicAddress.Get() - GetAddress(0).Get();
            for (uint32_t port = range.ports.first; port <= range.ports.last; ++port)
            {
                ASSERT_LE(m_account.Get(frontend, port).unheldSince + Seconds(1), m_now);
            }
            m_account.Remove(frontend, range.ports);
            ++m_returned;
        }
        ASSERT_TRUE(!m_allocator.GetNextUnused() || *m_allocator.GetNextUnused() > m_now);
    }

    void Acquire()
    {
        const FlowKey flow{0x0a000004U + Draw(2),
                           0xcb007101U + Draw(2),
                           static_cast<uint16_t>(50'000 + Draw(1000)),
                           static_cast<uint16_t>(443 + Draw(2)),
                           Draw(3) == 0 ? IpProtocol::Tcp : IpProtocol::Udp};
        if (!m_flows.insert(flow).second)
        {
            return;
        }
        if (const auto lease = m_allocator.Acquire(flow))
        {
            m_account.Acquire(flow, *lease);
            m_holders.push_back({flow, *lease});
            return;
        }
        m_account.Refuse(flow);
        m_flows.erase(flow);
        ++m_refused;
        ++m_refusedLately;
    }

    void CoolDownOrReopen()
    {
        auto& lease = m_holders.back().lease;
        const int open = lease.isCoolingDown ? +1 : -1;
        lease.isCoolingDown ? m_allocator.Reopen(lease) : m_allocator.CoolDown(lease);
        m_account.Change(lease, open, -open);
    }

    void Release()
    {
        const auto [flow, lease] = m_holders.back();
        m_allocator.Release(flow, lease, m_now);
        m_account.Release(flow, lease, m_now);
        m_flows.erase(flow);
        m_holders.pop_back();
    }

    std::mt19937_64 m_random{5};
    Account m_account;
    SnatPortAllocator m_allocator;
    std::vector<Holder> m_holders;
    std::unordered_set<FlowKey, FlowKeyHash> m_flows; // that hold a port
    Time m_now;
    bool m_isFilling{true};
    uint32_t m_refusedLately{0}; // since it began to fill
    uint32_t m_refused{0};
    uint32_t m_added{0};
    uint32_t m_removed{0};
    uint32_t m_returned{0};
};

/// The parameters are a bundle and a port choice.
class SnatPortAllocatorMillionSteps
    : public ::testing::TestWithParam<std::tuple<std::string, const char*>>
{
};

TEST_P(SnatPortAllocatorMillionSteps, S0_19_KeepTheLaws)
{
    const auto& [bundle, choice] = GetParam();
    // Small enough that walks meet every limit; NAT gateways have one of flows per destination.
    auto text = bundle + "[PortChoice=" + choice + "|UnusedRangeTimeout=1s|PortSearchTries=3";
    text += bundle == "nat-gateway" ? "|MaxFlowsPerDestination=24]" : "]";
    Walk walk(MakeProfile(text));
    for (int step = 0; step < STEPS; ++step)
    {
        walk.Step();
        ASSERT_FALSE(HasFatalFailure()) << text << " at step " << step;
        if (step % 1000 == 0)
        {
            ASSERT_EQ(walk.GetAllocator().CheckInvariants(), std::nullopt) << "step " << step;
        }
    }
    walk.ExpectVaried();
}

INSTANTIATE_TEST_SUITE_P(
    SnatPortAllocator,
    SnatPortAllocatorMillionSteps,
    ::testing::Combine(
        ::testing::ValuesIn(GetProfileNames()),
        ::testing::Values("Lowest", "Random", "RandomUnused", "BoundedRandom", "Deterministic")),
    [](const auto& row) {
        auto name = std::get<0>(row.param) + "_" + std::get<1>(row.param);
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    });

} // namespace

} // namespace ns3::azure
