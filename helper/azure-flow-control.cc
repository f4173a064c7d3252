// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-flow-control.h"

namespace ns3::azure
{

namespace
{

/// From ns-3.36 on.  (Not in azure-ns3-compat.h, which knows nothing of point-to-point links.)
template <typename Helper>
auto
Disable(Helper& helper, int /* preferred */) -> decltype(helper.DisableFlowControl())
{
    helper.DisableFlowControl();
}

template <typename Helper>
void
Disable(Helper& /* helper */, long /* fallback */)
{
}

} // namespace

void
DisableFlowControl(PointToPointHelper& helper)
{
    Disable(helper, 0);
}

} // namespace ns3::azure
