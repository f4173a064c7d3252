// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-health-probe-world.h"
#include "azure-kolmogorov-smirnov.h"

#include "ns3/string.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <vector>

/**
 * @file
 * @brief How long it takes until a failure is known, over random phases of the probes.
 */
namespace ns3::azure
{

namespace
{

class HealthDetection : public HealthProbeWorld, public ::testing::WithParamInterface<uint32_t>
{
};

TEST_P(HealthDetection, B_7_TakesFromThresholdMinusOneToThresholdIntervals)
{
    constexpr uint32_t VMS = 200;
    constexpr double FAILURE = 20; // s; all have been probed by then
    constexpr double INTERVAL = 5; // s
    const auto threshold = GetParam();
    Begin(1, 0);
    m_probers[0]->SetAttribute("PhaseVariable", StringValue("ns3::UniformRandomVariable"));
    EXPECT_EQ(m_probers[0]->AssignStreams(1), 1);
    for (uint32_t vm = 0; vm < VMS; ++vm)
    {
        if (vm > 0) // the first one is there already
        {
            AddVm(0, "net", Ipv4Address(GetAddress(0).Get() + vm));
        }
        AddResponder(vm, HealthProbeProtocol::Tcp, "0s=Answer;20s=Refuse");
        auto target = MakeTarget(vm);
        target.failuresToDown = target.successesToUp = threshold;
        m_probers[0]->Apply({target});
    }
    Program();
    Run("45s");

    // The first probe after the failure comes after a part of an interval that is uniform on
    // [0, 1); the one that counts, threshold - 1 intervals later.  A packet takes microseconds.
    std::vector<double> parts;
    for (const auto& change : m_changes)
    {
        if (!change.isUp)
        {
            const auto detection = (change.time - MicroSeconds(10)).GetSeconds() - FAILURE;
            parts.push_back(detection / INTERVAL - (threshold - 1));
        }
    }
    ASSERT_EQ(parts.size(), VMS);
    EXPECT_EQ(m_changes.size(), 2U * VMS) << "each was up before, and stays down";
    EXPECT_GT(GetUniformProbability(parts), 0.01);
}

INSTANTIATE_TEST_SUITE_P(HealthProber,
                         HealthDetection,
                         ::testing::Values(2, 3),
                         [](const auto& row) { return "Threshold" + std::to_string(row.param); });

TEST(KolmogorovSmirnov, TellsUniformSamplesFromOthers)
{
    std::vector<double> uniform;
    std::vector<double> squared;
    std::vector<double> shifted;
    for (int i = 0; i < 200; ++i)
    {
        const double part = (i + 0.5) / 200;
        uniform.push_back(part);
        squared.push_back(part * part);
        shifted.push_back(part + 0.01);
    }
    EXPECT_GT(GetUniformProbability(uniform), 0.99);
    EXPECT_LT(GetUniformProbability(squared), 1e-6);
    EXPECT_EQ(GetUniformProbability(shifted), 0) << "one is outside";
    // Of 100 samples, one in twenty sets is 0.134 away: tables of the statistic at 5 %.
    std::vector<double> distant;
    for (int i = 0; i < 100; ++i)
    {
        distant.push_back(std::max(0.0, (i + 1) / 100.0 - 0.134));
    }
    EXPECT_NEAR(GetUniformProbability(distant), 0.05, 0.005);
}

} // namespace

} // namespace ns3::azure
