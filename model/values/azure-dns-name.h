// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_DNS_NAME_H
#define AZURE_DNS_NAME_H

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-values
 * @brief A domain name: labels from the host to the top, without the root's empty label.
 *
 * Invariants: a label has 1 to MAX_LABEL_LENGTH octets; the name on the wire, which adds one
 * length octet per label and the root's, has at most MAX_WIRE_LENGTH.  Labels may hold any octet.
 *
 * The names "equal" and "same" differ on purpose: operator== compares octet by octet, IsSame()
 * as the domain name system does.
 *
 * Source: RFC 1035, sections 2.3.4 and 3.1; RFC 4343 for the comparison.
 */
class DnsName
{
  public:
    static constexpr std::size_t MAX_LABEL_LENGTH = 63; //!< octets, without the length octet
    static constexpr std::size_t MAX_WIRE_LENGTH = 255; //!< octets, all length octets included

    /// Create the root.
    DnsName() = default;

    /**
     * @brief Make a name of labels.
     * @return the name, or nothing if a label or the name has a length that is not allowed
     */
    static std::optional<DnsName> FromLabels(std::vector<std::string> labels);

    /**
     * @brief Read a name such as "myip.opendns.com"; one dot may follow, and "." is the root.
     *
     * Escapes are not understood: a text with a backslash is refused.
     *
     * @return the name, or nothing if the text is not one
     */
    static std::optional<DnsName> Parse(std::string_view text);

    /// @return the labels, the leftmost first; empty for the root
    const std::vector<std::string>& GetLabels() const;

    /// @return the name as text without a final dot, "." for the root; octets that would be
    /// misread are escaped as RFC 1035, section 5.1 has it
    std::string ToText() const;

    /// @return whether the domain name system takes both for one name: A-Z and a-z are equal
    bool IsSame(const DnsName& other) const;

    /// @return whether both have the same octets
    friend bool operator==(const DnsName& a, const DnsName& b)
    {
        return a.m_labels == b.m_labels;
    }

  private:
    std::vector<std::string> m_labels; //!< the leftmost first
};

} // namespace ns3::azure

#endif // AZURE_DNS_NAME_H
