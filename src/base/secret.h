#pragma once

#include <sodium.h>

#include <string>
#include <string_view>
#include <utility>

namespace voyages {

/// A password, a token or key bytes: wipes its memory when it goes, and can be neither formatted, logged nor compared
/// with
/// `==`. The one way to the bytes is `expose()`, which is easy to search for.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string&& value) { take(value); }
  explicit Secret(std::string_view value) : value_(value) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept { take(other.value_); }
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      wipe(value_);
      value_ = other.value_;
    }
    return *this;
  }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe(value_);
      take(other.value_);
    }
    return *this;
  }
  ~Secret() { wipe(value_); }

  [[nodiscard]] std::string_view expose() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }
  [[nodiscard]] std::size_t size() const { return value_.size(); }

 private:
  // Swapped and then wiped: moving from a short string would leave its bytes behind.
  void take(std::string& from) noexcept {
    value_.swap(from);
    wipe(from);
  }

  static void wipe(std::string& value) {
    // The whole capacity: what a longer, earlier value left behind the end is a secret too.
    value.resize(value.capacity());
    sodium_memzero(value.data(), value.size());
    value.clear();
  }

  std::string value_;
};

/// Compares in a time that depends on the lengths alone.
inline bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace voyages
