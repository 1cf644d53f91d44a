#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/escape.h"
#include "email/mustache.h"
#include "email/text_part.h"

// A template that is accepted renders, within its bounds, and what was escaped opens no tag. Any output has a text
// part.

namespace {

using voyages::email::Mustache;

void require(bool holds) {
  if (!holds) std::abort();
}

const boost::json::object& sample() {
  static const boost::json::object data{
      {"a", "<script>&\"'"}, {"b", true}, {"n", 7}, {"l", {{{"a", "1"}}, {{"a", "2"}}}}};
  return data;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  (void)voyages::email::to_text_part(input);
  (void)voyages::email::first_paragraph(input, 100);
  const auto parsed = Mustache::parse(input);
  if (!parsed) return 0;
  parsed->visit_names([](std::string_view name, std::size_t, auto) { require(!name.empty()); });
  const auto html = parsed->render(sample(), Mustache::Escape::html);
  if (html) require(html->size() <= Mustache::max_output_bytes);
  const auto escaped = voyages::escape_html(input);
  require(escaped.find_first_of("<>\"'") == std::string::npos);
  return 0;
}
