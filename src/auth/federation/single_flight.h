#pragma once

#include <cstddef>
#include <exception>
#include <expected>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "auth/federation/upstream_failed.h"

namespace voyages::auth::federation {

/// Lets one caller fetch what several want at the same time; the others wait for it. Thread-safe.
template <class T>
class SingleFlight {
 public:
  /// `most`: callers that may be under way for one key, so that a server that is slow to answer holds no more threads.
  explicit SingleFlight(std::size_t most) : most_(most) {}

  /// What `fetch` returns, or what it returned for the caller that came first. Throws `UpstreamFailed` if the fetch
  /// did, and at once if too many wait already.
  template <class Fetch>
  T run(std::string_view key, Fetch fetch) {
    std::promise<Result> promise;
    std::shared_future<Result> result;
    {
      const std::scoped_lock lock(mutex_);
      auto& flight = flights_[std::string(key)];
      if (flight.callers >= most_) throw UpstreamFailed(std::string(key) + " is slow to answer, and many wait for it");
      if (++flight.callers > 1) {
        result = flight.result;
      } else {
        flight.result = promise.get_future().share();
      }
    }
    // Waits, if it is another's.
    auto got = result.valid() ? result.get() : land(key, fetch, promise);
    if (!got) throw UpstreamFailed(got.error());
    return std::move(*got);
  }

 private:
  // A text rather than the exception itself, which threads should not share.
  using Result = std::expected<T, std::string>;

  struct Flight {
    std::shared_future<Result> result;
    std::size_t callers = 0;
  };

  template <class Fetch>
  Result land(std::string_view key, Fetch& fetch, std::promise<Result>& promise) {
    Result result = try_fetch(fetch);
    // Before the others hear of it: a caller that comes now finds what the fetch has kept.
    {
      const std::scoped_lock lock(mutex_);
      flights_.erase(flights_.find(key));
    }
    promise.set_value(result);
    return result;
  }

  template <class Fetch>
  static Result try_fetch(Fetch& fetch) {
    try {
      return fetch();
    } catch (const std::exception& error) {
      return std::unexpected(std::string(error.what()));
    }
  }

  const std::size_t most_;
  std::mutex mutex_;
  std::map<std::string, Flight, std::less<>> flights_;
};

}  // namespace voyages::auth::federation
