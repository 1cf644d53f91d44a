#include "email/smtp_options.h"

#include <algorithm>
#include <boost/url.hpp>

#include "base/encoding.h"
#include "base/url.h"

namespace voyages::email {

namespace {

using Security = SmtpOptions::Security;

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::unexpected<Error> refuse(std::string message) { return fail({invalid_smtp_url, std::move(message)}); }

// The scheme decides how the connection is protected, and thereby the port where none is given.
bool read_scheme(std::string_view scheme, SmtpOptions& options) {
  if (equal_ignoring_case(scheme, "smtp")) {
    options.security = Security::starttls;
    options.port = 587;
  } else if (equal_ignoring_case(scheme, "smtps")) {
    options.security = Security::tls;
    options.port = 465;
  } else if (equal_ignoring_case(scheme, "smtp+insecure")) {
    options.security = Security::none;
    options.port = 25;
  } else {
    return false;
  }
  return true;
}

}  // namespace

bool is_local(const SmtpOptions& options) { return is_loopback(to_lower_ascii(options.host)); }

Result<SmtpOptions> parse_smtp_url(std::string_view text, bool allow_insecure) {
  const auto url = boost::urls::parse_uri(text);
  if (!url)
    return refuse(
        "This is not a URL like smtp://user:password@host:587. Its port is a number. In the user and the password, "
        "percent-encode what is neither letter nor digit: @ is written %40, and / is %2F.");
  SmtpOptions options;
  if (!read_scheme(std::string_view(url->scheme()), options))
    return refuse("The URL of an SMTP server begins with smtp://, smtps:// or smtp+insecure://.");
  options.host = url->host_address();
  if (options.host.empty() || has_control_characters(options.host)) return refuse("The SMTP server's host is missing.");
  if (url->has_port()) options.port = url->port_number();  // 0 when it is too large, too
  if (options.port == 0) return refuse("The SMTP server's port is a number from 1 to 65535.");
  if (!(url->encoded_path().empty() || url->encoded_path() == "/") || url->has_query() || url->has_fragment())
    return refuse(
        "The URL of an SMTP server ends after its port. In its user and password, @ is written %40, and / is %2F.");

  options.username = url->user();
  options.password = Secret(url->password());
  if (has_control_characters(options.username) || has_control_characters(options.password.expose()))
    return refuse("The SMTP user or password has a control character.");
  if (options.username.empty() != options.password.empty())
    return refuse("An SMTP user needs a password, and the other way round.");
  if (options.security == Security::none && !is_local(options)) {
    if (!options.username.empty())
      return refuse("An SMTP password must not travel without TLS: write smtp:// instead.");
    if (!allow_insecure)
      return refuse("Without TLS, mail goes to this machine's own server alone: write smtp:// instead.");
  }
  return options;
}

}  // namespace voyages::email
