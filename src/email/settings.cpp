#include "email/settings.h"

#include "email/emails.h"
#include "email/mailbox_text.h"
#include "email/outlet_options.h"
#include "email/smtp_options.h"
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

part::Setting smtp_url() {
  return {.name = "smtp_url",
          .form = part::Setting::Form::text,
          .valid = "like smtp://user:password@mail.example.com:587 or smtps://…, or empty",
          .by_default = "",
          .explanation =
              "The server that takes mail: `smtp://` with STARTTLS, `smtps://` with TLS from the start. Empty captures "
              "mail, to be read at /mail.",
          .secret = true,
          .set = part::on<OutletOptions>([](OutletOptions& options, std::string_view text) {
            if (!text.empty() && !parse_smtp_url(text)) return false;
            options.smtp_url = Secret(text);
            return true;
          }),
          .show = part::on<OutletOptions>(
              [](const OutletOptions& options) { return std::string(options.smtp_url.empty() ? "" : "********"); })};
}

bool is_configuration_set(std::string_view text) {
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  return text.size() <= 64 && text.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

std::vector<part::Setting> settings() {
  using Way = OutletOptions::Way;
  using part::number;
  using part::path;
  return {
      part::choice<Way>("mail_transport", &OutletOptions::way, "smtp", {{"smtp", Way::smtp}, {"ses", Way::ses}},
                        "How mail leaves: by the server of `smtp_url`, or by Amazon SES."),
      smtp_url(),
      part::text("ses_configuration_set", &OutletOptions::ses_configuration_set, "",
                 "the name of a configuration set, or empty",
                 "The configuration set of SES that reports bounces and complaints.", is_configuration_set),
      mailbox("mail_from", &EmailOptions::from,
              "Who mails come from; empty makes it `product_name` and `noreply@` the host of `public_url` (of "
              "`localhost` if "
              "that is an IP address)."),
      mailbox("mail_reply_to", &EmailOptions::reply_to, "Where answers to mails go; empty: to `mail_from`."),
      path("templates", &EmailOptions::templates, "the path of a directory, or empty",
           "Mail templates of your own; empty looks in `templates` in the data directory."),
      number("mail_attempts", &EmailOptions::attempts, 12, 1, 30,
             "How often a mail is tried before it has failed; twelve times take about a day."),
      number("mail_caller_limit", &EmailOptions::caller_limit, 10000, 0, 1000000000,
             "How many mails one caller of the API may queue in an hour; 0 is any number."),
      number("mail_recipient_limit", &EmailOptions::recipient_limit, 20, 0, 999,
             "How many mails the API may queue to one address in an hour, and how many strangers may cause; 0 is any "
             "number."),
  };
}

}  // namespace voyages::email
