#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace voyages::auth::oauth {

/// What the page that posts an answer to a client shows while it waits, or in a browser without scripts.
struct FormPost {
  std::string_view redirect_uri;
  std::string_view product_name;
  std::string_view language{};  // one of those that the pages speak
};

/// OAuth 2.0 Form Post Response Mode §2: a form with these fields, which a script of ours posts at once.
std::string form_post_page(const FormPost& page, const std::vector<std::pair<std::string, std::string>>& fields);

/// The first language that the pages speak of those that a site asks for (OpenID Connect Core §3.1.2.1, `ui_locales`),
/// then of those that the browser prefers (`Accept-Language`); else English.
std::string_view page_language(std::string_view ui_locales, std::string_view accept_language);

/// It loads our styles, our logo and our script. Nothing is inline. `form-action` is not said: some browsers apply it
/// to where the client redirects to after the post, and it has no word for IPv6; the one form leads to the address that
/// is registered.
inline constexpr std::string_view form_post_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'";

}  // namespace voyages::auth::oauth
