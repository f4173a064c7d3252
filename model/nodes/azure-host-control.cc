// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-host-control.h"

#include <variant>

namespace ns3::azure
{

HostControl::HostControl(Ptr<NetDevice> device,
                         const ManagerContact& slbManager,
                         const ManagerContact& virtualNetworkManager,
                         InstructionTaker& taker)
    : m_taker(taker),
      m_assembler(MakeGoalStateTaker(
          DecodeHostGoalState,
          [this](const HostGoalState& goalState) { return m_taker.Take(goalState); })),
      m_slbManager(CreateObject<SlbControlSocket>()),
      m_virtualNetworkManager(CreateObject<SlbControlSocket>())
{
    m_slbManager->Open(device->GetNode(),
                       slbManager.port,
                       [this](const SlbMessage& message, const InetSocketAddress& from) {
                           ReceiveFromSlbManager(message, from);
                       },
                       {device, slbManager.address});
    m_virtualNetworkManager->Open(device->GetNode(),
                                  virtualNetworkManager.port,
                                  [this](const SlbMessage& message, const InetSocketAddress& from) {
                                      ReceiveFromVirtualNetworkManager(message, from);
                                  },
                                  {device, virtualNetworkManager.address});
}

void
HostControl::Close()
{
    m_slbManager->Close();
    m_virtualNetworkManager->Close();
}

void
HostControl::ReceiveFromSlbManager(const SlbMessage& message, const InetSocketAddress& from)
{
    bool isDone = false; // stays so for a message that is not for hosts
    if (const auto* instruction = std::get_if<ProgramNetworkInterface>(&message.body))
    {
        isDone = m_taker.Take(*instruction);
    }
    else if (const auto* inbound = std::get_if<ProgramInboundEndpoints>(&message.body))
    {
        isDone = m_taker.Take(*inbound);
    }
    if (isDone)
    {
        m_slbManager->Send({message.transaction, Acknowledge{}}, from.GetIpv4(), from.GetPort());
    }
}

void
HostControl::ReceiveFromVirtualNetworkManager(const SlbMessage& message,
                                              const InetSocketAddress& from)
{
    const auto* part = std::get_if<GoalStatePart>(&message.body);
    if (part && m_assembler.Insert(*part))
    {
        m_virtualNetworkManager->Send({message.transaction, Acknowledge{}},
                                      from.GetIpv4(),
                                      from.GetPort());
    }
}

} // namespace ns3::azure
