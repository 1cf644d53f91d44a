#include "auth/throttle.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <utility>

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

// Each attempt since the last failure counts, also one that is still being looked at.
Time locked_until(const std::optional<store::Item>& item, const Policy& policy) {
  if (!item) return {};
  return from_ms(item->number("last_attempt")) + lock_after(store::counted(item), policy);
}

// Each failure postpones when an account's failures are forgotten, but not a network's: many people may share it.
Time forget_at(const std::optional<store::Item>& by_network, Time now) {
  return store::window_end(by_network, per_network.forget_after, now);
}

// Refused when another attempt was counted meanwhile.
std::vector<store::Condition> still_counts(const std::optional<store::Item>& item) {
  if (!item) return {store::item_absent()};
  if (!item->find<std::int64_t>("count")) return {store::item_exists(), store::absent("count")};
  return {store::equals("count", store::counted(item))};
}

// The same, but as long as there are free failures many people may try at once.
std::vector<store::Condition> still_counts_or_is_free(const std::optional<store::Item>& item, const Policy& policy) {
  const bool is_free = item && item->find<std::int64_t>("count") && store::counted(item) < policy.free_failures;
  return is_free ? std::vector{store::less("count", policy.free_failures)} : still_counts(item);
}

store::Update count_attempt(const store::Key& key, Time forget_at, Time now) {
  auto update = store::count_one(key, forget_at);
  update.set = {{"last_attempt", to_ms(now)}};
  return update;
}

// The lock that the attempt has begun goes with it.
store::Update uncount(const store::Key& key, const std::optional<store::Item>& before, Time forget_at) {
  return {.key = key,
          .set = {{"last_attempt", before ? before->number("last_attempt") : 0}},
          .add = {{"count", -1}},
          .expires_at = forget_at};
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

void Throttle::load_known(store::Key key, const std::optional<store::Item>& known) {
  known_key_ = std::move(key);
  known_ = known;
}

std::optional<Error> Throttle::begin(store::Table& table, Time now) {
  // Each round that is lost was won by another attempt, and a few of those begin a lock.
  constexpr int most_rounds = 64;
  for (int round = 0; round < most_rounds; ++round) {
    if (auto refused = refusal(now)) return refused;
    if (table.write(attempt(now))) return std::nullopt;
    const store::Key keys[] = {email_key_, network_key_, known_key_};
    const auto items = table.get(keys, store::Consistency::strong);
    load(items[0], items[1]);
    known_ = items[2];
  }
  Error error(too_many_attempts);
  error.retry_after = std::chrono::seconds(1);
  return error;
}

std::optional<Error> Throttle::refusal(Time now) const {
  // A known device answers for its own failures only, not for those of strangers, be they near or far.
  const auto until = known_ ? locked_until(known_, per_email)
                            : std::max(locked_until(by_email_, per_email),
                                       std::min(locked_until(by_network_, per_network), forget_at(by_network_, now)));
  if (until <= now) return std::nullopt;
  Error error(too_many_attempts);
  error.retry_after = std::chrono::ceil<std::chrono::seconds>(until - now);
  return error;
}

std::vector<store::Write> Throttle::attempt(Time now) const {
  auto own = known_ ? count_attempt(known_key_, now + known_for, now)
                    : count_attempt(email_key_, now + per_email.forget_after, now);
  own.conditions = still_counts(known_ ? known_ : by_email_);
  // What the network has counted does not concern a known device, which moves no lock of others.
  if (known_) return {std::move(own), store::count_one(network_key_, forget_at(by_network_, now))};
  auto near = count_attempt(network_key_, forget_at(by_network_, now), now);
  near.conditions = still_counts_or_is_free(by_network_, per_network);
  return {std::move(own), std::move(near)};
}

std::vector<store::Write> Throttle::take_back(Time now) const {
  auto near = uncount(network_key_, by_network_, forget_at(by_network_, now));
  if (!known_) return {uncount(email_key_, by_email_, now + per_email.forget_after), std::move(near)};
  auto own = uncount(known_key_, known_, now + known_for);
  own.conditions = {store::item_exists()};  // a device that was forgotten meanwhile stays forgotten
  near.set.clear();
  return {std::move(own), std::move(near)};
}

std::vector<store::Write> Throttle::success(std::string_view user_id, Time now) const {
  auto writes = take_back(now);
  writes.front() = know(user_id, network_, now);
  if (!known_ || by_email_) writes.emplace_back(store::Delete{email_key_});
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
