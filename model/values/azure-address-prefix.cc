// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-address-prefix.h"

#include "azure-parse.h"

namespace ns3::azure
{

Parsed<AddressPrefix>
ParseAddressPrefix(const std::string& field, const std::string& text)
{
    const auto refuse = [&](const std::string& allowed) {
        return Parsed<AddressPrefix>::Refuse(field, text, allowed);
    };
    const auto slash = text.find('/');
    const auto address = ParseIpv4Address(text.substr(0, slash));
    if (!address)
    {
        return refuse("an IPv4 address, or a prefix as 10.0.0.0/8");
    }
    if (slash == std::string::npos)
    {
        return AddressPrefix{address->Get(), 32};
    }
    const auto length = ParseUnsigned(text.substr(slash + 1));
    if (!length || *length > 32)
    {
        return refuse("a prefix length of 0 to 32, as in 10.0.0.0/8");
    }
    const AddressPrefix prefix{address->Get(), static_cast<uint8_t>(*length)};
    if (!prefix.IsValid())
    {
        return refuse("a prefix whose bits beyond its length are zero, as in 10.0.0.0/8");
    }
    return prefix;
}

} // namespace ns3::azure
