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
};

/// What two flows must differ in to share a SNAT port.
enum class ReuseKey : uint8_t
{
    DestinationAddress,  //!< the destination address (S0-17, S0-20)
    DestinationEndpoint, //!< the destination address or port (sources.rst B.2: OB-1803)
    Never,               //!< one port per flow whatever its destination (B.2: OB-1808, UDP)
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
 * A flow's port is free again at the earlier of: IdleTimeout after its last packet, FinHold after
 * the connection closed, RstHold after a RST.  "None" for a hold means that closing frees nothing
 * early, and the idle timeout does it (S0-23).
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
    Time flowRecordTimeout;                                         //!< FlowRecordTimeout
    bool selectableIcmp{false};                                     //!< SelectableIcmp
    uint32_t applicationSecurityGroupsPerSide{1}; //!< ApplicationSecurityGroupsPerSide
    bool hostServicesFiltered{true};              //!< HostServicesFiltered
    bool hostInVirtualNetworkTag{false};          //!< HostInVirtualNetworkTag
    Time probeInterval;                           //!< ProbeInterval, of probes that set none
    bool numberOfProbesHonored{true};             //!< NumberOfProbesHonored
    Time httpProbeTimeout;                        //!< HttpProbeTimeout
    bool httpProbeTimeoutWithinInterval{false};   //!< HttpProbeTimeoutWithinInterval
    bool loneMemberKeepsFlows{true};              //!< LoneMemberKeepsFlows

    /// @return what two flows of the protocol must differ in to share a port
    ReuseKey GetReuseKey(IpProtocol protocol) const
    {
        return protocol == IpProtocol::Tcp ? tcpReuseKey : udpReuseKey;
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

/// @return the named bundle: 2016, 2017, 2018 or 2023; nothing for any other name
std::optional<Profile> FindProfile(const std::string& name);

/// @return the bundles' names, oldest first
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
