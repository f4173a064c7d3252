// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SECURITY_RULE_JSON_H
#define AZURE_SECURITY_RULE_JSON_H

#include "azure-json-value.h"

#include "ns3/azure-security-rule.h"

namespace ns3::azure
{

/// Of the resource id of an application security group, what its name follows.
constexpr const char* APPLICATION_SECURITY_GROUPS = "/applicationSecurityGroups/";

/**
 * @ingroup azure-helper
 * @brief A security rule as `az network nsg rule show` prints it, without the properties that say
 * nothing about traffic.
 *
 * A list of one is written as the singular property (`sourcePortRange`), and others as the plural
 * one (`sourcePortRanges`).
 */
JsonValue MakeSecurityRuleJson(const SecurityRule& rule);

} // namespace ns3::azure

#endif // AZURE_SECURITY_RULE_JSON_H
