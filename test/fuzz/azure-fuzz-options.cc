// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fuzz-promise.h"
#include "azure-fuzz-target.h"

#include "ns3/azure-hold-time.h"
#include "ns3/azure-ip-flow-text.h"
#include "ns3/azure-parse.h"
#include "ns3/azure-probe-response-schedule.h"
#include "ns3/azure-random-variable-text.h"
#include "ns3/azure-retry-policy.h"
#include "ns3/azure-text-fields.h"
#include "ns3/azure-traffic-spec.h"

#include <cmath>
#include <cstdint>
#include <vector>

/**
 * @file
 * @brief What users write on command lines and in attributes.
 */
namespace ns3::azure
{

namespace
{

/// Requires that what is refused has an error that names the field. @return whether it is accepted
template <typename T>
bool
RequireAnswer(const Parsed<T>& parsed, const std::string& field)
{
    if (parsed)
    {
        return true;
    }
    RequireOneLine(parsed.GetError());
    Require(parsed.GetError().rfind(field, 0) == 0, "an error names the field");
    return false;
}

/// Requires that one of a few words is read back from its name.
template <typename T>
void
RequireWord(const Parsed<T>& parsed, const std::string& input)
{
    if (RequireAnswer(parsed, "field"))
    {
        Require(GetName(*parsed) == input, "a word is what it is called");
    }
}

/// @return the time in nanoseconds as text
std::string
ToNanoseconds(Time time)
{
    return std::to_string(time.GetNanoSeconds()) + "ns";
}

} // namespace

void
CheckNumbers(const std::string& input)
{
    if (const auto number = ParseUnsigned(input))
    {
        const auto digits = input.substr(std::min(input.find_first_not_of('0'), input.size() - 1));
        Require(std::to_string(*number) == digits, "a whole number is all of its digits");
    }
    if (const auto number = ParseDouble(input))
    {
        Require(std::isfinite(*number), "a number is finite");
    }
    if (const auto time = ParseTime(input))
    {
        const auto again = ParseTime(ToNanoseconds(*time));
        const bool isExact = std::llabs(time->GetNanoSeconds()) < int64_t{1} << 53;
        Require(!isExact || (again && *again == *time), "a time is read back in nanoseconds");
    }
    if (const auto address = ParseIpv4Address(input))
    {
        Require(GetText(*address) == input, "an address is printed as it was read");
    }
}

void
CheckHoldTime(const std::string& input)
{
    const auto hold = ParseHoldTime("field", input);
    if (!RequireAnswer(hold, "field") || !hold->randomVariable)
    {
        return;
    }
    Require(bool{ParseRandomVariableText("field", *hold->randomVariable)},
            "a hold time is a random variable that is allowed");
}

void
CheckRandomVariable(const std::string& input)
{
    const auto variable = ParseRandomVariableText("field", input);
    if (!RequireAnswer(variable, "field"))
    {
        return;
    }
    auto text = variable->typeName;
    for (const auto& [name, value] : variable->attributes)
    {
        Require(bool{ParseDouble(value)}, "an attribute's value is a number");
        text += (text.back() == 'e' ? "[" : "|") + name + "=" + value;
    }
    text += variable->attributes.empty() ? "" : "]";
    Require(text == input, "a random variable is read as it is written");
}

void
CheckRetryPolicy(const std::string& input)
{
    const auto policy = ParseRetryPolicy("field", input);
    if (!RequireAnswer(policy, "field"))
    {
        return;
    }
    Require(!Validate(*policy), "a policy that is read is sound");
    for (const uint32_t failed : {1U, 2U, 40U, 4294967295U})
    {
        for (const double u : {0.0, 0.999})
        {
            const auto pause = GetRetryPause(*policy, failed, u);
            Require(pause.has_value() == (failed < policy->maxAttempts),
                    "there is a pause while there are attempts left");
            Require(!pause || (!pause->IsStrictlyNegative() &&
                               *pause <= Seconds(1.5 * MAX_RETRY_PAUSE_SECONDS)),
                    "a pause is at most an hour and a half");
        }
    }
}

void
CheckProbeSchedule(const std::string& input)
{
    const auto response = ParseProbeResponse("field", input);
    if (RequireAnswer(response, "field"))
    {
        const auto again = ParseProbeResponse("field", GetText(*response));
        Require(again && again->kind == response->kind && again->statusCode == response->statusCode,
                "a response is read back from its text");
    }
    const auto schedule = ParseProbeResponseSchedule("field", input);
    if (!RequireAnswer(schedule, "field"))
    {
        return;
    }
    std::string text;
    bool isExact = true;
    const ScheduledProbeResponse* former = nullptr;
    for (const auto& entry : *schedule)
    {
        Require(!entry.start.IsStrictlyNegative() && (!former || former->start < entry.start),
                "entries ascend from 0 s");
        former = &entry;
        isExact &= entry.start.GetNanoSeconds() < int64_t{1} << 53;
        text +=
            (text.empty() ? "" : ";") + ToNanoseconds(entry.start) + "=" + GetText(entry.response);
    }
    const auto again = ParseProbeResponseSchedule("field", text);
    Require(!isExact || (again && again->size() == schedule->size()),
            "a schedule is read back from its text");
}

void
CheckTrafficWords(const std::string& input)
{
    RequireWord(ParseTrafficArrival("field", input), input);
    RequireWord(ParseTrafficClose("field", input), input);
    RequireWord(ParseTrafficProtocol("field", input), input);
    RequireWord(ParseTrafficTransport("field", input), input);
}

void
CheckIpFlow(const std::string& input)
{
    auto fields = SplitFields(input, '|');
    fields.resize(4);
    const auto flow = ParseIpFlow({fields[0], fields[1], fields[2], fields[3]});
    if (!flow)
    {
        RequireOneLine(flow.GetError());
        return;
    }
    const bool hasPorts = IsTranslatedBySnat(flow->protocol);
    Require(hasPorts == (flow->localPort > 0) && hasPorts == (flow->remotePort > 0),
            "TCP and UDP have ports, others none");
    Require(GetText(flow->localAddress) == fields[2].substr(0, fields[2].find(':')) &&
                GetText(flow->remoteAddress) == fields[3].substr(0, fields[3].find(':')),
            "addresses are printed as they were read");
}

} // namespace ns3::azure
