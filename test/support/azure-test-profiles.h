// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TEST_PROFILES_H
#define AZURE_TEST_PROFILES_H

#include "ns3/abort.h"
#include "ns3/azure-profile.h"

#include <sstream>
#include <string>

namespace ns3::azure
{

/// @return the profile that the text describes, which must be right: 2018[FinHold=30s]
inline Profile
MakeProfile(const std::string& text)
{
    const auto parsed = ParseProfile(text);
    NS_ABORT_MSG_UNLESS(parsed.profile, parsed.error);
    return *parsed.profile;
}

/// @return the text form of the profile
inline std::string
ToText(const Profile& profile)
{
    std::ostringstream os;
    os << profile;
    return os.str();
}

} // namespace ns3::azure

#endif // AZURE_TEST_PROFILES_H
