#include "app/doctor_services.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <filesystem>

#include "app/amazon.h"
#include "app/engine.h"
#include "auth/auth.h"
#include "aws/dynamodb/schema.h"
#include "email/part.h"
#include "email/smtp_options.h"
#include "email/templates.h"

namespace voyages::app {

namespace {

bool has_data(const Config& config) { return std::filesystem::exists(config.data / "voyages.db"); }

std::vector<Finding> check_store(const Config& config) {
  store::sqlite::Database database(config.data, store::sqlite::Access::shared);
  const auto faults = database.check();
  if (faults.empty()) return {{Finding::ok, "store", "the database is sound"}};
  return {{Finding::failure, "store", fmt::format("the database is damaged: {}", faults.front()),
           "Stop the server, and `voyages restore` the newest backup."}};
}

// Opening the app reads the signing keys, which must open with the master key.
std::vector<Finding> check_keys(const Config& config) {
  Engine data(config, store::sqlite::Access::shared, LogLevel::off);
  const auto keys = data.app().get<auth::Auth>().keys.list(data.clock().now());
  return {{Finding::ok, "signing keys",
           fmt::format("{} published, {} signs", keys.size(), keys.empty() ? "none" : keys.front().jwk.kid())}};
}

// Its name, key schema, index and expiry. Looking changes nothing, and finds what is wrong with region and credentials.
std::vector<Finding> look_at_table(const Config& config) {
  const SystemClock clock;
  Logger log(LogLevel::off, STDERR_FILENO);
  Metrics metrics;
  Amazon amazon(clock, log, metrics);
  const auto place = fmt::format("{} in {}", config.dynamodb_table, amazon.client().region());
  const auto faults = aws::dynamodb::check_shape(amazon.client(), config.dynamodb_table);
  if (!faults.empty()) {
    return {
        {Finding::failure, "table", fmt::format("{}: {}", place, fmt::join(faults, "; ")),
         "The template makes a table, and so does `voyages table create`; beside one of another shape choose another "
         "name: --dynamodb-table."}};
  }
  std::vector<Finding> findings{{Finding::ok, "table", place}};
  if (amazon.table(config.dynamodb_table)->query({.pk = "KEYS", .limit = 1}).items.empty()) {
    findings.push_back({Finding::warning, "signing keys", "there are none yet", "The first start makes one."});
  } else {
    std::ranges::move(check_keys(config), std::back_inserter(findings));
  }
  return findings;
}

std::vector<Finding> check_table(const Config& config) {
  try {
    return look_at_table(config);
  } catch (const std::exception& error) {
    return {{Finding::failure, "table", error.what(),
             "Set region and credentials as for AWS's own tools, and see whether this machine reaches the service."}};
  }
}

Finding check_mail_server(const Config& config) {
  if (config.mail_transport == MailTransport::ses) return {Finding::ok, "mail", "leaves by Amazon SES"};
  if (config.smtp_url.empty()) {
    return {Finding::warning, "mail", "no mail server: mails are captured in " + (config.data / "mail").string(),
            "Nobody else gets them; fine for trying things out. VOYAGES_SMTP_URL names a server."};
  }
  const auto options = email::parse_smtp_url(config.smtp_url.expose()).value();
  const auto place = fmt::format("{}:{}", options.host, options.port);
  boost::asio::ip::tcp::iostream stream;
  stream.expires_after(std::chrono::seconds(5));
  stream.connect(options.host, std::to_string(options.port));
  // With TLS from the start there is nothing to read before it.
  std::string greeting;
  const bool greets =
      options.security == email::SmtpOptions::Security::tls ? bool(stream) : bool(std::getline(stream, greeting));
  if (greets && (greeting.empty() || greeting.starts_with("220"))) {
    return {Finding::ok, "mail", "the mail server at " + place + " answers"};
  }
  return {Finding::failure, "mail", "the mail server at " + place + " does not answer",
          "Check smtp_url, and whether this machine may reach it. Mails wait and are tried for a day."};
}

std::vector<Finding> check_mail(const Config& config) {
  std::vector<Finding> findings{check_mail_server(config)};
  for (const auto& problem :
       email::Templates({}, email::templates_folder(config.of<email::EmailOptions>(), config.data)).problems()) {
    findings.push_back({Finding::warning, "template", problem, "Until then the built-in template is used."});
  }
  return findings;
}

std::vector<Finding> check_queue(const Config& config) {
  const SystemClock clock;
  store::sqlite::Database database(config.data, store::sqlite::Access::shared);
  const auto depth = store::sqlite::SqliteQueue(database, clock).depth();
  if (depth.dead > 0) {
    return {{Finding::warning, "queue", fmt::format("{} messages failed for good", depth.dead),
             "The log says why, at `work failed`."}};
  }
  return {{Finding::ok, "queue", fmt::format("{} due, {} waiting", depth.ready, depth.waiting)}};
}

}  // namespace

std::vector<DoctorCheck> service_checks(const Config& config) {
  const bool on_dynamodb = config.table == TableEngine::dynamodb;
  if (!on_dynamodb && !has_data(config)) return {};
  std::vector<DoctorCheck> checks;
  if (on_dynamodb) {
    checks.push_back({"table", [&config] { return check_table(config); }});
  } else {
    checks.push_back({"store", [&config] { return check_store(config); }});
    checks.push_back({"signing keys", [&config] { return check_keys(config); }});
  }
  checks.push_back({"mail", [&config] { return check_mail(config); }});
  if (config.sqs_queue_url.empty() && has_data(config)) {
    checks.push_back({"queue", [&config] { return check_queue(config); }});
  }
  return checks;
}

}  // namespace voyages::app
