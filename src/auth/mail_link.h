#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth.h"
#include "store/table.h"

namespace voyages::auth {

struct User;

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

/// The links of one kind that an account has open: their ids, the newest last, with spaces between, as its item keeps
/// them. Several work at once, since anybody can ask for another; once one was used, none does.
std::vector<std::string> link_ids(std::string_view ids);
bool is_open_link(std::string_view ids, std::string_view token_id);
/// Appends the writes that add a link to those that are open; returns them all. Of very many the oldest goes.
std::string add_open_link(MailLinkKind kind, const NewMailLink& link, std::string_view ids,
                          std::vector<store::Write>& writes);
/// Appends the writes that make open links worthless, but for the one that has a write of its own.
void drop_mail_links(MailLinkKind kind, std::string_view ids, std::vector<store::Write>& writes,
                     std::string_view except = {});
/// The same for all links of an account, of both kinds.
void drop_mail_links(const User& user, std::vector<store::Write>& writes, std::string_view except = {});

/// Finds the link of a presented token. Returns nullopt if the token is malformed, unknown, expired or used.
std::optional<OpenedMailLink> open_mail_link(store::Table& table, std::string_view token, MailLinkKind kind);

store::Key mail_link_key(MailLinkKind kind, std::string_view token_id);

}  // namespace voyages::auth
