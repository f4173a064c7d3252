// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-subscription.h"

#include <cstddef>
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>

namespace ns3::azure
{

namespace
{

/// One row of S3-53: is port 25 blocked for a VM?
struct SmtpCase
{
    const char* name; // test name
    SubscriptionType type;
    bool isFromBeforeBlock;       // subscription created before 2017-11-15
    bool isExempt;                // subscription exempted on request
    bool isVmFromBeforeExemption; // VM made before the exemption
    bool isBlocked;               // expected
};

void
PrintTo(const SmtpCase& c, std::ostream* os)
{
    *os << c.name;
}

using T = SubscriptionType;
// clang-format off
constexpr SmtpCase SMTP_CASES[] = {
    // name                               type                      before exempt vmBefore blocked
    {"S3_53_EnterpriseIsOpen",            T::EnterpriseAgreement,   false, false, false, false},
    {"S3_53_EnterpriseNeedsNoExemption",  T::EnterpriseAgreement,   false, false, true,  false},
    {"S3_53_PayAsYouGoIsBlocked",         T::PayAsYouGo,            false, false, false, true},
    {"S3_53_PayAsYouGoExempted",          T::PayAsYouGo,            false, true,  false, false},
    {"S3_53_ExemptionComesTooLateForVm",  T::PayAsYouGo,            false, true,  true,  true},
    {"S3_53_OldPayAsYouGoIsOpen",         T::PayAsYouGo,            true,  false, false, false},
    {"S3_53_OldPayAsYouGoOldVm",          T::PayAsYouGo,            true,  true,  true,  false},
    {"S3_53_CloudSolutionProvider",       T::CloudSolutionProvider, false, false, false, true},
    {"S3_53_Msdn",                        T::Msdn,                  false, false, false, true},
    {"S3_53_AzurePass",                   T::AzurePass,             false, false, false, true},
    {"S3_53_AzureInOpen",                 T::AzureInOpen,           false, false, false, true},
    {"S3_53_Education",                   T::Education,             false, false, false, true},
    {"S3_53_BizSpark",                    T::BizSpark,              false, false, false, true},
    {"S3_53_FreeTrial",                   T::FreeTrial,             false, false, false, true},
    {"S3_53_NoAppealForFreeTrial",        T::FreeTrial,             false, true,  false, true},
    {"S3_53_NoAppealForMsdn",             T::Msdn,                  false, true,  false, true},
    {"S3_53_OldFreeTrialIsOpen",          T::FreeTrial,             true,  false, false, false},
};
// clang-format on

class SmtpBlocks : public ::testing::TestWithParam<SmtpCase>
{
};

TEST_P(SmtpBlocks, DependOnTheSubscription)
{
    const auto& c = GetParam();
    const Subscription subscription{c.type, c.isFromBeforeBlock, c.isExempt};
    EXPECT_EQ(IsSmtpBlocked(subscription, c.isVmFromBeforeExemption), c.isBlocked);
}

INSTANTIATE_TEST_SUITE_P(Subscription,
                         SmtpBlocks,
                         ::testing::ValuesIn(SMTP_CASES),
                         [](const auto& row) { return row.param.name; });

TEST(Subscription, S3_53_DefaultLeavesPort25Open)
{
    EXPECT_FALSE(IsSmtpBlocked(Subscription(), false));
    EXPECT_EQ(SMTP_PORT, 25);
}

TEST(Subscription, IsFoundByTheNamesOfItsTable)
{
    for (std::size_t i = 0; i < SUBSCRIPTION_TYPES.size(); ++i)
    {
        const auto& row = SUBSCRIPTION_TYPES[i];
        EXPECT_EQ(static_cast<std::size_t>(row.type), i) << row.name;
        EXPECT_EQ(FindSubscriptionType(row.name), row.type) << row.name;
    }
    EXPECT_EQ(FindSubscriptionType("payasyougo"), std::nullopt);
    EXPECT_EQ(FindSubscriptionType(""), std::nullopt);
}

} // namespace

} // namespace ns3::azure
