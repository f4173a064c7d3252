// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-random-variable-factory.h"

#include "ns3/azure-random-variable-text.h"
#include "ns3/object-factory.h"
#include "ns3/string.h"

namespace ns3::azure
{

Parsed<Ptr<RandomVariableStream>>
CreateRandomVariable(const std::string& field, const std::string& text)
{
    const auto parts = ParseRandomVariableText(field, text);
    if (!parts)
    {
        return Parsed<Ptr<RandomVariableStream>>::Refuse(parts);
    }
    ObjectFactory factory(parts->typeName);
    for (const auto& [name, value] : parts->attributes)
    {
        factory.Set(name, StringValue(value));
    }
    return factory.Create<RandomVariableStream>();
}

} // namespace ns3::azure
