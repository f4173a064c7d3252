// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_INTERFACE_INSTRUCTION_LINE_H
#define AZURE_INTERFACE_INSTRUCTION_LINE_H

#include "ns3/azure-slb-message.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <variant>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief What a host is told of the outbound flows of one network interface: one message after the
 * other, each once the one before has been acknowledged.
 *
 * Messages have sequences, from 1, in the order in which they are appended.  One whose time has not
 * come yet, as muxes are to know first, keeps those behind it back.
 *
 * Law: at most one message is on its way, the one with the lowest sequence.
 */
class InterfaceInstructionLine
{
  public:
    /// A message.
    using Instruction = std::variant<ProgramNetworkInterface, ProgramSnatPorts>;

    /// A message, and what comes with it.
    struct Item
    {
        Instruction instruction;    //!< with its sequence
        bool isReady{true};         //!< it may be sent
        std::function<void()> sent; //!< done when it is sent for the first time; may be empty
        std::function<void()> done; //!< done when it is acknowledged; may be empty
    };

    /// @param sequence of the message that was put in place before; 0: none was
    explicit InterfaceInstructionLine(uint32_t sequence = 0);

    /// @brief Append a message. @param item whose sequence is set here @return that
    uint32_t Append(Item item);

    /// @brief A message may be sent. @param sequence of one that is not acknowledged
    void SetReady(uint32_t sequence);

    /// @return the message that is to be sent now; null if none is, or one is on its way
    const Instruction* GetDue() const;

    /// @brief The message that was due is sent, or the one that is on its way again.
    /// @return what is to be done with that
    std::function<void()> Begin(uint32_t transaction);

    /// @brief A message has been acknowledged.
    /// @return what is to be done with that, which may be empty; nothing if it is not on its way
    std::optional<std::function<void()>> Acknowledge(uint32_t transaction);

    /// @return whether a message that says all there is to say came after others, so that the host
    ///         may have ports again that it gave up before
    bool IsProgrammedAnew() const
    {
        return m_isProgrammedAnew;
    }

  private:
    uint32_t m_sequence;                   //!< of the last message
    std::deque<Item> m_items;              //!< not acknowledged, the lowest sequence first
    std::optional<uint32_t> m_transaction; //!< of the one that is on its way
    bool m_isProgrammedAnew{false};        //!< IsProgrammedAnew()
};

} // namespace ns3::azure

#endif // AZURE_INTERFACE_INSTRUCTION_LINE_H
