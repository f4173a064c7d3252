// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_BOUND_SINK_H
#define AZURE_BOUND_SINK_H

#include "ns3/callback.h"

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace ns3::azure
{

/**
 * @brief Whether a function's first parameters have exactly the types of the values bound to them.
 *
 * If not, ns-3.37 and later take the callback, by a static_cast, for one of another type: a
 * parameter that is a reference, or another kind of number, is enough.  It may seem to work.
 */
template <typename Function, typename... Bound>
struct IsBoundExactly;

/// For functions.
template <typename R, typename... Args, typename... Bound>
struct IsBoundExactly<R (*)(Args...), Bound...>
{
    /// @return whether the first parameters are like that
    template <std::size_t... I>
    static constexpr bool Compare(std::index_sequence<I...> /* positions */)
    {
        using Parameters = std::tuple<Args...>;
        return (std::is_same_v<std::tuple_element_t<I, Parameters>, Bound> && ...);
    }

    static constexpr bool VALUE = Compare(std::index_sequence_for<Bound...>()); //!< the answer
};

/**
 * @brief MakeBoundCallback() that compiles only where ns-3 can take back what is bound.
 * @param sink the function; its first parameters are values, not references
 * @param bound their values
 * @return a callback with the other parameters
 */
template <typename R, typename... Args, typename... Bound>
auto
BindSink(R (*sink)(Args...), Bound... bound)
{
    static_assert(IsBoundExactly<R (*)(Args...), Bound...>::VALUE,
                  "what is bound must have exactly the type of the parameter, and no reference");
    return MakeBoundCallback(sink, bound...);
}

} // namespace ns3::azure

#endif // AZURE_BOUND_SINK_H
