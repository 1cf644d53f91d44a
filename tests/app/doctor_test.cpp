#include "app/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "app/doctor_checks.h"
#include "app/engine_shell.h"
#include "auth/doctor.h"
#include "base/failure.h"
#include "tests/app/scratch.h"

namespace voyages::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(Doctor, MakesAFailureOfACheckThatThrows) {
  const auto findings = run_checks({{"one", [] { return std::vector<Finding>{{Finding::ok, "one", "fine"}}; }},
                                    {"two", []() -> std::vector<Finding> { throw Failure("It broke.", "Mend it."); }},
                                    {"three", []() -> std::vector<Finding> { throw std::runtime_error("worse"); }}});
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[1], (Finding{Finding::failure, "two", "It broke.", "Mend it."}));
  EXPECT_EQ(findings[2].detail, "worse");
  EXPECT_FALSE(findings[2].mend.empty());
}

TEST(Doctor, ExitsWithOneOnlyForAFailure) {
  EXPECT_EQ(exit_code({{Finding::ok, "a", ""}, {Finding::warning, "b", ""}}), 0);
  EXPECT_EQ(exit_code({{Finding::ok, "a", ""}, {Finding::failure, "b", ""}}), 1);
}

TEST(Doctor, ListsFindingsAlignedWithWhatToDo) {
  const std::vector<Finding> findings = {{Finding::ok, "clock", "fine"},
                                         {Finding::warning, "disk space", "little", "Free some."},
                                         {Finding::failure, "store", "broken", "Restore it."}};
  EXPECT_EQ(list_findings(findings, true),
            "✓ clock       fine\n"
            "! disk space  little\n"
            "              → Free some.\n"
            "✗ store       broken\n"
            "              → Restore it.\n");
  EXPECT_EQ(list_findings(findings, false),
            "ok clock       fine\n"
            "!! disk space  little\n"
            "               -> Free some.\n"
            "XX store       broken\n"
            "               -> Restore it.\n");
}

TEST(Doctor, JudgesDiskSpace) {
  EXPECT_EQ(judge_disk_space(99'999'999).level, Finding::failure);
  EXPECT_EQ(judge_disk_space(100'000'000).level, Finding::warning);
  EXPECT_EQ(judge_disk_space(999'999'999).level, Finding::warning);
  EXPECT_EQ(judge_disk_space(1'000'000'000).level, Finding::ok);
}

TEST(Doctor, JudgesTheClock) {
  const auto now = *parse_rfc3339("2026-05-01T12:00:00Z");
  EXPECT_EQ(judge_clock(now, std::nullopt).level, Finding::ok);
  EXPECT_EQ(judge_clock(now, now + 1min).level, Finding::ok);
  EXPECT_EQ(judge_clock(now, now + 61s).level, Finding::warning);
  EXPECT_EQ(judge_clock(*parse_rfc3339("2024-12-31T23:59:59Z"), std::nullopt).level, Finding::failure);
  EXPECT_EQ(judge_clock(*parse_rfc3339("2025-01-01T00:00:00Z"), std::nullopt).level, Finding::ok);
}

class MachineTest : public testing::Test {
 protected:
  MachineTest() { config_.data = scratch_.path() / "data"; }
  void make_data(mode_t mode) {
    std::filesystem::create_directories(config_.data);
    ASSERT_EQ(chmod(config_.data.c_str(), mode), 0);
  }
  static Finding only(const std::vector<Finding>& findings) {
    EXPECT_EQ(findings.size(), 1U);
    return findings.at(0);
  }

  Scratch scratch_;
  Config config_;
};

TEST_F(MachineTest, LooksAtTheDataDirectory) {
  EXPECT_EQ(only(check_data_directory(config_)).level, Finding::warning);
  EXPECT_FALSE(std::filesystem::exists(config_.data)) << "a doctor changes nothing";
  make_data(0700);
  EXPECT_EQ(only(check_data_directory(config_)).level, Finding::ok);
  make_data(0755);
  EXPECT_EQ(only(check_data_directory(config_)).level, Finding::warning);
  EXPECT_THAT(only(check_data_directory(config_)).mend, HasSubstr("chmod 700"));
  config_.data = scratch_.write("file", "x");
  EXPECT_EQ(only(check_data_directory(config_)).level, Finding::failure);
}

TEST_F(MachineTest, LooksAtTheMasterKeyWithoutMakingOne) {
  make_data(0700);
  EXPECT_EQ(only(check_master_key(config_)).level, Finding::warning);
  EXPECT_TRUE(std::filesystem::is_empty(config_.data));
  scratch_.write("data/master.key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n", 0600);
  EXPECT_EQ(only(check_master_key(config_)).level, Finding::ok);
  scratch_.write("data/master.key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n", 0644);
  const auto finding = only(run_checks({{"master key", [&] { return check_master_key(config_); }}}));
  EXPECT_EQ(finding.level, Finding::failure);
  EXPECT_THAT(finding.mend, HasSubstr("chmod 600"));
}

TEST_F(MachineTest, SeesAFileFromTheFuture) {
  const auto file = scratch_.write("data/store.db", "x");
  const SystemClock clock;
  EXPECT_EQ(only(check_clock(config_, clock)).level, Finding::ok);
  std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() + 24h);
  EXPECT_EQ(only(check_clock(config_, clock)).level, Finding::warning);
}

TEST_F(MachineTest, SaysWhatIsOpenBesideThePublicInternet) {
  config_.public_url = "https://auth.example.com";
  EXPECT_EQ(only(check_outgoing(config_)), (Finding{Finding::ok, "outgoing", "the public internet alone is open"}));
  config_.outgoing_allow = {"10.20.0.0/16"};
  EXPECT_EQ(only(check_outgoing(config_)),
            (Finding{Finding::ok, "outgoing", "10.20.0.0/16 is open, beside the public internet"}));
  config_.outgoing_allow.clear();
  config_.public_url = "http://localhost:8080";
  ASSERT_EQ(check_outgoing(config_).size(), 2U);
  EXPECT_THAT(check_outgoing(config_)[0].detail, HasSubstr("127.0.0.0/8 is open"));
}

TEST_F(MachineTest, WarnsOfARangeThatOpensEverything) {
  config_.public_url = "https://auth.example.com";
  for (const auto* range : {"0.0.0.0/0", "::/0", "128.0.0.0/1"}) {
    config_.outgoing_allow = {range};
    const auto finding = only(check_outgoing(config_));
    EXPECT_EQ(finding.level, Finding::warning) << range;
    EXPECT_THAT(finding.detail, HasSubstr("opens every address")) << range;
    EXPECT_THAT(finding.mend, HasSubstr("outgoing_allow")) << range;
  }
}

TEST_F(MachineTest, WarnsOfARangeThatOpensWhereACloudGivesCredentials) {
  config_.public_url = "https://auth.example.com";
  const std::pair<const char*, const char*> cases[] = {
      {"169.254.169.254", "169.254.169.254"}, {"169.254.0.0/16", "169.254.169.254"},
      {"169.254.170.0/24", "169.254.170.2"},  {"fd00:ec2::254", "fd00:ec2::254"},
      {"fd00::/8", "fd00:ec2::254"},          {"fc00::/7", "fd00:ec2::254"}};
  for (const auto& [range, address] : cases) {
    config_.outgoing_allow = {range};
    const auto finding = only(check_outgoing(config_));
    EXPECT_EQ(finding.level, Finding::warning) << range;
    EXPECT_THAT(finding.detail, HasSubstr(std::string("opens ") + address)) << range;
    EXPECT_THAT(finding.mend, HasSubstr("narrower")) << range;
  }
  config_.outgoing_allow = {"169.254.7.0/24", "fd12:3456::/32", "10.0.0.0/8"};
  for (const auto& finding : check_outgoing(config_)) EXPECT_EQ(finding.level, Finding::ok) << finding.detail;
}

/// A program that holds a port and answers each caller with the same bytes.
class Answering {
 public:
  explicit Answering(std::string answer) : answer_(std::move(answer)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof at;
    if (bind(socket_, reinterpret_cast<sockaddr*>(&at), length) != 0 || listen(socket_, 8) != 0 ||
        getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &length) != 0) {
      throw std::runtime_error("listen");
    }
    port_ = ntohs(at.sin_port);
    server_ = std::jthread([this] { run(); });
  }
  ~Answering() {
    shutdown(socket_, SHUT_RDWR);
    server_.join();
    close(socket_);
  }
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void run() const {
    for (int caller = 0; (caller = accept(socket_, nullptr, nullptr)) >= 0; close(caller)) {
      char request[1024];
      if (recv(caller, request, sizeof request, 0) > 0) send(caller, answer_.data(), answer_.size(), MSG_NOSIGNAL);
    }
  }

  std::string answer_;
  int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::uint16_t port_ = 0;
  std::jthread server_;
};

TEST_F(MachineTest, TellsAServerOfOursFromAStranger) {
  const Answering ours("HTTP/1.1 200 OK\r\n\r\n{\"status\":\"ok\"}");
  const Answering stranger("HTTP/1.1 200 OK\r\n\r\nhello");
  config_.listen = {"127.0.0.1", ours.port()};
  EXPECT_EQ(only(check_ports(config_)).level, Finding::ok);
  config_.listen = {"127.0.0.1", stranger.port()};
  EXPECT_EQ(only(check_ports(config_)).level, Finding::failure);
  EXPECT_THAT(only(check_ports(config_)).detail, HasSubstr("taken by another program"));
}

TEST_F(MachineTest, LooksAtBothPorts) {
  config_.listen = {"127.0.0.1", 0};
  config_.metrics_listen = ListenAddress{"192.0.2.1", 9};  // RFC 5737: nobody's address
  const auto findings = check_ports(config_);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].level, Finding::ok);
  EXPECT_EQ(findings[1].level, Finding::failure);
  EXPECT_THAT(findings[1].mend, HasSubstr("metrics_listen"));
}

TEST_F(MachineTest, LooksForSigningKeysWithoutMakingOne) {
  const auto config = load_config({.command_line = {{"data", (scratch_.path() / "data").string()}}}).value().config;
  for (int i = 0; i < 2; ++i) {
    EngineShell shell(config, parts(), LogLevel::off);
    EXPECT_THAT(only(auth::check_signing_keys(shell)).detail, HasSubstr("there are none yet"));
  }
  EngineShell serving(config, parts(), LogLevel::off);
  (void)serving.house();
  EXPECT_THAT(only(auth::check_signing_keys(serving)).detail, HasSubstr("1 published"));
}

}  // namespace
}  // namespace voyages::app
