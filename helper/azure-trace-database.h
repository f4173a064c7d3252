// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_DATABASE_H
#define AZURE_TRACE_DATABASE_H

#include "azure-flow-attempt.h"
#include "azure-port-use.h"
#include "azure-sqlite-database.h"
#include "azure-trace-topology.h"

#include "ns3/azure-trace-records.h"
#include "ns3/nstime.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-helper
 * @brief Writes one run into a trace database: one method a table; knows no simulator.
 *
 * A file that does not exist (or is empty) becomes a new database; to a trace database of the same
 * schema version the run is appended, with the next run_id.  Tables and columns are described in
 * doc/database.rst and, by the file itself, in its table column_doc.
 *
 * Until Finish() the run's status is "running", and so it stays if the program is killed or ends
 * early: rows are then missing after the last commit (see SqliteDatabase), never parts of rows.
 * If the database refuses a row (disk full, locked for long), the status becomes "failed" as far
 * as the disk still permits, and the program ends with status 1.
 *
 * Determinism: the content depends on the calls made only, but for columns named wall_*.
 *
 * Keys: a node must be inserted before its network interfaces, and both before what refers to them;
 * else the database refuses the row, and the program ends.
 */
class TraceDatabase
{
  public:
    /**
     * @brief Begin a run.
     * @param path the file; ends the program with Validate()'s text if it cannot be used
     * @param run what is run; ns-3's seed and run number are read from RngSeedManager
     */
    TraceDatabase(const std::string& path, const RunDescription& run);

    /// Commits what was inserted and closes the file.
    ~TraceDatabase();

    TraceDatabase(const TraceDatabase&) = delete;
    TraceDatabase& operator=(const TraceDatabase&) = delete;

    /**
     * @brief Look whether a run could be written to a file; makes and changes nothing.
     * @param path the file
     * @param patience wall-clock time to wait for somebody else who writes to the file
     * @return nothing, or why not: one line naming the option "db", the path and what is allowed
     */
    static std::optional<std::string> Validate(
        const std::string& path,
        std::chrono::milliseconds patience = SqliteDatabase::BUSY_TIMEOUT);

    /// @return the run's number in the file
    int64_t GetRunId() const;

    /// Add a row for a node.
    void Insert(const NodeFact& node);
    /// Add a row for a NAT gateway; after its node.
    void Insert(const NatGatewayFact& gateway);
    /// Add a row for a network interface; after its NAT gateway, if it has one.
    void Insert(const NetworkInterfaceFact& interface);
    /// Add a row for a public address.
    void Insert(const PublicIpFact& publicIp);
    /// Add a row for a flow that has ended, or is open at the end of the run.
    void Insert(const FlowRecord& flow);
    /// Add a row for an attempt at a flow that is over, or open at the end of the run.
    void Insert(const FlowAttempt& attempt);
    /// Add a row for a range of SNAT ports, given or taken.
    void Insert(const SnatAllocation& allocation);
    /// Add a row for a stage in the use of a SNAT port of an interface; in order of time.
    void Insert(const SnatPortEvent& event);
    /// Add a row for a packet refused for want of an interface's ports.
    void Insert(const SnatExhaustion& exhaustion);
    /// Add a row for a request for SNAT ports, as its host sees it.
    void Insert(const SnatRequest& request);
    /// Add a row for what the SLB manager on a node did with a request.
    void Insert(uint32_t node, const SnatRequestDecision& decision);

    /// Add a row for a flow of a NAT gateway that has ended, or is open at the end of the run.
    void Insert(const std::string& natGateway, const FlowRecord& flow);
    /// Add a row for a stage in the use of a SNAT port of a NAT gateway; in order of time.
    void Insert(const std::string& natGateway, const SnatPortEvent& event);
    /// Add a row for a packet refused for want of a NAT gateway's ports.
    void Insert(const std::string& natGateway, const SnatExhaustion& exhaustion);

    /**
     * @brief Add a row for the RSTs that end an idle flow.
     * @param time when
     * @param node ns-3's number of the node that sends them
     * @param order what they are
     */
    void Insert(Time time, uint32_t node, const TcpResetOrder& order);

    /**
     * @brief Add a row for the RST that a NAT gateway sends about a flow that is no more.
     * @param time when
     * @param node ns-3's number of its node
     * @param natGateway its name
     * @param order what the RST is: to the VM, or, of network interface 0, to the other side
     */
    void Insert(Time time,
                uint32_t node,
                const std::string& natGateway,
                const TcpResetOrder& order);

    /// Add a row for what a network security group said to a packet.
    void Insert(const SecurityGroupDecision& decision);

    /**
     * @brief Add a row for a dropped packet.
     * @param node ns-3's number of the node that dropped it
     * @param drop what was dropped, and why
     */
    void Insert(uint32_t node, const DropRecord& drop);

    /// Add a row for a load balancer.
    void Insert(const LoadBalancerFact& loadBalancer);
    /// Add a row for a frontend; after its load balancer.
    void Insert(const FrontendFact& frontend);
    /// Add a row for a health probe; after its load balancer.
    void Insert(const HealthProbeFact& probe);
    /// Add a row for a member of a backend set; after its probe and its network interface.
    void Insert(const PoolMemberFact& member);
    /// Add a row for a member that comes or goes.
    void Insert(const PoolMemberChange& change);
    /// Add a row for a rule; after its frontend and its probe.
    void Insert(const LoadBalancingRuleFact& rule);
    /// Add rows for an outbound rule and its frontends; after these.
    void Insert(const OutboundRuleFact& rule);

    /// Add a row for a member that was chosen by the mux on a node.
    void Insert(uint32_t node, const LoadBalancingDecision& decision);
    /// Add a row for a health probe that a node's prober has ended.
    void Insert(uint32_t node, const HealthProbeResult& result);
    /// Add a row for what a node says of a pool member.
    void Insert(uint32_t node, const MemberHealth& health);
    /// Add a row for what became of a message that a node has sent.
    void Insert(uint32_t node, const ControlMessage& message);
    /// Add a row for what the mux or SLB manager on a node says of an overload.
    void Insert(uint32_t node, const OverloadRecord& overload);

    /**
     * @brief Insert a sample of every interface's ports, and every NAT gateway's.
     * @param time when it was taken; replaces the last sample if that has the same time
     * @param usages what was found of interfaces
     * @param gateways what was found of NAT gateways
     */
    void InsertSample(Time time,
                      const std::vector<SnatPortUsage>& usages,
                      const std::vector<NatGatewayPortUsage>& gateways = {});

    /**
     * @brief Insert a sample of what NAT gateways have passed.
     * @param time when it was taken; replaces the last such sample if that has the same time
     * @param gateways what they have passed
     */
    void InsertNatGatewaySample(Time time, const std::vector<NatGatewayTraffic>& gateways);

    /**
     * @brief Begin a sample of what flows have passed so far, for the flow log.
     * @param time when it was taken; replaces the last such sample if that has the same time
     */
    void BeginFlowSample(Time time);
    /// @brief Add a flow to the sample that was begun last.
    void InsertFlowSample(const FlowRecord& flow);
    /// @brief Insert a whole sample.
    void InsertFlowSample(Time time, const std::vector<FlowRecord>& flows)
    {
        BeginFlowSample(time);
        for (const auto& flow : flows)
        {
            InsertFlowSample(flow);
        }
    }

    /**
     * @brief Insert a sample of what muxes and hosts have passed of load-balancing rules.
     * @param time when it was taken; replaces the last such sample if that has the same time
     * @param muxes what muxes have done
     * @param members what hosts have passed
     */
    void InsertTrafficSample(Time time,
                             const std::vector<MuxTraffic>& muxes,
                             const std::vector<MemberTraffic>& members);

    /**
     * @brief Mark the run as finished and make the indexes; nothing may be inserted after it.
     * @param end simulation time at the end of the run
     */
    void Finish(Time end);

  private:
    struct Table;  //!< a table's statement and the number of its rows
    struct Tables; //!< all of them; prepared when a new file has its tables

    /// Write the first rows of the run, into a database that gets its tables now if it is new.
    void InsertRun(const RunDescription& run);
    /// Begin a row with the run's number.
    SqliteStatement& BeginRow(Table& table);
    /// Begin a row with the run's and its own number.
    SqliteStatement& BeginNumberedRow(Table& table);
    /// Insert the row.
    void EndRow(Table& table);
    /**
     * @brief Add a row for a stage in the use of a SNAT port.
     * @param natGateway name of the NAT gateway whose port it is; empty: the interface's
     * @param event the stage
     * @param use what has become of the ports of interface or NAT gateway so far
     */
    void InsertPortEvent(const std::string& natGateway, const SnatPortEvent& event, PortUse& use);
    /// Add a row for a refused packet; without a name the interface's ports are exhausted.
    void InsertExhaustion(const std::string& natGateway, const SnatExhaustion& exhaustion);
    /// Add a row of a sample of ports; one of interface and NAT gateway is missing.
    void InsertUsage(Time time,
                     const std::optional<uint32_t>& networkInterface,
                     const std::string& natGateway,
                     const SnatPortUsage& usage);
    /// Forget the table's last sample if it has the same time, and note the new one.
    void BeginSample(Table& table, Time time);

    std::chrono::steady_clock::time_point m_started;    //!< wall-clock time of the beginning
    SqliteDatabase m_database;                          //!< the file
    int64_t m_runId{0};                                 //!< the run's number in the file
    std::unique_ptr<Tables> m_tables;                   //!< statements; gone before m_database is
    std::unordered_map<uint32_t, PortUse> m_portUse;    //!< by network interface
    std::map<std::string, PortUse> m_natGatewayPortUse; //!< by name
};

} // namespace ns3::azure

#endif // AZURE_TRACE_DATABASE_H
