#include "auth/oauth/form.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/escape.h"
#include "http/router.h"

namespace voyages::auth::oauth {

namespace {

constexpr std::size_t max_form_bytes = 32 * 1024;
constexpr std::string_view form_type = "application/x-www-form-urlencoded";

}  // namespace

OAuthResult<Form> Form::read_body(const http::Request& request) {
  const auto content_type = request.headers.get("Content-Type");
  auto media = content_type.substr(0, content_type.find(';'));
  while (media.ends_with(' ')) media.remove_suffix(1);
  if (!equal_ignoring_case(media, form_type)) {
    return refuse(error::invalid_request, "Send the parameters in the body as application/x-www-form-urlencoded.");
  }
  return parse(request.body);
}

OAuthResult<Form> Form::read_query(const http::Request& request) { return parse(request.raw_query()); }

OAuthResult<Form> Form::parse(std::string_view encoded) {
  if (encoded.size() > max_form_bytes) return refuse(error::invalid_request, "The parameters are too long.");
  auto pairs = http::parse_query(encoded);
  if (!pairs) return refuse(error::invalid_request, "The parameters are not well-formed.");
  Form form;
  for (auto& [name, value] : *pairs) {
    if (value.empty()) continue;
    if (name != "resource" && form.find(name)) {
      // The name is the caller's text: it is not repeated.
      return refuse(error::invalid_request, "A parameter stands twice.");
    }
    form.pairs_.emplace_back(std::move(name), std::move(value));
  }
  return form;
}

std::optional<std::string_view> Form::find(std::string_view name) const {
  const auto found = std::ranges::find(pairs_, name, &std::pair<std::string, std::string>::first);
  if (found == pairs_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> Form::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : pairs_) {
    if (key == name) values.push_back(value);
  }
  return values;
}

std::string form_encode(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string encoded;
  for (const auto& [name, value] : pairs) {
    if (!encoded.empty()) encoded += '&';
    encoded += percent_encode(name) + '=' + percent_encode(value);
  }
  return encoded;
}

}  // namespace voyages::auth::oauth
