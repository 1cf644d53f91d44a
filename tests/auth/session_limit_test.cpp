#include "auth/session_limit.h"

#include "auth/jobs.h"
#include "auth/session.h"
#include "tests/auth/oauth/tokens.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;
using auth::most_sessions;

struct SessionLimit : testing::Test {
  Provider provider;
  Scenario& scenario = provider.scenario;
  TestClient site = add_site(scenario);

  std::vector<store::Item> sessions(std::string_view client_id = {}) {
    auto items = auth::list_session_items(scenario.table(), provider.user_id);
    std::erase_if(items, [&](const auto& item) { return item.text("client_id") != client_id; });
    return items;
  }
  // As a sign-in by password writes it, without the hashing.
  auth::NewSession begin() {
    const auto user = auth::find_user(scenario.table(), provider.user_id).value();
    auto session = auth::prepare_session(scenario.app().get<auth::Auth>(), user, {.now = scenario.clock().now()});
    EXPECT_TRUE(scenario.table().write(session.writes));
    return session;
  }
  void count() {
    auth::end_surplus_sessions(scenario.app().get<auth::Auth>(), provider.user_id, scenario.clock().now());
  }
};

TEST_F(SessionLimit, BoundsWhatAClientHoldsOfOneUser) {
  const auto first = provider.sign_in(site, "openid offline_access");
  for (int i = 0; i < 400; ++i) {
    scenario.clock().advance(1s);
    ASSERT_EQ(provider.sign_in(site, "openid offline_access").status, 200);
  }
  scenario.run_queue();
  EXPECT_LT(sessions(site.client_id).size(), 400U);
  count();
  EXPECT_EQ(sessions(site.client_id).size(), most_sessions);
  EXPECT_EQ(refusal(provider.refresh(site, first.text("refresh_token"))), "400 invalid_grant");
  EXPECT_FALSE(provider.is_active(site, first.text("access_token")));
  EXPECT_EQ(provider.userinfo(first.text("access_token")).status, 401);
}

TEST_F(SessionLimit, BoundsTheUsersOwnSessions) {
  const auto first = scenario.login(ada);
  for (int i = 0; i < 400; ++i) {
    scenario.clock().advance(1s);
    ASSERT_EQ(scenario.login(ada).status, 200);
  }
  scenario.run_queue();
  EXPECT_LT(sessions().size(), 400U);
  count();
  EXPECT_EQ(sessions().size(), most_sessions);
  EXPECT_EQ(scenario.get("/auth/me", first.text("access_token")).code(), "revoked_token");
  EXPECT_EQ(scenario.refresh(first.text("refresh_token")).status, 401);
}

TEST_F(SessionLimit, LeavesTheUsersOtherSessionsAndThoseOfOthersAlone) {
  const auto other_site = add_site(scenario);
  const auto elsewhere = provider.sign_in(other_site, "openid offline_access");
  const auto somebody_else = scenario.sign_up("bob@example.com");
  for (std::size_t i = 0; i < most_sessions + 5; ++i) provider.sign_in(site, "openid offline_access");
  count();
  EXPECT_EQ(sessions(site.client_id).size(), most_sessions);
  EXPECT_EQ(provider.refresh(other_site, elsewhere.text("refresh_token")).status, 200);
  EXPECT_EQ(scenario.refresh(somebody_else.text("refresh_token")).status, 200);
  EXPECT_EQ(sessions().size(), 1U);
}

TEST_F(SessionLimit, KeepsAnOldSessionThatIsInUse) {
  const auto used = scenario.login(ada);
  const auto unused = begin().claims.session_id;
  for (std::size_t i = 0; i < most_sessions; ++i) {
    scenario.clock().advance(1s);
    begin();
  }
  scenario.clock().advance(10min);
  const auto refreshed = scenario.refresh(used.text("refresh_token"));
  ASSERT_EQ(refreshed.status, 200);
  count();
  EXPECT_EQ(sessions().size(), most_sessions);
  EXPECT_EQ(scenario.get("/auth/me", refreshed.text("access_token")).status, 200);
  EXPECT_TRUE(get(scenario.table(), auth::blacklist_key(unused)));
}

TEST_F(SessionLimit, EndsWhatBeganInASessionThatItEnds) {
  const auto given = provider.sign_in(site, "openid");  // in the browser's session, the first of all
  scenario.clock().advance(1s);
  for (std::size_t i = 0; i < most_sessions; ++i) begin();
  count();
  EXPECT_EQ(sessions().size(), most_sessions);
  EXPECT_FALSE(get(scenario.table(), auth::session_key(provider.user_id, provider.session_id)));
  EXPECT_TRUE(sessions(site.client_id).empty());
  EXPECT_FALSE(provider.is_active(site, given.text("access_token")));
}

TEST_F(SessionLimit, EndsNothingWhenThereAreNotTooMany) {
  for (std::size_t i = 1; i < most_sessions; ++i) begin();
  count();
  EXPECT_EQ(sessions().size(), most_sessions);
}

// The queue may be away when somebody signs in, who must not notice.
TEST_F(SessionLimit, CostsNobodyASignInWhenTheQueueIsAway) {
  struct Away final : store::Queue {
    std::string send(std::string_view, std::string_view, const store::SendOptions&) override {
      throw std::runtime_error("the queue is away");
    }
  } away;
  const auto& real = scenario.app().get<auth::Auth>();
  const auth::Auth auth{real.table,      away,          real.outbox, real.passwords, real.keys, real.access_tokens,
                        real.master_key, real.outgoing, real.log,    real.options};
  for (int i = 0; i < 400; ++i) auth::note_new_session(auth, provider.user_id);
  EXPECT_NE(scenario.log_text().find("sessions were not counted"), std::string::npos);
}

}  // namespace
}  // namespace voyages::tests
