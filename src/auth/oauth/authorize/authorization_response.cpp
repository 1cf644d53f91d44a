#include "auth/oauth/authorize/authorization_response.h"

#include <algorithm>

#include "auth/oauth/authorize/form_post.h"
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

std::string answer_uri(std::string_view redirect_uri, const Pairs& parameters) {
  const char separator = redirect_uri.find('?') == std::string_view::npos ? '?' : '&';
  return std::string(redirect_uri) + separator + form_encode(parameters);
}

http::Response answer_client(const Auth& auth, const ReturnAddress& address, Pairs parameters) {
  if (!address.state.empty()) parameters.emplace_back("state", address.state);
  parameters.emplace_back("iss", auth.access_tokens.issuer());
  if (address.form_post) {
    const FormPost form{address.redirect_uri, auth.options.product_name, address.page_language};
    return page(200, form_post_page(form, parameters), std::string(form_post_policy));
  }
  return see_other(answer_uri(address.redirect_uri, parameters));
}

http::Response refuse_client(const Auth& auth, const ReturnAddress& address, const OAuthError& error) {
  return answer_client(auth, address, {{"error", std::string(error.error)}, {"error_description", error.description}});
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
