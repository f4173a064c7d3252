// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-nat-gateway-story.h"

#include "azure-test-profiles.h"

#include <algorithm>
#include <variant>

namespace ns3::azure
{

namespace
{

/// @return the headers of a datagram, which must be whole
PacketHeaders
ReadHeaders(const Bytes& datagram)
{
    PacketHeaders headers;
    EXPECT_TRUE(headers.Read(*ToPacket(datagram)));
    return headers;
}

/// @return a datagram with these TCP flags, if it is TCP
Bytes
MakeDatagramWithFlags(const FlowKey& key, uint8_t tcpFlags)
{
    DatagramTraits traits;
    traits.tcpFlags = tcpFlags;
    return MakeDatagram(key, traits);
}

} // namespace

void
NatGatewayStory::TearDown()
{
    if (m_pipeline)
    {
        EXPECT_EQ(m_pipeline->CheckInvariants(), std::nullopt);
        EXPECT_EQ(m_created.size(), m_ended.size() + m_pipeline->GetOpenFlows().size());
    }
}

NatGatewayGoalState
NatGatewayStory::MakeGoalState(const std::string& profile, uint32_t addresses, uint32_t members)
{
    NatGatewayGoalState goalState;
    goalState.generation = 1;
    goalState.name = "gateway";
    goalState.profile = MakeProfile(profile);
    for (uint32_t i = 0; i < addresses; ++i)
    {
        goalState.publicAddresses.emplace_back(PUBLIC + i);
    }
    for (uint32_t i = 0; i < members; ++i)
    {
        goalState.members.push_back({i + 1, Ipv4Address(VM + i), Ipv4Address(HOST + i)});
    }
    return goalState;
}

void
NatGatewayStory::Begin(const NatGatewayGoalState& goalState, uint32_t maxFlows)
{
    m_created.clear();
    m_ended.clear();
    m_pipeline = std::make_unique<NatGatewayPipeline>(
        static_cast<FlowObserver&>(*this),
        maxFlows,
        [this](uint32_t n) { return std::uniform_int_distribution<uint32_t>(0, n - 1)(m_random); });
    ASSERT_TRUE(m_pipeline->Program(goalState));
}

void
NatGatewayStory::Begin(const std::string& profile, uint32_t addresses, uint32_t members)
{
    Begin(MakeGoalState(profile, addresses, members));
}

void
NatGatewayStory::At(Time now)
{
    m_now = now;
    m_pipeline->Expire(now);
}

FlowKey
NatGatewayStory::MakeFlow(uint32_t member,
                          uint16_t sourcePort,
                          IpProtocol protocol,
                          uint16_t port,
                          uint32_t server)
{
    return {VM + member - 1, server, sourcePort, port, protocol};
}

NatGatewayVerdict
NatGatewayStory::Out(const FlowKey& key, uint8_t tcpFlags)
{
    return Out(MakeDatagramWithFlags(key, tcpFlags), key.GetSourceNumber() - VM + 1);
}

NatGatewayVerdict
NatGatewayStory::Out(const Bytes& datagram, uint32_t member, std::optional<uint32_t> host)
{
    const NatGatewaySender sender{member, Ipv4Address(host.value_or(HOST + member - 1))};
    return m_pipeline->Outbound(ReadHeaders(datagram), sender, m_now);
}

NatGatewayVerdict
NatGatewayStory::In(const FlowKey& key, uint8_t tcpFlags)
{
    return In(MakeDatagramWithFlags(key, tcpFlags));
}

NatGatewayVerdict
NatGatewayStory::In(const Bytes& datagram)
{
    return m_pipeline->Inbound(ReadHeaders(datagram), m_now);
}

NatGatewayVerdict
NatGatewayStory::Answer(const FlowKey& outbound, uint8_t tcpFlags)
{
    return In(GetTranslated(outbound).Reverse(), tcpFlags);
}

bool
NatGatewayStory::Open(const FlowKey& key)
{
    return IsPassed(Out(key));
}

void
NatGatewayStory::Establish(const FlowKey& key)
{
    EXPECT_TRUE(Open(key)) << key;
    EXPECT_TRUE(IsPassed(Answer(key, TCP_SYN | TCP_ACK))) << key;
    EXPECT_TRUE(IsPassed(Out(key, TCP_ACK))) << key;
}

FlowKey
NatGatewayStory::GetTranslated(const FlowKey& outbound) const
{
    const auto isIt = [&outbound](const FlowRecord& flow) {
        return flow.key == outbound && flow.translated;
    };
    const auto found = std::find_if(m_created.rbegin(), m_created.rend(), isIt);
    if (found == m_created.rend())
    {
        ADD_FAILURE() << outbound << " has no port";
        return outbound;
    }
    return *found->translated;
}

bool
NatGatewayStory::IsPassed(const NatGatewayVerdict& verdict)
{
    return std::holds_alternative<NatGatewayForward>(verdict);
}

DropReason
NatGatewayStory::GetReason(const NatGatewayVerdict& verdict)
{
    EXPECT_FALSE(IsPassed(verdict));
    const auto* discard = std::get_if<NatGatewayDiscard>(&verdict);
    return discard ? discard->reason : DropReason::DeviceQueueFull; // which no pipeline says
}

bool
NatGatewayStory::IsReset(const NatGatewayVerdict& verdict)
{
    const auto* discard = std::get_if<NatGatewayDiscard>(&verdict);
    return discard && discard->isReset;
}

void
NatGatewayStory::FlowCreated(const FlowRecord& flow)
{
    m_created.push_back(flow);
}

void
NatGatewayStory::FlowEnded(const FlowRecord& flow)
{
    m_ended.push_back(flow);
}

void
NatGatewayStory::SnatPortChanged(const SnatPortEvent& event)
{
    m_portEvents.push_back(event);
}

void
NatGatewayStory::SnatExhausted(const SnatExhaustion& exhaustion)
{
    m_exhausted.push_back(exhaustion);
}

void
NatGatewayStory::SecurityGroupDecided(const SecurityGroupDecision& /* decision */)
{
    ADD_FAILURE() << "there are no security groups at a gateway";
}

} // namespace ns3::azure
