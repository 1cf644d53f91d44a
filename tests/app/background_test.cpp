#include "app/background.h"

#include <gtest/gtest.h>

#include <future>

#include "email/outbox.h"
#include "store/dead_letters.h"
#include "tests/app/scratch.h"
#include "tests/email/scripted_relay.h"

namespace voyages::app {
namespace {

using namespace std::chrono_literals;
using tests::Command;
using tests::ScriptedRelay;

Config config_for(const Scratch& scratch, const ScriptedRelay& relay) {
  const auto url = "smtp+insecure://127.0.0.1:" + std::to_string(relay.port());
  return load_config({.command_line = {{"data", scratch.path().string()}, {"smtp_url", url}}})->config;
}

/// The app over a relay, as `serve` has it, but for the server.
class House {
 public:
  House(const Scratch& scratch, const ScriptedRelay& relay)
      : engine(config_for(scratch, relay), store::sqlite::Access::exclusive, LogLevel::off) {}

  void queue_mail(std::string_view to, std::string_view template_name, email::MailClass mail_class) {
    auto& outbox = engine.app().get<email::Outbox>();
    const auto now = engine.clock().now();
    const auto is_reset = template_name == "reset_password";
    const boost::json::object news{{"title", "News"}, {"body", "It is here."}};
    const boost::json::object reset{{"url", "http://localhost/reset"}};
    auto record =
        outbox
            .record(
                {.to = std::string(to), .template_name = std::string(template_name), .params = is_reset ? reset : news},
                now)
            .record;
    record.events.clear();
    record.mail_class = mail_class;
    const auto mail = outbox.record(record, now);
    std::vector<store::Write> writes;
    mail.append_to(writes);
    EXPECT_TRUE(engine.table().write(writes));
    outbox.dispatch(mail, now);
  }
  /// How many messages of the kind wait, or are in a worker's hands.
  std::int64_t waiting(std::string_view kind) {
    store::sqlite::Connection connection(engine.local()->database.file(), store::sqlite::Connection::Mode::read_only);
    auto statement = connection.statement("SELECT count(*) FROM messages WHERE kind=?1");
    statement.bind(1, kind);
    statement.step();
    return statement.number(0);
  }

  Engine engine;
};

template <class Condition>
bool becomes_true(Condition condition) {
  for (const auto give_up = std::chrono::steady_clock::now() + 20s; std::chrono::steady_clock::now() < give_up;) {
    if (condition()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

TEST(BackgroundWork, SendsAResetAtOnceThoughNewslettersWait) {
  const Scratch scratch;
  ScriptedRelay relay([](const Command& command) {
    if (command.is(".")) std::this_thread::sleep_for(50ms);
    return tests::usual_answer(command);
  });
  House house(scratch, relay);
  for (int i = 0; i < 400; ++i) {
    house.queue_mail("reader" + std::to_string(i) + "@example.com", "announcement", email::MailClass::bulk);
  }
  // Notices to people come before newsletters, too, and after the reset.
  for (int i = 0; i < 100; ++i) {
    house.queue_mail("person" + std::to_string(i) + "@example.com", "announcement", email::MailClass::transactional);
  }
  const Background background(house.engine, {.quick = 8, .slow = 4});
  ASSERT_TRUE(becomes_true([&] { return relay.mails().size() > 10; }));
  const auto before = relay.mails().size();
  house.queue_mail("ada@example.com", "reset_password", email::MailClass::urgent);
  ASSERT_TRUE(becomes_true([&] { return house.waiting(email::send_urgent_mail) == 0; }));
  const auto mails = relay.mails();
  EXPECT_LT(mails.size() - before, 40U);
  EXPECT_TRUE(std::ranges::any_of(mails, [](const auto& mail) { return mail.contains("ada@example.com"); }));
}

TEST(BackgroundWork, GoesOnThoughTheMailServerIsSilent) {
  const Scratch scratch;
  std::promise<void> gate;
  const auto opened = gate.get_future().share();
  ScriptedRelay relay([&](const Command&) {
    opened.wait();
    return std::string();
  });
  House house(scratch, relay);
  for (int i = 0; i < 50; ++i) {
    house.queue_mail("person" + std::to_string(i) + "@example.com", "announcement", email::MailClass::transactional);
    house.queue_mail("reader" + std::to_string(i) + "@example.com", "announcement", email::MailClass::bulk);
  }
  {
    const Background background(house.engine, {.quick = 8, .slow = 4});
    EXPECT_TRUE(becomes_true([&] { return relay.connections() == 6; }));  // half of each class
    auto& queue = house.engine.app().house().queue;
    for (const auto* kind : {"auth.reset_mail", "auth.verification_mail", "auth.logout_notice"}) {
      queue.send(kind, "nobody");
      EXPECT_TRUE(becomes_true([&] { return house.waiting(kind) == 0; })) << kind;
    }
    EXPECT_EQ(relay.connections(), 6U);
    gate.set_value();
  }
}

TEST(BackgroundWork, KeepsWhatFailedForTheLastTimeAsADeadLetter) {
  const Scratch scratch;
  ScriptedRelay relay;
  House house(scratch, relay);
  auto& app = house.engine.app();
  auto& letters = app.get<store::DeadLetters>();
  const store::QueueMessage message{.id = "1", .kind = "of.nobody", .body = "x", .attempt = 7};
  EXPECT_THROW(app.work(message), std::runtime_error);
  EXPECT_TRUE(letters.list(10).items.empty());
  auto last = message;
  last.attempt = 8;
  EXPECT_NO_THROW(app.work(last));
  auto vanished = message;  // its last worker died, or its queue remembers why it failed
  vanished.attempt = 9;
  vanished.last_failure = "the relay is down";
  EXPECT_NO_THROW(app.work(vanished));
  const auto found = letters.list(10).items;
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].reason, "the relay is down");
  EXPECT_EQ(found[1].reason, "no service knows work of the kind of.nobody");
}

}  // namespace
}  // namespace voyages::app
