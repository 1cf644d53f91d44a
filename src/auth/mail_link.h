#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/auth.h"
#include "store/table.h"

namespace voyages::auth {

/// What a link in a mail lets its holder do, once.
enum class MailLinkKind { verify_email, reset, invite };

/// A link about to be mailed. (To link, by itself, is what an identity at a provider does with an account.)
struct NewMailLink {
  std::string token_id;
  std::string url;  // holds the secret, after the `#`, so that no server logs it
  store::Put put;
};

/// Makes a link for a user and an address. An invitation has no user yet: `user_id` is empty.
NewMailLink new_mail_link(const Auth& auth, MailLinkKind kind, std::string_view user_id, std::string_view email,
                          Time now);

/// A valid link that somebody opened.
struct OpenedMailLink {
  std::string token_id;
  store::Item item;
  /// The write that uses it up; refused when somebody else was faster.
  [[nodiscard]] store::Write use() const;
};

/// The write that makes an account's link of this id, if it has one, worthless.
std::optional<store::Write> drop_mail_link(MailLinkKind kind, std::string_view token_id);

/// Finds the link of a presented token. Returns nullopt if the token is malformed, unknown, expired or used.
std::optional<OpenedMailLink> open_mail_link(store::Table& table, std::string_view token, MailLinkKind kind);

store::Key mail_link_key(MailLinkKind kind, std::string_view token_id);

}  // namespace voyages::auth
