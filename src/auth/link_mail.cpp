#include "auth/link_mail.h"

#include <algorithm>

#include "auth/mail_limit.h"
#include "auth/throttle.h"

namespace voyages::auth {

namespace {

struct Errand {
  std::string_view email;
  std::string_view network;
};

// Older versions queued the address alone. Neither part holds a space.
Errand read_errand(std::string_view body) {
  const auto space = body.find(' ');
  if (space == std::string_view::npos) return {body, "unknown"};
  return {body.substr(0, space), body.substr(space + 1)};
}

// False when the account or a limit was changed at this very moment.
bool send_to(Auth& auth, const LinkMail& mail, const User& user, MailAllowance allowance, Time now) {
  const auto link = new_mail_link(auth, mail.link, user.id, user.email, now);
  const auto recorded = auth.outbox.record({.to = user.email,
                                            .template_name = std::string(mail.template_name),
                                            .params = {{"url", link.url}},
                                            .limited = allowance.from_stranger},
                                           now);
  auto writes = std::move(allowance.writes);
  const auto ids = add_open_link(mail.link, link, user.*mail.open_links, writes);
  writes.emplace_back(change_user(user.id, {{std::string(mail.attribute), ids}}, unchanged(user)));
  recorded.append_to(writes);
  if (!auth.table.write(writes)) return false;
  auth.outbox.dispatch(recorded, now);
  return true;
}

}  // namespace

std::string link_mail_errand(const Email& email, const http::Context& context) {
  return email.text() + ' ' + client_network(context.client_ip);
}

void send_link_mail(Auth& auth, const LinkMail& mail, std::string_view errand, Time now) {
  const auto [address, network] = read_errand(errand);
  const auto email = Email::parse(address);
  if (!email) return;
  constexpr int most_rounds = 8;
  for (int round = 0; round < most_rounds; ++round) {
    const auto user = find_user_by_email(auth.table, *email);
    if (!user || !mail.is_for(*user)) return;
    auto allowance = allow_mail(
        auth.table, {.kind = mail.kind, .email = email->text(), .network = network, .owner_id = user->id}, now);
    if (!allowance || send_to(auth, mail, *user, std::move(*allowance), now)) return;
  }
}

}  // namespace voyages::auth
