#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/email_address.h"
#include "email/emails.h"
#include "http/context.h"
#include "http/list.h"
#include "http/types.h"

namespace voyages::email {

inline constexpr ErrorCode suppression_not_found{"suppression_not_found",
                                                 "This address gets this stream's mail: nothing suppresses it."};

/// The name of a stream: `BULK`.
class StreamName {
 public:
  static std::expected<StreamName, ErrorCode> parse(std::string_view text);
  static void describe(boost::json::object& schema);
  [[nodiscard]] std::string_view text() const { return to_string(stream_); }
  [[nodiscard]] Stream stream() const { return stream_; }

 private:
  explicit StreamName(Stream stream) : stream_(stream) {}
  Stream stream_;
};

struct SuppressionView {
  std::string email;
  std::string stream;
  std::string reason;
  Time created_at;

  static constexpr std::string_view list_name = "SuppressionListResponse";
  static constexpr http::FieldDoc docs[] = {
      {"reason", "HARD_BOUNCE, SOFT_BOUNCES, COMPLAINT, UNSUBSCRIBED or MANUAL.", R"("UNSUBSCRIBED")"},
      {"email", "", R"("ada@example.com")"},
      {"stream", "", R"("BULK")"}};
};
BOOST_DESCRIBE_STRUCT(SuppressionView, (), (email, stream, reason, created_at))

/// Why somebody suppresses an address by hand: `MANUAL`, `COMPLAINT` or `HARD_BOUNCE`.
class ReasonName {
 public:
  static std::expected<ReasonName, ErrorCode> parse(std::string_view text);
  static void describe(boost::json::object& schema);
  [[nodiscard]] std::string_view text() const { return to_string(reason_); }
  [[nodiscard]] SuppressionReason reason() const { return reason_; }

 private:
  explicit ReasonName(SuppressionReason reason) : reason_(reason) {}
  SuppressionReason reason_;
};

struct AddSuppressionRequest {
  StreamName stream;
  Email email;
  std::optional<ReasonName> reason;
};
BOOST_DESCRIBE_STRUCT(AddSuppressionRequest, (), (stream, email, reason))

struct SuppressionInput {
  StreamName stream;
  Email email;
};
BOOST_DESCRIBE_STRUCT(SuppressionInput, (), (stream, email))

/// `GET /email-suppressions`: by address.
Result<http::List<SuppressionView>> list_suppressions(Emails& emails, const http::ListInput& input,
                                                      http::Context& context);
/// `POST /email-suppressions`: no more mail of this stream to this address.
Result<void> add_suppression(Emails& emails, const AddSuppressionRequest& input, http::Context& context);
/// `DELETE /email-suppressions/{stream}/{email}`: mail again.
Result<void> remove_suppression(Emails& emails, const SuppressionInput& input, http::Context& context);

}  // namespace voyages::email
