// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SECURITY_RULE_TABLES_H
#define AZURE_SECURITY_RULE_TABLES_H

#include "ns3/azure-effective-security-rules.h"

#include <ostream>
#include <utility>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-helper
 * @brief Write effective security rules (S3-09) as a table of text, a section for each group and
 * direction, and below each rule its name.
 *
 * A line has 80 columns at most, as long as the names of groups and rules allow.
 *
 * @param os where to
 * @param groups as GetEffectiveSecurityRules() returns them
 * @param isFull whether lists of addresses and ports are whole, however long the lines become,
 *        instead of cut with "..."
 */
void PrintEffectiveSecurityRules(std::ostream& os,
                                 const std::vector<EffectiveNetworkSecurityGroup>& groups,
                                 bool isFull);

/// @brief Write questions to IP flow verify, and the answers (S3-10), as a table of text, and below
/// each answer the rule that decided.
void PrintIpFlowVerifications(std::ostream& os,
                              const std::vector<std::pair<IpFlow, IpFlowVerification>>& answers);

} // namespace ns3::azure

#endif // AZURE_SECURITY_RULE_TABLES_H
