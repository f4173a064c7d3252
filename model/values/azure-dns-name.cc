// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-dns-name.h"

#include <algorithm>
#include <utility>

namespace ns3::azure
{

namespace
{

/// The C library's tolower() depends on the locale; RFC 4343 does not.
char
ToLower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool
IsSameLabel(const std::string& a, const std::string& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return ToLower(x) == ToLower(y);
    });
}

void
AppendEscaped(char c, std::string& text)
{
    const auto octet = static_cast<unsigned char>(c);
    if (c == '.' || c == '\\')
    {
        text += '\\';
        text += c;
    }
    else if (octet > ' ' && octet < 0x7F)
    {
        text += c;
    }
    else
    {
        const auto digits = std::to_string(octet);
        text += '\\' + std::string(3 - digits.size(), '0') + digits;
    }
}

} // namespace

std::optional<DnsName>
DnsName::FromLabels(std::vector<std::string> labels)
{
    std::size_t wireLength = 1;
    for (const auto& label : labels)
    {
        if (label.empty() || label.size() > MAX_LABEL_LENGTH)
        {
            return std::nullopt;
        }
        wireLength += 1 + label.size();
    }
    if (wireLength > MAX_WIRE_LENGTH)
    {
        return std::nullopt;
    }
    DnsName name;
    name.m_labels = std::move(labels);
    return name;
}

std::optional<DnsName>
DnsName::Parse(std::string_view text)
{
    if (text == ".")
    {
        return DnsName();
    }
    if (text.empty() || text.find('\\') != std::string_view::npos)
    {
        return std::nullopt;
    }
    if (text.back() == '.')
    {
        text.remove_suffix(1);
    }
    std::vector<std::string> labels;
    for (auto dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.'))
    {
        labels.emplace_back(text.substr(0, dot));
        text.remove_prefix(dot + 1);
    }
    labels.emplace_back(text);
    return FromLabels(std::move(labels));
}

const std::vector<std::string>&
DnsName::GetLabels() const
{
    return m_labels;
}

std::string
DnsName::ToText() const
{
    std::string text;
    for (const auto& label : m_labels)
    {
        if (!text.empty())
        {
            text += '.';
        }
        for (const char c : label)
        {
            AppendEscaped(c, text);
        }
    }
    return text.empty() ? "." : text;
}

bool
DnsName::IsSame(const DnsName& other) const
{
    return std::equal(m_labels.begin(),
                      m_labels.end(),
                      other.m_labels.begin(),
                      other.m_labels.end(),
                      IsSameLabel);
}

} // namespace ns3::azure
