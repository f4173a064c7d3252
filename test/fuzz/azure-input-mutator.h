// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_INPUT_MUTATOR_H
#define AZURE_INPUT_MUTATOR_H

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace ns3::azure
{

/// Most bytes of an input that a mutation makes longer.
constexpr std::size_t MAX_INPUT = 4096;

/// Spoils inputs a little; the same seed does so the same way on every machine.
class InputMutator
{
  public:
    /// @param seed any
    explicit InputMutator(uint64_t seed);

    /// @return a number from 0 to below \p bound
    std::size_t Draw(std::size_t bound);

    /// @return \p input with one to four changes; some take from \p other
    std::string Mutate(std::string input, const std::string& other);

  private:
    void Change(std::string& input, const std::string& other);
    /// Put another number in the place of one in the text.
    void ChangeNumber(std::string& input);

    std::mt19937_64 m_generator; //!< of everything
};

} // namespace ns3::azure

#endif // AZURE_INPUT_MUTATOR_H
