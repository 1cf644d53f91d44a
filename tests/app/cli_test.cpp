#include "app/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>

#include "app/config_print.h"
#include "store/dead_letters.h"
#include "store/sqlite/queue.h"
#include "store/sqlite/table.h"
#include "tests/app/scratch.h"
#include "tests/support/scripted_server.h"

namespace voyages::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

/// Runs the real program in a directory of its own.
class CliTest : public testing::Test {
 protected:
  struct Outcome {
    int code;
    std::string out;
    std::string errors;
    [[nodiscard]] std::string last_line() const {
      const auto end = errors.find_last_not_of('\n');
      return errors.substr(errors.rfind('\n', end) + 1);
    }
  };

  Outcome run(const std::string& arguments, const std::string& environment = "") const {
    if (!std::filesystem::exists(scratch_.path() / "input")) scratch_.write("input", "");
    const auto command = "cd '" + scratch_.path().string() + "' && env -i " + environment + " '" VOYAGES_BINARY "' " +
                         arguments + " <input >out 2>errors";
    const int status = std::system(command.c_str());  // NOLINT(cert-env33-c): a shell is what people call it from
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_text(scratch_.path() / "out"),
            read_text(scratch_.path() / "errors")};
  }

  Scratch scratch_;
};

TEST_F(CliTest, SaysWhatThereIs) {
  const auto help = run("--help");
  EXPECT_EQ(help.code, 0);
  for (const auto* command : {"serve", "health", "user", "keys", "token", "client", "openapi", "config", "doctor",
                              "backup", "restore", "version"}) {
    EXPECT_THAT(help.out, HasSubstr("\n  " + std::string(command) + " ")) << command;
  }
  for (const auto* command : {"serve",          "health",        "user add",      "user list",   "user show",
                              "user disable",   "user enable",   "user role",     "user delete", "user password",
                              "user invite",    "keys list",     "keys rotate",   "token add",   "token list",
                              "token revoke",   "client add",    "client list",   "client show", "client rotate-secret",
                              "client disable", "client enable", "client delete", "openapi",     "config",
                              "doctor",         "backup",        "restore",       "version"}) {
    const auto one = run(std::string(command) + " --help");
    EXPECT_EQ(one.code, 0) << command;
    EXPECT_THAT(one.out, HasSubstr("Usage: voyages " + std::string(command))) << command;
  }
}

TEST_F(CliTest, ListsRetriesAndDiscardsDeadLetters) {
  EXPECT_EQ(run("dead-letters list").out, "No work failed for good.\n");
  const SystemClock clock;
  {
    store::sqlite::Database database(scratch_.path() / "data", store::sqlite::Access::shared);
    store::sqlite::SqliteTable table(database, clock);
    store::sqlite::SqliteQueue queue(database, clock);
    store::DeadLetters letters(table, queue);
    letters.bury({.id = "1", .kind = "auth.logout_notice", .body = "first", .attempt = 8}, "it\x1b[2J failed",
                 clock.now());
    letters.bury({.id = "2", .kind = "auth.logout_notice", .body = "second", .attempt = 8}, "again", clock.now());
  }
  const auto list = run("dead-letters list").out;
  EXPECT_THAT(list, MatchesRegex(".{36}  .*auth\\.logout_notice .*8 tries  second  again\n.*first  it \\[2J failed\n"));
  const auto second = list.substr(0, 36);
  const auto first = list.substr(list.find('\n') + 1, 36);
  EXPECT_EQ(run("dead-letters retry " + first).out, "Queued again.\n");
  EXPECT_EQ(run("dead-letters discard " + second).out, "Discarded.\n");
  EXPECT_EQ(run("dead-letters retry " + first).code, 1);
  EXPECT_EQ(run("dead-letters discard nonsense").code, 1);
  store::sqlite::Database database(scratch_.path() / "data", store::sqlite::Access::shared);
  const auto again = store::sqlite::SqliteQueue(database, clock).receive({}, 10, std::chrono::seconds(60));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].message.body, "first");
}

TEST_F(CliTest, TellsItsVersion) {
  for (const auto* arguments : {"version", "--version"}) {
    EXPECT_EQ(run(arguments).out, "voyages " VOYAGES_VERSION "\n");
    EXPECT_EQ(run(arguments).code, 0);
  }
}

TEST_F(CliTest, ExitsWithTwoWhenCalledWronglyAndPointsToTheHelp) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "voyages --help"},
      {"frobnicate", "voyages --help"},
      {"user", "voyages user --help"},
      {"user add", "voyages user add --help"},
      {"user add nonsense", "voyages user add --help"},
      {"user add ada@example.com --role 'not a role'", "voyages user add --help"},
      {"user add ada@example.com grace@example.com", "voyages user add --help"},
      {"user role ada@example.com", "voyages user role --help"},
      {"keys rotate --later", "voyages keys rotate --help"},
      {"token", "voyages token --help"},
      {"token add shop", "voyages token add --help"},
      {"token add --scope emails:send", "voyages token add --help"},
      {"token add '' --scope emails:send", "voyages token add --help"},
      {"token add '\x1b[2J' --scope emails:send", "voyages token add --help"},
      {"token add '\xff' --scope emails:send", "voyages token add --help"},
      {"token add shop --scope emails:send --expires soon", "voyages token add --help"},
      {"token add shop --scope emails:send --expires 59s", "voyages token add --help"},
      {"token add shop --scope emails:send --expires 3651d", "voyages token add --help"},
      {"token revoke", "voyages token revoke --help"},
      {"token revoke shop", "voyages token revoke --help"},
      {"client", "voyages client --help"},
      {"client add", "voyages client add --help"},
      {"client add shop", "voyages client add --help"},
      {"client add shop --redirect-uri javascript:alert", "voyages client add --help"},
      {"client add shop --redirect-uri app.example:/cb", "voyages client add --help"},
      {"client add shop --grant-type password", "voyages client add --help"},
      {"client add shop --public --grant-type client_credentials", "voyages client add --help"},
      {"client show shop", "voyages client show --help"},
      {"backup", "voyages backup --help"},
      {"config --data", "voyages config --help"},
      {"config --data a --data b", "voyages config --help"},
      {"config --listen :1", "voyages config --help"},
      {"health --url localhost:8080", "voyages health --help"},
      {"health --url http://localhost:8080/health", "voyages health --help"},
  };
  for (const auto& [arguments, advice] : cases) {
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.code, 2) << arguments;
    EXPECT_THAT(outcome.last_line(), HasSubstr(advice)) << arguments;
    EXPECT_EQ(outcome.out, "") << arguments;
  }
}

TEST_F(CliTest, TakesGlobalOptionsBeforeAndAfterTheCommand) {
  scratch_.write("some.toml", "log_level = \"warn\"\n");
  for (const auto* arguments : {"--data there --config some.toml config", "config --data there --config some.toml"}) {
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.code, 0);
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("data = \"there\""), HasSubstr("# command line: --data"),
                                   HasSubstr("# file: some.toml:1"), HasSubstr("# configuration file: some.toml")));
  }
}

TEST_F(CliTest, RefusesABadConfigurationWithEverythingThatIsWrong) {
  const auto outcome = run("config", "VOYAGES_NONSENSE=1 VOYAGES_REGISTRATION=opne");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.errors, AllOf(HasSubstr("VOYAGES_NONSENSE"), HasSubstr("VOYAGES_REGISTRATION")));
  EXPECT_THAT(outcome.last_line(), HasSubstr("voyages config --markdown"));
}

TEST_F(CliTest, ExplainsEverySettingEvenWhenTheConfigurationIsBad) {
  const auto outcome = run("config --markdown", "VOYAGES_NONSENSE=1");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, config_markdown());
}

TEST_F(CliTest, NeverPrintsTheMasterKey) {
  const std::string key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
  const auto outcome = run("config", "VOYAGES_MASTER_KEY=" + key);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("master_key"), Not(HasSubstr(key))));
}

TEST_F(CliTest, AsksForPasswordStdinWhereThereIsNoTerminal) {
  for (const auto* arguments : {"user add ada@example.com", "user password ada@example.com"}) {
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.last_line(), HasSubstr("--password-stdin"));
  }
  EXPECT_THAT(run("user add ada@example.com --password-stdin").errors, HasSubstr("The password is empty."));
}

TEST_F(CliTest, VouchesForTheAddressOfAnAccountThatItMakes) {
  scratch_.write("input", "correct horse battery staple\n");
  const std::string settings = "VOYAGES_EMAIL_VERIFICATION=required";
  ASSERT_EQ(run("user add ada@example.com --role site:editor.1 --password-stdin", settings).code, 0);
  ASSERT_EQ(run("user add bob@example.com --unverified --password-stdin", settings).code, 0);
  EXPECT_THAT(run("user show ada@example.com").out,
              AllOf(HasSubstr("roles:        site:editor.1"), Not(HasSubstr("verified at:  -"))));
  EXPECT_THAT(run("user show bob@example.com").out, HasSubstr("verified at:  -"));
}

TEST_F(CliTest, GivesNoMoreRolesThanAUserCanHave) {
  scratch_.write("input", "correct horse battery staple\n");
  std::string roles;
  for (int i = 0; i < 33; ++i) roles += " --role r" + std::to_string(i);
  EXPECT_EQ(run("user add ada@example.com --password-stdin" + roles).code, 1);
  EXPECT_EQ(run("user list").out, "");
}

TEST_F(CliTest, PrintsATokenAloneAndOnlyOnce) {
  const auto made = run("token add 'The shop' --scope emails:send --scope emails:send --expires 90d");
  ASSERT_EQ(made.code, 0) << made.errors;
  ASSERT_EQ(made.out.size(), 81U);  // an id, a dot, 43 characters and the line's end
  EXPECT_THAT(made.errors, HasSubstr("shown only now"));
  const auto id = made.out.substr(0, 36);
  const auto secret = made.out.substr(37, 43);
  EXPECT_THAT(made.errors, Not(HasSubstr(secret)));
  const auto list = run("token list");
  EXPECT_THAT(list.out, AllOf(HasSubstr(id), HasSubstr("The shop"), HasSubstr("  emails:send  "), HasSubstr("  until "),
                              Not(HasSubstr(secret))));
}

TEST_F(CliTest, PrintsAClientsCredentialsForProgramsAlone) {
  const auto made = run("client add 'The gallery' --redirect-uri https://gallery.example/cb --first-party");
  EXPECT_EQ(made.code, 0) << made.errors;
  EXPECT_THAT(made.out, MatchesRegex("client_id=[0-9a-f-]{36}\nclient_secret=[A-Za-z0-9_-]{43}\n"));
  EXPECT_THAT(made.errors, HasSubstr("shown only now"));
  const auto id = made.out.substr(10, 36);
  const auto secret = made.out.substr(made.out.find("secret=") + 7, 43);
  const auto shown = run("client show " + id);
  EXPECT_THAT(shown.out, AllOf(HasSubstr("client_name=The gallery\n"), HasSubstr("first_party=true\n"),
                               HasSubstr("redirect_uri=https://gallery.example/cb\n"), HasSubstr("state=enabled\n")));
  EXPECT_THAT(shown.out, Not(HasSubstr(secret)));
  EXPECT_THAT(run("client list").out, AllOf(HasSubstr(id), HasSubstr("The gallery"), Not(HasSubstr(secret))));
  const auto renewed = run("client rotate-secret " + id);
  EXPECT_THAT(renewed.out, AllOf(HasSubstr("client_id=" + id), Not(HasSubstr(secret))));
  EXPECT_EQ(run("client disable " + id).code, 0);
  EXPECT_THAT(run("client show " + id).out, HasSubstr("state=disabled "));
  EXPECT_EQ(run("client enable " + id).code, 0);
  EXPECT_EQ(run("client delete " + id).code, 0);
  for (const auto* command : {"show ", "rotate-secret ", "disable ", "enable ", "delete "}) {
    const auto refused = run("client " + std::string(command) + id);
    EXPECT_EQ(refused.code, 1) << command;
    EXPECT_THAT(refused.last_line(), HasSubstr("voyages client list")) << command;
  }
}

TEST_F(CliTest, MakesAPublicClientWithoutASecret) {
  const auto made =
      run("client add app --public --redirect-uri com.example.app:/cb --redirect-uri http://127.0.0.1/cb");
  EXPECT_THAT(made.out, MatchesRegex("client_id=[0-9a-f-]{36}\n"));
  EXPECT_EQ(run("client rotate-secret " + made.out.substr(10, 36)).code, 1);
}

TEST_F(CliTest, RevokesATokenOnce) {
  const auto id = run("token add shop --scope emails:send").out.substr(0, 36);
  EXPECT_THAT(run("token list").out, AllOf(HasSubstr(id), HasSubstr("until it is revoked")));
  EXPECT_EQ(run("token revoke " + id).code, 0);
  EXPECT_EQ(run("token list").out, "");
  const auto again = run("token revoke " + id);
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.last_line(), HasSubstr("voyages token list"));
}

TEST_F(CliTest, TellsWhichScopesThereAre) {
  for (const auto* scope : {"emails:read", "admin", "owner", "mailer", "''"}) {
    const auto outcome = run("token add shop --scope " + std::string(scope));
    EXPECT_EQ(outcome.code, 2) << scope;
    EXPECT_THAT(outcome.errors, HasSubstr("emails:send")) << scope;
  }
  EXPECT_EQ(run("token list").out, "");
}

TEST_F(CliTest, ExaminesTheMachine) {
  const auto outcome = run("doctor --data there", "VOYAGES_LISTEN=localhost:0 VOYAGES_METRICS_LISTEN=");
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("disk space"), HasSubstr("clock"), HasSubstr("there is not there yet")));
  EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "there"));
  scratch_.write("file", "x");
  const auto broken = run("doctor --data file", "VOYAGES_LISTEN=localhost:0 VOYAGES_METRICS_LISTEN=");
  EXPECT_EQ(broken.code, 1);
  EXPECT_THAT(broken.last_line(), HasSubstr("voyages doctor"));
}

/// What `health` makes of a server on `--listen` that answers these bytes; what it asked is the second.
class CliHealthTest : public CliTest {
 protected:
  std::pair<Outcome, std::string> ask(const std::string& options, const std::string& answer) const {
    std::string asked;
    Outcome outcome;
    {
      tests::ScriptedServer server([&](tests::ServerSide& side, unsigned) {
        asked = side.receive();
        side.send(answer);
      });
      outcome = run("health --listen 127.0.0.1:" + std::to_string(server.port()) + options);
    }
    return {outcome, asked};
  }

  static std::string answer(const std::string& status, const std::string& body) {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
};

TEST_F(CliHealthTest, ExitsWithZeroWhenTheServerIsHealthy) {
  const auto [ready, asked_ready] = ask("", answer("200 OK", R"({"status":"ok","checks":[]})"));
  EXPECT_EQ(ready.code, 0) << ready.errors;
  EXPECT_THAT(ready.out, MatchesRegex("http://127\\.0\\.0\\.1:[0-9]+/health/ready is healthy\n"));
  EXPECT_THAT(asked_ready, testing::StartsWith("GET /health/ready HTTP/1.1\r\n"));
  const auto [live, asked_live] = ask(" --live", answer("200 OK", R"({"status":"ok"})"));
  EXPECT_EQ(live.code, 0) << live.errors;
  EXPECT_THAT(asked_live, testing::StartsWith("GET /health/live HTTP/1.1\r\n"));
}

TEST_F(CliHealthTest, ExitsWithOneWhenTheServerIsNotHealthy) {
  const std::pair<const char*, const char*> cases[] = {
      {"503 Service Unavailable", R"({"status":"failed","checks":[]})"},
      {"503 Service Unavailable", R"({"status":"ok"})"},
      {"200 OK", R"({"status":"failed"})"},
      {"200 OK", R"({"status":["ok"]})"},
      {"200 OK", R"(["status","ok"])"},
      {"200 OK", "ok"},
      {"200 OK", ""},
      {"302 Found", R"({"status":"ok"})"},
  };
  for (const auto& [status, body] : cases) {
    const auto [outcome, asked] = ask("", answer(status, body));
    EXPECT_EQ(outcome.code, 1) << status << body;
    EXPECT_EQ(outcome.out, "") << status << body;
    EXPECT_THAT(outcome.errors, HasSubstr(std::string(status).substr(0, 3) + ": not healthy")) << status << body;
    EXPECT_THAT(outcome.last_line(), HasSubstr("voyages doctor"));
  }
}

TEST_F(CliHealthTest, ExitsWithOneWhenTheAnswerIsTooLongOrIsNoHttp) {
  for (const auto& bytes : {answer("200 OK", std::string(65537, ' ')), std::string("SSH-2.0-OpenSSH_9.2\r\n")}) {
    const auto [outcome, asked] = ask("", bytes);
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.last_line(), HasSubstr("--url"));
  }
}

TEST_F(CliHealthTest, AsksTheAddressOfTheConfigurationUnlessOneIsNamed) {
  std::string port;
  {
    const tests::ScriptedServer server([](tests::ServerSide&, unsigned) {});
    port = std::to_string(server.port());
  }
  const auto nobody = run("health", "VOYAGES_LISTEN=127.0.0.1:" + port);
  EXPECT_EQ(nobody.code, 1);
  EXPECT_THAT(nobody.errors, AllOf(HasSubstr("127.0.0.1:" + port), HasSubstr("refused")));
  EXPECT_THAT(nobody.last_line(), HasSubstr("voyages serve"));

  tests::ScriptedServer server([](tests::ServerSide& side, unsigned) {
    side.receive();
    side.send(answer("200 OK", R"({"status":"ok"})"));
  });
  const auto url = "http://127.0.0.1:" + std::to_string(server.port());
  EXPECT_EQ(run("health --url " + url, "VOYAGES_LISTEN=127.0.0.1:" + port).out, url + "/health/ready is healthy\n");
  const auto everywhere = run("health", "VOYAGES_LISTEN=:" + std::to_string(server.port()));
  EXPECT_EQ(everywhere.code, 0) << everywhere.errors;
  const auto unknown = run("health", "VOYAGES_LISTEN=localhost:0");
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.last_line(), HasSubstr("--url"));
}

}  // namespace
}  // namespace voyages::app
