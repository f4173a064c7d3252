// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_ATTRIBUTE_REFERENCE_H
#define AZURE_ATTRIBUTE_REFERENCE_H

#include "ns3/type-id.h"

#include <string>
#include <vector>

/**
 * @file
 * @brief What doc/attributes.rst says: every attribute and trace source, from ns-3's registry.
 */
namespace ns3::azure
{

/// @return the classes of the module that ns-3 knows, by name
std::vector<TypeId> GetRegisteredClasses();

/**
 * @brief What an attribute may be set to, as its checker has it; its help text has to say this.
 * @return "1 to 65535", "at least 1 ms", "Tcp or Udp"; empty if all of its type is allowed
 */
std::string GetAllowedText(const TypeId::AttributeInformation& attribute);

/// @return the default of an attribute, with its unit, in reStructuredText
std::string GetDefaultText(const TypeId::AttributeInformation& attribute);

/**
 * @brief Explain every class with attributes or trace sources, in reStructuredText.
 *
 * Ends the program if one of them is in no part of the document.
 *
 * @return attributes with types, defaults and meanings; trace sources with signatures and meanings
 */
std::string GetAttributeReference();

} // namespace ns3::azure

#endif // AZURE_ATTRIBUTE_REFERENCE_H
