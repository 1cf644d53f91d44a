#include "auth/signing_keys.h"

#include <algorithm>
#include <stdexcept>

#include "auth/user.h"
#include "base/uuid.h"

namespace voyages::auth {

namespace {

constexpr std::string_view partition = "KEYS";
constexpr std::string_view seal_purpose = "auth.signing_key";

bool verifies(const SigningKey& key, Time now) { return !key.expires_at || *key.expires_at > now; }

SigningKey to_key(const store::Item& item, const crypto::MasterKey& master_key) {
  const auto* sealed = item.find<store::Bytes>("jwk");
  const auto plain = sealed ? master_key.open(sealed->value, seal_purpose) : std::nullopt;
  if (!plain) {
    throw std::runtime_error(
        "the signing keys do not open with this master key: set VOYAGES_MASTER_KEY, or put back the file master.key, "
        "that "
        "belongs to this data");
  }
  auto jwk = crypto::Jwk::parse(boost::json::parse(plain->expose()).as_object());
  if (!jwk) throw std::runtime_error("a signing key in the table is damaged: restore a backup");
  return {std::move(*jwk), from_ms(item.number("created_at")), from_ms(item.number("signs_from")), item.expires_at};
}

}  // namespace

SigningKeys::SigningKeys(store::Table& table, const crypto::MasterKey& master_key, crypto::Algorithm algorithm,
                         Time now)
    : table_(table), master_key_(master_key) {
  reload();
  if (snapshot()->empty()) add(algorithm, now, now);
}

std::shared_ptr<const std::vector<SigningKey>> SigningKeys::snapshot() const {
  const std::scoped_lock lock(mutex_);
  return keys_;
}

crypto::Jwk SigningKeys::current(Time now) const {
  const auto keys = snapshot();
  const auto found = std::ranges::find_if(*keys, [&](const auto& key) { return key.signs_from <= now; });
  // A clock that jumped back before the first key's time must not stop every login.
  return found == keys->end() ? keys->back().jwk : found->jwk;
}

std::optional<crypto::Jwk> SigningKeys::find(std::string_view kid, Time now) const {
  const auto keys = snapshot();
  for (const auto& key : *keys) {
    if (key.jwk.kid() == kid && verifies(key, now)) return key.jwk;
  }
  return std::nullopt;
}

std::vector<SigningKey> SigningKeys::list(Time now) const {
  std::vector<SigningKey> live;
  const auto keys = snapshot();
  std::ranges::copy_if(*keys, std::back_inserter(live), [&](const auto& key) { return verifies(key, now); });
  return live;
}

store::Key SigningKeys::add(crypto::Algorithm algorithm, Time signs_from, Time now) {
  const auto jwk = crypto::Jwk::generate(algorithm);
  const store::Item item{{std::string(partition), new_uuid7(now)},
                         {{"jwk", store::Bytes{master_key_.seal(jwk.to_private_jwk(), seal_purpose)}},
                          {"kid", jwk.kid()},
                          {"alg", std::string(to_string(algorithm))},
                          {"created_at", to_ms(now)},
                          {"signs_from", to_ms(signs_from)}}};
  const store::Write write = store::Put{item, {store::item_absent()}};
  if (!table_.write({&write, 1})) throw std::runtime_error("a new signing key could not be stored");
  reload();
  return item.key;
}

void SigningKeys::rotate(crypto::Algorithm algorithm, std::chrono::seconds overlap, Time now, bool at_once) {
  const auto signs_from = at_once ? now : now + publish_ahead;
  const auto added = add(algorithm, signs_from, now);
  store::Query query{.pk = std::string(partition), .newest_first = true, .consistency = store::Consistency::strong};
  const auto page = table_.query(query);
  for (const auto& old : page.items) {
    // By its key, not as the newest: the clock may be behind that of whoever added the others.
    if (old.key == added || (old.expires_at && !at_once)) continue;
    const store::Write write =
        at_once ? store::Write(store::Delete{old.key})
                : store::Write(store::Update{
                      .key = old.key, .expires_at = signs_from + overlap, .conditions = {store::item_exists()}});
    (void)table_.write({&write, 1});  // refused when another process has just removed it, which is as well
  }
  reload();
}

void SigningKeys::reload() {
  auto keys = std::make_shared<std::vector<SigningKey>>();
  store::Query query{.pk = std::string(partition), .newest_first = true, .consistency = store::Consistency::strong};
  for (const auto& item : table_.query(query).items) keys->push_back(to_key(item, master_key_));
  const std::scoped_lock lock(mutex_);
  const auto same_key = [](const SigningKey& a, const SigningKey& b) { return a.jwk.kid() == b.jwk.kid(); };
  if (!std::ranges::equal(*keys, *keys_, same_key)) generation_.fetch_add(1, std::memory_order_release);
  keys_ = std::move(keys);
}

}  // namespace voyages::auth
