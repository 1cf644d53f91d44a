#include "auth/federation/metadata.h"

#include <algorithm>

#include "base/json_members.h"

namespace voyages::auth::federation {

namespace {

// Whether a list has the text; `if_absent` when there is no such list.
bool lists(const boost::json::object& document, std::string_view name, std::string_view text, bool if_absent) {
  const auto* value = document.if_contains(name);
  if (!value) return if_absent;
  const auto* list = value->if_array();
  return list && std::ranges::any_of(*list, [&](const auto& element) { return is_text(element, text); });
}

// §3: `client_secret_basic` when it does not say.
std::optional<ClientAuthentication> choose_authentication(const boost::json::object& document) {
  constexpr std::string_view methods = "token_endpoint_auth_methods_supported";
  if (lists(document, methods, "client_secret_basic", true)) return ClientAuthentication::basic;
  if (lists(document, methods, "client_secret_post", false)) return ClientAuthentication::post;
  return std::nullopt;
}

}  // namespace

std::optional<Endpoint> metadata_endpoint(std::string_view issuer) {
  // §4: a slash at the end is taken off before the path is added.
  if (issuer.ends_with('/')) issuer.remove_suffix(1);
  return Endpoint::parse(std::string(issuer) + "/.well-known/openid-configuration", Plaintext::on_loopback);
}

std::expected<Metadata, std::string> read_metadata(const boost::json::value& document, std::string_view issuer) {
  const auto* object = document.if_object();
  if (!object) return std::unexpected("its metadata is no object");
  // §4.3: exactly the issuer that was asked, or somebody passes for somebody else.
  if (text_in(*object, "issuer") != issuer) return std::unexpected("its metadata names another issuer");
  const auto own = Endpoint::parse(issuer, Plaintext::on_loopback);
  if (!own) return std::unexpected("the issuer is no address");

  const auto plaintext = plaintext_for(*own);
  const auto endpoint = [&](std::string_view name) { return Endpoint::parse(text_or_empty(*object, name), plaintext); };
  auto authorization = endpoint("authorization_endpoint");
  auto token = endpoint("token_endpoint");
  auto jwks = endpoint("jwks_uri");
  if (!authorization || !token || !jwks) {
    return std::unexpected("its metadata lacks authorization_endpoint, token_endpoint or jwks_uri as an https address");
  }
  auto userinfo = endpoint("userinfo_endpoint");
  if (!userinfo && object->contains("userinfo_endpoint")) {
    return std::unexpected("its userinfo_endpoint is no https address");
  }
  const auto authentication = choose_authentication(*object);
  if (!authentication) return std::unexpected("it takes neither client_secret_basic nor client_secret_post");
  const auto* names_itself = object->if_contains("authorization_response_iss_parameter_supported");
  return Metadata{.issuer = std::string(issuer),
                  .authorization_endpoint = std::move(*authorization),
                  .token_endpoint = std::move(*token),
                  .jwks_uri = std::move(*jwks),
                  .userinfo_endpoint = std::move(userinfo),
                  .authentication = *authentication,
                  .names_itself = names_itself && *names_itself == true};
}

}  // namespace voyages::auth::federation
