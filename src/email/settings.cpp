#include "email/settings.h"

#include "email/emails.h"
#include "email/mailbox_text.h"
#include "part/setting_kinds.h"

namespace voyages::email {

namespace {

part::Setting mailbox(std::string name, Mailbox EmailOptions::* field, std::string explanation) {
  return {
      .name = std::move(name),
      .form = part::Setting::Form::text,
      .valid = "an address like shop@example.com or Ada's Shop <shop@example.com>, or empty",
      .by_default = "",
      .explanation = std::move(explanation),
      .secret = false,
      .set = part::on<EmailOptions>([field](EmailOptions& options, std::string_view text) {
        const auto parsed = parse_mailbox(text);
        if (!parsed && !text.empty()) return false;
        options.*field = parsed.value_or(Mailbox());
        return true;
      }),
      .show = part::on<EmailOptions>([field](const EmailOptions& options) { return show_mailbox(options.*field); })};
}

}  // namespace

std::vector<part::Setting> settings() {
  using part::number;
  using part::path;
  return {
      mailbox("mail_from", &EmailOptions::from,
              "Who mails come from; empty makes it `product_name` and `noreply@` the host of `public_url`."),
      mailbox("mail_reply_to", &EmailOptions::reply_to, "Where answers to mails go; empty: to `mail_from`."),
      path("templates", &EmailOptions::templates, "the path of a directory, or empty",
           "Mail templates of your own; empty looks in `templates` in the data directory."),
      number("mail_attempts", &EmailOptions::attempts, 12, 1, 30,
             "How often a mail is tried before it has failed; twelve times take about a day."),
      number("mail_caller_limit", &EmailOptions::caller_limit, 10000, 0, 1000000000,
             "How many mails one caller of the API may queue in an hour; 0 is any number."),
      number("mail_recipient_limit", &EmailOptions::recipient_limit, 20, 0, 999,
             "How many mails one address gets in an hour, whoever causes them; 0 is any number."),
  };
}

}  // namespace voyages::email
