// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#include "azure-fuzz-promise.h"
#include "azure-fuzz-target.h"
#include "azure-step-reader.h"

#include "ns3/azure-compact-tcp-table.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <vector>

/**
 * @file
 * @brief A node's compact TCP: the input is a story of segments from anywhere, of what users call,
 * and of time.
 *
 * Payload is such that each byte is the one before plus 1: so a user sees whether one is missing,
 * or comes twice.
 */
namespace ns3::azure
{

namespace
{

constexpr uint16_t PORT = 80;            //!< that may be listened to
constexpr std::size_t MAX_STEPS = 500;   //!< of a story
constexpr uint32_t MAX_DEADLINES = 5000; //!< that may pass before all is over

/// What a user knows of a connection.
struct End
{
    uint32_t connection{0};        //!< its number
    bool isBegun{false};           //!< Connect() was called, or it was accepted
    bool isOpen{false};            //!< the handshake is done
    bool isClosing{false};         //!< Close() was called
    bool isPeerClosed{false};      //!< the other side sends no more
    std::optional<uint8_t> last{}; //!< byte that has come last
    uint64_t sent{0};              //!< bytes given to Send()
};

/// The story.
class TcpWorld : private CompactTcpUser, private CompactTcpOutput
{
  public:
    explicit TcpWorld(const std::string& input)
        : m_steps(input),
          m_table(*this)
    {
        m_settings.window = 2000;
        m_settings.connectAttempts = 3;
        m_settings.dataRetries = 3;
        m_settings.segmentLifetime = Seconds(2);
    }

    /// Go on to the end of the input, and until all is over.
    void Run()
    {
        for (std::size_t step = 0; step < MAX_STEPS && !m_steps.IsEmpty(); ++step)
        {
            Step();
            if (step % STEPS_PER_CHECK == 0)
            {
                Check();
            }
        }
        Check();
        Finish();
    }

  private:
    void Check() const
    {
        const auto broken = m_table.CheckInvariants();
        Require(!broken, broken.value_or("").c_str());
        Require(m_table.GetSize() >= m_ends.size(), "who has not been told of an end has none");
    }

    /// All users leave; what is left has to end by itself.
    void Finish()
    {
        m_isOver = true;
        m_table.StopListening(PORT);
        while (!m_ends.empty())
        {
            Forget(m_ends.begin()->first);
        }
        for (uint32_t i = 0; m_table.GetNextDeadline(); ++i)
        {
            Require(i < MAX_DEADLINES, "what is waited for has an end");
            m_now = std::max(m_now, *m_table.GetNextDeadline());
            m_table.Expire(m_now);
        }
        Check();
        Require(m_table.GetSize() == 0, "no connection is left when all have ended");
    }

    void Step()
    {
        const auto what = m_steps.Take8();
        m_now += MilliSeconds(what >> 4 == 15 ? 700 : 10 * (what >> 4));
        switch (what & 15)
        {
        case 0:
            return Open();
        case 1:
            m_table.Listen(PORT, *this, m_settings);
            return;
        case 2:
            return Act(m_steps.Take8());
        case 3:
            return Act(m_steps.Take8());
        case 4:
            return ReceiveError();
        case 5:
            if (m_table.GetNextDeadline())
            {
                m_now = std::max(m_now, *m_table.GetNextDeadline());
            }
            m_table.Expire(m_now);
            return;
        case 6:
            m_table.Expire(m_now);
            return;
        case 7:
            m_table.StopListening(PORT);
            return;
        case 8:
        case 9:
        case 10:
        case 11:
            return ReceiveAnswer();
        default:
            return ReceiveAny();
        }
    }

    /// @return a connection's key, as this side sends
    FlowKey TakeKey()
    {
        const auto bits = m_steps.Take8();
        const auto port = static_cast<uint16_t>(1000 + (bits & 3));
        return (bits & 4) != 0 ? FlowKey{0x0a000004, 0xc0000201, PORT, port, IpProtocol::Tcp}
                               : FlowKey{0x0a000004, 0xc0000201, port, PORT, IpProtocol::Tcp};
    }

    void Open()
    {
        const auto key = TakeKey();
        const auto tag = m_nextTag++;
        const bool isInUse = m_table.IsInUse(key);
        const auto number = m_table.Bind(key, *this, tag, m_settings);
        Require(number.has_value() != isInUse, "a key is given once");
        if (number)
        {
            m_ends[tag].connection = *number;
            if (m_steps.TakeBelow(8) > 0)
            {
                m_ends[tag].isBegun = true;
                m_table.Connect(*number, m_now);
            }
        }
    }

    /// A user calls something; from within a callback, too.
    void Act(uint8_t bits)
    {
        if (m_ends.empty())
        {
            return;
        }
        const auto at =
            std::next(m_ends.begin(), (bits >> 4) % static_cast<uint8_t>(m_ends.size()));
        const auto tag = at->first;
        auto& end = at->second;
        switch (bits & 7)
        {
        case 0:
        case 1:
        case 2:
        case 3:
            if (end.isBegun && !end.isClosing)
            {
                const uint32_t bytes = (bits & 8) != 0 ? 3000 : 1 + bits;
                end.sent += bytes;
                m_table.Send(end.connection, bytes, m_now);
            }
            return;
        case 4:
        case 5:
            return Close(tag);
        case 6: {
            const auto connection = end.connection;
            m_ends.erase(tag);
            m_table.Reset(connection, m_now);
            return;
        }
        default:
            return Forget(tag);
        }
    }

    void Close(uint32_t tag)
    {
        auto& end = m_ends.at(tag);
        const auto connection = end.connection;
        if (end.isOpen)
        {
            end.isClosing = true;
        }
        else
        {
            m_ends.erase(tag); // is forgotten
        }
        m_table.Close(connection, m_now);
    }

    void Forget(uint32_t tag)
    {
        const auto connection = m_ends.at(tag).connection;
        m_ends.erase(tag);
        m_table.Forget(connection);
    }

    void ReceiveError()
    {
        const auto key = TakeKey();
        m_table.ReceiveError(key, m_steps.TakeBelow(2) == 0, m_now);
    }

    /// Payload comes, each byte of which is told by its sequence number.
    void Receive(const FlowKey& key, TcpSegment segment, uint32_t payload)
    {
        std::vector<uint8_t> bytes(payload);
        const auto first = segment.sequence + (segment.syn ? 1 : 0);
        for (uint32_t i = 0; i < payload; ++i)
        {
            bytes[i] = static_cast<uint8_t>(first + i);
        }
        segment.payloadSize = payload;
        segment.payload = bytes.data();
        m_table.Receive(key, segment, m_now);
    }

    /// What this side sent last on a connection is answered as it should be, or nearly so.
    void ReceiveAnswer()
    {
        const auto key = TakeKey();
        const auto found = m_sent.find(key);
        if (found == m_sent.end())
        {
            return;
        }
        const auto& sent = found->second;
        const auto bits = m_steps.Take8();
        TcpSegment segment;
        segment.ack = true;
        segment.syn = sent.syn && !sent.ack;
        segment.sequence = segment.syn ? 0xfffffff0 : sent.acknowledgement;
        segment.acknowledgement = sent.sequence + sent.GetLength();
        segment.window = (bits & 1) != 0 ? 1000 : 65535;
        if (sent.timestamps)
        {
            segment.timestamps = TcpTimestamps{static_cast<uint32_t>(m_now.GetMilliSeconds()),
                                               sent.timestamps->value};
        }
        if (segment.syn)
        {
            segment.windowScale = uint8_t{2};
            segment.isSackPermitted = true;
        }
        segment.fin = (bits & 6) == 6;
        segment.rst = (bits & 0x38) == 0x38;
        segment.sequence += (bits & 0x40) != 0 ? bits & 7 : 0;
        segment.acknowledgement -= (bits & 0x80) != 0 ? bits & 7 : 0;
        Receive(key, segment, (bits & 8) != 0 ? m_steps.Take8() * 4 : 0);
    }

    /// A segment that anybody could have made.
    void ReceiveAny()
    {
        const auto key = TakeKey();
        const auto flags = m_steps.Take8();
        TcpSegment segment;
        segment.fin = (flags & 1) != 0;
        segment.syn = (flags & 2) != 0;
        segment.rst = (flags & 4) != 0;
        segment.psh = (flags & 8) != 0;
        segment.ack = (flags & 16) != 0;
        segment.sequence = (flags & 32) != 0 ? m_steps.Take32() : 0xfffffff0 + m_steps.Take8();
        segment.acknowledgement = (flags & 64) != 0 ? m_steps.Take32() : m_steps.Take8();
        segment.window = m_steps.Take16();
        if ((flags & 128) != 0)
        {
            segment.timestamps = TcpTimestamps{m_steps.Take16(), m_steps.Take8()};
            segment.windowScale = static_cast<uint8_t>(m_steps.TakeBelow(15));
        }
        Receive(key, segment, m_steps.Take8());
    }

    /// Sometimes a user calls something as soon as it is told of something.
    void React()
    {
        if (!m_isOver && m_steps.TakeBelow(4) == 1)
        {
            Act(m_steps.Take8());
        }
    }

    uint32_t HandleAccepted(uint32_t connection, const FlowKey& key) override
    {
        Require(key.GetSourcePort() == PORT, "only who listens accepts");
        const auto tag = m_nextTag++;
        m_ends[tag] = {connection, true, true};
        return tag;
    }

    void HandleConnected(uint32_t tag) override
    {
        auto& end = GetEnd(tag);
        Require(end.isBegun && !end.isOpen, "a connection is made once");
        end.isOpen = true;
        React();
    }

    void HandleReceived(uint32_t tag, const uint8_t* bytes, uint32_t size) override
    {
        auto& end = GetEnd(tag);
        Require(size > 0 && !end.isPeerClosed && end.isOpen, "bytes come before the stream ends");
        for (uint32_t i = 0; i < size; ++i)
        {
            Require(!end.last || bytes[i] == static_cast<uint8_t>(*end.last + 1),
                    "each byte comes once and in order");
            end.last = bytes[i];
        }
        React();
    }

    void HandlePeerClosed(uint32_t tag) override
    {
        auto& end = GetEnd(tag);
        Require(!end.isPeerClosed && !end.isClosing && end.isOpen,
                "the other side's end is told once, and not after Close()");
        end.isPeerClosed = true;
        React();
    }

    void HandleOver(uint32_t tag, CompactTcpEnd why, Time freeAt) override
    {
        const auto end = GetEnd(tag);
        Require(freeAt >= m_now, "a key is free at some time to come");
        Require(why != CompactTcpEnd::Closed || end.isClosing, "who has not closed is cut off");
        Require(why != CompactTcpEnd::Refused || !end.isOpen, "an open connection is not refused");
        m_ends.erase(tag);
        React();
    }

    uint32_t WritePayload(uint32_t tag, uint32_t offset, uint8_t* bytes, uint32_t size) override
    {
        const auto& end = GetEnd(tag);
        Require(uint64_t{offset} + size <= end.sent, "only what was given is sent");
        std::fill_n(bytes, size, uint8_t{1});
        return size;
    }

    void Transmit(const FlowKey& key,
                  const TcpSegment& segment,
                  CompactTcpUser* user,
                  uint32_t tag,
                  uint32_t offset) override
    {
        Require(segment.payloadSize <= m_settings.segmentSize, "no segment is too long");
        Require(!segment.payload && (user != nullptr || segment.payloadSize == 0),
                "payload is a user's");
        if (user && !m_isOver && m_ends.count(tag) > 0)
        {
            std::vector<uint8_t> bytes(segment.payloadSize);
            user->WritePayload(tag, offset, bytes.data(), segment.payloadSize);
        }
        m_sent[key] = segment;
    }

    /// @return what is known of a connection, which has to be a user's
    End& GetEnd(uint32_t tag)
    {
        const auto found = m_ends.find(tag);
        Require(found != m_ends.end(), "nothing is told of a connection that is over");
        return found->second;
    }

    StepReader m_steps;                   //!< the input
    CompactTcpTable m_table;              //!< under test
    CompactTcpSettings m_settings;        //!< of all connections
    std::map<uint32_t, End> m_ends;       //!< by tag: the users'
    std::map<FlowKey, TcpSegment> m_sent; //!< what has left last, by key
    uint32_t m_nextTag{1};                //!< of the next connection
    bool m_isOver{false};                 //!< users call nothing any more
    Time m_now;                           //!< of the story
};

} // namespace

void
CheckCompactTcp(const std::string& input)
{
    TcpWorld(input).Run();
}

} // namespace ns3::azure
