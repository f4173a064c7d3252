// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-security-rule-tables.h"

#include "azure-result-table.h"
#include "azure-security-rule-json.h"

#include "ns3/azure-text-fields.h"

#include <cstddef>
#include <optional>
#include <sstream>
#include <string>

namespace ns3::azure
{

namespace
{

constexpr std::size_t MAX_ADDRESSES = 18; //!< characters of a cell; then a line has 79
constexpr std::size_t MAX_PORTS = 11;     //!< see MAX_ADDRESSES

/// A table that has lines of text between its rows.
class AnnotatedTable
{
  public:
    /// Add a row, which the notes so far stand before.
    void AddRow(const std::vector<std::string>& cells)
    {
        m_table.AddRow(cells);
        m_before.push_back(m_notes);
        m_notes.clear();
    }

    /// Add a line between the last row and the next.
    void AddNote(const std::string& line)
    {
        m_notes += line + "\n";
    }

    /// Write everything.
    void Print(std::ostream& os) const
    {
        std::stringstream rows;
        m_table.Print(rows);
        for (const auto& notes : m_before)
        {
            std::string row;
            std::getline(rows, row);
            os << notes << row << '\n';
        }
        os << m_notes;
    }

  private:
    ResultTable m_table;               //!< the rows
    std::vector<std::string> m_before; //!< the lines before each row
    std::string m_notes;               //!< the lines since the last row
};

/// @return the texts with commas between them, cut if they are too long
std::string
Join(const std::vector<std::string>& texts, std::size_t longest)
{
    std::string joined;
    for (const auto& text : texts)
    {
        joined += (joined.empty() ? "" : ",") + text;
    }
    return joined.size() <= longest ? joined : joined.substr(0, longest - 3) + "...";
}

/// @return prefixes, tag and application security groups of a side
std::vector<std::string>
GetPlaces(std::vector<std::string> prefixes, const std::vector<std::string>& groups)
{
    prefixes.insert(prefixes.end(), groups.begin(), groups.end());
    return prefixes;
}

/// @return an address, and the port if there is one
std::string
GetEndpointText(Ipv4Address address, uint16_t port)
{
    return GetText(address) + (port == 0 ? "" : ":" + std::to_string(port));
}

} // namespace

void
PrintEffectiveSecurityRules(std::ostream& os,
                            const std::vector<EffectiveNetworkSecurityGroup>& groups,
                            bool isFull)
{
    if (groups.empty())
    {
        os << "no network security group: everything passes\n"; // S3-30
        return;
    }
    const auto maxAddresses = isFull ? std::string::npos : MAX_ADDRESSES;
    const auto maxPorts = isFull ? std::string::npos : MAX_PORTS;
    AnnotatedTable table;
    table.AddRow({"priority", "access", "protocol", "source", "destination", "ports"});
    for (const auto& group : groups)
    {
        std::optional<FlowDirection> direction;
        for (const auto& effective : group.rules)
        {
            if (direction != effective.rule.direction)
            {
                direction = effective.rule.direction;
                const bool isSubnet = group.attachment == SecurityGroupAttachment::Subnet;
                table.AddNote("");
                table.AddNote((isSubnet ? "Subnet " : "NetworkInterface ") + group.name + ", " +
                              GetName(*direction));
            }
            const auto rule = MakeSecurityRuleText(effective.rule);
            auto sources =
                GetPlaces(rule.sourceAddressPrefixes, rule.sourceApplicationSecurityGroups);
            const auto sourcePorts = Join(rule.sourcePortRanges, std::string::npos);
            if (sourcePorts != "*")
            {
                sources.push_back("port " + sourcePorts);
            }
            table.AddRow({rule.priority,
                          rule.access,
                          rule.protocol,
                          Join(sources, maxAddresses),
                          Join(GetPlaces(rule.destinationAddressPrefixes,
                                         rule.destinationApplicationSecurityGroups),
                               maxAddresses),
                          Join(rule.destinationPortRanges, maxPorts)});
            table.AddNote("  " + effective.name);
        }
    }
    table.Print(os);
}

void
PrintIpFlowVerifications(std::ostream& os,
                         const std::vector<std::pair<IpFlow, IpFlowVerification>>& answers)
{
    AnnotatedTable table;
    table.AddRow({"packet", "protocol", "local", "remote", "access", "group"});
    for (const auto& [flow, answer] : answers)
    {
        table.AddRow({GetName(flow.direction),
                      GetName(flow.protocol),
                      GetEndpointText(flow.localAddress, flow.localPort),
                      GetEndpointText(flow.remoteAddress, flow.remotePort),
                      GetName(answer.access),
                      answer.group.empty() ? "-" : answer.group});
        table.AddNote("  " + (answer.rule.empty() ? "no rule" : answer.rule));
    }
    table.Print(os);
}

} // namespace ns3::azure
