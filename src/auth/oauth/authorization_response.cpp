#include "auth/oauth/authorization_response.h"

#include <algorithm>

#include "base/escape.h"
#include "http/assets.h"
#include "http/compression.h"

namespace voyages::auth::oauth {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// What no other site may put into a frame, read, keep or learn the address of (RFC 9700 §4.16, §4.2.4).
http::Response page(int status, std::string html, std::string policy) {
  http::Response response{.status = status};
  response.headers.add("Content-Type", "text/html; charset=utf-8");
  response.headers.add("Content-Security-Policy", std::move(policy));
  response.headers.add("X-Frame-Options", "DENY");
  response.body = std::move(html);
  return response;
}

// OAuth 2.0 Form Post Response Mode §2. The script is a file of ours: the policy knows no inline scripts. Nor does it
// know `form-action`, which some browsers apply to where the client redirects to after the post, and which has no word
// for IPv6: the one form leads to the address that is registered.
http::Response form_page(const ReturnAddress& address, const Pairs& parameters) {
  std::string html = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Signing in</title>\n";
  html += "<form method=\"post\" action=\"" + escape_html(address.redirect_uri) + "\">\n";
  for (const auto& [name, value] : parameters) {
    html += "<input type=\"hidden\" name=\"" + name + "\" value=\"" + escape_html(value) + "\">\n";
  }
  html += "<button>Continue</button>\n</form>\n<script src=\"/assets/form-post.js\"></script>\n</html>\n";
  return page(200, std::move(html), "default-src 'none'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'");
}

// The hosted pages' one document, whose script shows the text for the code.
std::string unpack_shell() {
  return http::gunzip(std::ranges::find(assets::all(), "/login", &assets::Asset::path)->gzip);
}

http::Response hosted_page(int status, std::string_view code) {
  static const std::string shell = unpack_shell();
  constexpr std::string_view mark = "data-error=\"";
  auto html = shell;
  html.insert(html.find(mark) + mark.size(), code);
  return page(status, std::move(html), std::string(assets::page_policy));
}

}  // namespace

http::Response see_other(std::string location) {
  http::Response response{.status = 303};
  response.headers.add("Location", std::move(location));
  response.headers.add("X-Frame-Options", "DENY");
  return response;
}

http::Response answer_client(const ReturnAddress& address, std::string_view issuer, Pairs parameters) {
  if (!address.state.empty()) parameters.emplace_back("state", address.state);
  parameters.emplace_back("iss", issuer);
  if (address.form_post) return form_page(address, parameters);
  // RFC 6749 §3.1.2: a query that the URI has of its own stays.
  const char separator = address.redirect_uri.find('?') == std::string::npos ? '?' : '&';
  return see_other(address.redirect_uri + separator + form_encode(parameters));
}

http::Response refuse_client(const ReturnAddress& address, std::string_view issuer, const OAuthError& error) {
  return answer_client(address, issuer,
                       {{"error", std::string(error.error)}, {"error_description", error.description}});
}

http::Response error_page(std::string_view code) { return hosted_page(400, code); }

http::Response failure_page(int status) {
  switch (status) {
    case 413:
    case 414:
      return hosted_page(status, page_error::request_too_large);
    case 503:
      return hosted_page(status, page_error::temporarily_unavailable);
    default:
      return hosted_page(status, status >= 500 ? page_error::server_error : page_error::invalid_request);
  }
}

std::optional<http::Response> refusal_page(std::string_view raw_path, int status) {
  if (raw_path != "/oauth/authorize" && raw_path != "/oauth/logout") return std::nullopt;
  return failure_page(status);
}

}  // namespace voyages::auth::oauth
