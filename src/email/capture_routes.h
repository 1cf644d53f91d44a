#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "email/captured_mails.h"
#include "http/router.h"
#include "http/types.h"

namespace voyages::email {

/// Lets whoever started the program read the captured mails before there is an account to sign in with. Made anew at
/// each start; only its SHA-256 is kept.
class ReadingToken {
 public:
  /// The token, once. Not while requests are served.
  std::string make(Time now);
  [[nodiscard]] bool is(std::string_view presented) const;

 private:
  std::string secret_hash_;  // empty: there is none, and nothing passes for it
};

inline constexpr ErrorCode captured_mail_not_found{"captured_mail_not_found",
                                                   "There is no captured mail with this id."};
inline constexpr ErrorCode wrong_mail_token{
    "wrong_mail_token", "This link is not of the running server. Open the one that `voyages serve` printed last."};

struct MailAddress {
  std::string name;
  std::string address;

  static constexpr http::FieldDoc docs[] = {
      {"name", "May be empty.", R"("Ada Lovelace")"},
      {"address", "", R"("ada@example.com")"},
  };
};
BOOST_DESCRIBE_STRUCT(MailAddress, (), (name, address))

struct CapturedMailSummary {
  std::string id;
  MailAddress from;
  MailAddress to;
  std::string subject;
  Time date;

  static constexpr std::string_view list_name = "CapturedMailList";
  static constexpr http::FieldDoc docs[] = {
      {"id", "", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071")"},
      {"subject", "", R"("Choose a new password")"},
  };
};
BOOST_DESCRIBE_STRUCT(CapturedMailSummary, (), (id, from, to, subject, date))

struct CapturedAttachment {
  std::string name;
  std::int64_t size;

  static constexpr http::FieldDoc docs[] = {
      {"name", "", R"("report.pdf")"},
      {"size", "Bytes.", "48213"},
  };
};
BOOST_DESCRIBE_STRUCT(CapturedAttachment, (), (name, size))

struct CapturedMailView {
  std::string id;
  MailAddress from;
  MailAddress to;
  std::string subject;
  Time date;
  std::string message_id;
  std::string text;
  std::string html;
  std::string source;
  bool source_is_cut;
  std::optional<std::string> unsubscribe_url;
  std::vector<CapturedAttachment> attachments;

  static constexpr http::FieldDoc docs[] = {
      {"id", "", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071")"},
      {"subject", "", R"("Choose a new password")"},
      {"message_id", "", R"("019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071@example.com")"},
      {"text", "", R"("Hello Ada")"},
      {"html", "Empty when the mail has no such part.", R"("<p>Hello Ada</p>")"},
      {"source", "As it would have been sent (RFC 5322); its first 512 KiB.", R"("Subject: Choose a new password")"},
      {"source_is_cut", "There is more of it at `/captured-mails/{id}/source`.", "false"},
  };
};
BOOST_DESCRIBE_STRUCT(CapturedMailView, (),
                      (id, from, to, subject, date, message_id, text, html, source, source_is_cut, unsubscribe_url,
                       attachments))

struct CapturedMailInput {
  http::Uuid id;
};
BOOST_DESCRIBE_STRUCT(CapturedMailInput, (), (id))

/// Declares the routes to read and remove captured mails: for administrators, and for whoever has the token.
void add_capture_routes(http::Router& router, CapturedMails& mails, const ReadingToken& token);

}  // namespace voyages::email
