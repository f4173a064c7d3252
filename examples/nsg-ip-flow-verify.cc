// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-effective-security-rules.h"
#include "ns3/azure-network-resources.h"
#include "ns3/azure-network-security-group-json.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-parse.h"
#include "ns3/azure-security-rule-tables.h"
#include "ns3/azure-text-fields.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// clang-format off
/**
 * @file
 * @brief Would this packet pass the network security groups, and which rule decides?
 *
 * @verbatim
   Internet ----- web-subnet ----- web-vm ----- VM 10.0.1.4, one of WebServers
                  (group of        (group of
                  its subnet)      its interface)
   @endverbatim
 *
 * The program answers as Azure's "effective security rules" and "IP flow verify" do (S3-09, S3-10),
 * for rules in the form that "az network nsg show" or "list" prints.  Both groups of
 * nsg-ip-flow-verify.json have to let a packet pass; inbound the subnet's is asked first (S3-05), and
 * outbound the interface's (S3-08).  What none of their own rules is for, their default rules decide:
 *
 * @verbatim
   $ ./azure-net run nsg-ip-flow-verify
   priority  access  protocol              source     destination   ports

   Subnet web-subnet, inbound
   100        Allow       Tcp            Internet               *  80,443
     securityRules/AllowWeb
   110        Allow       Tcp  198.51.100.0/24...               *      22
     securityRules/AllowAdministrators
   65000      Allow         *      VirtualNetwork  VirtualNetwork       *
     defaultSecurityRules/AllowVNetInBound
   ...

   NetworkInterface web-vm, inbound
   100        Allow       Tcp            Internet      WebServers     443
     securityRules/AllowHttps
   ...

   packet    protocol           local               remote  access       group
   inbound        tcp    10.0.1.4:443    203.0.113.7:50000   Allow      web-vm
     securityRules/AllowHttps
   inbound        tcp     10.0.1.4:80    203.0.113.7:50000    Deny      web-vm
     defaultSecurityRules/DenyAllInbound
   inbound        tcp     10.0.1.4:22   198.51.100.9:50000   Allow      web-vm
     securityRules/AllowOffice
   inbound        tcp     10.0.1.4:22     192.0.2.17:50000    Deny      web-vm
     defaultSecurityRules/DenyAllInbound
   inbound        tcp     10.0.1.4:22    203.0.113.7:50000    Deny  web-subnet
     defaultSecurityRules/DenyAllInbound
   inbound        udp   10.0.1.4:5000       10.0.2.5:50000   Allow      web-vm
     defaultSecurityRules/AllowVNetInBound
   inbound        tcp    10.0.1.4:443  168.63.129.16:50000   Allow      web-vm
     defaultSecurityRules/AllowAzureLoadBalancerInBound
   outbound       tcp  10.0.1.4:50000      203.0.113.7:443   Allow  web-subnet
     defaultSecurityRules/AllowInternetOutBound
   outbound       tcp  10.0.1.4:50000       203.0.113.7:25    Deny  web-subnet
     securityRules/DenyMail
   outbound       udp  10.0.1.4:50000    208.67.222.222:53    Deny      web-vm
     securityRules/DenyForeignResolvers
   ok
   @endverbatim
 *
 * A packet is allowed by the last group that is asked, and denied by the first that denies it:
 * - HTTPS passes both groups; web-vm was the last one asked.
 * - HTTP passes web-subnet, but web-vm has no rule for it other than DenyAllInbound (S3-06).
 * - SSH from the office, 198.51.100.0/24, passes both; from 192.0.2.17 web-subnet only, and from
 *   elsewhere none: web-vm is not asked.
 * - Within the virtual network everything passes by default, and so do health probes: in the
 *   profile 2023 by the rule of the virtual network, whose tag has the host's address (B.9).
 * - Outbound, HTTPS passes both groups, and web-subnet is the last one asked; it denies mail.  web-vm
 *   denies DNS servers on the Internet, and web-subnet is not asked.
 *
 * With a packet (--local, --remote) there is one answer:
 *
 * @verbatim
   $ ./azure-net run nsg-ip-flow-verify --local=10.0.1.4:80 --remote=203.0.113.7:50000
   packet   protocol        local             remote  access   group
   inbound       tcp  10.0.1.4:80  203.0.113.7:50000    Deny  web-vm
     defaultSecurityRules/DenyAllInbound
   @endverbatim
 *
 * The last line printed is "ok" when the answers for the packets of the first table, asked of the
 * groups above, are the ones told here; otherwise the exit status is 1.
 *
 * Facts: S3-05, S3-06, S3-08, S3-09, S3-10
 */
// clang-format on

using namespace ns3;
using namespace ns3::azure;

namespace
{

/// Rules to read if no others are given; the build says where, as programs are run from anywhere.
constexpr const char* OUR_RULES = AZURE_NET_EXAMPLES "/nsg-ip-flow-verify.json";

/// Address space of the virtual network that the file's comment tells of: 10.0.0.0/16.
constexpr AddressPrefix OUR_VIRTUAL_NETWORK{0x0a000000, 16};

/// The application security group of OUR_RULES.
constexpr const char* OUR_APPLICATION_SECURITY_GROUP = "WebServers";

/// Number of the VM's network interface.
constexpr uint32_t INTERFACE = 1;

/// An address, and the port at it.
struct Endpoint
{
    Ipv4Address address; //!< of a VM or a server
    uint16_t port{0};    //!< 0 without ports
};

/// What the command line can change.
struct Options
{
    std::string rules;                               //!< file of the groups; ours if empty
    std::string subnetGroup;                         //!< its name, "auto" or "none"
    std::string interfaceGroup;                      //!< its name, "auto" or "none"
    std::string applicationSecurityGroups;           //!< names, "auto" or "none"
    AddressPrefix virtualNetwork;                    //!< its address space
    Profile profile;                                 //!< Azure's behavior
    FlowDirection direction{FlowDirection::Inbound}; //!< of the packet
    IpProtocol protocol{IpProtocol::Tcp};            //!< of the packet
    std::optional<Endpoint> local;                   //!< the VM, if there is a packet
    std::optional<Endpoint> remote;                  //!< the other side, if there is a packet
    bool full{false};                                //!< whether long lists are printed whole

    /// @return whether the groups are those that the file's comment tells of
    bool AreGroupsOurs() const
    {
        return rules.empty() && virtualNetwork == OUR_VIRTUAL_NETWORK && subnetGroup == "auto" &&
               interfaceGroup == "auto" && applicationSecurityGroups == "auto";
    }

    /// @return the VM's address
    Ipv4Address GetAddress() const
    {
        return local ? local->address : Ipv4Address("10.0.1.4");
    }
};

/// A packet, and what is expected of the groups of nsg-ip-flow-verify.json.
struct Question
{
    FlowDirection direction;   //!< seen from the VM
    IpProtocol protocol;       //!< of the packet
    uint16_t localPort;        //!< the VM's
    const char* remoteAddress; //!< of the other side
    uint16_t remotePort;       //!< of the other side
    const char* group;         //!< that decides
    SecurityRuleAccess access; //!< its decision
    const char* rule;          //!< that decides
};

// clang-format off
constexpr auto IN = FlowDirection::Inbound;
constexpr auto OUT = FlowDirection::Outbound;
constexpr auto TCP = IpProtocol::Tcp;
constexpr auto UDP = IpProtocol::Udp;
constexpr auto ALLOW = SecurityRuleAccess::Allow;
constexpr auto DENY = SecurityRuleAccess::Deny;

/// The packets asked about if none is given; the file's comment says why.
constexpr std::array<Question, 10> QUESTIONS{{
    // packet                                 group         access rule
    {IN,  TCP, 443,   "203.0.113.7",   50000, "web-vm",     ALLOW, "securityRules/AllowHttps"},
    {IN,  TCP, 80,    "203.0.113.7",   50000, "web-vm",     DENY,  "defaultSecurityRules/DenyAllInbound"},
    {IN,  TCP, 22,    "198.51.100.9",  50000, "web-vm",     ALLOW, "securityRules/AllowOffice"},
    {IN,  TCP, 22,    "192.0.2.17",    50000, "web-vm",     DENY,  "defaultSecurityRules/DenyAllInbound"},
    {IN,  TCP, 22,    "203.0.113.7",   50000, "web-subnet", DENY,  "defaultSecurityRules/DenyAllInbound"},
    {IN,  UDP, 5000,  "10.0.2.5",      50000, "web-vm",     ALLOW, "defaultSecurityRules/AllowVNetInBound"},
    {IN,  TCP, 443,   "168.63.129.16", 50000, "web-vm",     ALLOW, "defaultSecurityRules/AllowAzureLoadBalancerInBound"},
    {OUT, TCP, 50000, "203.0.113.7",   443,   "web-subnet", ALLOW, "defaultSecurityRules/AllowInternetOutBound"},
    {OUT, TCP, 50000, "203.0.113.7",   25,    "web-subnet", DENY,  "securityRules/DenyMail"},
    {OUT, UDP, 50000, "208.67.222.222", 53,   "web-vm",     DENY,  "securityRules/DenyForeignResolvers"},
}};
// clang-format on

/// @return the direction; "inbound" and "outbound" are allowed
Parsed<FlowDirection>
ParseDirection(const std::string& field, const std::string& text)
{
    for (const auto direction : {FlowDirection::Inbound, FlowDirection::Outbound})
    {
        if (text == GetName(direction))
        {
            return direction;
        }
    }
    return Parsed<FlowDirection>::Refuse(field, text, "inbound or outbound");
}

/// @return the protocol
Parsed<IpProtocol>
ParseProtocol(const std::string& field, const std::string& text)
{
    for (const auto protocol :
         {IpProtocol::Tcp, IpProtocol::Udp, IpProtocol::Icmp, IpProtocol::Esp, IpProtocol::Ah})
    {
        if (text == GetName(protocol))
        {
            return protocol;
        }
    }
    return Parsed<IpProtocol>::Refuse(field, text, "tcp, udp, icmp, esp or ah");
}

/// @return the address and the port; nothing for an empty text
Parsed<std::optional<Endpoint>>
ParseEndpoint(const std::string& field, const std::string& text)
{
    if (text.empty())
    {
        return std::optional<Endpoint>{};
    }
    const auto colon = text.find(':');
    const auto address = ParseIpv4Address(text.substr(0, colon));
    const auto port = colon == std::string::npos ? std::optional<uint32_t>{0}
                                                 : ParseUnsigned(text.substr(colon + 1));
    if (!address || !port || *port > 65535 || (*port == 0 && colon != std::string::npos))
    {
        return Parsed<std::optional<Endpoint>>::Refuse(
            field,
            text,
            "an address, and a port of 1 to 65535, as 10.0.1.4:443");
    }
    return std::make_optional(Endpoint{*address, static_cast<uint16_t>(*port)});
}

/// @return whether it is "true" or "false"
Parsed<bool>
ParseBool(const std::string& field, const std::string& text)
{
    if (text != "true" && text != "false")
    {
        return Parsed<bool>::Refuse(field, text, "true or false");
    }
    return text == "true";
}

/// @return any text
Parsed<std::string>
ParseText(const std::string& /* field */, const std::string& text)
{
    return text;
}

/// Read the command line.  @return what is wrong with it, or nothing
std::optional<std::string>
ParseCommandLine(int argc, char* argv[], Options& options)
{
    OptionList list(__FILE__,
                    "Would this packet pass the network security groups, and which rule decides?\n"
                    "Without a packet: the effective rules, and answers for a table of packets.");
    list.AddParsed("rules",
                   "file of network security groups, as az network nsg list prints them; examples/"
                   "nsg-ip-flow-verify.json if left out",
                   "",
                   ParseText,
                   options.rules);
    list.AddParsed("subnetGroup",
                   "group of the VM's subnet: its name, none, or auto for the file's first",
                   "auto",
                   ParseText,
                   options.subnetGroup);
    list.AddParsed("interfaceGroup",
                   "group of the VM's network interface: its name, none, or auto for the file's "
                   "second, if there is one",
                   "auto",
                   ParseText,
                   options.interfaceGroup);
    list.AddParsed("applicationSecurityGroups",
                   "application security groups of the VM: names between commas, none, or auto for "
                   "WebServers with our rules and none with others",
                   "auto",
                   ParseText,
                   options.applicationSecurityGroups);
    list.AddParsed("virtualNetwork",
                   "address space of the VM's virtual network and subnet, as a prefix",
                   "10.0.0.0/16",
                   ParseAddressPrefix,
                   options.virtualNetwork);
    list.Add("profile",
             "Azure's behavior: 2016, 2017, 2018 or 2023, with settings in brackets",
             "2017",
             [&options](const std::string& text) {
                 const auto parsed = ParseProfile(text);
                 options.profile = parsed.profile.value_or(Profile{});
                 return parsed.profile ? std::nullopt : std::make_optional(parsed.error);
             });
    list.AddParsed("direction",
                   "of the packet, seen from the VM: inbound or outbound",
                   "inbound",
                   ParseDirection,
                   options.direction);
    list.AddParsed("protocol",
                   "of the packet: tcp, udp, icmp, esp or ah",
                   "tcp",
                   ParseProtocol,
                   options.protocol);
    list.AddParsed("local",
                   "the VM's address, and for tcp and udp its port, as 10.0.1.4:443",
                   "",
                   ParseEndpoint,
                   options.local);
    list.AddParsed("remote",
                   "the other side's address and port, as for local",
                   "",
                   ParseEndpoint,
                   options.remote);
    list.AddParsed("full",
                   "print long lists of addresses and ports whole: true or false",
                   "false",
                   ParseBool,
                   options.full);
    if (const auto error = list.Parse(argc, argv))
    {
        return error;
    }
    const auto refuse = [](const char* field, const std::string& text, const std::string& allowed) {
        return Parsed<bool>::Refuse(field, text, allowed).GetError();
    };
    const bool isPacket = options.local || options.remote ||
                          options.direction != FlowDirection::Inbound ||
                          options.protocol != IpProtocol::Tcp;
    if (isPacket && !(options.local && options.remote))
    {
        return refuse(options.local ? "remote" : "local", "", "both ends of the packet");
    }
    const bool hasPorts =
        options.protocol == IpProtocol::Tcp || options.protocol == IpProtocol::Udp;
    for (const auto& [field, end] :
         {std::make_pair("local", options.local), std::make_pair("remote", options.remote)})
    {
        if (end && (end->port != 0) != hasPorts)
        {
            return refuse(field,
                          GetText(end->address) + (hasPorts ? "" : ":" + std::to_string(end->port)),
                          hasPorts ? "a port too"
                                   : "an address without port, which the protocol does not have");
        }
    }
    if (!options.virtualNetwork.Contains(options.GetAddress().Get()))
    {
        return refuse("virtualNetwork",
                      GetText(options.virtualNetwork),
                      "a prefix with the VM's address, " + GetText(options.GetAddress()));
    }
    return std::nullopt;
}

/**
 * @brief Find the group that an option names.
 * @param option its name
 * @param text its value
 * @param groups of the file
 * @param automatic which of them "auto" stands for, if it is there
 * @return its name, empty for none
 */
Parsed<std::string>
FindGroup(const std::string& option,
          const std::string& text,
          const std::vector<NetworkSecurityGroupText>& groups,
          std::size_t automatic)
{
    if (text == "auto")
    {
        return automatic < groups.size() ? groups[automatic].name : "";
    }
    std::vector<std::string> allowed{"auto", "none"};
    for (const auto& group : groups)
    {
        allowed.push_back(group.name);
    }
    if (std::count(allowed.begin(), allowed.end(), text) == 0)
    {
        return Parsed<std::string>::Refuse(option, text, JoinAlternatives(allowed));
    }
    return text == "none" ? "" : text;
}

/// Put the VM into its application security groups.  @return what is wrong, or nothing
std::optional<std::string>
JoinGroups(NetworkResources& resources, const Options& options)
{
    auto names = options.applicationSecurityGroups;
    if (names == "auto")
    {
        names = options.rules.empty() ? OUR_APPLICATION_SECURITY_GROUP : "none";
    }
    if (names == "none")
    {
        return std::nullopt;
    }
    for (const auto& name : SplitFields(names, ','))
    {
        if (const auto error = resources.Join(name, INTERFACE))
        {
            return "applicationSecurityGroups: " + *error;
        }
    }
    return std::nullopt;
}

/// Make the VM's network interface, with its groups.  @return what is wrong, or nothing
std::optional<std::string>
MakeResources(const Options& options, NetworkResources& resources)
{
    const auto groups =
        ReadNetworkSecurityGroupFile("rules", options.rules.empty() ? OUR_RULES : options.rules);
    if (!groups)
    {
        return groups.GetError();
    }
    const auto subnetGroup = FindGroup("subnetGroup", options.subnetGroup, *groups, 0);
    const auto interfaceGroup = FindGroup("interfaceGroup", options.interfaceGroup, *groups, 1);
    if (!subnetGroup || !interfaceGroup)
    {
        return subnetGroup ? interfaceGroup.GetError() : subnetGroup.GetError();
    }
    const VirtualNetwork network{"network",
                                 {options.virtualNetwork},
                                 {{"subnet", options.virtualNetwork, {}, std::nullopt}},
                                 {}};
    auto error = AddNetworkSecurityGroups(resources, *groups);
    error = error ? error : resources.AddVirtualNetwork(network);
    error = error ? error
                  : resources.AddNetworkInterface({INTERFACE,
                                                   network.name,
                                                   network.subnets.front().name,
                                                   options.GetAddress(),
                                                   Ipv4Address("192.168.0.1")});
    error = error ? error : JoinGroups(resources, options);
    if (!error && !subnetGroup->empty())
    {
        error = resources.AttachToSubnet(*subnetGroup, network.name, network.subnets.front().name);
    }
    if (!error && !interfaceGroup->empty())
    {
        error = resources.AttachToNetworkInterface(*interfaceGroup, INTERFACE);
    }
    return error;
}

/// @return the packets to ask about
std::vector<IpFlow>
GetFlows(const Options& options)
{
    if (options.local)
    {
        return {{options.direction,
                 options.protocol,
                 options.local->address,
                 options.local->port,
                 options.remote->address,
                 options.remote->port}};
    }
    std::vector<IpFlow> flows;
    for (const auto& question : QUESTIONS)
    {
        flows.push_back({question.direction,
                         question.protocol,
                         options.GetAddress(),
                         question.localPort,
                         Ipv4Address(question.remoteAddress),
                         question.remotePort});
    }
    return flows;
}

/// @return whether the answer is the expected one
bool
IsExpected(const Question& question, const IpFlowVerification& answer, const Profile& profile)
{
    const bool isProbe = question.remoteAddress == std::string("168.63.129.16");
    const auto* rule = isProbe && profile.hostInVirtualNetworkTag
                           ? "defaultSecurityRules/AllowVNetInBound"
                           : question.rule;
    return answer.access == question.access && answer.group == question.group &&
           answer.rule == rule;
}

/// Tell on standard error what is wrong.  @return the exit status
int
Fail(const std::string& what)
{
    std::cerr << "nsg-ip-flow-verify: " << what << std::endl;
    return 1;
}

} // namespace

int
main(int argc, char* argv[])
{
    Options options;
    if (const auto error = ParseCommandLine(argc, argv, options))
    {
        return Fail(*error);
    }
    NetworkResources resources(options.profile);
    if (const auto error = MakeResources(options, resources))
    {
        return Fail(*error);
    }
    std::vector<std::pair<IpFlow, IpFlowVerification>> answers;
    for (const auto& flow : GetFlows(options))
    {
        const auto answer = VerifyIpFlow(resources, INTERFACE, flow);
        if (!answer)
        {
            return Fail(answer.GetError());
        }
        answers.emplace_back(flow, *answer);
    }
    if (!options.local)
    {
        PrintEffectiveSecurityRules(std::cout,
                                    GetEffectiveSecurityRules(resources, INTERFACE),
                                    options.full);
        std::cout << '\n';
    }
    PrintIpFlowVerifications(std::cout, answers);
    if (options.local || !options.AreGroupsOurs())
    {
        return 0;
    }
    for (std::size_t i = 0; i < answers.size(); ++i)
    {
        if (!IsExpected(QUESTIONS[i], answers[i].second, options.profile))
        {
            std::cout << "mismatch in answer " << i + 1 << std::endl;
            return 1;
        }
    }
    std::cout << "ok" << std::endl;
    return 0;
}
