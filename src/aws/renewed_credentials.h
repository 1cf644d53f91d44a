#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "aws/credentials_provider.h"
#include "base/clock.h"
#include "base/log.h"

namespace voyages::aws {

/// Asks places one after the other until one has credentials, stays with that one, and renews what expires. One thread
/// asks at a time; while what there is still holds, the others go on with it, and so does everybody when the place
/// fails.
class RenewedCredentials final : public CredentialsSource {
 public:
  using Providers = std::vector<std::unique_ptr<CredentialsProvider>>;

  RenewedCredentials(Providers providers, const Clock& clock, Logger& log)
      : providers_(std::move(providers)), clock_(clock), log_(log) {}

  Credentials get() override;
  void expire() override;

 private:
  /// How pressing it is to renew what there is.
  enum class Need { none, advised, required };
  /// What there is, and how good that is.
  struct State {
    std::optional<Credentials> credentials;
    bool refused = false;            // a service said that they have expired
    std::optional<Time> next_try{};  // the place failed: not before then
    std::string fault{};             // how it failed, where nothing good is left
  };

  [[nodiscard]] Need need(const State& state) const;
  [[nodiscard]] State state() const;
  Credentials renew(const State& old);
  Credentials load();

  Providers providers_;
  const Clock& clock_;
  Logger& log_;
  std::mutex renewing_;                    // held while a place is asked
  CredentialsProvider* chosen_ = nullptr;  // one of providers_; guarded by renewing_
  mutable std::mutex mutex_;
  State state_;  // guarded by mutex_
};

}  // namespace voyages::aws
