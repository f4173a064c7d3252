// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-profile.h"

#include "azure-limits.h"
#include "azure-parse.h"
#include "azure-text-fields.h"

#include "ns3/abort.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iomanip>
#include <sstream>
#include <utility>

namespace ns3::azure
{

namespace
{

/// One column of the settings table: how a setting is read, written and explained.
struct Setting
{
    ProfileSetting text;                                    //!< for the reader
    std::function<bool(Profile&, const std::string&)> read; //!< false if not allowed
    std::function<std::string(const Profile&)> write;       //!< inverse of read
};

/// The names of an enumeration's values.
template <typename E>
using Names = std::vector<std::pair<E, std::string>>;

template <typename E>
Setting
MakeEnumSetting(const char* name, E Profile::*member, Names<E> names, const char* description)
{
    std::vector<std::string> words;
    for (const auto& entry : names)
    {
        words.push_back(entry.second);
    }
    return {{name, JoinAlternatives(words), description},
            [=](Profile& profile, const std::string& value) {
                for (const auto& [key, word] : names)
                {
                    if (word == value)
                    {
                        profile.*member = key;
                        return true;
                    }
                }
                return false;
            },
            [=](const Profile& profile) {
                const auto isSet = [&](const auto& entry) {
                    return entry.first == profile.*member;
                };
                return std::find_if(names.begin(), names.end(), isSet)->second;
            }};
}

/// @return the time as ParseTime() reads it back: in seconds, or nanoseconds if those round it
std::string
ToText(const Time& time)
{
    std::ostringstream os;
    os << std::setprecision(15) << static_cast<double>(time.GetNanoSeconds()) / 1e9 << "s";
    return ParseTime(os.str()) == time ? os.str() : std::to_string(time.GetNanoSeconds()) + "ns";
}

/// @return a time above 0 and so short that no deadline overflows (1000 h, our choice), or nothing
std::optional<Time>
ParsePositiveTime(const std::string& text)
{
    const auto time = ParseTime(text);
    const bool isAllowed = time && time->IsStrictlyPositive() && *time <= Hours(1000);
    return isAllowed ? time : std::nullopt;
}

Setting
MakeHoldSetting(const char* name, std::optional<Time> Profile::*member, const char* description)
{
    return {{name, "a time above 0s, at most 1000h, or none", description},
            [=](Profile& profile, const std::string& value) {
                const auto time = ParsePositiveTime(value);
                profile.*member = time;
                return time.has_value() || value == "none";
            },
            [=](const Profile& profile) {
                return profile.*member ? ToText(*(profile.*member)) : "none";
            }};
}

Setting
MakeTimeSetting(const char* name, Time Profile::*member, const char* description)
{
    return {{name, "a time above 0s, at most 1000h", description},
            [=](Profile& profile, const std::string& value) {
                const auto time = ParsePositiveTime(value);
                profile.*member = time.value_or(Time());
                return time.has_value();
            },
            [=](const Profile& profile) { return ToText(profile.*member); }};
}

/// @return whether the text is "none", after the value was set to the number that it is, if it is
/// one
bool
ReadOptionalNumber(std::optional<uint32_t>& value,
                   const std::string& text,
                   uint32_t least,
                   uint32_t most)
{
    value = ParseUnsigned(text);
    return text == "none" || (value && *value >= least && *value <= most);
}

Setting
MakeOptionalNumberSetting(const char* name,
                          std::optional<uint32_t> Profile::*member,
                          uint32_t least,
                          uint32_t most,
                          const char* description)
{
    return {
        {name, std::to_string(least) + " to " + std::to_string(most) + ", or none", description},
        [=](Profile& profile, const std::string& value) {
            return ReadOptionalNumber(profile.*member, value, least, most);
        },
        [=](const Profile& profile) {
            return profile.*member ? std::to_string(*(profile.*member)) : "none";
        }};
}

Setting
MakeNumberSetting(const char* name,
                  uint32_t Profile::*member,
                  uint32_t least,
                  uint32_t most,
                  const char* description)
{
    return {{name, std::to_string(least) + " to " + std::to_string(most), description},
            [=](Profile& profile, const std::string& value) {
                std::optional<uint32_t> number;
                const bool isAllowed =
                    value != "none" && ReadOptionalNumber(number, value, least, most);
                profile.*member = number.value_or(0);
                return isAllowed;
            },
            [=](const Profile& profile) { return std::to_string(profile.*member); }};
}

Setting
MakeBoolSetting(const char* name, bool Profile::*member, const char* description)
{
    return MakeEnumSetting<bool>(name, member, {{true, "true"}, {false, "false"}}, description);
}

/// @return every setting: the one table behind text form, help and documentation
const std::vector<Setting>&
GetSettings()
{
    static const Names<ReuseKey> REUSE_KEYS{{ReuseKey::DestinationAddress, "DestinationAddress"},
                                            {ReuseKey::DestinationEndpoint, "DestinationEndpoint"},
                                            {ReuseKey::Never, "Never"},
                                            {ReuseKey::Cone, "Cone"}};
    // clang-format off
    static const std::vector<Setting> SETTINGS{
        MakeEnumSetting<PortBudget>("PortBudget", &Profile::portBudget,
            {{PortBudget::Flat, "Flat"}, {PortBudget::PoolSize, "PoolSize"}, {PortBudget::OnDemand, "OnDemand"}, {PortBudget::Shared, "Shared"}},
            "SNAT ports per member and frontend: all of the address shared equally (S4-01), by pool size (S0-41), a few and more when asked for (B.1: BLOG-1802; Ananta 3.4.2), or none, as a NAT gateway's are shared (B.6: NG-2307)"),
        MakeOptionalNumberSetting("AllocatedPorts", &Profile::allocatedPorts, 1, MAX_SNAT_PORTS_NAT_GATEWAY,
            "SNAT ports per member and frontend in place of the budget's number"),
        MakeNumberSetting("PortsPerPublicAddress", &Profile::portsPerPublicAddress, 1, MAX_SNAT_PORTS_NAT_GATEWAY,
            "SNAT ports of one public address, from port 1024 up (S4-01; B.1)"),
        MakeEnumSetting("TcpReuseKey", &Profile::tcpReuseKey, REUSE_KEYS,
            "what two TCP flows must differ in to share a SNAT port (S0-17; B.2)"),
        MakeEnumSetting("UdpReuseKey", &Profile::udpReuseKey, REUSE_KEYS,
            "what two UDP flows must differ in to share a SNAT port (S0-17; B.2)"),
        MakeBoolSetting("PortsPerProtocol", &Profile::portsPerProtocol,
            "whether TCP and UDP use up their ports independently (B.2: OB-1803); so they do too where their reuse keys differ"),
        MakeBoolSetting("LinkingRuleRequired", &Profile::linkingRuleRequired,
            "whether a rule must link the frontend with the pool (S0-25; not S4-04)"),
        MakeEnumSetting<FrontendSelection>("FrontendSelection", &Profile::frontendSelection,
            {{FrontendSelection::FillFirst, "FillFirst"}, {FrontendSelection::Random, "Random"}, {FrontendSelection::Any, "Any"}},
            "which frontend a flow takes its port from: the first that has one, one drawn for it, or one by its hash (S0-40; B.1)"),
        MakeEnumSetting<FrontendBudget>("FrontendBudget", &Profile::frontendBudget,
            {{FrontendBudget::Multiply, "Multiply"}, {FrontendBudget::Cap, "Cap"}},
            "whether several frontends multiply a member's ports, or give at most 1024 together (B.1)"),
        MakeTimeSetting("IdleTimeout", &Profile::idleTimeout,
            "time without packets after which a flow's port is free (S0-23)"),
        MakeHoldSetting("FinHold", &Profile::finHold,
            "time a port is held after FIN; none: until IdleTimeout (B.2: OB-1808)"),
        MakeEnumSetting<FinHoldStart>("FinHoldStart", &Profile::finHoldStart,
            {{FinHoldStart::BothFins, "BothFins"}, {FinHoldStart::EitherFin, "EitherFin"}},
            "whether FinHold starts at both sides' FIN (OB-1808) or at either side's (OB-2006)"),
        MakeHoldSetting("RstHold", &Profile::rstHold,
            "time a port is held after RST; none: until IdleTimeout (B.2: OB-1808)"),
        MakeHoldSetting("UdpIdleTimeout", &Profile::udpIdleTimeout,
            "IdleTimeout of UDP flows; none: the same (B.6: NG-2307)"),
        MakeHoldSetting("HalfOpenTimeout", &Profile::halfOpenTimeout,
            "IdleTimeout of TCP flows that nothing has answered yet; none: the same (B.6: NG-2307)"),
        MakeHoldSetting("UdpHold", &Profile::udpHold,
            "time a port of a UDP flow is held after its idle timeout, for the same destination (B.6: NG-2202)"),
        MakeHoldSetting("ReuseGap", &Profile::reuseGap,
            "time a port is held after any hold or timeout, for the same destination (B.6: NG-2002)"),
        MakeEnumSetting<TcpReset>("TcpReset", &Profile::tcpReset,
            {{TcpReset::None, "None"}, {TcpReset::BothEnds, "BothEnds"}, {TcpReset::OnLatePacket, "OnLatePacket"}},
            "who gets a RST when an established connection was idle for too long: nobody, both ends (B.5: TR-2010), or who sends a packet afterwards (B.5: NG-2307)"),
        MakeTimeSetting("MaxOutboundIdleTimeout", &Profile::maxOutboundIdleTimeout,
            "longest idle timeout of an outbound rule: 66, 100 or 120 minutes (B.4: OR-1809, TR-2010, OB-2006)"),
        MakeEnumSetting<PortChoice>("PortChoice", &Profile::portChoice,
            {{PortChoice::Lowest, "Lowest"}, {PortChoice::Random, "Random"}, {PortChoice::RandomUnused, "RandomUnused"}, {PortChoice::BoundedRandom, "BoundedRandom"}, {PortChoice::Deterministic, "Deterministic"}},
            "which of the ports free for its destination a flow gets (B.2: OB-2006; B.6: NG-2202; peers)"),
        MakeNumberSetting("PortSearchTries", &Profile::portSearchTries, 1, 65535,
            "ports that BoundedRandom draws before it refuses a flow (VPP nat44-ed: 10; as good as Linux: 64)"),
        MakeOptionalNumberSetting("MaxFlowsPerDestination", &Profile::maxFlowsPerDestination, 1, MAX_SNAT_PORTS_NAT_GATEWAY,
            "flows on one public address to one destination address and port (B.6: NG-2307)"),
        MakeEnumSetting<ReclaimedHalf>("ReclaimedHalf", &Profile::reclaimedHalf,
            {{ReclaimedHalf::Upper, "Upper"}, {ReclaimedHalf::Lower, "Lower"}},
            "which of a member's ports are taken back when the pool grows into the next tier (B.1: OB-1808; which is not documented)"),
        MakeNumberSetting("PreallocatedPorts", &Profile::preallocatedPorts, 0, MAX_SNAT_PORTS_NAT_GATEWAY,
            "OnDemand: SNAT ports per member on its first frontend that it has at the beginning and keeps, in whole ranges (B.1: BLOG-1802)"),
        {{"PortRangeSize", "a power of two, 1 to 1024", "OnDemand: SNAT ports of one range, which are given and returned together (Ananta 3.5.1, 5.1.3)"},
            [](Profile& profile, const std::string& value) {
                profile.portRangeSize = ParseUnsigned(value).value_or(0);
                const auto size = profile.portRangeSize;
                return size >= 1 && size <= 1024 && (size & (size - 1)) == 0;
            },
            [](const Profile& profile) { return std::to_string(profile.portRangeSize); }},
        MakeNumberSetting("RangesPerGrant", &Profile::rangesPerGrant, 1, 64,
            "OnDemand: ranges given at once where demand is predicted (Ananta 3.5.1)"),
        MakeHoldSetting("DemandPredictionWindow", &Profile::demandPredictionWindow,
            "OnDemand: demand is predicted of who asks again within that time after a grant; none: never (Ananta 3.5.1)"),
        MakeHoldSetting("UnusedRangeTimeout", &Profile::unusedRangeTimeout,
            "OnDemand: time after which a host returns a range that no flow holds; none: never (B.1: BLOG-1802; Ananta 3.4.2)"),
        MakeOptionalNumberSetting("MaxPortsPerInterface", &Profile::maxPortsPerInterface, 1, 16 * MAX_SNAT_PORTS_NAT_GATEWAY,
            "OnDemand: most SNAT ports of a network interface (Ananta 3.6.1)"),
        MakeOptionalNumberSetting("MaxRequestsPerMinute", &Profile::maxRequestsPerMinute, 1, 1'000'000,
            "OnDemand: requests of a network interface that the SLB manager takes in a minute (Ananta 3.6.1)"),
        MakeOptionalNumberSetting("OutstandingRequests", &Profile::outstandingRequests, 1, 1000,
            "OnDemand: requests of a network interface that may wait for the SLB manager; it drops any other (Ananta 3.6.1: 1)"),
        MakeTimeSetting("FlowRecordTimeout", &Profile::flowRecordTimeout,
            "time without packets after which a flow is new to security rules (S3-28; B.9: FL-2101)"),
        MakeBoolSetting("SelectableIcmp", &Profile::selectableIcmp,
            "whether security rules can be for ICMP, ESP or AH alone (not S3-19; B.9: NSG-2507)"),
        {{"ApplicationSecurityGroupsPerSide", "1 to 10", "most application security groups on a side of a rule (S3-45; B.9: LIM-2212)"},
            [](Profile& profile, const std::string& value) {
                profile.applicationSecurityGroupsPerSide = ParseUnsigned(value).value_or(0);
                return profile.applicationSecurityGroupsPerSide >= 1 &&
                       profile.applicationSecurityGroupsPerSide <= MAX_APPLICATION_SECURITY_GROUPS_PER_SIDE;
            },
            [](const Profile& profile) { return std::to_string(profile.applicationSecurityGroupsPerSide); }},
        MakeBoolSetting("HostServicesFiltered", &Profile::hostServicesFiltered,
            "whether custom security rules apply to DNS, DHCP and other services of the host (S3-50), or only those with a tag AzurePlatform... (B.9: NSG-2507)"),
        MakeBoolSetting("HostInVirtualNetworkTag", &Profile::hostInVirtualNetworkTag,
            "whether the tag VirtualNetwork contains 168.63.129.16 (B.9: ST-2104)"),
        MakeTimeSetting("ProbeInterval", &Profile::probeInterval,
            "time between health probes whose own interval is not set (B.7: PR-1809, PR-2310)"),
        MakeBoolSetting("NumberOfProbesHonored", &Profile::numberOfProbesHonored,
            "whether a probe's numberOfProbes misses or answers in a row flip a VM, or one does (B.7: PR-1809, PRI); a probeThreshold counts either way"),
        MakeTimeSetting("HttpProbeTimeout", &Profile::httpProbeTimeout,
            "time an HTTP probe waits for its answer (B.7: PR-1809, PR-2310)"),
        MakeBoolSetting("HttpProbeTimeoutWithinInterval", &Profile::httpProbeTimeoutWithinInterval,
            "whether it waits no longer than the interval (B.7: PR-2310)"),
        MakeBoolSetting("LoneMemberKeepsFlows", &Profile::loneMemberKeepsFlows,
            "whether established TCP outlives that all members are down in a Standard pool of one member, too (B.7: PR-1809, PR-2310)"),
    };
    // clang-format on
    return SETTINGS;
}

/// @return the bundle of that name, or nothing
std::optional<Profile>
FindIn(const std::vector<Profile>& bundles, const std::string& name)
{
    const auto isNamed = [&name](const Profile& profile) { return profile.name == name; };
    const auto found = std::find_if(bundles.begin(), bundles.end(), isNamed);
    return found == bundles.end() ? std::nullopt : std::optional<Profile>(*found);
}

/// @return the names of the bundles
std::vector<std::string>
GetNames(const std::vector<Profile>& bundles)
{
    std::vector<std::string> names;
    for (const auto& profile : bundles)
    {
        names.push_back(profile.name);
    }
    return names;
}

/// @return the profile that the text describes as one of the bundles, or the error
ParsedProfile
ReadProfile(const std::vector<Profile>& bundles, const std::string& text)
{
    const auto open = text.find('[');
    auto profile = FindIn(bundles, text.substr(0, open));
    if (!profile)
    {
        return {std::nullopt,
                "profile: '" + text + "' is not allowed; give " +
                    JoinAlternatives(GetNames(bundles)) +
                    ", with changed settings in brackets, as in 2018[FinHold=30s|RstHold=5s]"};
    }
    if (open == std::string::npos)
    {
        return {profile, ""};
    }
    if (text.back() != ']')
    {
        return {std::nullopt, "profile: '" + text + "' is not allowed; its settings must end in ]"};
    }
    std::istringstream settings(text.substr(open + 1, text.size() - open - 2));
    for (std::string entry; std::getline(settings, entry, '|');)
    {
        const auto equals = entry.find('=');
        const auto value = equals == std::string::npos ? "" : entry.substr(equals + 1);
        if (const auto error = profile->Set(entry.substr(0, equals), value))
        {
            return {std::nullopt, *error};
        }
    }
    return {profile, ""};
}

/// @return the bundles, in the order of GetProfileNames(); sources.rst A.6, B.1 to B.7, B.9 and C.1
/// say where each value comes from; what Ananta does not print is our choice: ranges at the
/// beginning, window of prediction, time after which a range is returned
const std::vector<Profile>&
GetProfiles()
{
    using Texts = std::array<const char*, 5>;
    // clang-format off
    static const std::vector<Texts> TABLE{
        {"",                      "2016",               "2017",               "2018",                "2023"},
        {"PortBudget",            "Flat",               "PoolSize",           "PoolSize",            "PoolSize"},
        {"AllocatedPorts",        "none",               "none",               "none",                "none"},
        {"PortsPerPublicAddress", "64511",              "64511",              "64000",               "64000"},
        {"TcpReuseKey",           "DestinationAddress", "DestinationAddress", "DestinationEndpoint", "DestinationEndpoint"},
        {"UdpReuseKey",           "DestinationAddress", "DestinationAddress", "Cone",                "DestinationAddress"},
        {"PortsPerProtocol",      "false",              "false",              "true",                "true"},
        {"LinkingRuleRequired",   "false",              "true",               "true",                "true"},
        {"FrontendSelection",     "FillFirst",          "Random",             "FillFirst",           "Random"},
        {"FrontendBudget",        "Multiply",           "Multiply",           "Multiply",            "Cap"},
        {"IdleTimeout",           "240s",               "240s",               "240s",                "240s"},
        {"FinHold",               "none",               "none",               "240s",                "240s"},
        {"FinHoldStart",          "BothFins",           "BothFins",           "BothFins",            "BothFins"},
        {"RstHold",               "none",               "none",               "15s",                 "15s"},
        {"UdpIdleTimeout",        "none",               "none",               "none",                "none"},
        {"HalfOpenTimeout",       "none",               "none",               "none",                "none"},
        {"UdpHold",               "none",               "none",               "none",                "none"},
        {"ReuseGap",              "none",               "none",               "none",                "none"},
        {"TcpReset",              "None",               "None",               "None",                "None"},
        {"MaxOutboundIdleTimeout", "3960s",             "3960s",              "3960s",               "7200s"},
        {"PortChoice",            "Lowest",             "Lowest",             "Lowest",              "Lowest"},
        {"PortSearchTries",       "10",                 "10",                 "10",                  "10"},
        {"MaxFlowsPerDestination", "none",              "none",               "none",                "none"},
        {"ReclaimedHalf",         "Upper",              "Upper",              "Upper",               "Upper"},
        {"PreallocatedPorts",     "160",                "160",                "160",                 "160"},
        {"PortRangeSize",         "8",                  "8",                  "8",                   "8"},
        {"RangesPerGrant",        "1",                  "1",                  "1",                   "1"},
        {"DemandPredictionWindow", "none",              "none",               "none",                "none"},
        {"UnusedRangeTimeout",    "none",               "none",               "none",                "none"},
        {"MaxPortsPerInterface",  "none",               "none",               "none",                "none"},
        {"MaxRequestsPerMinute",  "none",               "none",               "none",                "none"},
        {"OutstandingRequests",   "none",               "none",               "none",                "none"},
        {"FlowRecordTimeout",     "240s",               "240s",               "240s",                "240s"},
        {"SelectableIcmp",        "false",              "false",              "false",               "true"},
        {"ApplicationSecurityGroupsPerSide", "1",       "1",                  "1",                   "10"},
        {"HostServicesFiltered",  "true",               "true",               "true",                "false"},
        {"HostInVirtualNetworkTag", "false",            "false",              "false",               "true"},
        {"ProbeInterval",         "15s",                "15s",                "15s",                 "5s"},
        {"NumberOfProbesHonored", "true",               "true",               "true",                "false"},
        {"HttpProbeTimeout",      "31s",                "31s",                "31s",                 "30s"},
        {"HttpProbeTimeoutWithinInterval", "false",     "false",              "false",               "true"},
        {"LoneMemberKeepsFlows",  "true",               "true",               "true",                "false"},
    };
    /// Bundles that are another one with some settings changed: name and text form.
    static const std::vector<std::pair<const char*, const char*>> DERIVED{
        {"legacy-on-demand",     "2017[PortBudget=OnDemand|PreallocatedPorts=160|UnusedRangeTimeout=240s]"},
        {"ananta",               "2018[PortBudget=OnDemand|PreallocatedPorts=8|RangesPerGrant=3|DemandPredictionWindow=10s|"
                                 "UnusedRangeTimeout=240s|OutstandingRequests=1|UdpReuseKey=DestinationEndpoint]"},
        {"nat-gateway",          "2018[PortBudget=Shared|PortsPerPublicAddress=64512|PortChoice=RandomUnused|FrontendSelection=Random|"
                                 "UdpReuseKey=DestinationEndpoint|FinHold=65s|RstHold=16s|HalfOpenTimeout=30s|UdpIdleTimeout=240s|"
                                 "UdpHold=65s|TcpReset=OnLatePacket|MaxFlowsPerDestination=50000]"},
        {"bounded-random",       "2018[PortChoice=BoundedRandom|UdpReuseKey=DestinationEndpoint]"},
        {"deterministic-blocks", "2018[PortBudget=Flat|PortChoice=Deterministic|UdpReuseKey=DestinationEndpoint]"},
    };
    // clang-format on
    static const std::vector<Profile> PROFILES = [] {
        std::vector<Profile> profiles;
        for (std::size_t column = 1; column < TABLE[0].size(); ++column)
        {
            Profile profile;
            profile.name = TABLE[0][column];
            for (std::size_t row = 1; row < TABLE.size(); ++row)
            {
                const auto error = profile.Set(TABLE[row][0], TABLE[row][column]);
                NS_ABORT_MSG_IF(error, error.value_or(""));
            }
            profiles.push_back(profile);
        }
        for (const auto& [name, text] : DERIVED)
        {
            auto profile = ReadProfile(profiles, text);
            NS_ABORT_MSG_UNLESS(profile.profile, profile.error);
            profile.profile->name = name;
            profiles.push_back(*profile.profile);
        }
        return profiles;
    }();
    return PROFILES;
}

/// @return the setting of that name, or null
const Setting*
FindSetting(const std::string& name)
{
    for (const auto& setting : GetSettings())
    {
        if (setting.text.name == name)
        {
            return &setting;
        }
    }
    return nullptr;
}

} // namespace

std::optional<std::string>
Profile::Set(const std::string& setting, const std::string& value)
{
    const auto* found = FindSetting(setting);
    if (found == nullptr)
    {
        std::vector<std::string> known;
        for (const auto& each : GetSettings())
        {
            known.push_back(each.text.name);
        }
        return "profile setting: '" + setting + "' is not known; give " + JoinAlternatives(known);
    }
    Profile changed = *this;
    if (!found->read(changed, value))
    {
        return setting + ": '" + value + "' is not allowed; give " + found->text.allowed;
    }
    *this = changed;
    return std::nullopt;
}

ParsedProfile
ParseProfile(const std::string& text)
{
    return ReadProfile(GetProfiles(), text);
}

std::optional<Profile>
FindProfile(const std::string& name)
{
    return FindIn(GetProfiles(), name);
}

std::vector<std::string>
GetProfileNames()
{
    return GetNames(GetProfiles());
}

std::vector<ProfileSetting>
GetProfileSettings()
{
    std::vector<ProfileSetting> settings;
    for (const auto& setting : GetSettings())
    {
        settings.push_back(setting.text);
    }
    return settings;
}

std::string
GetProfileSettingText(const Profile& profile, const std::string& setting)
{
    const auto* found = FindSetting(setting);
    NS_ABORT_MSG_IF(found == nullptr, "no profile setting is called " << setting);
    return found->write(profile);
}

std::ostream&
operator<<(std::ostream& os, const Profile& profile)
{
    os << profile.name;
    const auto bundle = FindProfile(profile.name);
    NS_ABORT_MSG_IF(!bundle, "no profile is called " << profile.name);
    const char* separator = "[";
    for (const auto& setting : GetSettings())
    {
        const auto value = setting.write(profile);
        if (value != setting.write(*bundle))
        {
            os << separator << setting.text.name << "=" << value;
            separator = "|";
        }
    }
    return os << (*separator == '|' ? "]" : "");
}

} // namespace ns3::azure
