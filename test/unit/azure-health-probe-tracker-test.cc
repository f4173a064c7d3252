// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-health-probe-tracker.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <ostream>
#include <string>

namespace ns3::azure
{

namespace
{

/// One row: what comes of a VM's probes, and what each says of it.
struct TrackerCase
{
    const char* name;             // test name
    HealthProbeProtocol protocol; // how it is asked
    uint32_t failures;            // failuresToDown
    uint32_t successes;           // successesToUp
    const char* outcomes;         // one letter each: Success, Timeout, Refused, status Code
    const char* changes;          // one each: up, down, or . for none
};

void
PrintTo(const TrackerCase& c, std::ostream* os)
{
    *os << GetName(c.protocol) << " " << c.outcomes;
}

constexpr auto TCP = HealthProbeProtocol::Tcp;
constexpr auto HTTP = HealthProbeProtocol::Http;
constexpr auto HTTPS = HealthProbeProtocol::Https;

// clang-format off
constexpr TrackerCase TRACKER_CASES[] = {
    // name                          protocol fail succ outcomes      changes
    // The first success after boot suffices, whatever has been missed before.
    {"B_7_UpAtFirst",                TCP,     3,   3,   "S",          "u"},
    {"B_7_UpAfterBoot",              TCP,     3,   3,   "TTTS",       "d..u"},
    {"B_7_UpAfterBootByHttp",        HTTP,    3,   3,   "RTCS",       "d..u"},
    {"B_7_DownAtFirst",              TCP,     3,   3,   "T",          "d"},
    {"B_7_RefusedAtFirst",           TCP,     3,   3,   "RR",         "d."},
    {"B_7_OtherStatusAtFirst",       HTTPS,   3,   3,   "C",          "d"},

    // One outcome flips: how the service has acted since about 2022.
    {"B_7_OneMiss",                  TCP,     1,   1,   "STST",       "udud"},
    {"B_7_OneMissByHttp",            HTTP,    1,   1,   "STS",        "udu"},

    // A RST of a TCP probe is a miss as a timeout is.
    {"B_7_TcpTwoMisses",             TCP,     2,   2,   "STT",        "u.d"},
    {"B_7_TcpTwoRefused",            TCP,     2,   2,   "SRR",        "u.d"},
    {"B_7_TcpMixedMisses",           TCP,     3,   2,   "SRTR",       "u..d"},
    {"B_7_SuccessInterruptsMisses",  TCP,     2,   2,   "STSTSTT",    "u.....d"},

    // As many successes in a row bring it back.
    {"B_7_TwoSuccesses",             TCP,     2,   2,   "STTSS",      "u.d.u"},
    {"B_7_MissInterruptsSuccesses",  TCP,     2,   2,   "STTSTSS",    "u.d...u"},
    {"B_7_ThresholdsOfTheirOwn",     TCP,     1,   3,   "STSSS",      "ud..u"},
    {"B_7_StaysDown",                TCP,     2,   2,   "STTTTT",     "u.d..."},
    {"B_7_CountsFromTheLastChange",  TCP,     2,   2,   "STTSSTSTT",  "u.d.u...d"},

    // HTTP: an answer that is not 200, and a RST, bring it down at once; a timeout is a miss.
    {"B_7_HttpStatusAtOnce",         HTTP,    3,   3,   "SC",         "ud"},
    {"B_7_HttpRefusedAtOnce",        HTTP,    3,   3,   "SR",         "ud"},
    {"B_7_HttpsStatusAtOnce",        HTTPS,   3,   3,   "SC",         "ud"},
    {"B_7_HttpsRefusedAtOnce",       HTTPS,   3,   3,   "SR",         "ud"},
    {"B_7_HttpThreeTimeouts",        HTTP,    3,   3,   "STTT",       "u..d"},
    {"B_7_HttpStatusAfterTimeout",   HTTP,    3,   3,   "STC",        "u.d"},
    {"B_7_HttpBackAfterThree",       HTTP,    3,   3,   "SCSSS",      "ud..u"},
    {"B_7_HttpStatusInterrupts",     HTTP,    3,   2,   "SCSCSS",     "ud...u"},
};
// clang-format on

/// @return the outcome that a letter stands for
HealthProbeOutcome
ToOutcome(char letter)
{
    switch (letter)
    {
    case 'S':
        return HealthProbeOutcome::Success;
    case 'T':
        return HealthProbeOutcome::Timeout;
    case 'R':
        return HealthProbeOutcome::Refused;
    default:
        return HealthProbeOutcome::StatusCode;
    }
}

/// @return the letter that stands for a change
char
ToLetter(std::optional<bool> change)
{
    if (!change)
    {
        return '.';
    }
    return *change ? 'u' : 'd';
}

class ProbeOutcomes : public ::testing::TestWithParam<TrackerCase>
{
};

TEST_P(ProbeOutcomes, MakeAVmUpOrDown)
{
    const auto& c = GetParam();
    HealthProbeTarget target;
    target.protocol = c.protocol;
    target.failuresToDown = c.failures;
    target.successesToUp = c.successes;
    HealthProbeTracker tracker(target);
    EXPECT_FALSE(tracker.IsUp().has_value());

    std::string changes;
    std::optional<bool> isUp;
    for (const char outcome : std::string(c.outcomes))
    {
        const auto change = tracker.Note(ToOutcome(outcome));
        changes += ToLetter(change);
        isUp = change ? change : isUp;
        EXPECT_EQ(tracker.IsUp(), isUp) << "after " << changes;
    }
    EXPECT_EQ(changes, c.changes);
}

INSTANTIATE_TEST_SUITE_P(HealthProbeTracker,
                         ProbeOutcomes,
                         ::testing::ValuesIn(TRACKER_CASES),
                         [](const auto& row) { return row.param.name; });

} // namespace

} // namespace ns3::azure
