#include "auth/oauth/clients/registered_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "auth/oauth/clients/client_uri.h"
#include "auth/oauth/scope.h"

namespace voyages::auth::oauth {

namespace {

namespace json = boost::json;
using Texts = std::vector<std::string>;

constexpr std::size_t max_asked_scope_bytes = 1024;
constexpr std::size_t max_shown_uri_bytes = 200;

OAuthError unusable(std::string description) {
  return {registration_error::invalid_client_metadata, std::move(description)};
}

/// Reads members by their types, and keeps the first fault.
class Reader {
 public:
  explicit Reader(const json::object& object) : object_(object) {}

  std::optional<std::string> text(std::string_view name) {
    const auto* value = object_.if_contains(name);
    if (!value) return std::nullopt;
    if (value->is_string()) return std::string(value->get_string());
    return refuse_type(name);
  }
  std::optional<bool> flag(std::string_view name) {
    const auto* value = object_.if_contains(name);
    if (!value) return std::nullopt;
    if (value->is_bool()) return value->get_bool();
    refuse_type(name);
    return std::nullopt;
  }
  std::optional<Texts> texts(std::string_view name) {
    const auto* value = object_.if_contains(name);
    if (!value) return std::nullopt;
    Texts list;
    if (value->is_array()) {
      for (const auto& element : value->get_array()) {
        if (element.is_string()) list.emplace_back(element.get_string());
      }
    }
    if (!value->is_array() || list.size() != value->get_array().size()) {
      refuse_type(name);
      return std::nullopt;
    }
    return list;
  }
  [[nodiscard]] const std::optional<OAuthError>& fault() const { return fault_; }

 private:
  std::nullopt_t refuse_type(std::string_view name) {
    if (!fault_) fault_ = unusable(fmt::format("{} is of another type.", name));
    return std::nullopt;
  }

  const json::object& object_;
  std::optional<OAuthError> fault_;
};

template <class List>
bool contains(const List& list, std::string_view value) {
  return std::ranges::find(list, value) != std::end(list);
}

// RFC 7591 §2: members that mean nothing here are ignored. `backchannel_logout_uri` is one of them: no address that
// nobody has looked at is called by us.
ClientMetadata read_members(Reader& reader) {
  return {.client_name = reader.text("client_name").value_or("Unnamed client"),
          .client_uri = reader.text("client_uri"),
          .logo_uri = reader.text("logo_uri"),
          .token_endpoint_auth_method = reader.text("token_endpoint_auth_method"),
          .redirect_uris = reader.texts("redirect_uris"),
          .post_logout_redirect_uris = reader.texts("post_logout_redirect_uris"),
          .grant_types = reader.texts("grant_types"),
          .scope = reader.text("scope"),
          .id_token_signed_response_alg = reader.text("id_token_signed_response_alg"),
          .require_pushed_authorization_requests = reader.flag("require_pushed_authorization_requests"),
          .dpop_bound_access_tokens = reader.flag("dpop_bound_access_tokens")};
}

// What we don't have gets its default.
void replace_unknown(ClientMetadata& metadata) {
  const auto& method = metadata.token_endpoint_auth_method;
  if (method && !is_auth_method(*method)) metadata.token_endpoint_auth_method.reset();
  const auto& algorithm = metadata.id_token_signed_response_alg;
  if (algorithm && !signs_id_tokens(*algorithm)) metadata.id_token_signed_response_alg.reset();
  for (auto* uri : {&metadata.client_uri, &metadata.logo_uri}) {
    if (*uri && !is_web_uri(**uri)) uri->reset();
  }
}

// What nobody has looked at gets less: its grants all need a person who allows them, and a browser that goes where the
// page says.
std::optional<OAuthError> reduce_grants(ClientMetadata& metadata, const std::optional<Texts>& response_types) {
  if (response_types && !response_types->empty() && !contains(*response_types, "code")) {
    return unusable("There is the response type code alone.");
  }
  auto& grants = metadata.grant_types;
  if (!grants) return std::nullopt;
  if (!grants->empty() && !contains(*grants, grant_type::authorization_code) &&
      !contains(*grants, grant_type::refresh_token)) {
    return unusable("grant_types: A client that registers itself may use authorization_code and refresh_token.");
  }
  // A refresh token comes by a code alone (RFC 7591 §2.1).
  const bool refreshes = grants->empty() || contains(*grants, grant_type::refresh_token);
  grants = Texts{std::string(grant_type::authorization_code)};
  if (refreshes) grants->emplace_back(grant_type::refresh_token);
  return std::nullopt;
}

// What the operator's own scopes open is not for everybody. Ours are described to people.
std::optional<OAuthError> reduce_scope(std::optional<std::string>& asked) {
  if (!asked) return std::nullopt;
  if (asked->size() > max_asked_scope_bytes) return unusable("scope is too long.");
  auto names = parse_scope(*asked);
  if (!names) return unusable("scope: " + names.error().description);
  std::erase_if(*names, [](const auto& name) { return !contains(scope::all, name); });
  // Alone it opens nothing that could go on while the user is away.
  if (*names == Texts{std::string(scope::offline_access)}) names->emplace(names->begin(), scope::openid);
  asked = join_scope(*names);
  if (asked->empty()) asked.reset();
  return std::nullopt;
}

void keep_allowed(Texts& uris, const RedirectRule& rule) {
  Texts kept;
  for (auto& uri : uris) {
    if (kept.size() < most_uris && rule.allows(uri) && !contains(kept, uri)) kept.push_back(std::move(uri));
  }
  uris = std::move(kept);
}

// RFC 6749 §5.2 has descriptions in ASCII without quotes and backslashes.
std::string shown(std::string_view uri) {
  std::string text(uri.substr(0, max_shown_uri_bytes));
  std::ranges::replace_if(text, [](unsigned char c) { return c < 0x20 || c >= 0x7f || c == '"' || c == '\\'; }, '?');
  return text;
}

std::optional<OAuthError> reduce_uris(ClientMetadata& metadata, const Texts& schemes) {
  const RedirectRule rule{metadata.token_endpoint_auth_method == auth_method::none, schemes};
  if (metadata.post_logout_redirect_uris) keep_allowed(*metadata.post_logout_redirect_uris, rule);
  auto& uris = metadata.redirect_uris;
  if (!uris || uris->empty()) return std::nullopt;
  const auto first = shown(uris->front());
  keep_allowed(*uris, rule);
  if (!uris->empty()) return std::nullopt;
  return OAuthError{registration_error::invalid_redirect_uri,
                    fmt::format("None of redirect_uris is allowed, such as {} : they are https, http on loopback "
                                "alone, or, for a client without a secret (token_endpoint_auth_method none), a scheme "
                                "of its own with a dot or one that the administrator let in; without fragment, user "
                                "or *.",
                                first)};
}

OAuthResult<ClientMetadata> read_metadata(const json::object& said, const Texts& schemes) {
  if (said.contains("software_statement")) {
    return refuse(registration_error::unapproved_software_statement, "Software statements are not taken here.");
  }
  Reader reader(said);
  auto metadata = read_members(reader);
  const auto response_types = reader.texts("response_types");
  if (reader.fault()) return std::unexpected(*reader.fault());
  replace_unknown(metadata);
  if (auto fault = reduce_grants(metadata, response_types)) return std::unexpected(std::move(*fault));
  if (auto fault = reduce_scope(metadata.scope)) return std::unexpected(std::move(*fault));
  if (auto fault = reduce_uris(metadata, schemes)) return std::unexpected(std::move(*fault));
  return metadata;
}

}  // namespace

OAuthResult<NewClient> new_registered_client(const json::object& said, const Texts& schemes, Time now) {
  const auto metadata = read_metadata(said, schemes);
  if (!metadata) return std::unexpected(metadata.error());
  auto made = new_client(*metadata, now, schemes);
  if (!made) {
    const auto& fault = made.error().fields.front();
    const bool is_redirect = fault.field.starts_with("redirect_uris");
    return refuse(is_redirect ? registration_error::invalid_redirect_uri : registration_error::invalid_client_metadata,
                  fmt::format("{}: {}", fault.field, fault.message));
  }
  made->client.registered_by_itself = true;
  return std::move(*made);
}

}  // namespace voyages::auth::oauth
