// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TEXT_FIELDS_H
#define AZURE_TEXT_FIELDS_H

#include <string>
#include <vector>

namespace ns3::azure
{

/// @return the parts of a text between its separators, empty ones too; at least one
inline std::vector<std::string>
SplitFields(const std::string& text, char separator)
{
    std::vector<std::string> fields(1);
    for (const char c : text)
    {
        if (c == separator)
        {
            fields.emplace_back();
        }
        else
        {
            fields.back() += c;
        }
    }
    return fields;
}

} // namespace ns3::azure

#endif // AZURE_TEXT_FIELDS_H
