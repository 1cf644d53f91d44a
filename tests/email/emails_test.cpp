#include <gtest/gtest.h>

#include "base/encoding.h"
#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

json::object announcement() {
  return {{"to", "ada@example.com"},
          {"template", "announcement"},
          {"params", {{"title", "News"}, {"body", "It is here."}}}};
}

json::object with(std::string_view field, const json::value& value) {
  auto body = announcement();
  body[field] = value;
  return body;
}

class EmailsTest : public testing::Test {
 protected:
  Answer queue(const json::object& body) { return scenario_.post("/emails", body, owner_); }
  std::string status(std::string_view id) { return scenario_.get("/emails/" + std::string(id), owner_).text("status"); }
  std::size_t count() { return scenario_.get("/emails", owner_).body.at("items").as_array().size(); }

  Scenario scenario_;
  std::string owner_ = scenario_.owner_token();
};

TEST_F(EmailsTest, AreQueuedAndSentWithATimeline) {
  const auto queued = queue(announcement());
  ASSERT_EQ(queued.status, 202);
  EXPECT_EQ(queued.text("status"), "QUEUED");
  const auto sent = scenario_.mails("ada@example.com", "announcement");
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_NE(sent[0].text.find("It is here."), std::string::npos);
  const auto mail = scenario_.get("/emails/" + queued.text("id"), owner_);
  EXPECT_EQ(mail.text("status"), "SENT");
  EXPECT_EQ(mail.text("template"), "announcement");
  EXPECT_EQ(mail.body.at("events").as_array().size(), 3U);
}

TEST_F(EmailsTest, AreForThoseWhoMaySend) {
  EXPECT_EQ(scenario_.post("/emails", announcement()).status, 401);
  const auto plain = scenario_.sign_up("bob@example.com").text("access_token");
  EXPECT_EQ(scenario_.post("/emails", announcement(), plain).status, 403);
  EXPECT_EQ(scenario_.get("/emails", plain).status, 403);
  EXPECT_EQ(scenario_.get("/email-suppressions", plain).status, 403);
}

TEST_F(EmailsTest, NameEveryBadFieldAndQueueNothing) {
  const auto before = count();
  const std::pair<json::object, std::string> cases[] = {
      {with("to", "ada"), "to:invalid_email"},
      {with("to", "ada@example.com\r\nBcc: eve@example.com"), "to:invalid_email"},
      {with("to", "ada@shop_one.example"), "to:invalid_email"},
      {with("to", "ada@shop.example;other.example"), "to:invalid_email"},
      {with("to", "a\u2067da@shop.example"), "to:invalid_email"},
      {with("template", "no_such"), "template:unknown_template"},
      {with("template", "announcement\r\n"), "template:control_character"},
      {with("params", {{"title", "News"}}), "params.body:required"},
      {with("params", {{"title", "News"}, {"body", "b"}, {"boddy", "b"}}), "params.boddy:unknown_field"},
      {with("params", {{"title", 1}, {"body", "b"}}), "params.title:wrong_type"},
      {with("send_at", "2001-01-01T00:00:00Z"), "send_at:in_the_past"},
      {with("send_at", "2999-01-01T00:00:00Z"), "send_at:too_far_ahead"},
      {with("send_at", "tomorrow"), "send_at:invalid_time"},
      {with("locale", "../../etc"), "locale:invalid_locale"},
      {with("idempotency_key", ""), "idempotency_key:empty"},
      {with("attachments", {{{"filename", "a\r\nX: y"}, {"content_type", "text/plain"}, {"content", "SGk="}}}),
       "attachments[0].filename:control_character"},
      {with("attachments", {{{"filename", "a"}, {"content_type", "text"}, {"content", "SGk="}}}),
       "attachments[0].content_type:invalid_media_type"},
      {with("attachments", {{{"filename", "a"}, {"content_type", "text/plain"}, {"content", "!!"}}}),
       "attachments[0].content:invalid_base64"},
  };
  for (const auto& [body, fault] : cases) {
    const auto answer = queue(body);
    EXPECT_EQ(answer.status, 422) << fault;
    if (answer.status != 422) continue;
    EXPECT_EQ(answer.faults(), std::vector{fault});
  }
  auto all = with("send_at", "2001-01-01T00:00:00Z");
  all["params"] = json::object{{"titel", "News"}};
  EXPECT_EQ(queue(all).faults().size(), 4U);  // two are missing, one is unknown, one is over
  EXPECT_EQ(count(), before);
}

TEST_F(EmailsTest, AreQueuedOnceForOneIdempotencyKey) {
  const auto first = queue(with("idempotency_key", "order-1"));
  const auto again = queue(with("idempotency_key", "order-1"));
  EXPECT_EQ(again.status, 202);
  EXPECT_EQ(again.text("id"), first.text("id"));
  auto other = with("idempotency_key", "order-1");
  other["to"] = "bob@example.com";
  const auto refused = queue(other);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.text("code"), "idempotency_key_reused");
  EXPECT_EQ(scenario_.mails("ada@example.com", "announcement").size(), 1U);
  EXPECT_TRUE(scenario_.mails("bob@example.com", "announcement").empty());
}

TEST_F(EmailsTest, AreAnsweredAgainThoughTheirTimeIsOver) {
  auto body = with("idempotency_key", "order-2");
  body["send_at"] = json::value(to_rfc3339(scenario_.clock().now() + 1min));
  const auto first = queue(body);
  scenario_.clock().advance(10min);
  EXPECT_EQ(queue(body).text("id"), first.text("id"));
}

TEST_F(EmailsTest, RefuseParametersThatNoItemHolds) {
  json::array items;
  for (int i = 0; i < 8; ++i) items.push_back({{"name", "n"}, {"value", json::value(std::string(9000, '\x01'))}});
  auto body = with("template", "job_report");
  body["params"] = json::object{{"job", "j"}, {"status", "complete"}, {"items", items}};
  const auto answer = queue(body);
  EXPECT_EQ(answer.status, 422);
}

TEST_F(EmailsTest, WaitForTheirTimeAndCanBeCancelledUntilThen) {
  const auto at = [&](auto delay) { return json::value(to_rfc3339(scenario_.clock().now() + delay)); };
  const auto kept = queue(with("send_at", at(1min))).text("id");
  const auto dropped = queue(with("send_at", at(1min))).text("id");
  EXPECT_EQ(scenario_.del("/emails/" + dropped, owner_).status, 204);
  EXPECT_TRUE(scenario_.mails("ada@example.com", "announcement").empty());
  scenario_.clock().advance(61s);
  EXPECT_EQ(scenario_.mails("ada@example.com", "announcement").size(), 1U);
  EXPECT_EQ(status(kept), "SENT");
  EXPECT_EQ(status(dropped), "CANCELLED");
  EXPECT_EQ(scenario_.del("/emails/" + kept, owner_).text("code"), "not_cancellable");
  EXPECT_EQ(scenario_.post("/emails/" + kept + "/retry", {}, owner_).text("code"), "not_retryable");
}

TEST_F(EmailsTest, AreListedByStatusPageByPage) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i)
    ids.push_back(queue(with("to", json::value("u" + std::to_string(i) + "@example.com"))).text("id"));
  std::vector<std::string> listed;
  std::string cursor;
  do {
    const auto page = scenario_.get("/emails?status=QUEUED&limit=2" + cursor, owner_);
    ASSERT_EQ(page.status, 200);
    for (const auto& item : page.body.at("items").as_array()) listed.emplace_back(item.at("id").as_string());
    cursor = page.body.as_object().contains("next_cursor") ? "&cursor=" + page.text("next_cursor") : "";
  } while (!cursor.empty());
  EXPECT_EQ(listed, std::vector<std::string>(ids.rbegin(), ids.rend()));
  EXPECT_EQ(scenario_.get("/emails?to=u3@example.com", owner_).body.at("items").as_array().size(), 1U);
  EXPECT_EQ(scenario_.get("/emails?status=LOST", owner_).status, 422);
  EXPECT_EQ(scenario_.get("/emails/019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071", owner_).status, 404);
}

TEST_F(EmailsTest, AreLimitedPerRecipient) {
  int accepted = 0;
  Answer last;
  for (int i = 0; i < 25; ++i) {
    last = queue(announcement());
    if (last.status == 202) ++accepted;
  }
  EXPECT_EQ(accepted, 20);
  EXPECT_EQ(last.status, 429);
  EXPECT_EQ(last.text("code"), "too_many_mails");
  EXPECT_EQ(queue(with("to", "bob@example.com")).status, 202);
}

TEST_F(EmailsTest, CarryAttachmentsAndThenForgetThem) {
  const auto body = with("attachments", {{{"filename", "a.txt"}, {"content_type", "text/plain"}, {"content", "SGk="}}});
  const auto id = queue(body).text("id");
  EXPECT_EQ(scenario_.get("/emails/" + id, owner_).body.at("attachments").as_array().size(), 1U);
  scenario_.run_queue();
  EXPECT_EQ(status(id), "SENT");
}

TEST_F(EmailsTest, CarryFilesThatAreLongerThanOtherText) {
  const auto file = json::value(to_base64(std::string(300'000, '\xff')));
  const auto body = with("attachments", {{{"filename", "a"}, {"content_type", "image/png"}, {"content", file}}});
  EXPECT_EQ(queue(body).status, 202);
}

TEST_F(EmailsTest, LeaveNoAttachmentBehindWhenTheyGo) {
  const auto at = json::value(to_rfc3339(scenario_.clock().now() + 24h));
  auto body = with("attachments", {{{"filename", "a.txt"}, {"content_type", "text/plain"}, {"content", "SGk="}}});
  body["send_at"] = at;
  const auto id = queue(body).text("id");
  auto& emails = scenario_.app().get<email::Emails>();
  scenario_.app().tick();
  EXPECT_TRUE(get(emails.blobs, "mail/" + id + "/0"));
  emails.outbox.forget("ada@example.com");
  scenario_.clock().advance(2h);
  scenario_.app().tick();
  EXPECT_FALSE(get(emails.blobs, "mail/" + id + "/0"));
}

TEST_F(EmailsTest, ArePreviewedWithoutSendingAnything) {
  const auto preview = scenario_.post("/email-templates/reset_password/preview", {}, owner_);
  ASSERT_EQ(preview.status, 200);
  EXPECT_NE(preview.text("html").find("<html"), std::string::npos);
  const auto german = scenario_.post("/email-templates/reset_password/preview", {{"locale", "de-AT"}}, owner_);
  EXPECT_NE(german.text("subject"), preview.text("subject"));
  EXPECT_EQ(scenario_.post("/email-templates/nothing/preview", {}, owner_).status, 404);
  EXPECT_GE(scenario_.get("/email-templates", owner_).body.at("items").as_array().size(), 8U);
  EXPECT_EQ(count(), 0U);
}

TEST_F(EmailsTest, OfOneStreamCanBeUnsubscribedWithoutSigningIn) {
  queue(announcement());
  const auto text = scenario_.mails("ada@example.com", "announcement").at(0).text;
  const auto begin = text.find("/unsubscribe#token=") + 19;
  const auto token = text.substr(begin, text.find_first_of("\r\n >)", begin) - begin);
  const auto page = scenario_.get("/unsubscribe/" + token);
  EXPECT_EQ(page.status, 303);
  EXPECT_EQ(page.headers.get("Location"), "/unsubscribe#token=" + token);
  EXPECT_EQ(scenario_.get("/email-suppressions", owner_).body.at("items").as_array().size(), 0U);

  EXPECT_EQ(scenario_.post("/unsubscribe/" + token, {{"List-Unsubscribe", "One-Click"}}).status, 204);
  EXPECT_EQ(scenario_.post("/unsubscribe/" + token.substr(1), {}).status, 400);
  const auto refused = queue(announcement()).text("id");
  scenario_.run_queue();
  EXPECT_EQ(status(refused), "SUPPRESSED");
  auto notice = announcement();
  notice["template"] = "message_received";
  notice["params"] = {{"url", "https://example.com/m/1"}};
  const auto still = queue(notice).text("id");
  scenario_.run_queue();
  EXPECT_EQ(status(still), "SENT");

  EXPECT_EQ(scenario_.del("/email-suppressions/BULK/ada@example.com", owner_).status, 204);
  EXPECT_EQ(scenario_.del("/email-suppressions/BULK/ada@example.com", owner_).status, 404);
  const json::object complaint{{"stream", "TRANSACTIONAL"}, {"email", "ada@example.com"}, {"reason", "COMPLAINT"}};
  EXPECT_EQ(scenario_.post("/email-suppressions", complaint, owner_).status, 204);
  const auto after_complaint = queue(notice).text("id");
  scenario_.run_queue();
  EXPECT_EQ(status(after_complaint), "SUPPRESSED");
  EXPECT_EQ(scenario_.post("/email-suppressions", {{"stream", "BULK"}, {"email", "Ada@Example.com"}}, owner_).status,
            204);
}

}  // namespace
}  // namespace voyages::tests
