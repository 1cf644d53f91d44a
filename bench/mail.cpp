#include "bench/mail.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "app/config.h"
#include "app/engine.h"
#include "auth/account/admin_users.h"
#include "base/uuid.h"
#include "bench/seed.h"
#include "email/deliver.h"
#include "email/queue_email.h"
#include "store/sqlite/items.h"

namespace voyages::bench {

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds duration{1500};
constexpr unsigned queueing_threads = 64;
constexpr unsigned workers = 4;

double seconds_since(SteadyClock::time_point started) {
  return std::chrono::duration<double>(SteadyClock::now() - started).count();
}

app::Config config(const std::filesystem::path& data) {
  auto loaded = app::load_config({.command_line = {{"data", data.string()},
                                                   {"public_url", "http://localhost:8080"},
                                                   {"mail_caller_limit", "0"},
                                                   {"mail_recipient_limit", "0"}}});
  if (!loaded) throw std::runtime_error(fmt::format("{}", fmt::join(loaded.error(), "\n")));
  return std::move(loaded->config);
}

/// The whole app, without its server.
struct House {
  explicit House(const std::filesystem::path& data)
      : engine(config(data), store::sqlite::Access::exclusive, LogLevel::off) {}

  [[nodiscard]] email::Emails& emails() { return engine.app().get<email::Emails>(); }
  [[nodiscard]] Time now() const { return engine.clock().now(); }

  app::Engine engine;
};

std::uint64_t next_number() {
  static std::atomic<std::uint64_t> number = 0;
  return ++number;
}

std::string next_address() { return fmt::format("reader{}@example.com", next_number()); }

boost::json::object params() {
  return {{"title", "Spring sailings are open"},
          {"body", "From today you can book the first sailings of the year.\n\nThere are new harbours."},
          {"url", "https://example.com/news/spring"}};
}

void queue_one(House& house, const std::shared_ptr<const http::Principal>& caller) {
  http::Context context{.now = house.now(), .caller = caller};
  const email::QueueEmailRequest request{.to = Email::parse(next_address()).value(),
                                         .template_ = http::Text<1, 64>::parse("announcement").value(),
                                         .params = params(),
                                         .send_at = {},
                                         .idempotency_key = {},
                                         .locale = {},
                                         .attachments = {}};
  if (!email::queue_email(house.emails(), request, context)) throw std::runtime_error("a mail was not queued");
}

/// Many threads queue while `more()`; how many mails they queued.
std::uint64_t queue_while(House& house, const std::function<bool()>& more) {
  const auto caller = std::make_shared<const http::Principal>(
      http::Principal{.user_id = new_uuid7(house.now()), .session_id = new_uuid7(house.now())});
  std::atomic<std::uint64_t> count = 0;
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < queueing_threads; ++i) {
      threads.emplace_back([&] {
        for (; more(); ++count) queue_one(house, caller);
      });
    }
  }
  return count;
}

void queue_many(House& house, std::uint64_t mails) {
  std::atomic<std::uint64_t> begun = 0;
  queue_while(house, [&] { return begun++ < mails; });
}

class TakesAll final : public email::Transport {
 public:
  email::Answer send(std::string_view, const email::Message&) override {
    return {email::Answer::Verdict::accepted, "250 2.0.0 taken"};
  }
};

}  // namespace

double measure_mail_queueing(const std::filesystem::path& data) {
  std::filesystem::remove_all(data);
  House house(data);
  const auto started = SteadyClock::now();
  const auto count = queue_while(house, [&] { return SteadyClock::now() - started < duration; });
  return static_cast<double>(count) / seconds_since(started);
}

double measure_mail_rows(const std::filesystem::path& data, int group) {
  std::filesystem::remove_all(data);
  House house(data);
  store::sqlite::Connection connection(house.engine.local()->database.file(),
                                       store::sqlite::Connection::Mode::read_write);
  const auto put = [&](const store::Write& write) {
    store::sqlite::apply(connection, *store::sqlite::plan(connection, write, 0));
  };
  const auto put_message = [&](const std::string& mail_id, Time now) {
    auto statement = connection.statement(
        "INSERT INTO messages(id, kind, body, attempts, enqueued_at_ms, due_at_ms) VALUES(?1, ?2, ?3, 0, ?4, ?4)");
    statement.bind(1, new_uuid7(now));
    statement.bind(2, email::send_mail);
    statement.bind(3, mail_id);
    statement.bind(4, now.time_since_epoch().count());
    statement.run();
  };
  std::uint64_t count = 0;
  const auto started = SteadyClock::now();
  while (SteadyClock::now() - started < duration) {
    connection.statement("BEGIN IMMEDIATE").run();
    for (int i = 0; i < group; ++i, ++count) {
      const auto now = house.now();
      const auto mail = house.emails().outbox.record({next_address(), "announcement", params()}, now);
      put(mail.item);
      put(mail.entry);
      put_message(mail.record.id, now);
    }
    connection.statement("COMMIT").run();
  }
  return static_cast<double>(count) / seconds_since(started);
}

double measure_mail_delivery(const std::filesystem::path& data) {
  constexpr std::uint64_t mails = 4'000;
  std::filesystem::remove_all(data);
  House house(data);
  queue_many(house, mails);
  TakesAll transport;
  auto& real = house.emails();
  email::Emails emails{real.table, real.queue,        real.blobs,      real.outbox, real.templates,
                       transport,  real.suppressions, real.master_key, real.log,    real.options};
  auto& queue = house.engine.local()->queue;
  const auto started = SteadyClock::now();
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < workers; ++i) {
      threads.emplace_back([&] {
        for (;;) {
          const auto deliveries = queue.receive({.work_class = store::WorkClass::slow}, 10, std::chrono::seconds(150));
          if (deliveries.empty()) return;
          for (const auto& delivery : deliveries) {
            email::deliver(emails, delivery.message.body, house.now());
            queue.acknowledge(delivery.receipt);
          }
        }
      });
    }
  }
  return static_cast<double>(mails) / seconds_since(started);
}

void seed_mails(const std::filesystem::path& data, std::uint64_t count) {
  std::filesystem::remove_all(data);
  House house(data);
  auto& auth = house.engine.app().get<auth::Auth>();
  const auto added = auth::add_user(auth, Email::parse(seeded_email(0)).value(),
                                    auth::NewPassword::parse(std::string_view(seeded_password)).value(), "", {"owner"},
                                    true, house.now());
  if (!added) throw std::runtime_error("the owner could not be made");
  queue_many(house, count);
}

void add_mails(const std::filesystem::path& data, std::uint64_t count) {
  House house(data);
  queue_many(house, count);
}

std::string next_mail_body() {
  return boost::json::serialize(
      boost::json::object{{"to", next_address()}, {"template", "announcement"}, {"params", params()}});
}

}  // namespace voyages::bench
