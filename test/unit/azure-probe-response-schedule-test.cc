// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-probe-response-schedule.h"

#include <gtest/gtest.h>
#include <ostream>
#include <string>

namespace ns3::azure
{

namespace
{

/// One row: a schedule, and its entries written out.
struct ScheduleCase
{
    const char* name;    // test name
    const char* text;    // the schedule
    const char* entries; // start in ns, kind and status code of each; null if it is refused
};

void
PrintTo(const ScheduleCase& c, std::ostream* os)
{
    *os << c.text;
}

// clang-format off
constexpr ScheduleCase SCHEDULE_CASES[] = {
    // name                text                                 entries
    {"Nothing",            "",                                  ""},
    {"Answer",             "0s=Answer",                         "0 Answer 200;"},
    {"Several",            "0s=Answer;20s=Status503;40s=Refuse;1min=Silent;61s=Stall",
                           "0 Answer 200;20000000000 Answer 503;40000000000 Refuse 200;"
                           "60000000000 Silent 200;61000000000 Stall 200;"},
    {"Later",              "1500ms=Stall",                      "1500000000 Stall 200;"},
    {"BareSeconds",        "2=Refuse",                          "2000000000 Refuse 200;"},
    {"LowestStatus",       "0s=Status100",                      "0 Answer 100;"},
    {"HighestStatus",      "0s=Status599",                      "0 Answer 599;"},
    {"Status200",          "0s=Status200",                      "0 Answer 200;"},
    {"NoTime",             "Answer",                            nullptr},
    {"NoResponse",         "0s=",                               nullptr},
    {"NoUnit",             "1x=Answer",                         nullptr},
    {"Negative",           "-1s=Answer",                        nullptr},
    {"UnknownResponse",    "0s=Reset",                          nullptr},
    {"LowerCase",          "0s=answer",                         nullptr},
    {"NoCode",             "0s=Status",                         nullptr},
    {"CodeTooLow",         "0s=Status99",                       nullptr},
    {"CodeTooHigh",        "0s=Status600",                      nullptr},
    {"FourDigits",         "0s=Status0503",                     nullptr},
    {"NoNumber",           "0s=Status5x3",                      nullptr},
    {"Space",              "0s=Answer; 20s=Refuse",             nullptr},
    {"SemicolonAtEnd",     "0s=Answer;",                        nullptr},
    {"SameTime",           "5s=Answer;5s=Refuse",               nullptr},
    {"Backwards",          "5s=Answer;4s=Refuse",               nullptr},
    {"TwoEqualSigns",      "5s=Answer=Refuse",                  nullptr},
};
// clang-format on

/// @return the name of a kind
std::string
ToText(ProbeResponseKind kind)
{
    return GetText(ProbeResponse{kind});
}

class ReadSchedule : public ::testing::TestWithParam<ScheduleCase>
{
};

TEST_P(ReadSchedule, MeansThisOrIsRefused)
{
    const auto& c = GetParam();
    const auto schedule = ParseProbeResponseSchedule("Schedule", c.text);
    if (!c.entries)
    {
        ASSERT_FALSE(schedule);
        EXPECT_EQ(schedule.GetError().rfind("Schedule: '" + std::string(c.text) +
                                                "' is not allowed; give TIME=RESPONSE",
                                            0),
                  0U)
            << schedule.GetError();
        return;
    }
    ASSERT_TRUE(schedule) << schedule.GetError();
    std::string entries;
    for (const auto& entry : *schedule)
    {
        entries += std::to_string(entry.start.GetNanoSeconds()) + " " +
                   ToText(entry.response.kind) + " " + std::to_string(entry.response.statusCode) +
                   ";";
    }
    EXPECT_EQ(entries, c.entries);
}

INSTANTIATE_TEST_SUITE_P(ProbeResponseSchedule,
                         ReadSchedule,
                         ::testing::ValuesIn(SCHEDULE_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(ProbeResponse, IsReadBack)
{
    for (const auto* text : {"Answer", "Stall", "Silent", "Refuse", "Status404"})
    {
        const auto response = ParseProbeResponse("Behavior", text);
        ASSERT_TRUE(response) << response.GetError();
        EXPECT_EQ(GetText(*response), text);
    }
    EXPECT_EQ(GetText(*ParseProbeResponse("Behavior", "Status200")), "Answer");
}

TEST(ProbeResponse, IsRefusedWithWhatMayBeGiven)
{
    EXPECT_EQ(ParseProbeResponse("Behavior", "Status20").GetError(),
              "Behavior: 'Status20' is not allowed; give Answer, Stall, Silent, Refuse or Status "
              "and a code from 100 to 599 (Status503)");
}

} // namespace

} // namespace ns3::azure
