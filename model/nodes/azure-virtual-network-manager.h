// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_VIRTUAL_NETWORK_MANAGER_H
#define AZURE_VIRTUAL_NETWORK_MANAGER_H

#include "azure-control-application.h"

#include "ns3/azure-host-goal-state.h"
#include "ns3/azure-network-resources.h"
#include "ns3/event-id.h"
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

/// A goal state and the host agent it is for.
struct GoalStateInstruction
{
    Ipv4Address host;        //!< provider address
    HostGoalState goalState; //!< all that the host has to know
};

/**
 * @ingroup azure-nodes
 * @brief The control plane of virtual networks and network security groups.
 *
 * It owns the resources.  When a change of them changes what a host has to know, the host's agent
 * is sent its new goal state, in as many UDP datagrams as that takes, each repeated until it is
 * acknowledged; a newer goal state replaces one that is on its way.  A host applies the whole at
 * once or nothing of it.  One that is unreachable is sent its newest goal state again and again, as
 * long as the manager runs: until then the host enforces the last one it has applied.
 *
 * Goal states that were in force long before time zero can be put in place by whoever assembles the
 * simulation instead: Take() them and call the agents' Apply().
 */
class VirtualNetworkManager : public ControlApplication
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /// A change of the resources. @return nothing if it was made; else why not
    using Change = std::function<NetworkResources::Error(NetworkResources&)>;

    /// @brief Begin with these resources, with their profile, cloud and subscription; a call after
    /// the application's start ends the program.
    void SetResources(const NetworkResources& resources);

    /**
     * @brief Change the resources, and tell the hosts that are concerned.
     * @param change called once, with a copy: all of its steps take effect, or none
     * @return nothing if it was made; else the error, and nothing has changed; so it is once the
     *         application has stopped
     */
    [[nodiscard]] std::optional<std::string> Update(const Change& change);

    /// @return what there is
    const NetworkResources& GetResources() const
    {
        return m_resources;
    }

    /// @brief Take over the goal states not sent yet: the manager will not send them.
    std::vector<GoalStateInstruction> Take();

    /**
     * @brief Signature of GoalStateSent, GoalStateApplied and AgentUnreachable.
     * @param [in] instruction what was sent to whom
     */
    typedef void (*GoalStateCallback)(const GoalStateInstruction& instruction);

  private:
    /// A host and what it knows.
    struct Host
    {
        GoalStateInstruction newest;     //!< generation 0 before there is one
        bool isWaiting{false};           //!< it has not been sent
        std::set<uint32_t> transactions; //!< of its parts that are not acknowledged
        EventId retry;                   //!< when the host is unreachable
    };

    void StartApplication() override;
    void StopApplication() override;
    void DoDispose() override;

    /// Find out which hosts have to know something else than they do.
    void Renew();
    /// Send the goal states not sent yet.
    void SendWaiting();
    /// Send a host its newest goal state, instead of what is on its way to it.
    void Send(Ipv4Address address);
    /// No message of the host is on its way any more, or will be.
    void CancelMessages(Host& host);
    /// Nothing is sent any more.
    void Close();

    void MessageAcknowledged(const SlbInstruction& instruction) override;
    void AgentUnreachable(const SlbInstruction& instruction) override;

    NetworkResources m_resources;        //!< what there is
    std::map<Ipv4Address, Host> m_hosts; //!< by provider address
    uint16_t m_controlPort{0};           //!< ControlPort
    bool m_isStopped{false};             //!< the application has been stopped

    TracedCallback<const GoalStateInstruction&> m_goalStateSentTrace;    //!< GoalStateSent
    TracedCallback<const GoalStateInstruction&> m_goalStateAppliedTrace; //!< GoalStateApplied
    TracedCallback<const GoalStateInstruction&> m_agentUnreachableTrace; //!< AgentUnreachable
};

} // namespace ns3::azure

#endif // AZURE_VIRTUAL_NETWORK_MANAGER_H
