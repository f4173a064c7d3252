// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-host-services-helper.h"

#include "azure-ranks.h"

namespace ns3::azure
{

HostServicesHelper::HostServicesHelper()
{
    m_resolver.SetTypeId(HostResolver::GetTypeId());
    m_dhcpServer.SetTypeId(HostDhcpServer::GetTypeId());
    m_prober.SetTypeId(HealthProber::GetTypeId());
}

void
HostServicesHelper::SetResolverAttribute(const std::string& name, const AttributeValue& value)
{
    m_resolver.Set(name, value);
}

void
HostServicesHelper::SetDhcpAttribute(const std::string& name, const AttributeValue& value)
{
    m_dhcpServer.Set(name, value);
}

void
HostServicesHelper::SetProberAttribute(const std::string& name, const AttributeValue& value)
{
    m_prober.Set(name, value);
}

HostServices
HostServicesHelper::Install(Ptr<Node> host, Ipv4Address upstream) const
{
    HostServices services{m_resolver.Create<HostResolver>(),
                          m_dhcpServer.Create<HostDhcpServer>(),
                          m_prober.Create<HealthProber>()};
    services.resolver->SetAttribute("Upstream", Ipv4AddressValue(upstream));
    AddApplication(host, services.resolver);
    AddApplication(host, services.dhcpServer);
    AddApplication(host, services.healthProber);
    return services;
}

} // namespace ns3::azure
