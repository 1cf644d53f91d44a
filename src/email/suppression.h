#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "email/message.h"
#include "store/table.h"

namespace voyages::email {

/// Why an address gets no more mail of a stream.
enum class SuppressionReason { hard_bounce, soft_bounces, complaint, unsubscribed, manual };

/// `HARD_BOUNCE`.
std::string_view to_string(SuppressionReason reason);
/// `TRANSACTIONAL` or `BULK`.
std::string_view to_string(Stream stream);
std::optional<Stream> parse_stream(std::string_view text);

/// An address that gets no more mail of a stream.
struct Suppression {
  std::string email;  // one spelling per mailbox
  Stream stream;
  std::string reason;  // a `SuppressionReason`'s name
  Time created_at{};
};

/// All suppressions, by address.
store::Query suppressions_query();
Suppression to_suppression(const store::Item& item);

/// The addresses that get no more mail, each for one stream: `MAIL#SUPPRESSED#<address>`/`<stream>`. Addresses are in
/// their one spelling per mailbox.
class SuppressionList {
 public:
  explicit SuppressionList(store::Table& table) : table_(table) {}

  [[nodiscard]] std::optional<Suppression> find(std::string_view email, Stream stream);
  void add(std::string_view email, Stream stream, SuppressionReason reason, Time now);
  /// Counts a mail that was put off until it was given up; the fifth within a month suppresses both streams. What has
  /// the same `event_id` is counted once.
  void count_soft_bounce(std::string_view email, Time now, std::string_view event_id = {});
  /// False when there was none.
  bool remove(std::string_view email, Stream stream);

 private:
  store::Table& table_;
};

}  // namespace voyages::email
