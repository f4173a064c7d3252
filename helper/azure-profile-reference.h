// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PROFILE_REFERENCE_H
#define AZURE_PROFILE_REFERENCE_H

#include <string>

/**
 * @file
 * @brief What doc/profile-tables.rst and doc/drop-reasons.rst say, from the code's own tables.
 */
namespace ns3::azure
{

/// @return every setting of profiles, and what each profile sets it to, in reStructuredText
std::string GetProfileReference();

/// @return every reason for which packets are dropped, in reStructuredText
std::string GetDropReasonReference();

} // namespace ns3::azure

#endif // AZURE_PROFILE_REFERENCE_H
