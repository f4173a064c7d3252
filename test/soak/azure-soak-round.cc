// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-soak-round.h"

#include "azure-soak-checks.h"
#include "azure-temporary-folder.h"

#include "ns3/azure-trace-recorder.h"
#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"

#include <malloc.h>
#include <optional>
#include <set>

/// Of AddressSanitizer; not there without it.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" __attribute__((weak)) std::size_t __sanitizer_get_current_allocated_bytes();

namespace ns3::azure
{

namespace
{

/// Set what the whole simulation shares.
void
SetGlobals(const SoakPlan& plan)
{
    RngSeedManager::SetSeed(static_cast<uint32_t>(plan.seed % 0xfffffff0) + 1);
    RngSeedManager::SetRun(plan.round);
    Config::SetGlobal("ChecksumEnabled", BooleanValue(plan.hasChecksums));
    // Closed sockets would stay for minutes, and each SYN looks through all of them.
    Config::SetDefault("ns3::TcpSocketBase::MaxSegLifetime", DoubleValue(1));
}

/// @return which nodes read their packets themselves, and not by ns-3's stack alone
std::set<Ptr<Node>>
FindOurNodes(SoakWorld& world)
{
    auto& scenario = world.GetScenario();
    std::set<Ptr<Node>> ours{scenario.GetFabric().GetFabricRouter(),
                             scenario.GetFabric().GetEdgeRouter()};
    for (const auto& agent : scenario.GetHostAgents())
    {
        ours.insert(agent->GetNode());
    }
    for (const auto& mux : scenario.GetMuxes())
    {
        ours.insert(mux->GetNode());
    }
    if (const auto gateway = world.GetGateway())
    {
        ours.insert(gateway->GetNode());
    }
    return ours;
}

} // namespace

uint64_t
GetAllocatedBytes()
{
    return __sanitizer_get_current_allocated_bytes ? __sanitizer_get_current_allocated_bytes()
                                                   : mallinfo2().uordblks;
}

SoakResult
RunSoakRound(const SoakPlan& plan, SoakLawBook& laws)
{
    SetGlobals(plan);
    SoakResult result;
    {
        const TemporaryFolder folder;
        const auto path = folder / "soak.db";
        SoakWorld world(plan);
        SoakWires wires(SoakDice(plan.seed, plan.round, 3));
        wires.Install(
            [ours = FindOurNodes(world)](const auto& node) { return ours.count(node) > 0; });
        std::optional<TraceRecorder> recorder;
        if (plan.isRecorded)
        {
            recorder.emplace(path, RunDescription{"azure-soak", "load-balanced", plan.profile, {}});
            world.GetScenario().Connect(*recorder);
        }
        SoakWatch watch(world, wires, laws, recorder ? &*recorder : nullptr);
        SoakFaults faults(world, wires, [&watch] { watch.LearnRules(); });
        SoakChecks checks(world, wires, watch, laws);
        faults.Begin();
        checks.Begin();
        Simulator::Stop(plan.times.end + Seconds(2)); // some answers come a second later
        Simulator::Run();
        if (recorder)
        {
            recorder->Close();
            checks.CheckDatabase(path);
        }
        result = {Simulator::Now().GetSeconds(),
                  Simulator::GetEventCount(),
                  wires.GetPackets(),
                  watch.GetTotals().flows,
                  watch.GetAttempts().GetAttempts(),
                  watch.GetAttempts().GetEstablished(),
                  faults.GetCounts()};
        Simulator::Destroy();
    }
    return result;
}

} // namespace ns3::azure
