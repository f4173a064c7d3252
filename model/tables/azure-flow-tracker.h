// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_FLOW_TRACKER_H
#define AZURE_FLOW_TRACKER_H

#include "azure-chunked-vector.h"
#include "azure-expiring-map.h"
#include "azure-expiry-queue.h"
#include "azure-flow-entry.h"
#include "azure-flow-table.h"
#include "azure-security-policy.h"
#include "azure-snat-port-allocator.h"
#include "azure-tcp-flow-state.h"

#include "ns3/azure-limits.h"
#include "ns3/azure-outbound-method.h"
#include "ns3/azure-profile.h"
#include "ns3/azure-trace-records.h"
#include "ns3/nstime.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ns3::azure
{

/// Learns what happens to the flows of a network interface; must outlive the tracker.
class FlowObserver
{
  public:
    virtual ~FlowObserver() = default;

    /// A flow was accepted, or refused, denied or made to wait for the first time.
    virtual void FlowCreated(const FlowRecord& flow) = 0;
    /// A flow has left the table.
    virtual void FlowEnded(const FlowRecord& flow) = 0;
    /// A SNAT port was acquired, began to cool down, was reopened or released.
    virtual void SnatPortChanged(const SnatPortEvent& event) = 0;
    /// An outbound packet was refused for want of a SNAT port.
    virtual void SnatExhausted(const SnatExhaustion& exhaustion) = 0;
    /// A network security group was asked about a packet; in the order of asking, before
    /// FlowCreated() of the same packet.
    virtual void SecurityGroupDecided(const SecurityGroupDecision& decision) = 0;

    /// A connection was idle for too long, and both ends are to be told by RST; before FlowEnded().
    /// By default nothing is done.
    virtual void TcpResetOrdered(const TcpResetOrder& /* order */)
    {
    }
};

/// Is told of flows that are in a table, one after the other.
using FlowVisitor = std::function<void(const FlowRecord&)>;

/// What the tracker needs to know of a packet.
struct FlowPacket
{
    IpProtocol protocol{IpProtocol::Tcp};      //!< of the IPv4 header
    TcpFlags tcpFlags;                         //!< of a TCP segment
    uint32_t bytes{0};                         //!< length of the IPv4 datagram
    std::optional<uint32_t> acknowledgement{}; //!< of a TCP segment with ACK, where
                                               //!< FlowEntry::isTcpReset asks for it
};

/// What ends a flow without SNAT port that is idle.
struct IdleTerms
{
    std::optional<Time> timeout; //!< its own idle timeout; none: the flow record timeout
    bool isTcpReset{false};      //!< RST to both ends of an established TCP connection (B.5)
};

/// What a flow that asks for a SNAT port is told.
enum class SnatPortAnswer : uint8_t
{
    Acquired, //!< it has one
    Refused,  //!< there is none
    Await,    //!< there is none, but more can be asked for (PortBudget::OnDemand)
};

/**
 * @ingroup azure-tables
 * @brief The life of flows: begin, port, TCP state, hold, end.
 *
 * They are those of one network interface, at its host, or of all that share a NAT gateway's ports.
 *
 * A refused or denied flow is a flow too: its entry waits for a port, or for other rules, and each
 * further packet of it may ask again, so that a retransmitted SYN is no new flow.  TCP doubles the
 * pauses between its SYNs, so the entry leaves when no packet has come for the longest of idle
 * timeout, 64 s, and twice the time the flow has waited already.  The same is true of a flow that
 * waits until more ports have been asked for, which is not refused.
 *
 * A flow with a port ends at the earliest of: the idle timeout after its last packet; for TCP that
 * nothing has answered, the half-open timeout; the end of its FIN or RST hold.  Where the profile
 * has a UdpHold or ReuseGap the port stays held for its destination that much longer, while the
 * flow itself is gone: its late packets belong to nobody.
 *
 * A flow that the security groups let pass has a flow record (S3-24): they are not asked about its
 * packets again, either way and whatever becomes of the rules (S3-27), until none has come for the
 * flow record timeout (S3-28).  An entry without a SNAT port lives as long as its flow record; one
 * with a port by the profile's idle timeout and holds, one of a load balancer's frontend by the
 * rule's; its record is kept beyond that where there are groups.  A refused flow has none: no
 * connection exists (S3-24).
 *
 * New flows of a direction are refused an entry while it has as many as it may (sources.rst B.9:
 * TP-2303); those count that wait, too.
 *
 * Laws, checked by CheckInvariants(): those of FlowTable and SnatPortAllocator; SNAT ports' uses =
 * flows that hold a port + ports held beyond their flow's end; a flow that is accepted, or holds a
 * port, was let pass by the groups; a flow that holds a port goes to the Internet; flows = flows of
 * either direction.
 *
 * Calls must be made in the order of their times.
 */
class FlowTracker
{
  public:
    /**
     * @param networkInterface number of the network interface, of all flows for which Track() is
     *        not told another one
     * @param observer told of everything; not owned
     */
    FlowTracker(uint32_t networkInterface, FlowObserver& observer);

    /**
     * @brief Learn the rules: before the first flow, and again while no flow holds a port.
     * @param method how the owner of later flows reaches the Internet
     * @param profile reuse keys and timers
     * @param blocks the SNAT ports, in frontend order; they are kept until RemovePorts()
     * @param draw used where the profile's choices are random
     */
    void Program(OutboundMethod method,
                 const Profile& profile,
                 const std::vector<SnatPortBlockGrant>& blocks,
                 const Draw& draw);

    /// @brief Learn that the owner of later flows reaches the Internet another way.
    void SetMethod(OutboundMethod method)
    {
        m_method = method;
    }

    /// @brief Add SNAT ports, as SnatPortAllocator::AddPorts() does.
    void AddPorts(const SnatPortBlockGrant& ports, bool isReturnable, Time now);

    /**
     * @brief Take SNAT ports away; the flows that hold one end with FlowEnd::Reclaimed.
     * @param ports all must be there
     * @param now current time
     * @return how many flows have ended
     */
    uint32_t RemovePorts(const SnatPortBlockGrant& ports, Time now);

    /// @brief Give up SNAT ports: see SnatPortAllocator::TakeUnused().
    std::vector<SnatPortBlockGrant> TakeUnused(Time now)
    {
        return m_ports.TakeUnused(now);
    }

    /// @return when there is something to give up: see SnatPortAllocator::GetNextUnused()
    std::optional<Time> GetNextUnused() const
    {
        return m_ports.GetNextUnused();
    }

    /**
     * @brief End flows because what they need has been taken away, in the order of their numbers.
     * @param isEnding whether an accepted flow ends
     * @param now current time
     * @return how many have ended
     */
    uint32_t Reclaim(const std::function<bool(const FlowEntry&)>& isEnding, Time now);

    /**
     * @brief Learn of flow records; as often as that changes.
     * @param timeout how long a record outlives its flow's last packet
     * @param areKept whether records are kept beyond their flow's entry
     */
    void SetFlowRecords(Time timeout, bool areKept)
    {
        m_flowRecordTimeout = timeout.GetNanoSeconds();
        m_areRecordsKept = areKept;
    }

    /// @brief Learn how many flows each direction may have; as often as that changes.
    void SetFlowLimit(uint32_t perDirection)
    {
        m_flowLimit = perDirection;
    }

    /// @brief Find the flow a packet belongs to.
    std::optional<FlowMatch> Lookup(const FlowKey& key) const
    {
        return m_flows.Lookup(key);
    }

    /// @return the flow of the slot
    const FlowEntry& Get(uint32_t slot) const
    {
        return m_flows.Get(slot);
    }

    /// @return whether the flow's record lasts, so that the security groups need not be asked
    bool HasFlowRecord(const FlowEntry& flow, Time now) const
    {
        return flow.isAdmitted && now.GetNanoSeconds() - flow.lastPacket < m_flowRecordTimeout;
    }

    /// @return whether the table holds that flow, and not another one in its slot
    bool IsHeld(uint32_t slot, uint64_t number) const
    {
        return Get(slot).isTracked && Get(slot).number == number;
    }

    /// @return whether the packet opens a connection against a flow that is over: it is no reply
    bool IsTurnedBy(uint32_t slot, FlowDirection direction, TcpFlags flags) const
    {
        const bool isReply = (direction == FlowDirection::Outbound) == Get(slot).isInbound;
        return isReply && IsOverBefore(slot, flags);
    }

    /// @return whether the packet opens a connection, and a flow that is over is in its way; one
    ///         whose SNAT port is still held is not over
    bool IsReplacedBy(uint32_t slot, TcpFlags flags) const
    {
        return !Get(slot).hasLease && IsOverBefore(slot, flags);
    }

    /// @brief End a flow whose 5-tuple begins again, in the other direction or by another way.
    void Turn(uint32_t slot, Time now)
    {
        End(slot, FlowEnd::Reopened, now);
    }

    /**
     * @brief Add a flow, or find the one with this key that waits.
     *
     * One that waits for packets the other way ends, as if reopened.
     *
     * @param outbound its key as the VM sends; no accepted flow may have it
     * @param isInbound whether the other side sent the packet
     * @param path where the other side is now
     * @param now current time
     * @param owner number of the network interface whose flow it is; none: the tracker's own
     * @return its slot; nothing if its direction has as many flows as it may
     */
    std::optional<uint32_t> Track(const FlowKey& outbound,
                                  bool isInbound,
                                  FlowPath path,
                                  Time now,
                                  std::optional<uint32_t> owner = std::nullopt);

    /**
     * @brief Note and tell what the security groups said about a packet.
     * @param slot of the flow; accepted or waiting
     * @param direction of the packet
     * @param key that they were asked about
     * @param decision what they said
     * @param now current time
     */
    void NoteDecision(uint32_t slot,
                      FlowDirection direction,
                      const FlowKey& key,
                      const SecurityDecision& decision,
                      Time now);

    /// @brief Note that a packet of a flow was denied; one that waits has no record any more.
    void Deny(uint32_t slot, Time now);

    /**
     * @brief Accept a flow, so that its replies are found.
     * @param slot of the flow, which the security groups let pass
     * @param translated its outbound key after translation
     * @param now current time
     * @param terms what ends it, if it has no SNAT port
     */
    void Accept(uint32_t slot, const FlowKey& translated, Time now, const IdleTerms& terms = {});

    /**
     * @brief Ask for a SNAT port for a flow that has none, and accept it if there is one.
     * @param slot of the flow, which the security groups let pass
     * @param now current time
     * @return whether it got one; a port whose answers could not be told from the packets of a
     *         flow through the frontend is none
     */
    SnatPortAnswer AcquirePort(uint32_t slot, Time now);

    /// @brief Refuse a flow that has waited: there are no more ports.
    void Refuse(uint32_t slot, Time now);

    /// @brief Count a packet of an accepted flow and follow its TCP state.
    /// @return the flow
    const FlowEntry& Pass(uint32_t slot,
                          FlowDirection direction,
                          const FlowPacket& packet,
                          Time now);

    /// @brief Count a packet of an accepted flow that has no transport header.
    void Count(uint32_t slot, FlowDirection direction, uint32_t bytes, Time now);

    /// @brief End the flows whose time has come.
    void Expire(Time now);

    /// @return when Expire() has something to look at; nothing if there are no flows
    std::optional<Time> GetNextDeadline() const
    {
        return m_expiry.GetNextDeadline();
    }

    /// @return how many flows hold a SNAT port, those included whose port is held beyond their end
    uint64_t GetPortUses() const
    {
        return m_ports.GetLeases();
    }

    /// @return use of the SNAT ports by public address; one row without address if there is none
    std::vector<SnatPortUsage> GetSnatPortUsage() const;

    /// @brief Tell of the flows in the table, in the order of their numbers.
    void VisitOpenFlows(const FlowVisitor& visitor) const;

    /// @return bytes held by the flows, their deadlines, records and SNAT ports
    std::size_t GetMemory() const;

    /// @return bytes held by the SNAT ports, part of GetMemory()
    std::size_t GetPortMemory() const
    {
        return m_ports.GetMemory();
    }

    /// @return the first law that is broken, in words; nothing if all hold
    std::optional<std::string> CheckInvariants() const;

  private:
    /// @return whether the packet opens a connection after the flow is over
    bool IsOverBefore(uint32_t slot, TcpFlags flags) const
    {
        const auto state = Get(slot).tcpState;
        return flags.syn && !flags.fin && !flags.rst &&
               (state == TcpFlowState::Closed || state == TcpFlowState::Reset);
    }

    /// @return the number of an idle timeout in m_idleTimeouts, which takes it in if it is new
    uint32_t GetIdleTimeoutNumber(Time timeout);
    /// Follow the state of a TCP flow.
    void FollowTcp(uint32_t slot, bool isForward, TcpFlags flags, Time now);
    /// Begin the FIN or RST hold, where the profile has one.
    void BeginHold(uint32_t slot, Time now);
    /// A closed flow begins again with the same 5-tuple and the same port.
    void Reopen(uint32_t slot, Time now);
    /// @return whether FlowCreated() has told of a waiting flow
    static bool IsTold(const FlowEntry& entry)
    {
        return entry.refusals + entry.denials > 0 || entry.hasWaited;
    }

    /// Take the flow out of the table and give its port back, or let it linger.
    void End(uint32_t slot, FlowEnd end, Time now);
    /// Let the port of a flow cool down, and tell it.
    void CoolDown(FlowEntry& entry, FlowEnd cause, Time now);
    /// Give the port of an ended flow back, or hold it longer if the profile says so.
    void ReleasePort(FlowEntry& entry, FlowEnd end, Time now);
    /// Give a port that was held beyond its flow's end back, by its place in m_lingering.
    void ReleaseLingering(uint32_t place, FlowEnd cause, Time now);
    /// @return the first law about the ports that is broken, in words; nothing if all hold
    std::optional<std::string> CheckPorts() const;
    /// @return how long a port is held beyond its flow's end, nanoseconds
    int64_t GetLingering(const FlowEntry& entry, FlowEnd end) const;
    /// @return why a flow ends whose deadline has come
    FlowEnd GetEnd(const FlowEntry& entry, int64_t deadline) const;
    /// @return whether the half-open timeout counts
    bool IsHalfOpen(const FlowEntry& entry) const;
    /// Tell both ends of a connection that it was idle for too long, if it was established.
    void OrderTcpReset(const FlowEntry& entry);
    /// Remember what each side of a connection expects next.
    static void NoteAcknowledgement(FlowEntry& entry, FlowDirection direction, uint32_t number);
    /// Look at the flow again at the deadline, unless that is so already.
    void Arm(uint32_t slot, int64_t deadline);
    /// @return when the flow's time is over if no more packets come, in nanoseconds
    int64_t GetDeadline(const FlowEntry& entry) const;
    /// @return why a closed flow's hold began
    static FlowEnd GetCloseCause(const FlowEntry& entry);
    /// Tell what happened to the port of the flow.
    void TellSnatPort(const FlowEntry& entry, SnatPortStage stage, FlowEnd cause, Time now);
    /// @return what there is to say of the flow
    static FlowRecord Describe(const FlowEntry& entry);

    /// A port that is held beyond its flow's end.
    struct LingeringPort
    {
        FlowKey outbound;              //!< of the flow
        int64_t until{0};              //!< when the port is given back, nanoseconds
        uint64_t number{0};            //!< of the flow
        uint32_t networkInterface{0};  //!< whose flow it was
        uint32_t translatedAddress{0}; //!< public address of the port
        SnatPortLease lease;           //!< the port
        FlowEnd end{FlowEnd::Idle};    //!< why the flow ended
        bool isHeld{false};            //!< the port has not been given back
    };

    /// Tell what happened to a port that is held beyond its flow's end.
    void TellSnatPort(const LingeringPort& port, SnatPortStage stage, FlowEnd cause, Time now);

    /// Marks items of the expiry queue that are places in m_lingering, not slots.
    static constexpr uint32_t LINGERING = uint32_t{1} << 31;

    uint32_t m_networkInterface;                          //!< number of the interface
    FlowObserver& m_observer;                             //!< told of everything
    OutboundMethod m_method{OutboundMethod::DefaultSnat}; //!< how the VM reaches the Internet
    Profile m_profile;                                    //!< reuse keys and timers
    SnatPortAllocator m_ports;                            //!< SNAT ports of the interface
    FlowTable m_flows;                                    //!< its flows
    ExpiryQueue m_expiry;                                 //!< when to look at which flow
    ExpiringMap<bool> m_records;                   //!< of ended flows: isInbound, by outbound key
    ChunkedVector<LingeringPort> m_lingering;      //!< ports without flow, and empty places
    std::vector<uint32_t> m_freeLingering;         //!< places in m_lingering to be used next
    std::vector<int64_t> m_idleTimeouts{0};        //!< of flows' own, nanoseconds; they are few
    int64_t m_idleTimeout{0};                      //!< of the profile, nanoseconds
    int64_t m_flowRecordTimeout{0};                //!< nanoseconds
    bool m_areRecordsKept{false};                  //!< whether m_records is used
    uint64_t m_flowsCreated{0};                    //!< flows so far
    uint32_t m_flowLimit{MAX_FLOWS_PER_DIRECTION}; //!< flows that each direction may have
    std::array<uint32_t, 2> m_flowsOf{};           //!< flows in the table by isInbound
};

} // namespace ns3::azure

#endif // AZURE_FLOW_TRACKER_H
