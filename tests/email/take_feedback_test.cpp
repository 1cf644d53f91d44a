#include "email/take_feedback.h"

#include "base/unavailable.h"
#include "tests/email/mail_room.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;
using email::Feedback;
using email::Stream;
using Kind = Feedback::Kind;

class TakeFeedback : public MailRoom {
 protected:
  Feedback feedback(Kind kind, const std::string& mail_id, int number = 1) {
    return {.kind = kind,
            .id = "feedback-" + std::to_string(number),
            .recipients = {"ada@example.com"},
            .mail_id = mail_id,
            .detail = "smtp; 550 5.1.1 unknown",
            .at = clock_.now() - 5s};
  }
  void take(const Feedback& feedback) { email::take_feedback(emails_, feedback, clock_.now()); }
  std::string reason(Stream stream, std::string_view address = "ada@example.com") {
    const auto found = suppressions_.find(address, stream);
    return found ? found->reason : "";
  }
  /// A mail of the bulk stream that was sent.
  std::string send_bulk() {
    auto mail = outbox_.record({.to = "ada@example.com",
                                .template_name = "announcement",
                                .params = {{"title", "News"}, {"body", "It is here."}}},
                               clock_.now());
    write(mail);
    return mail.record.id;
  }
};

TEST_F(TakeFeedback, SuppressesAnAddressThatDoesNotExist) {
  const auto id = queue_mail("Ada@Example.com");
  work();
  take(feedback(Kind::hard_bounce, id));
  EXPECT_EQ(reason(Stream::transactional), "HARD_BOUNCE");
  EXPECT_EQ(reason(Stream::bulk), "HARD_BOUNCE");
  EXPECT_EQ(events(id), (std::vector<std::string>{"queued", "trying", "accepted", "bounced"}));
  const auto event = find(id).events.back();
  EXPECT_EQ(event.detail, "smtp; 550 5.1.1 unknown");
  EXPECT_EQ(event.at, clock_.now() - 5s);
  EXPECT_EQ(find(id).status, email::Status::sent);  // the other side had taken it
  const auto next = queue_mail();
  work();
  EXPECT_EQ(find(next).status, email::Status::suppressed);
}

TEST_F(TakeFeedback, ChangesNothingMoreWhenItComesAgain) {
  const auto id = queue_mail();
  work();
  const auto bounce = feedback(Kind::hard_bounce, id);
  take(bounce);
  const auto suppressed_at = suppressions_.find("ada@example.com", Stream::bulk)->created_at;
  clock_.advance(1h);
  take(bounce);
  EXPECT_EQ(events(id).size(), 4U);
  EXPECT_EQ(suppressions_.find("ada@example.com", Stream::bulk)->created_at, suppressed_at);
}

TEST_F(TakeFeedback, CountsASoftBounceOnce) {
  const auto id = queue_mail();
  work();
  for (int again = 0; again < 9; ++again) take(feedback(Kind::soft_bounce, id));
  EXPECT_EQ(reason(Stream::bulk), "");
  EXPECT_EQ(events(id).back(), "bounced for now");
  EXPECT_EQ(events(id).size(), 4U);
  for (int number = 2; number <= 4; ++number) take(feedback(Kind::soft_bounce, "", number));
  EXPECT_EQ(reason(Stream::bulk), "");
  take(feedback(Kind::soft_bounce, "", 5));
  EXPECT_EQ(reason(Stream::bulk), "SOFT_BOUNCES");
  EXPECT_EQ(reason(Stream::transactional), "SOFT_BOUNCES");
}

TEST_F(TakeFeedback, ForgetsSoftBouncesAfterAMonth) {
  for (int number = 1; number <= 4; ++number) take(feedback(Kind::soft_bounce, "", number));
  clock_.advance(31 * 24h);
  for (int number = 1; number <= 4; ++number) take(feedback(Kind::soft_bounce, "", number));
  EXPECT_EQ(reason(Stream::bulk), "");
}

TEST_F(TakeFeedback, StopsTheStreamThatWasComplainedAbout) {
  const auto notice = queue_mail();
  work();
  take(feedback(Kind::complaint, notice));
  EXPECT_EQ(reason(Stream::transactional), "COMPLAINT");
  EXPECT_EQ(reason(Stream::bulk), "COMPLAINT");
  EXPECT_EQ(events(notice).back(), "complained");
}

TEST_F(TakeFeedback, LeavesNoticesToWhoComplainedAboutBulkMail) {
  const auto bulk = send_bulk();
  take(feedback(Kind::complaint, bulk));
  EXPECT_EQ(reason(Stream::bulk), "COMPLAINT");
  EXPECT_EQ(reason(Stream::transactional), "");
}

TEST_F(TakeFeedback, HeedsAComplaintAboutAMailThatIsNoLongerKnown) {
  auto late = feedback(Kind::complaint, "019ab1c2-7d3e-7f00-8a1b-2c3d4e5f6071");
  late.recipients = {"not an address", "Ada@Example.com", "bob@example.com", ""};
  take(late);
  EXPECT_EQ(reason(Stream::bulk), "COMPLAINT");
  EXPECT_EQ(reason(Stream::bulk, "bob@example.com"), "COMPLAINT");
  EXPECT_EQ(reason(Stream::transactional), "");
}

TEST_F(TakeFeedback, MeansTheRecipientOfAKnownMailAndNobodyElse) {
  const auto id = queue_mail();
  work();
  auto forged = feedback(Kind::hard_bounce, id);
  forged.recipients = {"victim@example.com"};
  take(forged);
  EXPECT_EQ(reason(Stream::bulk, "victim@example.com"), "");
  EXPECT_EQ(reason(Stream::bulk), "HARD_BOUNCE");
}

TEST_F(TakeFeedback, WritesDownADeliveryAndWhatIsNobodysFault) {
  const auto id = queue_mail();
  work();
  take(feedback(Kind::delivered, id));
  take(feedback(Kind::undelivered, id));
  EXPECT_EQ(events(id), (std::vector<std::string>{"queued", "trying", "accepted", "delivered", "undelivered"}));
  EXPECT_EQ(reason(Stream::bulk), "");
  const auto before = find(id);
  EXPECT_TRUE(before.sealed_params.empty());
  clock_.advance(24h * 7);
  EXPECT_FALSE(get(table_, email::mail_key(id)));  // the record does not live longer for it
}

TEST_F(TakeFeedback, SendsNoSecondCopyOfAMailWhoseAnswerWasLost) {
  transport_.answer = {Verdict::deferred, "It may have been sent: the connection was cut"};
  const auto id = queue_mail();
  work();
  ASSERT_EQ(find(id).status, email::Status::retrying);
  for (int again = 0; again < 2; ++again) take(feedback(Kind::delivered, id));
  EXPECT_EQ(find(id).status, email::Status::sent);
  EXPECT_EQ(find(id).sent_at, clock_.now() - 5s);
  EXPECT_TRUE(find(id).sealed_params.empty());
  EXPECT_EQ(events(id), (std::vector<std::string>{"queued", "trying", "deferred", "delivered"}));
  clock_.advance(1h);
  (void)outbox_.queue_due(clock_.now());
  work();
  EXPECT_EQ(transport_.tried.size(), 1U);
}

TEST_F(TakeFeedback, LeavesADeferredMailThatBouncedToTheSuppressionList) {
  transport_.answer = {Verdict::deferred, "It may have been sent: the connection was cut"};
  const auto id = queue_mail();
  work();
  take(feedback(Kind::hard_bounce, id));
  EXPECT_EQ(find(id).status, email::Status::retrying);
  clock_.advance(1h);
  (void)outbox_.queue_due(clock_.now());
  work();
  EXPECT_EQ(find(id).status, email::Status::suppressed);
  EXPECT_EQ(transport_.tried.size(), 1U);
}

TEST_F(TakeFeedback, ComesAgainWhileAWorkerIsAtTheMail) {
  const auto id = queue_mail();
  transport_.on_send = [&] { EXPECT_THROW(take(feedback(Kind::hard_bounce, id)), Unavailable); };
  work();
  EXPECT_EQ(reason(Stream::bulk), "HARD_BOUNCE");  // that much need not wait
  take(feedback(Kind::hard_bounce, id));
  EXPECT_EQ(events(id), (std::vector<std::string>{"queued", "trying", "accepted", "bounced"}));
}

TEST_F(TakeFeedback, KeepsBothEventsOfTwoThatWriteAtOnce) {
  const auto id = queue_mail();
  work();
  {
    std::vector<std::jthread> threads;
    for (const auto kind : {Kind::delivered, Kind::complaint, Kind::undelivered}) {
      threads.emplace_back([this, id, kind] { take(feedback(kind, id)); });
    }
  }
  auto names = events(id);
  std::ranges::sort(names);
  EXPECT_EQ(names,
            (std::vector<std::string>{"accepted", "complained", "delivered", "queued", "trying", "undelivered"}));
}

TEST_F(TakeFeedback, IgnoresAnyIdThatIsNoMails) {
  for (const auto& id : {std::string("TO#ada@example.com"), std::string(5000, 'x'), std::string("\xFF"),
                         std::string("a\0b", 3), std::string("SENT")}) {
    EXPECT_NO_THROW(take(feedback(Kind::delivered, id))) << id;
  }
}

}  // namespace
}  // namespace voyages::tests
