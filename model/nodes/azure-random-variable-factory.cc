// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-random-variable-factory.h"

#include "ns3/azure-parse.h"
#include "ns3/azure-random-variable-text.h"
#include "ns3/object-factory.h"
#include "ns3/string.h"
#include "ns3/type-id.h"

namespace ns3::azure
{

namespace
{

using Refused = Parsed<Ptr<RandomVariableStream>>;

/// @return whether the name is that of a random variable that can be created
bool
IsRandomVariable(const std::string& typeName)
{
    TypeId tid;
    return TypeId::LookupByNameFailSafe(typeName, &tid) &&
           tid.IsChildOf(RandomVariableStream::GetTypeId()) && tid.HasConstructor();
}

/**
 * @brief Whether ns-3 can read a value at all: given a text of another kind it ends the program.
 * @param type the type of attribute value, as ns3::DoubleValue
 * @param value the value's text
 */
bool
IsReadable(const std::string& type, const std::string& value)
{
    if (type == "ns3::DoubleValue")
    {
        return ParseDouble(value).has_value();
    }
    if (type == "ns3::BooleanValue")
    {
        return value == "true" || value == "false";
    }
    if (type == "ns3::IntegerValue" && value.rfind('-', 0) == 0)
    {
        return ParseUnsigned(value.substr(1)).has_value();
    }
    return (type == "ns3::IntegerValue" || type == "ns3::UintegerValue") && ParseUnsigned(value);
}

} // namespace

Parsed<Ptr<RandomVariableStream>>
CreateRandomVariable(const std::string& field, const std::string& text)
{
    const auto parts = ParseRandomVariableText(text);
    if (!parts || !IsRandomVariable(parts->typeName))
    {
        return Refused::Refuse(field,
                               text,
                               "an ns-3 random variable with numbers as attributes "
                               "(ns3::UniformRandomVariable[Min=1|Max=2])");
    }
    ObjectFactory factory(parts->typeName);
    for (const auto& [name, value] : parts->attributes)
    {
        TypeId::AttributeInformation attribute;
        if (!factory.GetTypeId().LookupAttributeByName(name, &attribute))
        {
            return Refused::Refuse(field,
                                   text,
                                   "attributes that " + parts->typeName + " has, not " + name);
        }
        if (!IsReadable(attribute.checker->GetValueTypeName(), value) ||
            !attribute.checker->CreateValidValue(StringValue(value)))
        {
            return Refused::Refuse(field,
                                   text,
                                   name + " as " +
                                       attribute.checker->GetUnderlyingTypeInformation());
        }
        factory.Set(name, StringValue(value));
    }
    return factory.Create<RandomVariableStream>();
}

} // namespace ns3::azure
