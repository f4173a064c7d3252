// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_PARSED_H
#define AZURE_PARSED_H

#include <optional>
#include <string>
#include <utility>

namespace ns3::azure
{

/// @return the text in one line: control characters are written as \\n or \\x07
std::string GetOneLine(const std::string& text);

/**
 * @brief The line that tells a user why a value cannot be taken.
 * @param field the option, attribute or property the value was given for
 * @param value what was given
 * @param allowed what may be given instead, completing "give ..."
 * @return one line, by GetOneLine()
 */
std::string GetRefusal(const std::string& field,
                       const std::string& value,
                       const std::string& allowed);

/**
 * @ingroup azure-values
 * @brief A value read from a user's text, or the line that tells the user why there is none.
 *
 * Invariant: the error is empty exactly when there is a value.
 */
template <typename T>
class Parsed
{
  public:
    /// A text that could be read.
    Parsed(T value)
        : m_value(std::move(value))
    {
    }

    /**
     * @brief A text that could not be read.
     * @param field the option or attribute the text was given for
     * @param text the text
     * @param allowed what may be given instead, completing "give ..."
     */
    static Parsed Refuse(const std::string& field,
                         const std::string& text,
                         const std::string& allowed)
    {
        Parsed refused;
        refused.m_error = GetRefusal(field, text, allowed);
        return refused;
    }

    /// A text that could not be read, for the reason that a part of it could not.
    template <typename Other>
    static Parsed Refuse(const Parsed<Other>& other)
    {
        Parsed refused;
        refused.m_error = other.GetError();
        return refused;
    }

    /// @return whether the text could be read
    explicit operator bool() const
    {
        return m_value.has_value();
    }

    /// @return the value; there must be one
    const T& operator*() const
    {
        return m_value.value();
    }

    /// @return the value; there must be one
    const T* operator->() const
    {
        return &m_value.value();
    }

    /// @return one line naming the field, the text and what is allowed; empty if there is a value
    const std::string& GetError() const
    {
        return m_error;
    }

  private:
    Parsed() = default;

    std::optional<T> m_value; //!< the value, if the text could be read
    std::string m_error;      //!< why not, otherwise
};

} // namespace ns3::azure

#endif // AZURE_PARSED_H
