// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-profiles.h"

#include "ns3/azure-slb-message.h"

#include <array>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ns3::azure
{

namespace
{

using Bytes = std::vector<uint8_t>;

// Offsets in a message, octets (see the file comment of azure-slb-message.h).
constexpr std::size_t VERSION = 4;
constexpr std::size_t KIND = 5;
constexpr std::size_t BODY = 10;

SlbMessage
MakeInstruction(OutboundMethod method, std::optional<Ipv4Address> own, const std::string& profile)
{
    ProgramNetworkInterface body;
    body.networkInterface = 0x01020304;
    body.method = method;
    body.instanceLevelPublicIp = own;
    body.blocks = {{Ipv4Address("198.51.100.1"), {1024, 2047}},
                   {Ipv4Address("198.51.100.2"), {65535, 65535}}};
    body.profile = MakeProfile(profile);
    body.sequence = 0xfffffffd;
    body.cause = SnatAllocationCause::Joined;
    return {0xcafe0001, body};
}

/// @return an instruction to send by a NAT gateway
SlbMessage
MakeGatewayInstruction()
{
    ProgramNetworkInterface body;
    body.networkInterface = 3;
    body.method = OutboundMethod::NatGateway;
    body.profile = MakeProfile("nat-gateway");
    body.natGateway = Ipv4Address("10.128.12.1");
    return {17, body};
}

/// @return that many blocks of eight ports, from port 1024 on
std::vector<SnatPortBlockGrant>
MakeBlocks(std::size_t count)
{
    std::vector<SnatPortBlockGrant> blocks;
    for (std::size_t i = 0; i < count; ++i)
    {
        const auto first = static_cast<uint16_t>(1024 + 8 * i);
        blocks.push_back({Ipv4Address("198.51.100.1"), {first, static_cast<uint16_t>(first + 7)}});
    }
    return blocks;
}

SlbMessage
MakeSnatPorts(std::size_t given, std::size_t taken)
{
    return {18,
            ProgramSnatPorts{0x01020304,
                             0xfffffffe,
                             0x01020305,
                             SnatRequestOutcome::Granted,
                             SnatAllocationCause::Requested,
                             MakeBlocks(given),
                             MakeBlocks(taken)}};
}

/// @return an answer that gives nothing
SlbMessage
MakeSnatRefusal(SnatRequestOutcome outcome)
{
    return {18, ProgramSnatPorts{7, 2, 3, outcome, SnatAllocationCause::Requested, {}, {}}};
}

SlbMessage
MakeWithdrawal(std::size_t count)
{
    return {21,
            WithdrawPublicEndpoints{
                {count, {Ipv4Address("198.51.100.1"), {1024, 1031}, Ipv4Address("192.168.0.7")}}}};
}

SlbMessage
MakeEndpoints(std::size_t count)
{
    ProgramPublicEndpoints body;
    for (std::size_t i = 0; i < count; ++i)
    {
        const auto first = static_cast<uint16_t>(1024 + i);
        body.endpoints.push_back(
            {Ipv4Address("198.51.100.1"), {first, first}, Ipv4Address("192.168.0.7")});
    }
    return {7, body};
}

SlbMessage
MakePart(std::size_t size)
{
    return {8, GoalStatePart{0xfffffffe, 3, 4, Bytes(size, 0xab)}};
}

/// @return a message with so many muxes and endpoints, the first of them of HA ports
SlbMessage
MakeInboundEndpoints(std::size_t muxes, std::size_t endpoints)
{
    ProgramInboundEndpoints body;
    body.networkInterface = 0x01020304;
    body.muxes.assign(muxes, Ipv4Address("10.128.9.1"));
    if (endpoints > 0)
    {
        body.endpoints.assign(endpoints,
                              {Ipv4Address("198.51.100.1"),
                               {},
                               TransportProtocol::Tcp,
                               80,
                               8080,
                               true,
                               Minutes(30),
                               true});
        body.endpoints[0] = {Ipv4Address("10.0.0.200"),
                             0xffffff,
                             TransportProtocol::All,
                             0,
                             0,
                             false,
                             Minutes(4),
                             false};
    }
    return {9, body};
}

SlbMessage
MakeProbe(const std::string& path = "/health")
{
    HealthProbeTarget target;
    target.networkInterface = 0x01020304;
    target.privateAddress = Ipv4Address("10.0.0.4");
    target.probe = 2;
    target.protocol = HealthProbeProtocol::Https;
    target.port = 8443;
    target.requestPath = path;
    target.interval = Seconds(15);
    target.timeout = MilliSeconds(30'500);
    target.failuresToDown = 3;
    target.successesToUp = 4;
    return {10, ProgramHealthProbe{target}};
}

SlbMessage
MakeMembers(std::size_t count)
{
    return {12, ProgramMembers{5, {count, MemberAvailability{6, 0x00010203, true, 0xfffffffe}}}};
}

/// The messages that the tests of refusal begin with.
std::vector<SlbMessage>
GetExamples()
{
    return {{0xffffffff, Acknowledge{}},
            MakeInstruction(OutboundMethod::LoadBalancerFrontend, std::nullopt, "2017"),
            MakeInstruction(OutboundMethod::InstanceLevelPublicIp,
                            Ipv4Address("198.51.100.9"),
                            "2018[AllocatedPorts=8|FinHold=30s|RstHold=none]"),
            MakeEndpoints(0),
            MakeEndpoints(3),
            MakeEndpoints(MAX_ENDPOINTS_PER_MESSAGE),
            MakePart(0),
            MakePart(5),
            MakeInboundEndpoints(0, 0),
            MakeInboundEndpoints(1, 3),
            MakeProbe(),
            {11, ReportHealth{7, 2, 3, true}},
            MakeMembers(0),
            MakeMembers(2),
            {13, RequestProgram{}},
            {14, ProgramComplete{}},
            {15, ProgramComplete{13}},
            MakeGatewayInstruction(),
            MakeSnatPorts(0, 0),
            MakeSnatPorts(1, 2),
            MakeSnatRefusal(SnatRequestOutcome::NoFreePorts),
            MakeSnatRefusal(SnatRequestOutcome::PortCap),
            {19, RequestSnatPorts{7, 1}},
            {20, ReturnSnatPorts{7, MakeBlocks(2)}},
            MakeWithdrawal(2),
            {22, ReportOverload{Ipv4Address("198.51.100.1"), 1}},
            {23, ProgramFrontend{Ipv4Address("198.51.100.1"), true, 1}}};
}

TEST(SlbMessages, HaveTheFormThatTheHeaderDescribes)
{
    const Bytes acknowledge{'a', 'S', 'L', 'B', 1, 0, 0, 0, 0, 5};
    EXPECT_EQ(Encode({5, Acknowledge{}}), acknowledge);

    ProgramNetworkInterface program;
    program.networkInterface = 258;
    program.method = OutboundMethod::DefaultSnat;
    program.blocks = {{Ipv4Address("192.0.2.1"), {1024, 2047}}};
    program.translatesUdp = false;
    program.isInboundClosed = true;
    program.profile = MakeProfile("2017");
    // clang-format off
    const Bytes instruction{'a', 'S', 'L', 'B', 1, 1, 0, 0, 0, 6,
                            0, 0, 1, 2,             // network interface
                            2, 0,                   // default SNAT, no own address
                            0, 1,                   // one block
                            192, 0, 2, 1, 4, 0, 7, 0xff,
                            1, 0, 1,                // SNAT for TCP, not for UDP; inbound closed
                            0, 4, '2', '0', '1', '7',
                            0,                      // no NAT gateway
                            0, 0, 0, 1, 0};         // the first of its sequence; the beginning
    EXPECT_EQ(Encode({6, program}), instruction);

    const Bytes endpoint{'a', 'S', 'L', 'B', 1, 2, 0, 0, 0, 7,
                         0, 1,                      // one endpoint
                         192, 0, 2, 9, 0, 0, 0xff, 0xff,
                         10, 1, 2, 3};
    const ProgramPublicEndpoints endpoints{
        {{Ipv4Address("192.0.2.9"), {0, 65535}, Ipv4Address("10.1.2.3")}}};
    EXPECT_EQ(Encode({7, endpoints}), endpoint);

    const Bytes part{'a', 'S', 'L', 'B', 1, 3, 0, 0, 0, 8,
                     0, 0, 1, 2,                    // generation
                     0, 4, 0, 5,                    // the last of five
                     0, 3, 'x', 'y', 'z'};
    // clang-format on
    EXPECT_EQ(Encode({8, GoalStatePart{258, 4, 5, {'x', 'y', 'z'}}}), part);
}

TEST(SlbMessages, OfLoadBalancingHaveTheFormThatTheHeaderDescribes)
{
    // clang-format off
    const Bytes inbound{'a', 'S', 'L', 'B', 1, 4, 0, 0, 0, 9,
                        1, 2, 3, 4,                 // network interface
                        0, 1,                       // one mux
                        10, 128, 9, 1,
                        0, 2,                       // two endpoints
                        10, 0, 0, 200,
                        1, 0, 0xff, 0xff, 0xff,     // of a virtual network
                        2, 0, 0, 0, 0, 0,           // HA ports, no floating IP
                        0, 0, 0, 0x37, 0xe1, 0x1d, 0x60, 0x00, 0, // 240 s = 0x37e11d6000 ns
                        198, 51, 100, 1,
                        0,                          // public
                        0, 0, 80, 0x1f, 0x90, 1,    // TCP, 80 to 8080, floating IP
                        0, 0, 1, 0xa3, 0x18, 0x5c, 0x50, 0x00, 1}; // 1800 s, with TCP reset
    EXPECT_EQ(Encode(MakeInboundEndpoints(1, 2)), inbound);

    const Bytes probe{'a', 'S', 'L', 'B', 1, 5, 0, 0, 0, 10,
                      1, 2, 3, 4,                   // network interface
                      10, 0, 0, 4,
                      0, 2,                         // number of the probe
                      2, 0x20, 0xfb,                // HTTPS, port 8443
                      0, 2, '/', 'x',
                      0, 0, 0, 3, 0x7e, 0x11, 0xd6, 0x00, // 15 s = 0x37e11d600 ns
                      0, 0, 0, 7, 0x19, 0xf1, 0x11, 0x00, // 30.5 s = 0x719f11100 ns
                      0, 0, 0, 3, 0, 0, 0, 4};      // three misses, four answers
    EXPECT_EQ(Encode(MakeProbe("/x")), probe);

    const Bytes report{'a', 'S', 'L', 'B', 1, 6, 0, 0, 0, 11,
                       1, 2, 3, 4,                  // network interface
                       0, 5,                        // number of the probe
                       0, 0, 0, 6,                  // of the report
                       1};                          // up
    EXPECT_EQ(Encode({11, ReportHealth{0x01020304, 5, 6, true}}), report);

    const Bytes members{'a', 'S', 'L', 'B', 1, 7, 0, 0, 0, 12,
                        0, 0, 0, 5,                 // generation
                        0, 1,                       // one change
                        0, 6,                       // backend set
                        0, 1, 2, 3,                 // network interface
                        1,                          // available
                        0xff, 0xff, 0xff, 0xfe};    // sequence
    EXPECT_EQ(Encode(MakeMembers(1)), members);

    EXPECT_EQ(Encode({13, RequestProgram{}}), (Bytes{'a', 'S', 'L', 'B', 1, 8, 0, 0, 0, 13}));
    EXPECT_EQ(Encode({14, ProgramComplete{0x010d}}),
              (Bytes{'a', 'S', 'L', 'B', 1, 9, 0, 0, 0, 14,
                     0, 0, 1, 13}));            // request
    // clang-format on
}

TEST(SlbMessages, OfSnatPortsHaveTheFormThatTheHeaderDescribes)
{
    // clang-format off
    const Bytes ports{'a', 'S', 'L', 'B', 1, 10, 0, 0, 0, 18,
                      1, 2, 3, 4,                   // network interface
                      0xff, 0xff, 0xff, 0xfe,       // sequence
                      1, 2, 3, 5,                   // request
                      0, 4,                         // granted, because requested
                      0, 1,                         // one block given
                      198, 51, 100, 1, 4, 0, 4, 7,
                      0, 2,                         // two taken
                      198, 51, 100, 1, 4, 0, 4, 7,
                      198, 51, 100, 1, 4, 8, 4, 15};
    EXPECT_EQ(Encode(MakeSnatPorts(1, 2)), ports);

    EXPECT_EQ(Encode({19, RequestSnatPorts{0x01020304, 5}}),
              (Bytes{'a', 'S', 'L', 'B', 1, 11, 0, 0, 0, 19,
                     1, 2, 3, 4,                    // network interface
                     0, 0, 0, 5}));                 // request

    EXPECT_EQ(Encode({20, ReturnSnatPorts{0x01020304, MakeBlocks(1)}}),
              (Bytes{'a', 'S', 'L', 'B', 1, 12, 0, 0, 0, 20,
                     1, 2, 3, 4,                    // network interface
                     0, 1,                          // one range
                     198, 51, 100, 1, 4, 0, 4, 7}));

    EXPECT_EQ(Encode(MakeWithdrawal(1)),
              (Bytes{'a', 'S', 'L', 'B', 1, 13, 0, 0, 0, 21,
                     0, 1,                          // one endpoint
                     198, 51, 100, 1, 4, 0, 4, 7,
                     192, 168, 0, 7}));

    EXPECT_EQ(Encode({22, ReportOverload{Ipv4Address("198.51.100.1"), 258}}),
              (Bytes{'a', 'S', 'L', 'B', 1, 14, 0, 0, 0, 22,
                     198, 51, 100, 1,
                     0, 0, 0, 0, 0, 0, 1, 2}));     // packets dropped

    EXPECT_EQ(Encode({23, ProgramFrontend{Ipv4Address("198.51.100.1"), true, 258}}),
              (Bytes{'a', 'S', 'L', 'B', 1, 15, 0, 0, 0, 23,
                     198, 51, 100, 1,
                     1,                             // withdrawn
                     0, 0, 1, 2}));                 // sequence
    // clang-format on
}

TEST(SlbMessages, HaveANameForTheKindOfTheirBody)
{
    // clang-format off
    const std::vector<std::pair<SlbMessage, std::string>> kinds{
        {{1, Acknowledge{}},             "acknowledge"},
        {{1, ProgramNetworkInterface{}}, "program-network-interface"},
        {{1, ProgramPublicEndpoints{}},  "program-public-endpoints"},
        {{1, GoalStatePart{}},           "goal-state-part"},
        {{1, ProgramInboundEndpoints{}}, "program-inbound-endpoints"},
        {{1, ProgramHealthProbe{}},      "program-health-probe"},
        {{1, ReportHealth{}},            "report-health"},
        {{1, ProgramMembers{}},          "program-members"},
        {{1, RequestProgram{}},          "request-program"},
        {{1, ProgramComplete{}},         "program-complete"},
        {{1, ProgramSnatPorts{}},        "program-snat-ports"},
        {{1, RequestSnatPorts{}},        "request-snat-ports"},
        {{1, ReturnSnatPorts{}},         "return-snat-ports"},
        {{1, WithdrawPublicEndpoints{}}, "withdraw-public-endpoints"},
        {{1, ReportOverload{}},          "report-overload"},
        {{1, ProgramFrontend{}},         "program-frontend"},
    };
    // clang-format on
    EXPECT_EQ(kinds.size(), std::variant_size_v<decltype(SlbMessage::body)>);
    for (const auto& [message, kind] : kinds)
    {
        EXPECT_EQ(GetKind(message), kind);
    }
}

TEST(SlbMessages, CarryAcknowledgements)
{
    const auto decoded = DecodeSlbMessage(Encode({0xffffffff, Acknowledge{}}));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->transaction, 0xffffffff);
    EXPECT_TRUE(std::holds_alternative<Acknowledge>(decoded->body));
}

TEST(SlbMessages, CarryInstructionsForHosts)
{
    const auto sent =
        MakeInstruction(OutboundMethod::InstanceLevelPublicIp, Ipv4Address("198.51.100.9"), "2018");
    const auto decoded = DecodeSlbMessage(Encode(sent));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->transaction, 0xcafe0001);
    const auto& body = std::get<ProgramNetworkInterface>(decoded->body);
    EXPECT_EQ(body.networkInterface, 0x01020304U);
    EXPECT_EQ(body.method, OutboundMethod::InstanceLevelPublicIp);
    EXPECT_EQ(body.instanceLevelPublicIp, Ipv4Address("198.51.100.9"));
    ASSERT_EQ(body.blocks.size(), 2U);
    EXPECT_EQ(body.blocks[0].publicAddress, Ipv4Address("198.51.100.1"));
    EXPECT_EQ(body.blocks[0].ports, (PortRange{1024, 2047}));
    EXPECT_EQ(body.blocks[1].publicAddress, Ipv4Address("198.51.100.2"));
    EXPECT_EQ(body.blocks[1].ports, (PortRange{65535, 65535}));
    EXPECT_EQ(body.profile.finHold, Seconds(240));
    EXPECT_FALSE(body.natGateway);
    EXPECT_EQ(body.sequence, 0xfffffffdU);
    EXPECT_EQ(body.cause, SnatAllocationCause::Joined);
}

TEST(SlbMessages, B_6_CarryTheNatGatewayOfAnInterface)
{
    const auto decoded = DecodeSlbMessage(Encode(MakeGatewayInstruction()));
    ASSERT_TRUE(decoded);
    const auto& body = std::get<ProgramNetworkInterface>(decoded->body);
    EXPECT_EQ(body.method, OutboundMethod::NatGateway);
    EXPECT_EQ(body.natGateway, Ipv4Address("10.128.12.1"));
    EXPECT_TRUE(body.blocks.empty());
    EXPECT_EQ(body.profile.name, "nat-gateway");
}

TEST(SlbMessages, CarrySnatPortsForHosts)
{
    const auto decoded =
        DecodeSlbMessage(Encode(MakeSnatPorts(MAX_BLOCKS_PER_MESSAGE, MAX_BLOCKS_PER_MESSAGE)));
    ASSERT_TRUE(decoded);
    const auto& body = std::get<ProgramSnatPorts>(decoded->body);
    EXPECT_EQ(body.networkInterface, 0x01020304U);
    EXPECT_EQ(body.sequence, 0xfffffffeU);
    EXPECT_EQ(body.request, 0x01020305U);
    EXPECT_EQ(body.outcome, SnatRequestOutcome::Granted);
    EXPECT_EQ(body.cause, SnatAllocationCause::Requested);
    ASSERT_EQ(body.given.size(), MAX_BLOCKS_PER_MESSAGE);
    EXPECT_EQ(body.given[1].publicAddress, Ipv4Address("198.51.100.1"));
    EXPECT_EQ(body.given[1].ports, (PortRange{1032, 1039}));
    ASSERT_EQ(body.taken.size(), MAX_BLOCKS_PER_MESSAGE);
    EXPECT_EQ(body.taken.back().ports, (PortRange{1024 + 8 * 69, 1024 + 8 * 69 + 7}));

    for (const auto outcome : {SnatRequestOutcome::NoFreePorts, SnatRequestOutcome::PortCap})
    {
        const auto refusal = DecodeSlbMessage(Encode(MakeSnatRefusal(outcome)));
        ASSERT_TRUE(refusal) << GetName(outcome);
        EXPECT_EQ(std::get<ProgramSnatPorts>(refusal->body).outcome, outcome);
    }
}

TEST(SlbMessages, B_1_C_1_CarryEveryCauseOfAChangeOfPorts)
{
    for (int cause = 0; cause <= static_cast<int>(SnatAllocationCause::Left); ++cause)
    {
        ProgramSnatPorts sent;
        sent.sequence = 1;
        sent.cause = static_cast<SnatAllocationCause>(cause);
        sent.given = MakeBlocks(1);
        const auto decoded = DecodeSlbMessage(Encode({1, sent}));
        ASSERT_TRUE(decoded) << GetName(sent.cause);
        const auto& body = std::get<ProgramSnatPorts>(decoded->body);
        EXPECT_EQ(body.cause, sent.cause);
        EXPECT_EQ(body.request, 0U); // it answers none
    }
}

TEST(SlbMessages, C_1_CarryRequestsAndReturnsOfSnatPorts)
{
    const auto request = DecodeSlbMessage(Encode({19, RequestSnatPorts{0x01020304, 0xfffffffe}}));
    ASSERT_TRUE(request);
    EXPECT_EQ(std::get<RequestSnatPorts>(request->body).networkInterface, 0x01020304U);
    EXPECT_EQ(std::get<RequestSnatPorts>(request->body).request, 0xfffffffeU);

    const auto returned =
        DecodeSlbMessage(Encode({20, ReturnSnatPorts{7, MakeBlocks(MAX_BLOCKS_PER_MESSAGE)}}));
    ASSERT_TRUE(returned);
    const auto& body = std::get<ReturnSnatPorts>(returned->body);
    EXPECT_EQ(body.networkInterface, 7U);
    ASSERT_EQ(body.ranges.size(), MAX_BLOCKS_PER_MESSAGE);
    EXPECT_EQ(body.ranges[1].ports, (PortRange{1032, 1039}));
}

TEST(SlbMessages, CarryWithdrawalsForMuxes)
{
    const auto decoded = DecodeSlbMessage(Encode(MakeWithdrawal(MAX_ENDPOINTS_PER_MESSAGE)));
    ASSERT_TRUE(decoded);
    const auto& endpoints = std::get<WithdrawPublicEndpoints>(decoded->body).endpoints;
    ASSERT_EQ(endpoints.size(), MAX_ENDPOINTS_PER_MESSAGE);
    EXPECT_EQ(endpoints.back().publicAddress, Ipv4Address("198.51.100.1"));
    EXPECT_EQ(endpoints.back().ports, (PortRange{1024, 1031}));
    EXPECT_EQ(endpoints.back().host, Ipv4Address("192.168.0.7"));
}

TEST(SlbMessages, X_6_CarryOverloadToTheManagerAndWithdrawnFrontendsToMuxes)
{
    const auto report =
        DecodeSlbMessage(Encode({22, ReportOverload{Ipv4Address("198.51.100.1"), 1ULL << 40}}));
    ASSERT_TRUE(report);
    EXPECT_EQ(std::get<ReportOverload>(report->body).frontend, Ipv4Address("198.51.100.1"));
    EXPECT_EQ(std::get<ReportOverload>(report->body).dropped, 1ULL << 40);
    for (const bool isWithdrawn : {true, false})
    {
        const auto decoded = DecodeSlbMessage(
            Encode({23, ProgramFrontend{Ipv4Address("198.51.100.1"), isWithdrawn, 0xfffffffe}}));
        ASSERT_TRUE(decoded);
        const auto& body = std::get<ProgramFrontend>(decoded->body);
        EXPECT_EQ(body.frontend, Ipv4Address("198.51.100.1"));
        EXPECT_EQ(body.isWithdrawn, isWithdrawn);
        EXPECT_EQ(body.sequence, 0xfffffffeU);
    }
}

TEST(SlbMessages, CarryEndpointsForMuxes)
{
    const auto decoded = DecodeSlbMessage(Encode(MakeEndpoints(2)));
    ASSERT_TRUE(decoded);
    const auto& endpoints = std::get<ProgramPublicEndpoints>(decoded->body).endpoints;
    ASSERT_EQ(endpoints.size(), 2U);
    EXPECT_EQ(endpoints[1].publicAddress, Ipv4Address("198.51.100.1"));
    EXPECT_EQ(endpoints[1].ports, (PortRange{1025, 1025}));
    EXPECT_EQ(endpoints[1].host, Ipv4Address("192.168.0.7"));
}

TEST(SlbMessages, CarryPartsOfGoalStates)
{
    const auto decoded = DecodeSlbMessage(Encode(MakePart(MAX_BYTES_PER_PART)));
    ASSERT_TRUE(decoded);
    const auto& body = std::get<GoalStatePart>(decoded->body);
    EXPECT_EQ(body.generation, 0xfffffffe);
    EXPECT_EQ(body.part, 3U);
    EXPECT_EQ(body.parts, 4U);
    EXPECT_EQ(body.bytes, Bytes(MAX_BYTES_PER_PART, 0xab));
}

TEST(SlbMessages, B_3_B_8_CarryWhatTheLoadBalancersOfAnInterfaceAllow)
{
    for (int flags = 0; flags < 8; ++flags)
    {
        ProgramNetworkInterface sent;
        sent.method = OutboundMethod::None;
        sent.translatesTcp = (flags & 1) != 0;
        sent.translatesUdp = (flags & 2) != 0;
        sent.isInboundClosed = (flags & 4) != 0;
        sent.profile = MakeProfile("2017");
        const auto decoded = DecodeSlbMessage(Encode({1, sent}));
        ASSERT_TRUE(decoded) << flags;
        const auto& body = std::get<ProgramNetworkInterface>(decoded->body);
        EXPECT_EQ(body.method, OutboundMethod::None) << flags;
        EXPECT_EQ(body.translatesTcp, sent.translatesTcp) << flags;
        EXPECT_EQ(body.translatesUdp, sent.translatesUdp) << flags;
        EXPECT_EQ(body.isInboundClosed, sent.isInboundClosed) << flags;
    }
}

TEST(SlbMessages, CarryInboundEndpointsForHosts)
{
    const auto decoded =
        DecodeSlbMessage(Encode(MakeInboundEndpoints(2, MAX_INBOUND_ENDPOINTS_PER_MESSAGE)));
    ASSERT_TRUE(decoded);
    const auto& body = std::get<ProgramInboundEndpoints>(decoded->body);
    EXPECT_EQ(body.networkInterface, 0x01020304U);
    EXPECT_EQ(body.muxes, std::vector<Ipv4Address>(2, Ipv4Address("10.128.9.1")));
    ASSERT_EQ(body.endpoints.size(), MAX_INBOUND_ENDPOINTS_PER_MESSAGE);
    EXPECT_EQ(body.endpoints[0].virtualNetwork, 0xffffffU);
    EXPECT_EQ(body.endpoints[0].protocol, TransportProtocol::All);
    const auto& endpoint = body.endpoints.back();
    EXPECT_EQ(endpoint.frontend, Ipv4Address("198.51.100.1"));
    EXPECT_FALSE(endpoint.virtualNetwork);
    EXPECT_EQ(endpoint.protocol, TransportProtocol::Tcp);
    EXPECT_EQ(endpoint.frontendPort, 80);
    EXPECT_EQ(endpoint.backendPort, 8080);
    EXPECT_TRUE(endpoint.isFloatingIp);
    EXPECT_EQ(endpoint.idleTimeout, Minutes(30));
    EXPECT_TRUE(endpoint.isTcpReset);
}

TEST(SlbMessages, CarryHealthProbesForHosts)
{
    const std::string path = "/" + std::string(MAX_REQUEST_PATH - 1, 'p');
    const auto decoded = DecodeSlbMessage(Encode(MakeProbe(path)));
    ASSERT_TRUE(decoded);
    const auto& target = std::get<ProgramHealthProbe>(decoded->body).target;
    EXPECT_EQ(target.networkInterface, 0x01020304U);
    EXPECT_EQ(target.privateAddress, Ipv4Address("10.0.0.4"));
    EXPECT_EQ(target.probe, 2);
    EXPECT_EQ(target.protocol, HealthProbeProtocol::Https);
    EXPECT_EQ(target.port, 8443);
    EXPECT_EQ(target.requestPath, path);
    EXPECT_EQ(target.interval, Seconds(15));
    EXPECT_EQ(target.timeout, MilliSeconds(30'500));
    EXPECT_EQ(target.failuresToDown, 3U);
    EXPECT_EQ(target.successesToUp, 4U);
}

TEST(SlbMessages, CarryHealthToTheManagerAndFromItToMuxes)
{
    const auto report = DecodeSlbMessage(Encode({1, ReportHealth{7, 2, 0xfffffffe, true}}));
    ASSERT_TRUE(report);
    const auto& health = std::get<ReportHealth>(report->body);
    EXPECT_EQ(health.networkInterface, 7U);
    EXPECT_EQ(health.probe, 2);
    EXPECT_EQ(health.sequence, 0xfffffffe);
    EXPECT_TRUE(health.isUp);

    const auto program = DecodeSlbMessage(Encode(MakeMembers(MAX_MEMBERS_PER_MESSAGE)));
    ASSERT_TRUE(program);
    const auto& members = std::get<ProgramMembers>(program->body);
    EXPECT_EQ(members.generation, 5U);
    ASSERT_EQ(members.changes.size(), MAX_MEMBERS_PER_MESSAGE);
    EXPECT_EQ(members.changes.back().backendSet, 6);
    EXPECT_EQ(members.changes.back().networkInterface, 0x00010203U);
    EXPECT_TRUE(members.changes.back().isAvailable);
    EXPECT_EQ(members.changes.back().sequence, 0xfffffffe);
}

TEST(SlbMessages, CarryRequestsForEverythingAndItsEnd)
{
    const auto request = DecodeSlbMessage(Encode({13, RequestProgram{}}));
    ASSERT_TRUE(request);
    EXPECT_EQ(request->transaction, 13U);
    EXPECT_TRUE(std::holds_alternative<RequestProgram>(request->body));
    const auto complete = DecodeSlbMessage(Encode({14, ProgramComplete{13}}));
    ASSERT_TRUE(complete);
    EXPECT_EQ(complete->transaction, 14U);
    EXPECT_EQ(std::get<ProgramComplete>(complete->body).request, 13U);
}

TEST(SlbMessages, CarryEveryMethodAndEverySettingOfEveryProfile)
{
    std::vector<std::string> profiles = GetProfileNames();
    profiles.emplace_back("2016[PortBudget=PoolSize|AllocatedPorts=1|PortsPerPublicAddress=1000|"
                          "TcpReuseKey=Never|UdpReuseKey=Cone|PortsPerProtocol=true|"
                          "LinkingRuleRequired=true|FrontendSelection=Random|FrontendBudget=Cap|"
                          "IdleTimeout=1.5s|FinHold=1e-09s|FinHoldStart=EitherFin|"
                          "RstHold=16s|UdpIdleTimeout=30s|HalfOpenTimeout=25s|UdpHold=65s|"
                          "ReuseGap=5s|TcpReset=BothEnds|MaxOutboundIdleTimeout=6000s|"
                          "PortChoice=Random|PortSearchTries=128|MaxFlowsPerDestination=50000|"
                          "ReclaimedHalf=Lower|PreallocatedPorts=8|PortRangeSize=16|"
                          "RangesPerGrant=3|DemandPredictionWindow=10s|UnusedRangeTimeout=60s|"
                          "MaxPortsPerInterface=2048|MaxRequestsPerMinute=150|"
                          "OutstandingRequests=1|FlowRecordTimeout=1s|SelectableIcmp=true|"
                          "ApplicationSecurityGroupsPerSide=2|HostServicesFiltered=false|"
                          "HostInVirtualNetworkTag=true|ProbeInterval=7s|"
                          "NumberOfProbesHonored=false|HttpProbeTimeout=1s|"
                          "HttpProbeTimeoutWithinInterval=true|LoneMemberKeepsFlows=false]");
    for (const auto method : {OutboundMethod::LoadBalancerFrontend, OutboundMethod::DefaultSnat})
    {
        for (const auto& profile : profiles)
        {
            const auto sent = MakeInstruction(method, std::nullopt, profile);
            const auto decoded = DecodeSlbMessage(Encode(sent));
            ASSERT_TRUE(decoded) << profile;
            const auto& body = std::get<ProgramNetworkInterface>(decoded->body);
            EXPECT_EQ(body.method, method);
            EXPECT_FALSE(body.instanceLevelPublicIp);
            EXPECT_EQ(ToText(body.profile), profile);
        }
    }
}

TEST(SlbMessages, StayBelowACommonMtuWhateverTheyCarry)
{
    EXPECT_LE(Encode(MakePart(MAX_BYTES_PER_PART)).size(), 1400U);
    EXPECT_LE(Encode(MakeEndpoints(MAX_ENDPOINTS_PER_MESSAGE)).size(), 1400U);
    auto inbound = MakeInboundEndpoints(MAX_MUXES, MAX_INBOUND_ENDPOINTS_PER_MESSAGE);
    auto& endpoints = std::get<ProgramInboundEndpoints>(inbound.body).endpoints;
    endpoints.assign(endpoints.size(), endpoints[0]); // with a virtual network, which is longer
    EXPECT_LE(Encode(inbound).size(), 1400U);
    EXPECT_LE(Encode(MakeProbe(std::string(MAX_REQUEST_PATH, '/'))).size(), 1400U);
    EXPECT_LE(Encode(MakeMembers(MAX_MEMBERS_PER_MESSAGE)).size(), 1400U);
    EXPECT_LE(Encode(MakeSnatPorts(MAX_BLOCKS_PER_MESSAGE, MAX_BLOCKS_PER_MESSAGE)).size(), 1400U);
    EXPECT_LE(Encode({1, ReturnSnatPorts{7, MakeBlocks(MAX_BLOCKS_PER_MESSAGE)}}).size(), 1400U);
    EXPECT_LE(Encode(MakeWithdrawal(MAX_ENDPOINTS_PER_MESSAGE)).size(), 1400U);
}

TEST(SlbMessages, AreRefusedWhenCutShortAnywhere)
{
    for (const auto& example : GetExamples())
    {
        const auto whole = Encode(example);
        ASSERT_TRUE(DecodeSlbMessage(whole));
        for (std::size_t length = 0; length < whole.size(); ++length)
        {
            EXPECT_FALSE(DecodeSlbMessage(Bytes(whole.begin(), whole.begin() + length))) << length;
        }
    }
}

TEST(SlbMessages, AreRefusedWithTrailingOctets)
{
    for (const auto& example : GetExamples())
    {
        auto bytes = Encode(example);
        bytes.push_back(0);
        EXPECT_FALSE(DecodeSlbMessage(bytes));
    }
}

/// @return whether the message is refused after one octet of it was replaced
bool
IsRefusedWith(const SlbMessage& message, std::size_t offset, uint8_t value)
{
    auto bytes = Encode(message);
    bytes.at(offset) = value;
    return !DecodeSlbMessage(bytes);
}

TEST(SlbMessages, AreRefusedWithWrongMagicVersionOrBody)
{
    const SlbMessage message{1, Acknowledge{}};
    for (std::size_t offset = 0; offset < VERSION; ++offset)
    {
        EXPECT_TRUE(IsRefusedWith(message, offset, 'x')) << offset;
    }
    EXPECT_TRUE(IsRefusedWith(message, VERSION, 0));
    EXPECT_TRUE(IsRefusedWith(message, VERSION, 2));
    EXPECT_TRUE(IsRefusedWith(message, KIND, 16));
    EXPECT_TRUE(IsRefusedWith(message, KIND, 255));
    EXPECT_FALSE(DecodeSlbMessage({}));
}

TEST(SlbMessages, AreRefusedWithFieldsOutOfRange)
{
    constexpr auto SNAT = OutboundMethod::LoadBalancerFrontend;
    const auto message = MakeInstruction(SNAT, std::nullopt, "2017");
    EXPECT_TRUE(IsRefusedWith(message, BODY + 4, 4));  // NAT gateway, but none follows
    EXPECT_TRUE(IsRefusedWith(message, BODY + 4, 5));  // no such method
    EXPECT_TRUE(IsRefusedWith(message, BODY + 4, 0));  // its own address, but none follows
    EXPECT_TRUE(IsRefusedWith(message, BODY + 5, 2));  // neither there nor not there
    EXPECT_TRUE(IsRefusedWith(message, BODY + 7, 3));  // more blocks than there are
    EXPECT_TRUE(IsRefusedWith(message, BODY + 12, 8)); // ports 2048 to 2047
    EXPECT_FALSE(IsRefusedWith(message, BODY + 12, 5));
    EXPECT_TRUE(IsRefusedWith(message, BODY + 24, 2)); // SNAT for TCP: neither true nor false
    EXPECT_TRUE(IsRefusedWith(message, BODY + 25, 2)); // likewise for UDP
    EXPECT_TRUE(IsRefusedWith(message, BODY + 26, 2)); // inbound closed, likewise
    EXPECT_TRUE(IsRefusedWith(message, BODY + 33, 1)); // a NAT gateway that is not there
    EXPECT_TRUE(IsRefusedWith(message, BODY + 38, 8)); // no such cause
    EXPECT_TRUE(IsRefusedWith(MakeGatewayInstruction(), BODY + 4, 1)); // a NAT gateway of SNAT
    EXPECT_TRUE(IsRefusedWith(MakeEndpoints(1), BODY + 6, 0xff));      // ports 65280 to 1024
    EXPECT_TRUE(IsRefusedWith(MakeEndpoints(1), BODY + 1, 0));         // fewer than there are
    EXPECT_TRUE(IsRefusedWith(MakePart(5), BODY + 5, 4));              // part 4 of 0 to 3
    EXPECT_TRUE(IsRefusedWith(MakePart(5), BODY + 7, 0));              // of no parts
}

/// One row: a message with one octet replaced.
struct OctetCase
{
    const char* name;   // test name, [A-Za-z0-9]+
    SlbMessage message; // what Encode() is given
    std::size_t offset; // of the octet in the body
    uint8_t value;      // in its place
    bool isRefused;     // expected
};

void
PrintTo(const OctetCase& c, std::ostream* os)
{
    *os << GetKind(c.message) << ", octet " << c.offset << ": " << int{c.value};
}

class ReplacedOctet : public ::testing::TestWithParam<OctetCase>
{
};

TEST_P(ReplacedOctet, IsRefusedWhereEncodeDoesNotWriteIt)
{
    const auto& c = GetParam();
    EXPECT_EQ(IsRefusedWith(c.message, BODY + c.offset, c.value), c.isRefused);
}

// One mux at 6; endpoint of HA ports at 12: address 12, virtual network 16, protocol 21,
// ports 22 and 24, floating IP 26, idle timeout 27, TCP reset 35; endpoint of TCP at 36: address
// 36, no virtual network 40, protocol 41, ports 42 and 44, floating IP 46, idle timeout 47, TCP
// reset 55.
const auto INBOUND = MakeInboundEndpoints(1, 2);
// Protocol at 10, port 11, length of the path 13, path 15, interval 17, timeout 25, failures 33,
// successes 37.
const auto PROBE = MakeProbe("/x");
const SlbMessage REPORT{11, ReportHealth{7, 2, 3, true}};
const auto MEMBERS = MakeMembers(1);
// Interface at 0, sequence 4, request 8, outcome 12, cause 13, given 14, taken 24.
const SlbMessage SNAT_PORTS{
    18,
    ProgramSnatPorts{7, 2, 3, SnatRequestOutcome::Granted, {}, MakeBlocks(1), {}}};
const auto NO_PORTS = MakeSnatRefusal(SnatRequestOutcome::NoFreePorts);
const SlbMessage REQUEST{19, RequestSnatPorts{7, 1}};
const SlbMessage RETURN{20, ReturnSnatPorts{7, MakeBlocks(1)}};
const auto WITHDRAWAL = MakeWithdrawal(1);
const SlbMessage OVERLOAD{22, ReportOverload{Ipv4Address("198.51.100.1"), 1}};
const SlbMessage FRONTEND{23, ProgramFrontend{Ipv4Address("198.51.100.1"), true, 1}};

// clang-format off
const std::vector<OctetCase> OCTET_CASES{
    // name                  message  offset value isRefused
    {"TwoMuxes",             INBOUND,  5,    2,    true},
    {"ThreeEndpoints",       INBOUND, 11,    3,    true},
    {"OneEndpoint",          INBOUND, 11,    1,    true},
    {"HalfAVirtualNetwork",  INBOUND, 16,    2,    true},
    {"NetworkOf25Bits",      INBOUND, 17,    1,    true},
    {"HighPortsOfTcp",       INBOUND, 21,    0,    true},
    {"HaPortsFromAPort",     INBOUND, 23,    1,    true},
    {"HaPortsToAPort",       INBOUND, 25,    1,    true},
    {"HalfFloating",         INBOUND, 26,    2,    true},
    {"EndpointOfUdp",        INBOUND, 41,    1,    false},
    {"PortOfHaPorts",        INBOUND, 41,    2,    true},
    {"NoSuchTransport",      INBOUND, 41,    3,    true},
    {"FromPortZero",         INBOUND, 43,    0,    true},
    {"ToAnotherPort",        INBOUND, 45,    0,    false}, // 7936
    {"NotFloating",          INBOUND, 46,    0,    false},
    {"NegativeIdleTimeout",  INBOUND, 27,    0x80, true},
    {"IdleTimeoutOfAYear",   INBOUND, 28,    0x70, true},
    {"HalfAReset",           INBOUND, 35,    2,    true},
    {"NoReset",              INBOUND, 55,    0,    false},
    {"ProbeZero",            PROBE,    9,    0,    true},
    {"ProbeOfTcp",           PROBE,   10,    0,    false},
    {"NoSuchProbe",          PROBE,   10,    3,    true},
    {"LongerPath",           PROBE,   14,    3,    true},
    {"LongestPath",          PROBE,   13,    4,    true},  // 1026 octets
    {"NegativeInterval",     PROBE,   17,    0x80, true},
    {"IntervalOfAYear",      PROBE,   18,    0x70, true},
    {"NegativeTimeout",      PROBE,   25,    0x80, true},
    {"TimeoutOfAYear",       PROBE,   26,    0x70, true},
    {"NoFailures",           PROBE,   36,    0,    true},
    {"NoSuccesses",          PROBE,   40,    0,    true},
    {"ReportOfProbeZero",    REPORT,   5,    0,    true},
    {"ReportZero",           REPORT,   9,    0,    true},
    {"Down",                 REPORT,  10,    0,    false},
    {"NeitherUpNorDown",     REPORT,  10,    2,    true},
    {"NoMembers",            MEMBERS,  5,    0,    true},
    {"HalfAvailable",        MEMBERS, 12,    2,    true},
    {"Unavailable",          MEMBERS, 12,    0,    false},
    {"PortsOfSequenceZero",  SNAT_PORTS, 7,  0,    true},
    {"PortsNotAskedFor",     SNAT_PORTS, 11, 0,    false},
    {"PortsOfARefusal",      SNAT_PORTS, 12, 1,    true},  // no free ports, but one block
    {"PortsOfACap",          SNAT_PORTS, 12, 2,    true},
    {"PortsOfAnother",       SNAT_PORTS, 12, 3,    true},  // a dropped request has no answer
    {"PortsOfAHurry",        SNAT_PORTS, 12, 4,    true},
    {"PortsUnanswered",      SNAT_PORTS, 12, 5,    true},
    {"NoSuchOutcome",        SNAT_PORTS, 12, 6,    true},
    {"PortsOfWhoLeft",       SNAT_PORTS, 13, 7,    false},
    {"NoSuchCause",          SNAT_PORTS, 13, 8,    true},
    {"TwoBlocksGiven",       SNAT_PORTS, 15, 2,    true},
    {"PortsBackwards",       SNAT_PORTS, 20, 5,    true},  // 1280 to 1031
    {"OneBlockTaken",        SNAT_PORTS, 25, 1,    true},
    {"RefusalOfNoRequest",   NO_PORTS, 11,   0,    true},
    {"RefusalByCap",         NO_PORTS, 12,   2,    false},
    {"GrantOfNothing",       NO_PORTS, 12,   0,    false}, // others of its requests got them
    {"RequestZero",          REQUEST,  7,    0,    true},
    {"AnotherRequest",       REQUEST,  7,    9,    false},
    {"NothingReturned",      RETURN,   5,    0,    true},
    {"ReturnBackwards",      RETURN,  10,    5,    true},
    {"WithdrawnBackwards",   WITHDRAWAL, 6,  5,    true},
    {"TwoWithdrawn",         WITHDRAWAL, 1,  2,    true},
    {"NothingDropped",       OVERLOAD, 11,   0,    true},
    {"MuchDropped",          OVERLOAD,  4,   0xff, false},
    {"HalfWithdrawn",        FRONTEND,  4,   2,    true},
    {"InServiceAgain",       FRONTEND,  4,   0,    false},
    {"FrontendSequenceZero", FRONTEND,  8,   0,    true},
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(SlbMessages,
                         ReplacedOctet,
                         ::testing::ValuesIn(OCTET_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(SlbMessages, AreRefusedWithAnyOtherTextOfAProfile)
{
    const auto whole = Encode(MakeInstruction(OutboundMethod::DefaultSnat, std::nullopt, "2017"));
    const Bytes after(whole.end() - 6, whole.end());     // NAT gateway, sequence and cause
    const Bytes before(whole.begin(), whole.end() - 12); // before the 16-bit length, and 2017
    const auto withProfile = [&before, &after](const std::string& text) {
        auto bytes = before;
        bytes.push_back(static_cast<uint8_t>(text.size() >> 8));
        bytes.push_back(static_cast<uint8_t>(text.size()));
        bytes.insert(bytes.end(), text.begin(), text.end());
        bytes.insert(bytes.end(), after.begin(), after.end());
        return DecodeSlbMessage(bytes).has_value();
    };
    EXPECT_TRUE(withProfile("2017"));
    EXPECT_TRUE(withProfile("2017[FinHold=30s]"));
    // clang-format off
    for (const auto* text : {"", "1999", "2017[FinHold=-30s]", "2017[IdleTimeout=-1s]", "2017[IdleTimeout=0s]",
                             "2017[AllocatedPorts=0]", "2017[", "2017[]", "2017[FinHold=none]",
                             "2017[FinHold=0.5min]", "2017[RstHold=1s|FinHold=1s]"}) // not as Encode() writes
    // clang-format on
    {
        EXPECT_FALSE(withProfile(text)) << text;
    }
}

TEST(SlbMessages, AreRefusedWithMoreEndpointsThanOneMessageCarries)
{
    auto bytes = Encode(MakeEndpoints(MAX_ENDPOINTS_PER_MESSAGE));
    bytes[BODY + 1] = static_cast<uint8_t>(MAX_ENDPOINTS_PER_MESSAGE + 1);
    bytes.insert(bytes.end(), bytes.end() - 12, bytes.end());
    EXPECT_FALSE(DecodeSlbMessage(bytes));
}

TEST(SlbMessages, AreRefusedWithLongerListsAndTextsThanOneMessageCarries)
{
    auto bytes = Encode(MakeInboundEndpoints(MAX_MUXES, 0));
    ++bytes[BODY + 5];
    bytes.insert(bytes.end() - 2, 4, 0);
    EXPECT_FALSE(DecodeSlbMessage(bytes));

    bytes = Encode(MakeInboundEndpoints(0, MAX_INBOUND_ENDPOINTS_PER_MESSAGE));
    ++bytes[BODY + 7];
    const Bytes last(bytes.end() - 20, bytes.end());
    bytes.insert(bytes.end(), last.begin(), last.end());
    EXPECT_FALSE(DecodeSlbMessage(bytes));

    bytes = Encode(MakeProbe(std::string(MAX_REQUEST_PATH, '/')));
    ++bytes[BODY + 14];
    bytes.insert(bytes.begin() + BODY + 15, '/');
    EXPECT_FALSE(DecodeSlbMessage(bytes));

    bytes = Encode({20, ReturnSnatPorts{7, MakeBlocks(MAX_BLOCKS_PER_MESSAGE)}});
    ++bytes[BODY + 5];
    const Bytes block(bytes.end() - 8, bytes.end());
    bytes.insert(bytes.end(), block.begin(), block.end());
    EXPECT_FALSE(DecodeSlbMessage(bytes));

    bytes = Encode(MakeSnatPorts(0, MAX_BLOCKS_PER_MESSAGE));
    ++bytes[BODY + 17];
    bytes.insert(bytes.end(), block.begin(), block.end());
    EXPECT_FALSE(DecodeSlbMessage(bytes));

    bytes = Encode(MakeMembers(MAX_MEMBERS_PER_MESSAGE));
    ++bytes[BODY + 5];
    const Bytes change(bytes.end() - 11, bytes.end());
    bytes.insert(bytes.end(), change.begin(), change.end());
    EXPECT_FALSE(DecodeSlbMessage(bytes));
}

TEST(SlbMessages, AreRefusedWithTimesOfZeroOrMoreThanAThousandHours)
{
    constexpr std::array<uint64_t, 3> TIMES{0, 3'600'000'000'000'001, 3'600'000'000'000'000};
    const std::vector<std::pair<SlbMessage, std::size_t>> fields{{PROBE, 17},    // interval
                                                                 {PROBE, 25},    // timeout
                                                                 {INBOUND, 27},  // idle timeout
                                                                 {INBOUND, 47}}; // likewise
    for (const auto& [message, offset] : fields)
    {
        // 1000 h = 3.6e15 ns = 0x000cca2e51310000
        for (const uint64_t time : TIMES)
        {
            auto bytes = Encode(message);
            for (std::size_t i = 0; i < 8; ++i)
            {
                bytes.at(BODY + offset + i) = static_cast<uint8_t>(time >> (56 - 8 * i));
            }
            EXPECT_EQ(DecodeSlbMessage(bytes).has_value(), time == 3'600'000'000'000'000)
                << GetKind(message) << ", " << offset << ", " << time;
        }
    }
}

TEST(SlbMessages, AreRefusedWithMoreBytesThanOnePartCarries)
{
    auto bytes = Encode(MakePart(MAX_BYTES_PER_PART));
    ++bytes[BODY + 9];
    bytes.push_back(0);
    EXPECT_FALSE(DecodeSlbMessage(bytes));
}

TEST(SlbMessages, AreEitherRefusedOrWrittenBackTheSameWhateverIsChanged)
{
    std::mt19937_64 random(5);
    const auto examples = GetExamples();
    uint32_t accepted = 0;
    for (int i = 0; i < 40'000; ++i)
    {
        auto bytes = Encode(examples[random() % examples.size()]);
        for (auto changes = 1 + random() % 3; changes > 0; --changes)
        {
            bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
        }
        if (const auto decoded = DecodeSlbMessage(bytes))
        {
            ++accepted;
            ASSERT_EQ(Encode(*decoded), bytes);
        }
    }
    EXPECT_GT(accepted, 400U); // most octets are addresses and numbers, where any value is valid
}

TEST(SlbMessagesDeathTest, EndTheProgramWhereTheyCouldNotBeRead)
{
    EXPECT_DEATH(Encode(MakeEndpoints(MAX_ENDPOINTS_PER_MESSAGE + 1)), "101 do not fit");
    EXPECT_DEATH(Encode(MakeInstruction(OutboundMethod::InstanceLevelPublicIp, {}, "2017")),
                 "the address of its method, or its sequence, is missing");
    EXPECT_DEATH(Encode(MakePart(MAX_BYTES_PER_PART + 1)), "1201 do not fit");
    EXPECT_DEATH(Encode({1, GoalStatePart{1, 2, 2, {}}}),
                 "a part is numbered below how many there are");
    EXPECT_DEATH(Encode(MakeInboundEndpoints(MAX_MUXES + 1, 0)), "65 do not fit");
    EXPECT_DEATH(Encode(MakeInboundEndpoints(0, MAX_INBOUND_ENDPOINTS_PER_MESSAGE + 1)),
                 std::to_string(MAX_INBOUND_ENDPOINTS_PER_MESSAGE + 1) + " do not fit");
    EXPECT_DEATH(Encode(MakeMembers(MAX_MEMBERS_PER_MESSAGE + 1)), "101 do not fit");
    EXPECT_DEATH(Encode(MakeProbe(std::string(MAX_REQUEST_PATH + 1, '/'))), "1025 do not fit");
    EXPECT_DEATH(Encode({1, ReportHealth{1, 0, 1, true}}), "begin at 1");
    EXPECT_DEATH(Encode({1, ProgramHealthProbe{}}), "of a health probe are none");
    EXPECT_DEATH(Encode({1, ProgramInboundEndpoints{1, {}, {InboundEndpoint{}}}}),
                 "of an inbound endpoint are none");
    EXPECT_DEATH(Encode({1, ProgramSnatPorts{}}), "the sequence or outcome of SNAT ports is none");
    EXPECT_DEATH(Encode(MakeSnatPorts(MAX_BLOCKS_PER_MESSAGE + 1, 0)), "71 do not fit");
    EXPECT_DEATH(Encode({1, RequestSnatPorts{}}), "requests for SNAT ports begin at 1");
    EXPECT_DEATH(Encode({1, ReturnSnatPorts{}}), "no ranges are returned");
    EXPECT_DEATH(Encode(MakeWithdrawal(MAX_ENDPOINTS_PER_MESSAGE + 1)), "101 do not fit");
    EXPECT_DEATH(Encode({1, ReportOverload{}}), "an overload without dropped packets is none");
    EXPECT_DEATH(Encode({1, ProgramFrontend{}}), "the sequence of a frontend begins at 1");
}

} // namespace

} // namespace ns3::azure
