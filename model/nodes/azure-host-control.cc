// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-host-control.h"

#include <variant>

namespace ns3::azure
{

HostControl::HostControl(Ptr<NetDevice> device,
                         const ManagerContact& virtualNetworkManager,
                         InstructionTaker& taker)
    : m_taker(taker),
      m_assembler(MakeGoalStateTaker(
          DecodeHostGoalState,
          [this](const HostGoalState& goalState) { return m_taker.Take(goalState); })),
      m_virtualNetworkManager(CreateObject<SlbControlSocket>())
{
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
    m_virtualNetworkManager->Close();
}

bool
HostControl::TakeFromSlbManager(const SlbMessage& message)
{
    if (const auto* instruction = std::get_if<ProgramNetworkInterface>(&message.body))
    {
        return m_taker.Take(*instruction);
    }
    if (const auto* ports = std::get_if<ProgramSnatPorts>(&message.body))
    {
        return m_taker.Take(*ports);
    }
    if (const auto* inbound = std::get_if<ProgramInboundEndpoints>(&message.body))
    {
        return m_taker.Take(*inbound);
    }
    return false; // it is not for hosts
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
