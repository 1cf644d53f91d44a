#include "auth/authenticator.h"
#include "auth/oauth/authorize/authorize.h"
#include "auth/oauth/routes.h"
#include "http/front_door.h"
#include "tests/auth/oauth/provider.h"
#include "tests/store/forwarding_table.h"

namespace voyages::tests {
namespace {

// A table whose engine fails: when it is written to, or when it is read as well.
class FailingTable final : public ForwardingTable {
 public:
  enum class Failure { unavailable, broken };

  FailingTable(store::Table& table, Failure failure) : ForwardingTable(table), failure_(failure) {}
  std::vector<std::optional<store::Item>> get(std::span<const store::Key> keys,
                                              store::Consistency consistency) override {
    if (!readable) fail();
    return table_.get(keys, consistency);
  }
  std::expected<void, store::ConditionFailed> write(std::span<const store::Write>) override { fail(); }

  bool readable = true;

 private:
  [[noreturn]] void fail() const {
    if (failure_ == Failure::unavailable) throw Unavailable("the disk is gone");
    throw std::runtime_error("the disk is gone");
  }

  Failure failure_;
};

// The provider on such a table, behind a front door of its own.
struct Outage {
  explicit Outage(FailingTable::Failure failure) : table(scenario.table(), failure) {
    auth::oauth::add_routes(router, failing);
    door.emplace(router, authenticator, scenario.clock(), real.log, metrics, http::FrontDoorOptions{});
  }

  http::Response get(std::string_view path, const Parameters& parameters) {
    return door->handle({.target = std::string(path) + '?' + auth::oauth::form_encode(parameters)});
  }
  // What the client is told when nothing can be kept for a browser that has to sign in.
  void expect_client_is_told(std::string_view error) {
    const auto response = get("/oauth/authorize", authorization_request(client));
    EXPECT_EQ(response.status, 303);
    const auto location = response.headers.get("Location");
    EXPECT_TRUE(location.starts_with("https://site.example/callback?")) << location;
    EXPECT_EQ(query_parameter(location, "error"), error) << location;
    EXPECT_EQ(query_parameter(location, "state"), "af0ifjsldkj");
    EXPECT_EQ(query_parameter(location, "iss"), real.access_tokens.issuer());
    EXPECT_EQ(location.find("the disk is gone"), std::string_view::npos);
    EXPECT_NE(scenario.log_text().find("the disk is gone"), std::string::npos);
  }
  // What the browser shows when not even the client can be read, so that nobody knows where to send it.
  void expect_page(std::string_view path, int status, std::string_view code) {
    table.readable = false;
    const auto response =
        get(path, authorization_request(client, {{"post_logout_redirect_uri", "https://site.example/bye"}}));
    EXPECT_EQ(response.status, status);
    EXPECT_FALSE(response.headers.find("Location"));
    EXPECT_EQ(response.headers.get("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
    EXPECT_EQ(response.headers.get("X-Frame-Options"), "DENY");
    EXPECT_NE(response.content().find("data-error=\"" + std::string(code) + '"'), std::string_view::npos);
    EXPECT_EQ(response.content().find("the disk is gone"), std::string_view::npos);
    EXPECT_NE(scenario.log_text().find("the disk is gone"), std::string::npos);
  }

  Scenario scenario;
  TestClient client = add_client(scenario);
  FailingTable table;
  const auth::Auth& real = scenario.app().get<auth::Auth>();
  auth::Auth failing{table,           real.queue,    real.outbox, real.passwords, real.keys, real.access_tokens,
                     real.master_key, real.outgoing, real.log,    real.options};
  auth::CallerAuthenticator authenticator{failing};
  http::Router router;
  Metrics metrics;
  std::optional<http::FrontDoor> door;
};

TEST(AuthorizeOutage, AnswersTemporarilyUnavailable) {
  Outage(FailingTable::Failure::unavailable).expect_client_is_told("temporarily_unavailable");
}

TEST(AuthorizeOutage, AnswersServerError) {
  Outage(FailingTable::Failure::broken).expect_client_is_told("server_error");
}

TEST(AuthorizeOutage, ShowsAPageWhenNothingCanBeRead) {
  Outage(FailingTable::Failure::unavailable).expect_page("/oauth/authorize", 503, "temporarily_unavailable");
  Outage(FailingTable::Failure::broken).expect_page("/oauth/authorize", 500, "server_error");
  Outage(FailingTable::Failure::unavailable).expect_page("/oauth/logout", 503, "temporarily_unavailable");
}

TEST(AuthorizeOutage, AnswersProgramsAProblemAllTheSame) {
  Outage outage(FailingTable::Failure::unavailable);
  outage.table.readable = false;
  const auto token = crypto::new_token(outage.scenario.clock().now());
  const auto request_uri = "urn:ietf:params:oauth:request_uri:" + std::string(token.text.expose());
  const auto response =
      outage.get("/oauth/request", {{"client_id", outage.client.client_id}, {"request_uri", request_uri}});
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers.get("Content-Type"), "application/problem+json");
}

TEST(AuthorizeOutage, KeepsOnlySoManyRequestsOfANetworksSignedOutBrowsers) {
  auto config = Scenario::test_config();
  config.of<auth::AuthOptions>().sign_up_limit = 1;
  Scenario limited(config);
  const auto site = add_client(limited);
  Browser stranger(limited);
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(authorize(stranger, site).headers.get("Location").starts_with("/login?")) << i;
  }
  const auto stored = [&] {
    return std::ranges::count_if(limited.stored_items(), [](const auto& item) {
      return item.first.starts_with("TOKEN#") && item.second.starts_with("AUTHORIZATION");
    });
  };
  EXPECT_EQ(stored(), 50);
  EXPECT_EQ(query_parameter(authorize(stranger, site).headers.get("Location"), "error"), "temporarily_unavailable");
  const auto posted = stranger.submit("/oauth/authorize", authorization_request(site));
  EXPECT_EQ(query_parameter(posted.headers.get("Location"), "error"), "temporarily_unavailable");
  EXPECT_EQ(stored(), 50);
  // Whoever is signed in is known, and other networks count by themselves.
  limited.register_user("ada@example.com");
  Browser known(limited);
  known.sign_in("ada@example.com");
  EXPECT_TRUE(authorize(known, site, {{"prompt", "login"}}).headers.get("Location").starts_with("/login?"));
  limited.client_ip = "198.51.100.7";
  EXPECT_TRUE(authorize(stranger, site).headers.get("Location").starts_with("/login?"));
}

TEST(AuthorizeOutage, KeepsOnlySoManyRequestsOfAUserWhereverTheyAre) {
  auto config = Scenario::test_config();
  config.of<auth::AuthOptions>().sign_up_limit = 1;
  Scenario limited(config);
  const auto site = add_client(limited);
  limited.register_user("ada@example.com");
  Browser known(limited);
  known.sign_in("ada@example.com");
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(authorize(known, site, {{"prompt", "login"}}).headers.get("Location").starts_with("/login?")) << i;
  }
  limited.client_ip = "198.51.100.7";
  EXPECT_EQ(query_parameter(authorize(known, site, {{"prompt", "login"}}).headers.get("Location"), "error"),
            "temporarily_unavailable");
  // What nobody has to be asked about is not kept.
  EXPECT_TRUE(query_parameter(authorize(known, site).headers.get("Location"), "code"));
}

}  // namespace
}  // namespace voyages::tests
