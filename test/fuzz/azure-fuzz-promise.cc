// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fuzz-promise.h"

#include <algorithm>
#include <cstdint>

namespace ns3::azure
{

namespace
{

bool
IsLineEnd(char c)
{
    return c == '\n' || c == '\r';
}

bool
AreEqual(const SecurityRuleEndpoint& a, const SecurityRuleEndpoint& b)
{
    return a.prefixes == b.prefixes && a.serviceTag == b.serviceTag && a.ports == b.ports &&
           a.applicationSecurityGroups == b.applicationSecurityGroups;
}

/// Requires what a sound rule must be, on one of its sides.
void
RequireSound(const SecurityRuleEndpoint& endpoint, const Profile& profile)
{
    const auto groups = endpoint.applicationSecurityGroups.size();
    Require(!endpoint.prefixes.empty() || endpoint.serviceTag || groups > 0,
            "a sound rule says where, on both sides");
    Require(groups <= profile.applicationSecurityGroupsPerSide,
            "a sound rule names no more application security groups than the profile allows");
    Require(!endpoint.ports.empty(), "a sound rule says which ports, on both sides");
    for (const auto& prefix : endpoint.prefixes)
    {
        RequireSound(prefix);
    }
    for (const auto& ports : endpoint.ports)
    {
        Require(ports.first <= ports.last, "a sound rule has no empty port range");
    }
}

} // namespace

void
Require(bool isKept, const char* promise)
{
    if (!isKept)
    {
        throw BrokenPromise(promise);
    }
}

void
RequireSound(const AddressPrefix& prefix)
{
    Require(prefix.length <= 32, "a prefix has 32 bits at most");
    const uint64_t size = uint64_t{1} << (32 - prefix.length);
    Require(prefix.network % size == 0, "a prefix has no host bits");
}

void
RequireSound(const SecurityRule& rule, DeploymentModel model, const Profile& profile)
{
    Require(!rule.name.empty() && rule.name.size() <= 80, "a sound rule's name has 1 to 80 bytes");
    Require(rule.priority >= 100 && rule.priority <= 4096, "a sound priority is 100 to 4096");
    Require(profile.selectableIcmp || rule.protocol == SecurityRuleProtocol::Any ||
                rule.protocol == SecurityRuleProtocol::Tcp ||
                rule.protocol == SecurityRuleProtocol::Udp,
            "a sound rule's protocol can be chosen in the profile");
    Require(model == DeploymentModel::ResourceManager || !rule.IsAugmented(),
            "a sound classic rule is not an augmented one");
    RequireSound(rule.source, profile);
    RequireSound(rule.destination, profile);
}

bool
AreEqual(const SecurityRule& a, const SecurityRule& b)
{
    return a.name == b.name && a.priority == b.priority && a.direction == b.direction &&
           a.access == b.access && a.protocol == b.protocol && AreEqual(a.source, b.source) &&
           AreEqual(a.destination, b.destination);
}

void
RequireOneLine(const std::string& error)
{
    Require(!error.empty(), "what is refused has an error");
    Require(std::none_of(error.begin(), error.end(), IsLineEnd), "an error is one line");
}

} // namespace ns3::azure
