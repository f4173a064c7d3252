// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-attribute-reference.h"
#include "azure-restructured-text.h"

#include "ns3/azure-text-fields.h"
#include "ns3/nstime.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <sstream>

/**
 * @file
 * @brief What an attribute's checker allows, and its default, as text.
 */
namespace ns3::azure
{

namespace
{

/// @return the time in the largest unit that leaves nothing over
std::string
GetTimeText(const Time& time)
{
    struct Unit
    {
        int64_t nanoseconds;
        const char* name;
    };

    static constexpr std::array<Unit, 7> UNITS{{{86'400'000'000'000, "day"},
                                                {3'600'000'000'000, "h"},
                                                {60'000'000'000, "min"},
                                                {1'000'000'000, "s"},
                                                {1'000'000, "ms"},
                                                {1'000, "us"},
                                                {1, "ns"}}};
    const auto total = time.GetNanoSeconds();
    if (total == 0)
    {
        return "0 s";
    }
    auto unit = UNITS.begin();
    while (total % unit->nanoseconds != 0)
    {
        ++unit;
    }
    const auto count = total / unit->nanoseconds;
    const bool isPlural = unit == UNITS.begin() && count != 1;
    return std::to_string(count) + " " + unit->name + (isPlural ? "s" : "");
}

/// @return the last time that is as allowed as the first, on the way to the second
Time
FindBound(const AttributeChecker& checker, int64_t allowed, int64_t refused)
{
    const auto isAllowed = [&](int64_t steps) { return checker.Check(TimeValue(Time(steps))); };
    if (isAllowed(refused))
    {
        return Time(refused);
    }
    while (allowed + 1 != refused && refused + 1 != allowed)
    {
        const auto lower = std::min(allowed, refused);
        const auto distance =
            static_cast<uint64_t>(std::max(allowed, refused)) - static_cast<uint64_t>(lower);
        const auto middle = lower + static_cast<int64_t>(distance / 2);
        (isAllowed(middle) ? allowed : refused) = middle;
    }
    return Time(allowed);
}

/// @return what a checker of times allows; checkers do not tell, so this asks for one after another
std::string
GetAllowedTimes(const TypeId::AttributeInformation& attribute)
{
    using Limits = std::numeric_limits<int64_t>;
    TimeValue value;
    value.DeserializeFromString(
        attribute.originalInitialValue->SerializeToString(attribute.checker),
        attribute.checker);
    const auto initial = value.Get().GetTimeStep();
    const auto least = FindBound(*attribute.checker, initial, Limits::min());
    const auto most = FindBound(*attribute.checker, initial, Limits::max());
    const bool isAbove = least == Time(1);
    if (most == Time(Limits::max()))
    {
        return least == Time(Limits::min()) ? ""
               : isAbove                    ? "above 0 s"
                                            : "at least " + GetTimeText(least);
    }
    return isAbove ? "above 0 s, at most " + GetTimeText(most)
                   : GetTimeText(least) + " to " + GetTimeText(most);
}

/// @return what a checker of numbers allows
std::string
GetAllowedNumbers(const std::string& type, const std::string& least, const std::string& most)
{
    std::ostringstream largest;
    largest << std::numeric_limits<double>::max();
    static const std::map<std::string, std::string> LARGEST{{"uint8_t", "255"},
                                                            {"uint16_t", "65535"},
                                                            {"uint32_t", "4294967295"},
                                                            {"uint64_t", "18446744073709551615"}};
    const auto number = LARGEST.find(type);
    const auto end = number == LARGEST.end() ? largest.str() : number->second;
    const auto begin = number == LARGEST.end() ? "-" + end : "0";
    // What ports may be is said in full: everybody knows their largest number.
    const bool hasEnd = most != end || (type == "uint16_t" && least != begin);
    return hasEnd ? least + " to " + most : (least == begin ? "" : "at least " + least);
}

} // namespace

std::string
GetAllowedText(const TypeId::AttributeInformation& attribute)
{
    const auto type = attribute.checker->GetValueTypeName();
    const auto information = attribute.checker->GetUnderlyingTypeInformation();
    if (type == "ns3::TimeValue")
    {
        return GetAllowedTimes(attribute);
    }
    // "ns3::EnumValue" up to 3.40, then "ns3::EnumValue<...>".
    if (type.rfind("ns3::EnumValue", 0) == 0)
    {
        std::vector<std::string> names;
        std::istringstream all(information);
        for (std::string name; std::getline(all, name, '|');)
        {
            names.push_back(name);
        }
        return JoinAlternatives(names);
    }
    if (type == "ns3::UintegerValue" || type == "ns3::DoubleValue")
    {
        // "uint16_t 1:65535"
        const auto blank = information.find(' ');
        const auto colon = information.find(':', blank);
        return GetAllowedNumbers(information.substr(0, blank),
                                 information.substr(blank + 1, colon - blank - 1),
                                 information.substr(colon + 1));
    }
    return "";
}

std::string
GetDefaultText(const TypeId::AttributeInformation& attribute)
{
    const auto text = attribute.originalInitialValue->SerializeToString(attribute.checker);
    const auto type = attribute.checker->GetValueTypeName();
    if (type == "ns3::TimeValue")
    {
        return TextLiteral(GetTimeText(Time(text)));
    }
    if (type != "ns3::PointerValue")
    {
        return text.empty() ? "empty" : TextLiteral(text);
    }
    static const std::map<std::string, std::string> VARIABLES{
        {"0", "none"},
        {"ns3::UniformRandomVariable", "uniform in [0, 1)"},
        {"ns3::UniformRandomVariable[Min=0|Max=1]", "uniform in [0, 1)"},
        {"ns3::ConstantRandomVariable[Constant=0]", "constant 0"},
        {"ns3::ConstantRandomVariable[Constant=1]", "constant 1"},
        {"ns3::ExponentialRandomVariable[Mean=1]", "exponential, mean 1"}};
    const auto variable = VARIABLES.find(text);
    return variable == VARIABLES.end() ? TextLiteral(text) : variable->second;
}

} // namespace ns3::azure
