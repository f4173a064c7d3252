// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-security-policy.h"

#include <utility>

namespace ns3::azure
{

SecurityPolicy::SecurityPolicy(std::shared_ptr<const SecurityRuleTable> subnet,
                               std::shared_ptr<const SecurityRuleTable> networkInterface)
    : m_subnet(std::move(subnet)),
      m_networkInterface(std::move(networkInterface))
{
}

SecurityDecision
SecurityPolicy::Evaluate(FlowDirection direction, const FlowKey& key) const
{
    using Attachment = SecurityGroupAttachment;
    const std::pair<Attachment, const SecurityRuleTable*> subnet{Attachment::Subnet,
                                                                 m_subnet.get()};
    const std::pair<Attachment, const SecurityRuleTable*> networkInterface{
        Attachment::NetworkInterface,
        m_networkInterface.get()};
    const bool isInbound = direction == FlowDirection::Inbound;
    SecurityDecision decision;
    for (const auto& [attachment, table] :
         {isInbound ? subnet : networkInterface, isInbound ? networkInterface : subnet})
    {
        if (table == nullptr || !decision.IsAllowed())
        {
            continue;
        }
        if (const auto* rule = table->Lookup(direction, key))
        {
            decision.matches[decision.count++] = {attachment, &table->GetGroup(), rule};
        }
    }
    return decision;
}

} // namespace ns3::azure
