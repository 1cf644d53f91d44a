#include "auth/oauth/authorize/form_post.h"

#include <algorithm>
#include <functional>
#include <map>

#include "auth/oauth/clients/redirect_uri.h"
#include "base/escape.h"
#include "http/assets.h"
#include "http/compression.h"
#include "http/languages.h"

namespace voyages::auth::oauth {

namespace {

using Pages = std::map<std::string, std::string, std::less<>>;

// By language; in each stand `{{…}}` for what is known here.
const Pages& pages() {
  static const Pages unpacked = [] {
    constexpr std::string_view folder = "form-post/";
    Pages found;
    for (const auto& asset : assets::all()) {
      if (!asset.path.starts_with(folder)) continue;
      found.emplace(asset.path.substr(folder.size()), http::gunzip(asset.gzip));
    }
    return found;
  }();
  return unpacked;
}

// A value is never looked at again: one may come from anybody, and have `{{…}}` in it.
std::string fill(std::string_view page, const std::map<std::string_view, std::string>& values) {
  std::string filled;
  while (true) {
    const auto mark = page.find("{{");
    filled += page.substr(0, mark);
    if (mark == std::string_view::npos) return filled;
    const auto end = page.find("}}", mark);
    filled += values.at(page.substr(mark + 2, end - mark - 2));
    page.remove_prefix(end + 2);
  }
}

}  // namespace

std::string form_post_page(const FormPost& page, const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string inputs;
  for (const auto& [name, value] : fields) {
    inputs += "<input type=\"hidden\" name=\"" + name + "\" value=\"" + escape_html(value) + "\">\n";
  }
  const auto origin = origin_of(page.redirect_uri);
  const auto found = pages().find(page.language);
  return fill(found == pages().end() ? pages().at("en") : found->second,
              {{"product", escape_html(page.product_name)},
               {"host", escape_html(origin.substr(origin.find("//") + 2))},
               {"action", escape_html(page.redirect_uri)},
               {"fields", std::move(inputs)}});
}

std::string_view page_language(std::string_view ui_locales, std::string_view accept_language) {
  std::string wanted(ui_locales);
  std::ranges::replace(wanted, ' ', ',');
  for (const auto& list : {std::string_view(wanted), accept_language}) {
    for (const auto& language : http::accepted_languages(list)) {
      if (const auto found = pages().find(language); found != pages().end()) return found->first;
    }
  }
  return "en";
}

}  // namespace voyages::auth::oauth
