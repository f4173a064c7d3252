// Copyright (c) 2026 The azure-net authors
// SPDX-License-Identifier: GPL-2.0-only

#ifndef AZURE_SOAK_WIRES_H
#define AZURE_SOAK_WIRES_H

#include "azure-raw-datagram.h"
#include "azure-soak-plan.h"

#include "ns3/error-model.h"
#include "ns3/nstime.h"
#include "ns3/point-to-point-net-device.h"

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace ns3::azure
{

class SoakWires;

/// What goes wrong on the way to one device.
struct SoakWireTroubles
{
    double loss{0};              //!< probability that any packet is lost
    double controlLoss{0};       //!< that a message of the control plane is
    double controlDuplicates{0}; //!< that one comes twice
    double controlDelays{0};     //!< that one comes late, and out of order
    bool isCut{false};           //!< nothing comes
};

/**
 * @brief The end of a point-to-point link at one device: loses, doubles and delays packets.
 *
 * As an error model it sees all packets that come; it takes others in at its place, too.
 */
class SoakWire : public ErrorModel
{
  public:
    /// @param device whose packets it sees @param wires all of them, which outlive it
    SoakWire(Ptr<PointToPointNetDevice> device, SoakWires& wires);

    /// @brief Have an IPv4 datagram come in here, as if it had passed the link.
    void Receive(const Bytes& datagram);

    /// @return whose packets it sees
    Ptr<PointToPointNetDevice> GetDevice() const
    {
        return m_device;
    }

    SoakWireTroubles troubles; //!< what goes wrong now

  private:
    bool DoCorrupt(Ptr<Packet> packet) override;
    void DoReset() override;

    /// Have a frame come in later.
    void ReceiveLater(Ptr<Packet> frame, Time delay);
    /// Have a frame come in.
    void ReceiveFrame(Ptr<Packet> frame);

    Ptr<PointToPointNetDevice> m_device; //!< whose packets these are
    SoakWires& m_wires;                  //!< all of them
    bool m_isPassing{false};             //!< a frame of our own comes in
};

/// A packet that came somewhere.
struct SoakSample
{
    std::size_t wire{0}; //!< where
    Bytes datagram;      //!< what
};

/// Ends of all point-to-point links, and packets that came there.
class SoakWires
{
  public:
    /// @param dice for what goes wrong
    explicit SoakWires(const SoakDice& dice)
        : m_dice(dice)
    {
    }

    /// @brief Take the wires of all nodes there are.
    /// @param isOurs whether a node's packets are read by the module, and not by ns-3's stack, so
    ///        that false ones may come there
    void Install(const std::function<bool(Ptr<Node>)>& isOurs);

    /// @brief Have a function called with each datagram that comes to a node's devices.
    void Watch(Ptr<Node> node, std::function<void(const Bytes&)> sink);

    /// @return the wires of a node
    std::vector<Ptr<SoakWire>> FindWires(Ptr<Node> node) const;

    /// @return the wire at the other end of a node's only link
    Ptr<SoakWire> FindPeer(Ptr<Node> node) const;

    /// @return all wires
    const std::vector<Ptr<SoakWire>>& GetAll() const
    {
        return m_wires;
    }

    /// @return the wires where false packets may come in
    const std::vector<Ptr<SoakWire>>& GetOurs() const
    {
        return m_ours;
    }

    /// @return packets that came at GetOurs(), with their positions there; not those of the control
    ///         plane, whose physical network is trusted (RFC 2827 at its edge)
    const std::vector<SoakSample>& GetSamples() const
    {
        return m_samples;
    }

    /// @return packets that came anywhere
    uint64_t GetPackets() const
    {
        return m_packets;
    }

    /// @brief Mend all wires.
    void Heal();

    /// @return whether a datagram would keep ns-3's own stack on the wire's node busy for ever
    bool IsEndless(const SoakWire& wire, const Bytes& datagram) const;

    /// @brief A packet has come; for SoakWire.
    void Note(const SoakWire& wire, const Bytes& datagram);

    /// @return the dice; for SoakWire
    SoakDice& GetDice()
    {
        return m_dice;
    }

    /// @return whether it is a message of the control plane, or DHCP's
    static bool IsControl(const Bytes& datagram);

  private:
    SoakDice m_dice;                    //!< for what goes wrong
    std::vector<Ptr<SoakWire>> m_wires; //!< all
    std::vector<Ptr<SoakWire>> m_ours;  //!< those of GetOurs()
    std::vector<SoakSample> m_samples;  //!< a fixed number, once there are as many
    uint64_t m_packets{0};              //!< so far
    std::map<uint32_t, std::function<void(const Bytes&)>> m_sinks; //!< by node
    std::map<const SoakWire*, std::size_t> m_positions;            //!< among m_ours
};

} // namespace ns3::azure

#endif // AZURE_SOAK_WIRES_H
