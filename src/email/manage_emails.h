#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "email/emails.h"
#include "email/queue_email.h"
#include "http/context.h"
#include "http/list.h"
#include "http/types.h"

namespace voyages::email {

inline constexpr ErrorCode email_not_found{"email_not_found", "There is no such mail, or it is over a week old."};
inline constexpr ErrorCode not_cancellable{"not_cancellable", "This mail is on its way or at its end already."};
inline constexpr ErrorCode not_retryable{"not_retryable", "Only a mail that FAILED can be sent again."};

struct EmailEvent {
  Time at;
  std::string event;
  std::optional<std::string> detail;

  static constexpr http::FieldDoc docs[] = {
      {"event", "queued, trying, accepted, deferred, rejected, bounced, cancelled, suppressed, …", R"("accepted")"},
      {"detail", "What the other side said, say.", R"("250 2.0.0 OK")"},
  };
};
BOOST_DESCRIBE_STRUCT(EmailEvent, (), (at, event, detail))

struct EmailView {
  std::string id;
  std::string to;
  std::string template_;
  std::string status;
  std::int64_t attempts;
  Time created_at;
  std::optional<Time> due_at;
  std::optional<Time> sent_at;
  std::optional<std::string> caller;
  std::optional<std::vector<std::string>> attachments;
  std::vector<EmailEvent> events;

  static constexpr std::string_view list_name = "EmailList";
  static constexpr http::FieldDoc docs[] = {
      {"id", "", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071")"},
      {"to", "", R"("ada@example.com")"},
      {"template", "", R"("announcement")"},
      {"attempts", "Tries so far.", "1"},
      {"status", "QUEUED, SENDING, SENT, RETRYING, FAILED, CANCELLED or SUPPRESSED.", R"("SENT")"},
      {"due_at", "When it will be sent or tried again, while it waits."},
      {"caller", "Who queued it by the API."},
      {"events", "What happened, oldest first."},
  };
};
BOOST_DESCRIBE_STRUCT(EmailView, (),
                      (id, to, template_, status, attempts, created_at, due_at, sent_at, caller, attachments, events))

/// The name of a status: `QUEUED`.
class StatusName {
 public:
  static std::expected<StatusName, ErrorCode> parse(std::string_view text);
  static void describe(boost::json::object& schema);
  [[nodiscard]] std::string_view text() const { return to_string(status_); }
  [[nodiscard]] Status status() const { return status_; }

 private:
  explicit StatusName(Status status) : status_(status) {}
  Status status_;
};

struct ListEmailsRequest : http::ListByIdInput {
  std::optional<StatusName> status{};
  std::optional<Email> to{};
};
BOOST_DESCRIBE_STRUCT(ListEmailsRequest, (http::ListByIdInput), (status, to))

struct EmailInput {
  http::Uuid id;
};
BOOST_DESCRIBE_STRUCT(EmailInput, (), (id))

/// `GET /emails`: newest first. A page goes on over mails that it leaves out, until it has read 10,000.
Result<http::List<EmailView>> list_emails(Emails& emails, const ListEmailsRequest& input, http::Context& context);
/// `GET /emails/{id}`.
Result<EmailView> get_email(Emails& emails, const EmailInput& input, http::Context& context);
/// `POST /emails/{id}/retry`: a mail that failed is sent again, with all its tries.
Result<QueuedEmail> retry_email(Emails& emails, const EmailInput& input, http::Context& context);
/// `DELETE /emails/{id}`: a mail that was not sent yet never will be.
Result<void> cancel_email(Emails& emails, const EmailInput& input, http::Context& context);

}  // namespace voyages::email
