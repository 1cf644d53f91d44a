#include "aws/renewed_credentials.h"

#include <fmt/format.h>

#include <utility>

#include "base/unavailable.h"

namespace voyages::aws {

namespace {

// botocore's: from the first on they should be renewed, from the second on they must be.
constexpr std::chrono::minutes advised_before{15};
constexpr std::chrono::minutes required_before{10};
// A place that just failed is not asked by every request.
constexpr std::chrono::seconds pause_after_failure{30};
// Nor while nothing good is left: all would wait for a program that hangs, one after the other.
constexpr std::chrono::seconds pause_without_credentials{5};

}  // namespace

RenewedCredentials::Need RenewedCredentials::need(const State& state) const {
  if (!state.credentials || state.refused) return Need::required;
  if (!state.credentials->expires_at) return Need::none;
  const auto now = clock_.now();
  const auto expires_at = *state.credentials->expires_at;
  if (now >= expires_at) return Need::required;
  if (state.next_try && now < *state.next_try) return Need::none;
  if (now + required_before >= expires_at) return Need::required;
  return now + advised_before >= expires_at ? Need::advised : Need::none;
}

RenewedCredentials::State RenewedCredentials::state() const {
  const std::scoped_lock lock(mutex_);
  return state_;
}

Credentials RenewedCredentials::get() {
  auto now = state();
  switch (need(now)) {
    case Need::none:
      return std::move(*now.credentials);
    case Need::advised: {
      const std::unique_lock lock(renewing_, std::try_to_lock);
      return lock ? renew(now) : std::move(*now.credentials);
    }
    case Need::required:
      break;
  }
  const std::scoped_lock lock(renewing_);
  // Another thread may have been faster.
  now = state();
  if (need(now) == Need::none) return std::move(*now.credentials);
  if (!now.fault.empty() && clock_.now() < *now.next_try) throw Unavailable(now.fault);
  return renew(now);
}

Credentials RenewedCredentials::renew(const State& old) {
  try {
    auto credentials = load();
    const std::scoped_lock lock(mutex_);
    state_ = {credentials};
    // A place may give out what is about to expire: asking again at once would bring the same.
    if (credentials.expires_at && clock_.now() + required_before >= *credentials.expires_at) {
      state_.next_try = clock_.now() + pause_after_failure;
    }
    return credentials;
  } catch (const Unavailable& error) {
    const bool still_good = old.credentials && !old.refused && old.credentials->expires_at > clock_.now();
    if (!still_good) {
      const std::scoped_lock lock(mutex_);
      state_.fault = error.what();
      state_.next_try = clock_.now() + pause_without_credentials;
      throw;
    }
    log_.warn("The credentials of AWS could not be renewed yet; the old ones are used until they expire.",
              {{"reason", error.what()}, {"expires_at", to_rfc3339(*old.credentials->expires_at)}});
    const std::scoped_lock lock(mutex_);
    state_.next_try = clock_.now() + pause_after_failure;
    return *old.credentials;
  }
}

Credentials RenewedCredentials::load() {
  if (chosen_) {
    if (auto credentials = chosen_->load()) return std::move(*credentials);
    throw Unavailable(
        fmt::format("{} gave out AWS credentials before, and now has none or does not answer", chosen_->name()));
  }
  for (const auto& provider : providers_) {
    auto credentials = provider->load();
    if (!credentials) continue;
    chosen_ = provider.get();
    return std::move(*credentials);
  }
  throw Unavailable(
      "there are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile in "
      "~/.aws/credentials, or give the machine, the container or the function a role");
}

void RenewedCredentials::expire() {
  const std::scoped_lock lock(mutex_);
  state_.refused = true;
}

}  // namespace voyages::aws
