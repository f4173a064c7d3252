// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PROBE_RESPONSE_SCHEDULE_H
#define AZURE_PROBE_RESPONSE_SCHEDULE_H

#include "azure-http-message.h"
#include "azure-parsed.h"

#include "ns3/nstime.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::azure
{

/// What a VM does about a health probe.
enum class ProbeResponseKind : uint8_t
{
    Answer, //!< takes the connection; HTTP: answers a request with a status code
    Stall,  //!< takes the connection and never answers a request
    Silent, //!< does not answer a SYN
    Refuse, //!< answers a SYN by RST
};

/// What a VM does about a health probe, in full.
struct ProbeResponse
{
    ProbeResponseKind kind{ProbeResponseKind::Answer}; //!< what it does
    uint16_t statusCode{HTTP_STATUS_OK};               //!< of its answer over HTTP
};

/// What a VM does from then on.
struct ScheduledProbeResponse
{
    Time start;             //!< since the start of the application
    ProbeResponse response; //!< until the next one
};

/// @return the response's text form: Answer, Stall, Silent, Refuse, Status503
std::string GetText(const ProbeResponse& response);

/**
 * @ingroup azure-values
 * @brief Read a response.
 * @param field the option or attribute, for the error text
 * @param text Answer, Stall, Silent, Refuse or StatusN, where N is 100 to 599; Answer is Status200
 * @return the response, or why the text is refused
 */
Parsed<ProbeResponse> ParseProbeResponse(const std::string& field, const std::string& text);

/**
 * @ingroup azure-values
 * @brief Read how a VM's responses change, as "0s=Answer;20s=Status503;40s=Refuse".
 * @param field the option or attribute, for the error text
 * @param text entries TIME=RESPONSE between semicolons, or nothing; each later than the one before,
 *        the first at 0s or later
 * @return the schedule, or why the text is refused
 */
Parsed<std::vector<ScheduledProbeResponse>> ParseProbeResponseSchedule(const std::string& field,
                                                                       const std::string& text);

} // namespace ns3::azure

#endif // AZURE_PROBE_RESPONSE_SCHEDULE_H
