#include "aws/dynamodb/operations.h"

#include <fmt/format.h>

#include <cmath>

#include "aws/dynamodb/attribute_values.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/strict_json.h"

namespace voyages::aws::dynamodb {

namespace {

namespace json = boost::json;

// A list of texts within an item within a table's answers is ten deep.
constexpr JsonLimits answer_limits{.max_depth = 16};

struct OperationName {
  std::string_view name;
  std::string_view kind;
};

// In the order of the enumeration.
constexpr std::array<OperationName, 8> operation_names{{{"GetItem", "read"},
                                                        {"BatchGetItem", "read"},
                                                        {"TransactGetItems", "read"},
                                                        {"Query", "read"},
                                                        {"PutItem", "write"},
                                                        {"UpdateItem", "write"},
                                                        {"DeleteItem", "write"},
                                                        {"TransactWriteItems", "write"}}};

json::object parse_object(std::string_view text) {
  auto parsed = parse_strict_json(text, answer_limits);
  if (!parsed || !parsed->is_object()) throw Unavailable("DynamoDB answered with something that is no JSON object");
  return std::move(parsed->get_object());
}

double units_of(const json::value& consumed) {
  const auto* object = consumed.if_object();
  const auto* units = object ? object->if_contains("CapacityUnits") : nullptr;
  return units && units->is_number() ? units->to_number<double>() : 0;
}

// One for each table that the operation touched: an object where that can only be one.
std::uint64_t half_units_of(const json::object& answer) {
  const auto* consumed = answer.if_contains("ConsumedCapacity");
  if (!consumed) return 0;
  double units = 0;
  if (const auto* list = consumed->if_array()) {
    for (const auto& element : *list) units += units_of(element);
  } else {
    units = units_of(*consumed);
  }
  return units > 0 ? static_cast<std::uint64_t>(std::llround(units * 2)) : 0;
}

// What a read asks for has been checked before, so only the table can be wrong; but a transaction may also read too
// much. A write may be too large, or count on what is no number; only words tell that from a table with other keys:
// "The provided key element does not match the schema", "Missing the key x in the item", "One of the required keys was
// not given a value".
bool is_about_keys(Operation operation, std::string_view message) {
  switch (operation) {
    case Operation::get_item:
    case Operation::batch_get_item:
    case Operation::query:
      return true;
    default:
      return to_lower_ascii(message).find("key") != std::string::npos;
  }
}

}  // namespace

json::object call_dynamodb(Client& client, std::string_view operation, std::string body, bool repeatable) {
  // All tries together end before a caller, or the deadline of a function, has given up.
  constexpr std::chrono::seconds time_of_one_try{3};
  Call call{.service = service::dynamodb, .operation = operation, .repeatable = repeatable, .timeout = time_of_one_try};
  call.request.method = http::Method::post;
  call.request.target = "/";
  call.request.headers.add("Content-Type", "application/x-amz-json-1.0");
  call.request.headers.add("X-Amz-Target", fmt::format("DynamoDB_20120810.{}", operation));
  call.request.body = std::move(body);
  return parse_object(client.call(call).content());
}

json::object details(const Refused& refused) { return parse_object(refused.body); }

Operations::Operations(Client& client, std::string table, Metrics& metrics)
    : client_(client), table_(std::move(table)), half_units_{} {
  append_json_string(table_text_, table_);
  table_member_ = R"("TableName":)" + table_text_;
  for (std::size_t i = 0; i < operation_names.size(); ++i) {
    const auto& [name, kind] = operation_names.at(i);
    half_units_.at(i) =
        &metrics.counter("voyages_dynamodb_half_units_total", "Capacity that the table's requests cost, in half units.",
                         fmt::format(R"(operation="{}",kind="{}")", name, kind));
  }
}

json::object Operations::call(Operation operation, std::string body, bool repeatable) {
  const auto index = static_cast<std::size_t>(operation);
  try {
    auto answer = call_dynamodb(client_, operation_names.at(index).name, std::move(body), repeatable);
    half_units_.at(index)->add(half_units_of(answer));
    return answer;
  } catch (const Refused& refused) {
    if (refused.code == "ResourceNotFoundException") {
      throw TableFault(fmt::format("there is no DynamoDB table {} in {}; docs/deploy.md says how it is made", table_,
                                   client_.region()));
    }
    if (refused.code == "ValidationException" && is_about_keys(operation, refused.what())) {
      throw TableFault(
          fmt::format("the DynamoDB table {} has other keys or indexes than ours; `voyages doctor` says "
                      "which, docs/deploy.md how it is made. DynamoDB said: {}",
                      table_, refused.what()));
    }
    throw;
  }
}

store::Item Operations::to_item(const json::value& json) const {
  try {
    return decode_item(json);
  } catch (const ForeignItem& foreign) {
    throw TableFault(
        fmt::format("an item in the DynamoDB table {} was not written by this program: it {}", table_, foreign.what()));
  }
}

}  // namespace voyages::aws::dynamodb
