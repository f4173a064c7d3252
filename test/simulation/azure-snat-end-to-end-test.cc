// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"

#include "ns3/channel.h"
#include "ns3/error-model.h"
#include "ns3/pointer.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * @brief SNAT ports on demand, with real host agents, muxes and SLB manager, whose messages get
 * lost, while pools change, ports are revoked and returned.
 */
namespace ns3::azure
{

namespace
{

constexpr uint32_t VMS = 6;
constexpr uint32_t TRIES = 20; // of each VM, in the end
constexpr auto LOAD_BALANCER = OutboundScenarioHelper::LOAD_BALANCER;
constexpr auto BACKEND_POOL = OutboundScenarioHelper::BACKEND_POOL;

class SnatEndToEnd : public OutboundWorld
{
  protected:
    /// VMs on demand, two to a host, two muxes.
    void BeginOnDemand()
    {
        auto& scenario =
            Begin(OutboundScenario::LoadBalanced,
                  "ananta[UnusedRangeTimeout=4s|FinHold=2s|RstHold=1s|IdleTimeout=20s]");
        scenario.SetVms(VMS);
        scenario.SetVmsPerHost(2);
        scenario.SetMuxes(2);
        scenario.SetServerAddresses(2);
        scenario.SetSlbManagerAttribute("MaxAttempts", UintegerValue(30)); // so that muxes answer
        Assemble();
        m_owners.clear();
        for (const auto& agent : m_scenario->GetHostAgents())
        {
            agent->TraceConnectWithoutContext("SnatAllocation",
                                              MakeCallback(&SnatEndToEnd::NoteAllocation, this));
        }
    }

    /// Lose messages to and from the SLB manager. @param rate of packets
    void LoseMessages(double rate)
    {
        const auto node = GetManager()->GetNode();
        const auto channel = node->GetDevice(1)->GetChannel();
        for (std::size_t i = 0; i < channel->GetNDevices(); ++i)
        {
            const auto losses = CreateObject<RateErrorModel>();
            losses->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
            losses->SetRate(rate);
            losses->AssignStreams(3000 + static_cast<int64_t>(i));
            channel->GetDevice(i)->SetAttribute("ReceiveErrorModel", PointerValue(losses));
        }
    }

    Ptr<SlbManager> GetManager() const
    {
        return m_scenario->GetSlbManager();
    }

    /// Each VM opens connections to one server until then; their rates differ.
    void GenerateUntil(const std::string& end)
    {
        for (uint32_t vm = 0; vm < VMS; ++vm)
        {
            const auto generator = Generate(vm,
                                            {{"Arrival", "Poisson"},
                                             {"Rate", std::to_string(1 + vm)},
                                             {"UnlimitedFlows", "true"},
                                             {"Hold", "ns3::ExponentialRandomVariable[Mean=2]"}});
            generator->SetStopTime(Time(end));
        }
    }

    /// Each VM opens some connections to a server that nobody has talked with, at a time when
    /// nothing gets lost any more.
    void TryAllAt(const std::string& time)
    {
        At(time, [this] { LoseMessages(0); });
        for (uint32_t vm = 0; vm < VMS; ++vm)
        {
            const auto generator = Generate(vm,
                                            {{"Flows", std::to_string(TRIES)},
                                             {"FirstSourcePort", "50000"},
                                             {"Hold", "ns3::ConstantRandomVariable[Constant=1]"}},
                                            0);
            generator->AddDestination(GetServerAddress(1));
            generator->SetStartTime(Time(time));
        }
    }

    /// Expect that these have been answered.
    void ExpectAllAnswered() const
    {
        uint32_t answered = 0;
        for (const auto& flow : m_established)
        {
            answered += flow.key.GetDestination() == GetServerAddress(1);
        }
        EXPECT_EQ(answered, VMS * TRIES);
    }

    /// Every two seconds a member leaves or comes back, or loses ports.
    void ChangePools(uint32_t changes)
    {
        for (uint32_t i = 0; i < changes; ++i)
        {
            At(std::to_string(2 * i + 3) + "s", [this, i] {
                const auto networkInterface = 1 + i * 5 % VMS;
                const auto manager = GetManager();
                if (i % 3 == 2)
                {
                    EXPECT_EQ(manager->RevokeSnatPorts(networkInterface, 16), std::nullopt);
                }
                else if (manager->AddPoolMember(LOAD_BALANCER, BACKEND_POOL, networkInterface))
                {
                    EXPECT_EQ(
                        manager->RemovePoolMember(LOAD_BALANCER, BACKEND_POOL, networkInterface),
                        std::nullopt);
                }
            });
        }
    }

    /// Check the laws now and again.
    void CheckEvery(uint32_t milliseconds, uint32_t times)
    {
        for (uint32_t i = 1; i <= times; ++i)
        {
            At(std::to_string(i * milliseconds) + "ms", [this] {
                EXPECT_EQ(m_scenario->CheckInvariants(), std::nullopt);
                EXPECT_EQ(GetManager()->CheckInvariants(), std::nullopt);
            });
        }
    }

    /// A host has got ports, or lost some: nobody else may have them at the same time.
    void NoteAllocation(const SnatAllocation& change)
    {
        for (uint32_t port = change.ports.first; port <= change.ports.last; ++port)
        {
            const std::pair<Ipv4Address, uint32_t> place{change.publicAddress, port};
            if (!change.isGiven)
            {
                EXPECT_EQ(m_owners[place], change.networkInterface) << port;
                m_owners.erase(place);
                continue;
            }
            EXPECT_TRUE(m_owners.emplace(place, change.networkInterface).second)
                << port << " is of interface " << m_owners[place] << " and given to "
                << change.networkInterface << " at " << Simulator::Now().GetSeconds();
        }
    }

    /// Expect that hosts have the ports that the manager's book says.
    void ExpectBookIsRight() const
    {
        std::map<uint32_t, uint32_t> ports;
        for (const auto& [place, networkInterface] : m_owners)
        {
            ++ports[networkInterface];
        }
        for (uint32_t vm = 0; vm < VMS; ++vm)
        {
            const auto networkInterface = OutboundScenarioHelper::GetNetworkInterface(vm);
            uint32_t booked = 0;
            for (const auto& block : GetManager()->GetAllocationTable().GetPorts(networkInterface))
            {
                booked += block.ports.GetSize();
            }
            EXPECT_EQ(ports[networkInterface], booked) << "network interface " << networkInterface;
        }
    }

    /// Expect that each flow was established, or that there is a reason why not.
    void ExpectFlowsEndedWithReason() const
    {
        std::set<FlowKey> orphans; // the server never hears that these have ended
        for (const auto& flow : m_ended)
        {
            if (flow.end == FlowEnd::Reclaimed)
            {
                orphans.insert(*flow.translated);
            }
        }
        EXPECT_EQ(m_created.size(), m_ended.size());
        for (const auto& flow : m_ended)
        {
            const bool isOrphan = flow.translated && orphans.count(*flow.translated) > 0;
            EXPECT_TRUE(flow.outcome == FlowOutcome::Established ||
                        flow.outcome == FlowOutcome::Refused || isOrphan)
                << flow.networkInterface << " " << flow.key << " " << GetName(flow.outcome) << " "
                << GetName(flow.end);
        }
    }

    std::map<std::pair<Ipv4Address, uint32_t>, uint32_t> m_owners; //!< interfaces, as hosts say
};

TEST_F(SnatEndToEnd, C_1_PortsHaveOneOwnerWhateverGetsLost)
{
    for (const uint32_t seed : {1, 2, 3})
    {
        SCOPED_TRACE(seed);
        RngSeedManager::SetSeed(seed);
        BeginOnDemand();
        LoseMessages(0.3);
        GenerateUntil("60s");
        ChangePools(28);
        CheckEvery(250, 240);
        TryAllAt("200s");
        Run("300s");
        EXPECT_EQ(GetManager()->CheckInvariants(), std::nullopt);
        ExpectBookIsRight();
        ExpectAllAnswered();
        std::map<SnatAllocationCause, uint32_t> causes;
        for (const auto& each : m_allocated)
        {
            ++causes[each.cause];
        }
        for (const auto cause : {SnatAllocationCause::Requested,
                                 SnatAllocationCause::Returned,
                                 SnatAllocationCause::Revoked,
                                 SnatAllocationCause::Joined})
        {
            EXPECT_GT(causes[cause], 0U) << GetName(cause);
        }
        ExpectFlowsEndedWithReason();
    }
}

TEST_F(SnatEndToEnd, C_1_PortsHaveOneOwnerThoughMuxesRestart)
{
    BeginOnDemand();
    LoseMessages(0.2);
    GenerateUntil("60s");
    ChangePools(28);
    CheckEvery(250, 240);
    for (uint32_t i = 0; i < 8; ++i)
    {
        const auto mux = m_scenario->GetMux(i % 2);
        At(std::to_string(6 * i + 5) + "s", [mux] { mux->Fail(); });
        At(std::to_string(6 * i + 8) + "s", [mux] { mux->Restart(); });
    }
    TryAllAt("200s");
    Run("300s");
    EXPECT_EQ(GetManager()->CheckInvariants(), std::nullopt);
    ExpectBookIsRight();
    EXPECT_EQ(m_created.size(), m_ended.size());
    ExpectAllAnswered();
}

} // namespace

} // namespace ns3::azure
