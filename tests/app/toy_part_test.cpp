#include "tests/app/toy_part.h"

#include <gmock/gmock.h>

#include "app/cli.h"
#include "app/doctor_services.h"
#include "app/engine_shell.h"
#include "app/settings.h"
#include "auth/account/admin_users.h"
#include "auth/service_token.h"
#include "tests/auth/scenario.h"

namespace voyages::tests {
namespace {

using namespace std::chrono_literals;

/// The program with a service more: the one line that adds it.
std::vector<part::Part> with_toys() {
  std::vector<part::Part> list(app::parts().begin(), app::parts().end());
  list.push_back(toys::make_part());
  return list;
}

class ToyPart : public testing::Test {
 protected:
  static app::Config config(const std::string& limit) {
    const auto parts = with_toys();
    const auto settings = app::make_settings(parts);
    auto loaded = app::load_config({.environment = {{"VOYAGES_TOYS_LIMIT", limit}}}, settings).value().config;
    loaded.of<auth::AuthOptions>().password_memory_kib = 64;
    loaded.of<auth::AuthOptions>().password_passes = 1;
    return loaded;
  }

  [[nodiscard]] std::int64_t count(std::string_view user_id, std::string_view what) {
    return toys::count_of(scenario_.app().get<toys::Toys>(), user_id, what);
  }

  std::vector<part::Part> parts_ = with_toys();
  Scenario scenario_{config("2"), parts_};
};

TEST_F(ToyPart, AddsARouteThatItsPermissionOpensAndItsSettingBounds) {
  const auto owner = scenario_.owner_token();
  const auto stranger = scenario_.sign_up(ada).text("access_token");
  EXPECT_EQ(scenario_.post("/toys", {}, stranger).status, 403);
  EXPECT_EQ(scenario_.post("/toys", {}, owner).status, 200);
  EXPECT_EQ(scenario_.post("/toys", {}, owner).body.at("lent"), 2);
  EXPECT_EQ(scenario_.post("/toys", {}, owner).code(), "enough_toys");
  const auto child = auth::add_user(scenario_.app().get<auth::Auth>(), Email::parse("child@example.com").value(),
                                    auth::NewPassword::parse(Scenario::password).value(), "", {"child"}, true,
                                    scenario_.clock().now());
  EXPECT_TRUE(child);
  EXPECT_EQ(scenario_.post("/toys", {}, scenario_.login("child@example.com").text("access_token")).status, 200);
  const auto permissions = scenario_.app().house().permissions;
  EXPECT_NE(std::ranges::find(permissions, "toys:borrow", &part::Permission::name), permissions.end());
}

TEST_F(ToyPart, AddsAJobThatWorkersDo) {
  const auto id = std::string(scenario_.sign_up(ada).body.at("user").at("id").as_string());
  scenario_.queue().send(toys::wash, id);
  scenario_.run_queue();
  EXPECT_EQ(count(id, "washed"), 1);
}

TEST_F(ToyPart, AddsATickThatAllProcessesTogetherRunOncePerInterval) {
  scenario_.app().tick();
  EXPECT_EQ(count("nobody", "counted"), 1);
  scenario_.clock().advance(30min);
  scenario_.app().tick();
  EXPECT_EQ(count("nobody", "counted"), 1);
  scenario_.clock().advance(30min);
  scenario_.app().tick();
  scenario_.app().tick();  // as another process would
  EXPECT_EQ(count("nobody", "counted"), 2);
}

TEST_F(ToyPart, TakesWhatAnotherServiceTells) {
  EXPECT_TRUE(scenario_.app().take_notification("a toy is lost"));
  EXPECT_EQ(count("nobody", "lost"), 1);
  EXPECT_FALSE(scenario_.app().take_notification("a mail is lost"));
  EXPECT_EQ(count("nobody", "lost"), 1);
}

TEST_F(ToyPart, IsToldThatTheProgramIsAboutToEnd) {
  scenario_.app().finish_soon();
  EXPECT_EQ(count("nobody", "finished"), 1);
}

TEST_F(ToyPart, HasAPageForRequestsThatFailBeforeARouteAnswers) {
  EXPECT_EQ(scenario_.app().error_page("/toys", 413).value().status, 418);
  EXPECT_EQ(scenario_.app().error_page("/oauth/authorize", 413).value().status, 413);
  EXPECT_FALSE(scenario_.app().error_page("/auth/login", 413));
}

TEST_F(ToyPart, SaysHowManyRequestsMayHashAtOnce) {
  EXPECT_EQ(scenario_.app().hashing_requests(), Scenario(config("2")).app().hashing_requests() + 5);
}

TEST_F(ToyPart, ForgetsAUserThatIsDeleted) {
  const auto owner = scenario_.owner_token();
  EXPECT_EQ(scenario_.post("/toys", {}, owner).status, 200);
  const auto id = std::string(scenario_.get("/auth/me", owner).body.at("user").at("id").as_string());
  scenario_.run_queue();
  EXPECT_EQ(count(id, "lent"), 1);
  const auto other = auth::add_user(scenario_.app().get<auth::Auth>(), Email::parse("other@example.com").value(),
                                    auth::NewPassword::parse(Scenario::password).value(), "", {"owner"}, true,
                                    scenario_.clock().now());
  ASSERT_TRUE(other);  // one who can sign in must be left
  EXPECT_EQ(scenario_.del("/auth/me", owner).status, 204);
  scenario_.run_queue();
  for (const auto& [key, rest] : scenario_.stored_items()) {
    if (key.starts_with("BLACKLIST#")) continue;  // of the ended session; it goes with its last access token
    EXPECT_EQ((key + rest).find(id), std::string::npos) << key;
  }
}

// As a process leaves it that is killed between the deletion and the queue.
TEST_F(ToyPart, ForgetsAUserWhoseDeletionWasInterrupted) {
  auto& toys = scenario_.app().get<toys::Toys>();
  toys::add(toys, "somebody", "lent");
  const store::Write note =
      part::deletion_note({.id = "somebody", .addresses = {}, .deleted_at = scenario_.clock().now()});
  ASSERT_TRUE(scenario_.table().write({&note, 1}));
  scenario_.app().tick();
  scenario_.run_queue();
  EXPECT_EQ(count("somebody", "lent"), 1);  // it may be on its way yet
  scenario_.clock().advance(3min);
  scenario_.app().tick();
  scenario_.run_queue();
  EXPECT_EQ(count("somebody", "lent"), 0);
  EXPECT_FALSE(part::find_deletion(scenario_.table(), "somebody"));
}

TEST_F(ToyPart, AddsACommand) {
  const TemporaryDirectory directory;
  const auto data = directory.path().string();
  {
    app::Config config =
        app::load_config({.command_line = {{"data", data}}}, app::make_settings(parts_)).value().config;
    app::EngineShell shell(config, parts_, LogLevel::off);
    auto& toys = shell.house().offers.get<toys::Toys>();
    for (int i = 0; i < 3; ++i) toys::add(toys, "somebody", "lent");
  }
  const char* const typed[] = {"voyages", "--data", data.c_str(), "toys", "count", "somebody"};
  EXPECT_EQ(app::run_cli(6, typed, parts_), 3);
}

TEST_F(ToyPart, AddsACheckOfTheDoctor) {
  const TemporaryDirectory directory;
  auto config = ToyPart::config("2");
  config.data = directory.path();
  {
    const app::Engine engine(config, store::sqlite::Access::exclusive, LogLevel::off, parts_);
  }
  const auto findings = app::run_checks(app::service_checks(config, parts_));
  EXPECT_NE(std::ranges::find(findings, "they lie about", &part::Finding::detail), findings.end());
}

TEST_F(ToyPart, SharesNoNameWithAnotherPart) {
  parts_.push_back({.name = "other toys", .open = [](const part::House&) -> part::Service {
                      return {.jobs = {{.kind = toys::wash, .run = [](const store::QueueMessage&, Time) {}}}};
                    }});
  EXPECT_THROW(Scenario(config("2"), parts_), std::logic_error);
  parts_.back() = toys::make_part();
  EXPECT_THROW(app::make_settings(parts_), std::logic_error);
}

}  // namespace
}  // namespace voyages::tests
