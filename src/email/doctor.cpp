#include "email/doctor.h"

#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>

#include "email/outlet_options.h"
#include "email/part.h"
#include "email/smtp_options.h"
#include "email/templates.h"

namespace voyages::email {

namespace {

using part::Finding;

Finding check_server(const OutletOptions& outlet, const std::filesystem::path& data) {
  if (outlet.way == OutletOptions::Way::ses) return {Finding::ok, "mail", "leaves by Amazon SES"};
  if (outlet.captures()) {
    return {Finding::warning, "mail", "no mail server: mails are captured in " + (data / "mail").string(),
            "Nobody else gets them; fine for trying things out. VOYAGES_SMTP_URL names a server."};
  }
  const auto options = parse_smtp_url(outlet.smtp_url.expose()).value();
  const auto place = fmt::format("{}:{}", options.host, options.port);
  boost::asio::ip::tcp::iostream stream;
  stream.expires_after(std::chrono::seconds(5));
  stream.connect(options.host, std::to_string(options.port));
  // With TLS from the start there is nothing to read before it.
  std::string greeting;
  const bool greets =
      options.security == SmtpOptions::Security::tls ? bool(stream) : bool(std::getline(stream, greeting));
  if (greets && (greeting.empty() || greeting.starts_with("220"))) {
    return {Finding::ok, "mail", "the mail server at " + place + " answers"};
  }
  return {Finding::failure, "mail", "the mail server at " + place + " does not answer",
          "Check smtp_url, and whether this machine may reach it. Mails wait and are tried for a day."};
}

}  // namespace

std::vector<part::Finding> check_mail(part::Shell& shell) {
  const auto& options = shell.options();
  std::vector<part::Finding> findings{check_server(options.of<OutletOptions>(), shell.data())};
  for (const auto& problem : Templates({}, templates_folder(options.of<EmailOptions>(), shell.data())).problems()) {
    findings.push_back({Finding::warning, "template", problem, "Until then the built-in template is used."});
  }
  return findings;
}

}  // namespace voyages::email
