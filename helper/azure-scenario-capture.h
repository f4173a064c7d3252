// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SCENARIO_CAPTURE_H
#define AZURE_SCENARIO_CAPTURE_H

#include "azure-network-animation.h"
#include "azure-packet-capture.h"
#include "azure-trace-topology.h"

#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

class OptionList;

/// Which files with packets a program writes, as its command line says.
struct CaptureOptions
{
    std::string pcap;    //!< prefix of pcap files; empty for none
    std::string netAnim; //!< NetAnim's file; empty for none

    /// @brief Add the options "pcap" and "netanim".  @param list parsed while this object is there
    void AddTo(OptionList& list);

    /// @return whether an option of that name is one of these, which are no input of a run
    static bool IsOption(const std::string& name);
};

/**
 * @ingroup azure-helper
 * @brief Writes the packets of one simulation to the files that were asked for.
 *
 * @code
 *   ScenarioCapture capture(options.capture);
 *   scenario.Create();
 *   scenario.Connect(capture);
 *   Simulator::Run();
 * @endcode
 *
 * Files are complete when this object is gone.
 */
class ScenarioCapture
{
  public:
    /// @param options what is written
    /// @param run name of the simulation, a part of files' names, if the program makes several
    explicit ScenarioCapture(const CaptureOptions& options, const std::string& run = "");

    /// @brief Capture what passes between nodes.  @param nodes all of the scenario
    void Connect(const std::vector<NodeFact>& nodes);

  private:
    std::optional<PacketCapture> m_packets;      //!< if asked for
    std::optional<NetworkAnimation> m_animation; //!< if asked for
};

} // namespace ns3::azure

#endif // AZURE_SCENARIO_CAPTURE_H
