#include "auth/throttle.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "auth/table_keys.h"
#include "auth/user.h"
#include "base/encoding.h"
#include "http/forwarded.h"
#include "store/counter.h"

namespace voyages::auth {

namespace {

struct Policy {
  std::int64_t free_failures;  // before the first lock
  std::chrono::seconds forget_after;
};

constexpr Policy per_email{5, std::chrono::hours(24)};
constexpr Policy per_network{20, std::chrono::hours(1)};  // many people may share it
constexpr std::chrono::seconds longest_lock = std::chrono::minutes(15);
constexpr auto known_for = std::chrono::days(90);

std::chrono::seconds lock_after(std::int64_t failures, const Policy& policy) {
  const auto over = failures - policy.free_failures;
  if (over < 0) return {};
  return std::min(longest_lock, std::chrono::seconds(std::int64_t{1} << std::min<std::int64_t>(over, 20)));
}

std::optional<Time> locked_until(const std::optional<store::Item>& item) {
  if (!item) return std::nullopt;
  return from_ms(item->number("locked_until"));
}

// Each failure postpones when an account's failures are forgotten, but not a network's: many people may share it.
Time forget_at(const std::optional<store::Item>& by_network, Time now) {
  return store::window_end(by_network, per_network.forget_after, now);
}

store::Update count_failure(const store::Key& key, const std::optional<store::Item>& item, const Policy& policy,
                            Time now) {
  const auto lock = lock_after(store::counted(item) + 1, policy);
  auto update = store::count_one(key, now + policy.forget_after);
  update.set = {{"last_attempt", to_ms(now)}, {"locked_until", to_ms(now + lock)}};
  return update;
}

}  // namespace

Throttle::Throttle(std::string_view email_normalised, std::string_view network)
    : network_(network),
      email_key_{store::key_part(table_keys::login, email_normalised), std::string(table_keys::attempts)},
      network_key_{store::key_part(table_keys::login, network_), std::string(table_keys::attempts)} {}

std::vector<store::Key> Throttle::keys() const { return {email_key_, network_key_}; }

void Throttle::load(const std::optional<store::Item>& by_email, const std::optional<store::Item>& by_network) {
  by_email_ = by_email;
  by_network_ = by_network;
}

void Throttle::load_known(const std::optional<store::Item>& known) { known_ = known; }

std::optional<Error> Throttle::refusal(Time now) const {
  // A known device answers for its own failures only, not for those of strangers, be they near or far.
  const auto until = known_
                         ? locked_until(known_).value_or(Time{})
                         : std::max(locked_until(by_email_).value_or(Time{}),
                                    std::min(locked_until(by_network_).value_or(Time{}), forget_at(by_network_, now)));
  if (until <= now) return std::nullopt;
  Error error(too_many_attempts);
  error.retry_after = std::chrono::ceil<std::chrono::seconds>(until - now);
  return error;
}

std::vector<store::Write> Throttle::failure(Time now) const {
  std::vector<store::Write> writes;
  if (known_) {
    auto update = count_failure(known_->key, known_, per_email, now);
    update.expires_at = now + known_for;
    writes.emplace_back(std::move(update));
  } else {
    writes.emplace_back(count_failure(email_key_, by_email_, per_email, now));
  }
  auto update = count_failure(network_key_, by_network_, per_network, now);
  update.expires_at = forget_at(by_network_, now);
  writes.emplace_back(std::move(update));
  return writes;
}

std::vector<store::Write> Throttle::success(std::string_view user_id, Time now) const {
  std::vector<store::Write> writes{know(user_id, network_, now)};
  if (by_email_) writes.emplace_back(store::Delete{email_key_});
  return writes;
}

store::Write Throttle::know(std::string_view user_id, std::string_view network, Time now) {
  return store::Put{{known_key(user_id, network), {{"last_login_at", to_ms(now)}}, std::nullopt, now + known_for}};
}

store::Key Throttle::known_key(std::string_view user_id, std::string_view network) {
  return {store::key_part(table_keys::user, user_id), store::key_part(table_keys::known, network)};
}

std::string client_network(std::string_view ip) {
  const auto address = http::canonical_ip(ip);
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return address.empty() ? "unknown" : address;
  return to_hex({reinterpret_cast<const char*>(bytes.data()), 8}) + "/64";
}

}  // namespace voyages::auth
