// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_RANDOM_VARIABLE_TEXT_H
#define AZURE_RANDOM_VARIABLE_TEXT_H

#include <optional>
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
 * Only the form is known here; which names exist depends on the version of ns-3 and is asked of
 * it by CreateRandomVariable().
 */
struct RandomVariableText
{
    std::string typeName;                                        //!< ns3::UniformRandomVariable
    std::vector<std::pair<std::string, std::string>> attributes; //!< {"Min", "1"}, {"Max", "2"}
};

/**
 * @brief Take the text of a random variable apart.
 *
 * A name of letters, digits and colons that starts with "ns3::" and ends with "RandomVariable";
 * after it nothing, or in brackets one or more NAME=VALUE with | between them.  A value is a
 * number, true or false: nested variables are not read.
 *
 * @return its parts, or nothing if the text has another form
 */
std::optional<RandomVariableText> ParseRandomVariableText(const std::string& text);

} // namespace ns3::azure

#endif // AZURE_RANDOM_VARIABLE_TEXT_H
