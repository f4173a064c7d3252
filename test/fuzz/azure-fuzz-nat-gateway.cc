// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-flow-laws.h"
#include "azure-fuzz-packets.h"
#include "azure-fuzz-promise.h"
#include "azure-fuzz-target.h"
#include "azure-test-profiles.h"

#include "ns3/azure-nat-gateway-pipeline.h"

#include <variant>
#include <vector>

/**
 * @file
 * @brief A NAT gateway: the input is a story of packets, members and time.
 */
namespace ns3::azure
{

namespace
{

constexpr uint32_t PUBLIC = 0xc6123001; //!< 198.18.48.1, the first of two
constexpr uint32_t SERVER = 0xc6130001; //!< 198.19.0.1, the first of three
constexpr uint32_t VM = 0x0a000004;     //!< 10.0.0.4, the first of four
constexpr uint32_t HOST = 0x0a800002;   //!< 10.128.0.2, of the first VM
constexpr uint32_t MAX_FLOWS = 12;      //!< with a port at a time
constexpr std::size_t MAX_STEPS = 400;  //!< of a story: enough to fill all tables

/// Few ports, so that they are used up; timers that differ.
constexpr const char* PROFILES[] = {
    "nat-gateway[PortsPerPublicAddress=4]",
    "nat-gateway[PortsPerPublicAddress=4|PortChoice=Lowest|FinHold=2s|RstHold=1s]",
    "nat-gateway[PortsPerPublicAddress=3|UdpIdleTimeout=9s|UdpHold=5s|ReuseGap=2s]",
    "nat-gateway[PortsPerPublicAddress=8|MaxFlowsPerDestination=2|HalfOpenTimeout=3s]",
};

/// The story.
class GatewayWorld
{
  public:
    explicit GatewayWorld(const std::string& input)
        : m_steps(input),
          m_pipeline(m_laws, MAX_FLOWS, [this](uint32_t n) { return m_steps.Take16() % n; })
    {
        m_goalState.name = "gateway";
    }

    /// Go on to the end of the input, and until all is over.
    void Run()
    {
        static const auto ALL = [] {
            std::vector<Profile> profiles;
            for (const auto* text : PROFILES)
            {
                profiles.push_back(MakeProfile(text));
            }
            return profiles;
        }();
        const auto bits = m_steps.Take8();
        m_goalState.profile = ALL[bits % ALL.size()];
        m_goalState.idleTimeout = (bits & 4) != 0 ? Minutes(4) : Seconds(10);
        for (uint32_t i = 0; i < ((bits & 8) != 0 ? 2U : 1U); ++i)
        {
            m_goalState.publicAddresses.emplace_back(PUBLIC + i);
        }
        Program();
        for (std::size_t step = 0; step < MAX_STEPS && !m_steps.IsEmpty(); ++step)
        {
            Step();
            if (step % STEPS_PER_CHECK == 0)
            {
                Check();
            }
        }
        Check();
        m_now += Hours(1000);
        m_pipeline.Expire(m_now);
        Check();
        Require(m_pipeline.GetOpenFlows().empty(), "every flow ends");
    }

  private:
    void Check() const
    {
        const auto broken = m_pipeline.CheckInvariants();
        Require(!broken, broken.value_or("").c_str());
        m_laws.Check(m_pipeline.GetOpenFlows(), m_pipeline.GetSnatPortUsage());
    }

    /// Time goes on, and something happens.
    void Step()
    {
        const auto what = m_steps.Take8();
        const auto pause = m_steps.Take8();
        m_now += (pause & 0x80) != 0 ? MilliSeconds((pause & 0x7f) * 250) : MilliSeconds(pause);
        switch (what % 8)
        {
        case 0:
        case 1:
        case 2:
        case 3:
            return Send();
        case 4:
        case 5:
            return Receive();
        case 6:
            return Program();
        default:
            m_pipeline.Expire(m_now);
            return;
        }
    }

    /// @return a flow as a VM sends it
    FlowKey TakeFlow()
    {
        constexpr IpProtocol PROTOCOLS[] = {IpProtocol::Tcp,
                                            IpProtocol::Tcp,
                                            IpProtocol::Udp,
                                            IpProtocol::Icmp};
        const auto bits = m_steps.Take8();
        const auto protocol = PROTOCOLS[bits & 3];
        const bool hasPorts = IsTranslatedBySnat(protocol);
        return {VM + (bits >> 2 & 3),
                SERVER + (bits >> 4) % 3,
                static_cast<uint16_t>(hasPorts ? 5000 + m_steps.TakeBelow(8) : 0),
                static_cast<uint16_t>(hasPorts ? 443 + (bits >> 6 & 1) : 0),
                protocol};
    }

    /// Let the pipeline decide on a datagram, if it can be read.
    template <typename Decision>
    void Decide(const Bytes& datagram, const Decision& decide)
    {
        PacketHeaders headers;
        if (!headers.Read(*ToPacket(datagram)))
        {
            return;
        }
        const NatGatewayVerdict verdict = decide(headers);
        if (const auto* forward = std::get_if<NatGatewayForward>(&verdict))
        {
            const auto& rewrite = forward->rewrite;
            const bool isInbound = forward->receiver.has_value();
            Require((rewrite.field == RewriteField::Destination) == isInbound,
                    "the destination is translated on the way to a VM, and only then");
            Require(isInbound ? forward->receiver->privateAddress.Get() == rewrite.address
                              : (rewrite.address == PUBLIC || rewrite.address == PUBLIC + 1),
                    "a packet gets one of the addresses there are");
            RequireSoundRewrite(datagram, headers, rewrite);
        }
    }

    void Send()
    {
        const auto key = TakeFlow();
        const auto member = key.GetSourceNumber() - VM;
        const auto host = m_steps.TakeBelow(16) == 0 ? HOST + 9 : HOST + member;
        Decide(TakeDatagram(m_steps, key), [&](const auto& headers) {
            return m_pipeline.Outbound(headers, {member + 1, Ipv4Address(host)}, m_now);
        });
    }

    void Receive()
    {
        const auto flow = TakeFlow();
        const auto bits = m_steps.Take8();
        const auto port = static_cast<uint16_t>(1024 + bits % 8);
        const Ipv4Address to(PUBLIC + (bits >> 3) % 3);
        Decide(TakeDatagram(
                   m_steps,
                   flow.WithSource(to, flow.GetSourcePort() == 0 ? uint16_t{0} : port).Reverse()),
               [this](const auto& headers) { return m_pipeline.Inbound(headers, m_now); });
    }

    /// Members join and leave.
    void Program()
    {
        const auto bits = m_steps.Take8();
        ++m_goalState.generation;
        m_goalState.members.clear();
        for (uint32_t i = 0; i < 4; ++i)
        {
            if ((bits >> i & 1) != 0)
            {
                m_goalState.members.push_back({i + 1, Ipv4Address(VM + i), Ipv4Address(HOST + i)});
            }
        }
        Require(m_pipeline.Program(m_goalState), "members may change");
    }

    StepReader m_steps;              //!< the input
    FlowLaws m_laws;                 //!< of its flows and ports
    NatGatewayPipeline m_pipeline;   //!< under test
    NatGatewayGoalState m_goalState; //!< what it was told last
    Time m_now;                      //!< of the story
};

} // namespace

void
CheckNatGateway(const std::string& input)
{
    GatewayWorld(input).Run();
}

} // namespace ns3::azure
