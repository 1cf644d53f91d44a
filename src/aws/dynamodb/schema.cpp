#include "aws/dynamodb/schema.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "aws/dynamodb/operations.h"
#include "base/json_members.h"
#include "base/log.h"

namespace voyages::aws::dynamodb {

namespace {

namespace json = boost::json;

constexpr std::string_view table_keys = "PK (S), SK (S)";
constexpr std::string_view index_name = "GSI1";
constexpr std::string_view index_keys = "GSI1PK (S), GSI1SK (S)";
constexpr auto longest_wait = std::chrono::minutes(3);
constexpr auto poll_every = std::chrono::milliseconds(200);

std::string body_for(std::string_view name, std::string_view members = {}) {
  std::string body = R"({"TableName":)";
  append_json_string(body, name);
  body += members;
  return body + '}';
}

const json::object& object_in(const json::object& object, std::string_view name) {
  static const json::object none;
  const auto* value = object.if_contains(name);
  const auto* found = value ? value->if_object() : nullptr;
  return found ? *found : none;
}

const json::array& list_in(const json::object& object, std::string_view name) {
  static const json::array none;
  const auto* value = object.if_contains(name);
  const auto* found = value ? value->if_array() : nullptr;
  return found ? *found : none;
}

// The element of a list of objects in which the member has this value.
const json::object* find_by(const json::array& list, std::string_view member, std::string_view value) {
  for (const auto& element : list) {
    if (element.is_object() && text_or_empty(element.get_object(), member) == value) return &element.get_object();
  }
  return nullptr;
}

// `PK (S), SK (S)`: the key to divide by, then the one to sort by.
std::string describe_keys(const json::object& keyed, const json::array& definitions) {
  std::string described;
  for (const std::string_view kind : {"HASH", "RANGE"}) {
    const auto* key = find_by(list_in(keyed, "KeySchema"), "KeyType", kind);
    if (!key) continue;
    const auto name = text_or_empty(*key, "AttributeName");
    const auto* definition = find_by(definitions, "AttributeName", name);
    if (!described.empty()) described += ", ";
    described += fmt::format("{} ({})", name, definition ? text_or_empty(*definition, "AttributeType") : "?");
  }
  return described;
}

// Nothing when there is no such table.
std::optional<json::object> describe(Client& client, std::string_view name) {
  try {
    return object_in(call_dynamodb(client, "DescribeTable", body_for(name)), "Table");
  } catch (const Refused& refused) {
    if (refused.code != "ResourceNotFoundException") throw;
    return std::nullopt;
  }
}

std::vector<std::string> key_faults(const json::object& table, std::string_view name) {
  std::vector<std::string> faults;
  const auto& definitions = list_in(table, "AttributeDefinitions");
  if (const auto keys = describe_keys(table, definitions); keys != table_keys) {
    faults.push_back(fmt::format("the DynamoDB table {} has the keys {}, but needs {}", name, keys, table_keys));
  }
  const auto* index = find_by(list_in(table, "GlobalSecondaryIndexes"), "IndexName", index_name);
  if (!index) {
    faults.push_back(fmt::format("the DynamoDB table {} has no index {}", name, index_name));
    return faults;
  }
  if (const auto keys = describe_keys(*index, definitions); keys != index_keys) {
    faults.push_back(fmt::format("the index {} of the DynamoDB table {} has the keys {}, but needs {}", index_name,
                                 name, keys, index_keys));
  }
  if (const auto projection = text_or_empty(object_in(*index, "Projection"), "ProjectionType"); projection != "ALL") {
    faults.push_back(fmt::format("the index {} of the DynamoDB table {} holds {}, but needs ALL attributes", index_name,
                                 name, projection));
  }
  return faults;
}

std::string describe_status(const json::object& table) {
  const auto* index = find_by(list_in(table, "GlobalSecondaryIndexes"), "IndexName", index_name);
  const auto status = text_or_empty(table, "TableStatus");
  // Being updated does not keep it from being used.
  if (status != "ACTIVE" && status != "UPDATING") return std::string(status);
  const auto index_status = index ? text_or_empty(*index, "IndexStatus") : std::string_view();
  const bool is_usable = !index || index_status == "ACTIVE" || index_status == "UPDATING";
  return is_usable ? std::string() : fmt::format("{} in its index {}", index_status, index_name);
}

void wait_until_usable(Client& client, std::string_view name) {
  const auto end = std::chrono::steady_clock::now() + longest_wait;
  while (std::chrono::steady_clock::now() < end) {
    const auto table = describe(client, name);
    if (table && describe_status(*table).empty()) return;
    std::this_thread::sleep_for(poll_every);
  }
  throw Unavailable(fmt::format("the DynamoDB table {} is still not ready", name));
}

// Empty when items expire by our attribute.
std::string expiry_fault(Client& client, std::string_view name) {
  const auto answer = call_dynamodb(client, "DescribeTimeToLive", body_for(name));
  const auto& expiry = object_in(answer, "TimeToLiveDescription");
  const auto status = text_or_empty(expiry, "TimeToLiveStatus");
  if (status != "ENABLED" && status != "ENABLING") {
    return fmt::format(
        "the DynamoDB table {} never deletes what has expired: switch on its time to live (TTL) by the "
        "attribute expires_at",
        name);
  }
  if (const auto attribute = text_or_empty(expiry, "AttributeName"); attribute != "expires_at") {
    return fmt::format(
        "the DynamoDB table {} deletes items by the time to live (TTL) attribute {}, but needs "
        "expires_at",
        name, attribute);
  }
  return {};
}

}  // namespace

bool create_table(Client& client, std::string_view name) {
  const auto body = body_for(
      name, R"(,"BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"PK","AttributeType":"S"},)"
            R"({"AttributeName":"SK","AttributeType":"S"},{"AttributeName":"GSI1PK","AttributeType":"S"},)"
            R"({"AttributeName":"GSI1SK","AttributeType":"S"}],)"
            R"("KeySchema":[{"AttributeName":"PK","KeyType":"HASH"},{"AttributeName":"SK","KeyType":"RANGE"}],)"
            R"("GlobalSecondaryIndexes":[{"IndexName":"GSI1","Projection":{"ProjectionType":"ALL"},"KeySchema":)"
            R"([{"AttributeName":"GSI1PK","KeyType":"HASH"},{"AttributeName":"GSI1SK","KeyType":"RANGE"}]}])");
  bool made = true;
  try {
    (void)call_dynamodb(client, "CreateTable", body);
  } catch (const Refused& refused) {
    if (refused.code != "ResourceInUseException") throw;
    made = false;
  }
  wait_until_usable(client, name);
  return made;
}

void make_table(Client& client, std::string_view name) {
  if (!create_table(client, name)) {
    const auto table = describe(client, name);
    if (const auto faults = key_faults(table.value_or(json::object()), name); !faults.empty()) {
      throw TableFault(faults.front());
    }
  }
  if (expiry_fault(client, name).empty()) return;
  (void)call_dynamodb(client, "UpdateTimeToLive",
                      body_for(name, R"(,"TimeToLiveSpecification":{"AttributeName":"expires_at","Enabled":true})"));
}

std::vector<std::string> check_shape(Client& client, std::string_view name) {
  const auto table = describe(client, name);
  if (!table) {
    return {
        fmt::format("there is no DynamoDB table {} in {}; docs/deploy.md says how it is made", name, client.region())};
  }
  auto faults = key_faults(*table, name);
  if (const auto status = describe_status(*table); !status.empty()) {
    faults.push_back(fmt::format("the DynamoDB table {} cannot be used yet: it is {}", name, status));
  }
  if (auto fault = expiry_fault(client, name); !fault.empty()) faults.push_back(std::move(fault));
  return faults;
}

}  // namespace voyages::aws::dynamodb
