// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HEALTH_PROBER_H
#define AZURE_HEALTH_PROBER_H

#include "azure-control-application.h"
#include "azure-health-probe-connection.h"
#include "azure-ns3-compat.h"

#include "ns3/azure-health-probe-tracker.h"
#include "ns3/azure-slb-message.h"
#include "ns3/azure-trace-records.h"
#include "ns3/random-variable-stream.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Probes the VMs of its host, from 168.63.129.16, over the host's own TCP stack (sources.rst
 * B.7; S0-37).
 *
 * Each target is probed every interval, for the first time at a random point of an interval after
 * it was programmed, or after the prober's start.  What the outcomes mean is decided by one
 * HealthProbeTracker per target; when a target's state becomes known or changes, the SLB manager is
 * told (Ananta 3.4.3), again and again until it acknowledges or the state changes once more: in
 * rounds of MaxAttempts, RetryInterval apart.
 *
 * A probe whose timeout is the interval has failed when the next one is sent.  One whose timeout is
 * longer does not keep the next one from being sent.
 *
 * The probes reach the VMs' interfaces through the host agent, and so through their security
 * groups (S0-38), once HostAgent::EnableHostServices() has been called.
 */
class HealthProber : public ControlApplication, private HealthProbeOwner
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /**
     * @brief Say where the host's stack meets what; before the start.
     * @param uplink towards the SLB manager, which alone is heard there (HostAgent); null: any
     * @param services towards the VMs (HostServicePort::GetDevice()); null: any
     */
    void SetDevices(Ptr<NetDevice> uplink, Ptr<NetDevice> services);

    /**
     * @brief Probe a target from now on.
     *
     * The same probe of the same VM takes the place of what was known of it, and begins anew unless
     * nothing is different.  A target that cannot be probed ends the program: port 0, no interval,
     * no timeout or a count of 0.  (A message with such a one cannot be read.)
     */
    void Apply(const ProgramHealthProbe& instruction);

    /// @return whether a target is up; nothing if no probe has ended, or there is no such target
    std::optional<bool> IsUp(uint32_t networkInterface, uint16_t probe) const;

    /// @brief Fix the random variable's stream. @return how many were used
    int64_t AssignStreams(int64_t stream) AZURE_NET_APP_OVERRIDE;

    /**
     * @brief Signature of ProbeResult.
     * @param [in] result of one probe
     */
    typedef void (*ProbeResultCallback)(const HealthProbeResult& result);
    /**
     * @brief Signature of MemberHealth.
     * @param [in] health of a target, which has changed, or is known for the first time
     */
    typedef void (*MemberHealthCallback)(const MemberHealth& health);

  protected:
    void DoDispose() override;

  private:
    /// Network interface and probe.
    using Key = std::pair<uint32_t, uint16_t>;

    /// What is known of a target.
    struct Target
    {
        HealthProbeTarget target;   //!< whom to ask, and how
        HealthProbeTracker tracker; //!< what the outcomes say
        uint32_t report{0};         //!< transaction of the last report; 0: there is none
        EventId next;               //!< the next probe
        EventId retry;              //!< the report again, where the manager was unreachable
    };

    void StartApplication() override;
    void StopApplication() override;

    /// Begin to probe a target.
    void Begin(Target& target);
    /// Send a probe, and the next one an interval later.
    void Probe(Key key);
    /// End a target's probes without results.
    void Abandon(Key key);
    /// Tell the SLB manager how a target is.
    void Report(Key key);
    /// What was reported is not to be sent any more.
    void CancelReport(Target& target);

    void HandleResult(HealthProbeConnection& connection,
                      HealthProbeOutcome outcome,
                      std::optional<uint16_t> statusCode) override;
    void HandleReleased(HealthProbeConnection& connection) override;
    void MessageAcknowledged(const SlbInstruction& instruction) override;
    void AgentUnreachable(const SlbInstruction& instruction) override;
    void MessageReceived(const SlbMessage& message, const InetSocketAddress& from) override;

    uint16_t m_controlPort{0};                 //!< ControlPort
    Ipv4Address m_managerAddress;              //!< ManagerAddress
    uint16_t m_managerPort{0};                 //!< ManagerPort
    Ptr<RandomVariableStream> m_phaseVariable; //!< PhaseVariable
    Ptr<NetDevice> m_uplink;                   //!< towards the SLB manager; null: any
    Ptr<NetDevice> m_services;                 //!< towards the VMs; null: any
    std::map<Key, Target> m_targets;           //!< whom to probe
    std::map<uint32_t, uint64_t> m_attempts;   //!< probes so far, by network interface
    /// Probes that still have their socket, by network interface and attempt.
    std::map<std::pair<uint32_t, uint64_t>, Ptr<HealthProbeConnection>> m_open;

    TracedCallback<const HealthProbeResult&> m_probeResultTrace; //!< ProbeResult
    TracedCallback<const MemberHealth&> m_memberHealthTrace;     //!< MemberHealth
};

} // namespace ns3::azure

#endif // AZURE_HEALTH_PROBER_H
