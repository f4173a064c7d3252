// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_HOST_SERVICES_HELPER_H
#define AZURE_HOST_SERVICES_HELPER_H

#include "ns3/attribute.h"
#include "ns3/azure-health-prober.h"
#include "ns3/azure-host-dhcp-server.h"
#include "ns3/azure-host-resolver.h"
#include "ns3/ipv4-address.h"
#include "ns3/node.h"
#include "ns3/object-factory.h"
#include "ns3/ptr.h"

#include <string>

namespace ns3::azure
{

/// What has been installed on a host.
struct HostServices
{
    Ptr<HostResolver> resolver;     //!< DNS, at 168.63.129.16
    Ptr<HostDhcpServer> dhcpServer; //!< DHCP; without leases yet
    Ptr<HealthProber> healthProber; //!< health probes; without devices and targets yet
};

/**
 * @ingroup azure-helper
 * @brief Installs on hosts what every physical host is to its VMs: resolver, DHCP server and
 * health prober (S3-50).
 *
 * The host's stack must have the address 168.63.129.16, on a device behind which its VMs are, when
 * the simulation starts.
 */
class HostServicesHelper
{
  public:
    HostServicesHelper();

    /// @brief Set an attribute of every HostResolver to come.
    void SetResolverAttribute(const std::string& name, const AttributeValue& value);

    /// @brief Set an attribute of every HostDhcpServer to come.
    void SetDhcpAttribute(const std::string& name, const AttributeValue& value);

    /// @brief Set an attribute of every HealthProber to come.
    void SetProberAttribute(const std::string& name, const AttributeValue& value);

    /**
     * @brief Install the services.
     * @param host with an IPv4 stack, and a route to the upstream resolver
     * @param upstream the resolver that the host asks
     */
    HostServices Install(Ptr<Node> host, Ipv4Address upstream) const;

  private:
    ObjectFactory m_resolver;   //!< makes resolvers
    ObjectFactory m_dhcpServer; //!< makes DHCP servers
    ObjectFactory m_prober;     //!< makes health probers
};

} // namespace ns3::azure

#endif // AZURE_HOST_SERVICES_HELPER_H
