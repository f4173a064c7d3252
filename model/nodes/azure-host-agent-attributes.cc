// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-host-agent.h"
#include "azure-slb-control-socket.h"

#include "ns3/ipv4-address.h"
#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

/**
 * @file
 * @brief The attributes and trace sources of HostAgent.
 */
namespace ns3::azure
{

NS_OBJECT_ENSURE_REGISTERED(HostAgent);

TypeId
HostAgent::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::azure::HostAgent")
            .SetParent<ControlApplication>()
            .SetGroupName("AzureNet")
            .AddConstructor<HostAgent>()
            .AddAttribute("ControlPort",
                          "UDP port the SLB manager's messages come to (1 to 65535).",
                          UintegerValue(SLB_CONTROL_PORT),
                          MakeUintegerAccessor(&HostAgent::m_controlPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute(
                "ManagerAddress",
                "Provider address of the SLB manager, the only one whose messages are heeded; "
                "0.0.0.0: all that come from the physical network.",
                Ipv4AddressValue(Ipv4Address::GetAny()),
                MakeIpv4AddressAccessor(&HostAgent::m_managerAddress),
                MakeIpv4AddressChecker())
            .AddAttribute("VirtualNetworkControlPort",
                          "UDP port the virtual network manager's messages come to (1 to 65535).",
                          UintegerValue(VIRTUAL_NETWORK_CONTROL_PORT),
                          MakeUintegerAccessor(&HostAgent::m_virtualNetworkControlPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("VirtualNetworkManagerAddress",
                          "Provider address of the virtual network manager, the only one whose "
                          "messages are heeded; "
                          "0.0.0.0: all that come from the physical network.",
                          Ipv4AddressValue(Ipv4Address::GetAny()),
                          MakeIpv4AddressAccessor(&HostAgent::m_virtualNetworkManagerAddress),
                          MakeIpv4AddressChecker())
            .AddAttribute("FrontendVariable",
                          "Draws, uniformly in [0, 1), which frontend a flow tries first where "
                          "the profile selects frontends at random.",
                          StringValue("ns3::UniformRandomVariable[Min=0|Max=1]"),
                          MakePointerAccessor(&HostAgent::m_frontendVariable),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("MaxWaitingPackets",
                          "How many packets of a network interface may wait for SNAT ports; any "
                          "other is dropped (at least 1; the default is our choice).",
                          UintegerValue(65536),
                          MakeUintegerAccessor(&HostAgent::m_maxWaitingPackets),
                          MakeUintegerChecker<uint32_t>(1))
            .AddTraceSource("FlowCreated",
                            "A flow was accepted, or was refused, denied or made to wait for the "
                            "first time; before SnatPort and SnatExhausted of the same packet.",
                            MakeTraceSourceAccessor(&HostAgent::m_flowCreatedTrace),
                            "ns3::azure::HostAgent::FlowCallback")
            .AddTraceSource("FlowEnded",
                            "A flow has left the table; once for each FlowCreated, unless the "
                            "simulation ends first; after SnatPort.",
                            MakeTraceSourceAccessor(&HostAgent::m_flowEndedTrace),
                            "ns3::azure::HostAgent::FlowCallback")
            .AddTraceSource("SnatPort",
                            "A flow's SNAT port was acquired, began to cool down, was reopened or "
                            "released; once for each such stage.",
                            MakeTraceSourceAccessor(&HostAgent::m_snatPortTrace),
                            "ns3::azure::HostAgent::SnatPortCallback")
            .AddTraceSource("SnatExhausted",
                            "An outbound packet found no free SNAT port; once for each packet, "
                            "before its Drop.",
                            MakeTraceSourceAccessor(&HostAgent::m_snatExhaustedTrace),
                            "ns3::azure::HostAgent::SnatExhaustedCallback")
            .AddTraceSource("SnatAllocation",
                            "A network interface was given SNAT ports, or they were taken away; "
                            "once for each range, after FlowEnded of the flows that held one.",
                            MakeTraceSourceAccessor(&HostAgent::m_snatAllocationTrace),
                            "ns3::azure::HostAgent::SnatAllocationCallback")
            .AddTraceSource("SnatRequest",
                            "A request for SNAT ports is over: it was answered, or its flow has "
                            "ended; after SnatAllocation of the same answer.",
                            MakeTraceSourceAccessor(&HostAgent::m_snatRequestTrace),
                            "ns3::azure::HostAgent::SnatRequestCallback")
            .AddTraceSource("TcpReset",
                            "A TCP connection was idle for too long, and both ends get a RST; "
                            "after FlowEnded, before the RSTs are sent.",
                            MakeTraceSourceAccessor(&HostAgent::m_tcpResetTrace),
                            "ns3::azure::HostAgent::TcpResetCallback")
            .AddTraceSource("SecurityGroupDecision",
                            "A network security group was asked about a packet whose flow has no "
                            "record; once for each group asked.",
                            MakeTraceSourceAccessor(&HostAgent::m_securityGroupDecisionTrace),
                            "ns3::azure::HostAgent::SecurityGroupDecisionCallback")
            .AddTraceSource("Drop",
                            "A packet was dropped; once for each.",
                            MakeTraceSourceAccessor(&HostAgent::m_dropTrace),
                            "ns3::azure::HostAgent::DropCallback");
    return tid;
}

} // namespace ns3::azure
