#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "auth/oauth/clients/client_metadata.h"
#include "auth/oauth/clients/client_uri.h"
#include "auth/oauth/clients/redirect_uri.h"

// What a client says of itself, each line another member, is taken or refused and never throws. What was taken says
// nothing that a browser or a page must not follow, and comes back from the table as it went in.

namespace voyages::auth::oauth {

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string next_line(std::string_view& rest) {
  const auto end = std::min(rest.find('\n'), rest.size());
  const std::string line(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

// Read by eye, not by the parser whose answer is checked.
bool can_be_followed(std::string_view uri, bool is_public) {
  if (std::ranges::any_of(uri, [](unsigned char c) { return c <= ' ' || c >= 0x7f; })) return false;
  if (uri.find_first_of("#*\\<>\"") != std::string_view::npos) return false;
  if (uri.starts_with("https://")) return uri.substr(8, uri.find_first_of("/?", 8) - 8).find('@') == std::string::npos;
  if (uri.starts_with("http://")) {
    const auto authority = uri.substr(7, uri.find_first_of("/?", 7) - 7);
    const auto host = authority.substr(0, authority.find(authority.starts_with('[') ? ']' : ':'));
    return host == "localhost" ||
           (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos) ||
           (host.starts_with('[') && host.ends_with('1') && host.find_first_not_of("[:01") == std::string_view::npos);
  }
  return is_public && uri.substr(0, uri.find(':')).find('.') != std::string_view::npos;
}

void check(std::string_view text) {
  const bool is_public = !text.empty() && (text.front() & 1) != 0;
  const ClientMetadata metadata{.client_name = next_line(text),
                                .client_uri = next_line(text),
                                .token_endpoint_auth_method = is_public ? "none" : "client_secret_basic",
                                .redirect_uris = std::vector{next_line(text), next_line(text)},
                                .post_logout_redirect_uris = std::vector{next_line(text)},
                                .backchannel_logout_uri = next_line(text),
                                .scope = next_line(text),
                                .resources = std::vector{next_line(text)}};
  const auto made = new_client(metadata, Time{});
  if (!made) return;
  const auto& client = made->client;
  require(!client.client_name.empty());
  for (const auto& uri : client.redirect_uris) {
    require(can_be_followed(uri, is_public));
    require(is_registered(uri, client.redirect_uris));
  }
  for (const auto& uri : client.post_logout_redirect_uris) require(can_be_followed(uri, is_public));
  for (const auto& uri : {client.client_uri, client.backchannel_logout_uri}) {
    require(uri.empty() || can_be_followed(uri, false));
  }
  const auto item = to_item(client);
  require(to_item(to_client(item)).attributes == item.attributes);
}

}  // namespace

}  // namespace voyages::auth::oauth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  voyages::auth::oauth::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
