// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-snat-allocation-policy.h"

#include <algorithm>

namespace ns3::azure
{

namespace
{

/// Gives everything at once: by pool size, an equal share, or nothing (PortBudget::Shared).
class PreallocationPolicy : public SnatAllocationPolicy
{
  public:
    explicit PreallocationPolicy(const Profile& profile)
        : m_profile(profile)
    {
    }

    std::vector<uint32_t> GetPreallocation(
        const std::vector<SharedSnatPorts>& frontends) const override
    {
        return GetSnatPortBudget(m_profile, frontends);
    }

    bool IsOnDemand() const override
    {
        return false;
    }

    uint32_t GetGrant(const SnatRequestSituation& /* situation */) const override
    {
        return 0;
    }

  protected:
    Profile m_profile; //!< budget and its settings
};

/// Gives a few at the beginning and ranges when asked (B.1: BLOG-1802; Ananta 3.4.2, 3.5.1).
class OnDemandPolicy : public PreallocationPolicy
{
  public:
    using PreallocationPolicy::PreallocationPolicy;

    bool IsOnDemand() const override
    {
        return true;
    }

    uint32_t GetGrant(const SnatRequestSituation& situation) const override
    {
        const auto size = m_profile.portRangeSize;
        auto ranges = IsDemandPredicted(situation) ? m_profile.rangesPerGrant : 1;
        if (const auto most = m_profile.maxPortsPerInterface)
        {
            ranges = std::min(ranges, (*most - std::min(*most, situation.portsHeld)) / size);
        }
        return ranges * size;
    }

  private:
    /// @return whether it asks again so soon that more requests are to be expected
    bool IsDemandPredicted(const SnatRequestSituation& situation) const
    {
        return m_profile.demandPredictionWindow && situation.lastGrant &&
               situation.now - *situation.lastGrant <= *m_profile.demandPredictionWindow;
    }
};

} // namespace

std::unique_ptr<SnatAllocationPolicy>
MakeSnatAllocationPolicy(const Profile& profile)
{
    if (profile.portBudget == PortBudget::OnDemand)
    {
        return std::make_unique<OnDemandPolicy>(profile);
    }
    return std::make_unique<PreallocationPolicy>(profile);
}

} // namespace ns3::azure
