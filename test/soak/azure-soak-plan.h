// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SOAK_PLAN_H
#define AZURE_SOAK_PLAN_H

#include "ns3/azure-load-balancer.h"
#include "ns3/azure-mux-goal-state.h"
#include "ns3/azure-vm-stack.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <random>
#include <string>

namespace ns3::azure
{

/// When what happens in a round.
struct SoakTimes
{
    Time traffic; //!< generators start; before it there is calm
    Time faults;  //!< the first fault
    Time healing; //!< no more faults; what is broken is mended
    Time settled; //!< everybody must know everything
    Time stop;    //!< generators stop
    Time end;     //!< all timers are over
};

/**
 * @brief What a round's world is like: all of it follows from seed and number.
 *
 * The numbers are ours: small enough that a round takes seconds, and so different that over some
 * rounds everything has met everything.
 */
struct SoakPlan
{
    uint64_t seed{1};              //!< of the run
    uint32_t round{1};             //!< number of the round
    SoakTimes times;               //!< when what happens
    std::string profile;           //!< Azure's behavior
    VmStack stack{};               //!< of the VMs
    LoadBalancerSku sku{};         //!< of load balancers and instance-level public IPs
    MemberSelection selection{};   //!< of the muxes
    uint32_t vms{0};               //!< all VMs
    uint32_t vmsPerHost{1};        //!< at most
    uint32_t pooled{0};            //!< members of the public pool: the first VMs
    uint32_t peered{0};            //!< VMs of a second virtual network: the last ones
    uint32_t publicIps{0};         //!< VMs with an instance-level public IP, after the pooled ones
    uint32_t gatewayVms{0};        //!< VMs behind a NAT gateway, before the peered ones
    uint32_t gatewayFlows{0};      //!< most flows of the NAT gateway
    uint32_t frontends{1};         //!< of the public load balancer
    uint32_t muxes{1};             //!< that share the frontends
    double muxRate{0};             //!< packets a second of a mux; 0: any number
    bool hasInternal{false};       //!< there is an internal load balancer
    bool hasService{false};        //!< there is a storage service, and endpoints of it
    bool hasOutboundRule{false};   //!< SNAT by an outbound rule; Standard only
    bool hasDhcp{false};           //!< VMs get their addresses by DHCP
    bool hasChecksums{true};       //!< ns-3's ChecksumEnabled
    bool isProgrammedBefore{true}; //!< hosts and muxes, before time zero
    bool isRecorded{false};        //!< to a database
    double requestTime{0};         //!< the manager's time for a request for SNAT ports, seconds
    double configurationTime{0};   //!< likewise, for a change
    double rate{1};                //!< flows a second of a traffic generator
    Time faultGap;                 //!< mean time from one fault to the next
};

/// A round's source of random numbers that is not ns-3's: the same on every machine.
class SoakDice
{
  public:
    /// @param plan the round @param purpose tells several dice of one round apart
    SoakDice(uint64_t seed, uint32_t round, uint32_t purpose);

    /// @return a whole number, both ends included
    uint32_t Draw(uint32_t low, uint32_t high);

    /// @return a number in [0, 1)
    double Draw();

    /// @return true with that probability
    bool IsHit(double probability)
    {
        return Draw() < probability;
    }

    /// @return one of the things
    template <typename Container>
    const auto& Pick(const Container& things)
    {
        return *(things.begin() + Draw(0, static_cast<uint32_t>(things.size()) - 1));
    }

  private:
    std::mt19937_64 m_engine; //!< whose numbers the C++ standard fixes, unlike distributions
};

/// @return the plan of a round
/// @param isShort a tenth of the time, and small: for a test
SoakPlan MakeSoakPlan(uint64_t seed, uint32_t round, bool isShort);

/// @return the plan in one line
std::string GetText(const SoakPlan& plan);

} // namespace ns3::azure

#endif // AZURE_SOAK_PLAN_H
