#include "auth/oauth/authorize.h"
#include "tests/auth/oauth/provider.h"

namespace voyages::tests {
namespace {

// A table that can be read, and whose engine fails when it is written to.
class FailingTable final : public store::Table {
 public:
  explicit FailingTable(store::Table& table) : table_(table) {}
  std::vector<std::optional<store::Item>> get(std::span<const store::Key> keys,
                                              store::Consistency consistency) override {
    return table_.get(keys, consistency);
  }
  store::Page query(const store::Query& query) override { return table_.query(query); }
  std::expected<void, store::ConditionFailed> write(std::span<const store::Write>) override {
    if (unavailable) throw Unavailable("the disk is gone");
    throw std::runtime_error("the disk is gone");
  }

  bool unavailable = true;

 private:
  store::Table& table_;
};

TEST(AuthorizeOutage, TellsTheClientWhenTheTableFails) {
  Scenario scenario;
  const auto client = add_client(scenario);
  FailingTable table(scenario.table());
  const auto& real = scenario.app().auth();
  auth::Auth failing{table,           real.queue,    real.outbox, real.passwords, real.keys, real.access_tokens,
                     real.master_key, real.outgoing, real.log,    real.options};
  http::Request request{.target = "/oauth/authorize?" + auth::oauth::form_encode(authorization_request(client))};
  http::Context context{.now = scenario.clock().now()};
  for (const auto& [unavailable, error] :
       {std::pair(true, "temporarily_unavailable"), std::pair(false, "server_error")}) {
    table.unavailable = unavailable;
    const auto response = auth::oauth::authorize(failing, request, context);
    const auto location = response.headers.get("Location");
    EXPECT_EQ(query_parameter(location, "error"), error) << location;
    EXPECT_EQ(query_parameter(location, "state"), "af0ifjsldkj");
    EXPECT_EQ(query_parameter(location, "iss"), real.access_tokens.issuer());
    EXPECT_EQ(location.find("the disk is gone"), std::string_view::npos);
  }
  EXPECT_NE(scenario.log_text().find("the disk is gone"), std::string::npos);
}

TEST(AuthorizeOutage, KeepsOnlySoManyRequestsOfANetworksSignedOutBrowsers) {
  auto config = Scenario::test_config();
  config.sign_up_limit = 1;
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
  config.sign_up_limit = 1;
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
