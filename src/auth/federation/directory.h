#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "auth/federation/key_set.h"
#include "auth/federation/metadata.h"
#include "auth/federation/single_flight.h"
#include "auth/federation/upstream.h"
#include "base/clock.h"

namespace voyages::auth::federation {

/// What OpenID providers say of themselves, and their keys, remembered for an hour. Thread-safe. All of it throws
/// `UpstreamFailed` when a provider does not answer well. Callers that want the same at once wait for one fetch, and
/// one that failed is not tried again for ten seconds, so that a silent provider does not hold up everybody else.
class Directory {
 public:
  /// `most`: callers that may wait for the same fetch; one more fails at once.
  Directory(Upstream& upstream, std::size_t most) : upstream_(upstream), metadata_flights_(most), key_flights_(most) {}

  [[nodiscard]] std::shared_ptr<const Metadata> metadata(std::string_view issuer, Time now);
  [[nodiscard]] std::shared_ptr<const KeySet> keys(const Metadata& metadata, Time now);
  /// The keys once more, because a token names one that was not among them; the same as before when they were fetched
  /// within the last minute, so that nobody makes us ask on and on.
  [[nodiscard]] std::shared_ptr<const KeySet> keys_anew(const Metadata& metadata, Time now);

 private:
  struct Entry {
    std::shared_ptr<const Metadata> metadata;
    Time metadata_since{};
    Time failed_at{};
    std::shared_ptr<const KeySet> keys;
    Time keys_since{};
    Time keys_failed_at{};
  };
  Entry read(std::string_view issuer);
  // Changes the issuer's entry, which it makes when there is none.
  template <class Change>
  void change(std::string_view issuer, Change change);
  [[nodiscard]] std::shared_ptr<const KeySet> keys_not_older_than(std::chrono::seconds age, const Metadata& metadata,
                                                                  Time now);

  [[nodiscard]] std::shared_ptr<const Metadata> fetch_metadata(std::string_view issuer, Time now);
  [[nodiscard]] std::shared_ptr<const KeySet> fetch_keys(const Metadata& metadata, Time now);

  Upstream& upstream_;
  SingleFlight<std::shared_ptr<const Metadata>> metadata_flights_;
  SingleFlight<std::shared_ptr<const KeySet>> key_flights_;
  std::mutex mutex_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace voyages::auth::federation
