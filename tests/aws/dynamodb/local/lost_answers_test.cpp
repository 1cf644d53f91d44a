#include <gtest/gtest.h>

#include <array>

#include "tests/aws/dynamodb/local/proxy.h"
#include "tests/support/manual_clock.h"

namespace voyages::aws::dynamodb::tests {

namespace {

using Fate = Proxy::Fate;
using Names = std::vector<std::string>;

/// Whatever is lost on the way, a write has its effect once. Run for each way to lose.
class LostAnswers : public testing::TestWithParam<Fate> {
 protected:
  bool write(std::vector<store::Write> writes) { return table.write(writes).has_value(); }
  void lose() { proxy.next({GetParam()}); }
  std::optional<store::Item> get(const std::string& sk) { return store::get(table, {"P", sk}); }
  static store::Item item(const std::string& sk, store::Attributes attributes = {}) {
    return {{"P", sk}, std::move(attributes)};
  }

  voyages::tests::ManualClock clock;
  Proxy proxy;
  LocalTable local{clock, proxy.origin()};
  store::Table& table = local.table;
};

TEST_P(LostAnswers, LeaveAnUnconditionalWriteDone) {
  lose();
  EXPECT_TRUE(write({store::Put{item("1", {{"n", 1}})}}));
  EXPECT_EQ(proxy.seen(), (Names{"PutItem", "PutItem"}));
  lose();
  EXPECT_TRUE(write({store::Update{.key = {"P", "1"}, .set = {{"n", 2}}, .remove = {"x"}}}));
  EXPECT_EQ(proxy.seen(), (Names{"UpdateItem", "UpdateItem"}));
  EXPECT_EQ(get("1"), item("1", {{"n", 2}}));
  lose();
  EXPECT_TRUE(write({store::Delete{{"P", "1"}}}));
  EXPECT_EQ(proxy.seen(), (Names{"DeleteItem", "DeleteItem"}));
  EXPECT_EQ(get("1"), std::nullopt);
}

TEST_P(LostAnswers, TellWhoCreatedAnItemThatItDid) {
  auto mine = item("1", {{"owner", "me"}});
  mine.expires_at = clock.now() + std::chrono::milliseconds(10'500);
  const store::Put put{mine, {store::item_absent()}};
  lose();
  EXPECT_TRUE(write({put}));
  EXPECT_EQ(proxy.seen(), (Names{"PutItem", "PutItem"}));
  EXPECT_FALSE(write({put}));  // nothing was lost this time, so it was there before
}

TEST_P(LostAnswers, TellWhoCameLateThatItDid) {
  ASSERT_TRUE(write({store::Put{item("1", {{"owner", "another"}})}}));
  lose();
  EXPECT_FALSE(write({store::Put{item("1", {{"owner", "me"}}), {store::item_absent()}}}));
  EXPECT_EQ(get("1")->text("owner"), "another");
}

TEST_P(LostAnswers, TellWhoChangedAnItemThatItDid) {
  ASSERT_TRUE(write({store::Put{item("1", {{"version", 1}, {"keep", "k"}, {"drop", "d"}})}}));
  const store::Update update{
      .key = {"P", "1"}, .set = {{"version", 2}}, .remove = {"drop"}, .conditions = {store::equals("version", 1)}};
  lose();
  EXPECT_TRUE(write({update}));
  EXPECT_EQ(proxy.seen(), (Names{"UpdateItem", "UpdateItem"}));
  EXPECT_EQ(get("1"), item("1", {{"version", 2}, {"keep", "k"}}));
  EXPECT_FALSE(write({update}));
}

TEST_P(LostAnswers, CountOnce) {
  ASSERT_TRUE(write({store::Update{.key = {"P", "1"}, .add = {{"n", 1}}}}));
  lose();
  EXPECT_TRUE(write({store::Update{.key = {"P", "1"}, .add = {{"n", 1}}}}));
  EXPECT_EQ(proxy.seen(), (Names{"TransactWriteItems", "TransactWriteItems"}));
  EXPECT_EQ(get("1")->number("n"), 2);
}

TEST_P(LostAnswers, CountAnExpiredItemFromNothingOnce) {
  auto old = item("1", {{"n", 5}});
  old.expires_at = clock.now();
  ASSERT_TRUE(write({store::Put{old}}));
  proxy.next({Fate::pass, GetParam()});
  EXPECT_TRUE(write({store::Update{.key = {"P", "1"}, .add = {{"n", 1}}}}));
  EXPECT_EQ(proxy.seen(), (Names{"TransactWriteItems", "TransactWriteItems", "TransactWriteItems"}));
  EXPECT_EQ(get("1"), item("1", {{"n", 1}}));
}

TEST_P(LostAnswers, TellWhoRemovedAnItemThatItDid) {
  ASSERT_TRUE(write({store::Put{item("1")}}));
  const store::Delete removal{{"P", "1"}, {store::item_exists()}};
  lose();
  EXPECT_TRUE(write({removal}));
  EXPECT_FALSE(write({removal}));
}

TEST_P(LostAnswers, LeaveAWriteOfManyDoneOnce) {
  ASSERT_TRUE(write({store::Put{item("1")}, store::Put{item("2", {{"n", 1}})}}));
  lose();
  EXPECT_TRUE(
      write({store::Delete{{"P", "1"}, {store::item_exists()}}, store::Update{.key = {"P", "2"}, .add = {{"n", 1}}},
             store::Put{item("3"), {store::item_absent()}}}));
  EXPECT_EQ(get("1"), std::nullopt);
  EXPECT_EQ(get("2")->number("n"), 2);
  EXPECT_TRUE(get("3").has_value());
}

TEST_P(LostAnswers, AreReadAgain) {
  ASSERT_TRUE(write({store::Put{item("1")}, store::Put{item("2")}}));
  lose();
  EXPECT_TRUE(get("1").has_value());
  const std::vector<store::Key> keys{{"P", "1"}, {"P", "2"}};
  lose();
  EXPECT_TRUE(table.get(keys, store::Consistency::strong)[1].has_value());
  lose();
  EXPECT_TRUE(table.get(keys, store::Consistency::eventual)[1].has_value());
  lose();
  EXPECT_EQ(table.query({.pk = "P"}).items.size(), 2U);
}

TEST_P(LostAnswers, AreAnErrorInTheEnd) {
  const store::Put put{item("1"), {store::item_absent()}};
  proxy.next({GetParam(), GetParam(), GetParam(), GetParam(), GetParam(), GetParam()});
  EXPECT_THROW(write({put}), Unavailable);
  proxy.next({GetParam(), GetParam(), GetParam(), GetParam(), GetParam(), GetParam()});
  EXPECT_THROW(get("1"), Unavailable);
}

std::string name_of(const testing::TestParamInfo<Fate>& tested) {
  const std::array names{"Nothing", "TheRequest", "TheAnswer", "AServersFault"};
  return names.at(static_cast<std::size_t>(tested.param));
}

INSTANTIATE_TEST_SUITE_P(Dynamodb, LostAnswers, testing::Values(Fate::lose_request, Fate::lose_answer, Fate::fail),
                         name_of);

}  // namespace
}  // namespace voyages::aws::dynamodb::tests
