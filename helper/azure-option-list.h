// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_OPTION_LIST_H
#define AZURE_OPTION_LIST_H

#include "ns3/azure-parsed.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-helper
 * @brief The options of a program: ns-3's CommandLine, with one clear line for a bad one.
 *
 * What ns-3 itself does with a bad value depends on its type: it takes -1 for a large number and
 * "2x" for 2, cuts a text at its first blank, prints a page of help, or dumps core.  Here a value
 * stays text until the option's own reader has accepted it.  `--help` and the other options of
 * ns-3's (`--RngRun=2`, `--ns3::TcpSocket::SegmentSize=1000` ...) work as ever, and bad values of
 * those get one line too.  `--PrintOptions` checks all, prints each option of the program's own as
 * NAME=VALUE on a line, and exits: so a command line is tried without a run.
 *
 * @code
 *   OptionList options(__FILE__, "What the program is for.");
 *   options.AddUnsigned("vms", "VMs in the backend pool", 1, {1, 1000}, vms);
 *   if (!options.Accept(argc, argv)) { return 1; }
 * @endcode
 */
class OptionList
{
  public:
    /// Takes an option's text.  @return why it is refused, in one line; nothing if it is not
    using Reader = std::function<std::optional<std::string>(const std::string& text)>;

    /// Looks at all options together, once each has been read.  @return as a Reader does
    using Validator = std::function<std::optional<std::string>()>;

    /**
     * @param file the program's `__FILE__`
     * @param usage what the program is for, at the head of its help
     */
    OptionList(const std::string& file, const std::string& usage);

    /**
     * @brief Add an option.
     * @param name without dashes
     * @param help what it means, with its unit and what is allowed
     * @param text its default
     * @param reader called once with the text, the default too
     */
    void Add(const std::string& name,
             const std::string& help,
             const std::string& text,
             const Reader& reader);

    /**
     * @brief Add a whole number.
     * @param name without dashes
     * @param help what it means, with its unit; the range is added
     * @param initial its default
     * @param range smallest and largest value
     * @param value where it goes; as long as this object
     */
    void AddUnsigned(const std::string& name,
                     const std::string& help,
                     uint32_t initial,
                     std::pair<uint32_t, uint32_t> range,
                     uint32_t& value);

    /**
     * @brief Add the option "db": a trace database that the program's runs are added to.
     *
     * Its default is the program's name with ".db", in the present folder;
     * TraceRecorder::Validate() reads it.
     *
     * @param path where it goes; as long as this object
     */
    void AddDatabase(std::string& path);

    /**
     * @brief Add an option that one of the Parse functions of the floor below reads.
     * @param name without dashes
     * @param help what it means, with its unit and what is allowed
     * @param text its default
     * @param parse reads a field and its text, as ParseHoldTime() does
     * @param value where it goes; as long as this object
     */
    template <typename T>
    void AddParsed(const std::string& name,
                   const std::string& help,
                   const std::string& text,
                   Parsed<T> (*parse)(const std::string& field, const std::string& text),
                   T& value)
    {
        Add(name, help, text, [name, parse, &value](const std::string& given) {
            const auto parsed = parse(name, given);
            if (parsed)
            {
                value = *parsed;
            }
            return parsed ? std::nullopt : std::make_optional(parsed.GetError());
        });
    }

    /**
     * @brief Read the command line; `--help` and its like print what they should and exit.
     * @param argc number of arguments, the program's name included
     * @param argv the arguments
     * @param validate what else the program has to check
     * @return the first error, naming option, value and what is allowed; nothing if there is none
     */
    std::optional<std::string> Parse(int argc, char* argv[], const Validator& validate = {});

    /**
     * @brief Read the command line as Parse() does; an error is told on std::cerr, in one line that
     * begins with the program's name.
     * @param argc number of arguments, the program's name included
     * @param argv the arguments
     * @param validate what else the program has to check
     * @return whether there was none
     */
    bool Accept(int argc, char* argv[], const Validator& validate = {});

    /// @return names and texts of all options, in the order of adding, as they were parsed
    std::vector<std::pair<std::string, std::string>> GetTexts() const;

  private:
    /// One option.
    struct Option
    {
        std::string name; //!< without dashes
        std::string help; //!< for `--help`
        std::string text; //!< its default, then what was given
        Reader reader;    //!< takes the text
    };

    /// @return the program's name: that of its source file, without folders and extension
    std::string GetProgram() const;
    /// @return why ns-3 would not take an argument, if it would not
    std::optional<std::string> CheckArgument(const std::string& argument) const;
    /// Let ns-3 read the arguments, and the readers each option's text.  @return the first error
    std::optional<std::string> ReadArguments(const std::vector<std::string>& arguments);

    std::string m_file;            //!< name of the source file
    std::string m_usage;           //!< head of the help
    std::vector<Option> m_options; //!< in the order of adding
};

} // namespace ns3::azure

#endif // AZURE_OPTION_LIST_H
