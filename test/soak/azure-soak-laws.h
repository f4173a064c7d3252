// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SOAK_LAWS_H
#define AZURE_SOAK_LAWS_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace ns3::azure
{

/// What must be true of every round of the reliability run.
enum class SoakLaw : uint8_t
{
    PortsMatchEvents,
    PortHasOneOwner,
    OuterFlowOnce,
    PacketsBalance,
    DropsAreTold,
    FlowsMatchEvents,
    LibraryLaws,
    CountersBalance,
    AttemptHasOneOutcome,
    DecisionIsRight,
    DeliveryIsAllowed,
    HostsKnowRules,
    HostsObeyRules,
    HostsKnowPorts,
    MuxesKnowMembers,
    MuxesKnowPorts,
    ServiceIsBack,
    DatabaseAgrees,
    FlowsReturnToZero,
    PortsReturnToZero,
    MuxFlowsReturnToZero,
    EventsReturn,
    MemoryReturns,
};

/// One row of SOAK_LAWS.
struct SoakLawRow
{
    SoakLaw law;             //!< which
    const char* name;        //!< in reports
    const char* description; //!< what must be true, and when it is looked at
};

// clang-format off
/// Every law once, in enum order.
constexpr std::array<SoakLawRow, 23> SOAK_LAWS{{
    {SoakLaw::PortsMatchEvents,     "ports-match-events",       "every second, by interface or NAT gateway and address: allocated = free + in use + cooling down, and the three are what the trace sources have told, port by port"},
    {SoakLaw::PortHasOneOwner,      "port-has-one-owner",       "whenever ports are given: no port of an address belongs to two interfaces, and nobody uses a port that is not its own"},
    {SoakLaw::OuterFlowOnce,        "outer-flow-once",          "whenever a port is acquired, and every 10 seconds over all tables: no two outbound flows have the same addresses, ports and protocol on the Internet"},
    {SoakLaw::PacketsBalance,       "packets-balance",          "every second, at each host, mux and NAT gateway: packets received and made = sent, taken by the own stack, dropped and waiting"},
    {SoakLaw::DropsAreTold,         "drops-are-told",           "every second, at each of them: packets dropped = drops told with a reason"},
    {SoakLaw::FlowsMatchEvents,     "flows-match-events",       "every second, at each host and NAT gateway: flows in the table = flows created - flows ended; none is created or ends twice"},
    {SoakLaw::LibraryLaws,          "library-laws",             "every second: what the library's own CheckInvariants() say of hosts, muxes, NAT gateways and the SLB manager"},
    {SoakLaw::CountersBalance,      "counters-balance",         "every second, of each traffic generator: flows = established + failed + under way"},
    {SoakLaw::AttemptHasOneOutcome, "attempt-has-one-outcome",  "of each attempt at a flow: it is established or fails, once; all have an outcome when the generators have stopped"},
    {SoakLaw::DecisionIsRight,      "decision-is-right",        "of each decision of a security group: an evaluation of our own of the rules that the host was told gives the same answer"},
    {SoakLaw::DeliveryIsAllowed,    "delivery-is-allowed",      "of each packet that begins a flow and reaches a VM: the rules that its host was told allow it, by our own evaluation"},
    {SoakLaw::HostsKnowRules,       "hosts-know-rules",         "a minute after the last fault: each host has acknowledged the goal state that follows from the resources now"},
    {SoakLaw::HostsObeyRules,       "hosts-obey-rules",         "likewise: a packet from VM to VM arrives if, and only if, the newest rules of both sides' groups allow it, by our own evaluation"},
    {SoakLaw::HostsKnowPorts,       "hosts-know-ports",         "likewise: each interface has the SNAT ports that the SLB manager's book says"},
    {SoakLaw::MuxesKnowMembers,     "muxes-know-members",       "likewise: each mux chooses for each rule among as many members as the SLB manager has in rotation, and one of them"},
    {SoakLaw::MuxesKnowPorts,       "muxes-know-ports",         "likewise: what comes to a SNAT port reaches its host through each mux, and what comes to a port that is nobody's, or nobody's any more, does not pass"},
    {SoakLaw::ServiceIsBack,        "service-is-back",          "likewise: traffic generators establish flows again"},
    {SoakLaw::DatabaseAgrees,       "database-agrees",          "at the end, where the round is recorded: the database has as many flows, drops, port stages and attempts as the trace sources have told"},
    {SoakLaw::FlowsReturnToZero,    "flows-return-to-zero",     "at the end, when all timers are over: no host or NAT gateway has a flow with the outside, but those of which ns-3's TCP repeats the FIN for ever, a packet or a request that waits"},
    {SoakLaw::PortsReturnToZero,    "ports-return-to-zero",     "likewise: no SNAT port is in use or cooling down"},
    {SoakLaw::MuxFlowsReturnToZero, "mux-flows-return-to-zero", "likewise: no mux keeps track of a flow, but one that a packet of the check has begun and those, and no packet waits there"},
    {SoakLaw::EventsReturn,         "events-return",            "likewise: the last minute takes no more events than the first one, before there was traffic"},
    {SoakLaw::MemoryReturns,        "memory-returns",           "after each round: the process holds as much memory as before it"},
}};
// clang-format on

/// @return the law's row
constexpr const SoakLawRow&
GetRow(SoakLaw law)
{
    return SOAK_LAWS[static_cast<std::size_t>(law)];
}

/**
 * @brief Counts how often each law was looked at, and tells of each time that it was broken.
 */
class SoakLawBook
{
  public:
    /// What was wrong; nothing if the law holds.
    using Finding = std::optional<std::string>;
    /// Told of each violation: the law, and what was wrong.
    using Complain = std::function<void(const SoakLawRow&, const std::string&)>;

    /// @param complain who is told
    explicit SoakLawBook(Complain complain)
        : m_complain(std::move(complain))
    {
    }

    /// @brief Note that a law was looked at.
    void Note(SoakLaw law, const Finding& finding);

    /// @return how often the law was looked at
    uint64_t GetEvaluations(SoakLaw law) const
    {
        return m_evaluations[static_cast<std::size_t>(law)];
    }

    /// @return how often it was broken
    uint64_t GetViolations(SoakLaw law) const
    {
        return m_violations[static_cast<std::size_t>(law)];
    }

  private:
    Complain m_complain;                                    //!< is told of violations
    std::array<uint64_t, SOAK_LAWS.size()> m_evaluations{}; //!< by law
    std::array<uint64_t, SOAK_LAWS.size()> m_violations{};  //!< by law
};

} // namespace ns3::azure

#endif // AZURE_SOAK_LAWS_H
