#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "auth/oauth/authorize/authorization_request.h"
#include "auth/oauth/authorize/authorization_response.h"
#include "auth/oauth/authorize/claims_request.h"
#include "auth/oauth/authorize/stored_request.h"
#include "auth/oauth/clients/redirect_uri.h"
#include "auth/oauth/scope.h"
#include "http/router.h"

// Whatever the parameters of an authorization request are, an answer goes to an address of the client's alone, in one
// line, and brings back the state that came; and a request is the same after it has been stored.

namespace {

namespace oauth = voyages::auth::oauth;

void require(bool holds) {
  if (!holds) std::abort();
}

const oauth::Client& client() {
  static const oauth::Client made{
      .client_id = "019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071",
      .client_name = "Fuzzed",
      .redirect_uris = {"https://site.example/a?x=1", "http://127.0.0.1:1/cb", "app.example:/cb"},
      .scopes = {"openid", "email"}};
  return made;
}

bool is_clients(std::string_view uri) {
  const auto& uris = client().redirect_uris;
  if (std::ranges::find(uris, uri) != uris.end()) return true;
  if (!uri.starts_with("http://127.0.0.1") || !uri.ends_with("/cb")) return false;
  auto port = uri.substr(16, uri.size() - 19);
  if (port.empty()) return true;
  return port.front() == ':' && port.size() > 1 && port.size() < 7 &&
         std::ranges::all_of(port.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

void check_answer(const oauth::ReturnAddress& address) {
  require(is_clients(address.redirect_uri));
  require(address.state.size() <= 1024);
  const auto uri = oauth::answer_uri(address.redirect_uri, {{"code", "c"}, {"state", address.state}});
  const std::string_view location(uri);
  require(location.starts_with(address.redirect_uri));
  require(std::ranges::all_of(location, [](char c) { return c > 0x20 && c < 0x7f; }));
  const auto pairs = voyages::http::parse_query(location.substr(location.find('?') + 1));
  require(pairs.has_value());
  for (const auto& [name, value] : *pairs) require(name != "state" || value == address.state);
}

void check_stored(const oauth::Form& form) {
  const voyages::Time now{};
  const auto stored = oauth::new_stored_request(client().client_id, form, "openid", now, now);
  const auto token = oauth::read_request_uri(stored.request_uri);
  require(token.has_value());
  const auto read = oauth::to_stored_request(*token, stored.put.item, client().client_id);
  require(read && read->asked_at == now && read->scope == "openid");
  for (const auto* name : {"redirect_uri", "scope", "state", "claims", "prompt", "code_challenge", "id_token_hint"}) {
    require(read->form.find(name) == form.find(name));
  }
  require(read->form.all("resource") == form.all("resource"));
  require(!read->form.find("client_secret") && !read->form.find("request_uri"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto form = oauth::Form::parse(input);
  if (!form) return 0;
  if (const auto address = oauth::return_address(client(), *form)) check_answer(*address);
  if (const auto claims = oauth::parse_claims(form->get("claims"))) {
    for (const auto& name : claims->id_token) require(!oauth::scope_of_claim(name).empty());
  }
  if (const auto scope = oauth::scope_for(client(), form->get("scope")))
    require(oauth::is_within(*scope, "openid email"));
  (void)oauth::resources_for(client(), form->all("resource"));
  (void)oauth::read_request_uri(form->get("request_uri"));
  // Longer ones are refused before they are stored.
  if (oauth::form_encode(form->pairs()).size() <= 8192) check_stored(*form);
  return 0;
}
