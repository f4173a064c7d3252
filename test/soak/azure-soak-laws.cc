// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-soak-laws.h"

namespace ns3::azure
{

void
SoakLawBook::Note(SoakLaw law, const Finding& finding)
{
    ++m_evaluations[static_cast<std::size_t>(law)];
    if (finding)
    {
        ++m_violations[static_cast<std::size_t>(law)];
        m_complain(GetRow(law), *finding);
    }
}

} // namespace ns3::azure
