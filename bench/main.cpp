// Measures the server against what its machine can do: peers and yardsticks run in turn with it, in the same run.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <functional>
#include <optional>
#include <thread>

#include "bench/load.h"
#include "bench/mail.h"
#include "bench/oauth.h"
#include "bench/pairs.h"
#include "bench/peers.h"
#include "bench/primitives.h"
#include "bench/relay.h"
#include "bench/report.h"
#include "bench/seed.h"

namespace voyages::bench {
namespace {

namespace json = boost::json;

struct Options {
  std::filesystem::path binary;
  std::filesystem::path work;
  std::uint64_t few_users = 1'000;
  std::uint64_t many_users = 1'000'000;
  std::uint64_t mails = 100'000;
  std::string only;  // one part's name; empty: all
  int rounds = 5;
  std::chrono::milliseconds duration{2000};
};

struct Tokens {
  std::string access;
  std::string refresh;
};

Tokens log_in(std::uint16_t port, std::uint64_t user) {
  const auto body = json::serialize(json::object{{"email", seeded_email(user)}, {"password", seeded_password}});
  const auto answer = json::parse(call(port, post_request("/auth/login", body), 200)).as_object();
  return {std::string(answer.at("access_token").as_string()), std::string(answer.at("refresh_token").as_string())};
}

std::vector<Client> login_clients(std::size_t count, std::uint64_t users) {
  std::vector<Client> clients;
  for (std::size_t i = 0; i < count; ++i) {
    auto next = std::make_shared<std::uint64_t>(i);
    clients.push_back({[next, users, count] {
                         const auto body = json::serialize(
                             json::object{{"email", seeded_email(*next % users)}, {"password", seeded_password}});
                         *next += count;
                         return post_request("/auth/login", body);
                       },
                       [](const Answer& answer) { return answer.status == 200; }});
  }
  return clients;
}

std::vector<Client> mail_clients(std::uint16_t port, std::size_t count) {
  const auto token = log_in(port, 0).access;
  const Client client{[token] { return post_request("/emails", next_mail_body(), token); },
                      [](const Answer& answer) { return answer.status == 202; }};
  return std::vector<Client>(count, client);
}

std::vector<Client> refresh_clients(std::uint16_t port, std::size_t count) {
  std::vector<Client> clients;
  for (std::size_t i = 0; i < count; ++i) {
    auto token = std::make_shared<std::string>(log_in(port, i).refresh);
    clients.push_back({[token] { return post_request("/auth/refresh", R"({"refresh_token":")" + *token + "\"}"); },
                       [token](const Answer& answer) {
                         *token = json_member(answer.body, "refresh_token");
                         return answer.status == 200;
                       }});
  }
  return clients;
}

class Bench {
 public:
  explicit Bench(Options options) : options_(std::move(options)) {
    options_.work = std::filesystem::absolute(options_.work);  // nginx has a working directory of its own
    std::filesystem::remove_all(options_.work);
    std::filesystem::create_directories(options_.work);
  }

  std::vector<Row> run() {
    const auto few = options_.work / "few";
    seed(few, options_.few_users);
    {
      Voyages server = start(few);
    }
    Voyages server = start(few);
    rows_.push_back({"start to ready, existing data", server.ready_ms, "ms", {}, 0, "<= 20"});
    std::this_thread::sleep_for(std::chrono::seconds(1));
    rows_.push_back({"idle memory", server.process.resident_mb(), "MB", {}, 0, "<= 20"});
    rows_.push_back({"binary size", static_cast<double>(std::filesystem::file_size(options_.binary)) / 1e6, "MB"});
    if (wanted("health")) measure_health(server.port);
    if (wanted("me")) measure_me(server.port);
    if (wanted("storm")) measure_storm(server.port);
    if (wanted("login")) measure_logins(server.port);
    if (wanted("refresh")) measure_refreshes(server.port);
    if (wanted("hanging")) measure_hanging();
    if (wanted("oauth")) measure_oauth();
    rows_.push_back({"memory after these loads", server.process.resident_mb(), "MB"});
    if (wanted("verify")) measure_verification_rates();
    if (wanted("mail")) measure_mail();
    if (wanted("many") && options_.many_users > 0) measure_many(server.port);
    return std::move(rows_);
  }

 private:
  Voyages start(const std::filesystem::path& data) {
    return Voyages(options_.binary, data, "http://localhost:8080", free_port(), free_port());
  }

  [[nodiscard]] bool wanted(std::string_view part) const { return options_.only.empty() || options_.only == part; }

  void say(const char* what) { fmt::print(stderr, "- {}\n", what); }

  double rate(std::uint16_t port, std::vector<Client> clients) {
    return rate_of(port, std::move(clients), options_.duration);
  }
  double p99(std::uint16_t port, std::vector<Client> clients) {
    const auto result = run_load(port, std::move(clients), options_.duration);
    return checked(result, result.p99_ms);
  }

  void measure_health(std::uint16_t port) {
    say("GET /health/live against nginx");
    const auto request = get_request("/health/live");
    const Nginx nginx(options_.work / "nginx", free_port(), "/health/live", R"({"status":"ok"})");
    const auto rates = in_turn(
        options_.rounds, [&] { return rate(port, repeat(request, 64)); },
        [&] { return rate(nginx.port, repeat(request, 64)); });
    rows_.push_back({"GET /health/live, 64 clients", rates.value, "/s", "nginx, same bytes", rates.peer, ">= 0.75"});
    const auto latencies = in_turn(
        options_.rounds, [&] { return p99(port, repeat(request, 64)); },
        [&] { return p99(nginx.port, repeat(request, 64)); });
    rows_.push_back({"  p99", latencies.value, "ms", "nginx, same bytes", latencies.peer});
  }

  void measure_me(std::uint16_t port) {
    say("GET /auth/me against /health/live");
    const auto me = get_request("/auth/me", log_in(port, 0).access);
    const auto live = get_request("/health/live");
    const auto rates = in_turn(
        options_.rounds, [&] { return rate(port, repeat(me, 64)); }, [&] { return rate(port, repeat(live, 64)); });
    rows_.push_back({"GET /auth/me, 64 clients", rates.value, "/s", "/health/live", rates.peer, ">= 0.6"});
  }

  void measure_storm(std::uint16_t port) {
    say("GET /auth/me during a login storm");
    const auto me = get_request("/auth/me", log_in(port, 0).access);
    const auto storm_p99 = [&] {
      // Clients that do not wait: more logins than the machine can hash.
      std::jthread storm([&] {
        auto clients = login_clients(64, options_.few_users);
        for (auto& client : clients) client.take_answer = [](const Answer&) { return true; };
        run_load(port, std::move(clients), options_.duration + std::chrono::milliseconds(500));
      });
      std::this_thread::sleep_for(std::chrono::milliseconds(250));
      return p99(port, repeat(me, 8));
    };
    const auto latencies = in_turn(options_.rounds, storm_p99, [&] { return p99(port, repeat(me, 8)); });
    rows_.push_back({"p99 of /auth/me in a login storm", latencies.value, "ms", "unloaded", latencies.peer, "<= 5"});
  }

  void measure_logins(std::uint16_t port) {
    say("POST /auth/login against the raw rate of Argon2id");
    const auto rates = in_turn(
        options_.rounds, [&] { return rate(port, login_clients(8, options_.few_users)); },
        [] { return measure_password_hashes(); });
    rows_.push_back({"POST /auth/login, 8 clients", rates.value, "/s", "Argon2id on all cores", rates.peer, ">= 0.95"});
  }

  void measure_refreshes(std::uint16_t port) {
    say("POST /auth/refresh against grouped commits");
    const auto one = in_turn(
        options_.rounds, [&] { return rate(port, refresh_clients(port, 1)); },
        [&] { return measure_grouped_commits(options_.work / "raw", 1); });
    rows_.push_back({"POST /auth/refresh, 1 client", one.value, "/s", "same rows, a commit each", one.peer});
    const auto many = in_turn(
        options_.rounds, [&] { return rate(port, refresh_clients(port, 64)); },
        [&] { return measure_grouped_commits(options_.work / "raw", 32); });
    rows_.push_back(
        {"POST /auth/refresh, 64 clients", many.value, "/s", "same rows, 32 a commit", many.peer, ">= 0.5"});
  }

  // What could hold others up, all at once: a sign-in provider that never answers, newsletters that wait, and a relay
  // that falls silent at each of them.
  void measure_hanging() {
    say("POST /auth/refresh and the mail of a reset, while others hang");
    constexpr int callers = 200;
    constexpr std::uint64_t newsletters = 10'000;
    // Longer than a provider that failed is left alone.
    constexpr std::chrono::seconds between_rounds{11};
    const SilentPort provider;
    Relay silent_relay("reader");
    Relay relay;
    const auto hanging_data = options_.work / "hanging";
    seed(hanging_data, options_.few_users);
    seed_provider(hanging_data, fmt::format("http://127.0.0.1:{}", provider.port()));
    add_mails(hanging_data, newsletters);
    const auto data = options_.work / "not-hanging";
    seed(data, options_.few_users);
    ::setenv("VOYAGES_SIGN_UP_LIMIT", "0", 1);
    const Voyages hanging = start_mail_server(hanging_data, silent_relay.port());
    const Voyages server = start_mail_server(data, relay.port());

    const auto press_buttons = [&] {
      std::this_thread::sleep_for(between_rounds);
      std::vector<std::jthread> people;
      for (int i = 0; i < callers; ++i) {
        people.emplace_back([&] { (void)call(hanging.port, own_page_request("/auth/federation/acme", "{}"), 503); });
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(250));
      return people;
    };
    const auto latencies = in_turn(
        options_.rounds,
        [&] {
          const auto people = press_buttons();
          return p99(hanging.port, refresh_clients(hanging.port, 8));
        },
        [&] { return p99(server.port, refresh_clients(server.port, 8)); });
    rows_.push_back({"p99 of refresh while others hang", latencies.value, "ms", "unloaded", latencies.peer, "<= 1.5"});
    std::uint64_t user = 0;
    std::uint64_t peer_user = 0;
    const auto resets = in_turn(
        options_.rounds,
        [&] {
          const auto people = press_buttons();
          return send_resets(hanging.port, silent_relay, user);
        },
        [&] { return send_resets(server.port, relay, peer_user); });
    rows_.push_back(
        {"a reset's mail to the relay while others hang", resets.value, "ms", "unloaded", resets.peer, "<= 1.5"});
  }

  // Milliseconds from the request to the mail at the relay, the median of some users, one after the other.
  static double send_resets(std::uint16_t port, Relay& relay, std::uint64_t& next_user) {
    std::vector<double> times;
    for (int i = 0; i < 20; ++i) {
      const auto email = seeded_email(next_user++);
      const auto started = std::chrono::steady_clock::now();
      (void)call(port, post_request("/auth/forgot-password", json::serialize(json::object{{"email", email}})), 202);
      relay.wait_for(email);
      times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count());
    }
    return median(times);
  }

  // In a folder of its own, since its clients are put straight into the table.
  void measure_oauth() {
    say("OpenID: code flow, token endpoint, userinfo, introspection");
    const auto data = options_.work / "oauth";
    seed(data, options_.few_users);
    const auto clients = seed_clients(data);
    const Voyages server = start(data);
    std::ranges::move(
        bench::measure_oauth(server.port, clients, {options_.rounds, options_.duration}, options_.work / "raw"),
        std::back_inserter(rows_));
  }

  void measure_verification_rates() {
    say("verification of access tokens");
    std::vector<double> raw;
    std::vector<double> uncached;
    std::vector<double> cached;
    for (int i = 0; i < options_.rounds; ++i) {
      const auto rates = measure_verification(options_.work / "keys");
      raw.push_back(rates.raw);
      uncached.push_back(rates.uncached);
      cached.push_back(rates.cached);
    }
    rows_.push_back(
        {"verify a token, no cache, 1 thread", median(uncached), "/s", "Ed25519 alone", median(raw), ">= 0.9"});
    rows_.push_back({"verify a token, cached, 1 thread", median(cached), "/s", "Ed25519 alone", median(raw)});
  }

  void measure_mail() {
    say("mail: queueing against grouped commits, delivery, memory");
    const auto data = options_.work / "mail";
    const auto queueing = in_turn(
        options_.rounds, [&] { return measure_mail_queueing(data); }, [&] { return measure_mail_rows(data, 32); });
    rows_.push_back(
        {"queue a mail, 64 threads", queueing.value, "/s", "same rows, 32 a commit", queueing.peer, ">= 0.5"});
    const auto delivery = in_turn(
        options_.rounds, [&] { return measure_mail_delivery(data); }, [&] { return measure_mail_queueing(data); });
    rows_.push_back({"deliver a mail, 4 workers", delivery.value, "/s", "queue a mail", delivery.peer});
    measure_mail_over_http(data);
    const auto few = mail_memory(data, 10);
    rows_.push_back({fmt::format("memory with {} mails to send", options_.mails), mail_memory(data, options_.mails),
                     "MB", "with 10", few});
  }

  // A server that sends to `smtp_port` of this machine.
  Voyages start_mail_server(const std::filesystem::path& data, std::uint16_t smtp_port) {
    ::setenv("VOYAGES_SMTP_URL", fmt::format("smtp+insecure://127.0.0.1:{}", smtp_port).c_str(), 1);
    ::setenv("VOYAGES_MAIL_CALLER_LIMIT", "0", 1);
    ::setenv("VOYAGES_MAIL_RECIPIENT_LIMIT", "0", 1);
    return start(data);
  }

  // Its workers hang on a server that says nothing, so what is measured is queueing alone.
  void measure_mail_over_http(const std::filesystem::path& data) {
    seed_mails(data, 0);
    std::optional<SilentPort> silent(std::in_place);
    Voyages server = start_mail_server(data, silent->port());
    const auto raw = options_.work / "mail-raw";
    const auto rates = in_turn(
        options_.rounds, [&] { return rate(server.port, mail_clients(server.port, 64)); },
        [&] { return measure_mail_rows(raw, 32); });
    rows_.push_back({"POST /emails, 64 clients", rates.value, "/s", "same rows, 32 a commit", rates.peer});
    silent.reset();  // else the server would wait for its workers
  }

  // While the mails are being tried; the server that they go to does not listen, so all of them stay.
  double mail_memory(const std::filesystem::path& data, std::uint64_t mails) {
    seed_mails(data, mails);
    const Voyages server = start_mail_server(data, free_port());
    const auto token = log_in(server.port, 0).access;
    std::this_thread::sleep_for(std::chrono::seconds(5));
    call(server.port, get_request("/emails?limit=50", token), 200);
    return server.process.resident_mb();
  }

  // Both sizes once more in turn, for the figures above are minutes old by now.
  void measure_many(std::uint16_t few_port) {
    say("the same with many users");
    const auto many = options_.work / "many";
    seed(many, options_.many_users);
    {
      Voyages warm = start(many);
    }
    Voyages server = start(many);
    rows_.push_back(
        {fmt::format("start to ready, {} users", options_.many_users), server.ready_ms, "ms", {}, 0, "<= 20"});
    const auto label = fmt::format("{} users", options_.few_users);
    const auto me_many = get_request("/auth/me", log_in(server.port, options_.many_users / 2).access);
    const auto me_few = get_request("/auth/me", log_in(few_port, 0).access);
    const auto me = in_turn(
        options_.rounds, [&] { return rate(server.port, repeat(me_many, 64)); },
        [&] { return rate(few_port, repeat(me_few, 64)); });
    rows_.push_back(
        {fmt::format("GET /auth/me, {} users", options_.many_users), me.value, "/s", label, me.peer, ">= 0.8"});
    const auto refreshes = in_turn(
        options_.rounds, [&] { return rate(server.port, refresh_clients(server.port, 64)); },
        [&] { return rate(few_port, refresh_clients(few_port, 64)); });
    rows_.push_back({fmt::format("POST /auth/refresh, {} users", options_.many_users), refreshes.value, "/s", label,
                     refreshes.peer, ">= 0.8"});
    const auto logins = in_turn(
        options_.rounds, [&] { return rate(server.port, login_clients(8, options_.many_users)); },
        [&] { return rate(few_port, login_clients(8, options_.few_users)); });
    rows_.push_back({fmt::format("POST /auth/login, {} users", options_.many_users), logins.value, "/s", label,
                     logins.peer, ">= 0.8"});
    rows_.push_back({fmt::format("memory, {} users", options_.many_users), server.process.resident_mb(), "MB"});
  }

  Options options_;
  std::vector<Row> rows_;
};

}  // namespace
}  // namespace voyages::bench

int main(int argc, char** argv) {
  using namespace voyages::bench;
  CLI::App app("Measures Cloud Voyages against nginx, raw Argon2id, raw Ed25519 and raw SQLite, in one run.");
  Options options;
  std::string output = "bench.json";
  int duration_ms = 2000;
  app.add_option("--binary", options.binary, "The server to measure.")->required();
  app.add_option("--work", options.work, "A folder for its data; emptied first.")->required();
  app.add_option("--users", options.many_users, "How many users «many» are; 0 leaves that part out.");
  app.add_option("--mails", options.mails, "How many mails a long queue has.");
  app.add_option("--only", options.only,
                 "One part: health, me, storm, login, refresh, hanging, oauth, verify, mail or many.");
  app.add_option("--rounds", options.rounds, "How often each pair is measured; medians are shown.");
  app.add_option("--duration-ms", duration_ms, "How long each load runs.");
  app.add_option("--json", output, "Where the figures go.");
  CLI11_PARSE(app, argc, argv);
  options.duration = std::chrono::milliseconds(duration_ms);
  try {
    report(Bench(options).run(), output);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench: {}\nThe servers' logs are in {}.\n", error.what(), options.work.string());
    return 1;
  }
}
