// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-json-value.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

namespace ns3::azure
{

namespace
{

/// @return "FIELD: PLACE" of those that are not empty
std::string
JoinField(const std::string& field, const std::string& place)
{
    return field.empty() ? place : place.empty() ? field : field + ": " + place;
}

/// Receives what the parser finds, value by value, and stops it at what is not allowed.
class JsonReceiver : public nlohmann::json_sax<nlohmann::json>
{
  public:
    /// @param field named by errors; @param text that is read
    JsonReceiver(const std::string& field, const std::string& text)
        : m_field(field),
          m_text(text)
    {
    }

    bool null() override
    {
        return Add(JsonValue::Kind::Null, "null");
    }

    bool boolean(bool value) override
    {
        return Add(JsonValue::Kind::Boolean, value ? "true" : "false");
    }

    bool number_integer(number_integer_t value) override
    {
        return Add(JsonValue::Kind::Number, std::to_string(value));
    }

    bool number_unsigned(number_unsigned_t value) override
    {
        return Add(JsonValue::Kind::Number, std::to_string(value));
    }

    bool number_float(number_float_t /* value */, const string_t& text) override
    {
        return Add(JsonValue::Kind::Number, text);
    }

    bool string(string_t& value) override
    {
        return Add(JsonValue::Kind::String, value);
    }

    bool binary(binary_t& /* value */) override
    {
        return false; // not in texts
    }

    bool start_object(std::size_t /* elements */) override
    {
        return Open(JsonValue::Kind::Object);
    }

    bool key(string_t& name) override
    {
        if (!m_open.back().names.insert(name).second)
        {
            return Stop(GetPath(), GetPrintable(name), "each name once");
        }
        m_open.back().value->names.push_back(name);
        return true;
    }

    bool end_object() override
    {
        m_open.pop_back();
        return true;
    }

    bool start_array(std::size_t /* elements */) override
    {
        return Open(JsonValue::Kind::Array);
    }

    bool end_array() override
    {
        m_open.pop_back();
        return true;
    }

    bool parse_error(std::size_t position,
                     const std::string& /* token */,
                     const nlohmann::json::exception& exception) override
    {
        // What is left of "[...] parse error at line 1, column 2: REASON; last read: 'TOKEN'".
        std::string reason = exception.what();
        const auto place = reason.find("column ");
        reason = reason.substr(
            (place == std::string::npos ? reason.find("] ") : reason.find(": ", place)) + 2);
        constexpr std::size_t LONGEST = 160; // of texts that quote a number
        reason = reason.substr(0, std::min(LONGEST, reason.find("; last read")));
        return StopAt(std::max<std::size_t>(position, 1) - 1, "JSON: " + reason);
    }

    /// Remember that reading ends because of a byte.  @return false
    bool StopAt(std::size_t offset, const std::string& allowed)
    {
        const auto before = m_text.substr(0, offset);
        const auto line = std::count(before.begin(), before.end(), '\n') + 1;
        const auto column = before.size() - (before.rfind('\n') + 1) + 1;
        return Stop("line " + std::to_string(line) + ", column " + std::to_string(column),
                    offset < m_text.size() ? GetPrintable(m_text.substr(offset, 1)) : "",
                    allowed);
    }

    /// @return what the text says, or the error
    Parsed<JsonValue> GetValue() const
    {
        return m_error ? *m_error : Parsed<JsonValue>(m_value);
    }

  private:
    /// An array or object whose end is still to come.
    struct OpenValue
    {
        JsonValue* value;            //!< what has been read of it
        std::set<std::string> names; //!< of an object
    };

    /// @return where a new value goes
    JsonValue& MakeRoom()
    {
        return m_open.empty() ? m_value : m_open.back().value->values.emplace_back();
    }

    bool Add(JsonValue::Kind kind, const std::string& text)
    {
        auto& value = MakeRoom();
        value.kind = kind;
        value.text = text;
        return true;
    }

    bool Open(JsonValue::Kind kind)
    {
        auto& value = MakeRoom();
        value.kind = kind;
        m_open.push_back({&value, {}});
        if (m_open.size() > MAX_JSON_DEPTH)
        {
            return Stop(GetPath(),
                        kind == JsonValue::Kind::Array ? "[" : "{",
                        "arrays and objects nested at most " + std::to_string(MAX_JSON_DEPTH) +
                            " deep");
        }
        return true;
    }

    /// Remember why reading ends.  @return false
    bool Stop(const std::string& place, const std::string& found, const std::string& allowed)
    {
        const auto field = JoinField(m_field, place);
        m_error = Parsed<JsonValue>::Refuse(field.empty() ? "document" : field, found, allowed);
        return false;
    }

    /// @return path of the innermost open value, as securityRules[3].properties
    std::string GetPath() const
    {
        std::string path;
        for (std::size_t i = 0; i + 1 < m_open.size(); ++i)
        {
            const auto& value = *m_open[i].value;
            if (value.kind == JsonValue::Kind::Array)
            {
                path += "[" + std::to_string(value.values.size() - 1) + "]";
            }
            else
            {
                path += (path.empty() ? "" : ".") + GetPrintable(value.names.back());
            }
        }
        return path;
    }

    const std::string& m_field;               //!< named by errors
    const std::string& m_text;                //!< that is read
    JsonValue m_value;                        //!< what has been read
    std::vector<OpenValue> m_open;            //!< outermost first
    std::optional<Parsed<JsonValue>> m_error; //!< why reading ended early
};

/// @return the value in the library's form
nlohmann::ordered_json
MakeJson(const JsonValue& value)
{
    using Json = nlohmann::ordered_json;
    switch (value.kind)
    {
    case JsonValue::Kind::Null:
        break;
    case JsonValue::Kind::Boolean:
    case JsonValue::Kind::Number:
        return Json::parse(value.text);
    case JsonValue::Kind::String:
        return value.text;
    case JsonValue::Kind::Array: {
        auto array = Json::array();
        for (const auto& element : value.values)
        {
            array.push_back(MakeJson(element));
        }
        return array;
    }
    case JsonValue::Kind::Object: {
        auto object = Json::object();
        for (std::size_t i = 0; i < value.values.size(); ++i)
        {
            object[value.names[i]] = MakeJson(value.values[i]);
        }
        return object;
    }
    }
    return nullptr;
}

} // namespace

const JsonValue*
JsonValue::Find(const std::string& name) const
{
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? nullptr : &values[found - names.begin()];
}

Parsed<JsonValue>
ParseJson(const std::string& field, const std::string& text)
{
    JsonReceiver receiver(field, text);
    if (const auto zero = text.find('\0'); zero != std::string::npos)
    {
        receiver.StopAt(
            zero,
            "JSON in UTF-8, which has no byte 0"); // for the library it would be the end
    }
    else
    {
        nlohmann::json::sax_parse(text, &receiver);
    }
    return receiver.GetValue();
}

std::string
WriteJson(const JsonValue& value)
{
    constexpr int INDENT = 2;
    return MakeJson(value).dump(INDENT,
                                ' ',
                                false,
                                nlohmann::ordered_json::error_handler_t::replace) +
           "\n";
}

std::string
GetPrintable(const std::string& text)
{
    constexpr std::size_t LONGEST = 60;
    auto printable = text.substr(0, LONGEST);
    std::replace_if(
        printable.begin(),
        printable.end(),
        [](char c) { return c < ' ' || c > '~'; },
        '?');
    return text.size() > LONGEST ? printable + "..." : printable;
}

} // namespace ns3::azure
