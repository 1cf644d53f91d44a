#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth.h"
#include "auth/federation/profile.h"
#include "auth/federation/provider.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/context.h"
#include "http/types.h"
#include "store/table.h"

namespace voyages::auth::federation {

/// Somebody's identity at a provider: `<provider id>.<hash>`. The hash is of the issuer and its subject, so that a
/// provider added anew under the same id, at another issuer, knows nobody of the old one.
class IdentityId {
 public:
  static std::expected<IdentityId, ErrorCode> parse(std::string_view text);
  static IdentityId of(const Provider& provider, std::string_view subject);
  static void describe(boost::json::object& schema);
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string provider_id() const { return text_.substr(0, text_.find('.')); }
  /// `IDENTITY#<provider>#<hash>`/`USER`: whose it is.
  [[nodiscard]] store::Key key() const;
  /// `USER#<id>`/`IDENTITY#<provider>#<hash>`: for the account's list.
  [[nodiscard]] store::Key listed_key(std::string_view user_id) const;
  /// `USER#<id>`/`UNLINKED#<provider>#<hash>`: the account's owner has unlinked it, so nothing but they link it again.
  [[nodiscard]] store::Key unlinked_key(std::string_view user_id) const;
  /// Whether the item of an account's partition is one of that list.
  static bool is_listed(const store::Item& item);
  /// Of such an item.
  static IdentityId of_listed(const store::Item& item);

 private:
  explicit IdentityId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// The writes that make the identity the user's: its own first, refused when somebody else's is there by now.
/// `stale_owner`: an account that is gone, whose it still says it is; empty when nobody has it.
std::vector<store::Write> link_identity(const IdentityId& id, std::string_view user_id, std::string_view stale_owner,
                                        const Profile& profile, Time now);

/// One row of `GET /auth/identities`.
struct IdentityView {
  std::string id;
  std::string provider_id;
  std::string provider_name;
  std::optional<std::string> email;
  std::optional<std::string> name;
  Time linked_at;

  static constexpr http::FieldDoc docs[] = {
      {"id", "For DELETE.", R"("google.9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")"},
      {"provider_id", "", R"("google")"},
      {"provider_name", "", R"("Google")"},
      {"email", "The address there when it was linked.", R"("ada@example.com")"},
      {"name", "", R"("Ada Lovelace")"},
  };
};
BOOST_DESCRIBE_STRUCT(IdentityView, (), (id, provider_id, provider_name, email, name, linked_at))

/// All of a user's.
std::vector<IdentityView> identities_of(Auth& auth, std::string_view user_id);

/// What is stored of them: both halves of each.
std::vector<store::Key> identity_keys(store::Table& table, std::string_view user_id);

struct IdentityList {
  std::vector<IdentityView> items;
};
BOOST_DESCRIBE_STRUCT(IdentityList, (), (items))

/// `GET /auth/identities`.
Result<IdentityList> list_identities(Auth& auth, const http::Nothing& input, http::Context& context);

struct IdentityInput {
  IdentityId id;
};
BOOST_DESCRIBE_STRUCT(IdentityInput, (), (id))

/// `DELETE /auth/identities/{id}`: unless the account could not be signed in to any more.
Result<void> delete_identity(Auth& auth, const IdentityInput& input, http::Context& context);

}  // namespace voyages::auth::federation
