// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_VM_PORT_H
#define AZURE_VM_PORT_H

#include "azure-deadline-event.h"

#include "ns3/address.h"
#include "ns3/azure-drop-reason.h"
#include "ns3/azure-snat-request-tracker.h"
#include "ns3/azure-vnic-pipeline.h"
#include "ns3/azure-waiting-packets.h"
#include "ns3/event-id.h"
#include "ns3/ipv4-address.h"
#include "ns3/net-device.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief The port of a host's virtual switch that a VM's network interface hangs on.
 *
 * It has one event, at the next deadline of its flows, and where it may return SNAT ports another
 * one; none if there is nothing to be done, so that Simulator::Run() ends.
 */
class VmPort
{
  public:
    /**
     * @param device the host's end of a point-to-point link to the VM
     * @param number of the network interface
     * @param privateAddress the VM's address
     * @param observer told of the flows; not owned
     * @param drawFrontend see VnicPipeline
     */
    VmPort(Ptr<NetDevice> device,
           uint32_t number,
           Ipv4Address privateAddress,
           FlowObserver& observer,
           VnicPipeline::FrontendDraw drawFrontend);

    /// @brief What happens to the VM's packets; ScheduleExpiry() after each of them.
    VnicPipeline& GetPipeline()
    {
        return m_pipeline;
    }

    /// @return the same
    const VnicPipeline& GetPipeline() const
    {
        return m_pipeline;
    }

    /// @brief Send a datagram to the VM. @return nothing if it was sent; else why it was not
    std::optional<DropReason> Send(const Ptr<Packet>& datagram) const;

    /// @return whether the VM's network interface has the hardware address
    bool IsConnectedTo(const Address& hardwareAddress) const;

    /// @brief Have one event at the next deadline of the flows, if there is one.
    void ScheduleExpiry()
    {
        m_expiry.Schedule(m_pipeline.GetNextDeadline(), &VmPort::Expire, this);
    }

    /// @return the packets of the VM that wait for SNAT ports
    WaitingPackets& GetWaitingPackets()
    {
        return m_waiting;
    }

    /// @return the requests for SNAT ports that wait for an answer
    SnatRequestTracker& GetSnatRequests()
    {
        return m_requests;
    }

    /// @return the same
    const SnatRequestTracker& GetSnatRequests() const
    {
        return m_requests;
    }

    /**
     * @brief Have one event when SNAT ports can be given up, if there are such.
     * @param action what is done then; it calls this function again
     */
    void ScheduleReturn(const std::function<void()>& action);

    /// @brief Let go of the device and the events.
    void Dispose();

  private:
    /// A deadline has come.
    void Expire();

    Ptr<NetDevice> m_device;       //!< to the VM
    Address m_broadcast;           //!< of the device, which makes it at each call
    VnicPipeline m_pipeline;       //!< what happens to the VM's packets
    DeadlineEvent m_expiry;        //!< next look at its flows
    WaitingPackets m_waiting;      //!< for SNAT ports
    SnatRequestTracker m_requests; //!< for SNAT ports
    EventId m_return;              //!< next look at what can be given up
};

} // namespace ns3::azure

#endif // AZURE_VM_PORT_H
