// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-http-message.h"

#include <gtest/gtest.h>
#include <ostream>
#include <string>

namespace ns3::azure
{

namespace
{

/// One row: a response, as far as it has come, and what it says.
struct StatusCase
{
    const char* name;    // test name
    const char* text;    // the response
    HttpStatusLine line; // how much of its status line is there
    uint16_t code;       // if complete
};

void
PrintTo(const StatusCase& c, std::ostream* os)
{
    *os << c.text;
}

constexpr auto COMPLETE = HttpStatusLine::Complete;
constexpr auto UNFINISHED = HttpStatusLine::Unfinished;
constexpr auto MALFORMED = HttpStatusLine::Malformed;

// clang-format off
constexpr StatusCase STATUS_CASES[] = {
    // name              text                                       line        code
    {"Ok",               "HTTP/1.1 200 OK\r\n",                     COMPLETE,   200},
    {"WithHeaders",      "HTTP/1.1 200 OK\r\nServer: x\r\n\r\nhi",  COMPLETE,   200},
    {"OlderVersion",     "HTTP/1.0 503 Service Unavailable\r\n",    COMPLETE,   503},
    {"EmptyReason",      "HTTP/1.1 404 \r\n",                       COMPLETE,   404},
    {"NoReason",         "HTTP/1.1 404\r\n",                        COMPLETE,   404},
    {"Nothing",          "",                                        UNFINISHED, 0},
    {"Beginning",        "HTT",                                     UNFINISHED, 0},
    {"NoLineEnd",        "HTTP/1.1 200 OK",                         UNFINISHED, 0},
    {"HalfALineEnd",     "HTTP/1.1 200 OK\r",                       UNFINISHED, 0},
    {"OtherProtocol",    "220 smtp",                                MALFORMED,  0},
    {"OtherVersion",     "HTTP/2 200 OK\r\n",                       MALFORMED,  0},
    {"NoMinorVersion",   "HTTP/1.x 200 OK\r\n",                     MALFORMED,  0},
    {"NoSpace",          "HTTP/1.1-200 OK\r\n",                     MALFORMED,  0},
    {"TwoDigits",        "HTTP/1.1 20 OK\r\n",                      MALFORMED,  0},
    {"FourDigits",       "HTTP/1.1 2000 OK\r\n",                    MALFORMED,  0},
    {"Below100",         "HTTP/1.1 099 OK\r\n",                     MALFORMED,  0},
    {"NoNumber",         "HTTP/1.1 2x0 OK\r\n",                     MALFORMED,  0},
    {"TooShort",         "HTTP/1.1\r\n",                            MALFORMED,  0},
    {"EmptyLine",        "\r\n",                                    MALFORMED,  0},
};
// clang-format on

class ReadStatusLine : public ::testing::TestWithParam<StatusCase>
{
};

TEST_P(ReadStatusLine, AsFarAsItHasCome)
{
    const auto& c = GetParam();
    const auto status = ReadHttpStatus(c.text);
    EXPECT_EQ(status.line, c.line);
    EXPECT_EQ(status.code, c.code);
}

INSTANTIATE_TEST_SUITE_P(HttpMessage,
                         ReadStatusLine,
                         ::testing::ValuesIn(STATUS_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(HttpMessage, EndlessStatusLineIsMalformed)
{
    const std::string beginning = "HTTP/1.1 200 ";
    const std::string longest(MAX_HTTP_STATUS_LINE - beginning.size(), 'x');
    EXPECT_EQ(ReadHttpStatus(beginning + longest).line, UNFINISHED);
    EXPECT_EQ(ReadHttpStatus(beginning + longest + "\r\n").line, COMPLETE);
    EXPECT_EQ(ReadHttpStatus(beginning + longest + "x").line, MALFORMED);
}

TEST(HttpMessage, B_7_RequestGetsAPathFromAnAddress)
{
    EXPECT_EQ(MakeHttpRequest("/health?deep=1", Ipv4Address("10.0.0.4"), 8080),
              "GET /health?deep=1 HTTP/1.1\r\nHost: 10.0.0.4:8080\r\nConnection: close\r\n\r\n");
}

TEST(HttpMessage, ResponseIsReadBack)
{
    for (const uint16_t code : {100, 200, 503, 999})
    {
        const auto text = MakeHttpResponse(code);
        const auto status = ReadHttpStatus(text);
        EXPECT_EQ(status.line, COMPLETE) << text;
        EXPECT_EQ(status.code, code);
        EXPECT_EQ(text.find(HTTP_HEADER_END), text.size() - 4) << "nothing follows the header";
    }
}

} // namespace

} // namespace ns3::azure
