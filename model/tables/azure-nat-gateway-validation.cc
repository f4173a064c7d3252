// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-nat-gateway-validation.h"

#include "ns3/azure-address-prefix.h"
#include "ns3/azure-limits.h"
#include "ns3/azure-parsed.h"
#include "ns3/azure-resource-name.h"
#include "ns3/azure-text-fields.h"

#include <set>
#include <unordered_map>
#include <unordered_set>

namespace ns3::azure
{

namespace
{

using Error = std::optional<std::string>;

/// Walks over the NAT gateways of a deployment.
class NatGatewayValidator
{
  public:
    explicit NatGatewayValidator(const Deployment& deployment)
        : m_deployment(deployment)
    {
        for (const auto& each : deployment.networkInterfaces)
        {
            m_known.insert(each.networkInterface);
        }
        for (const auto& each : deployment.loadBalancers)
        {
            if (!each.IsInternal())
            {
                continue;
            }
            for (const auto& pool : each.backendPools)
            {
                for (const auto& member : pool.members)
                {
                    m_networks[member.networkInterface] = *each.virtualNetwork;
                }
            }
            for (const auto& rule : each.inboundNatRules)
            {
                m_networks[rule.networkInterface] = *each.virtualNetwork;
            }
        }
    }

    /// @return the first error
    Error Validate()
    {
        std::set<std::string> names;
        for (const auto& gateway : m_deployment.natGateways)
        {
            const bool isTaken = !names.insert(gateway.name).second;
            if (auto error = CheckNewName("NAT gateway", gateway.name, isTaken))
            {
                return error;
            }
            if (auto error = ValidateAddresses(gateway))
            {
                return error;
            }
            if (auto error = ValidateInterfaces(gateway))
            {
                return error;
            }
            const auto minutes = gateway.idleTimeoutInMinutes;
            if (minutes < MIN_IDLE_TIMEOUT_MINUTES ||
                minutes > MAX_NAT_GATEWAY_IDLE_TIMEOUT_MINUTES)
            {
                return GetRefusal(GetField(gateway, "idleTimeoutInMinutes"),
                                  std::to_string(minutes),
                                  std::to_string(MIN_IDLE_TIMEOUT_MINUTES) + " to " +
                                      std::to_string(MAX_NAT_GATEWAY_IDLE_TIMEOUT_MINUTES));
            }
        }
        return std::nullopt;
    }

  private:
    static std::string GetField(const NatGateway& gateway, const std::string& property)
    {
        return "NAT gateway " + gateway.name + ", " + property;
    }

    static Error ValidateAddresses(const NatGateway& gateway)
    {
        const auto field = GetField(gateway, "publicAddresses");
        const auto count = gateway.publicAddresses.size();
        if (count < 1 || count > MAX_NAT_GATEWAY_ADDRESSES)
        {
            return GetRefusal(field,
                              std::to_string(count),
                              "1 to " + std::to_string(MAX_NAT_GATEWAY_ADDRESSES) + " of them");
        }
        for (const auto& address : gateway.publicAddresses)
        {
            if (address == Ipv4Address() || IsNonInternet(address))
            {
                return GetRefusal(
                    field,
                    GetText(address == Ipv4Address() ? Ipv4Address::GetAny() : address),
                    "public ones");
            }
        }
        return std::nullopt;
    }

    Error ValidateInterfaces(const NatGateway& gateway)
    {
        const auto field = GetField(gateway, "networkInterfaces");
        std::optional<uint32_t> network;
        for (const auto networkInterface : gateway.networkInterfaces)
        {
            const auto text = std::to_string(networkInterface);
            if (m_known.count(networkInterface) == 0)
            {
                return GetRefusal(field, text, "network interfaces of the deployment");
            }
            const auto [other, isNew] = m_gateways.emplace(networkInterface, gateway.name);
            if (!isNew)
            {
                return GetRefusal(field,
                                  text,
                                  "each network interface one NAT gateway, once; this one has " +
                                      other->second);
            }
            const auto found = m_networks.find(networkInterface);
            if (found != m_networks.end() && network.value_or(found->second) != found->second)
            {
                return GetRefusal(field,
                                  text,
                                  "network interfaces of one virtual network; this one is in " +
                                      std::to_string(found->second) + ", others are in " +
                                      std::to_string(*network));
            }
            if (found != m_networks.end())
            {
                network = found->second;
            }
        }
        return std::nullopt;
    }

    const Deployment& m_deployment;                       //!< what is checked
    std::unordered_set<uint32_t> m_known;                 //!< network interfaces
    std::unordered_map<uint32_t, uint32_t> m_networks;    //!< virtual networks, where known
    std::unordered_map<uint32_t, std::string> m_gateways; //!< who has which gateway
};

} // namespace

std::optional<std::string>
ValidateNatGateways(const Deployment& deployment)
{
    return NatGatewayValidator(deployment).Validate();
}

} // namespace ns3::azure
