// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-compact-tcp-defaults.h"

#include "ns3/abort.h"
#include "ns3/double.h"
#include "ns3/rtt-estimator.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/tcp-socket.h"
#include "ns3/uinteger.h"

#include <string>

namespace ns3::azure
{

namespace
{

/// @return the default of an attribute, as Config::SetDefault() may have changed it
template <typename Value>
auto
GetDefault(TypeId tid, const std::string& name)
{
    TypeId::AttributeInformation attribute;
    const bool isThere = tid.LookupAttributeByName(name, &attribute);
    const auto value = isThere ? DynamicCast<const Value>(attribute.initialValue) : nullptr;
    NS_ABORT_MSG_IF(!value, tid.GetName() << " has no attribute " << name);
    return value->Get();
}

} // namespace

CompactTcpSettings
GetCompactTcpDefaults()
{
    const auto socket = TcpSocket::GetTypeId();
    const auto base = TcpSocketBase::GetTypeId();
    const auto number = [socket](const char* name) {
        return static_cast<uint32_t>(GetDefault<UintegerValue>(socket, name));
    };
    CompactTcpSettings settings;
    settings.segmentSize = number("SegmentSize");
    settings.window = number("RcvBufSize");
    settings.connectAttempts = number("ConnCount");
    settings.connectTimeout = GetDefault<TimeValue>(socket, "ConnTimeout");
    settings.dataRetries = number("DataRetries");
    settings.firstRetransmitTimeout =
        GetDefault<TimeValue>(RttEstimator::GetTypeId(), "InitialEstimation");
    settings.leastRetransmitTimeout = GetDefault<TimeValue>(base, "MinRto");
    settings.delayedAckTimeout = GetDefault<TimeValue>(socket, "DelAckTimeout");
    settings.delayedAckCount = number("DelAckCount");
    settings.segmentLifetime = Seconds(GetDefault<DoubleValue>(base, "MaxSegLifetime"));
    return settings;
}

} // namespace ns3::azure
