// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SOAK_FAULTS_H
#define AZURE_SOAK_FAULTS_H

#include "azure-soak-wires.h"
#include "azure-soak-world.h"

#include <array>
#include <cstdint>
#include <functional>
#include <string>

namespace ns3::azure
{

/// What goes wrong in a round.
enum class SoakFault : uint8_t
{
    MemberJoins,
    MemberLeaves,
    AdministrativeState,
    ProbeFlaps,
    MuxDies,
    MuxCutOff,
    RulesChange,
    GroupMoves,
    PeeringChanges,
    RouteChanges,
    DistributionChanges,
    PortsRevoked,
    ManagerFlooded,
    ControlLost,
    ControlDoubled,
    ControlLate,
    LinkDrops,
    LinkCut,
    SynFlood,
    FlowBurst,
    SpoiledPackets,
    MisplacedPackets,
    ForgedMessages,
    DnsGarbage,
    DnsQuestions,
};

/// One row of SOAK_FAULTS.
struct SoakFaultRow
{
    SoakFault fault;         //!< which
    const char* name;        //!< in reports
    const char* description; //!< what happens
};

// clang-format off
/// Every fault once, in enum order.
constexpr std::array<SoakFaultRow, 25> SOAK_FAULTS{{
    {SoakFault::MemberJoins,         "member-joins",         "a VM joins the public backend pool"},
    {SoakFault::MemberLeaves,        "member-leaves",        "a VM leaves the public backend pool, its open flows with it"},
    {SoakFault::AdministrativeState, "administrative-state", "a member is put up or down over its probe's head"},
    {SoakFault::ProbeFlaps,          "probe-flaps",          "a VM refuses its probes, stalls, is silent or answers with another status, for 1 to 60 seconds"},
    {SoakFault::MuxDies,             "mux-dies",             "a mux loses everything, and begins anew 1 to 60 seconds later"},
    {SoakFault::MuxCutOff,           "mux-cut-off",          "nothing that a mux sends comes out, its routes are withdrawn, for 20 to 60 seconds"},
    {SoakFault::RulesChange,         "rules-change",         "a security rule is added, or taken away"},
    {SoakFault::GroupMoves,          "group-moves",          "a security group is attached to a VM's interface, or taken off"},
    {SoakFault::PeeringChanges,      "peering-changes",      "the virtual networks are peered, or not any more"},
    {SoakFault::RouteChanges,        "route-changes",        "a subnet's default route leads nowhere, to the Internet, or is not set"},
    {SoakFault::DistributionChanges, "distribution-changes", "a load-balancing rule hashes other parts of packets"},
    {SoakFault::PortsRevoked,        "ports-revoked",        "a VM's SNAT ports are taken back"},
    {SoakFault::ManagerFlooded,      "manager-flooded",      "the SLB manager gets 40 changes at once"},
    {SoakFault::ControlLost,         "control-lost",         "half of a node's control messages are lost, for 1 to 30 seconds"},
    {SoakFault::ControlDoubled,      "control-doubled",      "half of them come twice, up to 3 seconds later"},
    {SoakFault::ControlLate,         "control-late",         "half of them come up to 3 seconds late, and out of order"},
    {SoakFault::LinkDrops,           "link-drops",           "a link loses 1 to 30 percent of its packets, for 1 to 60 seconds"},
    {SoakFault::LinkCut,             "link-cut",             "a link passes nothing in one direction, for 1 to 30 seconds"},
    {SoakFault::SynFlood,            "syn-flood",            "a public address gets 100 to 1000 SYNs with false sources a second, for 1 to 10 seconds"},
    {SoakFault::FlowBurst,           "flow-burst",           "a VM opens 50 to 400 flows at once"},
    {SoakFault::SpoiledPackets,      "spoiled-packets",      "20 packets of a link come once more, spoiled: bits flipped, cut short, too long, with wrong lengths, checksums, fragment offsets, addresses, ports, flags or inner headers"},
    {SoakFault::MisplacedPackets,    "misplaced-packets",    "20 packets of a link come on another one, tunnels from the Internet among them"},
    {SoakFault::ForgedMessages,      "forged-messages",      "10 messages of the control plane come from the Internet or from VMs"},
    {SoakFault::DnsGarbage,          "dns-garbage",          "10 spoiled DNS questions come from a VM, or answers from the Internet"},
    {SoakFault::DnsQuestions,        "dns-questions",        "a VM asks its host for its public address"},
}};
// clang-format on

/// @brief Lets things go wrong in a world, by chance, from one time on until another.
class SoakFaults
{
  public:
    /**
     * @param world where
     * @param wires its wires
     * @param changed called after each change of the virtual networks' resources
     */
    SoakFaults(SoakWorld& world, SoakWires& wires, std::function<void()> changed);

    /// @brief Have faults come until the healing of the world's plan, and all be mended then.
    void Begin();

    /// @return how often each has happened, in enum order
    const std::array<uint64_t, SOAK_FAULTS.size()>& GetCounts() const
    {
        return m_counts;
    }

  private:
    /// Let a fault happen, and the next one later.
    void Strike();
    /// Let a fault happen. @return whether it did
    bool Strike(SoakFault fault);
    /// Mend all that is broken.
    void Heal();
    /// Have something done later, but not after the healing.
    void Later(double seconds, const std::function<void()>& what);

    bool ChangeMembership(bool isJoining);
    bool ChangeState();
    bool FlapProbe();
    bool KillMux();
    bool CutMux();
    bool ChangeRules();
    bool MoveGroup();
    bool ChangePeering();
    bool ChangeRoute();
    bool ChangeDistribution();
    bool RevokePorts();
    bool FloodManager();
    bool Disturb(const SoakWireTroubles& troubles, bool isControl, double seconds);
    bool Burst();
    bool SendSpoiled();
    bool SendMisplaced();
    bool SendForged();
    bool SendDnsGarbage();
    /// Change the resources. @return whether that was allowed
    bool Change(const VirtualNetworkManager::Change& change);

    SoakWorld& m_world;                                  //!< where
    SoakWires& m_wires;                                  //!< its wires
    std::function<void()> m_changed;                     //!< see the constructor
    SoakDice m_dice;                                     //!< for everything here
    std::array<uint64_t, SOAK_FAULTS.size()> m_counts{}; //!< so far
    uint32_t m_rules{0};                                 //!< security rules added so far
};

} // namespace ns3::azure

#endif // AZURE_SOAK_FAULTS_H
