#pragma once

#include <string>
#include <string_view>

namespace voyages::email {

/// What we call ourselves in EHLO (RFC 5321 §4.1.4): the first of `wished`, which must be a full name such as
/// `id.example.com`, and `machine` that names a host; else our side of the connection as an address literal.
std::string choose_hello_name(std::string_view wished, std::string_view machine, std::string_view local_address);

/// What this machine calls itself; empty when it does not say.
std::string machine_name();

}  // namespace voyages::email
