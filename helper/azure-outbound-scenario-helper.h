// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_OUTBOUND_SCENARIO_HELPER_H
#define AZURE_OUTBOUND_SCENARIO_HELPER_H

#include "azure-fabric-helper.h"
#include "azure-host-services-helper.h"
#include "azure-trace-topology.h"
#include "azure-vm-placement.h"
#include "azure-vm-stack.h"

#include "ns3/azure-deployment.h"
#include "ns3/azure-host-agent.h"
#include "ns3/azure-load-balancer-mux.h"
#include "ns3/azure-nat-gateway-node.h"
#include "ns3/azure-network-resources.h"
#include "ns3/azure-slb-manager.h"
#include "ns3/azure-virtual-network-manager.h"
#include "ns3/node-container.h"
#include "ns3/object-factory.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ns3::azure
{

class FlowStatistics;
class ScenarioCapture;
class TraceRecorder;

/// The three ways of getting outbound connectivity (S0-03).
enum class OutboundScenario : uint8_t
{
    Standalone,   //!< no load balancer, no own address: default SNAT (S0-04)
    LoadBalanced, //!< in a backend pool: SNAT by the load balancer's frontends (S0-05)
    PublicIp,     //!< an instance-level public IP each: no SNAT (S0-06)
};

/// @return "standalone", "load-balanced" or "public-ip"
const char* GetName(OutboundScenario scenario);

/// @return the scenario of that name; nothing for any other text
std::optional<OutboundScenario> FindOutboundScenario(const std::string& name);

/**
 * @ingroup azure-helper
 * @brief Assembles one of the three outbound scenarios, from VMs to servers.
 *
 * @code
 *   OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
 *   scenario.SetProfile("2018");
 *   scenario.SetVms(2);
 *   scenario.Create();
 *   scenario.GetVm(0)->AddApplication(...);    // any ns-3 application
 *   scenario.GetServers().Get(0)->AddApplication(...);
 *   Simulator::Stop(Minutes(10));
 *   Simulator::Run();
 * @endcode
 *
 * The Set and Add functions come before Create(), the Get functions and Connect() after.  VMs are
 * numbered from 0, their network interfaces from 1: the interface of VM 0 is network interface 1 in
 * traces and in Change().  The first VM has address 10.0.0.4, the first frontend 198.18.0.1, the
 * first platform address 198.18.16.1, the first instance-level public IP 198.18.32.1, the first
 * instance of a service the first address of its tag.
 *
 * All VMs are in the subnet "default" of the virtual network "vnet-0", without network security
 * group, unless told otherwise:
 *
 * @code
 *   scenario.AddNetworkSecurityGroup("no-internet", {rule}); // a SecurityRuleText
 *   scenario.AttachToSubnet("no-internet");
 *   scenario.Create();
 *   Simulator::Schedule(Seconds(10), [&] {
 *       scenario.Change([](auto& all) { return all.RemoveSecurityRule("no-internet", "deny"); });
 *   });
 * @endcode
 *
 * Create() ends the program with a line that names the field, the value and what is allowed, if a
 * setting is wrong; Validate() returns that line instead.  The text of a profile and the settings
 * of GetFabric() are checked when they are set.  So are the order of calls and the numbers of VMs
 * and services: a function at the wrong side of Create(), or a number that nobody has, ends the
 * program with a line.
 */
class OutboundScenarioHelper
{
  public:
    /// Name of the public load balancer.
    static constexpr const char* LOAD_BALANCER = "load-balancer-0";
    /// Name of its pool.
    static constexpr const char* BACKEND_POOL = "backend-pool-0";

    /// @param scenario what every VM is set up for
    explicit OutboundScenarioHelper(OutboundScenario scenario);

    /// @brief Choose Azure's behavior. @param text see SlbManager's attribute Profile
    void SetProfile(const std::string& text);

    /// @brief Choose Azure's behavior.
    void SetProfile(const Profile& profile);

    /// @param vms how many VMs; in the load-balanced scenario all are members of the pool, whose
    ///        load balancer is a Standard one, with rules for TCP and UDP, above a Basic one's 300
    void SetVms(uint32_t vms);

    /// @param vms how many VMs share a host, at least 1; 20 if not set (our choice)
    void SetVmsPerHost(uint32_t vms);

    /**
     * @brief Choose what protocols the VMs have.
     *
     * A VM with VmStack::Compact takes less memory and time (InstallCompactStack()).  It can have
     * generators and servers with Transport=Compact; what opens a socket on it ends the program
     * with a line, as do SetDhcp() and this together.  Hosts, servers on the Internet and those of
     * AddService() have sockets, whatever the VMs have.
     *
     * @param stack of every VM; VmStack::Internet if not set
     */
    void SetVmStack(VmStack stack);

    /// @return what SetVmStack() has set
    VmStack GetVmStack() const
    {
        return m_vmStack;
    }

    /// @param frontends how many the load balancer has, 1 to 600; 1 if not set; with linking rules
    ///        200, or 150 above 300 VMs, since 300 rules at most lead to one interface
    void SetFrontends(uint32_t frontends);

    /// @param isThere whether a rule links each frontend with the pool; true if not set
    void SetLinkingRule(bool isThere);

    /// @brief Give one VM an instance-level public IP, in any scenario.
    void AddInstanceLevelPublicIp(uint32_t vm);

    /// @brief Give the VMs a load balancer too: the pool membership of the load-balanced scenario.
    void AddLoadBalancer();

    /// Changes a load balancer; what it does may depend on its argument only, as Validate() tries
    /// it.
    using LoadBalancerChange = std::function<void(LoadBalancer&)>;

    /**
     * @brief Change the public load balancer of the load-balanced scenario, or of
     * AddLoadBalancer(): its SKU, probes, rules, pools.
     *
     * It is called LOAD_BALANCER and has the frontends "frontend-0", ..., the pool BACKEND_POOL of
     * all VMs, and for each frontend a rule without probe, "rule-0", ..., from TCP port 80 to
     * backend port 80, 81, ...  It is a Basic one; beyond a Basic one's limits, 300 members and 200
     * frontends (sources.rst B.9: LBL-2410), a Standard one with rules for UDP as well.
     *
     * It keeps its name and stays public.  Addresses of frontends are 198.18.0.1 to 198.18.15.255,
     * which lead to the muxes and are nobody else's.
     *
     * @code
     *   scenario.ChangeLoadBalancer([](LoadBalancer& all) {
     *       HealthProbe probe;
     *       probe.name = "alive";
     *       all.probes.push_back(probe);
     *       all.loadBalancingRules.front().probe = probe.name;
     *   });
     * @endcode
     *
     * A deployment with probes has events for ever, so that the simulation needs a
     * Simulator::Stop().
     */
    void ChangeLoadBalancer(const LoadBalancerChange& change);

    /**
     * @brief Add an internal load balancer.
     * @param loadBalancer whose frontends have addresses of the subnet, or Ipv4Address() or 0.0.0.0
     *        for the highest ones that are free; its virtualNetwork is set here
     * @param virtualNetwork name of the virtual network it is in
     * @param subnet name of the subnet its frontends are in
     */
    void AddInternalLoadBalancer(
        const LoadBalancer& loadBalancer,
        const std::string& virtualNetwork = VmPlacementPlan::DEFAULT_NETWORK,
        const std::string& subnet = VmPlacementPlan::DEFAULT_SUBNET);

    /**
     * @brief Put a VM into an availability set: its standalone VMs share the platform address of
     * the first of them, and count as one pool (sources.rst B.1: OB-1803).
     * @param vm which
     * @param name of the set, not empty
     */
    void SetAvailabilitySet(uint32_t vm, const std::string& name);

    /// Names of a virtual network and of a subnet in it.
    using SubnetName = std::pair<std::string, std::string>;

    /**
     * @brief Give subnets a NAT gateway, which goes before every other way to the Internet
     * (sources.rst B.6, B.3: NG-2202).
     * @param name unique
     * @param publicAddresses how many it has, 1 to 16: from 198.18.48.1 on, 16 for each gateway
     * @param subnets of one virtual network, each with VMs
     * @param idleTimeoutInMinutes of TCP flows, 4 to 120
     */
    void AddNatGateway(const std::string& name,
                       uint32_t publicAddresses = 1,
                       const std::vector<SubnetName>& subnets = {{VmPlacementPlan::DEFAULT_NETWORK,
                                                                  VmPlacementPlan::DEFAULT_SUBNET}},
                       uint32_t idleTimeoutInMinutes = 4);

    /// @brief Choose timers and port choice of NAT gateways; the bundle nat-gateway if not set.
    /// @param text as for SetProfile()
    void SetNatGatewayProfile(const std::string& text);

    /// @brief Set an attribute of every host agent, as MaxWaitingPackets; not those of managers,
    ///        which the scenario sets.
    void SetHostAgentAttribute(const std::string& name, const AttributeValue& value);

    /// @param sku of the VMs' instance-level public IPs; Basic if not set
    void SetPublicIpSku(LoadBalancerSku sku);

    /**
     * @param muxes how many share the public addresses, 1 to MAX_MUXES; 1 if not set.  Several are
     *        reached by flow-hashed routes that they keep alive, so that the simulation needs a
     *        Simulator::Stop().
     */
    void SetMuxes(uint32_t muxes);

    /// @brief Set an attribute of every mux, as TrustedFlowQuota; not ManagerAddress,
    ///        AnycastAddress, HostNetwork and HostMask, which the scenario sets.
    void SetMuxAttribute(const std::string& name, const AttributeValue& value);

    /// @brief Set an attribute of the SLB manager, as MemberSelection; not its Profile, which is
    ///        SetProfile()'s.
    void SetSlbManagerAttribute(const std::string& name, const AttributeValue& value);

    /// @brief Have a policy of one's own say how many SNAT ports VMs get, with the profile's range
    ///        size and timers. @param factory see SlbManager::SetAllocationPolicy()
    void SetAllocationPolicy(SlbManager::AllocationPolicyFactory factory);

    /// @brief Set an attribute of every host's health prober, as PhaseVariable; not ManagerAddress,
    ///        which the scenario sets.
    void SetHealthProberAttribute(const std::string& name, const AttributeValue& value);

    /// @param addresses how many addresses the servers have together, at least 1
    void SetServerAddresses(uint32_t addresses);

    /**
     * @brief Cut the pool by hosts over processes that simulate together; see azure-ranks.h.
     *
     * Rank 0 has fabric, muxes, NAT gateways, managers and servers, the others have the hosts and
     * their VMs, in ranges.  What is created here is the same on every rank, with the same numbers
     * and addresses, but VMs of other ranks are bare nodes, and what belongs to other ranks' nodes
     * is there to be asked for its settings: it never runs, so it counts nothing.  Functions of
     * this class do only what this rank has to; other code asks IsLocal() before it gives a node an
     * application, or changes what runs on it.
     *
     * @param ranks GetRankCount(); 1 if not set.  Above 1 the fabric's links are PointToPoint
     */
    void SetRanks(uint32_t ranks);

    /// @param isInPlace whether hosts and muxes are programmed before time zero, as they are if not
    ///        set; otherwise the SLB manager's messages do it from time zero on
    void SetProgrammedBefore(bool isInPlace);

    /// @brief Add a virtual network, or replace the one of that name; see VmPlacementPlan.
    void AddVirtualNetwork(const VirtualNetwork& network);

    /// @brief Put a VM into a subnet.
    void PlaceVm(uint32_t vm, const std::string& virtualNetwork, const std::string& subnet);

    /// @brief Add a server of an Azure service, on a host of its own, for subnets to have endpoints
    ///        of (S3-44); everybody else reaches it over the Internet.
    /// @param service one of the tags that subnets can have endpoints of, as Storage.EastUS;
    /// several
    ///        servers may have the same
    /// @return its number, from 0
    uint32_t AddService(const ServiceTag& service);

    /// @param subscription says whether port 25 is open; an Enterprise Agreement if not set
    void SetSubscription(const Subscription& subscription);

    /// @param cloud says whether service tags have regional forms; the public one if not set
    void SetCloud(AzureCloud cloud);

    /**
     * @brief Have VMs ask their hosts for their addresses by DHCP, from time zero on (S3-50).
     *
     * Until the answer comes they have no address, and what they send at time zero is lost (a
     * TrafficGenerator ends the program with a line): start their applications a second later. They
     * renew the addresses for ever, so that the simulation needs a Simulator::Stop().  Servers of
     * AddService() have their addresses from the beginning.
     *
     * @param isUsed false if not set: VMs have their addresses from the beginning
     */
    void SetDhcp(bool isUsed);

    /// Changes virtual networks, security groups and what belongs to them; as the functions of
    /// NetworkResources, returns nothing or what was wrong.  What it does may depend on its
    /// argument only: Create() calls it, but so does each Validate() before, to try it.
    using ResourceChange = std::function<NetworkResources::Error(NetworkResources&)>;

    /**
     * @brief Change virtual networks, security groups and what belongs to them.
     *
     * Before Create(), the changes are kept and carried out in it, in order; afterwards the virtual
     * network manager carries them out at once and tells the hosts.  Ends the program with the
     * error's text, if there is one.
     *
     * At any time: rules, groups and where they are attached, application security groups and their
     * members, peerings, default routes, service endpoints.  Not AddNetworkInterface() and
     * AddServiceInstance(), as there would be no node: SetVms() and AddService() make both; nor
     * AddInternalFrontend(), as no mux would know: AddInternalLoadBalancer() adds frontends.  A
     * virtual network that is added can become a peer, but VMs are placed by AddVirtualNetwork()
     * and PlaceVm() of this class only.
     */
    void Change(const ResourceChange& change);

    /// @brief Add a network security group with rules; see Change().
    void AddNetworkSecurityGroup(const std::string& name,
                                 const std::vector<SecurityRuleText>& rules);

    /// @brief Attach a network security group to a subnet; see Change().
    void AttachToSubnet(const std::string& group,
                        const std::string& virtualNetwork = VmPlacementPlan::DEFAULT_NETWORK,
                        const std::string& subnet = VmPlacementPlan::DEFAULT_SUBNET);

    /// @brief Attach a network security group to a VM's network interface; see Change().
    void AttachToNetworkInterface(const std::string& group, uint32_t vm);

    /// @return the physical network, to set it up further before Create()
    FabricHelper& GetFabric()
    {
        return m_fabric;
    }

    /// @param link how hosts, mux and SLB manager are connected to the fabric router
    void SetFabricLink(FabricLink link);

    /// @return the first error of the configuration, or nothing
    std::optional<std::string> Validate() const;

    /// @brief Make all nodes; once.
    void Create();

    /// @return how many VMs there are
    uint32_t GetVmCount() const
    {
        return m_vmCount;
    }

    /// @return the VM, 0 to the number of VMs - 1
    Ptr<Node> GetVm(uint32_t vm) const;

    /// @return number of the VM's network interface in traces and in Change()
    static uint32_t GetNetworkInterface(uint32_t vm)
    {
        return vm + 1;
    }

    /// @return private address of the VM
    Ipv4Address GetPrivateAddress(uint32_t vm) const;

    /// @return node of the host that carries the VM
    Ptr<Node> GetHost(uint32_t vm) const;

    /// @return the services of the host that carries the VM
    const HostServices& GetHostServices(uint32_t vm) const;

    /// @return node of the server of an Azure service
    Ptr<Node> GetService(uint32_t service) const;

    /// @return public address of the server of an Azure service
    Ipv4Address GetServiceAddress(uint32_t service) const;

    /// @return the server nodes
    const NodeContainer& GetServers() const;

    /// @return addresses of the servers, dealt to them in turn
    const std::vector<Ipv4Address>& GetServerAddresses() const;

    /// @return the node to install the DNS resolver on
    Ptr<Node> GetResolver() const;

    /// @return address of the DNS resolver
    Ipv4Address GetResolverAddress() const;

    /// @return the hosts' agents
    const std::vector<Ptr<HostAgent>>& GetHostAgents() const;

    /// @return a mux, 0 to the number of muxes - 1
    Ptr<LoadBalancerMux> GetMux(uint32_t mux = 0) const;

    /// @return a NAT gateway, by its name; ends the program if there is none of that name
    Ptr<NatGatewayNode> GetNatGateway(const std::string& name) const;

    /// @return all muxes
    const std::vector<Ptr<LoadBalancerMux>>& GetMuxes() const;

    /// @return address of a frontend; ends the program if there is none of that name
    Ipv4Address GetFrontendAddress(const std::string& frontend = "frontend-0",
                                   const std::string& loadBalancer = LOAD_BALANCER) const;

    /// @return the control plane of SNAT and load balancing
    Ptr<SlbManager> GetSlbManager() const;

    /// @return the control plane of virtual networks and security groups
    Ptr<VirtualNetworkManager> GetVirtualNetworkManager() const;

    /// @return all nodes, with the names that they have in a trace database
    std::vector<NodeFact> GetNodeFacts() const;

    /// @brief Write the packets on this scenario's links.  @param capture of no other scenario
    void Connect(ScenarioCapture& capture) const;

    /// @brief Record everything this scenario reports.
    /// @param recorder which records no other scenario; another one may write to the same file
    void Connect(TraceRecorder& recorder) const;

    /// @brief Count everything this scenario reports.
    void Connect(FlowStatistics& statistics) const;

    /// @brief Fix the streams of all random variables but those of queue discs
    /// (FabricHelper::AssignStreams()). @return how many were used
    int64_t AssignStreams(int64_t stream) const;

    /// @return the first law that a host agent or the mux finds broken; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

  private:
    /// End the program if Create() has been called.
    void RequireNotCreated(const char* function) const;
    /// End the program unless Create() has been called.
    void RequireCreated(const char* function) const;
    /// End the program unless Create() has been called and there is this VM. @return the VM
    uint32_t RequireVm(const char* function, uint32_t vm) const;
    /// End the program unless Create() has been called and there is this service. @return it
    uint32_t RequireService(const char* function, uint32_t service) const;

    /// @return the first error that Set and Add functions leave; changes are not tried
    std::optional<std::string> ValidateSettings() const;
    /// @return nothing; or the error that a change has added an interface without node, or an
    ///         internal frontend without load balancer
    NetworkResources::Error CheckAdditions(const NetworkResources& resources) const;
    /// @return public address of a service, once AddService() has been called
    Ipv4Address MakeServiceAddress(uint32_t service) const;
    /// An internal load balancer and where its frontends are.
    struct InternalLoadBalancer
    {
        LoadBalancer loadBalancer;  //!< as the user has described it
        std::string virtualNetwork; //!< name
        std::string subnet;         //!< name
    };

    /// A NAT gateway and where it is used.
    struct NatGatewayPlan
    {
        std::string name;                 //!< unique
        uint32_t publicAddresses{1};      //!< how many
        std::vector<SubnetName> subnets;  //!< whose VMs use it
        uint32_t idleTimeoutInMinutes{4}; //!< of TCP flows
    };

    /// What the managers will be told.
    struct Plan
    {
        NetworkResources resources; //!< the virtual network manager
        Deployment deployment;      //!< the SLB manager
    };

    /// @return what the managers will be told, or what is wrong with it
    /// @param hosts addresses of the hosts
    std::variant<Plan, std::string> MakePlan(const std::vector<Ipv4Address>& hosts) const;
    /// @return network interfaces and public load balancer
    Deployment MakeDeployment(const std::vector<Ipv4Address>& hosts) const;
    /// @return virtual networks and what is in them, before any change
    std::variant<NetworkResources, std::string> MakeResources(
        const std::vector<Ipv4Address>& hosts) const;
    /// @return the public load balancer, with its changes
    LoadBalancer MakeLoadBalancer() const;
    /// @return nothing; or what a change has done to it that cannot be here
    static NetworkResources::Error CheckPublic(const LoadBalancer& loadBalancer);
    /// Put an internal load balancer's frontends into its subnet. @return what was wrong, if so
    static NetworkResources::Error AddFrontends(Plan& plan, const InternalLoadBalancer& internal);
    /// @return number of a service's network interface in traces
    uint32_t GetServiceInterface(uint32_t service) const
    {
        return GetNetworkInterface(m_vmCount + service);
    }
    /// @return hosts of VMs, and of services
    uint32_t CountHosts() const;
    /// Make hosts. @return their addresses in the physical network
    std::vector<Ipv4Address> CreateHosts();
    /// Make VMs.
    void CreateVms();
    /// Make servers of Azure services.
    void CreateServices();
    /// Do what has to be done for a VM that another rank simulates.
    void SkipVm();
    /// Connect a VM to its host, which will tell it its address. @return the host's end
    Ptr<NetDevice> AttachVmByDhcp(Ptr<Node> vm, uint32_t host, Ipv4Address address);
    /// Make the muxes.
    void CreateMuxes();
    /// @return the first error of availability sets and NAT gateways
    std::optional<std::string> ValidateSnatSettings() const;
    /// @return name of a VM's availability set; empty if it is in none
    std::string FindAvailabilitySet(uint32_t vm) const;
    /// @return the platform address of a VM: that of its availability set, if it is in one
    Ipv4Address GetPlatformAddress(uint32_t vm) const;
    /// @return NAT gateways, without the addresses of their nodes
    std::vector<NatGateway> MakeNatGateways() const;
    /// Make the nodes of NAT gateways. @param deployment in which they get their addresses
    void CreateNatGateways(Deployment& deployment);
    /// Make the managers.
    void CreateManagers(const Plan& plan);
    /// Make servers and resolver.
    void CreateInternet();
    /// Have what this rank's applications report recorded.
    void ConnectApplications(TraceRecorder& recorder) const;
    /// Do at time zero what the managers' messages would do.
    void Program();

    OutboundScenario m_scenario;                           //!< what every VM is set up for
    Profile m_profile;                                     //!< Azure's behavior
    uint32_t m_vmCount{1};                                 //!< VMs
    uint32_t m_rankCount{1};                               //!< processes that simulate together
    uint32_t m_vmsPerHost{20};                             //!< VMs that share a host
    VmStack m_vmStack{VmStack::Internet};                  //!< of the VMs
    uint32_t m_frontendCount{1};                           //!< frontends of the load balancer
    bool m_hasLinkingRule{true};                           //!< rules link frontends and pool
    bool m_hasLoadBalancer;                                //!< the VMs are in a pool
    std::vector<LoadBalancerChange> m_loadBalancerChanges; //!< of the public one
    std::vector<InternalLoadBalancer> m_internal;          //!< internal load balancers
    std::set<uint32_t> m_withPublicIp;                     //!< VMs with an instance-level public IP
    LoadBalancerSku m_publicIpSku{LoadBalancerSku::Basic}; //!< of those
    uint32_t m_muxCount{1};                                //!< muxes
    ObjectFactory m_muxFactory;                            //!< makes muxes
    ObjectFactory m_managerFactory;                        //!< makes the SLB manager
    SlbManager::AllocationPolicyFactory m_makePolicy;      //!< of its policy; none: the profile's
    HostServicesHelper m_hostServicesHelper;               //!< installs what hosts are to VMs
    uint32_t m_serverAddressCount{1};                      //!< server addresses
    bool m_isProgrammedBefore{true};                       //!< before time zero
    VmPlacementPlan m_plan;                                //!< where VMs go
    std::vector<ServiceTag> m_serviceTags;                 //!< of the servers of Azure services
    Subscription m_subscription;                           //!< says whether port 25 is open
    AzureCloud m_cloud{AzureCloud::Public};                //!< says which tags there are
    bool m_hasDhcp{false};                                 //!< VMs get their addresses by DHCP
    std::vector<ResourceChange> m_changes;                 //!< to be carried out by Create()
    std::set<uint32_t> m_withGroup;                        //!< VMs named by those changes
    bool m_isCreated{false};                               //!< Create() has been called
    FabricHelper m_fabric;                                 //!< physical network
    std::vector<VmPlacement> m_placements;                 //!< of the VMs
    NodeContainer m_services;                              //!< servers of Azure services
    NodeContainer m_vms;                                   //!< VMs
    NodeContainer m_hosts;                                 //!< hosts
    NodeContainer m_servers;                               //!< servers
    Ptr<Node> m_resolver;                                  //!< DNS resolver
    std::vector<Ipv4Address> m_serverAddresses;            //!< of the servers
    Ipv4Address m_resolverAddress;                         //!< of the DNS resolver
    std::vector<Ptr<HostAgent>> m_hostAgents;              //!< one a host
    std::vector<HostServices> m_hostServices;              //!< by host
    std::vector<Ptr<DhcpClient>> m_dhcpClients;            //!< by VM, if they use DHCP
    std::map<Ipv4Address, std::size_t> m_hostOfAddress;    //!< index, by provider address
    std::vector<Ptr<LoadBalancerMux>> m_muxes;             //!< data plane
    std::vector<Ipv4Address> m_muxAddresses;               //!< of the muxes, in their order
    std::map<uint32_t, std::string> m_availabilitySets;    //!< by VM
    std::vector<NatGatewayPlan> m_natGatewayPlans;         //!< NAT gateways to be
    Profile m_natGatewayProfile;                           //!< of all of them
    ObjectFactory m_hostAgentFactory;                      //!< makes host agents
    std::map<std::string, Ptr<NatGatewayNode>> m_natGateways; //!< by name
    Ptr<SlbManager> m_manager;                                //!< control plane of SNAT
    Ptr<VirtualNetworkManager> m_networkManager;              //!< control plane of virtual networks
};

} // namespace ns3::azure

#endif // AZURE_OUTBOUND_SCENARIO_HELPER_H
