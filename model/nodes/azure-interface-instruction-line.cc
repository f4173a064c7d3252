// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-interface-instruction-line.h"

#include "ns3/abort.h"

#include <utility>

namespace ns3::azure
{

InterfaceInstructionLine::InterfaceInstructionLine(uint32_t sequence)
    : m_sequence(sequence)
{
}

uint32_t
InterfaceInstructionLine::Append(Item item)
{
    ++m_sequence;
    m_isProgrammedAnew |=
        m_sequence > 1 && std::holds_alternative<ProgramNetworkInterface>(item.instruction);
    std::visit([this](auto& instruction) { instruction.sequence = m_sequence; }, item.instruction);
    m_items.push_back(std::move(item));
    return m_sequence;
}

void
InterfaceInstructionLine::SetReady(uint32_t sequence)
{
    for (auto& item : m_items)
    {
        const auto own = std::visit([](const auto& instruction) { return instruction.sequence; },
                                    item.instruction);
        item.isReady |= own == sequence;
    }
}

const InterfaceInstructionLine::Instruction*
InterfaceInstructionLine::GetDue() const
{
    const bool isDue = !m_transaction && !m_items.empty() && m_items.front().isReady;
    return isDue ? &m_items.front().instruction : nullptr;
}

std::function<void()>
InterfaceInstructionLine::Begin(uint32_t transaction)
{
    NS_ABORT_MSG_IF(m_items.empty() || !m_items.front().isReady, "no instruction is to be sent");
    m_transaction = transaction;
    return std::exchange(m_items.front().sent, {});
}

std::optional<std::function<void()>>
InterfaceInstructionLine::Acknowledge(uint32_t transaction)
{
    if (m_transaction != transaction)
    {
        return std::nullopt;
    }
    m_transaction.reset();
    auto done = std::move(m_items.front().done);
    m_items.pop_front();
    return done;
}

} // namespace ns3::azure
