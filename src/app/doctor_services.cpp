#include "app/doctor_services.h"

#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>
#include <filesystem>

#include "app/embedded.h"
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
  Embedded data(config, store::sqlite::Access::shared, LogLevel::off);
  const auto keys = data.app().auth().keys.list(data.clock().now());
  return {{Finding::ok, "signing keys",
           fmt::format("{} published, {} signs", keys.size(), keys.empty() ? "none" : keys.front().jwk.kid())}};
}

Finding check_mail_server(const Config& config) {
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
  const SystemClock clock;
  store::sqlite::Database database(config.data, store::sqlite::Access::shared);
  store::sqlite::SqliteQueue queue(database, clock);
  const auto depth = queue.depth();
  std::vector<Finding> findings{check_mail_server(config)};
  for (const auto& problem : email::Templates({}, templates_folder(config)).problems()) {
    findings.push_back({Finding::warning, "template", problem, "Until then the built-in template is used."});
  }
  if (depth.dead > 0) {
    findings.push_back({Finding::warning, "queue", fmt::format("{} messages failed for good", depth.dead),
                        "The log says why, at `work failed`."});
  } else {
    findings.push_back({Finding::ok, "queue", fmt::format("{} due, {} waiting", depth.ready, depth.waiting)});
  }
  return findings;
}

}  // namespace

std::vector<DoctorCheck> service_checks(const Config& config) {
  if (!has_data(config)) return {};
  return {{"store", [&config] { return check_store(config); }},
          {"signing keys", [&config] { return check_keys(config); }},
          {"mail", [&config] { return check_mail(config); }}};
}

}  // namespace voyages::app
