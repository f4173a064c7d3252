// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_RANDOM_VARIABLE_FACTORY_H
#define AZURE_RANDOM_VARIABLE_FACTORY_H

#include "ns3/azure-parsed.h"
#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"

#include <string>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief Make a random variable from a user's text without ending the program on bad text.
 *
 * What may be written is what ParseRandomVariableText() reads.
 *
 * @param field the option or attribute, for the error text
 * @param text the random variable, as ns3::UniformRandomVariable[Min=1|Max=2]
 * @return the random variable, or why the text is refused
 */
Parsed<Ptr<RandomVariableStream>> CreateRandomVariable(const std::string& field,
                                                       const std::string& text);

} // namespace ns3::azure

#endif // AZURE_RANDOM_VARIABLE_FACTORY_H
