// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SECURITY_RULE_JSON_H
#define AZURE_SECURITY_RULE_JSON_H

#include "azure-json-value.h"
#include "azure-resource-reader.h"

#include "ns3/azure-security-rule.h"

#include <string>
#include <vector>

namespace ns3::azure
{

/// A rule of a document.
struct SecurityRuleOfDocument
{
    SecurityRuleText text;              //!< what it says
    std::string place;                  //!< where its properties are, as securityRules[3]
    std::vector<std::string> singulars; //!< of its lists those that it writes as one text
};

/// @return the rule that a value of a document describes; the reader knows what is wrong with it
SecurityRuleOfDocument ReadSecurityRule(ResourceReader& reader,
                                        const JsonValue& value,
                                        const std::string& path);

/**
 * @brief Say where in a document an error is.
 * @param source the document; may be empty
 * @param group of the rule, a name
 * @param rule that was refused
 * @param error by NetworkResources::AddSecurityRule()
 * @return the error, in one line, with the place instead of the names of group and rule
 */
std::string GetErrorInDocument(const std::string& source,
                               const std::string& group,
                               const SecurityRuleOfDocument& rule,
                               const std::string& error);

/// @return the rule as users write it: what ParseSecurityRule() reads back
SecurityRuleText MakeSecurityRuleText(const SecurityRule& rule);

/**
 * @brief A security rule as `az network nsg rule show` prints it, without the properties that say
 * nothing about traffic.
 *
 * A list of one is written as the singular property (`sourcePortRange`), and others as the plural
 * one (`sourcePortRanges`).
 */
JsonValue MakeSecurityRuleJson(const SecurityRule& rule);

} // namespace ns3::azure

#endif // AZURE_SECURITY_RULE_JSON_H
