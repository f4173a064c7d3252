// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-effective-security-rules.h"
#include "ns3/azure-guarded-interface.h"
#include "ns3/azure-ip-flow-text.h"
#include "ns3/azure-network-resources.h"
#include "ns3/azure-network-security-group-json.h"
#include "ns3/azure-option-list.h"
#include "ns3/azure-security-rule-tables.h"
#include "ns3/azure-text-fields.h"
#include "ns3/system-path.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
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

/// The file with the rules to read if no others are given.  The build says in which folder it is; a
/// relative one counts from the program's, as programs are run from anywhere.
std::string
GetOurRules()
{
    const std::filesystem::path program = SystemPath::FindSelfDirectory();
    return program / AZURE_NET_EXAMPLES / "nsg-ip-flow-verify.json";
}

/// Address space of the virtual network that the file's comment tells of: 10.0.0.0/16.
constexpr AddressPrefix OUR_VIRTUAL_NETWORK{0x0a000000, 16};

/// The application security group of our rules.
constexpr const char* OUR_APPLICATION_SECURITY_GROUP = "WebServers";

/// What the command line can change, as it is written there.
struct Texts
{
    std::string rules;
    std::string subnetGroup;
    std::string interfaceGroup;
    std::string applicationSecurityGroups;
    std::string virtualNetwork;
    std::string profile;
    std::string direction;
    std::string protocol;
    std::string local;
    std::string remote;
    std::string full;
};

/// An option of the command line.
struct Option
{
    const char* name;
    const char* help;
    const char* initial;      //!< its text if it is left out
    std::string Texts::*text; //!< where its text goes
};

// clang-format off
constexpr std::array<Option, 11> OPTIONS{{
    {"rules",
     "file of network security groups, as az network nsg list prints them or an ARM template has them; "
     "examples/nsg-ip-flow-verify.json if left out", "", &Texts::rules},
    {"subnetGroup",
     "group of the VM's subnet: its name, none, or auto for the file's first", "auto", &Texts::subnetGroup},
    {"interfaceGroup",
     "group of the VM's network interface: its name, none, or auto for the file's second, if there is one",
     "auto", &Texts::interfaceGroup},
    {"applicationSecurityGroups",
     "application security groups of the VM: names between commas, none, or auto for WebServers with our "
     "rules and none with others", "auto", &Texts::applicationSecurityGroups},
    {"virtualNetwork",
     "address space of the VM's virtual network and subnet, as a prefix", "10.0.0.0/16", &Texts::virtualNetwork},
    {"profile",
     "Azure's behavior: 2016, 2017, 2018 or 2023, with settings in brackets, or auto for 2017 with our rules "
     "and 2023 with others", "auto", &Texts::profile},
    {"direction", "of the packet, seen from the VM: inbound or outbound", "inbound", &Texts::direction},
    {"protocol", "of the packet: tcp, udp, icmp, esp or ah", "tcp", &Texts::protocol},
    {"local", "the VM's address, and for tcp and udp its port, as 10.0.1.4:443", "", &Texts::local},
    {"remote", "the other side's address and port, as for local", "", &Texts::remote},
    {"full", "print long lists of addresses and ports whole: true or false", "false", &Texts::full},
}};
// clang-format on

/// What the command line says.
struct Options
{
    Texts texts;                  //!< as it was written
    AddressPrefix virtualNetwork; //!< the address space
    Profile profile;              //!< Azure's behavior
    std::optional<IpFlow> flow;   //!< the packet to ask about, if there is one

    /// @return whether the groups are those that the file's comment tells of
    bool AreGroupsOurs() const
    {
        return texts.rules.empty() && virtualNetwork == OUR_VIRTUAL_NETWORK &&
               texts.subnetGroup == "auto" && texts.interfaceGroup == "auto" &&
               texts.applicationSecurityGroups == "auto";
    }

    /// @return the VM's address
    Ipv4Address GetAddress() const
    {
        return flow ? flow->localAddress : Ipv4Address("10.0.1.4");
    }
};

/// A packet, and what is expected of the groups of nsg-ip-flow-verify.json.
struct Question
{
    const char* direction; //!< seen from the VM
    const char* protocol;  //!< of the packet
    const char* local;     //!< address and port of the VM
    const char* remote;    //!< address and port of the other side
    const char* group;     //!< that decides
    const char* access;    //!< its decision
    const char* rule;      //!< that decides
};

// clang-format off
/// The packets asked about if none is given; the file's comment says why.
constexpr std::array<Question, 10> QUESTIONS{{
    {"inbound",  "tcp", "10.0.1.4:443",   "203.0.113.7:50000",   "web-vm",     "Allow", "securityRules/AllowHttps"},
    {"inbound",  "tcp", "10.0.1.4:80",    "203.0.113.7:50000",   "web-vm",     "Deny",  "defaultSecurityRules/DenyAllInbound"},
    {"inbound",  "tcp", "10.0.1.4:22",    "198.51.100.9:50000",  "web-vm",     "Allow", "securityRules/AllowOffice"},
    {"inbound",  "tcp", "10.0.1.4:22",    "192.0.2.17:50000",    "web-vm",     "Deny",  "defaultSecurityRules/DenyAllInbound"},
    {"inbound",  "tcp", "10.0.1.4:22",    "203.0.113.7:50000",   "web-subnet", "Deny",  "defaultSecurityRules/DenyAllInbound"},
    {"inbound",  "udp", "10.0.1.4:5000",  "10.0.2.5:50000",      "web-vm",     "Allow", "defaultSecurityRules/AllowVNetInBound"},
    {"inbound",  "tcp", "10.0.1.4:443",   "168.63.129.16:50000", "web-vm",     "Allow", "defaultSecurityRules/AllowAzureLoadBalancerInBound"},
    {"outbound", "tcp", "10.0.1.4:50000", "203.0.113.7:443",     "web-subnet", "Allow", "defaultSecurityRules/AllowInternetOutBound"},
    {"outbound", "tcp", "10.0.1.4:50000", "203.0.113.7:25",      "web-subnet", "Deny",  "securityRules/DenyMail"},
    {"outbound", "udp", "10.0.1.4:50000", "208.67.222.222:53",   "web-vm",     "Deny",  "securityRules/DenyForeignResolvers"},
}};
// clang-format on

/// Read the command line.  @return what is wrong with it, or nothing
std::optional<std::string>
ParseCommandLine(int argc, char* argv[], Options& options)
{
    OptionList list(__FILE__,
                    "Would this packet pass the network security groups, and which rule decides?\n"
                    "Without a packet: the effective rules, and answers for a table of packets.");
    auto& texts = options.texts;
    for (const auto& option : OPTIONS)
    {
        list.Add(option.name,
                 option.help,
                 option.initial,
                 [&texts, place = option.text](const std::string& text) {
                     texts.*place = text;
                     return std::nullopt;
                 });
    }
    if (const auto error = list.Parse(argc, argv))
    {
        return error;
    }
    if (texts.full != "true" && texts.full != "false")
    {
        return GetRefusal("full", texts.full, "true or false");
    }
    const auto automatic = texts.rules.empty() ? "2017" : "2023";
    const auto profile = ParseProfile(texts.profile == "auto" ? automatic : texts.profile);
    if (!profile.profile)
    {
        return profile.error;
    }
    options.profile = *profile.profile;
    const auto network = ParseAddressPrefix("virtualNetwork", texts.virtualNetwork);
    if (!network)
    {
        return network.GetError();
    }
    options.virtualNetwork = *network;
    if (!texts.local.empty() || !texts.remote.empty() || texts.direction != "inbound" ||
        texts.protocol != "tcp")
    {
        const auto flow = ParseIpFlow({texts.direction, texts.protocol, texts.local, texts.remote});
        if (!flow)
        {
            return flow.GetError();
        }
        options.flow = *flow;
    }
    if (!options.virtualNetwork.Contains(options.GetAddress().Get()))
    {
        return GetRefusal("virtualNetwork",
                          GetText(options.virtualNetwork),
                          "a prefix with the VM's address, " + GetText(options.GetAddress()));
    }
    return std::nullopt;
}

/// Make the VM's network interface, with its groups.  @return what is wrong, or nothing
std::optional<std::string>
MakeResources(const Options& options, NetworkResources& resources)
{
    const auto& texts = options.texts;
    const bool isOurs = texts.rules.empty();
    const auto groups = ReadNetworkSecurityGroupFile("rules", isOurs ? GetOurRules() : texts.rules);
    if (!groups)
    {
        return groups.GetError();
    }
    const auto automatic = isOurs ? OUR_APPLICATION_SECURITY_GROUP : "none";
    const auto& joined = texts.applicationSecurityGroups;
    return AddGuardedInterface(resources,
                               {options.GetAddress(),
                                options.virtualNetwork,
                                texts.subnetGroup,
                                texts.interfaceGroup,
                                joined == "auto" ? automatic : joined},
                               *groups);
}

/// @return the packets to ask about
std::vector<IpFlow>
GetFlows(const Options& options)
{
    if (options.flow)
    {
        return {*options.flow};
    }
    std::vector<IpFlow> flows;
    for (const auto& q : QUESTIONS)
    {
        flows.push_back(*ParseIpFlow({q.direction, q.protocol, q.local, q.remote}));
    }
    return flows;
}

/// @return whether the answer is the expected one
bool
IsExpected(const Question& question, const IpFlowVerification& answer, const Profile& profile)
{
    const bool isProbe = question.remote == std::string("168.63.129.16:50000");
    const auto* rule = isProbe && profile.hostInVirtualNetworkTag
                           ? "defaultSecurityRules/AllowVNetInBound"
                           : question.rule;
    return GetName(answer.access) == std::string(question.access) &&
           answer.group == question.group && answer.rule == rule;
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
        const auto answer = VerifyIpFlow(resources, GUARDED_INTERFACE, flow);
        if (!answer)
        {
            return Fail(answer.GetError());
        }
        answers.emplace_back(flow, *answer);
    }
    if (!options.flow)
    {
        PrintEffectiveSecurityRules(std::cout,
                                    *GetEffectiveSecurityRules(resources, GUARDED_INTERFACE),
                                    options.texts.full == "true");
        std::cout << '\n';
    }
    PrintIpFlowVerifications(std::cout, answers);
    if (options.flow || !options.AreGroupsOurs())
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
