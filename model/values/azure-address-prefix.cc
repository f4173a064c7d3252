// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-address-prefix.h"

#include "azure-parse.h"

namespace ns3::azure
{

bool
LooksLikeIpv6(const std::string& text)
{
    return text.find(':') != std::string::npos &&
           text.find_first_not_of("0123456789abcdefABCDEF:./") == std::string::npos;
}

Parsed<AddressPrefix>
ParseAddressPrefix(const std::string& field, const std::string& text)
{
    const auto refuse = [&](const std::string& allowed) {
        return Parsed<AddressPrefix>::Refuse(field, text, allowed);
    };
    if (LooksLikeIpv6(text))
    {
        return refuse("an IPv4 address or prefix; IPv6 is not modeled");
    }
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
    const auto digits = text.substr(slash + 1);
    const auto length = ParseUnsigned(digits);
    if (!length || *length > 32 || digits != std::to_string(*length))
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
