#include "auth/signing_keys.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "auth/table_keys.h"
#include "auth/user.h"
#include "base/uuid.h"

namespace voyages::auth {

namespace {

constexpr std::string_view partition = table_keys::signing_keys;
constexpr std::string_view id_token_use = "ID_TOKEN";
// Before all ids, since the first key of its kind is older than those of the rotations. It is one name for all
// instances, so those that find no key at the same moment make one.
constexpr std::string_view first_key = "#FIRST";
constexpr std::string_view key_seal_purpose = "auth.signing_key";

// Access tokens have one algorithm at a time, ID tokens have several.
std::string first_sort_key(crypto::Algorithm algorithm, KeyUse use) {
  std::string text(first_key);
  if (use == KeyUse::id_token) text.append(1, '#').append(id_token_use).append(1, '#').append(to_string(algorithm));
  return text;
}

bool verifies(const SigningKey& key, Time now) { return !key.expires_at || *key.expires_at > now; }

SigningKey to_key(const store::Item& item, const crypto::MasterKey& master_key) {
  const auto* sealed = item.find<store::Bytes>("jwk");
  const auto plain = sealed ? master_key.open(sealed->value, key_seal_purpose) : std::nullopt;
  if (!plain) {
    throw std::runtime_error(
        "the signing keys do not open with this master key: set VOYAGES_MASTER_KEY, or put back the file master.key, "
        "that "
        "belongs to this data");
  }
  auto jwk = crypto::Jwk::parse(boost::json::parse(plain->expose()).as_object());
  if (!jwk) throw std::runtime_error("a signing key in the table is damaged: restore a backup");
  return {std::move(*jwk), item.text("use") == id_token_use ? KeyUse::id_token : KeyUse::access_token,
          from_ms(item.number("created_at")), from_ms(item.number("signs_from")), item.expires_at};
}

}  // namespace

SigningKeys::SigningKeys(store::Table& table, const crypto::MasterKey& master_key, crypto::Algorithm algorithm,
                         Time now)
    : table_(table), master_key_(master_key) {
  reload();
  if (snapshot()->empty()) add_first(algorithm, KeyUse::access_token, now);
}

std::shared_ptr<const std::vector<SigningKey>> SigningKeys::snapshot() const {
  const std::scoped_lock lock(mutex_);
  return keys_;
}

crypto::Jwk SigningKeys::current(Time now) const {
  const auto keys = snapshot();
  const SigningKey* oldest = nullptr;
  for (const auto& key : *keys) {
    if (key.use != KeyUse::access_token) continue;
    if (key.signs_from <= now) return key.jwk;
    oldest = &key;
  }
  // A clock that jumped back before the first key's time must not stop every login.
  return oldest ? oldest->jwk : keys->back().jwk;
}

std::optional<crypto::Jwk> SigningKeys::find_for_id_tokens(crypto::Algorithm algorithm, Time now) const {
  const auto keys = snapshot();
  const SigningKey* oldest = nullptr;
  for (const auto& key : *keys) {
    if (key.jwk.algorithm() != algorithm || !verifies(key, now)) continue;
    if (key.signs_from <= now) return key.jwk;
    oldest = &key;
  }
  return oldest ? std::optional(oldest->jwk) : std::nullopt;
}

crypto::Jwk SigningKeys::for_id_tokens(crypto::Algorithm algorithm, Time now) {
  if (auto found = find_for_id_tokens(algorithm, now)) return *found;
  const std::scoped_lock lock(making_);
  reload();  // another thread or process may just have made it
  if (auto found = find_for_id_tokens(algorithm, now)) return *found;
  add_first(algorithm, KeyUse::id_token, now);
  return find_for_id_tokens(algorithm, now).value();
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

bool SigningKeys::store_new(std::string sort_key, crypto::Algorithm algorithm, KeyUse use, Time signs_from, Time now) {
  const auto jwk = crypto::Jwk::generate(algorithm);
  store::Item item{{std::string(partition), std::move(sort_key)},
                   {{"jwk", store::Bytes{master_key_.seal(jwk.to_private_jwk(), key_seal_purpose)}},
                    {"kid", jwk.kid()},
                    {"alg", std::string(to_string(algorithm))},
                    {"created_at", to_ms(now)},
                    {"signs_from", to_ms(signs_from)}}};
  if (use == KeyUse::id_token) item.attributes["use"] = std::string(id_token_use);
  const store::Write write = store::Put{std::move(item), {store::item_absent()}};
  const bool stored = table_.write({&write, 1}).has_value();
  reload();
  return stored;
}

void SigningKeys::add_first(crypto::Algorithm algorithm, KeyUse use, Time now) {
  // Refused when another instance was faster: its key is ours as well.
  (void)store_new(first_sort_key(algorithm, use), algorithm, use, now, now);
}

store::Key SigningKeys::add(crypto::Algorithm algorithm, KeyUse use, Time signs_from, Time now) {
  auto sort_key = new_uuid7(now);
  if (!store_new(sort_key, algorithm, use, signs_from, now)) {
    throw std::runtime_error("a new signing key could not be stored");
  }
  return {std::string(partition), std::move(sort_key)};
}

void SigningKeys::rotate(crypto::Algorithm algorithm, std::chrono::seconds overlap, Time now, bool at_once) {
  const auto signs_from = at_once ? now : now + publish_ahead;
  std::set<crypto::Algorithm> for_id_tokens;
  for (const auto& key : list(now)) {
    if (key.use == KeyUse::id_token && !key.expires_at) for_id_tokens.insert(key.jwk.algorithm());
  }
  std::vector<store::Key> added{add(algorithm, KeyUse::access_token, signs_from, now)};
  for (const auto id_token_algorithm : for_id_tokens) {
    added.push_back(add(id_token_algorithm, KeyUse::id_token, signs_from, now));
  }
  store::Query query{.pk = std::string(partition), .newest_first = true, .consistency = store::Consistency::strong};
  const auto page = table_.query(query);
  for (const auto& old : page.items) {
    // By its key, not as the newest: the clock may be behind that of the process that added the others.
    if (std::ranges::find(added, old.key) != added.end() || (old.expires_at && !at_once)) continue;
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
