#pragma once

#include <string>
#include <string_view>

#include "http/address_ranges.h"
#include "http/message.h"

namespace voyages::http {

/// The proxies whose `X-Forwarded-*` we believe.
using TrustedProxies = AddressRanges;

/// One spelling per address: an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) as IPv4, IPv6 compressed and in small
/// letters. What is no address stays what it is.
std::string canonical_ip(std::string_view ip);

/// Who really calls, in one spelling: the peer, or, when the peer is a trusted proxy, the last address in
/// `X-Forwarded-For` that is not one.
std::string client_ip(const Request& request, const TrustedProxies& proxies);

/// Whether the caller's own connection is encrypted: ours, or a trusted proxy's by `X-Forwarded-Proto`.
bool is_secure(const Request& request, const TrustedProxies& proxies);

}  // namespace voyages::http
