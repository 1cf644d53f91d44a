#pragma once

#include <array>
#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "aws/client.h"
#include "base/metrics.h"
#include "store/table.h"

namespace voyages::aws::dynamodb {

/// The table is missing, or keeps its items under other keys than ours. The sentence is for the operator.
class TableFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What is asked of a table.
enum class Operation {
  get_item,
  batch_get_item,
  transact_get_items,
  query,
  put_item,
  update_item,
  delete_item,
  transact_write_items,
};

/// Sends one operation, signed: `GetItem` with its body of the JSON protocol, version 1.0. Returns the answer. Throws
/// what `Client::call` throws.
boost::json::object call_dynamodb(Client& client, std::string_view operation, std::string body, bool repeatable = true);

/// The members of what the service said when it refused.
boost::json::object details(const Refused& refused);

/// Requests to one table. Counts what they cost, by operation, in `voyages_dynamodb_half_units_total`: in half capacity
/// units, since an eventually consistent read of up to 4 KB costs half a unit. DynamoDB does not tell what a refused
/// write has cost. (`Client` counts the requests themselves, in `voyages_aws_requests_total`.) Thread-safe.
class Operations {
 public:
  Operations(Client& client, std::string table, Metrics& metrics);

  /// Throws `TableFault`, and what `Client::call` throws. Who can judge what a second call does to the first says
  /// `repeatable`, see `Call`.
  boost::json::object call(Operation operation, std::string body, bool repeatable = true);

  /// `"TableName":"voyages"`
  [[nodiscard]] const std::string& table_member() const { return table_member_; }
  /// `"voyages"`
  [[nodiscard]] const std::string& table_text() const { return table_text_; }
  [[nodiscard]] const std::string& table() const { return table_; }
  /// Throws `TableFault` for an item that is none of ours.
  [[nodiscard]] store::Item to_item(const boost::json::value& json) const;

 private:
  static constexpr std::size_t operation_count = 8;

  Client& client_;
  std::string table_;
  std::string table_text_;
  std::string table_member_;
  std::array<Counter*, operation_count> half_units_;
};

}  // namespace voyages::aws::dynamodb
