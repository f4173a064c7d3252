// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_LOAD_BALANCER_MUX_H
#define AZURE_LOAD_BALANCER_MUX_H

#include "azure-control-application.h"
#include "azure-fabric-port.h"
#include "azure-mux-capacity.h"
#include "azure-ns3-compat.h"
#include "azure-packet-counts.h"
#include "azure-route-announcer.h"

#include "ns3/azure-address-prefix.h"
#include "ns3/azure-goal-state-parts.h"
#include "ns3/azure-load-balancing-table.h"
#include "ns3/azure-mux-goal-state.h"
#include "ns3/azure-packet-headers.h"
#include "ns3/azure-public-endpoint-table.h"
#include "ns3/azure-trace-records.h"
#include "ns3/event-id.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"
#include "ns3/random-variable-stream.h"
#include "ns3/traced-callback.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief The load balancer's data plane: owns the public addresses in the physical network.
 *
 * A packet to a frontend's port that a rule is for goes to the host of a member of the rule's pool
 * (LoadBalancingTable).  Any other packet to a public address is sent by IP-in-IP to the host that
 * owns the address and port, by a stateless map (Ananta 3.3.3).  Packets to internal frontends come
 * through the tunnel of their virtual network, to an address that all muxes share.  Outbound
 * packets never come this way.  The inner time to live counts down by one; a packet whose time runs
 * out here is dropped, and so are fragments to ports that a rule is for.
 *
 * Order of assembly: add to a node with an IPv4 stack, SetUplink(), Apply().  The SLB manager's
 * messages call Apply() too.  Routes of the public addresses must lead to the mux, or SetRoutes()
 * say to whom it announces them: it does so from its start if it has been programmed before, else
 * once the manager says that it has told everything.
 *
 * A mux that fails, with Fail(), is gone as a machine is whose power fails: it knows nothing
 * afterwards, and tells nobody.  Restart() has it begin anew: it asks the manager to be programmed.
 *
 * Attributes of flows are read when the mux learns its first rule, and anew after Restart().
 *
 * With a PacketRate it can do so many packets and no more (MuxCapacity), and reports to the manager
 * who its top talker is when it has dropped some (Ananta 3.6.2).  Packets to a frontend that the
 * manager takes out of service are dropped before they cost anything, SNAT's replies with the
 * others: in a data center, routers would do that before they come to the mux.  Packets of the
 * mux's own stack, the manager's messages among them, cost nothing.  Attributes of this are read
 * when a packet comes first, and anew after Restart().
 */
class LoadBalancerMux : public ControlApplication, private LoadBalancingObserver
{
  public:
    LoadBalancerMux();

    /// @return the object's TypeId
    static TypeId GetTypeId();

    /// @brief Connect the mux to the physical network; once.
    /// @param device see FabricPort::Create()
    /// @param address the mux's address and gateway
    void SetUplink(Ptr<NetDevice> device, const FabricAddress& address);

    /// @brief Announce routes, as soon as the mux is programmed; before the application's start.
    /// @param router to whom
    /// @param prefixes what to announce, at least one
    /// @param options see RouteAnnouncer
    void SetRoutes(Ipv4Address router,
                   const std::vector<AddressPrefix>& prefixes,
                   const RouteAnnouncerOptions& options = {});

    /// @brief Learn where packets of public endpoints go; nothing if the mux is down.
    /// @return whether all are known now: false, with the rest added, if some have another owner
    bool Apply(const ProgramPublicEndpoints& instruction);

    /// @brief Forget public endpoints, as far as they are those of the hosts named.
    /// @return whether that is done: false if the mux is down
    bool Apply(const WithdrawPublicEndpoints& instruction);

    /// @brief Learn rules and members; see LoadBalancingTable.  Nothing if the mux is down.
    void Apply(const MuxGoalState& goalState);

    /// @brief Learn which members are in rotation; nothing if the mux is down.
    /// @return false, with nothing changed, if the goal state of that generation is not here
    bool Apply(const ProgramMembers& instruction);

    /// @brief Learn whether a frontend is in service; nothing if the mux is down, or if it has
    /// learned something newer about that frontend.
    void Apply(const ProgramFrontend& instruction);

    /// @brief Fix the streams of random variables.
    /// @return how many were used: 1 with FairDropping, which must be set before; else 0
    int64_t AssignStreams(int64_t stream) AZURE_NET_APP_OVERRIDE;

    /// @brief Lose everything, at once: what arrives is dropped (DropReason::MuxDown), nothing is
    /// sent, not even that routes are withdrawn.  Nothing happens if the mux is down.
    void Fail();

    /// @brief Come back with empty tables, and ask the SLB manager (attribute ManagerAddress, which
    /// must be set) for what it has to know.  Nothing happens if the mux is not down.
    void Restart();

    /// @return whether it has failed, and not been restarted
    bool IsDown() const
    {
        return m_isDown;
    }

    /// @return what the mux has passed on by each rule since the beginning, by number; a failure
    /// does not take it away
    std::vector<FrontendTraffic> GetTraffic() const;

    /// @return flows that it keeps track of; untrusted ones not counted
    uint32_t GetTrustedFlows() const;

    /// @return flows that it keeps track of, and that have had one packet
    uint32_t GetUntrustedFlows() const;

    /// @return packets that have come, and wait for the mux to do them; 0 without PacketRate
    std::size_t GetWaitingPackets() const
    {
        return m_capacity ? m_capacity->GetWaiting() : 0;
    }

    /// @return what became of the packets so far; those that wait are only received
    const PacketCounts& GetPacketCounts() const
    {
        return m_counts;
    }

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

    /**
     * @brief Signature of Drop.
     * @param [in] drop why, and of which flow
     * @param [in] packet the packet, as it came
     */
    typedef void (*DropCallback)(const DropRecord& drop, Ptr<const Packet> packet);
    /**
     * @brief Signature of LoadBalancingDecision.
     * @param [in] decision which member was chosen for which packet
     */
    typedef void (*DecisionCallback)(const LoadBalancingDecision& decision);
    /**
     * @brief Signature of MemberHealth.
     * @param [in] health who came into rotation or went out
     */
    typedef void (*MemberHealthCallback)(const MemberHealth& health);
    /**
     * @brief Signature of Overload.
     * @param [in] overload how many packets were dropped, and who had most
     */
    typedef void (*OverloadCallback)(const OverloadRecord& overload);

  private:
    /// A packet that has come.
    struct Arrival
    {
        /// @param came the packet
        explicit Arrival(const Ptr<const Packet>& came)
            : packet(came)
        {
        }

        const Ptr<const Packet>& packet;        //!< as it came
        PacketHeaders headers;                  //!< of what is to be passed on
        uint32_t offset{0};                     //!< where that begins, in bytes
        std::optional<uint32_t> virtualNetwork; //!< whose tunnel it came through
    };

    /// Whether a frontend is in service.
    struct FrontendState
    {
        uint32_t sequence{0};    //!< of the message that says so; 0: none has come
        bool isWithdrawn{false}; //!< it is not
    };

    /// To whom routes are announced.
    struct Routes
    {
        Ipv4Address router;                  //!< next hop
        std::vector<AddressPrefix> prefixes; //!< what is announced
        RouteAnnouncerOptions options;       //!< how
    };

    /// Add what is about the mux's own limits.
    static TypeId AddOverloadAttributes(TypeId tid);

    void StartApplication() override;
    void StopApplication() override;
    void DoDispose() override;

    void MemberChosen(const LoadBalancingDecision& decision) override;
    void MemberHealthChanged(const MemberHealth& health) override;
    void MessageAcknowledged(const SlbInstruction& instruction) override;
    void AgentUnreachable(const SlbInstruction& instruction) override;
    void MessageReceived(const SlbMessage& message, const InetSocketAddress& from) override;

    /// Begin to listen to the manager.
    void Listen();
    /// Ask the manager for everything.
    void RequestProgram();
    /// Do what a message says. @return whether it is done: if not, nothing has changed
    bool Take(const SlbMessage& message);
    /// Do what a message about public endpoints says, once. @return whether it is done
    template <typename Endpoints>
    bool TakeEndpoints(const Endpoints& instruction, uint32_t transaction);
    /// Learn of a public endpoint what nobody has. @return whether it has all of it now
    bool Insert(const PublicEndpoint& endpoint);
    /// The mux knows all that it has to: announce its routes, if there are any.
    void BeginService();
    /// Forget rules, members, and what has come of them.
    void ForgetLoadBalancing();

    /// Something came from the physical network. @return false if it is for the mux's own stack
    bool Receive(const Ptr<const Packet>& packet);
    /// Keep a packet until the mux gets to it, or drop it.
    void Admit(const Arrival& arrival);
    /// Do a packet that has waited.
    void Serve(const Ptr<const Packet>& packet);
    /// Do a packet.
    void PassOn(Arrival& arrival);
    /// Tell the manager that packets were dropped.
    void ReportDrops(Ipv4Address topTalker, uint64_t dropped);
    /// @return what takes the packets, which is made if it is not there
    MuxCapacity& GetCapacity();
    /// Forget withdrawn frontends, and drop what waits.
    void ForgetOverload();
    /// @return whether the frontend is out of service
    bool IsWithdrawn(Ipv4Address frontend) const;
    /// Take a packet out of the tunnel of its virtual network. @return nothing if done, or why not
    std::optional<DropReason> Decapsulate(Arrival& arrival) const;
    /// Send a packet to where it belongs. @return nothing if done, or why not
    std::optional<DropReason> Forward(Arrival& arrival);
    /// Choose a member for a packet that a rule is for.
    std::variant<MemberChoice, DropReason> Choose(const Arrival& arrival,
                                                  const LoadBalancingTable::Rule& rule,
                                                  const FrontendPacket& asked);
    /// Send a packet to a member. @return nothing if done, or why not
    std::optional<DropReason> SendToMember(Arrival& arrival, const MemberChoice& choice);
    /// Send a packet to the host that owns its destination. @return nothing if done, or why not
    std::optional<DropReason> SendToOwner(Arrival& arrival);
    /// @return a copy of what is to be passed on, with its time to live counted down
    Ptr<Packet> TakeOut(Arrival& arrival) const;
    /// Drop a packet and tell of it.
    void Drop(DropReason reason, const Arrival& arrival, bool isWhole);

    uint16_t m_controlPort{0};                //!< ControlPort
    Ipv4Address m_managerAddress;             //!< ManagerAddress
    Ipv4Address m_anycastAddress;             //!< AnycastAddress
    Ipv4Address m_hostNetwork;                //!< HostNetwork
    Ipv4Mask m_hostMask;                      //!< HostMask
    Time m_trustedFlowTimeout;                //!< TrustedFlowTimeout
    Time m_untrustedFlowTimeout;              //!< UntrustedFlowTimeout
    uint32_t m_trustedFlowQuota{0};           //!< TrustedFlowQuota
    uint32_t m_untrustedFlowQuota{0};         //!< UntrustedFlowQuota
    double m_packetRate{0};                   //!< PacketRate
    uint32_t m_packetQueueLimit{0};           //!< PacketQueueLimit
    Time m_overloadInterval;                  //!< OverloadInterval
    bool m_isDroppingFairly{false};           //!< FairDropping
    Time m_fairnessInterval;                  //!< FairnessInterval
    Ptr<RandomVariableStream> m_dropVariable; //!< DropVariable
    Ptr<FabricPort> m_uplink;                 //!< to the physical network
    std::optional<Routes> m_routes;           //!< that are announced
    RouteAnnouncer m_announcer;               //!< of m_routes
    EventId m_retry;                          //!< of RequestProgram()
    uint32_t m_request{0};               //!< transaction of its last RequestProgram; 0: none yet
    bool m_isAsking{false};              //!< that has not been acknowledged
    bool m_isRunning{false};             //!< the application has been started, and not stopped
    bool m_isProgrammed{false};          //!< it knows all that it has to
    bool m_isDown{false};                //!< it has failed
    bool m_hasFailed{false};             //!< it has failed at least once
    std::optional<bool> m_hasPacketRate; //!< above 0; nothing before the first packet

    PublicEndpointTable m_endpoints;                 //!< host, as a number, by public endpoint
    std::set<uint32_t> m_endpointMessages;           //!< transactions done last, about endpoints
    std::set<Ipv4Address> m_frontends;               //!< of load balancing's rules
    std::shared_ptr<LoadBalancingTable> m_table;     //!< null before there is a goal state
    std::shared_ptr<GoalStateAssembler> m_assembler; //!< of messages' goal states
    std::shared_ptr<MuxCapacity> m_capacity;         //!< null before the first packet
    std::map<Ipv4Address, FrontendState> m_states;   //!< of frontends that were ever withdrawn
    uint16_t m_identification{0};                    //!< of the next outer header
    bool m_checksums{false};                         //!< ns-3's ChecksumEnabled
    std::vector<FrontendTraffic> m_trafficBefore;    //!< before the last failure, by number
    PacketCounts m_counts;                           //!< what became of the packets

    TracedCallback<const DropRecord&, Ptr<const Packet>> m_dropTrace; //!< Drop
    TracedCallback<const LoadBalancingDecision&> m_decisionTrace;     //!< LoadBalancingDecision
    TracedCallback<const MemberHealth&> m_memberHealthTrace;          //!< MemberHealth
    TracedCallback<const OverloadRecord&> m_overloadTrace;            //!< Overload
};

} // namespace ns3::azure

#endif // AZURE_LOAD_BALANCER_MUX_H
