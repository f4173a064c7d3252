// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-security-rule.h"

#include "azure-parse.h"
#include "azure-resource-name.h"
#include "azure-text-fields.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace ns3::azure
{

namespace
{

/// Every port: what "*" and 0-65535 mean in a security rule.
constexpr PortRange ANY_PORT{0, 65535};

/// What may be given as an address of a rule.
constexpr const char* ALLOWED_PREFIXES =
    "*, a service tag, an address, or a prefix as 10.0.0.0/8 whose bits beyond its length are zero";

/// One row of PROTOCOLS.
struct ProtocolRow
{
    SecurityRuleProtocol protocol;    //!< which
    const char* name;                 //!< ARM's word
    std::optional<IpProtocol> number; //!< nothing for all of them
};

// clang-format off
/// Every protocol once, in enum order.
constexpr std::array<ProtocolRow, 6> PROTOCOLS{{
    {SecurityRuleProtocol::Any,  "*",    std::nullopt},
    {SecurityRuleProtocol::Tcp,  "Tcp",  IpProtocol::Tcp},
    {SecurityRuleProtocol::Udp,  "Udp",  IpProtocol::Udp},
    {SecurityRuleProtocol::Icmp, "Icmp", IpProtocol::Icmp},
    {SecurityRuleProtocol::Esp,  "Esp",  IpProtocol::Esp},
    {SecurityRuleProtocol::Ah,   "Ah",   IpProtocol::Ah},
}};
// clang-format on

/// Which side of a rule is meant.
enum class Side : uint8_t
{
    Source,
    Destination,
};

/// @return the name of a property that both sides have, as sourcePortRanges for PortRanges
std::string
GetProperty(Side side, const std::string& property)
{
    return (side == Side::Source ? "source" : "destination") + property;
}

/// @return what an error begins with
std::string
GetField(const std::string& rule, const std::string& property)
{
    return "rule " + rule + ", " + property;
}

/// @return the line that refuses a value of a rule
std::string
Refuse(const std::string& rule,
       const std::string& property,
       const std::string& value,
       const std::string& allowed)
{
    return GetRefusal(GetField(rule, property), value, allowed);
}

/// @return what a priority may be
std::string
GetAllowedPriorities()
{
    return std::to_string(MIN_RULE_PRIORITY) + " to " + std::to_string(MAX_RULE_PRIORITY);
}

/// @return the endpoint with the prefixes and the tag of the texts; or the error
Parsed<SecurityRuleEndpoint>
ReadPrefixes(const std::string& field,
             const std::vector<std::string>& texts,
             AzureCloud cloud,
             SecurityRuleEndpoint endpoint)
{
    using Parsed = Parsed<SecurityRuleEndpoint>;
    for (const auto& text : texts)
    {
        if (LooksLikeIpv6(text))
        {
            return Parsed::Refuse(ParseAddressPrefix(field, text));
        }
        if (text == "*")
        {
            endpoint.prefixes.push_back(ANY_ADDRESS);
        }
        else if (LooksLikeServiceTag(text))
        {
            const auto tag = ParseServiceTag(field, text, cloud);
            if (!tag)
            {
                return Parsed::Refuse(tag);
            }
            if (endpoint.serviceTag)
            {
                return Parsed::Refuse(field, text, "one service tag, or a rule for each");
            }
            endpoint.serviceTag = *tag;
        }
        else
        {
            const auto prefix = ParseAddressPrefix(field, text);
            if (!prefix)
            {
                return Parsed::Refuse(field, text, ALLOWED_PREFIXES);
            }
            endpoint.prefixes.push_back(*prefix);
        }
    }
    return endpoint;
}

/// @return the endpoint with the ports of the texts; or the error
Parsed<SecurityRuleEndpoint>
ReadPorts(const std::string& field,
          const std::vector<std::string>& texts,
          SecurityRuleEndpoint endpoint)
{
    using Parsed = Parsed<SecurityRuleEndpoint>;
    for (const auto& text : texts)
    {
        const auto ports = ParsePortRange(field, text);
        if (!ports)
        {
            return Parsed::Refuse(ports);
        }
        endpoint.ports.push_back(*ports);
    }
    return endpoint;
}

/// @return how many places a side names, ports aside
std::size_t
GetSize(const SecurityRuleEndpoint& endpoint)
{
    return endpoint.prefixes.size() + (endpoint.serviceTag ? 1 : 0) +
           endpoint.applicationSecurityGroups.size();
}

/// @return nothing; or which of a side's lists makes the rule an augmented one
std::optional<std::string>
FindAugmented(const SecurityRule& rule, Side side, const SecurityRuleEndpoint& endpoint)
{
    const std::string allowed = "one, or a rule for each; several only in a Resource Manager group";
    if (GetSize(endpoint) > 1)
    {
        const auto count = std::to_string(GetSize(endpoint)) + " values";
        return Refuse(rule.name, GetProperty(side, "AddressPrefixes"), count, allowed);
    }
    if (endpoint.ports.size() > 1)
    {
        const auto second = GetPortRangeText(endpoint.ports[1]);
        return Refuse(rule.name, GetProperty(side, "PortRanges"), second, allowed);
    }
    return std::nullopt;
}

/// What a user writes about one side of a rule.
struct EndpointText
{
    const std::vector<std::string>& prefixes;                  //!< a tag among them
    const std::vector<std::string>& applicationSecurityGroups; //!< names
    const std::vector<std::string>& ports;                     //!< and ranges
};

/// @return one side of the rule; or the error
Parsed<SecurityRuleEndpoint>
ReadEndpoint(const std::string& rule, Side side, const EndpointText& text, AzureCloud cloud)
{
    SecurityRuleEndpoint named;
    named.applicationSecurityGroups = text.applicationSecurityGroups;
    const bool isPrefixLeftOut =
        !text.applicationSecurityGroups.empty() && text.prefixes == std::vector<std::string>{"*"};
    const auto placed = ReadPrefixes(GetField(rule, GetProperty(side, "AddressPrefixes")),
                                     isPrefixLeftOut ? std::vector<std::string>{} : text.prefixes,
                                     cloud,
                                     named);
    return placed ? ReadPorts(GetField(rule, GetProperty(side, "PortRanges")), text.ports, *placed)
                  : placed;
}

/// @return whether the protocol is one that S3-19 has
bool
IsAlwaysSelectable(SecurityRuleProtocol protocol)
{
    return protocol == SecurityRuleProtocol::Any || protocol == SecurityRuleProtocol::Tcp ||
           protocol == SecurityRuleProtocol::Udp;
}

/// @return whether a rule for the protocol may name ports: its packets have some, or may have some
///         (S3-19: Any); our choice for the others
bool
MayNamePorts(SecurityRuleProtocol protocol)
{
    return IsAlwaysSelectable(protocol);
}

/// @return the protocols that a rule may be for
std::string
GetAllowedProtocols(bool isIcmpSelectable)
{
    std::vector<std::string> words;
    for (const auto& row : PROTOCOLS)
    {
        if (isIcmpSelectable || IsAlwaysSelectable(row.protocol))
        {
            words.emplace_back(row.name);
        }
    }
    return JoinAlternatives(words) +
           (isIcmpSelectable ? "" : "; others need a profile with SelectableIcmp=true, as 2023");
}

/// @return nothing; or what is wrong with one side of the rule
std::optional<std::string>
ValidateEndpoint(const SecurityRule& rule,
                 Side side,
                 const SecurityRuleEndpoint& endpoint,
                 const Profile& profile)
{
    const auto refuse = [&](const char* property, const std::string& value, const char* allowed) {
        return Refuse(rule.name, GetProperty(side, property), value, allowed);
    };
    if (GetSize(endpoint) == 0)
    {
        return refuse("AddressPrefixes", "", "* or at least one prefix or service tag");
    }
    for (const auto& prefix : endpoint.prefixes)
    {
        if (!prefix.IsValid())
        {
            return refuse("AddressPrefixes", GetText(prefix), ALLOWED_PREFIXES);
        }
        if (prefix == ANY_ADDRESS && GetSize(endpoint) > 1)
        {
            return refuse("AddressPrefixes", "*", "it alone, or prefixes without it");
        }
    }
    if (endpoint.ports.empty())
    {
        return refuse("PortRanges", "", "* or at least one port or range");
    }
    for (const auto& ports : endpoint.ports)
    {
        if (ports.first > ports.last)
        {
            return refuse("PortRanges", GetPortRangeText(ports), "the lower port first");
        }
        if (ports == ANY_PORT && endpoint.ports.size() > 1)
        {
            return refuse("PortRanges", "*", "it alone, or ports without it");
        }
        if (!(ports == ANY_PORT) && !MayNamePorts(rule.protocol))
        {
            return refuse("PortRanges",
                          GetPortRangeText(ports),
                          "* where the protocol has no ports");
        }
    }
    const auto& groups = endpoint.applicationSecurityGroups;
    const auto most = profile.applicationSecurityGroupsPerSide;
    if (groups.size() > most)
    {
        return Refuse(rule.name,
                      GetProperty(side, "ApplicationSecurityGroups"),
                      groups[most],
                      most == 1 ? "one, or a rule for each" : std::to_string(most) + " at most");
    }
    return std::nullopt;
}

/// @return a side that is everywhere
SecurityRuleEndpoint
MakeAnywhere()
{
    return {{ANY_ADDRESS}, std::nullopt, {}, {ANY_PORT}};
}

/// @return a side that is in a tag
SecurityRuleEndpoint
MakeTagged(ServiceTagName name)
{
    return {{}, ServiceTag{name, ""}, {}, {ANY_PORT}};
}

} // namespace

const char*
GetName(SecurityRuleAccess access)
{
    return access == SecurityRuleAccess::Allow ? "Allow" : "Deny";
}

const char*
GetName(SecurityRuleProtocol protocol)
{
    return PROTOCOLS[static_cast<std::size_t>(protocol)].name;
}

std::optional<IpProtocol>
GetIpProtocol(SecurityRuleProtocol protocol)
{
    return PROTOCOLS[static_cast<std::size_t>(protocol)].number;
}

bool
SecurityRule::IsAugmented() const
{
    return GetSize(source) > 1 || source.ports.size() > 1 || GetSize(destination) > 1 ||
           destination.ports.size() > 1;
}

std::string
GetPortRangeText(const PortRange& ports)
{
    if (ports == ANY_PORT)
    {
        return "*";
    }
    const auto first = std::to_string(ports.first);
    return ports.first == ports.last ? first : first + "-" + std::to_string(ports.last);
}

Parsed<PortRange>
ParsePortRange(const std::string& field, const std::string& text)
{
    if (text == "*")
    {
        return ANY_PORT;
    }
    const auto dash = text.find('-');
    const auto first = ParseUnsigned(text.substr(0, dash));
    const auto last = dash == std::string::npos ? first : ParseUnsigned(text.substr(dash + 1));
    if (!first || !last || *first > *last || *last > ANY_PORT.last)
    {
        return Parsed<PortRange>::Refuse(
            field,
            text,
            "a port of 0 to 65535, a range as 10000-10005 with the lower port first, or *");
    }
    return PortRange{static_cast<uint16_t>(*first), static_cast<uint16_t>(*last)};
}

Parsed<SecurityRule>
ParseSecurityRule(const SecurityRuleText& text, AzureCloud cloud)
{
    using Parsed = Parsed<SecurityRule>;
    const auto refuse =
        [&](const std::string& property, const std::string& value, const std::string& allowed) {
            return Parsed::Refuse(GetField(text.name, property), value, allowed);
        };
    SecurityRule rule;
    rule.name = text.name;
    const auto priority = ParseUnsigned(text.priority);
    if (!priority)
    {
        return refuse("priority", text.priority, GetAllowedPriorities());
    }
    rule.priority = *priority;
    if (!IsSameWord(text.direction, "Inbound") && !IsSameWord(text.direction, "Outbound"))
    {
        return refuse("direction", text.direction, "Inbound or Outbound");
    }
    rule.direction =
        IsSameWord(text.direction, "Inbound") ? FlowDirection::Inbound : FlowDirection::Outbound;
    if (!IsSameWord(text.access, "Allow") && !IsSameWord(text.access, "Deny"))
    {
        return refuse("access", text.access, "Allow or Deny");
    }
    rule.access =
        IsSameWord(text.access, "Allow") ? SecurityRuleAccess::Allow : SecurityRuleAccess::Deny;
    const auto protocol =
        std::find_if(PROTOCOLS.begin(), PROTOCOLS.end(), [&](const ProtocolRow& row) {
            return IsSameWord(text.protocol, row.name);
        });
    if (protocol == PROTOCOLS.end())
    {
        return refuse("protocol", text.protocol, GetAllowedProtocols(true));
    }
    rule.protocol = protocol->protocol;
    const auto source = ReadEndpoint(
        text.name,
        Side::Source,
        {text.sourceAddressPrefixes, text.sourceApplicationSecurityGroups, text.sourcePortRanges},
        cloud);
    if (!source)
    {
        return Parsed::Refuse(source);
    }
    const auto destination = ReadEndpoint(text.name,
                                          Side::Destination,
                                          {text.destinationAddressPrefixes,
                                           text.destinationApplicationSecurityGroups,
                                           text.destinationPortRanges},
                                          cloud);
    if (!destination)
    {
        return Parsed::Refuse(destination);
    }
    rule.source = *source;
    rule.destination = *destination;
    return rule;
}

std::optional<std::string>
ValidateSecurityRule(const SecurityRule& rule, DeploymentModel model, const Profile& profile)
{
    if (!IsResourceName(rule.name))
    {
        return Refuse(rule.name, "name", rule.name, GetAllowedResourceNames());
    }
    if (rule.priority < MIN_RULE_PRIORITY || rule.priority > MAX_RULE_PRIORITY)
    {
        return Refuse(rule.name, "priority", std::to_string(rule.priority), GetAllowedPriorities());
    }
    if (!profile.selectableIcmp && !IsAlwaysSelectable(rule.protocol))
    {
        return Refuse(rule.name, "protocol", GetName(rule.protocol), GetAllowedProtocols(false));
    }
    if (auto error = ValidateEndpoint(rule, Side::Source, rule.source, profile))
    {
        return error;
    }
    if (auto error = ValidateEndpoint(rule, Side::Destination, rule.destination, profile))
    {
        return error;
    }
    if (model == DeploymentModel::ResourceManager)
    {
        return std::nullopt;
    }
    auto error = FindAugmented(rule, Side::Source, rule.source);
    return error ? error : FindAugmented(rule, Side::Destination, rule.destination);
}

const std::vector<SecurityRule>&
GetDefaultSecurityRules()
{
    constexpr auto IN = FlowDirection::Inbound;
    constexpr auto OUT = FlowDirection::Outbound;
    constexpr auto ALLOW = SecurityRuleAccess::Allow;
    constexpr auto DENY = SecurityRuleAccess::Deny;
    constexpr auto ANY = SecurityRuleProtocol::Any;
    const auto any = MakeAnywhere();
    const auto network = MakeTagged(ServiceTagName::VirtualNetwork);
    const auto prober = MakeTagged(ServiceTagName::AzureLoadBalancer);
    const auto internet = MakeTagged(ServiceTagName::Internet);
    // clang-format off
    static const std::vector<SecurityRule> RULES{
        {"AllowVNetInBound",              65000, IN,  ALLOW, ANY, network, network},  // S3-32
        {"AllowAzureLoadBalancerInBound", 65001, IN,  ALLOW, ANY, prober,  any},      // S3-33
        {"DenyAllInbound",                65500, IN,  DENY,  ANY, any,     any},      // S3-34
        {"AllowVnetOutBound",             65000, OUT, ALLOW, ANY, network, network},  // S3-35
        {"AllowInternetOutBound",         65001, OUT, ALLOW, ANY, any,     internet}, // S3-36
        {"DenyAllOutBound",               65500, OUT, DENY,  ANY, any,     any},      // S3-37
    };
    // clang-format on
    return RULES;
}

} // namespace ns3::azure
