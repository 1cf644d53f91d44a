#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/table.h"

namespace voyages::auth {

inline constexpr ErrorCode too_many_attempts{
    "too_many_attempts", "Too many failed attempts. Wait as long as `Retry-After` says, then try again."};

/// Slows down guessing: failures are counted per address and per client network, and from a threshold on each failure
/// locks for twice as long as the one before, up to 15 minutes. A network's failures are forgotten an hour after the
/// first. A device that has logged in before has a count of its own, which alone counts for it, so a stranger who locks
/// an address or a network does not lock out the owner.
///
/// An attempt is counted as a failure before its password is looked at, and taken back when it was none: guesses that
/// are sent all at once get no further than guesses one by one.
///
/// Addresses are counted whether an account has them or not, so a lock says nothing about accounts.
class Throttle {
 public:
  /// `network` is `client_network` of the caller's address.
  Throttle(std::string_view email_normalised, std::string_view network);

  /// What to read before the password is looked at, in one go.
  [[nodiscard]] std::vector<store::Key> keys() const;
  /// Takes what was read for `keys()`, in their order.
  void load(const std::optional<store::Item>& by_email, const std::optional<store::Item>& by_network);
  /// The account's own count for this device, and its key; absent when it never logged in from here.
  void load_known(store::Key key, const std::optional<store::Item>& known);

  /// Counts the attempt that begins. `too_many_attempts`, with how much longer this caller must wait, if it must; then
  /// nothing was counted. To be called once, when everything is loaded.
  [[nodiscard]] std::optional<Error> begin(store::Table& table, Time now);
  /// The writes that take the attempt back, for it was no wrong password. Refused, it stays counted.
  [[nodiscard]] std::vector<store::Write> take_back(Time now) const;
  /// The same for a sign-in, which forgets the address's failures.
  [[nodiscard]] std::vector<store::Write> success(std::string_view user_id, Time now) const;
  [[nodiscard]] bool is_known() const { return known_.has_value(); }

  /// The write that makes the network one that the account is known in, with no failures.
  static store::Write know(std::string_view user_id, std::string_view network, Time now);
  /// `USER#<id>`/`KNOWN#<network>`: this account has logged in from there.
  static store::Key known_key(std::string_view user_id, std::string_view network);

 private:
  [[nodiscard]] std::optional<Error> refusal(Time now) const;
  [[nodiscard]] std::vector<store::Write> attempt(Time now) const;

  std::string network_;
  store::Key email_key_;
  store::Key network_key_;
  store::Key known_key_{};
  std::optional<store::Item> by_email_;
  std::optional<store::Item> by_network_;
  std::optional<store::Item> known_;
};

/// The client's address, for IPv6 its /64: that is what one subscriber has.
std::string client_network(std::string_view ip);

}  // namespace voyages::auth
