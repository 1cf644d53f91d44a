#include "auth/federation/directory.h"

#include <fmt/format.h>

namespace voyages::auth::federation {

namespace {

constexpr std::chrono::seconds remembered_for = std::chrono::hours(1);
constexpr std::chrono::seconds between_key_fetches = std::chrono::minutes(1);
constexpr std::chrono::seconds left_alone_for{10};
// Only an administrator adds issuers; those that were deleted must not be remembered for ever.
constexpr std::size_t max_entries = 64;

UpstreamFailed left_alone(std::string_view issuer) {
  return UpstreamFailed(fmt::format("{} failed a moment ago, and is left alone", issuer));
}

}  // namespace

Directory::Entry Directory::read(std::string_view issuer) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(issuer);
  return found == entries_.end() ? Entry{} : found->second;
}

template <class Change>
void Directory::change(std::string_view issuer, Change change) {
  const std::scoped_lock lock(mutex_);
  if (entries_.size() >= max_entries && !entries_.contains(issuer)) entries_.clear();
  change(entries_[std::string(issuer)]);
}

std::shared_ptr<const Metadata> Directory::metadata(std::string_view issuer, Time now) {
  const auto remembered = [&]() -> std::shared_ptr<const Metadata> {
    const auto entry = read(issuer);
    if (entry.metadata && now < entry.metadata_since + remembered_for) return entry.metadata;
    if (now < entry.failed_at + left_alone_for) throw left_alone(issuer);
    return nullptr;
  };
  if (auto known = remembered()) return known;
  return metadata_flights_.run(issuer, [&] {
    // Another's fetch may have ended since.
    auto known = remembered();
    return known ? known : fetch_metadata(issuer, now);
  });
}

std::shared_ptr<const Metadata> Directory::fetch_metadata(std::string_view issuer, Time now) {
  try {
    const auto endpoint = metadata_endpoint(issuer);
    if (!endpoint) throw UpstreamFailed(fmt::format("{} is no issuer", issuer));
    auto metadata = read_metadata(upstream_.get(*endpoint), issuer);
    if (!metadata) throw UpstreamFailed(fmt::format("{}: {}", issuer, metadata.error()));
    auto fetched = std::make_shared<const Metadata>(std::move(*metadata));
    change(issuer, [&](Entry& to) {
      to.metadata = fetched;
      to.metadata_since = now;
    });
    return fetched;
  } catch (const UpstreamFailed&) {
    change(issuer, [&](Entry& to) { to.failed_at = now; });
    throw;
  }
}

std::shared_ptr<const KeySet> Directory::keys(const Metadata& metadata, Time now) {
  return keys_not_older_than(remembered_for, metadata, now);
}

std::shared_ptr<const KeySet> Directory::keys_anew(const Metadata& metadata, Time now) {
  return keys_not_older_than(between_key_fetches, metadata, now);
}

std::shared_ptr<const KeySet> Directory::keys_not_older_than(std::chrono::seconds age, const Metadata& metadata,
                                                             Time now) {
  const auto remembered = [&]() -> std::shared_ptr<const KeySet> {
    const auto entry = read(metadata.issuer);
    if (entry.keys && now < entry.keys_since + age) return entry.keys;
    if (now < entry.keys_failed_at + left_alone_for) throw left_alone(metadata.issuer);
    return nullptr;
  };
  if (auto known = remembered()) return known;
  return key_flights_.run(metadata.issuer, [&] {
    auto known = remembered();
    return known ? known : fetch_keys(metadata, now);
  });
}

std::shared_ptr<const KeySet> Directory::fetch_keys(const Metadata& metadata, Time now) {
  try {
    auto keys = KeySet::parse(upstream_.get(metadata.jwks_uri));
    if (!keys) throw UpstreamFailed(fmt::format("{} is no set of keys", metadata.jwks_uri.url));
    auto fetched = std::make_shared<const KeySet>(std::move(*keys));
    change(metadata.issuer, [&](Entry& to) {
      to.keys = fetched;
      to.keys_since = now;
    });
    return fetched;
  } catch (const UpstreamFailed&) {
    change(metadata.issuer, [&](Entry& to) { to.keys_failed_at = now; });
    throw;
  }
}

}  // namespace voyages::auth::federation
