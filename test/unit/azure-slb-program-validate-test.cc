// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-load-balancer-samples.h"
#include "azure-test-profiles.h"

#include "ns3/azure-slb-program.h"

#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>

namespace ns3::azure
{

namespace
{

constexpr auto TCP = TransportProtocol::Tcp;
constexpr auto UDP = TransportProtocol::Udp;
constexpr auto ALL = TransportProtocol::All;

/// @return five VMs: 0 and 1 behind the public "web" and the internal "api", 3 behind "web"'s NAT
/// rule, 2 with an ILPIP, 4 alone; "api" has HA ports on one of its frontends
Deployment
MakeSound()
{
    Deployment deployment;
    deployment.profile = MakeProfile("2017");
    for (uint32_t i = 0; i < 5; ++i)
    {
        NetworkInterface each;
        each.networkInterface = i;
        each.privateAddress = Ipv4Address(0x0a000001U + i);
        each.host = Ipv4Address(0xc0a80001U + i);
        each.platformAddress = Ipv4Address(0xcb007101U + i);
        deployment.networkInterfaces.push_back(each);
    }
    deployment.networkInterfaces[2].instanceLevelPublicIp = Ipv4Address("198.51.100.9");
    LoadBalancer web;
    web.name = "web";
    web.frontends = {{"front", Ipv4Address("198.51.100.1")},
                     {"other", Ipv4Address("198.51.100.2")}};
    web.backendPools = {{"pool", {{0}, {1}}}, {"spare", {}}};
    web.probes = {MakeProbe("alive", HealthProbeProtocol::Tcp, 80),
                  MakeProbe("page", HealthProbeProtocol::Http, 8080)};
    web.loadBalancingRules = {MakeRule("http", "front", "pool", TCP, 80),
                              MakeRule("dns", "front", "pool", UDP, 53)};
    web.loadBalancingRules[0].probe = "alive";
    web.inboundNatRules = {MakeNatRule("ssh", "front", 50000, 3, 22)};
    LoadBalancer api;
    api.name = "api";
    api.sku = LoadBalancerSku::Standard;
    api.virtualNetwork = 1;
    api.frontends = {{"front", Ipv4Address("10.0.0.100")}, {"ha", Ipv4Address("10.0.0.101")}};
    api.backendPools = {{"pool", {{0}, {1}}}};
    api.probes = {MakeProbe("secure", HealthProbeProtocol::Https, 443)};
    api.loadBalancingRules = {MakeRule("rest", "front", "pool", TCP, 80),
                              MakeRule("all", "ha", "pool", ALL, 0)};
    api.loadBalancingRules[1].enableFloatingIp = true; // its other rule leads to the same VMs
    deployment.loadBalancers = {web, api};
    return deployment;
}

LoadBalancer&
Web(Deployment& d)
{
    return d.loadBalancers[0];
}

LoadBalancer&
Api(Deployment& d)
{
    return d.loadBalancers[1];
}

/// @brief Make a pool of that many further VMs, and put it behind the rule.
void
AddVms(Deployment& d, LoadBalancer& loadBalancer, const std::string& pool, uint32_t count)
{
    BackendPool added{pool, {}};
    for (uint32_t i = 0; i < count; ++i)
    {
        NetworkInterface each;
        each.networkInterface = static_cast<uint32_t>(d.networkInterfaces.size());
        each.platformAddress = Ipv4Address(0x64000001U + each.networkInterface);
        d.networkInterfaces.push_back(each);
        added.members.push_back({each.networkInterface});
    }
    loadBalancer.backendPools.push_back(added);
}

/// @brief Add that many rules to the empty pool.
void
AddRules(LoadBalancer& loadBalancer, const std::string& pool, uint32_t count)
{
    for (uint32_t i = 0; i < count; ++i)
    {
        loadBalancer.loadBalancingRules.push_back(MakeRule("rule-" + std::to_string(i),
                                                           "front",
                                                           pool,
                                                           TCP,
                                                           static_cast<uint16_t>(1000 + i)));
    }
}

/// One row: what is spoilt, and what must be said.
struct RefusedCase
{
    const char* name; // test name
    std::function<void(Deployment&)> spoil;
    std::string error;
};

void
PrintTo(const RefusedCase& c, std::ostream* os)
{
    *os << c.name;
}

const std::string NAMES = "1 to 80 letters, digits, underscores, periods or hyphens, beginning "
                          "with a letter or digit and not ending in a period or hyphen";

// clang-format off
const RefusedCase REFUSED_CASES[] = {
    // Interfaces
    {"InterfaceTwice", [](auto& d) { d.networkInterfaces[1].networkInterface = 0; },
     "networkInterface: '0' is not allowed; give each its own number, below 16777216"},
    {"InterfaceNumberTooHigh", [](auto& d) { d.networkInterfaces[4].networkInterface = 1 << 24; },
     "networkInterface: '16777216' is not allowed; give each its own number, below 16777216"},
    // Names
    {"LoadBalancerWithoutName", [](auto& d) { Web(d).name = ""; },
     "load balancer: '' is not allowed; give " + NAMES},
    {"LoadBalancerNameTwice", [](auto& d) { Api(d).name = "web"; },
     "load balancer: 'web' is not allowed; give a name that no other one has"},
    {"FrontendNameTwice", [](auto& d) { Web(d).frontends[1].name = "front"; },
     "load balancer web, frontend: 'front' is not allowed; give a name that no other one has"},
    {"PoolNameTwice", [](auto& d) { Web(d).backendPools[1].name = "pool"; },
     "load balancer web, backend pool: 'pool' is not allowed; give a name that no other one has"},
    {"ProbeNameTwice", [](auto& d) { Web(d).probes[1].name = "alive"; },
     "load balancer web, probe: 'alive' is not allowed; give a name that no other one has"},
    {"RuleNameTwice", [](auto& d) { Web(d).loadBalancingRules[1].name = "http"; },
     "load balancer web, rule: 'http' is not allowed; give a name that no other one has"},
    {"NatRuleNameTwice", [](auto& d) { Web(d).inboundNatRules.push_back(MakeNatRule("ssh", "front", 50001, 3, 23)); },
     "load balancer web, inbound NAT rule: 'ssh' is not allowed; give a name that no other one has"},
    // References
    {"RuleForNoFrontend", [](auto& d) { Web(d).loadBalancingRules[0].frontend = "frunt"; },
     "load balancer web, rule http, frontend: 'frunt' is not allowed; give the name of a frontend of the load balancer"},
    {"RuleForNoPool", [](auto& d) { Web(d).loadBalancingRules[0].backendPool = "pole"; },
     "load balancer web, rule http, backendPool: 'pole' is not allowed; give the name of a backend pool of the load balancer"},
    {"RuleForNoProbe", [](auto& d) { Web(d).loadBalancingRules[0].probe = "prob"; },
     "load balancer web, rule http, probe: 'prob' is not allowed; give the name of a probe of the load balancer, or none"},
    {"NatRuleForNoFrontend", [](auto& d) { Web(d).inboundNatRules[0].frontend = "frunt"; },
     "load balancer web, inbound NAT rule ssh, frontend: 'frunt' is not allowed; give the name of a frontend of the load balancer"},
    {"NatRuleForNoInterface", [](auto& d) { Web(d).inboundNatRules[0].networkInterface = 7; },
     "load balancer web, inbound NAT rule ssh, networkInterface: '7' is not allowed; give a network interface of the deployment"},
    {"MemberIsNoInterface", [](auto& d) { Web(d).backendPools[0].members[1].networkInterface = 7; },
     "load balancer web, backend pool pool, member: '7' is not allowed; give each network interface of the deployment once at most"},
    {"MemberTwice", [](auto& d) { Web(d).backendPools[1].members = {{0}, {0}}; },
     "load balancer web, backend pool spare, member: '0' is not allowed; give each network interface of the deployment once at most"},
    {"MemberTwiceInAPoolWithRules", [](auto& d) { Web(d).backendPools[0].members = {{0}, {0}}; },
     "load balancer web, backend pool pool, member: '0' is not allowed; give each network interface of the deployment once at most"},
    {"MemberOfTwoPublicOnes", [](auto& d) { Api(d).virtualNetwork = std::nullopt; Api(d).loadBalancingRules.clear(); },
     "load balancer api, backend pool pool, member: '0' is not allowed; give a network interface of no other public load balancer; this one is in web"},
    {"NatTargetOfTwoInternalOnes", [](auto& d) { auto third = Web(d); third.name = "third"; third.virtualNetwork = 2; third.loadBalancingRules.clear(); third.backendPools.clear(); third.inboundNatRules[0].networkInterface = 1; d.loadBalancers.push_back(third); },
     "load balancer third, inbound NAT rule ssh, networkInterface: '1' is not allowed; give a network interface of no other internal load balancer; this one is in api"},
    {"VirtualNetworkTooHigh", [](auto& d) { Api(d).virtualNetwork = 1 << 24; },
     "load balancer api, virtualNetwork: '16777216' is not allowed; give a number below 16777216"},
    // Ports of rules
    {"FrontendPort0", [](auto& d) { Web(d).loadBalancingRules[0].frontendPort = 0; },
     "load balancer web, rule http, frontendPort: '0' is not allowed; give 1 to 65534; 0 is for protocol All"},
    {"FrontendPort65535", [](auto& d) { Web(d).loadBalancingRules[0].frontendPort = 65535; },
     "load balancer web, rule http, frontendPort: '65535' is not allowed; give 1 to 65534; 0 is for protocol All"},
    {"BackendPort0", [](auto& d) { Web(d).loadBalancingRules[0].backendPort = 0; },
     "load balancer web, rule http, backendPort: '0' is not allowed; give 1 to 65535; 0 is for protocol All"},
    {"NatFrontendPort0", [](auto& d) { Web(d).inboundNatRules[0].frontendPort = 0; },
     "load balancer web, inbound NAT rule ssh, frontendPort: '0' is not allowed; give 1 to 65534; 0 is for protocol All"},
    {"NatFrontendPort65535", [](auto& d) { Web(d).inboundNatRules[0].frontendPort = 65535; },
     "load balancer web, inbound NAT rule ssh, frontendPort: '65535' is not allowed; give 1 to 65534; 0 is for protocol All"},
    {"NatBackendPort0", [](auto& d) { Web(d).inboundNatRules[0].backendPort = 0; },
     "load balancer web, inbound NAT rule ssh, backendPort: '0' is not allowed; give 1 to 65535; 0 is for protocol All"},
    {"NatRuleForAllProtocols", [](auto& d) { Web(d).inboundNatRules[0].protocol = ALL; },
     "load balancer web, inbound NAT rule ssh, protocol: 'All' is not allowed; give Tcp or Udp"},
    // HA ports
    {"HA_1709_HaPortsOfAPublicOne", [](auto& d) { Web(d).sku = LoadBalancerSku::Standard; Web(d).loadBalancingRules[1] = MakeRule("all", "other", "pool", ALL, 0); },
     "load balancer web, rule all, protocol: 'All' is not allowed; give Tcp or Udp; All is for internal Standard load balancers"},
    {"HA_1709_HaPortsOfABasicOne", [](auto& d) { Api(d).sku = LoadBalancerSku::Basic; Api(d).probes.clear(); },
     "load balancer api, rule all, protocol: 'All' is not allowed; give Tcp or Udp; All is for internal Standard load balancers"},
    {"HA_1709_HaPortsWithFrontendPort", [](auto& d) { Api(d).loadBalancingRules[1].frontendPort = 80; },
     "load balancer api, rule all, frontendPort: '80' is not allowed; give 0: protocol All is for all ports"},
    {"HA_1709_HaPortsWithBackendPort", [](auto& d) { Api(d).loadBalancingRules[1].backendPort = 80; },
     "load balancer api, rule all, backendPort: '80' is not allowed; give 0: protocol All is for all ports"},
    {"LBL_2410_HaPortsTwiceOnAFrontend", [](auto& d) { Api(d).loadBalancingRules.push_back(MakeRule("again", "ha", "pool", ALL, 0)); },
     "load balancer api, rule again, frontend: 'ha' is not allowed; give a frontend of its own to a rule with protocol All"},
    {"RuleBesideHaPorts", [](auto& d) { Api(d).loadBalancingRules[0].frontend = "ha"; },
     "load balancer api, rule all, frontend: 'ha' is not allowed; give a frontend of its own to a rule with protocol All"},
    {"NatRuleBesideHaPorts", [](auto& d) { Api(d).inboundNatRules.push_back(MakeNatRule("ssh", "ha", 22, 0, 22)); },
     "load balancer api, inbound NAT rule ssh, frontend: 'ha' is not allowed; give a frontend of its own to a rule with protocol All"},
    {"HA_1709_HaPortsBySourceIp", [](auto& d) { Api(d).loadBalancingRules[1].distribution = LoadDistribution::SourceIp; },
     "load balancer api, rule all, loadDistribution: 'SourceIP' is not allowed; give Default; protocol All distributes by flow"},
    {"HA_1709_HaPortsBySourceIpProtocol", [](auto& d) { Api(d).loadBalancingRules[1].distribution = LoadDistribution::SourceIpProtocol; },
     "load balancer api, rule all, loadDistribution: 'SourceIPProtocol' is not allowed; give Default; protocol All distributes by flow"},
    {"MV_1608_HaPortsOfAVmThatARuleLeadsTo", [](auto& d) { Api(d).loadBalancingRules[1].enableFloatingIp = false; },
     "load balancer api, rule all, enableFloatingIp: 'false' is not allowed; give true, as another rule leads to the same ports of network interface 0 without it"},
    {"MV_1608_RuleToAVmOfHaPorts", [](auto& d) { auto& rules = Api(d).loadBalancingRules; std::swap(rules[0], rules[1]); rules[0].enableFloatingIp = false; },
     "load balancer api, rule rest, enableFloatingIp: 'false' is not allowed; give true, as another rule leads to the same ports of network interface 0 without it"},
    {"MV_1608_NatRuleToAVmOfHaPorts", [](auto& d) { auto& rules = Api(d).loadBalancingRules; rules[0].enableFloatingIp = true; rules[1].enableFloatingIp = false; Api(d).inboundNatRules.push_back(MakeNatRule("ssh", "front", 22, 1, 22)); },
     "load balancer api, inbound NAT rule ssh, enableFloatingIp: 'false' is not allowed; give true, as another rule leads to the same ports of network interface 1 without it"},
    // Two rules for the same
    {"FrontendPortTwice", [](auto& d) { Web(d).loadBalancingRules.push_back(MakeRule("www", "front", "spare", TCP, 80)); },
     "load balancer web, rule www, frontendPort: '80' is not allowed; give a Tcp port of frontend front that no other rule uses"},
    {"FrontendPortOfANatRuleToo", [](auto& d) { Web(d).inboundNatRules[0].frontendPort = 80; },
     "load balancer web, inbound NAT rule ssh, frontendPort: '80' is not allowed; give a Tcp port of frontend front that no other rule uses"},
    {"MV_1608_BackendPortTwice", [](auto& d) { Web(d).loadBalancingRules.push_back(MakeRule("www", "other", "pool", TCP, 80)); },
     "load balancer web, rule www, backendPort: '80' is not allowed; give one that no other rule leads to on network interface 0, or enableFloatingIp on different frontends"},
    {"MV_1608_BackendPortOfANatRuleToo", [](auto& d) { Web(d).inboundNatRules.push_back(MakeNatRule("one", "other", 81, 1, 80)); },
     "load balancer web, inbound NAT rule one, backendPort: '80' is not allowed; give one that no other rule leads to on network interface 1, or enableFloatingIp on different frontends"},
    {"MV_1608_FloatingTwiceOnOneFrontend", [](auto& d) { auto& rules = Web(d).loadBalancingRules; rules.push_back(MakeRule("www", "front", "pool", TCP, 81)); rules.back().backendPort = 80; rules[0].enableFloatingIp = rules.back().enableFloatingIp = true; },
     "load balancer web, rule www, backendPort: '80' is not allowed; give one that no other rule leads to on network interface 0, or enableFloatingIp on different frontends"},
    // Probes
    {"ProbePort0", [](auto& d) { Web(d).probes[0].port = 0; },
     "load balancer web, probe alive, port: '0' is not allowed; give 1 to 65535"},
    {"PR_2310_HttpProbePort25", [](auto& d) { Web(d).probes[1].port = 25; },
     "load balancer web, probe page, port: '25' is not allowed; give a port that HTTP probes may use, none of 19, 21, 25, 70, 110, 119, 143, 220, 993"},
    {"PR_2310_HttpsProbePort993", [](auto& d) { Api(d).probes[0].port = 993; },
     "load balancer api, probe secure, port: '993' is not allowed; give a port that HTTP probes may use, none of 19, 21, 25, 70, 110, 119, 143, 220, 993"},
    {"PR_1809_HttpsProbeOfABasicOne", [](auto& d) { Web(d).probes[1].protocol = HealthProbeProtocol::Https; },
     "load balancer web, probe page, protocol: 'Https' is not allowed; give Tcp or Http, or make the load balancer a Standard one"},
    {"PR_1809_IntervalBelow5s", [](auto& d) { Web(d).probes[0].interval = MilliSeconds(4999); },
     "load balancer web, probe alive, interval: '+4.999s' is not allowed; give at least +5s, at most 1000h"},
    {"IntervalAbove1000h", [](auto& d) { Web(d).probes[0].interval = Hours(1001); },
     "load balancer web, probe alive, interval: '+3.6036e+06s' is not allowed; give at least +5s, at most 1000h"},
    {"PR_1809_OneProbe", [](auto& d) { Web(d).probes[0].numberOfProbes = 1; },
     "load balancer web, probe alive, numberOfProbes: '1' is not allowed; give at least 2, and so few that with an interval of +15s they take at most +120s"},
    {"PR_1809_NineProbesOf15s", [](auto& d) { Web(d).probes[0].numberOfProbes = 9; },
     "load balancer web, probe alive, numberOfProbes: '9' is not allowed; give at least 2, and so few that with an interval of +15s they take at most +120s"},
    {"PR_1809_ThreeProbesOf41s", [](auto& d) { Web(d).probes[0].interval = Seconds(41); Web(d).probes[0].numberOfProbes = 3; },
     "load balancer web, probe alive, numberOfProbes: '3' is not allowed; give at least 2, and so few that with an interval of +41s they take at most +120s"},
    {"ProbeThreshold0", [](auto& d) { Web(d).probes[0].probeThreshold = 0; },
     "load balancer web, probe alive, probeThreshold: '0' is not allowed; give 1 to 100"},
    {"ProbeThreshold101", [](auto& d) { Web(d).probes[0].probeThreshold = 101; },
     "load balancer web, probe alive, probeThreshold: '101' is not allowed; give 1 to 100"},
    {"PathEmpty", [](auto& d) { Web(d).probes[1].requestPath = ""; },
     "load balancer web, probe page, requestPath: '' is not allowed; give a path that begins with /, of at most 1024 printable ASCII characters without spaces"},
    {"PathWithoutSlash", [](auto& d) { Web(d).probes[1].requestPath = "health"; },
     "load balancer web, probe page, requestPath: 'health' is not allowed; give a path that begins with /, of at most 1024 printable ASCII characters without spaces"},
    {"PathWithSpace", [](auto& d) { Web(d).probes[1].requestPath = "/a b"; },
     "load balancer web, probe page, requestPath: '/a b' is not allowed; give a path that begins with /, of at most 1024 printable ASCII characters without spaces"},
    {"PathWithNewline", [](auto& d) { Web(d).probes[1].requestPath = "/a\nb"; },
     "load balancer web, probe page, requestPath: '/a\\nb' is not allowed; give a path that begins with /, of at most 1024 printable ASCII characters without spaces"},
    {"PathTooLong", [](auto& d) { Web(d).probes[1].requestPath = "/" + std::string(1024, 'a'); },
     "load balancer web, probe page, requestPath: '/" + std::string(1024, 'a') + "' is not allowed; give a path that begins with /, of at most 1024 printable ASCII characters without spaces"},
    {"AS_2410_StateWithoutProbe", [](auto& d) { Api(d).backendPools[0].members[1].state = AdministrativeState::Down; },
     "load balancer api, backend pool pool, member 1, administrativeState: 'Down' is not allowed; give None, or a probe to a rule of the pool"},
    // Addresses
    {"FrontendAddressTwice", [](auto& d) { Web(d).frontends[1].address = Ipv4Address("198.51.100.1"); },
     "publicAddress: '198.51.100.1' is not allowed twice; give each public address one use"},
    {"OwnAddressIsAFrontend", [](auto& d) { d.networkInterfaces[2].instanceLevelPublicIp = Ipv4Address("198.51.100.2"); },
     "publicAddress: '198.51.100.2' is not allowed twice; give each public address one use"},
    {"OwnAddressTwice", [](auto& d) { d.networkInterfaces[0].instanceLevelPublicIp = Ipv4Address("198.51.100.9"); },
     "publicAddress: '198.51.100.9' is not allowed twice; give each public address one use"},
    {"PlatformAddressTwice", [](auto& d) { d.networkInterfaces[4].platformAddress = Ipv4Address("203.0.113.4"); },
     "publicAddress: '203.0.113.4' is not allowed twice; give each public address one use"},
    {"PlatformAddressIsAFrontend", [](auto& d) { d.networkInterfaces[4].platformAddress = Ipv4Address("198.51.100.1"); },
     "publicAddress: '198.51.100.1' is not allowed twice; give each public address one use"},
    {"PublicFrontendUnset", [](auto& d) { Web(d).frontends[1].address = Ipv4Address(); },
     "load balancer web, frontend other, address: '0.0.0.0' is not allowed; give a public one"},
    {"PublicFrontendAny", [](auto& d) { Web(d).frontends[1].address = Ipv4Address::GetAny(); },
     "load balancer web, frontend other, address: '0.0.0.0' is not allowed; give a public one"},
    {"PublicFrontendPrivate", [](auto& d) { Web(d).frontends[1].address = Ipv4Address("10.0.0.9"); },
     "load balancer web, frontend other, address: '10.0.0.9' is not allowed; give a public one"},
    {"PublicFrontendMulticast", [](auto& d) { Web(d).frontends[1].address = Ipv4Address("224.0.0.9"); },
     "load balancer web, frontend other, address: '224.0.0.9' is not allowed; give a public one"},
    {"PrivateFrontendUnset", [](auto& d) { Api(d).frontends[1].address = Ipv4Address(); },
     "load balancer api, frontend ha, address: '0.0.0.0' is not allowed; give one that a virtual network may have"},
    {"PrivateFrontendPublic", [](auto& d) { Api(d).frontends[1].address = Ipv4Address("198.51.100.3"); },
     "load balancer api, frontend ha, address: '198.51.100.3' is not allowed; give one that a virtual network may have"},
    {"PrivateFrontendMulticast", [](auto& d) { Api(d).frontends[1].address = Ipv4Address("224.0.0.9"); },
     "load balancer api, frontend ha, address: '224.0.0.9' is not allowed; give one that a virtual network may have"},
    {"PrivateFrontendTwice", [](auto& d) { Api(d).frontends[1].address = Ipv4Address("10.0.0.100"); },
     "load balancer api, frontend ha, address: '10.0.0.100' is not allowed; give one that no other frontend of the virtual network has"},
    // SNAT ports
    {"TooManyPortsForThePool", [](auto& d) { d.profile.Set("AllocatedPorts", "40000"); },
     "allocatedPorts: '40000' is not allowed; with 2 pool members and 64503 ports per public address that rules leave, "
     "each member can have at most 32251 ports and needs 40000"},
    {"TooManyPortsForOneVm", [](auto& d) { d.loadBalancers.clear(); d.profile.Set("PortsPerPublicAddress", "1000"); },
     "portsPerPublicAddress: '1000' is not allowed; with 1 pool members and 1000 ports per public address, "
     "each member can have at most 1000 ports and needs 1024"},
    {"PoolOf1001WithSnat", [](auto& d) { Web(d) = {"web", LoadBalancerSku::Standard, std::nullopt, Web(d).frontends, {}, {}, {}, {}, {}}; AddVms(d, Web(d), "large", 1001); AddRules(Web(d), "large", 1); },
     "poolSize: '1001' is not allowed; give 1 to 1000"},
    // Limits
    {"LBL_2410_BasicFrontends", [](auto& d) { for (uint32_t i = 2; i < 201; ++i) { Web(d).frontends.push_back({"f" + std::to_string(i), Ipv4Address(0x65000000U + i)}); } },
     "load balancer web, frontends: '201' is not allowed; give 200 at most in a Basic load balancer"},
    {"LBL_2410_StandardFrontends", [](auto& d) { for (uint32_t i = 2; i < 601; ++i) { Api(d).frontends.push_back({"f" + std::to_string(i), Ipv4Address(0x0a010000U + i)}); } },
     "load balancer api, frontends: '601' is not allowed; give 600 at most in a Standard load balancer"},
    {"LBL_2410_BasicRules", [](auto& d) { AddRules(Web(d), "spare", 248); },
     "load balancer web, rules: '251' is not allowed; give 250 at most in a Basic load balancer"},
    {"LBL_2410_StandardRules", [](auto& d) { Web(d).sku = LoadBalancerSku::Standard; AddRules(Web(d), "spare", 1498); },
     "load balancer web, rules: '1501' is not allowed; give 1500 at most in a Standard load balancer"},
    {"LBL_2410_RulesOfAnInterface", [](auto& d) { Web(d).sku = LoadBalancerSku::Standard; AddRules(Web(d), "pool", 297); }, // 2 and 2 more of the internal one are there already
     "network interface 0, load balancer rules: '301' is not allowed; give 300 at most"},
    {"LBL_2410_BasicPool", [](auto& d) { AddVms(d, Web(d), "large", 301); },
     "load balancer web, backend pool large, members: '301' is not allowed; give 300 at most in a Basic load balancer"},
    {"LBL_2410_StandardPool", [](auto& d) { AddVms(d, Api(d), "large", 5001); },
     "load balancer api, backend pool large, members: '5001' is not allowed; give 5000 at most in a Standard load balancer"},
    {"LBL_2410_BackendsOfAFrontend", [](auto& d) {
         for (const auto* pool : {"a", "b"}) { AddVms(d, Api(d), pool, 5000); }
         Api(d).loadBalancingRules.push_back(MakeRule("a", "front", "a", TCP, 81));
         Api(d).loadBalancingRules.push_back(MakeRule("b", "front", "b", TCP, 82)); },
     "load balancer api, frontend front, members of its pools: '10002' is not allowed; give 10000 at most"},
};
// clang-format on

class RefusedDeployments : public ::testing::TestWithParam<RefusedCase>
{
};

TEST_P(RefusedDeployments, AreToldWhy)
{
    auto deployment = MakeSound();
    ASSERT_EQ(Validate(deployment), std::nullopt);
    GetParam().spoil(deployment);
    EXPECT_EQ(Validate(deployment), GetParam().error);
}

const auto CASE_NAME = [](const auto& row) { return row.param.name; };
INSTANTIATE_TEST_SUITE_P(SlbProgram,
                         RefusedDeployments,
                         ::testing::ValuesIn(REFUSED_CASES),
                         CASE_NAME);

/// One row: what is just allowed.
struct AllowedCase
{
    const char* name; // test name
    std::function<void(Deployment&)> change;
};

void
PrintTo(const AllowedCase& c, std::ostream* os)
{
    *os << c.name;
}

// clang-format off
const AllowedCase ALLOWED_CASES[] = {
    {"HighestPorts", [](auto& d) { Web(d).loadBalancingRules[0].frontendPort = 65534; Web(d).loadBalancingRules[0].backendPort = 65535; }},
    {"SamePortForTcpAndUdp", [](auto& d) { Web(d).loadBalancingRules[1] = MakeRule("quic", "front", "pool", UDP, 80); }},
    {"SamePortOnAnotherFrontendAndPool", [](auto& d) { Web(d).loadBalancingRules.push_back(MakeRule("www", "other", "spare", TCP, 80)); }},
    {"MV_1608_BackendPortTwiceWithFloatingIp", [](auto& d) { auto& rules = Web(d).loadBalancingRules; rules.push_back(MakeRule("www", "other", "pool", TCP, 80)); rules.back().enableFloatingIp = true; }},
    {"PR_1809_EightProbesOf15s", [](auto& d) { Web(d).probes[0].numberOfProbes = 8; }},
    {"PR_1809_TwentyFourProbesOf5s", [](auto& d) { Web(d).probes[0].interval = Seconds(5); Web(d).probes[0].numberOfProbes = 24; }},
    {"ManyProbesWhereTheirNumberDoesNotCount", [](auto& d) { d.profile = MakeProfile("2023"); Web(d).probes[0].numberOfProbes = 1000; }},
    {"OneProbeWhereTheirNumberDoesNotCount", [](auto& d) { d.profile = MakeProfile("2023"); Web(d).probes[0].numberOfProbes = 1; }},
    {"MV_1608_HaPortsAlone", [](auto& d) { auto& rules = Api(d).loadBalancingRules; rules.erase(rules.begin()); rules[0].enableFloatingIp = false; }},
    {"MV_1608_FloatingRuleBesideHaPorts", [](auto& d) { auto& rules = Api(d).loadBalancingRules; rules[0].enableFloatingIp = true; rules[1].enableFloatingIp = false; }},
    {"ProbeThresholdInPlaceOfTheNumber", [](auto& d) { Web(d).probes[0].probeThreshold = 100; Web(d).probes[0].numberOfProbes = 100; }},
    {"TcpProbeOfARefusedHttpPort", [](auto& d) { Web(d).probes[0].port = 25; }},
    {"TcpProbeWithoutPath", [](auto& d) { Web(d).probes[0].requestPath = ""; }},
    {"PathWithQuery", [](auto& d) { Web(d).probes[1].requestPath = "/health?deep=1"; }},
    {"AS_2410_StateWithProbe", [](auto& d) { Web(d).backendPools[0].members[1].state = AdministrativeState::Down; }},
    {"SamePrivateFrontendInAnotherVirtualNetwork", [](auto& d) { LoadBalancer other; other.name = "other"; other.virtualNetwork = 2; other.frontends = {{"front", Ipv4Address("10.0.0.100")}}; d.loadBalancers.push_back(other); }},
    {"InterfaceInTwoPoolsOfOneLoadBalancer", [](auto& d) { Web(d).backendPools[1].members = {{0}}; }},
    {"HighestInterfaceNumber", [](auto& d) { d.networkInterfaces[4].networkInterface = (1 << 24) - 1; }},
    {"LBL_2410_BasicRules", [](auto& d) { AddRules(Web(d), "spare", 247); }},
    {"LBL_2410_RulesOfAnInterface", [](auto& d) { Web(d).sku = LoadBalancerSku::Standard; AddRules(Web(d), "pool", 296); }},
    {"LBL_2410_BasicPool", [](auto& d) { AddVms(d, Web(d), "large", 300); }},
    {"LBL_2410_StandardPool", [](auto& d) { AddVms(d, Api(d), "large", 5000); }},
    {"PoolOf1000WithSnat", [](auto& d) { Web(d) = {"web", LoadBalancerSku::Standard, std::nullopt, Web(d).frontends, {}, {}, {}, {}, {}}; AddVms(d, Web(d), "large", 1000); AddRules(Web(d), "large", 1); }},
    {"NoLoadBalancer", [](auto& d) { d.loadBalancers.clear(); }},
    {"PlatformAddressesUnsetWhereNobodyUsesThem", [](auto& d) { for (uint32_t i = 0; i < 3; ++i) { d.networkInterfaces[i].platformAddress = Ipv4Address(); } }}, // in the pool, or with an ILPIP
};
// clang-format on

class AllowedDeployments : public ::testing::TestWithParam<AllowedCase>
{
};

TEST_P(AllowedDeployments, AreSoundAndCompile)
{
    auto deployment = MakeSound();
    GetParam().change(deployment);
    EXPECT_EQ(Validate(deployment), std::nullopt);
    EXPECT_EQ(Compile(deployment).hosts.size(), deployment.networkInterfaces.size());
}

INSTANTIATE_TEST_SUITE_P(SlbProgram,
                         AllowedDeployments,
                         ::testing::ValuesIn(ALLOWED_CASES),
                         CASE_NAME);

TEST(SoundDeployments, MayBeEmpty)
{
    Deployment deployment;
    deployment.profile = MakeProfile("2017");
    EXPECT_EQ(Validate(deployment), std::nullopt);
    const auto program = Compile(deployment);
    EXPECT_TRUE(program.hosts.empty());
    EXPECT_TRUE(program.muxes.empty());
    EXPECT_EQ(program.muxGoalState.generation, 1U);
}

} // namespace

} // namespace ns3::azure
