// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"

#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/rng-seed-manager.h"

#include <cmath>
#include <gtest/gtest.h>
#include <iomanip>
#include <iostream>
#include <ostream>
#include <string>
#include <vector>

/**
 * @file
 * @brief Refused flows against Erlang's loss formula (must-show 8).
 *
 * A VM's SNAT ports are the servers of an M/G/c/c system when flows arrive as a Poisson process,
 * go to one destination and do not come back when refused: the refused share is Erlang-B of the
 * load, which is the arrival rate times the mean time a port is held, whatever its distribution.
 *
 * Refusals come in clusters, so that an interval that takes them for independent (binomial) would
 * be too narrow.  The interval here is Student's, over independent replications.
 */
namespace ns3::azure
{

namespace
{

constexpr uint32_t PORTS = 8;           //!< c
constexpr double MEAN_HOLD = 1;         //!< of a connection, exponential, seconds
constexpr double FIN_HOLD = 1;          //!< of the profile, seconds
constexpr uint32_t REPLICATIONS = 20;   //!< with a seed each
constexpr double WARM_UP = 20;          //!< not counted, seconds: ten mean holding times
constexpr double FLOWS_COUNTED = 1000;  //!< expected in each replication
constexpr double STUDENT_99_19 = 2.861; //!< 99.5 % quantile of Student's t, 19 degrees of freedom

/// @return probability that all servers are busy (Erlang-B), by the usual recursion
double
GetErlangB(double load, uint32_t servers)
{
    double blocked = 1;
    for (uint32_t n = 1; n <= servers; ++n)
    {
        blocked = load * blocked / (n + load * blocked);
    }
    return blocked;
}

TEST(ErlangB, IsAsInTables)
{
    EXPECT_NEAR(GetErlangB(1, 1), 0.5, 1e-12);
    EXPECT_NEAR(GetErlangB(2, 2), 0.4, 1e-12);
    EXPECT_NEAR(GetErlangB(5, 10), 0.018385, 1e-6);
}

class OutboundLoss : public OutboundWorld, public ::testing::WithParamInterface<int>
{
  protected:
    /// @return the refused share of one replication
    double Replicate(double rate, uint32_t run)
    {
        RngSeedManager::SetRun(run);
        // The VM's closed sockets would stay in TIME_WAIT, and each SYN looks through all.
        Config::SetDefault("ns3::TcpSocketBase::MaxSegLifetime", DoubleValue(0.01));
        Begin(OutboundScenario::LoadBalanced, "2018[AllocatedPorts=8|FinHold=1s]");
        m_scenario->GetFabric().SetInternetDelay(Seconds(0)); // held no longer than it should
        Assemble();
        Generate(0,
                 {{"Arrival", "Poisson"},
                  {"Rate", std::to_string(rate)},
                  {"UnlimitedFlows", "true"},
                  {"Hold", "ns3::ExponentialRandomVariable[Mean=1]"},
                  {"RequestSize", "0"},
                  {"ResponseSize", "0"},
                  {"Close", "Fin"}});
        Run(std::to_string(WARM_UP + FLOWS_COUNTED / rate) + "s");
        double flows = 0;
        double refused = 0;
        for (const auto& flow : m_created) // as it was created: refused, or with its port
        {
            if (flow.firstPacket >= Seconds(WARM_UP))
            {
                ++flows;
                refused += flow.outcome == FlowOutcome::Refused;
            }
        }
        AddHeld();
        return refused / flows;
    }

    /// Take note of how long ports were held.
    void AddHeld()
    {
        for (const auto& flow : m_ended)
        {
            if (flow.accepted)
            {
                m_heldSum += (*flow.ended - *flow.accepted).GetSeconds();
                ++m_heldCount;
            }
        }
    }

    double m_heldSum{0};     //!< seconds
    uint32_t m_heldCount{0}; //!< flows
};

TEST_P(OutboundLoss, RefusedShareIsErlangB)
{
    const double load = GetParam();
    const double rate = load / (MEAN_HOLD + FIN_HOLD);
    std::vector<double> shares;
    double sum = 0;
    for (uint32_t run = 1; run <= REPLICATIONS; ++run)
    {
        shares.push_back(Replicate(rate, run));
        sum += shares.back();
    }
    const double mean = sum / REPLICATIONS;
    double squares = 0;
    for (const double share : shares)
    {
        squares += (share - mean) * (share - mean);
    }
    const double deviation = std::sqrt(squares / (REPLICATIONS - 1));
    const double margin = STUDENT_99_19 * deviation / std::sqrt(REPLICATIONS);
    const double expected = GetErlangB(load, PORTS);
    std::cout << std::fixed << std::setprecision(4) << "load " << load << ", " << PORTS
              << " ports: Erlang-B " << expected << ", refused " << mean << " +- " << margin
              << " (99 %), mean time held " << m_heldSum / m_heldCount << " s\n";
    EXPECT_NEAR(mean, expected, margin);
    EXPECT_LT(margin, 0.05) << "the interval says something";
    EXPECT_NEAR(m_heldSum / m_heldCount, MEAN_HOLD + FIN_HOLD, 0.1) << "hold and FIN hold";
}

INSTANTIATE_TEST_SUITE_P(MustShow8,
                         OutboundLoss,
                         ::testing::Values(4, 8, 12),
                         [](const auto& info) { return "Load" + std::to_string(info.param); });

} // namespace

} // namespace ns3::azure
