// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TRACE_BIND_H
#define AZURE_TRACE_BIND_H

#include "azure-sqlite-database.h"

#include "ns3/azure-flow-key.h"
#include "ns3/azure-trace-records.h"
#include "ns3/ipv4-address.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string_view>

/**
 * @file
 * @brief How the values of the model look in a trace database; what is missing is NULL.
 */
namespace ns3::azure
{

/// Bind an address, in dotted-decimal form.
void BindAddress(SqliteStatement& row, Ipv4Address address);

/// Bind an address, or NULL.
void BindAddress(SqliteStatement& row, const std::optional<Ipv4Address>& address);

/// Bind address and port of a flow's source; the port is NULL where the protocol has none.
void BindSource(SqliteStatement& row, const FlowKey& key);

/// Bind address and port of a flow's destination; the port is NULL where the protocol has none.
void BindDestination(SqliteStatement& row, const FlowKey& key);

/// Bind address and port of a flow's source after translation; NULL if nothing is translated.
void BindTranslation(SqliteStatement& row, const FlowRecord& flow);

/// Bind when a flow began and ended, and how: first packet, accepted, first reply, last packet,
/// ended, outcome, end.
void BindLife(SqliteStatement& row, const FlowRecord& flow);

/// Bind what a flow has passed: packets and bytes outbound, then inbound.
void BindCounters(SqliteStatement& row, const FlowRecord& flow);

/// Bind a protocol's name and number.
void BindProtocol(SqliteStatement& row, IpProtocol protocol);

/// Bind a time, in nanoseconds.
void BindTime(SqliteStatement& row, Time time);

/// Bind a time, in nanoseconds, or NULL.
void BindTime(SqliteStatement& row, const std::optional<Time>& time);

/// Bind a name, or NULL if it is empty.
void BindName(SqliteStatement& row, std::string_view name);

/// Bind a number, or NULL.
void BindNumber(SqliteStatement& row, const std::optional<uint32_t>& number);

/// Bind an enumerator's name, or NULL.
template <typename Enum>
void
BindEnumerator(SqliteStatement& row, const std::optional<Enum>& enumerator)
{
    if (enumerator)
    {
        row.BindStatic(GetName(*enumerator));
    }
    else
    {
        row.BindNull();
    }
}

} // namespace ns3::azure

#endif // AZURE_TRACE_BIND_H
