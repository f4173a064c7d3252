// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_RESOURCE_NAME_H
#define AZURE_RESOURCE_NAME_H

#include <optional>
#include <string>

namespace ns3::azure
{

/**
 * @ingroup azure-values
 * @brief Check the name of a security rule, a security group, a virtual network or a subnet.
 *
 * Sources say how long a rule's name may be (sources.rst B.9).  Which characters names have, and
 * that the other resources' are as long, is our choice, after ARM's habit.
 *
 * @return whether the text can be a name
 */
bool IsResourceName(const std::string& text);

/// @return what names are allowed, completing "give ..."
std::string GetAllowedResourceNames();

/**
 * @brief Check the name of something new.
 * @param field named by the error
 * @param name of it
 * @param isTaken whether another one has the name
 * @return nothing; or the error, naming the field, the name and what is allowed
 */
std::optional<std::string> CheckNewName(const std::string& field,
                                        const std::string& name,
                                        bool isTaken);

} // namespace ns3::azure

#endif // AZURE_RESOURCE_NAME_H
