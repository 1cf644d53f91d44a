#include "app/settings.h"

#include <fmt/format.h>

#include "app/setting_kinds.h"
#include "app/values.h"
#include "base/encoding.h"
#include "email/smtp_options.h"
#include "http/forwarded.h"
#include "http/types.h"

namespace voyages::app {

namespace {

using std::chrono::seconds;
using namespace std::chrono_literals;

constexpr seconds ten_years = 24h * 3650;

Setting listen() {
  return {
      .name = "listen",
      .form = Setting::Form::text,
      .valid = "HOST:PORT, [IPV6]:PORT or :PORT",
      .by_default = "localhost:8080",
      .explanation = "The address that serves people; `:PORT` is every address of the machine, port 0 any free one.",
      .secret = false,
      .set =
          [](Config& config, std::string_view text) {
            auto address = parse_listen_address(text);
            if (!address) return false;
            config.listen = std::move(*address);
            return true;
          },
      .show = [](const Config& config) { return show_listen_address(config.listen); }};
}

Setting metrics_listen() {
  return {.name = "metrics_listen",
          .form = Setting::Form::text,
          .valid = "HOST:PORT, [IPV6]:PORT, :PORT, or empty",
          .by_default = "localhost:9090",
          .explanation = "The address that serves `/metrics` to Prometheus, apart from people; empty for none.",
          .secret = false,
          .set =
              [](Config& config, std::string_view text) {
                auto address = parse_listen_address(text);
                if (!address && !text.empty()) return false;
                config.metrics_listen = std::move(address);
                return true;
              },
          .show =
              [](const Config& config) {
                return config.metrics_listen ? show_listen_address(*config.metrics_listen) : std::string();
              }};
}

Setting data() {
  return {.name = "data",
          .form = Setting::Form::text,
          .valid = "the path of a directory",
          .by_default = "./data",
          .explanation = "The directory that holds everything we keep; made when it is not there.",
          .secret = false,
          .set =
              [](Config& config, std::string_view text) {
                if (text.empty() || text.find('\0') != std::string_view::npos) return false;
                config.data = text;
                return true;
              },
          .show = [](const Config& config) { return config.data.string(); }};
}

Setting public_url() {
  return {.name = "public_url",
          .form = Setting::Form::text,
          .valid = "an http:// or https:// address without path and query, or empty",
          .by_default = "",
          .explanation =
              "The address that people type, for links in mails and the issuer of tokens; empty makes it "
              "`http://` and what `listen` says.",
          .secret = false,
          .set =
              [](Config& config, std::string_view text) {
                auto origin = parse_origin(text);
                if (!origin && !text.empty()) return false;
                config.public_url = origin ? std::move(*origin) : std::string();
                return true;
              },
          .show = [](const Config& config) { return config.public_url; }};
}

Setting max_body() {
  constexpr std::uint64_t least = 1U << 10;
  constexpr std::uint64_t most = 1U << 30;
  return {.name = "max_body",
          .form = Setting::Form::text,
          .valid = fmt::format("a size from {} to {}, like 65536, 64KiB or 1MiB", show_size(least), show_size(most)),
          .by_default = "1MiB",
          .explanation = "The largest request body that is read; longer ones are answered 413.",
          .secret = false,
          .set =
              [](Config& config, std::string_view text) {
                const auto size = parse_size(text);
                if (!size || *size < least || *size > most) return false;
                config.max_body_bytes = *size;
                return true;
              },
          .show = [](const Config& config) { return show_size(config.max_body_bytes); }};
}

Setting master_key() {
  return {.name = "master_key",
          .form = Setting::Form::text,
          .valid = "43 characters of base64url, or empty",
          .by_default = "",
          .explanation =
              "The key under which signing keys and providers' secrets rest encrypted; empty uses "
              "`master.key` in the data directory, made at the first start.",
          .secret = true,
          .set =
              [](Config& config, std::string_view text) {
                // 32 bytes of base64url without padding; a last character with stray bits shows when it is parsed.
                constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
                if (!text.empty() && (text.size() != 43 || text.find_first_not_of(allowed) != std::string_view::npos))
                  return false;
                config.master_key = Secret(text);
                return true;
              },
          .show = [](const Config& config) { return std::string(config.master_key.empty() ? "" : "********"); }};
}

Setting smtp_url() {
  return {.name = "smtp_url",
          .form = Setting::Form::text,
          .valid = "like smtp://user:password@mail.example.com:587 or smtps://…, or empty",
          .by_default = "",
          .explanation =
              "The server that takes mail: `smtp://` with STARTTLS, `smtps://` with TLS from the start. Empty captures "
              "mail, to be read at /mail.",
          .secret = true,
          .set =
              [](Config& config, std::string_view text) {
                if (!text.empty() && !email::parse_smtp_url(text)) return false;
                config.smtp_url = Secret(text);
                return true;
              },
          .show = [](const Config& config) { return std::string(config.smtp_url.empty() ? "" : "********"); }};
}

Setting mailbox(std::string name, email::Mailbox Config::* field, std::string explanation) {
  return {.name = std::move(name),
          .form = Setting::Form::text,
          .valid = "an address like shop@example.com or Ada's Shop <shop@example.com>, or empty",
          .by_default = "",
          .explanation = std::move(explanation),
          .secret = false,
          .set =
              [field](Config& config, std::string_view text) {
                const auto parsed = parse_mailbox(text);
                if (!parsed && !text.empty()) return false;
                config.*field = parsed.value_or(email::Mailbox());
                return true;
              },
          .show = [field](const Config& config) { return show_mailbox(config.*field); }};
}

Setting product_name() {
  return {.name = "product_name",
          .form = Setting::Form::text,
          .valid = "1 to 60 characters on one line",
          .by_default = "Cloud Voyages",
          .explanation = "What mails and pages call your site.",
          .secret = false,
          .set =
              [](Config& config, std::string_view text) {
                const auto name = http::Text<1, 60>::parse(text);
                if (!is_utf8(text) || !name) return false;
                config.product_name = name->text();
                return true;
              },
          .show = [](const Config& config) { return config.product_name; }};
}

Setting templates() {
  return {.name = "templates",
          .form = Setting::Form::text,
          .valid = "the path of a directory, or empty",
          .by_default = "",
          .explanation = "Mail templates of your own; empty looks in `templates` in the data directory.",
          .secret = false,
          .set =
              [](Config& config, std::string_view text) {
                if (text.find('\0') != std::string_view::npos) return false;
                config.templates = text;
                return true;
              },
          .show = [](const Config& config) { return config.templates.string(); }};
}

bool consists_of(std::string_view text, std::size_t least, std::size_t most, std::string_view others) {
  const auto allowed = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.find(c) != others.npos;
  };
  return text.size() >= least && text.size() <= most && std::ranges::all_of(text, allowed);
}

bool is_table_name(std::string_view text) { return consists_of(text, 3, 255, "_.-"); }
bool is_bucket_name(std::string_view text) { return consists_of(text, 3, 63, ".-"); }
bool is_configuration_set(std::string_view text) { return consists_of(text, 1, 64, "_-"); }
bool is_topic_arn(std::string_view text) { return text.starts_with("arn:") && consists_of(text, 20, 1024, ":_-."); }
bool is_queue_url(std::string_view text) {
  const auto host = text.find("://");
  if (host == text.npos || !parse_origin(text.substr(0, text.find('/', host + 3)))) return false;
  return text.find('/', host + 3) != text.npos && consists_of(text, 10, 1024, ":/_-.");
}

bool is_origin_or_any(std::string& item) {
  if (item == "*") return true;
  auto origin = parse_origin(item);
  if (!origin) return false;
  item = std::move(*origin);
  return true;
}

bool is_address_or_range(std::string& item) { return http::TrustedProxies::parse({item}).has_value(); }

std::vector<Setting> make_settings() {
  using crypto::Algorithm;
  return {
      listen(),
      metrics_listen(),
      data(),
      public_url(),
      choice<TableEngine>("table", &Config::table, "sqlite",
                          {{"sqlite", TableEngine::sqlite}, {"dynamodb", TableEngine::dynamodb}},
                          "Where accounts, sessions and mails are kept: SQLite in the data directory, or DynamoDB."),
      text("dynamodb_table", &Config::dynamodb_table, "voyages", "3 to 255 letters, digits, `_`, `.` or `-`",
           "The name of the table in DynamoDB.", is_table_name),
      text("sqs_queue_url", &Config::sqs_queue_url, "", "the https:// address of a queue in SQS, or empty",
           "The queue for work to do later; empty keeps it in the data directory.", is_queue_url),
      text("s3_bucket", &Config::s3_bucket, "", "the name of a bucket in S3, or empty",
           "The bucket for what is too large for the table; empty keeps files in the data directory.", is_bucket_name),
      text("sns_topic_arn", &Config::sns_topic_arn, "", "the ARN of a topic in SNS, or empty",
           "The topic that tells the operator what a person must look at; empty: the log alone.", is_topic_arn),
      choice<Registration>(
          "registration", &Config::registration, "open",
          {{"open", Registration::open}, {"invite", Registration::invite}, {"closed", Registration::closed}},
          "Who may make an account: anybody, those with an invitation, or nobody."),
      choice<ClientRegistration>("client_registration", &Config::client_registration, "off",
                                 {{"off", ClientRegistration::off}, {"open", ClientRegistration::open}},
                                 "Whether programs may register themselves as OAuth clients (RFC 7591), as MCP clients "
                                 "do; their users are asked for consent."),
      choice<EmailVerification>("email_verification", &Config::email_verification, "optional",
                                {{"required", EmailVerification::required}, {"optional", EmailVerification::optional}},
                                "Whether an address must be proven before its account can sign in."),
      number("sign_up_limit", &Config::sign_up_limit, 100, 0, 1000000,
             "How many accounts one network may make in an hour, how many OAuth clients, and how often it may ask for "
             "a mail "
             "of each kind; 0 is any number."),
      duration("access_token_ttl", &Config::access_token_ttl, "15m", 1s, auth::max_access_token_ttl,
               "How long an access token is valid."),
      duration("refresh_token_ttl", &Config::refresh_token_ttl, "30d", 1s, ten_years,
               "How long a refresh token can be used after it was handed out."),
      duration("refresh_grace", &Config::refresh_grace, "10s", 0s, 5min,
               "How long a refresh token that was just used still works, so that two tabs do not sign a person out."),
      duration(
          "revocation_cache", &Config::revocation_cache, "0s", 0s, 60s,
          "How long a session that was looked up is believed without another look; an ended session's access tokens "
          "may work for as much longer. 0 looks each time."),
      duration("session_ttl", &Config::session_ttl, "90d", 1s, ten_years,
               "How long a session can be refreshed before a person must sign in again."),
      duration("reset_token_ttl", &Config::reset_token_ttl, "1h", 1s, 24h * 7, "How long a password-reset link works."),
      duration("verify_token_ttl", &Config::verify_token_ttl, "24h", 1s, 24h * 365,
               "How long a link that proves an e-mail address works."),
      duration("invite_token_ttl", &Config::invite_token_ttl, "7d", 1s, 24h * 365, "How long an invitation works."),
      choice<Algorithm>(
          "signing_algorithm", &Config::signing_algorithm, "EdDSA",
          {{"EdDSA", Algorithm::EdDSA}, {"ES256", Algorithm::ES256}, {"RS256", Algorithm::RS256}},
          "What new signing keys sign with; keys that exist stay what they are until `voyages keys rotate`."),
      number("password_memory", &Config::password_memory_kib, 19456, 8192, 262144,
             "Argon2id's memory in KiB; stored passwords rise to it at the next login."),
      number("password_passes", &Config::password_passes, 2, 1, 16, "Argon2id's passes over that memory."),
      number("password_slots", &Config::password_slots, 0, 0, 1024,
             "How many passwords are hashed at once; 0 is one a core."),
      product_name(),
      choice<MailTransport>("mail_transport", &Config::mail_transport, "smtp",
                            {{"smtp", MailTransport::smtp}, {"ses", MailTransport::ses}},
                            "How mail leaves: by the server of `smtp_url`, or by Amazon SES."),
      smtp_url(),
      text("ses_configuration_set", &Config::ses_configuration_set, "", "the name of a configuration set, or empty",
           "The configuration set of SES that reports bounces and complaints.", is_configuration_set),
      mailbox("mail_from", &Config::mail_from,
              "Who mails come from; empty makes it `product_name` and `noreply@` the host of `public_url`."),
      mailbox("mail_reply_to", &Config::mail_reply_to, "Where answers to mails go; empty: to `mail_from`."),
      templates(),
      number("mail_attempts", &Config::mail_attempts, 12, 1, 30,
             "How often a mail is tried before it has failed; twelve times take about a day."),
      number("mail_caller_limit", &Config::mail_caller_limit, 10000, 0, 1000000000,
             "How many mails one caller of the API may queue in an hour; 0 is any number."),
      number("mail_recipient_limit", &Config::mail_recipient_limit, 20, 0, 999,
             "How many mails one address gets in an hour, whoever causes them; 0 is any number."),
      number("job_threads", &Config::job_threads, 8, 1, 64, "Threads that do queued work, such as sending mail."),
      number("queue_attempts", &Config::queue_attempts, 8, 1, 100,
             "How often queued work is tried before it is a dead letter; with SQS, its queue's `maxReceiveCount`."),
      choice<LambdaResponseMode>(
          "lambda_response_mode", &Config::lambda_response_mode, "buffered",
          {{"buffered", LambdaResponseMode::buffered}, {"streaming", LambdaResponseMode::streaming}},
          "How answers leave a Lambda function: as its URL's invoke mode is BUFFERED or RESPONSE_STREAM."),
      list("cors_origins", &Config::cors_origins,
           "origins like https://app.example.com without a path, or * for any (which then get no credentials)",
           "The sites whose pages may call from a browser.", is_origin_or_any),
      list("trusted_proxies", &Config::trusted_proxies, "addresses or ranges like 127.0.0.1, 10.0.0.0/8 or ::1",
           "The proxies whose `X-Forwarded-*` is believed.", is_address_or_range),
      choice<LogLevel>("log_level", &Config::log_level, "info",
                       {{"debug", LogLevel::debug},
                        {"info", LogLevel::info},
                        {"warn", LogLevel::warn},
                        {"error", LogLevel::error},
                        {"off", LogLevel::off}},
                       "The least level that is logged."),
      number("io_threads", &Config::io_threads, 0, 0, 1024,
             "Threads that read and write connections; 0 is one a core."),
      number("worker_threads", &Config::worker_threads, 64, 1, 4096,
             "Threads that run what waits for the disk, as most writes do."),
      number("max_connections", &Config::max_connections, 10000, 1, 1000000,
             "Connections held at once; a further one is answered 503."),
      max_body(),
      duration("header_timeout", &Config::header_timeout, "10s", 1s, 1h,
               "How long a request's header may take to arrive."),
      duration("body_timeout", &Config::body_timeout, "30s", 1s, 1h,
               "How long a request's body may take to arrive; up to four times as long while it keeps coming."),
      duration("idle_timeout", &Config::idle_timeout, "60s", 1s, 24h,
               "How long a connection may wait between requests."),
      duration("write_timeout", &Config::write_timeout, "30s", 1s, 1h, "How long a client may take to read an answer."),
      master_key(),
  };
}

}  // namespace

std::string Setting::environment() const {
  std::string variable = "VOYAGES_";
  for (const char c : name) variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return variable;
}

std::span<const Setting> settings() {
  static const std::vector<Setting> table = make_settings();
  return table;
}

const Setting* find_setting(std::string_view name) {
  const auto found = std::ranges::find(settings(), name, &Setting::name);
  return found == settings().end() ? nullptr : &*found;
}

}  // namespace voyages::app
