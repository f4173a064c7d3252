// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-resource-document.h"

#include "ns3/azure-text-fields.h"

#include <cstddef>

namespace ns3::azure
{

namespace
{

using Kind = JsonValue::Kind;

/// @return whether the document is an ARM template
bool
IsTemplate(const JsonValue& document)
{
    return document.Find("$schema") || document.Find("resources");
}

/// @return whether the resource says that it is of the type
bool
IsOfType(const JsonValue& resource, const std::string& type)
{
    const auto* own = resource.Find("type");
    return own && own->kind == Kind::String && IsSameWord(own->text, type);
}

} // namespace

std::vector<ResourceOfDocument>
FindTemplateResources(const JsonValue& document, const std::string& type)
{
    std::vector<ResourceOfDocument> found;
    const auto* resources = document.Find("resources");
    for (std::size_t i = 0; resources && i < resources->values.size(); ++i)
    {
        if (IsOfType(resources->values[i], type))
        {
            const auto place = resources->kind == Kind::Array
                                   ? ResourceReader::Join("resources", i)
                                   : ResourceReader::Join("resources", resources->names[i]);
            found.push_back({&resources->values[i], place});
        }
    }
    return found;
}

std::vector<ResourceOfDocument>
FindResources(ResourceReader& reader,
              const JsonValue& document,
              const std::string& type,
              const std::string& what)
{
    std::vector<ResourceOfDocument> found;
    if (IsTemplate(document))
    {
        found = FindTemplateResources(document, type);
        if (found.empty())
        {
            const auto* resources = document.Find("resources");
            reader.Refuse("resources",
                          ResourceReader::Describe(resources),
                          "an array with at least one resource of type " + type);
        }
        return found;
    }
    const auto* value = document.Find("value");
    const auto& list = value ? *value : document;
    const std::string path = value ? "value" : "";
    if (list.kind != Kind::Array)
    {
        found.push_back({&list, path});
    }
    else if (list.values.empty())
    {
        reader.Refuse(path, "[]", "at least one " + what);
    }
    for (std::size_t i = 0; list.kind == Kind::Array && i < list.values.size(); ++i)
    {
        found.push_back({&list.values[i], ResourceReader::Join(path, i)});
    }
    for (const auto& resource : found)
    {
        const auto* own = resource.value->Find("type");
        if (own && !IsOfType(*resource.value, type))
        {
            reader.Refuse(ResourceReader::Join(resource.place, "type"),
                          ResourceReader::Describe(own),
                          type);
        }
    }
    return found;
}

} // namespace ns3::azure
