// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-option-list.h"

#include "azure-trace-recorder.h"

#include "ns3/attribute.h"
#include "ns3/azure-parse.h"
#include "ns3/command-line.h"
#include "ns3/global-value.h"
#include "ns3/string.h"
#include "ns3/type-id.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <sstream>

namespace ns3::azure
{

namespace
{

/// A value that CommandLine reads whole, whatever it is; of a string it takes the first word.
struct OptionText
{
    std::string text; //!< all of it
};

std::istream&
operator>>(std::istream& is, OptionText& value)
{
    value.text.assign(std::istreambuf_iterator<char>(is), {});
    is.clear();
    return is;
}

std::ostream&
operator<<(std::ostream& os, const OptionText& value)
{
    return os << value.text;
}

/// The options of CommandLine itself that print something and exit.
constexpr std::array<const char*, 9> PRINTING{"help",
                                              "version",
                                              "PrintAttributes",
                                              "PrintGlobals",
                                              "PrintGroup",
                                              "PrintGroups",
                                              "PrintHelp",
                                              "PrintTypeIds",
                                              "PrintVersion"};

/// Our own option of that kind.
constexpr const char* PRINT_OPTIONS = "--PrintOptions";

/// What may be given to a program without options, for --help lists no names then.
constexpr const char* NO_OPTIONS = "none, as the program has no options of its own";

/// Largest seed of ns-3's random number generator, whose second modulus is 2^32 - 22853.
constexpr uint32_t MAX_SEED = 4294944442;

std::string
Refuse(const std::string& field, const std::string& text, const std::string& allowed)
{
    return Parsed<bool>::Refuse(field, text, allowed).GetError();
}

std::string
DescribeRange(uint32_t first, uint32_t last)
{
    return std::to_string(first) + " to " + std::to_string(last);
}

/// @return what checks the values of a global value or an attribute; null if there is neither
Ptr<const AttributeChecker>
FindChecker(const std::string& name)
{
    for (auto global = GlobalValue::Begin(); global != GlobalValue::End(); ++global)
    {
        if ((*global)->GetName() == name)
        {
            return (*global)->GetChecker();
        }
    }
    const auto separator = name.rfind("::");
    TypeId tid;
    TypeId::AttributeInformation attribute;
    if (separator != std::string::npos &&
        TypeId::LookupByNameFailSafe(name.substr(0, separator), &tid) &&
        tid.LookupAttributeByName(name.substr(separator + 2), &attribute))
    {
        return attribute.checker;
    }
    return nullptr;
}

/// @return whether ns-3 can read the text; for numbers and times all of it, and as it is meant
bool
IsValid(const AttributeChecker& checker, const std::string& text)
{
    const auto type = checker.GetValueTypeName();
    const bool isDigits =
        !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    if ((type == "ns3::UintegerValue" && !isDigits) ||
        (type == "ns3::TimeValue" && !ParseTime(text)))
    {
        return false;
    }
    return checker.CreateValidValue(StringValue(text)) != nullptr;
}

/**
 * Break a help text into lines of a terminal of 80 columns.
 *
 * @param help what the option does
 * @param initial its default, which ns-3 prints behind the help, in brackets
 * @param column where ns-3 begins to print the help
 * @return the help, with line breaks and indents
 */
std::string
Wrap(const std::string& help, const std::string& initial, std::size_t column)
{
    constexpr std::size_t WIDTH = 79;
    std::string wrapped;
    auto at = column;
    const auto makeRoom = [&](std::size_t size) {
        if (at + size > WIDTH && at > column)
        {
            wrapped += "\n" + std::string(column, ' ');
            at = column;
        }
    };
    std::istringstream words(help);
    for (std::string word; words >> word;)
    {
        makeRoom(word.size() + (at > column));
        if (at > column)
        {
            wrapped += ' ';
            ++at;
        }
        wrapped += word;
        at += word.size();
    }
    constexpr std::size_t BRACKETS = 3; // and a space before them, which ns-3 adds
    if (!initial.empty())
    {
        makeRoom(initial.size() + BRACKETS);
        if (at == column && !wrapped.empty())
        {
            wrapped.pop_back(); // the space that ns-3 adds is the last of the indent
        }
    }
    return wrapped;
}

} // namespace

OptionList::OptionList(const std::string& file, const std::string& usage)
    : m_file(file),
      m_usage(usage)
{
}

void
OptionList::Add(const std::string& name,
                const std::string& help,
                const std::string& text,
                const Reader& reader)
{
    m_options.push_back({name, help, text, reader});
}

void
OptionList::AddUnsigned(const std::string& name,
                        const std::string& help,
                        uint32_t initial,
                        std::pair<uint32_t, uint32_t> range,
                        uint32_t& value)
{
    const auto allowed = DescribeRange(range.first, range.second);
    Add(name,
        help + ", " + allowed,
        std::to_string(initial),
        [=, &value](const std::string& text) -> std::optional<std::string> {
            const auto number = ParseUnsigned(text);
            if (!number || *number < range.first || *number > range.second)
            {
                return Refuse(name, text, allowed);
            }
            value = *number;
            return std::nullopt;
        });
}

void
OptionList::AddDatabase(std::string& path)
{
    Add("db",
        "SQLite file that the runs are added to",
        GetProgram() + ".db",
        [&path](const std::string& text) {
            path = text;
            return TraceRecorder::Validate(text);
        });
}

std::optional<std::string>
OptionList::Parse(int argc, char* argv[], const Validator& validate)
{
    std::vector<std::string> arguments(argv, argv + argc);
    const auto ours = std::remove(arguments.begin() + 1, arguments.end(), PRINT_OPTIONS);
    const bool isPrinting = ours != arguments.end();
    arguments.erase(ours, arguments.end());
    for (auto argument = arguments.begin() + 1; argument != arguments.end(); ++argument)
    {
        if (auto error = CheckArgument(*argument))
        {
            return error;
        }
    }
    auto error = ReadArguments(arguments);
    error = error || !validate ? error : validate();
    if (isPrinting && !error)
    {
        for (const auto& option : m_options)
        {
            std::cout << option.name << '=' << option.text << '\n';
        }
        std::exit(EXIT_SUCCESS);
    }
    return error;
}

std::optional<std::string>
OptionList::ReadArguments(const std::vector<std::string>& arguments)
{
    std::vector<OptionText> texts;
    texts.reserve(m_options.size());
    CommandLine commandLine(m_file);
    commandLine.Usage(m_usage + "\n" + PRINT_OPTIONS +
                      " checks the options, prints them and exits.");
    std::size_t longest = 0;
    for (const auto& option : m_options)
    {
        longest = std::max(longest, option.name.size());
    }
    const auto column = std::string("    --").size() + longest + std::string(":  ").size();
    for (const auto& option : m_options)
    {
        texts.push_back({option.text});
        commandLine.AddValue(option.name, Wrap(option.help, option.text, column), texts.back());
    }
    commandLine.Parse(arguments);
    for (std::size_t i = 0; i < m_options.size(); ++i)
    {
        auto& option = m_options[i];
        option.text = texts[i].text;
        if (auto error = option.reader(option.text))
        {
            return error;
        }
    }
    return std::nullopt;
}

bool
OptionList::Accept(int argc, char* argv[], const Validator& validate)
{
    const auto error = Parse(argc, argv, validate);
    if (error)
    {
        std::cerr << GetProgram() << ": " << *error << std::endl;
    }
    return !error;
}

std::string
OptionList::GetProgram() const
{
    return std::filesystem::path(m_file).stem().string();
}

std::vector<std::pair<std::string, std::string>>
OptionList::GetTexts() const
{
    std::vector<std::pair<std::string, std::string>> texts;
    for (const auto& option : m_options)
    {
        texts.emplace_back(option.name, option.text);
    }
    return texts;
}

std::optional<std::string>
OptionList::CheckArgument(const std::string& argument) const
{
    if (argument.empty() || argument[0] != '-')
    {
        return Refuse("option",
                      argument,
                      m_options.empty() ? NO_OPTIONS : "--NAME=VALUE; --help lists the names");
    }
    const auto begin = std::min(argument.find_first_not_of('-'), std::size_t{2});
    const auto equals = std::min(argument.find('='), argument.size());
    const auto name = begin < equals ? argument.substr(begin, equals - begin) : "";
    const auto text = equals < argument.size() ? argument.substr(equals + 1) : "";
    const auto isNamed = [&name](const auto& option) { return option.name == name; };
    TypeId tid;
    if (name == "PrintAttributes" && !TypeId::LookupByNameFailSafe(text, &tid))
    {
        return Refuse(name, text, "a name that --PrintTypeIds lists");
    }
    if (std::any_of(m_options.begin(), m_options.end(), isNamed) ||
        std::find(PRINTING.begin(), PRINTING.end(), name) != PRINTING.end())
    {
        return std::nullopt;
    }
    const auto checker = FindChecker(name);
    if (!checker)
    {
        return Refuse("option",
                      argument,
                      m_options.empty() ? NO_OPTIONS : "a name that --help lists");
    }
    const auto seed = name == "RngSeed" ? ParseUnsigned(text) : std::make_optional<uint32_t>(1);
    if (!seed || *seed == 0 || *seed > MAX_SEED)
    {
        return Refuse(name, text, DescribeRange(1, MAX_SEED));
    }
    return IsValid(*checker, text)
               ? std::nullopt
               : std::make_optional(
                     Refuse(name, text, "a value of " + checker->GetUnderlyingTypeInformation()));
}

} // namespace ns3::azure
