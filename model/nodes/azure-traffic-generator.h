// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRAFFIC_GENERATOR_H
#define AZURE_TRAFFIC_GENERATOR_H

#include "azure-ns3-compat.h"
#include "azure-traffic-connections.h"

#include "ns3/application.h"
#include "ns3/azure-destination-list.h"
#include "ns3/azure-ip-protocol.h"
#include "ns3/azure-retry-policy.h"
#include "ns3/azure-source-ports.h"
#include "ns3/azure-traffic-flow.h"
#include "ns3/azure-traffic-spec.h"
#include "ns3/azure-zipf-table.h"
#include "ns3/event-id.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Opens flows from a VM; a TrafficServer answers them.
 *
 * A flow is one thing the application wants: a connection, a request of RequestSize bytes, a
 * response of ResponseSize bytes, and the connection held open for a while.  An attempt at it
 * that fails is repeated as the retry attributes say, from another source port, to the same
 * destination.
 *
 * *When*, counted from the start of the application, with k from 0:
 * - Burst: every flow at 0;
 * - Periodic: flow k at k / Rate, computed from k, so that rounding does not add up;
 * - Poisson: flow k after k + 1 gaps, each drawn from ArrivalGap and divided by Rate.
 *
 * *Where to*: the D addresses times P ports are numbered so that number i is address i mod D and
 * port DestinationPort + i / D.  InTurn sends flow k to number k mod (D * P); Zipf draws the
 * number, i with a weight of 1 / (i + 1)^Skew.
 *
 * *From where*: the VM's first address and the next free port of FirstSourcePort to
 * LastSourcePort, ascending and again from the start.  A port is free again when its attempt has
 * failed, or its connection is over; after a FIN only when ns-3's TIME_WAIT is over too.
 *
 * *How long*: Hold seconds, drawn when the response is whole (TCP without ResponseSize: when the
 * connection is established; UDP: when the response has come).  Then the client closes as Close
 * says.  Without Hold connections stay open to the end of the run.
 *
 * *Keep-alives*: every KeepAliveInterval from then on, until the connection is closed, a request of
 * 12 bytes for a response of none, whose acknowledgement (UDP: empty datagram) shows that the
 * connection is still there.  Without Hold they go on for ever: a run has to be stopped then.
 *
 * *Over what*: Transport says: Socket, ns-3's sockets, or Compact, the node's CompactEndpoint, for
 * very many flows.  See TcpTrafficConnection, UdpTrafficConnection and CompactTrafficConnections
 * for what they make of a flow; whoever serves them may use either.
 *
 * Stopping the application opens no more flows, fails those not yet established and closes the
 * others as Close says.
 *
 * Errors: a configuration that Validate() refuses ends the program when the application starts.
 */
class TrafficGenerator : public Application, private TrafficConnectionOwner
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    TrafficGenerator();
    ~TrafficGenerator() override;

    /// Add an address that flows go to; one may be added several times.
    void AddDestination(Ipv4Address address);

    /// @param policy sets RetryBackoff, MaxAttempts and RetryInterval at once
    void SetRetryPolicy(const RetryPolicy& policy);

    /// @return the first error of the configuration, naming attribute, value and what is allowed
    std::optional<std::string> Validate() const;

    /**
     * @brief Fix the streams of the random variables.
     * @param stream the first stream to use
     * @return streams used: always 4, whether there is a Hold or not
     */
    int64_t AssignStreams(int64_t stream) AZURE_NET_APP_OVERRIDE;

    /// @return what became of the flows so far
    const TrafficCounters& GetCounters() const;

    /// @return flows begun so far
    uint64_t GetAttempted() const;

    /// @return flows established so far, open or closed
    uint64_t GetEstablished() const;

    /// @return flows given up so far
    uint64_t GetFailed() const;

    /// @brief Tell of the attempts that are under way or established and not ended, in the order of
    /// their flows.
    void VisitOpenFlows(const TrafficFlowVisitor& visitor) const;

    /// @return bytes of memory held for flows, without what ns-3's own objects take
    uint64_t GetMemory() const;

    /**
     * @brief Signature of the trace sources FlowStarted, FlowEstablished and KeepAlive.
     *
     * FlowStarted fires once for every attempt, before its first packet; FlowEstablished at most
     * once for every flow, when TCP's handshake is done or UDP's response has come; KeepAlive
     * between FlowEstablished and FlowClosed, before each keep-alive message.
     *
     * @param [in] flow the attempt
     */
    typedef void (*FlowCallback)(const TrafficFlow& flow);

    /**
     * @brief Signature of the trace source FlowFailed.
     *
     * Fires once for every attempt that failed, after its FlowStarted and never after its
     * FlowEstablished.
     *
     * @param [in] flow the attempt
     * @param [in] failure why it failed
     * @param [in] isRetried whether another attempt at the flow will follow, unless the application
     *             stops first
     */
    typedef void (*FlowFailedCallback)(const TrafficFlow& flow,
                                       TrafficFailure failure,
                                       bool isRetried);

    /**
     * @brief Signature of the trace source FlowClosed.
     *
     * Fires at most once for every flow, after its FlowEstablished: when the client closes it,
     * before the packet that says so, or when the connection ended otherwise.
     *
     * @param [in] flow the attempt that was established
     * @param [in] end why it ended
     */
    typedef void (*FlowClosedCallback)(const TrafficFlow& flow, TrafficEnd end);

  protected:
    void DoDispose() override;

  private:
    void DoInitialize() override;
    void StartApplication() override;
    void StopApplication() override;

    void HandleEstablished(const TrafficFlow& flow) override;
    std::optional<Time> HandleResponded(const TrafficFlow& flow) override;
    void HandleKeepAlive(const TrafficFlow& flow) override;
    void HandleFailed(const TrafficFlow& flow, TrafficFailure failure) override;
    void HandleClosed(const TrafficFlow& flow, TrafficEnd end) override;
    void HandleReleased(const TrafficFlow& flow, Time portFreeAt) override;

    static TypeId AddArrivalAttributes(TypeId tid);
    static TypeId AddDestinationAttributes(TypeId tid);
    static TypeId AddConnectionAttributes(TypeId tid);
    static TypeId AddRetryAttributes(TypeId tid);
    static TypeId AddTraceSources(TypeId tid);

    /// @return the retry attributes as one
    RetryPolicy GetRetryPolicy() const;

    /// @return whether all flows have been begun
    bool IsComplete() const;

    /// Begin the next flow, and wait for the one after it.
    void HandleArrival();

    /// Wait for the next flow, if there is one.
    void ScheduleArrival();

    /// Begin one flow.
    void BeginFlow();

    /// @return index of the next flow's destination
    std::size_t SelectDestination();

    /**
     * @brief Try to open a flow.
     * @param flow the attempt; its key lacks only the source port
     */
    void BeginAttempt(TrafficFlow flow);

    /**
     * @brief Bind to the next free source port.
     * @param flow the attempt; its key receives the port
     * @return the connection's number, or nothing if every port is in use
     */
    std::optional<uint64_t> BindToNextPort(TrafficFlow& flow);

    /// Tell that an attempt failed, and plan the next one if there is one.
    void FailAttempt(const TrafficFlow& flow, TrafficFailure failure);

    /// @return what carries connections, as Transport says
    std::unique_ptr<TrafficConnections> CreateConnections();

    /// @return address of the VM's first interface that is not the loopback
    Ipv4Address GetLocalAddress() const;

    IpProtocol m_protocol{IpProtocol::Tcp};                        //!< Protocol
    TrafficArrival m_arrival{TrafficArrival::Burst};               //!< Arrival
    double m_rate{1};                                              //!< Rate, flows per second
    uint64_t m_flows{1};                                           //!< Flows
    bool m_isUnlimited{false};                                     //!< UnlimitedFlows
    Ptr<RandomVariableStream> m_arrivalGap;                        //!< ArrivalGap
    std::vector<Ipv4Address> m_addresses;                          //!< what AddDestination() added
    uint16_t m_destinationPort{0};                                 //!< DestinationPort
    uint32_t m_destinationPorts{1};                                //!< DestinationPorts
    DestinationOrder m_destinationOrder{DestinationOrder::InTurn}; //!< DestinationOrder
    double m_skew{1};                                              //!< Skew
    Ptr<RandomVariableStream> m_destinationChoice;                 //!< DestinationChoice
    Ptr<RandomVariableStream> m_hold;                       //!< Hold; null: to the end of the run
    uint32_t m_requestSize{0};                              //!< RequestSize, bytes
    uint32_t m_responseSize{0};                             //!< ResponseSize, bytes
    TrafficTransport m_transport{TrafficTransport::Socket}; //!< Transport
    TrafficClose m_close{TrafficClose::Fin};                //!< Close
    uint32_t m_connectAttempts{1};                          //!< ConnectAttempts
    Time m_connectTimeout;                                  //!< ConnectTimeout
    Time m_responseTimeout;                                 //!< ResponseTimeout
    Time m_closeTimeout;                                    //!< CloseTimeout
    Time m_keepAliveInterval;                               //!< KeepAliveInterval; 0 s: none
    RetryBackoff m_retryBackoff{RetryBackoff::Fixed};       //!< RetryBackoff
    uint32_t m_maxAttempts{1};                              //!< MaxAttempts
    Time m_retryInterval;                                   //!< RetryInterval
    Ptr<RandomVariableStream> m_retryJitter;                //!< RetryJitter
    uint16_t m_firstSourcePort{0};                          //!< FirstSourcePort
    uint16_t m_lastSourcePort{0};                           //!< LastSourcePort

    TrafficConnectionSettings m_settings;              //!< the attributes connections need
    DestinationList m_destinations;                    //!< the attributes about destinations
    Ipv4Address m_localAddress;                        //!< the VM's address
    Time m_started;                                    //!< when the application started
    std::optional<SourcePorts> m_sourcePorts;          //!< once the application has started
    std::optional<ZipfTable> m_zipf;                   //!< once it has started, in Zipf order
    std::unique_ptr<TrafficConnections> m_connections; //!< once the application has started
    std::map<uint64_t, EventId> m_retries;             //!< attempts to come, by flow number
    EventId m_nextArrival;                             //!< the next flow
    TrafficCounters m_counters;                        //!< what became of the flows so far

    TracedCallback<const TrafficFlow&> m_flowStartedTrace;                      //!< FlowStarted
    TracedCallback<const TrafficFlow&> m_flowEstablishedTrace;                  //!< FlowEstablished
    TracedCallback<const TrafficFlow&> m_keepAliveTrace;                        //!< KeepAlive
    TracedCallback<const TrafficFlow&, TrafficFailure, bool> m_flowFailedTrace; //!< FlowFailed
    TracedCallback<const TrafficFlow&, TrafficEnd> m_flowClosedTrace;           //!< FlowClosed
};

} // namespace ns3::azure

#endif // AZURE_TRAFFIC_GENERATOR_H
