#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/permissions.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "http/context.h"
#include "store/table.h"

namespace voyages::auth {

/// How short and how long a service token can be made to live; without an end it lives until it is revoked.
inline constexpr std::chrono::seconds min_service_token_ttl = std::chrono::minutes(1);
inline constexpr std::chrono::seconds max_service_token_ttl = std::chrono::days(3650);

/// What a person calls a service: 1 to 100 characters that people can see.
class ServiceName {
 public:
  static std::expected<ServiceName, ErrorCode> parse(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  explicit ServiceName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// What a service may do: the name of a permission.
class Scope {
 public:
  /// The error lists the permissions that there are.
  static Result<Scope> parse(std::string_view text, const Permissions& permissions);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  explicit Scope(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// A caller that is a program. In the table as `TOKEN#<id>`/`SERVICE`, with the SHA-256 of its secret.
struct ServiceToken {
  std::string id;
  std::string name;
  std::vector<std::string> scopes{};
  Time created_at{};
  std::optional<Time> ends_at{};  // a whole second
};

/// A token just made; its text is nowhere else.
struct NewServiceToken {
  ServiceToken token;
  Secret text;
};

/// Makes a token. A scope named twice counts once; `ttl` lies between the two limits above.
NewServiceToken add_service_token(store::Table& table, const ServiceName& name, const std::vector<Scope>& scopes,
                                  std::optional<std::chrono::seconds> ttl, Time now);

/// All tokens, oldest first; those that ended are listed for 30 days more.
std::vector<ServiceToken> list_service_tokens(store::Table& table);

/// Revokes the token: it is refused from now on. Returns false if there is no such token.
bool revoke_service_token(store::Table& table, std::string_view id);

/// The service that a presented token names: `user_id` is `service:<id>`, and `scope` names what it may do.
Result<std::shared_ptr<const http::Principal>> check_service_token(store::Table& table, std::string_view text,
                                                                   Time now);

}  // namespace voyages::auth
