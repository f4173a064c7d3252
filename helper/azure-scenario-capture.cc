// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-scenario-capture.h"

#include "azure-compressed-file.h"
#include "azure-option-list.h"

namespace ns3::azure
{

namespace
{

/// @return the place of the ending in the name of NetAnim's file, if it has one
std::size_t
FindEnding(const std::string& path)
{
    for (const std::string ending : {".xml", ".xml.gz"})
    {
        if (path.size() > ending.size() &&
            path.compare(path.size() - ending.size(), ending.size(), ending) == 0)
        {
            return path.size() - ending.size();
        }
    }
    return std::string::npos;
}

/// @return why an option's value is refused, or nothing
std::optional<std::string>
Refuse(const std::string& name, const std::string& text, const std::optional<std::string>& why)
{
    return why ? std::make_optional(name + ": '" + text + "' is not allowed: " + *why)
               : std::nullopt;
}

} // namespace

void
CaptureOptions::AddTo(OptionList& list)
{
    list.Add("pcap",
             "prefix of the files PREFIX-NODE-DEVICE.pcap.gz, one for each link; empty for none",
             "",
             [this](const std::string& text) {
                 pcap = text;
                 return text.empty()
                            ? std::nullopt
                            : Refuse("pcap", text, CompressedFile::Validate(text + "-.pcap.gz"));
             });
    list.Add("netanim",
             "file for NetAnim, .xml, or .xml.gz which is compressed; empty for none",
             "",
             [this](const std::string& text) -> std::optional<std::string> {
                 netAnim = text;
                 if (text.empty())
                 {
                     return std::nullopt;
                 }
                 if (FindEnding(text) == std::string::npos)
                 {
                     return "netanim: '" + text +
                            "' is not allowed; give a name that ends in .xml or .xml.gz";
                 }
                 return Refuse("netanim", text, CompressedFile::Validate(text));
             });
}

bool
CaptureOptions::IsOption(const std::string& name)
{
    return name == "pcap" || name == "netanim";
}

ScenarioCapture::ScenarioCapture(const CaptureOptions& options, const std::string& run)
{
    const auto suffix = run.empty() ? "" : "-" + run;
    if (!options.pcap.empty())
    {
        m_packets.emplace(options.pcap + suffix);
    }
    if (!options.netAnim.empty())
    {
        auto path = options.netAnim;
        m_animation.emplace(path.insert(FindEnding(path), suffix));
    }
}

void
ScenarioCapture::Connect(const std::vector<NodeFact>& nodes)
{
    if (m_packets)
    {
        m_packets->Connect(nodes);
    }
    if (m_animation)
    {
        m_animation->Connect(nodes);
    }
}

} // namespace ns3::azure
