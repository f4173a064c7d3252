// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_TEXT_FIELDS_H
#define AZURE_TEXT_FIELDS_H

#include <algorithm>
#include <cstddef>
#include <sstream>
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

/// @return what the value's operator<< writes
template <typename T>
std::string
GetText(const T& value)
{
    std::ostringstream os;
    os << value;
    return os.str();
}

/// @return "A, B or C"
inline std::string
JoinAlternatives(const std::vector<std::string>& words)
{
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i)
    {
        text += (i == 0 ? "" : (i + 1 == words.size() ? " or " : ", ")) + words[i];
    }
    return text;
}

/// @return whether two texts are the same but for the case of A to Z, whatever the locale
inline bool
IsSameWord(const std::string& a, const std::string& b)
{
    const auto lower = [](char c) {
        return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) {
        return lower(x) == lower(y);
    });
}

} // namespace ns3::azure

#endif // AZURE_TEXT_FIELDS_H
