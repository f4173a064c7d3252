// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FABRIC_HELPER_H
#define AZURE_FABRIC_HELPER_H

#include "ns3/azure-address-prefix.h"
#include "ns3/azure-equal-cost-routing.h"
#include "ns3/azure-fabric-port.h"
#include "ns3/azure-host-dhcp-server.h"
#include "ns3/azure-prefix-routing.h"
#include "ns3/azure-route-announcer.h"
#include "ns3/csma-helper.h"
#include "ns3/dhcp-client.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv4-interface-address.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/point-to-point-helper.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::azure
{

/// How hosts, muxes and the SLB manager are connected to the fabric router.
enum class FabricLink : uint8_t
{
    PointToPoint, //!< a link each
    Csma,         //!< one segment for all, with ARP
};

/// Where a device has been connected, and with which address.
struct FabricAttachment
{
    Ptr<NetDevice> device; //!< of the node that was connected
    FabricAddress address; //!< for it
};

/// A VM that has been connected to its host, and gets its address by DHCP.
struct DhcpVmAttachment
{
    Ptr<NetDevice> device;  //!< the host's end of the link
    Ptr<DhcpClient> client; //!< on the VM; its random variable has no stream yet
};

/**
 * @ingroup azure-helper
 * @brief Builds the physical network: fabric router, edge router, and the Internet behind it.
 *
 * @verbatim
   hosts, muxes, NAT gateways, SLB manager --- fabric router --- edge router --- servers, resolver
   @endverbatim
 *
 * Addresses are our choice: 10.128.0.0/16 in the fabric, 198.18.0.0/16 for what load balancers, VMs
 * and NAT gateways own, 198.19.0.0/16 for servers (RFC 2544), 208.67.222.222 for
 * resolver1.opendns.com.  So are rates, delays and queues: links carry 100 Gbps, fabric links take
 * 10 us; the Internet's take 10 ms, or what SetInternetDelay() says; queues hold 65,536 packets, so
 * that a burst of as many flows as an address has ports is not lost in a queue.  Fabric links carry
 * 1,600 bytes, so that a full 1,500-byte packet fits with its outer headers.
 *
 * The edge router (EdgeRouting) drops what comes from the Internet with a source in 10.128.0.0/16
 * or 198.18.0.0/16 (RFC 2827, BCP 38), and tunnels from there to 10.128.0.0/16 and to
 * MUX_ANYCAST_ADDRESS.
 *
 * Both routers find routes at the same cost however many neighbors they have (PrefixRouting), and
 * take IPv4 packets from their links past the node's list of protocol handlers
 * (FabricPort::ReceiveDirectly()).
 */
class FabricHelper
{
  public:
    /// Servers one node can carry: the addresses of a /24 without network, router and broadcast.
    static constexpr uint32_t ADDRESSES_PER_SERVER = 253;

    /// Most server addresses: those of 198.19.0.0/16.
    static constexpr uint32_t MAX_SERVER_ADDRESSES = 255 * ADDRESSES_PER_SERVER;

    /**
     * @brief Address of every mux at once, 198.18.255.254, a number in host byte order; our choice.
     *
     * Hosts send packets for the frontends of internal load balancers to it.  It lies in
     * 198.18.0.0/16 and is led to the muxes with that, but belongs to no load balancer.
     */
    static constexpr uint32_t MUX_ANYCAST_ADDRESS = 0xc612fffe;

    FabricHelper();

    /// @param link how nodes are connected to the fabric router; PointToPoint if not set
    void SetLink(FabricLink link);

    /// @return how nodes are connected to the fabric router
    FabricLink GetLink() const
    {
        return m_link;
    }

    /// @brief Set the one-way delay of the links from the edge router to Internet nodes that are
    /// attached later; not negative.
    void SetInternetDelay(Time delay);

    /// @brief Install this queue disc on the fabric devices of hosts, muxes and the SLB manager.
    /// @param typeId name of a queue disc's TypeId, as `ns3::FqCoDelQueueDisc`; another name ends
    /// the program with a line
    void SetQueueDisc(const std::string& typeId);

    /**
     * @brief Have devices of all links tell queue discs when their queues are full.
     *
     * Needed by queue discs that you install yourself, as on a VM; SetQueueDisc() does it for the
     * fabric links.  If not set, the links do without: it makes each packet's hop dearer.
     */
    void EnableFlowControl();

    /// @brief Make the routers, once.  Call after SetLink(), SetQueueDisc() and
    /// EnableFlowControl(), which end the program with a line otherwise, and before the functions
    /// below.
    void Create();

    /// @brief Connect a node with an IPv4 stack to the fabric router.
    /// @return its device, without address, and the address to give it
    FabricAttachment Attach(Ptr<Node> node);

    /// @brief Connect a node as Attach() does, and give its stack the address.
    /// @return the address
    Ipv4Address AttachWithAddress(Ptr<Node> node);

    /// @brief Lead 198.18.0.0/16 to a node that has been attached.
    void RoutePublicAddressesTo(const FabricAttachment& mux);

    /**
     * @brief Let muxes share 198.18.0.0/16: the fabric router spreads flows over those of them that
     * announce it (EqualCostRouting, RouteListener).
     *
     * At time zero all muxes have announced GetPublicPrefixes() already, as in a deployment long
     * before.  From then on each must announce them again before its hold time is over, to the
     * gateway of its attachment (RouteAnnouncer).  Packets that no mux takes are dropped at the
     * router.
     *
     * To be called at most once.
     *
     * @param muxes nodes that have been attached, at least one
     * @param holdTime of the announcements that were made before time zero (Ananta 3.3.4)
     */
    void SharePublicAddressesAmong(const std::vector<FabricAttachment>& muxes,
                                   Time holdTime = RouteAnnouncerOptions().holdTime);

    /**
     * @brief Lead public addresses of a NAT gateway to it, past the muxes.
     *
     * By static routes, which last (our choice).  They are longer than the muxes' prefix, so that
     * it does not matter whether this is called before or after the functions above.
     *
     * @param gateway a node that has been attached
     * @param addresses of the gateway, in 198.18.0.0/16: the edge router drops what comes from the
     * Internet with such a source.  GetNatGatewayPrefix() is kept free for them
     */
    void RouteToNatGateway(const FabricAttachment& gateway,
                           const std::vector<Ipv4Address>& addresses);

    /// @return where NAT gateways have their public addresses in scenarios: 198.18.48.0/20
    static AddressPrefix GetNatGatewayPrefix();

    /// @return what muxes announce: 198.18.0.0/16
    static std::vector<AddressPrefix> GetPublicPrefixes();

    /// @return where Attach() takes addresses from: 10.128.0.0/16
    static Ipv4InterfaceAddress GetFabricNetwork();

    /// @return what spreads flows over muxes; null before SharePublicAddressesAmong()
    Ptr<EqualCostRouting> GetEqualCostRouting() const
    {
        return m_equalCostRouting;
    }

    /// @brief Connect a server with an IPv4 stack to the edge router.
    /// @param node the server
    /// @param addresses how many it shall have, 1 to ADDRESSES_PER_SERVER
    /// @return its addresses
    std::vector<Ipv4Address> AttachServer(Ptr<Node> node, uint32_t addresses);

    /// @brief Connect the DNS resolver to the edge router.
    /// @return its address, GetResolverAddress()
    Ipv4Address AttachResolver(Ptr<Node> node);

    /// @return address that the DNS resolver has once there is one, 208.67.222.222
    static Ipv4Address GetResolverAddress();

    /// @brief Connect a VM to its host by a point-to-point link.
    /// @param vm with an IPv4 stack; gets the address, and a default route
    /// @param host the other end
    /// @param address of the VM, in 10.0.0.0/9
    /// @return the host's end
    Ptr<NetDevice> AttachVm(Ptr<Node> vm, Ptr<Node> host, Ipv4Address address);

    /**
     * @brief Connect a VM to its host as AttachVm() does, but let it ask for its address by DHCP.
     *
     * There is one server on the link, so the client takes its first offer without delay.  It
     * renews for ever: end the simulation with Simulator::Stop(), or set the client's stop time.
     *
     * @param vm with an IPv4 stack; gets an interface without address, and a DhcpClient
     * @param server of the host; learns the lease
     * @param address that the VM shall get, in 10.0.0.0/9
     */
    DhcpVmAttachment AttachVmByDhcp(Ptr<Node> vm, Ptr<HostDhcpServer> server, Ipv4Address address);

    /// @return what the VM of an address is told by DHCP: what AttachVm() gives it
    static DhcpLease MakeLease(Ipv4Address address);

    /**
     * @brief Fix the streams of the segment's backoffs; point-to-point links draw no numbers.
     *
     * Call it after all nodes are attached.  Those of queue discs are not fixed: ns-3 has no
     * function for it that all of them have.
     *
     * @param stream the first
     * @return how many were used, one for each device on the segment
     */
    int64_t AssignStreams(int64_t stream) const;

    /// @return the router between hosts and edge
    Ptr<Node> GetFabricRouter() const
    {
        return m_fabricRouter;
    }

    /// @return the router between fabric and Internet
    Ptr<Node> GetEdgeRouter() const
    {
        return m_edgeRouter;
    }

    /// @brief Install ns-3's IPv4 stack with static routing; ARP requests are sent without jitter.
    static void InstallStack(Ptr<Node> node);

  private:
    /// A public address of a NAT gateway.
    struct GatewayRoute
    {
        Ipv4Address address; //!< the public one
        Ipv4Address gateway; //!< where it leads
    };

    /// End the program if Create() has been called.
    void RequireNotCreated(const char* function) const;

    /// @return the routing of a router of this helper
    static Ptr<PrefixRouting> GetRouting(Ptr<Node> router);

    /// Connect a node to the edge router and give both ends addresses of one /24.
    std::vector<Ipv4Address> AttachToEdge(Ptr<Node> node,
                                          uint32_t network,
                                          uint32_t first,
                                          uint32_t addresses);

    FabricLink m_link{FabricLink::PointToPoint}; //!< how nodes are connected
    std::string m_queueDisc;                     //!< TypeId name; empty for none
    bool m_hasFlowControl{false};                //!< of all links
    PointToPointHelper m_fabricLink;             //!< makes links in the fabric
    PointToPointHelper m_internetLink;           //!< makes links to servers
    PointToPointHelper m_vmLink;                 //!< makes links to VMs
    CsmaHelper m_segment;                        //!< makes devices on the segment
    Ptr<Channel> m_channel;                      //!< the segment, if there is one
    Ptr<Node> m_fabricRouter;                    //!< between hosts and edge
    Ptr<Node> m_edgeRouter;                      //!< between fabric and Internet
    Ptr<EqualCostRouting> m_equalCostRouting;    //!< of the fabric router, if muxes share
    std::vector<GatewayRoute> m_gatewayRoutes;   //!< of the fabric router
    uint32_t m_attached{0};                      //!< nodes attached to the fabric router
    uint32_t m_servers{0};                       //!< servers attached to the edge router
};

} // namespace ns3::azure

#endif // AZURE_FABRIC_HELPER_H
