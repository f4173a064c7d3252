// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-samples.h"
#include "azure-test-profiles.h"

#include "ns3/azure-outbound-plan.h"
#include "ns3/azure-snat-allocation-table.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr uint32_t STEPS = 1'000'000;
constexpr uint32_t VMS = 56; // on both sides of the first tier's edge

/// Who has which port, noted port by port from what the table says.
class Ports
{
  public:
    static constexpr uint32_t FREE = 1'000'000;
    static constexpr uint32_t RETURNING = 1'000'001;

    /// Every port of the range is of one state, and is of another one now. @return whether it was
    bool Move(const SnatPortBlockGrant& ports, uint32_t from, uint32_t to)
    {
        auto& states = m_states.try_emplace(ports.publicAddress, 65536, FREE).first->second;
        const auto first = states.begin() + ports.ports.first;
        const auto behind = first + ports.ports.GetSize();
        const bool isMoved =
            std::all_of(first, behind, [from](auto state) { return state == from; });
        std::fill(first, behind, to);
        m_held[from] -= ports.ports.GetSize();
        m_held[to] += ports.ports.GetSize();
        return isMoved;
    }

    uint32_t GetHeld(uint32_t networkInterface)
    {
        return m_held[networkInterface];
    }

  private:
    std::map<Ipv4Address, std::vector<uint32_t>> m_states; // by port
    std::map<uint32_t, uint32_t> m_held;                   // ports by state
};

/// One row: what the walk goes through.
struct WalkCase
{
    std::string name; // test name
    std::string profile;
    uint32_t outboundPorts; // allocatedOutboundPorts of an outbound rule; 0: a linking rule instead
};

void
PrintTo(const WalkCase& c, std::ostream* os)
{
    *os << c.profile;
}

/// Does at random whatever can be done, and checks after each step.
class SnatAllocationWalk : public ::testing::TestWithParam<WalkCase>
{
  protected:
    void SetUp() override
    {
        m_deployment.profile = MakeProfile(GetParam().profile);
        for (uint32_t i = 0; i < VMS; ++i)
        {
            NetworkInterface each;
            each.networkInterface = i;
            each.platformAddress = Ipv4Address(0xcb007101U + (i < 8 ? 0 : i));
            each.availabilitySet = i < 8 ? "set" : "";
            m_deployment.networkInterfaces.push_back(each);
            m_interfaces.push_back(i);
        }
        LoadBalancer web;
        web.name = "web";
        web.sku = LoadBalancerSku::Standard;
        web.frontends = {{"first", Ipv4Address("198.51.100.1")},
                         {"second", Ipv4Address("198.51.100.2")}};
        web.backendPools = {{"pool", {}}};
        if (GetParam().outboundPorts > 0)
        {
            web.outboundRules.resize(1);
            web.outboundRules[0].frontends = {"first", "second"};
            web.outboundRules[0].backendPool = "pool";
            web.outboundRules[0].allocatedOutboundPorts = GetParam().outboundPorts;
        }
        else
        {
            for (const auto* frontend : {"first", "second"})
            {
                web.loadBalancingRules.push_back(
                    MakeRule(frontend, frontend, "pool", TransportProtocol::Tcp, 5000));
            }
        }
        m_deployment.loadBalancers = {web};
        for (uint32_t i = 0; i < 48; ++i)
        {
            web.backendPools[0].members.push_back({i});
        }
        m_deployment.loadBalancers = {web};
        m_table = SnatAllocationTable(m_deployment.profile,
                                      MakeSnatAllocationPolicy(m_deployment.profile));
        Note(m_table.SetPlan(MakeOutboundPlan(m_deployment), m_interfaces));
    }

    uint32_t Draw(uint32_t below)
    {
        return m_random() % below;
    }

    void NoteGiven(uint32_t networkInterface, const std::vector<SnatPortBlockGrant>& grants)
    {
        for (const auto& ports : grants)
        {
            m_isSound &= m_ports.Move(ports, Ports::FREE, networkInterface);
        }
    }

    void NoteTaken(uint32_t networkInterface, const std::vector<SnatPortBlockGrant>& grants)
    {
        for (const auto& ports : grants)
        {
            m_isSound &= m_ports.Move(ports, networkInterface, Ports::RETURNING);
            m_returning.push_back(ports);
        }
    }

    void Note(const std::vector<SnatAllocationChange>& changes)
    {
        for (const auto& change : changes)
        {
            NoteTaken(change.networkInterface, change.taken);
            NoteGiven(change.networkInterface, change.given);
        }
    }

    /// One joins or leaves the pool, or gets or loses its own address.
    void ChangePlan(uint32_t vm)
    {
        auto& members = m_deployment.loadBalancers[0].backendPools[0].members;
        const auto found = std::find_if(members.begin(), members.end(), [vm](const auto& member) {
            return member.networkInterface == vm;
        });
        auto& own = m_deployment.networkInterfaces[vm].instanceLevelPublicIp;
        if (own || Draw(4) == 0)
        {
            own = own ? std::nullopt : std::make_optional(Ipv4Address(0x65000000U + vm));
        }
        else if (found == members.end())
        {
            members.push_back({vm});
        }
        else
        {
            members.erase(found);
        }
        Note(m_table.SetPlan(MakeOutboundPlan(m_deployment), m_interfaces));
    }

    void Request(uint32_t vm)
    {
        const auto answer = m_table.Request(vm, m_now);
        m_granted += answer.outcome == SnatRequestOutcome::Granted;
        m_isSound &= answer.given.empty() == (answer.outcome != SnatRequestOutcome::Granted);
        NoteGiven(vm, answer.given);
    }

    void Return(uint32_t vm)
    {
        auto ports = m_table.GetPorts(vm);
        if (ports.empty())
        {
            return;
        }
        auto range = ports[Draw(static_cast<uint32_t>(ports.size()))];
        const uint32_t size = m_deployment.profile.portRangeSize;
        if (range.ports.GetSize() > size) // a range of it
        {
            range.ports.first += static_cast<uint16_t>(Draw(range.ports.GetSize() / size) * size);
            range.ports.last = static_cast<uint16_t>(range.ports.first + size - 1);
        }
        m_isSound &= m_table.Return(vm, {range});
        m_isSound &= !m_table.Return((vm + 1) % VMS, {range});
        NoteTaken(vm, {range});
    }

    void Free()
    {
        if (m_returning.empty())
        {
            return;
        }
        std::swap(m_returning[Draw(static_cast<uint32_t>(m_returning.size()))], m_returning.back());
        auto ports = m_returning.back();
        m_returning.pop_back();
        if (ports.ports.GetSize() >= 16 && Draw(2) == 0) // the rest comes later
        {
            auto rest = ports;
            rest.ports.first += static_cast<uint16_t>(rest.ports.GetSize() / 16 * 8);
            ports.ports.last = static_cast<uint16_t>(rest.ports.first - 1);
            m_returning.push_back(rest);
        }
        m_isSound &= m_ports.Move(ports, Ports::RETURNING, Ports::FREE);
        Note(m_table.Free(ports));
    }

    void Step()
    {
        const auto vm = Draw(VMS);
        m_now += MilliSeconds(Draw(1000));
        const auto what = Draw(512) == 0 ? 0 : 1 + Draw(127);
        if (what == 0)
        {
            ChangePlan(vm);
        }
        else if (what < 4)
        {
            const auto change = m_table.Revoke(vm, Draw(64));
            NoteTaken(vm, change.taken);
        }
        else if (what < 50)
        {
            Request(vm);
        }
        else if (what < 80)
        {
            Return(vm);
        }
        else
        {
            Free();
        }
        uint32_t held = 0;
        for (const auto& ports : m_table.GetPorts(vm))
        {
            held += ports.ports.GetSize();
        }
        m_isSound &= held == m_ports.GetHeld(vm);
        m_wasGiven |= held > 0;
    }

    std::mt19937 m_random{1};
    Deployment m_deployment;
    std::vector<uint32_t> m_interfaces;
    SnatAllocationTable m_table;
    Ports m_ports;
    std::vector<SnatPortBlockGrant> m_returning;
    Time m_now;
    bool m_isSound{true};   // what the table said fits what it said before
    bool m_wasGiven{false}; // somebody had ports
    uint32_t m_granted{0};
};

TEST_P(SnatAllocationWalk, C_1_KeepsItsLawsThroughAMillionSteps)
{
    for (uint32_t step = 0; step < STEPS; ++step)
    {
        Step();
        ASSERT_TRUE(m_isSound) << "step " << step;
        if (step % 10'000 == 0)
        {
            ASSERT_EQ(m_table.CheckInvariants(), std::nullopt) << "step " << step;
        }
    }
    EXPECT_EQ(m_table.CheckInvariants(), std::nullopt);
    const auto budget = m_deployment.profile.portBudget;
    EXPECT_EQ(m_wasGiven, budget != PortBudget::Shared);
    EXPECT_EQ(m_granted > 1000, budget == PortBudget::OnDemand) << m_granted;
}

/// @return all bundles, and some settings beside
std::vector<WalkCase>
GetWalkCases()
{
    std::vector<WalkCase> cases;
    for (const auto& name : GetProfileNames())
    {
        auto word = "Bundle" + name;
        word.erase(std::remove(word.begin(), word.end(), '-'), word.end());
        cases.push_back({word, name, 0});
    }
    cases.push_back({"LowerHalf", "2018[ReclaimedHalf=Lower]", 0});
    cases.push_back({"OddPorts", "2018[AllocatedPorts=77]", 0});
    cases.push_back({"ScarcePorts", "2018[PortsPerPublicAddress=51200]", 0});
    cases.push_back({"ScarceRanges", "ananta[PortsPerPublicAddress=2000|PortRangeSize=16]", 0});
    cases.push_back({"Cap", "ananta[MaxPortsPerInterface=64]", 0});
    cases.push_back({"OutboundRule", "2018", 1280});
    cases.push_back({"OutboundRuleOnDemand", "ananta", 64});
    return cases;
}

INSTANTIATE_TEST_SUITE_P(SnatAllocation,
                         SnatAllocationWalk,
                         ::testing::ValuesIn(GetWalkCases()),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
