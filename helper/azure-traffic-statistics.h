// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRAFFIC_STATISTICS_H
#define AZURE_TRAFFIC_STATISTICS_H

#include "ns3/azure-flow-key.h"
#include "ns3/azure-trace-records.h"
#include "ns3/azure-traffic-flow.h"
#include "ns3/object.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ns3::azure
{

class HostAgent;
class NatGatewayNode;
class TrafficGenerator;

/// What became of the flows that VMs wanted.  attempted = established + refused + failed + the
/// flows still being tried; each is counted once, however many attempts it took.
struct TrafficCounts
{
    uint64_t attempted{0};   //!< flows begun
    uint64_t established{0}; //!< handshake done or response received, at whichever attempt
    uint64_t refused{0};     //!< flows of which no attempt ever got a SNAT port
    uint64_t failed{0};      //!< flows given up for any other reason
};

/**
 * @ingroup azure-helper
 * @brief Counts flows as the applications see them: a retry is not a new flow.
 *
 * FlowStatistics counts what the host agents see, for whom a retry, which comes from another source
 * port, is a new flow.  Without retries both count the same.
 *
 * Lifetime: must live as long as the simulation; generators, host agents and NAT gateways call it.
 */
class TrafficStatistics
{
  public:
    TrafficStatistics() = default;
    TrafficStatistics(const TrafficStatistics&) = delete;
    TrafficStatistics& operator=(const TrafficStatistics&) = delete;

    /// Count what a generator does, from now on; generators are numbered from 0 as they come.
    void Connect(Ptr<TrafficGenerator> generator);

    /// Learn from a host agent which attempts are refused.
    void Connect(Ptr<HostAgent> agent);

    /// Learn from a NAT gateway which attempts are refused.
    void Connect(Ptr<NatGatewayNode> gateway);

    /// @return the counts of one generator so far
    TrafficCounts GetCounts(uint32_t generator) const;

    /// @return the counts of all generators so far
    TrafficCounts GetTotals() const;

  private:
    /// What is known of a flow.
    struct Flow
    {
        bool isEstablished{false}; //!< an attempt succeeded
        bool isOver{false};        //!< established, or given up
        bool wasRefused{false};    //!< some attempt was, and has not got a port since
        bool hadPort{false};       //!< some attempt passed
    };

    /// An attempt under way.
    struct Attempt
    {
        uint32_t generator{0}; //!< whose
        uint64_t number{0};    //!< of the flow within its generator
        bool isRefused{false}; //!< refused, and has not got a port since
    };

    /// Hash of a FlowKey.
    struct Hash
    {
        std::size_t operator()(const FlowKey& key) const
        {
            return key.GetHash();
        }
    };

    /// Learn from whoever hands out SNAT ports which attempts are refused.
    void ConnectPorts(Ptr<Object> ports);

    /// @return the flow that an attempt is made at
    Flow& GetFlow(const Attempt& attempt)
    {
        return m_flows[attempt.generator][attempt.number];
    }

    static void CountStarted(TrafficStatistics* self, uint32_t generator, const TrafficFlow& flow);
    void CountEstablished(const TrafficFlow& flow);
    void CountFailed(const TrafficFlow& flow, TrafficFailure failure, bool isRetried);
    void CountExhaustion(const SnatExhaustion& exhaustion);
    void CountSnatPort(const SnatPortEvent& event);

    std::vector<std::vector<Flow>> m_flows;                     //!< by generator and number
    std::unordered_map<FlowKey, Attempt, Hash> m_attempts;      //!< under way, by 5-tuple
    std::map<std::pair<uint32_t, uint64_t>, FlowKey> m_refused; //!< by interface and flow
};

} // namespace ns3::azure

#endif // AZURE_TRAFFIC_STATISTICS_H
