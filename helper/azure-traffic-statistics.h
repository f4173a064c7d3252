// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRAFFIC_STATISTICS_H
#define AZURE_TRAFFIC_STATISTICS_H

#include "azure-attempts-under-way.h"

#include "ns3/azure-chunked-vector.h"
#include "ns3/azure-trace-records.h"
#include "ns3/azure-traffic-flow.h"
#include "ns3/object.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <vector>

namespace ns3::azure
{

class HostAgent;
class NatGatewayNode;
class TrafficGenerator;

/// What became of the flows that VMs wanted.  attempted = established + refused + failed + the
/// flows still being tried, or to be tried again when the application stopped; each is counted
/// once, however many attempts it took.
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
 * Memory: half a byte a flow, and some 60 bytes an attempt while it is under way.
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

    /// @return bytes of memory held
    uint64_t GetMemory() const;

  private:
    /// What is known of a flow: bits of a number.
    enum FlowBit : uint8_t
    {
        ESTABLISHED = 1, //!< an attempt succeeded
        OVER = 2,        //!< established, or given up
        REFUSED = 4,     //!< some attempt was
        HAD_PORT = 8,    //!< some attempt passed
    };

    static constexpr int BITS = 4; //!< of a flow

    /// The flows of one generator, in half a byte each.
    struct Flows
    {
        uint64_t count{0};                 //!< those begun
        ChunkedVector<uint8_t, 256> pairs; //!< bits of flow 2 i, and those of flow 2 i + 1 above
    };

    /// Learn from whoever hands out SNAT ports which attempts are refused.
    void ConnectPorts(Ptr<Object> ports);

    /// Set a bit of the flow that an attempt is made at.
    void Set(const AttemptUnderWay& attempt, FlowBit bit);

    static void CountStarted(TrafficStatistics* self, uint32_t generator, const TrafficFlow& flow);
    void CountEstablished(const TrafficFlow& flow);
    void CountFailed(const TrafficFlow& flow, TrafficFailure failure, bool isRetried);
    void CountExhaustion(const SnatExhaustion& exhaustion);
    void CountSnatPort(const SnatPortEvent& event);

    std::vector<Flows> m_flows;  //!< by generator
    AttemptsUnderWay m_attempts; //!< of all of them
};

} // namespace ns3::azure

#endif // AZURE_TRAFFIC_STATISTICS_H
