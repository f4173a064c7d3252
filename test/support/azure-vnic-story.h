// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_VNIC_STORY_H
#define AZURE_VNIC_STORY_H

#include "azure-raw-datagram.h"

#include "ns3/azure-vnic-pipeline.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ns3::azure
{

/// A custom rule in brief; what is left out matches everything.
struct BriefRule
{
    std::string name;                                         //!< unique in its group
    uint32_t priority;                                        //!< 100 to 4096
    FlowDirection direction;                                  //!< for which packets
    SecurityRuleAccess access;                                //!< what is done with them
    SecurityRuleProtocol protocol{SecurityRuleProtocol::Any}; //!< what they carry
    PortRange ports{};                                        //!< of the destination
    std::string source{"0.0.0.0/0"};                          //!< prefix
    std::string destination{"0.0.0.0/0"};                     //!< prefix
    bool targetsHostServices{false};                          //!< see ResolvedSecurityRule
};

/// The custom rules of a security group.
using BriefRules = std::vector<BriefRule>;

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
    /// Program the VM's network interface, and let everything pass.
    void Program(const ProgramNetworkInterface& instruction);
    /// Give the VM SNAT ports of the first frontend, and take some away; one sequence number later.
    SnatPortChanges ChangePorts(const std::vector<PortRange>& given,
                                const std::vector<PortRange>& taken,
                                SnatAllocationCause cause = SnatAllocationCause::Requested);
    /// Let GATEWAY translate.
    void WithNatGateway(const std::string& profile = "nat-gateway");
    /// @return what WithSnat() and WithPublicIp() program
    static ProgramNetworkInterface MakeSnat(const std::string& profile,
                                            uint16_t ports,
                                            uint32_t frontends = 1);
    static ProgramNetworkInterface MakePublicIp(const std::string& profile = "2017");
    /// Let MUX send to these endpoints too. @return whether that could be
    bool WithEndpoints(const std::vector<InboundEndpoint>& endpoints);

    /// Filter by these groups from now on, with their default rules too; nothing for no group.
    void WithGroups(const std::optional<BriefRules>& subnet,
                    const std::optional<BriefRules>& networkInterface = std::nullopt);
    /// Reach these addresses through the virtual network 10.0.0.0/16, or its service endpoint for
    /// 198.51.100.0/24, from now on.
    /// The frontends are an internal load balancer's.
    void WithNeighbors(const std::vector<Ipv4Address>& addresses,
                       std::optional<RouteNextHop> defaultRoute = std::nullopt,
                       const std::vector<Ipv4Address>& frontends = {});
    /// Let the pipeline know m_policy, which has been changed.
    void SetPolicy();

    /// The clock shows that.
    VnicStory& At(const std::string& time);

    /// The VM sends a datagram. @return what is decided
    VnicStory& Send(const Bytes& datagram);
    /// A datagram comes from the Internet.
    VnicStory& Receive(const Bytes& datagram);
    /// A datagram comes from MUX, which has chosen the VM; or from another mux.
    VnicStory& ReceiveFromMux(const Bytes& datagram);
    VnicStory& ReceiveFromMux(const Bytes& datagram, Ipv4Address mux);
    /// A datagram comes from the virtual network.
    VnicStory& ReceiveFromNetwork(const Bytes& datagram);
    /// A datagram comes from a host through the virtual network, whoever has its source address.
    VnicStory& ReceiveFromNetwork(const Bytes& datagram, Ipv4Address host);
    /// A datagram comes from a NAT gateway.
    VnicStory& ReceiveFromGateway(const Bytes& datagram, Ipv4Address gateway = GATEWAY);
    /// A datagram comes from the VM's host.
    VnicStory& ReceiveFromHost(const Bytes& datagram);
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
    /// The packet passed to that address and port of the VM, and its checksums are right.
    void ExpectDeliveredTo(Ipv4Address address, uint16_t port);
    /// The packet passed to the Internet from that address and port, and its checksums are right.
    void ExpectSentFrom(Ipv4Address address, uint16_t port);
    /// The packet passed to the neighbor's host, likewise.
    void ExpectCarriedTo(Ipv4Address neighbor, Ipv4Address address, uint16_t port);
    /// The packet passed to the VM as it came.
    void ExpectDeliveredUntouched();
    /// The packet passed, as it was, to that neighbor's host.
    void ExpectCarriedTo(Ipv4Address neighbor);
    /// The packet passed, as it was, to GATEWAY.
    void ExpectCarriedToGateway();
    /// The packet waits for a port, as one of that flow.
    void ExpectAwaits(uint64_t flow);
    /// The packet passed, as it was, to the VM's host.
    void ExpectCarriedToHost();
    void ExpectDropped(DropReason reason);
    /// That rule of one of the groups denied the packet; it is the last that was asked.
    void ExpectDeniedBy(const std::string& rule);
    /// @return the groups asked so far, each with its rule: "subnet:DenyAllInBound", ...
    std::vector<std::string> GetDecisions() const;
    /// No port was left for the packet.
    void ExpectRefused();
    /// So many ports are in use and cooling down now.
    void ExpectUsage(uint32_t inUse, uint32_t coolingDown);
    /// No port is in use or cooling down now.
    void ExpectFree();
    /// @return the 5-tuple outbound of the VM's last datagram from that port, after translation
    FlowKey GetTranslated(uint16_t port) const;

    /// @return provider address of a neighbor's host, as WithNeighbors() makes it
    static Ipv4Address GetHost(Ipv4Address neighbor);
    /// @return address of the frontend, from 0
    static Ipv4Address GetFrontend(uint32_t frontend);
    /// @return how many SNAT port events were of that stage
    std::size_t CountStages(SnatPortStage stage) const;

  protected:
    /// @return how the last packet, which passed, is translated
    const std::optional<Rewrite>& GetRewrite() const;
    /// @return the last packet, which passed, after translation
    Bytes GetTranslatedPacket() const;

    static inline const Ipv4Address VM{"10.0.0.4"};          //!< private address
    static inline const Ipv4Address OWN{"198.18.32.1"};      //!< instance-level public IP
    static inline const Ipv4Address SERVER{"198.19.0.1"};    //!< a destination
    static inline const Ipv4Address ANOTHER{"198.19.0.2"};   //!< another destination
    static inline const Ipv4Address PEER{"10.0.0.5"};        //!< another VM
    static inline const Ipv4Address SERVICE{"198.51.100.7"}; //!< with a service endpoint
    static inline const Ipv4Address HOST{"168.63.129.16"};   //!< the VM's own
    static inline const Ipv4Address MUX{"10.128.255.1"};     //!< provider address of a mux
    static inline const Ipv4Address GATEWAY{"10.128.254.1"}; //!< provider address of a NAT gateway
    static constexpr uint32_t NETWORK = 7;                   //!< the virtual network
    NetworkInterfacePolicy m_policy;                         //!< the pipeline's, after SetPolicy()
    bool m_areHostServicesFiltered{true};                    //!< from the next WithGroups() on
    std::unique_ptr<VnicPipeline> m_pipeline;                //!< under test
    Time m_now;                                              //!< what the clock shows
    Bytes m_datagram;                                        //!< the last packet, as it came
    Verdict m_verdict;                                       //!< on the last packet
    std::deque<uint32_t> m_draws;                            //!< frontends to be drawn
    std::vector<FlowRecord> m_created;                       //!< FlowCreated
    std::vector<FlowRecord> m_ended;                         //!< FlowEnded
    std::vector<SnatPortEvent> m_ports;                      //!< SnatPortChanged
    std::vector<SnatExhaustion> m_exhausted;                 //!< SnatExhausted
    std::vector<SecurityGroupDecision> m_decisions;          //!< SecurityGroupDecided
    std::vector<TcpResetOrder> m_resets;                     //!< TcpResetOrdered
    std::vector<std::size_t> m_decisionsBeforeFlow;          //!< decisions told before each flow
    std::function<void()> m_onDecision;                      //!< called after each, if set

  private:
    /// The packet passed.
    void CheckPassed() const;
    /// The packet passed that way, with this end of it as given.
    void CheckTranslated(NextHop nextHop,
                         RewriteField field,
                         Ipv4Address address,
                         uint16_t port) const;
    /// @return the headers of a datagram that comes now
    PacketHeaders Read(const Bytes& datagram);

    void FlowCreated(const FlowRecord& flow) override;
    void FlowEnded(const FlowRecord& flow) override;
    void SnatPortChanged(const SnatPortEvent& event) override;
    void SnatExhausted(const SnatExhaustion& exhaustion) override;
    void SecurityGroupDecided(const SecurityGroupDecision& decision) override;
    void TcpResetOrdered(const TcpResetOrder& order) override;

    /// @return the group, ready for lookups
    std::shared_ptr<const SecurityRuleTable> MakeTable(const ResolvedSecurityGroup& group);

    std::vector<std::shared_ptr<const SecurityRuleTable>> m_tables; //!< keeps decisions' names
    std::map<uint16_t, FlowKey> m_sent; //!< by source port: as the server sees it
};

} // namespace ns3::azure

#endif // AZURE_VNIC_STORY_H
