#include "base/program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace voyages {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t most_message_bytes = 4096;

/// The end of a pipe that this process reads, and the one that the program writes.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  ~Pipe() {
    for (int& end : ends_) close_end(end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  [[nodiscard]] int reader() const { return ends_[0]; }
  [[nodiscard]] int writer() const { return ends_[1]; }
  void close_writer() { close_end(ends_[1]); }
  void close_reader() { close_end(ends_[0]); }

 private:
  static void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }

  std::array<int, 2> ends_{-1, -1};
};

void require(int error) {
  if (error != 0) throw std::system_error(error, std::generic_category(), "posix_spawn");
}

class FileActions {
 public:
  FileActions(int output, int messages) {
    require(::posix_spawn_file_actions_init(&actions_));
    require(::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0));
    require(::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO));
    require(::posix_spawn_file_actions_adddup2(&actions_, messages, STDERR_FILENO));
    // Libraries open sockets without O_CLOEXEC.
    require(::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1));
  }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// A session of its own, and the signals as a program expects to find them: a server blocks and ignores some.
class Attributes {
 public:
  Attributes() {
    require(::posix_spawnattr_init(&attributes_));
    sigset_t signals;
    ::sigemptyset(&signals);
    require(::posix_spawnattr_setsigmask(&attributes_, &signals));
    for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) ::sigaddset(&signals, signal);
    require(::posix_spawnattr_setsigdefault(&attributes_, &signals));
    require(
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
  }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

int shell_status(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

/// A program that runs; it is killed with all of its session unless it was waited for.
class Running {
 public:
  explicit Running(pid_t process) : process_(process) {}
  ~Running() {
    if (process_ <= 0) return;
    ::kill(-process_, SIGKILL);
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) continue;
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  /// Whether it has ended; its status is then in `status`.
  bool has_ended(int& status) {
    const pid_t got = ::waitpid(process_, &status, WNOHANG);
    if (got == 0 || (got < 0 && errno == EINTR)) return false;
    // The kernel discards the status if our parent started us with SIGCHLD ignored.
    if (got < 0) status = 255 << 8;
    process_ = 0;
    return true;
  }

 private:
  pid_t process_;
};

/// Appends what is there, up to a total of `most_bytes`; false at the end of the pipe. `overflowed` when there is more.
bool read_some(int descriptor, std::string& into, std::size_t most_bytes, bool& overflowed) {
  std::array<char, 4096> piece{};
  const auto count = ::read(descriptor, piece.data(), piece.size());
  if (count < 0 && errno == EINTR) return true;
  if (count <= 0) return false;
  const auto taken = std::min(static_cast<std::size_t>(count), most_bytes - into.size());
  into.append(piece.data(), taken);
  sodium_memzero(piece.data(), piece.size());
  overflowed = overflowed || taken < static_cast<std::size_t>(count);
  return true;
}

/// Our environment without what is ours alone.
std::vector<char*> environment() {
  std::vector<char*> variables;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    if (!std::string_view(*each).starts_with("VOYAGES_")) variables.push_back(*each);
  }
  variables.push_back(nullptr);
  return variables;
}

/// Wipes a text when it goes, whatever way.
class Wiped {
 public:
  explicit Wiped(std::string& text) : text_(text) {}
  ~Wiped() { sodium_memzero(text_.data(), text_.size()); }
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;

 private:
  std::string& text_;
};

}  // namespace

ProgramEnd run_program(const std::vector<std::string>& words, const ProgramLimits& limits) {
  if (words.empty()) throw std::invalid_argument("no program is named");
  const auto deadline = steady_clock::now() + limits.time;
  const auto left = [&] { return std::chrono::ceil<milliseconds>(deadline - steady_clock::now()).count(); };

  Pipe output;
  Pipe messages;
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));  // exec does not write there
  arguments.push_back(nullptr);
  pid_t process = 0;
  const int error = ::posix_spawnp(&process, arguments[0], FileActions(output.writer(), messages.writer()).get(),
                                   Attributes().get(), arguments.data(), environment().data());
  if (error != 0) return {.kind = ProgramEnd::Kind::not_started, .status = error};
  Running running(process);
  output.close_writer();
  messages.close_writer();

  std::string text;
  text.reserve(limits.output_bytes);  // a longer one would be moved, and leave its bytes behind
  const Wiped wiped(text);
  ProgramEnd end;
  bool too_much = false;
  bool more_messages = false;
  bool ended = false;
  int status = 0;
  while (output.reader() >= 0 || messages.reader() >= 0) {
    const auto left_ms = left();
    if (left_ms <= 0) return {.kind = ProgramEnd::Kind::too_late, .messages = std::move(end.messages)};
    std::array<pollfd, 2> waiting{{{output.reader(), POLLIN, 0}, {messages.reader(), POLLIN, 0}}};
    const int ready =
        ::poll(waiting.data(), waiting.size(), static_cast<int>(std::min<decltype(left_ms)>(left_ms, 50)));
    if (ready < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
    if (ready <= 0) {
      // What it left behind in the background may keep the pipes open for ever.
      if (ended) break;
      ended = running.has_ended(status);
      continue;
    }
    if (waiting[0].revents != 0 && !read_some(output.reader(), text, limits.output_bytes, too_much)) {
      output.close_reader();
    }
    if (waiting[1].revents != 0 && !read_some(messages.reader(), end.messages, most_message_bytes, more_messages)) {
      messages.close_reader();
    }
    if (too_much) return {.kind = ProgramEnd::Kind::too_much_output, .messages = std::move(end.messages)};
  }
  end.output = Secret(std::move(text));
  while (!ended && !running.has_ended(status)) {
    if (left() <= 0) return {.kind = ProgramEnd::Kind::too_late, .messages = std::move(end.messages)};
    std::this_thread::sleep_for(milliseconds(1));
  }
  end.kind = ProgramEnd::Kind::exited;
  end.status = shell_status(status);
  return end;
}

}  // namespace voyages
