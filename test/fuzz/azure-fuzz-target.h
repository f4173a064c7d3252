// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FUZZ_TARGET_H
#define AZURE_FUZZ_TARGET_H

#include <stdexcept>
#include <string>
#include <vector>

namespace ns3::azure
{

/// What a parser accepted, but must not have, or did not do as it says.
class BrokenPromise : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// @brief Throw BrokenPromise unless the promise was kept; \p promise says what must be true.
inline void
Require(bool isKept, const std::string& promise)
{
    if (!isKept)
    {
        throw BrokenPromise(promise);
    }
}

/// A parser, and what must hold of all it accepts.
struct FuzzTarget
{
    const char* name;               //!< also of its seeds: seeds/NAME.txt, one a line
    std::vector<std::string> seeds; //!< more of them, that no text file can hold

    /// Lets the parser read, and requires what it promises.
    /// @return what came of it, in few words: inputs that differ in this are worth keeping
    std::string (*check)(const std::string& input);
};

/// @return the kind of an error: its text without quoted values and numbers
std::string GetErrorKind(const std::string& error);

/// @return every target
std::vector<FuzzTarget> GetFuzzTargets();

} // namespace ns3::azure

#endif // AZURE_FUZZ_TARGET_H
