#include "auth/signing_keys.h"

#include <gmock/gmock.h>

#include "base/uuid.h"
#include "store/sqlite/database.h"
#include "store/sqlite/table.h"
#include "tests/auth/oauth/racing_table.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;
using auth::SigningKeys;
using crypto::Algorithm;
using testing::ElementsAre;
using testing::HasSubstr;

class SigningKeysTest : public testing::Test {
 protected:
  [[nodiscard]] Time now() const { return clock_.now(); }
  SigningKeys open() { return SigningKeys(table_, master_key_, Algorithm::EdDSA, now()); }
  std::vector<std::string> published(const SigningKeys& keys) {
    std::vector<std::string> kids;
    for (const auto& key : keys.list(now())) kids.emplace_back(key.jwk.kid());
    return kids;
  }

  TemporaryDirectory directory_;
  ManualClock clock_;
  store::sqlite::Database database_{directory_.path(), store::sqlite::Access::exclusive};
  store::sqlite::SqliteTable table_{database_, clock_};
  crypto::MasterKey master_key_ = crypto::MasterKey::generate();
};

TEST_F(SigningKeysTest, MakeTheFirstKeyOnceAndKeepIt) {
  const auto first = open().current(now());
  EXPECT_EQ(first.algorithm(), Algorithm::EdDSA);
  EXPECT_TRUE(first.is_private());
  auto again = open();
  EXPECT_EQ(again.current(now()).kid(), first.kid());
  EXPECT_THAT(published(again), ElementsAre(first.kid()));
}

TEST_F(SigningKeysTest, MakeOneFirstKeyWhenTwoInstancesStartAtOnce) {
  std::optional<SigningKeys> faster;
  RacingTable racing(table_, [&] { faster.emplace(table_, master_key_, Algorithm::ES256, now()); });
  SigningKeys slower(racing, master_key_, Algorithm::EdDSA, now());
  EXPECT_EQ(slower.current(now()).kid(), faster->current(now()).kid());
  EXPECT_THAT(published(slower), ElementsAre(faster->current(now()).kid()));
  EXPECT_EQ(table_.query({.pk = "KEYS"}).items.size(), 1U);
}

TEST_F(SigningKeysTest, MakeOneFirstKeyForIdTokensWhenTwoInstancesNeedItAtOnce) {
  auto faster = open();
  std::string made;
  RacingTable racing(table_, [&] { made = faster.for_id_tokens(Algorithm::ES256, now()).kid(); });
  SigningKeys slower(racing, master_key_, Algorithm::EdDSA, now());
  EXPECT_EQ(slower.for_id_tokens(Algorithm::ES256, now()).kid(), made);
  EXPECT_EQ(published(slower).size(), 2U);
  EXPECT_EQ(table_.query({.pk = "KEYS"}).items.size(), 2U);
}

TEST_F(SigningKeysTest, MakeAFirstKeyAnewWhenTheLastOfItsAlgorithmHasExpired) {
  auto keys = open();
  const auto old = keys.for_id_tokens(Algorithm::ES256, now()).kid();
  for (const auto& item : table_.query({.pk = "KEYS"}).items) {
    if (item.text("kid") != old) continue;
    const store::Write write = store::Update{.key = item.key, .expires_at = now() + 1h};
    ASSERT_TRUE(table_.write({&write, 1}));
  }
  clock_.advance(1h);
  keys.reload();
  const auto next = keys.for_id_tokens(Algorithm::ES256, now()).kid();
  EXPECT_NE(next, old);
  EXPECT_EQ(open().for_id_tokens(Algorithm::ES256, now()).kid(), next);
}

// As they were kept before the first key had a name of its own.
TEST_F(SigningKeysTest, KeepAFirstKeyThatIsStoredUnderAnId) {
  const auto old = [&] {
    auto keys = open();
    (void)keys.for_id_tokens(Algorithm::ES256, now());
    return published(keys);
  }();
  for (auto item : table_.query({.pk = "KEYS"}).items) {
    const store::Write removed = store::Delete{item.key};
    item.key.sk = new_uuid7(now());
    const store::Write put = store::Put{std::move(item)};
    ASSERT_TRUE(table_.write({&removed, 1}) && table_.write({&put, 1}));
  }
  auto keys = open();
  EXPECT_EQ(keys.current(now()).algorithm(), Algorithm::EdDSA);
  EXPECT_EQ(keys.for_id_tokens(Algorithm::ES256, now()).algorithm(), Algorithm::ES256);
  EXPECT_THAT(published(keys), testing::UnorderedElementsAreArray(old));
}

TEST_F(SigningKeysTest, ArePublishedWithoutTheirPrivateParts) {
  auto keys = open();
  const auto key = keys.list(now()).at(0).jwk.to_public_jwk();
  EXPECT_FALSE(key.contains("d"));
  EXPECT_EQ(key.at("alg"), "EdDSA");
  EXPECT_EQ(key.at("use"), "sig");
}

TEST_F(SigningKeysTest, ArePublishedBeforeTheySignAndVerifyAfterTheySigned) {
  auto keys = open();
  const auto old = keys.current(now()).kid();
  keys.rotate(Algorithm::ES256, 1h, now(), false);
  EXPECT_EQ(keys.current(now()).kid(), old);
  const auto kids = published(keys);
  ASSERT_EQ(kids.size(), 2U);
  EXPECT_EQ(kids[1], old);

  clock_.advance(SigningKeys::publish_ahead);
  EXPECT_EQ(keys.current(now()).kid(), kids[0]);
  EXPECT_TRUE(keys.find(old, now()));
  clock_.advance(1h - 1s);
  EXPECT_TRUE(keys.find(old, now()));
  clock_.advance(1s);
  EXPECT_FALSE(keys.find(old, now()));
  EXPECT_THAT(published(keys), ElementsAre(kids[0]));
}

TEST_F(SigningKeysTest, AreReplacedAtOnceWhenOneLeaked) {
  auto keys = open();
  const auto old = keys.current(now()).kid();
  const auto generation = keys.generation();
  keys.rotate(Algorithm::ES256, 1h, now(), true);
  EXPECT_NE(keys.current(now()).kid(), old);
  EXPECT_FALSE(keys.find(old, now()));
  EXPECT_EQ(published(keys).size(), 1U);
  EXPECT_NE(keys.generation(), generation);
}

TEST_F(SigningKeysTest, AreReplacedAtOnceEvenByAClockThatIsBehind) {
  auto keys = open();
  const auto old = keys.current(now()).kid();
  clock_.advance(-1h);
  keys.rotate(Algorithm::ES256, 1h, now(), true);
  EXPECT_NE(keys.current(now()).kid(), old);
  EXPECT_FALSE(keys.find(old, now()));
  EXPECT_EQ(published(keys).size(), 1U);
}

TEST_F(SigningKeysTest, KeepTheOverlapThatWasPromised) {
  auto keys = open();
  const auto first = keys.current(now()).kid();
  keys.rotate(Algorithm::EdDSA, 1h, now(), false);
  keys.rotate(Algorithm::EdDSA, 24h, now(), false);
  EXPECT_EQ(published(keys).size(), 3U);
  clock_.advance(SigningKeys::publish_ahead + 1h);
  EXPECT_FALSE(keys.find(first, now()));
  EXPECT_EQ(published(keys).size(), 2U);
}

TEST_F(SigningKeysTest, SignIdTokensByAnotherAlgorithmThanAccessTokens) {
  auto keys = open();
  const auto access = keys.current(now()).kid();
  EXPECT_EQ(keys.for_id_tokens(Algorithm::EdDSA, now()).kid(), access) << "one key is enough for one algorithm";
  EXPECT_EQ(published(keys).size(), 1U);
  const auto id_token = keys.for_id_tokens(Algorithm::ES256, now());
  EXPECT_EQ(id_token.algorithm(), Algorithm::ES256);
  EXPECT_EQ(keys.for_id_tokens(Algorithm::ES256, now()).kid(), id_token.kid()) << "made once";
  EXPECT_EQ(open().for_id_tokens(Algorithm::ES256, now()).kid(), id_token.kid()) << "by whoever asks";
  EXPECT_EQ(keys.current(now()).kid(), access);
  EXPECT_EQ(published(keys).size(), 2U);
}

TEST_F(SigningKeysTest, AreReplacedForIdTokensTooInARotation) {
  auto keys = open();
  const auto old = keys.for_id_tokens(Algorithm::ES256, now()).kid();
  keys.rotate(Algorithm::EdDSA, 1h, now(), false);
  EXPECT_EQ(published(keys).size(), 4U);
  EXPECT_EQ(keys.for_id_tokens(Algorithm::ES256, now()).kid(), old);
  clock_.advance(SigningKeys::publish_ahead);
  const auto next = keys.for_id_tokens(Algorithm::ES256, now()).kid();
  EXPECT_NE(next, old);
  EXPECT_TRUE(keys.find(old, now()));
  clock_.advance(1h);
  EXPECT_EQ(published(keys).size(), 2U);
  keys.rotate(Algorithm::EdDSA, 1h, now(), true);
  EXPECT_NE(keys.for_id_tokens(Algorithm::ES256, now()).kid(), next);
  EXPECT_FALSE(keys.find(next, now()));
}

TEST_F(SigningKeysTest, AreSeenByAnotherInstanceWhenItReloads) {
  auto here = open();
  auto there = open();
  const auto generation = there.generation();
  here.rotate(Algorithm::EdDSA, 1h, now(), true);
  there.reload();
  EXPECT_EQ(there.current(now()).kid(), here.current(now()).kid());
  EXPECT_NE(there.generation(), generation);
  const auto unchanged = there.generation();
  there.reload();
  EXPECT_EQ(there.generation(), unchanged);
}

TEST_F(SigningKeysTest, SayWhatToDoWhenTheMasterKeyIsAnother) {
  open();
  const auto other = crypto::MasterKey::generate();
  try {
    const SigningKeys keys(table_, other, Algorithm::EdDSA, now());
    FAIL() << "opened under another master key";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("VOYAGES_MASTER_KEY"));
  }
}

TEST_F(SigningKeysTest, RestSealed) {
  const auto key = open().current(now());
  const auto secret = boost::json::parse(key.to_private_jwk().expose()).at("d").as_string();
  for (const auto& item : table_.query({.pk = "KEYS"}).items) {
    for (const auto& [name, value] : item.attributes) {
      const auto* bytes = std::get_if<store::Bytes>(&value);
      EXPECT_FALSE(bytes && bytes->value.find(std::string_view(secret)) != std::string::npos) << name;
    }
  }
}

}  // namespace
}  // namespace voyages::tests
