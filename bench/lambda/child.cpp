#include "bench/lambda/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <fstream>
#include <system_error>

namespace voyages::bench {

namespace {

[[noreturn]] void throw_errno(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

/// A moment that the child writes and its parent reads.
class SharedMoment {
 public:
  SharedMoment()
      : moment_(::mmap(nullptr, sizeof(SteadyClock::time_point), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                       0)) {
    if (moment_ == MAP_FAILED) throw_errno("mmap");
  }
  ~SharedMoment() { ::munmap(moment_, sizeof(SteadyClock::time_point)); }
  SharedMoment(const SharedMoment&) = delete;
  SharedMoment& operator=(const SharedMoment&) = delete;
  [[nodiscard]] SteadyClock::time_point& value() const { return *static_cast<SteadyClock::time_point*>(moment_); }

 private:
  void* moment_;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

double milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

bool ends_within(int descriptor, int timeout_ms) {
  pollfd waiting{descriptor, POLLIN, 0};
  return ::poll(&waiting, 1, timeout_ms) == 1;
}

}  // namespace

Child::Child(const Program& program) {
  auto command = program.command;
  std::vector<std::string> environment;
  for (const auto& [name, value] : program.environment) environment.push_back(name + "=" + value);
  const auto argument_list = pointers(command);
  const auto environment_list = pointers(environment);
  const SharedMoment moment;
  pid_ = ::fork();
  if (pid_ < 0) throw_errno("fork");
  if (pid_ == 0) {
    const int log = ::open(program.log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    if (::chdir(program.folder.c_str()) != 0) ::_exit(126);
    moment.value() = SteadyClock::now();
    ::execve(argument_list[0], argument_list.data(), environment_list.data());
    ::_exit(127);
  }
  // Debian 12's header of pidfd_open() does not work in C++.
  descriptor_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  if (descriptor_ < 0) throw_errno("pidfd_open");
  // The child's page is written by the time it has asked for its first event; until then nobody reads it.
  while (moment.value() == SteadyClock::time_point{}) {
    if (ends_within(descriptor_, 0)) throw std::runtime_error("the program could not be started");
  }
  started_ = moment.value();
}

Child::~Child() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(descriptor_);
}

double Child::peak_mb() const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  std::string word;
  while (status >> word) {
    double kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes / 1024;
  }
  return 0;
}

double Child::cpu_ms() const {
  clockid_t clock = 0;
  timespec time{};
  if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

Ending Child::stop() {
  const auto asked = SteadyClock::now();
  ::kill(pid_, SIGTERM);
  if (!ends_within(descriptor_, 2000)) ::kill(pid_, SIGKILL);
  int status = 0;
  rusage usage{};
  if (::wait4(pid_, &status, 0, &usage) != pid_) throw_errno("wait4");
  pid_ = -1;
  Ending ending;
  ending.stop_ms = std::chrono::duration<double, std::milli>(SteadyClock::now() - asked).count();
  ending.cpu_ms = milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
  if (WIFEXITED(status)) ending.code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ending.signal = WTERMSIG(status);
  return ending;
}

}  // namespace voyages::bench
