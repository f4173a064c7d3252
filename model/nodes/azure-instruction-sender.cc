// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-instruction-sender.h"

#include "ns3/abort.h"
#include "ns3/simulator.h"

#include <utility>
#include <variant>

namespace ns3::azure
{

InstructionSender::InstructionSender(InstructionObserver& observer)
    : m_observer(observer)
{
}

InstructionSender::~InstructionSender()
{
    Close();
}

void
InstructionSender::Open(Ptr<Node> node, const InstructionSenderOptions& options)
{
    m_options = options;
    m_control = CreateObject<SlbControlSocket>();
    m_control->Open(
        node,
        options.controlPort,
        [this](const SlbMessage& message, const InetSocketAddress& from) {
            ReceiveMessage(message, from);
        },
        options.scope);
}

void
InstructionSender::Close()
{
    for (auto& [transaction, pending] : m_pending)
    {
        pending.next.Cancel();
    }
    m_pending.clear();
    if (m_control)
    {
        m_control->Close();
        m_control = nullptr;
    }
}

void
InstructionSender::Send(const SlbInstruction& instruction, std::optional<uint16_t> port)
{
    const auto transaction = instruction.message.transaction;
    NS_ABORT_MSG_UNLESS(m_control, "an instruction can be sent between Open() and Close() only");
    NS_ABORT_MSG_UNLESS(m_pending.emplace(transaction, Pending{instruction, port, 0, 0, {}}).second,
                        "transaction " << transaction << " is on its way already");
    Attempt(transaction);
}

void
InstructionSender::SendOnce(const SlbInstruction& instruction)
{
    NS_ABORT_MSG_UNLESS(m_control, "a message can be sent between Open() and Close() only");
    Pending sent{instruction, std::nullopt, 1, 0, {}};
    sent.bytes = m_control->Send(instruction.message, instruction.agent);
    Tell(ControlMessageStage::Sent, sent);
}

void
InstructionSender::Cancel(uint32_t transaction)
{
    const auto found = m_pending.find(transaction);
    if (found != m_pending.end())
    {
        Remove(found);
    }
}

void
InstructionSender::Attempt(uint32_t transaction)
{
    const auto found = m_pending.find(transaction);
    auto& pending = found->second;
    if (pending.attempts == m_options.maxAttempts)
    {
        const auto lost = Remove(found);
        Tell(ControlMessageStage::Unreachable, lost);
        m_observer.AgentUnreachable(lost.instruction);
        return;
    }
    ++pending.attempts;
    pending.next = Simulator::Schedule(m_options.retransmitTimeout,
                                       &InstructionSender::Attempt,
                                       this,
                                       transaction);
    pending.bytes =
        m_control->Send(pending.instruction.message, pending.instruction.agent, pending.port);
    Tell(ControlMessageStage::Sent, pending); // who is told may cancel it
}

void
InstructionSender::SendAcknowledge(uint32_t transaction, const InetSocketAddress& to)
{
    NS_ABORT_MSG_UNLESS(m_control, "nothing can be acknowledged before Open() or after Close()");
    m_control->Send({transaction, Acknowledge{}}, to.GetIpv4(), to.GetPort());
}

void
InstructionSender::ReceiveMessage(const SlbMessage& message, const InetSocketAddress& from)
{
    if (!std::holds_alternative<Acknowledge>(message.body))
    {
        m_observer.MessageReceived(message, from);
        return;
    }
    const auto found = m_pending.find(message.transaction);
    if (found == m_pending.end() || found->second.instruction.agent != from.GetIpv4())
    {
        return;
    }
    const auto done = Remove(found);
    Tell(ControlMessageStage::Acknowledged, done);
    m_observer.MessageAcknowledged(done.instruction);
}

InstructionSender::Pending
InstructionSender::Remove(std::map<uint32_t, Pending>::iterator pending)
{
    auto removed = std::move(pending->second);
    removed.next.Cancel();
    m_pending.erase(pending);
    return removed;
}

void
InstructionSender::Tell(ControlMessageStage stage, const Pending& pending)
{
    const auto& [agent, message] = pending.instruction;
    m_observer.ControlMessageSeen({Simulator::Now(),
                                   stage,
                                   agent,
                                   message.transaction,
                                   pending.attempts,
                                   GetKind(message),
                                   pending.bytes});
}

} // namespace ns3::azure
