// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_RESOURCE_DOCUMENT_H
#define AZURE_RESOURCE_DOCUMENT_H

#include "azure-json-value.h"
#include "azure-resource-reader.h"

#include <string>
#include <vector>

namespace ns3::azure
{

/// A resource in a document.
struct ResourceOfDocument
{
    const JsonValue* value; //!< the resource; lives as long as the document
    std::string place;      //!< where it is, as resources[3]; empty if it is the document
};

/**
 * @brief Find the resources of a type in any of the documents that Azure's tools make.
 *
 * - One resource, as `az ... show` prints it; an array, as `az ... list` does; or an object with
 *   the array as `value`, which is the answer of REST.  All of them have to be of the type, where
 *   they say theirs.
 * - An ARM template, which has `$schema` or `resources`: an array, or an object with symbolic
 *   names.  Resources of other types are passed over.
 *
 * @param reader gets the error if there is none of the type, or one that has to be and is not
 * @param document of one of these forms
 * @param type as Microsoft.Network/networkSecurityGroups; case does not matter
 * @param what it is, for errors
 */
std::vector<ResourceOfDocument> FindResources(ResourceReader& reader,
                                              const JsonValue& document,
                                              const std::string& type,
                                              const std::string& what);

/// @return a template's resources of a type; none if the document is no template
std::vector<ResourceOfDocument> FindTemplateResources(const JsonValue& document,
                                                      const std::string& type);

} // namespace ns3::azure

#endif // AZURE_RESOURCE_DOCUMENT_H
