// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SLB_MANAGER_H
#define AZURE_SLB_MANAGER_H

#include "azure-control-application.h"

#include "ns3/azure-slb-program.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-nodes
 * @brief The control plane: tells host agents and muxes who uses which public address and ports.
 *
 * What to tell is worked out by Compile(); here it travels as UDP datagrams, each repeated until
 * it is acknowledged.  Instructions that were in force long before time zero can be put in place
 * by whoever assembles the simulation instead: Take() them and call the agents' Apply().
 */
class SlbManager : public ControlApplication
{
  public:
    /// @return the object's TypeId
    static TypeId GetTypeId();

    /**
     * @brief Learn what there is.
     * @param networkInterfaces of all VMs
     * @param loadBalancers public and internal ones
     * @param muxes addresses in the physical network
     *
     * Ends the program with Validate()'s words if the deployment is not sound.
     */
    void SetDeployment(const std::vector<NetworkInterface>& networkInterfaces,
                       const std::vector<LoadBalancer>& loadBalancers,
                       const std::vector<Ipv4Address>& muxes);

    /// @return what there is, with the profile
    const Deployment& GetDeployment() const
    {
        return m_deployment;
    }

    /// @brief Take over the instructions not sent yet: the manager will not send them.
    std::vector<SlbInstruction> Take();

  private:
    void StartApplication() override;
    void StopApplication() override;

    /// Attribute access: the profile's text form.
    void SetProfile(const std::string& text);
    std::string GetProfile() const;

    void MessageAcknowledged(const SlbInstruction& instruction) override;
    void AgentUnreachable(const SlbInstruction& instruction) override;

    Deployment m_deployment;                    //!< what there is
    std::vector<SlbInstruction> m_instructions; //!< still to be sent
    uint16_t m_controlPort{0};                  //!< ControlPort
};

} // namespace ns3::azure

#endif // AZURE_SLB_MANAGER_H
