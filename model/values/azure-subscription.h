// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SUBSCRIPTION_H
#define AZURE_SUBSCRIPTION_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace ns3::azure
{

/// How a subscription is paid for (S3-53).
enum class SubscriptionType : uint8_t
{
    EnterpriseAgreement,
    PayAsYouGo,
    CloudSolutionProvider,
    Msdn,
    AzurePass,
    AzureInOpen,
    Education,
    BizSpark,
    FreeTrial,
};

/// Whether VMs of a subscription type may send mail straight to other servers, on port 25 (S3-53).
enum class SmtpAccess : uint8_t
{
    Open,                //!< they may
    BlockedUnlessExempt, //!< they may not, unless the subscription was exempted before they were
                         //!< made
    Blocked,             //!< they may not, without appeal
};

/// One row of SUBSCRIPTION_TYPES.
struct SubscriptionTypeRow
{
    SubscriptionType type; //!< the type
    const char* name;      //!< its name in attributes and documents
    SmtpAccess smtp;       //!< port 25 of subscriptions created since 2017-11-15
};

// clang-format off
/// Every subscription type once, in enum order (S3-53).
constexpr std::array<SubscriptionTypeRow, 9> SUBSCRIPTION_TYPES{{
    {SubscriptionType::EnterpriseAgreement,   "EnterpriseAgreement",   SmtpAccess::Open},
    {SubscriptionType::PayAsYouGo,            "PayAsYouGo",            SmtpAccess::BlockedUnlessExempt},
    {SubscriptionType::CloudSolutionProvider, "CloudSolutionProvider", SmtpAccess::Blocked},
    {SubscriptionType::Msdn,                  "Msdn",                  SmtpAccess::Blocked},
    {SubscriptionType::AzurePass,             "AzurePass",             SmtpAccess::Blocked},
    {SubscriptionType::AzureInOpen,           "AzureInOpen",           SmtpAccess::Blocked},
    {SubscriptionType::Education,             "Education",             SmtpAccess::Blocked},
    {SubscriptionType::BizSpark,              "BizSpark",              SmtpAccess::Blocked},
    {SubscriptionType::FreeTrial,             "FreeTrial",             SmtpAccess::Blocked},
}};
// clang-format on

/// The subscription that a deployment belongs to.
struct Subscription
{
    SubscriptionType type{SubscriptionType::EnterpriseAgreement}; //!< how it is paid for
    bool isFromBeforeSmtpBlock{false}; //!< created before 2017-11-15: port 25 is open (S3-53)
    bool isExemptFromSmtpBlock{false}; //!< exempted on request; for PayAsYouGo only (S3-53)
};

/// Port that mail servers listen on; the relay's, 587, is never blocked (S3-53).
constexpr uint16_t SMTP_PORT = 25;

/**
 * @brief Whether port 25 of destinations on the Internet is blocked for a VM (S3-53).
 * @param subscription the VM belongs to
 * @param isVmFromBeforeExemption whether the VM is older than the subscription's exemption, which
 *        then does not help it
 */
constexpr bool
IsSmtpBlocked(const Subscription& subscription, bool isVmFromBeforeExemption)
{
    if (subscription.isFromBeforeSmtpBlock)
    {
        return false;
    }
    switch (SUBSCRIPTION_TYPES[static_cast<std::size_t>(subscription.type)].smtp)
    {
    case SmtpAccess::Open:
        return false;
    case SmtpAccess::BlockedUnlessExempt:
        return !subscription.isExemptFromSmtpBlock || isVmFromBeforeExemption;
    case SmtpAccess::Blocked:
        break;
    }
    return true;
}

/// @return the type of that name; nothing for any other text
inline std::optional<SubscriptionType>
FindSubscriptionType(const std::string& name)
{
    for (const auto& row : SUBSCRIPTION_TYPES)
    {
        if (name == row.name)
        {
            return row.type;
        }
    }
    return std::nullopt;
}

} // namespace ns3::azure

#endif // AZURE_SUBSCRIPTION_H
