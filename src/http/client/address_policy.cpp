#include "http/client/address_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "http/client/stream.h"

namespace voyages::http::client {

namespace {

namespace ip = boost::asio::ip;

struct Special {
  AddressRanges range;
  std::string_view name;
};

Special special(const char* range, std::string_view name) { return {AddressRanges::parse({range}).value(), name}; }

// The IANA special-purpose address registries (RFC 6890), with multicast and the reserved class E. Anycast addresses of
// single protocols, which the registries call reachable, are refused as well: no web site has one.
const std::vector<Special>& special_ranges() {
  static const std::vector<Special> ranges{
      special("0.0.0.0/8", "this network, RFC 791"),
      special("10.0.0.0/8", "private, RFC 1918"),
      special("100.64.0.0/10", "shared by carriers, RFC 6598"),
      special("127.0.0.0/8", "loopback, RFC 1122"),
      special("169.254.0.0/16", "link-local, RFC 3927"),
      special("168.63.129.16/32", "Azure's host of virtual machines"),
      special("172.16.0.0/12", "private, RFC 1918"),
      special("192.0.0.0/24", "for protocols, RFC 6890"),
      special("192.0.2.0/24", "documentation, RFC 5737"),
      special("192.31.196.0/24", "for protocols, RFC 7535"),
      special("192.52.193.0/24", "for protocols, RFC 7450"),
      special("192.88.99.0/24", "6to4, RFC 7526"),
      special("192.168.0.0/16", "private, RFC 1918"),
      special("192.175.48.0/24", "for protocols, RFC 7534"),
      special("198.18.0.0/15", "benchmarks, RFC 2544"),
      special("198.51.100.0/24", "documentation, RFC 5737"),
      special("203.0.113.0/24", "documentation, RFC 5737"),
      special("224.0.0.0/4", "multicast, RFC 5771"),
      special("255.255.255.255/32", "broadcast, RFC 8190"),
      special("240.0.0.0/4", "reserved, RFC 1112"),
      special("::/128", "unspecified, RFC 4291"),
      special("::1/128", "loopback, RFC 4291"),
      special("64:ff9b:1::/48", "translated locally, RFC 8215"),
      special("100::/64", "discard-only, RFC 6666"),
      special("2001::/32", "Teredo, RFC 4380"),
      special("2001::/23", "for protocols, RFC 2928"),
      special("2001:db8::/32", "documentation, RFC 3849"),
      special("2002::/16", "6to4, RFC 3056"),
      special("2620:4f:8000::/48", "for protocols, RFC 7534"),
      special("3fff::/20", "documentation, RFC 9637"),
      special("5f00::/16", "segment routing, RFC 9602"),
      special("fc00::/7", "unique local, RFC 4193"),
      special("fe80::/10", "link-local, RFC 4291"),
      special("ff00::/8", "multicast, RFC 4291"),
  };
  return ranges;
}

const AddressRanges& global_unicast() {
  // RFC 4291 §2.4 leaves more to later use; IANA has given out nothing else.
  static const auto range = AddressRanges::parse({"0.0.0.0/0", "2000::/3"}).value();
  return range;
}

/// The address that packets reach in the end. A scope only tells which interface they leave by.
ip::address destination(const ip::address& address) {
  if (!address.is_v6()) return address;
  const auto bytes = address.to_v6().to_bytes();
  const auto last_four = [&] { return ip::address_v4({bytes[12], bytes[13], bytes[14], bytes[15]}); };
  if (address.to_v6().is_v4_mapped()) return last_four();
  // RFC 6052 §2.1, the well-known prefix of NAT64: 64:ff9b::/96.
  constexpr ip::address_v6::bytes_type nat64{0x00, 0x64, 0xff, 0x9b};
  if (std::equal(nat64.begin(), nat64.begin() + 12, bytes.begin())) return last_four();
  return ip::address_v6(bytes);
}

}  // namespace

AddressPolicy::AddressPolicy(AddressRanges allowed, std::string setting)
    : allowed_(std::move(allowed)), setting_(std::move(setting)) {}

std::optional<std::string> AddressPolicy::refusal(const ip::address& address) const {
  const auto reached = destination(address).to_string();
  if (allowed_.contains(reached)) return std::nullopt;
  const auto found =
      std::ranges::find_if(special_ranges(), [&](const Special& each) { return each.range.contains(reached); });
  if (found == special_ranges().end() && global_unicast().contains(reached)) return std::nullopt;
  const auto name = found == special_ranges().end() ? std::string_view("reserved, RFC 4291") : found->name;
  const auto hint = setting_.empty() ? std::string() : fmt::format("; the setting {} can allow it", setting_);
  return fmt::format("{} is not of the public internet ({}){}", reached, name, hint);
}

std::vector<ip::address> AddressPolicy::choose(std::vector<ip::address> addresses) const {
  std::string why = "the name has no address";
  std::erase_if(addresses, [&](const ip::address& address) {
    const auto refused = refusal(address);
    if (refused) why = *refused;
    return refused.has_value();
  });
  if (addresses.empty()) throw StreamFailed("will not connect: " + why);
  return addresses;
}

}  // namespace voyages::http::client
