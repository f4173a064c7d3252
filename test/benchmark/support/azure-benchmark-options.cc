// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-benchmark-options.h"

#include "ns3/azure-parse.h"
#include "ns3/azure-parsed.h"

#include <optional>

namespace ns3::azure
{

namespace
{

/// Add an option that is there or not.
void
AddSwitch(OptionList& list, const std::string& name, const std::string& help, bool& value)
{
    list.Add(name,
             help,
             "false",
             [name, &value](const std::string& text) -> std::optional<std::string> {
                 value = text.empty() || text == "true";
                 return value || text == "false"
                            ? std::nullopt
                            : std::make_optional(GetRefusal(name, text, "nothing, true or false"));
             });
}

} // namespace

void
BenchmarkOptions::AddUnsigned(OptionList& list,
                              const std::string& name,
                              const std::string& help,
                              const Automatic& automatic,
                              std::pair<uint32_t, uint32_t> range,
                              uint32_t& value) const
{
    const auto allowed = std::to_string(range.first) + " to " + std::to_string(range.second);
    list.Add(name,
             help + ", " + allowed + "; auto: " + std::to_string(automatic.usual) +
                 ", with --quick " + std::to_string(automatic.quick),
             "auto",
             [=, &value](const std::string& text) -> std::optional<std::string> {
                 value = isQuick ? automatic.quick : automatic.usual;
                 if (text == "auto")
                 {
                     return std::nullopt;
                 }
                 value = ParseUnsigned(text).value_or(0);
                 return value >= range.first && value <= range.second
                            ? std::nullopt
                            : std::make_optional(GetRefusal(name, text, allowed + ", or auto"));
             });
}

void
BenchmarkOptions::AddTo(OptionList& list, const Automatic& automatic)
{
    AddSwitch(list, "quick", "fewer and smaller, to see that it works", isQuick);
    AddUnsigned(list,
                "repetitions",
                "of everything, for medians",
                automatic,
                {1, 1000},
                repetitions);
    list.Add("clock",
             "wall (time on the clock), or cpu (time the process has used, for a busy machine)",
             "wall",
             [this](const std::string& text) -> std::optional<std::string> {
                 clock = text == "cpu" ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
                 return text == "wall" || text == "cpu"
                            ? std::nullopt
                            : std::make_optional(GetRefusal("clock", text, "wall or cpu"));
             });
    list.Add("json",
             "file to write the figures to, beside those of other programs; empty for none",
             "",
             [this](const std::string& text) -> std::optional<std::string> {
                 file = text;
                 return std::nullopt;
             });
    AddSwitch(list,
              "require-goals",
              "end with exit status 1 if a goal is missed",
              areGoalsRequired);
}

} // namespace ns3::azure
