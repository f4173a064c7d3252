// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_RESOURCE_READER_H
#define AZURE_RESOURCE_READER_H

#include "azure-json-value.h"

#include "ns3/azure-parsed.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-helper
 * @brief Reads resources of Azure from JSON, and remembers the first thing that is wrong.
 *
 * A resource is an object with a name; its properties are in the object itself, as the command line
 * `az` prints them, or in an object `properties` of it, as ARM templates and REST have them.
 *
 * Errors name the place in the document, as `securityRules[3].priority`, the value and what is
 * allowed.  After an error the functions go on, with empty values.
 */
class ResourceReader
{
  public:
    /// A resource, as far as all of them are alike.
    struct Resource
    {
        const JsonValue* properties; //!< null if it is none
        std::string name;            //!< of the resource
        std::string place;           //!< of the properties
    };

    /// @param source what errors begin with, as a file; may be empty
    explicit ResourceReader(const std::string& source);

    /// @return the first thing that is wrong; nothing if all is well
    const std::optional<Parsed<bool>>& GetError() const;

    /// Remember what is wrong, if nothing was before.
    void Refuse(const std::string& path, const std::string& value, const std::string& allowed);

    /**
     * @brief Read what all resources have.
     * @param value of the document
     * @param path of the value
     * @param what it has to be, for the error
     * @param known its properties: an error if they only differ in case, or are outside
     * `properties`
     */
    Resource ReadResource(const JsonValue& value,
                          const std::string& path,
                          const std::string& what,
                          const std::vector<std::string>& known);

    /// @return an object's value of that name; null, and an error, if there is none of that kind
    const JsonValue* Require(const JsonValue& object,
                             const std::string& path,
                             const std::string& name,
                             JsonValue::Kind kind,
                             const std::string& allowed);

    /// @return an object's text of that name, which has to be there
    std::string ReadText(const JsonValue& object,
                         const std::string& path,
                         const std::string& name,
                         const std::string& allowed);

    /// @return the values of an object's array, which may be null or missing
    std::vector<const JsonValue*> ReadArray(const JsonValue& object,
                                            const std::string& path,
                                            const std::string& name);

    /// @return the texts of an object's array, which may be null or missing
    std::vector<std::string> ReadTexts(const JsonValue& object,
                                       const std::string& path,
                                       const std::string& name);

    /// @return the path of an object's value
    static std::string Join(const std::string& path, const std::string& name);

    /// @return the path of an array's value
    static std::string Join(const std::string& path, std::size_t index);

    /// @return what an error begins with; source and path may be empty
    static std::string GetField(const std::string& source, const std::string& path);

    /// @return a value as an error shows it; "nothing" for null
    static std::string Describe(const JsonValue* value);

  private:
    /// Refuse properties that only seem to be missing.
    void CheckNames(const JsonValue& object,
                    const std::string& path,
                    const std::vector<std::string>& known);

    std::string m_source;                //!< what errors begin with
    std::optional<Parsed<bool>> m_error; //!< the first
};

} // namespace ns3::azure

#endif // AZURE_RESOURCE_READER_H
