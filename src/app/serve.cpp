#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <thread>

#include "app/background.h"
#include "app/commands.h"
#include "app/engine.h"
#include "app/metrics_page.h"
#include "app/server_options.h"
#include "base/terminal.h"
#include "runtime/server/server.h"
#include "store/sqlite/expiry_cleaner.h"

namespace voyages::app {

namespace {

using runtime::Server;
using runtime::ServerOptions;

// One thread that does everything: it is asked a few times a minute.
ServerOptions metrics_options(const ListenAddress& address) {
  ServerOptions options;
  options.name = "metrics";
  options.address = address.host;
  options.port = address.port;
  options.io_threads = 1;
  options.blocking_threads = 0;
  options.hashing_threads = 0;
  options.connections = 100;
  return options;
}

// Blocks the signals that end the process, in this thread and all that it starts, so that one place waits for them.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

void greet(const Config& config, const std::vector<part::Greeting>& greetings) {
  write_out("Cloud Voyages {} serves {}\n", VOYAGES_VERSION, config.public_url);
  write_out("  try the API       {}/docs\n", config.public_url);
  for (const auto& [what, url] : greetings) write_out("  {:<18}{}\n", what, url);
  // In a container or a service nobody could type it.
  if (::isatty(STDIN_FILENO) == 1) write_out("  stop              Ctrl-C\n");
  std::fflush(stdout);
}

}  // namespace

int serve(const Config& config) {
  const auto signals = block_signals();
  Engine engine(config, store::sqlite::Access::exclusive, config.log_level);
  const auto greetings = engine.app().greet();
  auto options = server_options(config, raise_descriptor_limit());
  options.hashing_threads = engine.app().hashing_requests();
  options.error_page = [&engine](std::string_view path, int status) { return engine.app().error_page(path, status); };
  if (options.connections < config.max_connections) {
    engine.log().warn("max_connections is more than the limit of open files allows",
                      {{"max_connections", std::int64_t{config.max_connections}},
                       {"allowed", static_cast<std::int64_t>(options.connections)}});
  }
  Server server(options, engine.app().front_door(), engine.log(), engine.metrics());
  MetricsPage metrics_page(engine.metrics());
  std::optional<Server> metrics_server;
  if (config.metrics_listen) {
    metrics_server.emplace(metrics_options(*config.metrics_listen), metrics_page, engine.log(), engine.metrics());
  }
  std::optional<store::sqlite::ExpiryCleaner> cleaner;
  if (auto* local = engine.local()) {
    cleaner.emplace(local->table, std::chrono::seconds(5), [&](const std::exception& error) {
      engine.log().error("expired items could not be removed", {{"error", error.what()}});
    });
    // The data is ours alone, so whoever received these messages is dead.
    if (const auto count = local->queue.return_unfinished(); count > 0) {
      engine.log().info("work that the process before did not finish is done again",
                        {{"count", static_cast<std::int64_t>(count)}});
    }
  }
  const Background background(engine, {.quick = config.job_threads, .slow = config.slow_job_threads});

  std::jthread serving([&] { server.run(); });
  std::jthread serving_metrics([&] {
    if (metrics_server) metrics_server->run();
  });
  greet(config, greetings);
  engine.log().info("serving", {{"address", config.public_url}, {"version", VOYAGES_VERSION}});

  int signal = 0;
  sigwait(&signals, &signal);
  engine.log().info("stopping: requests in flight are finished first");
  server.stop();
  if (metrics_server) metrics_server->stop();
  return 0;
}

}  // namespace voyages::app
