#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "auth/oauth/form.h"
#include "auth/oauth/scope.h"
#include "auth/oauth/token/device.h"

// A token request's form is read or refused, and never throws. What was read has no parameter twice but `resource`, and
// is written and read again as the same.

namespace voyages::auth::oauth {

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_form(std::string_view text) {
  const auto form = Form::parse(text);
  if (!form) return;
  for (const auto& [name, value] : form->pairs()) {
    require(!value.empty());
    require(name == "resource" || form->all(name).size() == 1);
  }
  const auto encoded = form_encode(form->pairs());
  const auto again = Form::parse(encoded);
  // Escapes make it longer, perhaps too long.
  require(again ? again->pairs() == form->pairs() : encoded.size() > text.size());
}

void check_scope(std::string_view text) {
  const auto names = parse_scope(text);
  if (!names) return;
  const auto joined = join_scope(*names);
  require(is_within(joined, text) && is_within(text, joined));
  require(parse_scope(joined).value() == *names);
}

void check_user_code(std::string_view text) {
  const auto code = read_user_code(text);
  if (code) require(read_user_code(show_user_code(*code)) == code);
}

}  // namespace

}  // namespace voyages::auth::oauth

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  voyages::auth::oauth::check_form(text);
  voyages::auth::oauth::check_scope(text);
  voyages::auth::oauth::check_user_code(text);
  return 0;
}
