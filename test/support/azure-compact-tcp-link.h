// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_COMPACT_TCP_LINK_H
#define AZURE_COMPACT_TCP_LINK_H

#include "ns3/azure-compact-tcp-table.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace ns3::azure
{

/**
 * @brief Two tables, and a link between them that delays, loses and repeats segments as it is told.
 *
 * The client has address 10.0.0.4, the server 192.0.2.1.  A segment of no connection is answered
 * by RST, as nodes do.
 */
class CompactTcpLink
{
  public:
    /// What becomes of a segment: when its copies arrive, after how long; none: it is lost.
    using Fate = std::function<std::vector<Time>(bool isClients, const TcpSegment& segment)>;
    /// Told of a segment that leaves.
    using Tap = std::function<void(bool isClients, const FlowKey& key, const TcpSegment& segment)>;

    CompactTcpLink()
        : m_client(*this, true),
          m_server(*this, false)
    {
    }

    CompactTcpTable& GetClient()
    {
        return m_client.table;
    }

    CompactTcpTable& GetServer()
    {
        return m_server.table;
    }

    Time GetNow() const
    {
        return m_now;
    }

    /// @return the client's key of a connection to port 80
    static FlowKey GetKey(uint16_t port)
    {
        return {0x0a000004, 0xc0000201, port, 80, IpProtocol::Tcp};
    }

    /// Do something later.
    void At(Time time, std::function<void()> action)
    {
        m_events.emplace(time.GetNanoSeconds(), std::move(action));
    }

    /// @return whether something is left to do up to then, of which the next thing has been done
    bool Step(Time until)
    {
        const auto next = GetNext();
        if (!next || *next > until)
        {
            m_now = std::max(m_now, until);
            return false;
        }
        m_now = std::max(m_now, *next);
        for (auto* side : {&m_client, &m_server})
        {
            if (const auto deadline = side->table.GetNextDeadline(); deadline && *deadline <= m_now)
            {
                side->table.Expire(m_now);
                return true;
            }
        }
        const auto action = std::move(m_events.begin()->second);
        m_events.erase(m_events.begin());
        action();
        return true;
    }

    /// Do all there is to do up to then.
    void Run(Time until)
    {
        while (Step(until))
        {
        }
    }

    Fate fate;         //!< of each segment
    Tap tap;           //!< told of each segment
    bool isHot{false}; //!< segments arrive before Transmit() returns

  private:
    /// One end.
    struct Side : public CompactTcpOutput
    {
        Side(CompactTcpLink& owner, bool isClients)
            : link(owner),
              isClient(isClients),
              table(*this)
        {
        }

        void Transmit(const FlowKey& key,
                      const TcpSegment& segment,
                      CompactTcpUser* user,
                      uint32_t tag,
                      uint32_t offset) override
        {
            auto bytes = std::make_shared<std::vector<uint8_t>>(segment.payloadSize);
            if (user)
            {
                user->WritePayload(tag, offset, bytes->data(), segment.payloadSize);
            }
            link.Carry(*this, key, segment, bytes);
        }

        CompactTcpLink& link;
        bool isClient;
        CompactTcpTable table;
    };

    using Bytes = std::shared_ptr<std::vector<uint8_t>>;

    void Carry(Side& from, const FlowKey& key, const TcpSegment& segment, const Bytes& bytes)
    {
        if (tap)
        {
            tap(from.isClient, key, segment);
        }
        auto& to = from.isClient ? m_server : m_client;
        const auto delays =
            fate ? fate(from.isClient, segment) : std::vector<Time>{MilliSeconds(10)};
        for (const auto& delay : delays)
        {
            const auto arrive = [this, &to, key, segment, bytes] {
                Arrive(to, key.Reverse(), segment, bytes);
            };
            if (isHot)
            {
                arrive();
            }
            else
            {
                At(m_now + delay, arrive);
            }
        }
    }

    void Arrive(Side& to, const FlowKey& key, TcpSegment segment, const Bytes& bytes)
    {
        segment.payload = bytes->data();
        if (!to.table.Receive(key, segment, m_now) && !segment.rst)
        {
            TcpSegment reset;
            reset.rst = true;
            reset.sequence = segment.ack ? segment.acknowledgement : 0;
            reset.ack = !segment.ack;
            reset.acknowledgement = segment.ack ? 0 : segment.sequence + segment.GetLength();
            Carry(to, key, reset, std::make_shared<std::vector<uint8_t>>());
        }
    }

    /// @return when something is to be done
    std::optional<Time> GetNext() const
    {
        std::optional<Time> next;
        const auto consider = [&next](std::optional<Time> time) {
            next = next && (!time || *next <= *time) ? next : time;
        };
        consider(m_client.table.GetNextDeadline());
        consider(m_server.table.GetNextDeadline());
        if (!m_events.empty())
        {
            consider(NanoSeconds(m_events.begin()->first));
        }
        return next;
    }

    Side m_client;
    Side m_server;
    Time m_now;
    std::multimap<int64_t, std::function<void()>> m_events; //!< by time, then in order
};

} // namespace ns3::azure

#endif // AZURE_COMPACT_TCP_LINK_H
