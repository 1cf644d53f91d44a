#include "base/password_input.h"

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/failure.h"

namespace voyages {

namespace {

constexpr std::size_t max_password_bytes = 4096;
constexpr char interrupt = '\x03';  // what Ctrl-C types

/// Switches the echo off while it lives. Ctrl-C ends the line instead of the process, because a process that dies here
/// would leave the terminal without echo.
class NoEcho {
 public:
  explicit NoEcho(int descriptor) : descriptor_(descriptor) {
    if (tcgetattr(descriptor, &before_) != 0) throw std::system_error(errno, std::generic_category(), "terminal");
    termios silent = before_;
    silent.c_lflag &= static_cast<tcflag_t>(~(ECHO | ISIG));
    silent.c_lflag |= ECHONL;
    silent.c_cc[VEOL] = static_cast<cc_t>(interrupt);
    tcsetattr(descriptor, TCSADRAIN, &silent);
  }
  ~NoEcho() { tcsetattr(descriptor_, TCSADRAIN, &before_); }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  int descriptor_;
  termios before_{};
};

// Byte by byte, so that what follows the line stays for who reads next.
Secret read_line(int descriptor) {
  std::string line;
  line.reserve(max_password_bytes + 1);  // never moved, so no copy is left behind
  char c = 0;
  for (;;) {
    const auto count = ::read(descriptor, &c, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw std::system_error(errno, std::generic_category(), "standard input");
    if (count == 0 || c == '\n' || c == interrupt) break;
    if (line.size() == max_password_bytes)
      throw Failure("The password is longer than 4096 bytes.", "Choose a shorter one.");
    line += c;
  }
  if (c == interrupt) throw Failure("Cancelled.", "Nothing was changed; run the command again when you are ready.");
  if (line.ends_with('\r')) line.pop_back();
  return Secret(std::move(line));
}

void say(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;  // a prompt that nobody can see is no reason to stop
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

Secret ask_twice(int descriptor, int prompt_descriptor) {
  const NoEcho silence(descriptor);
  say(prompt_descriptor, "Password: ");
  auto first = read_line(descriptor);
  say(prompt_descriptor, "Once more: ");
  const auto second = read_line(descriptor);
  if (!equal_in_constant_time(first.expose(), second.expose())) {
    throw Failure("The two passwords differ.", "Run the command again and type the same password twice.");
  }
  return first;
}

}  // namespace

Secret read_password(int descriptor, int prompt_descriptor) {
  auto password = isatty(descriptor) == 1 ? ask_twice(descriptor, prompt_descriptor) : read_line(descriptor);
  if (password.empty()) {
    throw Failure("The password is empty.", "Give it as the first line of standard input, or type it when asked.");
  }
  return password;
}

}  // namespace voyages
