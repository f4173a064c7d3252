// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SLB_MANAGER_H
#define AZURE_SLB_MANAGER_H

#include "azure-control-application.h"

#include "ns3/azure-member-health-table.h"
#include "ns3/azure-mux-goal-state.h"
#include "ns3/azure-slb-program.h"
#include "ns3/azure-trace-records.h"
#include "ns3/event-id.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ns3::azure
{

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
 * Instructions that were in force long before time zero can be put in place by whoever assembles
 * the simulation instead: Take() them and call the agents' Apply(), and give each mux
 * GetMuxGoalState().
 */
class SlbManager : public ControlApplication
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /**
     * @brief Learn what there is; before the application's start.
     * @param networkInterfaces of all VMs
     * @param loadBalancers public and internal ones
     * @param muxes addresses in the physical network, at most MAX_MUXES
     *
     * Profile and the attributes of distribution must be set before.  Ends the program with
     * Validate()'s words if the deployment is not sound.
     */
    void SetDeployment(const std::vector<NetworkInterface>& networkInterfaces,
                       const std::vector<LoadBalancer>& loadBalancers,
                       const std::vector<Ipv4Address>& muxes);

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

    /// @brief Take over the instructions not sent yet, but the muxes' goal state: the manager will
    /// not send them, nor that.
    std::vector<SlbInstruction> Take();

    /// @return all that muxes have to know of load balancing, with members as they are now
    MuxGoalState GetMuxGoalState() const;

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
     * @brief Signature of MemberHealth.
     * @param [in] health who comes into rotation or goes out
     */
    typedef void (*MemberHealthCallback)(const MemberHealth& health);
    /**
     * @brief Signature of Overload.
     * @param [in] record which frontend is taken out of service, or put back
     */
    typedef void (*OverloadCallback)(const OverloadRecord& record);

  private:
    /// What a message says.
    using Body = decltype(SlbMessage::body);

    /// A mux and what it is being told.
    struct Mux
    {
        /// A message is not on its way any more. @return whether it was
        bool Remove(uint32_t transaction);

        uint32_t generation{0};          //!< of the goal state that it was told last
        std::set<uint32_t> endpoints;    //!< transactions on their way: of public endpoints
        std::set<uint32_t> goalState;    //!< likewise: goal state, and changes of it
        std::set<uint32_t> frontends;    //!< likewise: who is in service
        std::set<uint32_t> completion;   //!< likewise: that this was all
        bool isBeginning{false};         //!< it is told everything; ProgramComplete is to follow
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

    /// Change a load balancer of the deployment, if that is sound. @return nothing; or why not
    std::optional<std::string> Change(const std::string& loadBalancer,
                                      const LoadBalancerChange& change);

    /// Attribute access: the profile's text form.
    void SetProfile(const std::string& text);
    std::string GetProfile() const;
    /// Attribute access: the name.
    void SetMemberSelection(const std::string& name);
    std::string GetMemberSelection() const;
    /// Attribute access.
    void SetHashSeed(uint64_t seed);
    uint64_t GetHashSeed() const;

    void MessageAcknowledged(const SlbInstruction& instruction) override;
    void AgentUnreachable(const SlbInstruction& instruction) override;
    void MessageReceived(const SlbMessage& message, const InetSocketAddress& from) override;

    /// @return a message with a transaction of its own
    SlbInstruction MakeInstruction(Ipv4Address agent, const Body& body);
    /// @return what muxes are told of public endpoints
    std::vector<SlbInstruction> MakeEndpoints(Ipv4Address mux);
    /// @return what a mux is told of load balancing, as it is now
    std::vector<SlbInstruction> MakeGoalState(Ipv4Address mux);
    /// @return what a mux is told of changes of that
    std::vector<SlbInstruction> MakeMembers(Ipv4Address mux,
                                            const std::vector<MemberAvailability>& changes);
    /// @return what hosts are told
    std::vector<SlbInstruction> MakeHostInstructions();

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
    /// Send a message to a host agent, or to its health prober.
    void SendToHost(const SlbInstruction& instruction);
    /// Tell a host again what it has not answered.
    void Retry(Ipv4Address host);
    /// Do not send messages to a mux again. @param pending their transactions
    void Cancel(std::set<uint32_t>& pending);
    /// Nothing is sent any more.
    void Close();

    /// Tell muxes which members came into rotation, or went out.
    void SendMembers(const std::vector<MemberAvailability>& changes);
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

    TracedCallback<const MemberHealth&> m_memberHealthTrace; //!< MemberHealth
    TracedCallback<const OverloadRecord&> m_overloadTrace;   //!< Overload
};

} // namespace ns3::azure

#endif // AZURE_SLB_MANAGER_H
