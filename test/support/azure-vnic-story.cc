// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-vnic-story.h"

#include "azure-test-profiles.h"

#include <algorithm>

namespace ns3::azure
{

VnicStory::VnicStory()
{
    auto& observer = static_cast<FlowObserver&>(*this);
    m_pipeline = std::make_unique<VnicPipeline>(1, VM, observer, [this](uint32_t n) {
        EXPECT_FALSE(m_draws.empty()) << "no frontend is to be drawn";
        const auto drawn = m_draws.front();
        m_draws.pop_front();
        EXPECT_LT(drawn, n);
        return drawn;
    });
}

void
VnicStory::TearDown()
{
    uint64_t uses = 0;
    for (const auto& usage : m_pipeline->GetSnatPortUsage())
    {
        uses += usage.flows;
    }
    EXPECT_EQ(CountStages(SnatPortStage::Acquired), CountStages(SnatPortStage::Released) + uses);
    EXPECT_EQ(m_created.size(), m_ended.size() + m_pipeline->GetOpenFlows().size());
    EXPECT_TRUE(m_draws.empty()) << "a frontend was to be drawn";
}

void
VnicStory::WithSnat(const std::string& profile, uint16_t ports, uint32_t frontends)
{
    ProgramNetworkInterface instruction;
    instruction.networkInterface = 1;
    instruction.method = OutboundMethod::LoadBalancerFrontend;
    instruction.profile = MakeProfile(profile);
    for (uint32_t i = 0; i < frontends; ++i)
    {
        instruction.blocks.push_back({GetFrontend(i), {1024, static_cast<uint16_t>(1023 + ports)}});
    }
    m_pipeline->Program(instruction);
    m_pipeline->SetPolicy({});
}

void
VnicStory::WithPublicIp(const std::string& profile)
{
    m_pipeline->Program({1, OutboundMethod::InstanceLevelPublicIp, OWN, {}, MakeProfile(profile)});
    m_pipeline->SetPolicy({});
}

VnicStory&
VnicStory::At(const std::string& time)
{
    const Time at(time);
    EXPECT_GE(at, m_now) << "stories go forward";
    m_now = at;
    return *this;
}

VnicStory&
VnicStory::Send(const Bytes& datagram)
{
    PacketHeaders headers;
    EXPECT_TRUE(headers.Read(*ToPacket(datagram)));
    m_verdict = m_pipeline->Outbound(headers, m_now);
    EXPECT_EQ(m_pipeline->CheckInvariants(), std::nullopt);
    if (const auto* forward = std::get_if<Forward>(&m_verdict); forward && forward->rewrite)
    {
        const auto& rewrite = forward->rewrite;
        const auto key = headers.GetKey();
        m_sent[key.GetSourcePort()] = key.WithSource(Ipv4Address(rewrite->address),
                                                     rewrite->port.value_or(key.GetSourcePort()));
    }
    return *this;
}

VnicStory&
VnicStory::Receive(const Bytes& datagram)
{
    PacketHeaders headers;
    EXPECT_TRUE(headers.Read(*ToPacket(datagram)));
    m_verdict = m_pipeline->Inbound(headers, m_now);
    EXPECT_EQ(m_pipeline->CheckInvariants(), std::nullopt);
    return *this;
}

VnicStory&
VnicStory::Send(uint8_t flags, uint16_t port, Ipv4Address destination, uint16_t to)
{
    DatagramTraits traits;
    traits.tcpFlags = flags;
    return Send(MakeDatagram({VM, destination, port, to, IpProtocol::Tcp}, traits));
}

VnicStory&
VnicStory::Syn(uint16_t port)
{
    return Syn(port, SERVER);
}

VnicStory&
VnicStory::Syn(uint16_t port, Ipv4Address destination, uint16_t to)
{
    return Send(TCP_SYN, port, destination, to);
}

VnicStory&
VnicStory::Udp(uint16_t port, Ipv4Address destination, uint16_t to)
{
    return Send(MakeDatagram({VM, destination, port, to, IpProtocol::Udp}));
}

VnicStory&
VnicStory::Reply(uint16_t port, uint8_t flags)
{
    DatagramTraits traits;
    traits.tcpFlags = flags;
    return Receive(MakeDatagram(GetTranslated(port).Reverse(), traits));
}

VnicStory&
VnicStory::Connect(uint16_t port)
{
    Syn(port);
    Reply(port, TCP_SYN | TCP_ACK);
    return Send(TCP_ACK, port, SERVER);
}

VnicStory&
VnicStory::FinBoth(uint16_t port)
{
    Send(TCP_FIN | TCP_ACK, port, SERVER);
    Reply(port, TCP_FIN | TCP_ACK);
    return Send(TCP_ACK, port, SERVER);
}

void
VnicStory::CheckPassed() const
{
    const auto* discard = std::get_if<Discard>(&m_verdict);
    ASSERT_EQ(discard, nullptr) << "dropped: " << GetName(discard->reason) << ' ' << discard->rule;
}

const std::optional<Rewrite>&
VnicStory::GetRewrite() const
{
    return std::get<Forward>(m_verdict).rewrite;
}

void
VnicStory::ExpectPort(uint16_t port, uint32_t frontend)
{
    ASSERT_NO_FATAL_FAILURE(CheckPassed());
    const auto& rewrite = GetRewrite();
    ASSERT_TRUE(rewrite);
    EXPECT_EQ(rewrite->field, RewriteField::Source);
    EXPECT_EQ(Ipv4Address(rewrite->address), GetFrontend(frontend));
    EXPECT_EQ(rewrite->port, port);
}

void
VnicStory::ExpectOwnAddress()
{
    ASSERT_NO_FATAL_FAILURE(CheckPassed());
    const auto& rewrite = GetRewrite();
    ASSERT_TRUE(rewrite);
    EXPECT_EQ(rewrite->field, RewriteField::Source);
    EXPECT_EQ(Ipv4Address(rewrite->address), OWN);
    if (rewrite->port)
    {
        EXPECT_EQ(m_sent.count(*rewrite->port), 1U) << "not the port it was sent from";
    }
}

void
VnicStory::ExpectDelivered(std::optional<uint16_t> port)
{
    ASSERT_NO_FATAL_FAILURE(CheckPassed());
    const auto& rewrite = GetRewrite();
    ASSERT_TRUE(rewrite);
    EXPECT_EQ(rewrite->field, RewriteField::Destination);
    EXPECT_EQ(Ipv4Address(rewrite->address), VM);
    EXPECT_EQ(rewrite->port, port);
}

void
VnicStory::ExpectDropped(DropReason reason)
{
    const auto* dropped = std::get_if<Discard>(&m_verdict);
    ASSERT_NE(dropped, nullptr) << "it passed";
    EXPECT_STREQ(GetName(dropped->reason), GetName(reason));
}

void
VnicStory::ExpectRefused()
{
    ExpectDropped(DropReason::SnatPortsExhausted);
    ASSERT_FALSE(m_exhausted.empty());
    EXPECT_EQ(m_exhausted.back().time, m_now);
}

void
VnicStory::ExpectUsage(uint32_t inUse, uint32_t coolingDown)
{
    m_pipeline->Expire(m_now);
    uint32_t actualInUse = 0;
    uint32_t actualCoolingDown = 0;
    for (const auto& usage : m_pipeline->GetSnatPortUsage())
    {
        actualInUse += usage.portsInUse;
        actualCoolingDown += usage.portsCoolingDown;
    }
    EXPECT_EQ(actualInUse, inUse);
    EXPECT_EQ(actualCoolingDown, coolingDown);
}

void
VnicStory::ExpectFree()
{
    ExpectUsage(0, 0);
}

FlowKey
VnicStory::GetTranslated(uint16_t port) const
{
    return m_sent.at(port);
}

Ipv4Address
VnicStory::GetFrontend(uint32_t frontend)
{
    return Ipv4Address(0xc6120001 + frontend); // 198.18.0.1
}

std::size_t
VnicStory::CountStages(SnatPortStage stage) const
{
    return std::count_if(m_ports.begin(), m_ports.end(), [stage](const SnatPortEvent& event) {
        return event.stage == stage;
    });
}

void
VnicStory::FlowCreated(const FlowRecord& flow)
{
    m_created.push_back(flow);
}

void
VnicStory::FlowEnded(const FlowRecord& flow)
{
    m_ended.push_back(flow);
}

void
VnicStory::SnatPortChanged(const SnatPortEvent& event)
{
    m_ports.push_back(event);
}

void
VnicStory::SnatExhausted(const SnatExhaustion& exhaustion)
{
    m_exhausted.push_back(exhaustion);
}

void
VnicStory::SecurityGroupDecided(const SecurityGroupDecision& decision)
{
    m_decisions.push_back(decision);
}

} // namespace ns3::azure
