#include "app/master_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "base/failure.h"
#include "tests/app/scratch.h"

namespace voyages::app {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto some_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

class MasterKeyTest : public testing::Test {
 protected:
  MasterKeyTest() { config_.data = scratch_.path() / "data"; }

  std::string failure() {
    try {
      load_master_key(config_);
    } catch (const Failure& problem) {
      return problem.what() + ("\n" + problem.next_step());
    }
    return "no failure";
  }
  std::string load() { return std::string(load_master_key(config_).to_text().expose()); }

  Scratch scratch_;
  Config config_;
};

TEST_F(MasterKeyTest, MakesAKeyFileThatOnlyItsOwnerCanRead) {
  const auto first = load();
  struct stat status{};
  ASSERT_EQ(stat(master_key_file(config_).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  EXPECT_EQ(status.st_nlink, 1U);
  ASSERT_EQ(stat(config_.data.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0700U);
  EXPECT_EQ(load(), first);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(config_.data), {}), 1);
}

TEST_F(MasterKeyTest, GivesEverybodyWhoStartsAtOnceTheSameKey) {
  std::vector<std::string> keys(8);
  {
    std::vector<std::jthread> starters;
    starters.reserve(keys.size());
    for (auto& key : keys) starters.emplace_back([this, &key] { key = load(); });
  }
  EXPECT_THAT(keys, testing::Each(keys.front()));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(config_.data), {}), 1);
}

TEST_F(MasterKeyTest, PrefersTheConfiguredKeyAndThenMakesNoFile) {
  config_.master_key = Secret(std::string_view(some_key));
  EXPECT_EQ(load(), some_key);
  EXPECT_FALSE(std::filesystem::exists(config_.data));
}

TEST_F(MasterKeyTest, RefusesAKeyFileThatOthersCanRead) {
  for (const auto mode : {0640U, 0604U, 0644U, 0620U, 0777U}) {
    scratch_.write("data/master.key", some_key, static_cast<mode_t>(mode));
    EXPECT_THAT(failure(), testing::AllOf(HasSubstr("others than its owner"), HasSubstr("chmod 600"))) << mode;
  }
  scratch_.write("data/master.key", some_key, 0400);
  EXPECT_EQ(load(), some_key);
}

TEST_F(MasterKeyTest, RefusesAMalformedKeyFileAndLeavesItAlone) {
  for (const auto& text : {std::string(), std::string("short"), some_key + std::string("A"), std::string(43, '!'),
                           std::string(100'000, 'A')}) {
    const auto file = scratch_.write("data/master.key", text, 0600);
    EXPECT_THAT(failure(),
                testing::AllOf(HasSubstr("does not hold 43 characters"), HasSubstr("backup"), Not(HasSubstr("AAEC"))));
    EXPECT_EQ(read_text(file), text);
  }
}

TEST_F(MasterKeyTest, RefusesAConfiguredKeyWithStrayBits) {
  config_.master_key = Secret(std::string(42, 'A') + "B");
  EXPECT_THAT(failure(), HasSubstr("VOYAGES_MASTER_KEY"));
}

TEST_F(MasterKeyTest, SaysWhatToDoWhenTheDataDirectoryIsAFile) {
  scratch_.write("data", "x");
  EXPECT_THAT(failure(), HasSubstr("is not a directory"));
  config_.data = scratch_.path() / "data" / "below";
  EXPECT_THAT(failure(), HasSubstr("--data"));
}

TEST_F(MasterKeyTest, DoesNotFollowALinkThatLeadsNowhere) {
  scratch_.write("data/other", "x");
  std::filesystem::create_symlink("absent", master_key_file(config_));
  EXPECT_THAT(failure(), HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace voyages::app
