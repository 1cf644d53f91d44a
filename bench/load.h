#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace voyages::bench {

/// What one run of a load gave.
struct LoadResult {
  double requests_per_s = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;  // an answer with another status than the one expected, or none
};

/// What a client is answered; views that hold while it looks at them.
struct Answer {
  int status = 0;
  std::string_view head;  // status line and fields
  std::string_view body;
};

/// One client: makes its next request from the answer to the last one. It waits for an answer before it asks again.
struct Client {
  std::function<std::string()> next_request;       // a whole HTTP/1.1 request
  std::function<bool(const Answer&)> take_answer;  // false counts as a failure
};

/// Runs all clients, each on a connection of its own, from one thread for as long as `duration` says.
LoadResult run_load(std::uint16_t port, std::vector<Client> clients, std::chrono::milliseconds duration);

/// One request on a fresh connection; the answer's body, or its head. Throws when the status is not `expected`.
std::string call(std::uint16_t port, const std::string& request, int expected);
std::string call_for_head(std::uint16_t port, const std::string& request, int expected);

std::string get_request(std::string_view path, std::string_view access_token = {});
std::string post_request(std::string_view path, std::string_view json, std::string_view access_token = {});
/// The same from a page of the server's own, as browsers say it.
std::string own_page_request(std::string_view path, std::string_view json);
/// A form (application/x-www-form-urlencoded), with whatever header lines stand in `fields`, each with its line break.
std::string form_request(std::string_view path, std::string_view form, std::string_view fields = {});

/// The text between `begin` and the next `end`; empty when there is no `begin`.
std::string_view between(std::string_view text, std::string_view begin, std::string_view end);
/// A member of a JSON answer that is a plain string, found without parsing: the load must cost little.
std::string json_member(std::string_view body, std::string_view name);

}  // namespace voyages::bench
