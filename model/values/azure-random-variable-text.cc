// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-random-variable-text.h"

#include "azure-parse.h"
#include "azure-text-fields.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <sstream>

namespace ns3::azure
{

namespace
{

/// The values that a parameter may have.
struct Range
{
    double least;        //!< smallest value
    bool isLeastAllowed; //!< closed, or half-open
    double most;         //!< largest value, always allowed
    bool isWhole;        //!< only whole numbers
};

constexpr double NO_LIMIT = std::numeric_limits<double>::infinity();
constexpr Range ANY{-NO_LIMIT, true, NO_LIMIT, false};
constexpr Range NOT_NEGATIVE{0, true, NO_LIMIT, false};
constexpr Range POSITIVE{0, false, NO_LIMIT, false};

/// A parameter of a random variable: an attribute of ns-3.
struct Parameter
{
    const char* name; //!< of the attribute
    double byDefault; //!< ns-3's value when it is left out
    Range range;      //!< allowed values
};

using Values = std::map<std::string, double>;

/// A random variable that may be named.
struct Variable
{
    const char* name;                    //!< without "ns3::" and "RandomVariable"
    std::vector<Parameter> parameters;   //!< in ns-3's order
    const char* relation{nullptr};       //!< between parameters, for people; null for none
    bool (*isRelated)(Values&){nullptr}; //!< whether it holds; null for none
};

/**
 * @return every random variable that may be named: the one table behind the check and its texts
 *
 * Not in it: Sequential, Deterministic and Empirical, which are nothing without a variable or a
 * table of their own, and those that only some versions of ns-3 have.
 *
 * A bound makes ns-3 draw again until a value is within it.  The relations see to it that on
 * average one draw of two is (of Pareto with the smallest shape: of 145), and a limit on K and N
 * that a draw does not take long: ns-3 adds up as many terms.
 */
const std::vector<Variable>&
GetVariables()
{
    // clang-format off
    static const std::vector<Variable> VARIABLES{
        {"Constant",    {{"Constant", 0, NOT_NEGATIVE}}},
        {"Uniform",     {{"Min", 0, NOT_NEGATIVE}, {"Max", 1, NOT_NEGATIVE}},
            "Min <= Max", [](Values& v) { return v["Min"] <= v["Max"]; }},
        {"Exponential", {{"Mean", 1, POSITIVE}, {"Bound", 0, NOT_NEGATIVE}},
            "Bound >= Mean, or 0 for none",
            [](Values& v) { return v["Bound"] == 0 || v["Bound"] >= v["Mean"]; }},
        {"Pareto",      {{"Scale", 1, POSITIVE}, {"Shape", 2, {0.01, true, NO_LIMIT, false}},
                         {"Bound", 0, NOT_NEGATIVE}},
            "Bound >= 2 * Scale, or 0 for none",
            [](Values& v) { return v["Bound"] == 0 || v["Bound"] >= 2 * v["Scale"]; }},
        {"Weibull",     {{"Scale", 1, POSITIVE}, {"Shape", 1, POSITIVE},
                         {"Bound", 0, NOT_NEGATIVE}},
            "Bound >= Scale, or 0 for none",
            [](Values& v) { return v["Bound"] == 0 || v["Bound"] >= v["Scale"]; }},
        {"Normal",      {{"Mean", 0, NOT_NEGATIVE}, {"Variance", 1, NOT_NEGATIVE},
                         {"Bound", 1e307, NOT_NEGATIVE}},
            "Bound >= the square root of Variance",
            [](Values& v) { return v["Bound"] >= std::sqrt(v["Variance"]); }},
        {"LogNormal",   {{"Mu", 0, ANY}, {"Sigma", 1, NOT_NEGATIVE}}},
        {"Gamma",       {{"Alpha", 1, POSITIVE}, {"Beta", 1, POSITIVE}}},
        {"Erlang",      {{"K", 1, {1, true, 1000, true}}, {"Lambda", 1, POSITIVE}}},
        {"Triangular",  {{"Mean", 0.5, NOT_NEGATIVE}, {"Min", 0, NOT_NEGATIVE},
                         {"Max", 1, NOT_NEGATIVE}},
            "Min < Max and a mode, 3 * Mean - Min - Max, from Min to Max",
            [](Values& v) {
                const double mode = 3 * v["Mean"] - v["Min"] - v["Max"];
                return v["Min"] < v["Max"] && mode >= v["Min"] && mode <= v["Max"];
            }},
        {"Zipf",        {{"N", 1, {1, true, 10000, true}}, {"Alpha", 0, NOT_NEGATIVE}}},
        {"Zeta",        {{"Alpha", 3.14, {1, false, 100, false}}}},
    };
    // clang-format on
    return VARIABLES;
}

/// @return the type's name in ns-3
std::string
GetTypeName(const Variable& variable)
{
    return std::string("ns3::") + variable.name + "RandomVariable";
}

/// @return what a range allows, for people
std::string
Describe(const Range& range)
{
    std::ostringstream os;
    os << (range.isWhole ? "a whole number" : "a number");
    if (range.least > -NO_LIMIT)
    {
        os << (range.isLeastAllowed ? " >= " : " > ") << range.least;
    }
    if (range.most < NO_LIMIT)
    {
        os << " and <= " << range.most;
    }
    return os.str();
}

/// @return the names of all that is in a table
template <typename T>
std::string
Join(const std::vector<T>& table)
{
    std::string names;
    for (const auto& row : table)
    {
        names += (names.empty() ? "" : ", ") + std::string(row.name);
    }
    return names;
}

/// @return the value, or nothing if it is not in the range
std::optional<double>
ParseValue(const std::string& text, const Range& range)
{
    const auto value =
        range.isWhole ? std::optional<double>(ParseUnsigned(text)) : ParseDouble(text);
    const bool isIn = value && *value <= range.most &&
                      (*value > range.least || (range.isLeastAllowed && *value == range.least));
    return isIn ? value : std::nullopt;
}

using Attributes = std::vector<std::pair<std::string, std::string>>;

/// @return what is allowed in place of these attributes, or nothing if they are allowed
std::optional<std::string>
FindMistake(const Variable& variable, const Attributes& attributes)
{
    Values values;
    for (const auto& [name, text] : attributes)
    {
        const bool isTwice = values.count(name) > 0;
        const auto parameter =
            std::find_if(variable.parameters.begin(),
                         variable.parameters.end(),
                         [&name = name](const Parameter& p) { return p.name == name; });
        if (isTwice || (parameter == variable.parameters.end() && name != "Antithetic"))
        {
            return "each attribute once, out of " + Join(variable.parameters) + ", Antithetic";
        }
        if (name == "Antithetic")
        {
            values[name] = 0;
            if (text != "true" && text != "false")
            {
                return "Antithetic as true or false";
            }
            continue;
        }
        const auto value = ParseValue(text, parameter->range);
        if (!value)
        {
            return name + " as " + Describe(parameter->range);
        }
        values[name] = *value;
    }
    for (const auto& parameter : variable.parameters)
    {
        values.emplace(parameter.name, parameter.byDefault);
    }
    return variable.isRelated && !variable.isRelated(values)
               ? std::optional<std::string>(variable.relation)
               : std::nullopt;
}

/// @return the NAME=VALUE pairs of a text; an empty value where there is no =
Attributes
SplitAttributes(const std::string& text)
{
    Attributes attributes;
    for (const auto& pair : SplitFields(text, '|'))
    {
        const auto equals = std::min(pair.find('='), pair.size());
        attributes.emplace_back(pair.substr(0, equals),
                                pair.substr(std::min(equals + 1, pair.size())));
    }
    return attributes;
}

} // namespace

Parsed<RandomVariableText>
ParseRandomVariableText(const std::string& field, const std::string& text)
{
    const auto refuse = [&](const std::string& allowed) {
        return Parsed<RandomVariableText>::Refuse(field, text, allowed);
    };
    RandomVariableText parts;
    const auto bracket = std::min(text.find('['), text.size());
    parts.typeName = text.substr(0, bracket);
    const auto variable =
        std::find_if(GetVariables().begin(), GetVariables().end(), [&](const Variable& v) {
            return GetTypeName(v) == parts.typeName;
        });
    if (variable == GetVariables().end())
    {
        return refuse("an ns-3 random variable (ns3::UniformRandomVariable[Min=1|Max=2]), one of " +
                      Join(GetVariables()));
    }
    if (bracket < text.size())
    {
        if (text.back() != ']')
        {
            return refuse("attributes in brackets, as in ns3::UniformRandomVariable[Min=1|Max=2]");
        }
        parts.attributes = SplitAttributes(text.substr(bracket + 1, text.size() - bracket - 2));
    }
    const auto allowed = FindMistake(*variable, parts.attributes);
    return allowed ? refuse(*allowed) : Parsed<RandomVariableText>(parts);
}

} // namespace ns3::azure
