// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fuzz-promise.h"
#include "azure-fuzz-target.h"

#include "ns3/azure-profile.h"

#include <sstream>
#include <string>

namespace ns3::azure
{

namespace
{

/// @return the profile's text form
std::string
GetText(const Profile& profile)
{
    std::ostringstream os;
    os << profile;
    return os.str();
}

/// @return whether the size of a range is a power of two
bool
IsPowerOfTwo(uint32_t size)
{
    return size > 0 && (size & (size - 1)) == 0;
}

} // namespace

void
CheckProfile(const std::string& input)
{
    const auto parsed = ParseProfile(input);
    Require(parsed.profile.has_value() == parsed.error.empty(), "a profile or an error");
    if (!parsed.profile)
    {
        return;
    }
    const auto& profile = *parsed.profile;
    Require(profile.idleTimeout.IsStrictlyPositive() && profile.idleTimeout <= Hours(1000),
            "a sound profile has an idle timeout that no deadline overflows");
    Require(profile.portsPerPublicAddress > 0, "a sound profile has ports");
    Require(IsPowerOfTwo(profile.portRangeSize), "a sound profile has ranges of a power of two");
    const auto text = GetText(profile);
    const auto again = ParseProfile(text);
    Require(again.profile && GetText(*again.profile) == text,
            "a profile is read from what it is written as");
}

} // namespace ns3::azure
