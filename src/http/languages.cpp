#include "http/languages.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <utility>

#include "base/encoding.h"
#include "http/field_list.h"

namespace voyages::http {

namespace {

// RFC 9110 §12.4.2: 1 where nothing is said; what is no weight is none.
double weight_of(std::string_view text) {
  if (text.empty()) return 1;
  double weight = 0;
  if (!text.starts_with("q=") && !text.starts_with("Q=")) return 0;
  std::from_chars(text.data() + 2, text.data() + text.size(), weight);
  return weight;
}

}  // namespace

std::vector<std::string> accepted_languages(std::string_view accept_language) {
  std::multimap<double, std::string, std::greater<>> weighed;  // those of one weight stay as they came
  while (!accept_language.empty()) {
    const auto [tag, parameters] = take_preference(accept_language);
    const auto weight = weight_of(parameters);
    if (weight > 0) weighed.emplace(weight, to_lower_ascii(tag.substr(0, tag.find('-'))));
  }
  std::vector<std::string> languages;
  languages.reserve(weighed.size());
  for (auto& [weight, language] : weighed) languages.push_back(std::move(language));
  return languages;
}

}  // namespace voyages::http
