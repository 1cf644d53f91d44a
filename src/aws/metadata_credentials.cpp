#include "aws/metadata_credentials.h"

#include "base/strict_json.h"

namespace voyages::aws {

namespace {

std::string_view text_of(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

}  // namespace

std::optional<Credentials> parse_metadata_credentials(std::string_view json) {
  const auto value = parse_strict_json(json);
  if (!value || !value->is_object()) return std::nullopt;
  const auto& object = value->get_object();
  Credentials credentials{std::string(text_of(object, "AccessKeyId")), Secret(text_of(object, "SecretAccessKey")),
                          Secret(text_of(object, "Token")), parse_rfc3339(text_of(object, "Expiration"))};
  const bool complete =
      !credentials.access_key_id.empty() && !credentials.secret_access_key.empty() && credentials.expires_at;
  if (!complete) return std::nullopt;
  return credentials;
}

}  // namespace voyages::aws
