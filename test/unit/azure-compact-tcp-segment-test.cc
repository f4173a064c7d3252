// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-tcp-text.h"

#include "ns3/azure-compact-tcp-table.h"

#include <deque>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace ns3::azure
{

namespace
{

/**
 * @brief What one table does with segments written by hand.
 *
 * Lines of a script that begin with "do", "in" and "unknown" are done: calls, segments received,
 * and segments received that are of no connection and no port; so is "settings".  All others are
 * what the table has to answer, in order and completely: segments and callbacks.  Time is in
 * milliseconds, and stands still but for "do at".
 */
struct Script
{
    const char* name;               // test name
    std::vector<std::string> lines; // see above
};

void
PrintTo(const Script& script, std::ostream* os)
{
    *os << script.name;
}

// clang-format off
const Script SCRIPTS[] = {
    // Options, windows, timestamps
    {"OptionsOfAClient",
     {"do long", "do at 100", "do connect", "S 0 w65535 t100/0 s2 k",
      "do at 120", "in SA 0 a1 w65535 t110/100 s2 k", "A 1 a1 w32768 t120/110", "connected",
      "do at 121", "do send 12", "A 1+12 a1 w32768 t121/110", "do close", "FA 13 a1 w32768 t121/110",
      "do reset", "R 14 w32768 t121/110"}},
    {"OptionsOfAServer",
     {"do long", "do listen", "do at 5", "in S 0 w65535 t3/0 s2 k", "SA 0 a1 w65535 t5/3 s2 k",
      "do at 9", "in A 1 a1 w32768 t7/5", "accepted",
      "do send 1", "A 1+1 a1 w32768 t9/7"}},
    {"NoOptionsOfAClient",
     {"do long", "do listen", "in S 0 w1000", "SA 0 a1 w65535", "in A 1 a1 w1000", "accepted",
      "in A 1+10 a1 w1000", "received 10", "A 1 a11 w65535"}},
    {"NoOptionsOfAServer",
     {"do long", "do connect", "S 0 w65535 t0/0 s2 k", "in SA 0 a1 w1000", "A 1 a1 w65535",
      "connected", "do send 5", "A 1+5 a1 w65535"}},
    {"EchoesTheSegmentThatIsAcknowledged", // RFC 7323, 4.3: the first of those acknowledged at once
     {"do long", "do listen", "in S 0 t1/0 s2", "SA 0 a1 w65535 t0/1 s2",
      "in A 1 a1 t2/0", "accepted", "in A 1+10 a1 t3/0", "received 10", "A 1 a11 w32768 t0/3",
      "in A 11+10 a1 t4/0", "received 10", "in A 21+10 a1 t5/0", "received 10",
      "A 1 a31 w32768 t0/4"}},
    {"EchoesWhatDataAcknowledged", // ns-3's socket would not: its data does not count as ACK
     {"do long", "do listen", "in S 0 t1/0 s2", "SA 0 a1 w65535 t0/1 s2",
      "in A 1 a1 t2/0", "accepted", "do send 1", "A 1+1 a1 w32768 t0/2",
      "in A 1+10 a2 t3/0", "received 10", "do send 1", "A 2+1 a11 w32768 t0/3",
      "in A 11+10 a3 t4/0", "received 10", "do send 1", "A 3+1 a21 w32768 t0/4"}},
    {"OldTimestampsAreDroppedAndAnswered",
     {"do listen", "in S 0 t50/0", "SA 0 a1", "in A 1 a1 t60/0", "accepted",
      "in A 1+10 a1 t59/0", "A 1 a1", "in A 1+10 a1 t60/0", "received 10", "do at 200",
      "A 1 a11"}},
    {"MissingTimestampsAreDropped",
     {"do listen", "in S 0 t50/0", "SA 0 a1", "in A 1 a1 t60/0", "accepted",
      "in A 1+10 a1", "in R 1", "reset"}},
    {"PeerWindowIsKept", // little pieces wait, unless nothing is under way
     {"do connect", "S 0", "in SA 0 a1 w600", "A 1 a1", "connected", "do send 1000", "A 1+536 a1",
      "in A 1 a1 w999", "in A 1 a537 w463", "A 537+463 a1", "in A 1 a1000 w463", "A 1000+1 a1"}},
    {"PeerWindowIsScaled", // 2 << 8 is 512
     {"do connect", "S 0", "in SA 0 a1 w65535 s8 t0/0", "A 1 a1", "connected",
      "in A 1 a1 w2 t0/0", "do send 1000", "A 1+512 a1"}},
    {"WindowOfASynIsNotScaled",
     {"do connect", "S 0", "in SA 0 a1 w600 s8 t0/0", "A 1 a1", "connected", "do send 1072",
      "A 1+512 a1"}}, // 600 >> 8 << 8
    {"OwnWindowShiftIsAtMost14",
     {"settings vast", "do long", "do connect", "S 0 w65535 t0/0 s14 k"}},
    {"WindowShiftIsAtMost14",
     {"do connect", "S 0", "in SA 0 a1 s15 t0/0", "A 1 a1", "connected", "in A 1 a1 w1 t0/0",
      "do send 20000", "A 1+536 a1", "A 537+536 a1", "A 1073+536 a1", "A 1609+536 a1",
      "A 2145+536 a1", "A 2681+536 a1", "A 3217+536 a1", "A 3753+536 a1", "A 4289+536 a1",
      "A 4825+536 a1", "A 5361+536 a1", "A 5897+536 a1", "A 6433+536 a1", "A 6969+536 a1",
      "A 7505+536 a1", "A 8041+536 a1", "A 8577+536 a1", "A 9113+536 a1", "A 9649+536 a1",
      "A 10185+536 a1", "A 10721+536 a1", "A 11257+536 a1", "A 11793+536 a1", "A 12329+536 a1",
      "A 12865+536 a1", "A 13401+536 a1", "A 13937+536 a1", "A 14473+536 a1", "A 15009+536 a1",
      "A 15545+536 a1"}}, // 30 of them are 16080; one more would exceed 1 << 14 and wait
    {"ShutWindowIsProbed", // by one byte after each timeout, for as long as it takes
     {"do connect", "S 0", "in SA 0 a1 w0", "A 1 a1", "connected", "do send 100",
      "do at 1000", "A 1+1 a1", "in A 1 a1 w0", "do at 3000", "A 1+1 a1", "do at 7000", "A 1+1 a1",
      "in A 1 a2 w0", "do at 8000", "A 2+1 a1", "in A 1 a3 w500", "A 3+98 a1"}},
    {"ShutWindowWithNothingToSendIsLetBe",
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "in A 1 a1 w0", "do at 9000",
      "do quiet", "do close", "FA 1 a1", "in A 1 a2 w0", "do at 99000", "do quiet"}},
    {"OwnWindowIsKeptToo",
     {"settings narrow", "do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do send 25",
      "A 1+10 a1", "in A 1 a11", "A 11+10 a1", "in A 1 a21", "A 21+5 a1"}},
    {"OldAcknowledgementTellsNoWindow",
     {"do connect", "S 0", "in SA 0 a1 w10", "A 1 a1", "connected", "do send 100", "A 1+10 a1",
      "in A 1 a11 w10", "A 11+10 a1", "in A 1 a1 w500", "in A 1 a11 w20", "in A 1 a21 w80",
      "A 21+80 a1"}},

    // Round trip
    {"FirstTimeoutIsThreeRoundTrips", // RFC 6298, 2.2: 500 ms + 4 * 250 ms
     {"do connect", "S 0", "do at 500", "in SA 0 a1 t400/0", "A 1 a1", "connected",
      "do send 1", "A 1+1 a1", "do at 1999", "do at 2000", "A 1+1 a1",
      "do at 4999", "do at 5000", "A 1+1 a1"}},
    {"LaterTimeoutsAreSmoothed",
     // RFC 6298, 2.3, after a second sample of 100 ms: mean 500 - 400 / 8 = 450,
     // variation (3 * 250 + 400) / 4 = 287.5; 450 + 4 * 287.5 = 1600
     {"do connect", "S 0", "do at 500", "in SA 0 a1 t400/0", "A 1 a1", "connected",
      "do send 1", "A 1+1 a1", "do at 600", "in A 1 a2 t401/500", "do send 1", "A 2+1 a1",
      "do at 2199", "do at 2200", "A 2+1 a1"}},
    {"ServersMeasureTheHandshakeToo",
     {"do listen", "in S 0 t5/0", "SA 0 a1", "do at 500", "in A 1 a1 t400/0", "accepted",
      "do send 1", "A 1+1 a1", "do at 1999", "do at 2000", "A 1+1 a1"}},
    {"RetransmissionsAreNotMeasured", // RFC 6298, 3; else 1600 ms again
     {"do connect", "S 0", "do at 500", "in SA 0 a1 t400/0", "A 1 a1", "connected",
      "do send 1", "A 1+1 a1", "do at 2000", "A 1+1 a1", "do at 2100", "in A 1 a2 t401/2000",
      "do send 1", "A 2+1 a1", "do at 3599", "do at 3600", "A 2+1 a1"}},
    {"TimeoutsExceedTheRoundTripByAMillisecond", // RFC 6298, 2.3: G
     {"settings prompt", "do connect", "S 0", "in SA 0 a1 t400/0", "A 1 a1", "connected",
      "do send 1", "A 1+1 a1", "do at 1", "do at 2", "A 1+1 a1"}},
    {"AnEchoFromTheFutureIsNoMeasure",
     {"do connect", "S 0", "in SA 0 a1 t400/1", "A 1 a1", "connected", "do send 1", "A 1+1 a1",
      "do at 999", "do at 1000", "A 1+1 a1"}},

    // Streams
    {"DuplicatesAreAnswered",
     {"do listen", "in S 0", "SA 0 a1", "in A 1 a1", "accepted", "in A 1+10 a1", "received 10",
      "A 1 a11", "in A 1+10 a1", "A 1 a11", "in A 1 a1", "A 1 a11"}},
    {"WhatOverlapsIsTrimmed",
     {"do listen", "in S 0", "SA 0 a1", "in A 1 a1", "accepted", "in A 1+10 a1", "received 10",
      "A 1 a11", "in A 6+10 a1", "received 5", "do at 199", "do at 200", "A 1 a16"}},
    {"WhatIsOutOfOrderIsDroppedAndAnswered",
     {"do listen", "in S 0", "SA 0 a1", "in A 1 a1", "accepted", "in A 11+10 a1", "A 1 a1",
      "in FA 11 a1", "A 1 a1", "in A 1+10 a1", "received 10", "do at 199", "do at 200", "A 1 a11"}},
    {"WhatIsBeyondTheWindowIsAnswered",
     {"do listen", "in S 0", "SA 0 a1", "in A 1 a1", "accepted",
      "in A 131074+10 a1", "A 1 a1", "in A 131074 a1", "A 1 a1", "in A 131073 a1"}},
    {"SecondSegmentIsAcknowledgedAtOnce",
     {"do listen", "in S 0", "SA 0 a1", "in A 1 a1", "accepted", "in A 1+10 a1", "received 10",
      "A 1 a11", "in A 11+10 a1", "received 10", "do at 100", "in A 21+10 a1", "received 10",
      "A 1 a31", "do at 200", "in A 31+10 a1", "received 10", "do at 399", "do at 400", "A 1 a41"}},
    {"DelayBeginsWithTheFirstSegment",
     {"settings three", "do listen", "in S 0", "SA 0 a1", "in A 1 a1", "accepted",
      "in A 1+10 a1", "received 10", "A 1 a11", "in A 11+10 a1", "received 10", "do at 100",
      "in A 21+10 a1", "received 10", "do at 199", "do at 200", "A 1 a31"}},
    {"FinBeyondTheWindowIsNotTaken",
     {"settings narrow", "do listen", "in S 0", "SA 0 a1", "in A 1 a1", "accepted",
      "in FA 1+20 a1", "received 10", "A 1 a11", "in FA 11+10 a1", "received 10", "A 1 a22",
      "peer closed"}},
    {"DataCarriesTheAcknowledgement",
     {"do listen", "in S 0", "SA 0 a1", "in A 1 a1", "accepted", "in A 1+10 a1", "received 10",
      "A 1 a11", "in A 11+10 a1", "received 10", "do at 100", "do send 5", "A 1+5 a21",
      "do at 200", "do at 1099", "do at 1100", "A 1+5 a21"}},
    {"WithoutAckThereIsNothing",
     {"do listen", "in S 0", "SA 0 a1", "in A 1 a1", "accepted", "in F 1", "in P 1+10"}},
    {"AcknowledgementOfTheUnsentIsAnswered",
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do send 10", "A 1+10 a1",
      "in A 1+5 a12", "A 11 a1", "in A 1+5 a11", "received 5"}},
    {"PartOfWhatIsUnderWayIsAcknowledged", // and the timeout begins anew
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do send 600", "A 1+536 a1",
      "A 537+64 a1", "do at 900", "in A 1 a537", "do at 1000", "do at 1900", "A 537+64 a1",
      "in A 1 a601"}},
    {"AfterATimeoutOneSegmentGoesThenAll",
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do send 1608",
      "A 1+536 a1", "A 537+536 a1", "A 1073+536 a1", "do at 1000", "A 1+536 a1", "do send 10",
      "in A 1 a537", "A 537+536 a1", "A 1073+536 a1", "A 1609+10 a1", "in A 1 a1619"}},
    {"NothingIsWaitedForWhenAllIsAcknowledged", // else only one segment would go
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do send 5", "A 1+5 a1",
      "in A 1 a6", "do at 5000", "do send 1072", "A 6+536 a1", "A 542+536 a1"}},
    {"AcknowledgementsHaveTheHighestNumber", // so that they are acceptable whatever arrived
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do send 1072",
      "A 1+536 a1", "A 537+536 a1", "do at 1000", "A 1+536 a1", "in A 1+5 a1", "received 5",
      "do at 1200", "A 1073 a6"}},
    {"AnAcknowledgementMayLeapAhead", // the other side had kept what came out of order
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do send 1608",
      "A 1+536 a1", "A 537+536 a1", "A 1073+536 a1", "do at 1000", "A 1+536 a1",
      "in A 1 a1609", "do send 10", "A 1609+10 a1"}},
    {"SmallSegmentsAreRepeatedAsOne",
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do send 12", "A 1+12 a1",
      "do at 10", "do send 12", "A 13+12 a1", "do at 1000", "A 1+24 a1", "in A 1 a25"}},
    {"WhatIsSentBeforeTheHandshakeFollowsIt",
     {"do send 7", "do connect", "S 0", "do send 5", "in SA 0 a1", "A 1 a1", "connected",
      "A 1+12 a1"}},
    {"NumbersOfTheOtherSideWrap",
     {"do connect", "S 0", "in SA 4294967290 a1", "A 1 a4294967291", "connected",
      "in A 4294967291+10 a1", "received 10", "A 1 a5", "in A 5+5 a1", "received 5",
      "in A 4294967291+10 a1", "A 1 a10", "in FA 10 a1", "A 1 a11", "peer closed"}},
    {"NumbersOfThisSideWrap", // 16 segments of 2^28 bytes but for the last, which has 8 less
     {"settings huge", "do connect", "S 0", "in SA 0 a1 s14 t0/0", "A 1 a1", "connected",
      "in A 1 a1 t0/0", "do send 4294967288", "A 1+268435456 a1", "A 268435457+268435456 a1",
      "A 536870913+268435456 a1",
      "in A 1 a805306369 t0/0", "A 805306369+268435456 a1", "A 1073741825+268435456 a1",
      "A 1342177281+268435456 a1",
      "in A 1 a1610612737 t0/0", "A 1610612737+268435456 a1", "A 1879048193+268435456 a1",
      "A 2147483649+268435456 a1",
      "in A 1 a2415919105 t0/0", "A 2415919105+268435456 a1", "A 2684354561+268435456 a1",
      "A 2952790017+268435456 a1",
      "in A 1 a3221225473 t0/0", "A 3221225473+268435456 a1", "A 3489660929+268435456 a1",
      "A 3758096385+268435456 a1", "in A 1 a4026531841 t0/0", "A 4026531841+268435448 a1",
      "do send 100", "A 4294967289+100 a1", "do close", "FA 93 a1",
      "in A 1 a4294967289 t0/0", "do at 1000", "FA 4294967289+100 a1",
      "in A 1 a94 t0/0", "in FA 1 a94 t0/0", "A 94 a2", "closed until 241000"}},

    // Ends
    {"FinGoesWithTheLastData", // which the window has kept back
     {"do connect", "S 0", "in SA 0 a1 w536", "A 1 a1", "connected", "do send 600", "A 1+536 a1",
      "do close", "do send 5", "do close", "in A 1 a537 w536", "FA 537+64 a1", "in A 1 a602",
      "in A 1+9 a602", "received 9", "do at 199", "do at 200", "A 602 a10"}},
    {"FinIsGivenUpWhenDataWouldBe", // 1 s, then 2 s, by one retry of data
     {"settings one retry", "do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do close",
      "FA 1 a1", "do at 1000", "FA 1 a1", "do at 2000", "FA 1 a1", "do at 2999", "do at 3000",
      "timeout", "do free"}},
    {"ShutWindowIsNotGivenUp",
     {"settings one retry", "do connect", "S 0", "in SA 0 a1 w0", "A 1 a1", "connected",
      "do send 5", "do at 1000", "A 1+1 a1", "do at 3000", "A 1+1 a1", "do at 7000", "A 1+1 a1"}},
    {"DataIsGivenUpAfterItsRetries",
     {"settings one retry", "do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do send 5",
      "A 1+5 a1", "do at 1000", "A 1+5 a1", "do at 2999", "do at 3000", "timeout", "do free"}},
    {"DataAndFinAreSentAgainTogether",
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do send 5", "A 1+5 a1",
      "do close", "FA 6 a1", "do at 1000", "FA 1+5 a1", "in A 1 a7"}},
    {"DataAndFinOfTheOtherSide",
     {"do listen", "in S 0", "SA 0 a1", "in A 1 a1", "accepted", "in FA 1+10 a1", "received 10",
      "A 1 a11", "A 1 a12", "peer closed", "in A 12+5 a1", "do send 5", "A 1+5 a12",
      "do close", "FA 6 a12", "in A 12 a7", "closed until 0"}},
    {"FinAnswersFinAndAcknowledges", // FIN_WAIT_1 to TIME_WAIT in one segment
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do close", "FA 1 a1",
      "in FA 1 a2", "A 2 a2", "closed until 240000", "do at 239999", "do in use",
      "do at 240000", "do free"}},
    {"FinCrossesFin",
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do close", "FA 1 a1",
      "in FA 1 a1", "A 2 a2", "in A 2 a2", "closed until 240000"}},
    {"NoDelayedAcknowledgementIsLeftInTimeWait",
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do send 1", "A 1+1 a1",
      "do close", "FA 2 a1", "in A 1+5 a2", "received 5", "in FA 6 a3", "A 3 a7",
      "closed until 240000", "do at 200"}},
    {"TimeWaitAcknowledgesFinAgain",
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do close", "FA 1 a1",
      "in FA 1 a2", "A 2 a2", "closed until 240000", "do at 1000", "in FA 1 a2", "A 2 a2",
      "in A 2 a2", "do at 240000", "do free"}},
    {"TimeWaitEndsWithTheExpectedReset",
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do close", "FA 1 a1",
      "in FA 1 a2", "A 2 a2", "closed until 240000", "in R 1", "in R 3", "do in use", "in R 2",
      "do free"}},
    {"TimeWaitEndsWithANewerSyn",
     {"do listen", "in S 0 t5/0", "SA 0 a1", "in A 1 a1 t6/0", "accepted", "do close", "FA 1 a1",
      "in FA 1 a2 t7/0", "A 2 a2", "closed until 240000",
      "in S 0 t7/0", "A 2 a2", "in S 0 t8/0", "SA 0 a1", "in A 1 a1 t9/0", "accepted"}},
    {"TimeWaitWithoutTimestampsEndsWithAGreaterNumber",
     {"do listen", "in S 0", "SA 0 a1", "in A 1 a1", "accepted", "do close", "FA 1 a1",
      "in FA 1 a2", "A 2 a2", "closed until 240000", "in S 2", "A 2 a2", "in S 3", "SA 0 a4"}},
    {"TimeWaitOfAClientTakesNoSyn",
     {"do connect", "S 0", "in SA 0 a1 t5/0", "A 1 a1", "connected", "do close", "FA 1 a1",
      "in FA 1 a2 t6/0", "A 2 a2", "closed until 240000", "in S 0 t7/0", "A 2 a2"}},
    {"ResetNeedsTheExpectedNumber", // RFC 5961, 3.2
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "in R 2", "A 1 a1", "in R 0",
      "in R 200000", "in RA 1 a1", "reset"}},
    {"ResetWhileClosing",
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do close", "FA 1 a1",
      "in R 1", "reset"}},
    {"NoResetLeavesLastAck", // RFC 9293, 3.10.5
     {"do listen", "in S 0", "SA 0 a1", "in A 1 a1", "accepted", "in FA 1 a1", "A 1 a2",
      "peer closed", "do close", "FA 1 a2", "do reset", "do free"}},
    {"HardErrorEnds",
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "do soft error", "do hard error",
      "unreachable", "do free"}},
    {"ErrorsLeaveTimeWaitAndBoundAlone",
     {"do hard error", "do in use", "do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected",
      "do close", "FA 1 a1", "in FA 1 a2", "A 2 a2", "closed until 240000", "do hard error",
      "do in use"}},

    // Handshakes
    {"SynForAnEstablishedConnection", // RFC 5961, 4.2: the client that has begun anew resets it
     {"do listen", "in S 0 t5/0", "SA 0 a1", "in A 1 a1 t6/0", "accepted",
      "in A 1+10 a1 t6/0", "received 10", "A 1 a11",
      "in S 0 t900/0", "A 1 a11", "in R 11", "reset", "in S 0 t3900/0", "SA 0 a1"}},
    {"SynAckForAnEstablishedConnection",
     {"do connect", "S 0", "in SA 0 a1", "A 1 a1", "connected", "in SA 0 a1", "A 1 a1",
      "in SA 1 a1", "A 1 a1"}},
    {"AcknowledgementOfAnOldConnection", // a challenge ACK, which is answered
     {"do connect", "S 0", "in A 1 a11", "R 11", "in SA 5 a2", "R 2", "in SA 0 a1", "A 1 a1",
      "connected"}},
    {"WhatDoesNotAnswerASyn",
     {"do connect", "S 0", "in R 0", "in RA 0 a0", "in RA 0 a2", "in S 0", "in A 0 a1", "in F 0",
      "in SRA 0 a1", "refused"}},
    {"ABoundConnectionIsResetSilently", {"do in use", "do reset", "do free"}},
    {"ABoundConnectionIsNone",
     {"unknown A 1 a1", "unknown S 0", "do connect", "S 0"}},
    {"NobodyListens", {"unknown S 0", "unknown A 1 a1", "unknown R 1"}},
    {"WhatIsNoSynForAListeningPort", // RFC 9293, 3.10.7.2
     {"do listen", "do free", "in A 5 a7", "R 7", "in FA 5 a8", "R 8", "in SA 5 a9", "R 9",
      "in R 5", "in RA 5 a7", "in F 5", "in P 5+10", "in SF 5", "do free"}},
    {"NobodyListensAnyMore", // handshakes that have begun go on
     {"do listen", "in S 0", "SA 0 a1", "do stop listening", "in A 1 a1", "accepted", "do forget",
      "unknown S 0"}},
    {"AWrongAnswerToASynAck", // RFC 9293, 3.10.7.4
     {"do listen", "in S 0", "SA 0 a1", "in A 1 a2", "R 2", "in A 1 a0", "R 0", "in A 1 a1",
      "accepted"}},
    {"AnotherSynMeanwhile", // the same is answered; the number of another one is not acceptable
     {"do listen", "in S 10", "SA 0 a11", "in S 10", "SA 0 a11", "in S 9", "A 1 a11",
      "in R 11", "do free"}},
    {"AResetInsteadOfTheLastAck",
     {"do listen", "in S 0", "SA 0 a1", "in R 0", "do in use", "in R 2", "A 1 a1", "in R 1",
      "do free"}},
    {"AnErrorInsteadOfTheLastAck",
     {"do listen", "in S 0", "SA 0 a1", "do soft error", "do in use", "do hard error", "do free"}},
    {"DataWithTheLastAck",
     {"do listen", "in S 0", "SA 0 a1", "in FA 1+10 a1", "accepted", "received 10", "A 1 a11",
      "A 1 a12", "peer closed"}},
    {"DataInSteadOfTheLastAck",
     {"do listen", "in S 0", "SA 0 a1", "in A 11+10 a1", "accepted", "A 1 a1"}},
    {"ARepeatedSynCountsAsAnAttempt", // six SYN-ACKs, then silence
     {"do listen", "in S 0", "SA 0 a1", "in S 0", "SA 0 a1", "in S 0", "SA 0 a1", "in S 0",
      "SA 0 a1", "in S 0", "SA 0 a1", "in S 0", "SA 0 a1", "in S 0", "do at 2999", "do in use",
      "do at 3000", "do free"}},
    {"TimersComeBeforeSegmentsOfTheSameTime",
     {"do listen", "in S 0", "SA 0 a1", "do silently at 3000", "in A 1 a1", "SA 0 a1",
      "accepted"}},
};
// clang-format on

class CompactTcpSegments : public ::testing::TestWithParam<Script>,
                           public CompactTcpOutput,
                           public CompactTcpUser
{
  protected:
    void Transmit(const FlowKey& key,
                  const TcpSegment& segment,
                  CompactTcpUser* user,
                  uint32_t tag,
                  uint32_t offset) override
    {
        EXPECT_EQ(key, m_key);
        EXPECT_EQ(user, segment.payloadSize > 0 ? this : nullptr);
        if (user)
        {
            EXPECT_EQ(tag, m_tag);
            EXPECT_EQ(offset, segment.sequence - 1);
        }
        m_log.push_back(m_isLong ? ToLongText(segment) : ToText(segment));
    }

    uint32_t HandleAccepted(uint32_t connection, const FlowKey& key) override
    {
        EXPECT_EQ(key, m_key);
        m_connection = connection;
        m_log.emplace_back("accepted");
        return m_tag;
    }

    void HandleConnected(uint32_t tag) override
    {
        EXPECT_EQ(tag, m_tag);
        m_log.emplace_back("connected");
    }

    void HandleReceived(uint32_t tag, const uint8_t* bytes, uint32_t size) override
    {
        EXPECT_EQ(tag, m_tag);
        if (m_payload.size() <= m_settings.window)
        {
            EXPECT_EQ(bytes, m_payload.data() + m_payload.size() - size) << "the last bytes";
        }
        m_log.push_back("received " + std::to_string(size));
    }

    void HandlePeerClosed(uint32_t tag) override
    {
        EXPECT_EQ(tag, m_tag);
        m_log.emplace_back("peer closed");
    }

    void HandleOver(uint32_t tag, CompactTcpEnd end, Time freeAt) override
    {
        EXPECT_EQ(tag, m_tag);
        if (end == CompactTcpEnd::Closed)
        {
            m_log.push_back("closed until " + std::to_string(freeAt.GetMilliSeconds()));
            return;
        }
        EXPECT_EQ(freeAt, m_now);
        m_log.push_back(ToText(end));
    }

    uint32_t WritePayload(uint32_t /* tag */,
                          uint32_t /* offset */,
                          uint8_t* /* bytes */,
                          uint32_t /* size */) override
    {
        ADD_FAILURE() << "asked by the output only";
        return 0;
    }

    /// Take a segment whose payload is where HandleReceived() expects it.
    bool Receive(const std::string& text)
    {
        auto segment = ToSegment(text);
        m_payload.resize(segment.payloadSize);
        segment.payload = m_payload.data();
        return m_table.Receive(m_key, segment, m_now);
    }

    void Configure(const std::string& line)
    {
        if (line == "settings huge")
        {
            m_settings.segmentSize = 1U << 28;
            m_settings.window = 3U << 28;
        }
        else if (line == "settings vast")
        {
            m_settings.window = 0xffffffff;
        }
        else if (line == "settings narrow")
        {
            m_settings.window = 10;
        }
        else if (line == "settings three")
        {
            m_settings.delayedAckCount = 3;
        }
        else if (line == "settings prompt")
        {
            m_settings.leastRetransmitTimeout = Time();
        }
        else if (line == "settings one retry")
        {
            m_settings.dataRetries = 1;
        }
    }

    void Do(const std::string& what)
    {
        std::istringstream in(what);
        std::string verb;
        int64_t number = 0;
        in >> verb >> number;
        if (what == "long")
        {
            m_isLong = true;
        }
        else if (what == "listen")
        {
            m_table.Forget(m_connection);
            ASSERT_TRUE(m_table.Listen(m_key.GetSourcePort(), *this, m_settings));
        }
        else if (what == "stop listening")
        {
            m_table.StopListening(m_key.GetSourcePort());
        }
        else if (what == "connect")
        {
            m_table.Connect(m_connection, m_now);
        }
        else if (verb == "send")
        {
            m_table.Send(m_connection, static_cast<uint32_t>(number), m_now);
        }
        else if (what == "close")
        {
            m_table.Close(m_connection, m_now);
        }
        else if (what == "reset")
        {
            m_table.Reset(m_connection, m_now);
        }
        else if (what == "forget")
        {
            m_table.Forget(m_connection);
        }
        else if (what == "soft error" || what == "hard error")
        {
            m_table.ReceiveError(m_key, what == "hard error", m_now);
        }
        else if (what == "in use" || what == "free")
        {
            EXPECT_EQ(m_table.IsInUse(m_key), what == "in use");
            EXPECT_EQ(m_table.GetSize(), what == "in use" ? 1U : 0U);
        }
        else if (what == "quiet")
        {
            m_table.Expire(Seconds(1'000'000)); // what had been queued before
            EXPECT_EQ(m_table.GetNextDeadline(), std::nullopt);
        }
        else if (verb == "at")
        {
            m_now = MilliSeconds(number);
            m_table.Expire(m_now);
        }
        else if (verb == "silently")
        {
            m_now = MilliSeconds(std::stoi(what.substr(what.rfind(' '))));
        }
        else
        {
            FAIL() << what;
        }
    }

    const FlowKey m_key{0x0a000004, 0xc0000201, 50000, 80, IpProtocol::Tcp};
    const uint32_t m_tag{4711};
    CompactTcpSettings m_settings;
    CompactTcpTable m_table{*this};
    uint32_t m_connection{0};
    Time m_now;
    bool m_isLong{false};
    std::vector<uint8_t> m_payload;
    std::deque<std::string> m_log;
};

TEST_P(CompactTcpSegments, AreAnsweredAsTheScriptSays)
{
    const auto& lines = GetParam().lines;
    Configure(lines[0]);
    m_connection = *m_table.Bind(m_key, *this, m_tag, m_settings);
    for (std::size_t i = lines[0].find("settings") == 0 ? 1 : 0; i < lines.size(); ++i)
    {
        SCOPED_TRACE("line " + std::to_string(i) + ": " + lines[i]);
        const auto blank = lines[i].find(' ');
        const auto verb = lines[i].substr(0, blank);
        const bool isAct = verb == "do" || verb == "in" || verb == "unknown";
        if (isAct)
        {
            ASSERT_TRUE(m_log.empty()) << "unexpected: " << m_log.front();
            const auto rest = lines[i].substr(blank + 1);
            if (verb == "do")
            {
                Do(rest);
            }
            else
            {
                EXPECT_EQ(Receive(rest), verb == "in");
            }
            ASSERT_EQ(m_table.CheckInvariants(), std::nullopt);
            continue;
        }
        ASSERT_FALSE(m_log.empty());
        ASSERT_EQ(m_log.front(), lines[i]);
        m_log.pop_front();
    }
    ASSERT_TRUE(m_log.empty()) << "unexpected: " << m_log.front();
}

INSTANTIATE_TEST_SUITE_P(CompactTcpTable,
                         CompactTcpSegments,
                         ::testing::ValuesIn(SCRIPTS),
                         [](const auto& row) { return std::string(row.param.name); });

} // namespace

} // namespace ns3::azure
