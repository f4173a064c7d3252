// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_VNIC_STORY_H
#define AZURE_VNIC_STORY_H

#include "azure-raw-datagram.h"

#include "ns3/azure-vnic-pipeline.h"

#include <cstdint>
#include <deque>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace ns3::azure
{

/**
 * @brief One VM's network interface, told packet by packet: a small language for stories.
 *
 * @code
 *   WithSnat("2017", 1);          // profile, ports of the one frontend
 *   At("10s").Syn(5000);          // from source port 5000 to SERVER, port 80
 *   ExpectPort(1024);
 *   At("249s").Syn(5001);
 *   ExpectRefused();
 * @endcode
 *
 * The laws are checked after each step, and at the end that events and tables balance.
 */
class VnicStory : public ::testing::Test, private FlowObserver
{
  public:
    VnicStory();
    void TearDown() override;

    /// Give the VM a block of that many ports, from 1024, on each of the frontends.
    void WithSnat(const std::string& profile, uint16_t ports, uint32_t frontends = 1);
    /// Give the VM an instance-level public IP.
    void WithPublicIp(const std::string& profile = "2017");

    /// The clock shows that.
    VnicStory& At(const std::string& time);

    /// The VM sends a datagram. @return what is decided
    VnicStory& Send(const Bytes& datagram);
    /// A datagram comes from the Internet.
    VnicStory& Receive(const Bytes& datagram);
    /// The VM sends a segment from that port to the destination's port 80.
    VnicStory& Send(uint8_t flags, uint16_t port, Ipv4Address destination, uint16_t to = 80);
    VnicStory& Syn(uint16_t port);
    VnicStory& Syn(uint16_t port, Ipv4Address destination, uint16_t to = 80);
    VnicStory& Udp(uint16_t port, Ipv4Address destination, uint16_t to = 53);
    /// The server answers to what the VM last sent from that port, with these TCP flags.
    VnicStory& Reply(uint16_t port, uint8_t flags = TCP_ACK);
    /// Handshake, on both sides.
    VnicStory& Connect(uint16_t port);
    /// FIN by the VM, then by the server.
    VnicStory& FinBoth(uint16_t port);

    /// The packet passed outbound, from that port of that frontend.
    void ExpectPort(uint16_t port, uint32_t frontend = 0);
    /// The packet passed outbound with the instance-level public IP, its port as it was.
    void ExpectOwnAddress();
    /// The packet passed inbound to that port of the VM; none for packets without ports.
    void ExpectDelivered(std::optional<uint16_t> port);
    void ExpectDropped(DropReason reason);
    /// No port was left for the packet.
    void ExpectRefused();
    /// So many ports are in use and cooling down now.
    void ExpectUsage(uint32_t inUse, uint32_t coolingDown);
    /// No port is in use or cooling down now.
    void ExpectFree();
    /// @return the 5-tuple outbound of the VM's last datagram from that port, after translation
    FlowKey GetTranslated(uint16_t port) const;

    /// @return address of the frontend, from 0
    static Ipv4Address GetFrontend(uint32_t frontend);
    /// @return how many SNAT port events were of that stage
    std::size_t CountStages(SnatPortStage stage) const;

  protected:
    /// @return how the last packet, which passed, is translated
    const std::optional<Rewrite>& GetRewrite() const;

    static inline const Ipv4Address VM{"10.0.0.4"};        //!< private address
    static inline const Ipv4Address OWN{"198.18.32.1"};    //!< instance-level public IP
    static inline const Ipv4Address SERVER{"198.19.0.1"};  //!< a destination
    static inline const Ipv4Address ANOTHER{"198.19.0.2"}; //!< another destination
    std::unique_ptr<VnicPipeline> m_pipeline;              //!< under test
    Time m_now;                                            //!< what the clock shows
    Verdict m_verdict;                                     //!< on the last packet
    std::deque<uint32_t> m_draws;                          //!< frontends to be drawn
    std::vector<FlowRecord> m_created;                     //!< FlowCreated
    std::vector<FlowRecord> m_ended;                       //!< FlowEnded
    std::vector<SnatPortEvent> m_ports;                    //!< SnatPortChanged
    std::vector<SnatExhaustion> m_exhausted;               //!< SnatExhausted
    std::vector<SecurityGroupDecision> m_decisions;        //!< SecurityGroupDecided

  private:
    /// The packet passed.
    void CheckPassed() const;

    void FlowCreated(const FlowRecord& flow) override;
    void FlowEnded(const FlowRecord& flow) override;
    void SnatPortChanged(const SnatPortEvent& event) override;
    void SnatExhausted(const SnatExhaustion& exhaustion) override;
    void SecurityGroupDecided(const SecurityGroupDecision& decision) override;

    std::map<uint16_t, FlowKey> m_sent; //!< by source port: as the server sees it
};

} // namespace ns3::azure

#endif // AZURE_VNIC_STORY_H
