#include <algorithm>
#include <functional>
#include <string_view>

#include "base/encoding.h"
#include "base/secret.h"
#include "crypto/guessable.h"

namespace voyages::crypto {

namespace {

constexpr std::string_view common_passwords[] = {
#include "crypto/common_passwords.inc"
};
static_assert(std::ranges::is_sorted(common_passwords));

}  // namespace

bool is_common_password(std::string_view password) {
  const Secret lower(to_lower_ascii(password));
  return std::ranges::binary_search(common_passwords, lower.expose());
}

}  // namespace voyages::crypto
