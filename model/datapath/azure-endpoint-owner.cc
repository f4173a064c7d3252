// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-endpoint-owner.h"

namespace ns3::azure
{

std::variant<uint32_t, DropReason>
FindEndpointOwner(const PublicEndpointTable& table, const PacketHeaders& packet)
{
    const auto& key = packet.GetKey();
    const auto& quoted = packet.GetQuotedKey();
    const bool hasPort = IsTranslatedBySnat(key.GetProtocol()) && !packet.IsLaterFragment();
    const bool quotesPort = quoted && IsTranslatedBySnat(quoted->GetProtocol());
    const auto port =
        quotesPort ? quoted->GetSourcePort() : (hasPort ? key.GetDestinationPort() : uint16_t{0});
    const auto owner = hasPort || quoted ? table.Lookup(key.GetDestination(), port)
                                         : table.LookupWhole(key.GetDestination());
    switch (owner.match)
    {
    case PublicEndpointMatch::Found:
        return owner.target;
    case PublicEndpointMatch::UnknownAddress:
        return DropReason::UnknownPublicAddress;
    case PublicEndpointMatch::UnownedPort:
        break;
    }
    if (hasPort || quoted)
    {
        return DropReason::UnownedSnatPort;
    }
    return packet.IsLaterFragment() ? DropReason::Fragment : DropReason::UnsupportedProtocol;
}

} // namespace ns3::azure
