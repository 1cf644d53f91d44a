#include "base/password_input.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <thread>

#include "base/failure.h"

namespace voyages {
namespace {

// What `read_password` makes of bytes that come through a pipe.
std::string from_pipe(std::string_view bytes) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("pipe");
  const auto written = write(ends[1], bytes.data(), bytes.size());
  close(ends[1]);
  const std::unique_ptr<int, void (*)(int*)> closer(&ends[0], [](int* end) { close(*end); });
  if (written != static_cast<ssize_t>(bytes.size())) throw std::runtime_error("write");
  return std::string(read_password(ends[0], STDERR_FILENO).expose());
}

TEST(PasswordInput, IsTheFirstLineOfAPipe) {
  EXPECT_EQ(from_pipe("correct horse\nbattery\n"), "correct horse");
  EXPECT_EQ(from_pipe("no line end"), "no line end");
  EXPECT_EQ(from_pipe("from windows\r\n"), "from windows");
  EXPECT_EQ(from_pipe(" spaces stay \n"), " spaces stay ");
  EXPECT_EQ(from_pipe(std::string(4096, 'x') + "\n").size(), 4096U);
}

TEST(PasswordInput, RefusesNothingAndTooMuch) {
  EXPECT_THROW(from_pipe(""), Failure);
  EXPECT_THROW(from_pipe("\nsecond line"), Failure);
  EXPECT_THROW(from_pipe(std::string(4097, 'x') + "\n"), Failure);
}

/// A person at a terminal who types one answer to each prompt.
class Terminal {
 public:
  Terminal() {
    if (openpty(&person_, &program_, nullptr, nullptr, nullptr) != 0) throw std::runtime_error("openpty");
  }
  ~Terminal() {
    close(person_);
    close(program_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  std::string read_password_of(const std::string& first, const std::string& second) {
    std::jthread person([&] {
      await("Password: ");
      type(first);
      if (second.empty()) return;
      await("Once more: ");
      type(second);
    });
    return std::string(read_password(program_, program_).expose());
  }
  [[nodiscard]] const std::string& seen() const { return seen_; }
  [[nodiscard]] bool echoes() const {
    termios state{};
    tcgetattr(program_, &state);
    return (state.c_lflag & ECHO) != 0 && (state.c_lflag & ISIG) != 0;
  }

 private:
  void await(std::string_view prompt) {
    char c = 0;
    while (!seen_.ends_with(prompt) && read(person_, &c, 1) == 1) seen_ += c;
  }
  void type(const std::string& text) const { EXPECT_EQ(write(person_, text.data(), text.size()), std::ssize(text)); }

  int person_ = -1;
  int program_ = -1;
  std::string seen_;
};

TEST(PasswordInput, IsAskedForTwiceAtATerminalWithoutEcho) {
  Terminal terminal;
  EXPECT_EQ(terminal.read_password_of("hidden words\n", "hidden words\n"), "hidden words");
  EXPECT_EQ(terminal.seen().find("hidden"), std::string::npos);
  EXPECT_NE(terminal.seen().find("Once more: "), std::string::npos);
  EXPECT_TRUE(terminal.echoes());
}

TEST(PasswordInput, RefusesTwoThatDiffer) {
  Terminal terminal;
  EXPECT_THROW(terminal.read_password_of("hidden words\n", "hidden worlds\n"), Failure);
  EXPECT_TRUE(terminal.echoes());
}

TEST(PasswordInput, GivesTheTerminalItsEchoBackWhenCancelled) {
  Terminal terminal;
  EXPECT_THROW(terminal.read_password_of("hid\x03", ""), Failure);
  EXPECT_TRUE(terminal.echoes());
}

}  // namespace
}  // namespace voyages
