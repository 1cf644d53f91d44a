#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/app.h"
#include "auth/registration.h"
#include "email/part.h"
#include "store/filesystem/blobs.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/database.h"
#include "store/sqlite/queue.h"
#include "store/sqlite/table.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace voyages::tests {

inline constexpr std::string_view ada = "ada@example.com";
inline constexpr std::string_view new_password = "a quite different password";  // beside `Scenario::password`

/// What came back for one request.
struct Answer {
  int status;
  http::Headers headers;
  boost::json::value body;  // null when there was none

  [[nodiscard]] std::string text(std::string_view member) const {
    return std::string(body.as_object().at(member).as_string());
  }
  [[nodiscard]] std::string code() const { return text("code"); }
  /// The bad fields, as `path:code`, in the order of the answer.
  [[nodiscard]] std::vector<std::string> faults() const {
    std::vector<std::string> list;
    for (const auto& error : body.at("errors").as_array()) {
      list.push_back(std::string(error.at("field").as_string()) + ':' + std::string(error.at("code").as_string()));
    }
    return list;
  }
};

/// The whole application on the embedded engine in a folder of its own, with a clock that the test sets, called through
/// its front door; and what happened behind it: mails and log.
class Scenario {
 public:
  static constexpr std::string_view password = "correct horse battery staple";

  explicit Scenario(const app::Config& config = test_config(), std::span<const part::Part> parts = app::parts())
      : log_(LogLevel::debug, open_log()),
        database_(directory_.path(), store::sqlite::Access::exclusive),
        table_(database_, clock_),
        queue_(database_, clock_),
        blobs_(directory_.path() / "blobs"),
        app_(config,
             {.table = table_,
              .queue = queue_,
              .blobs = blobs_,
              .master_key = master_key_,
              .clock = clock_,
              .log = log_,
              .metrics = metrics_,
              .offers = part::Offers().add(outlet_)},
             parts) {}

  static app::Config test_config() {
    auto config = app::load_config({}).value().config;
    config.of<auth::AuthOptions>().password_memory_kib = 64;  // these tests are about behaviour, not about cost
    config.of<auth::AuthOptions>().password_passes = 1;
    config.outgoing_allow = {"127.0.0.0/8", "::1"};  // where the tests' own servers are
    return config;
  }

  /// Where registration is by invitation, or closed.
  static app::Config config_with(auth::Registration registration) {
    auto config = test_config();
    config.of<auth::AuthOptions>().registration = registration;
    return config;
  }
  /// Where an address must be proven.
  static app::Config config_with_verification() {
    auto config = test_config();
    config.of<auth::AuthOptions>().verification_required = true;
    return config;
  }

  Answer call(http::Method method, std::string target, std::optional<boost::json::object> body = std::nullopt,
              std::string_view access_token = {}) {
    http::Request request{.method = method, .target = std::move(target), .peer_ip = client_ip};
    request.headers.add("User-Agent", "test browser");
    if (body) {
      request.headers.add("Content-Type", "application/json");
      request.body = boost::json::serialize(*body);
    }
    if (!access_token.empty()) request.headers.add("Authorization", "Bearer " + std::string(access_token));
    return send(request);
  }
  Answer send(const http::Request& request) {
    const auto response = app_.front_door().handle(request);
    const bool is_json = response.headers.get("Content-Type").find("json") != std::string_view::npos;
    return {response.status, response.headers, is_json ? boost::json::parse(response.content()) : boost::json::value()};
  }
  Answer get(std::string target, std::string_view access_token = {}) {
    return call(http::Method::get, std::move(target), std::nullopt, access_token);
  }
  Answer post(std::string target, boost::json::object body, std::string_view access_token = {}) {
    return call(http::Method::post, std::move(target), std::move(body), access_token);
  }

  Answer patch(std::string target, boost::json::object body, std::string_view access_token = {}) {
    return call(http::Method::patch, std::move(target), std::move(body), access_token);
  }
  Answer del(std::string target, std::string_view access_token = {}) {
    return call(http::Method::del, std::move(target), std::nullopt, access_token);
  }

  Answer register_user(std::string_view email, std::string_view chosen = password) {
    return post("/auth/register", {{"email", email}, {"password", chosen}});
  }
  Answer login(std::string_view email, std::string_view typed = password) {
    return post("/auth/login", {{"email", email}, {"password", typed}});
  }
  Answer refresh(std::string_view refresh_token) { return post("/auth/refresh", {{"refresh_token", refresh_token}}); }

  /// Registers an address and signs in.
  Answer sign_up(std::string_view email) {
    EXPECT_EQ(register_user(email).status, 201);
    return login(email);
  }
  /// Makes an owner, as `voyages user add --role owner` does, and signs in.
  std::string owner_token() {
    const auto made = auth::add_user(app_.get<auth::Auth>(), Email::parse("owner@example.com").value(),
                                     auth::NewPassword::parse(password).value(), "", {"owner"}, true, clock_.now());
    EXPECT_TRUE(made);
    return login("owner@example.com").text("access_token");
  }

  /// Does all queued work, which sends the mails.
  void run_queue() {
    const auto receive = [this] {
      for (const auto work_class : store::all_work_classes) {
        auto deliveries = queue_.receive({.work_class = work_class}, 10, std::chrono::seconds(60));
        if (!deliveries.empty()) return deliveries;
      }
      return std::vector<store::Delivery>();
    };
    for (auto deliveries = receive(); !deliveries.empty(); deliveries = receive()) {
      for (const auto& delivery : deliveries) {
        app_.work(delivery.message);
        queue_.acknowledge(delivery.receipt);
      }
    }
  }
  /// A mail as it was sent.
  struct Mail {
    std::string to;
    std::string template_name;
    std::string text;
  };
  /// The mails of one template to one address, oldest first.
  std::vector<Mail> mails(std::string_view to, std::string_view template_name) {
    run_queue();
    std::vector<Mail> found;
    for (const auto& mail : mailbox_.mails) {
      if (mail.to == to && mail.template_name == template_name) found.push_back(mail);
    }
    return found;
  }
  /// The token in the newest mail's link.
  std::string link_token(std::string_view to, std::string_view template_name) {
    const auto found = mails(to, template_name);
    if (found.empty()) return {};
    const auto& text = found.back().text;
    const auto begin = text.find("#token=") + 7;
    return text.substr(begin, text.find_first_of("\r\n >)", begin) - begin);
  }
  /// All mails to an address, by the names of their templates, oldest first.
  std::vector<std::string> templates_to(std::string_view to) {
    run_queue();
    std::vector<std::string> names;
    for (const auto& mail : mailbox_.mails) {
      if (mail.to == to) names.push_back(mail.template_name);
    }
    return names;
  }
  /// The bytes of every item in the database file, expired ones too, read through a connection of its own: the key,
  /// then all the rest.
  std::vector<std::pair<std::string, std::string>> stored_items() {
    store::sqlite::Connection connection(database_.file(), store::sqlite::Connection::Mode::read_only);
    auto statement = connection.statement("SELECT pk, sk, attributes, gsi1pk, gsi1sk FROM items");
    std::vector<std::pair<std::string, std::string>> items;
    while (statement.step()) {
      std::string rest;
      for (int column = 1; column < 5; ++column) rest.append(statement.bytes(column)).append(1, '|');
      items.emplace_back(statement.bytes(0), std::move(rest));
    }
    return items;
  }
  /// Everything logged so far.
  std::string log_text() {
    log_.flush();
    std::ifstream file(log_path());
    return {std::istreambuf_iterator<char>(file), {}};
  }

  ManualClock& clock() { return clock_; }
  store::Table& table() { return table_; }
  store::sqlite::SqliteQueue& queue() { return queue_; }
  app::App& app() { return app_; }
  std::optional<std::string> make_setup_token() { return auth::make_setup_token(app_.get<auth::Auth>(), clock_.now()); }

  std::string client_ip = "203.0.113.7";

 private:
  class Mailbox final : public email::Transport {
   public:
    email::Answer send(std::string_view, const email::Message& message) override {
      mails.push_back({message.to.address, message.template_name, message.content.text});
      return {};
    }
    std::vector<Mail> mails;
  };

  [[nodiscard]] std::string log_path() const { return (directory_.path() / "test.log").string(); }
  int open_log() { return ::open(log_path().c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600); }

  TemporaryDirectory directory_;
  ManualClock clock_;
  Logger log_;
  Metrics metrics_;
  Mailbox mailbox_;
  email::Outlet outlet_{.transport = mailbox_};
  crypto::MasterKey master_key_ = crypto::MasterKey::generate();
  store::sqlite::Database database_;
  store::sqlite::SqliteTable table_;
  store::sqlite::SqliteQueue queue_;
  store::filesystem::FilesystemBlobs blobs_;
  app::App app_;
};

}  // namespace voyages::tests
