// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-health-probe-world.h"

#include <gtest/gtest.h>
#include <ostream>
#include <string>

/**
 * @file
 * @brief What becomes of health probes, and when it is known, to the millisecond.
 *
 * Packets between host and VM take microseconds, so that the millisecond of an answer is that of
 * its question.
 */
namespace ns3::azure
{

namespace
{

/// One row: a VM that is probed, and what must come of it.
struct ProbeCase
{
    const char* name;             // test name
    HealthProbeProtocol protocol; // how it is asked
    const char* schedule;         // how it responds
    uint32_t interval;            // s
    double phase;                 // of the first probe
    uint32_t timeout;             // s
    uint32_t count;               // failuresToDown and successesToUp
    const char* stop;             // of the simulation
    const char* results;          // sent and known in ms, outcome, status code
    const char* changes;          // known in ms
};

void
PrintTo(const ProbeCase& c, std::ostream* os)
{
    *os << GetName(c.protocol) << " " << c.schedule;
}

constexpr auto TCP = HealthProbeProtocol::Tcp;
constexpr auto HTTP = HealthProbeProtocol::Http;
constexpr auto HTTPS = HealthProbeProtocol::Https;

// With an interval of 5 s and a phase of 0.4, probes are sent at 2 s, 7 s, 12 s, ...
// clang-format off
constexpr ProbeCase PROBE_CASES[] = {
    // TCP: a connection that opens is a success.
    {"B_7_TcpAnswer", TCP, "0s=Answer", 5, 0.4, 5, 1, "13s",
     "2000 2000 success\n7000 7000 success\n12000 12000 success\n",
     "2000 up\n"},
    // A RST is known at once, but counts as a miss.
    {"B_7_TcpRefuseThreshold1", TCP, "0s=Answer;10s=Refuse", 5, 0.4, 5, 1, "13s",
     "2000 2000 success\n7000 7000 success\n12000 12000 refused\n",
     "2000 up\n12000 down\n"},
    {"B_7_TcpRefuseThreshold2", TCP, "0s=Answer;5s=Refuse", 5, 0.4, 5, 2, "18s",
     "2000 2000 success\n7000 7000 refused\n12000 12000 refused\n17000 17000 refused\n",
     "2000 up\n12000 down\n"},
    {"B_7_TcpRefuseThreshold3", TCP, "0s=Answer;5s=Refuse", 5, 0.4, 5, 3, "18s",
     "2000 2000 success\n7000 7000 refused\n12000 12000 refused\n17000 17000 refused\n",
     "2000 up\n17000 down\n"},
    // A probe that is not answered has failed when the next one is sent.
    {"B_7_TcpSilent", TCP, "0s=Answer;5s=Silent", 5, 0.4, 5, 2, "18s",
     "2000 2000 success\n7000 12000 timeout\n12000 17000 timeout\n",
     "2000 up\n17000 down\n"},
};
// clang-format on

class HealthProbes : public HealthProbeWorld, public ::testing::WithParamInterface<ProbeCase>
{
};

TEST_P(HealthProbes, EndAndCountAsTheFactsSay)
{
    const auto& c = GetParam();
    Begin(1, c.phase);
    Program();
    AddResponder(0, c.protocol, c.schedule);
    auto target = MakeTarget(0, c.protocol);
    target.interval = Seconds(c.interval);
    target.timeout = Seconds(c.timeout);
    target.failuresToDown = target.successesToUp = c.count;
    m_probers[0]->Apply({target});
    Run(c.stop);

    EXPECT_EQ(GetResults(), c.results);
    EXPECT_EQ(GetChanges(), c.changes);
}

INSTANTIATE_TEST_SUITE_P(HealthProber,
                         HealthProbes,
                         ::testing::ValuesIn(PROBE_CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
