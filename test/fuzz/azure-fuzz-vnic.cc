// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-flow-laws.h"
#include "azure-fuzz-packets.h"
#include "azure-fuzz-promise.h"
#include "azure-fuzz-target.h"
#include "azure-fuzz-vnic-orders.h"

#include "ns3/azure-vnic-pipeline.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

/**
 * @file
 * @brief A VM's network interface: the input is a story of packets, messages and time.
 */
namespace ns3::azure
{

using namespace fuzz_vnic;

namespace
{

constexpr std::size_t MAX_STEPS = 400; //!< of a story: enough to fill all tables

/// The story.
class VnicWorld
{
  public:
    explicit VnicWorld(const std::string& input)
        : m_steps(input),
          m_pipeline(1, VM, m_laws, [this](uint32_t n) { return m_steps.Take16() % n; })
    {
    }

    /// Go on to the end of the input, and until all is over.
    void Run()
    {
        Program();
        SetPolicy();
        for (std::size_t step = 0; step < MAX_STEPS && !m_steps.IsEmpty(); ++step)
        {
            Step();
            if (step % STEPS_PER_CHECK == 0)
            {
                Check();
            }
        }
        Check();
        m_now += Hours(1000); // a refused flow waits for up to twice as long as it has
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
        const auto deadline = m_pipeline.GetNextDeadline();
        Require(deadline || m_pipeline.GetOpenFlows().empty(), "every flow has its end before it");
    }

    /// Time goes on, and something happens.
    void Step()
    {
        const auto what = m_steps.Take8();
        const auto pause = m_steps.Take8();
        m_now += (pause & 0x80) != 0 ? MilliSeconds((pause & 0x7f) * 250) : MilliSeconds(pause);
        switch (what % 16)
        {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4:
            return Send();
        case 5:
        case 6:
        case 7:
            return Receive();
        case 8:
        case 9:
            return ReceiveFromMux();
        case 10:
            return ReceiveOtherwise();
        case 11:
            return MovePorts();
        case 12:
            return SetPolicy();
        case 13:
            return Program();
        case 14:
            m_pipeline.TakeUnused(m_now);
            return;
        default:
            m_pipeline.Expire(m_now);
            return;
        }
    }

    /// @return a flow as the VM sends it
    FlowKey TakeFlow()
    {
        const Ipv4Address places[] = {Ipv4Address("198.19.0.1"),
                                      Ipv4Address("198.19.0.2"),
                                      NEIGHBOR,
                                      Ipv4Address("168.63.129.16"),
                                      Ipv4Address("169.254.169.254")};
        constexpr IpProtocol PROTOCOLS[] = {IpProtocol::Tcp,
                                            IpProtocol::Udp,
                                            IpProtocol::Icmp,
                                            IpProtocol::Esp};
        const auto bits = m_steps.Take8();
        const auto there = places[(bits & 15) % 5];
        const auto protocol = PROTOCOLS[(bits >> 4) % 7 % 4];
        const auto ports = m_steps.Take8();
        const bool hasPorts = IsTranslatedBySnat(protocol);
        return {VM,
                there,
                static_cast<uint16_t>(hasPorts ? 5000 + ports % 16 : 0),
                static_cast<uint16_t>(hasPorts ? 80 + ports / 16 % 3 : 0),
                protocol};
    }

    /// Read the datagram, and let the pipeline decide, if it can be read.
    template <typename Decision>
    void Decide(const Bytes& datagram, const Decision& decide)
    {
        PacketHeaders headers;
        if (!headers.Read(*ToPacket(datagram)))
        {
            return;
        }
        const Verdict verdict = decide(headers);
        if (const auto* forward = std::get_if<Forward>(&verdict))
        {
            RequirePassable(*forward);
            RequireSoundRewrite(datagram, headers, forward->rewrite);
        }
        if (const auto* await = std::get_if<Await>(&verdict))
        {
            Require(await->flow > 0, "a flow that waits has a number");
            if (m_steps.TakeBelow(2) == 0)
            {
                m_pipeline.Refuse(headers, m_now);
            }
        }
    }

    /// Requires what holds of every packet that passes.
    void RequirePassable(const Forward& forward) const
    {
        const auto& rewrite = forward.rewrite;
        const bool isToVm = forward.nextHop == NextHop::VirtualMachine;
        if (!rewrite)
        {
            return;
        }
        Require((rewrite->field == RewriteField::Destination) == isToVm,
                "the destination is translated on the way to the VM, and only then");
        Require(isToVm ? rewrite->address == VM.Get() || IsFloating(*rewrite) : IsOfVm(*rewrite),
                "a packet gets an address and a port that the VM has now");
    }

    /// @return whether it is what a VM gets by a rule with floating IP
    static bool IsFloating(const Rewrite& rewrite)
    {
        const auto endpoints = GetVnicEndpoints();
        return std::any_of(endpoints.begin(), endpoints.end(), [&](const auto& endpoint) {
            return endpoint.isFloatingIp && endpoint.frontend.Get() == rewrite.address &&
                   rewrite.port == endpoint.backendPort;
        });
    }

    /// @return whether a public address and port are the VM's now: its own, of SNAT, or of a rule
    bool IsOfVm(const Rewrite& rewrite) const
    {
        const Ipv4Address address(rewrite.address);
        if (address == OWN)
        {
            return m_pipeline.GetInstanceLevelPublicIp() == OWN;
        }
        const auto endpoints = GetVnicEndpoints();
        const auto ports = m_pipeline.GetSnatPorts();
        return std::any_of(ports.begin(),
                           ports.end(),
                           [&](const auto& block) {
                               return block.publicAddress == address && rewrite.port &&
                                      block.ports.Contains(*rewrite.port);
                           }) ||
               std::any_of(endpoints.begin(), endpoints.end(), [&](const auto& endpoint) {
                   return endpoint.frontend == address && rewrite.port == endpoint.frontendPort;
               });
    }

    void Send()
    {
        auto key = TakeFlow();
        if (m_steps.TakeBelow(16) == 0)
        {
            key = key.WithSource(Ipv4Address(FRONTEND), key.GetSourcePort());
        }
        Decide(TakeDatagram(m_steps, key),
               [this](const auto& headers) { return m_pipeline.Outbound(headers, m_now); });
    }

    /// @return a port that SNAT may have
    uint16_t TakePort()
    {
        const auto port = m_steps.Take8();
        return static_cast<uint16_t>((port & 0x80) != 0 ? FIRST_NEW_PORT + port % 32
                                                        : FIRST_PORT + port % 10);
    }

    void Receive()
    {
        const auto flow = TakeFlow();
        const Ipv4Address to[] = {Ipv4Address(FRONTEND), Ipv4Address(FRONTEND + 1), OWN};
        const auto which = m_steps.TakeBelow(3);
        const auto port = IsTranslatedBySnat(flow.GetProtocol())
                              ? (which == 2 ? flow.GetSourcePort() : TakePort())
                              : uint16_t{0};
        Decide(TakeDatagram(m_steps, flow.WithSource(to[which], port).Reverse()),
               [this](const auto& headers) { return m_pipeline.Inbound(headers, m_now); });
    }

    void ReceiveFromMux()
    {
        const auto flow = TakeFlow().WithSource(Ipv4Address(FRONTEND), TakePort());
        const auto mux = m_steps.TakeBelow(8) == 0 ? GATEWAY : MUX;
        Decide(TakeDatagram(m_steps, flow.Reverse()), [&](const auto& headers) {
            return m_pipeline.InboundFrontend(headers, mux, m_now);
        });
    }

    void ReceiveOtherwise()
    {
        const auto datagram = TakeDatagram(m_steps, TakeFlow().Reverse());
        const auto way = m_steps.TakeBelow(3);
        Decide(datagram, [&](const auto& headers) {
            return way == 0   ? m_pipeline.InboundVirtualNetwork(headers, NEIGHBOR_HOST, m_now)
                   : way == 1 ? m_pipeline.InboundNatGateway(headers, GATEWAY, m_now)
                              : m_pipeline.InboundHostService(headers, m_now);
        });
    }

    /// The manager gives ports and takes some.
    void MovePorts()
    {
        m_pipeline.Program(
            TakePortMove(m_steps, m_pipeline.GetSequence() + 1, m_pipeline.GetSnatPorts()),
            m_now);
    }

    /// The manager says how the VM reaches the Internet, at first or anew.
    void Program()
    {
        m_pipeline.Program(TakeProgram(m_steps, m_pipeline.GetSequence() + 1), m_now);
        m_pipeline.AddInboundEndpoints({1, {MUX}, GetVnicEndpoints()});
    }

    /// The virtual network says which groups decide, and who is there.
    void SetPolicy()
    {
        m_pipeline.SetPolicy(TakePolicy(m_steps, m_groups));
    }

    StepReader m_steps;                                             //!< the input
    FlowLaws m_laws;                                                //!< of its flows and ports
    VnicPipeline m_pipeline;                                        //!< under test
    Time m_now;                                                     //!< of the story
    std::vector<std::shared_ptr<const SecurityRuleTable>> m_groups; //!< all there were
};

} // namespace

void
CheckVnic(const std::string& input)
{
    VnicWorld(input).Run();
}

} // namespace ns3::azure
