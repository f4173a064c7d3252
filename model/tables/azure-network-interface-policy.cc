// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-network-interface-policy.h"

#include <algorithm>
#include <iterator>

namespace ns3::azure
{

ResolvedSecurityGroup
SelectHostServiceRules(const ResolvedSecurityGroup& group, bool areHostServicesFiltered)
{
    ResolvedSecurityGroup selected;
    selected.name = group.name;
    std::copy_if(group.rules.begin(),
                 group.rules.end(),
                 std::back_inserter(selected.rules),
                 [areHostServicesFiltered](const ResolvedSecurityRule& rule) {
                     return !rule.isDefault &&
                            (areHostServicesFiltered || rule.targetsHostServices);
                 });
    return selected;
}

} // namespace ns3::azure
