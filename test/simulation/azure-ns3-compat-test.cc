// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-ns3-compat.h"
#include "ns3/object.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include <csignal>
#include <cstdlib>
#include <gtest/gtest.h>

namespace ns3::azure
{

namespace
{

enum class Color : uint8_t
{
    Red,
    Blue = 7,
};

/// An object with an attribute of enum class type.
class Painted : public Object
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid =
            TypeId("ns3::azure::test::Painted")
                .SetParent<Object>()
                .AddConstructor<Painted>()
                .AddAttribute("Color",
                              "Its color.",
                              MakeEnumValue(Color::Red),
                              MakeEnumAccessor<Color>(&Painted::color),
                              MakeEnumChecker(Color::Red, "Red", Color::Blue, "Blue"));
        return tid;
    }

    Color color{Color::Blue}; // the default is Red
};

std::string
GetColor(Ptr<Painted> object)
{
    StringValue text;
    object->GetAttribute("Color", text);
    return text.Get();
}

TEST(Ns3Compat, AttributesMayBeOfEnumClassType)
{
    const auto object = CreateObject<Painted>();

    EXPECT_EQ(object->color, Color::Red);
    EXPECT_EQ(GetColor(object), "Red");
    object->SetAttribute("Color", StringValue("Blue"));
    EXPECT_EQ(object->color, Color::Blue);
    EXPECT_EQ(GetColor(object), "Blue");
    object->SetAttribute("Color", MakeEnumValue(Color::Red));
    EXPECT_EQ(object->color, Color::Red);
}

/// @return whether the program told that a name is not known: it ended with status 0, or by an
/// assertion where ns-3 was built with them
bool
IsRefused(int status)
{
    return ::testing::ExitedWithCode(0)(status) || ::testing::KilledBySignal(SIGABRT)(status);
}

TEST(Ns3CompatDeathTest, AttributesOfEnumClassTypeTakeNoOtherName)
{
    const auto object = CreateObject<Painted>();
    const auto setOther = [&object] {
        const bool isSet = object->SetAttributeFailSafe("Color", StringValue("Green"));
        std::exit(isSet || object->color != Color::Red ? 1 : 0);
    };
    EXPECT_EXIT(setOther(), IsRefused, "");
}

TEST(Ns3Compat, EventsArePendingUntilTheyRunOrAreCanceled)
{
    EXPECT_FALSE(IsPending(EventId()));
    const auto run = Simulator::Schedule(Seconds(1), [] {});
    auto canceled = Simulator::Schedule(Seconds(1), [] {});
    EXPECT_TRUE(IsPending(run));
    EXPECT_TRUE(IsPending(canceled));
    canceled.Cancel();
    EXPECT_FALSE(IsPending(canceled));
    Simulator::Run();
    EXPECT_FALSE(IsPending(run));
    Simulator::Destroy();
}

TEST(Ns3Compat, RouteInputTypesAreThoseOfTheBaseClass)
{
    using Expected = bool (Ipv4RoutingProtocol::*)(Ptr<const Packet>,
                                                   const Ipv4Header&,
                                                   Ptr<const NetDevice>,
                                                   RouteInputTypes::Ucb,
                                                   RouteInputTypes::Mcb,
                                                   RouteInputTypes::Lcb,
                                                   RouteInputTypes::Ecb);
    const bool isSame = std::is_same_v<Expected, decltype(&Ipv4RoutingProtocol::RouteInput)>;
    EXPECT_TRUE(isSame);
}

} // namespace

} // namespace ns3::azure
