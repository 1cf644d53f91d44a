#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace voyages::bench {

/// A child process, ended by SIGTERM when this goes.
class Process {
 public:
  Process(const std::vector<std::string>& command, const std::filesystem::path& log);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Resident memory of the process, in MB.
  [[nodiscard]] double resident_mb() const;

 private:
  pid_t pid_;
};

/// Our server, release build, on a port and a data folder.
struct Voyages {
  Voyages(const std::filesystem::path& binary, const std::filesystem::path& data, const std::string& public_url,
          std::uint16_t port, std::uint16_t metrics_port);

  std::uint16_t port;
  double ready_ms;  // from exec to the first answer of /health/ready
  Process process;
};

/// nginx with one worker a core and no log, which answers `body` with the headers that we send.
struct Nginx {
  Nginx(const std::filesystem::path& folder, std::uint16_t port, const std::string& path, const std::string& body);

  std::uint16_t port;
  Process process;
};

/// A socket of this machine that takes connections, and its port. Whoever asks closes it.
struct Listening {
  int socket;
  std::uint16_t port;
};
Listening listen_on_free_port();

/// A port where connections are taken and nothing is ever said, so that whoever sends mail there is kept busy.
class SilentPort {
 public:
  SilentPort() : listening_(listen_on_free_port()) {}
  ~SilentPort();
  SilentPort(const SilentPort&) = delete;
  SilentPort& operator=(const SilentPort&) = delete;
  [[nodiscard]] std::uint16_t port() const { return listening_.port; }

 private:
  Listening listening_;
};

/// Waits until something answers on the port. Throws after ten seconds.
void wait_for_port(std::uint16_t port);
std::uint16_t free_port();

}  // namespace voyages::bench
