#pragma once

#include <openssl/ssl.h>

#include <span>
#include <string>
#include <string_view>

#include "http/client/client.h"

namespace voyages::http::client {

/// Adds the certificates that `trust` stands for to the context, and says in words where they came from. Throws
/// `StreamFailed` with a sentence for the operator when there are none.
std::string load_trust(SSL_CTX& context, Trust trust);

/// Amazon Trust Services' root certificates (https://www.amazontrust.com/repository/), each as PEM. The file that holds
/// them is made from Debian's ca-certificates by cmake/amazon_roots.cmake.
std::span<const std::string_view> amazon_roots();

}  // namespace voyages::http::client
