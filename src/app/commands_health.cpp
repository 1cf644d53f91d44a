#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/commands.h"
#include "base/failure.h"
#include "base/terminal.h"
#include "http/client/client.h"

namespace voyages::app {

namespace {

using std::chrono::seconds;

// What asks by this command, such as Docker, soon gives up by itself; it had better hear why.
constexpr http::client::Limits health_limits{.connect = seconds(1), .total = seconds(2), .response_bytes = 64U << 10};

// Another program's page may be on that port, and answer 200 to anything.
bool says_ok(const http::Response& answer) {
  boost::system::error_code error;
  const auto body = boost::json::parse(answer.body, error);
  const auto* fields = error ? nullptr : body.if_object();
  const auto* status = fields ? fields->if_contains("status") : nullptr;
  return answer.status == 200 && status && *status == boost::json::value("ok");
}

std::string address_to_ask(const Config& config, const std::string& url) {
  if (!url.empty()) return url;
  if (config.listen.port == 0) {
    throw Failure("The server listens on any free port, so its address is not known.",
                  "Name the address that it printed with --url.");
  }
  return local_url(config.listen);
}

}  // namespace

int check_health(const Config& config, const HealthQuestion& question) {
  const auto address = address_to_ask(config, question.url);
  const auto origin = http::client::Origin::parse(address);
  if (!origin) throw Failure(address + " is not the address of a server.", "Name one with --url.");
  const std::string path = question.live ? "/health/live" : "/health/ready";
  http::client::Client client(http::client::Trust::system);
  http::Response answer;
  try {
    answer = client.send(*origin, {.method = http::Method::get, .target = path}, health_limits);
  } catch (const http::client::TransferFailed& error) {
    throw Failure(error.what(), "Start it with `voyages serve`, or name another address with --listen or --url.");
  }
  if (!says_ok(answer)) {
    throw Failure(fmt::format("{}{} answers {}: not healthy", address, path, answer.status),
                  "Run `voyages doctor`: it checks what can break, and says how to mend it.");
  }
  write_out("{}{} is healthy\n", address, path);
  return 0;
}

}  // namespace voyages::app
