// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SNAT_ALLOCATION_TABLE_H
#define AZURE_SNAT_ALLOCATION_TABLE_H

#include "azure-outbound-plan.h"
#include "azure-port-set.h"
#include "azure-snat-allocation-policy.h"
#include "azure-snat-port-ledger.h"

#include "ns3/azure-profile.h"
#include "ns3/azure-slb-message.h"
#include "ns3/azure-trace-records.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

/// Ports that one network interface gets or loses.
struct SnatAllocationChange
{
    uint32_t networkInterface{0};                          //!< whose
    SnatAllocationCause cause{SnatAllocationCause::Begin}; //!< why
    std::vector<SnatPortBlockGrant> given;                 //!< new ones, by frontend and port
    std::vector<SnatPortBlockGrant> taken; //!< on their way back, by frontend and port
};

/// What becomes of a request for ports.
struct SnatRequestAnswer
{
    SnatRequestOutcome outcome{SnatRequestOutcome::Granted}; //!< Granted, NoFreePorts or PortCap
    std::vector<SnatPortBlockGrant> given;                   //!< new ones if granted
};

/**
 * @ingroup azure-tables
 * @brief Which SNAT ports each network interface has, through all changes of the pools.
 *
 * The SLB manager's book: a SnatPortLedger for each public address, and a policy that says how
 * many. Ports that are taken go back to the free ones by Free() only, once their host and the muxes
 * know; whoever could not be given as many as the policy says for want of free ones gets the rest
 * then.
 *
 * A network interface with an instance-level public IP has its share kept free for it, but these
 * are none of its ports, and nobody is told of them (our choice).
 *
 * Growing into the next tier takes from each member what it has too many, by the profile's
 * ReclaimedHalf; shrinking gives more and takes nothing; who leaves loses everything (sources.rst
 * B.1: OB-1808).  Ports given on request are not touched by either.
 *
 * Laws, checked by CheckInvariants(): those of the ledgers; what an interface has is what it was
 * given minus what was taken from it.
 */
class SnatAllocationTable
{
  public:
    /// A book without addresses, which gives nothing.
    SnatAllocationTable() = default;

    /**
     * @param profile for range size and reclaimed half
     * @param policy says how many
     */
    SnatAllocationTable(const Profile& profile, std::unique_ptr<SnatAllocationPolicy> policy);

    /**
     * @brief Bring what interfaces have in line with who shares which frontend.
     * @param plan of the deployment as it is now; SnatFrontend::address tells frontends apart.
     *        The ports of one may change, with rules, only while nobody has any of them.
     * @param interfaces numbers of the network interfaces, by the plan's positions
     * @return the changes, by network interface, ports that are taken before those given; of the
     *         first plan, all that there is
     */
    std::vector<SnatAllocationChange> SetPlan(const OutboundPlan& plan,
                                              const std::vector<uint32_t>& interfaces);

    /// @brief An interface asks for ports; it gets whole ranges, of its first frontend that has
    /// any. If there are not as many as the policy says, it gets what there is.
    SnatRequestAnswer Request(uint32_t networkInterface, Time now);

    /// @brief An interface has given ports up, which are on their way back now.
    /// @return false, with nothing changed, if one of them is not its own
    bool Return(uint32_t networkInterface, const std::vector<SnatPortBlockGrant>& ranges);

    /// @brief Begin to take ports away from an interface, of its last frontend first, the highest
    /// first.
    /// @param networkInterface whose @param ports at most; on demand rounded down to whole ranges
    SnatAllocationChange Revoke(uint32_t networkInterface, uint32_t ports);

    /// @brief Ports that were on their way back have arrived.
    /// @return what those are given with it who had to wait for free ones
    std::vector<SnatAllocationChange> Free(const SnatPortBlockGrant& ports);

    /// @return all ports of an interface, by frontend and port
    std::vector<SnatPortBlockGrant> GetPorts(uint32_t networkInterface) const;

    /// @return whether hosts ask for more
    bool IsOnDemand() const;

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

  private:
    using Changes = std::map<std::pair<uint32_t, SnatAllocationCause>, SnatAllocationChange>;

    /// What one interface has of one SnatShare.
    struct Holding
    {
        std::string outboundRule;           //!< of the share
        std::vector<Ipv4Address> addresses; //!< of its frontends
        std::vector<PortSet> ports;         //!< without those given on request, by frontend
        uint32_t target{0};                 //!< how many the policy says
        uint32_t missing{0};                //!< that there were not enough free ports for
        SnatAllocationCause cause{SnatAllocationCause::Begin}; //!< why these are to be given

        /// @return ports on all frontends
        uint32_t GetSize() const;

        /// @return whether it is of the same share as the other one
        bool IsOfSameShare(const Holding& other) const;
    };

    /// What one interface has.
    struct Holder
    {
        bool isTold{true};                        //!< else its ports are kept for it only
        std::vector<Holding> holdings;            //!< in the plan's order
        std::map<Ipv4Address, PortSet> requested; //!< given on request
        std::optional<Time> lastGrant;            //!< when last
        uint64_t given{0};                        //!< ports, ever
        uint64_t taken{0};                        //!< ports, ever

        /// @return where it has ports or may get some, each once, in frontend order
        std::vector<Ipv4Address> GetAddresses() const;

        /// @return how many of the ports it has
        uint32_t Count(const SnatPortBlockGrant& ports) const;

        /// @brief The ports are not its own any more, whatever they were given for.
        void Forget(const SnatPortBlockGrant& ports);

        /// @return whether it lacks ports
        bool IsWaiting() const;
    };

    /// Work out what interfaces are to have, with nothing given.
    std::map<uint32_t, Holder> MakeTargets(const OutboundPlan& plan,
                                           const std::vector<uint32_t>& interfaces) const;
    /// Work out what an interface is to have of a share, with nothing given.
    Holding MakeHolding(const OutboundPlan& plan, uint32_t share, uint32_t target) const;
    /// Have a ledger for each address of the plan, and for others while their ports are not free.
    void SetLedgers(const OutboundPlan& plan);
    /// Take what an interface is not to have any more, and note what it has to get.
    void Adjust(uint32_t networkInterface, Holder& target, Changes& changes);
    /// Bring the number of ports of a holding in line.
    void Resize(uint32_t networkInterface, Holding& holding, uint32_t target, Changes& changes);
    /// Take so many ports of a holding, from the end that the profile says.
    void Reclaim(uint32_t networkInterface, Holding& holding, uint32_t ports, Changes& changes);
    /// Take ports that were given on request on addresses where the interface has no holding.
    void TakeRequested(uint32_t networkInterface, Changes& changes);
    /// Take ports of an interface; what they were given for is to be changed too.
    void Take(uint32_t networkInterface,
              const SnatPortBlockGrant& ports,
              SnatAllocationCause cause,
              Changes& changes);
    /// Give a holding what it lacks, as far as there are free ports.
    void Give(uint32_t networkInterface, Holding& holding, Changes& changes);
    /// Give what there is, so many ports of an address at most. @return them, ascending
    std::vector<PortRange> Give(uint32_t networkInterface, Ipv4Address address, uint32_t ports);
    /// Give to all members of the plan what they lack, in the order of their ports.
    void GiveAll(const OutboundPlan& plan,
                 const std::vector<uint32_t>& interfaces,
                 Changes& changes);
    /// Give those who wait what they lack, first come, first served, from all addresses or until
    /// one has nothing left.
    void GiveWaiting(const SnatPortLedger* source, Changes& changes);
    /// @return the interface; null if it has no ports that anybody is told of
    Holder* FindTold(uint32_t networkInterface);
    const Holder* FindTold(uint32_t networkInterface) const;

    std::unique_ptr<SnatAllocationPolicy> m_policy;  //!< says how many
    uint32_t m_granularity{1};                       //!< ports of a range; 1 without ranges
    ReclaimedHalf m_half{ReclaimedHalf::Upper};      //!< which go when a pool grows
    bool m_hasPlan{false};                           //!< there was a plan
    std::map<Ipv4Address, SnatPortLedger> m_ledgers; //!< by address
    std::map<uint32_t, Holder> m_holders;            //!< by network interface
    std::vector<uint32_t> m_waiting; //!< interfaces that lack ports, in the order in which they
                                     //!< began to
};

} // namespace ns3::azure

#endif // AZURE_SNAT_ALLOCATION_TABLE_H
