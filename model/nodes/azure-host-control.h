// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HOST_CONTROL_H
#define AZURE_HOST_CONTROL_H

#include "azure-slb-control-socket.h"

#include "ns3/azure-goal-state-parts.h"
#include "ns3/azure-host-goal-state.h"
#include "ns3/azure-slb-message.h"
#include "ns3/ipv4-address.h"
#include "ns3/net-device.h"

#include <cstdint>

namespace ns3::azure
{

/// Where a host hears one of its managers.
struct ManagerContact
{
    uint16_t port;       //!< UDP port, here
    Ipv4Address address; //!< of the manager, who alone is heeded; 0.0.0.0: anybody
};

/// Does what the managers' instructions to a host say.
class InstructionTaker
{
  public:
    virtual ~InstructionTaker() = default;

    /// @brief Take an instruction of the SLB manager.
    /// @return whether it is done, now or before: if not, nothing has changed
    virtual bool Take(const ProgramNetworkInterface& instruction) = 0;
    /// @brief Take an instruction of the SLB manager. @return likewise
    virtual bool Take(const ProgramSnatPorts& instruction) = 0;
    /// @brief Take an instruction of the SLB manager. @return likewise
    virtual bool Take(const ProgramInboundEndpoints& instruction) = 0;
    /// @brief Take what the virtual network manager says, once it is whole.
    /// @return likewise
    virtual bool Take(const HostGoalState& goalState) = 0;
};

/**
 * @ingroup azure-nodes
 * @brief Has the managers' instructions to a host done, and acknowledged if they are.
 *
 * One that cannot be done is not acknowledged, so that the manager reports this host as
 * unreachable.  A new kind of instruction needs a Take() of its own and its case in
 * TakeFromSlbManager().
 */
class HostControl
{
  public:
    /**
     * @brief Begin to listen to the virtual network manager.
     * @param device of the host's own stack in the physical network, the only way in and out
     * @param virtualNetworkManager where it is heard
     * @param taker does what instructions say; not owned
     */
    HostControl(Ptr<NetDevice> device,
                const ManagerContact& virtualNetworkManager,
                InstructionTaker& taker);
    HostControl(const HostControl&) = delete;
    HostControl& operator=(const HostControl&) = delete;

    /// @brief Stop listening.
    void Close();

    /// @brief A message of the SLB manager has come. @return whether it is to be acknowledged
    bool TakeFromSlbManager(const SlbMessage& message);

  private:
    /// A message of the virtual network manager has come.
    void ReceiveFromVirtualNetworkManager(const SlbMessage& message, const InetSocketAddress& from);

    InstructionTaker& m_taker;                     //!< does what instructions say
    GoalStateAssembler m_assembler;                //!< of messages' goal states
    Ptr<SlbControlSocket> m_virtualNetworkManager; //!< to the virtual network manager
};

} // namespace ns3::azure

#endif // AZURE_HOST_CONTROL_H
