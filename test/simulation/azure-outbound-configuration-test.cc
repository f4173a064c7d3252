// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-outbound-world.h"
#include "azure-test-profiles.h"

#include "ns3/csma-helper.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/uinteger.h"

#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

/**
 * @file
 * @brief Configurations that are not sound end the program with a line that says why.
 */
namespace ns3::azure
{

namespace
{

/// One row: a wrong setting, and what is said of it.
struct WrongCase
{
    const char* name;                                  // test name
    std::function<void(OutboundScenarioHelper&)> make; // the setting
    std::string error;                                 // expected, whole
};

void
PrintTo(const WrongCase& c, std::ostream* os)
{
    *os << c.error;
}

constexpr auto STORAGE = ServiceTagName::Storage;

/// What AddService() takes.
const std::string SERVICES =
    "a service: AzureTrafficManager, Storage, Sql, AzureCosmosDB or AzureKeyVault";

/// What is said of a network interface that the scenario does not have.
const std::string ADDED_INTERFACE = "network interface: '2' is not allowed; give one of the "
                                    "scenario's, 1 to 1, which SetVms and AddService make";

/// Add a network interface that no node has.
void
AddInterface(OutboundScenarioHelper& scenario)
{
    scenario.Change([](auto& all) {
        return all.AddNetworkInterface(
            {2, "vnet-0", "default", Ipv4Address("10.0.0.9"), Ipv4Address("10.128.0.2")});
    });
}

/// Add an instance of a service that no node is.
void
AddInstance(OutboundScenarioHelper& scenario)
{
    scenario.Change([](auto& all) {
        return all.AddServiceInstance(
            {2, {STORAGE, ""}, Ipv4Address("198.18.128.1"), Ipv4Address("10.128.0.2")});
    });
}

/// @return what gives the public load balancer's frontend an address
std::function<void(OutboundScenarioHelper&)>
FrontendAt(Ipv4Address address)
{
    return [address](OutboundScenarioHelper& scenario) {
        scenario.ChangeLoadBalancer(
            [address](LoadBalancer& all) { all.frontends.front().address = address; });
    };
}

/// @return what is said of the address of that frontend
std::string
Elsewhere(const std::string& address)
{
    return "load balancer load-balancer-0, frontend frontend-0, address: '" + address +
           "' is not allowed; give 198.18.0.1 to 198.18.15.255";
}

/// @return an internal load balancer of VM 0
LoadBalancer
MakeInternal(const std::string& name)
{
    LoadBalancer loadBalancer;
    loadBalancer.name = name;
    loadBalancer.frontends = {{"inside", Ipv4Address()}};
    loadBalancer.backendPools = {{"pool", {{OutboundScenarioHelper::GetNetworkInterface(0)}}}};
    return loadBalancer;
}

/// Put VM 0 into the pool once more.
void
AddMemberAgain(OutboundScenarioHelper& scenario)
{
    scenario.ChangeLoadBalancer([](LoadBalancer& all) {
        auto& members = all.backendPools.front().members;
        members.push_back(members.front());
    });
}

/// Add an internal frontend that no load balancer has.
void
AddFrontend(OutboundScenarioHelper& scenario)
{
    scenario.Change([](auto& all) {
        return all.AddInternalFrontend({"mine",
                                        "front",
                                        "vnet-0",
                                        "default",
                                        Ipv4Address("10.0.0.9"),
                                        Ipv4Address("10.128.0.2")});
    });
}

/// What is said of it.
const std::string ADDED_FRONTEND = "load balancer mine, frontend: 'front' is not allowed; give one "
                                   "of a load balancer of AddInternalLoadBalancer";

/// What names are allowed.
const std::string NAMES = "1 to 80 letters, digits, underscores, periods or hyphens, beginning "
                          "with a letter or digit and not ending in a period or hyphen";

// clang-format off
const WrongCase WRONG_CASES[] = {
    {"NoVm",             [](auto& s) { s.SetVms(0); },                     "vms: '0' is not allowed; give 1 to 1000"},
    {"TooManyVms",       [](auto& s) { s.SetVms(1001); },                  "vms: '1001' is not allowed; give 1 to 1000"},
    {"NoVmPerHost",      [](auto& s) { s.SetVmsPerHost(0); },              "vmsPerHost: '0' is not allowed; give 1 to 1000"},
    {"DhcpWithoutSockets", [](auto& s) { s.SetVmStack(VmStack::Compact); s.SetDhcp(true); },
                         "vmStack: 'compact' is not allowed; give internet, as DHCP clients use sockets"},
    {"NoFrontend",       [](auto& s) { s.SetFrontends(0); },               "frontends: '0' is not allowed; give 1 to 600"},
    {"TooManyFrontends", [](auto& s) { s.SetFrontends(601); },             "frontends: '601' is not allowed; give 1 to 600"},
    {"NoServer",         [](auto& s) { s.SetServerAddresses(0); },         "serverAddresses: '0' is not allowed; give 1 to 64515"},
    {"TooManyServers",   [](auto& s) { s.SetServerAddresses(64516); },     "serverAddresses: '64516' is not allowed; give 1 to 64515"},
    {"PublicIpOfNoVm",   [](auto& s) { s.AddInstanceLevelPublicIp(1); },   "instance-level public IP's vm: '1' is not allowed; give 0 to 0"},
    {"GroupOfNoVm",      [](auto& s) { s.AttachToNetworkInterface("g", 99); }, "vm: '99' is not allowed; give 0 to 0"},
    {"GroupOfNoName",    [](auto& s) { s.AttachToSubnet("g"); },           "network security group: 'g' is not allowed; give the name of one that was added"},
    {"NoService",        [](auto& s) { s.AddService({ServiceTagName::Internet, ""}); }, "service: 'Internet' is not allowed; give " + SERVICES},
    {"NetworksTag",      [](auto& s) { s.AddService({ServiceTagName::VirtualNetwork, ""}); }, "service: 'VirtualNetwork' is not allowed; give " + SERVICES},
    {"WindowsLicensing", [](auto& s) { s.AddService({ServiceTagName::AzurePlatformLKM, ""}); }, "service: 'AzurePlatformLKM' is not allowed; give " + SERVICES},
    {"UnknownRegion",    [](auto& s) { s.AddService({STORAGE, "Mars"}); }, "service: 'Storage.Mars' is not allowed; give Storage, Storage.EastUS or Storage.WestEurope"},
    {"RegionInLowerCase", [](auto& s) { s.AddService({STORAGE, "eastus"}); }, "service: 'Storage.eastus' is not allowed; give Storage.EastUS"},
    {"S3_43_RegionInNationalCloud", [](auto& s) { s.AddService({STORAGE, "EastUS"}); s.SetCloud(AzureCloud::National); },
                         "service: 'Storage.EastUS' is not allowed; give Storage, which has no regional forms in a national cloud"},
    {"InterfaceWithoutVm", &AddInterface,                                  ADDED_INTERFACE},
    {"InstanceWithoutServer", &AddInstance,                                ADDED_INTERFACE},
    {"FrontendWithoutLoadBalancer", &AddFrontend,                          ADDED_FRONTEND},
    {"PublicFrontendUnset", FrontendAt(Ipv4Address()),                     Elsewhere("0.0.0.0")},
    {"PublicFrontendAny", FrontendAt(Ipv4Address::GetAny()),               Elsewhere("0.0.0.0")},
    {"PublicFrontendPrivate", FrontendAt(Ipv4Address("10.0.0.9")),         Elsewhere("10.0.0.9")},
    {"PublicFrontendOfTheNetwork", FrontendAt(Ipv4Address("198.18.0.0")),  Elsewhere("198.18.0.0")},
    {"PublicFrontendBeyond", FrontendAt(Ipv4Address("198.18.16.0")),       Elsewhere("198.18.16.0")},
    {"PublicFrontendOfAllMuxes", FrontendAt(Ipv4Address("198.18.255.254")), Elsewhere("198.18.255.254")},
    {"PublicFrontendOfAServer", FrontendAt(Ipv4Address("198.19.0.1")),     Elsewhere("198.19.0.1")},
    {"PublicMadeInternal", [](auto& s) { s.ChangeLoadBalancer([](auto& all) { all.virtualNetwork = 1; }); },
                         "load balancer load-balancer-0, virtualNetwork: '1' is not allowed; give none, or an internal one to AddInternalLoadBalancer"},
    {"PublicRenamed",    [](auto& s) { s.ChangeLoadBalancer([](auto& all) { all.name = "web"; }); },
                         "public load balancer: 'web' is not allowed; give load-balancer-0, its only name"},
    {"MemberTwice",      &AddMemberAgain,                                  "load balancer load-balancer-0, backend pool backend-pool-0, member: '1' is not allowed; give each network interface of the deployment once at most"},
    {"InternalWithoutName", [](auto& s) { s.AddInternalLoadBalancer(MakeInternal("")); }, "load balancer: '' is not allowed; give " + NAMES},
    {"InternalTwice",    [](auto& s) { s.AddInternalLoadBalancer(MakeInternal("in")); s.AddInternalLoadBalancer(MakeInternal("in")); }, "load balancer: 'in' is not allowed; give a name that no other one has"},
    {"InternalNamedAsThePublicOne", [](auto& s) { s.AddInternalLoadBalancer(MakeInternal("load-balancer-0")); }, "load balancer: 'load-balancer-0' is not allowed; give a name that no other one has"},
    {"InternalInNoNetwork", [](auto& s) { s.AddInternalLoadBalancer(MakeInternal("in"), "vnet-9"); }, "load balancer in: virtual network: 'vnet-9' is not allowed; give the name of one of the scenario's"},
};
// clang-format on

class WrongConfigurations : public ::testing::TestWithParam<WrongCase>
{
};

TEST_P(WrongConfigurations, AreNamedWithFieldValueAndWhatIsAllowed)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    EXPECT_EQ(scenario.Validate(), std::nullopt);
    GetParam().make(scenario);
    EXPECT_EQ(scenario.Validate(), GetParam().error);
    EXPECT_DEATH(scenario.Create(), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(Outbound,
                         WrongConfigurations,
                         ::testing::ValuesIn(WRONG_CASES),
                         [](const auto& info) { return info.param.name; });

/// One row: a call that comes at the wrong time, or of a number that nobody has.
struct WrongCall
{
    const char* name;                                  // test name
    std::function<void(OutboundScenarioHelper&)> call; // the call
    std::string error;                                 // what it ends the program with
};

void
PrintTo(const WrongCall& c, std::ostream* os)
{
    *os << c.error;
}

/// @return what is said of a function that is called after Create()
std::string
Late(const std::string& function)
{
    return function + "\\(\\): call it before Create\\(\\)";
}

/// @return what is said of a function that is called before Create()
std::string
Early(const std::string& function)
{
    return function + "\\(\\): call it after Create\\(\\)";
}

// clang-format off
const WrongCall LATE_CALLS[] = {
    {"SetProfile",         [](auto& s) { s.SetProfile("2018"); },              Late("SetProfile")},
    {"SetProfileValue",    [](auto& s) { s.SetProfile(*FindProfile("2018")); }, Late("SetProfile")},
    {"SetVms",             [](auto& s) { s.SetVms(5); },                       Late("SetVms")},
    {"SetVmsPerHost",      [](auto& s) { s.SetVmsPerHost(5); },                Late("SetVmsPerHost")},
    {"SetVmStack",         [](auto& s) { s.SetVmStack(VmStack::Compact); },    Late("SetVmStack")},
    {"SetFrontends",       [](auto& s) { s.SetFrontends(5); },                 Late("SetFrontends")},
    {"SetLinkingRule",     [](auto& s) { s.SetLinkingRule(false); },           Late("SetLinkingRule")},
    {"AddInstanceLevelPublicIp", [](auto& s) { s.AddInstanceLevelPublicIp(0); }, Late("AddInstanceLevelPublicIp")},
    {"AddLoadBalancer",    [](auto& s) { s.AddLoadBalancer(); },               Late("AddLoadBalancer")},
    {"SetServerAddresses", [](auto& s) { s.SetServerAddresses(5); },           Late("SetServerAddresses")},
    {"SetProgrammedBefore", [](auto& s) { s.SetProgrammedBefore(false); },     Late("SetProgrammedBefore")},
    {"AddVirtualNetwork",  [](auto& s) { s.AddVirtualNetwork({}); },           Late("AddVirtualNetwork")},
    {"PlaceVm",            [](auto& s) { s.PlaceVm(0, "vnet-0", "default"); }, Late("PlaceVm")},
    {"AddService",         [](auto& s) { s.AddService({STORAGE, ""}); },       Late("AddService")},
    {"SetSubscription",    [](auto& s) { s.SetSubscription({}); },             Late("SetSubscription")},
    {"SetCloud",           [](auto& s) { s.SetCloud(AzureCloud::National); },  Late("SetCloud")},
    {"SetDhcp",            [](auto& s) { s.SetDhcp(true); },                   Late("SetDhcp")},
    {"SetFabricLink",      [](auto& s) { s.SetFabricLink(FabricLink::Csma); }, Late("SetFabricLink")},
    {"Create",             [](auto& s) { s.Create(); },                        "Create\\(\\): call it once"},
    {"VmOfNoNumber",       [](auto& s) { s.GetVm(9); },                        "vm: '9' is not allowed; give 0 to 0"},
    {"AddressOfNoVm",      [](auto& s) { s.GetPrivateAddress(7); },            "vm: '7' is not allowed; give 0 to 0"},
    {"HostOfNoVm",         [](auto& s) { s.GetHost(1); },                      "vm: '1' is not allowed; give 0 to 0"},
    {"HostServicesOfNoVm", [](auto& s) { s.GetHostServices(1); },              "vm: '1' is not allowed; give 0 to 0"},
    {"GroupOfNoVm",        [](auto& s) { s.AttachToNetworkInterface("g", 1); }, "vm: '1' is not allowed; give 0 to 0"},
    {"ServiceOfNoNumber",  [](auto& s) { s.GetService(0); },                   "service: '0' is not allowed; give none, as there is none"},
    {"AddressOfNoService", [](auto& s) { s.GetServiceAddress(3); },            "service: '3' is not allowed; give none, as there is none"},
    {"InterfaceWithoutVm", &AddInterface,                                      ADDED_INTERFACE},
    {"InstanceWithoutServer", &AddInstance,                                    ADDED_INTERFACE},
    {"FrontendWithoutLoadBalancer", &AddFrontend,                              ADDED_FRONTEND},
};

const WrongCall EARLY_CALLS[] = {
    {"GetVm",              [](auto& s) { s.GetVm(0); },                        Early("GetVm")},
    {"GetPrivateAddress",  [](auto& s) { s.GetPrivateAddress(0); },            Early("GetPrivateAddress")},
    {"GetHost",            [](auto& s) { s.GetHost(0); },                      Early("GetHost")},
    {"GetHostServices",    [](auto& s) { s.GetHostServices(0); },              Early("GetHostServices")},
    {"GetService",         [](auto& s) { s.GetService(0); },                   Early("GetService")},
    {"GetServiceAddress",  [](auto& s) { s.GetServiceAddress(0); },            Early("GetServiceAddress")},
    {"GetServers",         [](auto& s) { s.GetServers(); },                    Early("GetServers")},
    {"GetServerAddresses", [](auto& s) { s.GetServerAddresses(); },            Early("GetServerAddresses")},
    {"GetResolver",        [](auto& s) { s.GetResolver(); },                   Early("GetResolver")},
    {"GetResolverAddress", [](auto& s) { s.GetResolverAddress(); },            Early("GetResolverAddress")},
    {"GetHostAgents",      [](auto& s) { s.GetHostAgents(); },                 Early("GetHostAgents")},
    {"GetMux",             [](auto& s) { s.GetMux(); },                        Early("GetMux")},
    {"GetSlbManager",      [](auto& s) { s.GetSlbManager(); },                 Early("GetSlbManager")},
    {"GetVirtualNetworkManager", [](auto& s) { s.GetVirtualNetworkManager(); }, Early("GetVirtualNetworkManager")},
    {"ConnectStatistics",  [](auto& s) { FlowStatistics all; s.Connect(all); }, Early("Connect")},
    {"AssignStreams",      [](auto& s) { s.AssignStreams(1); },                Early("AssignStreams")},
    {"CheckInvariants",    [](auto& s) { s.CheckInvariants(); },               Early("CheckInvariants")},
};
// clang-format on

/// @return what is said of an attribute that the scenario sets
std::string
Own(const std::string& field, const std::string& name)
{
    return field + ": '" + name +
           "' is not allowed; give another attribute, as the scenario sets this one";
}

// clang-format off
const WrongCall ATTRIBUTE_CALLS[] = {
    {"Profile",         [](auto& s) { s.SetSlbManagerAttribute("Profile", StringValue("2018")); },
                        "SLB manager attribute: 'Profile' is not allowed; give another attribute, and the profile to SetProfile"},
    {"MuxAnycast",      [](auto& s) { s.SetMuxAttribute("AnycastAddress", StringValue("198.18.0.9")); }, Own("mux attribute", "AnycastAddress")},
    {"MuxHostNetwork",  [](auto& s) { s.SetMuxAttribute("HostNetwork", StringValue("10.0.0.0")); }, Own("mux attribute", "HostNetwork")},
    {"MuxHostMask",     [](auto& s) { s.SetMuxAttribute("HostMask", StringValue("255.0.0.0")); }, Own("mux attribute", "HostMask")},
    {"MuxManager",      [](auto& s) { s.SetMuxAttribute("ManagerAddress", StringValue("10.0.0.1")); }, Own("mux attribute", "ManagerAddress")},
    {"ProberManager",   [](auto& s) { s.SetHealthProberAttribute("ManagerAddress", StringValue("10.0.0.1")); }, Own("health prober attribute", "ManagerAddress")},
    {"ManagersUnknown", [](auto& s) { s.SetSlbManagerAttribute("Nothing", StringValue("1")); }, "SLB manager attribute: 'Nothing' is not allowed; give an attribute of ns3::azure::SlbManager"},
    {"MuxUnknown",      [](auto& s) { s.SetMuxAttribute("Nothing", StringValue("1")); }, "mux attribute: 'Nothing' is not allowed; give an attribute of ns3::azure::LoadBalancerMux"},
    {"ProbersUnknown",  [](auto& s) { s.SetHealthProberAttribute("Nothing", StringValue("1")); }, "health prober attribute: 'Nothing' is not allowed; give an attribute of ns3::azure::HealthProber"},
};
// clang-format on

/// Attributes that are the scenario's, or nobody's.
class WrongAttributesDeathTest : public ::testing::TestWithParam<WrongCall>
{
};

TEST_P(WrongAttributesDeathTest, EndTheProgramWithALineAtOnce)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    EXPECT_DEATH(GetParam().call(scenario), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(Outbound,
                         WrongAttributesDeathTest,
                         ::testing::ValuesIn(ATTRIBUTE_CALLS),
                         [](const auto& info) { return info.param.name; });

TEST(ScenarioLoadBalancer, FrontendsMayHaveTheWholeRangeThatLeadsToMuxes)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.ChangeLoadBalancer([](LoadBalancer& all) {
        all.frontends.push_back({"last", Ipv4Address("198.18.15.255")});
    });
    EXPECT_EQ(scenario.Validate(), std::nullopt);
}

TEST(ScenarioLoadBalancer, InternalOnesMayHaveAnyNames)
{
    OutboundScenarioHelper scenario(OutboundScenario::Standalone);
    scenario.SetVms(3);
    const std::string longest(80, 'a');
    const std::pair<std::string, std::string> names[] = {{"a", "b-c"},
                                                         {"a-b", "c"},
                                                         {longest, longest}};
    uint32_t vm = 0;
    for (const auto& [name, frontend] : names)
    {
        auto loadBalancer = MakeInternal(name);
        loadBalancer.frontends.front().name = frontend;
        loadBalancer.backendPools.front().members = {
            {OutboundScenarioHelper::GetNetworkInterface(vm++)}};
        scenario.AddInternalLoadBalancer(loadBalancer);
    }
    scenario.Create();
    // of 10.0.0.0/16, downwards from the last but the one that Azure keeps
    EXPECT_EQ(scenario.GetFrontendAddress("b-c", "a"), Ipv4Address("10.0.255.254"));
    EXPECT_EQ(scenario.GetFrontendAddress("c", "a-b"), Ipv4Address("10.0.255.253"));
    EXPECT_EQ(scenario.GetFrontendAddress(longest, longest), Ipv4Address("10.0.255.252"));
    Simulator::Destroy();
}

TEST(ScenarioLoadBalancer, AnUnsetInternalFrontendGetsTheHighestFreeAddress)
{
    for (const auto unset : {Ipv4Address(), Ipv4Address::GetAny()})
    {
        OutboundScenarioHelper scenario(OutboundScenario::Standalone);
        auto loadBalancer = MakeInternal("in");
        loadBalancer.frontends.front().address = unset;
        scenario.AddInternalLoadBalancer(loadBalancer);
        scenario.Create();
        EXPECT_EQ(scenario.GetFrontendAddress("inside", "in"), Ipv4Address("10.0.255.254"));
        Simulator::Destroy();
    }
}

/// Calls after Create().
class LateCallsDeathTest : public ::testing::TestWithParam<WrongCall>
{
};

TEST_P(LateCallsDeathTest, EndTheProgramWithALine)
{
    OutboundScenarioHelper scenario(OutboundScenario::Standalone);
    scenario.Create();
    EXPECT_DEATH(GetParam().call(scenario), GetParam().error);
    Simulator::Destroy();
}

INSTANTIATE_TEST_SUITE_P(Outbound,
                         LateCallsDeathTest,
                         ::testing::ValuesIn(LATE_CALLS),
                         [](const auto& info) { return info.param.name; });

/// Calls before Create().
class EarlyCallsDeathTest : public ::testing::TestWithParam<WrongCall>
{
};

TEST_P(EarlyCallsDeathTest, EndTheProgramWithALine)
{
    OutboundScenarioHelper scenario(OutboundScenario::Standalone);
    scenario.AddService({STORAGE, ""});
    EXPECT_DEATH(GetParam().call(scenario), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(Outbound,
                         EarlyCallsDeathTest,
                         ::testing::ValuesIn(EARLY_CALLS),
                         [](const auto& info) { return info.param.name; });

TEST(ScenarioService, S3_43_NationalCloudHasTagsWithoutRegion)
{
    OutboundScenarioHelper scenario(OutboundScenario::Standalone);
    scenario.SetCloud(AzureCloud::National);
    scenario.AddService({STORAGE, ""});
    EXPECT_EQ(scenario.Validate(), std::nullopt);
}

TEST(ScenarioChange, IsCarriedOutOnceByCreateAndTriedByValidate)
{
    OutboundScenarioHelper scenario(OutboundScenario::Standalone);
    uint32_t calls = 0;
    scenario.Change([&calls](auto& all) {
        ++calls;
        return all.AddNetworkSecurityGroup("group");
    });
    EXPECT_EQ(calls, 0U) << "kept";
    EXPECT_EQ(scenario.Validate(), std::nullopt);
    EXPECT_EQ(calls, 1U) << "tried";
    scenario.Create();
    EXPECT_EQ(calls, 2U) << "carried out once";
    const auto& resources = scenario.GetVirtualNetworkManager()->GetResources();
    EXPECT_NE(resources.FindNetworkSecurityGroup("group"), nullptr);
    Simulator::Destroy();
}

TEST(ScenarioChange, OfAWrongNameAfterCreateIsNamed)
{
    OutboundScenarioHelper scenario(OutboundScenario::Standalone);
    scenario.Create();
    EXPECT_DEATH(scenario.AttachToSubnet("g"), "'g' is not allowed");
    Simulator::Destroy();
}

TEST(WrongConfiguration, OfTooManyPortsIsNamed)
{
    OutboundScenarioHelper scenario(OutboundScenario::LoadBalanced);
    scenario.SetProfile("2017[AllocatedPorts=1024]");
    scenario.SetVms(64);
    const auto error = scenario.Validate();
    ASSERT_TRUE(error);
    EXPECT_NE(error->find("1024"), std::string::npos) << *error;
}

TEST(WrongConfigurationDeathTest, OfTheProfileIsNamed)
{
    OutboundScenarioHelper scenario(OutboundScenario::Standalone);
    EXPECT_DEATH(scenario.SetProfile("1999"), "profile: '1999' is not allowed; give 2016, 2017");
    EXPECT_DEATH(scenario.SetProfile("2017[FinHold=-1s]"), "FinHold: '-1s' is not allowed; give");
    EXPECT_DEATH(CreateObject<SlbManager>()->SetAttribute("Profile", StringValue("1999")),
                 "profile: '1999' is not allowed");
    EXPECT_DEATH(scenario.GetFabric().SetInternetDelay(MilliSeconds(-5)),
                 "internetDelay: '.*-5ms' is not allowed; give a time of at least 0s");
}

TEST(WrongConfigurationDeathTest, OfTheFabricIsNamed)
{
    FabricHelper fabric;
    const auto node = CreateObject<Node>();
    EXPECT_DEATH(fabric.Attach(node), "the fabric has not been created yet");
    EXPECT_DEATH(fabric.AttachServer(node, 0), "addresses: '0' is not allowed; give 1 to 253");
    EXPECT_DEATH(fabric.AttachServer(node, 254), "addresses: '254' is not allowed");
    EXPECT_DEATH(fabric.AttachServer(node, 1), "the fabric has not been created yet");
    for (const auto* typeId : {"ns3::Nonsense", "ns3::Node", "ns3::QueueDisc", ""})
    {
        EXPECT_DEATH(fabric.SetQueueDisc(typeId),
                     std::string("queueDisc: '") + typeId +
                         "' is not allowed; give the name of a queue disc, as");
    }
}

TEST(WrongConfigurationDeathTest, OfTheFabricIsTooLateAfterCreate)
{
    FabricHelper fabric;
    fabric.Create();
    const std::string late = R"(\(\): the fabric has been created already)";
    EXPECT_DEATH(fabric.SetLink(FabricLink::Csma), "SetLink" + late);
    EXPECT_DEATH(fabric.Create(), "Create" + late);
    EXPECT_DEATH(fabric.SetQueueDisc("ns3::FqCoDelQueueDisc"), "SetQueueDisc" + late);
    EXPECT_DEATH(fabric.EnableFlowControl(), "EnableFlowControl" + late);
    Simulator::Destroy();
}

/// A host node with an uplink and a link to a VM, nothing configured yet.
class WrongAssemblyDeathTest : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        m_host = CreateObject<Node>();
        FabricHelper::InstallStack(m_host);
        PointToPointHelper link;
        m_uplink = link.Install(CreateObject<Node>(), m_host).Get(1);
        m_vnic = link.Install(CreateObject<Node>(), m_host).Get(1);
        m_agent = CreateObject<HostAgent>();
        m_host->AddApplication(m_agent);
    }

    void TearDown() override
    {
        Simulator::Destroy();
    }

    /// Connect the host.
    void Connect()
    {
        m_agent->SetUplink(m_uplink, m_address);
    }

    /// @return how a standalone VM is programmed
    static ProgramNetworkInterface MakeInstruction(uint32_t number, PortRange ports)
    {
        ProgramNetworkInterface instruction;
        instruction.networkInterface = number;
        instruction.blocks = {{Ipv4Address("198.18.16.1"), ports}};
        instruction.profile = MakeProfile("2017");
        return instruction;
    }

    const FabricAddress m_address{Ipv4Address("10.128.0.2"),
                                  Ipv4Mask("255.255.255.252"),
                                  Ipv4Address("10.128.0.1")}; //!< of the host
    Ptr<Node> m_host;                                         //!< with an IPv4 stack
    Ptr<NetDevice> m_uplink;                                  //!< device 1
    Ptr<NetDevice> m_vnic;                                    //!< device 2
    Ptr<HostAgent> m_agent;                                   //!< on the host
};

TEST_F(WrongAssemblyDeathTest, OfTheUplinkEndsTheProgram)
{
    EXPECT_DEATH(Simulator::Run(), "the host agent has no uplink");
    const auto bare = CreateObject<Node>();
    PointToPointHelper link;
    const auto device = link.Install(CreateObject<Node>(), bare).Get(1);
    EXPECT_DEATH(m_agent->SetUplink(device, m_address), "device: its node has no IPv4 stack");
    Connect();
    EXPECT_DEATH(Connect(), "a host agent has one uplink, and this one has it already");
}

TEST_F(WrongAssemblyDeathTest, OfADeviceThatHasAnAddressEndsTheProgram)
{
    FabricPort::AddAddress(m_uplink, {m_address.address, m_address.mask});
    EXPECT_DEATH(Connect(), "device: it has an IPv4 interface already");
}

TEST_F(WrongAssemblyDeathTest, OfTheMuxEndsTheProgram)
{
    const auto mux = CreateObject<LoadBalancerMux>();
    m_host->AddApplication(mux);
    mux->SetUplink(m_uplink, m_address);
    EXPECT_DEATH(mux->SetUplink(m_uplink, m_address), "a mux has one uplink");
    const auto another = CreateObject<LoadBalancerMux>();
    CreateObject<Node>()->AddApplication(another);
    Simulator::ScheduleNow([] {});
    EXPECT_DEATH(Simulator::Run(), "has no uplink");
}

TEST_F(WrongAssemblyDeathTest, OfANetworkInterfaceEndsTheProgram)
{
    Connect();
    const Ipv4Address vm("10.0.0.4");
    PointToPointHelper link;
    const auto elsewhere = link.Install(CreateObject<Node>(), CreateObject<Node>()).Get(0);
    EXPECT_DEATH(m_agent->AddNetworkInterface(1, elsewhere, vm), "device: give the host's end");
    const auto shared = CsmaHelper().Install(m_host).Get(0);
    EXPECT_DEATH(m_agent->AddNetworkInterface(1, shared, vm), "device: give the host's end");
    m_agent->AddNetworkInterface(1, m_vnic, vm);
    EXPECT_DEATH(m_agent->AddNetworkInterface(1, m_vnic, vm),
                 "network interface 1 has been added before");
}

TEST_F(WrongAssemblyDeathTest, OfAQueueDiscToTheVmEndsTheProgram)
{
    Connect();
    TrafficControlHelper control;
    control.SetRootQueueDisc("ns3::FqCoDelQueueDisc");
    control.Install(m_vnic);
    EXPECT_DEATH(m_agent->AddNetworkInterface(1, m_vnic, Ipv4Address("10.0.0.4")),
                 "device: it carries a queue disc");
}

TEST_F(WrongAssemblyDeathTest, OfAnInstructionEndsTheProgram)
{
    Connect();
    PointToPointHelper link;
    const auto another = link.Install(CreateObject<Node>(), m_host).Get(1);
    m_agent->AddNetworkInterface(1, m_vnic, Ipv4Address("10.0.0.4"));
    m_agent->AddNetworkInterface(2, another, Ipv4Address("10.0.0.5"));
    EXPECT_DEATH(m_agent->Apply(MakeInstruction(3, {1024, 1031})),
                 "network interface 3 is not on this host");
    m_agent->Apply(MakeInstruction(1, {1024, 1031}));
    EXPECT_DEATH(m_agent->Apply(MakeInstruction(1, {1032, 1039})),
                 "network interface 1 cannot be programmed anew");
    EXPECT_DEATH(m_agent->Apply(MakeInstruction(2, {1031, 1039})),
                 "network interface 2: somebody on this host owns its ports already");
}

TEST_F(WrongAssemblyDeathTest, OfTheControlPortEndsTheProgram)
{
    const auto socket = CreateObject<SlbControlSocket>();
    socket->Open(m_host, SLB_CONTROL_PORT, [](const SlbMessage&, const InetSocketAddress&) {});
    const auto second = CreateObject<SlbControlSocket>();
    EXPECT_DEATH(
        second->Open(m_host, SLB_CONTROL_PORT, [](const SlbMessage&, const InetSocketAddress&) {}),
        "control port: 8084 is in use on node");
    EXPECT_FALSE(m_agent->SetAttributeFailSafe("ControlPort", UintegerValue(0)));
}

TEST_F(WrongAssemblyDeathTest, OfADeploymentEndsTheProgram)
{
    const auto manager = CreateObject<SlbManager>();
    LoadBalancer loadBalancer;
    loadBalancer.name = "web";
    loadBalancer.backendPools = {{"pool", {{7}}}};
    EXPECT_DEATH(manager->SetDeployment({}, {loadBalancer}, {}),
                 "load balancer web, backend pool pool, member: '7' is not allowed");
    EXPECT_FALSE(manager->SetAttributeFailSafe("MaxAttempts", UintegerValue(0)));
    EXPECT_FALSE(manager->SetAttributeFailSafe("RetransmitTimeout", TimeValue(MicroSeconds(1))));
}

TEST_F(WrongAssemblyDeathTest, OfPublicEndpointsIsToldByTheMux)
{
    const auto mux = CreateObject<LoadBalancerMux>();
    const Ipv4Address address("198.18.0.1");
    const Ipv4Address host("10.128.0.2");
    const Ipv4Address other("10.128.0.3");
    using Program = ProgramPublicEndpoints;
    EXPECT_TRUE(mux->Apply(Program{{{address, {1024, 1031}, host}}}));
    EXPECT_FALSE(mux->Apply(Program{{{address, {1031, 1039}, other}}}));
    EXPECT_TRUE(mux->Apply(Program{{{address, {1024, 1031}, host}}})) << "it is there already";
}

} // namespace

} // namespace ns3::azure
