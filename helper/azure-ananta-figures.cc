// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-ananta-figures.h"

namespace ns3::azure
{

Ptr<RandomVariableStream>
MakeAnantaRequestTime()
{
    const auto time = CreateObject<EmpiricalRandomVariable>();
    time->SetInterpolate(true);
    time->CDF(0.01, 0);
    for (const auto& point : ANANTA_REQUEST_TIMES)
    {
        time->CDF(point.timeSeconds, point.share);
    }
    time->CDF(4, 1);
    return time;
}

} // namespace ns3::azure
