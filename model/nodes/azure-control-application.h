// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_CONTROL_APPLICATION_H
#define AZURE_CONTROL_APPLICATION_H

#include "azure-instruction-sender.h"

#include "ns3/application.h"
#include "ns3/azure-trace-records.h"
#include "ns3/nstime.h"
#include "ns3/traced-callback.h"

#include <cstdint>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief An application that sends messages which must be acknowledged: how often and how long it
 * tries, and the trace of it.
 */
class ControlApplication : public Application, protected InstructionObserver
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /**
     * @brief Signature of ControlMessage.
     * @param [in] message what was sent to whom, and what became of it
     */
    typedef void (*ControlMessageCallback)(const ControlMessage& message);

  protected:
    void DoDispose() override;

    /**
     * @brief Open the sender with the attributes' values.
     * @param port UDP port, see InstructionSenderOptions
     * @param scope whom to talk with
     */
    void OpenSender(uint16_t port, const SlbControlScope& scope = {});

    /// @return a transaction that no message of this application has had
    uint32_t MakeTransaction()
    {
        return ++m_transactions;
    }

    /// @return attribute RetryInterval
    Time GetRetryInterval() const
    {
        return m_retryInterval;
    }

    InstructionSender m_sender{*this}; //!< of messages that must be acknowledged

  private:
    void ControlMessageSeen(const ControlMessage& message) override;

    Time m_retransmitTimeout;   //!< RetransmitTimeout
    uint32_t m_maxAttempts{0};  //!< MaxAttempts
    Time m_retryInterval;       //!< RetryInterval
    uint32_t m_transactions{0}; //!< so far

    TracedCallback<const ControlMessage&> m_controlMessageTrace; //!< ControlMessage
};

} // namespace ns3::azure

#endif // AZURE_CONTROL_APPLICATION_H
