// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_RESTRUCTURED_TEXT_H
#define AZURE_RESTRUCTURED_TEXT_H

#include <string>
#include <vector>

/**
 * @file
 * @brief Pieces of reStructuredText, in lines of at most 100 characters.
 */
namespace ns3::azure
{

/// One row of a table, with as many cells as its first row; the last cell may take several lines.
using TextCells = std::vector<std::string>;

/// @return the text as literal
std::string TextLiteral(const std::string& text);

/// @return a link to a section
std::string TextLink(const std::string& section);

/// @return the text without what has a meaning in reStructuredText
std::string EscapeText(const std::string& text);

/// @return a heading
std::string TextHeading(const std::string& text, char underline);

/// @return a paragraph
std::string TextParagraph(const std::string& text);

/// @return an item of a list
std::string TextItem(const std::string& text);

/// @return a table whose first row is its head; what is empty in all others has no column
std::string TextTable(const std::vector<TextCells>& rows);

} // namespace ns3::azure

#endif // AZURE_RESTRUCTURED_TEXT_H
