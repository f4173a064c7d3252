// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-attribute-reference.h"

#include "azure-restructured-text.h"

#include "ns3/abort.h"

#include <algorithm>
#include <set>

namespace ns3::azure
{

namespace
{

constexpr const char* HEAD =
    R"(.. Copyright (c) 2026 The azure-net authors
.. SPDX-License-Identifier: GPL-2.0-only
.. This file is what azure-reference --format=attributes prints: documentation.rst tells how.

Attributes and trace sources
============================

What each class can be told, and what it tells, from what a user installs to what a scenario brings
with it.  Attributes and trace sources of ns-3's own base classes, as ``StartTime`` and ``StopTime``
of applications, are not repeated here.

An attribute has the type of the value that sets it: one of type Time takes a ``TimeValue``.  Text
does for all of them:

.. code-block:: cpp

   // what a helper will make; one object; all objects from now on
   traffic.SetAttribute("Rate", StringValue("20"));
   scenario.GetVm(0)->GetApplication(0)->SetAttribute("Flows", StringValue("100"));
   Config::SetDefault("ns3::azure::SlbManager::MemberSelection", StringValue("Maglev"));

A value that is not allowed ends the program; what is allowed stands in the meaning.  A random
variable is set as text too, as in ``ns3::ExponentialRandomVariable[Mean=0.01]``; where one has the
default *uniform in [0, 1)*, only such a variable makes sense.

A trace source calls functions of the signature that is named beside it:

.. code-block:: cpp

   struct Listener
   {
       static void Dropped(const DropRecord& drop, Ptr<const Packet> packet)
       {
           std::cout << Simulator::Now().As(Time::S) << " " << GetName(drop.reason) << "\n";
       }
   };

   Config::ConnectWithoutContext("/NodeList/*/ApplicationList/*/$ns3::azure::HostAgent/Drop",
                                 MakeCallback(&Listener::Dropped));

``TraceRecorder`` connects by itself to what it writes down.

)";

/// A class with attributes or trace sources, and what to know of it besides them.
struct ClassText
{
    const char* name;    //!< without the namespace
    const char* meaning; //!< what it is
    const char* note;    //!< what is no attribute, but asked for here; or empty
};

/// Classes that belong together.
struct Part
{
    const char* heading;
    std::vector<ClassText> classes;
};

// clang-format off
/// The document's order: what users install comes first.
const std::vector<Part> PARTS{
    {"Traffic", {
        {"TrafficGenerator", "a client on a VM, or on the Internet: it opens flows, sends a request on each and waits for the response.", "With TCP a RST that answers a SYN counts as no answer, since ns-3 ignores it: a refused connection fails with ``timeout``, after ConnectTimeout if ConnectAttempts is 1."},
        {"TrafficServer", "a server on the Internet, or on a VM: it answers requests with as many bytes as they ask for.", ""},
        {"SynFlood", "an attacker: it sends SYNs from addresses that are not its own, and hears nothing.", ""},
        {"HealthProbeResponder", "what answers health probes on a VM, well or badly.", ""},
        {"MyIpDnsClient", "asks a DNS server by which address it is seen.", ""},
        {"MyIpDnsServer", "a DNS server on the Internet that answers with the address of whoever asks.", ""},
    }},
    {"Hosts", {
        {"HostAgent", "the virtual switch of a host: it stands between the host's VMs and the physical network.", ""},
        {"HealthProber", "asks a host's own VMs whether they are well.", "``OutboundScenarioHelper::SetHealthProberAttribute()`` sets these on all hosts; ``OutboundScenarioHelper::SetMuxAttribute()`` and ``OutboundScenarioHelper::SetSlbManagerAttribute()`` do so for muxes and the manager. What the scenario sets itself, the manager's address and its Profile for example, is refused, and so are unknown names."},
        {"HostResolver", "the DNS resolver that VMs find at 168.63.129.16.", "Nothing is cached, and only UDP is spoken."},
        {"HostDhcpServer", "the DHCP server that VMs find at 168.63.129.16.", "ns-3's DhcpClient, which VMs run, renews for ever: end the simulation with ``Simulator::Stop()``. No DNS server is named to it: it discards messages with options that it does not know."},
    }},
    {"Load balancers and gateways", {
        {"LoadBalancerMux", "sends what comes to public or internal frontends on to hosts.", "What a mux announces, how often and for how long is no attribute: ``RouteAnnouncerOptions``, the last argument of ``LoadBalancerMux::SetRoutes()``."},
        {"NatGatewayNode", "a NAT gateway.", ""},
        {"EqualCostRouting", "routes of a router by which packets go to one of several muxes.", ""},
        {"RouteListener", "hears on a router what muxes announce, and tells its routes.", ""},
    }},
    {"Control plane", {
        {"SlbManager", "tells hosts, muxes and NAT gateways what to do, and gives SNAT ports.", ""},
        {"VirtualNetworkManager", "tells hosts of virtual networks, and of who is where in them.", ""},
        {"ControlApplication", "no application by itself: what managers, muxes, hosts and health probers have in common, which send messages that have to be acknowledged.", ""},
    }},
};
// clang-format on

constexpr const char* NAMESPACE = "ns3::azure::";

/// @return a name without the namespace
std::string
GetShortName(const std::string& name)
{
    const std::string prefix = NAMESPACE;
    return name.rfind(prefix, 0) == 0 ? name.substr(prefix.size()) : name;
}

bool
HasText(TypeId type)
{
    return type.GetAttributeN() > 0 || type.GetTraceSourceN() > 0;
}

/// @return the kind of value that sets it: "Uinteger" of "ns3::UintegerValue"
std::string
GetValueName(const TypeId::AttributeInformation& attribute)
{
    auto name = attribute.checker->GetValueTypeName();
    const auto colons = name.rfind("::");
    name = colons == std::string::npos ? name : name.substr(colons + 2);
    return name.substr(0, name.rfind("Value"));
}

std::string
GetAttributesTable(TypeId type)
{
    std::vector<TextCells> rows{{"attribute", "type", "default", "meaning"}};
    for (std::size_t i = 0; i < type.GetAttributeN(); ++i)
    {
        const auto attribute = type.GetAttribute(i);
        rows.push_back({TextLiteral(attribute.name),
                        GetValueName(attribute),
                        GetDefaultText(attribute),
                        EscapeText(attribute.help)});
    }
    return rows.size() == 1 ? "" : TextTable(rows);
}

std::string
GetTraceSourcesTable(TypeId type)
{
    std::vector<TextCells> rows{{"trace source", "signature", "when it fires"}};
    for (std::size_t i = 0; i < type.GetTraceSourceN(); ++i)
    {
        const auto source = type.GetTraceSource(i);
        rows.push_back({TextLiteral(source.name),
                        TextLiteral(GetShortName(source.callback)),
                        EscapeText(source.help)});
    }
    return rows.size() == 1 ? "" : TextTable(rows);
}

/// @return the section about a class
std::string
GetClassText(const ClassText& text, TypeId type)
{
    auto section = TextHeading(text.name, '~') +
                   TextParagraph(TextLiteral(type.GetName()) + ": " + text.meaning);
    const auto parent = type.GetParent();
    if (GetShortName(parent.GetName()) != parent.GetName() && HasText(parent))
    {
        section += TextParagraph("The attributes and trace sources of " +
                                 TextLink(GetShortName(parent.GetName())) + " are its own too.");
    }
    section += GetAttributesTable(type) + GetTraceSourcesTable(type);
    return section + (*text.note == '\0' ? "" : TextParagraph(text.note));
}

/// @return the section about all other classes
std::string
GetOthersText(const std::set<std::string>& names)
{
    std::string list;
    for (const auto& name : names)
    {
        list += (list.empty() ? "" : ", ") + TextLiteral(name);
    }
    return TextHeading("Classes without any", '-') +
           TextParagraph("ns-3 knows these too, by name: " + list + ".");
}

} // namespace

std::vector<TypeId>
GetRegisteredClasses()
{
    std::vector<TypeId> classes;
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        const auto type = TypeId::GetRegistered(i);
        const auto name = GetShortName(type.GetName());
        if (name != type.GetName() && name.find(':') == std::string::npos)
        {
            classes.push_back(type);
        }
    }
    std::sort(classes.begin(), classes.end(), [](TypeId a, TypeId b) {
        return a.GetName() < b.GetName();
    });
    return classes;
}

std::string
GetAttributeReference()
{
    std::set<std::string> rest;
    for (const auto& type : GetRegisteredClasses())
    {
        rest.insert(GetShortName(type.GetName()));
    }
    std::string text = HEAD;
    for (const auto& part : PARTS)
    {
        text += TextHeading(part.heading, '-');
        for (const auto& entry : part.classes)
        {
            NS_ABORT_MSG_IF(rest.erase(entry.name) == 0, "there is no class " << entry.name);
            text += GetClassText(entry, TypeId::LookupByName(NAMESPACE + std::string(entry.name)));
        }
    }
    for (const auto& name : rest)
    {
        NS_ABORT_MSG_IF(HasText(TypeId::LookupByName(NAMESPACE + name)),
                        name << " has attributes or trace sources, and is in no part");
    }
    return text + GetOthersText(rest);
}

} // namespace ns3::azure
