// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SLB_MANAGER_H
#define AZURE_SLB_MANAGER_H

#include "azure-control-application.h"
#include "azure-interface-instruction-line.h"
#include "azure-manager-server.h"
#include "azure-ns3-compat.h"

#include "ns3/azure-member-health-table.h"
#include "ns3/azure-mux-goal-state.h"
#include "ns3/azure-nat-gateway-goal-state.h"
#include "ns3/azure-slb-program.h"
#include "ns3/azure-snat-allocation-policy.h"
#include "ns3/azure-snat-allocation-table.h"
#include "ns3/azure-snat-request-queue.h"
#include "ns3/azure-trace-records.h"
#include "ns3/event-id.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

/// A network interface has come into a backend pool, or gone out of it.
struct PoolMembership
{
    std::string loadBalancer;     //!< name
    std::string backendPool;      //!< name
    uint32_t networkInterface{0}; //!< who
    bool hasJoined{true};         //!< or else left
};

/**
 * @ingroup azure-nodes
 * @brief The control plane: tells hosts and muxes who uses which public address and ports, where
 * load balancers send flows, and which members of their pools are in rotation.
 *
 * What to tell is worked out by Compile(); here it travels as UDP datagrams, each repeated until
 * it is acknowledged.  Hosts report what their probes find; what that changes is told to every mux
 * (Ananta 3.4.3).  A mux is told everything again when it asks, and RetryInterval after it did not
 * answer; ProgramComplete says that it knows all.  A host is told again what it did not answer,
 * RetryInterval later, and so on until it does.
 *
 * SNAT ports change hands in mid-run, as hosts ask for some or give them back, pools grow and
 * shrink, or the user says so.  Ports that are given are known to all muxes that answer before
 * their host hears of them; ports that are taken go from the host first, then from the muxes, and
 * only then can they be given to somebody else.  A host has one message on its way for each of its
 * network interfaces, a mux one change of endpoints.
 *
 * All this takes the manager's time, if its attributes say so (ManagerServer).
 *
 * Instructions that were in force long before time zero can be put in place by whoever assembles
 * the simulation instead: Take() them and call the agents' Apply(), and give each mux
 * GetMuxGoalState().
 */
class SlbManager : public ControlApplication
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /// Makes a policy for a profile.
    using AllocationPolicyFactory =
        std::function<std::unique_ptr<SnatAllocationPolicy>(const Profile&)>;

    /// @brief Have a policy of one's own say how many SNAT ports interfaces get; before
    /// SetDeployment().
    void SetAllocationPolicy(AllocationPolicyFactory factory);

    /**
     * @brief Learn what there is; before the application's start.
     * @param networkInterfaces of all VMs
     * @param loadBalancers public and internal ones
     * @param muxes addresses in the physical network, at most MAX_MUXES
     * @param natGateways before every other way out
     *
     * Profiles and the attributes of distribution must be set before.  Ends the program with
     * Validate()'s words if the deployment is not sound.
     */
    void SetDeployment(const std::vector<NetworkInterface>& networkInterfaces,
                       const std::vector<LoadBalancer>& loadBalancers,
                       const std::vector<Ipv4Address>& muxes,
                       const std::vector<NatGateway>& natGateways = {});

    /// @return what there is, with the profile
    const Deployment& GetDeployment() const
    {
        return m_deployment;
    }

    /// @return what is told about it, with the numbers of rules and probes
    const SlbProgram& GetProgram() const
    {
        return m_program;
    }

    /// @return who has which SNAT ports
    const SnatAllocationTable& GetAllocationTable() const
    {
        return m_book;
    }

    /// @brief Take over the instructions not sent yet, but the goal states of muxes and NAT
    /// gateways: the manager will not send them, nor those.
    std::vector<SlbInstruction> Take();

    /// @return all that muxes have to know of load balancing, with members as they are now
    MuxGoalState GetMuxGoalState() const;

    /// @return all that a NAT gateway has to know @param name of one of the deployment
    NatGatewayGoalState GetNatGatewayGoalState(const std::string& name) const;

    /**
     * @brief Say whether a pool member is in rotation, over its probe's head (ARM `adminState`).
     * @return nothing if it is done, and muxes are told; else why not: Validate()'s words for a
     *         pool no rule of which has a probe
     */
    [[nodiscard]] std::optional<std::string> SetAdministrativeState(const std::string& loadBalancer,
                                                                    const std::string& backendPool,
                                                                    uint32_t networkInterface,
                                                                    AdministrativeState state);

    /**
     * @brief Change what a load-balancing rule hashes (ARM `loadDistribution`); flows that muxes
     * keep track of stay (sources.rst B.8: no downtime).
     * @return nothing if it is done, and muxes are told; else why not
     */
    [[nodiscard]] std::optional<std::string> SetLoadDistribution(const std::string& loadBalancer,
                                                                 const std::string& rule,
                                                                 LoadDistribution distribution);

    /**
     * @brief Have a network interface join a backend pool; also in mid-run (sources.rst B.1:
     * OB-1808).
     *
     * Its host learns how it reaches the Internet now, what muxes may send it and whom to probe;
     * other members lose or get SNAT ports as the policy says.
     *
     * @return nothing if it is done, or will be once it is the manager's turn; else why not, with
     *         nothing changed: Validate()'s words for a deployment that would not be sound
     */
    [[nodiscard]] std::optional<std::string> AddPoolMember(const std::string& loadBalancer,
                                                           const std::string& backendPool,
                                                           uint32_t networkInterface);

    /// @brief Have a network interface leave a backend pool.
    ///
    /// Nobody asks its host to stop probing, as there is no message for that: its reports are noted
    /// and change nothing, until it joins again.  @return as AddPoolMember()
    [[nodiscard]] std::optional<std::string> RemovePoolMember(const std::string& loadBalancer,
                                                              const std::string& backendPool,
                                                              uint32_t networkInterface);

    /// @brief Take SNAT ports away from a network interface (Ananta 3.4.2), see
    /// SnatAllocationTable::Revoke(); between start and stop. @return as AddPoolMember()
    [[nodiscard]] std::optional<std::string> RevokeSnatPorts(uint32_t networkInterface,
                                                             uint32_t ports);

    /// @brief Have the service times draw from streams of random numbers; constants draw none.
    /// @param stream the first @return how many these are
    int64_t AssignStreams(int64_t stream) AZURE_NET_APP_OVERRIDE;

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

    /**
     * @brief Signature of MemberHealth.
     * @param [in] health who comes into rotation or goes out
     */
    typedef void (*MemberHealthCallback)(const MemberHealth& health);
    /**
     * @brief Signature of PoolMember.
     * @param [in] membership who has joined or left which pool
     */
    typedef void (*PoolMemberCallback)(const PoolMembership& membership);
    /**
     * @brief Signature of Overload.
     * @param [in] record which frontend is taken out of service, or put back
     */
    typedef void (*OverloadCallback)(const OverloadRecord& record);
    /**
     * @brief Signature of SnatRequestDecision.
     * @param [in] decision what becomes of a request for SNAT ports
     */
    typedef void (*SnatRequestDecisionCallback)(const SnatRequestDecision& decision);

  private:
    /// What a message says.
    using Body = decltype(SlbMessage::body);

    /// Something to do.
    using Work = ManagerServer::Work;

    /// Public endpoints that a mux is to know, or to forget.
    struct EndpointChange
    {
        bool isWithdrawn{false};               //!< to forget
        bool isSnapshot{false};                //!< all that there are
        std::vector<PublicEndpoint> endpoints; //!< which
        std::vector<Work> done; //!< what is to be done once it does, or does not answer
    };

    /// A mux and what it is being told.
    struct Mux
    {
        /// A message is not on its way any more, which is not of endpoints. @return whether it was
        bool Remove(uint32_t transaction);
        /// Give up the changes of endpoints. @return what is to be done with that
        std::vector<Work> GiveUpChanges();

        uint32_t generation{0};             //!< of the goal state that it was told last
        std::set<uint32_t> endpoints;       //!< transactions on their way: the first of changes
        std::set<uint32_t> goalState;       //!< likewise: goal state, and changes of it
        std::set<uint32_t> frontends;       //!< likewise: who is in service
        std::set<uint32_t> completion;      //!< likewise: that this was all
        std::deque<EndpointChange> changes; //!< of endpoints, one after the other
        std::vector<PublicEndpoint> stale;  //!< withdrawn, and it may not have heard
        bool isReachable{true};          //!< it has acknowledged the last message, or none was sent
        bool hasMissed{false};           //!< it did not answer, of the first of changes
        bool isBeginning{false};         //!< it is told everything; ProgramComplete is to follow
        bool lacksEndpoints{false};      //!< likewise: of what there are, it does not know all yet
        std::optional<uint32_t> request; //!< transaction of its last RequestProgram
        uint32_t report{0};              //!< transaction of its last ReportOverload; 0: none
        EventId retry;                   //!< when it does not answer
    };

    /// What a host has not answered.
    struct Host
    {
        std::vector<SlbInstruction> missed; //!< in the order in which they were given up
        EventId retry;                      //!< when they are sent again
    };

    /// A frontend that has been out of service.
    struct WithdrawnFrontend
    {
        bool isWithdrawn{false}; //!< it is
        uint32_t sequence{0};    //!< of what muxes were told of it last
        EventId end;             //!< when it is put back
    };

    void StartApplication() override;
    void StopApplication() override;
    void DoDispose() override;

    /// Changes a load balancer. @return nothing; or what was wrong
    using LoadBalancerChange = std::function<std::optional<std::string>(LoadBalancer&)>;

    /// Change a load balancer of the deployment, if that is sound, and have it told.
    /// @param loadBalancer name @param change what to change @param tell done once it is the
    /// manager's turn @return nothing; or why not
    std::optional<std::string> Change(const std::string& loadBalancer,
                                      const LoadBalancerChange& change,
                                      const Work& tell);
    /// Changes the members of a pool. @return nothing; or what was wrong
    using PoolChange = std::function<std::optional<std::string>(BackendPool&)>;
    /// Change the members of a pool, if that is sound, and tell everybody. @return as Change()
    std::optional<std::string> ChangeMembers(const PoolMembership& membership,
                                             const PoolChange& change);
    /// Begin anew with the deployment as it is.
    void Reset();
    /// Do configuration work: when it is its turn, or at once before the start.
    void Configure(const Work& work);
    /// Work out anew what to tell, and tell hosts what members of pools make of it.
    void Recompile();
    /// Tell hosts how their interfaces reach the Internet now. @param before what they were told
    void TellWays(const std::vector<HostInstruction>& before);
    /// Tell a host how its interface reaches the Internet now.
    void TellWay(const HostInstruction& instruction,
                 const std::vector<SnatAllocationChange>& changes);
    /// Tell hosts of endpoints and probes that they do not know.
    void TellNewcomers();
    /// Note endpoints and probes that hosts know. @return those they did not
    std::vector<SlbInstruction> NoteTold();

    /// Attribute access: the profile's text form.
    void SetProfile(const std::string& text);
    std::string GetProfile() const;
    /// Attribute access: the name.
    void SetMemberSelection(const std::string& name);
    std::string GetMemberSelection() const;
    /// Attribute access: the profile's text form.
    void SetNatGatewayProfile(const std::string& text);
    std::string GetNatGatewayProfile() const;
    /// Attribute access: seconds.
    void SetRequestServiceTime(Ptr<RandomVariableStream> variable);
    Ptr<RandomVariableStream> GetRequestServiceTime() const;
    void SetConfigurationServiceTime(Ptr<RandomVariableStream> variable);
    Ptr<RandomVariableStream> GetConfigurationServiceTime() const;
    /// Attribute access.
    void SetHashSeed(uint64_t seed);
    uint64_t GetHashSeed() const;

    void MessageAcknowledged(const SlbInstruction& instruction) override;
    void AgentUnreachable(const SlbInstruction& instruction) override;
    void MessageReceived(const SlbMessage& message, const InetSocketAddress& from) override;

    /// @return a message with a transaction of its own
    SlbInstruction MakeInstruction(Ipv4Address agent, const Body& body);
    /// @return what a mux is told of a change of endpoints
    std::vector<SlbInstruction> MakeEndpoints(Ipv4Address mux, const EndpointChange& change);
    /// @return what a mux is told of load balancing, as it is now
    std::vector<SlbInstruction> MakeGoalState(Ipv4Address mux);
    /// @return what a mux is told of changes of that
    std::vector<SlbInstruction> MakeMembers(Ipv4Address mux,
                                            const std::vector<MemberAvailability>& changes);

    /// Tell hosts and NAT gateways everything.
    void ProgramHosts();
    /// Tell a mux everything.
    void Program(Ipv4Address mux);
    /// Tell a mux the goal state as it is now.
    void SendGoalState(Ipv4Address mux);
    /// Tell all muxes the goal state as it is now, once it has changed.
    void SendGoalStates();
    /// Tell a mux that this was all, if it was.
    void Complete(Ipv4Address mux);
    /// Send messages to a mux. @param instructions them @param pending where to keep their
    /// transactions
    void SendToMux(const std::vector<SlbInstruction>& instructions, std::set<uint32_t>& pending);
    /// Tell all muxes of a change of endpoints.
    /// @param change which, without what is to be done @param done what, once those that answer do
    void TellMuxes(const EndpointChange& change, const Work& done);
    /// Send a mux the next changes of endpoints, if there are any and none is on its way.
    void SendChanges(Ipv4Address mux);
    /// A mux knows of the first change of endpoints, or does not answer.
    void FinishChange(Ipv4Address mux);
    /// A message to a mux has been acknowledged, or given up.
    void MessageToMuxEnded(Ipv4Address mux, uint32_t transaction, bool isAcknowledged);
    /// Send a message to a host agent, to its health prober or to a NAT gateway.
    void SendToHost(const SlbInstruction& instruction);
    /// Send a host the next message about one of its interfaces, if it is time.
    void Advance(uint32_t networkInterface);
    /// Append a message about an interface, which waits until muxes know what is given with it.
    void Tell(uint32_t networkInterface,
              InterfaceInstructionLine::Item item,
              const std::vector<SnatPortBlockGrant>& given);
    /// @return the network interface that a message of a line is about
    static std::optional<uint32_t> FindInterface(const Body& body);
    /// Tell a host again what it has not answered.
    void Retry(Ipv4Address host);
    /// Do not send messages to a mux again. @param pending their transactions
    void Cancel(std::set<uint32_t>& pending);
    /// Nothing is sent any more.
    void Close();

    /// Tell muxes which members came into rotation, or went out.
    void SendMembers(const std::vector<MemberAvailability>& changes);
    /// @return whether somebody is the host of a network interface
    bool IsHostOf(uint32_t networkInterface, Ipv4Address address) const;
    /// A mux begins with empty tables.
    void NoteRestart(Ipv4Address mux, uint32_t transaction);
    /// A host asks for SNAT ports.
    void NoteRequest(const RequestSnatPorts& request);
    /// @return the work of the request whose turn it is; empty if none waits
    Work TakeRequest();
    /// Decide on a request whose turn has come.
    void Decide(const WaitingSnatRequest& waiting);
    /// A host has given SNAT ports back, in the message of that transaction.
    void NoteReturn(const ReturnSnatPorts& returned, uint32_t transaction);
    /// Tell a host of ports that are given to its interface, and taken; with the outcome of the
    /// request that this answers, 0: none.
    void Carry(const SnatAllocationChange& change,
               uint32_t request = 0,
               SnatRequestOutcome outcome = SnatRequestOutcome::Granted);
    /// Have muxes forget ports that a host does not use any more; then they are free.
    void Withdraw(uint32_t networkInterface, const std::vector<SnatPortBlockGrant>& ports);
    /// @return endpoints of a network interface
    std::vector<PublicEndpoint> MakeEndpoints(uint32_t networkInterface,
                                              const std::vector<SnatPortBlockGrant>& ports) const;
    /// A mux has more packets than it can do.
    void NoteOverload(const ReportOverload& report);
    /// Take a frontend out of service, or put it back, and tell all muxes.
    void SwitchFrontend(Ipv4Address frontend, bool isWithdrawn);
    /// @return what a mux is told of a frontend
    SlbInstruction MakeFrontend(Ipv4Address mux, Ipv4Address frontend);

    /// Trace that a member came into rotation, or went out.
    void TellHealth(uint16_t backendSet, uint32_t networkInterface, bool isAvailable);

    Deployment m_deployment;                  //!< what there is
    SlbProgram m_program;                     //!< what is told about it
    MemberHealthTable m_health;               //!< who is in rotation
    std::map<Ipv4Address, Mux> m_muxes;       //!< by address
    std::map<uint32_t, Ipv4Address> m_hosts;  //!< provider address by network interface
    std::map<Ipv4Address, Host> m_unanswered; //!< by provider address, of hosts that were silent
    AllocationPolicyFactory m_makePolicy{&MakeSnatAllocationPolicy}; //!< of the book
    SnatAllocationTable m_book;                                      //!< who has which SNAT ports
    SnatRequestQueue m_requests{Profile()};                          //!< for SNAT ports, that wait
    ManagerServer m_server{[this] { return TakeRequest(); }};        //!< does the work
    std::map<uint32_t, InterfaceInstructionLine> m_lines;            //!< by network interface
    std::map<uint32_t, uint32_t> m_lastRequests; //!< last one that was not dropped, by interface
    std::map<Ipv4Address, std::set<uint32_t>> m_returns;  //!< transactions done last, by host
    std::set<std::pair<uint32_t, uint16_t>> m_toldProbes; //!< interface and probe
    std::map<uint32_t, std::vector<InboundEndpoint>> m_toldInbound; //!< by network interface
    bool m_areMembersStale{false};                        //!< pools have changed since Compile()
    std::map<Ipv4Address, WithdrawnFrontend> m_withdrawn; //!< those that ever were, by address
    std::optional<Ipv4Address> m_suspect; //!< whom the last reports of overload have named
    uint32_t m_suspicions{0};             //!< how many, without one between that named another
    uint32_t m_frontendSequence{0};       //!< of the last ProgramFrontend
    uint32_t m_generation{1};             //!< newest of any mux's goal states
    bool m_isTaken{false};                //!< Take() has been called
    bool m_isStale{false};                //!< what was taken has changed before the start
    bool m_isStopped{false};              //!< the application has been stopped
    uint16_t m_controlPort{0};            //!< ControlPort
    uint16_t m_healthPort{0};             //!< HealthPort
    uint32_t m_overloadReports{0};        //!< OverloadReports
    Time m_withdrawalTime;                //!< WithdrawalTime

    TracedCallback<const PoolMembership&> m_poolMemberTrace;    //!< PoolMember
    TracedCallback<const MemberHealth&> m_memberHealthTrace;    //!< MemberHealth
    TracedCallback<const OverloadRecord&> m_overloadTrace;      //!< Overload
    TracedCallback<const SnatRequestDecision&> m_decisionTrace; //!< SnatRequestDecision
};

} // namespace ns3::azure

#endif // AZURE_SLB_MANAGER_H
