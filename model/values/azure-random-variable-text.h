// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_RANDOM_VARIABLE_TEXT_H
#define AZURE_RANDOM_VARIABLE_TEXT_H

#include "azure-parsed.h"

#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-values
 * @brief An ns-3 random variable as a user writes it, taken apart:
 * ns3::UniformRandomVariable[Min=1|Max=2].
 *
 * Its type and attributes exist in every version of ns-3, and its values are such that every draw
 * ends and is a time in seconds: of Normal some may be below 0, of others some may be infinite.
 */
struct RandomVariableText
{
    std::string typeName;                                        //!< ns3::UniformRandomVariable
    std::vector<std::pair<std::string, std::string>> attributes; //!< {"Min", "1"}, {"Max", "2"}
};

/**
 * @brief Take the text of a random variable of times apart.
 *
 * The type is Constant, Uniform, Exponential, Pareto, Weibull, Normal, LogNormal, Gamma, Erlang,
 * Triangular, Zipf or Zeta, written ns3::...RandomVariable; after it nothing, or in brackets one or
 * more NAME=VALUE with | between them, each name once.  Which values are allowed is in the table in
 * the source.  Stream is no name here: whoever uses the variable assigns it.
 *
 * @param field the option or attribute, for the error text
 * @param text the random variable
 * @return its parts, or why the text is refused
 */
Parsed<RandomVariableText> ParseRandomVariableText(const std::string& field,
                                                   const std::string& text);

} // namespace ns3::azure

#endif // AZURE_RANDOM_VARIABLE_TEXT_H
