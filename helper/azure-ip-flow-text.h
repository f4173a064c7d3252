// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_IP_FLOW_TEXT_H
#define AZURE_IP_FLOW_TEXT_H

#include "ns3/azure-effective-security-rules.h"
#include "ns3/azure-parsed.h"

#include <string>

namespace ns3::azure
{

/// A question to IP flow verify (S3-10) as users write it.
struct IpFlowText
{
    std::string direction{"inbound"}; //!< seen from the VM; or outbound
    std::string protocol{"tcp"};      //!< or udp, icmp, esp, ah
    std::string local;  //!< the VM's address, and for tcp and udp its port, as 10.0.1.4:443
    std::string remote; //!< of the other side, as for local
};

/**
 * @ingroup azure-helper
 * @brief Read a question to IP flow verify.
 * @return the question; or the error, naming direction, protocol, local or remote, the text and
 *         what is allowed
 */
Parsed<IpFlow> ParseIpFlow(const IpFlowText& text);

} // namespace ns3::azure

#endif // AZURE_IP_FLOW_TEXT_H
