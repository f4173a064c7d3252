// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-probe-response-schedule.h"

#include "azure-parse.h"
#include "azure-text-fields.h"

#include <array>
#include <optional>
#include <string_view>

namespace ns3::azure
{

namespace
{

/// A response that has a name of its own.
struct NamedProbeResponse
{
    const char* name;       //!< its text form
    ProbeResponseKind kind; //!< what it does
};

constexpr std::array<NamedProbeResponse, 4> NAMED{{{"Answer", ProbeResponseKind::Answer},
                                                   {"Stall", ProbeResponseKind::Stall},
                                                   {"Silent", ProbeResponseKind::Silent},
                                                   {"Refuse", ProbeResponseKind::Refuse}}};

constexpr std::string_view STATUS = "Status"; //!< before a status code

constexpr uint32_t LOWEST_STATUS = 100;  //!< RFC 9110, section 15
constexpr uint32_t HIGHEST_STATUS = 599; //!< likewise

constexpr const char* ALLOWED_RESPONSE =
    "Answer, Stall, Silent, Refuse or Status and a code from 100 to 599 (Status503)";

constexpr const char* ALLOWED_SCHEDULE =
    "TIME=RESPONSE;TIME=RESPONSE;... with times >= 0s, each later than the one before, where a "
    "response is Answer, Stall, Silent, Refuse or Status and a code from 100 to 599 "
    "(0s=Answer;20s=Status503)";

/// @return the response, or nothing if the text is none
std::optional<ProbeResponse>
ToResponse(const std::string& text)
{
    for (const auto& [name, kind] : NAMED)
    {
        if (text == name)
        {
            return ProbeResponse{kind};
        }
    }
    constexpr std::size_t CODE_DIGITS = 3;
    if (text.compare(0, STATUS.size(), STATUS) != 0 || text.size() != STATUS.size() + CODE_DIGITS)
    {
        return std::nullopt;
    }
    const auto code = ParseUnsigned(text.substr(STATUS.size()));
    if (!code || *code < LOWEST_STATUS || *code > HIGHEST_STATUS)
    {
        return std::nullopt;
    }
    return ProbeResponse{ProbeResponseKind::Answer, static_cast<uint16_t>(*code)};
}

/// @return the entry, or nothing if the text is none
std::optional<ScheduledProbeResponse>
ToScheduled(const std::string& text)
{
    const auto fields = SplitFields(text, '=');
    if (fields.size() != 2)
    {
        return std::nullopt;
    }
    const auto start = ParseTime(fields[0]);
    const auto response = ToResponse(fields[1]);
    if (!start || start->IsStrictlyNegative() || !response)
    {
        return std::nullopt;
    }
    return ScheduledProbeResponse{*start, *response};
}

} // namespace

std::string
GetText(const ProbeResponse& response)
{
    if (response.kind == ProbeResponseKind::Answer && response.statusCode != HTTP_STATUS_OK)
    {
        return std::string(STATUS) + std::to_string(response.statusCode);
    }
    return NAMED[static_cast<std::size_t>(response.kind)].name;
}

Parsed<ProbeResponse>
ParseProbeResponse(const std::string& field, const std::string& text)
{
    const auto response = ToResponse(text);
    return response ? *response : Parsed<ProbeResponse>::Refuse(field, text, ALLOWED_RESPONSE);
}

Parsed<std::vector<ScheduledProbeResponse>>
ParseProbeResponseSchedule(const std::string& field, const std::string& text)
{
    std::vector<ScheduledProbeResponse> schedule;
    if (text.empty())
    {
        return schedule;
    }
    for (const auto& entry : SplitFields(text, ';'))
    {
        const auto scheduled = ToScheduled(entry);
        if (!scheduled || (!schedule.empty() && scheduled->start <= schedule.back().start))
        {
            return Parsed<std::vector<ScheduledProbeResponse>>::Refuse(field,
                                                                       text,
                                                                       ALLOWED_SCHEDULE);
        }
        schedule.push_back(*scheduled);
    }
    return schedule;
}

} // namespace ns3::azure
