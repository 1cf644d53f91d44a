#include "app/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/config_print.h"
#include "app/settings.h"
#include "auth/options.h"
#include "tests/app/scratch.h"

namespace voyages::app {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A working directory without any file, and what a test says.
class ConfigTest : public testing::Test {
 protected:
  ConfigTest() { std::filesystem::current_path(scratch_.path()); }
  ~ConfigTest() override { std::filesystem::current_path(before_); }

  LoadedConfig load() {
    auto loaded = load_config(sources_);
    if (!loaded) throw std::runtime_error(loaded.error().front());
    return std::move(*loaded);
  }
  std::string error_of(const std::string& file) {
    sources_.file = scratch_.write("bad.toml", file);
    return only_error();
  }
  std::string error_of(const std::string& variable, const std::string& text) {
    sources_.environment = {{variable, text}};
    return only_error();
  }
  std::string only_error() {
    const auto loaded = load_config(sources_);
    if (loaded) return "no error";
    return loaded.error().size() == 1 ? loaded.error().front() : "several errors";
  }
  Origin origin_of(const LoadedConfig& loaded, std::string_view name) {
    return loaded.origins.at(static_cast<std::size_t>(find_setting(name) - settings().data()));
  }

  Scratch scratch_;
  std::filesystem::path before_ = std::filesystem::current_path();
  ConfigSources sources_;
};

TEST_F(ConfigTest, WorksWithoutAnyConfiguration) {
  const auto loaded = load();
  const auto& config = loaded.config;
  EXPECT_EQ(config.listen, (ListenAddress{"localhost", 8080}));
  EXPECT_EQ(config.metrics_listen, (ListenAddress{"localhost", 9090}));
  EXPECT_EQ(config.data, "./data");
  EXPECT_EQ(config.public_url, "http://localhost:8080");
  const auto& auth = config.of<auth::AuthOptions>();
  EXPECT_EQ(auth.registration, auth::Registration::open);
  EXPECT_FALSE(auth.verification_required);
  EXPECT_EQ(auth.access_token_ttl, 15min);
  EXPECT_EQ(auth.refresh_grace, 10s);
  EXPECT_EQ(auth.signing_algorithm, crypto::Algorithm::EdDSA);
  EXPECT_EQ(auth.password_memory_kib, 19456U);
  EXPECT_EQ(config.max_body_bytes, 1048576U);
  EXPECT_TRUE(config.master_key.empty());
  EXPECT_FALSE(loaded.file);
}

TEST_F(ConfigTest, ReadsEverySettingBackAsItShowsIt) {
  const auto loaded = load();
  for (const auto& setting : settings()) {
    Config config = loaded.config;
    if (setting.secret) continue;
    EXPECT_TRUE(setting.set(config, setting.show(loaded.config))) << setting.name;
    EXPECT_EQ(setting.show(config), setting.show(loaded.config)) << setting.name;
  }
}

TEST_F(ConfigTest, LetsTheStrongerSourceWin) {
  sources_.file =
      scratch_.write("some.toml", "listen = \"file:1\"\nmetrics_listen = \"file:2\"\nregistration = \"closed\"\n");
  sources_.environment = {{"VOYAGES_LISTEN", "environment:1"}, {"VOYAGES_METRICS_LISTEN", "environment:2"}};
  sources_.command_line = {{"listen", "line:1"}};
  const auto loaded = load();
  EXPECT_EQ(loaded.config.listen.host, "line");
  EXPECT_EQ(loaded.config.metrics_listen->host, "environment");
  EXPECT_EQ(loaded.config.of<auth::AuthOptions>().registration, auth::Registration::closed);
  EXPECT_EQ(origin_of(loaded, "listen").place, "--listen");
  EXPECT_EQ(origin_of(loaded, "metrics_listen").place, "VOYAGES_METRICS_LISTEN");
  EXPECT_THAT(origin_of(loaded, "registration").place, testing::EndsWith("some.toml:3"));
  EXPECT_EQ(origin_of(loaded, "data").source, Origin::Source::by_default);
}

TEST_F(ConfigTest, LooksForTheFileInOrder) {
  scratch_.write("data/voyages.toml", "registration = \"closed\"");
  EXPECT_EQ(load().file, std::filesystem::path("./data/voyages.toml"));
  scratch_.write("elsewhere/voyages.toml", "registration = \"closed\"");
  sources_.command_line = {{"data", "elsewhere"}};
  EXPECT_EQ(load().file, std::filesystem::path("elsewhere/voyages.toml"));
  scratch_.write("voyages.toml", "registration = \"invite\"");
  EXPECT_EQ(load().file, std::filesystem::path("voyages.toml"));
  const auto named = scratch_.write("named.toml", "log_level = \"warn\"");
  sources_.environment = {{"VOYAGES_CONFIG", named.string()}};
  EXPECT_EQ(load().file, named);
  const auto option = scratch_.write("option.toml", "log_level = \"error\"");
  sources_.file = option;
  EXPECT_EQ(load().config.log_level, LogLevel::error);
}

TEST_F(ConfigTest, ReadsGroupsAsTheirNamesJoined) {
  sources_.file = scratch_.write("some.toml", "worker.threads = 7\n[password]\nmemory = 65536\npasses = 3\n[max]\n");
  EXPECT_EQ(load().config.of<auth::AuthOptions>().password_memory_kib, 65536U);
  EXPECT_EQ(load().config.of<auth::AuthOptions>().password_passes, 3U);
  EXPECT_EQ(load().config.worker_threads, 7U);
}

TEST_F(ConfigTest, ReadsListsFromTheFileAndTheEnvironment) {
  sources_.file = scratch_.write("some.toml", "cors_origins = [\"https://A.example/\", \"https://b.example\"]");
  sources_.environment = {{"VOYAGES_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,::1"}};
  EXPECT_EQ(load().config.cors_origins, (std::vector<std::string>{"https://a.example", "https://b.example"}));
  EXPECT_EQ(load().config.trusted_proxies, (std::vector<std::string>{"127.0.0.1", "10.0.0.0/8", "::1"}));
}

TEST_F(ConfigTest, DerivesThePublicAddressFromWhereItListens) {
  const std::pair<const char*, const char*> cases[] = {{":8081", "http://localhost:8081"},
                                                       {"0.0.0.0:80", "http://localhost"},
                                                       {"[::]:8080", "http://localhost:8080"},
                                                       {"[::1]:8080", "http://[::1]:8080"},
                                                       {"site.example:8080", "http://site.example:8080"}};
  for (const auto& [listen, url] : cases) {
    sources_.command_line = {{"listen", listen}};
    EXPECT_EQ(load().config.public_url, url);
  }
  sources_.environment = {{"VOYAGES_PUBLIC_URL", "https://id.example/"}};
  EXPECT_EQ(load().config.public_url, "https://id.example");
}

TEST_F(ConfigTest, TurnsTheMetricsOffWhenTheirAddressIsEmpty) {
  sources_.environment = {{"VOYAGES_METRICS_LISTEN", ""}};
  EXPECT_FALSE(load().config.metrics_listen);
}

TEST_F(ConfigTest, NamesThePlaceOfAnUnknownSettingAndTheNearestOne) {
  EXPECT_THAT(error_of("\n# a comment\nregistraton = \"open\"\n"),
              AllOf(HasSubstr("bad.toml:3"), HasSubstr("\"registraton\""), HasSubstr("Did you mean registration?")));
  EXPECT_THAT(error_of("[pasword]\nmemory = 1\n"), AllOf(HasSubstr("bad.toml:2"), HasSubstr("password_memory?")));
  EXPECT_THAT(error_of("[nonsense]\n"), AllOf(HasSubstr("\"nonsense\""), HasSubstr("voyages config")));
  EXPECT_THAT(error_of("[[listen]]\nx = 1"), HasSubstr("must be HOST:PORT"));
  EXPECT_THAT(error_of("\"regis\\u0007tration\" = 1\n"), HasSubstr("regis\\u0007tration"));
}

TEST_F(ConfigTest, NamesAnUnknownVariableAndTheNearestOne) {
  EXPECT_THAT(error_of("VOYAGES_REGISTRAION", "open"),
              AllOf(HasSubstr("VOYAGES_REGISTRAION"), HasSubstr("Did you mean VOYAGES_REGISTRATION?")));
  EXPECT_THAT(error_of("VOYAGES_", "x"), HasSubstr("voyages config"));
  EXPECT_THAT(error_of("VOYAGES_listen", ":1"), HasSubstr("VOYAGES_listen"));
}

TEST_F(ConfigTest, IgnoresTheVariablesOfOthers) {
  sources_.environment = {
      {"PATH", "/bin"}, {"MY_VOYAGES_LISTEN", "x"}, {"voyages_listen", "x"}, {"VOYAGES_CONFIG", ""}};
  EXPECT_EQ(load().config.listen.port, 8080);
}

struct BadValue {
  const char* variable;
  const char* text;
  const char* valid;
};

TEST_F(ConfigTest, RefusesABadValueAndSaysWhatIsValid) {
  const BadValue cases[] = {
      {"VOYAGES_LISTEN", "8080", "HOST:PORT"},
      {"VOYAGES_LISTEN", "", "HOST:PORT"},
      {"VOYAGES_METRICS_LISTEN", "localhost:http", "HOST:PORT"},
      {"VOYAGES_DATA", "", "the path of a directory"},
      {"VOYAGES_PUBLIC_URL", "https://example.com/login", "without path"},
      {"VOYAGES_PUBLIC_URL", "example.com", "http:// or https://"},
      {"VOYAGES_REGISTRATION", "opne", "open, invite or closed"},
      {"VOYAGES_REGISTRATION", "Open", "open, invite or closed"},
      {"VOYAGES_REGISTRATION", "", "open, invite or closed"},
      {"VOYAGES_EMAIL_VERIFICATION", "yes", "required or optional"},
      {"VOYAGES_ACCESS_TOKEN_TTL", "0s", "from 1s to 1d"},
      {"VOYAGES_ACCESS_TOKEN_TTL", "25h", "from 1s to 1d"},
      {"VOYAGES_ACCESS_TOKEN_TTL", "900", "like 30s, 15m, 12h or 30d"},
      {"VOYAGES_ACCESS_TOKEN_TTL", "-1s", "from 1s"},
      {"VOYAGES_SIGNING_ALGORITHM", "none", "EdDSA, ES256 or RS256"},
      {"VOYAGES_SIGNING_ALGORITHM", "HS256", "EdDSA, ES256 or RS256"},
      {"VOYAGES_PASSWORD_MEMORY", "8191", "from 8192"},
      {"VOYAGES_PASSWORD_MEMORY", "4294967296", "from 8192"},
      {"VOYAGES_PASSWORD_MEMORY", "19456 ", "a whole number"},
      {"VOYAGES_PASSWORD_PASSES", "0", "from 1"},
      {"VOYAGES_PASSWORD_SLOTS", "-1", "from 0"},
      {"VOYAGES_CORS_ORIGINS", "https://a.example,nonsense", "origins like"},
      {"VOYAGES_CORS_ORIGINS", "https://a.example,", "origins like"},
      {"VOYAGES_CORS_ORIGINS", "null", "origins like"},
      {"VOYAGES_TRUSTED_PROXIES", "10.0.0.0/33", "ranges like"},
      {"VOYAGES_TRUSTED_PROXIES", "proxy.example", "ranges like"},
      {"VOYAGES_LOG_LEVEL", "verbose", "debug, info, warn, error or off"},
      {"VOYAGES_WORKER_THREADS", "0", "from 1"},
      {"VOYAGES_MAX_CONNECTIONS", "1e4", "a whole number"},
      {"VOYAGES_MAX_BODY", "1MB", "like 65536, 64KiB or 1MiB"},
      {"VOYAGES_MAX_BODY", "1", "from 1KiB"},
      {"VOYAGES_HEADER_TIMEOUT", "0s", "from 1s"},
  };
  for (const auto& [variable, text, valid] : cases) {
    const auto error = error_of(variable, text);
    EXPECT_THAT(error, AllOf(HasSubstr(variable), HasSubstr(valid), HasSubstr(text))) << variable << '=' << text;
  }
}

TEST_F(ConfigTest, RefusesAValueOfTheWrongTypeInTheFile) {
  EXPECT_THAT(error_of("registration = 1"),
              AllOf(HasSubstr("registration ("), HasSubstr("bad.toml:1"), HasSubstr("in quotes")));
  EXPECT_THAT(error_of("password_memory = \"19456\""), HasSubstr("without quotes"));
  EXPECT_THAT(error_of("password_memory = 19456.0"), HasSubstr("a whole number from"));
  EXPECT_THAT(error_of("password_memory = -1"), HasSubstr("a whole number from"));
  EXPECT_THAT(error_of("cors_origins = \"https://a.example\""), HasSubstr("array of strings"));
  EXPECT_THAT(error_of("cors_origins = [1]"), HasSubstr("array of strings"));
  EXPECT_THAT(error_of("cors_origins = [\"https://a.example,https://b.example\"]"), HasSubstr("array of strings"));
  EXPECT_THAT(error_of("log_level = true"), HasSubstr("debug, info"));
  EXPECT_THAT(error_of("listen = 1979-05-27"), HasSubstr("HOST:PORT"));
}

TEST_F(ConfigTest, RefusesASettingThatStandsTwice) {
  EXPECT_THAT(error_of("password_memory = 8192\n[password]\nmemory = 8192\n"), HasSubstr("twice"));
  EXPECT_THAT(error_of("listen = \":1\"\nlisten = \":2\"\n"), HasSubstr("bad.toml:2"));
}

TEST_F(ConfigTest, RefusesAFileThatIsNotToml) {
  EXPECT_THAT(error_of("registration = open\n"), AllOf(HasSubstr("bad.toml:1"), HasSubstr("not well-formed TOML")));
  EXPECT_THAT(error_of("registration = \"open\n"), HasSubstr("bad.toml:1"));
  EXPECT_THAT(error_of("\xff\xfe\n"), HasSubstr("bad.toml"));
  EXPECT_THAT(error_of(std::string("a\0b = 1", 7)), HasSubstr("bad.toml"));
  EXPECT_THAT(error_of("a = " + std::string(10'000, '[')), HasSubstr("bad.toml"));
  EXPECT_THAT(error_of(std::string((1U << 20) + 1, '#')), HasSubstr("larger than 1 MiB"));
}

TEST_F(ConfigTest, RefusesAFileThatIsNotThere) {
  sources_.file = scratch_.path() / "absent.toml";
  EXPECT_THAT(only_error(), AllOf(HasSubstr("absent.toml"), HasSubstr("No such file")));
  sources_.file = scratch_.path();
  EXPECT_THAT(only_error(), HasSubstr("must be a file"));
  sources_ = {};
  sources_.environment = {{"VOYAGES_CONFIG", "absent.toml"}};
  EXPECT_THAT(only_error(), HasSubstr("absent.toml"));
}

TEST_F(ConfigTest, RefusesAFileInTheDataDirectoryThatMovesIt) {
  scratch_.write("data/voyages.toml", "data = \"elsewhere\"");
  EXPECT_THAT(only_error(), AllOf(HasSubstr("data (data/voyages.toml:1)"), HasSubstr("VOYAGES_DATA")));
}

TEST_F(ConfigTest, ReportsEverythingThatIsWrongAtOnce) {
  sources_.file = scratch_.write("bad.toml", "registration = \"x\"\nnonsense = 1\n");
  sources_.environment = {{"VOYAGES_LOG_LEVEL", "x"}};
  sources_.command_line = {{"listen", "x"}};
  const auto loaded = load_config(sources_);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().size(), 4U);
}

TEST_F(ConfigTest, NeverShowsTheMasterKey) {
  const std::string key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
  sources_.environment = {{"VOYAGES_MASTER_KEY", key}};
  EXPECT_EQ(load().config.master_key.expose(), key);
  EXPECT_THAT(list_config(load()), AllOf(HasSubstr("master_key = \"********\""), Not(HasSubstr(key))));
  EXPECT_THAT(error_of("VOYAGES_MASTER_KEY", "too-short"),
              AllOf(HasSubstr("43 characters"), Not(HasSubstr("too-short"))));
}

TEST_F(ConfigTest, ListsValuesAsAFileWouldWriteThem) {
  sources_.environment = {{"VOYAGES_TRUSTED_PROXIES", "127.0.0.1,::1"}};
  const auto text = list_config(load());
  EXPECT_THAT(text, HasSubstr("registration = \"open\""));
  EXPECT_THAT(text, HasSubstr("password_memory = 19456 "));
  EXPECT_THAT(text, HasSubstr("trusted_proxies = [\"127.0.0.1\", \"::1\"]"));
  EXPECT_THAT(text, HasSubstr("# environment: VOYAGES_TRUSTED_PROXIES"));
  sources_ = {.file = scratch_.write("again.toml", text)};
  EXPECT_EQ(load().config.trusted_proxies.size(), 2U);
}

TEST(ConfigurationPage, IsWhatTheTableSays) {
  EXPECT_EQ(read_text(VOYAGES_SOURCE_DIR "/docs/configuration.md"), config_markdown())
      << "Run: voyages config --markdown > docs/configuration.md";
}

}  // namespace
}  // namespace voyages::app
