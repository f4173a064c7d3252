// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-profile-reference.h"

#include "azure-restructured-text.h"

#include "ns3/azure-drop-reason.h"
#include "ns3/azure-profile.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <vector>

namespace ns3::azure
{

namespace
{

constexpr const char* PROFILES_HEAD =
    R"(.. Copyright (c) 2026 The azure-net authors
.. SPDX-License-Identifier: GPL-2.0-only
.. This file is what azure-reference --format=profiles prints: documentation.rst tells how.

Settings of profiles
====================

profiles.rst says what a profile is, and which there are; these tables are the whole of them.

)";

constexpr const char* DROPS_HEAD =
    R"(.. Copyright (c) 2026 The azure-net authors
.. SPDX-License-Identifier: GPL-2.0-only
.. This file is what azure-reference --format=drop-reasons prints: documentation.rst tells how.

Reasons for drops
=================

Every packet that a node of ours drops is reported once, by its trace source ``Drop`` and in the
table ``drop``, with one of these reasons::

  $ sqlite3 run.db 'SELECT reason, COUNT(*) FROM "drop" GROUP BY reason'

What is lost elsewhere, in ns-3's queues and stacks, is told by ns-3's own traces.  Ids are those of
sources.rst.

)";

/// @return the profiles that are Azure's, the oldest first, or the others
std::vector<Profile>
GetProfiles(bool isAzure)
{
    std::vector<Profile> profiles;
    for (const auto& name : GetProfileNames())
    {
        // Azure's are called by their year.
        if ((std::isdigit(static_cast<unsigned char>(name.front())) != 0) == isAzure)
        {
            profiles.push_back(*FindProfile(name));
        }
    }
    return profiles;
}

/// @return the names of settings that two profiles have different values for
std::vector<std::string>
GetDifferences(const Profile& a, const Profile& b)
{
    std::vector<std::string> names;
    for (const auto& setting : GetProfileSettings())
    {
        if (GetProfileSettingText(a, setting.name) != GetProfileSettingText(b, setting.name))
        {
            names.push_back(setting.name);
        }
    }
    return names;
}

/// @return every setting with its default and its meaning
std::string
GetSettingsTable()
{
    const Profile standard = *FindProfile(Profile().name);
    std::vector<TextCells> rows{{"setting", "in " + standard.name, "meaning"}};
    for (const auto& setting : GetProfileSettings())
    {
        rows.push_back({TextLiteral(setting.name),
                        GetProfileSettingText(standard, setting.name),
                        EscapeText(setting.description + "; allowed: " + setting.allowed)});
    }
    return TextTable(rows);
}

/// @return the settings that are not the same in all of Azure's profiles
std::string
GetAzureTable()
{
    const auto profiles = GetProfiles(true);
    TextCells head{"setting"};
    for (const auto& profile : profiles)
    {
        head.push_back(profile.name + (profile.name == Profile().name ? " (default)" : ""));
    }
    std::vector<TextCells> rows{head};
    for (const auto& setting : GetProfileSettings())
    {
        TextCells row{TextLiteral(setting.name)};
        for (const auto& profile : profiles)
        {
            row.push_back(GetProfileSettingText(profile, setting.name));
        }
        if (std::any_of(row.begin() + 2, row.end(), [&](const auto& v) { return v != row[1]; }))
        {
            rows.push_back(row);
        }
    }
    return TextTable(rows);
}

/// @return what a profile of another allocator has instead of what Azure's nearest one has
std::string
GetChangesText(const Profile& profile)
{
    const auto all = GetProfiles(true);
    const auto count = [&profile](const auto& azure) {
        return GetDifferences(azure, profile).size();
    };
    const auto nearest =
        std::min_element(all.begin(), all.end(), [&](const auto& a, const auto& b) {
            return count(a) < count(b);
        });
    std::vector<TextCells> rows{{"setting", "in " + nearest->name, "in " + profile.name}};
    for (const auto& name : GetDifferences(*nearest, profile))
    {
        rows.push_back({TextLiteral(name),
                        GetProfileSettingText(*nearest, name),
                        GetProfileSettingText(profile, name)});
    }
    return TextHeading(profile.name, '~') +
           TextParagraph(TextLiteral(profile.name) + " is " + TextLiteral(nearest->name) +
                         " but for these settings:") +
           TextTable(rows);
}

} // namespace

std::string
GetProfileReference()
{
    std::string text = PROFILES_HEAD;
    text += TextHeading("All settings", '-') + GetSettingsTable();
    text += TextHeading("Where Azure's profiles differ", '-');
    text += TextParagraph("All other settings are as in the table above in each of them.");
    text += GetAzureTable();
    text += TextHeading("Other allocators", '-');
    for (const auto& profile : GetProfiles(false))
    {
        text += GetChangesText(profile);
    }
    return text;
}

std::string
GetDropReasonReference()
{
    std::vector<TextCells> rows{{"name", "the packet was dropped because"}};
    for (const auto& row : DROP_REASONS)
    {
        rows.push_back({TextLiteral(row.name), EscapeText(row.description)});
    }
    return DROPS_HEAD + TextTable(rows);
}

} // namespace ns3::azure
