// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-health-probe-world.h"
#include "azure-test-profiles.h"

#include "ns3/azure-slb-program.h"

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
    const char* profile;          // for what is not set
    uint32_t interval;            // s; 0: the profile's
    uint32_t numberOfProbes;      // as configured
    uint32_t threshold;           // probeThreshold; 0: none
    const char* schedule;         // how the VM responds
    const char* stop;             // of the simulation
    const char* results;          // a line each: sent and known in ms, outcome, status code
    const char* changes;          // a line each: known in ms, state
};

void
PrintTo(const ProbeCase& c, std::ostream* os)
{
    *os << GetName(c.protocol) << " " << c.schedule;
}

constexpr auto TCP = HealthProbeProtocol::Tcp;
constexpr auto HTTP = HealthProbeProtocol::Http;
constexpr auto HTTPS = HealthProbeProtocol::Https;

// The phase is 0.4: with an interval of 5 s probes are sent at 2 s, 7 s, 12 s, ..., with 15 s at
// 6 s, 21 s, 36 s, ..., with 60 s at 24 s, 84 s, ...
// clang-format off
constexpr ProbeCase PROBE_CASES[] = {
    // What is a success: a TCP connection that opens, an HTTP answer of 200.
    {"B_7_TcpAnswer", TCP, "2023", 5, 2, 3, "0s=Answer", "13s",
     "2000 2000 success\n7000 7000 success\n12000 12000 success\n",
     "2000 up\n"},
    {"B_7_TcpOnlyOpensAConnection", TCP, "2023", 5, 2, 1, "0s=Stall", "8s",
     "2000 2000 success\n7000 7000 success\n",
     "2000 up\n"},
    {"B_7_HttpAnswer", HTTP, "2023", 5, 2, 3, "0s=Answer", "8s",
     "2000 2000 success 200\n7000 7000 success 200\n",
     "2000 up\n"},
    {"B_7_HttpsAnswer", HTTPS, "2023", 5, 2, 3, "0s=Answer", "8s",
     "2000 2000 success 200\n7000 7000 success 200\n",
     "2000 up\n"},

    // TCP, refused: known at once, and a miss.
    {"B_7_TcpRefuseThreshold1", TCP, "2023", 5, 2, 1, "0s=Answer;5s=Refuse", "8s",
     "2000 2000 success\n7000 7000 refused\n",
     "2000 up\n7000 down\n"},
    {"B_7_TcpRefuseThreshold2", TCP, "2023", 5, 2, 2, "0s=Answer;5s=Refuse", "13s",
     "2000 2000 success\n7000 7000 refused\n12000 12000 refused\n",
     "2000 up\n12000 down\n"},
    {"B_7_TcpRefuseThreshold3", TCP, "2023", 5, 2, 3, "0s=Answer;5s=Refuse", "18s",
     "2000 2000 success\n7000 7000 refused\n12000 12000 refused\n17000 17000 refused\n",
     "2000 up\n17000 down\n"},

    // TCP, not answered: a probe has failed when the next one is sent.
    {"B_7_TcpSilentThreshold1", TCP, "2023", 5, 2, 1, "0s=Answer;5s=Silent", "13s",
     "2000 2000 success\n7000 12000 timeout\n",
     "2000 up\n12000 down\n"},
    {"B_7_TcpSilentThreshold2", TCP, "2023", 5, 2, 2, "0s=Answer;5s=Silent", "18s",
     "2000 2000 success\n7000 12000 timeout\n12000 17000 timeout\n",
     "2000 up\n17000 down\n"},

    // A lost SYN is sent again after 3 s: the VM answers from 9 s on, and the probe of 7 s succeeds.
    {"B_7_TcpAnswersTheSecondSyn", TCP, "2023", 5, 2, 1, "0s=Answer;5s=Silent;9s=Answer", "13s",
     "2000 2000 success\n7000 10000 success\n12000 12000 success\n",
     "2000 up\n"},

    // HTTP: another status and a RST bring the VM down at once, whatever the threshold.
    {"B_7_Http503Threshold3", HTTP, "2023", 5, 2, 3, "0s=Answer;5s=Status503", "8s",
     "2000 2000 success 200\n7000 7000 status-code 503\n",
     "2000 up\n7000 down\n"},
    {"B_7_Http301Threshold3", HTTP, "2023", 5, 2, 3, "0s=Answer;5s=Status301", "8s",
     "2000 2000 success 200\n7000 7000 status-code 301\n",
     "2000 up\n7000 down\n"},
    {"B_7_Http204NumberOfProbes3", HTTP, "2017", 5, 3, 0, "0s=Answer;5s=Status204", "8s",
     "2000 2000 success 200\n7000 7000 status-code 204\n",
     "2000 up\n7000 down\n"},
    {"B_7_Https404Threshold3", HTTPS, "2023", 5, 2, 3, "0s=Answer;5s=Status404", "8s",
     "2000 2000 success 200\n7000 7000 status-code 404\n",
     "2000 up\n7000 down\n"},
    {"B_7_HttpRefuseThreshold3", HTTP, "2023", 5, 2, 3, "0s=Answer;5s=Refuse", "8s",
     "2000 2000 success 200\n7000 7000 refused\n",
     "2000 up\n7000 down\n"},

    // HTTP, not answered: a miss after 31 s, or after the interval but at most 30 s.
    {"B_7_HttpStall31s", HTTP, "2017", 0, 2, 0, "0s=Answer;30s=Stall", "90s",
     "6000 6000 success 200\n21000 21000 success 200\n36000 67000 timeout\n"
     "51000 82000 timeout\n",
     "6000 up\n82000 down\n"},
    {"B_7_HttpStallInterval", HTTP, "2023", 15, 2, 2, "0s=Answer;30s=Stall", "70s",
     "6000 6000 success 200\n21000 21000 success 200\n36000 51000 timeout\n"
     "51000 66000 timeout\n",
     "6000 up\n66000 down\n"},
    {"B_7_HttpStall30s", HTTP, "2023", 60, 2, 1, "0s=Answer;60s=Stall", "120s",
     "24000 24000 success 200\n84000 114000 timeout\n",
     "24000 up\n114000 down\n"},
    {"B_7_HttpSilentThreshold2", HTTP, "2023", 5, 2, 2, "0s=Answer;5s=Silent", "18s",
     "2000 2000 success 200\n7000 12000 timeout\n12000 17000 timeout\n",
     "2000 up\n17000 down\n"},
    {"B_7_HttpStatusAfterAMiss", HTTP, "2023", 5, 2, 3, "0s=Answer;5s=Stall;10s=Status500", "13s",
     "2000 2000 success 200\n7000 12000 timeout\n12000 12000 status-code 500\n",
     "2000 up\n12000 down\n"},

    // numberOfProbes counts, or one probe does; a probeThreshold counts either way.
    {"B_7_NumberOfProbesHonored", TCP, "2017", 0, 2, 0, "0s=Answer;30s=Refuse;70s=Answer", "97s",
     "6000 6000 success\n21000 21000 success\n36000 36000 refused\n51000 51000 refused\n"
     "66000 66000 refused\n81000 81000 success\n96000 96000 success\n",
     "6000 up\n51000 down\n96000 up\n"},
    {"B_7_NumberOfProbesNotHonored", TCP, "2023", 15, 2, 0, "0s=Answer;30s=Refuse;70s=Answer",
     "82s",
     "6000 6000 success\n21000 21000 success\n36000 36000 refused\n51000 51000 refused\n"
     "66000 66000 refused\n81000 81000 success\n",
     "6000 up\n36000 down\n81000 up\n"},
    {"B_7_ThresholdOverNumberOfProbes", TCP, "2017", 5, 2, 3, "0s=Answer;5s=Refuse", "18s",
     "2000 2000 success\n7000 7000 refused\n12000 12000 refused\n17000 17000 refused\n",
     "2000 up\n17000 down\n"},
    {"B_7_ProfileInterval5s", TCP, "2023", 0, 2, 0, "0s=Answer", "8s",
     "2000 2000 success\n7000 7000 success\n",
     "2000 up\n"},

    // Up: at the first success after boot; later after as many in a row as the count.
    {"B_7_UpAfterBoot", TCP, "2023", 5, 2, 3, "0s=Refuse;10s=Answer", "18s",
     "2000 2000 refused\n7000 7000 refused\n12000 12000 success\n17000 17000 success\n",
     "2000 down\n12000 up\n"},
    {"B_7_UpAfterThreeInARow", TCP, "2023", 5, 2, 3,
     "0s=Answer;5s=Refuse;20s=Answer;30s=Refuse;35s=Answer", "48s",
     "2000 2000 success\n7000 7000 refused\n12000 12000 refused\n17000 17000 refused\n"
     "22000 22000 success\n27000 27000 success\n32000 32000 refused\n37000 37000 success\n"
     "42000 42000 success\n47000 47000 success\n",
     "2000 up\n17000 down\n47000 up\n"},
    {"B_7_MissesNotInARow", TCP, "2023", 5, 2, 2,
     "0s=Answer;5s=Refuse;10s=Answer;15s=Refuse;20s=Answer", "23s",
     "2000 2000 success\n7000 7000 refused\n12000 12000 success\n17000 17000 refused\n"
     "22000 22000 success\n",
     "2000 up\n"},
};
// clang-format on

class HealthProbes : public HealthProbeWorld, public ::testing::WithParamInterface<ProbeCase>
{
};

TEST_P(HealthProbes, EndAndCountAsTheFactsSay)
{
    const auto& c = GetParam();
    Begin(1, 0.4);
    Program();
    AddResponder(0, c.protocol, c.schedule);
    HealthProbe probe;
    probe.protocol = c.protocol;
    probe.interval = c.interval > 0 ? std::optional(Time(Seconds(c.interval))) : std::nullopt;
    probe.numberOfProbes = c.numberOfProbes;
    probe.probeThreshold = c.threshold > 0 ? std::optional(c.threshold) : std::nullopt;
    NetworkInterface member;
    member.networkInterface = 1;
    member.privateAddress = GetAddress(0);
    m_probers[0]->Apply({MakeProbeTarget(probe, 1, member, MakeProfile(c.profile))});
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
