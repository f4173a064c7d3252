// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-test-profiles.h"

#include "ns3/azure-slb-message.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <string>
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
    return {0xcafe0001, body};
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
            MakePart(5)};
}

TEST(SlbMessages, HaveTheFormThatTheHeaderDescribes)
{
    const Bytes acknowledge{'a', 'S', 'L', 'B', 1, 0, 0, 0, 0, 5};
    EXPECT_EQ(Encode({5, Acknowledge{}}), acknowledge);

    ProgramNetworkInterface program;
    program.networkInterface = 258;
    program.method = OutboundMethod::DefaultSnat;
    program.blocks = {{Ipv4Address("192.0.2.1"), {1024, 2047}}};
    program.profile = MakeProfile("2017");
    // clang-format off
    const Bytes instruction{'a', 'S', 'L', 'B', 1, 1, 0, 0, 0, 6,
                            0, 0, 1, 2,             // network interface
                            2, 0,                   // default SNAT, no own address
                            0, 1,                   // one block
                            192, 0, 2, 1, 4, 0, 7, 0xff,
                            0, 4, '2', '0', '1', '7'};
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

TEST(SlbMessages, CarryEveryMethodAndEverySettingOfEveryProfile)
{
    std::vector<std::string> profiles = GetProfileNames();
    profiles.emplace_back("2016[PortBudget=PoolSize|AllocatedPorts=1|PortsPerPublicAddress=1000|"
                          "TcpReuseKey=Never|UdpReuseKey=Never|PortsPerProtocol=true|"
                          "LinkingRuleRequired=true|FrontendSelection=Random|FrontendBudget=Cap|"
                          "IdleTimeout=1.5s|FinHold=1e-09s|FinHoldStart=EitherFin|"
                          "RstHold=16s]");
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
    EXPECT_TRUE(IsRefusedWith(message, KIND, 4));
    EXPECT_TRUE(IsRefusedWith(message, KIND, 255));
    EXPECT_FALSE(DecodeSlbMessage({}));
}

TEST(SlbMessages, AreRefusedWithFieldsOutOfRange)
{
    constexpr auto SNAT = OutboundMethod::LoadBalancerFrontend;
    const auto message = MakeInstruction(SNAT, std::nullopt, "2017");
    EXPECT_TRUE(IsRefusedWith(message, BODY + 4, 3));  // no such method
    EXPECT_TRUE(IsRefusedWith(message, BODY + 4, 0));  // its own address, but none follows
    EXPECT_TRUE(IsRefusedWith(message, BODY + 5, 2));  // neither there nor not there
    EXPECT_TRUE(IsRefusedWith(message, BODY + 7, 3));  // more blocks than there are
    EXPECT_TRUE(IsRefusedWith(message, BODY + 12, 8)); // ports 2048 to 2047
    EXPECT_FALSE(IsRefusedWith(message, BODY + 12, 5));
    EXPECT_TRUE(IsRefusedWith(MakeEndpoints(1), BODY + 6, 0xff)); // ports 65280 to 1024
    EXPECT_TRUE(IsRefusedWith(MakeEndpoints(1), BODY + 1, 0));    // fewer than there are
    EXPECT_TRUE(IsRefusedWith(MakePart(5), BODY + 5, 4));         // part 4 of 0 to 3
    EXPECT_TRUE(IsRefusedWith(MakePart(5), BODY + 7, 0));         // of no parts
}

TEST(SlbMessages, AreRefusedWithAnyOtherTextOfAProfile)
{
    const auto whole = Encode(MakeInstruction(OutboundMethod::DefaultSnat, std::nullopt, "2017"));
    const Bytes before(whole.begin(), whole.end() - 6); // 16-bit length, and 2017
    const auto withProfile = [&before](const std::string& text) {
        auto bytes = before;
        bytes.push_back(static_cast<uint8_t>(text.size() >> 8));
        bytes.push_back(static_cast<uint8_t>(text.size()));
        bytes.insert(bytes.end(), text.begin(), text.end());
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
                 "the instance-level public IP is missing");
    EXPECT_DEATH(Encode(MakePart(MAX_BYTES_PER_PART + 1)), "1201 do not fit");
    EXPECT_DEATH(Encode({1, GoalStatePart{1, 2, 2, {}}}), "there is no part 2 of 2");
}

} // namespace

} // namespace ns3::azure
