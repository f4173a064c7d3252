// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-mux-goal-state.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <ostream>
#include <random>
#include <vector>

namespace ns3::azure
{

namespace
{

using Bytes = std::vector<uint8_t>;

/// Two members, and two rules that send to them: a public one and one with HA ports.
MuxGoalState
MakeSmall()
{
    MuxGoalState goalState;
    goalState.generation = 7;
    goalState.memberSelection = MemberSelection::Maglev;
    goalState.hashSeed = 0x0102030405060708;
    goalState.backendSets = {
        {{{3, Ipv4Address("10.128.0.6"), true, 0}, {258, Ipv4Address("10.128.0.7"), false, 9}},
         NoHealthyBackendsBehavior::AllProbedUp,
         false}};
    MuxRule tcp;
    tcp.rule = 1;
    tcp.frontend = Ipv4Address("198.51.100.1");
    tcp.frontendPort = 443;
    tcp.distribution = LoadDistribution::SourceIp;
    MuxRule ports;
    ports.rule = 2;
    ports.frontend = Ipv4Address("10.0.0.200");
    ports.virtualNetwork = 0x10203;
    ports.protocol = TransportProtocol::All;
    goalState.rules = {tcp, ports};
    return goalState;
}

// clang-format off
const Bytes SMALL{0, 0, 0, 7,                       // generation
                  1,                                // Maglev
                  1, 2, 3, 4, 5, 6, 7, 8,           // seed
                  0, 1, 0, 2,                       // one backend set of two members
                  0, 0, 0, 3, 10, 128, 0, 6, 1, 0, 0, 0, 0,
                  0, 0, 1, 2, 10, 128, 0, 7, 0, 0, 0, 0, 9,
                  1, 0,                             // AllProbedUp, ends flows when all are down
                  0, 2,                             // two rules
                  0, 1, 198, 51, 100, 1, 0,         // number, frontend, public
                  0, 1, 0xbb, 1, 0, 0,              // TCP, port 443, SourceIP, set 0
                  0, 2, 10, 0, 0, 200,              // number, frontend
                  1, 0, 1, 2, 3,                    // of a virtual network
                  2, 0, 0, 0, 0, 0};                // All, no port, Default, set 0
// clang-format on

/// Draws goal states that Encode() takes.
class GoalStateDraw
{
  public:
    explicit GoalStateDraw(uint32_t seed)
        : m_random(seed)
    {
    }

    MuxGoalState Draw()
    {
        MuxGoalState goalState;
        goalState.generation = Number(0xffffffff);
        goalState.memberSelection = static_cast<MemberSelection>(Number(1));
        goalState.hashSeed = uint64_t{Number(0xffffffff)} << 32 | Number(0xffffffff);
        goalState.backendSets = List<BackendSet>(3, [this] { return DrawSet(); });
        if (!goalState.backendSets.empty())
        {
            const auto last = static_cast<uint32_t>(goalState.backendSets.size()) - 1;
            uint16_t number = 0;
            goalState.rules = List<MuxRule>(4, [&] {
                number = static_cast<uint16_t>(number + 1 + Number(10'000));
                return DrawRule(number, static_cast<uint16_t>(Number(last)));
            });
        }
        return goalState;
    }

    uint32_t Number(uint32_t last)
    {
        return std::uniform_int_distribution<uint32_t>(0, last)(m_random);
    }

  private:
    template <typename T>
    std::vector<T> List(uint32_t most, const std::function<T()>& draw)
    {
        std::vector<T> list(Number(most));
        std::generate(list.begin(), list.end(), draw);
        return list;
    }

    BackendSet DrawSet()
    {
        uint32_t number = Number(1);
        BackendSet set;
        set.members = List<BackendMember>(5, [this, &number] {
            number += 1 + Number(1'000'000); // 5 of them stay below 2^24
            return BackendMember{number,
                                 Ipv4Address(Number(0xffffffff)),
                                 Number(1) == 1,
                                 Number(0xffffffff)};
        });
        set.noHealthyBackendsBehavior = static_cast<NoHealthyBackendsBehavior>(Number(1));
        set.keepsFlowsWhenAllDown = Number(1) == 1;
        return set;
    }

    MuxRule DrawRule(uint16_t number, uint16_t backendSet)
    {
        MuxRule rule;
        rule.rule = number;
        rule.frontend = Ipv4Address(Number(0xffffffff));
        if (Number(1) == 1)
        {
            rule.virtualNetwork = Number(0xffffff);
        }
        rule.protocol = static_cast<TransportProtocol>(Number(2));
        const bool hasPort = rule.protocol != TransportProtocol::All;
        rule.frontendPort = hasPort ? static_cast<uint16_t>(1 + Number(65'534)) : 0;
        rule.distribution = static_cast<LoadDistribution>(Number(2));
        rule.backendSet = backendSet;
        return rule;
    }

    std::mt19937 m_random; //!< same seed, same goal states
};

TEST(MuxGoalStates, HaveTheFormThatTheHeaderDescribes)
{
    EXPECT_EQ(Encode(MakeSmall()), SMALL);
}

TEST(MuxGoalStates, CarryWhateverIsInThem)
{
    GoalStateDraw draw(1);
    std::size_t rules = 0;
    for (int i = 0; i < 1000; ++i)
    {
        const auto goalState = draw.Draw();
        const auto decoded = DecodeMuxGoalState(Encode(goalState));
        ASSERT_TRUE(decoded) << i;
        ASSERT_TRUE(*decoded == goalState) << i;
        rules += goalState.rules.size();
    }
    EXPECT_GT(rules, 1000U); // up to 4 each, unless there is no backend set
}

TEST(MuxGoalStates, AreEqualOnlyIfEveryFieldIs)
{
    using Change = std::function<void(MuxGoalState&)>;
    const std::vector<Change> changes{
        [](auto& g) { ++g.generation; },
        [](auto& g) { g.memberSelection = MemberSelection::Modulo; },
        [](auto& g) { ++g.hashSeed; },
        [](auto& g) { g.backendSets.emplace_back(); },
        [](auto& g) { g.rules.pop_back(); },
        [](auto& g) { g.backendSets[0].members.pop_back(); },
        [](auto& g) {
            g.backendSets[0].noHealthyBackendsBehavior = NoHealthyBackendsBehavior::AllProbedDown;
        },
        [](auto& g) { g.backendSets[0].keepsFlowsWhenAllDown = true; },
        [](auto& g) { ++g.backendSets[0].members[0].networkInterface; },
        [](auto& g) { g.backendSets[0].members[0].host = Ipv4Address("10.128.0.8"); },
        [](auto& g) { g.backendSets[0].members[0].isAvailable = false; },
        [](auto& g) { ++g.backendSets[0].members[0].sequence; },
        [](auto& g) { g.rules[1].rule = 3; },
        [](auto& g) { g.rules[0].frontend = Ipv4Address("198.51.100.2"); },
        [](auto& g) { g.rules[1].virtualNetwork.reset(); },
        [](auto& g) { g.rules[0].protocol = TransportProtocol::Udp; },
        [](auto& g) { ++g.rules[0].frontendPort; },
        [](auto& g) { g.rules[0].distribution = LoadDistribution::SourceIpProtocol; },
        [](auto& g) { ++g.rules[0].backendSet; },
    };
    EXPECT_TRUE(MakeSmall() == MakeSmall());
    for (std::size_t i = 0; i < changes.size(); ++i)
    {
        auto changed = MakeSmall();
        changes[i](changed);
        EXPECT_FALSE(changed == MakeSmall()) << i;
    }
}

TEST(MuxGoalStates, AreRefusedWhenCutShortAnywhere)
{
    GoalStateDraw draw(2);
    std::vector<Bytes> examples{SMALL};
    for (int i = 0; i < 20; ++i)
    {
        examples.push_back(Encode(draw.Draw()));
    }
    for (const auto& whole : examples)
    {
        for (std::size_t length = 0; length < whole.size(); ++length)
        {
            ASSERT_FALSE(DecodeMuxGoalState(Bytes(whole.begin(), whole.begin() + length)))
                << length;
        }
    }
}

TEST(MuxGoalStates, AreRefusedWithTrailingOctets)
{
    auto bytes = SMALL;
    bytes.push_back(0);
    EXPECT_FALSE(DecodeMuxGoalState(bytes));
}

TEST(MuxGoalStates, AreEitherRefusedOrWrittenBackTheSameWhateverIsChanged)
{
    GoalStateDraw draw(3);
    uint32_t accepted = 0;
    for (int i = 0; i < 20'000; ++i)
    {
        auto bytes = i % 2 == 0 ? SMALL : Encode(draw.Draw());
        for (auto changes = 1 + draw.Number(2); changes > 0; --changes)
        {
            bytes[draw.Number(static_cast<uint32_t>(bytes.size()) - 1)] =
                static_cast<uint8_t>(draw.Number(255));
        }
        if (const auto decoded = DecodeMuxGoalState(bytes))
        {
            ++accepted;
            ASSERT_EQ(Encode(*decoded), bytes);
        }
    }
    EXPECT_GT(accepted, 200U); // seeds, addresses and sequences can have any value
}

/// One row: an octet of SMALL in whose place another comes.
struct OctetCase
{
    const char* name;   // test name, [A-Za-z0-9]+
    std::size_t offset; // in SMALL
    uint8_t value;      // instead
    bool isSound;       // expected
};

void
PrintTo(const OctetCase& c, std::ostream* os)
{
    *os << "octet " << c.offset << " = " << uint32_t{c.value};
}

// clang-format off
constexpr OctetCase OCTET_CASES[] = {
    // name                    offset value isSound
    {"Modulo",                      4, 0,   true},
    {"NoSuchSelection",             4, 2,   false},
    {"NeitherAvailableNorNot",     25, 2,   false},
    {"AnotherMember",              33, 3,   true},  // 259
    {"MembersInOtherOrder",        32, 0,   false}, // 2 after 3
    {"LargeMember",                30, 1,   false}, // 2^24 + 258
    {"NoSuchBehavior",             43, 2,   false},
    {"NeitherKeepsNorNot",         44, 2,   false},
    {"RuleZero",                   48, 0,   false},
    {"RuleTwice",                  48, 2,   false},
    {"NeitherInternalNorNot",      53, 2,   false},
    {"Udp",                        54, 1,   true},
    {"HaPortsWithAPort",           54, 2,   false},
    {"NoSuchProtocol",             54, 3,   false},
    {"SourceIpProtocol",           57, 2,   true},
    {"NoSuchDistribution",         57, 3,   false},
    {"SetThatIsNotThere",          59, 1,   false},
    {"RulesInOtherOrder",          61, 1,   false},
    {"LargeVirtualNetwork",        67, 1,   false},
    {"TcpWithoutPort",             71, 0,   false},
    {"PortOfHaPorts",              73, 1,   false},
};
// clang-format on

class ReplacedOctetOfMuxGoalState : public ::testing::TestWithParam<OctetCase>
{
};

TEST_P(ReplacedOctetOfMuxGoalState, IsRefusedWhereEncodeDoesNotWriteIt)
{
    auto bytes = SMALL;
    ASSERT_NE(bytes.at(GetParam().offset), GetParam().value);
    bytes[GetParam().offset] = GetParam().value;
    EXPECT_EQ(DecodeMuxGoalState(bytes).has_value(), GetParam().isSound);
}

INSTANTIATE_TEST_SUITE_P(MuxGoalStates,
                         ReplacedOctetOfMuxGoalState,
                         ::testing::ValuesIn(OCTET_CASES),
                         [](const auto& row) { return row.param.name; });

/// One row: whether the second rule of SMALL may stand beside the first, once it is changed so.
struct NeighborCase
{
    const char* name;              // test name, [A-Za-z0-9]+
    void (*change)(MuxRule& rule); // from a copy of the first with another number
    bool isSound;                  // expected
};

void
PrintTo(const NeighborCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
const NeighborCase NEIGHBOR_CASES[] = {
    // name                change                                               isSound
    {"TheSame",            [](auto& /* rule */) {},                             false},
    {"OtherDistribution",  [](auto& r) { r.distribution = LoadDistribution::SourceIpProtocol; }, false},
    {"OtherPort",          [](auto& r) { ++r.frontendPort; },                   true},
    {"OtherProtocol",      [](auto& r) { r.protocol = TransportProtocol::Udp; }, true},
    {"OtherAddress",       [](auto& r) { r.frontend = Ipv4Address("198.51.100.77"); }, true},
    {"OtherNetwork",       [](auto& r) { r.virtualNetwork = 0; },               true},
    {"HaPortsBeside",      [](auto& r) { r.protocol = TransportProtocol::All; r.frontendPort = 0; }, true},
};
// clang-format on

class NeighborsInMuxGoalState : public ::testing::TestWithParam<NeighborCase>
{
};

TEST_P(NeighborsInMuxGoalState, AreRefusedOnlyIfTheyAreForTheSamePackets)
{
    auto goalState = MakeSmall();
    goalState.rules[1] = goalState.rules[0];
    goalState.rules[1].rule = 2;
    GetParam().change(goalState.rules[1]);
    if (GetParam().isSound)
    {
        EXPECT_TRUE(DecodeMuxGoalState(Encode(goalState)) == goalState);
        return;
    }
    EXPECT_DEATH(Encode(goalState), "mux goal state: .* rules are for the same");
    // The same with a rule beside it that is allowed, whose port is then changed on the way.
    auto allowed = goalState;
    allowed.rules[1].frontendPort = 0x1234;
    auto bytes = Encode(allowed);
    const Bytes port{0x12, 0x34};
    const auto at = std::find_end(bytes.begin(), bytes.end(), port.begin(), port.end());
    ASSERT_NE(at, bytes.end());
    EXPECT_TRUE(DecodeMuxGoalState(bytes));
    at[0] = static_cast<uint8_t>(goalState.rules[0].frontendPort >> 8);
    at[1] = static_cast<uint8_t>(goalState.rules[0].frontendPort);
    EXPECT_FALSE(DecodeMuxGoalState(bytes));
}

INSTANTIATE_TEST_SUITE_P(MuxGoalStatesDeathTest,
                         NeighborsInMuxGoalState,
                         ::testing::ValuesIn(NEIGHBOR_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(MuxGoalStatesDeathTest, EndTheProgramWhereTheyCouldNotBeRead)
{
    auto goalState = MakeSmall();
    goalState.rules[0].backendSet = 1;
    EXPECT_DEATH(Encode(goalState), "mux goal state: .* index is not one");
    goalState = MakeSmall();
    goalState.backendSets.resize(65'536);
    EXPECT_DEATH(Encode(goalState), "65536 do not fit");
}

} // namespace

} // namespace ns3::azure
