#include "aws/dynamodb/table.h"

#include "aws/dynamodb/get.h"
#include "aws/dynamodb/query.h"
#include "aws/dynamodb/write.h"

namespace voyages::aws::dynamodb {

std::vector<std::optional<store::Item>> DynamodbTable::get(std::span<const store::Key> keys,
                                                           store::Consistency consistency) {
  store::validate(keys);
  return get_items(operations_, keys, consistency, to_epoch_s(clock_.now()));
}

store::Page DynamodbTable::query(const store::Query& query) {
  store::validate(query);
  return run_query(operations_, query, to_epoch_s(clock_.now()));
}

std::expected<void, store::ConditionFailed> DynamodbTable::write(std::span<const store::Write> writes) {
  store::validate(writes);
  return writes.size() == 1 ? write_alone(operations_, clock_, writes.front())
                            : write_together(operations_, clock_, writes);
}

}  // namespace voyages::aws::dynamodb
