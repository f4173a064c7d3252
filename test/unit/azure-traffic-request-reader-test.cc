// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "ns3/azure-traffic-request-reader.h"

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <utility>
#include <vector>

namespace ns3::azure
{

namespace
{

using Sizes = std::vector<std::pair<uint32_t, uint32_t>>; // of requests and responses

/// @return the requests as bytes
std::vector<uint8_t>
MakeStream(const Sizes& requests)
{
    std::vector<uint8_t> stream;
    for (const auto& [request, response] : requests)
    {
        const auto at = stream.size();
        stream.resize(at + request, 0xff); // the rest need not be zero
        TrafficRequestHeader(request, response).Write(&stream[at]);
    }
    return stream;
}

/// @return the requests that a reader finds in a stream that is cut into pieces of up to a size
Sizes
ReadAll(const std::vector<uint8_t>& stream, uint32_t largest, TrafficRequestReader& reader)
{
    std::mt19937 random(largest);
    Sizes found;
    for (std::size_t at = 0; at < stream.size();)
    {
        const auto* bytes = &stream[at];
        auto size = static_cast<uint32_t>(
            std::min<std::size_t>(1 + random() % largest, stream.size() - at));
        at += size;
        while (const auto header = reader.Read(bytes, size))
        {
            EXPECT_TRUE(header->IsValid());
            found.emplace_back(header->GetRequestSize(), header->GetResponseSize());
        }
        EXPECT_EQ(size, 0U);
        EXPECT_EQ(bytes, stream.data() + at);
    }
    return found;
}

} // namespace

TEST(TrafficRequestReader, FindsRequestsHoweverTheStreamIsCut)
{
    const Sizes requests{{12, 0}, {13, 1}, {100, 0xffffffff}, {12, 7}, {5000, 3}, {24, 24}};
    const auto stream = MakeStream(requests);
    for (uint32_t largest = 1; largest < 40; ++largest)
    {
        TrafficRequestReader reader;
        EXPECT_EQ(ReadAll(stream, largest, reader), requests) << largest;
        EXPECT_FALSE(reader.IsWithinRequest());
    }
}

TEST(TrafficRequestReader, KnowsWhetherItIsWithinARequest)
{
    auto stream = MakeStream({{12, 0}, {20, 0}});
    for (const std::size_t missing : {1, 8, 9, 19}) // of the second one's body, of its header
    {
        TrafficRequestReader reader;
        ReadAll({stream.begin(), stream.end() - missing}, 100, reader);
        EXPECT_TRUE(reader.IsWithinRequest()) << missing;
    }
}

TEST(TrafficRequestReader, TellsOfWhatIsNoRequestWhenTheHeaderIsThere)
{
    struct Spoiled
    {
        std::size_t at;
        uint8_t byte;
    };

    // a letter; the size: 11 is less than a header
    for (const auto& [at, byte] : {Spoiled{0, 'B'}, Spoiled{3, 'H'}, Spoiled{7, 11}})
    {
        auto stream = MakeStream({{12, 0}});
        stream[at] = byte;
        TrafficRequestReader reader;
        const auto* bytes = stream.data();
        uint32_t size = 11;
        EXPECT_FALSE(reader.Read(bytes, size));
        size = 1;
        const auto header = reader.Read(bytes, size);
        ASSERT_TRUE(header) << at;
        EXPECT_FALSE(header->IsValid()) << at;
    }
}

TEST(TrafficRequestReader, TakesThirteenBytes)
{
    EXPECT_EQ(sizeof(TrafficRequestReader), 13);
}

} // namespace ns3::azure
