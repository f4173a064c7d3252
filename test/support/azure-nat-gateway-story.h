// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_NAT_GATEWAY_STORY_H
#define AZURE_NAT_GATEWAY_STORY_H

#include "azure-raw-datagram.h"

#include "ns3/azure-limits.h"
#include "ns3/azure-nat-gateway-pipeline.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @brief A NAT gateway's pipeline without a simulation: members 1, 2, ... at 10.0.0.4 and up, each
 * on a host of its own from 10.128.0.2 up; public addresses from 198.18.48.1 up.
 *
 * Begin(), then At() and packets.  The laws of conservation are checked at the end.
 */
class NatGatewayStory : public ::testing::Test, protected FlowObserver
{
  protected:
    static constexpr uint32_t PUBLIC = 0xc6123001; //!< 198.18.48.1
    static constexpr uint32_t SERVER = 0xc6130001; //!< 198.19.0.1
    static constexpr uint32_t VM = 0x0a000004;     //!< 10.0.0.4
    static constexpr uint32_t HOST = 0x0a800002;   //!< 10.128.0.2

    void TearDown() override;

    /// @return a goal state with the profile, so many public addresses and members
    static NatGatewayGoalState MakeGoalState(const std::string& profile,
                                             uint32_t addresses = 1,
                                             uint32_t members = 2);
    /// Make the pipeline.
    void Begin(const NatGatewayGoalState& goalState, uint32_t maxFlows = MAX_NAT_GATEWAY_FLOWS);
    /// Likewise.
    void Begin(const std::string& profile, uint32_t addresses = 1, uint32_t members = 2);
    /// Go on at a time.
    void At(Time now);

    /// @return the flow of a member's socket to a port of the server
    static FlowKey MakeFlow(uint32_t member,
                            uint16_t sourcePort,
                            IpProtocol protocol = IpProtocol::Tcp,
                            uint16_t port = 443,
                            uint32_t server = SERVER);

    /// The member that has the key's source sends a packet.
    NatGatewayVerdict Out(const FlowKey& key, uint8_t tcpFlags = TCP_SYN);
    /// Somebody sends bytes through the tunnel of a member. @param host instead of the member's
    NatGatewayVerdict Out(const Bytes& datagram,
                          uint32_t member,
                          std::optional<uint32_t> host = std::nullopt);
    /// Somebody on the Internet sends a packet.
    NatGatewayVerdict In(const FlowKey& key, uint8_t tcpFlags = TCP_ACK);
    /// Somebody on the Internet sends bytes.
    NatGatewayVerdict In(const Bytes& datagram);
    /// The server answers a flow that has a port.
    NatGatewayVerdict Answer(const FlowKey& outbound, uint8_t tcpFlags = TCP_ACK);
    /// A flow begins, or sends its SYN again. @return whether it passes
    bool Open(const FlowKey& key);
    /// A TCP flow does its handshake.
    void Establish(const FlowKey& key);

    /// @return the flow after translation; it must have a port
    FlowKey GetTranslated(const FlowKey& outbound) const;
    /// @return whether a packet passes
    static bool IsPassed(const NatGatewayVerdict& verdict);
    /// @return why a packet is dropped, which it must be
    static DropReason GetReason(const NatGatewayVerdict& verdict);
    /// @return whether a packet is dropped, and its sender gets a RST
    static bool IsReset(const NatGatewayVerdict& verdict);

    std::unique_ptr<NatGatewayPipeline> m_pipeline; //!< under test
    Time m_now;                                     //!< of packets
    std::vector<FlowRecord> m_created;              //!< FlowCreated()
    std::vector<FlowRecord> m_ended;                //!< FlowEnded()
    std::vector<SnatPortEvent> m_portEvents;        //!< SnatPortChanged()
    std::vector<SnatExhaustion> m_exhausted;        //!< SnatExhausted()

  private:
    void FlowCreated(const FlowRecord& flow) override;
    void FlowEnded(const FlowRecord& flow) override;
    void SnatPortChanged(const SnatPortEvent& event) override;
    void SnatExhausted(const SnatExhaustion& exhaustion) override;
    void SecurityGroupDecided(const SecurityGroupDecision& decision) override;

    std::mt19937 m_random{1}; //!< of the draws
};

} // namespace ns3::azure

#endif // AZURE_NAT_GATEWAY_STORY_H
