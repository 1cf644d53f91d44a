#include "bench/peers.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "bench/load.h"

namespace voyages::bench {

namespace {

using SteadyClock = std::chrono::steady_clock;

pid_t spawn(const std::vector<std::string>& command, const std::filesystem::path& log) {
  std::vector<char*> arguments;
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) throw std::runtime_error("cannot fork");
  if (pid == 0) {
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  return pid;
}

// Polls without pause: the time to ready is a few milliseconds.
double wait_until_ready(std::uint16_t port, SteadyClock::time_point started) {
  while (SteadyClock::now() - started < std::chrono::seconds(60)) {
    try {
      call(port, get_request("/health/ready"), 200);
      return std::chrono::duration<double, std::milli>(SteadyClock::now() - started).count();
    } catch (const std::exception&) {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  }
  throw std::runtime_error("the server did not become ready: see its log");
}

std::vector<std::string> serve_command(const std::filesystem::path& binary, const std::filesystem::path& data,
                                       std::uint16_t port, std::uint16_t metrics_port) {
  return {binary.string(),    "serve",
          "--data",           data.string(),
          "--listen",         fmt::format("127.0.0.1:{}", port),
          "--metrics-listen", fmt::format("127.0.0.1:{}", metrics_port)};
}

std::vector<std::string> nginx_command(const std::filesystem::path& folder, std::uint16_t port, const std::string& path,
                                       const std::string& body) {
  std::filesystem::create_directories(folder);
  const auto config = folder / "nginx.conf";
  std::ofstream(config) << fmt::format(R"(daemon off; worker_processes auto; pid {0}/nginx.pid; error_log {0}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; server_tokens off; keepalive_requests 1000000000;
  client_body_temp_path {0}/body; proxy_temp_path {0}/proxy; fastcgi_temp_path {0}/fastcgi;
  uwsgi_temp_path {0}/uwsgi; scgi_temp_path {0}/scgi;
  server {{
    listen 127.0.0.1:{1};
    location = {2} {{
      default_type application/json;
      add_header X-Request-Id $request_id; add_header Cache-Control no-store;
      add_header Content-Security-Policy "default-src 'none'; frame-ancestors 'none'";
      add_header X-Content-Type-Options nosniff; add_header Referrer-Policy no-referrer;
      return 200 '{3}';
    }}
  }}
}}
)",
                                       folder.string(), port, path, body);
  return {"nginx", "-c", config.string()};
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const std::filesystem::path& log)
    : pid_(spawn(command, log)) {}

Process::~Process() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

double Process::resident_mb() const {
  std::ifstream status(fmt::format("/proc/{}/status", pid_));
  std::string word;
  while (status >> word) {
    double kilobytes = 0;
    if (word == "VmRSS:" && status >> kilobytes) return kilobytes / 1024;
  }
  return 0;
}

Voyages::Voyages(const std::filesystem::path& binary, const std::filesystem::path& data, const std::string& public_url,
                 std::uint16_t the_port, std::uint16_t metrics_port)
    : port(the_port),
      ready_ms(0),
      process((::setenv("VOYAGES_PUBLIC_URL", public_url.c_str(), 1), serve_command(binary, data, port, metrics_port)),
              data.string() + ".log") {
  ready_ms = wait_until_ready(port, SteadyClock::now());
}

Nginx::Nginx(const std::filesystem::path& folder, std::uint16_t the_port, const std::string& path,
             const std::string& body)
    : port(the_port), process(nginx_command(folder, port, path, body), folder.string() + ".log") {
  wait_for_port(port);
}

void wait_for_port(std::uint16_t port) {
  const auto started = SteadyClock::now();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  while (SteadyClock::now() - started < std::chrono::seconds(10)) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    const int connected = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::close(socket);
    if (connected == 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  throw std::runtime_error(fmt::format("nothing answers on port {}", port));
}

SilentPort::~SilentPort() { ::close(listening_.socket); }

Listening listen_on_free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket, generic, length) != 0 || ::listen(socket, 128) != 0 ||
      ::getsockname(socket, generic, &length) != 0) {
    throw std::runtime_error("cannot listen");
  }
  return {socket, ntohs(address.sin_port)};
}

std::uint16_t free_port() {
  const auto listening = listen_on_free_port();
  ::close(listening.socket);
  return listening.port;
}

}  // namespace voyages::bench
