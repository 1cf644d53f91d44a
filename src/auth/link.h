#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/auth.h"
#include "store/table.h"

namespace voyages::auth {

/// What a link in a mail lets its holder do, once.
enum class LinkKind { verify, reset, invite };

/// A link about to be mailed.
struct NewLink {
  std::string token_id;
  std::string url;  // holds the secret, after the `#`, so that no server logs it
  store::Put put;
};

/// Makes a link for a user and an address. An invitation has no user yet: `user_id` is empty.
NewLink new_link(const Auth& auth, LinkKind kind, std::string_view user_id, std::string_view email, Time now);

/// A link that somebody opened, and that holds.
struct OpenedLink {
  std::string token_id;
  store::Item item;
  /// The write that uses it up; refused when somebody else was faster.
  [[nodiscard]] store::Write use() const;
};

/// The write that makes an account's link of this id, if it has one, worthless.
std::optional<store::Write> drop_link(LinkKind kind, std::string_view token_id);

std::optional<OpenedLink> open_link(store::Table& table, std::string_view token, LinkKind kind);

store::Key link_key(LinkKind kind, std::string_view token_id);

}  // namespace voyages::auth
