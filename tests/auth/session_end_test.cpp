#include "auth/session_end.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "auth/session.h"
#include "tests/auth/oauth/racing_table.h"
#include "tests/auth/scenario.h"
#include "tests/auth/watched_table.h"

namespace voyages::tests {
namespace {

using auth::EndReason;

struct SessionEnd : testing::Test {
  Scenario scenario;
  std::string user_id = std::string(scenario.register_user("ada@example.com").body.at("user").at("id").as_string());

  void write(std::span<const store::Write> writes) { EXPECT_TRUE(scenario.table().write(writes)); }
  std::string begin() {
    const auto user = auth::find_user(scenario.table(), user_id).value();
    const auto session = auth::prepare_session(scenario.app().get<auth::Auth>(), user, {.now = scenario.clock().now()});
    write(session.writes);
    return session.claims.session_id;
  }
  // A client's, which is told of its end; by `offline_access` it outlives the browser's.
  std::string begin_for_client(const std::string& browser_session_id, bool outlives) {
    const auto user = auth::find_user(scenario.table(), user_id).value();
    const auth::GrantTerms terms{.grant = {.client_id = "0190a5c4-0000-7000-8000-000000000001"},
                                 .parent_id = browser_session_id,
                                 .outlives = outlives,
                                 .ends_at = scenario.clock().now() + std::chrono::days(1),
                                 .notified = true};
    const auto session =
        auth::prepare_client_session(scenario.app().get<auth::Auth>(), user, terms, {.now = scenario.clock().now()});
    write(session.writes);
    return session.claims.session_id;
  }
  std::vector<std::string> begin_many(int count) {
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i) ids.push_back(begin());
    return ids;
  }
  std::size_t alive() { return auth::list_session_items(scenario.table(), user_id).size(); }
  bool is_refused(const std::string& id) { return get(scenario.table(), auth::blacklist_key(id)).has_value(); }
  bool is_told(const std::string& id) { return get(scenario.table(), {"LOGOUT#" + id, "PENDING"}).has_value(); }
  auto end_all(store::Table& table, std::span<const store::Write> with = {}) {
    const auto auth = over(table, scenario.app().get<auth::Auth>());
    return auth::end_sessions(auth, user_id, auth::every_session, EndReason::revoked, with, scenario.clock().now());
  }
  auto end_with_children(store::Table& table, const std::string& id) {
    const auto auth = over(table, scenario.app().get<auth::Auth>());
    return auth::end_sessions(auth, user_id, auth::with_children(id), EndReason::logout, {}, scenario.clock().now());
  }
};

TEST_F(SessionEnd, OfManySessionsListsEachOnce) {
  const auto ids = begin_many(300);
  WatchedTable table(scenario.table());
  ASSERT_TRUE(end_all(table));
  EXPECT_EQ(table.listed(), 300U);
  EXPECT_EQ(alive(), 0U);
  for (const auto& id : ids) EXPECT_TRUE(is_refused(id));
}

TEST_F(SessionEnd, OfManyTakesOneThatBeginsMeanwhile) {
  begin_many(60);
  std::string late;
  WatchedTable table(scenario.table(), [&](std::size_t writes) {
    if (writes == 1) late = begin();
  });
  const store::Write with = store::Put{{{"DONE#WITH", "THEM"}}};
  ASSERT_TRUE(end_all(table, {&with, 1}));
  EXPECT_EQ(alive(), 0U);
  EXPECT_TRUE(is_refused(late));
  EXPECT_TRUE(get(scenario.table(), key_of(with)));
}

TEST_F(SessionEnd, OfManyIsCompletedAfterACrash) {
  const auto ids = begin_many(60);
  const store::Write with = store::Put{{{"DONE#WITH", "THEM"}}};
  WatchedTable crashing(scenario.table(), [](std::size_t writes) {
    if (writes == 1) throw std::runtime_error("the process was killed");
  });
  EXPECT_THROW((void)end_all(crashing, {&with, 1}), std::runtime_error);
  EXPECT_GT(alive(), 0U);
  EXPECT_LT(alive(), 60U);
  EXPECT_FALSE(get(scenario.table(), key_of(with)));
  ASSERT_TRUE(end_all(scenario.table(), {&with, 1}));
  EXPECT_EQ(alive(), 0U);
  for (const auto& id : ids) EXPECT_TRUE(is_refused(id));
  EXPECT_TRUE(get(scenario.table(), key_of(with)));
}

TEST_F(SessionEnd, EndsWhatBeganInASessionBeforeThatSoThatItCanBeTriedAgain) {
  const auto browser = begin();
  std::vector<std::string> clients;
  for (int i = 0; i < 60; ++i) clients.push_back(begin_for_client(browser, false));
  WatchedTable crashing(scenario.table(), [](std::size_t writes) {
    if (writes == 1) throw std::runtime_error("the process was killed");
  });
  EXPECT_THROW((void)end_with_children(crashing, browser), std::runtime_error);
  EXPECT_LT(alive(), 61U);
  EXPECT_TRUE(get(scenario.table(), auth::session_key(user_id, browser)));
  ASSERT_TRUE(end_with_children(scenario.table(), browser));
  EXPECT_EQ(alive(), 0U);
  EXPECT_TRUE(is_refused(browser));
  for (const auto& client : clients) EXPECT_TRUE(is_refused(client) && is_told(client));
}

TEST_F(SessionEnd, TellsAllTheClientsThatOutliveOneSessionHoweverMany) {
  const auto browser = begin();
  std::vector<std::string> clients;
  for (int i = 0; i < 150; ++i) clients.push_back(begin_for_client(browser, true));
  WatchedTable crashing(scenario.table(), [](std::size_t writes) {
    if (writes == 1) throw std::runtime_error("the process was killed");
  });
  EXPECT_THROW((void)end_with_children(crashing, browser), std::runtime_error);
  EXPECT_FALSE(is_refused(browser)) << "it ended before all were told";
  ASSERT_TRUE(end_with_children(scenario.table(), browser));
  EXPECT_TRUE(is_refused(browser));
  EXPECT_EQ(alive(), 150U);
  for (const auto& client : clients) EXPECT_TRUE(is_told(client));
}

TEST_F(SessionEnd, DoesNothingWithoutWhatItWasToHappenWith) {
  const auto id = begin();
  const store::Write with = store::Put{{{"NOT", "THERE"}}, {store::item_exists()}};
  const auto ended = end_all(scenario.table(), {&with, 1});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().index, 0U);
  EXPECT_FALSE(is_refused(id));
  EXPECT_EQ(alive(), 1U);
}

}  // namespace
}  // namespace voyages::tests
