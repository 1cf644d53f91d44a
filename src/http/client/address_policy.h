#pragma once

#include <boost/asio/ip/address.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/address_ranges.h"

namespace voyages::http::client {

/// Which addresses may be connected to where somebody else has chosen the name: those of the public internet, and the
/// ranges that the operator allows.
class AddressPolicy {
 public:
  AddressPolicy() = default;
  /// `setting`: what the operator calls the list of ranges, for messages.
  AddressPolicy(AddressRanges allowed, std::string setting);

  /// Why an address is refused, in words for the operator; nullopt if it may be connected to. An IPv4 address inside an
  /// IPv6 one is judged where packets would reach it (IPv4-mapped, NAT64); what tunnels (6to4, Teredo) is refused.
  [[nodiscard]] std::optional<std::string> refusal(const boost::asio::ip::address& address) const;

  /// The addresses that may be connected to. Throws `StreamFailed` if there are none.
  [[nodiscard]] std::vector<boost::asio::ip::address> choose(std::vector<boost::asio::ip::address> addresses) const;

 private:
  AddressRanges allowed_;
  std::string setting_;
};

}  // namespace voyages::http::client
