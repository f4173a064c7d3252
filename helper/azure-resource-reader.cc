// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-resource-reader.h"

#include "ns3/azure-text-fields.h"

namespace ns3::azure
{

namespace
{

using Kind = JsonValue::Kind;

} // namespace

ResourceReader::ResourceReader(const std::string& source)
    : m_source(source)
{
}

const std::optional<Parsed<bool>>&
ResourceReader::GetError() const
{
    return m_error;
}

void
ResourceReader::Refuse(const std::string& path,
                       const std::string& value,
                       const std::string& allowed)
{
    if (!m_error)
    {
        m_error = Parsed<bool>::Refuse(GetField(m_source, path), value, allowed);
    }
}

const JsonValue*
ResourceReader::Require(const JsonValue& object,
                        const std::string& path,
                        const std::string& name,
                        JsonValue::Kind kind,
                        const std::string& allowed)
{
    const auto* value = object.Find(name);
    if (!value || value->kind != kind)
    {
        Refuse(Join(path, name), Describe(value), allowed);
        return nullptr;
    }
    return value;
}

std::string
ResourceReader::ReadText(const JsonValue& object,
                         const std::string& path,
                         const std::string& name,
                         const std::string& allowed)
{
    const auto* value = Require(object, path, name, Kind::String, allowed);
    return value ? value->text : "";
}

void
ResourceReader::CheckNames(const JsonValue& object,
                           const std::string& path,
                           const std::vector<std::string>& known)
{
    for (const auto& name : object.names)
    {
        for (const auto& exact : known)
        {
            if (name != exact && IsSameWord(name, exact))
            {
                Refuse(path, name, exact + "; case matters");
            }
        }
    }
}

ResourceReader::Resource
ResourceReader::ReadResource(const JsonValue& value,
                             const std::string& path,
                             const std::string& what,
                             const std::vector<std::string>& known)
{
    if (value.kind != Kind::Object)
    {
        Refuse(path, Describe(&value), what);
        return {nullptr, "", path};
    }
    CheckNames(value, path, known);
    CheckNames(value, path, {"name", "properties"});
    Resource resource{&value, "", path};
    if (const auto* properties = value.Find("properties"))
    {
        resource.place = Join(path, "properties");
        for (const auto& name : known)
        {
            if (value.Find(name))
            {
                Refuse(path, name, "it below properties, or no properties");
            }
        }
        if (properties->kind != Kind::Object)
        {
            Refuse(resource.place, Describe(properties), "an object");
            return {nullptr, "", path};
        }
        CheckNames(*properties, resource.place, known);
        resource.properties = properties;
    }
    resource.name = ReadText(value, path, "name", "a name");
    if (!resource.name.empty() && resource.name.front() == '[')
    {
        Refuse(Join(path, "name"),
               resource.name,
               "the name itself; template expressions are not evaluated");
    }
    return resource;
}

std::vector<std::string>
ResourceReader::ReadTexts(const JsonValue& object, const std::string& path, const std::string& name)
{
    std::vector<std::string> texts;
    for (const auto* value : ReadArray(object, path, name))
    {
        const auto at = Join(Join(path, name), texts.size());
        if (value->kind != Kind::String)
        {
            Refuse(at, Describe(value), "a text");
        }
        texts.push_back(value->text);
    }
    return texts;
}

std::vector<const JsonValue*>
ResourceReader::ReadArray(const JsonValue& object, const std::string& path, const std::string& name)
{
    std::vector<const JsonValue*> values;
    const auto* array = object.Find(name);
    if (!array || array->kind == Kind::Null)
    {
        return values;
    }
    if (array->kind != Kind::Array)
    {
        Refuse(Join(path, name), Describe(array), "an array, or null");
        return values;
    }
    for (const auto& value : array->values)
    {
        values.push_back(&value);
    }
    return values;
}

std::string
ResourceReader::Join(const std::string& path, const std::string& name)
{
    return path.empty() ? name : path + "." + name;
}

std::string
ResourceReader::Join(const std::string& path, std::size_t index)
{
    return path + "[" + std::to_string(index) + "]";
}

std::string
ResourceReader::GetField(const std::string& source, const std::string& path)
{
    if (source.empty() || path.empty())
    {
        return source.empty() && path.empty() ? "document" : source + path;
    }
    return source + ": " + path;
}

std::string
ResourceReader::Describe(const JsonValue* value)
{
    switch (value ? value->kind : Kind::Null)
    {
    case Kind::Array:
        return "[...]";
    case Kind::Object:
        return "{...}";
    case Kind::String:
        return '"' + GetPrintable(value->text) + '"';
    default:
        return value ? GetPrintable(value->text) : "nothing";
    }
}

} // namespace ns3::azure
