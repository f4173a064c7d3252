// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_LOAD_BALANCING_PROGRAM_H
#define AZURE_LOAD_BALANCING_PROGRAM_H

#include "azure-slb-program.h"

namespace ns3::azure
{

/**
 * @brief The part of Compile() that is about flows from clients: rules, members, probes.
 *
 * A backend set is made for every pool and probe that rules name together, when the first rule
 * names them, and one of a single member for every inbound NAT rule.  Members are as
 * MemberHealthTable has them before any report.
 *
 * @param deployment a valid one
 * @param [in,out] program inbound, probes, backendSets, rules and muxGoalState are filled in
 */
void CompileLoadBalancing(const Deployment& deployment, SlbProgram& program);

} // namespace ns3::azure

#endif // AZURE_LOAD_BALANCING_PROGRAM_H
