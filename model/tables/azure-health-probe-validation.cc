// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-validation.h"

#include "ns3/azure-limits.h"
#include "ns3/azure-parsed.h"
#include "ns3/azure-slb-message.h"
#include "ns3/azure-text-fields.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

using Error = std::optional<std::string>;

/// Longest interval of a probe, so that no deadline overflows; our choice, as a profile's times.
const int MAX_INTERVAL_HOURS = 1000;

/// @return why the path is not allowed
Error
ValidatePath(const std::string& path, const std::string& field)
{
    const auto isRefused = [](char c) { return c <= ' ' || c > '~'; };
    if (path.empty() || path.front() != '/' || path.size() > MAX_REQUEST_PATH ||
        std::any_of(path.begin(), path.end(), isRefused))
    {
        return GetRefusal(field + ", requestPath",
                          path,
                          "a path that begins with /, of at most " +
                              std::to_string(MAX_REQUEST_PATH) +
                              " printable ASCII characters without spaces");
    }
    return std::nullopt;
}

/// @return why an HTTP or HTTPS probe is not allowed
Error
ValidateHttp(const HealthProbe& probe, const std::string& field, LoadBalancerSku sku)
{
    if (probe.protocol == HealthProbeProtocol::Https && sku != LoadBalancerSku::Standard)
    {
        return GetRefusal(field + ", protocol",
                          GetName(probe.protocol),
                          "Tcp or Http, or make the load balancer a Standard one");
    }
    const auto& ports = REFUSED_HTTP_PROBE_PORTS;
    if (std::find(ports.begin(), ports.end(), probe.port) != ports.end())
    {
        std::string list;
        for (const auto port : ports)
        {
            list += (list.empty() ? "" : ", ") + std::to_string(port);
        }
        return GetRefusal(field + ", port",
                          std::to_string(probe.port),
                          "a port that HTTP probes may use, none of " + list);
    }
    return ValidatePath(probe.requestPath, field);
}

/// @return why intervals and counts are not allowed
Error
ValidateCounts(const HealthProbe& probe, const std::string& field, const Profile& profile)
{
    const auto least = Seconds(MIN_PROBE_INTERVAL_SECONDS);
    const auto interval = probe.interval.value_or(profile.probeInterval);
    if (probe.interval && (interval < least || interval > Hours(MAX_INTERVAL_HOURS)))
    {
        return GetRefusal(field + ", interval",
                          GetText(interval.As(Time::S)),
                          "at least " + GetText(least.As(Time::S)) + ", at most " +
                              std::to_string(MAX_INTERVAL_HOURS) + "h");
    }
    if (probe.probeThreshold &&
        (*probe.probeThreshold < 1 || *probe.probeThreshold > MAX_PROBE_THRESHOLD))
    {
        return GetRefusal(field + ", probeThreshold",
                          std::to_string(*probe.probeThreshold),
                          "1 to " + std::to_string(MAX_PROBE_THRESHOLD));
    }
    const auto most = Seconds(MAX_PROBE_DETECTION_SECONDS);
    const bool isCounted = !probe.probeThreshold && profile.numberOfProbesHonored;
    if (isCounted && (probe.numberOfProbes < MIN_NUMBER_OF_PROBES ||
                      probe.numberOfProbes > most.GetNanoSeconds() / interval.GetNanoSeconds()))
    {
        return GetRefusal(field + ", numberOfProbes",
                          std::to_string(probe.numberOfProbes),
                          "at least " + std::to_string(MIN_NUMBER_OF_PROBES) +
                              ", and so few that with an interval of " +
                              GetText(interval.As(Time::S)) + " they take at most " +
                              GetText(most.As(Time::S)));
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string>
Validate(const HealthProbe& probe,
         const std::string& field,
         LoadBalancerSku sku,
         const Profile& profile)
{
    if (probe.port == 0)
    {
        return GetRefusal(field + ", port", "0", "1 to 65535");
    }
    if (probe.protocol != HealthProbeProtocol::Tcp)
    {
        if (auto error = ValidateHttp(probe, field, sku))
        {
            return error;
        }
    }
    return ValidateCounts(probe, field, profile);
}

} // namespace ns3::azure
