#pragma once

#include <boost/json.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/seal.h"
#include "store/table.h"

namespace voyages::auth::federation {

/// What a provider speaks.
enum class Kind {
  openid,  // OpenID Connect, found by discovery
  github,  // OAuth 2.0 and GitHub's API
};

std::string_view to_string(Kind kind);

/// A provider's kind, as it is written.
class KindName {
 public:
  static std::expected<KindName, ErrorCode> parse(std::string_view text);
  static void describe(boost::json::object& schema);
  [[nodiscard]] std::string_view text() const { return to_string(kind_); }
  [[nodiscard]] Kind kind() const { return kind_; }

 private:
  explicit KindName(Kind kind) : kind_(kind) {}
  Kind kind_;
};

/// What an operator calls a provider: it stands in the redirect URI, so 1 to 40 lower-case letters, digits and `-`.
class ProviderId {
 public:
  static std::expected<ProviderId, ErrorCode> parse(std::string_view text);
  static void describe(boost::json::object& schema);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  explicit ProviderId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// The address that an OpenID provider names itself by (OpenID Connect Core §2), or GitHub's: `https:`, or `http:` on
/// this machine; without query or fragment.
class Issuer {
 public:
  static std::expected<Issuer, ErrorCode> parse(std::string_view text);
  static void describe(boost::json::object& schema);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  explicit Issuer(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// Somebody else who signs our users in. In the table as `PROVIDER#<id>`/`PROVIDER`, its secret under the master key.
struct Provider {
  std::string id;
  Kind kind = Kind::openid;
  std::string name;
  std::string issuer;
  std::string client_id;
  std::string sealed_secret{};
  Time created_at{};
};

/// Where the provider sends people back to. Each has an address of its own, so that an answer cannot be taken for
/// another's (RFC 9700 §4.4.2.2).
std::string redirect_uri(std::string_view public_url, const Provider& provider);

/// False when there is one with this id.
bool add_provider(store::Table& table, const crypto::MasterKey& master_key, Provider provider, const Secret& secret);
std::optional<Provider> find_provider(store::Table& table, std::string_view id);
/// All of them, in the order of their ids.
std::vector<Provider> list_providers(store::Table& table);
/// False when there was none. Who signed in by it keeps the account, and the identity should the provider come back.
bool delete_provider(store::Table& table, std::string_view id);

/// The client secret. Throws std::runtime_error when the master key does not open it.
Secret open_secret(const crypto::MasterKey& master_key, const Provider& provider);

/// What `google` and `github` stand for, so that nobody has to look it up; nothing for any other id.
struct Preset {
  std::string_view name;
  Kind kind;
  std::string_view issuer;
};
std::optional<Preset> find_preset(std::string_view id);

}  // namespace voyages::auth::federation
