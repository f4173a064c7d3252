// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-trace-figure-views.h"

namespace ns3::azure
{

namespace
{

// Ports are taken after the change that is the cause, as hosts hear of it one after the other; they
// count for the latest change by then, of whatever pool, as in v_flows_broken_by_resize.
constexpr const char* RESIZE_EFFECT = R"(
WITH change AS (
    SELECT run_id, load_balancer, backend_pool, time_ns,
           SUM(change = 'joined') AS joined, SUM(change = 'left') AS gone
    FROM pool_member_change
    GROUP BY run_id, load_balancer, backend_pool, time_ns),
moment AS (
    SELECT run_id, time_ns,
           LEAD(time_ns, 1, 9223372036854775807) OVER (PARTITION BY run_id ORDER BY time_ns)
               AS next_time_ns
    FROM (SELECT DISTINCT run_id, time_ns FROM pool_member_change)),
member AS (
    SELECT run_id, load_balancer, backend_pool, network_interface_id,
           MAX(is_initial) AS is_initial
    FROM pool_member
    WHERE backend_pool IS NOT NULL
    GROUP BY run_id, load_balancer, backend_pool, network_interface_id),
size AS (
    SELECT run_id, load_balancer, backend_pool, SUM(is_initial) AS members
    FROM member
    GROUP BY run_id, load_balancer, backend_pool),
resize AS (
    SELECT run_id, load_balancer, backend_pool, time_ns, joined, gone,
           members + SUM(joined - gone) OVER earlier AS members_after,
           MIN(time_ns + 60000000000, LEAD(time_ns, 1, time_ns + 60000000000) OVER earlier)
               AS settled_time_ns
    FROM change
    JOIN size USING (run_id, load_balancer, backend_pool)
    WINDOW earlier AS (PARTITION BY run_id, load_balancer, backend_pool ORDER BY time_ns))
SELECT resize.run_id,
       resize.time_ns,
       resize.load_balancer,
       resize.backend_pool,
       joined AS members_joined,
       gone AS members_left,
       members_after - joined + gone AS members_before,
       members_after,
       (SELECT TOTAL(CASE change WHEN 'given' THEN last_port - first_port + 1
                          ELSE first_port - last_port - 1 END)
        FROM snat_allocation AS allocation
        JOIN member ON member.run_id = allocation.run_id
                   AND member.network_interface_id = allocation.network_interface_id
        JOIN frontend ON frontend.run_id = allocation.run_id
                     AND frontend.load_balancer = member.load_balancer
                     AND frontend.address = allocation.public_address
        WHERE allocation.run_id = resize.run_id
          AND member.load_balancer = resize.load_balancer
          AND member.backend_pool = resize.backend_pool
          AND allocation.time_ns < resize.time_ns)
           / NULLIF(members_after - joined + gone, 0) AS ports_per_member_before,
       (SELECT TOTAL(CASE change WHEN 'given' THEN last_port - first_port + 1
                          ELSE first_port - last_port - 1 END)
        FROM snat_allocation AS allocation
        JOIN member ON member.run_id = allocation.run_id
                   AND member.network_interface_id = allocation.network_interface_id
        JOIN frontend ON frontend.run_id = allocation.run_id
                     AND frontend.load_balancer = member.load_balancer
                     AND frontend.address = allocation.public_address
        WHERE allocation.run_id = resize.run_id
          AND member.load_balancer = resize.load_balancer
          AND member.backend_pool = resize.backend_pool
          AND allocation.time_ns < settled_time_ns)
           / NULLIF(members_after, 0) AS ports_per_member_after,
       (SELECT IFNULL(SUM(flows_broken), 0)
        FROM snat_allocation AS allocation
        JOIN member ON member.run_id = allocation.run_id
                   AND member.network_interface_id = allocation.network_interface_id
        WHERE allocation.run_id = resize.run_id
          AND member.load_balancer = resize.load_balancer
          AND member.backend_pool = resize.backend_pool
          AND cause IN ('pool-grew', 'left')
          AND allocation.time_ns >= resize.time_ns
          AND allocation.time_ns < moment.next_time_ns) AS flows_broken,
       (SELECT COUNT(*)
        FROM member
        CROSS JOIN snat_exhaustion AS exhaustion
        WHERE member.run_id = resize.run_id
          AND member.load_balancer = resize.load_balancer
          AND member.backend_pool = resize.backend_pool
          AND exhaustion.run_id = member.run_id
          AND exhaustion.network_interface_id = member.network_interface_id
          AND exhaustion.nat_gateway IS NULL AND exhaustion.attempt = 1
          AND exhaustion.time_ns >= resize.time_ns - 60000000000
          AND exhaustion.time_ns < resize.time_ns) AS flows_refused_before,
       (SELECT COUNT(*)
        FROM member
        CROSS JOIN snat_exhaustion AS exhaustion
        WHERE member.run_id = resize.run_id
          AND member.load_balancer = resize.load_balancer
          AND member.backend_pool = resize.backend_pool
          AND exhaustion.run_id = member.run_id
          AND exhaustion.network_interface_id = member.network_interface_id
          AND exhaustion.nat_gateway IS NULL AND exhaustion.attempt = 1
          AND exhaustion.time_ns >= resize.time_ns
          AND exhaustion.time_ns < resize.time_ns + 60000000000) AS flows_refused_after
FROM resize
JOIN moment USING (run_id, time_ns))";

} // namespace

// clang-format off
std::vector<TraceView>
GetResizeTraceViews()
{
    return {
        {"v_resize_effect", "a time at which members came into a pool or went out of it, and what that cost", RESIZE_EFFECT, {
            {"run_id",                  "", "",   "the run"},
            {"time_ns",                 "", "ns", "time of the change"},
            {"load_balancer",           "", "",   "name of the load balancer"},
            {"backend_pool",            "", "",   "name of the pool"},
            {"members_joined",          "", "",   "members that came then"},
            {"members_left",            "", "",   "members that went then"},
            {"members_before",          "", "",   "members of the pool before"},
            {"members_after",           "", "",   "members of the pool from then on"},
            {"ports_per_member_before", "", "",   "SNAT ports that the interfaces of the pool had before of the load balancer's frontends, as a mean over members_before; NULL if there were none"},
            {"ports_per_member_after",  "", "",   "the same a minute later (or before the pool changed again, if that is earlier), as a mean over members_after"},
            {"flows_broken",            "", "",   "flows of its interfaces that ended as their port was taken by the change, until any pool changed again"},
            {"flows_refused_before",    "", "",   "flows of its interfaces of which the first packet was refused for want of a port in the minute before"},
            {"flows_refused_after",     "", "",   "the same in the minute from then on"},
        }},
    };
}
// clang-format on

} // namespace ns3::azure
