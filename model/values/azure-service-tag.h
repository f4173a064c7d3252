// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SERVICE_TAG_H
#define AZURE_SERVICE_TAG_H

#include "azure-address-prefix.h"
#include "azure-parsed.h"

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

/// Groups of prefixes that the platform manages (S3-39).
enum class ServiceTagName : uint8_t
{
    VirtualNetwork,      //!< the virtual network, its peers and connected sites (S3-40)
    AzureLoadBalancer,   //!< where health probes come from: 168.63.129.16 (S3-41; B.9)
    Internet,            //!< reachable over the Internet, Azure's own addresses too (S3-42)
    AzureTrafficManager, //!< S3-43
    Storage,             //!< S3-43, with regions
    Sql,                 //!< S3-43, with regions
    AzureCosmosDB,       //!< S3-43, with regions
    AzureKeyVault,       //!< S3-43, with regions
    AzurePlatformDNS,    //!< DNS by the host (sources.rst B.9)
    AzurePlatformIMDS,   //!< instance metadata by the host (sources.rst B.9)
    AzurePlatformLKM,    //!< Windows licensing (sources.rst B.9)
};

/// Which of Azure's clouds a deployment is in.
enum class AzureCloud : uint8_t
{
    Public,   //!< tags have regional forms (S3-43)
    National, //!< they have none (S3-43)
};

/**
 * @ingroup azure-values
 * @brief A service tag, with or without a region.  The registry of prefixes behind it is read-only
 * (S3-39).
 */
struct ServiceTag
{
    ServiceTagName name{ServiceTagName::Internet}; //!< which
    std::string region;                            //!< as EastUS; empty for all regions

    friend bool operator==(const ServiceTag& a, const ServiceTag& b)
    {
        return a.name == b.name && a.region == b.region;
    }

    friend bool operator!=(const ServiceTag& a, const ServiceTag& b)
    {
        return !(a == b);
    }

    /// Writes Resource Manager's spelling, as Storage.EastUS.
    friend std::ostream& operator<<(std::ostream& os, const ServiceTag& tag);
};

/// @return Resource Manager's spelling, as VirtualNetwork
const char* GetName(ServiceTagName name);

/**
 * @brief Read a service tag.
 * @param field named by the error
 * @param text Resource Manager's spelling (VirtualNetwork, Storage.EastUS) or the classic one
 *        (VIRTUAL_NETWORK, AZURE_LOADBALANCER, INTERNET; S0-38, S3-40 to S3-42); case does not
 *        matter
 * @param cloud where regional forms exist, or not
 */
Parsed<ServiceTag> ParseServiceTag(const std::string& field,
                                   const std::string& text,
                                   AzureCloud cloud = AzureCloud::Public);

/// @return whether the text begins like a service tag rather than an address
bool LooksLikeServiceTag(const std::string& text);

/**
 * @brief The prefixes of a tag that do not depend on the virtual network.
 *
 * The prefixes of services, and of Windows licensing, are our choice: in RFC 2544's benchmark
 * range, so that simulated servers can have such addresses.  The regions EastUS and WestEurope are
 * examples too.  Without a region a tag has the prefixes of all of them.
 *
 * @return the prefixes, in order; nothing for VirtualNetwork and Internet
 */
std::optional<std::vector<AddressPrefix>> GetServiceTagPrefixes(const ServiceTag& tag);

/// @return every tag of the registry, in the order of the enumeration, the one of all regions first
std::vector<ServiceTag> GetServiceTags();

} // namespace ns3::azure

#endif // AZURE_SERVICE_TAG_H
