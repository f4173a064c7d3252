// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-sample-statistics.h"

#include "ns3/abort.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iomanip>
#include <limits>
#include <sstream>

namespace ns3::azure
{

double
GetQuantile(std::vector<double> sample, double share)
{
    NS_ABORT_MSG_UNLESS(share > 0 && share <= 1, "share: give one above 0, at most 1");
    if (sample.empty())
    {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const auto rank = std::ceil(share * static_cast<double>(sample.size()));
    const auto place = sample.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
    std::nth_element(sample.begin(), place, sample.end());
    return *place;
}

std::string
FormatDecimal(double number, int digits)
{
    if (std::isnan(number))
    {
        return "-";
    }
    std::ostringstream os;
    os << std::fixed << std::setprecision(digits) << number;
    return os.str();
}

} // namespace ns3::azure
