// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_NS3_COMPAT_H
#define AZURE_NS3_COMPAT_H

// First of all, since templates of simulator.h have to find it.
#if defined(AZURE_NET_NS3_VERSION) && AZURE_NET_NS3_VERSION < 336
#include "ns3/event-impl.h"

#include <type_traits>

namespace ns3
{

/// @return an event that calls a lambda, as MakeEvent() of 3.36 and later makes it
template <typename F, std::enable_if_t<std::is_class_v<F>, int> = 0>
EventImpl*
MakeEvent(F function)
{
    class FunctionEvent : public EventImpl
    {
      public:
        explicit FunctionEvent(F function)
            : m_function(function)
        {
        }

      private:
        void Notify() override
        {
            m_function();
        }

        F m_function;
    };

    return new FunctionEvent(function);
}

} // namespace ns3
#endif

#include "ns3/attribute.h"
#include "ns3/callback.h"
#include "ns3/enum.h"
#include "ns3/event-id.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"

#include <functional>
#include <string>
#include <type_traits>
#include <utility>

/**
 * @file
 * @brief All that differs between the versions of ns-3 the module builds with, 3.35 to 3.48.
 *
 * Six things, chosen by the compiler from what the installed headers offer; the only macro is
 * AZURE_NET_APP_OVERRIDE.  The seventh is chosen by AZURE_NET_NS3_VERSION: Simulator::Schedule()
 * takes lambdas from 3.36 on only, so `wscript` includes this file ahead of all others, where
 * templates of simulator.h find the MakeEvent() for lambdas.
 */

/**
 * @def AZURE_NET_APP_OVERRIDE
 * @brief Follows the declaration of AssignStreams(int64_t) in a class derived from Application,
 * where it overrides a virtual function from ns-3.42 on.
 *
 * AZURE_NET_NS3_VERSION (342 for ns-3.42) comes from the build system and wins: a header that the
 * tree does not have may be found among those of an installed ns-3.
 */
#ifdef AZURE_NET_NS3_VERSION
#if AZURE_NET_NS3_VERSION >= 342
#define AZURE_NET_APP_OVERRIDE override
#else
#define AZURE_NET_APP_OVERRIDE
#endif
#elif __has_include("ns3/application-helper.h")
#define AZURE_NET_APP_OVERRIDE override
#else
#define AZURE_NET_APP_OVERRIDE
#endif

namespace ns3::azure
{

/// The details of this file; not for use elsewhere.
namespace compat
{

/// Takes the signature of Ipv4RoutingProtocol::RouteInput() apart.
template <typename T>
struct RouteInputSignature;

/// The one signature there is; callbacks go by value up to 3.38 and by const reference from 3.39.
template <typename C,
          typename P,
          typename H,
          typename D,
          typename U,
          typename M,
          typename L,
          typename E>
struct RouteInputSignature<bool (C::*)(P, H, D, U, M, L, E)>
{
    using Ucb = U; //!< unicast forward callback
    using Mcb = M; //!< multicast forward callback
    using Lcb = L; //!< local deliver callback
    using Ecb = E; //!< error callback
};

/// Prefers an overload that takes Preferred to one that takes Fallback.
struct Fallback
{
};

/// @copydoc Fallback
struct Preferred : Fallback
{
};

/// EnumValue up to 3.40, EnumValue<int> from 3.41.
using IntegerEnumValue = decltype(EnumValue(0));

/// Access to a member of enum class type through an EnumValue that holds an int (up to 3.40).
template <typename E, typename C>
class EnumMemberAccessor : public AttributeAccessor
{
  public:
    /// @param member the member that holds the attribute
    explicit EnumMemberAccessor(E C::*member)
        : m_member(member)
    {
    }

    bool Set(ObjectBase* object, const AttributeValue& value) const override
    {
        auto* owner = dynamic_cast<C*>(object);
        const auto* number = dynamic_cast<const IntegerEnumValue*>(&value);
        if (!owner || !number)
        {
            return false;
        }
        owner->*m_member = static_cast<E>(number->Get());
        return true;
    }

    bool Get(const ObjectBase* object, AttributeValue& value) const override
    {
        const auto* owner = dynamic_cast<const C*>(object);
        auto* number = dynamic_cast<IntegerEnumValue*>(&value);
        if (!owner || !number)
        {
            return false;
        }
        number->Set(static_cast<int>(owner->*m_member));
        return true;
    }

    bool HasGetter() const override
    {
        return true;
    }

    bool HasSetter() const override
    {
        return true;
    }

  private:
    E C::*m_member; //!< the member that holds the attribute
};

/// @return the value an ns-3 up to 3.40 takes: an int for an enumerator, anything else as it is
template <typename T>
auto
ToInteger(const T& value)
{
    if constexpr (std::is_enum_v<T>)
    {
        return static_cast<int>(value);
    }
    else
    {
        return value;
    }
}

template <typename E, typename C>
auto
MakeAccessor(E C::*member, Preferred) -> decltype(ns3::MakeEnumAccessor<E>(member))
{
    return ns3::MakeEnumAccessor<E>(member);
}

template <typename E, typename C>
Ptr<const AttributeAccessor>
MakeAccessor(E C::*member, Fallback)
{
    return Ptr<const AttributeAccessor>(new EnumMemberAccessor<E, C>(member), false);
}

template <typename E>
auto
MakeValue(E value, Preferred) -> decltype(EnumValue(value))
{
    return EnumValue(value);
}

template <typename E>
IntegerEnumValue
MakeValue(E value, Fallback)
{
    return IntegerEnumValue(static_cast<int>(value));
}

template <typename E, typename... Ts>
auto
MakeChecker(Preferred, E value, const std::string& name, Ts... rest)
    -> decltype(ns3::MakeEnumChecker(value, name, rest...))
{
    return ns3::MakeEnumChecker(value, name, rest...);
}

template <typename E, typename... Ts>
Ptr<const AttributeChecker>
MakeChecker(Fallback, E value, const std::string& name, Ts... rest)
{
    return ns3::MakeEnumChecker(static_cast<int>(value), name, ToInteger(rest)...);
}

template <typename Id>
auto
IsPendingEvent(const Id& id, Preferred) -> decltype(id.IsPending())
{
    return id.IsPending();
}

template <typename Id>
bool
IsPendingEvent(const Id& id, Fallback)
{
    return id.IsRunning();
}

/// A function object whose Call() a callback can be made of.
template <typename R, typename... Ts>
class CalledFunction : public SimpleRefCount<CalledFunction<R, Ts...>>
{
  public:
    /// @param function what Call() calls
    explicit CalledFunction(std::function<R(Ts...)> function)
        : m_function(std::move(function))
    {
    }

    /// @return what the function returns
    R Call(Ts... arguments)
    {
        return m_function(std::forward<Ts>(arguments)...);
    }

  private:
    std::function<R(Ts...)> m_function; //!< what Call() calls
};

} // namespace compat

/// Parameter types of RouteInput() in a class derived from Ipv4RoutingProtocol: Ucb, Mcb, Lcb, Ecb.
using RouteInputTypes = compat::RouteInputSignature<decltype(&Ipv4RoutingProtocol::RouteInput)>;

/// @return the accessor of an attribute of enumeration type, scoped or not
template <typename E, typename C>
Ptr<const AttributeAccessor>
MakeEnumAccessor(E C::*member)
{
    return compat::MakeAccessor(member, compat::Preferred{});
}

/// @return an attribute value of enumeration type, scoped or not
template <typename E>
auto
MakeEnumValue(E value)
{
    return compat::MakeValue(value, compat::Preferred{});
}

/// @return the checker of an attribute of enumeration type: pairs of an enumerator and its name
template <typename E, typename... Ts>
Ptr<const AttributeChecker>
MakeEnumChecker(E value, const std::string& name, Ts... rest)
{
    return compat::MakeChecker(compat::Preferred{}, value, name, rest...);
}

/// @return a callback of a lambda, which the constructor of Callback takes from 3.37 on only
template <typename R, typename... Ts, typename F>
Callback<R, Ts...>
MakeFunctionCallback(const F& function)
{
    if constexpr (std::is_constructible_v<Callback<R, Ts...>, const F&>)
    {
        return Callback<R, Ts...>(function);
    }
    else
    {
        using Called = compat::CalledFunction<R, Ts...>;
        return MakeCallback(&Called::Call, Ptr<Called>(new Called(function), false));
    }
}

/// @return the version of ns-3 the module was compiled for, as "3.37", where the build knows it
inline std::string
GetNs3Version()
{
#ifdef AZURE_NET_NS3_VERSION
    return std::to_string(AZURE_NET_NS3_VERSION / 100) + "." +
           std::to_string(AZURE_NET_NS3_VERSION % 100);
#else
    return "development";
#endif
}

/// @return whether the event is still to come (EventId::IsRunning() up to 3.41)
inline bool
IsPending(const EventId& id)
{
    return compat::IsPendingEvent(id, compat::Preferred{});
}

} // namespace ns3::azure

#endif // AZURE_NS3_COMPAT_H
