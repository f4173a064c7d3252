// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-restructured-text.h"

#include <algorithm>
#include <cstddef>
#include <regex>
#include <sstream>

namespace ns3::azure
{

namespace
{

/// Longest line.
constexpr std::size_t LINE_WIDTH = 100;

/// @return the text in lines of at most so many characters, broken at blanks
std::vector<std::string>
Wrap(const std::string& text, std::size_t width)
{
    std::vector<std::string> lines{""};
    std::istringstream words(text);
    for (std::string word; words >> word;)
    {
        if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width)
        {
            lines.emplace_back();
        }
        lines.back().append(lines.back().empty() ? "" : " ").append(word);
    }
    return lines;
}

/// @return the text, filled with blanks
std::string
Pad(const std::string& text, std::size_t width)
{
    return text + std::string(width - std::min(width, text.size()), ' ');
}

} // namespace

std::string
TextLiteral(const std::string& text)
{
    return "``" + text + "``";
}

std::string
TextLink(const std::string& section)
{
    return "`" + section + "`_";
}

std::string
EscapeText(const std::string& text)
{
    static const std::regex SPECIAL(R"([\\*`|]|_(?!\w))"); // a "_" that ends a word makes it a link
    return std::regex_replace(text, SPECIAL, R"(\$&)");
}

std::string
TextParagraph(const std::string& text)
{
    std::string paragraph;
    for (const auto& line : Wrap(text, LINE_WIDTH))
    {
        paragraph.append(line).append("\n");
    }
    return paragraph + "\n";
}

std::string
TextHeading(const std::string& text, char underline)
{
    return text + "\n" + std::string(text.size(), underline) + "\n\n";
}

std::string
TextItem(const std::string& text)
{
    std::string item;
    for (const auto& line : Wrap(text, LINE_WIDTH - 2))
    {
        item.append(item.empty() ? "- " : "  ").append(line).append("\n");
    }
    return item;
}

std::string
TextTable(const std::vector<TextCells>& rows)
{
    std::vector<std::size_t> widths(rows.front().size() - 1);
    for (std::size_t i = 0; i < widths.size(); ++i)
    {
        const bool isThere = std::any_of(rows.begin() + 1, rows.end(), [i](const auto& row) {
            return !row[i].empty();
        });
        for (const auto& row : rows)
        {
            widths[i] = isThere ? std::max(widths[i], row[i].size()) : 0;
        }
    }
    std::string rule;
    for (const auto width : widths)
    {
        rule += width == 0 ? "" : std::string(width, '=') + " ";
    }
    const auto before = rule.size();
    // What does not fit is wider than the table, which the last column may be.
    const auto room = LINE_WIDTH - std::min(before, LINE_WIDTH - 10);
    rule += std::string(room, '=') + "\n";

    std::string text = rule;
    for (const auto& row : rows)
    {
        std::string line;
        for (std::size_t i = 0; i < widths.size(); ++i)
        {
            line += widths[i] == 0 ? "" : Pad(row[i], widths[i]) + " ";
        }
        for (const auto& part : Wrap(row.back(), room))
        {
            text.append(line).append(part).append("\n");
            line.assign(before, ' ');
        }
        text += &row == &rows.front() ? rule : "";
    }
    return text + rule + "\n";
}

} // namespace ns3::azure
