// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_RECORDER_H
#define AZURE_TRACE_RECORDER_H

#include "azure-member-traffic-meter.h"
#include "azure-trace-database.h"
#include "azure-trace-topology.h"

#include "ns3/azure-flow-tracker.h"
#include "ns3/azure-trace-records.h"
#include "ns3/azure-traffic-generator.h"
#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

class ControlApplication;
class HealthProber;
class HostAgent;
class LoadBalancerMux;
class NatGatewayNode;
class SlbManager;
struct PoolMembership;
class VirtualNetworkManager;

/**
 * @ingroup azure-helper
 * @brief Records what the nodes report into an SQLite database, one run per recorder.
 *
 * Use:
 * @code
 *   if (const auto problem = TraceRecorder::Validate(path)) { ... say it and stop ... }
 *   TraceRecorder recorder(path, {"port-exhaustion", "load-balanced", "2017", {{"vms", "120"}}});
 *   recorder.AddNode(...); recorder.AddNatGateway(...); recorder.AddNetworkInterface(...);
 *   recorder.AddPublicIp(...); recorder.AddLoadBalancer(...); recorder.AddFrontend(...);
 *   recorder.AddHealthProbe(...); recorder.AddPoolMember(...);
 *   recorder.AddLoadBalancingRule(...); recorder.AddOutboundRule(...);
 *   recorder.Connect(hostAgent); recorder.Connect(mux); recorder.Connect(manager);
 *   Simulator::Run();
 *   recorder.Close();
 *   Simulator::Destroy();
 * @endcode
 *
 * It only listens: the simulation is the same with and without it, but for the events that take
 * samples, and one that looks for traffic generators.  Samples are taken at once when the first
 * host agent is connected (time 0, as a rule), then every sample interval for as long as the
 * simulation has anything else to do, and in Close().  Samples of two recorders keep each other
 * going: with more than one, the simulation needs a Simulator::Stop().  From the first decision of
 * a network security group on, the open flows of the network interfaces that have groups are
 * sampled as well: at whole multiples of GetFlowLogInterval(), and in Close().
 *
 * If there are load-balancing rules, what muxes and hosts have passed of them is sampled at whole
 * multiples of GetTrafficInterval(), and in Close(); likewise what NAT gateways have passed.
 *
 * Files, cut-off runs, errors and determinism: as for TraceDatabase.  A recorder that goes out of
 * scope without Close() leaves the run's status "running".
 */
class TraceRecorder
{
  public:
    /// Returns the SNAT ports of some network interfaces, in a fixed order.
    using PortUsage = std::function<std::vector<SnatPortUsage>()>;
    /// Tells of the open flows of some network interfaces, in a fixed order.
    using OpenFlows = std::function<void(const FlowVisitor&)>;
    /// Returns the requests for SNAT ports that are not over yet, in a fixed order.
    using OpenRequests = std::function<std::vector<SnatRequest>()>;
    /// Returns what a mux has done, its rules in a fixed order.
    using MuxTrafficReport = std::function<MuxTraffic()>;

    /**
     * @brief Begin a run in a database.
     * @param path the file: new, or a trace database, to which the run is appended
     * @param run what is run
     * @param sampleInterval simulation time between two samples of snat_port_usage, above 0; if
     *        none, there is only the sample that Close() takes
     */
    TraceRecorder(const std::string& path,
                  const RunDescription& run,
                  const std::optional<Time>& sampleInterval = Seconds(10));

    /// Stops listening.  What was recorded is kept.
    ~TraceRecorder();

    TraceRecorder(const TraceRecorder&) = delete;
    TraceRecorder& operator=(const TraceRecorder&) = delete;

    /// @return how often Azure's flow log tells of a flow that is open (sources.rst B.9): 5 minutes
    static Time GetFlowLogInterval();

    /// @return how often traffic of rules is sampled: a minute, as Azure's metrics are by the
    ///         minute (our choice)
    static Time GetTrafficInterval();

    /// @return TraceDatabase::Validate()'s answer, with its default patience
    /// @param path the file
    static std::optional<std::string> Validate(const std::string& path);

    /// @return the number of the run in the file
    int64_t GetRunId() const;

    /// Tell of a node; before its network interfaces, and before Connect().
    void AddNode(const NodeFact& node);
    /// Tell of a NAT gateway; after its node, and before its network interfaces.
    void AddNatGateway(const NatGatewayFact& gateway);
    /// Tell of a network interface; before Connect().  Its number is its own in the run, so that a
    /// recorder records one scenario.
    void AddNetworkInterface(const NetworkInterfaceFact& networkInterface);
    /// @return whether the run has network interfaces already
    bool HasNetworkInterfaces() const
    {
        return m_hasNetworkInterfaces;
    }
    /// Tell of a public address; after its network interface, if it has one.
    void AddPublicIp(const PublicIpFact& publicIp);

    /// Tell of a load balancer; after nodes and network interfaces.
    void AddLoadBalancer(const LoadBalancerFact& loadBalancer);
    /// Tell of a frontend; after its load balancer.
    void AddFrontend(const FrontendFact& frontend);
    /// Tell of a health probe; after its load balancer.
    void AddHealthProbe(const HealthProbeFact& probe);
    /// Tell of a pool member; after its probe.
    void AddPoolMember(const PoolMemberFact& member);
    /// Tell of a rule; after its frontend and its members, before Connect().
    void AddLoadBalancingRule(const LoadBalancingRuleFact& rule);
    /// Tell of an outbound rule; after its frontends.
    void AddOutboundRule(const OutboundRuleFact& rule);

    /**
     * @brief Record what a host agent reports from now on.
     * @param agent installed on its node; node and interfaces have been added; not programmed yet,
     *        or else the ports that were allocated before are not in snat_allocation
     */
    void Connect(Ptr<HostAgent> agent);
    /**
     * @brief Record what a mux reports from now on.
     * @param mux installed on its node, which has been added
     */
    void Connect(Ptr<LoadBalancerMux> mux);
    /**
     * @brief Record what becomes of a manager's messages from now on, and what it decides.
     * @param manager installed on its node, which has been added
     */
    void Connect(Ptr<SlbManager> manager);
    /**
     * @brief Record what becomes of a manager's messages from now on.
     * @param manager installed on its node, which has been added
     */
    void Connect(Ptr<VirtualNetworkManager> manager);
    /**
     * @brief Record what a NAT gateway reports from now on.
     * @param gateway installed on its node, which has been added as its network interfaces have
     * @param natGateway its name, of which AddNatGateway() has told
     */
    void Connect(Ptr<NatGatewayNode> gateway, const std::string& natGateway);
    /**
     * @brief Record what a host's health probes tell from now on.
     * @param prober installed on its node, which has been added as the probes' numbers have
     */
    void Connect(Ptr<HealthProber> prober);

    /**
     * @brief Record a generator's attempts at flows from now on, each when it is over, and those
     * that are open when the run ends.
     * @param generator installed on its node, which has been added; once more is the same as once
     */
    void Connect(Ptr<TrafficGenerator> generator);
    /// Connect the traffic generators that nodes have when the simulation goes on, before they
    /// start.
    void ConnectGenerators(const NodeContainer& nodes);

    /// Sample a function's answers too; Connect() does it for host agents.
    void AddPortUsage(const PortUsage& portUsage);
    /// Record the flows that a function tells of when the run ends; Connect() does it as well.
    void AddOpenFlows(const OpenFlows& openFlows);
    /// Record the requests that a function returns when the run ends; as does Connect().
    void AddOpenRequests(const OpenRequests& openRequests);
    /// Sample what a mux has done, if there are rules; Connect() does it for muxes.
    void AddMuxTraffic(const MuxTrafficReport& muxTraffic);
    /**
     * @brief Sample a NAT gateway's ports and what it passes, and record its flows at the end.
     * @param natGateway its name, of which AddNatGateway() has told
     * @param portUsage returns its ports, in a fixed order of its addresses
     * @param openFlows tells of its open flows, in a fixed order
     */
    void AddNatGatewaySources(const std::string& natGateway,
                              const PortUsage& portUsage,
                              const OpenFlows& openFlows);

    void RecordFlowEnded(const FlowRecord& flow);               //!< trace sink
    void RecordSnatPort(const SnatPortEvent& event);            //!< trace sink
    void RecordExhaustion(const SnatExhaustion& exhaustion);    //!< trace sink
    void RecordAllocation(const SnatAllocation& allocation);    //!< trace sink
    void RecordDecision(const SecurityGroupDecision& decision); //!< trace sink
    void RecordPoolMember(const PoolMembership& membership);    //!< trace sink
    void RecordRequest(const SnatRequest& request);             //!< trace sink

    /// Trace sink of a traffic generator, by its position among those that are connected.
    static void RecordFailedAttempt(TraceRecorder* recorder,
                                    uint32_t generator,
                                    const TrafficFlow& flow,
                                    TrafficFailure failure,
                                    bool isRetried);
    /// Trace sink of a traffic generator, by its position among those that are connected.
    static void RecordClosedFlow(TraceRecorder* recorder,
                                 uint32_t generator,
                                 const TrafficFlow& flow,
                                 TrafficEnd end);

    /**
     * @brief Record that a network interface has come into a pool, or gone out of it.
     *
     * To be called by whoever changes the pool, at the time of the change.
     * @param loadBalancer its name, of which AddLoadBalancer() has told
     * @param backendPool the pool's name
     * @param networkInterface the member, of which AddNetworkInterface() has told
     * @param hasJoined it has come, or else gone
     */
    void RecordMembership(const std::string& loadBalancer,
                          const std::string& backendPool,
                          uint32_t networkInterface,
                          bool hasJoined);

    /**
     * @brief Trace sink for a dropped packet.
     * @param recorder who records it
     * @param node ns-3's number of the node that dropped it
     * @param drop what was dropped
     * @param packet the packet itself; not recorded
     */
    static void RecordDrop(TraceRecorder* recorder,
                           uint32_t node,
                           const DropRecord& drop,
                           Ptr<const Packet> packet);

    /// Trace sink of the mux on a node.
    static void RecordLoadBalancing(TraceRecorder* recorder,
                                    uint32_t node,
                                    const LoadBalancingDecision& decision);
    /// Trace sink of the health prober on a node.
    static void RecordProbe(TraceRecorder* recorder,
                            uint32_t node,
                            const HealthProbeResult& result);
    /// Trace sink of whoever tells of a member's health on a node.
    static void RecordHealth(TraceRecorder* recorder, uint32_t node, const MemberHealth& health);
    /// Trace sink of the SLB manager on a node.
    static void RecordRequestDecision(TraceRecorder* recorder,
                                      uint32_t node,
                                      const SnatRequestDecision& decision);
    /// Trace sink of the mux or SLB manager on a node.
    static void RecordOverload(TraceRecorder* recorder,
                               uint32_t node,
                               const OverloadRecord& overload);
    /// Trace sink of the host agent on a node.
    static void RecordTcpReset(TraceRecorder* recorder, uint32_t node, const TcpResetOrder& order);
    // Names that are bound to a callback are taken by value: ns-3 3.37 takes a bound reference for
    // a value, by a cast to another type than the callback has.

    /// Trace sink of the NAT gateway on a node.
    static void RecordNatGatewayReset(TraceRecorder* recorder,
                                      uint32_t node,
                                      std::string natGateway,
                                      const TcpResetOrder& order);
    /// Trace sink of a NAT gateway.
    static void RecordNatGatewayFlow(TraceRecorder* recorder,
                                     std::string natGateway,
                                     const FlowRecord& flow);
    /// Trace sink of a NAT gateway.
    static void RecordNatGatewayPort(TraceRecorder* recorder,
                                     std::string natGateway,
                                     const SnatPortEvent& event);
    /// Trace sink of a NAT gateway.
    static void RecordNatGatewayExhaustion(TraceRecorder* recorder,
                                           std::string natGateway,
                                           const SnatExhaustion& exhaustion);
    /// Trace sink of whoever sends messages from a node.
    static void RecordMessage(TraceRecorder* recorder,
                              uint32_t node,
                              const ControlMessage& message);

    /**
     * @brief End the run: a last sample, the open flows, status "finished"; closes the file.
     *
     * To be called after Simulator::Run() and before Simulator::Destroy(), which takes away the
     * time and the flows.  What is reported later is not recorded.
     */
    void Close();

  private:
    /// A NAT gateway, and what is asked of it.
    struct NatGatewaySources
    {
        NatGatewayTraffic ended; //!< its name, and what its ended flows have passed
        PortUsage portUsage;     //!< its ports
        OpenFlows openFlows;     //!< its open flows
    };

    /// A traffic generator, and what its attempts are told apart by.
    struct Generator
    {
        Ptr<TrafficGenerator> generator; //!< who makes the attempts
        uint32_t node{0};                //!< ns-3's number of its node
        uint32_t number{0};              //!< among those of the node, from 1
    };

    /// Connect the traffic generators of the nodes that have been given.
    void FindGenerators();
    /// Insert the attempts that are not over.
    void InsertOpenAttempts();
    /// Have a trace source call a sink until Disconnect().
    void Listen(Ptr<Object> source, const std::string& name, const CallbackBase& sink);
    /// @return whether there are rules or NAT gateways, whose traffic is sampled
    bool HasTraffic() const;
    /// Insert the requests that are not over.
    void InsertOpenRequests();
    /// Insert the open flows of all NAT gateways.
    void InsertNatGatewayFlows();
    /// Sample what NAT gateways have passed.
    void SampleNatGateways();
    /// What is done with the open flows.
    struct FlowUse
    {
        bool isSampled{false};  //!< those that pass network security groups are sampled
        bool isMetered{false};  //!< what has been passed of rules is sampled, if there are any
        bool isRecorded{false}; //!< they are recorded, as the run is over
    };

    /// Use the open flows of all host agents, one by one: there may be millions.
    void UseOpenFlows(const FlowUse& use);
    /// Have what becomes of somebody's messages recorded.
    void ListenToMessages(Ptr<ControlApplication> application);
    /// Sample the ports now.
    void SamplePorts();
    /// Sample what hosts have passed of rules, and what muxes have.
    void SampleTraffic(const std::vector<MemberTraffic>& members);
    /// Have flows sampled from the next multiple of their interval on.
    void BeginFlowSamples();
    /// Have traffic sampled from the next multiple of its interval on, if there is any.
    void BeginTrafficSamples();
    /// Take the samples that are due, and have the next ones taken.
    void TakeSamples();
    /// Have one event at the time of the next sample.
    void ScheduleSample();
    /// Stop listening.
    void Disconnect();

    std::optional<Time> m_sampleInterval;             //!< none: sampled at the end only
    std::unique_ptr<TraceDatabase> m_database;        //!< none once closed
    bool m_hasNetworkInterfaces{false};               //!< AddNetworkInterface() has been called
    EventId m_sampleEvent;                            //!< the next sample, of any kind
    std::optional<Time> m_nextPortSample;             //!< when; none: not again
    std::optional<Time> m_nextFlowSample;             //!< when; none: not again
    std::optional<Time> m_nextTrafficSample;          //!< when; none: not again
    MemberTrafficMeter m_meter;                       //!< what hosts have passed of rules
    std::set<uint32_t> m_securedInterfaces;           //!< those with network security groups
    std::vector<PortUsage> m_portUsages;              //!< what is sampled
    std::vector<OpenFlows> m_openFlows;               //!< what is asked at the end
    std::vector<OpenRequests> m_openRequests;         //!< what is asked at the end
    std::vector<MuxTrafficReport> m_muxTraffic;       //!< what is sampled
    std::vector<NatGatewaySources> m_natGateways;     //!< what is sampled, and asked at the end
    std::vector<Generator> m_generators;              //!< connected, and asked at the end
    NodeContainer m_generatorNodes;                   //!< where there may be more
    EventId m_findGenerators;                         //!< looks there
    std::vector<PoolMemberFact> m_poolMembers;        //!< of which somebody has told
    std::vector<std::function<void()>> m_disconnects; //!< what undoes each Connect()
    int64_t m_runId{0};                               //!< the run's number in the file
};

} // namespace ns3::azure

#endif // AZURE_TRACE_RECORDER_H
