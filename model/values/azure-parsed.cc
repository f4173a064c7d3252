// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-parsed.h"

namespace ns3::azure
{

std::string
GetOneLine(const std::string& text)
{
    constexpr const char* DIGITS = "0123456789abcdef";
    std::string escaped;
    for (const char c : text)
    {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n')
        {
            escaped += "\\n";
        }
        else if (byte < 0x20 || byte == 0x7f)
        {
            escaped += {'\\', 'x', DIGITS[byte >> 4], DIGITS[byte & 0xf]};
        }
        else
        {
            escaped += c;
        }
    }
    return escaped;
}

std::string
GetRefusal(const std::string& field, const std::string& value, const std::string& allowed)
{
    return GetOneLine(field) + ": '" + GetOneLine(value) + "' is not allowed; give " + allowed;
}

} // namespace ns3::azure
