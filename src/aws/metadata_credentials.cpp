#include "aws/metadata_credentials.h"

#include "base/json_members.h"
#include "base/strict_json.h"

namespace voyages::aws {

std::optional<Credentials> parse_metadata_credentials(std::string_view json) {
  const auto value = parse_strict_json(json);
  if (!value || !value->is_object()) return std::nullopt;
  const auto& object = value->get_object();
  Credentials credentials{std::string(text_or_empty(object, "AccessKeyId")),
                          Secret(text_or_empty(object, "SecretAccessKey")), Secret(text_or_empty(object, "Token")),
                          parse_rfc3339(text_or_empty(object, "Expiration"))};
  const bool complete =
      !credentials.access_key_id.empty() && !credentials.secret_access_key.empty() && credentials.expires_at;
  if (!complete) return std::nullopt;
  return credentials;
}

}  // namespace voyages::aws
