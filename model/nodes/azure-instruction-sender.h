// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_INSTRUCTION_SENDER_H
#define AZURE_INSTRUCTION_SENDER_H

#include "azure-slb-control-socket.h"

#include "ns3/azure-slb-message.h"
#include "ns3/azure-trace-records.h"
#include "ns3/event-id.h"
#include "ns3/ipv4-address.h"
#include "ns3/node.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <map>
#include <optional>

namespace ns3::azure
{

/// A message of a manager and the host agent or mux it is for; or of one of these and the manager.
struct SlbInstruction
{
    Ipv4Address agent;  //!< address in the physical network
    SlbMessage message; //!< with the transaction that its acknowledgement repeats
};

/// Learns what becomes of instructions, and may send and cancel some; must outlive the sender.
class InstructionObserver
{
  public:
    virtual ~InstructionObserver() = default;

    /// A message was sent or acknowledged, or is given up: for the trace, and before the others.
    virtual void ControlMessageSeen(const ControlMessage& message) = 0;
    /// A message was acknowledged by its agent; once for each.
    virtual void MessageAcknowledged(const SlbInstruction& instruction) = 0;
    /// A message was sent as often as it may be and never acknowledged.
    virtual void AgentUnreachable(const SlbInstruction& instruction) = 0;

    /// Something else than an acknowledgement has come; by default nothing is done.
    virtual void MessageReceived(const SlbMessage& /* message */,
                                 const InetSocketAddress& /* from */)
    {
    }
};

/// How a sender sends.
struct InstructionSenderOptions
{
    uint16_t controlPort{0}; //!< UDP port, here and at the agents
    Time retransmitTimeout;  //!< after which a message is sent again
    uint32_t maxAttempts{1}; //!< how often a message is sent at most
    SlbControlScope scope{}; //!< whom to talk with
};

/**
 * @ingroup azure-nodes
 * @brief Sends a manager's messages as UDP datagrams, each repeated until it is acknowledged.
 */
class InstructionSender
{
  public:
    /// @param observer told of everything; not owned
    explicit InstructionSender(InstructionObserver& observer);

    ~InstructionSender();
    InstructionSender(const InstructionSender&) = delete; // events refer to it
    InstructionSender& operator=(const InstructionSender&) = delete;

    /// @brief Begin to listen for acknowledgements on a node.
    void Open(Ptr<Node> node, const InstructionSenderOptions& options);

    /// @brief Stop listening; what is not acknowledged is not sent again, and not told of.
    void Close();

    /// @return whether it was opened, and not closed since
    bool IsOpen() const
    {
        return m_control != nullptr;
    }

    /// @brief Send an instruction; the sender must be open.
    /// @param instruction whose transaction must be new
    /// @param port UDP port of the agent; none: the sender's own
    void Send(const SlbInstruction& instruction, std::optional<uint16_t> port = std::nullopt);

    /// @brief Send a message that nobody acknowledges; the sender must be open.
    void SendOnce(const SlbInstruction& instruction);

    /// @brief Do not send an instruction again, or tell of it; nothing happens if it is not on its
    /// way.
    void Cancel(uint32_t transaction);

    /// @brief Acknowledge what somebody has sent; the sender must be open.
    /// @param transaction of the message
    /// @param to who sent it, with the port that it came from
    void SendAcknowledge(uint32_t transaction, const InetSocketAddress& to);

  private:
    /// An instruction on its way.
    struct Pending
    {
        SlbInstruction instruction;   //!< what is sent to whom
        std::optional<uint16_t> port; //!< UDP port of the agent; none: the sender's own
        uint32_t attempts{0};         //!< so far
        uint32_t bytes{0};            //!< length of the UDP payload
        EventId next;                 //!< the next attempt
    };

    /// Send a pending instruction, and again after the timeout until it is acknowledged.
    void Attempt(uint32_t transaction);
    /// A message has come: an acknowledgement, or something for the observer.
    void ReceiveMessage(const SlbMessage& message, const InetSocketAddress& from);
    /// Forget a pending instruction. @return it
    Pending Remove(std::map<uint32_t, Pending>::iterator pending);
    /// Tell of a message.
    void Tell(ControlMessageStage stage, const Pending& pending);

    InstructionObserver& m_observer;       //!< told of everything
    InstructionSenderOptions m_options;    //!< how to send
    std::map<uint32_t, Pending> m_pending; //!< sent, not acknowledged, by transaction
    Ptr<SlbControlSocket> m_control;       //!< to host agents and muxes; null if not open
};

} // namespace ns3::azure

#endif // AZURE_INSTRUCTION_SENDER_H
