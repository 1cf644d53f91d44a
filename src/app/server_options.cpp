#include "app/server_options.h"

#include <sys/resource.h>

#include <algorithm>
#include <thread>

namespace voyages::app {

namespace {

// For the store, the log, the metrics' clients and the threads' own.
constexpr std::uint64_t kept_descriptors = 256;

}  // namespace

runtime::ServerOptions server_options(const Config& config, std::uint64_t descriptors) {
  const auto cores = std::max(1U, std::thread::hardware_concurrency());
  runtime::ServerOptions options;
  options.address = config.listen.host;
  options.port = config.listen.port;
  options.io_threads = config.io_threads != 0 ? config.io_threads : cores;
  options.blocking_threads = config.worker_threads;
  options.outgoing_threads = config.outgoing_threads;
  const auto for_connections = descriptors > kept_descriptors ? descriptors - kept_descriptors : 1;
  options.connections = static_cast<std::size_t>(std::min<std::uint64_t>(config.max_connections, for_connections));
  options.limits.body_bytes = config.max_body_bytes;
  options.header_timeout = config.header_timeout;
  options.body_timeout = config.body_timeout;
  options.idle_timeout = config.idle_timeout;
  options.write_timeout = config.write_timeout;
  return options;
}

std::uint64_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kept_descriptors * 4;
  rlimit raised = limit;
  raised.rlim_cur = raised.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

}  // namespace voyages::app
