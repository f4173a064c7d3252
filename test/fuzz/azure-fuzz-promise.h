// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FUZZ_PROMISE_H
#define AZURE_FUZZ_PROMISE_H

#include "ns3/azure-parsed.h"
#include "ns3/azure-security-rule.h"

#include <sstream>
#include <stdexcept>
#include <string>

namespace ns3::azure
{

/// What a parser accepted, but must not have, or did not do as it says.
class BrokenPromise : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// @brief Throw BrokenPromise unless the promise was kept; \p promise says what must be true.
void Require(bool isKept, const char* promise);

/// Requires what must be true of a prefix.
void RequireSound(const AddressPrefix& prefix);

/// Requires what must be true of a rule that passes ValidateSecurityRule().
void RequireSound(const SecurityRule& rule, DeploymentModel model, const Profile& profile);

/// @return whether the rules say the same
bool AreEqual(const SecurityRule& a, const SecurityRule& b);

/// Requires that there is an error, in one line.
void RequireOneLine(const std::string& error);

/// @return what the value prints
template <typename T>
std::string
ToText(const T& value)
{
    std::ostringstream os;
    os << value;
    return os.str();
}

} // namespace ns3::azure

#endif // AZURE_FUZZ_PROMISE_H
