// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_JSON_VALUE_H
#define AZURE_JSON_VALUE_H

#include "ns3/azure-parsed.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-helper
 * @brief What a JSON text says: one value, and the values in it.
 *
 * Invariant: an object has as many names as values, and no name twice.
 */
struct JsonValue
{
    /// What a value can be.
    enum class Kind : uint8_t
    {
        Null,
        Boolean,
        Number,
        String,
        Array,
        Object,
    };

    Kind kind{Kind::Null};          //!< which
    std::string text;               //!< a string without quotes; a number or Boolean as JSON has it
    std::vector<std::string> names; //!< of an object's values
    std::vector<JsonValue> values;  //!< of an array or object, in the order of the text

    /// @return the value of that name; null if this is no object or has none
    const JsonValue* Find(const std::string& name) const;
};

/// Deepest nesting of arrays and objects that is read.
constexpr std::size_t MAX_JSON_DEPTH = 32;

/**
 * @brief Read a JSON text (RFC 8259); it may begin with a byte order mark.
 * @param field named by the error; may be empty
 * @param text UTF-8
 * @return the value; or the error: of syntax, with line and column (in bytes); a number above
 *         1.8e308; a name twice in an object; arrays and objects nested deeper than MAX_JSON_DEPTH
 */
Parsed<JsonValue> ParseJson(const std::string& field, const std::string& text);

/// @return the value as a JSON text in lines, indented by two spaces; bytes that are no UTF-8 are
///         replaced
std::string WriteJson(const JsonValue& value);

/// @return the text fit for a line of an error: printable, and cut with "..." after 60 bytes
std::string GetPrintable(const std::string& text);

} // namespace ns3::azure

#endif // AZURE_JSON_VALUE_H
