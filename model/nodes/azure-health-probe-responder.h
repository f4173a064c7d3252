// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HEALTH_PROBE_RESPONDER_H
#define AZURE_HEALTH_PROBE_RESPONDER_H

#include "ns3/application.h"
#include "ns3/azure-health-probe.h"
#include "ns3/azure-probe-response-schedule.h"
#include "ns3/event-id.h"
#include "ns3/ptr.h"
#include "ns3/socket.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Answers health probes on a VM, well or badly, as it is told.
 *
 * | response | SYN            | HTTP request            |
 * |----------|----------------|-------------------------|
 * | Answer   | SYN+ACK        | 200                     |
 * | Status N | SYN+ACK        | N                       |
 * | Stall    | SYN+ACK        | acknowledged, no answer |
 * | Silent   | nothing        | acknowledged, no answer |
 * | Refuse   | RST            | acknowledged, no answer |
 *
 * (A request meets Silent or Refuse if the response has changed since its SYN.)  It leaves the
 * closing to whoever has asked.  Over TCP nothing is asked, so that Stall is the same as Answer,
 * and Status N is not allowed.
 *
 * The port belongs to the responder alone: another application that listens on it, on any address
 * of the node, ends the program.  A VM whose application is to be probed, instead of a stand-in for
 * it, needs no responder.
 */
class HealthProbeResponder : public Application
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /// @brief Respond that way from now on; the schedule goes on.
    void SetResponse(const ProbeResponse& response);

    /// @return how it responds
    const ProbeResponse& GetResponse() const
    {
        return m_response;
    }

  protected:
    void DoDispose() override;

  private:
    void DoInitialize() override;
    void StartApplication() override;
    void StopApplication() override;

    /// A connection of somebody who probes.
    struct Connection
    {
        Ptr<Socket> socket;  //!< its socket
        std::string request; //!< so far
    };

    /// Attribute access: text forms.
    void SetBehavior(const std::string& text);
    std::string GetBehavior() const;
    void SetSchedule(const std::string& text);
    std::string GetSchedule() const;

    /// End the program if the response cannot be given over the protocol.
    void Check(const ProbeResponse& response) const;
    /// Listen, or do not, as the response demands.
    void UpdateListener();
    bool HandleRequest(Ptr<Socket> socket, const Address& from);
    void HandleAccepted(Ptr<Socket> socket, const Address& from);
    void HandleReceive(Ptr<Socket> socket);
    void HandleClosed(Ptr<Socket> socket);
    /// @return the socket's connection; the end if it is not known
    std::vector<Connection>::iterator Find(Ptr<Socket> socket);
    /// Close a connection and forget it.
    void Close(Ptr<Socket> socket);
    /// Forget a connection. @return false if it was not known
    bool Remove(Ptr<Socket> socket);
    /// Take nothing new.
    void Stop();

    uint16_t m_port{0};                                       //!< Port
    HealthProbeProtocol m_protocol{HealthProbeProtocol::Tcp}; //!< Protocol
    ProbeResponse m_response;                                 //!< Behavior, and what came after
    std::string m_scheduleText;                               //!< Schedule
    std::vector<ScheduledProbeResponse> m_schedule;           //!< Schedule
    bool m_isRunning{false};                                  //!< started, and not stopped
    Ptr<Socket> m_listener;                                   //!< null if it refuses
    std::vector<Connection> m_connections;                    //!< not closed, as accepted
    std::vector<EventId> m_changes;                           //!< of the response, to come
};

} // namespace ns3::azure

#endif // AZURE_HEALTH_PROBE_RESPONDER_H
