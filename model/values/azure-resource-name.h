// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_RESOURCE_NAME_H
#define AZURE_RESOURCE_NAME_H

#include <algorithm>
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

/**
 * @brief Find a resource by its name.
 * @param resources a list whose items have a name
 * @param name of the one that is looked for
 * @return it, in the list; null if there is none
 */
template <typename List>
auto
FindByName(List& resources, const std::string& name) -> decltype(resources.data())
{
    const auto found = std::find_if(resources.begin(), resources.end(), [&name](const auto& each) {
        return each.name == name;
    });
    return found == resources.end() ? nullptr : &*found;
}

} // namespace ns3::azure

#endif // AZURE_RESOURCE_NAME_H
