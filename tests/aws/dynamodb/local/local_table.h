#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "aws/client.h"
#include "aws/dynamodb/operations.h"
#include "aws/dynamodb/schema.h"
#include "aws/dynamodb/table.h"
#include "tests/aws/local_client.h"

namespace voyages::aws::dynamodb::tests {

/// Where DynamoDB Local listens: tests/aws/dynamodb_test.mjs starts it, and says so in the environment.
inline http::client::Origin local_origin() {
  const char* url = std::getenv("VOYAGES_TEST_DYNAMODB");
  const auto origin = http::client::Origin::parse(url ? url : "");
  if (!origin) throw std::runtime_error("VOYAGES_TEST_DYNAMODB is no URL: run tests/aws/dynamodb_test.mjs");
  return *origin;
}

/// A client of DynamoDB Local, or of what stands before it.
struct LocalClient {
  explicit LocalClient(http::client::Origin origin = local_origin())
      : client({.region = "eu-central-1", .endpoints = {{"DYNAMODB", std::move(origin)}}}, credentials, http, clock,
               log, metrics) {}

  boost::json::object call(std::string_view operation, std::string body) {
    return call_dynamodb(client, operation, std::move(body));
  }

  voyages::tests::FixedCredentials credentials{"AKIDEXAMPLE", "of-dynamodb-local"};  // it takes any
  http::client::Client http{http::client::Trust::system};
  SystemClock clock;
  Logger log{LogLevel::error, STDERR_FILENO};
  Metrics metrics;
  Client client;
};

/// No other test has a table of this name.
inline std::string new_table_name() {
  static std::atomic<int> count = 0;
  return "voyages-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

/// An empty table. Nothing is deleted in it for its age: a test's clock need not be the server's.
class LocalTable {
 public:
  explicit LocalTable(const Clock& clock, http::client::Origin origin = local_origin())
      : through_(std::move(origin)), table(through_.client, name, clock, metrics) {}

  ~LocalTable() {
    // For the tests after it; what a test left behind does them no harm.
    try {
      (void)direct_.call("DeleteTable", R"({"TableName":")" + name + "\"}");
    } catch (const std::exception&) {
      return;
    }
  }
  LocalTable(const LocalTable&) = delete;
  LocalTable& operator=(const LocalTable&) = delete;

  /// What requests of one kind have cost so far, in half units.
  std::uint64_t half_units(std::string_view operation, std::string_view kind) {
    return metrics
        .counter("voyages_dynamodb_half_units_total", "",
                 "operation=\"" + std::string(operation) + "\",kind=\"" + std::string(kind) + "\"")
        .value();
  }
  /// How many requests of one kind have been answered well so far.
  std::uint64_t requests(std::string_view operation) {
    return through_.metrics
        .counter("voyages_aws_requests_total", "",
                 R"(service="dynamodb",operation=")" + std::string(operation) + R"(",result="ok")")
        .value();
  }
  /// A request past the adapter.
  boost::json::object call(std::string_view operation, std::string body) {
    return direct_.call(operation, std::move(body));
  }

 private:
  static std::string made(Client& client) {
    auto made_name = new_table_name();
    (void)create_table(client, made_name);
    return made_name;
  }

  LocalClient direct_;
  LocalClient through_;

 public:
  std::string name = made(direct_.client);
  Metrics metrics;
  DynamodbTable table;
};

}  // namespace voyages::aws::dynamodb::tests
