#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "aws/ses/feedback.h"

namespace voyages::aws::ses {
namespace {

namespace json = boost::json;
using email::Feedback;
using Kind = Feedback::Kind;

constexpr std::string_view id = "019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071";

// As a configuration set publishes them.
constexpr std::string_view bounce = R"({
  "eventType": "Bounce",
  "bounce": {
    "feedbackId": "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
    "bounceType": "Permanent", "bounceSubType": "General",
    "bouncedRecipients": [{"emailAddress": "ada@example.com", "action": "failed", "status": "5.1.1",
                           "diagnosticCode": "smtp; 550 5.1.1 user unknown"}],
    "timestamp": "2026-11-24T06:41:02.669Z", "reportingMTA": "dsn; mta.example.com"
  },
  "mail": {
    "timestamp": "2026-11-24T06:40:02.012Z", "source": "Cloud <id@example.com>", "sendingAccountId": "123456789012",
    "messageId": "EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000",
    "destination": ["ada@example.com"], "headersTruncated": false,
    "headers": [{"name": "From", "value": "id@example.com"}, {"name": "To", "value": "ada@example.com"}],
    "commonHeaders": {"from": ["id@example.com"], "to": ["ada@example.com"], "subject": "Hello"},
    "tags": {"ses:configuration-set": ["events"], "mail_id": ["019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071"]}
  }
})";

json::object event(std::string_view text = bounce) { return json::parse(text).as_object(); }

std::optional<Feedback> parse(const json::object& event) { return parse_feedback(json::serialize(event)); }

TEST(SesFeedback, ReadsAHardBounce) {
  const auto feedback = parse_feedback(bounce);
  ASSERT_TRUE(feedback);
  EXPECT_EQ(feedback->kind, Kind::hard_bounce);
  EXPECT_EQ(feedback->id, "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000");
  EXPECT_EQ(feedback->recipients, std::vector<std::string>{"ada@example.com"});
  EXPECT_EQ(feedback->mail_id, id);
  EXPECT_EQ(feedback->detail, "smtp; 550 5.1.1 user unknown");
  EXPECT_EQ(to_rfc3339(feedback->at), "2026-11-24T06:41:02.669Z");
}

TEST(SesFeedback, ReadsAnIdentitysNotification) {
  auto notification = event();
  notification.erase("eventType");
  notification["notificationType"] = "Bounce";
  auto& mail = notification["mail"].as_object();
  mail.erase("tags");
  mail["commonHeaders"] = {{"messageId", "<" + std::string(id) + "@id.example.com>"}};
  EXPECT_EQ(parse(notification)->mail_id, id);
  mail["commonHeaders"] = {{"messageId", "<somebody@elses.example>"}};
  EXPECT_EQ(parse(notification)->mail_id, "");
  mail.erase("commonHeaders");
  EXPECT_EQ(parse(notification)->mail_id, "");
}

TEST(SesFeedback, TellsHardBouncesFromOthers) {
  struct Case {
    const char* type;
    const char* subtype;
    std::optional<Kind> kind;
  };
  for (const auto& each :
       {Case{"Permanent", "NoEmail", Kind::hard_bounce},
        Case{"Permanent", "OnAccountSuppressionList", Kind::hard_bounce},
        Case{"Transient", "General", Kind::soft_bounce}, Case{"Transient", "MailboxFull", Kind::soft_bounce},
        Case{"Transient", "MessageTooLarge", Kind::undelivered},
        Case{"Transient", "ContentRejected", Kind::undelivered},
        Case{"Transient", "AttachmentRejected", Kind::undelivered}, Case{"Undetermined", "Undetermined", std::nullopt},
        Case{"", "", std::nullopt}}) {
    auto changed = event();
    changed["bounce"].as_object()["bounceType"] = each.type;
    changed["bounce"].as_object()["bounceSubType"] = each.subtype;
    const auto feedback = parse(changed);
    EXPECT_EQ(feedback ? std::optional(feedback->kind) : std::nullopt, each.kind) << each.type << ' ' << each.subtype;
  }
}

TEST(SesFeedback, ReadsAComplaint) {
  const auto feedback = parse_feedback(R"({"eventType": "Complaint",
    "complaint": {"complainedRecipients": [{"emailAddress": "Ada <ada@example.com>"},
                                           {"emailAddress": "<b@example.com>"}],
                  "timestamp": "2026-11-24T06:41:02Z", "feedbackId": "f", "complaintSubType": null,
                  "userAgent": "ExampleCorp Feedback Loop", "complaintFeedbackType": "abuse"},
    "mail": {"messageId": "m", "tags": {"mail_id": ["x"]}}})");
  ASSERT_TRUE(feedback);
  EXPECT_EQ(feedback->kind, Kind::complaint);
  EXPECT_EQ(feedback->recipients, (std::vector<std::string>{"ada@example.com", "b@example.com"}));
  EXPECT_EQ(feedback->detail, "abuse");
}

TEST(SesFeedback, ReadsADeliveryAndARejection) {
  const auto delivery = parse_feedback(R"({"eventType": "Delivery",
    "delivery": {"timestamp": "2026-11-24T06:41:02Z", "processingTimeMillis": 546, "recipients": ["ada@example.com"],
                 "smtpResponse": "250 2.6.0 Message\r\n received", "reportingMTA": "mta.example.com"},
    "mail": {"tags": {"mail_id": ["x"]}}})");
  ASSERT_TRUE(delivery);
  EXPECT_EQ(delivery->kind, Kind::delivered);
  EXPECT_EQ(delivery->recipients, std::vector<std::string>{"ada@example.com"});
  EXPECT_EQ(delivery->detail, "250 2.6.0 Message received");
  EXPECT_EQ(delivery->mail_id, "x");

  const auto rejection = parse_feedback(R"({"eventType": "Reject", "reject": {"reason": "Bad content"},
    "mail": {"timestamp": "2026-11-24T06:41:02Z", "destination": ["ada@example.com"], "tags": {"mail_id": ["x"]}}})");
  ASSERT_TRUE(rejection);
  EXPECT_EQ(rejection->kind, Kind::undelivered);
  EXPECT_EQ(rejection->detail, "Bad content");
}

TEST(SesFeedback, PassesOverWhatSaysNothingOfAMailsEnd) {
  for (const auto* type :
       {"Send", "Open", "Click", "DeliveryDelay", "Subscription", "Rendering Failure", "bounce", ""}) {
    auto changed = event();
    changed["eventType"] = type;
    EXPECT_FALSE(parse(changed)) << type;
  }
  EXPECT_FALSE(parse_feedback("Successfully validated SNS topic for Amazon SES event publishing."));
}

TEST(SesFeedback, RefusesWhatIsNoEvent) {
  for (const auto* text : {"", "null", "[]", "{", "\xFF", R"({"eventType": 1})", R"({"eventType": "Bounce"})",
                           R"({"eventType": "Bounce", "bounce": [], "mail": 5})",
                           R"({"eventType": "Bounce", "bounce": {"bounceType": "Permanent"}, "mail": {}})",
                           R"({"eventType": "Bounce", "bounce": {"bounceType": "Permanent", "timestamp": "soon"}})",
                           R"({"eventType": "Bounce", "eventType": "Bounce"})"}) {
    EXPECT_FALSE(parse_feedback(text)) << text;
  }
  EXPECT_FALSE(parse_feedback(std::string(bounce) + std::string(300'000, ' ')));
  EXPECT_FALSE(parse_feedback(std::string(100'000, '[')));
}

TEST(SesFeedback, BoundsWhatItTakesFromOutside) {
  auto changed = event();
  auto& details = changed["bounce"].as_object();
  json::array recipients;
  recipients.emplace_back(
      json::object{{"emailAddress", std::string(1000, 'x')}, {"diagnosticCode", "a\nb\x01" + std::string(2000, 'y')}});
  recipients.emplace_back(5);
  recipients.emplace_back(json::object{{"emailAddress", 7}});
  for (int i = 0; i < 100; ++i) recipients.emplace_back(json::object{{"emailAddress", "ada@example.com"}});
  details["bouncedRecipients"] = recipients;
  details["feedbackId"] = std::string(5000, 'f');
  const auto feedback = parse(changed);
  ASSERT_TRUE(feedback);
  EXPECT_EQ(feedback->recipients.size(), 50U);
  EXPECT_EQ(feedback->detail.size(), 500U);
  EXPECT_TRUE(feedback->detail.starts_with("a b yyy"));
  EXPECT_EQ(feedback->id.size(), 200U);
}

TEST(SesFeedback, SaysWhatItCanOfABounceWithoutADiagnosis) {
  auto changed = event();
  changed["bounce"].as_object()["bouncedRecipients"] = json::array{{{"emailAddress", "ada@example.com"}}};
  EXPECT_EQ(parse(changed)->detail, "Permanent General");
}

}  // namespace
}  // namespace voyages::aws::ses
