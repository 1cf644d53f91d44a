#include "auth/mail_link.h"

#include <algorithm>

#include "auth/stored_token.h"
#include "auth/table_keys.h"
#include "auth/user.h"
#include "crypto/token.h"

namespace voyages::auth {

namespace {

// As many as the limits of mails let through while a reset link lasts: strangers cannot push an owner's link out.
constexpr std::size_t max_open_links = 20;

struct Form {
  std::string_view sort_key;
  std::string_view page;
};

Form form_of(MailLinkKind kind) {
  switch (kind) {
    case MailLinkKind::verify_email:
      return {table_keys::verify, "/verify-email"};
    case MailLinkKind::reset:
      return {table_keys::reset, "/reset-password"};
    case MailLinkKind::invite:
      return {table_keys::invite, "/register"};
  }
  return {};
}

std::chrono::seconds lifetime(const AuthOptions& options, MailLinkKind kind) {
  switch (kind) {
    case MailLinkKind::verify_email:
      return options.verify_token_ttl;
    case MailLinkKind::reset:
      return options.reset_token_ttl;
    case MailLinkKind::invite:
      return options.invite_token_ttl;
  }
  return {};
}

}  // namespace

store::Key mail_link_key(MailLinkKind kind, std::string_view token_id) {
  return {store::key_part(table_keys::token, token_id), std::string(form_of(kind).sort_key)};
}

NewMailLink new_mail_link(const Auth& auth, MailLinkKind kind, std::string_view user_id, std::string_view email,
                          Time now) {
  const auto token = crypto::new_token(now);
  const auto url =
      auth.options.public_url + std::string(form_of(kind).page) + "#token=" + std::string(token.text.expose());
  return {token.id, url,
          store::Put{{mail_link_key(kind, token.id),
                      {{"user_id", std::string(user_id)},
                       {"email", std::string(email)},
                       {"secret_hash", store::Bytes{token.secret_hash}},
                       {"created_at", to_ms(now)}},
                      std::nullopt,
                      now + lifetime(auth.options, kind)}}};
}

std::vector<std::string> link_ids(std::string_view ids) {
  std::vector<std::string> list;
  while (!ids.empty()) {
    const auto end = std::min(ids.find(' '), ids.size());
    list.emplace_back(ids.substr(0, end));
    ids.remove_prefix(std::min(end + 1, ids.size()));
  }
  return list;
}

bool is_open_link(std::string_view ids, std::string_view token_id) {
  const auto list = link_ids(ids);
  return std::ranges::find(list, token_id) != list.end();
}

std::string add_open_link(MailLinkKind kind, const NewMailLink& link, std::string_view ids,
                          std::vector<store::Write>& writes) {
  auto list = link_ids(ids);
  if (list.size() == max_open_links) {
    writes.emplace_back(store::Delete{mail_link_key(kind, list.front())});
    list.erase(list.begin());
  }
  writes.emplace_back(link.put);
  std::string joined;
  for (const auto& id : list) joined += id + ' ';
  return joined + link.token_id;
}

void drop_mail_links(MailLinkKind kind, std::string_view ids, std::vector<store::Write>& writes,
                     std::string_view except) {
  for (const auto& id : link_ids(ids)) {
    if (id != except) writes.emplace_back(store::Delete{mail_link_key(kind, id)});
  }
}

void drop_mail_links(const User& user, std::vector<store::Write>& writes, std::string_view except) {
  drop_mail_links(MailLinkKind::reset, user.reset_token_ids, writes, except);
  drop_mail_links(MailLinkKind::verify_email, user.verify_token_ids, writes, except);
}

store::Write OpenedMailLink::use() const { return store::Delete{item.key, {store::item_exists()}}; }

std::optional<OpenedMailLink> open_mail_link(store::Table& table, std::string_view text, MailLinkKind kind) {
  auto item = find_stored_token(table, text, form_of(kind).sort_key);
  if (!item) return std::nullopt;
  std::string token_id(token_id_of(*item));
  return OpenedMailLink{std::move(token_id), std::move(*item)};
}

}  // namespace voyages::auth
