#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/email_address.h"
#include "email/emails.h"
#include "http/context.h"
#include "http/types.h"

namespace voyages::email {

inline constexpr ErrorCode too_many_mails{"too_many_mails",
                                          "That is more mail within an hour than is allowed. See `Retry-After`."};
inline constexpr ErrorCode idempotency_key_reused{
    "idempotency_key_reused", "Another mail was queued under this `idempotency_key`. Use a new key for each mail."};

/// The tag of a language (BCP 47): `de`, `de-AT`.
class Locale {
 public:
  static std::expected<Locale, ErrorCode> parse(std::string_view text);
  static void describe(boost::json::object& schema);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  explicit Locale(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

struct AttachmentInput {
  http::Text<1, 200> filename;
  http::Text<1, 100> content_type;
  http::Base64 content;

  static constexpr http::FieldDoc docs[] = {
      {"content", "The file in base64.", R"("SGVsbG8h")"},
      {"content_type", "", R"("text/plain")"},
      {"filename", "", R"("hello.txt")"},
  };
};
BOOST_DESCRIBE_STRUCT(AttachmentInput, (), (filename, content_type, content))

struct QueueEmailRequest {
  Email to;
  http::Text<1, 64> template_;
  boost::json::object params;
  std::optional<Time> send_at;
  std::optional<http::Text<1, 200>> idempotency_key;
  std::optional<Locale> locale;
  std::optional<std::vector<AttachmentInput>> attachments;

  static constexpr http::FieldDoc docs[] = {
      {"template", "Its name: GET /email-templates lists them.", R"("announcement")"},
      {"params", "What the template declares, no more and no less.", R"({"title": "News", "body": "It is here."})"},
      {"send_at", "Not before this time, up to a year ahead; at once when left out."},
      {"idempotency_key", "The same key within a day queues nothing twice.", R"("order-4711-shipped")"},
      {"attachments", "Up to 10 files; together with everything else they must fit into a request."},
  };
};
BOOST_DESCRIBE_STRUCT(QueueEmailRequest, (), (to, template_, params, send_at, idempotency_key, locale, attachments))

struct QueuedEmail {
  std::string id;
  std::string status;

  static constexpr http::FieldDoc docs[] = {
      {"id", "", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071")"},
      {"status", "", R"("QUEUED")"},
  };
};
BOOST_DESCRIBE_STRUCT(QueuedEmail, (), (id, status))

/// `POST /emails`.
Result<QueuedEmail> queue_email(Emails& emails, const QueueEmailRequest& input, http::Context& context);

}  // namespace voyages::email
