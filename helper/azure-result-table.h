// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_RESULT_TABLE_H
#define AZURE_RESULT_TABLE_H

#include "ns3/nstime.h"

#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::azure
{

/**
 * @ingroup azure-helper
 * @brief Results as a table of text: the first column to the left, the others to the right.
 *
 * The cells of a row may be fewer than those of the first row, not more.
 */
class ResultTable
{
  public:
    /// Add a row; headings are rows too.
    void AddRow(const std::vector<std::string>& cells);

    /// Write the rows, two spaces between columns and none at the end of a line.
    void Print(std::ostream& os) const;

  private:
    std::vector<std::vector<std::string>> m_rows; //!< cells, by row
};

/// @return the time in seconds, to the microsecond; "-" for what did not happen
std::string FormatSeconds(const std::optional<Time>& time);

} // namespace ns3::azure

#endif // AZURE_RESULT_TABLE_H
