// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PROFILE_H
#define AZURE_PROFILE_H

#include "azure-ip-protocol.h"

#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

/// How many SNAT ports a pool member receives on each frontend.
enum class PortBudget : uint8_t
{
    Flat,     //!< all ports of the address, shared equally by the members (S4-01)
    PoolSize, //!< by the size of the pool (S0-41; SNAT_PORT_TIERS)
    OnDemand, //!< a few at the beginning, more when asked for (B.1: BLOG-1802; Ananta 3.4.2)
    Shared,   //!< none: a NAT gateway's ports are there for all (B.6: NG-2307)
};

/// What two flows must differ in to share a SNAT port.
enum class ReuseKey : uint8_t
{
    DestinationAddress,  //!< the destination address (S0-17, S0-20)
    DestinationEndpoint, //!< the destination address or port (sources.rst B.2: OB-1803)
    Never,               //!< one port per flow whatever its destination
    /// One port per source socket whatever the destination, of which no other socket's flows make
    /// use (B.2: OB-1808, UDP; RFC 4787: endpoint-independent mapping).
    Cone,
};

/// What several frontends do to the number of ports a member receives.
enum class FrontendBudget : uint8_t
{
    Multiply, //!< each frontend gives the full number (sources.rst B.1: OB-1803)
    Cap,      //!< all together give at most 1,024 (B.1: OB-2303)
};

/// Which frontend an outbound flow takes its port from.
enum class FrontendSelection : uint8_t
{
    FillFirst, //!< the first frontend that has a port (sources.rst B.1: OB-2203)
    Random,    //!< any, drawn anew for each flow; the next one if it has no port (S0-40)
    Any,       //!< any, by the flow's hash; the next one if it has no port (S0-40; B.1: OB-2409)
};

/// Which of the ports that are free for its destination a flow gets.
enum class PortChoice : uint8_t
{
    Lowest,       //!< the lowest (B.2: OB-2006)
    Random,       //!< any, drawn anew for each flow
    RandomUnused, //!< any that no flow holds; only if there is none, any other (B.6: NG-2202)
    /// The first free one of PortSearchTries that are drawn; refused if none is, though there may
    /// be free ones (VPP nat44-ed: 10 tries; Linux and Cilium: 128).
    BoundedRandom,
    /// The first free one from lowest port + source port modulo number of ports on, around the end
    /// (VPP det44; RFC 7422).
    Deterministic,
};

/// Which half of a member's ports is taken back when its pool grows into the next tier.
enum class ReclaimedHalf : uint8_t
{
    Upper, //!< its highest ports
    Lower, //!< its lowest ports
};

/// What becomes known of a TCP connection that was idle for too long.
enum class TcpReset : uint8_t
{
    None,         //!< nothing: silence (B.5)
    BothEnds,     //!< RST to both ends at the timeout, if it was established (B.5: TR-2010)
    OnLatePacket, //!< RST to who sends a packet afterwards (B.5: NG-2307)
};

/// When a closing TCP connection begins to count down its FIN hold.
enum class FinHoldStart : uint8_t
{
    BothFins,  //!< both sides have sent FIN (sources.rst B.2: OB-1808)
    EitherFin, //!< one side has sent FIN (B.2: OB-2006)
};

/**
 * @ingroup azure-values
 * @brief Azure's behavior at one time: a bundle of settings, each changeable alone.
 *
 * Text form, as in ns-3's object factories: the name of a bundle, and in brackets what differs
 * from it: `2018[AllocatedPorts=8|FinHold=30s]`.  ParseProfile() and operator<< are inverse to each
 * other, to the nanosecond for times up to 100 days.
 *
 * A flow's port is free again at the earlier of: its idle timeout after its last packet, FinHold
 * after the connection closed, RstHold after a RST.  "None" for a hold means that closing frees
 * nothing early, and the idle timeout does it (S0-23).  UdpHold and ReuseGap come on top, for flows
 * to the same destination only.
 */
struct Profile
{
    std::string name{"2017"};                           //!< the bundle it began as
    PortBudget portBudget{PortBudget::PoolSize};        //!< PortBudget
    std::optional<uint32_t> allocatedPorts;             //!< AllocatedPorts, per frontend
    uint32_t portsPerPublicAddress{0};                  //!< PortsPerPublicAddress
    ReuseKey tcpReuseKey{ReuseKey::DestinationAddress}; //!< TcpReuseKey
    ReuseKey udpReuseKey{ReuseKey::DestinationAddress}; //!< UdpReuseKey
    bool portsPerProtocol{false};                       //!< PortsPerProtocol
    bool linkingRuleRequired{true};                     //!< LinkingRuleRequired
    FrontendSelection frontendSelection{FrontendSelection::Random}; //!< FrontendSelection
    FrontendBudget frontendBudget{FrontendBudget::Multiply};        //!< FrontendBudget
    Time idleTimeout;                                               //!< IdleTimeout
    std::optional<Time> finHold;                                    //!< FinHold
    FinHoldStart finHoldStart{FinHoldStart::BothFins};              //!< FinHoldStart
    std::optional<Time> rstHold;                                    //!< RstHold
    std::optional<Time> udpIdleTimeout;             //!< UdpIdleTimeout; none: IdleTimeout
    std::optional<Time> halfOpenTimeout;            //!< HalfOpenTimeout; none: IdleTimeout
    std::optional<Time> udpHold;                    //!< UdpHold, after the idle timeout
    std::optional<Time> reuseGap;                   //!< ReuseGap, after every hold and timeout
    TcpReset tcpReset{TcpReset::None};              //!< TcpReset
    Time maxOutboundIdleTimeout;                    //!< MaxOutboundIdleTimeout, of outbound rules
    PortChoice portChoice{PortChoice::Lowest};      //!< PortChoice
    uint32_t portSearchTries{0};                    //!< PortSearchTries, of BoundedRandom
    std::optional<uint32_t> maxFlowsPerDestination; //!< MaxFlowsPerDestination, per address
    ReclaimedHalf reclaimedHalf{ReclaimedHalf::Upper}; //!< ReclaimedHalf
    uint32_t preallocatedPorts{0};                     //!< PreallocatedPorts, of OnDemand
    uint32_t portRangeSize{0};                         //!< PortRangeSize, of OnDemand
    uint32_t rangesPerGrant{1};                        //!< RangesPerGrant, of OnDemand
    std::optional<Time> demandPredictionWindow;        //!< DemandPredictionWindow, of OnDemand
    std::optional<Time> unusedRangeTimeout;            //!< UnusedRangeTimeout, of OnDemand
    std::optional<uint32_t> maxPortsPerInterface;      //!< MaxPortsPerInterface, of OnDemand
    std::optional<uint32_t> maxRequestsPerMinute;      //!< MaxRequestsPerMinute, of OnDemand
    std::optional<uint32_t> outstandingRequests;       //!< OutstandingRequests, of OnDemand
    Time flowRecordTimeout;                            //!< FlowRecordTimeout
    bool selectableIcmp{false};                        //!< SelectableIcmp
    uint32_t applicationSecurityGroupsPerSide{1};      //!< ApplicationSecurityGroupsPerSide
    bool hostServicesFiltered{true};                   //!< HostServicesFiltered
    bool hostInVirtualNetworkTag{false};               //!< HostInVirtualNetworkTag
    Time probeInterval;                                //!< ProbeInterval, of probes that set none
    bool numberOfProbesHonored{true};                  //!< NumberOfProbesHonored
    Time httpProbeTimeout;                             //!< HttpProbeTimeout
    bool httpProbeTimeoutWithinInterval{false};        //!< HttpProbeTimeoutWithinInterval
    bool loneMemberKeepsFlows{true};                   //!< LoneMemberKeepsFlows

    /// @return what two flows of the protocol must differ in to share a port
    ReuseKey GetReuseKey(IpProtocol protocol) const
    {
        return protocol == IpProtocol::Tcp ? tcpReuseKey : udpReuseKey;
    }

    /// @return time without packets after which a flow of the protocol is over
    Time GetIdleTimeout(IpProtocol protocol) const
    {
        return protocol == IpProtocol::Udp ? udpIdleTimeout.value_or(idleTimeout) : idleTimeout;
    }

    /**
     * @brief Change one setting.
     * @param setting its name, as in the text form
     * @param value its value as text
     * @return nothing if done; else what was wrong, naming setting, value and what is allowed
     */
    std::optional<std::string> Set(const std::string& setting, const std::string& value);
};

/// The result of reading a profile's text form: one of the two is set.
struct ParsedProfile
{
    std::optional<Profile> profile; //!< what was read
    std::string error;              //!< names the field, the value and what is allowed
};

/// @return the profile the text describes, or the error
ParsedProfile ParseProfile(const std::string& text);

/// @return the named bundle, one of GetProfileNames(); nothing for any other name
std::optional<Profile> FindProfile(const std::string& name);

/// @return the bundles' names: Azure's oldest first, then those of other allocators
std::vector<std::string> GetProfileNames();

/// One setting of a profile, for documentation and help texts.
struct ProfileSetting
{
    std::string name;        //!< as in the text form
    std::string allowed;     //!< the values allowed, with unit
    std::string description; //!< what it does, with its source
};

/// @return every setting, in the order of the text form
std::vector<ProfileSetting> GetProfileSettings();

/// @return the value of one setting as text; the setting must exist
std::string GetProfileSettingText(const Profile& profile, const std::string& setting);

/// Writes the text form: the name, and in brackets what differs from that bundle.
std::ostream& operator<<(std::ostream& os, const Profile& profile);

} // namespace ns3::azure

#endif // AZURE_PROFILE_H
