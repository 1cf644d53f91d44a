#include "base/program.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <thread>

#include "tests/support/environment.h"
#include "tests/support/temporary_directory.h"

namespace voyages {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = ProgramEnd::Kind;

ProgramEnd run_script(const std::string& script, const ProgramLimits& limits = {}) {
  return run_program({"sh", "-c", script}, limits);
}

TEST(RunProgram, WaitsForNothingThatTheProgramLeavesBehind) {
  const auto began = std::chrono::steady_clock::now();
  const auto end = run_script("sleep 20 & echo out");
  EXPECT_EQ(end.kind, Kind::exited);
  EXPECT_EQ(end.output.expose(), "out\n");
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(15));
}

TEST(RunProgram, HidesOurOwnSettings) {
  const tests::EnvironmentVariable secret("VOYAGES_MASTER_KEY", "of nobody else");
  EXPECT_EQ(run_script("env | grep -c ^VOYAGES_; test -n \"$PATH\"").output.expose(), "0\n");
}

TEST(RunProgram, KnowsTheEndOfItAlsoWhereSigchldIsIgnored) {
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  const auto end = run_script("echo out");
  std::signal(SIGCHLD, before);
  EXPECT_EQ(end.kind, Kind::exited);
  EXPECT_EQ(end.output.expose(), "out\n");
}

TEST(RunProgram, GivesWhatTheProgramPrintedAndItsStatus) {
  const auto end = run_script("echo out; echo err >&2; exit 3");
  EXPECT_EQ(end.kind, Kind::exited);
  EXPECT_EQ(end.status, 3);
  EXPECT_EQ(end.output.expose(), "out\n");
  EXPECT_EQ(end.messages, "err\n");
  EXPECT_EQ(run_script("kill -9 $$").status, 128 + SIGKILL);
}

TEST(RunProgram, HandsWordsOverAsTheyAre) {
  const auto end = run_program({"printf", "%s|", "a b", "$HOME", "*", ""});
  EXPECT_EQ(end.output.expose(), "a b|$HOME|*||");
}

TEST(RunProgram, SaysWhyAProgramCannotBeStarted) {
  const auto end = run_program({"no-such-program-anywhere"});
  EXPECT_EQ(end.kind, Kind::not_started);
  EXPECT_EQ(end.status, ENOENT);
  EXPECT_EQ(run_program({"/"}).status, EACCES);
}

TEST(RunProgram, GivesTheProgramNothingToReadAndNoFileOfOurs) {
  std::array<int, 2> inherited{};
  ASSERT_EQ(::pipe(inherited.data()), 0);  // without O_CLOEXEC
  const auto end = run_script("cat; ls /proc/self/fd | wc -l");
  for (const int each : inherited) ::close(each);
  EXPECT_EQ(end.output.expose(), "4\n");  // the three, and the folder that ls reads
}

TEST(RunProgram, GivesTheProgramNoSignalThatWeBlock) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto end = run_script("kill -TERM $$; echo still here");
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(end.status, 128 + SIGTERM);
}

TEST(RunProgram, EndsAProgramThatHangsWithAllThatItStarted) {
  const tests::TemporaryDirectory folder;
  const auto file = (folder.path() / "written").string();
  const auto begun = std::chrono::steady_clock::now();
  const auto end =
      run_script("echo waiting >&2; (sleep 2.5; echo late > " + file + ") & sleep 60", {.time = milliseconds(2000)});
  EXPECT_EQ(end.kind, Kind::too_late);
  EXPECT_EQ(end.messages, "waiting\n");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(30));
  std::this_thread::sleep_for(milliseconds(700));
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(RunProgram, EndsAProgramThatHangsWithItsOutputClosed) {
  EXPECT_EQ(run_script("exec >&- 2>&-; sleep 60", {.time = milliseconds(200)}).kind, Kind::too_late);
}

TEST(RunProgram, TakesAsManyBytesAsItIsTold) {
  EXPECT_EQ(run_script("printf 12345678", {.output_bytes = 8}).output.expose(), "12345678");
  const auto end = run_script("printf 123456789; sleep 60", {.output_bytes = 8});
  EXPECT_EQ(end.kind, Kind::too_much_output);
  EXPECT_TRUE(end.output.empty());
  EXPECT_EQ(run_script("yes").kind, Kind::too_much_output);
}

TEST(RunProgram, KeepsTheBeginningOfManyMessages) {
  const auto end = run_script("yes | head -c 100000 >&2; echo done");
  EXPECT_EQ(end.kind, Kind::exited);
  EXPECT_EQ(end.output.expose(), "done\n");
  EXPECT_EQ(end.messages.size(), 4096U);
}

}  // namespace
}  // namespace voyages
