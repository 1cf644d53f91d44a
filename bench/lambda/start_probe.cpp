// Starts a Lambda function as the platform does, brings it events, and says how long it took. It reads one JSON object
// per line: first the program, then events; and writes one per answer, and a summary after the last.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstdio>
#include <iostream>

#include "bench/lambda/child.h"
#include "bench/lambda/page_cache.h"
#include "bench/lambda/runtime_api.h"

namespace voyages::bench {
namespace {

namespace json = boost::json;

double ms_between(SteadyClock::time_point begin, SteadyClock::time_point end) {
  return std::chrono::duration<double, std::milli>(end - begin).count();
}

json::object read_line() {
  std::string line;
  if (!std::getline(std::cin, line)) return {};
  return json::parse(line).as_object();
}

void write_line(const json::object& object) {
  fmt::print("{}\n", json::serialize(object));
  std::fflush(stdout);
}

std::string text(const json::object& object, std::string_view name) { return std::string(object.at(name).as_string()); }

Program program_of(const json::object& job, const RuntimeApi& api) {
  Program program;
  for (const auto& word : job.at("command").as_array()) program.command.emplace_back(word.as_string());
  program.folder = text(job, "folder");
  program.log = text(job, "log");
  for (const auto& [name, value] : job.at("environment").as_object())
    program.environment[std::string(name)] = std::string(value.as_string());
  program.environment["AWS_LAMBDA_RUNTIME_API"] = api.address();
  return program;
}

class Session {
 public:
  explicit Session(const json::object& job)
      : timeout_(job.at("timeout_ms").to_number<std::int64_t>()), left_(evicted(job)), child_(program_of(job, api_)) {}

  // The first event waits for the function, as after a cold start; each next one for its predecessor.
  void run() {
    auto asked = hear(Heard::Kind::next);
    const double first_next_ms = ms_between(child_.started(), asked.at);
    double first_response_ms = 0;
    for (auto line = read_line(); !line.empty(); line = read_line()) {
      const auto times = line.contains("times") ? line.at("times").to_number<std::uint64_t>() : 1;
      const auto event = text(line, "event");
      json::array took_ms;
      const double cpu_before_ms = child_.cpu_ms();
      std::string body;
      for (std::uint64_t i = 0; i < times; ++i) {
        const auto sent = api_.deliver(event);
        auto response = hear(Heard::Kind::response);
        if (first_response_ms == 0) first_response_ms = ms_between(child_.started(), response.at);
        took_ms.push_back(ms_between(sent, response.at));
        body = std::move(response.body);
        asked = hear(Heard::Kind::next);
      }
      write_line({{"took_ms", took_ms}, {"cpu_ms", child_.cpu_ms() - cpu_before_ms}, {"response", body}});
    }
    const double peak_mb = child_.peak_mb();
    const auto ending = child_.stop();
    write_line({{"first_next_ms", first_next_ms},
                {"first_response_ms", first_response_ms},
                {"peak_mb", peak_mb},
                {"pages", left_.pages},
                {"pages_left", left_.resident},
                {"cpu_ms", ending.cpu_ms},
                {"stop_ms", ending.stop_ms},
                {"exit_code", ending.code},
                {"signal", ending.signal}});
  }

 private:
  static Residency evicted(const json::object& job) {
    std::vector<std::filesystem::path> paths;
    for (const auto& path : job.at("evict").as_array()) paths.emplace_back(std::string(path.as_string()));
    return evict(paths);
  }

  Heard hear(Heard::Kind expected) {
    auto heard = api_.hear(child_, timeout_);
    if (heard.kind == Heard::Kind::ended) throw std::runtime_error("the function ended");
    if (heard.kind != expected) throw std::runtime_error("the function failed: " + heard.body);
    return heard;
  }

  RuntimeApi api_;
  std::chrono::milliseconds timeout_;
  Residency left_;
  Child child_;
};

}  // namespace
}  // namespace voyages::bench

int main() {
  try {
    voyages::bench::Session(voyages::bench::read_line()).run();
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
