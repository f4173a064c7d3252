// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HEALTH_PROBE_WORLD_H
#define AZURE_HEALTH_PROBE_WORLD_H

#include "azure-virtual-network-world.h"

#include "ns3/azure-health-probe-responder.h"
#include "ns3/azure-health-prober.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @brief A world of virtual networks whose hosts probe their VMs.
 *
 * There is no SLB manager but a socket, which acknowledges or does not.
 */
class HealthProbeWorld : public VirtualNetworkWorld
{
  protected:
    void TearDown() override;

    /// Make hosts with one VM each, 10.0.0.4 and so on, and a prober each; groups are still to be
    /// made, and Program() to be called.
    /// @param hosts how many
    /// @param phase of the first probe, as a part of the interval
    void Begin(uint32_t hosts, double phase);

    /// Let a VM respond.
    Ptr<HealthProbeResponder> AddResponder(uint32_t vm,
                                           HealthProbeProtocol protocol,
                                           const std::string& schedule,
                                           uint16_t port = 80);

    /// @return a target: a VM, probed on port 80 each 5 s as probe 1; one outcome counts
    HealthProbeTarget MakeTarget(uint32_t vm,
                                 HealthProbeProtocol protocol = HealthProbeProtocol::Tcp) const;

    /// Begin to listen and acknowledge as the SLB manager does.
    void AddManager();

    /// @return what came of the probes, a line each: when it was sent and known, in ms, outcome,
    /// and status code
    std::string GetResults() const;
    /// @return changes of state, a line each: when, in ms, and up or down
    std::string GetChanges() const;

    std::vector<Ptr<HealthProber>> m_probers; //!< by host
    std::vector<HealthProbeResult> m_results; //!< ProbeResult
    std::vector<MemberHealth> m_changes;      //!< MemberHealth
    std::vector<ControlMessage> m_messages;   //!< ControlMessage
    Ptr<SlbControlSocket> m_slbManager;       //!< null if there is none
    std::vector<ReportHealth> m_reports;      //!< that it got
    std::vector<uint32_t> m_acknowledgements; //!< that it got

  private:
    void OnResult(const HealthProbeResult& result);
    void OnChange(const MemberHealth& health);
    void OnMessage(const ControlMessage& message);
};

} // namespace ns3::azure

#endif // AZURE_HEALTH_PROBE_WORLD_H
