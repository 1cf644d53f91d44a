#include "email/manage_suppressions.h"

#include "store/list.h"

namespace voyages::email {

namespace {

constexpr ErrorCode invalid_stream{"invalid_stream", "A stream is TRANSACTIONAL or BULK."};
constexpr ErrorCode invalid_reason{"invalid_reason", "A reason is MANUAL, COMPLAINT or HARD_BOUNCE."};
constexpr SuppressionReason given_reasons[] = {SuppressionReason::manual, SuppressionReason::complaint,
                                               SuppressionReason::hard_bounce};

}  // namespace

std::expected<StreamName, ErrorCode> StreamName::parse(std::string_view text) {
  const auto stream = parse_stream(text);
  if (!stream) return std::unexpected(invalid_stream);
  return StreamName(*stream);
}

void StreamName::describe(boost::json::object& schema) {
  schema["enum"] = {"TRANSACTIONAL", "BULK"};
  schema["example"] = "BULK";
}

std::expected<ReasonName, ErrorCode> ReasonName::parse(std::string_view text) {
  for (const auto reason : given_reasons) {
    if (text == to_string(reason)) return ReasonName(reason);
  }
  return std::unexpected(invalid_reason);
}

void ReasonName::describe(boost::json::object& schema) {
  boost::json::array names;
  for (const auto reason : given_reasons) names.emplace_back(to_string(reason));
  schema["enum"] = std::move(names);
  schema["example"] = "COMPLAINT";
}

Result<http::List<SuppressionView>> list_suppressions(Emails& emails, const http::ListInput& input, http::Context&) {
  return store::list<http::List<SuppressionView>>(
      emails.table, suppressions_query(), input, [](const store::Item& item) -> SuppressionView {
        auto found = to_suppression(item);
        return {std::move(found.email), std::string(to_string(found.stream)), std::move(found.reason),
                found.created_at};
      });
}

Result<void> add_suppression(Emails& emails, const AddSuppressionRequest& input, http::Context& context) {
  emails.suppressions.add(input.email.text(), input.stream.stream(),
                          input.reason ? input.reason->reason() : SuppressionReason::manual, context.now);
  return {};
}

Result<void> remove_suppression(Emails& emails, const SuppressionInput& input, http::Context&) {
  if (!emails.suppressions.remove(input.email.text(), input.stream.stream())) return fail(suppression_not_found);
  return {};
}

}  // namespace voyages::email
